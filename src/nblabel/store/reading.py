"""What the tables hold, as the dataclasses that other rooms know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from nblabel.base.jsontext import dumps, loads
from nblabel.core.annotation import Annotation, Item, Prediction, State
from nblabel.core.change import Edit, Kind
from nblabel.core.record import AnnotationRecord, Said, TaskRecord
from nblabel.store.schema import annotation, event, prediction, result, task

T = TypeVar("T")
Version = Literal["working", "submitted"]

Texts = tuple[str | None, str | None, bool]
"""A result's submitted and drafted text, and whether the draft is the working one."""

WORKING = sa.case((result.c.pending, result.c.draft), else_=result.c.submitted)
"""The results as they stand: the draft where there is one, else what was submitted."""

_MANY = 500  # parameters of one statement


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


def slices(keys: Sequence[T], size: int = _MANY) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that one statement takes."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def among(
    connection: sa.Connection, column: sa.Column[Any], values: Sequence[Any]
) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of many values, handed over as one parameter."""
    if connection.dialect.name == "sqlite":
        listed = sa.func.json_each(dumps(values)).table_valued("value")
        return column.in_(sa.select(listed.c.value))
    kind = sa.BigInteger() if isinstance(column.type, sa.Integer) else sa.Text()
    return column == sa.any_(sa.literal(list(values), ARRAY(kind)))


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

    ``most`` of them at the most.
    """
    text = WORKING if version == "working" else result.c.submitted
    items = connection.execute(
        sa.select(result.c.uid, result.c.ordinal, text.label("text"), result.c.pending)
        .where(result.c.annotation == row.id)
        .order_by(result.c.ordinal, result.c.uid)
        .limit(most)
    ).all()
    return Annotation(
        uid=row.uid,
        key=row.key,
        annotator=row.annotator or None,
        state=row.state,
        pending=any(pending for *_, pending in items),
        revision=row.revision,
        items=tuple(
            Item(uid, ordinal, loads(text)) for uid, ordinal, text, _ in items if text is not None
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
        lead_time=row.lead_time,
        digest=row.digest,
        parent_prediction=loads(row.parent_prediction),
        extra=loads(row.extra),
    )


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
            tuple(Edit(*edit) for edit in loads(row.edits)),
            row.state,
            row.kind,
        )
        for row in rows
    ]


def prediction_of(row: Any) -> Prediction:
    """Return what a row says that a model says."""
    return Prediction(
        loads(row.number),
        tuple(loads(row.results)),
        row.score,
        row.model_version,
        loads(row.extra),
    )


def marks_of(project_id: int, annotator: str | None) -> sa.Select[Any]:
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


def records_of(
    connection: sa.Connection, project_id: int, which: sa.ColumnElement[bool]
) -> list[TaskRecord]:
    """Return the whole tasks that a condition holds for."""
    tasks = connection.execute(
        sa.select(task).where(task.c.project == project_id, which).order_by(task.c.id)
    ).all()
    ids = [row.id for row in tasks]
    predictions: dict[int, list[Prediction]] = {}
    of_these = among(connection, prediction.c.task, ids)
    query = sa.select(prediction).where(of_these).order_by(prediction.c.id)
    for row in connection.execute(query):
        predictions.setdefault(row.task, []).append(prediction_of(row))
    annotations: dict[int, list[AnnotationRecord]] = {}
    of_these = among(connection, annotation.c.task, ids)
    query = sa.select(annotation).where(of_these).order_by(annotation.c.id)
    made = connection.execute(query).all()
    items = _items(connection, [row.id for row in made])
    for row in made:
        annotations.setdefault(row.task, []).append(_record(row, items.get(row.id, ())))
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


def said_of(
    connection: sa.Connection, project_id: int, keys: Sequence[str]
) -> dict[str, list[Said]]:
    """Return what the annotations of tasks say, oldest first, by the tasks' keys."""
    rows = connection.execute(
        sa.select(
            annotation.c.id,
            task.c.key,
            annotation.c.annotator,
            annotation.c.state,
            annotation.c.updated_at,
        )
        .join(task, annotation.c.task == task.c.id)
        .where(task.c.project == project_id, among(connection, task.c.key, keys))
        .order_by(annotation.c.id)
    ).all()
    items = _items(connection, [row[0] for row in rows])
    said: dict[str, list[Said]] = {}
    for at, key, annotator, state, updated_at in rows:
        submitted, draft = _texts(state, items.get(at, ()))
        said.setdefault(key, []).append(
            Said(
                annotator=annotator or None,
                state=state,
                submitted=submitted,
                draft=draft,
                updated_at=updated_at,
            )
        )
    return said


def _items(connection: sa.Connection, annotations: Sequence[int]) -> dict[int, list[Texts]]:
    """Return (submitted, draft, pending) of the results of annotations, in their order."""
    items: dict[int, list[Texts]] = {}
    query = (
        sa.select(result.c.annotation, result.c.submitted, result.c.draft, result.c.pending)
        .where(among(connection, result.c.annotation, annotations))
        .order_by(result.c.annotation, result.c.ordinal, result.c.uid)
    )
    for at, submitted, draft, pending in connection.execute(query):
        items.setdefault(at, []).append((submitted, draft, pending))
    return items


def _texts(
    state: State, items: Sequence[Texts]
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return the results that were submitted, and the working ones where they differ."""
    submitted = None
    if state != "draft":
        submitted = tuple(text for text, _, _ in items if text is not None)
    if state != "draft" and not any(pending for *_, pending in items):
        return submitted, None
    working = (draft if pending else text for text, draft, pending in items)
    return submitted, tuple(text for text in working if text is not None)


def _record(row: Any, items: Sequence[Texts]) -> AnnotationRecord:
    submitted, draft = _texts(row.state, items)
    return AnnotationRecord(
        uid=row.uid,
        number=row.number,
        annotator=row.annotator or None,
        state=row.state,
        submitted=submitted,
        draft=draft,
        created_at=row.created_at,
        updated_at=row.updated_at,
        lead_time=row.lead_time,
        digest=row.digest,
        parent_prediction=loads(row.parent_prediction),
        touched=row.touched,
        extra=loads(row.extra),
    )
