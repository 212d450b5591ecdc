"""What is asked next: the tasks that a model learns most from, some of those held out between."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from nblabel.base.errors import DataError
from nblabel.core.annotation import Prediction
from nblabel.core.model import Model, Task
from nblabel.formats.table import labels
from nblabel.learning.judging import Judging
from nblabel.loop import Caller
from nblabel.loop.acquisition import Floats, Pool, Strategy, ranked, uncertainty
from nblabel.project import Project, TaskRow

SAMPLE = 2_000
"""Rows that are ranked at first, and at most."""

_SLICE = 64  # rows that are ranked at a time while somebody works
_DIMENSIONS = 64  # of features that are sparse
_AHEAD = 3  # times ``every``: tasks for which there is a suggestion before they are looked at


class Ranking:
    """Ranks the open tasks of one project.

    Parameters
    ----------
    project
        The project.
    judging
        Says which tasks are held out.
    choose
        Chooses among tasks.
    every
        How many tasks are asked before the next round.
    random
        What is drawn is drawn from.
    """

    def __init__(
        self,
        project: Project[Any],
        judging: Judging,
        choose: Strategy,
        every: int,
        random: np.random.Generator,
    ) -> None:
        self._project = project
        self._judging = judging
        self._choose = choose
        self._every = every
        self._random = random

    def rank(self, model: Any, labeled: Mapping[str, Task], *, learned: bool) -> None:
        """Put a sample of the open tasks in order, and have the first of them suggested for."""
        caller = self._project.caller(model)
        self._put(caller, self._sample(labeled), labeled, learned=learned)

    def rank_rest(self, model: Any, labeled: Mapping[str, Task], go_on: Callable[[], bool]) -> None:
        """Look through all open tasks, as long as nothing else is to be done, and order the best.

        Half of the time is left to whoever labels.
        """
        if len(self._project) <= SAMPLE:
            return
        caller = self._project.caller(model)
        best: list[tuple[float, int]] = []
        for begin in range(0, len(self._project), _SLICE):
            began = time.monotonic()
            if not go_on():
                return
            stop = min(begin + _SLICE, len(self._project))
            rows = [row for row in self._project.rows(range(begin, stop)) if row.key not in labeled]
            _, chances = _thought(caller, rows)
            if chances is not None:
                unsure = uncertainty(chances).tolist()
                best += [(u, row.index) for u, row in zip(unsure, rows, strict=True)]
                best = heapq.nlargest(SAMPLE, best)
            time.sleep(time.monotonic() - began)
        rows = self._project.rows(index for _, index in best)
        self._put(caller, rows, labeled, learned=True)

    def _put(
        self, caller: Caller, rows: list[TaskRow], labeled: Mapping[str, Task], *, learned: bool
    ) -> None:
        if not rows:
            return
        held = [row for row in rows if self._judging.is_held(row.key)]
        rest = [row for row in rows if not self._judging.is_held(row.key)]
        ordered = self._ordered(caller, rest, labeled, learned=learned)
        asked = list(_mixed(ordered, held, self._judging.part))
        self._project.order = [row.key for row in asked]
        present = self._project.model
        if learned and present is not None:
            self._suggest(present, asked[: _AHEAD * self._every])

    def _ordered(
        self, caller: Caller, rows: list[TaskRow], labeled: Mapping[str, Task], *, learned: bool
    ) -> list[TaskRow]:
        if not rows:
            return []
        pool = self._pool(caller, rows, labeled, learned=learned)
        chosen = [*dict.fromkeys(self._choose(pool, min(self._every, len(rows)), self._random))]
        taken = set(chosen)
        left = (
            range(len(rows))
            if pool.probabilities is None
            else ranked(uncertainty(pool.probabilities))
        )
        return [rows[at] for at in (*chosen, *(at for at in left if at not in taken))]

    def _pool(
        self, caller: Caller, rows: list[TaskRow], labeled: Mapping[str, Task], *, learned: bool
    ) -> Pool:
        known = [task for key, task in labeled.items() if not self._judging.is_held(key)]
        known = known[-SAMPLE:]
        tasks = [row.task for row in rows]
        model = caller.model
        both = _features(model, [*tasks, *known])
        features = None if both is None else both[: len(tasks)]
        near = None if both is None else both[len(tasks) :]
        if not learned:
            return Pool(size=len(rows), features=features, labeled=near)
        classes, chances = _thought(caller, rows)
        return Pool(
            size=len(rows),
            features=features,
            labeled=near,
            answers=_answers(known, getattr(model, "control", None), classes),
            probabilities=chances,
            estimator=getattr(model, "estimator", None),
        )

    def _suggest(self, model: Model, rows: Sequence[TaskRow]) -> None:
        caller = self._project.caller(model)
        for begin in range(0, len(rows), _SLICE):
            some = rows[begin : begin + _SLICE]
            answers = zip(some, caller([row.task for row in some]), strict=True)
            self._project.suggest([(r, one) for r, one in answers if isinstance(one, Prediction)])

    def _sample(self, labeled: Mapping[str, Task]) -> list[TaskRow]:
        """Draw open rows: all of them, or so many of a large frame."""
        count = len(self._project)
        few = count <= 10 * SAMPLE
        drawn = (
            self._random.permutation(count)
            if few
            else self._random.integers(count, size=4 * SAMPLE)
        )
        wanted = dict.fromkeys(drawn.tolist())
        found: list[TaskRow] = []
        for row in wanted:
            found += [one for one in self._project.rows([row]) if one.key not in labeled]
            if len(found) >= SAMPLE:
                break
        return found


def _features(model: Any, tasks: list[Task]) -> Floats | None:
    if not hasattr(model, "features_of") or not tasks:
        return None
    given = model.features_of(tasks)
    return None if given is None else _dense(given)


def _thought(caller: Caller, rows: Sequence[TaskRow]) -> tuple[Sequence[Any] | None, Floats | None]:
    """Return the classes that a model knows, and what it thinks of tasks.

    Of one that says no more, no classes, and how sure it is.
    """
    if not rows:
        return None, None
    tasks = [row.task for row in rows]
    model: Any = caller.model
    if hasattr(model, "probabilities"):
        with suppress(DataError):  # a model that knows none says so
            classes, chances = model.probabilities(tasks)
            return classes, np.nan_to_num(chances)
    answers = caller(tasks)
    sure = [one.score if isinstance(one, Prediction) else None for one in answers]
    if all(one is None for one in sure):
        return None, None
    return None, np.array([[0.0 if one is None else one] for one in sure])


def _answers(tasks: Sequence[Task], control: str | None, classes: Sequence[Any] | None) -> Any:
    """Return what tasks were labeled as, as places among the classes that a model knows."""
    if control is None or classes is None:
        return None
    place = {str(name): at for at, name in enumerate(classes)}
    said = (task["annotations"][0]["result"] for task in tasks)
    own = ([one for one in results if one.get("from_name") == control] for results in said)
    words = (labels(results[0])[:1] if results else [] for results in own)
    known = [place.get(word[0], -1) if word else -1 for word in words]
    return np.array(known) if known and min(known) >= 0 else None


def _mixed(rows: list[TaskRow], held: list[TaskRow], part: float) -> Iterator[TaskRow]:
    """Put those that are held out among the others, as many as their part says."""
    every = round(1 / part) if part else 0
    waiting = iter(held)
    for at, row in enumerate(rows, 1):
        yield row
        if every and at % (every - 1) == 0:
            yield from (one for _, one in zip(range(1), waiting, strict=False))
    yield from waiting


def _dense(given: Any) -> Floats | None:
    """Return features as an array; what is sparse is projected, which keeps what is near near.

    The projection's entries are -1 and 1 at random (Achlioptas 2003).
    """
    if hasattr(given, "toarray"):
        random = np.random.default_rng(0)
        signs = random.choice([-1.0, 1.0], size=(given.shape[1], _DIMENSIONS))
        projected: Floats = np.asarray(given @ signs, dtype=np.float64)
        return projected / np.float64(_DIMENSIONS) ** 0.5
    rows = np.asarray(given, dtype=np.float64)
    return rows.reshape(len(rows), -1) if rows.size else None
