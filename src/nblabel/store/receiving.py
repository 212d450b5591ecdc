"""Tasks from files: what is known already stays as it is, what is new is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from nblabel.base.ids import digest as digest_of
from nblabel.base.ids import unique_id
from nblabel.base.jsontext import dumps, loads
from nblabel.core.annotation import Prediction
from nblabel.core.record import ReceivedAnnotation, ReceivedTask
from nblabel.store.schema import annotation, event, insert, prediction, result, task

Received = tuple[str, str, Mapping[str, Any], ReceivedTask]
"""Key, digest, bound data and content of a task."""

_MANY = 500  # parameters of one statement


def receive(connection: sa.Connection, project_id: int, tasks: Sequence[Received], at: str) -> int:
    """Add what the store does not know yet; return how many annotations and predictions."""
    client = f"import:{unique_id()}"
    added = 0
    for start in range(0, len(tasks), _MANY):
        some = tasks[start : start + _MANY]
        keys = [key for key, *_ in some]
        known = _known(connection, project_id, keys, annotation)
        suggested = _known(connection, project_id, keys, prediction)
        for key, digest, data, content in some:
            annotations = [
                a for a in _told_apart(content.annotations) if (key, a.identity) not in known
            ]
            predictions = [
                (identity, p)
                for identity, p in _identified(content.predictions)
                if (key, identity) not in suggested
            ]
            if not (annotations or predictions):
                continue
            fields: dict[str, Any] = {"digest": digest, "data": data, "source": content.source}
            task_id = task_row(connection, project_id, key, **fields, worked=False)
            for place, received in enumerate(annotations, added):
                row = _add(connection, project_id, task_id, received, digest=digest, at=at)
                log = {"client": client, "seq": place, "annotation": row}
                connection.execute(event.insert(), {**log, **_imported(received, at)})
            for identity, suggestion in predictions:
                predicted(connection, task_id, identity, suggestion)
            # Another row of the file may be the same task.
            known.update((key, received.identity) for received in annotations)
            suggested.update((key, identity) for identity, _ in predictions)
            added += len(annotations) + len(predictions)
    return added


def _known(
    connection: sa.Connection, project_id: int, keys: Sequence[str], table: sa.Table
) -> set[tuple[str, str]]:
    """Return key and identity of the annotations, or predictions, that are there already."""
    rows = connection.execute(
        sa.select(task.c.key, table.c.identity)
        .join(task, table.c.task == task.c.id)
        .where(task.c.project == project_id, task.c.key.in_(keys))
    )
    return {(row.key, row.identity) for row in rows}


def _told_apart(annotations: Sequence[ReceivedAnnotation]) -> list[ReceivedAnnotation]:
    identities = _numbered([received.identity for received in annotations])
    return [
        replace(received, identity=identity)
        for identity, received in zip(identities, annotations, strict=True)
    ]


def _identified(predictions: Sequence[Prediction]) -> list[tuple[str, Prediction]]:
    identities = _numbered([_identity(prediction) for prediction in predictions])
    return list(zip(identities, predictions, strict=True))


def _numbered(identities: list[str]) -> list[str]:
    """Add a number to what a file says twice.

    >>> _numbered(["id:1", "id:2", "id:1"])
    ['id:1', 'id:2', 'id:1#2']
    """
    times: Counter[str] = Counter()
    told = []
    for identity in identities:
        times[identity] += 1
        told.append(identity if times[identity] == 1 else f"{identity}#{times[identity]}")
    return told


def task_row(
    connection: sa.Connection,
    project_id: int,
    key: str,
    *,
    digest: str,
    data: Mapping[str, Any] | None,
    source: Mapping[str, Any],
    worked: bool = True,
) -> int:
    """Return a task's row, made when it is new; it holds the data last worked on."""
    row = connection.execute(
        sa.select(task.c.id, task.c.digest).where(task.c.project == project_id, task.c.key == key)
    ).one_or_none()
    if row is None:
        number = source.get("id")
        new = {
            "project": project_id,
            "key": key,
            "number": number if is_integer(number) else next_number(connection, task, project_id),
            "digest": "" if data is None else digest,
            "data": dumps(data or {}),
            "source": dumps(source),
        }
        return insert(connection, task, new)
    if data is not None and worked and row.digest != digest:
        connection.execute(
            task.update().where(task.c.id == row.id).values(digest=digest, data=dumps(data))
        )
    return int(row.id)


def is_integer(value: Any) -> bool:
    """Whether a value is a number that a database's integer column takes."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def next_number(connection: sa.Connection, table: sa.Table, project_id: int) -> int:
    """Return the integer after the largest that a project's rows have."""
    largest = sa.select(sa.func.max(table.c.number)).where(table.c.project == project_id)
    return max(int(connection.execute(largest).scalar_one() or 0), 0) + 1


def _add(
    connection: sa.Connection,
    project_id: int,
    task_id: int,
    received: ReceivedAnnotation,
    *,
    digest: str,
    at: str,
) -> int:
    uid = received.unique_id or unique_id()
    taken = sa.select(annotation.c.id).where(
        annotation.c.project == project_id, annotation.c.uid == uid
    )
    if connection.execute(taken).first() is not None:
        uid = unique_id()  # two tasks of the file carry the same one
    number = received.number
    row = {
        "project": project_id,
        "task": task_id,
        "uid": uid,
        "number": number if is_integer(number) else next_number(connection, annotation, project_id),
        "identity": received.identity,
        "annotator": received.annotator or "",
        "state": received.state,
        "revision": 1,
        "touched": False,
        "created_at": received.created_at or at,
        "updated_at": received.updated_at or received.created_at or at,
        "lead_time": received.lead_time,
        "digest": digest,
        "parent_prediction": dumps(received.parent_prediction),
        "extra": dumps(received.extra),
    }
    annotation_id = insert(connection, annotation, row)
    column = "draft" if received.state == "draft" else "submitted"
    rows = [
        {
            "annotation": annotation_id,
            "uid": f"i{place}",
            "ordinal": float(place),
            "submitted": None,
            "draft": None,
            "pending": column == "draft",
            column: dumps(content),
        }
        for place, content in enumerate(received.results)
    ]
    if rows:
        connection.execute(result.insert(), rows)
    return annotation_id


def _imported(received: ReceivedAnnotation, at: str) -> dict[str, Any]:
    return {
        "revision": 1,
        "annotator": received.annotator or "",
        "action": "import",
        "at": at,
        "received_at": at,
        "edits": "[]",
        "state": received.state,
        "kind": "gesture",
    }


def _identity(suggestion: Prediction) -> str:
    if suggestion.id != "":
        return f"id:{suggestion.id}"
    return f"digest:{digest_of([suggestion.results, suggestion.score, suggestion.model_version])}"


def predicted(
    connection: sa.Connection, task_id: int, identity: str, suggestion: Prediction
) -> Prediction:
    """Write a prediction in the place of what has its identity; it gets an id if it has none."""
    values = {
        "results": dumps(list(suggestion.results)),
        "score": suggestion.score,
        "model_version": suggestion.model_version,
        "extra": dumps(suggestion.extra),
    }
    here = (prediction.c.task == task_id, prediction.c.identity == identity)
    row = connection.execute(sa.select(prediction.c.number).where(*here)).one_or_none()
    if row is not None:
        connection.execute(prediction.update().where(*here).values(values))
        number = loads(row.number)
    else:
        number = suggestion.id
        new = {"task": task_id, "identity": identity, "number": dumps(number), **values}
        row_id = insert(connection, prediction, new)
        if number == "":
            number = row_id
            connection.execute(prediction.update().where(*here).values(number=dumps(number)))
    return Prediction(
        number, suggestion.results, suggestion.score, suggestion.model_version, suggestion.extra
    )
