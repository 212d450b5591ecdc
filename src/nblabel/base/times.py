"""The time, as every record has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, TypeVar

from nblabel.base.errors import DataError

T = TypeVar("T")

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")
_WHOLE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[0-9T:.Z+ -]*\Z")
_MILLISECONDS_FROM = 100_000_000_000  # as seconds that is the year 5138


def now() -> str:
    """Return the time as Label Studio writes it: ISO 8601, UTC, microseconds, Z."""
    return _written(datetime.now(timezone.utc))


def as_time(value: Any) -> str:
    """Return a time as `now` writes it, so that times can be compared; "" where it is none.

    Parameters
    ----------
    value
        ISO 8601, or a number of seconds or milliseconds since 1970 as Label Studio 0.x has them.

    Examples
    --------
    >>> as_time(1600000000), as_time("2020-09-13T14:26:40+02:00"), as_time("soon")
    ('2020-09-13T12:26:40.000000Z', '2020-09-13T12:26:40.000000Z', '')
    """
    try:
        if isinstance(value, str):
            if _WRITTEN.match(value):
                return value
            if _WHOLE.match(value):
                return f"{value[:-1]}.000000Z"
            read = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            return ""
        else:
            seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
            read = datetime.fromtimestamp(seconds, timezone.utc)
        return _written(read if read.tzinfo else read.replace(tzinfo=timezone.utc))
    except (ValueError, OverflowError, OSError):
        # Python 3.10 does not read all of ISO 8601; what begins with a date can be compared.
        return value if isinstance(value, str) and _DATE.match(value) else ""


def moment(value: Any) -> str:
    """Return a moment that somebody's code names, as `now` writes it.

    Parameters
    ----------
    value
        A datetime, a date, ISO 8601, or a timedelta: so long ago. What has no zone is local time.

    Raises
    ------
    DataError
        When it is none of these.

    Examples
    --------
    >>> moment("2020-09-13T14:26:40+02:00")
    '2020-09-13T12:26:40.000000Z'
    >>> moment(timedelta(hours=1)) < now()
    True
    """
    try:
        if isinstance(value, timedelta):
            return _written(datetime.now(timezone.utc) - value)
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if isinstance(value, datetime):
            is_local = value.tzinfo is None  # pandas' own converts none of these
            return _written(datetime.combine(value.date(), value.time()) if is_local else value)
    except (ValueError, OverflowError, OSError):
        pass
    raise DataError(
        f"since={value!r} is no time: a datetime, a date, ISO text such as "
        '"2026-11-27 09:00", or a timedelta is accepted'
    )


def _written(moment: datetime) -> str:
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def by_time(
    logged: Sequence[T], told: Callable[[T], str], done_here: Callable[[T], bool]
) -> list[T]:
    """Sort by time what is in the order of a log; a clock that went back changes nothing.

    What was done here came after all that was logged before it, whatever its time says. What came
    from elsewhere has a time of its own.

    >>> by_time(["b9", "b8", "a7"], lambda name: name[1], lambda name: name[0] == "b")
    ['a7', 'b9', 'b8']
    """
    times: list[tuple[str, int]] = []
    latest = ""
    for number, one in enumerate(logged):
        at = max(latest, told(one)) if done_here(one) else told(one)
        latest = max(latest, at)
        times.append((at, number))
    return [logged[number] for _, number in sorted(times)]
