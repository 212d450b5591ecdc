"""Prodigy's JSONL: an example a line, with its spans, its choices and an answer.

What Prodigy writes: https://prodi.gy/docs/api-interfaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from nblabel.base.jsontext import dumps
from nblabel.base.times import as_time
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats import _regions as regions
from nblabel.formats import _stretches as stretches
from nblabel.formats._making import Making
from nblabel.formats._tokens import tokens, touched
from nblabel.formats._words import lines_of, object_of
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Lost, Out, needs, unreadable
from nblabel.formats.table import number, whole

_SPEAKING = ("Text", "Image", *stretches.SOUNDS)
_RECT, _POLYGON = "rect", "polygon"


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, *_SPEAKING, what="spans and choices of texts, images and recordings")


# -- out


def write(examples: Iterable[Example], out: Out) -> None:
    """Write a line for each text, image or recording; it is accepted."""
    with out.path.open("w", encoding="utf-8", newline="\n") as file:
        for example in examples:
            for line in (*_texts(example, out), *_images(example, out), *_sounds(example, out)):
                meta = {"key": example.key}
                by = {"_annotator_id": example.annotator} if example.annotator else {}
                file.write(dumps({**line, "answer": "accept", "meta": meta, **by}) + "\n")


def _texts(example: Example, out: Out) -> Iterator[dict[str, Any]]:
    if not any(element.tag == "Text" for element in example.config.objects.values()):
        return
    for passage in stretches.passages(example, out.lost):
        passage.lose(out.lost, "choices", "textarea", relations=True)
        found = tokens(passage.text)
        line: dict[str, Any] = {
            "text": passage.text,
            "tokens": [
                {
                    "text": passage.text[start:end],
                    "start": start,
                    "end": end,
                    "id": at,
                    "ws": passage.text[end : end + 1] == " ",
                }
                for at, (start, end) in enumerate(found)
            ],
            "spans": [],
            **_answers(passage),
        }
        heads: dict[str, dict[str, Any]] = {}
        for one in passage.stretches:
            stretches.lose_of(one, example.key, out.lost, "labels")
            places = touched(found, one.start, one.end)
            for label in stretches.labelled(one, example.key, out.lost):
                span = {"start": int(one.start), "end": int(one.end), "label": label}
                if places:
                    span |= {"token_start": places[0], "token_end": places[-1]}
                heads.setdefault(one.id, span)
                line["spans"].append(span)
        if relations := list(_relations(passage, heads, out.lost)):
            line["relations"] = relations
        yield line


def _relations(
    passage: stretches.Passage, heads: Mapping[str, dict[str, Any]], lost: Lost
) -> Iterator[dict[str, Any]]:
    for one in passage.relations:
        source, target = heads[one.source], heads[one.target]
        if one.direction == "left":
            source, target = target, source
        elif one.direction == "bi":
            lost(passage.example.key, "", "a relation both ways goes one way")
        if "token_end" not in source or "token_end" not in target:
            lost(passage.example.key, "", "a relation has an end without a token")
            continue
        ends = {"head": source["token_end"], "child": target["token_end"]}
        for label in one.labels or ["related"]:
            yield {**ends, "label": label, "head_span": dict(source), "child_span": dict(target)}


def _answers(said: stretches.Said) -> dict[str, Any]:
    """Return choices as Prodigy's options, and texts under the names of their controls."""
    made: dict[str, Any] = dict(said.written())
    for name, chosen in said.chosen().items():
        control = said.example.config.controls.get(name)
        every = [] if control is None else said.example.config.labels(control)
        options = [{"id": label, "text": label} for label in dict.fromkeys([*every, *chosen])]
        made["options"] = [*made.get("options", ()), *options]
        made["accept"] = [*made.get("accept", ()), *chosen]
    return made


def _images(example: Example, out: Out) -> Iterator[dict[str, Any]]:
    if not any(element.tag == "Image" for element in example.config.objects.values()):
        return
    for picture in regions.pictures(example, out.lost):
        picture.lose(out.lost, "choices")
        named = picture.medium.address or out.place(example.key, picture.medium)
        line: dict[str, Any] = {"image": named, "spans": []}
        if picture.size is not None:
            line |= {"width": picture.size[0], "height": picture.size[1]}
        for region in picture.regions:
            regions.lose_of(region, example.key, out.lost)
            if region.shape in {"mask", "keypoint", "vector"}:
                out.lost(example.key, region.control, f"a {region.shape} has no place")
                continue
            for label in regions.labelled(region, example.key, out.lost):
                line["spans"].append({"label": label, **_outline(region, example.key, out.lost)})
        chosen = [word for words in picture.choices.values() for word in words]
        if chosen:
            options = [{"id": word, "text": word} for word in _every(example, picture.choices)]
            line |= {"options": options, "accept": chosen}
        yield line


def _every(example: Example, choices: Mapping[str, Sequence[str]]) -> list[str]:
    made: dict[str, None] = {}
    for name, chosen in choices.items():
        control = example.config.controls.get(name)
        made |= dict.fromkeys(
            [*([] if control is None else example.config.labels(control)), *chosen]
        )
    return list(made)


def _outline(region: regions.Region, key: str, lost: Lost) -> dict[str, Any]:
    if region.shape == "rectangle" and not region.turned:
        x, y, width, height = geometry.upright(region.value, region.size)
        points = [[x, y], [x, y + height], [x + width, y + height], [x + width, y]]
        box = {"x": x, "y": y, "width": width, "height": height}
        return {"type": _RECT, "points": points, **box}
    if region.shape == "rectangle":
        lost(key, region.control, "a box that is turned is a polygon")
    elif region.shape == "ellipse":
        lost(key, region.control, "an ellipse is a polygon")
    return {"type": _POLYGON, "points": [list(point) for point in region.points()]}


def _sounds(example: Example, out: Out) -> Iterator[dict[str, Any]]:
    if not any(element.tag in stretches.SOUNDS for element in example.config.objects.values()):
        return
    for recording in stretches.recordings(example, out.lost):
        recording.lose(out.lost, "choices", "textarea")
        spans: list[dict[str, Any]] = []
        for one in recording.stretches:
            stretches.lose_of(one, example.key, out.lost, "labels")
            place = {"start": one.start, "end": one.end, "id": one.id}
            labels = stretches.labelled(one, example.key, out.lost)
            spans += ({**place, "label": label} for label in labels)
        named = recording.medium.address or out.place(example.key, recording.medium)
        yield {"audio": named, "audio_spans": spans, **_answers(recording)}


# -- in


@dataclass(slots=True)
class _Read:
    """The lines of a file, as tasks of one object."""

    making: Making
    problems: Aside = field(default_factory=Aside)
    rows: list[dict[str, Any]] = field(default_factory=list)
    said: list[list[dict[str, Any]]] = field(default_factory=list)


def read(path: Path) -> Dataset:
    """Read a file whose lines are all about texts, all about images or all about recordings.

    What was accepted is submitted, what was ignored is skipped. A label that was accepted or
    rejected is a choice of itself or of "reject": nothing says that a rejected one holds.
    """
    made: _Read | None = None
    kind = ""
    for at, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        given = object_of(line)
        found = next((name for name in ("text", "image", "audio", "video") if name in given), "")
        if not found or not isinstance(given[found], str):
            (made or _Read(Making("Text", "text"))).problems.add(
                "a line has no text, image or audio", f"line {at}"
            )
            continue
        if made is None:
            kind = found
            made = _Read(Making(_TAGS[found], found))
        if found != kind:
            made.problems.add(f"a line is not about {kind} as the first is", f"line {at}")
            continue
        _Line(made, kind, given, at).take()
    if made is None:
        raise unreadable(path, "no line of it is an example of Prodigy")
    rows, said = made.rows, made.said
    roots = (path.parent.absolute(),)
    return Dataset(made.making.xml(), rows, lambda: iter(said), roots, False, made.problems)


_TAGS = {"text": "Text", "image": "Image", "audio": "Audio", "video": "Audio"}


class _Line:
    """One example."""

    def __init__(self, read: _Read, kind: str, given: Mapping[str, Any], at: int) -> None:
        self._read, self._kind, self._given, self._at = read, kind, given, at
        self._where = f"line {at}"

    def take(self) -> None:
        """Make a row of it, and what it says."""
        given, read = self._given, self._read
        meta = given.get("meta")
        row: dict[str, Any] = {self._kind: given[self._kind]}
        kept = {name: given[name] for name in ("_input_hash", "_task_hash") if name in given}
        if isinstance(meta, dict):
            kept = {**meta, **kept}
        if kept:
            row["meta"] = kept
        read.rows.append(row)
        answer = given.get("answer")
        if answer == "ignore":
            read.said.append([{"result": [], "was_cancelled": True, **self._who()}])
            return
        results = list(self._results(rejected=answer == "reject"))
        says = answer in {"accept", "reject"} or bool(results)
        read.said.append([{"result": results, **self._who()}] if says else [])

    def _who(self) -> dict[str, Any]:
        by = self._given.get("_annotator_id") or self._given.get("_session_id")
        at = number(self._given.get("_timestamp"))
        made: dict[str, Any] = {"completed_by": by} if isinstance(by, str) else {}
        if at is not None:
            when = as_time(datetime.fromtimestamp(at, timezone.utc).isoformat())
            made |= {"created_at": when, "updated_at": when}
        return made

    def _results(self, *, rejected: bool) -> Iterator[Result]:
        given = self._given
        label = given.get("label")
        if isinstance(label, str):
            yield self._choice([label if not rejected else "reject"], label, "reject")
        elif rejected:
            self._read.problems.add("a rejected line asserts nothing", self._where)
            return
        options = given.get("options")
        if isinstance(options, list):
            yield from self._options(options)
        if self._kind == "text":
            yield from self._spans()
        elif self._kind == "image":
            yield from self._shapes()
        else:
            yield from self._stretches()

    def _choice(self, chosen: list[str], *every: str) -> Result:
        for word in every:
            self._read.making.label("Choices", word)
        control = self._read.making.control("Choices")
        if len(chosen) > 1:
            control.settings["choice"] = "multiple"
        return {
            "id": f"{self._at}-c",
            "from_name": control.name,
            "to_name": self._kind,
            "type": "choices",
            "value": {"choices": chosen},
        }

    def _options(self, options: list[Any]) -> Iterator[Result]:
        words = {
            str(one.get("id")): str(one.get("text", one.get("id")))
            for one in options
            if isinstance(one, dict)
        }
        accepted = self._given.get("accept")
        chosen = [words.get(str(i), str(i)) for i in accepted] if isinstance(accepted, list) else []
        result = self._choice(chosen, *words.values())
        if chosen:
            yield result

    def _spans(self) -> Iterator[Result]:
        text, ids = str(self._given["text"]), dict[tuple[int, int], str]()
        for number_, one in enumerate(self._each("spans")):
            start, end, label = whole(one.get("start")), whole(one.get("end")), one.get("label")
            if start is None or end is None or not 0 <= start <= end <= len(text):
                self._read.problems.add("a span lies outside of its text", self._where)
                continue
            control = self._read.making.label("Labels", str(label))
            ident = f"{self._at}-{number_}"
            ids[start, end] = ident
            yield stretches.span(ident, (start, end), text, str(label), control.name)
        for one in self._each("relations"):
            ends = [self._end(one.get(name), ids) for name in ("head_span", "child_span")]
            if None in ends:
                self._read.problems.add("a relation has an end that is no span", self._where)
                continue
            label = str(one.get("label", "related"))
            self._read.making.relations.setdefault(label)
            relation = {"from_id": ends[0], "to_id": ends[1], "direction": "right"}
            yield {"type": "relation", **relation, "labels": [label]}

    def _end(self, given: Any, ids: Mapping[tuple[int, int], str]) -> str | None:
        if not isinstance(given, dict):
            return None
        start, end = whole(given.get("start")), whole(given.get("end"))
        return None if start is None or end is None else ids.get((start, end))

    def _shapes(self) -> Iterator[Result]:
        size = whole(self._given.get("width")), whole(self._given.get("height"))
        for number_, one in enumerate(self._each("spans")):
            if not size[0] or not size[1]:
                self._read.problems.add("the size of an image is not known", self._where)
                return
            made = _shape(one, (size[0], size[1]))
            if made is None:
                self._read.problems.add("a span has no outline that can be read", self._where)
                continue
            tag, value = made
            control = self._read.making.label(tag, str(one.get("label")))
            ident = str(one.get("id") or f"{self._at}-{number_}")
            yield control.on_image(ident, value, (size[0], size[1]), str(one.get("label")))

    def _stretches(self) -> Iterator[Result]:
        for number_, one in enumerate(self._each("audio_spans")):
            start, end = number(one.get("start")), number(one.get("end"))
            if start is None or end is None or end < start:
                self._read.problems.add("a span has no start and end", self._where)
                continue
            control = self._read.making.label("Labels", str(one.get("label")))
            yield {
                "id": str(one.get("id") or f"{self._at}-{number_}"),
                "from_name": control.name,
                "to_name": self._kind,
                "type": "labels",
                "value": {"start": start, "end": end, "labels": [str(one.get("label"))]},
            }

    def _each(self, name: str) -> Iterator[Mapping[str, Any]]:
        given = self._given.get(name)
        for one in given if isinstance(given, list) else ():
            if isinstance(one, dict):
                yield one
            else:
                self._read.problems.add(f'"{name}" holds something else than objects', self._where)


def _shape(one: Mapping[str, Any], size: geometry.Size) -> tuple[str, dict[str, Any]] | None:
    """Return the control and the place of a span on an image."""
    box = [number(one.get(name)) for name in ("x", "y", "width", "height")]
    points = one.get("points")
    outline = [
        (point[0], point[1])
        for point in (points if isinstance(points, list) else ())
        if isinstance(point, list) and len(point) == 2 and None not in map(number, point)
    ]
    if one.get("type", _RECT) == _RECT:
        if None in box and len(outline) > 1:
            box = list(geometry.bounds(outline))
        if None in box:
            return None
        x, y, width, height = (value or 0.0 for value in box)
        return "RectangleLabels", geometry.rectangle((x, y, width, height), size, 0)
    if len(outline) < 3:
        return None
    return "PolygonLabels", {"points": geometry.to_percent(outline, size), "closed": True}


def looks(path: Path, head: bytes) -> bool:
    """Whether the first line is one of Prodigy's."""
    if path.suffix.lower() != ".jsonl":
        return False
    first = object_of(head.split(b"\n", 1)[0])
    if not {"text", "image", "audio", "video"} & {*first}:
        return False
    return "_task_hash" in first or "_input_hash" in first or first.get("answer") in _ANSWERS


_ANSWERS = ("accept", "reject", "ignore")

FORMAT = Format(
    name="prodigy",
    words="Prodigy's JSONL: spans and choices of texts, images and recordings",
    suffixes=(".jsonl",),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
