"""One change on its way into the tables: checked, applied, and entered in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from nblabel.base.errors import StoreError
from nblabel.base.jsontext import dumps
from nblabel.base.packing import packed
from nblabel.base.times import now
from nblabel.core.annotation import Annotation, Result, State
from nblabel.core.change import Applied, Change, Conflict, Edit, Outcome, Seen
from nblabel.store import engine, leasing, receiving, schema
from nblabel.store.reading import SETTLED, WORKING, among, annotation_of, json_of, result_of, row_of
from nblabel.store.schema import annotation, event, result, task

_MANY = 1_000  # edits from which on all results of the annotation are looked at


def applied(
    connection: sa.Connection, project_id: int, seen: Sequence[Seen], annotator: str
) -> list[Outcome]:
    """Write changes in order; what cannot be written leaves the others as they are."""
    outcomes: list[Outcome] = []
    stale: dict[str, Conflict] = {}  # what was made on a stale change is as stale as that
    for one in seen:
        uid = one.change.annotation
        outcome = stale.get(uid) or _tried(connection, project_id, one, annotator)
        if isinstance(outcome, Conflict):
            stale[uid] = outcome
        outcomes.append(outcome)
    return outcomes


def _tried(connection: sa.Connection, project_id: int, seen: Seen, annotator: str) -> Outcome:
    alone = connection.begin_nested()
    try:
        engine.fits(seen.change.key, connection.dialect.name)
        outcome: Outcome = _applied(connection, project_id, seen, annotator)
    except (OperationalError, IntegrityError):
        raise  # it is the database's, or another writer's: the whole transaction goes
    except Exception as error:  # whatever a stranger's change raises, the others must not wait
        alone.rollback()
        if isinstance(error, SQLAlchemyError):
            return engine.unusable(error, connection.engine.url)
        return error
    alone.commit()
    return outcome


def _applied(
    connection: sa.Connection, project_id: int, seen: Seen, annotator: str
) -> Applied | Conflict:
    """Write one change, unless it is here already or was made on another state."""
    change = seen.change
    for edit in change.edits:
        if not (isinstance(edit.before, dict | None) and isinstance(edit.after, dict | None)):
            raise StoreError(
                f'result "{edit.uid}" is no JSON object before or after change {change.seq} of '
                f'"{change.client}"; nothing was written'
            )
    before = connection.execute(
        sa.select(event, annotation.c.uid, task.c.key)
        .join(annotation, event.c.annotation == annotation.c.id)
        .join(task, annotation.c.task == task.c.id)
        .where(event.c.client == change.client, event.c.seq == change.seq)
    ).one_or_none()
    if before is not None:
        _same(before, change, annotator)
        return Applied(int(before.revision))
    row = row_of(connection, project_id, change.annotation)
    if row is not None:
        _belongs(row, change, annotator)
    present = 0 if row is None else row.revision
    found = {} if row is None else _found(connection, row.id, change.edits)
    if present != change.base or not _as_seen(found, change.edits):
        nothing = Annotation(change.annotation, change.key, annotator or None)
        return Conflict(nothing if row is None else annotation_of(connection, row))
    task_id = receiving.task_row(
        connection, project_id, change.key, digest=change.digest, data=seen.data, source=seen.source
    )
    annotation_id = (
        _made(connection, project_id, task_id, change, annotator) if row is None else int(row.id)
    )
    edits = [edit for edit in change.edits if not _settles(edit)]
    _edit(connection, annotation_id, edits, found)
    for edit in filter(_settles, change.edits):
        _settle(connection, annotation_id, edit, open_again=change.kind == "undo")
    state = _act(connection, annotation_id, change.action, row.state if row else "draft")
    revision = change.base + 1
    at = now()
    worked = change.lead_time or None
    spent = row.lead_time if row else None
    connection.execute(
        annotation.update()
        .where(annotation.c.id == annotation_id)
        .values(
            state=state,
            revision=revision,
            touched=True,
            updated_at=at,
            lead_time=spent if worked is None else (spent or 0.0) + worked,
            digest=change.digest,
            **(
                {}
                if change.parent_prediction is None
                else {"parent_prediction": dumps(change.parent_prediction)}
            ),
        )
    )
    row_of_log = {
        "client": change.client,
        "seq": change.seq,
        "annotation": annotation_id,
        "revision": revision,
        "annotator": annotator,
        "action": change.action,
        "at": change.at,
        "received_at": at,
        "edits": _written(change.edits),
        "state": state,
        "kind": change.kind,
    }
    connection.execute(event.insert(), row_of_log)
    if change.action in {"submit", "skip"}:
        leasing.released(connection, project_id, annotator, [change.key])
    return Applied(revision)


def _same(entry: Any, change: Change, annotator: str) -> None:
    """Raise an error unless an entry of the log is a change that is sent again.

    Two pages that go on with the same stale change send the same one, each at its time.
    """
    told = {
        "annotation": (entry.uid, change.annotation),
        "task": (entry.key, change.key),
        "revision": (entry.revision, change.base + 1),
        "annotator": (entry.annotator, annotator),
        "action": (entry.action, change.action),
        "kind": (entry.kind, change.kind),
        "edits": (json_of(entry.edits, list), json_of(_written(change.edits), list)),
    }
    other = [what for what, (then, sent) in told.items() if then != sent]
    if other:
        raise StoreError(
            f'change {change.seq} of "{change.client}" was written before with another '
            f"{' and '.join(other)}; nothing was written"
        )


def _written(edits: Sequence[Edit]) -> str:
    return dumps(
        [[edit.uid, edit.ordinal, packed(edit.before), packed(edit.after)] for edit in edits]
    )


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


Found = Mapping[str, tuple[str | None, str | None]]
"""The working and the submitted text of results, by uid."""


def _found(connection: sa.Connection, annotation_id: int, edits: Sequence[Edit]) -> Found:
    """Return what is there of the results that are edited."""
    if not edits:
        return {}
    where = [result.c.annotation == annotation_id]
    if len(edits) < _MANY:
        where.append(among(connection, result.c.uid, [edit.uid for edit in edits]))
    rows = connection.execute(sa.select(result.c.uid, WORKING, result.c.submitted).where(*where))
    edited = {edit.uid for edit in edits}
    return {uid: (working, submitted) for uid, working, submitted in rows if uid in edited}


def _as_seen(found: Found, edits: Sequence[Edit]) -> bool:
    """Whether every edit starts from what is there."""
    left: dict[str, Result | None] = {}
    for edit in edits:
        if edit.uid not in left:
            text, _ = found.get(edit.uid, (None, None))
            left[edit.uid] = None if text is None else result_of(text)
        if left[edit.uid] != edit.before:
            return False
        left[edit.uid] = edit.after
    return True


def _made(
    connection: sa.Connection, project_id: int, task_id: int, change: Change, annotator: str
) -> int:
    row = {
        "project": project_id,
        "task": task_id,
        "uid": change.annotation,
        "number": receiving.Numbers(connection, annotation, project_id).give(),
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


def _settles(edit: Edit) -> bool:
    return edit.before is None and edit.after is None


def _edit(
    connection: sa.Connection, annotation_id: int, edits: Sequence[Edit], found: Found
) -> None:
    """Do what edits do to the results, in few statements however many there are."""
    after = {edit.uid: _edited(annotation_id, edit, found) for edit in edits}
    gone = [uid for uid in after if uid in found]
    if gone:
        theirs = among(connection, result.c.uid, gone)
        connection.execute(result.delete().where(result.c.annotation == annotation_id, theirs))
    schema.insert_all(connection, result, [row for row in after.values() if row is not None])


def _edited(annotation_id: int, edit: Edit, found: Found) -> dict[str, Any] | None:
    """Return a result's row after an edit; None where nothing is left of it."""
    _, submitted = found.get(edit.uid, (None, None))
    if submitted is None and edit.after is None:
        return None
    # Undone to what was submitted, nothing waits to be submitted.
    same = submitted is not None and result_of(submitted) == edit.after
    return {
        "annotation": annotation_id,
        "uid": edit.uid,
        "ordinal": edit.ordinal,
        "submitted": submitted,
        "draft": None if same or edit.after is None else dumps(packed(edit.after)),
        "pending": not same,
    }


def _settle(connection: sa.Connection, annotation_id: int, edit: Edit, *, open_again: bool) -> None:
    """Keep that somebody is done with a suggestion: a row without a result."""
    here = (result.c.annotation == annotation_id, result.c.uid == edit.uid)
    connection.execute(result.delete().where(*here, SETTLED))
    if not open_again:
        row = {"annotation": annotation_id, "uid": edit.uid, "ordinal": edit.ordinal}
        connection.execute(result.insert(), {**row, "pending": False})


def _act(connection: sa.Connection, annotation_id: int, action: str, state: State) -> State:
    """Do what an action does beyond its edits; return the state it leads to."""
    if action == "edit":
        return state
    mine = result.c.annotation == annotation_id
    connection.execute(result.delete().where(mine, result.c.pending, result.c.draft.is_(None)))
    if action == "reopen":
        connection.execute(
            result.update()
            .where(mine, ~SETTLED)
            .values(draft=WORKING, submitted=None, pending=True)
        )
        return "draft"
    connection.execute(
        result.update()
        .where(mine, result.c.pending)
        .values(submitted=result.c.draft, draft=None, pending=False)
    )
    return "submitted" if action == "submit" else "skipped"
