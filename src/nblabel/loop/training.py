"""How a model learns: a copy of it, here or in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Literal

import numpy as np

from nblabel.core.model import Task, fresh

Way = Literal["thread", "process", "now"]

_FOLDS = 5


def trained(model: Any, tasks: list[Task], way: Way) -> Any:
    """Let a model learn; return it, or what came back from the process that it learned in."""
    if way != "process":
        return _fitted(model, tasks)
    apart = multiprocessing.get_context("spawn")  # a fork would have the kernel's threads
    with ProcessPoolExecutor(max_workers=1, mp_context=apart) as pool:
        return pool.submit(_fitted, model, tasks).result()


def crossed(model: Any, tasks: list[Task], way: Way = "now") -> Iterator[tuple[Any, list[int]]]:
    """Yield copies of a model, each with the places of tasks that it has not learned from.

    Together these are all tasks; each copy learned from all others than its own.
    """
    of = np.random.default_rng(0).permutation(len(tasks)) % min(_FOLDS, len(tasks))
    for fold in range(min(_FOLDS, len(tasks))):
        rest = [task for task, at in zip(tasks, of, strict=True) if at != fold]
        yield trained(fresh(model), rest, way), np.flatnonzero(of == fold).tolist()


def _fitted(model: Any, tasks: list[Task]) -> Any:
    model.fit(tasks)
    return model
