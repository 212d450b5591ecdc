"""One project of a Label Studio server: what is asked of it, a request or a few each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nblabel.base.errors import DataError
from nblabel.base.http import ServerError
from nblabel.base.jsontext import dumps, loads
from nblabel.connect.label_studio import LabelStudio, invalid

TITLE = (3, 50)
"""How many characters a title may have."""

_AT = re.compile(r"Error at item (\d+): *(.*?)(?: :: |', code=|$)")
_IDS = 100  # that fit into an address
_LISTED = 1_000  # tasks of a page that has little of each
_CHANGED = ("id", "meta", "created_at", "updated_at")

Triple = tuple[str, str, str]
"""A control's name, its object's, and the type of its results."""


class RefusedError(ServerError):
    """The server refuses some tasks of an import, which are told by their places in it."""

    def __init__(self, error: ServerError, refused: Mapping[int, str]) -> None:
        super().__init__(str(error), error.status, error.wait, error.said)
        self.refused = refused


class FailedError(RefusedError):
    """An import that the server worked on by itself failed; some of it may be there."""


@dataclass(frozen=True, slots=True)
class ServerProject:
    """A project of a server.

    Parameters
    ----------
    server
        The server.
    number, created_at
        Its number there, and when it was made there: numbers are given out again.
    title, config
        Its title, and its labeling config.
    """

    server: LabelStudio
    number: int
    created_at: str
    title: str
    config: str

    @classmethod
    def found(cls, server: LabelStudio, number: int) -> ServerProject:
        """Return a project by its number.

        Raises
        ------
        DataError
            When there is none.
        """
        try:
            return cls._of(server, server.ask("GET", f"/api/projects/{number}/"))
        except ServerError as error:
            if error.status != 404:
                raise
            raise DataError(f"{server.url} has no project {number}") from None

    @classmethod
    def titled(cls, server: LabelStudio, title: str) -> list[ServerProject]:
        """Return the projects with a title, which several may have."""
        asked = {"title": title, "include": "id,title"}
        pages = server.pages("/api/projects/", asked, "results", 100)
        numbers = [one["id"] for page in pages for one in page if one.get("title") == title]
        return [cls.found(server, number) for number in numbers]

    @classmethod
    def made(cls, server: LabelStudio, title: str, config: str) -> ServerProject:
        """Make a project.

        Raises
        ------
        DataError
            When the server does not take the config.
        """
        check_config(server, "/api/projects/validate/", config)
        body = {"title": title, "label_config": config}
        return cls._of(server, server.ask("POST", "/api/projects/", body))

    @classmethod
    def _of(cls, server: LabelStudio, told: Any) -> ServerProject:
        try:
            return cls(
                server, int(told["id"]), told["created_at"], told["title"], told["label_config"]
            )
        except (KeyError, TypeError, ValueError):
            raise ServerError(f"{server.url} answered with no Label Studio project") from None

    def __str__(self) -> str:
        return f'project {self.number} "{self.title}" of {self.server.url}'

    @property
    def path(self) -> str:
        """Where it is asked."""
        return f"/api/projects/{self.number}"

    @property
    def address(self) -> str:
        """Where a person sees it."""
        return f"{self.server.url}/projects/{self.number}/data"

    # -- the config

    def used(self) -> set[Triple]:
        """Return the controls that annotations were made with there; imported ones do not count."""
        told = self.server.ask("GET", f"{self.path}/summary/").get("created_annotations") or {}
        parts = (name.split("|") for name in told)
        return {(part[0], part[1], part[2]) for part in parts if len(part) == 3}

    def take_config(self, config: str) -> None:
        """Give it another config.

        Raises
        ------
        DataError
            When the server refuses it, before anything is changed.
        """
        check_config(self.server, f"{self.path}/validate/", config)
        self.server.ask("PATCH", f"{self.path}/", {"label_config": config})

    # -- its tasks

    def take(self, tasks: Sequence[bytes], begun: Callable[[int], None]) -> list[int]:
        """Import tasks; return their numbers, in their order.

        Parameters
        ----------
        tasks
            JSON text of each.
        begun
            Told the number of an import that the server works on by itself.

        Raises
        ------
        RefusedError
            When the server says which of the tasks it does not take; it takes none then.
        ServerError
            When it does not take them without saying which, or gives no answer.
        """
        body = b"[" + b",".join(tasks) + b"]"
        query = {"return_task_ids": "true", "commit_to_project": "true"}
        try:
            told = self.server.ask("POST", f"{self.path}/import", body, query=query)
        except ServerError as error:
            refused = _refused(invalid(error))
            raise RefusedError(error, refused) if refused else error from None
        if isinstance(told, dict) and "import" in told:
            begun(int(told["import"]))
            told = self.taken(int(told["import"]))
        ids = told.get("task_ids") if isinstance(told, dict) else None
        if not isinstance(ids, list) or len(ids) != len(tasks):
            raise ServerError(f"{self} took tasks and does not say under which numbers")
        return [int(one) for one in ids]

    def taken(self, number: int) -> Any:
        """Wait for an import that the server works on by itself; return what it says in the end.

        Raises
        ------
        FailedError
            When the import failed.
        """
        told = self.server.until(
            f"{self.path}/imports/{number}/",
            lambda found: found.get("status") in {"completed", "failed"},
        )
        if told["status"] == "failed":
            why = told.get("error")
            error = ServerError(f"{self} refuses an import: {_line(why)}", 400, None, why)
            raise FailedError(error, _refused(why))
        return told

    def glance(self) -> tuple[str, int]:
        """Tell which tasks there are in one text, another whenever one comes or goes; count them.

        Numbers are given out again from the last one down: the last task, when it was made and
        how many there are tell it all.
        """
        asked = {"project": self.number, "page": 1, "page_size": 1, "resolve_uri": "false"}
        asked |= {"include": "id,created_at", "query": _query(ordering="-tasks:id")}
        told = self.server.ask("GET", "/api/tasks", query=asked)
        last = told["tasks"][0] if told["tasks"] else {}
        return f"{told['total']}:{last.get('id', '')}:{last.get('created_at', '')}", told["total"]

    def listed(self, since: str = "") -> Iterator[Mapping[str, Any]]:
        """Yield number, meta and times of the tasks; of those that changed since a time."""
        changed = _query("updated_at", "greater", "Datetime", since) if since else None
        asked = {"project": self.number, "resolve_uri": "false", "query": changed}
        asked["include"] = ",".join(_CHANGED)
        for page in self.server.pages("/api/tasks", asked, "tasks", _LISTED):
            yield from page

    def newest(self, count: int) -> list[Mapping[str, Any]]:
        """Return number and meta of so many tasks that came last."""
        asked = {"project": self.number, "resolve_uri": "false", "include": "id,meta"}
        asked["query"] = _query(ordering="-tasks:id")
        found: list[Mapping[str, Any]] = []
        for page in self.server.pages("/api/tasks", asked, "tasks", min(count, _LISTED)):
            found += page
            if len(found) >= count:
                break
        return found

    def whole(self, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Yield tasks with their annotations."""
        for start in range(0, len(numbers), _IDS):
            asked = {"exportType": "JSON", "download_all_tasks": "true"}
            query = {**asked, "ids[]": list(numbers[start : start + _IDS])}
            yield from self.server.ask("GET", f"{self.path}/export", query=query)

    def suggested(self, numbers: Sequence[int]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Yield tasks' numbers with what models say of them."""
        for start in range(0, len(numbers), _IDS):
            some = list(numbers[start : start + _IDS])
            asked = {"project": self.number, "page": 1, "page_size": _IDS, "fields": "all"}
            asked |= {"resolve_uri": "false", "query": _query("id", "in_list", "List", some)}
            for task in self.server.ask("GET", "/api/tasks", query=asked)["tasks"]:
                yield task["id"], task.get("predictions") or []

    def drop_prediction(self, number: int) -> None:
        """Delete what a model says; what is gone already is as good."""
        try:
            self.server.ask("DELETE", f"/api/predictions/{number}/")
        except ServerError as error:
            if error.status != 404:
                raise

    def snapshot(self) -> list[dict[str, Any]]:
        """Return all tasks with annotations, drafts and predictions, made by the server at once."""
        whole = {"only_id": False}
        options = {"drafts": whole, "predictions": whole, "annotations__completed_by": whole}
        made = self.server.ask(
            "POST",
            f"{self.path}/exports/",
            {"title": "nblabel", "serialization_options": options},
        )
        where = f"{self.path}/exports/{int(made['id'])}"
        try:
            if made.get("status") not in {"completed", "failed"}:
                done = {"completed", "failed"}
                made = self.server.until(where, lambda found: found.get("status") in done)
            if made["status"] == "failed":
                raise ServerError(f"{self} could not make an export")
            tasks: list[dict[str, Any]] = loads(self.server.content("GET", f"{where}/download"))
        finally:
            self._drop(where)
        return tasks

    def _drop(self, where: str) -> None:
        try:
            self.server.ask("DELETE", where)
        except ServerError:
            return  # it lies there, and is in nobody's way

    def members(self) -> dict[int, str]:
        """Return who may be named as an annotator: emails by numbers."""
        try:
            told = self.server.ask("GET", "/api/users/")
        except ServerError as error:
            if error.status not in {403, 404}:
                raise
            told = [self.server.ask("GET", "/api/current-user/whoami")]
        people = told if isinstance(told, list) else told.get("results", [])
        return {one["id"]: one["email"] for one in people if one.get("email")}

    # -- files

    def files(self) -> dict[str, str]:
        """Return the addresses of files that were uploaded, by the names they were given."""
        told = self.server.ask("GET", f"{self.path}/file-uploads", query={"all": "true"})
        paths = (one.get("file", "") for one in told if isinstance(one, dict))
        return {name: _served(path) for path in paths if (name := _own_name(path))}

    def upload(self, name: str, mime: str, content: bytes) -> str:
        """Upload a file; return its address on the server."""
        told = self.server.ask(
            "POST",
            f"{self.path}/import",
            query={"commit_to_project": "false"},
            files={name: (name, mime, content)},
        )
        [number] = told["file_upload_ids"]
        return _served(self.server.ask("GET", f"/api/import/file-upload/{number}")["file"])


def check_config(server: LabelStudio, path: str, config: str) -> None:
    """Ask a server whether it takes a config.

    Raises
    ------
    DataError
        When it does not.
    """
    try:
        server.ask("POST", path, {"label_config": config})
    except ServerError as error:
        if error.status != 400:
            raise
        said = error.said if isinstance(error.said, dict) else {}
        why = said.get("label_config") or invalid(error) or said.get("detail") or str(error)
        raise DataError(f"{server.url} does not take the config: {_line(why)}") from None


def _served(file: str) -> str:
    """Return the address under which a server gives an uploaded file."""
    return file if file.startswith("/") else f"/data/{file}"


def _own_name(path: str) -> str:
    """Return the name that a file was uploaded with: the server puts eight hex digits before it.

    >>> _own_name("/data/upload/3/1a2b3c4d-cat.png")
    'cat.png'
    """
    return path.rpartition("/")[2].partition("-")[2]


def _query(
    column: str = "", operator: str = "", kind: str = "", value: Any = None, *, ordering: str = ""
) -> str:
    asked: dict[str, Any] = {"ordering": [ordering]} if ordering else {}
    if column:
        what = {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind}
        asked["filters"] = {"conjunction": "and", "items": [{**what, "value": value}]}
    return dumps(asked)


def _refused(said: Any) -> dict[int, str]:
    """Read which tasks of an import a server does not take, and why.

    >>> _refused({"non_field_errors": [{}, "Error at item 1: no text :: {'a': 1}"]})
    {1: 'no text'}
    >>> _refused("[ErrorDetail(string='Error at item 7: no text', code='invalid')]")
    {7: 'no text'}
    """
    errors = said.get("non_field_errors", said) if isinstance(said, dict) else said
    found: dict[int, str] = {}
    for place, error in enumerate(errors if isinstance(errors, list) else [errors]):
        text = _line(error) if error else ""
        named = {int(at): why for at, why in _AT.findall(text)}
        if not named and text and isinstance(errors, list) and len(errors) > 1:
            named = {place: text}
        found |= named
    return found


def _line(said: Any) -> str:
    """Put what a server says into one line.

    >>> _line({"label_config": ["no 'c'"]})
    "no 'c'"
    """
    if isinstance(said, dict):
        return "; ".join(filter(None, map(_line, said.values())))
    if isinstance(said, list):
        return "; ".join(filter(None, map(_line, said)))
    return " ".join(str(said).split())[:500]
