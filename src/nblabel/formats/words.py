"""What a cell holds in one text or number, so that a table of such cells is a plain file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from nblabel.tags import TAGS

_ANSWERS = tuple(dict.fromkeys(["labels", *(t.value_key for t in TAGS.values() if t.value_key)]))
_PLACES = (("x", "y", "width", "height"), ("x", "y", "radiusX", "radiusY"), ("x", "y"))
_SHAPES = {"rle": "mask", "imageDataURL": "mask", "sequence": "track"}


def words(cell: Any) -> str | int | float | None:
    """Say in one text, or number, what is in a cell; None where that is nothing.

    Several things are joined by semicolons; a marked text has its labels in brackets, and a
    shape its place in percent of the image.

    >>> words(["Sport", "Science"]), words([["Animal", "Cat"]]), words(4), words([])
    ('Sport; Science', 'Animal / Cat', 4, None)
    >>> words([{"start": 0, "end": 3, "text": "Ada", "labels": ["Person"]}])
    'Ada [Person]'
    >>> words([{"x": 10, "y": 20.25, "width": 30.0, "height": 40, "labels": ["Cat"]}])
    'Cat (10, 20.25, 30, 40)'
    """
    if cell is None or (isinstance(cell, str | int | float) and not isinstance(cell, bool)):
        return cell
    if isinstance(cell, list):
        return _joined("; ", map(_one, cell))
    return _one(cell) or None


def data_words(cell: Any) -> str | int | float | None:
    """Say the same of a cell of somebody's own data, where each dict is its names and values.

    >>> data_words([{"author": "Ada", "text": "Hello"}, {"author": "Alan", "text": None}])
    'author: Ada, text: Hello; author: Alan'
    """
    return words(_spelled(cell))


def _spelled(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    return _pairs(value, ", ") if isinstance(value, Mapping) else value


def _one(given: Any) -> str:
    """Say what one thing is: a region, a path, a word."""
    if isinstance(given, Mapping):
        return _region(given) or _pairs(given, "; ")
    if isinstance(given, list):
        return _joined(" / ", map(_one, given)) or ""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, int | float):
        return _number(given)
    if isinstance(given, str | os.PathLike):
        return str(given)
    return ""  # nothing, or an image in memory


def _region(value: Mapping[str, Any]) -> str:
    """Say what a region is, or what was answered about a region or an item."""
    said = [_answer(value[key]) for key in _ANSWERS if key in value and not _is_marked(key, value)]
    answer = _joined(", ", said)
    texts = (value.get(key) for key in ("text", "ocrtext"))
    marked = next((text for text in texts if isinstance(text, str)), None)
    item = value.get("item_index")
    number = f"{item + 1}: " if isinstance(item, int) else ""
    if marked is not None:
        return number + marked + (f" [{answer}]" if answer else "")
    parts = (answer, _place(value))
    return number + " ".join(part for part in parts if part) if any(parts) else ""


def _is_marked(key: str, value: Mapping[str, Any]) -> bool:
    """Whether this is the text that a region marks, and no answer."""
    return key == "text" and isinstance(value[key], str)


def _answer(given: Any) -> str:
    return (_joined(", ", map(_one, given)) if isinstance(given, list) else _one(given)) or ""


def _place(value: Mapping[str, Any]) -> str:
    for names in _PLACES:
        if all(isinstance(value.get(name), int | float) for name in names):
            return f"({', '.join(_number(value[name]) for name in names)})"
    corners = value.get("points") or value.get("vertices")
    if isinstance(corners, list):
        return f"({', '.join(map(_point, corners))})"
    given = value.get("ranges")
    ranges = given if isinstance(given, list) else [value]
    spans = [f"{_one(r.get('start'))}-{_one(r.get('end'))}" for r in ranges if _is_span(r)]
    shape = next((word for key, word in _SHAPES.items() if key in value), "")
    return f"({', '.join(spans) or shape})" if spans or shape else ""


def _point(given: Any) -> str:
    both = [given.get("x"), given.get("y")] if isinstance(given, Mapping) else given
    return " ".join(map(_one, both)) if isinstance(both, list) else ""


def _is_span(value: Any) -> bool:
    is_known = isinstance(value, Mapping) and "startOffset" not in value
    return is_known and all(isinstance(value.get(end), int | float) for end in ("start", "end"))


def _pairs(value: Mapping[str, Any], between: str) -> str:
    """Say what stands under each name: the buckets of a Ranker, somebody's own data."""
    if {"role", "content"} <= value.keys():
        return f"{_one(value['role'])}: {_one(value['content'])}"
    told = ((name, _answer(_spelled(one))) for name, one in value.items())
    return _joined(between, (f"{name}: {text}" for name, text in told if text)) or ""


def _number(given: float) -> str:
    is_whole = isinstance(given, int) or given.is_integer()
    return str(int(given)) if is_whole else str(round(given, 2))


def _joined(between: str, texts: Iterable[str]) -> str | None:
    return between.join(text for text in texts if text) or None
