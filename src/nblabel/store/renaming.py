"""Tasks that get another key: work that was kept under the digest of its data goes along."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from nblabel.store.schema import cursor, task


def named_by_data(connection: sa.Connection, project_id: int) -> dict[str, int]:
    """Return the keys that are digests of data, each with its task's number."""
    here = sa.select(task.c.key, task.c.number).where(
        task.c.project == project_id, task.c.key == task.c.digest
    )
    return dict(connection.execute(here).all())


def rename(connection: sa.Connection, project_id: int, keys: Mapping[str, str]) -> None:
    """Give tasks other keys, old to new; where a task has the new one already, nothing is done."""
    for old, new in keys.items():
        there = sa.select(task.c.id).where(task.c.project == project_id, task.c.key == new)
        if connection.execute(there).first() is not None:
            continue
        for table in (task, cursor):
            here = (table.c.project == project_id, table.c.key == old)
            connection.execute(table.update().where(*here).values(key=new))
