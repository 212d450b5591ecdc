"""What Label Studio servers have of a project: numbers there, and what was sent and agreed on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from nblabel.base.times import now
from nblabel.store import schema
from nblabel.store.database import Database
from nblabel.store.leasing import after
from nblabel.store.reading import among, slices
from nblabel.store.schema import annotation, remote, remote_annotation, remote_task, task

_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Remote:
    """A server's project that ours is sent to.

    Parameters
    ----------
    id
        Its number in the store.
    server, number, created_at
        The server's address, the project's number there, and when it was made there: numbers
        are given out again.
    tasks
        Which tasks it had when it was looked at last, in short; "" where it was not yet.
    pulled_at
        Up to when it is known what was done there, by the server's clock.
    sending
        What is on its way, as JSON; "" where nothing is.
    """

    id: int
    server: str
    number: int
    created_at: str
    tasks: str = ""
    pulled_at: str = ""
    sending: str = ""


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task as a server has it.

    Parameters
    ----------
    key
        Its key.
    number, created_at
        Its number there, and when it was made there; "" where it carries its key there.
    digest, predicted
        Digests of the data and of the suggestions that were sent; "" for what was not.
    """

    key: str
    number: int
    created_at: str = ""
    digest: str = ""
    predicted: str = ""


@dataclass(frozen=True, slots=True)
class RemoteAnnotation:
    """An annotation as a server has it.

    Parameters
    ----------
    uid
        Ours.
    task
        The task's number there.
    number
        Its own there; None where it went with its task and was not looked for yet.
    unique_id
        What it was sent as; "" where the server named it.
    agreed
        The digest of what both sides said last.
    """

    uid: str
    task: int
    number: int | None
    unique_id: str
    agreed: str


class Remotes(Database):
    """A database that knows what servers have."""

    def remotes(self, project_id: int, server: str | None = None) -> list[Remote]:
        """Return the servers' projects that a project was sent to, in the order that was."""
        query = sa.select(*(remote.c[name] for name in Remote.__slots__)).order_by(remote.c.id)
        query = query.where(remote.c.project == project_id)
        if server is not None:
            query = query.where(remote.c.server == server)
        with self._read() as connection:
            return [Remote(*row) for row in connection.execute(query)]

    def remote(self, project_id: int, server: str, number: int, created_at: str) -> Remote:
        """Return a server's project, made known where it is new."""
        which = {"server": server, "number": number, "created_at": created_at}

        def write(connection: sa.Connection) -> None:
            here = [remote.c.project == project_id, *(remote.c[n] == v for n, v in which.items())]
            if connection.execute(sa.select(remote.c.id).where(*here)).first() is None:
                empty = dict.fromkeys(("tasks", "pulled_at", "sending", "holder", "until"), "")
                schema.insert(connection, remote, {"project": project_id, **which, **empty})

        self._written(write, project_id)
        known = self.remotes(project_id, server)
        return next(one for one in known if (one.number, one.created_at) == (number, created_at))

    def hold_remote(
        self, remote_id: int, holder: str, seconds: float, *, instead_of: str | None = None
    ) -> str | None:
        """Let one push to a server's project for a time; return who does, where that is another.

        Parameters
        ----------
        remote_id
            The server's project.
        holder
            Who wants to.
        seconds
            For how long.
        instead_of
            Who is known to be gone.
        """
        own = remote.c.id == remote_id
        is_free = sa.or_(
            remote.c.holder.in_([holder, instead_of or holder]), remote.c.until <= now()
        )
        mine = {"holder": holder, "until": after(seconds)}

        def write(connection: sa.Connection) -> str | None:
            if connection.execute(remote.update().where(own, is_free).values(mine)).rowcount:
                return None
            other: str | None = connection.scalar(sa.select(remote.c.holder).where(own))
            return other

        return self._written(write)

    def release_remote(self, remote_id: int, holder: str) -> None:
        """Let others push to a server's project."""
        mine = (remote.c.id == remote_id, remote.c.holder == holder)
        free = {"holder": "", "until": ""}
        self._written(lambda c: c.execute(remote.update().where(*mine).values(free)))

    def note_remote(self, remote_id: int, **values: str) -> None:
        """Keep ``tasks``, ``pulled_at`` or ``sending`` of a server's project."""
        here = remote.c.id == remote_id
        self._written(lambda c: c.execute(remote.update().where(here).values(values)))

    def keep_remote(
        self,
        remote_id: int,
        tasks: Sequence[RemoteTask] = (),
        annotations: Sequence[RemoteAnnotation] = (),
        *,
        dropped: Sequence[str] = (),
        sending: str | None = None,
    ) -> None:
        """Keep what a server has of tasks and annotations, in one transaction.

        Parameters
        ----------
        remote_id
            The server's project.
        tasks, annotations
            What takes the place of what was known of them.
        dropped
            Annotations, by uid, that the server has no more.
        sending
            What is on its way now; None where that stays.
        """
        uids = [*(one.uid for one in annotations), *dropped]

        def write(connection: sa.Connection) -> None:
            _replace(connection, remote_id, remote_task.c.key, [t.key for t in tasks], tasks)
            _replace(connection, remote_id, remote_annotation.c.uid, uids, annotations)
            if sending is not None:
                here = remote.c.id == remote_id
                connection.execute(remote.update().where(here).values(sending=sending))

        if tasks or uids or sending is not None:
            self._written(write)

    def forget_remote(self, remote_id: int, tasks: Sequence[RemoteTask]) -> None:
        """Forget tasks that a server has no more, and the annotations in them."""

        def write(connection: sa.Connection) -> None:
            theirs = among(connection, remote_annotation.c.task, [one.number for one in tasks])
            here = remote_annotation.c.remote == remote_id
            connection.execute(remote_annotation.delete().where(here, theirs))
            _replace(connection, remote_id, remote_task.c.key, [one.key for one in tasks], ())

        if tasks:
            self._written(write)

    def remote_tasks(self, remote_id: int, keys: Sequence[str]) -> dict[str, RemoteTask]:
        """Return what a server has of tasks, by their keys."""
        with self._read() as connection:
            here = (remote_task.c.remote == remote_id, among(connection, remote_task.c.key, keys))
            rows = connection.execute(_TASKS.where(*here))
            return {row.key: RemoteTask(*row) for row in rows}

    def remote_numbers(self, remote_id: int, numbers: Sequence[int]) -> dict[int, RemoteTask]:
        """Return tasks by the numbers that a server has them under."""
        with self._read() as connection:
            known = among(connection, remote_task.c.number, numbers)
            rows = connection.execute(_TASKS.where(remote_task.c.remote == remote_id, known))
            return {row.number: RemoteTask(*row) for row in rows}

    def all_remote_tasks(self, remote_id: int) -> Iterator[RemoteTask]:
        """Yield all tasks that a server has, by their numbers; memory holds one page."""
        last = -(2**63)
        while True:
            here = (remote_task.c.remote == remote_id, remote_task.c.number > last)
            query = _TASKS.where(*here).order_by(remote_task.c.number).limit(_PAGE)
            with self._read() as connection:
                rows = [RemoteTask(*row) for row in connection.execute(query)]
            yield from rows
            if len(rows) < _PAGE:
                return
            last = rows[-1].number

    def count_remote_tasks(self, remote_id: int) -> int:
        """Count the tasks that a server is known to have."""
        query = sa.select(sa.func.count()).where(remote_task.c.remote == remote_id)
        with self._read() as connection:
            return int(connection.execute(query).scalar_one())

    def remote_annotations(
        self, remote_id: int, tasks: Sequence[int]
    ) -> dict[int, list[RemoteAnnotation]]:
        """Return the annotations that a server has of tasks, by the tasks' numbers there."""
        found: dict[int, list[RemoteAnnotation]] = {}
        with self._read() as connection:
            here = remote_annotation.c.remote == remote_id
            theirs = among(connection, remote_annotation.c.task, tasks)
            columns = [remote_annotation.c[name] for name in RemoteAnnotation.__slots__]
            for row in connection.execute(sa.select(*columns).where(here, theirs)):
                found.setdefault(row.task, []).append(RemoteAnnotation(*row))
        return found

    def uids(self, project_id: int, keys: Sequence[str]) -> dict[tuple[str, str], str]:
        """Return the uids of annotations by their tasks' keys and what they came in as."""
        found: dict[tuple[str, str], str] = {}
        for some in slices(keys, _PAGE):
            with self._read() as connection:
                rows = connection.execute(
                    sa.select(task.c.key, annotation.c.identity, annotation.c.uid)
                    .join(task, annotation.c.task == task.c.id)
                    .where(task.c.project == project_id, among(connection, task.c.key, some))
                )
                found |= {(key, identity): uid for key, identity, uid in rows}
        return found


_TASKS = sa.select(*(remote_task.c[name] for name in RemoteTask.__slots__))


def _replace(
    connection: sa.Connection,
    remote_id: int,
    column: sa.Column[Any],
    names: Sequence[str],
    rows: Sequence[RemoteTask] | Sequence[RemoteAnnotation],
) -> None:
    table: Any = column.table
    if names:
        connection.execute(
            table.delete().where(table.c.remote == remote_id, among(connection, column, names))
        )
    made: list[Mapping[str, Any]] = [{"remote": remote_id, **asdict(row)} for row in rows]
    schema.insert_all(connection, table, made)
