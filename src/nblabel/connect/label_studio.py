"""A Label Studio server, as it is asked: who asks, what is tried again, what is one request.

The addresses and what they answer are those of Label Studio's API,
https://api.labelstud.io/api-reference/introduction/getting-started.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlunsplit

from nblabel.base import http
from nblabel.base.errors import DataError
from nblabel.base.http import Secret, ServerError
from nblabel.base.jsontext import encoded, loads

URL, TOKEN = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds before each further attempt at what a server did not answer: about a minute in all."""

POLLED = (0.5, 1.0, 2.0, 3.0, 5.0)
"""Seconds between looks at what a server works on; the last of them again and again."""

_LONGEST_WAIT = 120.0  # seconds that a server may ask for
_PASSING = {429, 502, 503, 504}
_UNSURE = {500, 502, 503, 504}  # of a POST: it may have been done
_NEW = 5.0  # seconds in which what was just begun may not be there yet
_PAGE = 1_000  # tasks that one question asks for


class LabelStudio:
    """A Label Studio server, for `Project.push`, `Project.pull` and `nblabel.pull`.

    Parameters
    ----------
    url
        Its address; by default that in the environment variable ``LABEL_STUDIO_URL``.
    token
        A personal access token, from which a new access token is taken when one has run out, or
        a legacy token; by default that in ``LABEL_STUDIO_API_KEY``. It is in no repr, log, error
        or store.
    timeout
        Seconds that the server may be silent.
    at_once
        How many requests are under way at a time where they are many. A server on SQLite, which
        is Label Studio's default, is quicker with one; on PostgreSQL some four are good.
    pauses
        Seconds before each further attempt where the server is busy (429, 502 to 504) or the
        connection breaks; a server that says how long it wants to be left alone is heard.

    Raises
    ------
    DataError
        When there is no address or no token, or one of them is none.

    Examples
    --------
    >>> LabelStudio("https://labels.example.com/", "0123456789abcdef")
    LabelStudio('https://labels.example.com')
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 300.0,
        at_once: int = 1,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        address = http.address_of(_given(url, URL, "url", "address"), "LabelStudio()")
        path = address.path.rstrip("/")
        self._address = address._replace(path=path, query="", fragment="")
        self.url: str = urlunsplit(self._address)
        given = _given(token, TOKEN, "token", "token").strip()
        if not (given.isascii() and given.isprintable()) or " " in given:
            raise DataError(
                "the token of LabelStudio() is none: it has blanks, or signs that are not ASCII"
            )
        self._token = Secret(given)
        self._renews = _is_refreshing(given)
        self._access: Secret | None = None
        self._lock = threading.Lock()
        if not (isinstance(at_once, int) and at_once >= 1):
            raise DataError(f"LabelStudio() takes a number from 1 on for at_once=, not {at_once!r}")
        self.timeout = timeout
        self.at_once = at_once
        self.pauses = tuple(pauses)

    def __repr__(self) -> str:
        return f"LabelStudio({self.url!r})"

    # -- one request

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, str, bytes]] | None = None,
    ) -> Any:
        """Ask the server; return the JSON that it answers with.

        Parameters
        ----------
        method, path
            What is asked, as in ``GET``, ``/api/version``.
        body
            What is sent as JSON; bytes are JSON text already.
        query
            What is asked with it; None is left out.
        files
            Files in place of a body, by the names of their fields: name, type and content.

        Raises
        ------
        ServerError
            When there is no answer, or it is none of success. What changes nothing when it is
            asked twice, and what the server did not get, was tried again before; of a POST that
            the server may have done that is for the caller to find out: `may_be_done` says so.
        """
        content = self.content(method, path, body, query=query, files=files)
        return http.read(content, self._at(path, query))

    def content(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, str, bytes]] | None = None,
    ) -> bytes:
        """Ask the server; return its answer as it is. Parameters and errors as in `ask`."""
        data, kind = _packed(body, files)
        url = self._at(path, query)
        renewed = False
        tried = 0
        while True:
            try:
                return self._exchange(url, data, method, kind)
            except ServerError as error:
                if error.status == 401 and self._renews and not renewed:
                    renewed, self._access = True, None
                    continue
                if tried == len(self.pauses) or not _is_repeatable(error, method):
                    raise _clear(error, self.url) from None
                wait = self.pauses[tried] if error.wait is None else error.wait
            tried += 1
            time.sleep(min(wait, _LONGEST_WAIT))

    def _at(self, path: str, query: Mapping[str, Any] | None) -> str:
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        return http.below(self._address, path.lstrip("/")) + (
            f"?{urlencode(asked, doseq=True, quote_via=quote)}" if asked else ""
        )

    def _exchange(self, url: str, data: bytes | None, method: str, kind: str) -> bytes:
        return http.exchange(
            url,
            data,
            method=method,
            timeout=self.timeout,
            headers={**self._who(), **({"Content-Type": kind} if data is not None else {})},
            secrets=self._secrets,
        )

    @property
    def _secrets(self) -> tuple[Secret, ...]:
        return (self._token,) if self._access is None else (self._token, self._access)

    def _who(self) -> dict[str, Secret]:
        """Say who asks; of a personal access token an access token is taken first."""
        if not self._renews:
            return {"Authorization": _prefixed("Token", self._token)}
        with self._lock:
            if self._access is None:
                self._access = self._renewed()
            return {"Authorization": _prefixed("Bearer", self._access)}

    def _renewed(self) -> Secret:
        where = self._at("/api/token/refresh/", None)
        answer = http.exchange(
            where,
            _refreshing(self._token),
            timeout=self.timeout,
            headers={"Content-Type": "application/json"},
            secrets=(self._token,),
        )
        access = _access(answer)
        if access is None:
            raise ServerError(f"{self.url} gave no access token: is it a Label Studio server?")
        return access

    # -- what is asked for in several requests

    def pages(
        self, path: str, query: Mapping[str, Any], of: str, size: int = _PAGE
    ) -> Iterator[list[Any]]:
        """Yield a list that comes in pages, a page at a time.

        Parameters
        ----------
        path, query
            What is asked.
        of
            What the list is called in the answer.
        size
            How many a page has.
        """
        seen, number = 0, 1
        while True:
            asked = {**query, "page": number, "page_size": size}
            answer = self.ask("GET", path, query=asked)
            some = answer.get(of, [])
            yield some
            seen, number = seen + len(some), number + 1
            if not some or seen >= answer.get("total", answer.get("count", 0)):
                return

    def until(
        self,
        path: str,
        done: Callable[[Any], bool],
        tell: Callable[[Any], None] = lambda _: None,
    ) -> Any:
        """Look at something until it is done, with growing pauses; return what it is then."""
        begun = time.monotonic()
        looked = 0
        while True:
            try:
                found = self.ask("GET", path)
            except ServerError as error:
                # What was just begun may be known a moment later.
                if error.status != 404 or time.monotonic() - begun > _NEW:
                    raise
            else:
                tell(found)
                if done(found):
                    return found
            time.sleep(POLLED[min(looked, len(POLLED) - 1)])
            looked += 1


def may_be_done(error: ServerError) -> bool:
    """Whether the server may have done what it gave no, or no whole, answer to."""
    return error.arrived and (error.status is None or error.status in _UNSURE)


def invalid(error: ServerError) -> Any:
    """Return what a server found wrong with what it was sent; None where it says nothing of it."""
    said = error.said if isinstance(error.said, dict) else {}
    return said.get("validation_errors")


def _is_repeatable(error: ServerError, method: str) -> bool:
    if not error.arrived or error.status == 429:
        return True
    return method != "POST" and (error.status is None or error.status in _PASSING)


def _clear(error: ServerError, url: str) -> ServerError:
    """Say what a refusal of the token means; leave all else as the server has it."""
    sentences = {
        401: f"{url} does not take the token",
        403: f"{url} does not let the token's user do this",
    }
    if error.status not in sentences:
        return error
    detail = error.said.get("detail") if isinstance(error.said, dict) else None
    return ServerError(
        sentences[error.status] + (f": {detail}" if isinstance(detail, str) and detail else ""),
        error.status,
        error.wait,
        error.said,
    )


def _given(value: str | None, variable: str, name: str, what: str) -> str:
    found = os.environ.get(variable, "") if value is None else value
    if not (isinstance(found, str) and found.strip()):
        raise DataError(
            f"LabelStudio() needs the {what} of the server: give {name}=, or set the environment "
            f"variable {variable}"
        )
    return found


def _is_refreshing(token: str) -> bool:
    """Whether a token is a personal access token: a JWT that others are made from.

    >>> _is_refreshing("0123456789abcdef0123456789abcdef01234567")
    False
    """
    parts = token.split(".")
    if len(parts) != 3:
        return False
    try:
        claims = loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(claims, dict)


def _prefixed(word: str, token: Secret) -> Secret:
    return Secret(f"{word} {token.reveal()}")


def _refreshing(token: Secret) -> Secret:
    return Secret(encoded({"refresh": token.reveal()}).decode())


def _access(answer: bytes) -> Secret | None:
    try:
        said = loads(answer)
    except ValueError:
        return None
    found = said.get("access") if isinstance(said, dict) else None
    return Secret(found) if isinstance(found, str) and found else None


def _packed(
    body: Any, files: Mapping[str, tuple[str, str, bytes]] | None
) -> tuple[bytes | None, str]:
    """Return what is sent, and of which type it is."""
    if files:
        edge = f"nblabel-{secrets.token_hex(16)}"
        parts = b"".join(_part(edge, field, *file) for field, file in files.items())
        return parts + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
    if body is None:
        return None, ""
    return body if isinstance(body, bytes) else encoded(body), "application/json"


def _part(edge: str, field: str, name: str, kind: str, content: bytes) -> bytes:
    plain = "".join(one if one.isalnum() or one in "._-" else "_" for one in name)
    head = (
        f"--{edge}\r\nContent-Disposition: form-data; "
        f'name="{field}"; filename="{plain}"\r\nContent-Type: {kind}\r\n\r\n'
    )
    return head.encode() + content + b"\r\n"
