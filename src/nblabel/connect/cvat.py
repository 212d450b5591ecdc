"""A CVAT server: its projects, tasks, jobs and what is drawn there, through cvat-sdk.

The addresses and what they answer are those of CVAT's API, https://docs.cvat.ai/docs/api_sdk/.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nblabel.base import http
from nblabel.base.errors import DataError
from nblabel.base.http import Secret, ServerError
from nblabel.base.jsontext import loads
from nblabel.base.optional import optional

URL, TOKEN = "CVAT_URL", "CVAT_ACCESS_TOKEN"

Json = dict[str, Any]

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further attempt at what a busy server did not answer."""

_PASSING = frozenset({429, 502, 503, 504})
_PAGE = 100
_TOLD = 300  # characters of what a server says


class CVAT:
    """A CVAT server, for `Project.to_cvat` and `Project.from_cvat`.

    Parameters
    ----------
    url
        Its address; by default that in the environment variable ``CVAT_URL``.
    token
        A personal access token, or a pair of user and password; by default what is in
        ``CVAT_ACCESS_TOKEN``. It is in no repr, log, error or store.
    organization
        The short name of the organization that is worked in; by default none.
    timeout
        Seconds that the server may be silent.
    pauses
        Seconds before each further attempt where the server is busy (429, 502 to 504) or does not
        answer.

    Raises
    ------
    DataError
        When there is no address or no token, or one of them is none.
    MissingPackageError
        When cvat-sdk is not installed.

    Examples
    --------
    >>> CVAT("https://cvat.example.com/", "0123456789abcdef")
    CVAT('https://cvat.example.com')
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | tuple[str, str] | None = None,
        *,
        organization: str | None = None,
        timeout: float = 300.0,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        given = url or os.environ.get(URL)
        if not given:
            raise DataError(f"CVAT() needs the server's address: url=, or {URL}")
        address = http.address_of(given, "CVAT()")
        self.url = address._replace(path=address.path.rstrip("/"), query="", fragment="").geturl()
        known = token or os.environ.get(TOKEN)
        if not known:
            raise DataError(f"CVAT() needs a token, or a user and a password: token=, or {TOKEN}")
        pair = ("", known) if isinstance(known, str) else tuple(known)
        if len(pair) != 2 or not all(isinstance(one, str) and one for one in pair[-1:]):
            raise DataError("the token of CVAT() is a text, or a pair of user and password")
        self._user, self._secret = str(pair[0]), Secret(str(pair[1]))
        self._organization = organization
        self.timeout = timeout
        self.pauses = tuple(pauses)
        self._sdk = optional("cvat_sdk", feature="CVAT()", extra="cvat")

    def __repr__(self) -> str:
        return f"CVAT({self.url!r})"

    def session(self) -> Session:
        """Return a connection for one thread, logged in.

        Raises
        ------
        ServerError
            When the server cannot be reached, or does not know the token.
        """
        return Session(self, self._sdk, (self._user, self._secret), self._organization)


class Session:
    """A connection to a CVAT server, of one thread.

    Parameters
    ----------
    server, sdk
        The server, and the package that knows how it is asked.
    who
        The user, "" where there is a token, and what proves it.
    organization
        That which is worked in.
    """

    def __init__(
        self, server: CVAT, sdk: Any, who: tuple[str, Secret], organization: str | None
    ) -> None:
        self.server = server
        quiet = logging.getLogger("nblabel.cvat")  # what it logs is told otherwise
        quiet.addHandler(logging.NullHandler())
        quiet.propagate = False
        config = sdk.Config(verify_ssl=server.url.startswith("https:"))
        self._uploader = optional("cvat_sdk.core.uploading", feature="CVAT()", extra="cvat")
        user, secret = who
        self._hidden = secret

        def log_in() -> Any:
            made = sdk.Client(server.url, logger=quiet, config=config, check_server_version=False)
            if organization is not None:
                made.organization_slug = organization
            token = sdk.core.client.AccessTokenCredentials(secret.reveal()) if not user else None
            made.login(token or (user, secret.reveal()))
            return made

        self._client = self._told(log_in, "logging in", sure=True)

    def close(self) -> None:
        """Log out, and let go of the connection."""
        try:
            self._client.close()
        except Exception:
            return

    # -- one request

    def ask(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> Any:
        """Ask the server; return the JSON that it answers with, None where that is empty.

        Raises
        ------
        ServerError
            When it cannot be reached, or refuses.
        """
        pairs = [(name, str(value)) for name, value in (query or {}).items()]
        sent = {"Content-Type": "application/json"} if body is not None else {}

        def send() -> Any:
            api = self._client.api_client
            _, response = api.call_api(
                path,
                method,
                query_params=pairs,
                header_params={"Accept": "application/vnd.cvat+json", **sent},
                body=None if body is None else json.loads(json.dumps(body)),
                auth_settings=list(api.configuration.auth_settings()),
                _parse_response=False,
                _request_timeout=self.server.timeout,
            )
            return response

        response = self._told(send, f"{method} {path}", sure=method == "GET")
        return loads(response.data) if response.data else None

    def _told(
        self, work: Any, what: str, *, sure: bool, pauses: Sequence[float] | None = None
    ) -> Any:
        """Do something; again where the server is busy and it may be done twice."""
        pauses = self.server.pauses if pauses is None else pauses
        try:
            return work()
        except Exception as error:
            status = getattr(error, "status", None)
            passes = status == 429 or (sure and _may_pass(status))
            if not pauses or not passes:
                raise self._sentence(error, what) from None
        time.sleep(pauses[0])
        return self._told(work, what, sure=sure, pauses=pauses[1:])

    def _sentence(self, error: Exception, what: str) -> ServerError:
        status = getattr(error, "status", None)
        body = getattr(error, "body", None)
        said = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or error)
        told = " ".join(said.split())[:_TOLD].replace(self._hidden.reveal(), "(hidden)")
        if status is None:
            return ServerError(f"{self.server.url} cannot be reached ({what}): {told}")
        return ServerError(f"{self.server.url} answered {status} to {what}: {told}", status)

    def _all(self, path: str, **query: Any) -> Iterator[Json]:
        """Yield what a listing has, page after page."""
        page = 1
        while True:
            found = self.ask("GET", path, query={**query, "page": page, "page_size": _PAGE})
            yield from found["results"]
            if not found.get("next"):
                return
            page += 1

    # -- projects and their labels

    def project(self, title: str) -> Json | None:
        """Return the oldest project of a title; None where there is none."""
        named = [one for one in self._all("/api/projects", name=title) if one["name"] == title]
        return min(named, key=lambda one: int(one["id"])) if named else None

    def make_project(self, title: str, labels: Sequence[Json]) -> Json:
        """Make a project."""
        made: Json = self.ask("POST", "/api/projects", {"name": title, "labels": list(labels)})
        return made

    def add_labels(self, project: int, labels: Sequence[Json]) -> None:
        """Add labels to a project."""
        self.ask("PATCH", f"/api/projects/{project}", {"labels": list(labels)})

    def labels(self, project: int) -> list[Json]:
        """Return the labels of a project, with their ids."""
        return [
            one for one in self._all("/api/labels", project_id=project) if not one.get("parent_id")
        ]

    # -- tasks

    def tasks(self, project: int) -> list[Json]:
        """Return the tasks of a project, oldest first."""
        return sorted(self._all("/api/tasks", project_id=project), key=lambda one: int(one["id"]))

    def make_task(self, project: int, name: str, segment_size: int, overlap: int) -> Json:
        """Make a task without data."""
        sizes = {"segment_size": segment_size, "overlap": overlap}
        made: Json = self.ask("POST", "/api/tasks", {"name": name, "project_id": project, **sizes})
        return made

    def name_task(self, task: int, name: str) -> None:
        """Give a task another name."""
        self.ask("PATCH", f"/api/tasks/{task}", {"name": name})

    def delete_task(self, task: int) -> None:
        """Delete a task: one whose data did not come there."""
        self.ask("DELETE", f"/api/tasks/{task}")

    def upload(self, task: int, files: Sequence[Path], image_quality: int) -> None:
        """Send the files of a task, in their order; the server goes on with them by itself."""
        url = f"{self._client.api_map.host}/api/tasks/{task}/data/"
        how = {"image_quality": image_quality, "sorting_method": "predefined"}
        uploader = self._uploader.DataUploader(self._client)
        self._told(
            lambda: uploader.upload_files(url, list(files), **how), "sending files", sure=False
        )

    def state(self, task: int) -> tuple[str, str]:
        """Return how far a server is with a task's data.

        Returns
        -------
        tuple
            "queued", "started", "finished" or "failed", and what it says of it.
        """
        try:
            query = {"action": "create", "task_id": task}
            found = list(self._all("/api/requests", **query))
        except ServerError as error:
            if error.status != 404:
                raise
            old = self.ask("GET", f"/api/tasks/{task}/status")  # before 2.16
            return str(old["state"]).lower(), str(old.get("message") or "")
        if not found:
            return "queued", ""
        newest = max(found, key=lambda one: str(one.get("created_date") or ""))
        return str(newest["status"]).lower(), str(newest.get("message") or "")

    def jobs(self, task: int) -> list[Json]:
        """Return the jobs of a task in which people draw, by their first frame."""
        every = self._all("/api/jobs", task_id=task)
        own = [one for one in every if one.get("type", "annotation") == "annotation"]
        return sorted(own, key=lambda one: int(one["start_frame"]))

    def frames(self, task: int) -> Json:
        """Return what a server knows of the frames of a task."""
        found: Json = self.ask("GET", f"/api/tasks/{task}/data/meta")
        return found

    # -- what is drawn

    def annotations(self, task: int) -> Json:
        """Return tags, shapes and tracks of a task."""
        found: Json = self.ask("GET", f"/api/tasks/{task}/annotations/")
        return found

    def put_annotations(self, task: int, given: Mapping[str, Any]) -> None:
        """Make these the annotations of a task."""
        self.ask("PUT", f"/api/tasks/{task}/annotations/", given)


def _may_pass(status: Any) -> bool:
    return status is None or status in _PASSING
