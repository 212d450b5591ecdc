"""How a database is opened: SQLite made durable, anything else by its SQLAlchemy URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    SQLAlchemyError,
)
from sqlalchemy.pool import StaticPool

from nblabel.base.errors import MissingPackageError, StoreError
from nblabel.base.jsontext import HALF
from nblabel.store import sqlite
from nblabel.store.sqlite import BUSY_MS

_DEADLOCK, _NOT_SERIALIZABLE = "40P01", "40001"
_NOT_OURS = ("no such", "malformed", "does not exist", "has no column", "not a database")
WRITE = {"nblabel_write": True}
"""Execution options of a connection that is going to write."""


def parse(given: str | Path) -> URL:
    """Return the URL of a store given as a path, an SQLAlchemy URL, or ``":memory:"``.

    >>> parse(":memory:").database
    ':memory:'
    >>> str(parse("postgresql://db/reviews"))
    'postgresql+psycopg://db/reviews'
    """
    text = str(given)
    if text in {":memory:", "sqlite://", "sqlite:///:memory:"}:
        return make_url("sqlite+pysqlite:///:memory:")
    if isinstance(given, Path) or "://" not in text:
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


def is_missing(url: URL) -> bool:
    """Whether the database would be a file that is not there."""
    is_file = url.get_backend_name() == "sqlite" and not is_memory(url)
    return is_file and not Path(file(url)).is_file()


def file(url: URL) -> str:
    """Return the path of an SQLite database, whose URL may hold a URI of SQLite's own.

    >>> file(parse("sqlite:////data/a.db")), file(parse("sqlite:///file:/data/a.db?uri=true"))
    ('/data/a.db', '/data/a.db')
    """
    name = url.database or ""
    return unquote(name.removeprefix("file:")) if name.startswith("file:") else name


def name(url: URL) -> str:
    """Return what a store is called where its whole address is not asked for.

    >>> name(parse("sqlite:////data/a.db")), name(parse(":memory:"))
    ('a.db', ':memory:')
    >>> name(parse("postgresql://ana:secret@db/reviews"))
    'postgresql://db/reviews'
    """
    if url.get_backend_name() == "sqlite":
        return ":memory:" if is_memory(url) else Path(file(url)).name
    return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"


def create(url: URL) -> sa.Engine:
    """Make the engine; nothing is connected yet."""
    if url.get_backend_name() != "sqlite":
        return _server(url)
    if is_memory(url):
        alone = {"connect_args": {"check_same_thread": False}, "poolclass": StaticPool}
        engine = sa.create_engine(url, **alone)
        sqlite.prepare(engine, None)
        return engine
    if not (folder := Path(file(url)).parent).is_dir():
        raise StoreError(f'the store "{name(url)}" cannot be made: there is no folder "{folder}"')
    engine = sa.create_engine(url)
    sqlite.prepare(engine, file(url))
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


def _hint(reason: str) -> str:
    """Say what helps where a database cannot be used, as the tail of a sentence."""
    if "database is locked" in reason:
        waited = f"others have been writing for {BUSY_MS / 1000:g} s"
        return f"; {waited}: where many write at once, use PostgreSQL"
    if any(words in reason for words in _NOT_OURS):
        return "; nblabel doctor says what is wrong with it"
    return ""


def unusable(error: SQLAlchemyError, url: URL) -> StoreError:
    """Return the sentence for what a database raised; an interrupt goes on as one."""
    reason = error.orig if isinstance(error, DatabaseError) else error
    if str(reason) == "interrupted":
        raise KeyboardInterrupt from error
    return StoreError(f'the store "{name(url)}" cannot be used: {reason}{_hint(str(reason))}')


def fits(key: str, dialect: str) -> None:
    """Refuse a key that the database has no text for."""
    if HALF.search(key):
        raise StoreError(
            f"the key {key!r} holds half of a surrogate pair, which no database keeps: "
            "write it whole"
        )
    if "\0" in key and dialect == "postgresql":
        raise StoreError(
            f"the key {key!r} holds a NUL character, which PostgreSQL cannot keep: "
            "take it out, or use a store in SQLite"
        )


def is_passing(error: DBAPIError) -> bool:
    """Whether another writer was in the way, so that the transaction is worth a second try."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or state in {_DEADLOCK, _NOT_SERIALIZABLE}
