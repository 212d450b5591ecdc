"""A store of schema version 1 as nblabel 0.1.0 wrote it, and what that nblabel said of it."""

import json
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from nblabel.store import schema

DUMP = Path(__file__).with_name("version_1.sql")
SAID = json.loads(Path(__file__).with_name("version_1.json").read_text("utf-8"))


BACK = (
    "ALTER TABLE nblabel_event DROP COLUMN state, DROP COLUMN kind",
    "DROP TABLE nblabel_lease",
    "DROP TABLE nblabel_hook",
    "DROP TABLE nblabel_remote_annotation",
    "DROP TABLE nblabel_remote_task",
    "DROP TABLE nblabel_remote",
)
"""What makes the tables of now those of then."""


def write(path, dump=DUMP):
    """Make the file anew from the dump."""
    connection = sqlite3.connect(path)
    connection.executescript(dump.read_text("utf-8"))
    connection.close()
    return path


def write_to_server(place, of=DUMP, back=BACK):
    """Make the same tables with the same rows on a server."""
    dump = sqlite3.connect(":memory:")
    dump.executescript(of.read_text("utf-8"))
    there = {row[0] for row in dump.execute("SELECT name FROM sqlite_master")}
    engine = sa.create_engine(place.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        for table in schema.metadata.sorted_tables:
            if table.name not in there:
                continue
            rows = dump.execute(f"SELECT * FROM {table.name}")
            names = [column[0] for column in rows.description]
            values = [dict(zip(names, map(plain, names, row), strict=True)) for row in rows]
            if values:
                connection.execute(table.insert(), values)
            if "id" in names and table is not schema.meta:
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                    f"(SELECT coalesce(max(id), 1) FROM {table.name}))"
                )
        for statement in back:
            connection.exec_driver_sql(statement)
    engine.dispose()
    dump.close()
    return place


def plain(name, value):
    """SQLite has no booleans."""
    return bool(value) if name in {"touched", "pending"} else value
