"""What a text file says about its encoding."""

from __future__ import annotations

import codecs

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins like the mark of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def marked_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark at the beginning names.

    >>> marked_encoding("a".encode("utf-16")), marked_encoding(b"a")
    ('utf-16', None)
    """
    return next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)


def writable(text: str) -> str:
    """Replace halves of characters, which no UTF-8 can hold, one for one: offsets stay."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if 0xD800 <= ord(one) <= 0xDFFF else one for one in text)
    return text


def storable(text: str) -> str:
    """Replace what a column of text does not hold: halves of characters, and NUL."""
    return writable(text).replace("\0", "\ufffd")
