"""What the editor asks of a project and says to it, and who is told of what happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Literal, cast, get_args

from nblabel import config as configs
from nblabel.base.errors import DataError
from nblabel.config import Config
from nblabel.config.outline import Option
from nblabel.connect import Following, Webhook
from nblabel.core.annotation import Prediction, Result
from nblabel.core.change import Applied, Change, Conflict, Gesture, Outcome
from nblabel.core.task import TaskView
from nblabel.loop import Asking, Caller, Predictor
from nblabel.media.images import Content
from nblabel.media.pieces import Done, Piece
from nblabel.project import (
    annotating,
    finding,
    leasing,
    looking,
    ordering,
    preparing,
    together,
)
from nblabel.project.data import Data
from nblabel.project.finding import Hit
from nblabel.project.progress import Filter, Progress
from nblabel.project.sifting import Review, Sieve
from nblabel.project.together import Glance, Say, Together
from nblabel.project.work import Work
from nblabel.store import Store

_MOMENT = 0.04  # seconds that a kernel is busy with what it does in several asks
_MOST_PROBLEMS = 100  # that are kept: a model may fail on every task
_PATIENCE = 1.0  # seconds that a change may wait for other writers before somebody is told

Topic = Literal["annotation", "suggestion", "problem", "order", "model", "rows"]
Listener = Callable[[Topic, str], None]


class Served:
    """A project as the editor's kernel half uses it; `Project` opens it and gives the rest."""

    config: Config
    store: Store
    name: str
    annotator: str | None
    problems: list[str]
    _work: Work
    _data: Data | None
    _progress: Progress
    _sieve: Sieve
    _caller: Caller | None = None
    _predictor: Predictor | None = None
    _asking: Asking | None = None
    _advance: bool | None
    _listeners: list[Listener]
    _connections: list[Following | Webhook]
    _told_of_waiting = False

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Tell a listener of what happens here; returns what stops it.

        Parameters
        ----------
        listener
            Called from any thread with ("annotation", key), ("suggestion", key),
            ("problem", sentence), ("order", ""), when another one suggests ("model", ""), or when
            there are more tasks ("rows", "").
        """
        self._listeners.append(listener)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return stop

    def _tell(self, topic: Topic, what: str, but: Listener | None = None) -> None:
        for listener in tuple(self._listeners):
            if listener != but:
                listener(topic, what)

    def tell(self, sentence: str) -> None:
        """Tell a problem to whoever labels, and keep it among ``problems``."""
        if sentence not in self.problems and len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(sentence)
        self._tell("problem", sentence)

    @property
    def advance(self) -> bool:
        """Whether an answer goes on to the next task."""
        if self._advance is not None:
            return self._advance
        controls = list(self.config.controls.values())
        if len(controls) != 1 or controls[0].tag != "Choices" or self.config.repeated:
            return False
        about = (self.config.attribute(controls[0], name) for name in ("perRegion", "perItem"))
        single = self.config.attribute(controls[0], "choice") in {"single", "single-radio"}
        return single and not any(about)

    @advance.setter
    def advance(self, value: bool | None) -> None:
        self._advance = value

    def spec(self) -> dict[str, Any]:
        """Return what the editor needs to know before it shows a task."""
        return {
            "store": self.store.id,
            "storeName": self.store.name,
            "project": self.name,
            "annotator": self.annotator,
            "rows": self._work.at_least(),
            # What a saved notebook shows without a kernel; the editor writes the present count.
            "done": self.store.submitted(
                self._work.id, self.annotator, everybody=self._work.done_by_anyone
            ),
            "protocols": [] if self._data is None else list(self._data.protocols),
            "problems": list(self.problems),
            "advance": self.advance,
            **configs.spec(self.config),
        }

    def content(self, value: Any) -> Content:
        """Read the image that a cell means, as this project may; see `nblabel.media.read`."""
        return self._work.needed_data.read(value)

    def address(self, value: Any) -> str | None:
        """Return the web's address that a cell means, where only the browser reads it."""
        return self._work.needed_data.address(value)

    def view(self, index: int, keyed: Config | None = None) -> TaskView:
        """Return everything needed to show and edit one task.

        Parameters
        ----------
        index
            The row.
        keyed
            The config with other keys, which what is made for the task then has, too.

        Raises
        ------
        DataError
            When there is no such row, or its key is no good.
        """
        view = looking.view(self._work, index, keyed)
        if self._prepares:
            view = preparing.view_of(self._work, view)
        if self._predictor and view.annotation is None:
            self._predictor.ask([(view.key, self._work.needed_data.task(index))])
        return view

    def read_together(self, rows: Sequence[int]) -> None:
        """Read at the same time what lies elsewhere of tasks that are viewed next."""
        self._work.needed_data.read_together(rows)

    @property
    def _prepares(self) -> bool:
        """Whether texts are shown otherwise than the data has them."""
        data = self._work.data
        return data is not None and data.preparation is not None

    @property
    def prompts(self) -> bool:
        """Whether there is a model that answers what is drawn, and a tool that asks it."""
        return self._caller is not None and self._caller.interactive and self.config.prompts

    def ask(
        self,
        index: int,
        drawn: Sequence[Result],
        answered: Callable[[Prediction | None], None],
        *,
        failed: Callable[[str], None],
    ) -> None:
        """Ask the model about what was just drawn, off this thread; only the newest counts.

        Parameters
        ----------
        index
            The row that is on screen.
        drawn
            What was drawn, as results of its controls; nothing, where that was taken back.
        answered, failed
            Told what the model says, or a sentence of what went wrong, unless something newer was
            asked by then.

        Raises
        ------
        DataError
            When there is no model, or no such row.
        """
        if self._asking is None:
            raise DataError("there is no model that could be asked about what is drawn")
        if not drawn:
            self._asking.drop()
            return
        task = self._work.needed_data.task(index)
        if self._prepares:
            texts, _ = preparing.texts_of(self._work, index)
            drawn = [preparing.original(result, texts) for result in drawn]
            answered = preparing.answered(answered, texts)
        self._asking.ask(task, {"result": list(drawn)}, answered, failed=failed)

    def ask_piece(
        self,
        image: tuple[int, int, int],
        piece: Piece,
        done: Done,
        *,
        failed: Callable[[str], None],
        progress: Callable[[float], None],
    ) -> None:
        """Have a piece of a large image made, off this thread.

        Parameters
        ----------
        image
            Row, id of the element that shows it, and which of its images.
        piece
            What is wanted of the image.
        done, failed, progress
            Told the piece's bytes and MIME type, or a sentence; and before that how much of the
            image is decoded, from 0 to 1.
        """
        data = self._work.needed_data
        data.ask_piece(image, piece, done, failed=failed, progress=progress)

    def options(
        self, element: int, index: int | None = None, path: Sequence[str] = ()
    ) -> list[Option]:
        """Return the options of a control whose options are a tree of their own, a Taxonomy.

        Parameters
        ----------
        element
            The control's id.
        index
            The row that is on screen, where the control is a copy, or its ``apiUrl`` has a
            ``$variable``.
        path
            The options around those that are asked for; none for those at the top.

        Raises
        ------
        NblabelError
            When there is no such control, or its ``apiUrl`` cannot or may not be read.
        """
        return self._work.needed_data.options(element, index, path)

    def apply(self, change: Change, *, teller: Listener | None = None) -> Applied | Conflict:
        """Write one gesture of this project's annotator to the store, once.

        Parameters
        ----------
        change
            The gesture.
        teller
            The listener that it came from, and that need not hear of it.

        Raises
        ------
        StoreError
            When the store cannot be written, or the annotation is not this task's.
        """
        [outcome] = self.apply_all([change], teller=teller)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def apply_all(
        self, changes: Sequence[Change], *, teller: Listener | None = None
    ) -> list[Outcome]:
        """Write gestures that came together; return what became of each, as `apply` does."""
        given = preparing.changes_of(self._work, changes) if self._prepares else changes
        outcomes = annotating.apply(self._work, given, self.annotator)
        if self._prepares:
            done = zip(changes, outcomes, strict=True)
            outcomes = [preparing.outcome_of(self._work, *one) for one in done]
        if self.store.waited > _PATIENCE and not self._told_of_waiting:
            self._told_of_waiting = True
            self.tell(
                f'the store "{self.store.name}" made a change wait {self.store.waited:.1f} s for '
                "others who write to it: for so many at once use PostgreSQL (docs: stores)"
            )
        done = zip(changes, outcomes, strict=True)
        for key in dict.fromkeys(c.key for c, outcome in done if isinstance(outcome, Applied)):
            self._tell("annotation", key, but=teller)
        return outcomes

    def glances(self, rows: Sequence[int], *, with_data: bool = True) -> list[Glance]:
        """Return what is seen of tasks among others; those that are set aside are left out."""
        return together.glances(self._work, self._progress, rows, with_data=with_data)

    def scores(self, rows: Sequence[int]) -> dict[int, float]:
        """Return how sure the model is of what it suggests for rows, where it says that."""
        return together.scores(self._work, rows)

    def say(self, rows: Sequence[int], what: Say, *, teller: Listener | None = None) -> Together:
        """Say something of many tasks in one gesture, of each as if it were alone.

        Parameters
        ----------
        rows
            The tasks.
        what
            What is said.
        teller
            The listener that it came from, and that need not hear of it.

        Returns
        -------
        Together
            What was done, for `take_back`; and why of some rows nothing was written.
        """
        return self._told_of(together.say(self._work, rows, what), teller)

    def take_back(self, done: Together, *, teller: Listener | None = None) -> Together:
        """Make all as it was before a gesture of `say`; returns that, for `say_again`."""
        return self._told_of(together.take_back(self._work, done), teller)

    def say_again(self, done: Together, *, teller: Listener | None = None) -> Together:
        """Do a gesture again that was taken back."""
        return self._told_of(together.again(self._work, done), teller)

    def _told_of(self, done: Together, teller: Listener | None) -> Together:
        for step in done.steps:
            self._tell("annotation", step.key, but=teller)
        return done

    @property
    def order(self) -> list[str] | None:
        """The keys of tasks that are asked before all others; None in the order of the rows.

        Can be set: to keys, the first first; to a frame that has them in its column ``key``; to
        scores by key, or one for each row, the highest first. What is on screen stays.
        """
        order = self._progress.order
        data = self._work.needed_data
        if order is None:
            return None
        return [key for row in order.rows if (key := data.key(row)) is not None]

    @order.setter
    def order(self, given: Any) -> None:
        self._progress.order = None if given is None else ordering.order_of(self._work, given)
        self._tell("order", "")

    @property
    def is_ordered(self) -> bool:
        """Whether tasks are asked in an order of their own."""
        return self._progress.order is not None

    @property
    def is_review(self) -> bool:
        """Whether the tasks that come first in `order` were labeled before."""
        order = self._progress.order
        return order is not None and ordering.is_review(self._work, order)

    def next(self, count: int = 1) -> list[str]:
        """Return the keys of the next unlabeled tasks, in the order in which they are asked.

        Parameters
        ----------
        count
            How many at most.
        """
        rows = self._progress.find(0, 1, "unlabeled", count, hold=False)
        keys = self._work.needed_data.usable(rows)
        return [keys[row] for row in rows if row in keys]

    def find(
        self,
        start: int,
        step: int = 1,
        filter: Filter | Review = "all",  # noqa: A002 - as on the wire
        count: int = 1,
        *,
        label: str | None = None,
        annotator: str | None = None,
    ) -> list[int]:
        """Return the next rows, from one on, whose task is of a kind.

        Parameters
        ----------
        start
            The first row to look at.
        step
            1 forward, -1 backward.
        filter
            "all", "unlabeled" (neither submitted nor skipped, as ``done_by=`` says), "drafts",
            "labeled" or "skipped". With ``lease=`` the unlabeled ones are those that nobody else
            holds or has finished, and those returned are held for this annotator. "unsure" are
            those that wait with a prediction, in the order of its score; "disagrees" where the
            newest annotation is not what the best prediction says, "differ" where annotators say
            different things.
        count
            How many at most.
        label, annotator
            In place of a filter: where somebody submitted this label, or this annotator something.
        """
        wanted = filter if label is None else f"label:{label}"
        return self.found(
            start, step, wanted if annotator is None else f"annotator:{annotator}", count
        )

    def found(
        self, start: int, step: int, wanted: str, count: int, *, hold: bool = True
    ) -> list[int]:
        """Return what `find` does for a filter as it is on the wire, "label:PER" too."""
        if wanted in get_args(Filter):
            kind = cast("Filter", wanted)
            return self._progress.find(start, step, kind, count, hold=hold)
        return self._sieve.find(start, step, wanted, count)

    def search(self, words: str, start: int = 0, count: int = 30) -> tuple[list[Hit], int | None]:
        """Look for tasks by words of what they show, for a moment.

        Parameters
        ----------
        words
            All of them are wanted, in any order, in the key or in what the config shows; a whole
            number alone is that of a task, too, counted from 1. None lists the rows from one on.
        start
            The first row to look at.
        count
            How many at most.

        Returns
        -------
        tuple
            The tasks, and the row to go on from; None where all were looked at.
        """
        wanted = words.split()
        rows, after = finding.search(self._work, wanted, start, count, _MOMENT)
        return self.described(rows, wanted), after

    def described(self, rows: Sequence[int], words: Sequence[str] = ()) -> list[Hit]:
        """Say of rows what a list of tasks shows, their texts about some words."""
        return finding.described(self._work, self._progress, rows, words)

    def progress_so_far(self) -> dict[str, int | bool]:
        """Return what `Project.progress` does, of rows elsewhere without counting them.

        Until `index_some` has them counted there are ``more`` than ``total``.
        """
        late = {} if self._work.counted else {"more": True}
        return {**self._progress.counts(counted=False), **late}

    def mapped(self, bins: int) -> list[tuple[int, int, int]]:
        """Count what is submitted, skipped and drafted in equal stretches of the rows."""
        return self._progress.mapped(bins)

    def sifted(self) -> tuple[list[tuple[str, int]], bool]:
        """Count the tasks of filters that ask what was said; whether all of it was read.

        What is said is read for a moment: asked again, it goes on.
        """
        known = self._sieve.look(_MOMENT)
        return self._sieve.counts(), known

    @property
    def at_least(self) -> int:
        """How many tasks there are, or how many at least where they are not counted."""
        return self._work.at_least()

    def start(self) -> int:
        """Return the row to begin with: the one looked at last, else the first unlabeled."""
        return looking.start(self._work, self._progress) if self._work.at_least() else 0

    def remember(self, index: int) -> None:
        """Keep the row that this annotator looks at."""
        work = self._work
        key = work.needed_data.keys.key(index)
        work.store.remember(work.id, work.annotator, key, index)
        leasing.renew(work, key)

    def decisions(self, count: int) -> list[dict[str, Any]]:
        """Return this annotator's last decisions, newest first.

        Returns
        -------
        list of dict
            ``index`` (None where the data has no such row), ``key``, ``state`` and ``text``,
            the labels in one text.
        """
        return looking.decisions(self._work, count)

    def gestures(self, count: int) -> list[tuple[Gesture, int | None]]:
        """Return what this annotator did last in an editor, oldest first, for its undo.

        Returns
        -------
        list of tuple
            Each with its row, None where that was not met yet.
        """
        done = looking.gestures(self._work, count)
        if not self._prepares:
            return done
        return [(preparing.gesture_of(self._work, one, row), row) for one, row in done]
