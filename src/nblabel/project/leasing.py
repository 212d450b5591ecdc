"""Waiting tasks that are one annotator's for a time, where several share a project."""

from __future__ import annotations

from collections.abc import Sequence

from nblabel.base.errors import DataError
from nblabel.project.work import Work


def check(lease: float | None, annotator: str | None) -> None:
    """Raise an error unless ``lease=`` can be used."""
    if lease is None:
        return
    if isinstance(lease, bool) or not isinstance(lease, int | float) or not lease > 0:
        raise DataError(f"lease={lease!r} is no time: give a number of seconds above 0, or None")
    if not annotator:
        raise DataError(f"lease={lease!r} needs annotator=: a task is held for somebody by name")


def seconds(work: Work) -> float:
    """Return for how long a task is held.

    Raises
    ------
    DataError
        When the project was opened without ``lease=``.
    """
    if work.lease is None:
        raise DataError(
            f'the project "{work.name}" was opened without lease=: give the seconds for which a '
            "waiting task is held"
        )
    return work.lease


def hold(work: Work, rows: Sequence[int], count: int) -> list[int]:
    """Hold the first of some waiting tasks that nobody else has; return their rows."""
    data = work.needed_data
    who = work.annotator or ""
    keys = data.usable(rows)
    taken = work.store.taken(work.id, who, list(dict.fromkeys(keys.values())))
    free = [row for row, key in keys.items() if key not in taken]
    held: list[int] = []
    while free and len(held) < count:  # another may be faster
        some, free = free[: count - len(held)], free[count - len(held) :]
        got = set(work.store.lease(work.id, who, [keys[row] for row in some], seconds(work)))
        held += [row for row in some if keys[row] in got]
    return held


def renew(work: Work, key: str) -> None:
    """Begin the time of all that is held anew, as somebody looks at a task."""
    if work.lease is not None:
        work.store.lease(work.id, work.annotator or "", [key], work.lease)


def is_taken(work: Work, key: str) -> bool:
    """Whether another annotator holds or has finished a task that is leased."""
    if work.lease is None:
        return False
    return bool(work.store.taken(work.id, work.annotator or "", [key]))
