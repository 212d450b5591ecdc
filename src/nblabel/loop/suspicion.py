"""Where labels look wrong: what a model thinks that never saw them speaks against them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from nblabel.base.errors import DataError
from nblabel.core.annotation import Prediction, Result
from nblabel.core.model import Task
from nblabel.formats.table import labels
from nblabel.loop.acquisition import Floats
from nblabel.loop.evaluation import evaluate
from nblabel.loop.model import Answer
from nblabel.loop.training import crossed

Ask = Callable[[Any, list[Task]], Sequence[Answer]]
"""Asks a model about tasks, and reads its answers."""

Copy = tuple[Any, list[int]]
"""What learned, and the places of tasks that it did not learn from."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How a label looks to a model that did not learn from it.

    Parameters
    ----------
    label, expected
        What people said, and what the model finds most likely; "" where nothing is said.
    score
        How likely the model finds what people said, from 0 to 1: the smaller, the more speaks
        against it.
    suspected
        Whether another label is more likely, and at least as likely as for tasks that have it.
    """

    label: str
    expected: str
    score: float
    suspected: bool

    @property
    def reason(self) -> str:
        """Why it is suspected, in a few words."""
        if self.label == self.expected:
            return f'"{self.label}", which the model finds too, for {self.score:.0%}'
        return f'"{self.label}", where the model finds "{self.expected}"; {self.score:.0%} for it'


def suspicions(tasks: list[Task], model: Any, ask: Ask, control: str | None) -> list[Suspicion]:
    """Say how the label of each task looks.

    Parameters
    ----------
    tasks
        Tasks with annotations.
    model
        Copies of it learn from other tasks than those that they are asked about.
    ask
        Asks a model.
    control
        The control that is looked at; by default all.

    Notes
    -----
    Self-confidence and the thresholds of confident learning: Northcutt, Jiang and Chuang,
    Confident Learning: Estimating Uncertainty in Dataset Labels, 2021, section 3. Where cleanlab is
    installed, it says which are suspected.
    """
    if len(tasks) < 2:
        raise DataError("suspicious() needs some labeled tasks: there are less than two")
    copies = list(crossed(model, tasks))
    truth = [task["annotations"][0]["result"] for task in tasks]
    given = [_label(results, control) for results in truth]
    with suppress(DataError):  # a model that knows no probabilities says so
        if hasattr(model, "probabilities") and all(given):
            return _by_chances(tasks, copies, given)
    return _by_answers(tasks, copies, ask, control)


def _by_chances(tasks: list[Task], copies: Sequence[Copy], given: Sequence[str]) -> list[Suspicion]:
    told = [copy.probabilities([tasks[at] for at in places]) for copy, places in copies]
    names = sorted({*given, *(str(name) for classes, _ in told for name in classes)})
    place = {name: at for at, name in enumerate(names)}
    chances = np.zeros((len(tasks), len(names)))
    for (_, places), (classes, known) in zip(copies, told, strict=True):
        columns = [place[str(name)] for name in classes]
        chances[np.ix_(np.array(places), np.array(columns))] = np.nan_to_num(known)
    said = np.array([place[name] for name in given])
    own = chances[np.arange(len(tasks)), said]
    best = chances.argmax(axis=1)
    suspected = _issues(said, chances)
    return [
        Suspicion(names[said[at]], names[best[at]], float(own[at]), bool(suspected[at]))
        for at in range(len(tasks))
    ]


def _issues(said: Any, chances: Floats) -> Any:
    """Say of which tasks another label is likelier than it usually is where it is right."""
    try:
        cleanlab = importlib.import_module("cleanlab.filter")
    except ImportError:
        usual = [
            chances[said == at, at].mean() if (said == at).any() else np.inf
            for at in range(chances.shape[1])
        ]
        sure = np.where(chances >= np.array(usual), chances, -np.inf)
        own = chances[np.arange(len(said)), said]
        return (sure.argmax(axis=1) != said) & (sure.max(axis=1) > own)
    sums = chances.sum(axis=1, keepdims=True)
    known = np.divide(chances, sums, where=sums > 0, out=np.full_like(chances, 1 / len(chances[0])))
    return cleanlab.find_label_issues(said, known, n_jobs=1)


def _by_answers(
    tasks: list[Task], copies: Sequence[Copy], ask: Ask, control: str | None
) -> list[Suspicion]:
    """Suspect what a model says otherwise: more, the surer it is."""
    found: list[Suspicion | None] = [None] * len(tasks)
    for model, places in copies:
        bare = [{**tasks[at], "annotations": []} for at in places]
        for at, answer in zip(places, ask(model, bare), strict=True):
            found[at] = _compared(tasks[at]["annotations"][0]["result"], answer, control)
    return [one for one in found if one is not None]


def _compared(truth: Sequence[Result], answer: Answer, control: str | None) -> Suspicion:
    said = answer.results if isinstance(answer, Prediction) else ()
    sure = answer.score if isinstance(answer, Prediction) and answer.score is not None else 1.0
    [right] = evaluate([truth], [said], control).right
    score = right + (1 - right) * (1 - sure)
    return Suspicion(_label(truth, control), _label(said, control), score, right < 1 and sure > 0.5)


def _label(results: Sequence[Result], control: str | None) -> str:
    own = (one for one in results if control in {None, one.get("from_name")})
    return ", ".join(name for one in own for name in labels(one))
