"""The durable record: an append-only log and the state it leads to, in one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from nblabel.base.errors import StoreError
from nblabel.base.ids import unique_id
from nblabel.base.times import now
from nblabel.core.annotation import Annotation, Prediction, State
from nblabel.core.change import Applied, Change, Conflict, Outcome, Seen
from nblabel.core.record import ReceivedTask, Said, TaskRecord
from nblabel.store import engine as engines
from nblabel.store import hooks, leasing, listing, migrations, receiving, renaming, schema
from nblabel.store.applying import applied
from nblabel.store.log import Log
from nblabel.store.reading import (
    SAYS,
    Version,
    among,
    annotation_of,
    annotations_of,
    marks_of,
    prediction_of,
    ranks,
    records_of,
    row_of,
    said_of,
    slices,
)
from nblabel.store.remotes import Remotes
from nblabel.store.schema import annotation, cursor, event, prediction, project, task

T = TypeVar("T")

Whose = Literal["everybody's", "own", "others'"]

_PAGE = 500  # tasks that are in memory at a time while an export runs


@dataclass(frozen=True, slots=True)
class Mark:
    """What one annotator decided about one task."""

    key: str
    state: State
    digest: str
    annotation: str
    updated_at: str


class Store(Log, Remotes):
    """A database of projects, tasks, annotations and predictions.

    Every method may be called from any thread.

    Examples
    --------
    >>> from nblabel.core.change import Edit
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
        super().__init__(engine, url)
        notes: list[str | None] = []
        while not (told := self._about()) or int(told["version"]) < schema.VERSION:
            notes.append(self._written(lambda c: migrations.step(c, self.name)))
        self.id = told["id"]
        self._index()
        self.note = "; ".join(filter(None, notes)) or None

    @classmethod
    def open(cls, url: str | Path, *, make: bool = True) -> Store:
        """Open a store, and make it where there is none.

        Parameters
        ----------
        url
            A path, an SQLAlchemy URL, or ``":memory:"``.
        make
            Whether a file is made where there is none.

        Raises
        ------
        StoreError
            When it cannot be opened, is no store, or was written by a newer nblabel.

        Notes
        -----
        What an earlier nblabel wrote is brought to this one's version; how it was before is
        kept, and ``note`` says where.
        """
        known = engines.parse(url)
        if not make and engines.is_missing(known):
            raise StoreError(f'there is no store "{engines.name(known)}"')
        shown = (
            engines.file(known)
            if known.get_backend_name() == "sqlite"
            else known.render_as_string()
        )
        return cls(engines.create(known), shown or ":memory:")

    def __repr__(self) -> str:
        """Name the store; ``url`` is its whole address."""
        return f"Store({self.name!r})"

    @property
    def folder(self) -> Path | None:
        """Where what belongs to the store lies in files; None for one in memory."""
        known = engines.parse(self.url)
        if engines.is_memory(known):
            return None
        is_file = known.get_backend_name() == "sqlite"
        return Path(f"{engines.file(known)}.files" if is_file else "nblabel.files").absolute()

    def _about(self) -> dict[str, str]:
        with self._read() as connection:
            return migrations.about(connection, self.name)

    def _index(self) -> None:
        """Make the index that a store of nblabel 0.1 has not."""
        with self._read() as connection:
            known = sa.inspect(connection).get_indexes(event.name)
        if schema.worked.name not in {index["name"] for index in known}:
            self._written(lambda connection: schema.worked.create(connection, checkfirst=True))

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

    def listed(self) -> list[listing.Held]:
        """Return all projects, in the order they were made, and what was done in each."""
        with self._read() as connection:
            return listing.projects(connection)

    def worked(self) -> dict[int, tuple[str, str]]:
        """Return name and config of the projects with work, by number, the newest first."""
        with self._read() as connection:
            return listing.worked(connection)

    def labeled(self, project_id: int, most: int) -> int:
        """Count the tasks of a project that somebody submitted, ``most`` of them at the most."""
        with self._read() as connection:
            return listing.labeled(connection, project_id, most)

    def has_work(self, project_id: int, annotator: str | None) -> bool:
        """Whether an annotator has made or begun something in a project."""
        with self._read() as connection:
            mine = sa.select(annotation.c.id).where(
                annotation.c.project == project_id, annotation.c.annotator == (annotator or "")
            )
            return connection.execute(mine.limit(1)).first() is not None

    def workers(self, project_id: int, keys: Sequence[str]) -> dict[str, set[str]]:
        """Return those of some tasks that have annotations, and whose; "" is nobody by name."""
        with self._read() as connection:
            return listing.workers(connection, project_id, keys)

    def first_data(self, project_id: int, count: int) -> Sequence[str]:
        """Return the data, as JSON text, of the first tasks that somebody worked on."""
        with self._read() as connection:
            return listing.first_data(connection, project_id, count)

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
        [outcome] = self.apply_all(project_id, [Seen(change, data, source or {})], annotator)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def apply_all(
        self, project_id: int, seen: Sequence[Seen], annotator: str | None
    ) -> list[Outcome]:
        """Write changes that came together: one wait for the disk for all of them.

        Returns
        -------
        list of Outcome
            What became of each, in their order. Those on one annotation that follow a conflict
            are that conflict, too.
        """
        try:
            return self._written(
                lambda connection: applied(connection, project_id, seen, annotator or ""),
                project_id,
            )
        except StoreError as error:
            return [error] * len(seen)

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

    def predict(self, project_id: int, predictions: Iterable[receiving.Suggested]) -> None:
        """Keep what a model says; it takes the place of what the same version said before.

        Parameters
        ----------
        project_id
            The project's number.
        predictions
            Key, digest and bound data of tasks, and what is said of each.
        """
        coming = iter(predictions)
        while some := list(itertools.islice(coming, receiving.TOGETHER)):
            self._fits(*(key for key, *_ in some))
            self._predicted(project_id, some)

    def _predicted(self, project_id: int, some: list[receiving.Suggested]) -> None:
        self._written(lambda c: receiving.predicted(c, project_id, some), project_id)

    def predicted_by(self, project_id: int, version: str, keys: Sequence[str]) -> set[str]:
        """Return those of the given tasks of which a version of a model has said something."""
        with self._read() as connection:
            by = (prediction.c.model_version == version, task.c.project == project_id)
            rows = sa.select(task.c.key).join(prediction, prediction.c.task == task.c.id)
            return set(connection.scalars(rows.where(*by, among(connection, task.c.key, keys))))

    def remember(self, project_id: int, annotator: str | None, key: str, index: int) -> None:
        """Keep the task that an annotator looked at last."""
        self._fits(key)
        mine = (cursor.c.project == project_id, cursor.c.annotator == (annotator or ""))
        row = {"key": key, "index": index}

        def write(connection: sa.Connection) -> None:
            if connection.execute(cursor.update().where(*mine).values(row)).rowcount == 0:
                whose = {"project": project_id, "annotator": annotator or ""}
                connection.execute(cursor.insert().values(whose | row))

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

    # -- web hooks

    def hook(self, project_id: int, name: str) -> hooks.Hooked:
        """Return how far a web hook has come; one that is new begins at the end of the log."""
        position = self.logged(project_id)
        return self._written(lambda c: hooks.entered(c, project_id, name, position))

    def hooked(self, project_id: int, name: str) -> hooks.Hooked:
        """Return how far a web hook has come, one that was made."""
        with self._read() as connection:
            return hooks.hooked(connection, project_id, name)

    def hold_hook(
        self, project_id: int, name: str, holder: str, seconds: float
    ) -> hooks.Hooked | None:
        """Let one kernel send a web hook for a time; None where another does."""
        return self._written(lambda c: hooks.held(c, project_id, name, holder, seconds))

    def advance_hook(
        self, project_id: int, name: str, holder: str, position: int, *, sent: int
    ) -> bool:
        """Keep how far a web hook has come; False where another kernel sends it by now."""
        return self._written(
            lambda c: hooks.advanced(c, project_id, name, holder, position, sent=sent)
        )

    def release_hook(self, project_id: int, name: str, holder: str) -> None:
        """Let another kernel send a web hook from now on."""
        self._written(lambda c: hooks.released(c, project_id, name, holder))

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

    def own(
        self, project_id: int, keys: Sequence[str], annotator: str | None
    ) -> dict[str, Annotation]:
        """Return what an annotator said last about tasks, by their keys; see `latest`."""
        found: dict[str, list[Any]] = {}
        with self._read() as connection:
            rows = connection.execute(
                sa.select(annotation, task.c.key)
                .join(task)
                .where(
                    task.c.project == project_id,
                    among(connection, task.c.key, keys),
                    annotation.c.annotator == (annotator or ""),
                )
            )
            for row in rows:
                found.setdefault(row.key, []).append(row)
            places = ranks(connection, [[row.id for row in group] for group in found.values()])
            last = [max(group, key=lambda row: places.get(row.id, 0)) for group in found.values()]
            return {one.key: one for one in annotations_of(connection, last)}

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

    def predicted(self, project_id: int, keys: Sequence[str]) -> dict[str, list[Prediction]]:
        """Return what models say about tasks, oldest first, by the tasks' keys."""
        found: dict[str, list[Prediction]] = {}
        with self._read() as connection:
            rows = connection.execute(
                sa.select(prediction, task.c.key)
                .join(task)
                .where(task.c.project == project_id, among(connection, task.c.key, keys))
                .order_by(prediction.c.id)
            )
            for row in rows:
                found.setdefault(row.key, []).append(prediction_of(row))
        return found

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

    def marks(
        self,
        project_id: int,
        annotator: str | None,
        keys: Sequence[str],
        *,
        everybody: bool = False,
    ) -> dict[str, Mark]:
        """Return what an annotator decided about the given tasks, or anybody; the latest of each.

        Drafts are this annotator's.
        """
        if not keys:
            return {}
        with self._read() as connection:
            found = marks_of(connection, project_id, annotator, keys, everybody=everybody)
        return {
            key: Mark(key, row.state, row.digest, row.annotation, row.updated_at)
            for key, row in found.items()
        }

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
                .where(task.c.project == project_id, among(connection, task.c.key, keys), SAYS)
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
