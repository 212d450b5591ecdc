"""A model as a Label Studio ML backend: what a Label Studio server asks, and what it is answered.

The protocol is that of Label Studio 1.23 and of its reference server, label-studio-ml-backend.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from nblabel.base.errors import NblabelError
from nblabel.connect.server import Answer, Asked, Login, RefusedError, Server, check_host
from nblabel.core.annotation import Prediction, named
from nblabel.core.model import Context, Model, Task, fresh

_MOST = 256 << 20  # bytes: Label Studio sends all chosen tasks in one request
_TOGETHER = 256  # tasks that a model is asked about in one call
_MOST_TASKS = 100_000  # that are kept to learn from

CREATED, UPDATED = "ANNOTATION_CREATED", "ANNOTATION_UPDATED"
_DELETED = frozenset({"ANNOTATION_DELETED", "ANNOTATIONS_DELETED"})


class Calls(Protocol):
    """Calls a model and reads its answers, as `nblabel.loop.Caller` does."""

    model: Model

    def __call__(
        self, tasks: list[Task], context: Context | None = None
    ) -> Sequence[Prediction | Exception | None]:
        """Ask about tasks."""


Open = Callable[[Any, str], Calls]
"""Tells a model of a config, XML text, and returns what calls it; a NblabelError says why not."""


class Backend(Server):
    """A model that a Label Studio server asks; `nblabel.serve` makes it.

    Parameters
    ----------
    model
        The model.
    config
        The labeling config, as XML text, until the server sends its own.
    opened
        Tells a model of a config, and returns what calls it.
    checked
        Raises a NblabelError where XML text is no labeling config.
    host, port, user, password, every
        As in `nblabel.serve`.
    """

    def __init__(
        self,
        model: Any,
        config: str,
        opened: Open,
        checked: Callable[[str], Any],
        *,
        host: str,
        port: int,
        user: str | None,
        password: str | None,
        every: int | None,
    ) -> None:
        check_host(host, password, "serve()", "password")
        self._open = opened
        self._check = checked
        self._every = every
        self._config = config
        self._calls, self._calls_config = opened(model, config), config
        self._turn = threading.Lock()  # the model is asked one thing at a time
        self._lessons = Lessons()
        self._versions = [self._version]
        self._changed = threading.Condition()
        self._wanted: list[Any] = []  # the projects whose tasks are to be learned
        self._is_training = False
        login = None if password is None else Login(user, password)
        super().__init__(host, port, login=login, most=_MOST)

    @property
    def model(self) -> Model:
        """The model that answers: after a training, the copy that learned."""
        return self._calls.model

    @property
    def is_training(self) -> bool:
        """Whether the model learns now."""
        return self._is_training

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is to be learned any more; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._is_training, timeout)

    @property
    def _version(self) -> str:
        version = self._calls.model.version
        return type(self._calls.model).__name__ if version is None else str(version)

    # -- what is asked

    def _answer(self, asked: Asked) -> Answer:
        routes = {
            "/": ("GET", self._health),
            "/health": ("GET", self._health),
            "/versions": ("GET", self._told_versions),
            "/setup": ("POST", self._setup),
            "/predict": ("POST", self._predict),
            "/webhook": ("POST", self._webhook),
            "/train": ("POST", self._train),
            "/validate": ("POST", self._validate),
        }
        if asked.path not in routes:
            raise RefusedError(404, f"there is no {asked.path[:100]} here")
        method, answer = routes[asked.path]
        if asked.method not in {method, "HEAD" if method == "GET" else method}:
            allow = {"Allow": method}
            raise RefusedError(405, f"{asked.path} is asked with {method}", allow)
        return answer(asked.json() if method == "POST" else {})

    def _health(self, _: Mapping[str, Any]) -> Answer:
        return 200, {"status": "UP", "model_class": type(self.model).__name__}

    def _told_versions(self, _: Mapping[str, Any]) -> Answer:
        return 200, {"versions": self._versions}

    def _setup(self, said: Mapping[str, Any]) -> Answer:
        # Label Studio waits three seconds: the model is told of it when it is asked something.
        self._config = self._needed_config(said, "schema")
        return 200, {"model_version": self._version}

    def _validate(self, said: Mapping[str, Any]) -> Answer:
        self._needed_config(said, "config")
        return 200, {"status": "ok"}

    def _predict(self, said: Mapping[str, Any]) -> Answer:
        tasks = tasks_of(said.get("tasks"), "tasks")
        params = said.get("params")
        context = params.get("context") if isinstance(params, dict) else None
        if context is not None and not isinstance(context, dict):
            raise RefusedError(400, "params.context is no JSON object")
        if said.get("label_config"):
            self._config = self._needed_config(said, "label_config")
        config = self._config
        for task in tasks:
            self._lessons.take(task, task.get("annotations"))
        if not tasks:
            return 200, {"results": []}
        answers: list[Prediction | Exception | None] = []
        for first in range(0, len(tasks), _TOGETHER):
            if first:
                time.sleep(0.001)  # whoever draws meanwhile has the turn now
            with self._turn:
                some = tasks[first : first + _TOGETHER]
                answers += self._calls_for(config)(some, context)
        wrong = [answer for answer in answers if isinstance(answer, Exception)]
        if len(wrong) == len(answers):
            raise NblabelError(f"the model's answer does not fit: {wrong[0]}")
        for error in wrong:
            self.tell(f"one of {len(answers)} tasks has no prediction: {error}")
        entries = [_entry(answer) for answer in answers]
        # Interactive, the editor reads the first entry as it is; else an empty list keeps nothing.
        nothing: Any = [] if context is None else {"result": []}
        return 200, {
            "results": [nothing if entry is None else entry for entry in entries],
            "model_version": self._version,
        }

    def _webhook(self, said: Mapping[str, Any]) -> Answer:
        action = str(said.get("action"))
        project = _number(said.get("project"))
        if action == "START_TRAINING":
            return 201, {"result": self._learn(project), "status": "ok"}
        if action in {CREATED, UPDATED, "ANNOTATIONS_CREATED"}:
            count = self._lessons.annotated(said)
        elif action in _DELETED:
            count = self._lessons.deleted(said)
        else:
            return 200, {"result": {}, "status": "Unknown event"}
        if self._every and self._lessons.new >= self._every and hasattr(self.model, "fit"):
            self._lessons.new = 0
            return 201, {"result": self._learn(project), "status": "ok"}
        return 201, {"result": {"annotations": count}, "status": "ok"}

    def _train(self, said: Mapping[str, Any]) -> Answer:
        tasks = tasks_of(said.get("annotations"), "annotations")
        if said.get("label_config"):
            self._config = self._needed_config(said, "label_config")
        for task in tasks:
            self._lessons.take(task, task.get("annotations"))
        return 201, {"result": self._learn(_number(said.get("project"))), "status": "ok"}

    def _needed_config(self, said: Mapping[str, Any], name: str) -> str:
        config = said.get(name)
        if not isinstance(config, str) or not config.lstrip("\ufeff \t\r\n").startswith("<"):
            raise RefusedError(400, f'"{name}" is no labeling config: XML is expected')
        if config != self._config:
            try:
                self._check(config)
            except NblabelError as error:
                raise RefusedError(400, " ".join(str(error).split())) from None
        return config

    def _calls_for(self, config: str) -> Calls:
        """Return what calls the model, told of a config; only whose turn it is may ask."""
        if self._calls_config != config:
            self._calls, self._calls_config = self._open(self.model, config), config
        return self._calls

    # -- what is learned

    def _learn(self, project: Any) -> dict[str, Any]:
        """Have a project's tasks learned, in a thread; return what is said of that."""
        if not hasattr(self.model, "fit"):
            raise RefusedError(400, f"{type(self.model).__name__} does not learn: it has no fit()")
        count = len(self._lessons.of(project))
        if not count:
            raise RefusedError(
                400,
                "there is nothing to learn from: set a web hook of the project's annotations to "
                f"{self.url}/webhook, with payload",
            )
        with self._changed:
            if project not in self._wanted:
                self._wanted.append(project)
            if not self._is_training:
                self._is_training = True
                threading.Thread(target=self._trained, name="nblabel fit", daemon=True).start()
        return {"tasks": count}

    def _trained(self) -> None:
        while True:
            with self._changed:
                if not self._wanted:
                    self._is_training = False
                    self._changed.notify_all()
                    return
                project = self._wanted.pop(0)
            try:
                self._fit(self._lessons.of(project))
            except Exception as error:  # a stranger's model may raise anything
                self.tell(f"fit() failed with {type(error).__name__}: {error}".removesuffix(": "))

    def _fit(self, tasks: list[Task]) -> None:
        """Let a copy learn, which answers from then on; who asks meanwhile does not wait."""
        config = self._config
        try:
            learner = fresh(self.model)
        except Exception:  # it holds what cannot be copied: then it is not asked meanwhile
            with self._turn:
                self._calls_for(config).model.fit(tasks)  # type: ignore[attr-defined]
        else:
            calls = self._open(learner, config)
            calls.model.fit(tasks)  # type: ignore[attr-defined]
            with self._turn:
                self._calls, self._calls_config = calls, config
        if self._version not in self._versions:
            self._versions = [*self._versions, self._version]


class Lessons:
    """The tasks that a server told of, with what people said of them."""

    def __init__(self) -> None:
        self.new = 0  # annotations since the model learned by itself
        self._lock = threading.Lock()
        self._tasks: dict[Any, Task] = {}
        self._said: dict[Any, dict[Any, Mapping[str, Any]]] = {}  # annotations, by their tasks

    def of(self, project: Any) -> list[Task]:
        """Return a project's annotated tasks; None for those of every project."""
        with self._lock:
            return [
                {**task, "annotations": said}
                for at, task in self._tasks.items()
                if project is None or _number(task.get("project")) in {project, None}
                if (said := [a for a in self._said[at].values() if not a.get("was_cancelled")])
            ]

    def take(self, task: Task, annotations: Any) -> None:
        """Keep a task and all that was said of it, in place of what was known."""
        said = [a for a in _listed(annotations) if isinstance(a.get("result"), list)]
        if said and _is_id(task.get("id")):
            with self._lock:
                self._keep(task)
                self._said[task["id"]] = {_id(a, n): a for n, a in enumerate(said)}

    def annotated(self, said: Mapping[str, Any]) -> int:
        """Take one annotation, or several, that are new or changed; return how many."""
        annotations, tasks = _listed(said.get("annotation")), _listed(said.get("task"))
        by_id = {
            task["id"]: task
            for task in tasks
            if _is_id(task.get("id")) and isinstance(task.get("data"), dict)
        }
        taken = 0
        for annotation in annotations:
            about = annotation.get("task", next(iter(by_id), None))
            task = by_id.get(about) if _is_id(about) else None
            if task is None or not isinstance(annotation.get("result"), list):
                continue
            with self._lock:
                self._keep({"project": _number(said.get("project")), **task})
                self._said[task["id"]][_id(annotation, 0)] = annotation
                self.new += 1
            taken += 1
        if not taken:
            raise RefusedError(
                400, "it has no annotation with its task: the web hook must send its payload"
            )
        return taken

    def deleted(self, said: Mapping[str, Any]) -> int:
        """Forget annotations; return how many there were."""
        given = [*_listed(said.get("annotations")), *_listed(said.get("annotation"))]
        ids = [one["id"] for one in given if _is_id(one.get("id"))]
        with self._lock:
            of_tasks = self._said.values()
            return sum(said.pop(at, None) is not None for at in ids for said in of_tasks)

    def _keep(self, task: Task) -> None:
        at = task["id"]
        self._said.setdefault(at, {})
        self._tasks.pop(at, None)  # it is the newest now
        self._tasks[at] = {
            name: value for name, value in task.items() if name not in {"annotations", "drafts"}
        }
        while len(self._tasks) > _MOST_TASKS:
            oldest = next(iter(self._tasks))
            del self._tasks[oldest], self._said[oldest]


def tasks_of(given: Any, name: str) -> list[Task]:
    """Read a list of Label Studio tasks."""
    if not isinstance(given, list):
        raise RefusedError(400, f'"{name}" is no list of tasks')
    for number, task in enumerate(given):
        if not (isinstance(task, dict) and isinstance(task.get("data"), dict)):
            raise RefusedError(400, f'{name}[{number}] is no task: it has no object "data"')
    return given


def _listed(given: Any) -> list[dict[str, Any]]:
    several: Iterable[Any] = given if isinstance(given, list) else [given]
    return [one for one in several if isinstance(one, dict)]


def _is_id(given: Any) -> bool:
    return isinstance(given, int | str)


def _id(annotation: Mapping[str, Any], otherwise: int) -> Any:
    known = annotation.get("id")
    return known if _is_id(known) else f"#{otherwise}"


def _number(project: Any) -> Any:
    """Return a project's number, which comes alone, in an object, or as ``id.timestamp``."""
    if isinstance(project, dict):
        project = project.get("id")
    if isinstance(project, str):
        head = project.partition(".")[0]
        return int(head) if head.isascii() and head.isdecimal() and len(head) < 19 else None
    return project if isinstance(project, int) else None


def _entry(answer: Prediction | Exception | None) -> dict[str, Any] | None:
    """Write what is said of one task as a server takes it."""
    if not isinstance(answer, Prediction):
        return None
    entry: dict[str, Any] = {"result": named(answer.results)}
    if answer.score is not None:
        entry["score"] = answer.score
    if answer.model_version is not None:
        entry["model_version"] = answer.model_version
    return entry
