"""How large a video is, from the head of its file; nothing is decoded.

MP4 and MOV are boxes inside of boxes (ISO/IEC 14496-12): of each track the ``tkhd`` box has the
width and the height, and the largest is that of the picture. WebM and Matroska are elements
(RFC 8794, RFC 9559): ``PixelWidth`` and ``PixelHeight`` of a track.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_CONTAINERS = frozenset({b"moov", b"trak"})
_MOST_BOXES = 10_000
_EBML = b"\x1a\x45\xdf\xa3"
_INSIDE = frozenset({0x18538067, 0x1654AE6B, 0xAE, 0xE0})  # segment, tracks, a track, its picture
_WIDTH, _HEIGHT = 0xB0, 0xBA
_UNKNOWN = (1 << 56) - 1


def video_size(path: Path) -> tuple[int, int] | None:
    """Return width and height of a video in pixels; None where its file does not say them."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
            end = file.seek(0, 2)
            if head == _EBML:
                return _largest(_matroska(file, 0, end))
            return _largest(_boxes(file, 0, end))
    except (OSError, struct.error, ValueError):
        return None


def _largest(sizes: Iterator[tuple[int, int]]) -> tuple[int, int] | None:
    found = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    return found if found[0] and found[1] else None


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sizes of tracks between two places of a file."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        size = size or end - start
        if size < head:
            return
        if kind in _CONTAINERS:
            yield from _boxes(file, start + head, min(start + size, end))
        elif kind == b"tkhd":
            body = file.read(min(size - head, 200))
            width, height = struct.unpack(">II", body[(88 if body[0] == 1 else 76) :][:8])
            yield width >> 16, height >> 16
        start += size


def _matroska(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    width = height = 0
    for _ in range(_MOST_BOXES):
        if start >= end:
            break
        file.seek(start)
        kind, size = _variable(file, marked=True), _variable(file)
        body = file.tell()
        last = end if size == _UNKNOWN else min(body + size, end)
        if kind in _INSIDE:
            yield from _matroska(file, body, last)
        elif kind in {_WIDTH, _HEIGHT} and size <= 8:
            number = int.from_bytes(file.read(size), "big")
            width, height = (number, height) if kind == _WIDTH else (width, number)
        start = max(last, body)
    if width and height:
        yield width, height


def _variable(file: BinaryIO, *, marked: bool = False) -> int:
    """Read a number of as many bytes as its first one says; with its mark where that belongs."""
    [first] = file.read(1)
    length = 9 - first.bit_length()
    if length > 8:
        raise ValueError("no number")
    value = first if marked else first & (0xFF >> length)
    rest = file.read(length - 1)
    if len(rest) < length - 1:
        raise ValueError("cut off")
    value = value << 8 * len(rest) | int.from_bytes(rest, "big")
    unknown = not marked and value == (1 << 7 * length) - 1
    return _UNKNOWN if unknown else value
