"""Which waiting task is whose for a time, so that two annotators do not do one task twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from nblabel.base.times import now
from nblabel.store.reading import among
from nblabel.store.schema import annotation, lease, task

DONE = ("submitted", "skipped")


def leased(
    connection: sa.Connection, project_id: int, annotator: str, keys: Sequence[str], seconds: float
) -> list[str]:
    """Give an annotator those tasks that are free, theirs, or whose time is over.

    Whoever asks is at work: the time of all that they hold begins anew.
    """
    until = after(seconds)
    mine = {"annotator": annotator, "until": until}
    wanted = sorted(set(keys))  # in one order, so that nobody waits in a circle
    if wanted:
        new = [{"project": project_id, "key": key, **mine} for key in wanted]
        connection.execute(_insert(connection).on_conflict_do_nothing(), new)
    here = (lease.c.project == project_id, among(connection, lease.c.key, wanted))
    free = sa.or_(lease.c.annotator == annotator, lease.c.until <= now())
    got = connection.scalars(
        sa.select(lease.c.key).where(*here, free).with_for_update(skip_locked=True)
    ).all()
    done = finished(connection, project_id, annotator, got)
    released(connection, project_id, annotator, sorted(done))
    obtained = set(got) - done
    theirs = among(connection, lease.c.key, sorted(obtained))
    connection.execute(lease.update().where(lease.c.project == project_id, theirs).values(mine))
    connection.execute(
        lease.update()
        .where(
            lease.c.project == project_id,
            lease.c.annotator == annotator,
            lease.c.until.between(now(), until),
        )
        .values(until=until)
    )
    return [key for key in dict.fromkeys(keys) if key in obtained]


def released(
    connection: sa.Connection, project_id: int, annotator: str, keys: Sequence[str] | None
) -> None:
    """Give back tasks that are an annotator's; None for all of them."""
    mine = (lease.c.project == project_id, lease.c.annotator == annotator)
    if keys is None:
        connection.execute(lease.delete().where(*mine))
        return
    connection.execute(lease.delete().where(*mine, among(connection, lease.c.key, keys)))


def taken(
    connection: sa.Connection, project_id: int, annotator: str, keys: Sequence[str]
) -> set[str]:
    """Return those tasks that another annotator holds or has finished."""
    found = finished(connection, project_id, annotator, keys)
    held = sa.select(lease.c.key).where(
        lease.c.project == project_id,
        among(connection, lease.c.key, keys),
        lease.c.annotator != annotator,
        lease.c.until > now(),
    )
    return found.union(connection.scalars(held))


def finished(
    connection: sa.Connection, project_id: int, annotator: str, keys: Sequence[str]
) -> set[str]:
    """Return those tasks that another annotator submitted or skipped."""
    done = (
        sa.select(task.c.key)
        .join(annotation, annotation.c.task == task.c.id)
        .where(
            task.c.project == project_id,
            among(connection, task.c.key, keys),
            annotation.c.annotator != annotator,
            annotation.c.state.in_(DONE),
        )
    )
    return set(connection.scalars(done))


def _insert(connection: sa.Connection) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(lease)


def after(seconds: float) -> str:
    """Return a time to come, written as `now` writes it."""
    then = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return then.isoformat(timespec="microseconds").replace("+00:00", "Z")
