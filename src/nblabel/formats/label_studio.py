"""Label Studio JSON: tasks with annotations, drafts and predictions.

What Label Studio's importer takes, and its export writes, is described in its documentation,
https://labelstud.io/guide/task_format. Results are never taken apart here: what leaves the store
as JSON text is spliced in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from nblabel.base.encodings import storable
from nblabel.base.ids import digest
from nblabel.base.jsontext import Spliced, encoded, loads, unwritable
from nblabel.base.times import as_time
from nblabel.core.annotation import Prediction
from nblabel.core.record import (
    AnnotationRecord,
    ReceivedAnnotation,
    ReceivedTask,
    TaskRecord,
    parsed,
)

LISTS = ("annotations", "predictions", "drafts")
_TAKEN = frozenset({"data", *LISTS})
_OLD_NAMES = {"completions": "annotations"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Label Studio's importer makes a draft of exactly these and refuses others.
_DRAFT_FIELDS = {"id", "lead_time", "annotation", "user", "was_postponed"}


# -- in


def read_task(task: Mapping[str, Any]) -> ReceivedTask:
    """Take a Label Studio task apart.

    Parameters
    ----------
    task
        A task as Label Studio exports it, or as one writes it for its import.

    Returns
    -------
    ReceivedTask
        An annotation, draft or prediction whose ``result`` is no list is set aside alone, with
        a sentence in ``problems``; lists of bare ids stay in ``source``.

    Examples
    --------
    >>> task = {"data": {"text": "a"}, "annotations": [{"id": 3, "result": []}, {"result": None}]}
    >>> received = read_task(task)
    >>> [annotation.identity for annotation in received.annotations]
    ['id:3']
    >>> received.problems
    ('annotation 2 was set aside: its "result" is null, it should be a list',)
    """
    named = task
    if not _OLD_NAMES.keys().isdisjoint(task):
        named = {_OLD_NAMES.get(name, name): value for name, value in task.items()}
    source = {name: value for name, value in named.items() if name not in _TAKEN}
    problems: list[str] = []
    whole = unwritable(task) is None  # then each part of it is, too
    taken: dict[str, list[Mapping[str, Any]]] = {}
    for name in LISTS:
        entries = named.get(name) or []
        if not isinstance(entries, list):
            problems.append(f'"{name}" was set aside: it is {_type_of(entries)}, not a list')
            entries = []
        if entries and all(isinstance(entry, int) for entry in entries):
            source[name] = entries
            entries = []
        usable = taken[name] = []
        for number, entry in enumerate(entries, 1):
            sentence = _unusable(entry, whole=whole)
            if sentence:
                problems.append(f"{name[:-1]} {number} was set aside: {sentence}")
            else:
                usable.append(entry)
    if not whole and unwritable(source):
        bad = {name: reason for name, value in source.items() if (reason := unwritable(value))}
        problems += (f'"{name}" was set aside: it {reason}' for name, reason in bad.items())
        source = {name: value for name, value in source.items() if name not in bad}
    return ReceivedTask(
        source,
        (*map(_read_annotation, taken["annotations"]), *map(_read_draft, taken["drafts"])),
        tuple(map(_read_prediction, taken["predictions"])),
        tuple(problems),
    )


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean"}
    return names.get(type(value), "a number")


def _unusable(entry: Any, *, whole: bool) -> str | None:
    if not isinstance(entry, dict):
        return f"it is {_type_of(entry)}, it should be an object"
    if "result" not in entry:
        return 'it has no "result"'
    if not isinstance(entry["result"], list):
        return f'its "result" is {_type_of(entry["result"])}, it should be a list'
    for item in entry["result"]:
        if not isinstance(item, dict):
            return f'its "result" holds {_type_of(item)}, it should hold objects'
    for name in ("lead_time", "score"):
        if name in entry and _is_number(entry[name]) and _seconds(entry[name]) is None:
            return f'its "{name}" is no number to count with'
    reason = None if whole else unwritable(entry)
    return None if reason is None else f"it {reason}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> int | None:
    if isinstance(value, str) and len(value) < 19 and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _seconds(value: Any) -> float | None:
    if not _is_number(value):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) else None


def _text(value: Any) -> str:
    return storable(value) if isinstance(value, str) else ""


def _annotator(entry: Mapping[str, Any]) -> str | None:
    by = entry.get("completed_by", entry.get("user"))
    if isinstance(by, dict):
        by = by.get("email", by.get("id"))
    if by is None or by == "":
        return _text(entry.get("created_username")) or None
    return _text(str(by))


def _identity(entry: Mapping[str, Any]) -> str:
    if entry.get("unique_id"):
        return _text(f"uid:{entry['unique_id']}")
    if entry.get("id") is not None:
        return _text(f"id:{entry['id']}")
    return f"digest:{digest(entry)}"


def _without_result(entry: Mapping[str, Any]) -> dict[str, Any]:
    rest = dict(entry)
    del rest["result"]
    return rest


def _read_annotation(entry: Mapping[str, Any]) -> ReceivedAnnotation:
    skipped = bool(entry.get("was_cancelled") or entry.get("skipped"))
    return ReceivedAnnotation(
        identity=_identity(entry),
        results=tuple(entry["result"]),
        state="skipped" if skipped else "submitted",
        unique_id=_text(entry.get("unique_id")) or None,
        number=_number(entry.get("id")),
        annotator=_annotator(entry),
        created_at=as_time(entry.get("created_at")),
        updated_at=as_time(entry.get("updated_at")),
        lead_time=_seconds(entry.get("lead_time")),
        parent_prediction=_number(entry.get("parent_prediction")),
        extra=_without_result(entry),
    )


def _read_draft(entry: Mapping[str, Any]) -> ReceivedAnnotation:
    return ReceivedAnnotation(
        identity=f"draft-{_identity(entry)}",
        results=tuple(entry["result"]),
        state="draft",
        number=_number(entry.get("id")),
        annotator=_annotator(entry),
        created_at=as_time(entry.get("created_at")),
        updated_at=as_time(entry.get("updated_at")),
        lead_time=_seconds(entry.get("lead_time")),
        extra=_without_result(entry),
    )


def _read_prediction(entry: Mapping[str, Any]) -> Prediction:
    number = entry.get("id")
    version = entry.get("model_version")
    return Prediction(
        id=number if isinstance(number, int) else _text(number),
        results=tuple(entry["result"]),
        score=_seconds(entry.get("score")),
        model_version=None if version is None else _text(str(version)),
        extra=_without_result(entry),
    )


# -- out


def write(tasks: Iterable[TaskRecord], file: IO[bytes], *, drafts: bool = False) -> int:
    """Write tasks as one JSON list, one after another; return how many.

    Parameters
    ----------
    tasks
        As the store yields them.
    file
        Open for writing bytes.
    drafts
        Whether unsubmitted work is written, as Label Studio's ``drafts``.
    """
    count = 0
    file.write(b"[")
    for task in tasks:
        file.write(b",\n" if count else b"\n")
        file.write(task_json(task, drafts=drafts))
        count += 1
    file.write(b"\n]\n")
    return count


def tasks_of(tasks: Iterable[TaskRecord], *, drafts: bool = False) -> list[dict[str, Any]]:
    """Return tasks as Label Studio task dicts."""
    return [loads(task_json(task, drafts=drafts)) for task in tasks]


def task_json(task: TaskRecord, *, drafts: bool = False) -> bytes:
    """Return one task as JSON text in UTF-8."""
    annotations = [a for a in task.annotations if a.submitted is not None]
    waiting = [a for a in task.annotations if a.draft is not None and a.says(drafts=True)]
    cancelled = sum(a.state == "skipped" for a in annotations)
    times = [time for a in annotations for time in (a.created_at, a.updated_at)]
    written: dict[str, Any] = {"meta": {}}
    if times:
        written |= {"created_at": min(times), "updated_at": max(times)}
    written |= task.source
    written |= {
        "id": task.number,
        "data": task.data,
        "total_annotations": len(annotations) - cancelled,
        "cancelled_annotations": cancelled,
        "total_predictions": len(task.predictions),
        "annotations": [_annotation(a) for a in annotations],
        "drafts": [_draft(a) for a in waiting if drafts],
        "predictions": [prediction_fields(p) for p in task.predictions],
    }
    return encoded(written)


def _spliced(texts: Sequence[str] | None, annotation: str) -> list[Spliced]:
    parsed(texts or (), annotation)  # what is no JSON stops here
    return [Spliced(text) for text in texts or ()]


def completed_by(annotation: AnnotationRecord) -> Any:
    """Return who did it, as Label Studio's importer takes it: an email, or what it wrote itself."""
    if annotation.extra.get("completed_by") is not None:
        return annotation.extra["completed_by"]
    if annotation.annotator and _EMAIL.fullmatch(annotation.annotator):
        return {"email": annotation.annotator}
    return None


def annotation_fields(annotation: AnnotationRecord) -> dict[str, Any]:
    """Return all fields of an annotation but its result."""
    skipped = annotation.state == "skipped"
    fields: dict[str, Any] = {
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
        "lead_time": annotation.lead_time,
        "unique_id": annotation.uid,
        "parent_prediction": annotation.parent_prediction,
        "last_action": "skipped" if skipped else "updated" if annotation.extra else "submitted",
        "result_count": len(annotation.submitted or ()),
    }
    by = completed_by(annotation)
    if by is None and annotation.annotator:
        fields["created_username"] = annotation.annotator
    # Nobody has worked on it since it came: what it came with is what it is.
    extra = annotation.extra
    fields = {**extra, **fields} if annotation.touched else {**fields, **extra}
    if by is not None:
        fields["completed_by"] = by
    if extra and annotation.touched:  # each annotation is changed by whose it is
        fields["updated_by"] = by.get("id", by.get("email")) if isinstance(by, dict) else by
    fields["id"] = annotation.number
    fields["was_cancelled"] = skipped
    fields["ground_truth"] = bool(extra.get("ground_truth", False))
    return fields


def _annotation(annotation: AnnotationRecord) -> dict[str, Any]:
    return {
        **annotation_fields(annotation),
        "result": _spliced(annotation.submitted, annotation.uid),
    }


def _draft(annotation: AnnotationRecord) -> dict[str, Any]:
    of_submitted = annotation.submitted is not None
    extra = {} if of_submitted else annotation.extra
    return {
        "id": annotation.number,
        "annotation": annotation.number if of_submitted else None,
        "user": annotation.annotator,
        "was_postponed": False,
        "lead_time": annotation.lead_time,
        **{name: value for name, value in extra.items() if name in _DRAFT_FIELDS},
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
        "result": _spliced(annotation.draft, annotation.uid),
    }


def imported_json(task: TaskRecord, meta: Mapping[str, Any], by: Mapping[str, Any]) -> bytes:
    """Return one task as Label Studio's importer keeps it, as JSON text in UTF-8.

    Parameters
    ----------
    task
        The task.
    meta
        The task's ``meta``.
    by
        Whose annotations are, by annotators; who is none of these is whoever imports.
    """
    written = {
        "data": task.data,
        "meta": meta,
        "annotations": [
            {"id": a.number, **said_fields(a), **_completed(a, by)}
            for a in task.annotations
            if a.submitted is not None
        ],
        "predictions": [predicted_fields(p) for p in task.predictions],
    }
    return encoded(written)


def said_fields(annotation: AnnotationRecord) -> dict[str, Any]:
    """Return what an annotation says, in the fields that Label Studio's importer keeps."""
    fields: dict[str, Any] = {
        "result": _spliced(annotation.submitted, annotation.uid),
        "was_cancelled": annotation.state == "skipped",
        "ground_truth": bool(annotation.extra.get("ground_truth", False)),  # missing means true
    }
    if annotation.lead_time is not None:
        fields["lead_time"] = annotation.lead_time
    return fields


def _completed(annotation: AnnotationRecord, by: Mapping[str, Any]) -> dict[str, Any]:
    known = by.get(annotation.annotator or "")
    return {} if known is None else {"completed_by": known}


def predicted_fields(prediction: Prediction) -> dict[str, Any]:
    """Return what a model says, in the fields that Label Studio's importer keeps."""
    return {**_known(prediction), "result": list(prediction.results)}


def prediction_fields(prediction: Prediction) -> dict[str, Any]:
    """Return a prediction as Label Studio's JSON has it."""
    return {
        **({"id": prediction.id} if isinstance(prediction.id, int) else {}),
        **_known(prediction),
        **prediction.extra,
        "result": list(prediction.results),
    }


def _known(prediction: Prediction) -> dict[str, Any]:
    known = {"score": prediction.score, "model_version": prediction.model_version}
    return {name: value for name, value in known.items() if value is not None}
