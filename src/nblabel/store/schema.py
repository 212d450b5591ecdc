"""The tables. Everything that is JSON is kept as text, readable by hand and spliced on export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    select,
)

VERSION = 4
"""Version of these tables; `migrations` brings those of earlier ones here."""

# SQLite numbers rows by itself only where the type is spelled INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

meta = Table(
    "nblabel_meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

project = Table(
    "nblabel_project",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("config", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

task = Table(
    "nblabel_task",
    metadata,
    Column("id", Number, primary_key=True),
    Column("project", ForeignKey(project.c.id), nullable=False),
    Column("key", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("source", Text, nullable=False),
    UniqueConstraint("project", "key"),
    Index("nblabel_task_number", "project", "number"),
)

annotation = Table(
    "nblabel_annotation",
    metadata,
    Column("id", Number, primary_key=True),
    Column("project", ForeignKey(project.c.id), nullable=False),
    Column("task", ForeignKey(task.c.id), nullable=False),
    Column("uid", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    # What an imported annotation is known by; its own uid for one that was made here.
    Column("identity", Text, nullable=False),
    Column("annotator", Text, nullable=False),  # "" where nobody was named
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("touched", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("lead_time", Float),
    Column("digest", Text, nullable=False),
    Column("parent_prediction", Text, nullable=False),
    Column("extra", Text, nullable=False),
    UniqueConstraint("project", "uid"),
    UniqueConstraint("task", "identity"),
    Index("nblabel_annotation_number", "project", "number"),
    Index("nblabel_annotation_annotator", "project", "annotator", "state", "updated_at"),
)

# The working results are `draft` where pending, else `submitted`; a null is "not there". Where
# neither is there the row is a suggestion that somebody is done with.
result = Table(
    "nblabel_result",
    metadata,
    Column("annotation", ForeignKey(annotation.c.id), primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("ordinal", Float, nullable=False),
    Column("submitted", Text),
    Column("draft", Text),
    Column("pending", Boolean, nullable=False),
)

prediction = Table(
    "nblabel_prediction",
    metadata,
    Column("id", Number, primary_key=True),
    Column("task", ForeignKey(task.c.id), nullable=False),
    Column("identity", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("results", Text, nullable=False),
    Column("score", Float),
    Column("model_version", Text),
    Column("extra", Text, nullable=False),
    UniqueConstraint("task", "identity"),
)

event = Table(
    "nblabel_event",
    metadata,
    Column("id", Number, primary_key=True),
    Column("client", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("annotation", ForeignKey(annotation.c.id), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("annotator", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("edits", Text, nullable=False),
    # The annotation's state that it led to. SQLite adds no column that has no default.
    Column("state", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default="gesture"),
    UniqueConstraint("client", "seq"),
    Index("nblabel_event_annotation", "annotation", "revision"),
)

DONE_HERE = event.c.action != literal_column("'import'")
"""Entries of the log that did not come from files; literally so, or its index is not used."""

worked = Index(
    "nblabel_event_worked",
    event.c.annotator,
    event.c.id,
    sqlite_where=DONE_HERE,
    postgresql_where=DONE_HERE,
)
"""What somebody did last. An index is no part of the version: it is made where it is missing."""

cursor = Table(
    "nblabel_cursor",
    metadata,
    Column("project", ForeignKey(project.c.id), primary_key=True),
    Column("annotator", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("index", BigInteger, nullable=False),
)

# Which waiting task is whose for a time.
lease = Table(
    "nblabel_lease",
    metadata,
    Column("project", ForeignKey(project.c.id), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("annotator", Text, nullable=False),
    Column("until", Text, nullable=False),
)

# How far a web hook has come in the log, and who sends it. Where it is sent to, and with what, is
# known to whoever sends it only.
hook = Table(
    "nblabel_hook",
    metadata,
    Column("project", ForeignKey(project.c.id), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", Text, nullable=False),
)

# A project of a Label Studio server that tasks were sent to, or came from. `created_at` is the
# server's: numbers are given out again. `tasks` says which tasks it had when it was last looked
# at, `pulled_at` up to when what was done there is known, `sending` what is on its way. Who pushes
# is `holder`, until a time.
remote = Table(
    "nblabel_remote",
    metadata,
    Column("id", Number, primary_key=True),
    Column("project", ForeignKey(project.c.id), nullable=False),
    Column("server", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("tasks", Text, nullable=False),
    Column("pulled_at", Text, nullable=False),
    Column("sending", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", Text, nullable=False),
    UniqueConstraint("project", "server", "number", "created_at"),
)

# A task as a server has it: its number there, and what was sent, as digests. `created_at` is the
# server's; "" where the task carries its key there.
remote_task = Table(
    "nblabel_remote_task",
    metadata,
    Column("remote", ForeignKey(remote.c.id), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("predicted", Text, nullable=False),
    Index("nblabel_remote_task_number", "remote", "number"),
)

# An annotation as a server has it. `number` is null where it went with its task and nobody has
# looked since; `agreed` is the digest of what both sides said last.
remote_annotation = Table(
    "nblabel_remote_annotation",
    metadata,
    Column("remote", ForeignKey(remote.c.id), primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("task", BigInteger, nullable=False),
    Column("number", BigInteger),
    Column("unique_id", Text, nullable=False),
    Column("agreed", Text, nullable=False),
    Index("nblabel_remote_annotation_task", "remote", "task"),
)


def insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Insert a row into a numbered table and return its number."""
    primary_key = connection.execute(table.insert(), row).inserted_primary_key
    assert primary_key is not None  # noqa: S101 - the table is numbered
    return int(primary_key[0])


def inserted(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Insert rows into a numbered table at once, each with its number; return these in order."""
    if not rows:
        return []
    ids = _free_ids(connection, table, len(rows))
    for row, at in zip(rows, ids, strict=True):
        row["id"] = at
    insert_all(connection, table, rows)
    return ids


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, handed to the driver as they are."""
    if not rows:
        return
    statement = table.insert().compile(dialect=connection.dialect, column_keys=list(rows[0]))
    names = statement.positiontup
    values = [*map(itemgetter(*names), rows)] if names else list(rows)
    connection.exec_driver_sql(str(statement), values)


def _free_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    # Numbers taken beforehand go in with one statement; asked back, SQLite takes row by row.
    if connection.dialect.name == "sqlite":
        first = 1 + (connection.execute(select(func.max(table.c.id))).scalar_one() or 0)
        return range(first, first + count)
    sequence = func.pg_get_serial_sequence(table.name, "id")
    numbers = func.generate_series(1, count).table_valued("number")
    return connection.scalars(select(func.nextval(sequence)).select_from(numbers)).all()
