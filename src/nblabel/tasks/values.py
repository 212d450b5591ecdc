"""A frame's cells as plain Python values."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import math
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nblabel.base.encodings import writable
from nblabel.base.errors import DataError
from nblabel.base.ids import canonical_key
from nblabel.base.jsontext import dumps

UNDEFINED = "$undefined$"
"""Label Studio's key of the only column of a text file: it stands for the config's column."""

_CONTAINERS = (Mapping, list, tuple, set, frozenset, np.ndarray)
_PLAINLY = frozenset({dict, list})
_BARE = frozenset({str, int, float, bool, dict, list, type(None)})
_DEEPEST = 100  # orjson writes no more than some 250 levels
_MOST_BITS = 10_000  # Python reads no number of more than 4300 digits
_INFINITE = {math.inf: "Infinity", -math.inf: "-Infinity"}


def plain(value: Any, depth: int = 0) -> Any:  # noqa: PLR0911 - one return a kind of cell
    """Give a cell as a plain Python value that JSON can hold; nulls of any kind become None.

    Media (bytes, images, arrays of two or more axes, paths) stay as they are.

    Raises
    ------
    DataError
        When lists and dicts are nested deeper than any labeling needs.

    Examples
    --------
    >>> plain(float("nan")), plain(np.int64(3)), plain({"a": (1, None)})
    (None, 3, {'a': [1, None]})
    """
    if value is None or type(value) in {str, bool}:
        return value
    if type(value) is int:
        return _integer(value)
    if type(value) in _PLAINLY and depth < _DEEPEST:  # the usual ones need no questions
        return _contents(value, depth + 1)
    if is_media(value):
        return value
    for kinds, make in _MAKERS:
        if isinstance(value, kinds):
            return make(value)
    if isinstance(value, _CONTAINERS):
        if depth >= _DEEPEST:
            raise DataError(f"a cell is nested deeper than {_DEEPEST} levels")
        return _contents(value, depth + 1)
    if type(value).__name__ in {"NaTType", "NAType"}:
        return None
    for method in ("to_list", "as_py"):  # a polars or pyarrow value inside a cell
        if hasattr(value, method):
            return plain(getattr(value, method)(), depth)
    return str(value)


def _integer(value: int) -> int:
    if value.bit_length() > _MOST_BITS:
        raise DataError(f"a cell holds a number of more than {_MOST_BITS} bits")
    return value


def _contents(value: Any, depth: int) -> Any:
    if not isinstance(value, list) and isinstance(value, Mapping):
        return {str(key): plain(one, depth) for key, one in value.items()}
    return [plain(one, depth) for one in value]


def _number(value: float) -> Any:
    if math.isnan(value):
        return None
    return _INFINITE.get(value, float(value))


def _decimal(value: decimal.Decimal) -> Any:
    if not value.is_finite():
        return _number(float(value))
    return int(value) if value == value.to_integral_value() else float(value)


def _date(value: Any) -> str | None:
    return None if type(value).__name__ == "NaTType" else value.isoformat()


def _scalar(value: np.generic) -> Any:
    if value.dtype.kind in "mM":
        return None if np.isnat(value) else _moment(value)
    return plain(value.item())


def _moment(value: Any) -> Any:
    """Give a time as the frames' libraries give it: days as dates, the rest to its last digit."""
    if np.datetime_data(value.dtype)[0] in {"Y", "M", "W", "D", "generic"}:
        return str(value)
    made = pd.Timestamp(value) if value.dtype.kind == "M" else pd.Timedelta(value)
    return plain(made)


def key_of(value: Any) -> str | None:
    """Give a key as text, whether it came from a cell or from somebody's code.

    >>> key_of((1, "a")) == key_of([1, "a"]), key_of(decimal.Decimal("1.50"))
    (True, '1.5')
    """
    return canonical_key(plain(value))


_MAKERS: tuple[tuple[Any, Any], ...] = (
    (np.generic, _scalar),
    (float, _number),
    (str, str),
    (int, lambda value: _integer(int(value))),
    (decimal.Decimal, _decimal),
    ((datetime.date, datetime.time), _date),
    (datetime.timedelta, lambda value: value.total_seconds()),
)


def is_media(value: Any) -> bool:
    """Whether a value is an image in memory or a path object: nothing JSON can hold."""
    if type(value) in _BARE:
        return False
    if isinstance(value, bytes | bytearray | memoryview | os.PathLike):
        return True
    if isinstance(value, np.ndarray):
        return value.ndim >= 2
    pil = sys.modules.get("PIL.Image")
    return pil is not None and isinstance(value, pil.Image)


def as_json(value: Any) -> Any:
    """Give a plain value as JSON: media in memory become a reference that is their digest."""
    if value is None or type(value) in {int, float, bool}:
        return value
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, str):
        return writable(value)
    return f"digest:{_media_digest(value)}" if is_media(value) else value


def _media_digest(value: Any) -> str:
    made = hashlib.blake2b(digest_size=16)
    if isinstance(value, bytes | bytearray | memoryview):
        made.update(value)
    elif isinstance(value, np.ndarray):
        made.update(f"{value.dtype.str} {value.shape} ".encode())
        made.update(np.ascontiguousarray(value).tobytes())
    else:
        made.update(f"{value.mode} {value.size} ".encode())
        made.update(value.tobytes())
    return made.hexdigest()


def as_text(value: Any) -> str:
    """Give a value as Label Studio's editor shows it: null as nothing, 5.0 as 5.

    >>> as_text(5.0), as_text(None), as_text(True), as_text([1])
    ('5', '', 'true', '[1]')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        value = int(value)
    if isinstance(value, list | dict):
        return dumps(as_json(value))
    return str(as_json(value))


def named_values(items: Sequence[Any], column: str | None) -> Sequence[Any]:
    """Give values that are no rows (texts, paths, images, numbers) as rows of one column."""
    if not items or not all(_is_value(item) for item in items):
        return items
    return [{column or UNDEFINED: item} for item in items]


def _is_value(item: Any) -> bool:
    return isinstance(item, str | int | float | np.generic) or item is None or is_media(item)
