"""JSON text that keeps what orjson alone refuses: large integers and half characters."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

Spliced = orjson.Fragment
"""JSON text inside a value: it is written as it is, and not read."""

HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: JSON escapes have it, UTF-8 and databases do not."""

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def dumps(value: Any) -> str:
    """Write a value as JSON text; what JSON has no word for becomes its ``str``.

    >>> dumps({"id": 2**70, "text": "a"})
    '{"id": 1180591620717411303424, "text": "a"}'
    """
    return encoded(value).decode()


def encoded(value: Any) -> bytes:
    """Write a value as JSON text in UTF-8, as `dumps` does.

    >>> encoded({"result": [Spliced('{"odd": 1.10}')]})
    b'{"result":[{"odd": 1.10}]}'
    """
    try:
        return orjson.dumps(value, default=str, option=_OPTIONS)
    except (TypeError, ValueError):  # beyond 64 bits, or half of a surrogate pair
        text = json.dumps(value, default=_wordless)
        try:
            strict(text)
        except ValueError:  # not a number: null, as orjson has it
            text = json.dumps(json.loads(text, parse_constant=lambda _: None))
        return text.encode()


def _wordless(value: Any) -> Any:
    return loads(value.contents) if isinstance(value, Spliced) else str(value)


def strict(text: str | bytes) -> Any:
    """Read JSON text, and nothing that only some readers take.

    >>> strict('{"id": 7}')
    {'id': 7}
    >>> strict('[NaN]')
    Traceback (most recent call last):
    ValueError: JSON has no NaN
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text, parse_constant=_no_constant)


def _no_constant(word: str) -> Any:
    raise ValueError(f"JSON has no {word}")


def loads(text: str | bytes) -> Any:
    """Read JSON text; NaN and the infinities too, which Python writes."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def exact(text: str) -> Any:
    """Read JSON text as it is written: NaN, and integers of any size, which orjson rounds.

    >>> exact('{"id": 1180591620717411303424, "score": NaN}')
    {'id': 1180591620717411303424, 'score': nan}
    """
    return json.loads(text)


def unwritable(value: Any) -> str | None:
    """Say why a value cannot be written as JSON text and read again; None where it can.

    >>> unwritable({"id": 10**5000})
    'holds a number of more digits than can be read again'
    """
    try:
        orjson.dumps(value, default=str, option=_OPTIONS)
    except (TypeError, ValueError) as error:
        if "Recursion limit" in str(error):
            return "is nested too deep"
        try:
            json.dumps(value, default=str)
        except RecursionError:
            return "is nested too deep"
        except ValueError as reason:
            if "digits" in str(reason):
                return "holds a number of more digits than can be read again"
            return f"cannot be written: {reason}"
        except TypeError as reason:
            return f"cannot be written: {reason}"
    return None
