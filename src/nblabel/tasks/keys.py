"""Which task a row is, however rows are added, removed or reordered."""

from __future__ import annotations

import threading

from nblabel.base.errors import DataError
from nblabel.base.ids import canonical_key, digest
from nblabel.config import Config
from nblabel.tasks.binding import bound_data
from nblabel.tasks.rows import UNDEFINED, Rows, require_column

_BLOCK = 2048


class Keys:
    """The keys of rows, known when they are met.

    Parameters
    ----------
    rows
        The rows.
    config
        The config whose bound values make a key where no column does.
    key
        The column that holds the keys (of Label Studio tasks, a key of ``data``). Without one,
        rows with equal bound values share a key, and so their work.

    Raises
    ------
    DataError
        When there is no such column.
    """

    def __init__(self, rows: Rows, config: Config, key: str | None = None) -> None:
        if key is not None:
            require_column(rows, key, "key=")
        self._rows = rows
        self._config = config
        self._column = key
        self._known: dict[int, str | None] = {}
        self._first: dict[str, int] = {}
        self._walked = 0
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
                self._meet(index, self._read(index, index + 1)[0])
            key = self._known[index]
            if key is None:
                raise DataError(f'column "{self._column}" has no key in row {index}: it is null')
            first = self._first[key]
            if self._column is not None and first != index:
                raise DataError(
                    f'column "{self._column}" has the key "{key}" in rows {first} and {index}; '
                    "every row needs a key of its own"
                )
            return key

    def meet(self, start: int, stop: int) -> None:
        """Read the keys of rows ``start`` to ``stop`` at once, quicker than one by one."""
        with self._lock:
            if any(index not in self._known for index in range(start, stop)):
                for index, key in enumerate(self._read(start, stop), start):
                    self._meet(index, key)

    def index(self, key: str) -> int | None:
        """Find the row with a key, the first where several share it; None where none has it."""
        with self._lock:
            while self._walked < len(self._rows):
                if key in self._first and self._first[key] < self._walked:
                    return self._first[key]
                start = self._walked
                keys = self._read(start, min(start + _BLOCK, len(self._rows)))
                for place, found in enumerate(keys, start):
                    self._meet(place, found)
                self._walked = start + len(keys)
            return self._first.get(key)

    def met(self, key: str) -> int | None:
        """Find a row with a key among those that were met; look no further."""
        return self._first.get(key)

    @property
    def all_met(self) -> bool:
        """Whether every row was met, so that a key that was not met is no row's."""
        return self._walked >= len(self._rows)

    def _meet(self, index: int, key: str | None) -> None:
        self._known[index] = key
        if key is not None:
            self._first[key] = min(index, self._first.get(key, index))

    def _read(self, start: int, stop: int) -> list[str | None]:
        if self._column is not None:
            values = self._rows.key_values(self._column, start, stop)
            return [canonical_key(value) for value in values]
        names = (*self._config.columns, *self._config.used, UNDEFINED)
        rows = self._rows.stretch(start, stop, names)
        return [digest(bound_data(self._config, row)) for row in rows]
