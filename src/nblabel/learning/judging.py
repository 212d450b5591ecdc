"""Whether what a model learned is good, and better than what suggests now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from nblabel.core.annotation import Prediction, Result
from nblabel.core.model import Task
from nblabel.loop.evaluation import Metrics, evaluate, is_better
from nblabel.loop.holdout import is_held
from nblabel.loop.training import Way, crossed
from nblabel.project import Project

Evaluation = Literal["holdout", "cross-validation"]
Promotion = Literal["better", "always", "never"]
Found = Metrics | float | None
Judge = Callable[[Any, list[Task]], "Metrics | float"]
"""Says how good a model is, given it and labeled tasks that it did not learn from."""

HELD = 0.2
"""The part of all tasks that is held out."""

_TOGETHER = 64


class Judging:
    """Judges the models of one project.

    Parameters
    ----------
    project
        The project.
    evaluate, promote, control
        As `Learner` has them.
    """

    def __init__(
        self,
        project: Project[Any],
        evaluate: Evaluation | Judge | None,
        promote: Promotion | Callable[[Any, Any], bool],
        control: str | None,
    ) -> None:
        self._project = project
        self._evaluate = evaluate
        self._promote = promote
        self._control = control
        self._right: dict[str, float] = {}  # how right the promoted model was, by key

    def is_held(self, key: str) -> bool:
        """Whether a task is held out."""
        holds = self._evaluate is not None and self._evaluate != "cross-validation"
        return holds and is_held(key, HELD)

    @property
    def part(self) -> float:
        """The part of what is asked that is to be held out."""
        return HELD if self._evaluate not in {None, "cross-validation"} else 0.0

    def find(
        self, model: Any, learned: Mapping[str, Task], held: Mapping[str, Task], way: Way
    ) -> tuple[Found, dict[str, float]]:
        """Judge a model; return what was found, and how right it was, by key."""
        if self._evaluate is None or (self._evaluate != "cross-validation" and not held):
            return None, {}
        if callable(self._evaluate):
            return self._evaluate(model, [*held.values()]), {}
        if self._evaluate == "holdout":
            found = self._compared([*held.values()], self._said(model, [*held.values()]))
            return found, dict(zip(held, found.right, strict=True))
        found = self._compared([*learned.values()], self._crossed(model, [*learned.values()], way))
        return found, dict(zip(learned, found.right, strict=True))

    def decide(
        self, found: Found, right: Mapping[str, float], held: Mapping[str, Task]
    ) -> tuple[bool, str]:
        """Say whether a model is to take the place of the one that suggests, and why."""
        present = self._project.model
        is_first = present is None or not hasattr(present, "fit")
        if callable(self._promote):
            before = None if is_first else self.find(present, {}, held, "now")[0]
            return bool(self._promote(found, before)), "promote= says so"
        if self._promote != "better":
            return self._promote == "always", f'promote="{self._promote}"'
        if is_first or found is None:
            return True, "the first" if is_first else "nothing to judge it by"
        if not isinstance(found, Metrics):
            before = self.find(present, {}, held, "now")[0]
            if not isinstance(before, int | float):
                return True, "nothing to compare it with"
            return found > before, f"{found:.4g}, before {before:.4g}"
        if self._evaluate == "holdout":
            self._right = self.find(present, {}, held, "now")[1]
        keys = [key for key in right if key in self._right]
        return is_better([right[key] for key in keys], [self._right[key] for key in keys])

    def promoted(self, right: Mapping[str, float]) -> None:
        """Keep how right the model is that suggests from now on."""
        self._right = dict(right)

    def _compared(self, tasks: Sequence[Task], said: Sequence[Sequence[Result]]) -> Metrics:
        truth = [task["annotations"][0]["result"] for task in tasks]
        return evaluate(truth, said, self._control)

    def _said(self, model: Any, tasks: Sequence[Task]) -> list[Sequence[Result]]:
        caller = self._project.caller(model)
        bare = [{**task, "annotations": []} for task in tasks]
        lots = (bare[begin : begin + _TOGETHER] for begin in range(0, len(bare), _TOGETHER))
        answers = (one for some in lots for one in caller(some))
        return [one.results if isinstance(one, Prediction) else () for one in answers]

    def _crossed(self, model: Any, tasks: list[Task], way: Way) -> list[Sequence[Result]]:
        """Return what copies of a model say of tasks that they have not learned from."""
        said: list[Sequence[Result]] = [()] * len(tasks)
        for copy, places in crossed(model, tasks, way):
            answers = self._said(copy, [tasks[place] for place in places])
            for place, one in zip(places, answers, strict=True):
                said[place] = one
        return said
