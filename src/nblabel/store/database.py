"""Transactions on a database that several threads, processes and people use."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from nblabel.core.record import broken
from nblabel.store import engine as engines
from nblabel.store import sqlite
from nblabel.store.schema import project

T = TypeVar("T")

_ATTEMPTS = 3


class Database:
    """A database, and how it is read and written; every method may be called from any thread."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self.name = engines.name(engine.url)
        self.url = url
        self.waited = 0.0  # seconds, at most, for others who wrote
        self._reader = engines.reading(engine)
        self._release = weakref.finalize(self, engine.dispose)  # who forgets `close` leaks nothing
        # An in-memory database is one connection: whoever uses it has it alone.
        self._alone: Any = threading.RLock() if engines.is_memory(engine.url) else nullcontext()

    def close(self) -> None:
        """Let go of the database; an in-memory store is gone."""
        with self._alone:  # its one connection must not go while another thread reads
            self._release()

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        try:
            with self._told(), self._alone, self._reader.connect() as plain, plain.begin():
                yield plain
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise broken(f"a row cannot be read: {error}", self.name) from error

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with self._alone, self._engine.connect() as plain:
            connection = plain.execution_options(**engines.WRITE)
            with connection.begin():
                self.waited = max(self.waited, connection.info.get(sqlite.WAITED, 0.0))
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise engines.unusable(error, self._engine.url) from error

    def _written(
        self,
        write: Callable[[sa.Connection], T],
        project_id: int | None = None,
        attempts: int = _ATTEMPTS,
    ) -> T:
        """Run a transaction, again where another writer was in the way.

        Writers of one project come one after the other: so numbers are given once, the log's
        ids are in the order of the commits, and nobody waits for somebody who waits for them.
        """
        with self._told():
            try:
                with self._write() as connection:
                    if project_id is not None and connection.dialect.name != "sqlite":
                        mine = sa.select(project.c.id).where(project.c.id == project_id)
                        connection.execute(mine.with_for_update(key_share=True))
                    return write(connection)
            except DBAPIError as error:
                if attempts == 1 or not engines.is_passing(error):
                    raise
        return self._written(write, project_id, attempts - 1)

    def _fits(self, *keys: str) -> None:
        """Refuse a key that the database has no text for."""
        for key in keys:
            engines.fits(key, self._engine.dialect.name)
