"""How a database is opened: SQLite made durable, anything else by its SQLAlchemy URL."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from nblabel.base.errors import MissingPackageError, StoreError

BUSY_MS = 30_000
_DEADLOCK, _NOT_SERIALIZABLE = "40P01", "40001"
WRITE = {"nblabel_write": True}
"""Execution options of a connection that is going to write."""


_LOGGED = 8000
"""Pages in the log, of 4 KB, before they are put where they belong: an import writes some often."""


def parse(place: str | Path) -> URL:
    """Return the URL of a store given as a path, an SQLAlchemy URL, or ``":memory:"``.

    >>> parse(":memory:").database
    ':memory:'
    >>> str(parse("postgresql://db/reviews"))
    'postgresql+psycopg://db/reviews'
    """
    text = str(place)
    if text in {":memory:", "sqlite://", "sqlite:///:memory:"}:
        return make_url("sqlite+pysqlite:///:memory:")
    if isinstance(place, Path) or "://" not in text:
        return URL.create("sqlite+pysqlite", database=str(Path(text).expanduser().resolve()))
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreError(
            f'the store "{text}" is neither a path nor an SQLAlchemy URL '
            "like sqlite:///reviews.db or postgresql://host/name"
        ) from error
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    return url


def is_memory(url: URL) -> bool:
    """Whether the database lives only as long as its connection."""
    if url.get_backend_name() != "sqlite":
        return False
    return file(url) in {"", ":memory:"} or url.query.get("mode") == "memory"


def file(url: URL) -> str:
    """Return the path of an SQLite database, whose URL may hold a URI of SQLite's own.

    >>> file(parse("sqlite:////data/a.db")), file(parse("sqlite:///file:/data/a.db?uri=true"))
    ('/data/a.db', '/data/a.db')
    """
    name = url.database or ""
    return unquote(name.removeprefix("file:")) if name.startswith("file:") else name


def create(url: URL) -> sa.Engine:
    """Make the engine; nothing is connected yet."""
    if url.get_backend_name() != "sqlite":
        return _server(url)
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_MS / 1000}}
    if is_memory(url):
        options["connect_args"]["check_same_thread"] = False
        options["poolclass"] = StaticPool
    elif not (folder := Path(file(url)).parent).is_dir():
        raise StoreError(f'the store "{file(url)}" cannot be made: there is no folder "{folder}"')
    engine = sa.create_engine(url, **options)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _server(url: URL) -> sa.Engine:
    try:
        # Writers wait for each other; each then has to see what the one before it wrote.
        engine = sa.create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
    except NoSuchModuleError as error:
        raise StoreError(
            f'no database is called "{url.drivername}"; a store is SQLite or PostgreSQL'
        ) from error
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            f"a store on {url.get_backend_name()} needs the package {error.name}: "
            'pip install "nblabel[postgresql]"'
        ) from error
    if url.get_backend_name() == "postgresql":
        sa.event.listen(engine, "connect", _prepare_server)
    return engine


def _prepare_server(connection: Any, _record: Any) -> None:
    # What is acknowledged is on disk, whatever the server was told; and nobody waits for ever.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )
        cursor.execute(f"SET lock_timeout = {BUSY_MS}")
    connection.commit()


def reading(engine: sa.Engine) -> sa.Engine:
    """Return the engine as readers use it: all that one transaction reads is of one moment."""
    if engine.dialect.name != "postgresql":
        return engine  # SQLite's are so anyway
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def is_passing(error: DBAPIError) -> bool:
    """Whether another writer was in the way, so that the transaction is worth a second try."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or state in {_DEADLOCK, _NOT_SERIALIZABLE}


def _prepare(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin` says which kind.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON").close()
    connection.execute("PRAGMA synchronous=FULL").close()
    with suppress(sqlite3.OperationalError):  # `note` says so
        connection.execute("PRAGMA journal_mode=WAL").close()
        connection.execute(f"PRAGMA wal_autocheckpoint={_LOGGED}").close()


def _begin(connection: sa.Connection) -> None:
    # A writer that begins as a reader can find the lock taken when it is too late to wait.
    writes = connection.get_execution_options().get("nblabel_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def note(connection: sa.Connection, url: URL) -> str | None:
    """Say how an SQLite database differs from what it should be."""
    if url.get_backend_name() != "sqlite" or is_memory(url):
        return None
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode == "wal":
        return None
    return (
        f'the place of "{file(url)}" does not let SQLite keep a write-ahead log; '
        "the store is as safe, but readers and writers wait for each other"
    )
