"""How a model learns: a copy of it, here or in a process of its own."""

from __future__ import annotations

import copy
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Literal

from nblabel.core.model import Task

Way = Literal["thread", "process", "now"]


def fresh(model: Any) -> Any:
    """Return a copy of a model that has learned nothing."""
    return model.fresh() if hasattr(model, "fresh") else copy.deepcopy(model)


def trained(model: Any, tasks: list[Task], way: Way) -> Any:
    """Let a model learn; return it, or what came back from the process that it learned in."""
    if way != "process":
        return _fitted(model, tasks)
    apart = multiprocessing.get_context("spawn")  # a fork would have the kernel's threads
    with ProcessPoolExecutor(max_workers=1, mp_context=apart) as pool:
        return pool.submit(_fitted, model, tasks).result()


def _fitted(model: Any, tasks: list[Task]) -> Any:
    model.fit(tasks)
    return model
