"""`Project`: the one place where the lower floors are wired together."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, get_args, overload

from nblabel import config as configs
from nblabel import tags, tasks
from nblabel.base.arguments import known_only, one_of
from nblabel.base.errors import DataError, sentences
from nblabel.connect import CVAT, PAUSES, Following, LabelStudio, Webhook, events_of
from nblabel.connect.pulling import Pulled
from nblabel.connect.pushing import Pushed
from nblabel.connect.waiting import Waiting
from nblabel.core.annotation import Prediction, Result
from nblabel.core.change import Revision
from nblabel.core.model import Model
from nblabel.formats import label_studio, table
from nblabel.loop import Asking, Caller, Predict, Predictor, model_of
from nblabel.loop.attached import Attached
from nblabel.media import MAX_PIXELS
from nblabel.media.masks import Mask
from nblabel.media.paths import Prefixes, Root
from nblabel.media.preprocessing import Given, preparation
from nblabel.media.signing import seconds_of
from nblabel.project import (
    annotating,
    choosing,
    connecting,
    cvat,
    datasets,
    elsewhere,
    exporting,
    frames,
    leasing,
    opening,
    predicting,
    reading,
    suspecting,
    syncing,
    teaching,
    whose,
)
from nblabel.project import history as histories
from nblabel.project import timeline as timelines
from nblabel.project.data import Data, TaskRow
from nblabel.project.frames import Which
from nblabel.project.progress import Progress
from nblabel.project.serving import Served
from nblabel.project.sifting import Sieve
from nblabel.project.syncing import Synced
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


class Project(Served, Generic[F]):
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

    def check(self) -> F:
        """Report results that do not fit the config; nothing is changed.

        Returns
        -------
        frame
            One row a problem, in the data's library: ``key``, ``index`` (the task's row in the
            frame's index), ``annotation``, ``id`` of the result, and the ``problem`` as a
            sentence. What was set aside when the data was read
            has no annotation.
        """
        made: F = frames.check(self._work, self._wrong)
        return made

    def check_rows(self) -> list[dict[str, Any]]:
        """Return what `check` reports, as dicts."""
        return frames.check_rows(self._work, self._wrong)

    @property
    def _wrong(self) -> list[str]:
        return [problem for problem in self.problems if problem not in self._notes]

    # -- other programs

    def on(
        self, event: str | Iterable[str], callback: Callable[[dict[str, Any]], Any]
    ) -> Callable[[], None]:
        """Call a function when something happens in the project, in whichever process.

        Parameters
        ----------
        event
            "ANNOTATION_CREATED", when an annotation is submitted or skipped that was not before;
            "ANNOTATION_UPDATED", when one is submitted or skipped again; "ANNOTATIONS_DELETED",
            when one is opened again or cleared, so that it does not count any more. Or several
            of these, or "*" for all.
        callback
            Called on another thread, once for each, in their order, with the payload of Label
            Studio's web hook of that name; its ``nblabel`` has the task's ``key``. What it
            raises is told in ``problems``.

        Returns
        -------
        callable
            Stops it.

        Raises
        ------
        DataError
            When there is no such event.

        Examples
        --------
        >>> import threading
        >>> project = Project([{"text": "It works."}], "text-classification", store=":memory:")
        >>> heard = threading.Event()
        >>> stop = project.on("ANNOTATION_CREATED", lambda payload: heard.set())
        >>> uid = project.annotate(project.key(0), "Positive")
        >>> heard.wait(10)
        True
        >>> stop()
        """
        write = partial(connecting.payload, self._work)
        events = events_of(event, "on()")
        following = Following(self.store, self._work.id, events, write, callback, tell=self.tell)
        return self._connected(following)

    def webhook(
        self,
        url: str,
        events: str | Iterable[str] | None = None,
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        name: str | None = None,
        pauses: Sequence[float] = PAUSES,
        timeout: float = 10.0,
    ) -> Webhook:
        """Send what happens in the project to an address, as Label Studio's web hooks do.

        What was not sent yet waits in the store's log. After a restart of the kernel the same
        call goes on where it was, with what others did meanwhile. Of several kernels that make
        the same call one sends.

        Parameters
        ----------
        url
            Where to, http or https.
        events
            Which events, as `on` has them; None for all.
        secret
            Each body is signed with it: ``X-Signature-256`` is ``sha256=`` and the hex
            HMAC-SHA256 of the body, as CVAT has it.
        headers
            Further headers.
        name
            What the web hook is known by in the store; by default a digest of its address.
            Neither the address nor secret nor headers are kept.
        pauses
            Seconds before each further attempt at an event that was not answered with 2xx.
            When all fail, the web hook stops, and says so in ``problems``.
        timeout
            Seconds that an answer may take. A kernel that is gone keeps others from sending for
            three times as long.

        Returns
        -------
        Webhook
            It sends in a thread: ``waiting``, ``sent``, ``stop()``, ``problem``,
            ``is_running``.

        Raises
        ------
        DataError
            When the address, a header or an event cannot be used.

        Notes
        -----
        Each event is sent until it is acknowledged, and in their order; one whose answer was lost
        with the kernel, or on the way, is sent a second time, with the same ``X-Nblabel-Delivery``.
        """
        write = partial(connecting.payload, self._work)
        hook = Webhook(
            self.store,
            self._work.id,
            write,
            url,
            events,
            tell=self.tell,
            secret=secret,
            headers=headers,
            name=name,
            pauses=pauses,
            timeout=timeout,
        )
        for earlier in tuple(self._connections):  # as of a cell that is run again
            if isinstance(earlier, Webhook) and earlier.name == hook.name:
                earlier.stop()
                self._connections.remove(earlier)
        self._connected(hook)
        return hook

    def _connected(self, connection: Following | Webhook) -> Callable[[], None]:
        """Wake a connection when something happens here; return what ends it."""

        def hear(topic: str, _: str) -> None:
            if topic == "annotation":
                connection.wake()

        forget = self.on_change(hear)
        self._connections.append(connection)

        def stop() -> None:
            forget()
            connection.stop()
            with suppress(ValueError):
                self._connections.remove(connection)

        return stop

    # -- servers

    def push(
        self,
        server: LabelStudio,
        title: str | None = None,
        project_id: int | None = None,
        *,
        media: syncing.SentMedia = "upload",
    ) -> Pushed:
        """Send config, tasks, annotations and suggestions to a Label Studio server.

        What was sent is kept in the store, so that a second push sends the difference: nothing
        where nothing was done. A push that was stopped, by Ctrl-C or with its kernel, goes on
        where it was.

        Parameters
        ----------
        server
            The server.
        title
            The title of the project there, which is made where there is none; by default the
            project that was pushed to before, else this project's name.
        project_id
            The number of the project there, in place of a title.
        media
            What becomes of images that are no web addresses: "upload" puts each into the server's
            project once, "embed" into the task as a data URI, "keep" leaves paths as they are.

        Returns
        -------
        Pushed
            What was sent: counts, and in sentences what did not go (``problems``), and what was
            changed on both sides (``conflicts``). ``is_whole`` where there is neither.

        Raises
        ------
        DataError
            When the server cannot be reached or does not take the token, it cannot be told which
            project is meant, or the server would refuse the config: then nothing is sent.

        Notes
        -----
        An annotation that was changed here and there stays there as it is, and ours is sent
        beside it. One that was opened again or cleared here is deleted there. Drafts stay here.
        Annotations are those of the member with the annotator's email, else of the token's user.
        """
        return syncing.push(self._work, server, title, project_id, media)

    def pull(
        self, server: LabelStudio, title: str | None = None, project_id: int | None = None
    ) -> Pulled:
        """Take in what was done in a Label Studio server's project; open editors show it.

        Parameters
        ----------
        server, title, project_id
            As in `push`. Tasks that were not pushed from here are known by the column ``key=``,
            else by what the config shows of them.

        Returns
        -------
        Pulled
            What came in: counts, ``problems``, ``conflicts`` and ``is_whole`` as in `push`.

        Raises
        ------
        DataError
            When the server cannot be reached or does not take the token, or it cannot be told
            which project is meant.

        Notes
        -----
        What was changed there and not here is changed here, as one more revision, so that
        `revert` takes it back. What was changed on both sides comes in as another annotation. What
        was deleted there is a draft here.
        """
        return syncing.pull(self._work, server, title, project_id, changed=self._came)

    def sync(
        self,
        server: LabelStudio,
        title: str | None = None,
        project_id: int | None = None,
        *,
        media: syncing.SentMedia = "upload",
    ) -> Synced:
        """Take in what was done on a Label Studio server, then send what was done here.

        Parameters
        ----------
        server, title, project_id, media
            As in `push`.

        Returns
        -------
        Synced
            ``pulled`` and ``pushed``, as `pull` and `push` give them, and ``is_whole``.

        Raises
        ------
        DataError
            As in `push`.
        """
        return syncing.sync(self._work, server, title, project_id, media=media, changed=self._came)

    def server_status(
        self, server: LabelStudio, title: str | None = None, project_id: int | None = None
    ) -> Waiting:
        """Count what a push would send and a pull would take in; nothing is changed.

        Parameters
        ----------
        server, title, project_id
            As in `push`.

        Returns
        -------
        Waiting
            ``tasks_here``, ``annotations_here``, ``tasks_there`` and ``annotations_there``;
            ``is_whole`` where nothing waits.

        Raises
        ------
        DataError
            As in `pull`.
        """
        return syncing.status(self._work, server, title, project_id)

    def server_ids(self) -> F:
        """Return under which numbers Label Studio servers have the tasks.

        Returns
        -------
        frame
            One row a task and server, in the data's library: ``key``, ``server`` (its address),
            ``project`` and ``task`` (the numbers there).
        """
        made: F = syncing.server_ids(self._work)
        return made

    def _came(self, key: str) -> None:
        self._tell("annotation", key)

    def to_cvat(
        self,
        server: CVAT,
        title: str | None = None,
        *,
        task_size: int = 500,
        segment_size: int = 100,
        overlap: int = 0,
        at_once: int = 2,
        poll: float = 0.5,
        image_quality: int = 70,
        annotations: bool = True,
        drafts: bool = False,
    ) -> cvat.Jobs:
        """Make tasks of a CVAT server out of the rows; it goes on while you do something else.

        What is there already is not sent again: the same call goes on where it was stopped, and
        sends rows that are new.

        Parameters
        ----------
        server
            The server.
        title
            Its project, made where there is none; by default this project's name. Labels,
            choices and what is said of single regions come from the config.
        task_size
            Images of a task. A video is a task of its own.
        segment_size, overlap
            Images of a job, and how many of them two jobs share.
        at_once
            How many tasks are under way at a time.
        poll
            Seconds between looks at what the server is at work on.
        image_quality
            Of the pictures that people see there, from 0 to 100.
        annotations
            Whether what was said is sent, as what people go on from.
        drafts
            Whether unsubmitted work counts.

        Returns
        -------
        Jobs
            ``frame`` tells which row is which frame of which job, as soon as that is known;
            ``wait()``, or ``await``, waits for all; ``problems`` says what was left out.

        Raises
        ------
        FormatError
            When the config shows neither images nor videos.
        """
        sending = cvat.Sending(
            title or self.name,
            task_size=task_size,
            segment_size=segment_size,
            overlap=overlap,
            at_once=at_once,
            poll=poll,
            image_quality=image_quality,
            annotations=annotations,
            drafts=drafts,
        )
        return cvat.send(self._work, server, sending)

    def from_cvat(
        self, server: CVAT, title: str | None = None, *, annotator: str = "cvat"
    ) -> cvat.FromCVAT:
        """Take in what was drawn on a CVAT server: shapes, tags, tracks and attributes.

        It becomes the annotation of one annotator, of which every state is kept; what others
        said here stays. A row on which nothing was drawn is submitted once its jobs are
        completed there.

        Parameters
        ----------
        server, title
            As in `to_cvat`.
        annotator
            Whose annotation it is.

        Returns
        -------
        FromCVAT
            How many rows changed, and what did not fit.

        Raises
        ------
        DataError
            When the server has no such project, or does not answer.
        """

        def changed(key: str) -> None:
            self._tell("annotation", key)

        return cvat.bring(self._work, server, title or self.name, annotator, changed)

    # -- out

    def to_frame(
        self,
        annotations: Which = "latest",
        *,
        drafts: bool = False,
        status: bool = False,
        flat: bool = False,
    ) -> F:
        """Return the data with one more column for each control of the config.

        Parameters
        ----------
        annotations
            "latest" gives a task its newest annotation that is not skipped; "all" gives a row
            for each, with the column ``annotator``.
        drafts
            Whether unsubmitted work counts.
        status
            Whether there is a column ``status``: "submitted", also where nothing was marked;
            "changed", where that was on other data than the row has now; "skipped", "draft" or
            "unlabeled". With ``drafts=True`` a draft that the row shows is "draft".
        flat
            Whether every cell is a text or a number, so that the library's own CSV says what a
            person reads: several choices as "Sport; Science", a span as "Ada [Person]", a box as
            "Cat (10, 20, 30, 40)" in percent. Lists and dicts of the data are texts then, too.

        Returns
        -------
        frame
            In the data's own library, its columns and index kept; a list or a path gives
            pandas. A cell holds text for one choice, a list for several, a list of dicts for
            regions, and None where nothing was said.

        Warns
        -----
        UserWarning
            When a control is named like a column: its own becomes ``<name>_annotation``.
        """
        one_of("annotations", annotations, get_args(Which))
        made: F = frames.to_frame(self._work, annotations, drafts=drafts, status=status, flat=flat)
        return made

    @overload
    def results(
        self,
        units: table.Units = ...,
        *,
        drafts: bool = ...,
        masks: Literal[False] = ...,
    ) -> F: ...
    @overload
    def results(
        self, units: table.Units = ..., *, drafts: bool = ..., masks: Literal[True]
    ) -> tuple[F, list[Mask | None]]: ...
    def results(
        self, units: table.Units = "percent", *, drafts: bool = False, masks: bool = False
    ) -> F | tuple[F, list[Mask | None]]:
        """Return one row for each result.

        Parameters
        ----------
        units
            "percent" of the image, as Label Studio has it, or "px" of the upright image.
        drafts
            Whether unsubmitted work counts.
        masks
            Whether masks are given, too.

        Returns
        -------
        frame
            In the data's library. ``index`` is the task's first row in the frame's index, by
            which the rows are joined to the frame; ``start`` and ``end`` count code points, so that
            ``text[start:end]`` of the task's text is the column ``text``; ``rotation`` is in
            degrees, clockwise about the box's own top-left corner.
        list of numpy.ndarray or None
            With ``masks``: one for each row, uint8, height x width of the image that the mask was
            painted on, 0 outside and 255 inside; None where the result has no mask, or one that is
            broken or of another size than it says.
        """
        one_of("units", units, get_args(table.Units))
        made: F | tuple[F, list[Mask | None]]
        made = frames.results(self._work, units, drafts=drafts, masks=masks)
        return made

    def to_label_studio(
        self, *, drafts: bool = False, media: str | Path = "embed"
    ) -> list[dict[str, Any]]:
        """Return the tasks that something was said about, as Label Studio task dicts.

        Parameters
        ----------
        drafts
            Whether unsubmitted work is given too, as Label Studio's ``drafts``.
        media
            As in `export`.
        """
        return label_studio.tasks_of(exporting.outgoing(self._work, media), drafts=drafts)

    def to_dataset(self, *, drafts: bool = False) -> Any:
        """Return what was said as a dataset of Hugging Face's library.

        Parameters
        ----------
        drafts
            Whether unsubmitted work counts.

        Returns
        -------
        datasets.Dataset
            A row for each text, image or recording that something was said of: ``key``; ``text``
            with ``spans``, ``image`` with ``objects`` (``bbox`` in pixels: x, y, width, height),
            or ``audio`` with ``segments``; and a column for each control that is answered about
            the whole, of which one of several choices is a ``ClassLabel``.

        Raises
        ------
        FormatError
            When the config has nothing of these.
        MissingPackageError
            When ``datasets`` is not installed.

        Warns
        -----
        UserWarning
            When something that was said has no place in it.
        """
        return datasets.to_dataset(self._work, drafts=drafts)

    def export(
        self,
        /,
        path: str | Path,
        format: str | None = None,  # noqa: A002 - the word users know
        *,
        media: str | Path | None = None,
        drafts: bool = False,
        **settings: Any,
    ) -> Path:
        """Write the tasks that something was said about to a file, or to a folder.

        Parameters
        ----------
        path
            The file, or for some formats the folder; it is replaced only when all is written.
            In a folder only files that an earlier export wrote are.
        format
            "label-studio" (JSON that a Label Studio server imports as it is),
            "label-studio-min", "csv" or "tsv", as Label Studio writes them; or a format of
            datasets, "coco" say, of docs/formats.md. Case and dashes do not matter. By default
            the file's suffix says it: .json is "label-studio", .csv "csv", .tsv "tsv", and what
            only one format has is that one.
        media
            What becomes of images that are not addresses: "embed", as it is by default, puts them
            into Label Studio's files as data URIs; a folder's path writes them there; "keep"
            leaves paths as they are. In formats of datasets "keep" is the default of a file, and
            "copy", into the folder, that of a folder.
        drafts
            Whether unsubmitted work is written too.
        **settings
            Those of the format, as docs/formats.md has them.

        Returns
        -------
        pathlib.Path
            The file or folder.

        Raises
        ------
        FormatError
            When there is no such format, nothing of the config fits it, or it cannot be written
            there.

        Warns
        -----
        UserWarning
            When something does not fit a format of datasets: what, how often, and where first;
            `losses` lists it. When a column of the data has a name that "label-studio-min" or
            "csv" has a column of its own for (``id``, ``annotator``, ``created_at``, ...): it is
            ``_data_<name>`` there.

        Notes
        -----
        A format of datasets has one truth for each task: the newest annotation that is marked as
        ground truth, else the newest submitted one. Tasks that were only skipped are left out.
        """
        return exporting.write(self._work, path, format, media, settings, drafts=drafts)

    def losses(
        self,
        /,
        format: str,  # noqa: A002 - the word users know
        *,
        drafts: bool = False,
        **settings: Any,
    ) -> F:
        """List what a format of datasets does not carry; nothing is written.

        Parameters
        ----------
        format, drafts, **settings
            As in `export`.

        Returns
        -------
        frame
            One row a loss, in the data's library: ``key``, ``control`` and ``what``.

        Raises
        ------
        FormatError
            When there is no such format, or nothing of the config fits it.

        Examples
        --------
        >>> config = '''<View><Image name="photo" value="$image"/>
        ...   <RectangleLabels name="box" toName="photo"><Label value="Cat"/></RectangleLabels>
        ...   <Choices name="light" toName="photo"><Choice value="day"/></Choices></View>'''
        >>> project = Project([{"image": "https://example.org/a.jpg"}], config, store=":memory:")
        >>> uid = project.annotate(0, light="day", box=[])
        >>> project.losses("coco")["what"].tolist()[0]
        'the size of an image is not known and not in the file'
        """
        form = exporting.dataset_of(format)
        rows = datasets.losses(self._work, form, settings, drafts=drafts)
        names = ("key", "control", "what")
        values = {name: [row[name] for row in rows] for name in names}
        made: F = frames.new_frame(self._work, values, dict.fromkeys(names, str))
        return made
