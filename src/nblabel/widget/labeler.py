"""The editor in the cell: a `Project` with a screen."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    TypeVar,
    get_args,
    overload,
)

import anywidget
import traitlets

from nblabel.base.arguments import known_only, one_of, passing_on_to
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import ArgumentError, NblabelError
from nblabel.base.version import __version__
from nblabel.core.annotation import Prediction, Result
from nblabel.core.change import Applied, Change, Conflict, Outcome
from nblabel.core.model import Model
from nblabel.core.task import TaskView
from nblabel.loop import Predict
from nblabel.media.pieces import Piece
from nblabel.project import Project, Topic, check_filter
from nblabel.tasks.libraries import F
from nblabel.widget.code import code, code_hash, families, order, packed
from nblabel.widget.keys import keyed, prompting, remapped, told
from nblabel.widget.wire import (
    PROTOCOL,
    Packed,
    Sent,
    decode_change,
    encode,
    encode_tasks,
    packed_json,
    unpacked,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from nblabel.project import ConfigSource, Settings
    from nblabel.tasks.libraries import PandasData, PandasFrame, PolarsFrame

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
_MAX_TASKS = 50
_MAX_BINS = 1_000
_DECISIONS = 10
_GESTURES = 100  # that can be undone after a reload

Ask = dict[str, Any]
Buffers = Sequence[Any]
Answer = tuple[Any, list[bytes]]
"""What is answered, and the buffers that go with it."""

P = ParamSpec("P")
T = TypeVar("T")


def _of_project(
    method: Callable[Concatenate[Project[F], P], T],
) -> Callable[Concatenate[Labeler[F], P], T]:
    """Make a method of the project one of the Labeler, so that a notebook needs but one name."""

    @functools.wraps(method)
    def passed_on(labeler: Labeler[F], /, *args: P.args, **options: P.kwargs) -> T:
        return method(labeler.project, *args, **options)

    return passed_on


class Labeler(anywidget.AnyWidget, Generic[F]):
    """A labeling editor in a notebook cell.

    Parameters
    ----------
    data
        The rows to label: a frame of any library, a list of dicts, of texts, paths or images, a
        dict of columns, Label Studio tasks, a path to a file, a folder or a pattern of media, a
        query; or a `Project`, to which everything but
        ``keys`` and ``theme`` belongs then.
    config
        The labeling config: XML or its bytes, a path or a template's name; or a list of labels,
        of which one is chosen about the only column of texts or images.
    keys
        Keys in place of Label Studio's, by command, label or choice: ``{"annotation:submit":
        "ctrl+s", "Positive": "p", "entities/Person": "1"}``, with the control's name where
        several have a label of that name; ``?`` in the editor lists the commands.
    theme
        "auto" follows the notebook; "light" or "dark" do not.
    name
        Name of the project in the store; by default made from the config's controls and the
        name of the data's file, so that a new label or colour keeps the work.
    store
        Where the work is kept: a path, an SQLAlchemy URL or ":memory:"; by default
        ``nblabel.db`` in the working directory.
    key
        The column that tells tasks apart; by default Label Studio tasks are known by their ids,
        and other rows with equal bound values are one task.
    annotator
        Who labels. By default nobody by name; where Label Studio tasks came with annotations of
        one annotator only, that one, so that a fix changes what is there.
    predict
        What suggests results: a model of `nblabel.models`, or a function, which is called with
        a list of Label Studio task dicts and returns for each what `annotate` takes, a
        prediction dict that holds it under ``result``, or None.
    root
        The folder, or folders, that local images must lie in.
    protocols
        Protocols besides http(s) and local paths that images may be read with. Those named here,
        "https" too, may also be fetched with by HTML and styles in the config or the data; without
        them only ``data:`` is.
    max_pixels
        Images with more pixels are not decoded, and told so.
    media
        A folder, or another address, for each beginning of addresses that media have:
        ``{"/data/upload/": "/srv/label-studio/media/upload"}``.
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
    NblabelError
        When ``theme`` or a name in ``keys`` is not known, or a key is given twice, or one that
        the browser keeps for itself.
    TypeError
        When there is no such argument; it names the nearest.

    Examples
    --------
    >>> import pandas as pd
    >>> from nblabel import Labeler
    >>> frame = pd.DataFrame({"text": ["It works.", "It broke."]})
    >>> config = '''
    ... <View>
    ...   <Text name="text" value="$text"/>
    ...   <Choices name="verdict" toName="text">
    ...     <Choice value="good"/><Choice value="bad"/>
    ...   </Choices>
    ... </View>'''
    >>> labeler = Labeler(frame, config, store=":memory:")
    >>> labeler.progress()["total"]
    2
    """

    _esm = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True, echo_update=False)
    theme = traitlets.Enum(THEMES, default_value="auto").tag(sync=True, echo_update=False)

    _forget: Callable[[], None] | None = None  # what was never made whole is closed too

    @overload
    def __init__(
        self: Labeler[F],
        data: Project[F],
        config: ConfigSource | None = None,
        *,
        keys: Mapping[str, str] | None = None,
        theme: Theme = "auto",
        **settings: Unpack[Settings],
    ) -> None: ...
    @overload
    def __init__(
        self: Labeler[PandasFrame],
        data: PandasData = None,
        config: ConfigSource | None = None,
        *,
        keys: Mapping[str, str] | None = None,
        theme: Theme = "auto",
        **settings: Unpack[Settings],
    ) -> None: ...
    @overload
    def __init__(
        self: Labeler[PolarsFrame],
        data: PolarsFrame,
        config: ConfigSource | None = None,
        *,
        keys: Mapping[str, str] | None = None,
        theme: Theme = "auto",
        **settings: Unpack[Settings],
    ) -> None: ...
    @overload
    def __init__(
        self: Labeler[Any],
        data: Any = None,
        config: ConfigSource | None = None,
        *,
        keys: Mapping[str, str] | None = None,
        theme: Theme = "auto",
        **settings: Unpack[Settings],
    ) -> None: ...
    @passing_on_to(Project.__init__)
    def __init__(
        self,
        data: Any = None,
        config: ConfigSource | None = None,
        *,
        keys: Mapping[str, str] | None = None,
        theme: Theme = "auto",
        **settings: Unpack[Settings],
    ) -> None:
        known_only(settings, Labeler)
        one_of("theme", theme, THEMES, NblabelError)
        given = remapped(keys)
        if isinstance(data, Project):
            _refuse_settings(config, settings)
            self._project: Project[F] = data
        else:
            self._project = Project(data, config, **settings)
        try:
            self._keyed = keyed(self._project.config, given)
        except NblabelError:
            if self._project is not data:
                self._project.close()
            raise
        self._given = given
        self._filter = "unlabeled"
        spec = {
            "protocol": PROTOCOL,
            "version": __version__,
            "hash": code_hash(),
            "families": [
                *families(self._project.config),
                *(["prompts"] if self._project.prompts else []),
            ],
            **self._project.spec(),
            **told(self._keyed, given, prompts=self._project.prompts),
        }
        super().__init__(_esm=code("loader.js").decode(), spec=spec, theme=theme)
        self.on_msg(self._hear)
        self._forget = self._project.on_change(self._tell)
        _complete_own_names()

    def __dir__(self) -> list[str]:
        """Give the names that a person uses; what makes it a widget is there, but not told."""
        return [name for name in vars(Labeler) if not name.startswith("_") and name != "spec"]

    def __repr__(self) -> str:
        """Name the project without serialising the widget's state."""
        project, _, told = repr(self._project).partition("\n")
        return f"Labeler({project})\n{told}" if told else f"Labeler({project})"

    def close(self) -> None:
        """Take the editor out of the notebook; the project and its store stay usable."""
        if self._forget is not None:
            self._forget()
        super().close()

    @property
    def project(self) -> Project[F]:
        """The project without a screen."""
        return self._project

    @property
    def problems(self) -> list[str]:
        """What was odd about config, data and store, a sentence each; the editor shows them."""
        return self._project.problems

    @property
    def advance(self) -> bool:
        """Whether an answer goes on to the next task; can be set."""
        return self._project.advance

    @advance.setter
    def advance(self, value: bool | None) -> None:
        self._project.advance = value
        self.spec = {**self.spec, "advance": self._project.advance}

    @property
    def order(self) -> list[str] | None:
        """The keys of tasks that are asked before all others; None in the order of the rows.

        Can be set, as `Project.order`. An order of tasks that were labeled before is a review: the
        editor goes through them.
        """
        return self._project.order

    @order.setter
    def order(self, given: Any) -> None:
        self._project.order = given

    @property
    def model(self) -> Model | None:
        """The model that suggests; can be set, to another or to None."""
        return self._project.model

    @model.setter
    def model(self, model: Model | Predict | None) -> None:
        self._project.model = model

    to_frame = _of_project(Project.to_frame)
    results = _of_project(Project.results)
    to_label_studio = _of_project(Project.to_label_studio)
    export = _of_project(Project.export)
    losses = _of_project(Project.losses)
    to_dataset = _of_project(Project.to_dataset)
    annotate = _of_project(Project.annotate)
    clear = _of_project(Project.clear)
    check = _of_project(Project.check)
    progress = _of_project(Project.progress)
    key = _of_project(Project.key)
    index = _of_project(Project.index)
    predict = _of_project(Project.predict)
    attach_predictions = _of_project(Project.attach_predictions)
    suspicious = _of_project(Project.suspicious)
    find = _of_project(Project.find)
    next = _of_project(Project.next)
    history = _of_project(Project.history)
    revert = _of_project(Project.revert)
    timeline = _of_project(Project.timeline)
    lease = _of_project(Project.lease)
    release = _of_project(Project.release)
    refresh = _of_project(Project.refresh)
    on = _of_project(Project.on)
    webhook = _of_project(Project.webhook)
    push = _of_project(Project.push)
    to_cvat = _of_project(Project.to_cvat)
    from_cvat = _of_project(Project.from_cvat)
    pull = _of_project(Project.pull)
    sync = _of_project(Project.sync)
    server_ids = _of_project(Project.server_ids)
    server_status = _of_project(Project.server_status)

    def go_to(self, index: int) -> None:
        """Show a task, wherever the editor is open.

        Parameters
        ----------
        index
            Its row.
        """
        self._project.key(index)  # tells where there is no such task
        self._say("goto", {"index": index})

    # ---- the wire

    def _hear(self, _widget: Any, content: Any, sent: Any) -> None:
        """Answer one ask. An answer may be an error, which the person sees under the widget."""
        if not isinstance(content, dict) or "op" not in content:
            return
        answer: dict[str, Any] = {"v": PROTOCOL, "re": content.get("id")}
        buffers: list[bytes] = []
        try:
            with seldom_searched():  # a task may have thousands of results
                answer["ok"], buffers = self._answer(content, sent or ())
        except Exception as error:  # whatever it is, the browser must hear of it
            answer["error"] = _sentence(error)
        self.send(answer, buffers)

    def _answer(self, ask: Ask, sent: Buffers) -> Answer:
        if ask.get("v") != PROTOCOL:
            raise NblabelError(
                f"this page speaks nblabel's protocol {ask.get('v')}, the kernel {PROTOCOL}: "
                "reload the page, unsaved work is kept"
            )
        answer = _OPS.get(ask["op"]) if isinstance(ask["op"], str) else None
        if answer is None:
            raise NblabelError(
                f'the browser asks for "{ask["op"]}", which this kernel does not know'
            )
        return answer(self, ask, sent)

    def _find(self, ask: Ask, _sent: Buffers) -> Answer:
        project = self._project
        read = _read(ask)
        step, count = read.integer("step"), read.integer("count")
        return project.found(read.integer("from"), step, read.text("filter"), count), []

    def _search(self, ask: Ask, _sent: Buffers) -> Answer:
        """Find tasks by words, or list those of a filter where there are none."""
        read, project = _read(ask), self._project
        words, start, count = read.text("words"), read.integer("from"), read.integer("count")
        count = min(count, _MAX_TASKS)
        if words.strip():
            hits, after = project.search(words, max(start, 0), count)
        else:
            rows = project.found(start, 1, read.text("filter"), count)
            hits, after = project.described(rows), None
        return {"hits": encode(hits), "after": after}, []

    def _map(self, ask: Ask, _sent: Buffers) -> Answer:
        return self._project.mapped(min(_read(ask).integer("bins"), _MAX_BINS)), []

    def _sift(self, _ask: Ask, _sent: Buffers) -> Answer:
        """Count what filters find; asked again until all is known."""
        counts, known = self._project.sifted()
        return {"counts": counts, "known": known}, []

    def _seen(self, ask: Ask, _sent: Buffers) -> Answer:
        read = _read(ask)
        wanted = read.text("filter")
        check_filter(wanted)
        self._filter = wanted
        self._project.remember(read.integer("index"))
        return None, []

    def _views(self, indices: Sequence[int]) -> list[TaskView]:
        """Return the tasks that can be shown; an error only where none of them can."""
        self._project.read_together(indices)
        shown = [self._view(index) for index in indices]
        views = [view for view in shown if isinstance(view, TaskView)]
        errors = [error for error in shown if isinstance(error, NblabelError)]
        if errors and not views:
            raise errors[0]
        return views  # the others are told of when they are asked for alone

    def _view(self, index: int) -> TaskView | NblabelError:
        try:
            return self._project.view(index, self._keyed)
        except NblabelError as error:
            return error

    def _open(self, ask: Ask) -> Answer:
        """Tell where to begin, with that task: it is not asked for a second time."""
        index = self._project.start() if self._project.at_least else None
        first = None if index is None else self._view(index)
        views = [first] if isinstance(first, TaskView) else []
        packs = _packs(ask)
        _, buffers = encode_tasks(views, packs=packs) if views or packs else (None, [])
        packed = Packed(buffers) if packs else None
        return {
            "index": index,
            "filter": self._filter,
            "ordered": self._project.is_ordered,
            "progress": self._project.progress_so_far(),
            "decisions": self._project.decisions(_DECISIONS),
            "gestures": [
                {**encode(gesture, packed), "index": index}
                for gesture, index in self._project.gestures(_GESTURES)
            ],
            "model": self.model_id,
            **({"prompts": True} if self._project.prompts else {}),
        }, buffers

    def _take_all(self, ask: Ask, buffers: Buffers) -> Answer:
        """Write a batch to the store; what is acknowledged is on disk."""
        sent = _read(ask).list("changes")
        read = [_decoded(one, buffers) for one in sent]
        packed = Packed([]) if _packs(ask) else None
        changes = [change for change in read if isinstance(change, Change)]
        outcomes = iter(self._project.apply_all(changes, teller=self._tell))
        told = [_told(next(outcomes) if isinstance(c, Change) else c, packed) for c in read]
        applied = [c for c, answer in zip(sent, told, strict=True) if "applied" in answer]
        if applied:  # another tab of the notebook shows the same labeler
            keys = list({change["key"]: None for change in applied})
            self._say("changed", {"keys": keys, "client": applied[-1]["client"]})
        return told, packed.buffers if packed else []

    def _index(self, _ask: Ask, _sent: Buffers) -> Answer:
        """Look through more rows, as nobody waits for anything; tell the counts."""
        self._project.index_some()
        return self._project.progress(), []

    def _make_piece(self, ask: Ask, _sent: Buffers) -> Answer:
        """Have a piece of a large image made; it comes as an event, whenever it is ready."""
        read = _read(ask)
        image = {name: read.integer(name) for name in ("index", "element", "item")}
        column, row = (read.integer(n) if read.has(n) else None for n in ("column", "row"))
        piece = Piece(read.integer("level"), column, row)
        about = {**image, "level": piece.level, "column": column, "row": row}
        self._project.ask_piece(
            (image["index"], image["element"], image["item"]),
            piece,
            lambda data, mime: self._say("piece", {**about, "mime": mime}, [data]),
            failed=lambda problem: self._say("piece", {**about, "problem": problem}),
            progress=lambda part: self._say("decoding", {**image, "part": part}),
        )
        return None, []

    def _suggest(self, ask: Ask, sent: Buffers) -> Answer:
        """Have the model asked about what is drawn; what it says comes as an event."""
        read = _read(ask)
        about = {"question": read.text("question")}
        drawn = [_result(one, sent) for one in read.list("results")]
        packs = _packs(ask)

        def answered(said: Prediction | None) -> None:
            packed = Packed([])
            score = {} if said is None or said.score is None else {"score": said.score}
            given = [{**score, **one} for one in said.results] if said else []
            results = [packed.result(one) for one in given] if packs else given
            self._say("suggested", {**about, "results": results}, packed.buffers)

        self._project.ask(
            read.integer("index"),
            drawn,
            answered,
            failed=lambda problem: self._say("suggested", {**about, "problem": problem}),
        )
        return None, []

    def _options(self, ask: Ask, _sent: Buffers) -> Answer:
        """Give the options of a control as JSON in a buffer, packed where they are many."""
        read = _read(ask)
        path = [Sent({"step": step}, "a path").text("step") for step in read.list("path")]
        index = read.integer("index") if read.has("index") else None
        return None, [packed_json(self._project.options(read.integer("element"), index, path))]

    def _tell(self, topic: Topic, what: str) -> None:
        """Pass on what the project says."""
        if topic == "problem":
            self._say("problem", {"text": what})
        elif topic == "order":
            if self._project.is_review:
                self._filter = "labeled"
            self._say_order()
        elif topic == "model":
            here = self._project.prompts
            self._say("prompts", {"here": here, "commands": prompting(self._given)})
        else:
            keys = [] if topic == "rows" else [what]
            self._say("changed", {"keys": keys, "progress": self._project.progress_so_far()})
            if topic == "rows":
                self._say_order()  # what comes next is to be asked anew

    def _say_order(self) -> None:
        about = {"ordered": self._project.is_ordered, "filter": self._filter}
        self._say("ordered", about)

    def _say(self, event: str, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        self.send({"v": PROTOCOL, "event": event, **content}, list(buffers))


def _complete_own_names() -> None:
    """Let IPython complete what `dir` gives: by itself it adds what classes have."""
    generics = sys.modules.get("IPython.utils.generics")
    if generics is not None:
        generics.complete_object.register(Labeler, lambda labeler, _: dir(labeler))


def _read(ask: Ask) -> Sent:
    return Sent(ask, "what the browser asks")


def _indices(ask: Ask) -> list[int]:
    sent = _read(ask).list("indices")[:_MAX_TASKS]
    return [Sent({"index": index}, "what the browser asks").integer("index") for index in sent]


_OPS: dict[str, Callable[[Labeler, Ask, Buffers], Answer]] = {
    "code": lambda _labeler, ask, _sent: _code(_read(ask)),
    "open": lambda labeler, ask, _sent: labeler._open(ask),
    "tasks": lambda labeler, ask, _sent: encode_tasks(
        labeler._views(_indices(ask)), packs=_packs(ask)
    ),
    "find": Labeler._find,
    "search": Labeler._search,
    "map": Labeler._map,
    "sift": Labeler._sift,
    "locate": lambda labeler, ask, _sent: (labeler.project.index(_read(ask).text("key")), []),
    "seen": Labeler._seen,
    "index": Labeler._index,
    "piece": Labeler._make_piece,
    "options": Labeler._options,
    "suggest": Labeler._suggest,
    "changes": Labeler._take_all,
    "ping": lambda _labeler, _ask, _sent: (None, []),
}
"""What the browser asks, by its word for it; docs/architecture.md says what each means."""


def _code(read: Sent) -> Answer:
    """Give the files of some entries in order, and those that the page does not have."""
    files = order(map(str, read.list("names")))
    have = set(map(str, read.list("have")))
    return {"files": files}, [packed(file) for file in files if file not in have]


def _refuse_settings(config: object, settings: Mapping[str, Any]) -> None:
    given = [*(["config"] if config is not None else []), *settings]
    if given:
        raise ArgumentError(
            f"{given[0]}= is the Project's: give it to Project(), not beside a Project"
        )


def _result(given: Any, sent: Buffers) -> Result:
    if not isinstance(given, dict):
        raise NblabelError("what is drawn must be results of Label Studio")
    result: Result = unpacked(given, sent)
    return result


def _packs(ask: Ask) -> bool:
    """Whether the page knows of masks in buffers."""
    return ask.get("packs") is True


def _decoded(sent: Any, buffers: Buffers) -> Change | Exception:
    try:
        return decode_change(sent, buffers)
    except Exception as error:  # the browser keeps it and shows why
        return error


def _told(outcome: Outcome, packed: Packed | None) -> dict[str, Any]:
    if isinstance(outcome, Applied):
        return {"applied": outcome.revision}
    if isinstance(outcome, Conflict):
        return {"conflict": encode(outcome.current, packed)}
    return {"refused": _sentence(outcome)}


def _sentence(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if isinstance(error, NblabelError) else f"{type(error).__name__}: {text}"
