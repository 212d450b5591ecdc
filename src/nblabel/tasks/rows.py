"""Rows: whatever the user labels, read when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import narwhals as nw
import numpy as np
import pandas as pd

from nblabel.base.errors import DataError, near
from nblabel.tasks import building
from nblabel.tasks.values import UNDEFINED, plain

__all__ = ["UNDEFINED", "Rows", "Unreadable", "from_frame", "from_list"]

_PLAIN = frozenset({str, int, bool, type(None)})


class Unreadable:
    """What stands in the place of a row that could not be read."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Rows(Protocol):
    """What is labeled, row by row, and the way back to the user's own kind of frame."""

    problems: tuple[str, ...]
    """What was odd when it was read, a sentence each."""

    def __len__(self) -> int:
        """Count them, where that is not known yet."""

    @property
    def counted(self) -> bool:
        """Whether their number is known; else it takes a while."""

    def reaches(self, count: int) -> bool:
        """Whether there are at least so many; not all are counted for that."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""

    def has(self, column: str) -> bool:
        """Whether some row has the column; looks no further than needed."""

    def row(self, index: int, columns: Iterable[str] | None = None) -> dict[str, Any]:
        """Give a row as plain values; media stay as they are.

        Parameters
        ----------
        index
            Its place, from 0.
        columns
            Only these, where they exist.

        Raises
        ------
        DataError
            When the row cannot be used; the others can.
        """

    def stretch(self, start: int, stop: int, columns: Iterable[str]) -> list[dict[str, Any] | None]:
        """Give rows ``start`` to ``stop`` at once; None for one that cannot be used."""

    def key_values(self, column: str, start: int = 0, stop: int | None = None) -> list[Any]:
        """Give a column, or a stretch of it, as plain values; None where a row cannot be used."""

    def attach(self, columns: dict[str, list[Any]]) -> Any:
        """Give the user's own kind of frame with columns added."""

    def repeat(self, indices: Sequence[int], columns: dict[str, list[Any]]) -> Any:
        """Give rows by their places, repeated and left out as asked, with columns added."""

    def worded(self, words: Callable[[Any], Any]) -> Rows:
        """Give the same rows, what is in columns of lists, dicts and media said in words."""

    def frame(self, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
        """Make a new frame of the user's library.

        Parameters
        ----------
        values
            What it holds, by column; a column that is left out is null.
        columns
            Its columns and their types: str, int, float, bool, or object.
        """

    def label(self, index: int) -> Any:
        """Give what the user's frame calls a row: its label in a pandas index, else its place."""

    def place(self, label: Any) -> int | None:
        """Find the row of such a label; None where none has it, or several have."""

    def source(self, index: int) -> dict[str, Any] | None:
        """Give the Label Studio task that a row came from, or None."""

    def sources(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the rows that came from Label Studio tasks, with these; a frame has none."""

    def refresh(self) -> None:
        """Put what came since where the rows lie after all others; what is in memory stays."""


class _InMemory:
    """What is there as a whole."""

    counted = True

    def __len__(self) -> int:
        raise NotImplementedError

    def reaches(self, count: int) -> bool:
        return count <= len(self)

    def refresh(self) -> None:
        pass


class _FrameRows(_InMemory):
    """Rows of a dataframe."""

    def __init__(
        self, native: Any, give_back: Callable[[Any], Any], problems: tuple[str, ...]
    ) -> None:
        self.problems = problems
        self._frame: nw.DataFrame[Any] = nw.from_native(native, eager_only=True)
        self._give_back = give_back

    def __len__(self) -> int:
        return len(self._frame)

    @cached_property
    def _series(self) -> dict[str, Any]:
        return {str(name): self._frame.get_column(name) for name in self._frame.columns}

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._series)

    def has(self, column: str) -> bool:
        return column in self._series

    def row(self, index: int, columns: Iterable[str] | None = None) -> dict[str, Any]:
        wanted = self._series if columns is None else columns
        return {
            name: told(self._series[name][index], index, name)
            for name in wanted
            if name in self._series
        }

    def stretch(self, start: int, stop: int, columns: Iterable[str]) -> list[dict[str, Any] | None]:
        wanted = [name for name in dict.fromkeys(columns) if name in self._series]
        if not wanted:
            return [{} for _ in range(start, stop)]
        try:
            values = [self._values(name, start, stop) for name in wanted]
        except DataError:
            return [_usable(self, index, wanted) for index in range(start, stop)]
        return [dict(zip(wanted, row, strict=True)) for row in zip(*values, strict=True)]

    def key_values(self, column: str, start: int = 0, stop: int | None = None) -> list[Any]:
        try:
            return self._values(column, start, stop)
        except DataError:
            places = range(start, len(self) if stop is None else min(stop, len(self)))
            return [(_usable(self, index, (column,)) or {}).get(column) for index in places]

    def _values(self, column: str, start: int, stop: int | None) -> list[Any]:
        series = self._series[column]
        if start or stop is not None:
            series = series[start : len(self) if stop is None else stop]
        values = series.to_list()
        return values if _PLAIN.issuperset(map(type, values)) else [plain(one) for one in values]

    def attach(self, columns: dict[str, list[Any]]) -> Any:
        return self._give_back(building.attach(self._frame.to_native(), columns))

    def repeat(self, indices: Sequence[int], columns: dict[str, list[Any]]) -> Any:
        chosen = self._frame[list(indices)] if indices else self._frame.head(0)
        return self._give_back(building.attach(chosen.to_native(), columns))

    def worded(self, words: Callable[[Any], Any]) -> Rows:
        nested = [name for name, dtype in self._frame.schema.items() if dtype in _NESTED]
        made = {name: [words(value) for value in self.key_values(str(name))] for name in nested}
        return _FrameRows(
            building.replaced(self._frame.to_native(), made), self._give_back, self.problems
        )

    def frame(self, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
        return self._give_back(building.frame(self._frame.implementation, values, columns))

    @cached_property
    def _index(self) -> pd.Index[Any] | None:
        native = self._frame.to_native()
        return native.index if isinstance(native, pd.DataFrame) else None

    def label(self, index: int) -> Any:
        label = index if self._index is None else self._index[index]
        return label.item() if isinstance(label, np.generic) else label

    def place(self, label: Any) -> int | None:
        if self._index is None:
            return _place(label, len(self))
        try:
            found = self._index.get_loc(label)
        except (LookupError, TypeError, ValueError, pd.errors.InvalidIndexError):
            return None
        return int(found) if isinstance(found, int | np.integer) else None

    def source(self, index: int) -> dict[str, Any] | None:  # noqa: ARG002 - frames have none
        return None

    def sources(self) -> Iterator[tuple[int, dict[str, Any]]]:
        return iter(())


_NESTED = (nw.List, nw.Array, nw.Struct, nw.Binary, nw.Object, nw.Unknown)
_TEXT = frozenset({str})


class _ListRows(_InMemory):
    """Rows of a list."""

    def __init__(
        self,
        items: Sequence[Any],
        problems: tuple[str, ...] = (),
        again: Callable[[], Sequence[Any]] | None = None,
    ) -> None:
        self.problems = problems
        self._items = items
        self._again = again

    def refresh(self) -> None:
        if self._again is not None:
            known = {tuple(item.items()) for item in self._items}
            new = [item for item in self._again() if tuple(item.items()) not in known]
            self._items = [*self._items, *new]

    def __len__(self) -> int:
        return len(self._items)

    def _data(self, index: int) -> dict[str, Any]:
        item = self._items[index]
        if isinstance(item, Unreadable):
            raise DataError(f"row {index} was set aside: {item.reason}")
        if type(item) is not dict and not isinstance(item, Mapping):  # the latter takes long
            given = type(item).__name__
            raise DataError(
                f"row {index} is of type {given}; a dict of column and value is accepted"
            )
        data: Any = item.get("data")
        data = data if isinstance(data, dict) else item
        return data if {*map(type, data)} <= _TEXT else {str(n): v for n, v in data.items()}

    def _given(self, index: int) -> dict[str, Any]:
        """Return a row as it was given; nothing where it is no row."""
        try:
            return self._data(index)
        except DataError:
            return {}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        every = (name for index in range(len(self)) for name in self._given(index))
        return tuple(dict.fromkeys(every))

    def has(self, column: str) -> bool:
        if column not in self._asked:
            found = any(column in self._given(index) for index in range(len(self)))
            self._asked[column] = found
        return self._asked[column]

    @cached_property
    def _asked(self) -> dict[str, bool]:
        """What `has` was asked of already."""
        return {}

    def row(self, index: int, columns: Iterable[str] | None = None) -> dict[str, Any]:
        data = self._data(index)
        wanted = data if columns is None else [name for name in columns if name in data]
        try:
            return {name: plain(data[name]) for name in wanted}
        except DataError:  # again, to tell which cell it is
            return {name: told(data[name], index, name) for name in wanted}

    def stretch(self, start: int, stop: int, columns: Iterable[str]) -> list[dict[str, Any] | None]:
        wanted = list(columns)
        return [_usable(self, index, wanted) for index in range(start, stop)]

    def key_values(self, column: str, start: int = 0, stop: int | None = None) -> list[Any]:
        places = range(start, len(self) if stop is None else min(stop, len(self)))
        return [(_usable(self, index, (column,)) or {}).get(column) for index in places]

    def _table(self, indices: Iterable[int]) -> Any:
        rows = [self._given(index) for index in indices]
        columns = {name: [row.get(name) for row in rows] for name in self.columns}
        return building.attach(pd.DataFrame(index=pd.RangeIndex(len(rows))), columns)

    def attach(self, columns: dict[str, list[Any]]) -> Any:
        return building.attach(self._table(range(len(self))), columns)

    def repeat(self, indices: Sequence[int], columns: dict[str, list[Any]]) -> Any:
        return building.attach(self._table(indices), columns)

    def worded(self, words: Callable[[Any], Any]) -> Rows:
        return from_frame(self._table(range(len(self)))).worded(words)

    def frame(self, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
        return building.frame(nw.Implementation.PANDAS, values, columns)

    def label(self, index: int) -> Any:
        return index

    def place(self, label: Any) -> int | None:
        return _place(label, len(self))

    def source(self, index: int) -> dict[str, Any] | None:
        item = self._items[index]
        return item if isinstance(item, dict) and is_task(item) else None

    def sources(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for index in range(len(self)):
            source = self.source(index)
            if source is not None:
                yield index, source


def _place(label: Any, count: int) -> int | None:
    is_place = isinstance(label, int | np.integer) and not isinstance(label, bool)
    return int(label) if is_place and 0 <= label < count else None


def told(value: Any, index: int, column: str) -> Any:
    """Give a cell as a plain value; where that cannot be, say which it is."""
    try:
        return plain(value)
    except DataError as error:
        raise DataError(f'row {index} was set aside: column "{column}": {error}') from None


def _usable(rows: Rows, index: int, columns: Iterable[str]) -> dict[str, Any] | None:
    try:
        return rows.row(index, columns)
    except DataError:
        return None


def from_frame(
    native: Any,
    give_back: Callable[[Any], Any] = lambda frame: frame,
    problems: tuple[str, ...] = (),
) -> Rows:
    """Take a dataframe of any library that narwhals knows as rows.

    Parameters
    ----------
    native
        The frame: pandas, polars, pyarrow, ...
    give_back
        Makes what the user gave out of such a frame: a duckdb relation, a lazy frame.
    problems
        What was odd when it was read.
    """
    return _FrameRows(native, give_back, problems)


def from_list(
    items: Sequence[Any],
    problems: tuple[str, ...] = (),
    again: Callable[[], Sequence[Any]] | None = None,
) -> Rows:
    """Take dicts, or Label Studio tasks that hold one under "data", as rows.

    Frames come out as pandas; ``problems`` are what was odd when it was read, and ``again`` reads
    anew what lies there.
    """
    return _ListRows(items, problems, again)


def is_task(item: dict[str, Any]) -> bool:
    """Whether a dict is a Label Studio task rather than the bare data of one."""
    return isinstance(item.get("data"), dict)


def require_column(rows: Rows, column: str, what: str) -> None:
    """Raise a DataError that names the nearest column where a column does not exist."""
    if not rows.has(column) and rows.reaches(1):
        names = ", ".join(f'"{name}"' for name in rows.columns)
        hint = near(column, rows.columns)
        raise DataError(f'{what} "{column}" is no column; there are {names}{hint}')
