"""SQLite as a store uses it: on disk when acknowledged, fair to who waits, in one file only."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from nblabel.base.errors import StoreError

BUSY_MS = 30_000
WAITED = "nblabel_waited"
"""Where a connection's info keeps for how many seconds its last writer waited for others."""

_NAP, _SHORT = 0.02, 0.003  # seconds between two tries of who has just come, and of who waits long
_LONG = 0.1  # seconds from which on somebody tries more often
_CACHE = "cache_size=-16000"  # KB: what a large change writes stays in memory until it is whole
_STEPS = 1_000_000  # of SQLite's, between two looks for an interrupt


class OpenedFile:
    """The file that a store was opened in: what lies at its path later is not written to.

    A file that was removed, or another one in its place, would take every answer to nowhere: the
    system goes on writing to the one that was opened. Device and inode tell.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise an error unless the file that was opened is the one at the path."""
        present = self._present()
        if self._opened is None or self._opened == present:
            return
        what = "is gone" if present is None else "is another one than the one that was opened"
        raise StoreError(
            f'the file of the store "{self.path.name}" {what}: nothing is written there. Put it '
            "back, or run the cell again to go on with what lies there now"
        )

    def meet(self) -> None:
        """Keep which file it is, the first time; later it must be the same."""
        if self._opened is None:
            self._opened = self._present()
        self.check()

    def _present(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def prepare(engine: sa.Engine, file: str | None) -> None:
    """Make an engine's connections durable; ``file`` is None where the database is in memory."""
    sa.event.listen(engine, "connect", _prepared)
    sa.event.listen(engine, "begin", _begin)
    if file is None:
        return
    opened = OpenedFile(Path(os.path.abspath(file)))  # noqa: PTH100 - links stay, as SQLAlchemy has it
    # Before a connection is made: it would make a new file where the one that was opened is gone.
    sa.event.listen(engine, "do_connect", lambda *_: opened.check())
    sa.event.listen(engine, "connect", lambda *_: opened.meet())
    for moment in ("begin", "commit"):
        sa.event.listen(engine, moment, lambda c: opened.check() if _writes(c) else None)


def _prepared(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin` says which kind.
    connection.isolation_level = None
    # A file may come from strangers: nothing in its schema calls what has effects.
    for pragma in ("foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", _CACHE):
        connection.execute(f"PRAGMA {pragma}").close()
    connection.execute("PRAGMA synchronous=FULL").close()
    # One file holds everything at any time, to be copied, synchronised, or moved; a write-ahead
    # log beside it would be taken for that of whatever is put in its place. Truncated, the journal
    # stays in the folder: hosts that list it stumble over files that vanish.
    with suppress(sqlite3.OperationalError):  # a process of an earlier nblabel has a log open
        connection.execute("PRAGMA busy_timeout=0").close()
        connection.execute("PRAGMA journal_mode=TRUNCATE").close()
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}").close()
    # SQLite gives Python's interrupts no chance while it is at work.
    connection.set_progress_handler(lambda: 0, _STEPS)


def _writes(connection: sa.Connection) -> bool:
    return bool(connection.get_execution_options().get("nblabel_write", False))


def _begin(connection: sa.Connection) -> None:
    if not _writes(connection):
        connection.exec_driver_sql("BEGIN")
        return
    # A writer that begins as a reader can find the lock taken when it is too late to wait. And
    # SQLite lets those try seldom who have waited long: whoever comes late is first then.
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA busy_timeout=0").close()
    connection.info[WAITED] = 0.0
    try:
        since = time.monotonic()
        while not _began(raw):
            waited = time.monotonic() - since
            if waited > BUSY_MS / 1000:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            time.sleep(_nap(waited))
            connection.info[WAITED] = waited
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}").close()


def _nap(waited: float) -> float:
    """Return how long to sleep before the next try: the longer somebody waits, the less.

    >>> all(_nap(5) < 0.005 < 0.01 <= _nap(0) for _ in range(10))
    True
    """
    usual = _NAP * (_LONG / max(waited, _LONG)) ** 2
    return max(usual, _SHORT) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


def _began(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE").close()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True
