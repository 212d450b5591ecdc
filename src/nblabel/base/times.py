"""The time, as every record has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import TypeVar

T = TypeVar("T")


def now() -> str:
    """Return the time as Label Studio writes it: ISO 8601, UTC, microseconds, Z."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


def by_time(
    logged: Sequence[T], time: Callable[[T], str], done_here: Callable[[T], bool]
) -> list[T]:
    """Sort by time what is in the order of a log; a clock that went back changes nothing.

    What was done here came after all that was logged before it, whatever its time says. What came
    from elsewhere has a time of its own.

    >>> by_time(["b9", "b8", "a7"], lambda name: name[1], lambda name: name[0] == "b")
    ['a7', 'b9', 'b8']
    """
    times: list[tuple[str, int]] = []
    latest = ""
    for place, one in enumerate(logged):
        at = max(latest, time(one)) if done_here(one) else time(one)
        latest = max(latest, at)
        times.append((at, place))
    return [logged[place] for _, place in sorted(times)]
