"""Separated values as columns: cells stay the text that they are, and no row is shifted."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice

from nblabel.base.errors import DataError

SEPARATORS = (",", ";", "\t", "|")

Row = list[str]
Column = list[str | None]

_LOOKED_AT = 50  # rows in which a separator must fit
_TOLD = 5
_LIMIT = threading.Lock()
_END = "the end of the file, as nblabel marks it"


def columns_of(text: str, separator: str | None) -> tuple[list[str], list[Column], list[str]]:
    """Read separated values.

    Parameters
    ----------
    text
        The file's text.
    separator
        What stands between two cells; None for whatever fits: a comma, else a semicolon, a tab
        or a bar where every row then has as many cells as the first.

    Returns
    -------
    tuple
        The names of the columns; their cells, None where one is empty; and a sentence for each
        row that had more or fewer cells than there are columns. One with more is left out: nobody
        can say which of its cells is whose.

    Raises
    ------
    DataError
        When a quote is never closed.
    """
    before = 0
    if text.startswith("sep=") and separator is None:  # as Excel writes it
        head, _, text = text.partition("\n")
        separator, before = head[4:5] or ",", 1
    with _unlimited():
        sign = separator or _separator(text)
        header, kept, problems = _even(text, sign) or _uneven(text, sign, before)
    names = [name or f"Unnamed: {index}" for index, name in enumerate(header)]
    columns: list[Column]
    columns = [[row[index] or None for row in kept] for index in range(len(names))]
    # Last columns without a name and without anything in them: lines end in commas.
    while len(names) > 1 and not header[len(names) - 1] and not any(columns[-1]):
        names, columns = names[:-1], columns[:-1]
    return names, columns, problems


def _even(text: str, separator: str) -> tuple[Row, list[Row], list[str]] | None:
    """Read rows that all have as many cells as the first; None where some have not."""
    try:
        rows = list(csv.reader(_lines(text), delimiter=separator))
    except csv.Error:
        return None
    if rows.pop() != [_END]:
        return None
    lengths = set(map(len, rows))
    if 0 in lengths:
        rows = [row for row in rows if row]
    if len(lengths - {0}) != 1:
        return None
    return rows[0], rows[1:], []


def _uneven(text: str, separator: str, before: int) -> tuple[Row, list[Row], list[str]]:
    """Read rows with their lines; those that have too many cells are left out."""
    rows = _rows(text, separator, before)
    _, header = next(rows, (1, []))
    wanted = len(header)
    kept: list[Row] = []
    longer: list[tuple[int, int]] = []
    shorter: list[tuple[int, int]] = []
    for line, row in rows:
        if any(row[wanted:]):
            longer.append((line, len(row)))
            continue
        if len(row) < wanted:
            shorter.append((line, len(row)))
        kept.append(row[:wanted] + [""] * (wanted - len(row)))
    left_out = "was left out: it has {} cells where the first line has {}; one that holds the "
    problems = [
        *_told(longer, left_out + "separator must stand in quotes", wanted),
        *_told(shorter, "has {} cells where the first line has {}; the rest is empty", wanted),
    ]
    return header, kept, problems


@contextmanager
def _unlimited() -> Iterator[None]:
    """Let a cell be as long as it is; the module's bound is one for all threads."""
    with _LIMIT:
        own = csv.field_size_limit(2**31 - 1)
        try:
            yield
        finally:
            csv.field_size_limit(own)


def _rows(text: str, separator: str, before: int = 0) -> Iterator[tuple[int, Row]]:
    """Yield rows that hold something, each with the line it begins in."""
    held: list[str] = []

    def lines() -> Iterator[str]:
        for line in _lines(text):
            held.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=separator)
    line = before + 1
    try:
        for row in reader:
            if held == [_END]:
                return
            if held[-1] == _END:
                raise DataError(f"line {line}: a quote is opened here and never closed")
            if row:
                yield line, row
            held.clear()
            line = before + reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"line {line}: {error}") from None


def _lines(text: str) -> Iterator[str]:
    """Give the lines of a text, and one more, which a quote that is never closed swallows."""
    return chain(io.StringIO(text, newline=""), [_END])


def _separator(text: str) -> str:
    """Find the separator: a comma, unless the first line has none and another fits all rows."""
    for separator in SEPARATORS:
        try:
            some = [row for _, row in islice(_rows(text, separator), _LOOKED_AT)]
        except DataError:
            continue
        if not some or len(some[0]) < 2:
            continue
        counts = {len(row) for row in some}
        if separator == "," or counts <= {len(some[0]), len(some[0]) + 1}:
            return separator
    return ","


def _told(lines: list[tuple[int, int]], what: str, wanted: int) -> list[str]:
    told = [f"line {line} {what.format(count, wanted)}" for line, count in lines[:_TOLD]]
    more = len(lines) - _TOLD
    return [*told, f"and so have {more} more lines"] if more > 0 else told
