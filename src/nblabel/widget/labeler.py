"""The editor in the cell: a `Project` with a screen."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from nblabel.base.errors import NblabelError, near
from nblabel.base.version import __version__
from nblabel.core.change import Applied
from nblabel.project import Kind, Project
from nblabel.widget.code import code, code_hash
from nblabel.widget.wire import PROTOCOL, decode_change, encode, encode_tasks

FILTERS = ("all", "unlabeled", "skipped", "labeled")
THEMES = ("auto", "light", "dark")
_MAX_TASKS = 50
_DECISIONS = 10


class Labeler(anywidget.AnyWidget):
    """A labeling editor in a notebook cell.

    Parameters
    ----------
    data
        The rows to label, or a `Project`: whatever `Project` takes as data.
    config
        The labeling config: XML, a path or a template's name.
    keys
        Keys in place of Label Studio's, by command: ``{"annotation:submit": "ctrl+s"}``;
        ``?`` in the editor lists the commands.
    theme
        "auto" follows the notebook; "light" or "dark" do not.
    **settings
        Everything else that `Project` takes: name, store, key, annotator, predict, root, ...

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

    def __init__(
        self,
        data: Any = None,
        config: Any = None,
        *,
        keys: dict[str, str] | None = None,
        theme: str = "auto",
        **settings: Any,
    ) -> None:
        if theme not in THEMES:
            raise NblabelError(
                f'theme="{theme}" is not one of {", ".join(THEMES)}{near(theme, THEMES)}'
            )
        project = data if isinstance(data, Project) else Project(data, config, **settings)
        self._project = project
        self._filter = "unlabeled"
        spec = {
            "protocol": PROTOCOL,
            "version": __version__,
            "hash": code_hash(),
            "keys": dict(keys or {}),
            **project.spec(),
        }
        super().__init__(_esm=code("loader").decode(), spec=spec, theme=theme)
        self.on_msg(self._hear)
        self._forget = project.on_change(self._tell)

    def __repr__(self) -> str:
        """Name the project without serialising the widget's state."""
        return f"Labeler({self._project!r})"

    def close(self) -> None:
        """Take the editor out of the notebook; the project and its store stay usable."""
        self._forget()
        super().close()

    # ---- the project's own, so that a Labeler is all that a notebook needs

    @property
    def project(self) -> Project:
        """The project without a screen."""
        return self._project

    def to_frame(self, **options: Any) -> Any:
        """Return the frame with the labels; see `Project.to_frame`."""
        return self._project.to_frame(**options)

    def results(self, **options: Any) -> Any:
        """Return one row per result; see `Project.results`."""
        return self._project.results(**options)

    def to_label_studio(self, **options: Any) -> Any:
        """Return Label Studio tasks; see `Project.to_label_studio`."""
        return self._project.to_label_studio(**options)

    def export(self, path: Any, **options: Any) -> Any:
        """Write a file; see `Project.export`."""
        return self._project.export(path, **options)

    def annotate(self, key: Any, results: Any, **options: Any) -> Any:
        """Submit results for a task; see `Project.annotate`."""
        return self._project.annotate(key, results, **options)

    def check(self) -> Any:
        """Report results that do not fit the config; see `Project.check`."""
        return self._project.check()

    def progress(self) -> dict[str, int]:
        """Count the tasks; see `Project.progress`."""
        return self._project.progress()

    # ---- the wire

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Answer one ask. An answer may be an error, which the person sees under the widget."""
        if not isinstance(content, dict) or "op" not in content:
            return
        answer: dict[str, Any] = {"v": PROTOCOL, "re": content.get("id")}
        buffers: list[bytes] = []
        try:
            answer["ok"], buffers = self._answer(content)
        except Exception as error:  # whatever it is, the browser must hear of it
            answer["error"] = _sentence(error)
        self.send(answer, buffers)

    def _answer(self, ask: dict[str, Any]) -> tuple[Any, list[bytes]]:
        if ask.get("v") != PROTOCOL:
            raise NblabelError(
                f"this page speaks nblabel's protocol {ask.get('v')}, the kernel {PROTOCOL}: "
                "reload the page, unsaved work is kept"
            )
        match ask["op"]:
            case "code":
                return None, [code(str(ask["name"]))]
            case "open":
                return self._open(), []
            case "tasks":
                indices = [int(index) for index in ask["indices"][:_MAX_TASKS]]
                return encode_tasks([self._project.view(index) for index in indices])
            case "find":
                found = self._project.find(
                    int(ask["from"]), int(ask["step"]), ask["filter"], int(ask["count"])
                )
                return found, []
            case "seen":
                self._filter = str(ask["filter"])
                self._project.remember(int(ask["index"]))
                return None, []
            case "changes":
                return [self._take(sent) for sent in ask["changes"]], []
            case op:
                raise NblabelError(f'the browser asks for "{op}", which this kernel does not know')

    def _open(self) -> dict[str, Any]:
        return {
            "index": self._project.start() if len(self._project) else None,
            "filter": self._filter,
            "progress": self._project.progress(),
            "decisions": self._project.decisions(_DECISIONS),
            "model": self.model_id,
        }

    def _take(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Write one change to the store; it is acknowledged only when it is on disk."""
        try:
            outcome = self._project.apply(decode_change(sent), teller=self._tell)
        except Exception as error:  # the browser keeps it and shows why
            return {"refused": _sentence(error)}
        if isinstance(outcome, Applied):
            return {"applied": outcome.revision}
        return {"conflict": encode(outcome.current)}

    def _tell(self, kind: Kind, what: str) -> None:
        """Pass on what the project says."""
        if kind == "problem":
            self._say("problem", {"text": what})
        else:
            self._say("changed", {"keys": [what], "progress": self._project.progress()})

    def _say(self, event: str, content: dict[str, Any]) -> None:
        self.send({"v": PROTOCOL, "event": event, **content})


def _sentence(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if isinstance(error, NblabelError) else f"{type(error).__name__}: {text}"
