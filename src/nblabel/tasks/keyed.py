"""Rows that lie elsewhere: an index of their keys, and the rows by key, some at a time."""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from nblabel.base.errors import DataError, near
from nblabel.tasks import building
from nblabel.tasks.rows import Rows, from_frame, told
from nblabel.tasks.values import plain

_FIRST, _AHEAD = 8, 64  # rows that are read at once, where one of them is looked at
_TOGETHER = 500  # rows that one question asks for by their keys
_KEPT, _KEPT_BYTES = 1_000, 32 << 20  # rows that were read, and are perhaps looked at again
_FLAT = 1_000  # bytes that a cell of no length may be

Packed = Sequence[Any]
"""Keys, those that are whole numbers in eight bytes each."""


class Table(Protocol):
    """Rows elsewhere, of which each has a key of its own."""

    columns: tuple[str, ...]
    where: str
    """What it is, in words: "the database"."""

    def rows(self, start: int, keys: Sequence[Any], columns: Sequence[str]) -> list[dict[str, Any]]:
        """Read rows by their keys, in any order; those that are gone are left out.

        Parameters
        ----------
        start
            The place in the index of the first.
        keys
            Their keys.
        columns
            What is read of them; the key's column is among these.
        """

    def attach(self, keys: Sequence[Any], columns: Mapping[str, Sequence[Any]]) -> Any | None:
        """Give the user's own kind of frame with columns joined by key, which may come repeatedly.

        None where it is the rows themselves that have to be read for that.
        """

    def frame(self, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
        """Make a new frame of the user's library, as `Rows.frame` does."""

    def give_back(self, frame: Any) -> Any:
        """Make the user's own kind of frame out of one of pandas."""


class Index(Protocol):
    """Which key is at which place: once told, it stays so."""

    @property
    def counted(self) -> bool:
        """Whether the length is known without asking."""

    def __len__(self) -> int: ...

    def reaches(self, count: int) -> bool:
        """Whether there are so many; cheaper than counting where they are few."""

    def keys(self, start: int, stop: int) -> list[Any]:
        """Give the keys from one place to another; None where there is none after all."""

    def refresh(self) -> None:
        """Look for keys that came since, and put them after all others."""


class _KeyedRows:
    """Rows of a table elsewhere."""

    def __init__(
        self, table: Table, index: Index, key: str, problems: tuple[str, ...] = ()
    ) -> None:
        self.problems = problems
        self.columns = table.columns
        self._table = table
        self._index = index
        self._key = key
        self._kept: OrderedDict[int, dict[str, Any] | None] = OrderedDict()
        self._bytes = 0
        self._ahead = _FIRST
        self._lock = threading.RLock()

    def __len__(self) -> int:
        with self._lock:
            return len(self._index)

    @property
    def counted(self) -> bool:
        return self._index.counted

    def reaches(self, count: int) -> bool:
        with self._lock:
            return self._index.reaches(count)

    def refresh(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0
            self._index.refresh()

    def has(self, column: str) -> bool:
        return column in self.columns

    def row(self, index: int, columns: Iterable[str] | None = None) -> dict[str, Any]:
        columns = self.columns if columns is None else [*columns]
        with self._lock:
            if columns == [self._key]:
                return {self._key: plain(self._index.keys(index, index + 1)[0])}
            kept = self._looked_at(index)
        if kept is None:
            raise DataError(f"row {index} was set aside: it is no longer in {self._table.where}")
        return {name: told(kept[name], index, name) for name in columns if name in kept}

    def stretch(self, start: int, stop: int, columns: Iterable[str]) -> list[dict[str, Any] | None]:
        wanted = [name for name in dict.fromkeys(columns) if name in self.columns]
        if not wanted:
            return [{} for _ in range(start, stop)]
        with self._lock:
            if {*wanted} == {self._key}:
                return [{self._key: plain(key)} for key in self._index.keys(start, stop)]
            if all(index in self._kept for index in range(start, stop)):
                read = [self._kept[index] for index in range(start, stop)]
            else:
                read = list(self._read(start, stop, wanted))
        return [_usable(row, wanted) for row in read]

    def key_values(self, column: str, start: int = 0, stop: int | None = None) -> list[Any]:
        stop = len(self) if stop is None else stop
        if not self.reaches(stop):
            stop = min(stop, len(self))
        return [(row or {}).get(column) for row in self.stretch(start, stop, (column,))]

    def _looked_at(self, index: int) -> dict[str, Any] | None:
        """Return a row, read with those around it."""
        if index not in self._kept:
            start = index - index % self._ahead
            stop = start + self._ahead
            if not self._index.reaches(stop):
                stop = min(stop, len(self._index))
            read = dict(enumerate(self._read(start, stop, self.columns), start))
            self._keep(read)
            if index not in read:
                return None
        self._kept.move_to_end(index)
        return self._kept[index]

    def _keep(self, read: Mapping[int, dict[str, Any] | None]) -> None:
        came = 0
        for index, row in read.items():
            self._bytes += _weight(row) - _weight(self._kept.get(index))
            came += _weight(row)
            self._kept[index] = row
        while len(self._kept) > len(read) and (
            len(self._kept) > _KEPT or self._bytes > _KEPT_BYTES
        ):
            _, gone = self._kept.popitem(last=False)
            self._bytes -= _weight(gone)
        each = max(came // max(len(read), 1), 1)
        self._ahead = max(1, min(_AHEAD, _KEPT_BYTES // 4 // each))

    def _read(
        self, start: int, stop: int, columns: Sequence[str]
    ) -> Iterator[dict[str, Any] | None]:
        """Yield rows as the table has them; None for one that is gone."""
        asked = tuple(dict.fromkeys((self._key, *columns)))
        for begin in range(start, stop, _TOGETHER):
            keys = self._index.keys(begin, min(begin + _TOGETHER, stop))
            known = [key for key in keys if key is not None]
            rows = self._table.rows(begin, known, asked) if known else []
            found: dict[Any, dict[str, Any]] = {}
            for row in rows:  # of several with one key the first is meant
                found.setdefault(row[self._key], row)
            yield from (None if key is None else found.get(key) for key in keys)

    def attach(self, columns: dict[str, list[Any]]) -> Any:
        keys = self._index.keys(0, len(self))
        joined = self._table.attach(keys, columns)
        if joined is not None:
            return joined
        return self._whole().attach(columns)

    def repeat(self, indices: Sequence[int], columns: dict[str, list[Any]]) -> Any:
        keys = self._index.keys(0, len(self))
        joined = self._table.attach([keys[index] for index in indices], columns)
        if joined is not None:
            return joined
        return self._whole().repeat(indices, columns)

    def worded(self, words: Callable[[Any], Any]) -> Rows:
        return self._whole().worded(words)

    def _whole(self) -> Rows:
        """Read everything, as a frame of pandas until it comes out."""
        rows = self.stretch(0, len(self), self.columns)
        columns = {name: [(row or {}).get(name) for row in rows] for name in self.columns}
        empty = pd.DataFrame(index=pd.RangeIndex(len(rows)))
        return from_frame(building.attach(empty, columns), self._table.give_back)

    def frame(self, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
        return self._table.frame(values, columns)

    def label(self, index: int) -> Any:
        return index

    def place(self, label: Any) -> int | None:
        is_place = isinstance(label, int) and not isinstance(label, bool)
        return label if is_place and label >= 0 and self.reaches(label + 1) else None

    def source(self, index: int) -> dict[str, Any] | None:  # noqa: ARG002 - tables have none
        return None

    def sources(self) -> Iterator[tuple[int, dict[str, Any]]]:
        return iter(())


def from_table(table: Table, index: Index, key: str, problems: tuple[str, ...] = ()) -> Rows:
    """Take a table elsewhere as rows.

    Parameters
    ----------
    table
        Where they are read.
    index
        Which of them is where.
    key
        The column of their keys.
    problems
        What was odd when it was opened.
    """
    return _KeyedRows(table, index, key, problems)


def _usable(row: Mapping[str, Any] | None, columns: Sequence[str]) -> dict[str, Any] | None:
    try:
        return None if row is None else {name: plain(row[name]) for name in columns}
    except DataError:
        return None


def _weight(row: Mapping[str, Any] | None) -> int:
    """About how many bytes a row takes: texts and what is binary are most of it."""
    if row is None:
        return 0
    return sum(len(v) if isinstance(v, str | bytes) else _size(v) for v in row.values())


def _size(value: Any) -> int:
    return int(getattr(value, "nbytes", 0)) or (_FLAT if isinstance(value, list | dict) else 8)


def packed(keys: Sequence[Any]) -> Packed:
    """Keep keys in little room.

    >>> packed([1, 2]), packed(["a", "b"])
    (array('q', [1, 2]), ('a', 'b'))
    """
    if {*map(type, keys)} == {int}:
        try:
            return array("q", keys)
        except OverflowError:
            pass
    return tuple(keys)


def fresh(keys: Iterable[Any], known: Iterable[Packed]) -> list[Any]:
    """Return the keys that are not known yet, in their order."""
    seen = {key for some in known for key in some}
    return [key for key in keys if key is not None and key not in seen]


def key_column(key: Any, columns: Sequence[str], what: str) -> str:
    """Return the column of the keys.

    Raises
    ------
    DataError
        When none is named, or there is no such column.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    if key is None:
        raise DataError(
            f"{what} is read by key: give key=, the column whose values are each row's own; "
            f"there are {names}"
        )
    if str(key) not in columns:
        raise DataError(
            f'key= "{key}" is no column of {what}; there are {names}{near(str(key), columns)}'
        )
    return str(key)
