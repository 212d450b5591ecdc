"""`Project`: the one place where the lower floors are wired together."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, get_args, overload

from nblabel import config as configs
from nblabel import tags, tasks
from nblabel.base.arguments import known_only, one_of
from nblabel.base.errors import DataError, sentences
from nblabel.core.annotation import Prediction, Result
from nblabel.core.change import Revision
from nblabel.core.model import Model
from nblabel.loop import Asking, Caller, Predict, Predictor, model_of
from nblabel.loop.attached import Attached
from nblabel.media import MAX_PIXELS
from nblabel.media.paths import Prefixes, Root
from nblabel.media.preprocessing import Given, preparation
from nblabel.media.signing import seconds_of
from nblabel.project import (
    annotating,
    choosing,
    elsewhere,
    leasing,
    opening,
    predicting,
    reading,
    suspecting,
    teaching,
    whose,
)
from nblabel.project import history as histories
from nblabel.project import timeline as timelines
from nblabel.project.data import Data, TaskRow
from nblabel.project.leaving import Leaving
from nblabel.project.progress import Progress
from nblabel.project.sifting import Sieve
from nblabel.project.whose import DoneBy
from nblabel.project.work import SMALL, Work
from nblabel.store import Store
from nblabel.tasks.libraries import F

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from nblabel.tasks.libraries import PandasData, PandasFrame, PolarsFrame

ConfigSource = str | bytes | Path | list[str] | tuple[str, ...]
"""What a config may be given as."""


class Settings(TypedDict, total=False):
    """What a `Project` takes by name, for whoever passes it on."""

    name: str | None
    store: str | Path | Store | None
    key: Hashable | None
    annotator: str | None
    predict: Model | Predict | None
    root: Root
    protocols: Sequence[str]
    max_pixels: int
    media: Prefixes | None
    encoding: str | None
    dtypes: Mapping[Any, Any] | None
    advance: bool | None
    lease: float | None
    done_by: DoneBy | None
    connection: Any
    presign: float | bool
    preprocess: Given


_SETTINGS = frozenset(Settings.__annotations__)


class Project(Leaving[F]):
    """Rows, a labeling config and a store: everything but the editor.

    Parameters
    ----------
    data
        A frame of any library, a list of dicts, of texts, paths or images, a dict of columns,
        Label Studio tasks, a path to a file, a folder or a pattern of media, or a query. None
        opens what the store has.
    config
        Label Studio labeling config: XML or its bytes, a path, or the name of a template. A list
        of labels asks for one of them about the only column of texts or images. None takes the
        config of the project in the store.
    name
        Name of the project in the store; by default made from the config's controls and the
        name of the data's file, so that a new label or colour keeps the work.
    store
        A path, an SQLAlchemy URL, ":memory:", or an open `Store`; by default ``nblabel.db`` in
        the working directory.
    key
        The column that tells tasks apart; by default Label Studio tasks are known by their ids,
        and other rows with equal bound values are one task. Rows without a key, or with that of
        an earlier row, are set aside and told in ``problems``.
    annotator
        Who labels. By default nobody by name; where Label Studio tasks came with annotations of
        one annotator only, that one, so that a fix changes what is there.
    predict
        What suggests results: a model of `nblabel.models`, or a function, which is called with
        a list of Label Studio task dicts and returns for each what `annotate` takes, a
        prediction dict that holds it under ``result``, or None.
    root
        The folder that local media must lie in.
    protocols
        Protocols besides http(s) and local paths that media may be read with. Those named here,
        "https" too, may also be fetched with by HTML and styles in the config or the data; without
        them only ``data:`` is.
    max_pixels
        Images with more pixels are not decoded, and told so.
    media
        Where media are whose address begins in a way: a folder, or another address, for each
        beginning. ``{"/data/upload/": "/srv/label-studio/media/upload"}`` finds what was
        uploaded to a Label Studio server.
    encoding
        That of the data's file, where it is not UTF-8 and has no byte order mark.
    dtypes
        Types of columns of csv and tsv files, whose cells are text else.
    advance
        Whether an answer goes on to the next task; by default when the only control is one
        single Choices about the whole task.
    lease
        Seconds for which a waiting task is offered to one annotator alone, so that several who
        share a store do each task once; longer than a task takes. None offers every task to
        everybody.
    done_by
        Whose answer makes a task done: "me", so that every annotator is offered every task, or
        "anyone". By default that of anyone where nobody is named, for then no second opinion is
        asked for; who is named is offered what others have done, too.
    connection
        The database that ``data``, a query, is asked of: an SQLAlchemy engine, connection or URL,
        a duckdb connection, or one of ibis. It is read by ``key=``, where somebody looks.
    presign
        For how many seconds an address is signed with which the browser fetches an image by
        itself, where the file system can do that (s3, gs, az); True is an hour. With False the
        kernel reads and sends all.
    preprocess
        What is done before an image or a text is shown: a step or a list of steps, each a name
        ("resize", "autocontrast", "grayscale", "equalize", "strip_html"), a name with options,
        ``("resize", {"longest": 1024})``, or a function. Results are about the data as it is, and
        the steps stand in the task's ``meta``.

    Raises
    ------
    ConfigError, DataError, StoreError
        When one of these cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> config = '''<View><Text name="t" value="$text"/>
    ...   <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
    ... </View>'''
    >>> frame = pd.DataFrame({"id": [7, 8], "text": ["fine", "poor"]})
    >>> project = Project(frame, config, key="id", store=":memory:")
    >>> result = {"from_name": "mood", "to_name": "t", "type": "choices"}
    >>> annotation = project.annotate(7, [{**result, "value": {"choices": ["good"]}}])
    >>> project.to_frame()["mood"].dropna().tolist()
    ['good']
    >>> project.progress()["done"]
    1
    """

    @overload
    def __init__(
        self: Project[PandasFrame],
        data: PandasData = None,
        config: ConfigSource | None = None,
        **settings: Unpack[Settings],
    ) -> None: ...
    @overload
    def __init__(
        self: Project[PolarsFrame],
        data: PolarsFrame,
        config: ConfigSource | None = None,
        **settings: Unpack[Settings],
    ) -> None: ...
    @overload
    def __init__(
        self: Project[Any],
        data: Any = None,
        config: ConfigSource | None = None,
        **settings: Unpack[Settings],
    ) -> None: ...
    def __init__(
        self,
        data: Any = None,
        config: ConfigSource | None = None,
        *,
        name: str | None = None,
        store: str | Path | Store | None = None,
        key: Hashable | None = None,
        annotator: str | None = None,
        predict: Model | Predict | None = None,
        root: Root = None,
        protocols: Sequence[str] = (),
        max_pixels: int = MAX_PIXELS,
        media: Prefixes | None = None,
        encoding: str | None = None,
        dtypes: Mapping[Any, Any] | None = None,
        advance: bool | None = None,
        lease: float | None = None,
        done_by: DoneBy | None = None,
        connection: Any = None,
        presign: float | bool = True,
        preprocess: Given = None,
        **unknown: Any,
    ) -> None:
        known_only(unknown, Project)
        leasing.check(lease, annotator)
        if done_by is not None:
            one_of("done_by", done_by, get_args(DoneBy))
        if config is None and store is None and not Path(opening.DEFAULT_STORE).exists():
            raise DataError("give data and a config, or the store that has the project")
        opened: Store | None = None
        if config is None:
            opened = opening.store(store)
            name, config = opening.stored(opened, name)
        given = None if connection is not None else data  # that may be a path, and a query is none
        read = partial(
            tasks.read,
            data,
            encoding=encoding,
            dtypes=dtypes,
            key=key,
            connection=connection,
            protocols=protocols,
        )
        rows: tasks.Rows | None = None
        if isinstance(config, list | tuple):
            rows = None if data is None else read()
            config = choosing.config_of(config, rows, key)
        self.config = configs.parse(config, tags.TAGS)
        self._checker = tags.Checker(self.config)
        model = None if predict is None else model_of(predict, opening.own_column(self.config))
        self.problems: list[str] = sentences(self.config.problems)
        self._data: Data | None = None
        if data is not None:
            if rows is None or rows.has(tasks.UNDEFINED):
                column, kind = opening.own_column(self.config), opening.own_kind(self.config)
                rows = read(column=column, kind=kind)
            self.problems += [*rows.problems, *opening.missing_columns(self.config, rows)]
            where = opening.media_root(root, given)
            self._data = Data(
                self.config,
                rows,
                key=key,
                root=where,
                protocols=tuple(protocols),
                prefixes=media,
                max_pixels=max_pixels,
                presign=seconds_of(presign),
                preparation=preparation(preprocess),
            )
            shown, outside = opening.paths_shown(self.config, given), self._data.outside()
            self.problems += [*shown, *filter(None, [outside])]
        self.store = opened or opening.store(store)
        self._own_store = self.store is not store
        if self.store.note:
            self.problems.append(self.store.note)
        self.name = name or opening.name(self.store, self.config, given)
        number = self.store.project(self.name, self.config.source)
        work = Work(self.config, self.store, number, self.name, annotator, self._data, lease)
        self._advance = advance
        self._listeners, self._connections, self._told_of_rows = [], [], False
        self._notes: list[str] = []  # told beside the problems, and wrong in nothing
        call = elsewhere.Call.of(data, store, name, connection)
        self.annotator = self._take_in(work, given, call)
        by_anyone = done_by == "anyone" or (done_by is None and not self.annotator)
        self._work = replace(work, annotator=self.annotator, done_by_anyone=by_anyone)
        self._progress = Progress(self._work)
        self._sieve = Sieve(self._work, self._progress)
        if self._data is not None and not self._data.reaches(SMALL + 1):
            self._tell_of_rows()
        if model is not None:
            self._take(self.caller(model))

    def _take_in(self, work: Work, data: Any, call: elsewhere.Call) -> str | None:
        """Take in what the data brings with it; return whose work is opened."""
        if work.data is None:
            return work.annotator
        brings = isinstance(data, list | tuple | Mapping | str | os.PathLike)  # others do not
        if brings:
            opening.keep_names(work.store, work.id, work.data)
        self._note(elsewhere.told(work, call))
        if not brings:
            return work.annotator
        said = enumerate(data.said()) if isinstance(data, reading.Brought) and data.said else None
        problems, came = annotating.take_in(work, said)
        self.problems += problems
        annotator, told = whose.opened(work, came)
        self._note(told)
        return annotator

    def _note(self, told: str | None) -> None:
        if told is not None:
            self._notes.append(told)
            self.problems.append(told)

    def __repr__(self) -> str:
        where = f"store={self.store.name!r}"
        tasks = f"{len(self)} tasks" if self._work.counted else f"more than {SMALL:,} tasks"
        shown = f"Project(name={self.name!r}, {tasks}, annotator={self.annotator!r}, {where})"
        return "\n".join((shown, *self._notes))

    def __len__(self) -> int:
        return len(self._work)

    def close(self) -> None:
        """Stop the predictor, listeners and web hooks, and let go of the store."""
        for connection in tuple(self._connections):
            connection.stop()
        if self._predictor:
            self._predictor.close()
        if self._data is not None:
            self._data.close()
        if self._own_store:
            self.store.close()

    @classmethod
    def read(
        cls,
        path: str | Path,
        format: str | None = None,  # noqa: A002 - the word users know
        config: ConfigSource | None = None,
        *,
        as_predictions: bool = False,
        **settings: Any,
    ) -> Project[Any]:
        """Read a file, or a folder, in a format of datasets: its media, labels and annotations.

        Parameters
        ----------
        path
            The file or folder.
        format
            Which format it is in, as in `export`, or "label-studio", "csv", "tsv", "txt" or
            "jsonl" for rows and tasks; by default what it looks like.
        config
            The labeling config; by default one made from what the file names. What it has no
            control or label for is told in ``problems``. A file of rows or tasks needs one.
        as_predictions
            Whether what the file says are suggestions and not annotations.
        **settings
            What else `Project` takes, ``store`` say, and settings of the format, ``images`` say:
            docs/formats.md lists them.

        Returns
        -------
        Project
            What the file says is in the store; read again, it is not there twice. What could not
            be read is told in ``problems``.

        Raises
        ------
        FormatError
            When the file cannot be read, or it cannot be told which format it is in.

        Examples
        --------
        >>> import json, pathlib, tempfile
        >>> coco = {
        ...     "images": [{"id": 7, "file_name": "a.jpg", "width": 200, "height": 100}],
        ...     "categories": [{"id": 3, "name": "cat"}],
        ...     "annotations": [{"image_id": 7, "category_id": 3, "bbox": [20, 10, 50, 40]}],
        ... }
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "cats.json"
        >>> _ = path.write_text(json.dumps(coco))
        >>> project = Project.read(path, store=":memory:")
        >>> project.results()[["label", "x", "y", "width", "height"]].values.tolist()
        [['cat', 10.0, 10.0, 25.0, 40.0]]
        """
        known = {name: settings.pop(name) for name in list(settings) if name in _SETTINGS}
        rows, chosen, root, told = reading.brought(
            path, format, config, settings, as_predictions=as_predictions
        )
        project = cls(rows, chosen, **{"root": (*root, Path.cwd()), **known})
        project.problems += told()
        return project

    # -- tasks

    def _tell_of_rows(self) -> None:
        """Tell which rows are set aside, once."""
        self._told_of_rows = True
        data = self._work.data
        for sentence in () if data is None else data.set_aside():
            if sentence not in self.problems:
                self.problems.append(sentence)
                self._tell("problem", sentence)

    def key(self, index: int) -> str:
        """Return the key of a task.

        Raises
        ------
        DataError
            When it is null, or another row's.
        """
        return self._work.needed_data.keys.key(index)

    def index(self, key: Any) -> int | None:
        """Return the row of a task; None where no row has the key.

        Parameters
        ----------
        key
            The task's key. Without ``key=``, and where the data are no Label Studio tasks with
            ids, the row's label in the frame's index as well; in lists, files and frames that
            have no index that is its place, from 0.
        """
        return self._work.needed_data.find(key)

    def refresh(self) -> int:
        """Look for what came since where the data lies: new files, new rows of a database.

        They are new tasks after all others, also in open editors; what there was keeps its place
        and its work. Frames and lists in memory stay as they are.

        Returns
        -------
        int
            How many tasks are new.

        Raises
        ------
        DataError
            When the data cannot be read, or the project was opened without.
        """
        count = self._work.needed_data.refresh()
        self._progress.grown()
        if not self._work.needed_data.reaches(SMALL + 1):
            self._tell_of_rows()
        self._tell("rows", "")
        return count

    def lease(self, count: int = 1) -> list[int]:
        """Hold the next waiting tasks for this annotator.

        Parameters
        ----------
        count
            How many at most.

        Returns
        -------
        list of int
            Their rows. A task is given back when it is submitted or skipped, by `release`, or
            when its time is over.

        Raises
        ------
        DataError
            When the project was opened without ``lease=``.
        """
        leasing.seconds(self._work)
        return self._progress.find(0, 1, "unlabeled", count)

    def release(self) -> None:
        """Give back the tasks that are held for this annotator."""
        self.store.release(self._work.id, self.annotator or "")

    # -- the model

    @property
    def model(self) -> Model | None:
        """The model that suggests; can be set, to another or to None."""
        return self._caller.model if self._caller else None

    @model.setter
    def model(self, model: Model | Predict | None) -> None:
        if model is None:
            if self._predictor:
                self._predictor.close()
            self._caller = self._predictor = self._asking = None
        else:
            self._take(self.caller(model))
        self._tell("model", "")

    def _take(self, caller: Caller) -> None:
        if hasattr(caller.model, "attach"):
            caller.model.attach(self)
        if self._caller and self._predictor:
            self._caller.model = caller.model
            self._predictor.again()
        else:
            self._caller = caller
            self._predictor = Predictor(self._caller, self._suggest, self.tell)
            self._asking = Asking(self._caller)

    def predict(
        self, model: Model | Predict | None = None, *, batch: int = 256, again: bool = False
    ) -> int:
        """Ask a model about every task and keep what it says, as suggestions.

        Stopped in the middle, what was kept stays; called again, a model with a ``version`` goes
        on where it was stopped.

        Parameters
        ----------
        model
            The model, or a function of tasks; by default that of the project.
        batch
            How many tasks it is asked about in one call.
        again
            Whether it is asked, too, about tasks of which this version of it has spoken.

        Returns
        -------
        int
            Of how many tasks something was said now. What is wrong with one task, or one call,
            is told in ``problems``.

        Raises
        ------
        DataError
            When there is no model, or none of its calls succeeds.
        """
        caller = self._caller if model is None else self.caller(model)
        if caller is None:
            raise DataError("predict() needs a model: give one, or predict= to the project")
        count = 0
        lots = predicting.predict(self._work, caller, batch=batch, again=again, failed=self.tell)
        for keys in lots:
            count += len(keys)
            self._suggested(keys if len(self) <= SMALL else ())
        return count

    def attach_predictions(self, path: str | Path) -> None:
        """Suggest what Parquet files hold, as `nblabel.scale.predict` makes them.

        A file is read where somebody looks: nothing of it is copied before. What a project's
        model says goes on being asked for where the files say nothing, and about what is drawn.

        Parameters
        ----------
        path
            A Parquet file, a folder of them, or a pattern.

        Raises
        ------
        DataError
            When there are no such files, or they have no columns ``key`` and ``prediction``.
        """
        self.model = Attached(path, otherwise=self.model)

    def caller(self, given: Model | Predict) -> Caller:
        """Return what calls a model, told of the config, and reads its answers as results."""
        model = model_of(given, opening.own_column(self.config))
        if hasattr(model, "setup"):
            model.setup(self.config)
        if hasattr(model, "reads") and self._data is not None:
            model.reads(self._data.read)
        return Caller(model, self._read)

    def suspicious(self, model: Model | None = None) -> F:
        """Rank the labeled rows by how much speaks against their labels.

        Copies of the model learn from some of the rows and are asked about the others; where
        cleanlab is installed it says which labels are suspected. ``labeler.order = suspicious()``
        makes a review of it.

        Parameters
        ----------
        model
            A model that learns, as those of `nblabel.models` do; by default the project's.

        Returns
        -------
        frame
            In the data's library, what speaks most against its label first: ``key``, ``index``
            (the row in the frame's index), ``label``, the ``expected`` one, the ``score`` (how
            likely the model finds the label, from 0 to 1), whether it is ``suspected``, and the
            ``reason``.

        Raises
        ------
        DataError
            When there is no model that learns, or too little is labeled.
        """
        caller = self._caller if model is None else self.caller(model)
        if caller is None or not hasattr(caller.model, "fit"):
            raise DataError("suspicious() needs a model that learns, as nblabel.models has them")
        made: F = suspecting.suspicious(self._work, caller, self._read)
        return made

    def answered(self) -> Iterator[tuple[str | None, Sequence[Result], Sequence[Result]]]:
        """Yield each suggestion for a submitted task: its model's version, it, and the answer."""
        return teaching.answered(self._work)

    def suggested_by(self, key: str) -> list[str | None]:
        """Return the versions of models that suggested something for a task."""
        return [one.model_version for one in self.store.predictions(self._work.id, key)]

    def taught(self) -> teaching.Taught:
        """Return the labeled tasks with their answers, for a model that learns."""
        return teaching.Taught(self._work)

    def rows(self, rows: Iterable[int]) -> list[TaskRow]:
        """Return some rows as tasks, those that can be used."""
        return teaching.rows_of(self._work, rows)

    def suggest(self, said: Sequence[tuple[TaskRow, Prediction]]) -> None:
        """Keep what a model says of some rows; open editors show it."""
        predicting.keep(self._work, said)
        self._suggested(row.key for row, _ in said)

    def _read(self, task: dict[str, Any], said: Any) -> list[Result]:
        return annotating.meant(self._checker, said, task["data"])

    def _suggest(self, key: str, suggestion: Prediction) -> None:
        if predicting.suggest(self._work, key, suggestion):
            self._suggested([key])

    def _suggested(self, keys: Iterable[str]) -> None:
        """Tell that there are suggestions for tasks."""
        for key in keys:
            self._sieve.again(key)
            self._tell("suggestion", key)

    # -- work without a screen

    def annotate(
        self,
        /,
        key: Any,
        results: Any = None,
        annotator: str | None = None,
        *,
        check: bool = True,
        **said: Any,
    ) -> str:
        """Submit what is said of a task; open editors show it.

        Parameters
        ----------
        key
            The task's key, as for `index`.
        results
            Label Studio results; one without an ``id`` gets one, and nothing else is changed. Or
            a short form: a dict of what each control says, by their names, or ``"Positive"``
            alone where it is clear which control takes that.
        annotator
            Whose annotation it is, by default the project's annotator's; what this annotator
            said about the task before is replaced.
        check
            Whether what does not fit the config is refused: nothing is written then. Of Label
            Studio results what Label Studio itself takes is taken.
        **said
            Short forms by the names of their controls: ``mood="Positive"``,
            ``topics=["Sport", "Science"]``, ``stars=4``, ``why="It is short."``,
            ``entities=[(0, 12, "Person")]``, ``boxes=[(x, y, width, height, "Cat")]`` in percent
            of the image. Regions may be dicts as well, and whatever `to_frame` has in a cell may
            be given back.

        Returns
        -------
        str
            The annotation's id, as in the column ``annotation`` of `results`.

        Raises
        ------
        DataError
            When no task has the key, or what is said does not fit; the sentence names the
            control, what was given and what is near.

        Examples
        --------
        >>> rows = [{"text": "Ada Lovelace is happy."}]
        >>> project = Project(rows, "sentiment-with-reasons", store=":memory:")
        >>> key = project.key(0)
        >>> uid = project.annotate(key, sentiment="Positive", reasons=[(16, 21, "Praise")])
        >>> project.to_frame()["reasons"][0]
        [{'start': 16, 'end': 21, 'text': 'happy', 'labels': ['Praise']}]
        """
        who = self.annotator if annotator is None else annotator
        parts = [part for part in (results, said or None) if part is not None]
        text, uid = annotating.annotate(self._work, key, parts, who, check=check)
        self._tell("annotation", text)
        return uid

    def history(self, key: Any, annotator: str | None = None) -> list[Revision]:
        """Return every state that a task's annotations were in, oldest first.

        Parameters
        ----------
        key
            The task's key, as for `index`.
        annotator
            Whose annotations; None for everybody's.

        Returns
        -------
        list of Revision
            ``revision``, ``annotation``, ``annotator``, ``action``, ``kind``, ``at``, ``state``
            and ``results`` of each.

        Raises
        ------
        DataError
            When no task has the key.
        """
        return histories.history(self._work, key, annotator)

    def revert(
        self,
        key: Any,
        revision: int,
        annotator: str | None = None,
        annotation: str | None = None,
    ) -> int:
        """Make an earlier state of an annotation the present one; open editors show it.

        Nothing is taken out of the history: the state becomes a new revision, or two where it
        was a submitted annotation that was being edited.

        Parameters
        ----------
        key
            The task's key, as for `index`.
        revision
            The revision to go back to, as `history` numbers them; 0 is before the first.
        annotator
            Whose annotation it is, by default the project's annotator's.
        annotation
            Which one, by its id, whoever made it; by default the annotator's newest.

        Returns
        -------
        int
            The annotation's new revision.

        Raises
        ------
        DataError
            When there is no such task, annotation or revision.
        """
        who = self.annotator if annotator is None else annotator
        text, made = histories.revert(self._work, key, revision, who, annotation)
        self._tell("annotation", text)
        return made

    def clear(self, key: Any, annotator: str | None = None) -> int:
        """Make a task unlabeled again; open editors show it.

        Nothing is taken out of the history: that nothing is said is a new revision, and `revert`
        brings back any earlier one.

        Parameters
        ----------
        key
            The task's key, as for `index`.
        annotator
            Whose annotations of it are cleared, by default the project's annotator's.

        Returns
        -------
        int
            How many annotations were cleared; 0 where the task was unlabeled.

        Raises
        ------
        DataError
            When no task has the key.
        """
        who = self.annotator if annotator is None else annotator
        text, count = histories.clear(self._work, key, who)
        if count:
            self._tell("annotation", text)
        return count

    def timeline(self, since: datetime | date | timedelta | str | None = None) -> Any:
        """Return what was done when, by whom and on which task, oldest first.

        Parameters
        ----------
        since
            From when on: a datetime, a date, ISO text, or a timedelta for so long ago. What has
            no time zone is local time.

        Returns
        -------
        frame
            One row an entry of the log, in the data's library: ``at`` (UTC), ``annotator``,
            ``key``, ``index`` (the task's row in the frame's index; in a large frame null where
            that was not met yet), ``action`` ("edit", "submit", "skip", "reopen" or "import"),
            ``kind`` ("gesture", "undo" or "redo" of an editor; else the call: "annotate",
            "revert", "clear" or "import"), a ``summary`` of what was changed, and the
            ``revision`` of the ``annotation`` that it led to. ``revert(row.key, row.revision - 1,
            annotation=row.annotation)`` makes the state before a row the present one.

        Raises
        ------
        DataError
            When ``since`` is no time.
        """
        return timelines.timeline(self._work, since)

    def progress(self) -> dict[str, int | bool]:
        """Count the tasks, as this annotator's or as anyone's: ``done_by=`` says which.

        Returns
        -------
        dict
            ``total`` tasks; ``done`` (submitted), ``skipped`` and ``drafts`` among them;
            ``changed``, whose data is no longer what the work was done on: these are not done;
            and ``exact``. In a large frame a task counts once its row was met, and until all
            were (`index_some`) there are at least so many.
        """
        return self._progress.counts()

    def index_some(self, milliseconds: int = 20) -> bool:
        """Look through more of the rows for their keys; True when `progress` is exact.

        A large frame is not read when it is opened: the editor calls this while nobody waits.

        Parameters
        ----------
        milliseconds
            About how long it may take.
        """
        is_exact = self._progress.look_through(milliseconds / 1000)
        data = self._work.data
        if data is not None and data.keys.all_met and not self._told_of_rows:
            self._tell_of_rows()
        return is_exact
