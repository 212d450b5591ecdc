"""Every state of every annotation of a task, and the way back to one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nblabel.base.errors import DataError, StoreError
from nblabel.base.ids import unique_id
from nblabel.base.times import now
from nblabel.core.annotation import Annotation, Item, Result
from nblabel.core.change import Action, Applied, Change, Edit, Revision
from nblabel.project import annotating
from nblabel.project.work import Work
from nblabel.store import Event

_ATTEMPTS = 20
_DECIDING: dict[str, Action] = {"submitted": "submit", "skipped": "skip"}

Items = Mapping[str, Item]


def history(work: Work, given_key: Any, annotator: str | None) -> list[Revision]:
    """Return every state of a task's annotations, oldest first; see `Project.history`."""
    key, _ = annotating.known_task(work, given_key, "history()")
    found = [
        (event.id, _revision(annotation, event, items))
        for annotation, log in work.store.logs(work.id, key)
        if annotator is None or annotation.annotator == annotator
        for event, items in zip(log, _states(annotation, log), strict=True)
    ]
    return [revision for _, revision in sorted(found, key=lambda pair: pair[0])]


def revert(
    work: Work, given_key: Any, revision: int, annotator: str | None, uid: str | None
) -> tuple[str, int]:
    """Make an earlier state the present one; return the task's key and the new revision."""
    key, _ = annotating.known_task(work, given_key, "revert()")
    return key, _back(work, key, uid or _latest(work, key, annotator), revision, "revert")


def clear(work: Work, given_key: Any, annotator: str | None) -> tuple[str, int]:
    """Make a task unlabeled again; return its key, and how many annotations said something."""
    key, _ = annotating.known_task(work, given_key, "clear()")
    mine = work.store.annotations(work.id, key, whose="own", annotator=annotator)
    saying = [a.uid for a in mine if a.state != "draft" or a.items or a.settled]
    for uid in saying:
        _back(work, key, uid, 0, "clear")
    return key, len(saying)


def _back(work: Work, key: str, uid: str, revision: int, caller: str) -> int:
    for _ in range(_ATTEMPTS):
        annotation, log = _meant(work, key, uid)
        action, items, whole = _way(annotation, log, revision)
        opened = [Edit(uid, 0.0, None, None) for uid in annotation.settled if not revision]
        change = Change(
            key=key,
            annotation=annotation.uid,
            base=annotation.revision,
            client=f"{caller}:{unique_id()}",
            seq=1,
            at=now(),
            action=action,
            edits=(*_edits({item.uid: item for item in annotation.items}, items), *opened),
            digest=annotation.digest,
            kind="undo" if opened else "gesture",
        )
        answer = work.store.apply(work.id, change, annotation.annotator, None)
        if isinstance(answer, Applied) and whole:
            return answer.revision
    raise StoreError(f'task "{key}" is changed elsewhere all the time; it was not taken back')


def _revision(annotation: Annotation, event: Event, items: Items) -> Revision:
    return Revision(
        revision=event.revision,
        annotation=annotation.uid,
        annotator=annotation.annotator,
        action=event.action,
        kind=event.kind,
        at=event.at,
        state=event.state,
        results=tuple(item.result for item in _ordered(items)),
    )


def _ordered(items: Items) -> list[Item]:
    return sorted(items.values(), key=lambda item: (item.ordinal, item.uid))


def _states(annotation: Annotation, log: Sequence[Event]) -> list[Items]:
    """Return the working items after each entry of the log, found back from the present ones."""
    ordinals: dict[str, float] = {}
    undone: list[list[Edit]] = []  # of each entry, what takes it back
    for event in log:
        undone.append([])
        for edit in event.edits:
            ordinal = ordinals.get(edit.uid, edit.ordinal)
            undone[-1].append(Edit(edit.uid, ordinal, edit.after, edit.before))
            ordinals[edit.uid] = edit.ordinal
    items = {item.uid: item for item in annotation.items}
    states: list[Items] = []
    for back in reversed(undone):
        states.append(dict(items))
        for edit in reversed(back):
            if edit.after is None:
                items.pop(edit.uid, None)
            else:
                items[edit.uid] = Item(edit.uid, edit.ordinal, edit.after)
    return states[::-1]


def _counted(log: Sequence[Event], states: Sequence[Items]) -> Items | None:
    """Return the items that counted after the last of some entries; None for a draft."""
    counted: Items | None = None
    for event, items in zip(log, states, strict=True):
        if event.state == "draft":
            counted = None
        elif event.action != "edit":
            counted = items
    return counted


def counted(work: Work, key: str, uid: str, revision: int) -> list[Result] | None:
    """Return what counted of an annotation after a revision; None where it does not have that."""
    annotation = work.store.annotation(work.id, uid)
    if annotation is None or annotation.revision < revision:
        return None
    if annotation.revision == revision:  # nothing was done since, as a rule
        return [item.result for item in annotation.items]
    annotation, log = _meant(work, key, uid)
    until = [event for event in log if event.revision <= revision]
    items = _counted(until, _states(annotation, log)[: len(until)])
    return [] if items is None else [item.result for item in _ordered(items)]


def _latest(work: Work, key: str, annotator: str | None) -> str:
    """Return the uid of what an annotator said last about a task."""
    latest = work.annotation(key, annotator)
    if latest is None:
        who = f'"{annotator}"' if annotator else "nobody by name"
        raise DataError(f'task "{key}" has no annotation of {who}')
    return latest.uid


def _meant(work: Work, key: str, uid: str) -> tuple[Annotation, list[Event]]:
    """Return an annotation with its log."""
    for annotation, log in work.store.logs(work.id, key):
        if annotation.uid == uid:
            return annotation, log
    raise DataError(f'task "{key}" has no annotation "{uid}"')


def _way(annotation: Annotation, log: Sequence[Event], revision: int) -> tuple[Action, Items, bool]:
    """Return the next step to an earlier state: an action, its items, whether it is the last."""
    if revision == 0:
        return ("edit" if annotation.state == "draft" else "reopen"), {}, True
    end = next((n for n, event in enumerate(log, 1) if event.revision == revision), None)
    if end is None:
        raise DataError(
            f'annotation {annotation.uid} of task "{annotation.key}" has no revision {revision}, '
            f"only 1 to {annotation.revision}, and 0 for nothing at all"
        )
    states = _states(annotation, log)
    state, items = log[end - 1].state, states[end - 1]
    if state == "draft":
        return ("edit" if annotation.state == "draft" else "reopen"), items, True
    counted = _counted(log[:end], states[:end])
    if counted is None or counted == items:
        return _DECIDING[state], items, True
    # It was being edited: first what counted then, then what was not submitted yet.
    if annotation.state == state and _counted(log, states) == counted:
        return "edit", items, True
    return _DECIDING[state], counted, False


def _edits(present: Items, wanted: Items) -> tuple[Edit, ...]:
    """Return what makes some items of others."""
    removed = [
        Edit(item.uid, item.ordinal, item.result, None)
        for uid, item in present.items()
        if uid not in wanted
    ]
    put = [
        Edit(uid, item.ordinal, present[uid].result if uid in present else None, item.result)
        for uid, item in wanted.items()
        if present.get(uid) != item
    ]
    return (*removed, *put)
