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
