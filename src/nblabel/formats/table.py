"""Result rows: one row a result, what most people ask for in columns of their own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from nblabel.base.jsontext import dumps, loads
from nblabel.core.annotation import Result
from nblabel.core.record import AnnotationRecord, TaskRecord

Units = Literal["percent", "px"]

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

_GEOMETRY = ("x", "y", "width", "height")


def rows(
    task: TaskRecord,
    texts: Mapping[str, str],
    *,
    units: Units = "percent",
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
    drafts
        Whether unsubmitted work counts.
    """
    for annotation in task.annotations:
        if annotation.state == "skipped":
            continue
        for text in annotation.counting(drafts=drafts):
            yield _row(task.key, annotation, loads(text), texts, units)


def _row(
    key: str,
    annotation: AnnotationRecord,
    result: Result,
    texts: Mapping[str, str],
    units: Units,
) -> dict[str, Any]:
    value = result.get("value")
    value = value if isinstance(value, dict) else {}
    start, end = number(value.get("start")), number(value.get("end"))
    shown = texts.get(str(result.get("to_name")))
    if shown is not None and isinstance(start, int) and isinstance(end, int):
        text: Any = shown[start:end]
    else:
        text = _joined(value.get("text"))
    geometry = {name: number(value.get(name)) for name in _GEOMETRY}
    if units == "px":
        geometry = _pixels(geometry, result)
    return {
        "key": key,
        "annotation": annotation.uid,
        "annotator": annotation.annotator,
        "id": result.get("id"),
        "control": result.get("from_name"),
        "object": result.get("to_name"),
        "type": result.get("type"),
        "label": label(result),
        "text": text,
        "start": start,
        "end": end,
        **geometry,
        "rotation": number(value.get("rotation")),
        "value": dumps(value),
        "origin": result.get("origin"),
        "score": number(result.get("score")),
        "item_index": result.get("item_index"),
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
    return value if math.isfinite(value) else None


def label(result: Result) -> str | None:
    """Return what a result says, in one text; several labels are joined by a comma.

    >>> label({"type": "rectanglelabels", "value": {"x": 1, "rectanglelabels": ["Cat"]}})
    'Cat'
    >>> label({"type": "choices", "value": {"choices": [["Animal", "Cat"], ["Plant"]]}})
    'Animal / Cat, Plant'
    """
    value = result.get("value")
    if not isinstance(value, dict):
        return _joined(result.get("labels"))
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


def _pixels(
    geometry: Mapping[str, int | float | None], result: Result
) -> dict[str, int | float | None]:
    """Turn percent of an image into its pixels; nulls where its size is not known."""
    sizes = {
        "x": number(result.get("original_width")),
        "y": number(result.get("original_height")),
    }
    sizes |= {"width": sizes["x"], "height": sizes["y"]}
    return {
        name: None if percent is None or (size := sizes[name]) is None else percent * size / 100
        for name, percent in geometry.items()
    }
