"""Which projects a store has, and how much was done in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from nblabel.store.reading import SAYS, among
from nblabel.store.schema import annotation, project, task


@dataclass(frozen=True, slots=True)
class Held:
    """A project of a store.

    Parameters
    ----------
    id, name, config
        Its number, its name, and the config that it was opened with last.
    tasks, labeled
        How many tasks have an annotation, and how many a submitted one.
    annotators
        Who made them; those without a name are not listed.
    changed_at
        When one of them changed last; None where there is none.
    """

    id: int
    name: str
    config: str
    tasks: int
    labeled: int
    annotators: tuple[str, ...]
    changed_at: str | None


def projects(connection: sa.Connection) -> list[Held]:
    """Return all projects, in the order they were made."""
    is_labeled = sa.case((annotation.c.state == "submitted", annotation.c.task))
    counted = (
        sa.select(
            project.c.id,
            project.c.name,
            project.c.config,
            sa.func.count(annotation.c.task.distinct()).label("tasks"),
            sa.func.count(is_labeled.distinct()).label("labeled"),
            sa.func.max(annotation.c.updated_at).label("changed_at"),
        )
        .outerjoin(annotation, annotation.c.project == project.c.id)
        .group_by(project.c.id, project.c.name, project.c.config)
        .order_by(project.c.id)
    )
    whose = sa.select(annotation.c.project, annotation.c.annotator).distinct()
    named: dict[int, list[str]] = {}
    for at, annotator in connection.execute(whose.order_by(annotation.c.annotator)):
        named.setdefault(at, []).extend([annotator] if annotator else [])
    return [
        Held(
            row.id,
            row.name,
            row.config,
            row.tasks,
            row.labeled,
            tuple(named.get(row.id, ())),
            row.changed_at,
        )
        for row in connection.execute(counted)
    ]


def worked(connection: sa.Connection) -> dict[int, tuple[str, str]]:
    """Return names and configs of the projects that somebody worked in, the newest first."""
    mine = sa.select(annotation.c.id).where(annotation.c.project == project.c.id).exists()
    query = sa.select(project).where(mine).order_by(project.c.id.desc())
    return {row.id: (row.name, row.config) for row in connection.execute(query)}


def labeled(connection: sa.Connection, project_id: int, most: int) -> int:
    """Count the labeled tasks of a project, to a number that is quickly reached."""
    submitted = sa.select(annotation.c.task).where(
        annotation.c.project == project_id, annotation.c.state == "submitted"
    )
    some = submitted.distinct().limit(most).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def workers(connection: sa.Connection, project_id: int, keys: Sequence[str]) -> dict[str, set[str]]:
    """Return those of some tasks that have annotations, and whose these are."""
    rows = connection.execute(
        sa.select(task.c.key, annotation.c.annotator)
        .join(annotation, annotation.c.task == task.c.id)
        .where(task.c.project == project_id, among(connection, task.c.key, keys), SAYS)
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for key, annotator in rows:
        found.setdefault(key, set()).add(annotator)
    return found


def first_data(connection: sa.Connection, project_id: int, count: int) -> Sequence[str]:
    """Return the data, as JSON text, of the first tasks that somebody worked on."""
    mine = sa.select(annotation.c.id).where(annotation.c.task == task.c.id).exists()
    query = sa.select(task.c.data).where(task.c.project == project_id, mine)
    return connection.scalars(query.order_by(task.c.id).limit(count)).all()
