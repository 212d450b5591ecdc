"""Asks a model while somebody draws: one question at a time, and only the newest counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nblabel.base.errors import DataError
from nblabel.core.annotation import Prediction
from nblabel.core.model import Context
from nblabel.loop.model import Answer, Caller

Answered = Callable[[Prediction | None], None]


@dataclass(frozen=True, slots=True)
class _Question:
    task: dict[str, Any]
    context: Context
    answered: Answered
    failed: Callable[[str], None]


class Asking:
    """Asks a model about what was just drawn, off the main thread; nobody waits for it.

    While the model answers one question a newer one waits, in the place of any that waited
    before; the answer to an older one is worthless by then, and dropped.

    Parameters
    ----------
    caller
        Calls the model.

    Examples
    --------
    >>> from nblabel.loop.model import Function
    >>> model = Function(lambda tasks, context: [context["result"]])
    >>> asking = Asking(Caller(model, lambda task, said: said))
    >>> drawn = {"result": [{"from_name": "spot", "value": {"x": 1}}]}
    >>> answers = []
    >>> asking.ask({}, drawn, answers.append, failed=print)
    >>> asking.wait(), answers[0].results[0]["value"]
    (True, {'x': 1})
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._changed = threading.Condition()
        self._waiting: _Question | None = None
        self._newest: _Question | None = None
        self._running = False

    def ask(
        self,
        task: dict[str, Any],
        context: Context,
        answered: Answered,
        *,
        failed: Callable[[str], None],
    ) -> None:
        """Ask about a task.

        Parameters
        ----------
        task
            A Label Studio task.
        context
            What was drawn, as Label Studio results under ``result``.
        answered
            Called with the answer, on another thread, unless a newer question was asked by then.
        failed
            Called with one sentence when the model, or its answer, is no good.
        """
        with self._changed:
            self._newest = self._waiting = _Question(task, context, answered, failed)
            if self._running:
                return
            self._running = True
        try:
            threading.Thread(target=self._run, name="nblabel ask", daemon=True).start()
        except RuntimeError:  # a Python without threads, as in the browser
            self._run()

    def drop(self) -> None:
        """Forget what was asked, as what was drawn is gone: the answer is worthless."""
        with self._changed:
            self._newest = self._waiting = None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is asked any more; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                question, self._waiting = self._waiting, None
                if question is None:
                    self._running = False
                    self._changed.notify_all()
                    return
            self._answer(question)

    def _answer(self, question: _Question) -> None:
        answer: Answer
        try:
            [answer] = self._caller([question.task], question.context)
        except DataError as error:
            answer = error
        if question is not self._newest:
            return
        if isinstance(answer, Exception):
            question.failed(str(answer))
        else:
            question.answered(answer)
