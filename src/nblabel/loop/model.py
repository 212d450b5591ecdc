"""How a model is called, whatever it was given as, and how its answers are read."""

from __future__ import annotations

import inspect
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nblabel.base.errors import DataError, NblabelError
from nblabel.core.annotation import Prediction, Result
from nblabel.core.model import Context, Model, Task

Predict = Callable[[list[dict[str, Any]]], Iterable[Any]]
Read = Callable[[dict[str, Any], Any], Sequence[Result]]
"""Reads what is said of a task as results."""

Answer = Prediction | Exception | None
"""What is said of one task, what is wrong with that, or that there is nothing to say."""


class Function:
    """A function of tasks, as a model.

    >>> Function(lambda tasks: ["good"] * len(tasks)).predict([{}, {}])
    ['good', 'good']
    """

    version: str | None = None

    def __init__(self, function: Callable[..., Iterable[Any]]) -> None:
        self._function = function
        self.interactive = _takes_context(function)

    def predict(self, tasks: list[Task], context: Context | None = None) -> Iterable[Any]:
        """Call the function; with what was drawn, where it takes that."""
        if context is not None and self.interactive:
            return self._function(tasks, context=context)
        return self._function(tasks)


def _takes_context(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # some that are not written in Python do not tell
        return False
    return "context" in parameters


def model_of(given: Any, column: str | None) -> Model:
    """Return what was given as ``predict=`` as a model.

    Parameters
    ----------
    given
        A model, or a function of tasks.
    column
        The column that the config shows, for the lines that work.

    Raises
    ------
    DataError
        When it is neither. A scikit-learn estimator takes features and not tasks, and so does
        its method: then it says what to write.
    """
    owner = getattr(given, "__self__", given)
    if hasattr(owner, "predict") and hasattr(owner, "version"):
        return given if owner is given else Function(given)
    if hasattr(owner, "fit") and hasattr(owner, "predict"):
        raise DataError(_ESTIMATOR.format(name=type(owner).__name__, column=column or "text"))
    if not callable(given):
        raise DataError(
            "predict= takes a model of nblabel.models, or a function of tasks, "
            f"not {type(given).__name__}"
        )
    return Function(given)


_ESTIMATOR = """predict= was given {name}, which takes features; give a function that takes tasks:

    def suggest(tasks):
        return model.predict([task["data"]["{column}"] for task in tasks])

    predict=suggest  # model is yours, a pipeline that begins with the column's values

or let nblabel.models.Sklearn(model, control) do that, and learn as well."""


class Caller:
    """Calls a model, one call at a time, and reads what it answers.

    Parameters
    ----------
    model
        The model; another may take its place at any time.
    read
        Called with a task and what is said of it; gives the results. A DataError says what does
        not fit.

    Examples
    --------
    >>> read = lambda task, said: [{"from_name": "mood", "value": {"choices": [said]}}]
    >>> caller = Caller(Function(lambda tasks: ["good", None]), read)
    >>> [answer and answer.results[0]["value"] for answer in caller([{}, {}])]
    [{'choices': ['good']}, None]
    """

    def __init__(self, model: Model, read: Read) -> None:
        self.model = model
        self._read = read
        self._turns = _Turns()

    @property
    def interactive(self) -> bool:
        """Whether the model answers what somebody draws, as far as it says."""
        return bool(getattr(self.model, "interactive", True))

    def __call__(self, tasks: list[Task], context: Context | None = None) -> list[Answer]:
        """Ask about tasks.

        Raises
        ------
        DataError
            When the model raises, or answers with something else than an entry for each task.
        """
        with self._turns.taken(first=context is not None):
            model = self.model
            try:
                entries = _entries(model.predict(tasks, context), len(tasks))
            except Exception as error:  # a stranger's model may raise anything
                raise DataError(sentence(error)) from error
        pairs = zip(tasks, entries, strict=True)
        return [self._answer(task, entry, model.version) for task, entry in pairs]

    def _answer(self, task: Task, entry: Any, version: str | None) -> Answer:
        """Read one entry of what the model returned."""
        try:
            given, score, own = entry, None, None
            if isinstance(entry, Exception):
                return entry
            if isinstance(entry, Mapping) and "result" in entry:
                given, score, own = (entry.get(n) for n in ("result", "score", "model_version"))
            if given is None:
                return None
            known = version if own is None else own
            return Prediction(
                id="",
                results=tuple(self._read(task, given)),
                score=None if score is None else _number(score),
                model_version=None if known is None else str(known),
            )
        except Exception as error:  # one bad entry stops no other
            return error


class _Turns:
    """One call at a time; a question about what is drawn comes before those about whole tasks."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._first = 0

    @contextmanager
    def taken(self, *, first: bool) -> Iterator[None]:
        with self._changed:
            self._first += first
            try:
                self._changed.wait_for(lambda: not self._busy and (first or not self._first))
            finally:
                self._first -= first
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


def _number(score: Any) -> float:
    number = float(score)
    if not math.isfinite(number):
        raise DataError(f"its score is {number}, which is no number")
    return number


def _entries(answer: Any, asked: int) -> Sequence[Any]:
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise TypeError(f"it returned {type(answer).__name__}, it should return a list")
    entries = list(answer)
    if len(entries) != asked:
        raise ValueError(f"it was given {asked} tasks and returned {len(entries)} entries")
    return entries


def sentence(error: Exception) -> str:
    """Say in one sentence what went wrong in a user's model; one of ours says it by itself.

    >>> sentence(KeyError("text"))
    "predict= failed with KeyError: 'text'"
    >>> sentence(DataError("the server cannot be reached"))
    'predict= failed: the server cannot be reached'
    """
    if isinstance(error, NblabelError):
        return f"predict= failed: {error}"
    return f"predict= failed with {type(error).__name__}: {error}".removesuffix(": ")
