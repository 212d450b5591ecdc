"""A frame's cells as plain Python values."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import math
import os
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

_PLAIN = (str, bool, int)


def plain(value: Any) -> Any:
    """Give a cell as a plain Python value that JSON can hold; nulls of any kind become None.

    Media (bytes, images, arrays of two or more axes, paths) stay as they are.

    >>> plain(float("nan")), plain(np.int64(3)), plain({"a": (1, None)})
    (None, 3, {'a': [1, None]})
    """
    kind = type(value)
    if value is None or kind in _PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if is_media(value):
        return value
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, np.generic):
        return _temporal(value) if value.dtype.kind in "mM" else plain(value.item())
    if isinstance(value, decimal.Decimal):
        return plain(int(value) if value == value.to_integral_value() else float(value))
    return _other(value)


def _other(value: Any) -> Any:
    if kind_of(value) in {"NaTType", "NAType"}:
        return None
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, str):  # a subclass
        return str(value)
    if hasattr(value, "to_list"):  # a polars Series inside a cell
        return plain(value.to_list())
    if hasattr(value, "as_py"):
        return plain(value.as_py())
    return str(value)


def _temporal(value: np.generic) -> Any:
    return None if np.isnat(value) else str(value)  # type: ignore[call-overload] # kind is m or M


def kind_of(value: Any) -> str:
    """Name a value's class."""
    return type(value).__name__


def is_media(value: Any) -> bool:
    """Whether a value is an image in memory or a path object: nothing JSON can hold."""
    if isinstance(value, bytes | bytearray | memoryview | os.PathLike):
        return True
    if isinstance(value, np.ndarray):
        return value.ndim >= 2
    pil = sys.modules.get("PIL.Image")
    return pil is not None and isinstance(value, pil.Image)


def as_json(value: Any) -> Any:
    """Give a plain value as JSON: media in memory become a reference that is their digest."""
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
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
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if isinstance(value, list | dict):
        return orjson.dumps(as_json(value), default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return str(as_json(value))
