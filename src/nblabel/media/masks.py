"""Masks: Label Studio's run lengths, and PNG images, to arrays and back.

The run lengths are the bit stream of @thi.ng/rle-pack over four bytes a pixel, of which the last
is the mask: 32 bits with the number of bytes, 5 with the bits of a word less one, four times 4
with the bits of a length less one; then, each with two bits that choose how long its length is, a
1 with a length less one and the word that is repeated, or a 0 with a length less one and as many
words.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Mask = npt.NDArray[np.uint8]
"""Height x width; 0 is outside, 255 inside, and what lies between is an edge."""

_HEAD = 53  # bits before the first run
_LENGTHS = (3, 4, 8, 16)
_CHANNELS = 4
_LONGEST = 1 << _LENGTHS[-1]
_MOST = 1 << 30  # bytes that a header may promise


class _BrokenError(ValueError):
    """The run lengths end too early, or say what they cannot mean."""


class _Bits:
    """A stream of bits, read from its beginning."""

    def __init__(self, data: bytes) -> None:
        # What begins at each byte, wide enough for 32 bits that begin within it.
        padded = np.frombuffer(data + bytes(4), np.uint8).astype(np.uint64)
        wide: npt.NDArray[np.uint64] = np.zeros(len(data), np.uint64)
        for i in range(5):
            wide = wide << np.uint64(8) | padded[i : i + len(data)]
        self._from_byte: list[int] = wide.tolist()
        self._left = len(data) * 8
        self._at = 0

    def read(self, count: int) -> int:
        at = self._at
        self._at = at + count
        if self._at > self._left:
            raise _BrokenError
        return self._from_byte[at >> 3] >> (40 - (at & 7) - count) & ((1 << count) - 1)


def decoded(rle: Sequence[int] | bytes) -> Mask | None:
    """Return the bytes that run lengths stand for; None where they are broken.

    >>> decoded(encoded(np.array([[0, 255]], np.uint8))).tolist()
    [0, 0, 0, 0, 255, 255, 255, 255]
    """
    try:
        return _decoded(_Bits(bytes(rle)))
    except (TypeError, ValueError):
        return None


def _decoded(bits: _Bits) -> Mask:
    read = bits.read
    total, word = read(32), read(5) + 1
    sizes = [read(4) + 1 for _ in range(4)]
    if total > _MOST or word > 8:
        raise _BrokenError
    lengths: list[int] = []
    values: list[int] = []
    done = 0
    while done < total:
        head = read(3)
        length = read(sizes[head & 3]) + 1
        done += length
        if done > total:
            raise _BrokenError
        if head & 4:
            lengths.append(length)
            values.append(read(word))
        else:
            lengths += [1] * length
            values += [read(word) for _ in range(length)]
    return np.repeat(np.array(values, np.uint8), np.array(lengths, np.int64))


def encoded(mask: npt.ArrayLike) -> list[int]:
    """Return the run lengths of a mask, height x width; what is true is inside.

    They are byte for byte those of ``label_studio_sdk.converter.brush.mask2rle``.

    Raises
    ------
    ValueError
        When it is no array of two dimensions, of booleans or of whole numbers from 0 to 255.

    >>> encoded(np.zeros((2, 3), bool))
    [0, 0, 0, 24, 57, 27, 254, 23, 0, 0]
    """
    flat = as_mask(mask).ravel()
    last = np.append(np.flatnonzero(flat[1:] != flat[:-1]), flat.size - 1)
    lengths = np.diff(np.append(-1, last)).astype(np.int64) * _CHANNELS
    values = flat[last]
    parts = (lengths - 1) // _LONGEST + 1  # of long runs
    first = np.cumsum(parts) - parts
    runs = np.full(int(parts.sum()), _LONGEST, np.int64)
    runs[first + parts - 1] = lengths - (parts - 1) * _LONGEST
    values = np.repeat(values, parts)
    kind = np.searchsorted([1 << size for size in _LENGTHS], runs)
    sizes = np.array(_LENGTHS)[kind]
    code = (((4 | kind) << sizes | runs - 1) << 8) | values
    width = sizes + 11
    head = (flat.size * _CHANNELS) << 21 | 7 << 16
    for i, size in enumerate(_LENGTHS):
        head |= size - 1 << 12 - 4 * i
    begin = _HEAD + np.cumsum(width) - width
    bits = np.zeros((int(begin[-1] + width[-1]) // 8 + 1) * 8, np.uint8)
    bits[:_HEAD] = [head >> _HEAD - 1 - i & 1 for i in range(_HEAD)]
    for size in _LENGTHS:
        some = np.flatnonzero(sizes == size)
        for i in range(size + 11):
            bits[begin[some] + i] = code[some] >> (size + 10 - i) & 1
    made: list[int] = np.packbits(bits).tolist()
    return made


def as_mask(given: npt.ArrayLike) -> Mask:
    """Return an array of booleans or of whole numbers from 0 to 255 as a mask; see `encoded`."""
    array = np.asarray(given)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"a mask is height x width, not {' x '.join(map(str, array.shape))}")
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if not np.issubdtype(array.dtype, np.integer) or array.min() < 0 or array.max() > 255:
        raise ValueError("a mask holds booleans, or whole numbers from 0 to 255")
    return array.astype(np.uint8)


def array_of(value: Mapping[str, Any], size: tuple[int, int] | None) -> Mask | None:
    """Return the mask that a result's ``value`` holds, or None where it holds none that is whole.

    Parameters
    ----------
    value
        It has ``rle``, or ``imageDataURL``.
    size
        Width and height of the image that run lengths are about.
    """
    if "imageDataURL" in value:
        return _of_image(value["imageDataURL"])
    rle = value.get("rle")
    if not isinstance(rle, list) or size is None:
        return None
    flat = decoded(rle)
    width, height = size
    if flat is None or flat.size != width * height * _CHANNELS or flat.size == 0:
        return None
    return np.ascontiguousarray(flat[_CHANNELS - 1 :: _CHANNELS].reshape(height, width))


def _of_image(url: Any) -> Mask | None:
    head, _, data = url.partition(",") if isinstance(url, str) else ("", "", "")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode(data)), formats=["PNG", "WEBP"]) as image:
            return np.array(image.convert("RGBA"))[..., 3]
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError):
        return None


def png(mask: Mask) -> str:
    """Return a mask as the data URL of a PNG image whose opaque pixels are inside."""
    image = Image.fromarray((mask >= 128).astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 0, 0, 0])
    file = io.BytesIO()
    image.save(file, "PNG", bits=1, transparency=b"\0\xff", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
