"""What was done when, by whom, on which task, in few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from nblabel.base.times import moment
from nblabel.core.annotation import Result
from nblabel.core.change import Edit
from nblabel.formats import table
from nblabel.project.frames import beside_key, label_of, new_frame
from nblabel.project.work import SMALL, Work
from nblabel.store import Entry

COLUMNS: dict[str, type] = {
    "at": str,
    "annotator": str,
    "key": str,
    "action": str,
    "kind": str,
    "summary": str,
    "revision": int,
    "annotation": str,
}
_MOST, _LONGEST = 5, 40  # labels that a summary names, and characters of each


def timeline(work: Work, since: Any) -> Any:
    """Return what was done, oldest first; see `Project.timeline`."""
    entries = work.store.timeline(work.id, "" if since is None else moment(since))
    rows = [_row(entry) for entry in entries]
    values = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}
    keys = values.get("key", ())
    places = {key: _place(work, key) for key in dict.fromkeys(keys)}
    labels = [label_of(work, places[key]) for key in keys]
    return new_frame(work, {**values, "index": labels}, beside_key(COLUMNS, labels))


def _place(work: Work, key: str) -> int | None:
    """Return the row of a task; in a large frame, where it was met."""
    if work.data is None:
        return None
    return work.data.index_of(key) if len(work.data) <= SMALL else work.data.keys.met(key)


def _row(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.at,
        entry.annotator,
        entry.key,
        entry.action,
        _kind(entry),
        "; ".join(_said(entry.edits)),
        entry.revision,
        entry.annotation,
    )


def _kind(entry: Entry) -> str:
    """Return how it was done: by which call where it was code, else what gesture it was."""
    call, colon, _ = entry.client.partition(":")
    return call if colon else entry.kind


def _said(edits: Sequence[Edit]) -> Iterator[str]:
    """Yield what edits did, a few words for each way.

    >>> good, bad = ({"value": {"choices": [word]}, "type": "choices"} for word in ("good", "bad"))
    >>> list(_said([Edit("a", 1.0, None, good), Edit("b", 2.0, bad, None)]))
    ['added good', 'removed bad']
    """
    done: dict[str, Counter[str]] = {}
    for edit in edits:
        before, after = (None if r is None else _named(r) for r in (edit.before, edit.after))
        if before is not None and after is not None:
            verb, named = "changed", after if before == after else f"{before} to {after}"
        elif after is not None:
            verb, named = "added", after
        else:
            verb, named = ("removed", before) if before is not None else ("settled", "a suggestion")
        done.setdefault(verb, Counter())[named] += 1
    for verb, counted in done.items():
        told = [name if n == 1 else f"{name} ({n})" for name, n in islice(counted.items(), _MOST)]
        more = sum(counted.values()) - sum(n for _, n in islice(counted.items(), _MOST))
        yield f"{verb} {', '.join(told)}{f' and {more} more' if more else ''}"


def _named(result: Result) -> str:
    """Return what a result is called: what it says, else the control that it is of."""
    named = table.label(result) or str(result.get("from_name") or result.get("type") or "a result")
    return named if len(named) <= _LONGEST else f"{named[: _LONGEST - 1]}…"
