"""What a file of text says, or one cell of a file of rows."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping

from nblabel.base.encodings import marked_encoding
from nblabel.base.errors import MediaError, near


def text_of(data: bytes) -> str:
    r"""Decode a file of text: as its mark says, as UTF-8, else byte for byte.

    >>> text_of("né".encode()), text_of("né".encode("utf-16")), text_of(b"n\xe9")
    ('né', 'né', 'né')
    """
    marked = marked_encoding(data)
    try:
        return data.decode(marked or "utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def decoded(text: str, encoding: str) -> str:
    """Decode a text as Label Studio does; what is not encoded after all stays as it is.

    >>> decoded("w6k=", "base64"), decoded("w6k=", "base64unicode"), decoded("é!", "base64")
    ('Ã©', 'é', 'é!')
    """
    if encoding not in {"base64", "base64unicode"}:
        return text
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text
    return data.decode("latin-1" if encoding == "base64" else "utf-8", "replace")


def resolved(text: str, resolver: str) -> str:
    r"""Pick the cell of a file of rows that a ``resolver`` means: ``csv|separator=;|column=x``.

    The column is named, or, of a file that is ``headless``, counted from 0; without one it is
    the first. The row is the first.

    >>> resolved("id;said\n1;hello\n", "csv|separator=;|column=said")
    'hello'
    >>> resolved("1,hello\n", "csv|headless|column=1")
    'hello'
    """
    kind, options = options_of(resolver)
    if kind != "csv":
        raise MediaError(f'resolver="{resolver}" is none that is known; "csv" with options is')
    separator = options.get("separator", ",") or ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator[0]) if row]
    headless = "headless" in options
    names = [str(n) for n in range(len(rows[0]))] if rows and headless else (rows or [[]])[0]
    body = rows if headless else rows[1:]
    column = options.get("column", names[0] if names else "")
    if column not in names:
        has = ", ".join(f'"{name}"' for name in names) or "none"
        raise MediaError(f'there is no column "{column}"; there are {has}{near(column, names)}')
    at = names.index(column)
    if not body or at >= len(body[0]):
        raise MediaError(f'column "{column}" has no value')
    return body[0][at]


def options_of(given: str) -> tuple[str, Mapping[str, str]]:
    """Read a word with options after it.

    >>> options_of("csv|separator=;|headless")
    ('csv', {'separator': ';', 'headless': ''})
    """
    # A bar may be the separator itself.
    kind, *parts = given.replace("separator=|", "separator=\0").split("|")
    pairs = (part.partition("=") for part in parts if part)
    return kind.strip().lower(), {
        name.strip().lower(): value.replace("\0", "|").replace("\\t", "\t")
        for name, _, value in pairs
    }
