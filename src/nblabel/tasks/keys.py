"""Which task a row is, however rows are added, removed or reordered."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from nblabel.base.encodings import storable
from nblabel.base.errors import DataError
from nblabel.base.ids import canonical_key, digest
from nblabel.config import Config
from nblabel.tasks.binding import bound_data
from nblabel.tasks.rows import UNDEFINED, Rows, require_column

_BLOCK = 2048
_REMEMBERED = 10_000  # up to so many rows keys are read once, and not their hashes alone kept
_SIMPLE = frozenset({str, int})  # whose canonical key is their text

Hashes = np.ndarray[Any, np.dtype[np.int64]]


class Keys:
    """The keys of rows, known when they are met.

    Rows are met one by one when somebody looks at them, and in their order by `walk`, which keeps
    no more than a hash of each key: a hash that fits is compared with the row itself.

    Parameters
    ----------
    rows
        The rows.
    config
        The config whose bound values make a key where no column does.
    key
        The column that holds the keys (of Label Studio tasks, a key of ``data``). Without one,
        a Label Studio task is known by its id, and other rows by their bound values: where these
        are equal, they share a key, and so their work.

    Raises
    ------
    DataError
        When there is no such column.
    """

    def __init__(self, rows: Rows, config: Config, key: Hashable | None = None) -> None:
        if key is not None:
            require_column(rows, str(key), "key=")
        self._rows = rows
        self._config = config
        self._column = None if key is None else str(key)
        self._aside: frozenset[int] | None = None
        self._known: dict[int, str | None] = {}
        self._first: dict[str, int] = {}
        self._walked = 0
        self._hashes: Hashes = np.zeros(0, np.int64)  # of those walked; made by the first walk
        self._order: Hashes | None = None  # the rows by their hashes, once all are met
        self._lock = threading.RLock()

    def key(self, index: int) -> str:
        """Give the key of a row.

        Raises
        ------
        DataError
            When the key is null, or another row that was met has it too.
        """
        with self._lock:
            if index not in self._known:
                self._meet(index, self.read(index, index + 1)[0])
            key = self._known[index]
            if key is None:
                raise DataError(self.why(index))
            if self._column is not None:
                walked = self._search(key)
                first = min(self._first[key], index if walked is None else walked)
                if first != index:
                    raise DataError(self._twice(key, first, index))
            return key

    def usable(self, start: int, stop: int) -> dict[int, str]:
        """Give the keys of rows ``start`` to ``stop`` by row, of those that are not set aside."""
        with self._lock:
            self.meet(start, stop)
            known = ((row, self._known[row]) for row in range(start, stop))
            keys = {row: key for row, key in known if key is not None}
            if self._column is None:
                return keys
            walked = self.met_among(keys.values())
            first = {key: min(self._first[key], walked.get(key, row)) for row, key in keys.items()}
            return {row: key for row, key in keys.items() if first[key] == row}

    def meet(self, start: int, stop: int) -> None:
        """Read the keys of rows ``start`` to ``stop`` at once, quicker than one by one."""
        with self._lock:
            if any(index not in self._known for index in range(start, stop)):
                for index, key in enumerate(self.read(start, stop), start):
                    self._meet(index, key)

    def walk(self, count: int = _BLOCK) -> bool:
        """Meet the next rows of those that were not walked yet; True when all are."""
        with self._lock:
            rows = len(self._rows)
            start, stop = self._walked, min(self._walked + count, rows)
            if start < stop:
                if len(self._hashes) < rows:
                    self._hashes = np.append(self._hashes, np.zeros(rows - len(self._hashes), "q"))
                keys = self.read(start, stop)
                self._hashes[start:stop] = [_hash(key) for key in keys]
                for index, key in enumerate(keys if self._are_few else (), start):
                    self._meet(index, key)
                self._walked = stop
            if self.all_met and self._order is None:
                self._order = np.argsort(self._hashes, kind="stable")
            return self.all_met

    def grown(self) -> None:
        """Know that further rows came after those there were."""
        with self._lock:
            self.__dict__.pop("_named", None)
            self._aside = self._order = None

    @property
    def _are_few(self) -> bool:
        return not self._rows.reaches(_REMEMBERED + 1)

    def index(self, key: str) -> int | None:
        """Find the row with a key, the first where several share it; None where none has it."""
        while True:
            with self._lock:
                found = self._search(key)
                if found is not None or self.all_met:
                    return found
            self.walk()

    def met(self, key: str) -> int | None:
        """Find a row with a key among those that were met; look no further."""
        with self._lock:
            found = self._first.get(key)
            return self._search(key) if found is None else found

    def met_among(self, keys: Iterable[str], since: int = 0) -> dict[str, int]:
        """Find rows with the given keys among those walked from one on; from 0, among all met."""
        wanted = {_hash(key): key for key in keys}
        with self._lock:
            met = self._first if since == 0 else {}
            found = {key: met[key] for key in wanted.values() if key in met}
            for row in self._hashed(np.fromiter(wanted, np.int64, len(wanted)), since):
                key = wanted[int(self._hashes[row])]
                if key not in found and self._is(row, key):
                    found[key] = row
            return found

    @property
    def walked(self) -> int:
        """How many rows were met in their order."""
        return self._walked

    @property
    def all_met(self) -> bool:
        """Whether every row was met, so that a key that was not met is no row's."""
        return not self._rows.reaches(self._walked + 1)

    def is_digest(self, index: int) -> bool:
        """Whether a row's key is the digest of its data, which cannot change under it."""
        return self._column is None and index not in self._named

    @property
    def named(self) -> Mapping[int, str]:
        """The keys of those rows that are known by an id of their own, by row."""
        return self._named

    def aside(self) -> frozenset[int]:
        """Meet every row; return those set aside: without a key, or with an earlier row's.

        `why` says why, a row at a time; the other rows can be worked on.
        """
        if self._aside is None:
            repeats = self.repeats()
            hashed = np.flatnonzero(self._hashes == _hash(None)).tolist()
            nulls = (row for row in hashed if self.read(row, row + 1)[0] is None)
            self._aside = frozenset(nulls if self._column is None else (*repeats, *nulls))
        return self._aside

    def why(self, index: int) -> str:
        """Say why a row is set aside."""
        (key,) = self.read(index, index + 1)
        if key is not None:
            return self._twice(key, self._search(key) or 0, index)
        wanted = None if self._column is None else [self._column]
        try:
            self._rows.row(index, wanted)
        except DataError as error:
            return str(error)
        return f'column "{self._column}" has no key in row {index}: it is null'

    def repeats(self) -> set[int]:
        """Meet every row; return those whose key an earlier row has."""
        while not self.walk():
            pass
        order = self._order
        assert order is not None  # noqa: S101 - all are met
        same = np.flatnonzero(np.diff(self._hashes[order]) == 0)
        suspects = {*order[same].tolist(), *order[same + 1].tolist()}
        first: dict[str, int] = {}
        repeats = set()
        for row in sorted(suspects):
            (key,) = self.read(row, row + 1)
            if key is not None and first.setdefault(key, row) != row:
                repeats.add(row)
        return repeats

    def read(self, start: int, stop: int) -> Sequence[str | None]:
        """Give the keys of rows ``start`` to ``stop``, and keep nothing."""
        if self._are_few and self.all_met:
            return [self._known[index] for index in range(start, stop)]
        if self._column is not None:
            return _texts(self._rows.key_values(self._column, start, stop))
        names = (*self._config.columns, *self._config.used, UNDEFINED)
        rows = self._rows.stretch(start, stop, names)
        return [
            self._named.get(index) or (None if row is None else self._digest(row))
            for index, row in enumerate(rows, start)
        ]

    def first(self, count: int) -> Sequence[str | None]:
        """Give the keys of the first rows as `read` does."""
        return self.read(0, count if self._rows.reaches(count) else len(self._rows))

    def _digest(self, row: Mapping[str, Any]) -> str:
        return digest(bound_data(self._config, row))

    @cached_property
    def _named(self) -> dict[int, str]:
        """The keys of rows that are Label Studio tasks with an id.

        Where several have one id, as in two exports joined, that means the first, and those
        that show the same.
        """
        named: dict[int, str] = {}
        first: dict[str, int] = {}
        for index, source in self._rows.sources() if self._column is None else ():
            given = source.get("id")
            key = canonical_key(given) if type(given) in _SIMPLE and given != "" else None
            if key is not None:
                before = first.setdefault(key, index)
                if before == index or self._shows_the_same(before, index):
                    named[index] = key
        return named

    def _shows_the_same(self, one: int, other: int) -> bool:
        names = (*self._config.columns, *self._config.used, UNDEFINED)
        rows = [self._rows.stretch(index, index + 1, names)[0] for index in (one, other)]
        return rows[0] is not None and rows[0] == rows[1]

    def _meet(self, index: int, key: str | None) -> None:
        self._known[index] = key
        if key is not None:
            self._first[key] = min(index, self._first.get(key, index))

    def _search(self, key: str) -> int | None:
        """Find the first row with a key among those walked."""
        rows = self._hashed(np.array([_hash(key)]))
        return next((row for row in rows if self._is(row, key)), None)

    def _hashed(self, wanted: Hashes, since: int = 0) -> list[int]:
        """Find the rows with one of some hashes among those walked from one on, in order."""
        if self._order is None:
            there = np.isin(self._hashes[since : self._walked], wanted)
            return (np.flatnonzero(there) + since).tolist()
        low = np.searchsorted(self._hashes, wanted, "left", sorter=self._order)
        high = np.searchsorted(self._hashes, wanted, "right", sorter=self._order)
        found = [self._order[one:end] for one, end in zip(low, high, strict=True)]
        return sorted(row for one in found for row in one.tolist() if row >= since)

    def _is(self, row: int, key: str) -> bool:
        known = self._known[row] if row in self._known else self.read(row, row + 1)[0]
        return known == key

    def _twice(self, key: str, first: int, second: int) -> str:
        return (
            f'column "{self._column}" has the key "{key}" in rows {first} and {second}; '
            "every row needs a key of its own"
        )


def _texts(values: Sequence[Any]) -> Sequence[str | None]:
    if _SIMPLE.issuperset(map(type, values)):
        keys = [*map(str, values)]
        together = "".join(keys)
        if storable(together) == together:
            return keys
    return [*map(canonical_key, values)]


def _hash(key: str | None) -> int:
    return 0 if key is None else hash(key)
