"""Tables of earlier versions brought to this one: a function a version, each in one transaction."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from nblabel.base.errors import StoreError
from nblabel.base.ids import unique_id
from nblabel.base.jsontext import loads
from nblabel.core.record import broken
from nblabel.store import engine as engines
from nblabel.store import schema
from nblabel.store.schema import meta

_BACKUP = "nblabel_backup_"
_OPENING = 7_622_343  # PostgreSQL's number for the lock of whoever makes or changes the tables


def about(connection: sa.Connection, store: str) -> dict[str, str]:
    """Return what a store says of itself; nothing where there is none yet.

    Raises
    ------
    StoreError
        When it was written by a newer nblabel, or is not as any nblabel writes it.
    """
    _tables_only(connection, store)  # before anything is read: a view may have no end
    if not sa.inspect(connection).has_table(meta.name):
        return {}
    told = {row.name: row.value for row in connection.execute(sa.select(meta))}
    if not (told.get("version", "").isdecimal() and told.get("id")):
        raise broken("it does not say its version and who it is", store)
    if int(told["version"]) > schema.VERSION:
        raise StoreError(
            f'the store "{store}" was written by a newer nblabel (its schema is version '
            f"{told['version']}, this nblabel knows {schema.VERSION}): upgrade nblabel"
        )
    return told


def _tables_only(connection: sa.Connection, store: str) -> None:
    for what, name, _ in strangers(connection):
        raise broken(f'no nblabel made the {what} "{name}"', store)


def strangers(connection: sa.Connection) -> Sequence[Any]:
    """Return what runs by itself in an SQLite store, with name and table: nblabel makes none."""
    if connection.dialect.name != "sqlite":
        return []
    return connection.exec_driver_sql(
        "SELECT type, name, tbl_name FROM sqlite_master WHERE type IN ('view', 'trigger') "
        "AND tbl_name LIKE 'nblabel%'"
    ).all()


def step(connection: sa.Connection, store: str) -> str | None:
    """Make the tables where there are none, else bring them to this version, in this transaction.

    Returns
    -------
    str or None
        Where the version before is kept, as a sentence; None where nothing was changed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_OPENING)))
    found = about(connection, store)  # another process may have done it in the meantime
    if not found:
        schema.metadata.create_all(connection)
        rows = {"version": str(schema.VERSION), "id": unique_id()}
        connection.execute(meta.insert(), [{"name": n, "value": v} for n, v in rows.items()])
        return None
    version = int(found["version"])
    if version == schema.VERSION:
        return None
    backup = _backup(connection, version)
    for before in range(version, schema.VERSION):
        _STEPS[before](connection)
    new = {"value": str(schema.VERSION)}
    connection.execute(meta.update().where(meta.c.name == "version").values(new))
    kept = backup()
    told = f'the store "{store}" came from an earlier nblabel: it is version {schema.VERSION} now'
    return f"{told}, and version {version} is kept in {kept}" if kept else told


# -- what was there before


def _backup(connection: sa.Connection, version: int) -> Callable[[], str | None]:
    """Keep the store as it is; what is returned makes that final, and says where it is."""
    if connection.dialect.name != "sqlite":
        tables = _copied(connection, version)
        return lambda: tables
    if engines.is_memory(connection.engine.url):
        return lambda: None
    file = Path(engines.file(connection.engine.url))
    part = file.with_name(f"{file.name}.version-{version}.part")
    _write(connection, part)
    names = map(file.with_name, _free(f"{file.name}.version-{version}.backup"))
    return lambda: f'"{part.rename(next(p for p in names if not p.exists())).name}" beside it'


def _write(connection: sa.Connection, part: Path) -> None:
    # The transaction is open, so that nobody writes; another connection reads what was there.
    part.unlink(missing_ok=True)  # of an attempt that failed
    reader = connection.engine.raw_connection()
    try:
        reader.cursor().execute("VACUUM INTO ?", (str(part),))
    finally:
        reader.close()
    with part.open("rb+") as written:
        os.fsync(written.fileno())


def _copied(connection: sa.Connection, version: int) -> str:
    tables = [n for n in sa.inspect(connection).get_table_names() if n.startswith("nblabel_")]
    prefix = next(
        prefix
        for prefix in _free(f"{_BACKUP}{version}")
        if not any(name.startswith(f"{prefix}_") for name in tables)
    )
    for name in tables:
        if not name.startswith(_BACKUP):
            copy = f"{prefix}_{name.removeprefix('nblabel_')}"
            connection.exec_driver_sql(f'CREATE TABLE "{copy}" AS TABLE {name}')
    return f"the tables {prefix}_*"


def _free(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name}-{n}" for n in itertools.count(2))


# -- the steps, each in words that later versions of the schema do not change


def _from_1(connection: sa.Connection) -> None:
    """Version 2: what each entry of the log led to and whether it was an undo; leases."""
    number = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    for statement in (
        "ALTER TABLE nblabel_event ADD COLUMN state TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE nblabel_event ADD COLUMN kind TEXT DEFAULT 'gesture' NOT NULL",
        f"CREATE TABLE nblabel_lease (project {number} NOT NULL, key TEXT NOT NULL, "
        "annotator TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (project, key), "
        "FOREIGN KEY(project) REFERENCES nblabel_project (id))",
    ):
        connection.exec_driver_sql(statement)
    log = connection.execute(
        sa.text(
            "SELECT e.id, e.annotation, e.action, a.identity, "
            "CASE e.action WHEN 'import' THEN a.extra END AS extra "
            "FROM nblabel_event e JOIN nblabel_annotation a ON a.id = e.annotation "
            "ORDER BY e.annotation, e.revision, e.id"
        )
    ).all()
    led_to: list[dict[str, Any]] = []
    state, last = "draft", None
    for entry in log:
        before = state if entry.annotation == last else "draft"
        state, last = _state_1(entry, before), entry.annotation
        led_to.append({"id": entry.id, "state": state})
    if led_to:
        statement = "UPDATE nblabel_event SET state = :state WHERE id = :id"
        connection.execute(sa.text(statement), led_to)


def _state_1(entry: Any, before: str) -> str:
    """Return the state that an entry of a version 1 log led to."""
    if entry.action == "import":
        if entry.identity.startswith("draft-"):
            return "draft"
        extra = loads(entry.extra)
        return "skipped" if extra.get("was_cancelled") or extra.get("skipped") else "submitted"
    return {"submit": "submitted", "skip": "skipped", "reopen": "draft"}.get(entry.action, before)


def _from_2(connection: sa.Connection) -> None:
    """Version 3: how far web hooks have come."""
    number = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"
    connection.exec_driver_sql(
        f"CREATE TABLE nblabel_hook (project {number} NOT NULL, name TEXT NOT NULL, "
        "position BIGINT NOT NULL, sent BIGINT NOT NULL, holder TEXT NOT NULL, "
        "until TEXT NOT NULL, PRIMARY KEY (project, name), "
        "FOREIGN KEY(project) REFERENCES nblabel_project (id))"
    )


def _from_3(connection: sa.Connection) -> None:
    """Version 4: what Label Studio servers have of a project."""
    sqlite = connection.dialect.name == "sqlite"
    number, counted = ("INTEGER", "INTEGER") if sqlite else ("BIGINT", "BIGSERIAL")
    for statement in (
        f"CREATE TABLE nblabel_remote (id {counted} NOT NULL, project {number} NOT NULL, "
        "server TEXT NOT NULL, number BIGINT NOT NULL, created_at TEXT NOT NULL, "
        "tasks TEXT NOT NULL, pulled_at TEXT NOT NULL, sending TEXT NOT NULL, "
        "holder TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (id), "
        "UNIQUE (project, server, number, created_at), "
        "FOREIGN KEY(project) REFERENCES nblabel_project (id))",
        f"CREATE TABLE nblabel_remote_task (remote {number} NOT NULL, key TEXT NOT NULL, "
        "number BIGINT NOT NULL, created_at TEXT NOT NULL, digest TEXT NOT NULL, "
        "predicted TEXT NOT NULL, PRIMARY KEY (remote, key), "
        "FOREIGN KEY(remote) REFERENCES nblabel_remote (id))",
        "CREATE INDEX nblabel_remote_task_number ON nblabel_remote_task (remote, number)",
        f"CREATE TABLE nblabel_remote_annotation (remote {number} NOT NULL, uid TEXT NOT NULL, "
        "task BIGINT NOT NULL, number BIGINT, unique_id TEXT NOT NULL, agreed TEXT NOT NULL, "
        "PRIMARY KEY (remote, uid), FOREIGN KEY(remote) REFERENCES nblabel_remote (id))",
        "CREATE INDEX nblabel_remote_annotation_task ON nblabel_remote_annotation (remote, task)",
    ):
        connection.exec_driver_sql(statement)


_STEPS: dict[int, Callable[[sa.Connection], None]] = {1: _from_1, 2: _from_2, 3: _from_3}
