"""Folders that Hugging Face's ``datasets`` loads: texts, ``imagefolder`` and ``audiofolder``.

``{split}/metadata.jsonl`` beside the media, each row with ``file_name``; of texts
``{split}.jsonl``. Or the same as Parquet. See https://huggingface.co/docs/datasets/image_dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from nblabel.base.arguments import one_of
from nblabel.base.errors import FormatError
from nblabel.base.jsontext import dumps, strict
from nblabel.base.optional import optional
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats import _regions as regions
from nblabel.formats import _stretches as stretches
from nblabel.formats._making import Making
from nblabel.formats._pictures import told_size
from nblabel.formats._words import lines_of
from nblabel.formats.dataset import (
    Aside,
    Dataset,
    Example,
    Format,
    Lost,
    Medium,
    Out,
    needs,
    safe_name,
    unreadable,
)
from nblabel.formats.table import number, whole

Files = Literal["jsonl", "parquet"]
Row = dict[str, Any]

_LOT = 1_000  # rows of Parquet that are written together
_META = "metadata"
_NAME = "file_name"


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(
        config, "Text", "Image", *stretches.SOUNDS, what="labels of texts, images and recordings"
    )


# -- out


def write(
    examples: Iterable[Example], out: Out, *, split: str = "train", files: Files = "jsonl"
) -> None:
    """Write rows: ``metadata`` beside the media, or a file of texts.

    Parameters
    ----------
    examples, out
        What is written, and where.
    split
        What the part is called.
    files
        "jsonl" or "parquet", which needs pyarrow.
    """
    one_of("files", files, get_args(Files))
    if safe_name(split) != split or "/" in split:
        raise FormatError(f'split="{split}" is no name of a folder')
    has_media = any(
        element.tag in ("Image", *stretches.SOUNDS) for element in out.config.objects.values()
    )
    folder = out.path / split if has_media else out.path
    folder.mkdir(exist_ok=True)
    name = _META if has_media else split

    def shown(kind: str, example: Example, medium: Medium) -> Row:  # noqa: ARG001 - all alike here
        return {_NAME: out.place(example.key, medium, split)}

    given = (row for example in examples for row in rows(example, out.lost, shown))
    columns = columns_of(out.config)
    if files == "parquet":
        _parquet(given, columns, folder / f"{name}.parquet")
        return
    with (folder / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(dumps(row) + "\n" for row in given)


Shown = Callable[[str, Example, Medium], Row]
"""Gives the columns of a medium: it is told "image" or "audio", the task and the medium."""


def rows(example: Example, lost: Lost, shown: Shown) -> Iterator[Row]:
    """Yield a row for each text, image or recording of a task; each has every column.

    Parameters
    ----------
    example
        The task.
    lost
        Told what does not fit.
    shown
        Gives the columns of a medium.
    """
    tags = {element.tag for element in example.config.objects.values()}
    if "Text" in tags:
        yield from _texts(example, lost)
    if "Image" in tags:
        yield from _images(example, lost, shown)
    if tags.intersection(stretches.SOUNDS):
        yield from _sounds(example, lost, shown)


def columns_of(config: Config, medium: str = _NAME) -> dict[str, Any]:
    """Return what each column of the rows of a config holds, as an example of it.

    Parameters
    ----------
    config
        The config.
    medium
        The column of media.
    """
    tags = {element.tag for element in config.objects.values()}
    made: dict[str, Any] = {"key": ""}
    if "Text" in tags:
        made |= {"text": "", "spans": [{"start": 0, "end": 0, "label": ""}]}
    if "Image" in tags:
        box = {"bbox": [[0.0]], "category": [""], "id": [""], "area": [0.0]}
        made |= {medium: "", "width": 0, "height": 0, "objects": box}
    if tags.intersection(stretches.SOUNDS):
        segment = {"start": 0.0, "end": 0.0, "label": "", "text": ""}
        made |= {medium: "", "transcription": "", "segments": [segment]}
    return made | _answers(config, {})


def _answers(config: Config, said: Mapping[str, Sequence[str]]) -> Row:
    """Return a column for each control that is answered about the whole, filled or empty."""
    made: Row = {}
    for name, element in config.controls.items():
        if config.attribute(element, "perRegion"):
            continue
        chosen = list(said.get(name, ()))
        if element.tag == "Choices":
            is_single = config.attribute(element, "choice") in {"single", "single-radio"}
            made[name] = (chosen[0] if chosen else None) if is_single else chosen
        elif element.tag == "TextArea":
            made[name] = "\n".join(chosen) or None
    return made


def _whole(said: stretches.Said) -> dict[str, list[str]]:
    return said.chosen() | {name: [text] for name, text in said.written().items()}


def _texts(example: Example, lost: Lost) -> Iterator[Row]:
    for passage in stretches.passages(example, lost):
        passage.lose(lost, "choices", "textarea")
        spans: list[Row] = []
        for one in passage.stretches:
            stretches.lose_of(one, example.key, lost, "labels")
            place = {"start": int(one.start), "end": int(one.end)}
            labels = stretches.labelled(one, example.key, lost)
            spans += ({**place, "label": label} for label in labels)
        answers = _answers(example.config, _whole(passage))
        yield {"key": example.key, "text": passage.text, "spans": spans, **answers}


def _images(example: Example, lost: Lost, shown: Shown) -> Iterator[Row]:
    for picture in regions.pictures(example, lost):
        picture.lose(lost, "choices")
        objects: dict[str, list[Any]] = {"bbox": [], "category": [], "id": [], "area": []}
        for region in picture.regions:
            regions.lose_of(region, example.key, lost)
            box = region.box()
            if box is None:
                lost(example.key, region.control, "a mask with nothing in it has no box")
                continue
            if region.shape != "rectangle" or region.turned:
                lost(example.key, region.control, "a shape is written as the box around it")
            for label in regions.labelled(region, example.key, lost):
                objects["bbox"].append(list(box))
                objects["category"].append(label)
                objects["id"].append(region.id)
                objects["area"].append(box[2] * box[3])
        width, height = picture.size or (None, None)
        yield {
            "key": example.key,
            **shown("image", example, picture.medium),
            "width": width,
            "height": height,
            "objects": objects,
            **_answers(example.config, picture.choices),
        }


def _sounds(example: Example, lost: Lost, shown: Shown) -> Iterator[Row]:
    for recording in stretches.recordings(example, lost):
        recording.lose(lost, "choices", "textarea")
        segments = []
        for one in recording.stretches:
            stretches.lose_of(one, example.key, lost, "labels", "attributes")
            for name, (kind, _) in one.attributes.items():
                if kind != "textarea":
                    what = "what is said of a single region but for its words has no place"
                    lost(example.key, name, what)
            for label in stretches.labelled(one, example.key, lost):
                place = {"start": float(one.start), "end": float(one.end)}
                segments.append({**place, "label": label, "text": one.words})
        written = [text for text in recording.written().values() if text]
        yield {
            "key": example.key,
            **shown("audio", example, recording.medium),
            "transcription": " ".join(written or [str(s["text"]) for s in segments if s["text"]]),
            "segments": segments,
            **_answers(example.config, _whole(recording)),
        }


def _parquet(given: Iterable[Row], columns: Mapping[str, Any], path: Path) -> None:
    arrow = optional("pyarrow", feature="writing parquet", extra="arrow")
    parquet = optional("pyarrow.parquet", feature="writing parquet", extra="arrow")
    schema = arrow.schema([(name, _type(arrow, one)) for name, one in columns.items()])
    with parquet.ParquetWriter(path, schema) as writer:
        lot: list[Row] = []
        for row in given:
            lot.append(row)
            if len(lot) == _LOT:
                writer.write_table(arrow.Table.from_pylist(lot, schema))
                lot = []
        writer.write_table(arrow.Table.from_pylist(lot, schema))


def _type(arrow: Any, example: Any) -> Any:
    if isinstance(example, dict):
        return arrow.struct([(name, _type(arrow, one)) for name, one in example.items()])
    if isinstance(example, list):
        return arrow.list_(_type(arrow, example[0]) if example else arrow.string())
    kinds = {int: arrow.int64(), float: arrow.float64()}
    return kinds.get(type(example), arrow.string())


# -- in


def read(path: Path) -> Dataset:
    """Read a folder: its rows with their media, or its texts; a folder of a part, too."""
    files = _files(path)
    if not files:
        raise FormatError(f'"{path}" has no metadata.jsonl, .csv or .parquet, and no texts')
    problems = Aside()
    found: list[tuple[Row, str]] = []
    for file in files:
        where = file.parent.relative_to(path).as_posix()
        prefix = "" if where == "." else f"{where}/"
        found += ((row, prefix) for row in _rows(file, problems))
    return _Read(
        [row for row, _ in found], [prefix for _, prefix in found], path, problems
    ).dataset()


def _files(path: Path) -> list[Path]:
    named = [one for kind in ("jsonl", "parquet") for one in path.rglob(f"{_META}.{kind}")]
    if named:
        return sorted(named)
    texts = [*path.glob("*.jsonl"), *path.glob("*.parquet")]
    return sorted(one for one in texts if not one.name.startswith("."))


def _rows(file: Path, problems: Aside) -> Iterator[Row]:
    if file.suffix == ".parquet":
        parquet = optional("pyarrow.parquet", feature="reading parquet", extra="arrow")
        try:
            with parquet.ParquetFile(file) as opened:
                for batch in opened.iter_batches(_LOT):
                    yield from batch.to_pylist()
        except (OSError, ValueError) as error:
            raise unreadable(file, error) from None
        return
    for at, line in enumerate(lines_of(file), 1):
        try:
            row = strict(line) if line.strip() else None
        except ValueError:
            row = ""
        if isinstance(row, dict):
            yield row
        elif row is not None:
            problems.add("a line is no JSON object", f"{file.name}, line {at}")


class _Read:
    """Rows of a folder, as tasks."""

    def __init__(
        self, given: Sequence[Row], prefixes: Sequence[str], path: Path, problems: Aside
    ) -> None:
        self._given, self._prefixes, self._path, self._problems = given, prefixes, path, problems
        self._roots = (path.absolute(),)
        every = {name: value for row in given for name, value in row.items() if value is not None}
        self._kind = (
            ("audio" if {"transcription", "segments"} & {*every} else "image")
            if _NAME in every
            else "text"
        )
        tags = {"audio": "Audio", "image": "Image", "text": "Text"}
        self._making = Making(tags[self._kind], self._kind)
        self._answers = {
            name: _is_list(value)
            for name, value in every.items()
            if name not in _OWN and (isinstance(value, str) or _is_list(value))
        }

    def dataset(self) -> Dataset:
        rows, said = [], []
        for at, row in enumerate(self._given):
            shown = row.get(_NAME if self._kind != "text" else "text")
            if not isinstance(shown, str):
                self._problems.add(f"a row has no {_NAME} or text", f"row {at}")
                continue
            name = shown if self._kind == "text" else self._prefixes[at] + shown
            kept = {"key": row["key"]} if isinstance(row.get("key"), str) else {}
            rows.append({**kept, self._kind: name})
            results = list(self._results(row, at, name))
            said.append([{"result": results}])
        return Dataset(
            self._making.xml(), rows, lambda: iter(said), self._roots, False, self._problems
        )

    def _results(self, row: Row, at: int, name: str) -> Iterator[Result]:
        yield from self._said(row, at)
        if self._kind == "text":
            yield from self._spans(row, at)
        elif self._kind == "image":
            yield from self._boxes(row, at, name)
        else:
            yield from self._segments(row, at)

    def _said(self, row: Row, at: int) -> Iterator[Result]:
        for name, is_list in self._answers.items():
            value = row.get(name)
            if value is None or (is_list and not value):
                continue
            chosen = [str(one) for one in value] if is_list else [str(value)]
            for word in chosen:
                self._making.label("Choices", word, name=name)
            control = self._making.control("Choices", name)
            if is_list:
                control.settings["choice"] = "multiple"
            yield {
                "id": f"{at}-{name}",
                "from_name": control.name,
                "to_name": self._kind,
                "type": "choices",
                "value": {"choices": chosen},
            }

    def _spans(self, row: Row, at: int) -> Iterator[Result]:
        text = str(row["text"])
        for count, one in enumerate(_each(row.get("spans"))):
            start, end, label = whole(one.get("start")), whole(one.get("end")), one.get("label")
            if start is None or end is None or not 0 <= start <= end <= len(text):
                self._problems.add("a span lies outside of its text", f"row {at}")
                continue
            control = self._making.label("Labels", str(label))
            yield stretches.span(f"{at}-{count}", (start, end), text, str(label), control.name)

    def _boxes(self, row: Row, at: int, name: str) -> Iterator[Result]:
        objects = row.get("objects")
        if not isinstance(objects, dict):
            return
        boxes, labels = objects.get("bbox"), objects.get("category", objects.get("categories"))
        if not isinstance(boxes, list) or not isinstance(labels, list) or len(boxes) != len(labels):
            self._problems.add("a row's objects have no bbox and category for each", f"row {at}")
            return
        width, height = whole(row.get("width")), whole(row.get("height"))
        known = told_size(width, height, name, self._roots)
        ids = objects.get("id")
        for count, (box, label) in enumerate(zip(boxes, labels, strict=True)):
            if known is None or not isinstance(box, list) or len(box) != 4:
                self._problems.add("a box, or its image's size, cannot be read", f"row {at}")
                continue
            x, y, w, h = (number(value) or 0.0 for value in box)
            control = self._making.label("RectangleLabels", str(label))
            ident = str(ids[count]) if isinstance(ids, list) and len(ids) == len(boxes) else ""
            value = geometry.rectangle((x, y, w, h), (known[0] or 1, known[1] or 1), 0)
            yield control.on_image(ident or f"{at}-{count}", value, known, str(label))

    def _segments(self, row: Row, at: int) -> Iterator[Result]:
        text = row.get("transcription")
        segments = list(_each(row.get("segments")))
        if isinstance(text, str) and text and not segments:
            control = self._making.control("TextArea")
            yield {
                "id": f"{at}-t",
                "from_name": control.name,
                "to_name": "audio",
                "type": "textarea",
                "value": {"text": [text]},
            }
        for count, one in enumerate(segments):
            start, end = number(one.get("start")), number(one.get("end"))
            if start is None or end is None:
                self._problems.add("a segment has no start and end", f"row {at}")
                continue
            label, place = str(one.get("label") or "Speech"), {"start": start, "end": end}
            common: Result = {"id": f"{at}-{count}", "to_name": "audio"}
            name = self._making.label("Labels", label).name
            value = {**place, "labels": [label]}
            yield {**common, "from_name": name, "type": "labels", "value": value}
            if one.get("text"):
                settings = {"perRegion": "true"}
                name = self._making.control("TextArea", "words", **settings).name
                value = {**place, "text": [str(one["text"])]}
                yield {**common, "from_name": name, "type": "textarea", "value": value}


_OWN = frozenset(
    {"key", "text", "spans", _NAME, "width", "height", "objects", "transcription", "segments"}
)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _each(given: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in (given if isinstance(given, list) else ()) if isinstance(one, dict))


def looks(path: Path, head: bytes) -> bool:  # noqa: ARG001 - a folder has no first bytes
    """Whether a folder has rows beside media, or texts."""
    return path.is_dir() and (
        any(path.rglob(f"{_META}.jsonl"))
        or any(path.rglob(f"{_META}.parquet"))
        or any(
            (path / f"{split}.{kind}").is_file()
            for split in _SPLITS
            for kind in ("jsonl", "parquet")
        )
    )


_SPLITS = ("train", "validation", "test")

FORMAT = Format(
    name="huggingface",
    words="Hugging Face datasets: texts, imagefolder and audiofolder with their metadata",
    also=("hf", "datasets", "imagefolder", "audiofolder"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
