"""What the tables hold, as the dataclasses that other rooms know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from nblabel.base.jsontext import HALF, dumps, loads
from nblabel.base.packing import spelled_out, unpacked
from nblabel.base.times import by_time
from nblabel.core.annotation import Annotation, Item, Prediction, Result, State
from nblabel.core.change import Edit, Kind
from nblabel.core.record import AnnotationRecord, Said, TaskRecord, broken
from nblabel.store.schema import annotation, event, prediction, result, task

K = TypeVar("K")
T = TypeVar("T")
"""Half of a surrogate pair, which no database keeps in a text."""

Version = Literal["working", "submitted"]

Texts = tuple[str | None, str | None, bool]
"""A result's submitted and drafted text, and whether the draft is the working one."""

WORKING = sa.case((result.c.pending, result.c.draft), else_=result.c.submitted)
"""The results as they stand: the draft where there is one, else what was submitted."""

_TASK = (task.c.id, task.c.number, task.c.key, task.c.digest, task.c.data, task.c.source)
_RECORD = tuple(
    annotation.c[name]
    for name in (
        "id",
        "task",
        "uid",
        "number",
        "annotator",
        "state",
        "created_at",
        "updated_at",
        "lead_time",
        "digest",
        "parent_prediction",
        "touched",
        "extra",
    )
)


SETTLED = sa.and_(result.c.submitted.is_(None), result.c.draft.is_(None))
"""Rows that hold no result: the suggestions that somebody is done with."""


SAYS = sa.or_(
    annotation.c.state != "draft",
    sa.select(result.c.uid).where(result.c.annotation == annotation.c.id).exists(),
)
"""Annotations that say something; a draft in which there is nothing is none."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log: what was done, and the annotation's state that it led to."""

    id: int
    revision: int
    action: str
    annotator: str | None
    at: str
    edits: tuple[Edit, ...]
    state: State
    kind: Kind


def json_of(text: Any, expected: type[K]) -> K:
    """Read a text that the store keeps.

    Raises
    ------
    StoreError
        When it is not the JSON that was written there.
    """
    try:
        value = loads(text)
    except ValueError:
        value = None
    if not isinstance(value, expected):
        raise broken(f"{text!r:.60} is not the JSON that it should be")
    return value


def result_of(text: Any) -> Result:
    """Read a result that the store keeps."""
    read: Result = unpacked(json_of(text, dict))
    return read


def edits_of(text: Any) -> tuple[Edit, ...]:
    """Read the edits of an entry of the log."""
    return tuple(
        Edit(uid, ordinal, unpacked(before), unpacked(after))
        for uid, ordinal, before, after in json_of(text, list)
    )


def slices(keys: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that are in memory one at a time."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def among(
    connection: sa.Connection, column: sa.Column[Any], values: Sequence[Any]
) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of many values, handed over as one parameter."""
    numbers = isinstance(column.type, sa.Integer)
    held = values if numbers else [text for text in values if not HALF.search(text)]
    if connection.dialect.name == "sqlite":
        listed = dumps(held)
        if "\\u0000" in listed:  # where json_each ends a text
            return column.in_(held)
        return column.in_(sa.select(sa.column("value")).select_from(sa.func.json_each(listed)))
    if numbers:
        return column == sa.any_(sa.literal(list(held), ARRAY(sa.BigInteger())))
    texts = [text for text in held if "\0" not in text]
    return column == sa.any_(sa.literal(texts, ARRAY(sa.Text())))


def row_of(connection: sa.Connection, project_id: int, uid: str) -> Any:
    """Return an annotation's row with the key of its task; None where there is none."""
    return connection.execute(
        sa.select(annotation, task.c.key)
        .join(task)
        .where(annotation.c.project == project_id, annotation.c.uid == uid)
    ).one_or_none()


def annotation_of(
    connection: sa.Connection, row: Any, version: Version = "working", most: int | None = None
) -> Annotation:
    """Return an annotation with its items, as they stand or as they were submitted last.

    ``most`` of them at the most, for a summary: masks are left as they are kept.
    """
    text = WORKING if version == "working" else result.c.submitted
    items = connection.execute(
        sa.select(result.c.uid, result.c.ordinal, text, result.c.pending, SETTLED)
        .where(result.c.annotation == row.id)
        .order_by(result.c.ordinal, result.c.uid)
        .limit(most)
    ).all()
    return _annotation(row, items, result_of if most is None else lambda text: json_of(text, dict))


def annotations_of(connection: sa.Connection, rows: Sequence[Any]) -> list[Annotation]:
    """Return annotations with their items as they stand: one question, however many there are."""
    found = connection.execute(
        sa.select(
            result.c.annotation,
            *(result.c.uid, result.c.ordinal, WORKING, result.c.pending, SETTLED),
        )
        .where(among(connection, result.c.annotation, [row.id for row in rows]))
        .order_by(result.c.annotation, result.c.ordinal, result.c.uid)
    )
    items: dict[int, list[Sequence[Any]]] = {}
    for at, *item in found:
        items.setdefault(at, []).append(item)
    return [_annotation(row, items.get(row.id, ()), result_of) for row in rows]


def _annotation(
    row: Any, items: Sequence[Sequence[Any]], read: Callable[[Any], Result]
) -> Annotation:
    return Annotation(
        uid=row.uid,
        key=row.key,
        annotator=row.annotator or None,
        state=row.state,
        pending=any(pending for *_, pending, _ in items),
        revision=row.revision,
        items=tuple(
            Item(uid, ordinal, read(text)) for uid, ordinal, text, *_ in items if text is not None
        ),
        settled=tuple(uid for uid, *_, settled in items if settled),
        created_at=row.created_at,
        updated_at=row.updated_at,
        lead_time=row.lead_time,
        digest=row.digest,
        parent_prediction=loads(row.parent_prediction),
        extra=json_of(row.extra, dict),
    )


def ranks(connection: sa.Connection, groups: Collection[Collection[int]]) -> dict[int, int]:
    """Return the place of each annotation among the others of its group, the latest last.

    The log decides, not the clock; an annotation that came from a file, and that nobody has
    worked on since, is as old as it says.
    """
    several = [group for group in groups if len(group) > 1]
    ids = [at for group in several for at in group]
    if not ids:
        return {}
    rows = connection.execute(
        sa.select(
            annotation.c.id,
            annotation.c.touched,
            annotation.c.updated_at,
            sa.func.max(event.c.id).label("logged"),
        )
        .join(event, event.c.annotation == annotation.c.id)
        .where(among(connection, annotation.c.id, ids))
        .group_by(annotation.c.id, annotation.c.touched, annotation.c.updated_at)
    )
    told = {row.id: row for row in rows}
    ranked: dict[int, int] = {}
    for group in several:
        logged = sorted((told[at] for at in group if at in told), key=lambda row: row.logged)
        ordered = by_time(logged, lambda row: row.updated_at, lambda row: row.touched)
        ranked |= {row.id: rank for rank, row in enumerate(ordered)}
    return ranked


def log_of(connection: sa.Connection, annotation_id: int) -> list[Event]:
    """Return the log of one annotation, oldest first."""
    rows = connection.execute(
        sa.select(event)
        .where(event.c.annotation == annotation_id)
        .order_by(event.c.revision, event.c.id)
    )
    return [
        Event(
            row.id,
            row.revision,
            row.action,
            row.annotator or None,
            row.at,
            edits_of(row.edits),
            row.state,
            row.kind,
        )
        for row in rows
    ]


def prediction_of(row: Any) -> Prediction:
    """Return what a row says that a model says; without an id of its own it has the row's."""
    number = loads(row.number)
    return Prediction(
        row.id if number == "" else number,
        tuple(map(unpacked, json_of(row.results, list))),
        row.score,
        row.model_version,
        json_of(row.extra, dict),
    )


def marks_of(
    connection: sa.Connection,
    project_id: int,
    annotator: str | None,
    keys: Sequence[str],
    *,
    everybody: bool = False,
) -> dict[str, Any]:
    """Return an annotator's decisions and drafts by the tasks' keys, the latest of each task.

    Or ``everybody``'s decisions: where there is one, a draft of this annotator's is none.
    """
    theirs = annotation.c.annotator == (annotator or "")
    rows = connection.execute(
        sa.select(
            annotation.c.id,
            task.c.key,
            annotation.c.state,
            annotation.c.digest,
            annotation.c.uid.label("annotation"),
            annotation.c.updated_at,
        )
        .join(task)
        .where(
            annotation.c.project == project_id,
            sa.or_(theirs, annotation.c.state != "draft") if everybody else theirs,
            among(connection, task.c.key, keys),
            SAYS,
        )
        .order_by(annotation.c.id)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    ranked = ranks(connection, [[row.id for row in group] for group in found.values()])

    def weight(row: Any) -> tuple[bool, int]:
        return everybody and row.state != "draft", ranked.get(row.id, 0)

    return {key: max(group, key=weight) for key, group in found.items()}


def records_of(
    connection: sa.Connection, project_id: int, which: sa.ColumnElement[bool]
) -> list[TaskRecord]:
    """Return the whole tasks that a condition holds for."""
    tasks = connection.execute(
        sa.select(*_TASK).where(task.c.project == project_id, which).order_by(task.c.id)
    ).all()
    ids = [at for at, *_ in tasks]
    predictions: dict[int, list[Prediction]] = {}
    of_these = among(connection, prediction.c.task, ids)
    query = sa.select(prediction).where(of_these).order_by(prediction.c.id)
    for row in connection.execute(query):
        predictions.setdefault(row.task, []).append(prediction_of(row))
    annotations: dict[int, list[AnnotationRecord]] = {}
    of_these = among(connection, annotation.c.task, ids)
    query = sa.select(*_RECORD).where(of_these).order_by(annotation.c.id)
    made = connection.execute(query).all()
    items = _items(connection, [at for at, *_ in made])
    for row in made:
        annotations.setdefault(row[1], []).append(_record(row, items.get(row[0], ())))
    return [
        TaskRecord(
            number,
            key,
            digest,
            json_of(data, dict),
            json_of(source, dict),
            tuple(annotations.get(at, ())),
            tuple(predictions.get(at, ())),
        )
        for at, number, key, digest, data, source in tasks
    ]


def said_of(
    connection: sa.Connection,
    project_id: int,
    keys: Sequence[str],
    *,
    drafts: bool = False,
    every: bool = False,
) -> dict[str, list[Said]]:
    """Return what annotations of tasks say, the latest last, by the tasks' keys.

    Those that count; or every one of them, with what was submitted, else what is drafted.
    """
    query = (
        sa.select(
            annotation.c.id,
            task.c.key,
            annotation.c.uid,
            annotation.c.annotator,
            annotation.c.state,
            annotation.c.digest,
            annotation.c.created_at,
            annotation.c.updated_at,
        )
        .join(task, annotation.c.task == task.c.id)
        .where(task.c.project == project_id, among(connection, task.c.key, keys))
        .order_by(annotation.c.id)
    )
    if not every:
        query = query.where(annotation.c.state.in_(("draft", "submitted")[not drafts :]), SAYS)
    rows = connection.execute(query).all()
    ids = [row[0] for row in rows]
    texts: dict[int, list[str]] = {}
    if every:
        states = {row[0]: row[4] for row in rows}
        for at, items in _items(connection, ids).items():
            submitted, draft = _texts(states[at], items)
            texts[at] = list(submitted or draft or ())
    else:
        text = WORKING if drafts else result.c.submitted
        found = connection.execute(
            sa.select(result.c.annotation, text)
            .where(among(connection, result.c.annotation, ids), text.is_not(None))
            .order_by(result.c.annotation, result.c.ordinal, result.c.uid)
        )
        for at, one in found.all():
            texts.setdefault(at, []).append(spelled_out(one))
    said: dict[str, dict[int, Said]] = {}
    for at, key, uid, annotator, state, digest, created_at, updated_at in rows:
        one = Said(uid, annotator or None, state, digest, created_at, updated_at, texts.get(at, ()))
        said.setdefault(key, {})[at] = one
    ranked = ranks(connection, said.values())
    return {
        key: list(by_id.values())
        if len(by_id) == 1
        else [by_id[at] for at in sorted(by_id, key=lambda at: ranked.get(at, 0))]
        for key, by_id in said.items()
    }


def _items(connection: sa.Connection, annotations: Sequence[int]) -> dict[int, list[Texts]]:
    """Return (submitted, draft, pending) of the results of annotations, in their order."""
    items: dict[int, list[Texts]] = {}
    query = (
        sa.select(result.c.annotation, result.c.submitted, result.c.draft, result.c.pending)
        .where(among(connection, result.c.annotation, annotations))
        .order_by(result.c.annotation, result.c.ordinal, result.c.uid)
    )
    for at, submitted, draft, pending in connection.execute(query).all():
        items.setdefault(at, []).append((submitted, draft, pending))
    return items


def _texts(
    state: State, items: Sequence[Texts]
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return the results that were submitted, and the working ones where they differ."""
    if state == "draft":
        return None, _working(items)
    submitted = tuple([spelled_out(text) for text, _, _ in items if text is not None])
    return submitted, _working(items) if any(p for *_, p in items) else None


def _working(items: Sequence[Texts]) -> tuple[str, ...]:
    texts = (draft if pending else text for text, draft, pending in items)
    return tuple(spelled_out(text) for text in texts if text is not None)


def _record(row: Any, items: Sequence[Texts]) -> AnnotationRecord:
    # Unpacked by place: by name it takes longer than all the rest.
    (
        _,
        _,
        uid,
        number,
        annotator,
        state,
        created_at,
        updated_at,
        lead_time,
        digest,
        parent_prediction,
        touched,
        extra,
    ) = row
    submitted, draft = _texts(state, items)
    return AnnotationRecord(
        uid=uid,
        number=number,
        annotator=annotator or None,
        state=state,
        submitted=submitted,
        draft=draft,
        created_at=created_at,
        updated_at=updated_at,
        lead_time=lead_time,
        digest=digest,
        parent_prediction=loads(parent_prediction),
        touched=touched,
        extra=json_of(extra, dict),
    )
