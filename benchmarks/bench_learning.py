"""The model in the kernel: labels that it takes, and rows that it is asked about."""

from __future__ import annotations

import os
import resource
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.svm import SVC

import nblabel as nl
from benchmarks.figures import Figure

SEEDS = int(os.environ.get("BENCH_SEEDS", "8"))
ROWS = 1_000_000 if os.environ.get("BENCH_FULL") == "1" else 200_000
FEATURES, DIGITS = load_digits(return_X_y=True)
HELD = 500
CHOICES = "".join(f'<Choice value="{n}"/>' for n in range(10))
CONFIG = f"""<View><Text name="t" value="$text"/>
<Choices name="digit" toName="t">{CHOICES}</Choices></View>"""


def features(tasks: list[dict[str, Any]]) -> Any:
    return FEATURES[[task["data"]["n"] for task in tasks]]


def drawn(seed: int, *, rare: bool) -> tuple[Any, Any, Any]:
    """Draw what is held, what is to be labeled, and two digits of which there are few in it."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(DIGITS))
    held, pool = order[:HELD], order[HELD:]
    two = random.choice(10, 2, replace=False)
    if rare:
        gone = [np.flatnonzero(DIGITS[pool] == digit) for digit in two]
        pool = np.delete(pool, np.concatenate([some[: round(0.8 * len(some))] for some in gone]))
    return held, pool, two


def labels_until(seed: int, order: str, *, rare: bool) -> int:
    """Count the labels that are given until the model is good enough, or the few are found."""
    held, pool, two = drawn(seed, rare=rare)
    rows = [{"n": int(n), "text": f"image {n}"} for n in pool]
    project = nl.Project(rows, CONFIG, key="n", store=":memory:")
    model = nl.models.Sklearn(SVC(), "digit", features)
    learner = nl.Learner(
        *(project, model),
        every=10,
        order=order,
        seed=seed,
        train="now",
        evaluate=None,
        promote="always",
    )
    given: list[int] = []
    while len(given) < len(pool):
        for key in project.next(10):
            given.append(int(DIGITS[int(key)]))
            project.annotate(key, str(given[-1]))
        learner.step()
        if rare and min(given.count(digit) for digit in two) >= 20:
            break
        if not rare and right(project, held) >= 0.95:
            break
    project.close()
    return len(given)


def right(project: Any, held: Any) -> float:
    said = project.model.estimator.predict(FEATURES[held])
    return float((said.astype(int) == DIGITS[held]).mean())


def bench_labels_that_a_learner_takes() -> Iterator[Figure]:
    for rare, work, goal in (
        (False, "digits, SVC: labels until 95 % of 500 others are right", "0.5"),
        (True, "with a fifth of two digits: labels until there are 20 of each", "0.45"),
    ):
        counted = {
            order: [labels_until(seed, order, rare=rare) for seed in range(SEEDS)]
            for order in ("uncertainty+diversity", "random")
        }
        active, random = counted.values()
        yield Figure(work, active, "labels", f"{goal} times", "in random order", random)


class Free:
    """A model that costs nothing."""

    version = "free"

    def predict(self, tasks: list[dict[str, Any]], _context: Any = None) -> list[Any]:
        return [{"result": {"digit": "7"}, "score": 0.5} for _ in tasks]


def bench_predicting_all_rows() -> Iterator[Figure]:
    frame = pd.DataFrame({"n": range(ROWS), "text": [f"image {n} of many" for n in range(ROWS)]})
    with tempfile.TemporaryDirectory() as folder:
        project = nl.Project(frame, CONFIG, key="n", store=Path(folder) / "labels.db")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        warnings.simplefilter("ignore")
        assert project.predict(Free()) == ROWS
        took = time.perf_counter() - began
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        begun = time.perf_counter()
        assert project.predict(Free()) == 0
        again = time.perf_counter() - begun
        project.close()
    goal = f"{60 * ROWS / 1_000_000:.0f} s"
    yield Figure(f"predict over {ROWS:,} rows, kept in the store", [took], "s", goal)
    yield Figure("again, when all is there", [again], "s")
    yield Figure("memory that it takes at most", [grown], "MB", "flat")
