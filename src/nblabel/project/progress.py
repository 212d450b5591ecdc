"""Which tasks are done: counted and found without looking at rows that nobody worked on."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from nblabel.base.arguments import one_of
from nblabel.core.annotation import State
from nblabel.project import leasing
from nblabel.project.data import Data
from nblabel.project.ordering import Order
from nblabel.project.work import SLICE, SMALL, Work
from nblabel.store import Mark

Standing = Literal["unlabeled"] | State
Filter = Literal["all", "unlabeled", "drafts", "labeled", "skipped"]

_AT_ONCE = 1_000  # tasks whose data is compared in one go

_STATES: dict[Filter, frozenset[Standing]] = {
    "unlabeled": frozenset({"unlabeled", "draft"}),
    "drafts": frozenset({"draft"}),
    "labeled": frozenset({"submitted"}),
    "skipped": frozenset({"skipped"}),
}

_MAPPED = {"submitted": 0, "skipped": 1, "draft": 2}
_GONE = ("gone", None)


class Progress:
    """What one annotator has done of a project."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.order: Order | None = None  # that in which tasks are found; None is that of the rows
        self._present: dict[str, str] = {}  # digests of the rows whose work was looked at
        self._tally: dict[str, tuple[str, int | None]] = {}  # the state and row of each task
        self._logged = 0  # what the tally knows of the log
        self._unmet: dict[str, Mark] = {}  # what cannot be counted before its row is met
        self._met: dict[str, int] = {}  # rows of those, met since
        self._walked = 0  # how far the rows were looked through for them
        self._lock = threading.Lock()

    def counts(self, *, counted: bool = True) -> dict[str, int | bool]:
        """Count the tasks; see `Project.progress`.

        Where their number need not be ``counted`` and is not known, there are more than ``total``.
        """
        work = self._work
        with self._lock:
            self._logged, keys = work.store.marked_since(work.id, self._logged)
            marks = work.marks(keys)
            for key in keys:
                if key not in marks:  # it was cleared
                    self._tally.pop(key, None)
                    self._unmet.pop(key, None)
            for mark in marks.values():
                self._count(mark)
            self._count_met()
            found = Counter(state for state, _ in self._tally.values())
            exact = not self._unmet and (counted or work.counted)
        return {
            "total": len(work) if counted else work.at_least(),
            "done": found["submitted"],
            "skipped": found["skipped"],
            "drafts": found["draft"],
            "changed": found["changed"],
            "exact": exact,
        }

    def grown(self) -> None:
        """Count anew: rows came, and what was said of some may have been there before."""
        with self._lock:
            self._logged = self._walked = 0
            for known in (self._tally, self._unmet, self._met, self._present):
                known.clear()
        if self.order is not None:
            self.order = Order(self.order.rows, len(self._work))

    def mapped(self, bins: int) -> list[tuple[int, int, int]]:
        """Count what is submitted, skipped and drafted in equal stretches of the rows.

        Parameters
        ----------
        bins
            How many stretches at most; where there are fewer rows, each is one of its own.
        """
        self.counts()
        rows = len(self._work)
        bins = max(min(bins, rows), 1)
        counted = [[0, 0, 0] for _ in range(bins)]
        with self._lock:
            for state, row in self._tally.values():
                if row is not None and state in _MAPPED:
                    counted[row * bins // rows][_MAPPED[state]] += 1
        return [(submitted, skipped, drafts) for submitted, skipped, drafts in counted]

    def states(self, keys: Mapping[int, str]) -> dict[int, Standing]:
        """Return the states of tasks, given their keys by row."""
        data = self._work.needed_data
        marks = self._work.marks([*keys.values()])
        return {row: self._state(data, row, marks.get(key)) for row, key in keys.items()}

    def is_done(self, key: str) -> bool:
        """Whether a task was submitted or skipped, when it was last counted."""
        return self._tally.get(key, _GONE)[0] in {"submitted", "skipped"}

    def look_through(self, seconds: float) -> bool:
        """Meet more rows; see `Project.index_some`."""
        data = self._work.data
        until = time.monotonic() + seconds
        while data is not None and not data.keys.walk() and time.monotonic() < until:
            pass
        return bool(self.counts()["exact"])

    def find(
        self, start: int, step: int, wanted: Filter, count: int, *, hold: bool = True
    ) -> list[int]:
        """Find the next rows of a kind; see `Project.find`.

        In an order of its own the row before ``start`` is the one on screen, and those after it in
        that order follow.
        """
        one_of("filter", wanted, get_args(Filter))
        holds = hold and wanted == "unlabeled" and self._work.lease is not None
        found: list[int] = []
        rows = self._walk(start, step)
        while some := list(itertools.islice(rows, SLICE)):
            passing = self._passing(some, wanted)
            found += leasing.hold(self._work, passing, count - len(found)) if holds else passing
            if len(found) >= count:
                break
        return found[:count]

    def _walk(self, start: int, step: int) -> Iterator[int]:
        if self.order is not None:
            return self.order.walk(start - step, step)
        data = self._work.needed_data
        if step < 0:
            last = start if data.reaches(start + 1) else len(data) - 1
            return iter(range(last, -1, -1))
        return itertools.takewhile(
            lambda row: data.reaches(row + 1), itertools.count(max(start, 0))
        )

    def _passing(self, rows: list[int], wanted: Filter) -> list[int]:
        if wanted == "all":
            return rows
        states = self.states(self._work.needed_data.usable(rows))
        return [index for index in rows if states.get(index) in _STATES[wanted]]

    def _state(self, data: Data, index: int, mark: Mark | None) -> Standing:
        """Return a task's state; work on data that has changed since is work to be done."""
        if mark is None or (mark.state != "draft" and not self._is_same(data, index, mark)):
            return "unlabeled"
        return mark.state

    def _is_same(self, data: Data, index: int, mark: Mark) -> bool:
        """Whether a decision was made on the data that the row has now."""
        if not mark.digest or data.keys.is_digest(index):
            return True
        if mark.key not in self._present:
            self._present[mark.key] = data.digest(index)
        return self._present[mark.key] == mark.digest

    def _count(self, mark: Mark) -> None:
        """Put a task where it counts; where its row was not met yet, that is left for later."""
        data = self._work.data
        if data is None:
            self._tally[mark.key] = (mark.state, None)
            return
        all_met = data.keys.all_met  # asked first: another thread may walk on meanwhile
        small = not data.reaches(SMALL + 1)
        index = data.keys.index(mark.key) if small else data.keys.met(mark.key)
        if index is None and not (small or all_met):
            self._unmet[mark.key] = mark
            self._tally.pop(mark.key, None)
            return
        self._unmet.pop(mark.key, None)
        self._tally[mark.key] = _GONE if index is None else self._present_state(mark, index)

    def _count_met(self) -> None:
        """Count what waits for its row, some at a time: nobody waits for all of it."""
        data = self._work.data
        if data is None or not self._unmet:
            return
        walked = data.keys.walked  # asked first, as above
        self._met |= data.keys.met_among(self._unmet, self._walked)
        self._walked = walked
        if not data.reaches(walked + 1):
            for key in [key for key in self._unmet if key not in self._met]:
                del self._unmet[key]
                self._tally[key] = _GONE
        for key in itertools.islice(tuple(self._met), _AT_ONCE):
            index = self._met.pop(key)
            mark = self._unmet.pop(key, None)
            if mark is not None:
                self._tally[key] = self._present_state(mark, index)

    def _present_state(self, mark: Mark, index: int) -> tuple[str, int]:
        same = mark.state == "draft" or self._is_same(self._work.needed_data, index, mark)
        return mark.state if same else "changed", index
