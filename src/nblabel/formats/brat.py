"""brat standoff: a text beside a file that says what stands where in it.

The format: https://brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nblabel.base.errors import FormatError
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _stretches as stretches
from nblabel.formats._making import Attributes, Making, about_region
from nblabel.formats._stretches import Passage
from nblabel.formats._words import text_of, text_rows
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Lost, Names, Out, needs

_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_NOTE = "AnnotatorNotes"


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Text", what="labelled stretches of texts, and relations")


# -- out


def write(examples: Iterable[Example], out: Out) -> None:
    """Write each text as ``<name>.txt`` with its ``<name>.ann``, and ``annotation.conf``."""
    types: dict[str, dict[str, None]] = {"entities": {}, "relations": {}, "attributes": {}}
    names = Names()
    for example in examples:
        for passage in stretches.passages(example, out.lost):
            passage.lose(out.lost, relations=True)
            stem = out.path / names.give(f"{example.name}.txt")
            stem.with_suffix(".txt").write_text(passage.text, encoding="utf-8", newline="\n")
            lines = _Lines(passage, out.lost, types)
            text = "".join(f"{line}\n" for line in lines)
            stem.with_suffix(".ann").write_text(text, encoding="utf-8", newline="\n")
    (out.path / "annotation.conf").write_text(_settings(types), encoding="utf-8", newline="\n")


class _Lines:
    """The lines that say what is in a text."""

    def __init__(self, passage: Passage, lost: Lost, types: dict[str, dict[str, None]]) -> None:
        self._passage, self._lost, self._types = passage, lost, types
        self._key = passage.example.key
        self._marks: dict[str, str] = {}

    def __iter__(self) -> Iterator[str]:
        entities, attributes, notes = 0, 0, 0
        for one in self._passage.stretches:
            stretches.lose_of(one, self._key, self._lost, "labels", "attributes", "notes")
            for label in stretches.labelled(one, self._key, self._lost):
                entities += 1
                mark = f"T{entities}"
                self._marks.setdefault(one.id, mark)
                start, end = int(one.start), int(one.end)
                where = _places(self._passage.text, start, end)
                yield f"{mark}\t{self._type('entities', label)} {where}"
                for name, (kind, value) in one.attributes.items():
                    if kind != "choices" or not isinstance(value, list):
                        what = "what is said of a single region but for choices has no place"
                        self._lost(self._key, name, what)
                        continue
                    for word in value:
                        attributes += 1
                        told = self._type("attributes", name)
                        yield f"A{attributes}\t{told} {mark} {_NO_NAME.sub('_', str(word))}"
                if one.note:
                    notes += 1
                    yield f"#{notes}\t{_NOTE} {mark}\t{' '.join(one.note.split())}"
        yield from self._relations()

    def _relations(self) -> Iterator[str]:
        number = 0
        for one in self._passage.relations:
            ends = [self._marks[one.source], self._marks[one.target]]
            ways = {"left": [ends[::-1]], "bi": [ends, ends[::-1]]}.get(one.direction, [ends])
            if one.direction == "bi":
                self._lost(self._key, "", "a relation both ways is two relations")
            for label in one.labels or ["related"]:
                for first, second in ways:
                    number += 1
                    told = self._type("relations", label)
                    yield f"R{number}\t{told} Arg1:{first} Arg2:{second}"

    def _type(self, kind: str, name: str) -> str:
        plain = _NO_NAME.sub("_", name) or "_"
        if plain != name:
            self._lost(self._key, "", "names have only letters of ASCII, digits, - and _ there")
        self._types[kind].setdefault(plain)
        return plain


def _places(text: str, start: int, end: int) -> str:
    r"""Return where a stretch is, and what it says; lines are parts of it.

    >>> _places("Ada\nByron", 0, 9)
    '0 3;4 9\tAda Byron'
    """
    lines = re.finditer(r"[^\n]+", text[start:end])
    parts = [(start + one.start(), start + one.end()) for one in lines] or [(start, end)]
    where = ";".join(f"{first} {last}" for first, last in parts)
    return f"{where}\t{' '.join(text[first:last] for first, last in parts)}"


def _settings(types: dict[str, dict[str, None]]) -> str:
    lines = ["[entities]", *types["entities"], "[relations]"]
    lines += (f"{name}\tArg1:<ENTITY>, Arg2:<ENTITY>" for name in types["relations"])
    lines += ["[events]", "[attributes]"]
    lines += (f"{name}\tArg:<ENTITY>" for name in types["attributes"])
    return "\n".join([*lines, ""])


# -- in


@dataclass(slots=True)
class _Document:
    text: str
    entities: dict[str, tuple[str, list[tuple[int, int]]]] = field(default_factory=dict)
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)


def read(path: Path) -> Dataset:
    """Read a folder of ``.txt`` with their ``.ann``, folders in it too."""
    files = sorted(one for one in path.rglob("*.ann") if one.with_suffix(".txt").is_file())
    if not files:
        raise FormatError(f'"{path}" has no .ann beside a .txt of the same name')
    making, problems, about = Making("Text", "text"), Aside(), Attributes()
    documents = [_document(file, problems) for file in files]
    for one in documents:
        for label, _ in one.entities.values():
            making.label("Labels", label)
        for given in one.attributes.values():
            about.see(given)
        making.relations |= dict.fromkeys(label for label, *_ in one.relations)
    controls = about.controls(making)
    name = making.control("Labels").name
    said = [
        list(_results(one, str(row), name, controls, problems)) for row, one in enumerate(documents)
    ]
    more = [{"file": file.relative_to(path).with_suffix(".txt").as_posix()} for file in files]
    return text_rows(making, [one.text for one in documents], said, problems, more)


def _document(file: Path, problems: Aside) -> _Document:
    made = _Document(text_of(file.with_suffix(".txt")))
    for number, line in enumerate(text_of(file).split("\n"), 1):
        where = f"{file.name}, line {number}"
        if line.strip() and not _take(made, line, where, problems):
            problems.add("a line of an .ann is not understood", where)
    return made


def _take(made: _Document, line: str, where: str, problems: Aside) -> bool:
    """Take what a line says; False where it is not understood."""
    mark, *rest = line.split("\t")
    words, told = (rest[0].split() if rest else []), rest[1] if len(rest) > 1 else None
    kind = mark[:1]
    if kind == "T" and words:
        return _take_entity(made, mark, words, told, (where, problems))
    if kind == "R" and len(words) == 3:
        first, second = (word.partition(":")[2] for word in words[1:])
        made.relations.append((words[0], first, second))
    elif kind in {"A", "M"} and len(words) > 1:
        value = words[2] if len(words) > 2 else True
        made.attributes.setdefault(words[1], {})[words[0]] = value
    elif kind == "#" and len(words) > 1 and told is not None:
        made.notes.setdefault(words[1], []).append(told)
    elif kind in _NOT_CARRIED:
        problems.add(f"{_NOT_CARRIED[kind]} has no place in Label Studio", where)
    else:
        return False
    return True


_NOT_CARRIED = {"E": "an event", "*": "an equivalence", "N": "a normalization"}


def _take_entity(
    made: _Document,
    mark: str,
    words: list[str],
    told: str | None,
    telling: tuple[str, Aside],
) -> bool:
    places = [_place(part) for part in " ".join(words[1:]).split(";")]
    whole = [one for one in places if one is not None and one[1] <= len(made.text)]
    if len(whole) < len(places):
        return False
    made.entities[mark] = words[0], whole
    there = " ".join(made.text[start:end] for start, end in whole)
    if told is not None and told.split() != there.split():
        where, problems = telling
        problems.add("a line of an .ann says other words than its text has", where)
    return True


def _place(text: str) -> tuple[int, int] | None:
    words = text.split()
    if len(words) != 2 or not all(word.isascii() and word.isdigit() for word in words):
        return None
    start, end = map(int, words)
    return (start, end) if start <= end else None


def _results(
    document: _Document, row: str, name: str, controls: dict[str, Any], problems: Aside
) -> Iterator[Result]:
    for mark, (label, places) in document.entities.items():
        for part, (start, end) in enumerate(_merged(places, document.text)):
            ident = f"{row}-{mark}" if not part else f"{row}-{mark}-{part}"
            result = stretches.span(ident, (start, end), document.text, label, name)
            if not part and mark in document.notes:
                result["meta"] = {"text": document.notes[mark]}
            if part:
                yield _relation(f"{row}-{mark}", ident, "part")
            yield result
            if not part:
                yield from about_region(result, document.attributes.get(mark), controls)
    for label, first, second in document.relations:
        if first in document.entities and second in document.entities:
            yield _relation(f"{row}-{first}", f"{row}-{second}", label)
        else:
            problems.add("a relation has an end that is no entity")


def _merged(places: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Join parts that only a line break stands between."""
    made: list[tuple[int, int]] = []
    for start, end in places:
        if made and text[made[-1][1] : start].strip("\n") == "" and made[-1][1] < start:
            made[-1] = made[-1][0], end
        else:
            made.append((start, end))
    return made


def _relation(first: str, second: str, label: str) -> Result:
    return {
        "type": "relation",
        "from_id": first,
        "to_id": second,
        "direction": "right",
        "labels": [label],
    }


def looks(path: Path, head: bytes) -> bool:  # noqa: ARG001 - a folder has no first bytes
    """Whether a folder has texts with what is said of them."""
    if not path.is_dir():
        return False
    return any(one.with_suffix(".txt").is_file() for one in path.rglob("*.ann"))


FORMAT = Format(
    name="brat",
    words="brat standoff: stretches of texts, and relations, a .txt and a .ann each",
    also=("brat-standoff", "standoff"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
