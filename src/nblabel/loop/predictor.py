"""Asks a model for predictions, off the main thread, one call at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nblabel.base.errors import DataError
from nblabel.core.annotation import Prediction
from nblabel.loop.model import Caller

_BATCH = 32
_PATIENCE = 30.0  # seconds after which somebody is told that the model is still at work


class Predictor:
    """Asks a model about tasks that somebody may look at soon; nobody waits for it.

    Parameters
    ----------
    caller
        Calls the model.
    done
        Called with a task's key and its prediction, on the predictor's thread.
    failed
        Called with one sentence when the model, or one of its entries, is no good.

    Examples
    --------
    >>> from nblabel.loop.model import Function
    >>> def predict(tasks):
    ...     return [{"result": "good", "score": 0.8} for _ in tasks]
    >>> def read(task, said):
    ...     return [{"from_name": "mood", "value": {"choices": [said]}}]
    >>> done = lambda key, p: print(key, p.results, p.score)
    >>> predictor = Predictor(Caller(Function(predict), read), done, failed=print)
    >>> predictor.ask([("7", {"data": {"text": "fine"}})])
    >>> finished = predictor.wait()
    7 ({'from_name': 'mood', 'value': {'choices': ['good']}},) 0.8
    >>> predictor.close()
    """

    def __init__(
        self,
        caller: Caller,
        done: Callable[[str, Prediction], None],
        failed: Callable[[str], None],
    ) -> None:
        self._caller = caller
        self._done = done
        self._failed = failed
        self._asked: dict[str, dict[str, Any]] = {}
        self._known: set[str] = set()
        self._changed = threading.Condition()
        self._since: float | None = None  # when the call that runs began
        self._closed = False
        self._thread = self._started()

    def ask(self, tasks: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Ask for the predictions of tasks, given by key; each key is asked for once.

        What is asked last is answered first: it is what somebody looks at.
        """
        with self._changed:
            fresh = {key: task for key, task in tasks if key not in self._known}
            self._known.update(fresh)
            self._asked = {**fresh, **self._asked}
            since = self._since
            self._changed.notify_all()
        if since is not None and time.monotonic() - since > _PATIENCE:
            self._failed(f"predict= has been at work for more than {_PATIENCE:.0f} s")
        if self._thread is None:
            self._later()

    def again(self) -> None:
        """Forget what was answered: there is another model now."""
        with self._changed:
            self._known = set(self._asked)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all that was asked is answered; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._asked and self._since is None, timeout)

    def close(self) -> None:
        """Ask no more; a call that runs is not interrupted, its answer is dropped."""
        with self._changed:
            self._closed = True
            self._asked = {}
            self._changed.notify_all()

    def _started(self) -> threading.Thread | None:
        thread = threading.Thread(target=self._run, name="nblabel predict", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # a Python without threads, as in the browser
            return None
        return thread

    def _run(self) -> None:
        while self._step(waiting=True):
            pass

    def _later(self) -> None:
        """Answer on this thread: when the event loop has time, at once where there is none."""
        try:
            asyncio.get_running_loop().call_soon(self._drain)
        except RuntimeError:
            self._drain()

    def _drain(self) -> None:
        while self._step(waiting=False):
            pass

    def _step(self, *, waiting: bool) -> bool:
        """Answer one batch; return whether there may be another."""
        with self._changed:
            if waiting:
                self._changed.wait_for(lambda: self._asked or self._closed)
            keys = list(self._asked)[:_BATCH]
            batch = {key: self._asked.pop(key) for key in keys}
            self._since = time.monotonic() if batch else None
        if not batch:
            return False
        try:
            self._answer(batch)
        finally:
            with self._changed:
                self._since = None
                self._changed.notify_all()
        return True

    def _answer(self, batch: Mapping[str, dict[str, Any]]) -> None:
        try:
            answers = self._caller(list(batch.values()))
        except DataError as error:
            with self._changed:
                self._known.difference_update(batch)  # asked again when looked at again
            self._failed(str(error))
            return
        for key, answer in zip(batch, answers, strict=True):
            if self._closed:
                return
            wrong = answer if isinstance(answer, Exception) else self._kept(key, answer)
            if wrong is not None:  # one bad entry stops no other
                self._failed(f'predict= for task "{key}": {wrong}')

    def _kept(self, key: str, answer: Prediction | None) -> Exception | None:
        """Pass on an answer; return what went wrong with that."""
        try:
            if answer is not None:
                self._done(key, answer)
        except Exception as error:  # a store that is gone
            return error
        return None
