"""What was done, by whom and in which order: the log, read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from nblabel.core.annotation import Annotation, State
from nblabel.core.change import Edit, Gesture
from nblabel.store import leasing, schema
from nblabel.store.database import Database
from nblabel.store.reading import Event, annotation_of, edits_of, log_of, row_of
from nblabel.store.schema import annotation, event, task

_PAGE = 2_000  # entries that are in memory at a time
_LENGTH = 1 << 23  # characters of the gestures that can be undone after a reload
_SUMMED_UP = 100  # results of a decision that its summary names


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the log, with the task and the annotation that it is about.

    Parameters
    ----------
    annotation
        The annotation's uid.
    at, annotator, key, revision, action, kind, client, edits
        As in `Change`.
    """

    at: str
    annotator: str | None
    key: str
    annotation: str
    revision: int
    action: str
    kind: str
    client: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """An entry of the log after which something else counts: submitted, skipped, or taken back.

    Parameters
    ----------
    id
        Its number in the log.
    at
        When the store received it.
    annotation, number
        The annotation's uid, and the number that Label Studio knows it by.
    key, revision, state
        The task, and what it led to.
    was_done
        Whether the annotation was submitted or skipped before.
    """

    id: int
    at: str
    key: str
    annotation: str
    number: int
    revision: int
    state: State
    was_done: bool

    @property
    def is_done(self) -> bool:
        """Whether the annotation is submitted or skipped now."""
        return self.state != "draft"


class Log(Database):
    """A database with the log of a store."""

    def logged(self, project_id: int) -> int:
        """Return the number of the last entry; 0 where there is none."""
        theirs = sa.select(event.c.id).join(annotation, event.c.annotation == annotation.c.id)
        theirs = theirs.where(annotation.c.project == project_id)
        with self._read() as connection:
            last = connection.scalars(theirs.order_by(event.c.id.desc()).limit(1)).first()
            return last or 0

    def decided(self, project_id: int, last: int, count: int) -> list[Decided]:
        """Return the next entries after one, in the order of the log, that decided something."""
        query = _decided(project_id, last).order_by(event.c.id).limit(count)
        with self._read() as connection:
            return [Decided(*row) for row in connection.execute(query)]

    def decisions_after(self, project_id: int, last: int) -> dict[tuple[bool, bool], int]:
        """Count such entries, by whether the annotation was done before, and is after."""
        found = _decided(project_id, last).subquery()
        is_done = found.c.state != "draft"
        query = sa.select(found.c.was_done, is_done, sa.func.count()).group_by(
            found.c.was_done, is_done
        )
        with self._read() as connection:
            rows = connection.execute(query).all()
            return {(bool(before), bool(after)): count for before, after, count in rows}

    def marked_since(self, project_id: int, last: int) -> tuple[int, list[str]]:
        """Return the tasks that something happened to since an entry of the log, and the last."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(event.c.id, task.c.key)
                .join(annotation, event.c.annotation == annotation.c.id)
                .join(task, annotation.c.task == task.c.id)
                .where(annotation.c.project == project_id, event.c.id > last)
                .order_by(event.c.id)
            ).all()
        return max((row.id for row in rows), default=last), list({row.key: None for row in rows})

    def submitted(self, project_id: int, annotator: str | None, *, everybody: bool = False) -> int:
        """Count the tasks that an annotator, or anybody, submitted, whatever the data is now."""
        query = sa.select(sa.func.count(annotation.c.task.distinct())).where(
            annotation.c.project == project_id,
            sa.true() if everybody else annotation.c.annotator == (annotator or ""),
            annotation.c.state == "submitted",
        )
        with self._read() as connection:
            return int(connection.execute(query).scalar_one())

    def decisions(self, project_id: int, annotator: str | None, count: int) -> list[Annotation]:
        """Return an annotator's last submitted and skipped annotations, newest first.

        Those that came from files come after what was decided here. Of each as many results as a
        summary can name.
        """
        theirs = sa.select(annotation, task.c.key).join(task, annotation.c.task == task.c.id)
        theirs = theirs.where(
            annotation.c.project == project_id,
            annotation.c.annotator == (annotator or ""),
            annotation.c.state.in_(leasing.DONE),
        )
        here = (
            theirs.join(event, event.c.annotation == annotation.c.id)
            .where(
                event.c.annotator == (annotator or ""),
                schema.DONE_HERE,
                event.c.revision == annotation.c.revision,
            )
            .order_by(event.c.id.desc())
        )
        came = theirs.where(~annotation.c.touched).order_by(
            annotation.c.updated_at.desc(), annotation.c.id.desc()
        )
        with self._read() as connection:
            rows = [*connection.execute(here.limit(count))]
            if len(rows) < count:
                rows += connection.execute(came.limit(count - len(rows)))
            return [annotation_of(connection, row, most=_SUMMED_UP) for row in rows]

    def history(self, project_id: int, uid: str) -> list[Event]:
        """Return the log of one annotation, oldest first."""
        with self._read() as connection:
            row = row_of(connection, project_id, uid)
            return [] if row is None else log_of(connection, row.id)

    def logs(self, project_id: int, key: str) -> list[tuple[Annotation, list[Event]]]:
        """Return the annotations of a task with their logs, as they are at one moment."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(annotation, task.c.key)
                .join(task)
                .where(task.c.project == project_id, task.c.key == key)
                .order_by(annotation.c.id)
            ).all()
            return [(annotation_of(connection, row), log_of(connection, row.id)) for row in rows]

    def timeline(self, project_id: int, since: str) -> Iterator[Entry]:
        """Yield what was done from a time on, in the order of the log; memory holds one page."""
        last = 0
        while True:
            with self._read() as connection:
                rows = connection.execute(
                    sa.select(event, task.c.key, annotation.c.uid)
                    .join(annotation, event.c.annotation == annotation.c.id)
                    .join(task, annotation.c.task == task.c.id)
                    .where(
                        annotation.c.project == project_id, event.c.id > last, event.c.at >= since
                    )
                    .order_by(event.c.id)
                    .limit(_PAGE)
                ).all()
            for row in rows:
                yield Entry(
                    at=row.at,
                    annotator=row.annotator or None,
                    key=row.key,
                    annotation=row.uid,
                    revision=row.revision,
                    action=row.action,
                    kind=row.kind,
                    client=row.client,
                    edits=edits_of(row.edits),
                )
            if not rows:
                return
            last = rows[-1].id

    def gestures(self, project_id: int, annotator: str | None, count: int) -> list[Gesture]:
        """Return what an annotator did last, over all tasks, oldest first.

        Fewer where they are very large: masks may be.
        """
        before = event.alias()
        with self._read() as connection:
            query = sa.select(
                event,
                task.c.key,
                annotation.c.uid,
                sa.func.coalesce(before.c.state, "draft").label("state_before"),
            )
            rows = connection.execute(
                _beside(query, before)
                .where(
                    event.c.annotator == (annotator or ""),
                    schema.DONE_HERE,
                    ~event.c.client.contains(":"),
                    annotation.c.project == project_id,
                )
                .order_by(event.c.id.desc())
                .limit(count)
            )
            last: list[sa.Row[Any]] = []
            length = 0
            for row in rows:
                length += len(row.edits)
                if length > _LENGTH and last:
                    break
                last.append(row)
        return [
            Gesture(
                key=row.key,
                annotation=row.uid,
                revision=row.revision,
                action=row.action,
                kind=row.kind,
                at=row.at,
                state_before=row.state_before,
                state=row.state,
                edits=edits_of(row.edits),
            )
            for row in reversed(last)
        ]


def _decided(project_id: int, last: int) -> sa.Select[Any]:
    before = event.alias()
    was_done = sa.func.coalesce(before.c.state, "draft").in_(leasing.DONE)
    query = sa.select(
        event.c.id,
        event.c.received_at,
        task.c.key,
        annotation.c.uid,
        annotation.c.number,
        event.c.revision,
        event.c.state,
        was_done.label("was_done"),
    )
    return _beside(query, before).where(
        annotation.c.project == project_id,
        event.c.id > last,
        schema.DONE_HERE,
        event.c.action != "edit",
        sa.or_(was_done, event.c.state.in_(leasing.DONE)),
    )


def _beside(query: sa.Select[Any], before: Any) -> sa.Select[Any]:
    """Join to entries of the log their annotation, its task, and the entry before, if any."""
    is_before = sa.and_(
        before.c.annotation == event.c.annotation, before.c.revision == event.c.revision - 1
    )
    return (
        query.join(annotation, event.c.annotation == annotation.c.id)
        .join(task, annotation.c.task == task.c.id)
        .outerjoin(before, is_before)
    )
