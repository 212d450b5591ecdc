"""What helps a labeler: a model, as every part of nblabel knows it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

Task = dict[str, Any]
"""A Label Studio task: ``data``, and what is known of it."""

Context = Mapping[str, Any]
"""What somebody has just drawn: ``{"result": [...]}``, as Label Studio sends it."""

Reader = Callable[[Any], Any]
"""Reads what a cell means, as `nblabel.media.read` does: an image file's bytes, or an image."""


@runtime_checkable
class Model(Protocol):
    """Suggests results for tasks.

    A model may have more: ``fit(tasks)`` learns from tasks with annotations,
    ``setup(config)`` is told the labeling config once, before the model is asked, and
    ``reads(reader)`` how the media of its tasks are read, within ``root=`` and ``protocols=``.
    ``interactive = False`` says that it makes nothing of a context: it is asked about tasks only.
    """

    @property
    def version(self) -> str | None:
        """What its suggestions are known by: those of one version replace each other."""

    def predict(self, tasks: list[Task], context: Context | None = None) -> Iterable[Any]:
        """Say something of each task.

        Parameters
        ----------
        tasks
            Label Studio tasks.
        context
            What somebody has just drawn, where the question is about that: of one task then.

        Returns
        -------
        iterable
            For each task what `Project.annotate` takes; or a prediction dict that holds it
            under ``result``, with ``score`` and ``model_version``; or None, where there is
            nothing to say; or an exception, where something is wrong with that task alone.
        """


@runtime_checkable
class Learns(Model, Protocol):
    """A model that learns."""

    def fit(self, tasks: list[Task]) -> Any:
        """Learn from tasks with ``annotations``; what was learned before is forgotten."""


@runtime_checkable
class Estimates(Learns, Protocol):
    """A model that learns, and says how likely it finds every answer: active learning asks that."""

    def probabilities(self, tasks: list[Task]) -> tuple[tuple[Any, ...], Any]:
        """Say how likely each answer is to each task.

        Returns
        -------
        tuple
            The answers, and an array of a row a task with the probability of each. Where one of
            them is chosen a row sums to 1; where several may be, each stands for itself. What
            nothing can be said of is a row of NaN.

        Raises
        ------
        DataError
            When nothing was learned yet, or the model knows no probabilities.
        """

    def features_of(self, tasks: list[Task]) -> Any:
        """Give what tells tasks apart: an array, or a sparse matrix, of a row of numbers a task."""

    def fresh(self) -> Learns:
        """Give the same model with the same settings, as it was before it learned."""


def fresh(model: Any) -> Any:
    """Return a copy of a model that has learned nothing."""
    return model.fresh() if hasattr(model, "fresh") else copy.deepcopy(model)
