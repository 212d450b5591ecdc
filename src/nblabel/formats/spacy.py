"""spaCy's DocBin: documents with entities, overlapping spans and categories.

What is in one: https://spacy.io/api/docbin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from nblabel.base.arguments import one_of
from nblabel.base.errors import FormatError
from nblabel.base.optional import optional
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _stretches as stretches
from nblabel.formats._making import Making
from nblabel.formats._stretches import Passage, Stretch
from nblabel.formats._words import text_rows
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Lost, Out, needs, unreadable

Borders = Literal["expand", "contract", "strict"]

_SURE = 0.5  # from which on a category is chosen


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Text", what="labelled stretches and categories of texts")


def write(
    examples: Iterable[Example],
    out: Out,
    *,
    lang: str = "xx",
    borders: Borders = "expand",
    spans_key: str | None = None,
) -> None:
    """Write texts as documents of a blank pipeline.

    Parameters
    ----------
    examples, out
        What is written, and where.
    lang
        The language whose rule says what tokens are; "xx" is that of many.
    borders
        What becomes of a region that ends inside a token: "expand", "contract", or "strict",
        which leaves it out, and says so.
    spans_key
        Where regions go: by default they are ``doc.ents``, of which none may overlap; under a
        key such as "sc" they are ``doc.spans[key]``, which may.
    """
    one_of("borders", borders, get_args(Borders))
    spacy = optional("spacy", feature='format="spacy"', extra="spacy")
    try:
        nlp = spacy.blank(lang)
    except (ImportError, ValueError) as error:
        raise FormatError(f'lang="{lang}" is no language of spaCy: {_first(error)}') from None
    docs = spacy.tokens.DocBin(store_user_data=True)
    for example in examples:
        for passage in stretches.passages(example, out.lost):
            passage.lose(out.lost, "choices")
            doc = nlp.make_doc(passage.text)
            doc.user_data["key"] = example.key
            doc.cats = _categories(passage, out.lost)
            made = _spans(doc, passage, borders, out.lost, may_overlap=spans_key is not None)
            if spans_key is None:
                doc.set_ents(made)
            else:
                doc.spans[spans_key] = made
            docs.add(doc)
    out.path.write_bytes(docs.to_bytes())


def _first(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def _categories(passage: Passage, lost: Lost) -> dict[str, float]:
    """Return every choice of the controls that say something, 1 where it is chosen."""
    made: dict[str, float] = {}
    for name, chosen in passage.chosen().items():
        control = passage.example.config.controls.get(name)
        every = [] if control is None else passage.example.config.labels(control)
        for label in dict.fromkeys([*every, *chosen]):
            if made.get(label):
                lost(passage.example.key, name, "two controls have one choice and are one category")
            made[label] = max(made.get(label, 0.0), float(label in chosen))
    return made


def _spans(
    doc: Any, passage: Passage, borders: Borders, lost: Lost, *, may_overlap: bool
) -> list[Any]:
    key = passage.example.key
    made: list[Any] = []
    taken: set[int] = set()
    for one in passage.stretches if may_overlap else _longest_first(passage, lost):
        stretches.lose_of(one, key, lost, "labels" if may_overlap else "parent")
        labels = one.labels if may_overlap and one.labels else [stretches.label_of(one, key, lost)]
        for label in labels:
            start, end = int(one.start), int(one.end)
            found = doc.char_span(start, end, label=label, alignment_mode=borders)
            if found is None or not len(found):
                lost(key, one.control, "a region ends inside a token and is left out")
            elif not may_overlap and taken.intersection(range(found.start, found.end)):
                lost(key, one.control, "a region shares a token with another and is left out")
            else:
                taken.update(range(found.start, found.end))
                made.append(found)
    return made


def _longest_first(passage: Passage, lost: Lost) -> list[Stretch]:
    kept = stretches.apart(passage.stretches, passage.example.key, lost)
    return sorted(kept, key=lambda one: one.start - one.end)


# -- in


def read(path: Path) -> Dataset:
    """Read documents: entities, spans of every key, and categories."""
    spacy = optional("spacy", feature='format="spacy"', extra="spacy")
    try:
        docs = spacy.tokens.DocBin().from_bytes(path.read_bytes())
        documents = list(docs.get_docs(spacy.blank("xx").vocab))
    except Exception as error:  # gzip, msgpack and spaCy each have their own
        raise unreadable(path, f"it is no DocBin: {_first(error)}") from None
    making, problems = Making("Text", "text"), Aside()
    said = [list(_results(doc, row, making, problems)) for row, doc in enumerate(documents)]
    return text_rows(making, [doc.text for doc in documents], said, problems)


def _results(doc: Any, row: int, making: Making, problems: Aside) -> Iterator[Result]:
    groups = {"label": doc.ents, **{str(key): group for key, group in doc.spans.items()}}
    number = 0
    for name, group in groups.items():
        for one in group:
            if one.start_char == one.end_char:
                problems.add("a span is empty", f"document {row}")
                continue
            control = making.label("Labels", one.label_, name=name)
            yield stretches.span(
                f"{row}-{number}",
                (one.start_char, one.end_char),
                doc.text,
                one.label_,
                control.name,
            )
            number += 1
    chosen = [name for name, sure in doc.cats.items() if sure >= _SURE]
    for name in doc.cats:
        making.label("Choices", name)
    if doc.cats:
        control = making.control("Choices")
        if len(chosen) > 1:
            control.settings["choice"] = "multiple"
        yield {
            "id": f"{row}-c",
            "from_name": control.name,
            "to_name": "text",
            "type": "choices",
            "value": {"choices": chosen},
        }


def looks(path: Path, head: bytes) -> bool:
    """Whether it is a file of spaCy."""
    return path.suffix.lower() == ".spacy" and head[:1] != b"{"


FORMAT = Format(
    name="spacy",
    words="spaCy's DocBin: entities, spans and categories of texts",
    suffixes=(".spacy",),
    also=("docbin",),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
