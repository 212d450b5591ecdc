"""Result rows: one row a result, what most people ask for in columns of their own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from nblabel.base.jsontext import dumps
from nblabel.core.annotation import Result
from nblabel.core.record import Said

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

_LARGEST = 2**63
_NOWHERE = (None, None, None, None)

TextOf = Callable[[str], str | None]
"""Gives what an object shows, by its name; None where that is no text as it stands."""

Row = tuple[Any, ...]
"""The cells of one result, in the order of `COLUMNS`."""


def rows(key: str, said: Said, text_of: TextOf, units: Units = "percent") -> list[Row]:
    """Return the results of an annotation as rows.

    Parameters
    ----------
    key
        The task's key.
    said
        The annotation.
    text_of
        What each Text object shows: a span's ``text`` is cut from it.
    units
        "percent" of the image, as Label Studio has it, or "px".
    """
    return [_row(key, said, result, text_of, units) for result in said.results]


def columns(rows: Sequence[Row]) -> dict[str, Sequence[Any]]:
    """Return rows as columns."""
    return dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}


def _row(key: str, said: Said, result: Result, text_of: TextOf, units: Units) -> Row:
    value = result.get("value")
    if not isinstance(value, dict):
        value = {}
    target = result.get("to_name")
    start = end = text = None
    if "start" in value or "end" in value:
        start, end = number(value.get("start")), number(value.get("end"))
        if isinstance(start, int) and isinstance(end, int):
            shown = text_of(str(target))
            text = None if shown is None else shown[start:end]
    if text is None and "text" in value:
        text = _joined(value["text"])
    return (
        key,
        said.uid,
        said.annotator,
        _text(result.get("id")),
        _text(result.get("from_name")),
        _text(target),
        _text(result.get("type")),
        label(result),
        text,
        start,
        end,
        *_geometry(value, result, units),
        number(value["rotation"]) if "rotation" in value else None,
        dumps(value),
        _text(result.get("origin")),
        number(result["score"]) if "score" in result else None,
        _index(result["item_index"]) if "item_index" in result else None,
        said.created_at,
        said.updated_at,
    )


def _geometry(value: Mapping[str, Any], result: Result, units: Units) -> tuple[Any, ...]:
    """Return x, y, width and height."""
    if not ("x" in value or "y" in value or "width" in value or "height" in value):
        return _NOWHERE
    x, y = number(value.get("x")), number(value.get("y"))
    width, height = number(value.get("width")), number(value.get("height"))
    if units == "percent":
        return x, y, width, height
    across = number(result.get("original_width"))
    down = number(result.get("original_height"))
    return _pixels(x, across), _pixels(y, down), _pixels(width, across), _pixels(height, down)


def number(value: Any) -> int | float | None:
    """Return a finite number, or None: some results keep xpaths where others keep offsets.

    >>> number(3), number("/p[1]/text()[1]"), number(True)
    (3, None, None)
    """
    if type(value) is int:
        return value if abs(value) < _LARGEST else None
    return value if type(value) is float and math.isfinite(value) else None


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


def _index(value: Any) -> int | None:
    return value if isinstance(number(value), int) else None


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _joined(value: Any) -> str | None:
    if type(value) is list and len(value) == 1 and type(value[0]) is str:
        return value[0] or None  # nearly all are so
    if value is None or isinstance(value, dict):
        return None
    if not isinstance(value, list):
        return str(value)
    parts = (" / ".join(map(str, part)) if isinstance(part, list) else str(part) for part in value)
    return ", ".join(parts) or None


def _pixels(percent: float | None, size: float | None) -> float | None:
    """Turn percent of an image into its pixels; null where its size is not known."""
    return None if percent is None or size is None else percent * size / 100
