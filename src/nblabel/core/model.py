"""What helps a labeler: a model, as every part of nblabel knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

Task = dict[str, Any]
"""A Label Studio task: ``data``, and what is known of it."""

Context = Mapping[str, Any]
"""What somebody has just drawn: ``{"result": [...]}``, as Label Studio sends it."""


@runtime_checkable
class Model(Protocol):
    """Suggests results for tasks.

    A model may have more: ``fit(tasks)`` learns from tasks with annotations, and
    ``setup(config)`` is told the labeling config once, before the model is asked.
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
