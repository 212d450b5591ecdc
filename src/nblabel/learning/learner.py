"""`Learner`: learns while somebody labels."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, get_args

import numpy as np

from nblabel.base.arguments import one_of
from nblabel.base.errors import DataError, NblabelError
from nblabel.base.times import now
from nblabel.core.model import Learns, fresh
from nblabel.learning.judging import Evaluation, Found, Judge, Judging, Promotion
from nblabel.learning.ranking import Ranking
from nblabel.loop import acquisition
from nblabel.loop.acquisition import Measure, Strategy
from nblabel.loop.evaluation import Metrics
from nblabel.loop.training import Way, trained
from nblabel.loop.versions import Versions, file_name
from nblabel.project import Project

_NICE = 10  # of 0 to 19: how much a learner stands back
_PAUSE = 2.0  # seconds after which other processes' work is looked for

COLUMNS = (
    *("time", "labels", "trained_on", "held_out", "version", "metrics", "score", "low", "high"),
    *("promoted", "reason", "seconds"),
)
"""Those of `Learner.history`."""


class Learner:
    """Learns while somebody labels.

    After ``every`` new labels, whoever gave them and in whichever process, a copy of the model
    learns from all of them, off the main thread; it is judged on tasks that it never learned
    from; it takes the place of the model that suggests if it is better; and what the Labeler
    asks next is put in the order in which it learns most. The task on screen stays.

    Parameters
    ----------
    of
        A Labeler, or a Project.
    model
        A model that learns: one of `nblabel.models`, or whatever has ``fit`` and ``predict``
        of tasks, and a ``version``.
    every
        How many new labels there are before it learns again.
    start
        How many labels there are before it learns first.
    order
        What is asked next, as `nblabel.loop.acquisition.strategy` has it: "random",
        "uncertainty", "diversity", "uncertainty+diversity", a function of a pool, or the name of
        one of scikit-activeml's pool strategies.
    measure
        What makes a task unsure: "margin", "entropy" or "least confident".
    evaluate
        "holdout": a fifth of the tasks, which their keys alone say, is never learned from, and
        every fifth task that is asked is one of them, at random; "cross-validation"; a function
        of the model and of labeled tasks that it did not learn from; None leaves it out.
    promote
        "better": when a paired test says so; "always"; "never"; or a function of what was found
        of the new model and of the present one.
    train
        "thread"; "process", for models that hold the interpreter; "now" learns in `step`, and
        only there.
    seed
        Makes what is drawn repeatable.
    control
        The control that is judged; by default the model's own, else all.
    trust
        Whether a model that was kept earlier is read though others can write its file.

    Raises
    ------
    DataError
        When the model does not learn, or an argument is not known.

    Examples
    --------
    >>> from nblabel import Project
    >>> class Constant:
    ...     version = "0"
    ...     def fit(self, tasks):
    ...         self.version = str(len(tasks))
    ...     def predict(self, tasks, context=None):
    ...         return ["good"] * len(tasks)
    >>> config = '''<View><Text name="t" value="$text"/>
    ...   <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
    ... </View>'''
    >>> project = Project([{"text": text} for text in "abcd"], config, store=":memory:")
    >>> learner = Learner(project, Constant(), start=2, train="now", evaluate=None)
    >>> for key in project.next(2):
    ...     _ = project.annotate(key, "good")
    >>> learner.step()["labels"], project.model.version
    (2, '2')
    """

    def __init__(
        self,
        of: Any,
        model: Learns,
        *,
        every: int = 20,
        start: int = 10,
        order: str | Strategy = "uncertainty+diversity",
        measure: Measure = "margin",
        evaluate: Evaluation | Judge | None = "holdout",
        promote: Promotion | Callable[[Any, Any], bool] = "better",
        train: Way = "thread",
        seed: int | None = None,
        control: str | None = None,
        trust: bool = False,
    ) -> None:
        _check(model, evaluate, promote, train)
        self.project: Project[Any] = getattr(of, "project", of)
        self._every, self._start, self._way = every, start, train
        self._given = model
        self._latest: Any = None  # the model that learned last, promoted or not
        own = getattr(model, "control", None) if control is None else control
        self._judging = Judging(self.project, evaluate, promote, own)
        choose = acquisition.strategy(order, measure)
        random = np.random.default_rng(seed)
        self._ranking = Ranking(self.project, self._judging, choose, every, random)
        self._versions = _versions(self.project)
        self._taught = self.project.taught()
        self._since = 0  # new labels since it learned last
        self._rounds: list[dict[str, Any]] = []
        self._doing = "waits for labels"
        self._listeners: list[Callable[[], None]] = []
        self._turn = threading.RLock()
        self._wake = threading.Condition()
        self._stopped = False
        self.project.caller(model)  # told of the config
        self._take_kept(trust=trust)
        self._forget = self.project.on_change(self._hear)
        if train == "now":
            self._begin()
        else:
            threading.Thread(target=self._run, name="nblabel learn", daemon=True).start()

    def __repr__(self) -> str:
        """Say what happens now."""
        return f"Learner({self.labels} labels, {len(self._rounds)} rounds: {self._doing})"

    # -- what it tells

    @property
    def labels(self) -> int:
        """How many tasks are labeled, held out or not."""
        return len(self._taught.tasks)

    @property
    def due(self) -> int:
        """How many more labels there are to be before it learns."""
        if self._rounds or self._latest is not None:
            return max(self._every - self._since, 0)
        return max(self._start - self.labels, 0)

    @property
    def doing(self) -> str:
        """What happens now, in a few words."""
        return self._doing

    @property
    def rounds(self) -> list[dict[str, Any]]:
        """What `history` has, as dicts."""
        return list(self._rounds)

    def history(self) -> Any:
        """Return what happened, a row a round.

        Returns
        -------
        pandas.DataFrame
            ``time`` (UTC), ``labels``, ``trained_on`` and ``held_out`` of them, ``version``, the
            ``metrics`` (`nblabel.loop.evaluation.Metrics`), the ``score`` with ``low`` and
            ``high`` of its 95 % interval, ``promoted``, the ``reason``, and ``seconds``.
        """
        import pandas as pd  # noqa: PLC0415 - only who looks needs it

        return pd.DataFrame(self._rounds, columns=list(COLUMNS))

    def plot(self) -> Any:
        """Draw the score of each round over its labels, as a chart of altair."""
        from nblabel.learning.chart import curve  # noqa: PLC0415

        return curve(self._rounds)

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Tell a listener, from any thread, when something else happens; returns what stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """Show the panel."""
        from nblabel.learning.panel import panel  # noqa: PLC0415 - a script needs no widgets

        return panel(self)._repr_mimebundle_(**given)

    # -- what it does

    def step(self) -> dict[str, Any] | None:
        """Learn now, if it is due; return the round's row of `history`, None where it is not."""
        with self._turn:
            self._read()
            return None if self.due or self._stopped else self._round()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is due; False when the time is over first."""
        until = None if timeout is None else time.monotonic() + timeout
        while until is None or time.monotonic() < until:
            with self._turn:
                self._read()
                if self.due or self._stopped:
                    return True
            time.sleep(0.01)
        return False

    def stop(self) -> None:
        """Learn no more; what was promoted goes on to suggest."""
        self._forget()
        with self._wake:
            self._stopped = True
            self._wake.notify_all()
        self._say("stopped")

    def _hear(self, topic: str, _what: str) -> None:
        if topic == "annotation":
            with self._wake:
                self._wake.notify_all()

    def _run(self) -> None:
        _stand_back()
        with _one_core_left():
            self._guarded(self._begin)
            while not self._stopped:
                if self._guarded(self.step) is not None:
                    self._guarded(self._rank_rest)
                    continue
                with self._wake:
                    if not self._stopped:
                        self._wake.wait(_PAUSE)

    def _guarded(self, do: Callable[[], Any]) -> Any:
        """Do something off the main thread; what goes wrong is told under the widget."""
        try:
            return do()
        except Exception as error:  # a stranger's model, or a store that is gone
            self._fail(error)
            return None

    def _fail(self, error: Exception) -> str:
        kind = "" if isinstance(error, NblabelError) else f"{type(error).__name__}: "
        told = f"the learner: {kind}{error}"
        self.project.tell(told)
        return told

    def _say(self, doing: str) -> None:
        self._doing = doing
        for listener in tuple(self._listeners):
            listener()

    def _read(self) -> None:
        new = self._taught.update()
        self._since += len(new)
        if new:
            self._say(self._doing)

    def _begin(self) -> None:
        """Say what is asked first, before anything is learned."""
        with self._turn:
            self._read()
            if self.due:
                learned = self._latest is not None
                model = self._latest if learned else self._given
                self._ranking.rank(model, self._taught.tasks, learned=learned)

    def _rank_rest(self) -> None:
        def go_on() -> bool:
            self._read()
            return self.due > 0 and not self._stopped

        if self._latest is not None:
            self._ranking.rank_rest(self._latest, self._taught.tasks, go_on)

    def _round(self) -> dict[str, Any]:
        began = time.monotonic()
        self._since = 0
        tasks = dict(self._taught.tasks)
        held = {key: task for key, task in tasks.items() if self._judging.is_held(key)}
        learned = {key: task for key, task in tasks.items() if key not in held}
        row: dict[str, Any] = dict.fromkeys(COLUMNS) | {"time": now(), "promoted": False}
        row |= {"labels": len(tasks), "trained_on": len(learned), "held_out": len(held)}
        try:
            self._say(f"learns from {len(learned)} labels")
            model = trained(fresh(self._given), [*learned.values()], self._way)
            self._say("is judged")
            found, right = self._judging.find(model, learned, held, self._way)
            row |= {"version": model.version, **_figures(found)}
            row["promoted"], row["reason"] = self._judging.decide(found, right, held)
            if self._versions is not None:
                told = ("time", "labels", "score", "promoted", "reason")
                self._versions.keep(str(model.version), model, {name: row[name] for name in told})
            if row["promoted"]:
                self.project.model = model
                self._judging.promoted(right)
            self._latest = model
            self._say("ranks what is left")
            self._ranking.rank(model, tasks, learned=True)
        except Exception as error:  # a stranger's model may raise anything
            row["reason"] = self._fail(error)
        row["seconds"] = round(time.monotonic() - began, 3)
        self._rounds.append(row)
        self._say("stopped" if self._stopped else "waits for labels")
        return row

    def _take_kept(self, *, trust: bool) -> None:
        """Go on with the model that was promoted before the kernel was started."""
        known = None if self._versions is None else self._versions.newest(promoted=True)
        if self._versions is None or known is None:
            return
        try:
            self._latest = self._versions.load(known["version"], trust=trust)
        except (NblabelError, OSError, KeyError) as error:
            self._fail(error)
            return
        self.project.model = self._latest


def _stand_back() -> None:
    """Let all else that the machine does go before this thread; Linux has priorities of threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _one_core_left() -> AbstractContextManager[Any]:
    """Keep one core free of what numpy does on threads of its own, which do not stand back."""
    try:
        pools = importlib.import_module("threadpoolctl")  # it comes with scikit-learn
    except ImportError:
        return nullcontext()
    made: AbstractContextManager[Any] = pools.threadpool_limits(max((os.cpu_count() or 2) - 1, 1))
    return made


def _check(model: Any, evaluate: Any, promote: Any, train: str) -> None:
    if not (hasattr(model, "fit") and hasattr(model, "predict") and hasattr(model, "version")):
        raise DataError(
            "a Learner needs a model with fit(tasks), predict(tasks) and version, as those of "
            f"nblabel.models have; it was given {type(model).__name__}"
        )
    if isinstance(evaluate, str):
        one_of("evaluate", evaluate, get_args(Evaluation))
    if isinstance(promote, str):
        one_of("promote", promote, get_args(Promotion))
    one_of("train", train, get_args(Way))


def _figures(found: Found) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, Metrics):
        return {"metrics": found, "score": float(found)}
    known = found.score
    if known is None:
        return {"metrics": found}
    return {"metrics": found, "score": known.value, "low": known.low, "high": known.high}


def _versions(project: Project[Any]) -> Versions | None:
    """Return where models are kept: beside the store; nowhere for one in memory."""
    folder = project.store.folder
    if folder is None:
        return None
    return Versions(folder / "models" / file_name(project.name))
