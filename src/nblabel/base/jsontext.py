"""JSON text that keeps what orjson alone refuses: large integers and half characters."""

from __future__ import annotations

import json
from typing import Any

import orjson

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def dumps(value: Any) -> str:
    """Write a value as JSON text; what JSON has no word for becomes its ``str``.

    >>> dumps({"id": 2**70, "text": "a"})
    '{"id": 1180591620717411303424, "text": "a"}'
    """
    try:
        return orjson.dumps(value, default=str, option=_OPTIONS).decode()
    except (TypeError, ValueError):  # beyond 64 bits, or half of a surrogate pair
        return json.dumps(value, default=str)


def loads(text: str | bytes) -> Any:
    """Read JSON text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)
