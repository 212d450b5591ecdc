"""The durable record: an append-only log and the state it leads to, in one transaction."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError, SQLAlchemyError

from nblabel.base.errors import StoreError
from nblabel.base.ids import unique_id
from nblabel.base.jsontext import dumps, loads
from nblabel.core.annotation import Annotation, Item, Prediction, State
from nblabel.core.change import Applied, Change, Conflict, Edit
from nblabel.core.record import AnnotationRecord, ReceivedTask, TaskRecord
from nblabel.store import engine as engines
from nblabel.store import receiving, schema
from nblabel.store.schema import annotation, cursor, event, meta, prediction, project, result, task

T = TypeVar("T")

_ATTEMPTS = 3
_PAGE = 100  # tasks that are in memory at a time while an export runs
_MANY = 500  # parameters of one statement
_WORKING = sa.case((result.c.pending, result.c.draft), else_=result.c.submitted)
Version = Literal["working", "submitted"]
_DONE: tuple[State, ...] = ("submitted", "skipped")


def now() -> str:
    """Return the time as Label Studio writes it: ISO 8601, UTC, microseconds, Z."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one annotator decided about one task."""

    key: str
    state: State
    digest: str
    annotation: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log."""

    revision: int
    action: str
    annotator: str | None
    at: str
    edits: tuple[Edit, ...]


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
        self._release = weakref.finalize(self, engine.dispose)  # who forgets `close` leaks nothing
        # An in-memory database is one connection: whoever uses it has it alone.
        self._alone: Any = threading.RLock() if engines.is_memory(engine.url) else nullcontext()
        self.url = url
        with self._write() as connection:
            self.id = _found(connection, url)
            self.note = engines.note(connection, engine.url)

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
        """
        url = engines.parse(place)
        shown = str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()
        return cls(engines.create(url), shown or ":memory:")

    def close(self) -> None:
        """Let go of the database; an in-memory store is gone."""
        self._release()

    # -- transactions

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with self._alone, self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with self._alone, self._told(), self._engine.connect() as plain:
            connection = plain.execution_options(**engines.WRITE)
            with connection.begin():
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # `_written` tries again
        except SQLAlchemyError as error:
            reason = error.orig if isinstance(error, DatabaseError) else error
            raise StoreError(f'the store "{self.url}" cannot be used: {reason}') from error

    def _written(self, write: Callable[[sa.Connection], T]) -> T:
        """Run a transaction, again where another writer made the same row in that instant."""
        for _ in range(_ATTEMPTS):
            with suppress(IntegrityError), self._write() as connection:
                return write(connection)
        with self._write() as connection:
            return write(connection)

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
        return self._written(
            lambda connection: _applied(
                connection, project_id, change, annotator or "", data=data, source=source or {}
            )
        )

    def receive(
        self,
        project_id: int,
        tasks: Iterable[tuple[str, str, Mapping[str, Any], ReceivedTask]],
    ) -> int:
        """Take in tasks from a file, in one transaction; what is known already stays as it is.

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
        known = list(tasks)
        return self._written(lambda c: receiving.receive(c, project_id, known, now()))

    def predict(
        self,
        project_id: int,
        key: str,
        digest: str,
        data: Mapping[str, Any],
        suggestion: Prediction,
    ) -> Prediction:
        """Keep what a model says; it takes the place of what the same version said before."""
        identity = f"model:{suggestion.model_version}"

        def write(connection: sa.Connection) -> Prediction:
            task_id = receiving.task_row(
                connection, project_id, key, digest=digest, data=data, source={}, worked=False
            )
            return receiving.predicted(connection, task_id, identity, suggestion)

        return self._written(write)

    def remember(self, project_id: int, annotator: str | None, key: str, index: int) -> None:
        """Keep the task that an annotator looked at last."""
        mine = (cursor.c.project == project_id, cursor.c.annotator == (annotator or ""))
        place = {"key": key, "index": index}

        def write(connection: sa.Connection) -> None:
            if connection.execute(cursor.update().where(*mine).values(place)).rowcount == 0:
                row = {"project": project_id, "annotator": annotator or "", **place}
                connection.execute(cursor.insert().values(row))

        self._written(write)

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
        self, project_id: int, key: str, *, version: Version = "working"
    ) -> list[Annotation]:
        """Return the annotations of a task, oldest first.

        Parameters
        ----------
        project_id, key
            The task.
        version
            Whether their items are as they stand, or as they were submitted last.
        """
        with self._read() as connection:
            rows = connection.execute(
                sa.select(annotation, task.c.key)
                .join(task)
                .where(task.c.project == project_id, task.c.key == key)
                .order_by(annotation.c.id)
            ).all()
            return [_annotation(connection, row, version) for row in rows]

    def annotation(self, project_id: int, uid: str) -> Annotation | None:
        """Return one annotation with its working items."""
        with self._read() as connection:
            row = _row(connection, project_id, uid)
            return None if row is None else _annotation(connection, row)

    def predictions(self, project_id: int, key: str) -> list[Prediction]:
        """Return what models say about a task, oldest first."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(prediction)
                .join(task)
                .where(task.c.project == project_id, task.c.key == key)
                .order_by(prediction.c.id)
            )
            return [_prediction(row) for row in rows]

    def digests(self, project_id: int, keys: Sequence[str]) -> dict[str, str]:
        """Return the digests of those tasks that the store knows among the given keys."""
        found: dict[str, str] = {}
        with self._read() as connection:
            for some in _slices(keys):
                rows = connection.execute(
                    sa.select(task.c.key, task.c.digest).where(
                        task.c.project == project_id, task.c.key.in_(some)
                    )
                )
                found.update({row.key: row.digest for row in rows})
        return found

    def marks(self, project_id: int, annotator: str | None, keys: Sequence[str]) -> dict[str, Mark]:
        """Return what an annotator decided about the given tasks; the newest of each."""
        found: dict[str, Mark] = {}
        with self._read() as connection:
            for some in _slices(keys):
                rows = connection.execute(_marks(project_id, annotator).where(task.c.key.in_(some)))
                found.update({row.key: Mark(**row._mapping) for row in rows})
        return found

    def marked_since(self, project_id: int, last: int) -> tuple[int, list[str]]:
        """Return the tasks that something happened to since an entry of the log, and the last."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(event.c.id, task.c.key)
                .join(annotation, event.c.annotation == annotation.c.id)
                .join(task, annotation.c.task == task.c.id)
                .where(annotation.c.project == project_id, event.c.id > last)
            ).all()
        return max((row.id for row in rows), default=last), list({row.key: None for row in rows})

    def decisions(self, project_id: int, annotator: str | None, count: int) -> list[Annotation]:
        """Return an annotator's last submitted and skipped annotations, newest first."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(annotation, task.c.key)
                .join(task)
                .where(
                    annotation.c.project == project_id,
                    annotation.c.annotator == (annotator or ""),
                    annotation.c.state.in_(_DONE),
                )
                .order_by(annotation.c.updated_at.desc(), annotation.c.id.desc())
                .limit(count)
            ).all()
            return [_annotation(connection, row) for row in rows]

    def history(self, project_id: int, uid: str) -> list[Event]:
        """Return the log of one annotation, oldest first."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(event)
                .join(annotation)
                .where(annotation.c.project == project_id, annotation.c.uid == uid)
                .order_by(event.c.revision, event.c.id)
            )
            return [
                Event(
                    row.revision,
                    row.action,
                    row.annotator or None,
                    row.at,
                    tuple(Edit(*edit) for edit in loads(row.edits)),
                )
                for row in rows
            ]

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
            for some in _slices(keys, _PAGE):
                with self._read() as connection:
                    known = task.c.key.in_(some)
                    found = {r.key: r for r in _records(connection, project_id, known)}
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
                page = _records(connection, project_id, task.c.id.in_(ids)) if ids else []
            if not page:
                return
            yield from page
            last = ids[-1]


def _slices(keys: Sequence[T], size: int = _MANY) -> Iterator[Sequence[T]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _found(connection: sa.Connection, url: str) -> str:
    """Make the tables where there are none, and return the store's id."""
    inspector = sa.inspect(connection)
    if not inspector.has_table(meta.name):
        schema.metadata.create_all(connection)
        rows = {"version": str(schema.VERSION), "id": unique_id()}
        for name, value in rows.items():
            connection.execute(meta.insert().values(name=name, value=value))
        return rows["id"]
    known = {row.name: row.value for row in connection.execute(sa.select(meta))}
    if int(known["version"]) > schema.VERSION:
        raise StoreError(
            f'the store "{url}" was written by a newer nblabel (its schema is version '
            f"{known['version']}, this nblabel knows {schema.VERSION}): upgrade nblabel"
        )
    return str(known["id"])


def _row(connection: sa.Connection, project_id: int, uid: str, lock: bool = False) -> Any:
    query = (
        sa.select(annotation, task.c.key)
        .join(task)
        .where(annotation.c.project == project_id, annotation.c.uid == uid)
    )
    if lock:
        query = query.with_for_update(of=annotation)
    return connection.execute(query).one_or_none()


# -- one change


def _applied(
    connection: sa.Connection,
    project_id: int,
    change: Change,
    annotator: str,
    *,
    data: Mapping[str, Any] | None,
    source: Mapping[str, Any],
) -> Applied | Conflict:
    before = connection.execute(
        sa.select(event.c.revision).where(
            event.c.client == change.client, event.c.seq == change.seq
        )
    ).scalar_one_or_none()
    if before is not None:
        return Applied(int(before))
    row = _row(connection, project_id, change.annotation, lock=True)
    if row is not None:
        _belongs(row, change, annotator)
    present = 0 if row is None else row.revision
    if present != change.base or not _as_seen(connection, row, change.edits):
        nothing = Annotation(change.annotation, change.key, annotator or None)
        return Conflict(nothing if row is None else _annotation(connection, row))
    task_id = receiving.task_row(
        connection, project_id, change.key, digest=change.digest, data=data, source=source
    )
    annotation_id = (
        _made(connection, project_id, task_id, change, annotator) if row is None else int(row.id)
    )
    for edit in change.edits:
        _edit(connection, annotation_id, edit)
    state = _act(connection, annotation_id, change.action, row.state if row else "draft")
    revision = change.base + 1
    worked = change.lead_time or None
    spent = row.lead_time if row else None
    connection.execute(
        annotation.update()
        .where(annotation.c.id == annotation_id)
        .values(
            state=state,
            revision=revision,
            touched=True,
            updated_at=now(),
            lead_time=spent if worked is None else (spent or 0.0) + worked,
            digest=change.digest,
            **(
                {}
                if change.parent_prediction is None
                else {"parent_prediction": dumps(change.parent_prediction)}
            ),
        )
    )
    edits = [[e.uid, e.ordinal, e.before, e.after] for e in change.edits]
    row_of_log = {
        "client": change.client,
        "seq": change.seq,
        "annotation": annotation_id,
        "revision": revision,
        "annotator": annotator,
        "action": change.action,
        "at": change.at,
        "received_at": now(),
        "edits": dumps(edits),
    }
    connection.execute(event.insert(), row_of_log)
    return Applied(revision)


def _belongs(row: Any, change: Change, annotator: str) -> None:
    if row.key != change.key:
        raise StoreError(
            f'annotation {change.annotation} belongs to task "{row.key}", '
            f'not to task "{change.key}"; nothing was written'
        )
    if row.annotator != annotator:
        raise StoreError(
            f'annotation {change.annotation} of task "{row.key}" belongs to '
            f"{_named(row.annotator)}, not to {_named(annotator)}; nothing was written"
        )


def _named(annotator: str) -> str:
    return f'"{annotator}"' if annotator else "nobody by name"


def _as_seen(connection: sa.Connection, row: Any, edits: Sequence[Edit]) -> bool:
    """Whether every edit starts from what is there."""
    present: dict[str, str | None] = {}
    uids = [edit.uid for edit in edits] if row is not None else []
    for some in _slices(uids):
        found = connection.execute(
            sa.select(result.c.uid, _WORKING.label("text")).where(
                result.c.annotation == row.id, result.c.uid.in_(some)
            )
        )
        present.update({item.uid: item.text for item in found})
    for edit in edits:
        text = present.get(edit.uid)
        if (None if text is None else loads(text)) != edit.before:
            return False
        present[edit.uid] = None if edit.after is None else dumps(edit.after)
    return True


def _made(
    connection: sa.Connection, project_id: int, task_id: int, change: Change, annotator: str
) -> int:
    row = {
        "project": project_id,
        "task": task_id,
        "uid": change.annotation,
        "number": receiving.next_number(connection, annotation, project_id),
        "identity": f"uid:{change.annotation}",
        "annotator": annotator,
        "state": "draft",
        "revision": 0,
        "touched": True,
        "created_at": now(),
        "updated_at": "",
        "digest": change.digest,
        "parent_prediction": "null",
        "extra": "{}",
    }
    return schema.insert(connection, annotation, row)


def _edit(connection: sa.Connection, annotation_id: int, edit: Edit) -> None:
    here = (result.c.annotation == annotation_id, result.c.uid == edit.uid)
    row = connection.execute(sa.select(result.c.submitted).where(*here)).one_or_none()
    if row is None:
        if edit.after is not None:
            new = {
                "annotation": annotation_id,
                "uid": edit.uid,
                "ordinal": edit.ordinal,
                "draft": dumps(edit.after),
                "pending": True,
            }
            connection.execute(result.insert(), new)
        return
    if row.submitted is None and edit.after is None:
        connection.execute(result.delete().where(*here))
        return
    # Undone to what was submitted, nothing waits to be submitted.
    same = row.submitted is not None and loads(row.submitted) == edit.after
    draft = None if same or edit.after is None else dumps(edit.after)
    connection.execute(
        result.update().where(*here).values(draft=draft, pending=not same, ordinal=edit.ordinal)
    )


def _act(connection: sa.Connection, annotation_id: int, action: str, state: State) -> State:
    """Do what an action does beyond its edits; return the state it leads to."""
    mine = result.c.annotation == annotation_id
    if action in {"submit", "skip"}:
        connection.execute(
            result.update()
            .where(mine, result.c.pending)
            .values(submitted=result.c.draft, draft=None, pending=False)
        )
        connection.execute(result.delete().where(mine, result.c.submitted.is_(None)))
        return "submitted" if action == "submit" else "skipped"
    if action == "reopen":
        connection.execute(
            result.update().where(mine).values(draft=_WORKING, submitted=None, pending=True)
        )
        connection.execute(result.delete().where(mine, result.c.draft.is_(None)))
        return "draft"
    return state


# -- rows to dataclasses


def _annotation(connection: sa.Connection, row: Any, version: Version = "working") -> Annotation:
    text = _WORKING if version == "working" else result.c.submitted
    items = connection.execute(
        sa.select(result.c.uid, result.c.ordinal, text.label("text"), result.c.pending)
        .where(result.c.annotation == row.id)
        .order_by(result.c.ordinal, result.c.uid)
    ).all()
    return Annotation(
        uid=row.uid,
        key=row.key,
        annotator=row.annotator or None,
        state=row.state,
        pending=any(item.pending for item in items),
        revision=row.revision,
        items=tuple(
            Item(item.uid, item.ordinal, loads(item.text))
            for item in items
            if item.text is not None
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
        lead_time=row.lead_time,
        digest=row.digest,
        parent_prediction=loads(row.parent_prediction),
        extra=loads(row.extra),
    )


def _prediction(row: Any) -> Prediction:
    return Prediction(
        loads(row.number),
        tuple(loads(row.results)),
        row.score,
        row.model_version,
        loads(row.extra),
    )


def _marks(project_id: int, annotator: str | None) -> sa.Select[Any]:
    """Select an annotator's decisions and drafts, the newest of a task last."""
    return (
        sa.select(
            task.c.key,
            annotation.c.state,
            annotation.c.digest,
            annotation.c.uid.label("annotation"),
            annotation.c.updated_at,
        )
        .join(task)
        .where(annotation.c.project == project_id, annotation.c.annotator == (annotator or ""))
        .order_by(annotation.c.updated_at, annotation.c.id)
    )


def _records(
    connection: sa.Connection, project_id: int, which: sa.ColumnElement[bool]
) -> list[TaskRecord]:
    tasks = connection.execute(
        sa.select(task).where(task.c.project == project_id, which).order_by(task.c.id)
    ).all()
    ids = [row.id for row in tasks]
    predictions: dict[int, list[Prediction]] = {}
    query = sa.select(prediction).where(prediction.c.task.in_(ids)).order_by(prediction.c.id)
    for row in connection.execute(query):
        predictions.setdefault(row.task, []).append(_prediction(row))
    annotations: dict[int, list[AnnotationRecord]] = {}
    query = sa.select(annotation).where(annotation.c.task.in_(ids)).order_by(annotation.c.id)
    made = connection.execute(query).all()
    items = _items(connection, [row.id for row in made])
    for row in made:
        annotations.setdefault(row.task, []).append(_record(row, items.get(row.id, [])))
    return [
        TaskRecord(
            row.number,
            row.key,
            row.digest,
            loads(row.data),
            loads(row.source),
            tuple(annotations.get(row.id, ())),
            tuple(predictions.get(row.id, ())),
        )
        for row in tasks
    ]


def _items(connection: sa.Connection, annotations: Sequence[int]) -> dict[int, list[Any]]:
    """Return the results of annotations in their order, by the annotations' ids."""
    items: dict[int, list[Any]] = {}
    for some in _slices(annotations):
        query = (
            sa.select(result.c.annotation, result.c.submitted, result.c.draft, result.c.pending)
            .where(result.c.annotation.in_(some))
            .order_by(result.c.ordinal, result.c.uid)
        )
        for row in connection.execute(query):
            items.setdefault(row.annotation, []).append(row)
    return items


def _record(row: Any, items: Sequence[Any]) -> AnnotationRecord:
    working = ((i.draft if i.pending else i.submitted) for i in items)
    pending = row.state == "draft" or any(i.pending for i in items)
    return AnnotationRecord(
        uid=row.uid,
        number=row.number,
        annotator=row.annotator or None,
        state=row.state,
        submitted=None
        if row.state == "draft"
        else tuple(i.submitted for i in items if i.submitted is not None),
        draft=tuple(text for text in working if text is not None) if pending else None,
        created_at=row.created_at,
        updated_at=row.updated_at,
        lead_time=row.lead_time,
        digest=row.digest,
        parent_prediction=loads(row.parent_prediction),
        touched=row.touched,
        extra=loads(row.extra),
    )
