"""CoNLL-2003: a token a line with its tag, sentences parted by blank lines.

The columns are those of the shared task: word, part of speech, chunk, tag
(https://aclanthology.org/W03-0419). Its files have IOB1; today every entity begins with ``B-``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

from nblabel.base.arguments import one_of
from nblabel.config import Config
from nblabel.formats import _stretches as stretches
from nblabel.formats._making import Making
from nblabel.formats._stretches import Passage, Stretch
from nblabel.formats._tokens import tokens, touched
from nblabel.formats._words import lines_of, text_rows
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Lost, Out, needs

Scheme = Literal["BIO", "IOB1", "BIOES"]
Borders = Literal["expand", "strict"]

_START = "-DOCSTART-"
_BLANK = re.compile(r"\s+")


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Text", what="labelled stretches of texts")


def write(
    examples: Iterable[Example],
    out: Out,
    *,
    scheme: Scheme = "BIO",
    borders: Borders = "expand",
) -> None:
    """Write texts, a token a line.

    Parameters
    ----------
    examples, out
        What is written, and where.
    scheme
        How tags say where an entity begins and ends: "BIO" (which others call IOB2), "IOB1" or
        "BIOES".
    borders
        What becomes of a region that ends inside a token: "expand" takes the whole token,
        "strict" leaves the region out, and says so.
    """
    one_of("scheme", scheme, get_args(Scheme))
    one_of("borders", borders, get_args(Borders))
    with out.path.open("w", encoding="utf-8", newline="\n") as file:
        for example in examples:
            for passage in stretches.passages(example, out.lost):
                passage.lose(out.lost)
                file.write(f"{_START} -X- -X- O\n\n")
                for sentence in _sentences(passage, scheme, borders, out.lost):
                    file.writelines(f"{word} -X- -X- {tag}\n" for word, tag in sentence)
                    file.write("\n")


def _sentences(
    passage: Passage, scheme: Scheme, borders: Borders, lost: Lost
) -> Iterator[list[tuple[str, str]]]:
    """Yield the lines of a text that have tokens, as words with their tags."""
    text, key = passage.text, passage.example.key
    found = tokens(text)
    tags = _tags(passage, found, scheme, borders, lost)
    sentence: list[tuple[str, str]] = []
    before = 0
    for (start, end), tag in zip(found, tags, strict=True):
        if sentence and "\n" in text[before:start]:
            yield sentence
            sentence = []
        sentence.append((text[start:end], tag))
        before = end
    if sentence:
        yield sentence
    elif not found:
        lost(key, "", "a text without words is an empty document")


def _tags(
    passage: Passage,
    found: Sequence[tuple[int, int]],
    scheme: Scheme,
    borders: Borders,
    lost: Lost,
) -> list[str]:
    key = passage.example.key
    tags = ["O"] * len(found)
    for one in stretches.apart(passage.stretches, key, lost):
        stretches.lose_of(one, key, lost)
        label = stretches.label_of(one, key, lost)
        name = _BLANK.sub("_", label)
        if name != label:
            lost(key, one.control, "blanks in a label are written as _")
        places = touched(found, one.start, one.end)
        if not places:
            lost(key, one.control, "a region has no token")
        elif borders == "strict" and not _is_aligned(one, found, places):
            lost(key, one.control, "a region ends inside a token and is left out")
        elif any(tags[at] != "O" for at in places):
            lost(key, one.control, "a region shares a token with another and is left out")
        else:
            before = tags[places[0] - 1] if places[0] else "O"
            for at, prefix in zip(places, _prefixes(len(places), scheme), strict=True):
                tags[at] = f"{prefix}-{name}"
            if scheme == "IOB1" and before[2:] == name:  # only there a B is needed
                tags[places[0]] = f"B-{name}"
    return tags


def _is_aligned(one: Stretch, found: Sequence[tuple[int, int]], places: Sequence[int]) -> bool:
    return found[places[0]][0] >= one.start and found[places[-1]][1] <= one.end


def _prefixes(count: int, scheme: Scheme) -> str:
    """Return the letter of each token of an entity.

    >>> _prefixes(3, "BIO"), _prefixes(3, "BIOES"), _prefixes(1, "BIOES"), _prefixes(2, "IOB1")
    ('BII', 'BIE', 'S', 'II')
    """
    if scheme == "IOB1":
        return "I" * count
    if scheme == "BIOES":
        return "S" if count == 1 else f"B{'I' * (count - 2)}E"
    return f"B{'I' * (count - 1)}"


# -- in


def read(path: Path) -> Dataset:
    """Read a file; IOB1, BIO, BIOES and BILOU are told apart by themselves."""
    problems = Aside()
    making = Making("Text", "text")
    texts: list[str] = []
    found: list[list[tuple[int, int, str]]] = []
    for document in _documents(lines_of(path), problems):
        text, spans = _joined(document)
        texts.append(text)
        found.append(spans)
        for _, _, label in spans:
            making.label("Labels", label)
    name = making.control("Labels").name
    said = [
        [
            stretches.span(f"{row}-{at}", (start, end), texts[row], label, name)
            for at, (start, end, label) in enumerate(spans)
        ]
        for row, spans in enumerate(found)
    ]
    return text_rows(making, texts, said, problems)


Sentence = list[tuple[str, str]]


def _documents(lines: Iterable[str], problems: Aside) -> Iterator[list[Sentence]]:
    """Yield documents; where a file names none, each sentence is one."""
    document: list[Sentence] = []
    sentence: Sentence = []
    named = False
    for number, line in enumerate(lines, 1):
        words = line.split()
        begins = bool(words) and words[0] == _START
        if sentence and (not words or begins):
            document.append(sentence)
            sentence = []
            if not named and not begins:
                yield document
                document = []
        if begins:
            if document:
                yield document
            document, named = [], True
        elif len(words) == 1:
            problems.add("a line has a word and no tag", f"line {number}")
            sentence.append((words[0], "O"))
        elif words:
            sentence.append((words[0], words[-1]))
    document += [sentence] if sentence else []
    if document:
        yield document


def _joined(document: Sequence[Sentence]) -> tuple[str, list[tuple[int, int, str]]]:
    r"""Return the text of a document, a sentence a line, and the entities in it.

    >>> _joined([[("Ada", "B-PER"), ("Byron", "I-PER"), ("sang", "O")], [("Rome", "S-LOC")]])
    ('Ada Byron sang\nRome', [(0, 9, 'PER'), (15, 19, 'LOC')])
    """
    entities: list[tuple[int, int, str]] = []
    at, lines = 0, []
    for sentence in document:
        before = ""
        for word, tag in sentence:
            prefix, dash, label = tag.partition("-")
            label = label if dash else prefix
            if prefix == "O" and not dash:
                before = ""
            elif before == label and prefix not in {"B", "S", "U"} and dash:
                entities[-1] = entities[-1][0], at + len(word), label
                before = "" if prefix in {"E", "L"} else label
            else:
                entities.append((at, at + len(word), label))
                before = "" if prefix in {"S", "U", "E", "L"} else label
            at += len(word) + 1
        lines.append(" ".join(word for word, _ in sentence))
    return "\n".join(lines), entities


def looks(path: Path, head: bytes) -> bool:
    """Whether a file has words with tags."""
    if path.suffix.lower() in FORMAT.suffixes:
        return True
    if path.suffix.lower() != ".txt":
        return False
    lines = [line.split() for line in head.decode("utf-8", "replace").splitlines()[:200]]
    filled = [words for words in lines[:-1] if words]
    tagged = sum(bool(re.fullmatch(r"O|[BIESLU]-\S+", words[-1])) for words in filled)
    return len(filled) > 1 and tagged == len(filled) and all(len(words) > 1 for words in filled)


FORMAT = Format(
    name="conll",
    words="CoNLL-2003: a token a line with its tag",
    suffixes=(".conll", ".bio", ".iob", ".iob2"),
    also=("conll2003", "bio", "iob", "iob2"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
