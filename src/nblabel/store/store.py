"""The durable record: an append-only log and the state it leads to, in one transaction."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, DBAPIError, SQLAlchemyError

from nblabel.base.errors import StoreError
from nblabel.base.ids import unique_id
from nblabel.base.times import now
from nblabel.core.annotation import Annotation, Prediction, State
from nblabel.core.change import Applied, Change, Conflict, Edit, Gesture
from nblabel.core.record import ReceivedTask, Said, TaskRecord, broken
from nblabel.store import engine as engines
from nblabel.store import leasing, migrations, receiving, renaming, schema, sqlite
from nblabel.store.applying import applied
from nblabel.store.reading import (
    HALF,
    Event,
    Version,
    among,
    annotation_of,
    json_of,
    log_of,
    marks_of,
    prediction_of,
    ranks,
    records_of,
    row_of,
    said_of,
    slices,
)
from nblabel.store.schema import annotation, cursor, event, prediction, project, task

T = TypeVar("T")

Whose = Literal["everybody's", "own", "others'"]

_ATTEMPTS = 3
_SUMMED_UP = 100  # results of a decision that its summary names
_PAGE = 500  # tasks that are in memory at a time while an export runs


@dataclass(frozen=True, slots=True)
class Mark:
    """What one annotator decided about one task."""

    key: str
    state: State
    digest: str
    annotation: str
    updated_at: str


class Store:
    """A database of projects, tasks, annotations and predictions.

    Every method may be called from any thread.

    Examples
    --------
    >>> store = Store.open(":memory:")
    >>> reviews = store.project("reviews", "<View/>")
    >>> edit = Edit("a", 1.0, None, {"from_name": "mood", "value": {"choices": ["good"]}})
    >>> change = Change("7", "u1", 0, "script", 1, now(), "submit", (edit,))
    >>> store.apply(reviews, change, "ana", {"text": "fine"})
    Applied(revision=1)
    >>> store.annotations(reviews, "7")[0].items[0].result["value"]
    {'choices': ['good']}
    """

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self.name = engines.name(engine.url)
        self.waited = 0.0  # seconds, at most, for others who wrote
        self._reader = engines.reading(engine)
        self._release = weakref.finalize(self, engine.dispose)  # who forgets `close` leaks nothing
        # An in-memory database is one connection: whoever uses it has it alone.
        self._alone: Any = threading.RLock() if engines.is_memory(engine.url) else nullcontext()
        self.url = url
        notes: list[str | None] = []
        while not (told := self._about()) or int(told["version"]) < schema.VERSION:
            notes.append(self._written(lambda c: migrations.step(c, self.name)))
        self.id = told["id"]
        self._index()
        self.note = "; ".join(filter(None, notes)) or None

    @classmethod
    def open(cls, place: str | Path) -> Store:
        """Open a store, and make it where there is none.

        Parameters
        ----------
        place
            A path, an SQLAlchemy URL, or ``":memory:"``.

        Raises
        ------
        StoreError
            When it cannot be opened, is no store, or was written by a newer nblabel.

        Notes
        -----
        What an earlier nblabel wrote is brought to this one's version; how it was before is
        kept, and ``note`` says where.
        """
        url = engines.parse(place)
        shown = engines.file(url) if url.get_backend_name() == "sqlite" else url.render_as_string()
        return cls(engines.create(url), shown or ":memory:")

    def __repr__(self) -> str:
        """Name the store; ``url`` is its whole address."""
        return f"Store({self.name!r})"

    def _about(self) -> dict[str, str]:
        with self._read() as connection:
            return migrations.about(connection, self.name)

    def _index(self) -> None:
        """Make the index that a store of nblabel 0.1 has not."""
        with self._read() as connection:
            known = sa.inspect(connection).get_indexes(event.name)
        if schema.worked.name not in {index["name"] for index in known}:
            self._written(lambda connection: schema.worked.create(connection, checkfirst=True))

    def close(self) -> None:
        """Let go of the database; an in-memory store is gone."""
        self._release()

    # -- transactions

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        try:
            with self._told(), self._alone, self._reader.connect() as plain, plain.begin():
                yield plain
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise broken(f"a row cannot be read: {error}", self.name) from error

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with self._alone, self._engine.connect() as plain:
            connection = plain.execution_options(**engines.WRITE)
            with connection.begin():
                self.waited = max(self.waited, connection.info.get(sqlite.WAITED, 0.0))
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = error.orig if isinstance(error, DatabaseError) else error
            if str(reason) == "interrupted":
                raise KeyboardInterrupt from error
            hint = engines.hint(str(reason))
            raise StoreError(f'the store "{self.name}" cannot be used: {reason}{hint}') from error

    def _written(
        self,
        write: Callable[[sa.Connection], T],
        project_id: int | None = None,
        attempts: int = _ATTEMPTS,
    ) -> T:
        """Run a transaction, again where another writer was in the way.

        Writers of one project come one after the other: so numbers are given once, the log's
        ids are in the order of the commits, and nobody waits for somebody who waits for them.
        """
        with self._told():
            try:
                with self._write() as connection:
                    if project_id is not None and connection.dialect.name != "sqlite":
                        mine = sa.select(project.c.id).where(project.c.id == project_id)
                        connection.execute(mine.with_for_update(key_share=True))
                    return write(connection)
            except DBAPIError as error:
                if attempts == 1 or not engines.is_passing(error):
                    raise
        return self._written(write, project_id, attempts - 1)

    def _fits(self, *keys: str) -> None:
        """Refuse a key that the database has no text for."""
        for key in keys:
            if HALF.search(key):
                raise StoreError(
                    f"the key {key!r} holds half of a surrogate pair, which no database keeps: "
                    "write it whole"
                )
            if "\0" in key and self._engine.dialect.name == "postgresql":
                raise StoreError(
                    f"the key {key!r} holds a NUL character, which PostgreSQL cannot keep: "
                    "take it out, or use a store in SQLite"
                )

    # -- projects

    def project(self, name: str, config: str) -> int:
        """Return the number of a project, made when it is new; its config becomes this one."""

        def write(connection: sa.Connection) -> int:
            found = connection.execute(
                sa.select(project.c.id, project.c.config).where(project.c.name == name)
            ).one_or_none()
            if found is None:
                row = {"name": name, "config": config, "created_at": now()}
                return schema.insert(connection, project, row)
            if found.config != config:
                connection.execute(
                    project.update().where(project.c.id == found.id).values(config=config)
                )
            return int(found.id)

        return self._written(write)

    def projects(self) -> dict[str, str]:
        """Return the configs of all projects by name."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(project.c.name, project.c.config).order_by(project.c.id)
            )
            return {row.name: row.config for row in rows}

    # -- writing

    def apply(
        self,
        project_id: int,
        change: Change,
        annotator: str | None,
        data: Mapping[str, Any] | None,
        source: Mapping[str, Any] | None = None,
    ) -> Applied | Conflict:
        """Write one change, once.

        Parameters
        ----------
        project_id
            The project's number.
        change
            The gesture. Sent a second time it is answered as it was the first time.
        annotator
            Whose annotation it is.
        data
            The bound data that was on screen, kept with the task; None where nobody has it
            any more.
        source
            The other fields of the Label Studio task it came from.

        Returns
        -------
        Applied or Conflict
            A conflict when the change was made on another state than the store's; then
            nothing is written.

        Raises
        ------
        StoreError
            When the annotation is another task's or another annotator's.
        """
        self._fits(change.key)
        return self._written(
            lambda connection: applied(
                connection, project_id, change, annotator or "", data=data, source=source or {}
            ),
            project_id,
        )

    def receive(
        self,
        project_id: int,
        tasks: Iterable[tuple[str, str, Mapping[str, Any], ReceivedTask]],
    ) -> int:
        """Take in tasks from a file, some at a time; what is known already stays as it is.

        Stopped in the middle, what was taken in stays; the same tasks again add the rest.

        Parameters
        ----------
        project_id
            The project's number.
        tasks
            Key, digest, bound data and content of each.

        Returns
        -------
        int
            How many annotations and predictions were new.
        """
        client = f"import:{unique_id()}"
        log = ({"client": client, "seq": seq} for seq in itertools.count())
        coming = iter(tasks)
        added = 0
        while some := list(itertools.islice(coming, receiving.TOGETHER)):
            self._fits(*(key for key, *_ in some))
            added += self._received(project_id, some, log)
        return added

    def _received(
        self,
        project_id: int,
        tasks: list[receiving.Received],
        log: Iterator[Mapping[str, Any]],
    ) -> int:
        return self._written(
            lambda c: receiving.receive(c, project_id, tasks, now(), log), project_id
        )

    def predict(
        self,
        project_id: int,
        key: str,
        digest: str,
        data: Mapping[str, Any],
        suggestion: Prediction,
    ) -> Prediction:
        """Keep what a model says; it takes the place of what the same version said before."""
        self._fits(key)
        identity = f"model:{suggestion.model_version}"

        def write(connection: sa.Connection) -> Prediction:
            task_id = receiving.task_row(
                connection, project_id, key, digest=digest, data=data, source={}, worked=False
            )
            return receiving.predicted(connection, task_id, identity, suggestion)

        return self._written(write, project_id)

    def remember(self, project_id: int, annotator: str | None, key: str, index: int) -> None:
        """Keep the task that an annotator looked at last."""
        self._fits(key)
        mine = (cursor.c.project == project_id, cursor.c.annotator == (annotator or ""))
        place = {"key": key, "index": index}

        def write(connection: sa.Connection) -> None:
            if connection.execute(cursor.update().where(*mine).values(place)).rowcount == 0:
                row = {"project": project_id, "annotator": annotator or "", **place}
                connection.execute(cursor.insert().values(row))

        self._written(write, project_id)

    # -- tasks for one annotator at a time

    def lease(
        self, project_id: int, annotator: str, keys: Sequence[str], seconds: float
    ) -> list[str]:
        """Give waiting tasks to one annotator for a time.

        Parameters
        ----------
        project_id
            The project's number.
        annotator
            Who is going to label them.
        keys
            The tasks wanted.
        seconds
            For how long; the time of all that the annotator holds begins anew.

        Returns
        -------
        list of str
            The keys obtained, in the order wanted: not those that another annotator holds, or
            has submitted or skipped. Submitting or skipping gives a task back.
        """
        self._fits(*keys)
        return self._written(lambda c: leasing.leased(c, project_id, annotator, keys, seconds))

    def release(self, project_id: int, annotator: str, keys: Sequence[str] | None = None) -> None:
        """Give back tasks before their time is over; all that an annotator holds without keys."""
        self._written(lambda c: leasing.released(c, project_id, annotator, keys))

    def taken(self, project_id: int, annotator: str, keys: Sequence[str]) -> set[str]:
        """Return those of the given tasks that another annotator holds or has finished."""
        with self._read() as connection:
            return leasing.taken(connection, project_id, annotator, keys)

    # -- reading

    def remembered(self, project_id: int, annotator: str | None) -> tuple[str, int] | None:
        """Return key and index of the task that an annotator looked at last."""
        with self._read() as connection:
            row = connection.execute(
                sa.select(cursor.c.key, cursor.c.index).where(
                    cursor.c.project == project_id, cursor.c.annotator == (annotator or "")
                )
            ).one_or_none()
        return None if row is None else (str(row[0]), int(row[1]))

    def size(self, project_id: int) -> int:
        """Return how many tasks of a project the store knows."""
        with self._read() as connection:
            query = sa.select(sa.func.count()).where(task.c.project == project_id)
            return int(connection.execute(query).scalar_one())

    def annotations(
        self,
        project_id: int,
        key: str,
        *,
        version: Version = "working",
        whose: Whose = "everybody's",
        annotator: str | None = None,
    ) -> list[Annotation]:
        """Return annotations of a task, oldest first.

        Parameters
        ----------
        project_id, key
            The task.
        version
            Whether their items are as they stand, or as they were submitted last.
        whose, annotator
            Everybody's, those of one annotator, or those of all others.
        """
        theirs = {
            "everybody's": sa.true(),
            "own": annotation.c.annotator == (annotator or ""),
            "others'": annotation.c.annotator != (annotator or ""),
        }
        with self._read() as connection:
            rows = connection.execute(
                sa.select(annotation, task.c.key)
                .join(task)
                .where(task.c.project == project_id, task.c.key == key, theirs[whose])
                .order_by(annotation.c.id)
            ).all()
            return [annotation_of(connection, row, version) for row in rows]

    def latest(self, project_id: int, key: str, annotator: str | None) -> Annotation | None:
        """Return what an annotator said last about a task, by the log and not by the clock."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(annotation, task.c.key)
                .join(task)
                .where(
                    task.c.project == project_id,
                    task.c.key == key,
                    annotation.c.annotator == (annotator or ""),
                )
            ).all()
            places = ranks(connection, [[row.id for row in rows]])
            last = max(rows, key=lambda row: places.get(row.id, 0), default=None)
            return None if last is None else annotation_of(connection, last)

    def annotation(self, project_id: int, uid: str) -> Annotation | None:
        """Return one annotation with its working items."""
        with self._read() as connection:
            row = row_of(connection, project_id, uid)
            return None if row is None else annotation_of(connection, row)

    def predictions(self, project_id: int, key: str) -> list[Prediction]:
        """Return what models say about a task, oldest first."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(prediction)
                .join(task)
                .where(task.c.project == project_id, task.c.key == key)
                .order_by(prediction.c.id)
            )
            return [prediction_of(row) for row in rows]

    def named_by_data(self, project_id: int) -> dict[str, int]:
        """Return the keys that are digests of data, each with the number of its task."""
        with self._read() as connection:
            return renaming.named_by_data(connection, project_id)

    def rename(self, project_id: int, keys: Mapping[str, str]) -> None:
        """Give tasks other keys, old to new; their work goes along."""
        self._written(lambda connection: renaming.rename(connection, project_id, keys))

    def digests(self, project_id: int, keys: Sequence[str]) -> dict[str, str]:
        """Return the digests of those tasks that the store knows among the given keys."""
        with self._read() as connection:
            known = among(connection, task.c.key, keys)
            rows = connection.execute(
                sa.select(task.c.key, task.c.digest).where(task.c.project == project_id, known)
            )
            return dict(rows.all())

    def marks(self, project_id: int, annotator: str | None, keys: Sequence[str]) -> dict[str, Mark]:
        """Return what an annotator decided about the given tasks; the latest of each."""
        if not keys:
            return {}
        with self._read() as connection:
            found = marks_of(connection, project_id, annotator, keys)
        return {
            key: Mark(key, row.state, row.digest, row.annotation, row.updated_at)
            for key, row in found.items()
        }

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

    def submitted(self, project_id: int, annotator: str | None) -> int:
        """Count the tasks that an annotator has submitted, whatever the data is now."""
        query = sa.select(sa.func.count(annotation.c.task.distinct())).where(
            annotation.c.project == project_id,
            annotation.c.annotator == (annotator or ""),
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

    def gestures(self, project_id: int, annotator: str | None, count: int) -> list[Gesture]:
        """Return what an annotator did last, over all tasks, oldest first."""
        before = event.alias()
        with self._read() as connection:
            rows = connection.execute(
                sa.select(
                    event,
                    task.c.key,
                    annotation.c.uid,
                    sa.func.coalesce(before.c.state, "draft").label("state_before"),
                )
                .join(annotation, event.c.annotation == annotation.c.id)
                .join(task, annotation.c.task == task.c.id)
                .outerjoin(
                    before,
                    sa.and_(
                        before.c.annotation == event.c.annotation,
                        before.c.revision == event.c.revision - 1,
                    ),
                )
                .where(
                    event.c.annotator == (annotator or ""),
                    schema.DONE_HERE,
                    ~event.c.client.contains(":"),
                    annotation.c.project == project_id,
                )
                .order_by(event.c.id.desc())
                .limit(count)
            ).all()
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
                edits=tuple(Edit(*edit) for edit in json_of(row.edits, list)),
            )
            for row in reversed(rows)
        ]

    def said(
        self, project_id: int, keys: Sequence[str], *, drafts: bool = False, every: bool = False
    ) -> dict[str, list[Said]]:
        """Return what the annotations of tasks say, the latest last, by the tasks' keys.

        Skipped ones say nothing, nor, without drafts, those never submitted; or ``every`` one
        says what was submitted, else what is drafted.
        """
        with self._read() as connection:
            return said_of(connection, project_id, keys, drafts=drafts, every=every)

    def keys(self, project_id: int) -> Sequence[str]:
        """Return the keys of all tasks, in the order they came."""
        with self._read() as connection:
            query = sa.select(task.c.key).where(task.c.project == project_id)
            return connection.scalars(query.order_by(task.c.id)).all()

    def data(self, project_id: int, keys: Sequence[str]) -> dict[str, str]:
        """Return the data that tasks were worked on with, as JSON text, by the tasks' keys."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(task.c.key, task.c.data).where(
                    task.c.project == project_id, among(connection, task.c.key, keys)
                )
            )
            return dict(rows.all())

    def states(self, project_id: int, keys: Sequence[str]) -> dict[str, set[State]]:
        """Return the states of the annotations of tasks, by the tasks' keys."""
        found: dict[str, set[State]] = {}
        if not keys:
            return found
        with self._read() as connection:
            rows = connection.execute(
                sa.select(task.c.key, annotation.c.state)
                .join(task, annotation.c.task == task.c.id)
                .where(task.c.project == project_id, among(connection, task.c.key, keys))
            )
            for key, state in rows:
                found.setdefault(key, set()).add(state)
        return found

    def records(self, project_id: int, keys: Sequence[str] | None = None) -> Iterator[TaskRecord]:
        """Yield whole tasks for an export; memory holds one page of them.

        Parameters
        ----------
        project_id
            The project's number.
        keys
            The tasks, in the order wanted; None for all in the order they came.
        """
        if keys is not None:
            for some in slices(keys, _PAGE):
                with self._read() as connection:
                    known = among(connection, task.c.key, some)
                    found = {r.key: r for r in records_of(connection, project_id, known)}
                yield from (found[key] for key in dict.fromkeys(some) if key in found)
            return
        last = 0
        while True:
            with self._read() as connection:
                ids = connection.scalars(
                    sa.select(task.c.id)
                    .where(task.c.project == project_id, task.c.id > last)
                    .order_by(task.c.id)
                    .limit(_PAGE)
                ).all()
                known = among(connection, task.c.id, ids)
                page = records_of(connection, project_id, known) if ids else []
            if not page:
                return
            yield from page
            last = ids[-1]
