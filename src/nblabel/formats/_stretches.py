"""What an annotation says about the texts and recordings of a task: stretches, and answers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nblabel.core.annotation import Result, value_of
from nblabel.formats.dataset import Example, Lost, Medium
from nblabel.formats.table import number, whole

TEXTS = ("Text",)
SOUNDS = ("Audio", "AudioPlus", "Video")

Carried = Literal["attributes", "notes", "score", "parent", "labels", "channel"]


@dataclass(slots=True)
class Stretch:
    """A stretch of a text, in code points, or of a recording, in seconds.

    Parameters
    ----------
    id
        Its id; "" where it has none.
    control
        The control that marked it.
    start, end
        Where it begins, and where what follows it begins.
    labels
        What it is labelled with.
    attributes
        What per-region controls say of it: type and value, by their names.
    channel
        Which channel of a recording it is on, from 0; None where all are meant.
    parent
        The id of the region that it belongs to.
    score
        How sure a model was.
    note
        The note on it.
    """

    id: str
    control: str
    start: float
    end: float
    labels: list[str] = field(default_factory=list)
    attributes: dict[str, tuple[str, Any]] = field(default_factory=dict)
    channel: int | None = None
    parent: str | None = None
    score: float | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """What was written of it, as in a transcript; "" where nothing was."""
        written = (v for kind, v in self.attributes.values() if kind == "textarea")
        return "\n".join("\n".join(map(str, value)) for value in written if isinstance(value, list))


@dataclass(slots=True)
class Relation:
    """A relation between two regions.

    Parameters
    ----------
    source, target
        The ids of its ends.
    labels
        What it is labelled with.
    direction
        "right", "left" or "bi".
    """

    source: str
    target: str
    labels: list[str]
    direction: str


@dataclass(slots=True)
class Said:
    """What is said of one text, or of one recording.

    Parameters
    ----------
    example
        The task.
    name
        The object.
    stretches
        Its regions, by their start.
    answers
        What is said of the whole, and of the whole task: type and value, by control.
    relations
        Relations between its regions.
    """

    example: Example
    name: str
    stretches: list[Stretch]
    answers: dict[str, tuple[str, Any]]
    relations: list[Relation]

    def chosen(self) -> dict[str, list[str]]:
        """Return what is chosen of the whole, by control."""
        return {
            control: list(map(str, value))
            for control, (kind, value) in self.answers.items()
            if kind == "choices" and isinstance(value, list)
        }

    def written(self) -> dict[str, str]:
        """Return what is written about the whole, by control."""
        return {
            control: "\n".join(map(str, value))
            for control, (kind, value) in self.answers.items()
            if kind == "textarea" and isinstance(value, list)
        }

    def lose(self, lost: Lost, *carried: str, relations: bool = False) -> None:
        """Tell what is said of the whole, but for the types of answers that a format carries."""
        for control, (kind, _) in self.answers.items():
            if kind not in carried:
                lost(self.example.key, control, "an answer about the whole task has no place")
        if not relations:
            for _ in self.relations:
                lost(self.example.key, "", "a relation has no place")


@dataclass(slots=True)
class Passage(Said):
    """A text with what is said of it."""

    text: str


@dataclass(slots=True)
class Recording(Said):
    """A recording with what is said of it.

    Parameters
    ----------
    medium
        The recording.
    length
        Its length in seconds, as the results have it; None where they do not say.
    """

    medium: Medium
    length: float | None


def passages(example: Example, lost: Lost) -> Iterator[Passage]:
    """Yield the texts of a task that are at hand, each with what is said of it."""
    names = _named(example, TEXTS)
    grouped = _Grouped(example, names, lost)
    for name in names:
        text = example.text(name)
        if text is None:
            lost(example.key, "", "a text cannot be read")
            continue
        stretches = [s for s in grouped.stretches(name) if _fits(s, text, example.key, lost)]
        yield Passage(example, name, stretches, *grouped.rest(name, stretches), text)


def recordings(example: Example, lost: Lost) -> Iterator[Recording]:
    """Yield the recordings of a task, each with what is said of it."""
    names = _named(example, SOUNDS)
    grouped = _Grouped(example, names, lost)
    for name in names:
        for medium in example.media(name)[:1]:
            stretches = list(grouped.stretches(name))
            length = grouped.lengths.get(name)
            rest = grouped.rest(name, stretches)
            yield Recording(example, name, stretches, *rest, medium, length)


def _named(example: Example, tags: Iterable[str]) -> list[str]:
    return [name for name, element in example.config.objects.items() if element.tag in tags]


def _fits(stretch: Stretch, text: str, key: str, lost: Lost) -> bool:
    is_whole = float(stretch.start).is_integer() and float(stretch.end).is_integer()
    if is_whole and 0 <= stretch.start <= stretch.end <= len(text):
        return True
    lost(key, stretch.control, "a region lies outside of its text")
    return False


class _Grouped:
    """The results of a task by what they are about."""

    def __init__(self, example: Example, names: Sequence[str], lost: Lost) -> None:
        self._regions: dict[tuple[str, str], list[Result]] = {}
        self._answers: dict[str, dict[str, tuple[str, Any]]] = {}
        self._relations: list[Relation] = []
        self._first = names[0] if names else ""
        self._key, self._lost = example.key, lost
        self.lengths: dict[str, float] = {}
        for at, result in enumerate(example.results):
            self._take(result, at, names)

    def _take(self, result: Result, at: int, names: Sequence[str]) -> None:
        control, about = str(result.get("from_name", "")), str(result.get("to_name"))
        kind, value = str(result.get("type")), value_of(result)
        if kind == "relation":
            labels = result.get("labels")
            named = [str(one) for one in labels] if isinstance(labels, list) else []
            ends = str(result.get("from_id")), str(result.get("to_id"))
            self._relations.append(Relation(*ends, named, str(result.get("direction", "right"))))
        elif about in names and "start" in value:
            ident = result.get("id")
            known = f"\0{at}" if ident is None else str(ident)
            self._regions.setdefault((about, known), []).append(result)
            if length := number(result.get("original_length")):
                self.lengths[about] = length
        elif "start" in value or "x" in value or "points" in value or "rle" in value:
            self._lost(self._key, control, "a region is on something that is not written")
        else:
            whole_task = self._answers.setdefault(about if about in names else self._first, {})
            whole_task[control] = kind, value.get("text" if kind == "textarea" else kind)

    def stretches(self, name: str) -> Iterator[Stretch]:
        """Yield the regions of an object, by their start."""
        made = (_stretch(results) for (about, _), results in self._regions.items() if about == name)
        whole_ones: list[Stretch] = []
        for one in made:
            if isinstance(one, Stretch):
                whole_ones.append(one)
            else:
                self._lost(self._key, one, "a region has no start and end that can be read")
        yield from sorted(whole_ones, key=lambda one: (one.start, one.end))

    def rest(
        self, name: str, stretches: Sequence[Stretch]
    ) -> tuple[dict[str, tuple[str, Any]], list[Relation]]:
        """Return the answers, and the relations between some regions."""
        ids = {one.id for one in stretches}
        between = [r for r in self._relations if r.source in ids and r.target in ids]
        if name == self._first:
            everywhere = {ident for _, ident in self._regions}
            for one in self._relations:
                if not {one.source, one.target} <= everywhere:
                    self._lost(self._key, "", "a relation has an end that is not there")
        return self._answers.get(name, {}), between


def _stretch(results: Sequence[Result]) -> Stretch | str:
    """Make one region of the results that share an id; the control's name where that fails."""
    marked = next((r for r in results if _labels_of(r) is not None), results[0])
    value, control = value_of(marked), str(marked.get("from_name", ""))
    start, end = number(value.get("start")), number(value.get("end"))
    if start is None or end is None:
        return control
    meta, parent, ident = marked.get("meta"), marked.get("parentID"), marked.get("id")
    note = meta.get("text") if isinstance(meta, dict) else None
    made = Stretch(
        "" if ident is None else str(ident),
        control,
        start,
        end,
        channel=whole(value.get("channel")),
        parent=parent if isinstance(parent, str) and parent else None,
        score=number(marked.get("score")),
        note="\n".join(map(str, note)) if isinstance(note, list) else str(note or ""),
    )
    for result in results:
        labels = _labels_of(result)
        if labels is not None:
            made.labels += (one for one in labels if one not in made.labels)
        else:
            kind = str(result.get("type"))
            own = value_of(result).get("text" if kind == "textarea" else kind)
            made.attributes[str(result.get("from_name", ""))] = kind, own
    return made


def _labels_of(result: Result) -> list[str] | None:
    kind = str(result.get("type"))
    if not kind.endswith("labels"):
        return None
    given = value_of(result).get(kind)
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def lose_of(stretch: Stretch, key: str, lost: Lost, *carried: Carried) -> None:
    """Tell what is said of a region besides place and first label, but for what is carried."""
    control = stretch.control
    if "attributes" not in carried:
        for name in stretch.attributes:
            lost(key, name, "what is said of a single region has no place")
    told = {
        "notes": (stretch.note, "the note of a region has no place"),
        "score": (stretch.score is not None, "the score of a region has no place"),
        "parent": (stretch.parent, "which region another belongs to has no place"),
        "labels": (len(stretch.labels) > 1, "of several labels of a region the first is kept"),
        "channel": (stretch.channel, "the channel of a region has no place"),
    }
    for what, (is_there, sentence) in told.items():
        if is_there and what not in carried:
            lost(key, control, sentence)


def label_of(stretch: Stretch, key: str, lost: Lost) -> str:
    """Return the first label of a region; one that has none is named by its control."""
    if not stretch.labels:
        lost(key, stretch.control, "a region without a label is named by its control")
        return stretch.control
    return stretch.labels[0]


def labelled(stretch: Stretch, key: str, lost: Lost) -> list[str]:
    """Return all labels of a region, for formats that write it once for each."""
    return stretch.labels or [label_of(stretch, key, lost)]


def apart(stretches: Sequence[Stretch], key: str, lost: Lost) -> list[Stretch]:
    """Return regions of which none overlaps another: longer ones first; the rest is told.

    >>> some = [Stretch("a", "ner", 0, 4), Stretch("b", "ner", 2, 12), Stretch("c", "ner", 12, 14)]
    >>> told = []
    >>> [one.id for one in apart(some, "7", lambda *what: told.append(what))], len(told)
    (['b', 'c'], 1)
    """
    kept: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: (one.start - one.end, one.start)):
        at = bisect_left(kept, one.end, key=lambda other: other.start)
        if one.start == one.end:
            lost(key, one.control, "a region without a length has no place")
        elif at and kept[at - 1].end > one.start:
            lost(key, one.control, "a region overlaps a longer one and is left out")
        else:
            kept.insert(at, one)
    return kept


# -- in


def span(ident: str, place: tuple[int, int], text: str, label: str, name: str) -> Result:
    """Return a labelled stretch of a text, by its control's name, as Label Studio has it."""
    start, end = place
    value: Mapping[str, Any] = {"start": start, "end": end, "text": text[start:end]}
    return {
        "id": ident,
        "from_name": name,
        "to_name": "text",
        "type": "labels",
        "value": {**value, "labels": [label]},
    }
