"""Which tasks say what: by label and annotator, by how sure the model is, and who differs."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from nblabel.base.arguments import one_of
from nblabel.base.jsontext import dumps
from nblabel.core.annotation import Prediction, Result, value_of
from nblabel.core.record import Said
from nblabel.formats import table
from nblabel.project.progress import Filter, Progress
from nblabel.project.work import SMALL, Work

Review = Literal["unsure", "disagrees", "differ"]
_BY = ("label", "annotator")
_TOGETHER = 200  # tasks that are read at once
_MOMENT, _PATIENCE = 0.05, 1.0  # seconds for which what is said is read before something is found
_MOST = 10_000  # rows that a filter finds at a time


def check_filter(wanted: str) -> None:
    """Raise a DataError unless a word is a filter: of `Filter`, `Review`, or ``label:...``."""
    if not wanted.startswith(tuple(f"{by}:" for by in _BY)):
        one_of("filter", wanted, (*get_args(Filter), *get_args(Review), "label:…", "annotator:…"))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a task by which it can be found."""

    row: int | None
    labels: frozenset[str]
    annotators: frozenset[str]
    score: float | None
    disagrees: bool
    differ: bool


class Sieve:
    """Finds tasks by what was said about them.

    What is said is read when somebody asks, some tasks at a time, and again where it changed: a
    project of a million tasks is not waited for.

    Parameters
    ----------
    work
        The project.
    progress
        Knows which tasks are done.
    """

    def __init__(self, work: Work, progress: Progress) -> None:
        self._work = work
        self._progress = progress
        self._facts: dict[str, _Facts] = {}
        self._due: dict[str, None] = {}  # tasks that are to be read
        self._unmet: dict[str, None] = {}  # read, but their rows were not met yet
        self._walked = 0  # how far the rows were looked through for them
        self._logged: int | None = None  # what is known of the log
        self._lock = threading.Lock()

    def again(self, key: str) -> None:
        """Read a task again: a model said something about it, which the log does not tell."""
        with self._lock:
            self._due[key] = None

    def look(self, seconds: float) -> bool:
        """Read more of what is said; True when all of it is known."""
        work, until = self._work, time.monotonic() + seconds
        data = work.needed_data
        if len(data) <= SMALL:
            while not data.keys.walk():
                pass
        with self._lock:
            first = self._logged is None
            self._logged, changed = work.store.marked_since(work.id, self._logged or 0)
            self._due |= dict.fromkeys(work.store.keys(work.id) if first else changed)
            while self._due and time.monotonic() < until:
                self._read([*itertools.islice(self._due, _TOGETHER)])
            walked = data.keys.walked
            if self._unmet and walked > self._walked:
                for key, row in data.keys.met_among(self._unmet, self._walked).items():
                    self._place(key, row)
            self._walked = walked
            return not self._due and (data.keys.all_met or not self._unmet)

    def counts(self) -> list[tuple[str, int]]:
        """Count the tasks of each filter that some task passes, the most frequent labels first."""
        with self._lock:
            known = [facts for facts in self._facts.values() if facts.row is not None]
        review = ((name, len(self.rows(name))) for name in get_args(Review))
        labels = _counted(facts.labels for facts in known)
        annotators = _counted(facts.annotators for facts in known)
        return [
            *((name, count) for name, count in review if count),
            *((f"label:{name}", count) for name, count in labels),
            *((f"annotator:{name}", count) for name, count in annotators),
        ]

    def rows(self, wanted: str) -> list[int]:
        """Return the rows of a filter in their order, the least sure first where that is asked."""
        by, _, name = wanted.partition(":")
        with self._lock:
            some = [
                (key, facts.row, facts.score or 0.0)
                for key, facts in self._facts.items()
                if facts.row is not None and _passes(facts, by, name)
            ]
        if by != "unsure":
            return sorted(row for _, row, _ in some)
        self._progress.counts()
        waiting = [(score, row) for key, row, score in some if not self._progress.is_done(key)]
        return [row for _, row in sorted(waiting)]

    def find(self, start: int, step: int, wanted: str, count: int) -> list[int]:
        """Find the next rows of a filter; see `Project.find`.

        The least sure come in the order of their scores: there the row before ``start`` is the one
        on screen, and those after it in that order follow.
        """
        check_filter(wanted)
        until = time.monotonic() + _PATIENCE
        while not self.look(_MOMENT) and time.monotonic() < until:
            if len(self.rows(wanted)) >= count:
                break
        rows = self.rows(wanted)
        if wanted == "unsure":
            here = start - step
            at = rows.index(here) if here in rows else -1
            after = rows[at + 1 :] if step > 0 else rows[: max(at, 0)][::-1]
        else:
            after = [row for row in rows if (row - start) * step >= 0][::step]
        return after[: min(count, _MOST)]

    def _read(self, keys: Sequence[str]) -> None:
        work = self._work
        said = work.store.said(work.id, keys, every=True)
        predicted = work.store.predicted(work.id, keys)
        rows = work.needed_data.keys.met_among(keys)
        for key in keys:
            self._facts[key] = _facts(rows.get(key), said.get(key, ()), predicted.get(key, ()))
            if key not in rows:
                self._unmet[key] = None
            del self._due[key]

    def _place(self, key: str, row: int) -> None:
        facts = self._facts[key]
        self._facts[key] = replace(facts, row=row)
        del self._unmet[key]


def _counted(names: Iterable[Iterable[str]]) -> list[tuple[str, int]]:
    return Counter(itertools.chain.from_iterable(map(sorted, names))).most_common()


def _passes(facts: _Facts, by: str, name: str) -> bool:
    if by == "label":
        return name in facts.labels
    if by == "annotator":
        return name in facts.annotators
    if by == "unsure":
        return facts.score is not None
    return facts.disagrees if by == "disagrees" else facts.differ


def _facts(row: int | None, said: Sequence[Said], predicted: Sequence[Prediction]) -> _Facts:
    submitted = [one for one in said if one.state == "submitted"]
    last = {one.annotator or "": one.results for one in submitted}
    best = max(reversed(predicted), key=lambda one: one.score or 0.0, default=None)
    results = submitted[-1].results if submitted else []
    return _Facts(
        row=row,
        labels=frozenset(name for result in results for name in table.labels(result)),
        annotators=frozenset(last),
        score=None if best is None else _least(best),
        disagrees=bool(submitted and best)
        and _gist(results) != _gist(best.results if best else ()),
        differ=len({_gist(one) for one in last.values()}) > 1,
    )


def _least(prediction: Prediction) -> float | None:
    """Return how sure a model is of what it is least sure of."""
    scores = (prediction.score, *(result.get("score") for result in prediction.results))
    numbers = [one for one in scores if isinstance(one, int | float) and not isinstance(one, bool)]
    return min(numbers, default=None)


def _gist(results: Iterable[Result]) -> frozenset[str]:
    """Return what results say, without what it was said with."""
    return frozenset(
        dumps(
            [
                result.get("from_name"),
                {name: value for name, value in value_of(result).items() if name != "text"},
            ]
        )
        for result in results
    )
