"""Asks a user's function for predictions, off the main thread, one call at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nblabel.core.annotation import Prediction

Task = Mapping[str, Any]
Predict = Callable[[list[dict[str, Any]]], Iterable[Any]]

_BATCH = 32


class Predictor:
    """Runs ``predict`` for tasks that somebody may look at soon; nobody waits for it.

    Parameters
    ----------
    function
        Called with a list of Label Studio task dicts; returns as many entries: a prediction
        dict (``result``, ``score``, ``model_version``), a list of results, or None.
    done
        Called with a task's key and its prediction, on the predictor's thread.
    failed
        Called with one sentence when the function, or one of its entries, is no good.

    Examples
    --------
    >>> def predict(tasks):
    ...     return [[{"from_name": "mood", "value": {"choices": ["good"]}}] for _ in tasks]
    >>> predictor = Predictor(predict, done=lambda key, p: print(key, p.results), failed=print)
    >>> predictor.ask([("7", {"data": {"text": "fine"}})])
    >>> finished = predictor.wait()
    7 ({'from_name': 'mood', 'value': {'choices': ['good']}},)
    >>> predictor.close()
    """

    def __init__(
        self,
        function: Predict,
        done: Callable[[str, Prediction], None],
        failed: Callable[[str], None],
    ) -> None:
        self._function = function
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
                suggestion = prediction(entry)
                if suggestion is not None:
                    self._done(key, suggestion)
            except Exception as error:  # one bad entry, or a store that is gone, stops no other
                self._failed(f'predict= for task "{key}": {error}')


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


def prediction(entry: Any) -> Prediction | None:
    """Read one entry of what ``predict`` returned.

    Raises
    ------
    TypeError, ValueError
        When it is none of a prediction dict, a list of results, and None.

    Examples
    --------
    >>> prediction([]).results, prediction({"result": [], "score": 0.5}).score, prediction(None)
    ((), 0.5, None)
    """
    if entry is None:
        return None
    if isinstance(entry, Mapping):
        if "result" not in entry:
            raise ValueError(f'the prediction has no "result", only {", ".join(map(str, entry))}')
        results, score = entry["result"], entry.get("score")
        version = entry.get("model_version")
    else:
        results, score, version = entry, None, None
    if not isinstance(results, list | tuple) or not all(isinstance(r, Mapping) for r in results):
        raise TypeError(
            f"the result is {type(results).__name__}, it should be a list of Label Studio results"
        )
    return Prediction(
        id="",
        results=tuple(dict(result) for result in results),
        score=None if score is None else float(score),
        model_version=None if version is None else str(version),
    )
