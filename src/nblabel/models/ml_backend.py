"""A Label Studio ML backend, asked from here as a Label Studio server asks it."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from nblabel import media, tasks
from nblabel.base.errors import DataError, MediaError
from nblabel.base.http import ServerError, address_of, ask, basic, below
from nblabel.base.ids import digest
from nblabel.config import Config
from nblabel.core.model import Context, Task
from nblabel.models._aims import NO_CONFIG

# Seconds after which Label Studio gives an ML backend up.
_CONNECT, _HEALTH, _SETUP, _VERSIONS, _PREDICT, _TRAIN = 1.0, 1.0, 3.0, 3.0, 100.0, 100.0


class _Login:
    """A user and a password that show themselves to nobody but the server."""

    def __init__(self, user: str, password: str) -> None:
        self._header = basic(user, password)
        self._secrets = (password, self._header.partition(" ")[2])

    def __repr__(self) -> str:
        return "(hidden)"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": self._header}

    @property
    def secrets(self) -> tuple[str, ...]:
        return self._secrets


class MLBackend:
    """A model behind Label Studio's ML backend protocol, used without a Label Studio server.

    Parameters
    ----------
    url
        Where it is, as Label Studio would be told it.
    user, password
        What it asks for, where it does (Basic authentication).
    project
        The project's number there: backends keep what they learned by it. By default it follows
        from the config.
    extra
        ``extra_params`` of its setup.

    Examples
    --------
    >>> backend = MLBackend("http://localhost:9090", user="ana", password="secret")
    >>> backend
    MLBackend('http://localhost:9090')
    """

    def __init__(
        self,
        url: str,
        user: str | None = None,
        password: str | None = None,
        *,
        project: int | None = None,
        extra: Any = None,
    ) -> None:
        self._address = address_of(url, "MLBackend")
        self.url = self._address._replace(query="", fragment="").geturl().rstrip("/")
        self._login = (
            None if user is None and password is None else _Login(user or "", password or "")
        )
        self._number = project
        self._extra = extra
        self._since = int(time.time())
        self._config: Config | None = None
        self._version: str | None = None
        self._is_set_up = False
        self._told: set[str] = set()

    def __repr__(self) -> str:
        return f"MLBackend({self.url!r})"

    @property
    def version(self) -> str | None:
        """What it said that its version is, when it was last set up."""
        return self._version

    # -- what Label Studio asks

    def health(self) -> dict[str, Any]:
        """Ask whether it is there: ``{"status": "UP", "model_class": ...}``.

        Raises
        ------
        DataError
            When it cannot be reached, or says that it is not up.
        """
        told = self._ask("health", timeout=_HEALTH)
        if not isinstance(told, dict) or told.get("status") != "UP":
            raise ServerError(
                f'{self.url} is no ML backend that is up: it said "{str(told)[:100]}"'
            )
        return told

    def setup(self, config: Config) -> None:
        """Take the config. The backend is told of it when it is first asked something."""
        if self._config is None or config.source != self._config.source:
            self._is_set_up = False
        self._config = config

    def connect(self) -> MLBackend:
        """Ask after its health and set it up now, so that what is wrong is told now.

        Returns
        -------
        MLBackend
            The model itself.
        """
        self.health()
        self._set_up()
        return self

    def predict(self, tasks: list[Task], context: Context | None = None) -> list[Any]:
        """Ask about tasks, or about what was just drawn on one of them."""
        if not tasks:
            return []
        if not self._is_set_up:
            self._set_up()
        results = self._results(tasks, context)
        if len(results) == 1 < len(tasks):  # some answer one task only
            results = [one for task in tasks for one in self._results([task], context)[:1]]
        if len(results) != len(tasks):
            raise DataError(
                f"{self.url} was given {len(tasks)} tasks and returned {len(results)} entries"
            )
        return [self._entry(one) for one in results]

    def versions(self) -> list[str]:
        """Ask which versions it has; one that does not know that has its present one."""
        try:
            told = self._ask("versions", timeout=_VERSIONS)
        except ServerError as error:
            if error.status != 404:
                raise
            return [] if self._version is None else [self._version]
        listed = told.get("versions") if isinstance(told, dict) else None
        return [str(one) for one in listed] if isinstance(listed, list) else []

    def train(self) -> MLBackend:
        """Have it train, as the button in Label Studio does."""
        self._tell("START_TRAINING")
        self._set_up()
        return self

    def fit(self, tasks: list[Task]) -> MLBackend:
        """Tell it what people said that it was not told yet, and have it train.

        Each new annotation is an ``ANNOTATION_CREATED``, as a Label Studio server sends it.

        Returns
        -------
        MLBackend
            The model itself.
        """
        for task in tasks:
            for annotation in task.get("annotations") or ():
                mark = digest([task.get("id"), task["data"], annotation])
                if not annotation.get("was_cancelled") and mark not in self._told:
                    self._tell(
                        "ANNOTATION_CREATED", task=self._sent(task), annotation=dict(annotation)
                    )
                    self._told.add(mark)
        return self.train()

    # -- how it is asked

    @property
    def _needed(self) -> Config:
        if self._config is None:
            raise DataError(NO_CONFIG.format("MLBackend"))
        return self._config

    @property
    def project(self) -> int:
        """The project's number there."""
        return int(self._needed.hash[:7], 16) if self._number is None else self._number

    @property
    def _project(self) -> str:
        return f"{self.project}.{self._since}"

    def _set_up(self) -> None:
        told = self._ask(
            "setup",
            {
                "project": self._project,
                "schema": self._needed.source,
                "hostname": "",
                "access_token": "",
                "extra_params": self._extra,
            },
            timeout=_SETUP,
        )
        version = told.get("model_version") if isinstance(told, dict) else None
        self._version = None if version is None else str(version)
        self._is_set_up = True

    def _results(self, tasks: list[Task], context: Context | None) -> list[Any]:
        body = {
            "tasks": [self._sent(task) for task in tasks],
            "project": self._project,
            "label_config": self._needed.source,
            "params": {
                "login": None,
                "password": None,
                "context": None if context is None else dict(context),
            },
        }
        told = self._ask("predict", body, timeout=_PREDICT)
        results = told.get("results") if isinstance(told, dict) else None
        if not isinstance(results, list):
            raise DataError(f'{self.url} answered without "results"')
        if isinstance(told.get("model_version"), str):  # it may have learned meanwhile
            self._version = told["model_version"]
        return results

    def _entry(self, given: Any) -> Any:
        """Read what was said of a task: of several predictions the one with the best score."""
        if isinstance(given, Sequence) and not isinstance(given, str):
            several = [one for one in given if isinstance(one, Mapping)]
            given = max(several, key=_score, default=None)
        if not isinstance(given, Mapping) or not isinstance(given.get("result"), list):
            return None
        known = given.get("model_version") or self._version
        return {
            "result": given["result"],
            "score": given.get("score"),
            "model_version": known,
        }

    def _sent(self, task: Task) -> dict[str, Any]:
        """Give a task as JSON: an image in memory goes along as a data URL."""
        data = {n: tasks.as_json(tasks.plain(value)) for n, value in task["data"].items()}
        data |= tasks.replace_media(self._needed, task["data"], _embedded)
        return {"annotations": [], "predictions": [], "project": self.project, **task, "data": data}

    def _tell(self, action: str, **more: Any) -> None:
        project = {
            "id": self.project,
            "title": "nblabel",
            "label_config": self._needed.source,
            "model_version": self._version,
        }
        self._ask("webhook", {"action": action, "project": project, **more}, timeout=_TRAIN)

    def _ask(self, path: str, body: Any = None, *, timeout: float) -> Any:
        login = self._login
        try:
            return ask(
                below(self._address, path),
                body,
                timeout=timeout,
                connect=_CONNECT,
                headers=login.headers if login else None,
                secrets=login.secrets if login else (),
            )
        except ServerError:
            self._is_set_up = False  # another may stand there next time
            raise


def _score(prediction: Mapping[str, Any]) -> float:
    score = prediction.get("score")
    return float(score) if isinstance(score, int | float) else 0.0


def _embedded(value: Any) -> Any:
    """Give an image in memory as a data URL; an address stays."""
    if isinstance(value, str | os.PathLike) or not tasks.is_media(value):
        return tasks.as_json(value)
    shown = media.load(value)
    if shown.data is None:
        raise MediaError(shown.problem or "there is no image in this row")
    return f"data:{shown.mime};base64,{base64.b64encode(shown.data).decode()}"
