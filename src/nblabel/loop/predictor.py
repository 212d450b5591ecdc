"""Asks a user's function for predictions, off the main thread, one call at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nblabel.base.errors import DataError
from nblabel.core.annotation import Prediction, Result

Task = Mapping[str, Any]
Predict = Callable[[list[dict[str, Any]]], Iterable[Any]]
Read = Callable[[dict[str, Any], Any], Sequence[Result]]
"""Reads what is said of a task as results."""

_BATCH = 32


class Predictor:
    """Runs ``predict`` for tasks that somebody may look at soon; nobody waits for it.

    Parameters
    ----------
    function
        Called with a list of Label Studio task dicts; returns as many entries: what is said of
        the task, a prediction dict that holds it (``result``, ``score``, ``model_version``), or
        None.
    read
        Called with a task and what is said of it; gives the results. A DataError says what does
        not fit.
    done
        Called with a task's key and its prediction, on the predictor's thread.
    failed
        Called with one sentence when the function, or one of its entries, is no good.

    Examples
    --------
    >>> def predict(tasks):
    ...     return [{"result": "good", "score": 0.8} for _ in tasks]
    >>> def read(task, said):
    ...     return [{"from_name": "mood", "value": {"choices": [said]}}]
    >>> done = lambda key, p: print(key, p.results, p.score)
    >>> predictor = Predictor(predict, read, done, failed=print)
    >>> predictor.ask([("7", {"data": {"text": "fine"}})])
    >>> finished = predictor.wait()
    7 ({'from_name': 'mood', 'value': {'choices': ['good']}},) 0.8
    >>> predictor.close()
    """

    def __init__(
        self,
        function: Predict,
        read: Read,
        done: Callable[[str, Prediction], None],
        failed: Callable[[str], None],
    ) -> None:
        self._function = function
        self._read = read
        self._done = done
        self._failed = failed
        self._asked: dict[str, dict[str, Any]] = {}
        self._known: set[str] = set()
        self._changed = threading.Condition()
        self._busy = False
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
            self._changed.notify_all()
        if self._thread is None:
            self._later()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all that was asked is answered; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._asked and not self._busy, timeout)

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
            self._busy = bool(batch)
        if not batch:
            return False
        try:
            self._answer(batch)
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
        return True

    def _answer(self, batch: Mapping[str, dict[str, Any]]) -> None:
        try:
            entries = _entries(self._function(list(batch.values())), len(batch))
        except Exception as error:  # a user's function may raise anything
            with self._changed:
                self._known.difference_update(batch)  # asked again when looked at again
            self._failed(sentence(error))
            return
        for key, entry in zip(batch, entries, strict=True):
            if self._closed:
                return
            try:
                suggestion = self._prediction(batch[key], entry)
                if suggestion is not None:
                    self._done(key, suggestion)
            except Exception as error:  # one bad entry, or a store that is gone, stops no other
                self._failed(f'predict= for task "{key}": {error}')

    def _prediction(self, task: dict[str, Any], entry: Any) -> Prediction | None:
        """Read one entry of what the function returned."""
        given, score, version = entry, None, None
        if isinstance(entry, Mapping) and "result" in entry:
            given, score, version = (entry.get(n) for n in ("result", "score", "model_version"))
        if given is None:
            return None
        return Prediction(
            id="",
            results=tuple(self._read(task, given)),
            score=None if score is None else float(score),
            model_version=None if version is None else str(version),
        )


def refuse_estimator(function: Any, column: str | None) -> None:
    """Raise a DataError that says what to write where no function of tasks is given.

    A scikit-learn estimator takes features and not tasks, and so does its method.

    Parameters
    ----------
    function
        What is given as ``predict=``.
    column
        The column that the config shows, for the lines that work.
    """
    owner = getattr(function, "__self__", function)
    if not (hasattr(owner, "fit") and hasattr(owner, "predict")):
        if function is not None and not callable(function):
            raise DataError(f"predict= takes a function of tasks, not {type(function).__name__}")
        return
    name = type(owner).__name__
    raise DataError(
        f"predict= was given {name}, which takes features; give a function that takes tasks:\n\n"
        "    def suggest(tasks):\n"
        f'        return model.predict([task["data"]["{column or "text"}"] for task in tasks])\n\n'
        "    predict=suggest  # model is yours, a pipeline that begins with the column's values"
    )


def _entries(answer: Any, asked: int) -> Sequence[Any]:
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise TypeError(f"it returned {type(answer).__name__}, it should return a list")
    entries = list(answer)
    if len(entries) != asked:
        raise ValueError(f"it was given {asked} tasks and returned {len(entries)} entries")
    return entries


def sentence(error: Exception) -> str:
    """Say in one sentence what went wrong in a user's function.

    >>> sentence(KeyError("text"))
    "predict= failed with KeyError: 'text'"
    """
    return f"predict= failed with {type(error).__name__}: {error}".removesuffix(": ")
