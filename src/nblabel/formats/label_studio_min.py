"""Label Studio's JSON_MIN and CSV: one row an annotation, a control's values under its name.

What does not fit: region ids, relations, meta, scores and item indices; skipped annotations.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from nblabel.base.jsontext import dumps
from nblabel.base.times import by_time
from nblabel.core.annotation import Result, value_of
from nblabel.core.record import AnnotationRecord, TaskRecord
from nblabel.formats.label_studio import annotation_fields

_SINGLE = {"Choices": "choices", "TextArea": "text"}
_SIZES = ("original_width", "original_height")


FIELDS = ("annotator", "annotation_id", "created_at", "updated_at", "lead_time")
_OWN = frozenset({"id", *FIELDS})


def of_data(name: str) -> str:
    """Return the name of a column of the data where the plain one is the format's own."""
    return f"_data_{name}"


@dataclass(frozen=True, slots=True)
class Row:
    """One annotation, flattened.

    Parameters
    ----------
    id
        The task's id.
    data
        The task's data.
    values
        A control's values, by its name.
    fields
        Who, when, and which annotation.
    chats
        Controls whose values are messages of a chat.
    """

    id: int
    data: Mapping[str, Any]
    values: Mapping[str, Any]
    fields: Mapping[str, Any]
    chats: tuple[str, ...] = ()


def rows(
    tasks: Iterable[TaskRecord],
    controls: Mapping[str, str],
    *,
    drafts: bool = False,
    moved: set[str] | None = None,
) -> Iterator[Row]:
    """Yield the rows of tasks, a task's newest annotation first.

    Parameters
    ----------
    tasks
        As the store yields them.
    controls
        The tag of each control of the config, by name; results of others are left out.
    drafts
        Whether unsubmitted work counts.
    moved
        Gets the names of the data's columns that are the format's own, and are written under
        another name.
    """
    for task in tasks:
        taken = _OWN & task.data.keys()
        if moved is not None:
            moved |= taken
        data = {of_data(n) if n in taken else n: value for n, value in task.data.items()}
        counted = [a for a in task.annotations if a.says(drafts=drafts)]
        kept = [a for a in counted if a.state != "skipped"]
        if not counted:
            yield Row(task.number, data, {}, _fields(None))
        for annotation in by_time(kept, lambda a: a.created_at, lambda a: not a.extra)[::-1]:
            values, chats = _values(annotation.results(drafts=drafts), controls)
            yield Row(task.number, data, values, _fields(annotation), chats)


def _fields(annotation: AnnotationRecord | None) -> dict[str, Any]:
    if annotation is None:
        return dict.fromkeys(FIELDS)
    fields = annotation_fields(annotation)
    by = fields.get("completed_by", annotation.annotator)
    return {
        "annotator": by.get("email") if isinstance(by, dict) else by,
        "annotation_id": fields["id"],
        "created_at": fields["created_at"],
        "updated_at": fields["updated_at"],
        "lead_time": fields["lead_time"],
    }


def _values(
    results: Iterable[Result], controls: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    found: dict[str, list[Any]] = {}
    chats: dict[str, None] = {}
    for result in results:
        name = result.get("from_name")
        chat = result.get("type") == "chatmessage"
        if not isinstance(name, str) or not (name in controls or chat):
            continue
        value = value_of(result)
        if chat or controls.get(name) == "Chat":
            chats[name] = None
            found.setdefault(name, []).append(value.get("chatmessage", value))
            continue
        whole = {**value, **{size: result[size] for size in _SIZES if size in result}}
        alone = value.get(_SINGLE.get(controls[name], ""))
        found.setdefault(name, []).append(
            alone[0] if isinstance(alone, list) and len(alone) == 1 else whole
        )
    single = {
        name: values[0] if controls.get(name) in _SINGLE and len(values) == 1 else values
        for name, values in found.items()
    }
    return single, tuple(chats)


def write(rows: Iterable[Row], file: IO[bytes]) -> int:
    """Write rows as JSON_MIN; return how many."""
    count = 0
    file.write(b"[")
    for row in rows:
        file.write(b",\n" if count else b"\n")
        data = {of_data(n) if n in row.values else n: value for n, value in row.data.items()}
        file.write(dumps({**data, "id": row.id, **row.values, **row.fields}).encode())
        count += 1
    file.write(b"\n]\n")
    return count


def write_csv(rows: Callable[[], Iterable[Row]], file: IO[str], *, separator: str = ",") -> int:
    """Write rows as CSV; return how many.

    Parameters
    ----------
    rows
        Gives the rows anew: the columns are known only after the last.
    file
        Open for writing text, with ``newline=""``.
    separator
        What stands between two cells.
    """
    inputs: set[str] = set()
    outputs: set[str] = set()
    transcripts: set[str] = set()
    fields: set[str] = set(_fields(None))
    for row in rows():
        inputs.update(row.data)
        outputs.update(row.values)
        transcripts.update(f"{name}_transcript" for name in row.chats)
    column = {name: of_data(name) if name in outputs else name for name in inputs}
    header = sorted({"id", *column.values(), *outputs, *transcripts, *fields})
    writer = csv.DictWriter(
        file, fieldnames=header, quoting=csv.QUOTE_NONNUMERIC, delimiter=separator
    )
    writer.writeheader()
    count = 0
    for row in rows():
        cells: dict[str, Any] = {"id": row.id}
        cells.update({name: _cell(value) for name, value in row.values.items()})
        cells.update({f"{name}_transcript": _transcript(row.values[name]) for name in row.chats})
        cells.update(
            {
                column[name]: _cell(value) if isinstance(value, dict | list) else value
                for name, value in row.data.items()
            }
        )
        cells.update(row.fields)
        cells["annotator"] = str(row.fields["annotator"])
        writer.writerow(cells)
        count += 1
    return count


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)


def _transcript(messages: Iterable[Any]) -> str:
    turns = [m for m in messages if isinstance(m, dict)]
    return "\n".join(
        ": ".join(str(turn[part]) for part in ("role", "content") if turn.get(part))
        for turn in turns
    )
