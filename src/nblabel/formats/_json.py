"""Large JSON files, read and written a piece at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from nblabel.base.encodings import storable

Scan = Callable[[str, int], tuple[Any, int]]

_PIECE = 1 << 20
_COMMA = re.compile("[ \t\r\n]*,[ \t\r\n]*")
_SCAN: Scan = vars(json.JSONDecoder(strict=False))["scan_once"]


Part = tuple[str, Any, int, int]
"""One value in a file of JSON: the member of the outermost object whose list it is in ("" in an
outermost list; a member that is no list is a part of its own), it, read, and where its text begins
and ends, in bytes. Texts in it are only right where they are ASCII: `Pieces.value` reads it again.
"""


class Pieces:
    """A file of JSON whose outermost lists are read an item at a time.

    What is in memory is one item and a piece of the file, whatever its size.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._buffer = ""
        self._start = 0  # of the buffer, in the file
        self._at = 0  # in the buffer

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def value(self, start: int, end: int) -> Any:
        """Read a value again by its place."""
        self._file.seek(start)
        return read(self._file.read(end - start))

    def parts(self) -> Iterator[Part]:
        """Yield the items of the outermost lists, and what else there is.

        Bytes are looked at one a character: so places are those in the file.

        Raises
        ------
        ValueError
            When it is no JSON.
        """
        self._file.seek(0)
        head = self._file.read(3)
        self._start = 3 if head == b"\xef\xbb\xbf" else 0
        self._file.seek(self._start)
        self._buffer, self._at = "", 0
        sign = self._next()
        if sign == "[":
            yield from self._items("")
            return
        if sign != "{":
            raise ValueError("it is no JSON object or list")
        sign = self._next()
        while sign != "}":
            self._at -= 1
            name, *_ = self._read()
            if self._next() != ":":
                raise ValueError(f"there is no colon at byte {self._start + self._at}")
            if self._next() == "[":
                yield from self._items(str(name))
            else:
                self._at -= 1
                yield str(name), *self._read()
            sign = self._following("}")

    def _items(self, name: str) -> Iterator[Part]:
        sign = self._next()
        self._at -= 1
        while sign != "]":
            yield name, *self._read()
            comma = _COMMA.match(self._buffer, self._at)
            if comma is None or comma.end() == len(self._buffer):
                sign = self._following("]")
                self._at -= 1
            else:  # nearly always
                self._at = comma.end()
        self._at += 1

    def _following(self, last: str) -> str:
        """Return the character that begins the next value, or the last one, and go past it."""
        sign = self._next()
        if sign == ",":
            return self._next()
        if sign != last:
            raise ValueError(f"there is no comma at byte {self._start + self._at}")
        return sign

    def _next(self) -> str:
        """Return the next character that is no space, and go past it."""
        while True:
            buffer, at = self._buffer, self._at
            while at < len(buffer) and buffer[at] in " \t\r\n":
                at += 1
            self._at = at
            if at < len(buffer):
                self._at += 1
                return buffer[at]
            if not self._more():
                raise ValueError("the file ends in the middle")

    def _read(self) -> tuple[Any, int, int]:
        """Read the value that begins here; return it and where it begins and ends."""
        while True:
            try:
                value, end = _SCAN(self._buffer, self._at)
            except (StopIteration, ValueError) as error:
                if self._more():
                    continue
                at = self._start + self._at
                raise ValueError(f"there is no value of JSON at byte {at}") from error
            # A number at the buffer's end may go on in the next piece.
            if end < len(self._buffer) or not self._more():
                start, self._at = self._at, end
                return value, self._start + start, self._start + end

    def _more(self) -> bool:
        """Read a piece of the file; what was gone past is let go."""
        self._file.seek(self._start + len(self._buffer))
        given = self._file.read(max(_PIECE, len(self._buffer)))
        if not given:
            return False
        self._buffer = self._buffer[self._at :] + given.decode("latin-1")
        self._start += self._at
        self._at = 0
        return True


def read(given: bytes) -> Any:
    r"""Read a value as `Pieces.parts` found it; what is no UTF-8 in it becomes U+FFFD.

    >>> read(b'["\xc3"]')
    ['\ufffd']
    """
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError:
        return json.loads(given.decode("utf-8", "replace"), strict=False)


def text(value: Any) -> str:
    """Return what a file names as a text that a store takes."""
    return storable(value if isinstance(value, str) else str(value))
