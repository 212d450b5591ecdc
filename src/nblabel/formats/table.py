"""Result rows: one row a result, what most people ask for in columns of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from nblabel.base.jsontext import dumps, loads
from nblabel.core.annotation import Result, value_of
from nblabel.core.record import AnnotationRecord, TaskRecord

Units = Literal["percent", "px"]
SizeOf = Callable[[Result], tuple[int, int] | None]
"""Gives width and height of the image that a result is about, where it is at hand."""

COLUMNS: dict[str, type] = {
    "key": str,
    "annotation": str,
    "annotator": str,
    "id": str,
    "control": str,
    "object": str,
    "type": str,
    "label": str,
    "text": str,
    "start": float,
    "end": float,
    "x": float,
    "y": float,
    "width": float,
    "height": float,
    "rotation": float,
    "value": str,
    "origin": str,
    "score": float,
    "item_index": int,
    "created_at": str,
    "updated_at": str,
}
"""The columns and what is in them where they are not null."""

_GREATEST = 1e300  # of what is counted with; also no number is an infinite one

_GEOMETRY = ("x", "y", "width", "height")


def rows(
    task: TaskRecord,
    texts: Mapping[str, str],
    *,
    units: Units = "percent",
    size_of: SizeOf = lambda _: None,
    drafts: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield a task's results as rows with the columns of `COLUMNS`.

    Parameters
    ----------
    task
        As the store yields it.
    texts
        What each Text object shows, by its name: a span's ``text`` is cut from it.
    units
        "percent" of the image, as Label Studio has it, or "px".
    size_of
        Asked where a result does not say how large its image is.
    drafts
        Whether unsubmitted work counts.
    """
    for annotation in task.annotations:
        if annotation.state == "skipped":
            continue
        for text in annotation.counting(drafts=drafts):
            result = loads(text)
            row = _row(task.key, annotation, result, texts)
            yield {**row, **_pixels(row, result, size_of)} if units == "px" else row


def _row(
    key: str,
    annotation: AnnotationRecord,
    result: Result,
    texts: Mapping[str, str],
) -> dict[str, Any]:
    value = value_of(result)
    start, end = offset(value, "start"), offset(value, "end")
    shown = texts.get(str(result.get("to_name")))
    if shown is not None and isinstance(start, int) and isinstance(end, int) and 0 <= start <= end:
        text: Any = shown[start:end]
    else:
        text = _joined(value.get("text"))
    geometry = {name: number(value.get(name)) for name in _GEOMETRY}
    return {
        "key": key,
        "annotation": annotation.uid,
        "annotator": annotation.annotator,
        "id": _word(result.get("id")),
        "control": _word(result.get("from_name")),
        "object": _word(result.get("to_name")),
        "type": _word(result.get("type")),
        "label": label(result),
        "text": text,
        "start": start,
        "end": end,
        **geometry,
        "rotation": number(value.get("rotation")),
        "value": dumps(value or result.get("value") or {}),
        "origin": _word(result.get("origin")),
        "score": number(result.get("score")),
        "item_index": whole(result.get("item_index")),
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
    }


def number(value: Any) -> int | float | None:
    """Return a finite number, or None: some results keep xpaths where others keep offsets.

    >>> number(3), number("/p[1]/text()[1]"), number(True)
    (3, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_GREATEST < value < _GREATEST else None


def whole(value: Any) -> int | None:
    """Return a whole number, also one that is written as text or with a point; else None.

    >>> whole("6"), whole(6.0), whole("6.5"), whole(2**70)
    (6, 6, None, None)
    """
    if isinstance(value, str) and len(value) < 19 and value.isascii() and value.isdigit():
        return int(value)
    read = number(value)
    if read is None or (isinstance(read, float) and not read.is_integer()):
        return None
    return int(read) if abs(read) < 2**63 else None


def offset(value: Mapping[str, Any], end: str) -> int | float | None:
    """Return where a region begins or ends; None where that is a path, or a paragraph's number."""
    given = value.get(end)
    if "startOffset" in value and isinstance(given, str):
        return None
    read = whole(given)
    return number(given) if read is None else read


def _word(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else dumps(value)


def label(result: Result) -> str | None:
    """Return what a result says, in one text; several labels are joined by a comma.

    >>> label({"type": "rectanglelabels", "value": {"x": 1, "rectanglelabels": ["Cat"]}})
    'Cat'
    >>> label({"type": "choices", "value": {"choices": [["Animal", "Cat"], ["Plant"]]}})
    'Animal / Cat, Plant'
    """
    if "value" not in result:
        return _joined(result.get("labels"))
    value = value_of(result)
    kind = str(result.get("type"))
    own = value.get(kind, value.get("labels"))
    if kind == "textarea":
        return None
    return _joined(own)


def _joined(value: Any) -> str | None:
    if value is None or isinstance(value, dict):
        return None
    if not isinstance(value, list):
        return str(value)
    parts = (" / ".join(map(str, part)) if isinstance(part, list) else str(part) for part in value)
    return ", ".join(parts) or None


def _pixels(row: Mapping[str, Any], result: Result, size_of: SizeOf) -> dict[str, float | None]:
    """Turn percent of an image into its pixels; nulls where its size is not known."""
    if all(row[name] is None for name in _GEOMETRY):
        return {}
    size = (number(result.get("original_width")), number(result.get("original_height")))
    width, height = size if None not in size else size_of(result) or (None, None)
    sizes = {"x": width, "y": height, "width": width, "height": height}
    return {
        name: None if row[name] is None or size is None else row[name] * size / 100
        for name, size in sizes.items()
    }
