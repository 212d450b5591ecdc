"""Identities: region ids as Label Studio makes them, canonical task keys, digests."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import math
import numbers
import re
import secrets
import uuid
from typing import Any

import orjson

from nblabel.base.encodings import storable

_DIGEST = re.compile(r"[0-9a-f]{32}")
_LONG_BITS = 14_000  # Python writes no number of more than 4300 digits


def region_ids(count: int) -> list[str]:
    """Make region ids of ten characters, as Label Studio's editor makes them."""
    text = base64.urlsafe_b64encode(secrets.token_bytes(count * 15 // 2 + 1)).decode()
    return [text[start : start + 10] for start in range(0, 10 * count, 10)]


def unique_id() -> str:
    """Make a UUID, as Label Studio's ``unique_id`` of an annotation."""
    return str(uuid.uuid4())


def canonical_key(value: Any) -> str | None:  # noqa: PLR0911 - one return a kind of key
    """Return a task key as text, or None for a null.

    Whatever the frame's library makes of a key, the text is one: ``1``, ``np.int64(1)`` and
    ``1.0`` are the same task.

    >>> canonical_key(1), canonical_key(1.0), canonical_key("1"), canonical_key(None)
    ('1', '1', '1', None)
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return None
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, numbers.Integral):
        number = int(value)
        return str(number) if number.bit_length() < _LONG_BITS else hex(number)
    if isinstance(value, numbers.Real) and math.isfinite(value):
        real = float(value)
        return str(int(real)) if real.is_integer() else repr(real)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return storable(str(value))


def digest(value: Any) -> str:
    """Return a short digest of a JSON value, independent of the order of its keys.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    try:
        text = orjson.dumps(value, default=str, option=options)
    except TypeError:  # beyond 64 bits, or half of a surrogate pair
        text = json.dumps(value, default=str, sort_keys=True).encode()
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def is_digest(value: Any) -> bool:
    """Whether a value may be what `digest` returns.

    >>> is_digest(digest({})), is_digest("7"), is_digest(7)
    (True, False, False)
    """
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
