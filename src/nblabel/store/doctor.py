"""A store looked over: read only, as it is, and every fault in one sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from nblabel.base.errors import ConfigError, StoreError
from nblabel.base.jsontext import loads
from nblabel.config import parse
from nblabel.store import engine as engines
from nblabel.store import migrations, schema
from nblabel.store.reading import WORKING, slices
from nblabel.store.schema import annotation, event, prediction, project, result, task
from nblabel.store.sqlite import BUSY_MS
from nblabel.tags import TAGS

_TOGETHER = 500  # annotations that are looked at together
_STATES = {"draft", "submitted", "skipped"}
_ACTIONS = {"edit", "submit", "skip", "reopen", "import"}
_KINDS = {"gesture", "undo", "redo"}
_JSON: Mapping[sa.Table, Mapping[str, type]] = {
    task: {"data": dict, "source": dict},
    annotation: {"extra": dict, "parent_prediction": object},
    result: {"submitted": dict, "draft": dict},
    prediction: {"number": object, "results": list, "extra": dict},
    event: {"edits": list},
}


@dataclass(frozen=True, slots=True)
class Examination:
    """What a store is, and what is wrong with it: a sentence each."""

    facts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def examine(given: str | Path) -> Examination:
    """Look a store over; nothing in it is changed, not even its version.

    Raises
    ------
    StoreError
        When there is no store there, or it was written by a newer nblabel.
    """
    url = engines.parse(given)
    if engines.is_memory(url):
        raise StoreError("a store in memory is gone with its kernel: name a file or a database")
    shown = url.render_as_string()
    found = Examination()
    if url.get_backend_name() == "sqlite":
        shown = engines.file(url)
        engine = _of_file(Path(shown), found.facts)
    else:
        engine = engines.create(url)
    try:
        with engine.connect() as connection, connection.begin():
            _examined(connection, url, shown, found)
    except SQLAlchemyError as error:
        reason = error.orig if isinstance(error, DatabaseError) else error
        if "readonly" in str(reason):
            raise StoreError(
                f'a process was killed while it wrote: open the store once, so that "{shown}" is '
                "as it was before that"
            ) from error
        if isinstance(reason, sqlite3.DatabaseError) and "not a database" in str(reason):
            raise StoreError(f'"{shown}" is not an SQLite database') from error
        if not (isinstance(reason, sqlite3.DatabaseError) and "malformed" in str(reason)):
            raise StoreError(f'the store "{shown}" cannot be read: {reason}') from error
        found.faults.append(f"the file is damaged: {reason}")
    finally:
        engine.dispose()
    return found


def _of_file(file: Path, facts: list[str]) -> sa.Engine:
    if not file.exists():
        raise StoreError(f'there is no store "{file}"')
    if not file.is_file():
        raise StoreError(f'"{file}" is no file')
    if file.stat().st_size == 0:
        raise StoreError(f'"{file}" is an empty file: there is no store in it')
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size:
        facts.append(
            f"a write-ahead log of {log.stat().st_size:,} bytes lies beside it and belongs to it: "
            "a process has the store open, or was killed; the next one to close it takes it in"
        )
    name = f"file:{quote(str(file.resolve()))}?mode=ro"
    return sa.create_engine("sqlite+pysqlite://", creator=lambda: _opened(name))


def _opened(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, uri=True, timeout=BUSY_MS / 1000)
    connection.execute("PRAGMA trusted_schema=OFF").close()
    connection.text_factory = _text
    return connection


def _text(given: bytes) -> str:
    return given.decode(errors="backslashreplace")  # what is broken is found as no JSON


def _examined(connection: sa.Connection, url: URL, shown: str, found: Examination) -> None:
    for what, name, table in migrations.strangers(connection):
        found.faults.append(f'no nblabel made the {what} "{name}" of {table}: it may do anything')
    if found.faults:
        return  # nothing is read through them
    tables = set(sa.inspect(connection).get_table_names())
    if schema.meta.name not in tables:
        raise StoreError(f'"{shown}" is a database in which no nblabel has made a store')
    version = int(migrations.about(connection, shown)["version"])
    size, journal = _measures(connection, url, sorted(tables))
    found.facts.insert(0, f"{shown}: version {version}, {size:,} bytes{journal}")
    if version < schema.VERSION:
        found.facts.append(
            f"this nblabel brings it to version {schema.VERSION} when it opens it, and keeps "
            f"version {version} beside it"
        )
    if connection.dialect.name == "sqlite":
        found.faults.extend(_of_sqlite(connection))
    came_later = {
        schema.lease,
        schema.hook,
        schema.remote,
        schema.remote_task,
        schema.remote_annotation,
    }
    wanted = {t.name for t in schema.metadata.sorted_tables if t not in came_later}
    found.faults.extend(f"the table {name} is missing" for name in sorted(wanted - tables))
    if found.faults:
        return  # what the tables say is not worth reading then
    if schema.remote.name in tables:
        found.facts.extend(_servers(connection))
    for check in (_of_json, _of_configs, _of_numbers):
        found.faults.extend(check(connection))
    if not found.faults:
        found.faults.extend(_of_logs(connection, version))


def _measures(connection: sa.Connection, url: URL, tables: Sequence[str]) -> tuple[int, str]:
    if url.get_backend_name() == "sqlite":
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        log = ", with the write-ahead log of an earlier nblabel" if mode == "wal" else ""
        return Path(engines.file(url)).stat().st_size, log
    own = [name for name in tables if name in schema.metadata.tables]
    sizes = [connection.scalar(sa.select(sa.func.pg_total_relation_size(name))) for name in own]
    commit = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
    return sum(map(int, filter(None, sizes))), f", synchronous commit {commit}"


def _servers(connection: sa.Connection) -> Iterator[str]:
    """Tell which servers have how much of which project."""
    remote, remote_task = schema.remote, schema.remote_task
    rows = connection.execute(
        sa.select(
            project.c.name, remote.c.server, remote.c.number, sa.func.count(remote_task.c.key)
        )
        .join(remote, remote.c.project == project.c.id)
        .outerjoin(remote_task, remote_task.c.remote == remote.c.id)
        .group_by(project.c.name, remote.c.id, remote.c.server, remote.c.number)
        .order_by(remote.c.id)
    )
    for name, server, number, count in rows:
        tasks = f"{count:,} task{'' if count == 1 else 's'}"
        yield f'"{name}" is project {number} of {server}, with {tasks}'


def _of_sqlite(connection: sa.Connection) -> Iterator[str]:
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check").all():
        if said != "ok":
            yield f"the file is damaged: {said}"
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        yield f"row {row} of {table} belongs to a row of {parent} that is not there"


def _of_json(connection: sa.Connection) -> Iterator[str]:
    """Find texts that are no JSON, or that of something else."""
    for table, columns in _JSON.items():
        keys = list(table.primary_key)
        rows = connection.execute(sa.select(*keys, *(table.c[name] for name in columns)))
        for row in rows.mappings().yield_per(1_000):
            row_name = ", ".join(str(row[key.name]) for key in keys)
            for name, expected in columns.items():
                if row[name] is not None and not _is_json(row[name], expected):
                    yield f"{name} in row {row_name} of {table.name} is not the JSON it should be"


def _is_json(text: str, expected: type) -> bool:
    try:
        value = loads(text)
    except ValueError:
        return False
    return isinstance(value, expected)


def _of_configs(connection: sa.Connection) -> Iterator[str]:
    for row in connection.execute(sa.select(project.c.name, project.c.config)):
        problem = _problem(row.config)
        if problem:
            yield f'the config of project "{row.name}" cannot be used: {problem}'


def _problem(config: str) -> str | None:
    try:
        parse(config, TAGS)
    except ConfigError as error:
        return str(error.problems[0])
    return None


def _of_numbers(connection: sa.Connection) -> Iterator[str]:
    """Find numbers given twice. Those that annotations came with are whatever they came with."""
    came = sa.select(event.c.annotation).where(event.c.action == "import")
    rows = connection.execute(
        sa.select(project.c.name, annotation.c.number, sa.func.count())
        .join(project, annotation.c.project == project.c.id)
        .where(annotation.c.id.not_in(came))
        .group_by(project.c.name, annotation.c.number)
        .having(sa.func.count() > 1)
    )
    for name, number, times in rows:
        yield f'{times} annotations of project "{name}" have the number {number}'


def _of_logs(connection: sa.Connection, version: int) -> Iterator[str]:
    """Find annotations that are not what their log led to."""
    ids = connection.scalars(sa.select(annotation.c.id).order_by(annotation.c.id)).all()
    for some in slices(ids, _TOGETHER):
        logs = _grouped(connection, _log_query(version).where(event.c.annotation.in_(some)))
        items = _grouped(
            connection,
            sa.select(result.c.annotation, result.c.uid, WORKING.label("text")).where(
                result.c.annotation.in_(some)
            ),
        )
        rows = connection.execute(
            sa.select(
                annotation.c.id,
                annotation.c.uid,
                annotation.c.state,
                annotation.c.revision,
                task.c.key,
            )
            .join(task)
            .where(annotation.c.id.in_(some))
            .order_by(annotation.c.id)
        )
        for row in rows:
            log = logs.get(row.id, [])
            present = {i.uid: loads(i.text) for i in items.get(row.id, []) if i.text is not None}
            fault = _of_revisions(row, log) or _of_states(row, log) or _of_edits(log, present)
            if fault:
                yield f'annotation {row.uid} of task "{row.key}": {fault}'


def _log_query(version: int) -> sa.Select[Any]:
    newer = (event.c.state, event.c.kind) if version > 1 else ()
    old = (event.c.annotation, event.c.revision, event.c.action, event.c.edits)
    return sa.select(*old, *newer).order_by(event.c.annotation, event.c.revision, event.c.id)


def _grouped(connection: sa.Connection, query: sa.Select[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in connection.execute(query):
        groups.setdefault(row.annotation, []).append(row)
    return groups


def _of_revisions(row: Any, log: Sequence[Any]) -> str | None:
    revisions = [entry.revision for entry in log]
    if revisions == list(range(1, row.revision + 1)):
        return None
    told = ", ".join(map(str, revisions)) or "none"
    return f"it is at revision {row.revision}, and its log has the revisions {told}"


def _of_states(row: Any, log: Sequence[Any]) -> str | None:
    words: Iterable[tuple[str, str, set[str]]] = [
        ("state", row.state, _STATES),
        *(("action", entry.action, _ACTIONS) for entry in log),
        *(("state", entry.state, _STATES) for entry in log if hasattr(entry, "state")),
        *(("kind", entry.kind, _KINDS) for entry in log if hasattr(entry, "kind")),
    ]
    for what, word, known in words:
        if word not in known:
            return f'there is no {what} "{word}"'
    if log and getattr(log[-1], "state", row.state) != row.state:
        return f"it is {row.state}, and its log leads to {log[-1].state}"
    return None


def _of_edits(log: Sequence[Any], present: dict[str, Any]) -> str | None:
    """Take the log back from what is there: each entry must find what it left."""
    items = dict(present)
    for entry in reversed(log):
        for edit in reversed(loads(entry.edits)):
            if not (isinstance(edit, list) and len(edit) == 4):
                return f"an edit of revision {entry.revision} is not whole"
            uid, _, before, after = edit
            if items.pop(uid, None) != after:
                return f'result "{uid}" is not as revision {entry.revision} left it'
            if before is not None:
                items[uid] = before
    if items and not (log and log[0].action == "import"):
        return f'result "{min(items)}" is in no entry of its log'
    return None
