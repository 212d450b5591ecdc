"""Masks are long lists of bytes: where they are kept and sent they are bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import orjson

_KEY = "nblabel.bytes"
_OPEN = f'{{"{_KEY}":"'
_PACKED = re.compile(re.escape(_OPEN) + '([A-Za-z0-9+/]*=*)"}')


class ByteList(list[int]):
    """A list of bytes, as JSON has it, that remembers the bytes; nobody changes it."""

    __slots__ = ("packed",)

    def __init__(self, packed: bytes) -> None:
        super().__init__(packed)
        self.packed = packed


def bytes_in(result: Any) -> bytes | None:
    r"""Return the run lengths of a mask's result as bytes; None where it has none.

    >>> bytes_in({"value": {"format": "rle", "rle": [0, 255]}})
    b'\x00\xff'
    >>> bytes_in({"value": {"rle": [True, 256]}}) is bytes_in({"value": {}}) is None
    True
    """
    value = result.get("value") if isinstance(result, Mapping) else None
    rle = value.get("rle") if isinstance(value, Mapping) else None
    if isinstance(rle, ByteList):
        return rle.packed
    if type(rle) is not list or {*map(type, rle)} != {int}:
        return None
    try:
        return bytes(rle)
    except ValueError:
        return None


def with_rle(result: Mapping[str, Any], rle: Any) -> dict[str, Any]:
    """Return a copy of a mask's result with something in place of its run lengths."""
    return {**result, "value": {**result["value"], "rle": rle}}


def packed(result: Any) -> Any:
    """Return a result as it is kept: its run lengths in base64.

    >>> packed({"value": {"rle": [0, 255]}})
    {'value': {'rle': {'nblabel.bytes': 'AP8='}}}
    """
    value = result.get("value") if type(result) is dict else None
    if type(value) is dict and "rle" not in value:  # nearly always
        return result
    rle = bytes_in(result)
    return result if rle is None else with_rle(result, {_KEY: base64.b64encode(rle).decode()})


def unpacked(result: Any) -> Any:
    """Return a result that was kept as `packed` made it.

    >>> unpacked({"value": {"rle": {"nblabel.bytes": "AP8="}}})
    {'value': {'rle': [0, 255]}}
    """
    value = result.get("value") if isinstance(result, dict) else None
    rle = value.get("rle") if isinstance(value, dict) else None
    if not isinstance(rle, dict) or rle.keys() != {_KEY} or not isinstance(rle[_KEY], str):
        return result
    return with_rle(result, ByteList(base64.b64decode(rle[_KEY])))


def spelled_out(text: str) -> str:
    """Return JSON text with the run lengths in it as lists, as Label Studio has them.

    >>> spelled_out('{"value":{"rle":{"nblabel.bytes":"AP8="}}}')
    '{"value":{"rle":[0,255]}}'
    """
    return _PACKED.sub(_listed, text) if _OPEN in text else text


def _listed(found: re.Match[str]) -> str:
    return orjson.dumps([*base64.b64decode(found[1])]).decode()
