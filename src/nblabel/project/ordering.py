"""In which order tasks are asked: that of the rows, until somebody says otherwise."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from nblabel.base.errors import DataError
from nblabel.project.work import Work

_FOREMOST = 200  # tasks of an order that say what it is for


class Order:
    """Some rows in an order of their own, and all others after them.

    Parameters
    ----------
    rows
        The rows, the first first; one that comes again counts once.
    count
        How many rows there are.

    Examples
    --------
    >>> order = Order([4, 1], 5)
    >>> list(order.walk(-1, 1)), list(order.walk(1, 1)), list(order.walk(0, -1))
    ([4, 1, 0, 2, 3], [0, 2, 3], [1, 4])
    """

    def __init__(self, rows: Iterable[int], count: int) -> None:
        self.rows = array("q", dict.fromkeys(rows))
        self._count = count
        self._places = array("q", [-1]) * count
        for place, row in enumerate(self.rows):
            self._places[row] = place

    def walk(self, here: int, step: int) -> Iterator[int]:
        """Yield the rows after one, or for a step of -1 those before it; -1 is before the first."""
        inside = 0 <= here < self._count
        place = self._places[here] if inside else -1
        if step > 0:
            if inside and place < 0:
                return self._others(range(here + 1, self._count))
            return chain(self.rows[place + 1 :], self._others(range(self._count)))
        if inside and place >= 0:
            return reversed(self.rows[:place])
        others = range(min(here, self._count) - 1, -1, -1) if here >= 0 else range(0)
        return chain(self._others(others), reversed(self.rows) if here >= 0 else ())

    def _others(self, rows: range) -> Iterator[int]:
        return (row for row in rows if self._places[row] < 0)


def order_of(work: Work, given: Any) -> Order:
    """Read an order.

    Parameters
    ----------
    work
        The project.
    given
        Keys, the first first; a frame that has them in its column ``key``; scores by key, or one
        for each row, the highest first: NaN is none.

    Raises
    ------
    DataError
        When it is none of these, or a key is no task's.
    """
    count = len(work.needed_data)
    if isinstance(given, Mapping):
        return Order(_ranked(zip(_rows(work, given), given.values(), strict=True)), count)
    if hasattr(given, "columns"):
        if "key" not in list(given.columns):
            raise DataError('order= takes a frame with a column "key"')
        given = given["key"]
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise DataError(f"order= takes keys or scores, not {type(given).__name__}")
    things = list(given.tolist() if hasattr(given, "tolist") else given)
    if things and all(isinstance(thing, float) for thing in things):
        if len(things) != count:
            raise DataError(f"order= was given {len(things)} scores for {count} rows")
        return Order(_ranked(enumerate(things)), count)
    return Order(_rows(work, things), count)


def is_review(work: Work, order: Order) -> bool:
    """Whether what comes first was labeled before: then it is looked at again."""
    data = work.needed_data
    rows = order.rows[:_FOREMOST]
    marks = work.marks([key for row in rows if (key := data.key(row)) is not None])
    return (
        bool(rows)
        and len(marks) == len(rows)
        and all(mark.state == "submitted" for mark in marks.values())
    )


def _rows(work: Work, keys: Iterable[Any]) -> Sequence[int]:
    data = work.needed_data
    rows = []
    for key in keys:
        row = data.find(key)
        if row is None:
            raise DataError(f'order= has the key "{key}", which no task has')
        rows.append(row)
    return rows


def _ranked(scored: Iterable[tuple[int, Any]]) -> list[int]:
    known = [(float(score), row) for row, score in scored if score is not None]
    known = [(score, row) for score, row in known if not math.isnan(score)]
    return [row for _, row in sorted(known, key=lambda one: (-one[0], one[1]))]
