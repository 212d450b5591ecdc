"""Tasks from files: what is known already stays as it is, what is new is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from nblabel.base.ids import digest as digest_of
from nblabel.base.ids import unique_id
from nblabel.base.jsontext import dumps
from nblabel.base.packing import packed
from nblabel.core.annotation import Prediction
from nblabel.core.record import ReceivedAnnotation, ReceivedTask
from nblabel.store.reading import among
from nblabel.store.schema import (
    annotation,
    event,
    insert,
    insert_all,
    inserted,
    prediction,
    result,
    task,
)

Received = tuple[str, str, Mapping[str, Any], ReceivedTask]
"""Key, digest, bound data and content of a task."""

Suggested = tuple[str, str, Mapping[str, Any], Prediction]
"""Key, digest and bound data of a task, and what a model says of it."""

_SAYS = ("results", "score", "model_version", "extra")

TOGETHER = 2000
"""Tasks of one transaction: what an import that is stopped has written stays."""


def receive(
    connection: sa.Connection,
    project_id: int,
    tasks: Sequence[Received],
    at: str,
    log: Iterator[Mapping[str, Any]],
) -> int:
    """Add what the store does not know yet; return how many annotations and predictions.

    Parameters
    ----------
    connection, project_id
        Where to write.
    tasks
        At most some thousand: all of their rows are in memory.
    at
        The time.
    log
        Client and number of each entry of the log that is made.
    """
    keys = list({key: None for key, *_ in tasks})
    known = _known(connection, project_id, keys, annotation)
    suggested = _known(connection, project_id, keys, prediction)
    annotations: list[tuple[Received, ReceivedAnnotation]] = []
    predictions: list[tuple[Received, str, Prediction]] = []
    for received in tasks:
        key, _, _, content = received
        new = [a for a in _told_apart(content.annotations) if (key, a.identity) not in known]
        annotations += [(received, a) for a in new]
        known.update((key, a.identity) for a in new)  # another row may be the same task
        guessed = [
            (identity, p)
            for identity, p in _identified(content.predictions)
            if (key, identity) not in suggested
        ]
        predictions += [(received, identity, p) for identity, p in guessed]
        suggested.update((key, identity) for identity, _ in guessed)
    worked = {r[0] for r, _ in annotations} | {r[0] for r, *_ in predictions}
    first = {received[0]: received for received in reversed(tasks)}
    rows = {
        key: (digest, data, content.source)
        for key, digest, data, content in map(first.__getitem__, keys)
        if key in worked
    }
    ids = _task_ids(connection, project_id, rows)
    _add_annotations(connection, project_id, ids, annotations, at=at, log=log)
    _add_predictions(connection, ids, predictions)
    return len(annotations) + len(predictions)


def _task_ids(
    connection: sa.Connection,
    project_id: int,
    received: Mapping[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]],
) -> dict[str, int]:
    """Return the rows of tasks by key; those that are new are made, of digest, data and source."""
    here = sa.select(task.c.key, task.c.id).where(
        task.c.project == project_id, among(connection, task.c.key, list(received))
    )
    ids = dict(connection.execute(here).all())
    new = [key for key in received if key not in ids]
    numbers = Numbers(connection, task, project_id)
    rows = []
    for key in new:
        digest, data, source = received[key]
        rows.append(
            {
                "project": project_id,
                "key": key,
                "number": numbers.give(source.get("id")),
                "digest": digest,
                "data": dumps(data),
                "source": dumps(source),
            }
        )
    ids.update(zip(new, inserted(connection, task, rows), strict=True))
    return ids


def _add_annotations(
    connection: sa.Connection,
    project_id: int,
    ids: Mapping[str, int],
    annotations: Sequence[tuple[Received, ReceivedAnnotation]],
    *,
    at: str,
    log: Iterator[Mapping[str, Any]],
) -> None:
    wanted = [a.unique_id for _, a in annotations if a.unique_id]
    there = sa.select(annotation.c.uid).where(
        annotation.c.project == project_id, among(connection, annotation.c.uid, wanted)
    )
    taken = set(connection.scalars(there))
    numbers = Numbers(connection, annotation, project_id)
    rows = []
    for (key, digest, *_), received in annotations:
        uid = received.unique_id or unique_id()
        if uid in taken:
            uid = unique_id()  # two tasks of the file carry the same one
        taken.add(uid)
        rows.append(
            {
                "project": project_id,
                "task": ids[key],
                "uid": uid,
                "number": numbers.give(received.number),
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
        )
    results, events = [], []
    for row_id, (_, received) in zip(
        inserted(connection, annotation, rows), annotations, strict=True
    ):
        results += _results(row_id, received)
        events.append({"annotation": row_id, **next(log), **_imported(received, at)})
    insert_all(connection, result, results)
    insert_all(connection, event, events)


def _results(annotation_id: int, received: ReceivedAnnotation) -> list[dict[str, Any]]:
    drafted = received.state == "draft"
    texts = map(dumps, map(packed, received.results))
    return [
        {
            "annotation": annotation_id,
            "uid": f"i{number}",
            "ordinal": float(number),
            "submitted": None if drafted else text,
            "draft": text if drafted else None,
            "pending": drafted,
        }
        for number, text in enumerate(texts)
    ]


def _add_predictions(
    connection: sa.Connection,
    ids: Mapping[str, int],
    predictions: Sequence[tuple[Received, str, Prediction]],
) -> None:
    rows = [_row(ids[key], identity, suggestion) for (key, *_), identity, suggestion in predictions]
    inserted(connection, prediction, rows)


class Numbers:
    """Gives numbers to rows of a project: their own, else the next after the largest."""

    def __init__(self, connection: sa.Connection, table: sa.Table, project_id: int) -> None:
        largest = sa.select(sa.func.max(table.c.number)).where(table.c.project == project_id)
        self._largest = int(connection.execute(largest).scalar_one() or 0)

    def give(self, own: Any = None) -> int:
        """Return the number of a row."""
        number = own if is_integer(own) else max(self._largest, 0) + 1
        self._largest = max(self._largest, number)
        return int(number)


def _known(
    connection: sa.Connection, project_id: int, keys: Sequence[str], table: sa.Table
) -> set[tuple[str, str]]:
    """Return key and identity of the annotations, or predictions, that are there already."""
    rows = connection.execute(
        sa.select(task.c.key, table.c.identity)
        .join(task, table.c.task == task.c.id)
        .where(task.c.project == project_id, among(connection, task.c.key, keys))
    )
    return {(key, identity) for key, identity in rows}


def _told_apart(annotations: Sequence[ReceivedAnnotation]) -> Sequence[ReceivedAnnotation]:
    if len(annotations) < 2:
        return annotations
    identities = _numbered([received.identity for received in annotations])
    return [
        received if received.identity == identity else replace(received, identity=identity)
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
    if len(identities) < 2:
        return identities
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
) -> int:
    """Return a task's row, made when it is new; it holds the data last worked on."""
    row = connection.execute(
        sa.select(task.c.id, task.c.digest).where(task.c.project == project_id, task.c.key == key)
    ).one_or_none()
    if row is None:
        new = {
            "project": project_id,
            "key": key,
            "number": Numbers(connection, task, project_id).give(source.get("id")),
            "digest": "" if data is None else digest,
            "data": dumps(data or {}),
            "source": dumps(source),
        }
        return insert(connection, task, new)
    if data is not None and row.digest != digest:
        connection.execute(
            task.update().where(task.c.id == row.id).values(digest=digest, data=dumps(data))
        )
    return int(row.id)


def is_integer(value: Any) -> bool:
    """Whether a value is a number that a database's integer column takes."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


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


def _row(task_id: int, identity: str, suggestion: Prediction) -> dict[str, Any]:
    return {
        "task": task_id,
        "identity": identity,
        "number": dumps(suggestion.id),
        "results": dumps([*map(packed, suggestion.results)]),
        "score": suggestion.score,
        "model_version": suggestion.model_version,
        "extra": dumps(suggestion.extra),
    }


def predicted(connection: sa.Connection, project_id: int, predictions: Sequence[Suggested]) -> None:
    """Write predictions in the place of what has their identities."""
    ids = _task_ids(
        connection, project_id, {key: (digest, data, {}) for key, digest, data, _ in predictions}
    )
    rows = {
        (ids[key], _version(one)): _row(ids[key], _version(one), one)
        for key, *_, one in predictions
    }
    there = connection.execute(
        sa.select(prediction.c.task, prediction.c.identity, prediction.c.id).where(
            among(connection, prediction.c.task, [*{task_id for task_id, _ in rows}])
        )
    )
    known = {(row.task, row.identity): row.id for row in there}
    changed = [{"at": known[at], **row} for at, row in rows.items() if at in known]
    if changed:
        here = prediction.c.id == sa.bindparam("at")
        values: dict[str, Any] = {name: sa.bindparam(name) for name in _SAYS}
        connection.execute(prediction.update().where(here).values(values), changed)
    inserted(connection, prediction, [row for at, row in rows.items() if at not in known])


def _version(suggestion: Prediction) -> str:
    return f"model:{suggestion.model_version}"
