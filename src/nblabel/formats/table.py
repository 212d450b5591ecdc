"""Result rows: one row a result, what most people ask for in columns of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from nblabel.base.jsontext import dumps
from nblabel.core.annotation import Result, value_of
from nblabel.core.record import Said

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
_Place = tuple[float | None, float | None, float | None, float | None]
_Placing = Callable[[Mapping[str, Any], Result], _Place]
_NOWHERE: _Place = (None, None, None, None)

TextOf = Callable[[str], str | None]
"""Gives what an object shows, by its name; None where that is no text as it stands."""

Row = tuple[Any, ...]
"""The cells of one result, in the order of `COLUMNS`."""


def rows(
    key: str,
    said: Said,
    text_of: TextOf,
    units: Units = "percent",
    size_of: SizeOf = lambda _: None,
) -> list[Row]:
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
    size_of
        Asked where a result does not say how large its image is.
    """
    where = _in_percent if units == "percent" else partial(_in_pixels, size_of)
    return [_row(key, said, result, text_of, where) for result in said.results]


def columns(rows: Sequence[Row]) -> dict[str, Sequence[Any]]:
    """Return rows as columns."""
    return dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}


def _row(key: str, said: Said, result: Result, text_of: TextOf, where: _Placing) -> Row:
    value = value_of(result)
    target = _word(result.get("to_name"))
    start = end = text = None
    if "start" in value or "end" in value:
        start, end = offset(value, "start"), offset(value, "end")
        if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end:
            shown = text_of(str(target))
            text = None if shown is None else shown[start:end]
    if text is None and "text" in value:
        text = _joined(value["text"])
    return (
        key,
        said.uid,
        said.annotator,
        _word(result.get("id")),
        _word(result.get("from_name")),
        target,
        _word(result.get("type")),
        label(result),
        text,
        start,
        end,
        *where(value, result),
        number(value["rotation"]) if "rotation" in value else None,
        dumps(value or result.get("value") or {}),
        _word(result.get("origin")),
        number(result["score"]) if "score" in result else None,
        whole(result["item_index"]) if "item_index" in result else None,
        said.created_at,
        said.updated_at,
    )


def _in_percent(value: Mapping[str, Any], _: Result) -> _Place:
    """Return x, y, width and height, where a value has any of them."""
    if not ("x" in value or "y" in value or "width" in value or "height" in value):
        return _NOWHERE
    x, y = number(value.get("x")), number(value.get("y"))
    return x, y, number(value.get("width")), number(value.get("height"))


def _in_pixels(size_of: SizeOf, value: Mapping[str, Any], result: Result) -> _Place:
    where = _in_percent(value, result)
    if where == _NOWHERE:
        return where
    x, y, width, height = where
    size = (number(result.get("original_width")), number(result.get("original_height")))
    across, down = size if None not in size else size_of(result) or (None, None)
    return _pixels(x, across), _pixels(y, down), _pixels(width, across), _pixels(height, down)


def number(value: Any) -> int | float | None:
    """Return a finite number, or None: some results keep xpaths where others keep offsets.

    >>> number(3), number("/p[1]/text()[1]"), number(True)
    (3, None, None)
    """
    if type(value) is int or type(value) is float:
        return value if -_GREATEST < value < _GREATEST else None
    return None


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
    return _joined(_own(result))


def labels(result: Result) -> list[str]:
    """Return the labels or choices that a result names, each as `label` writes it.

    >>> labels({"type": "choices", "value": {"choices": [["Animal", "Cat"], ["Plant"]]}})
    ['Animal / Cat', 'Plant']
    """
    own = _own(result)
    each = own if isinstance(own, list) else [own]
    named = (one for one in each if one is not None and not isinstance(one, dict))
    return [text for one in named if (text := _joined([one]))]


def _own(result: Result) -> Any:
    if "value" not in result:
        return result.get("labels")
    value = value_of(result)
    named = str(result.get("type"))
    return None if named == "textarea" else value.get(named, value.get("labels"))


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
