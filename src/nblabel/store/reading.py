"""What the tables hold, as the dataclasses that other rooms know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from nblabel.base.jsontext import loads
from nblabel.core.annotation import Annotation, Item, Prediction, State
from nblabel.core.change import Edit, Kind
from nblabel.core.record import AnnotationRecord, TaskRecord
from nblabel.store.schema import annotation, event, prediction, result, task

T = TypeVar("T")
Version = Literal["working", "submitted"]

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


def row_of(connection: sa.Connection, project_id: int, uid: str) -> Any:
    """Return an annotation's row with the key of its task; None where there is none."""
    return connection.execute(
        sa.select(annotation, task.c.key)
        .join(task)
        .where(annotation.c.project == project_id, annotation.c.uid == uid)
    ).one_or_none()


def annotation_of(connection: sa.Connection, row: Any, version: Version = "working") -> Annotation:
    """Return an annotation with its items, as they stand or as they were submitted last."""
    text = WORKING if version == "working" else result.c.submitted
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
    query = sa.select(prediction).where(prediction.c.task.in_(ids)).order_by(prediction.c.id)
    for row in connection.execute(query):
        predictions.setdefault(row.task, []).append(prediction_of(row))
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
    for some in slices(annotations):
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
