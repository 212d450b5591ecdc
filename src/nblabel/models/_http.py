"""JSON to a server and back, with everything that can go wrong as one sentence."""

from __future__ import annotations

import base64
import datetime
import email.utils
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from nblabel.base.errors import DataError

MAX_BYTES = 64_000_000
_TOLD = 300  # characters of what a server says
_HIDDEN = "(hidden)"


class ServerError(DataError):
    """A server cannot be reached, or refuses.

    Parameters
    ----------
    sentence
        What is wrong.
    status
        The HTTP status; None where it did not come to an answer.
    wait
        The seconds after which the server wants to be asked again, where it says so.
    """

    def __init__(self, sentence: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.wait = wait


def address_of(url: str, who: str) -> SplitResult:
    """Read the address of a server.

    Raises
    ------
    DataError
        When it is none, or has a user or a password in it, which would be shown with it.
    """
    parts = urlsplit(url.strip())
    try:
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if parts.scheme not in {"http", "https"} or not host:
        raise DataError(f"{who} takes an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise DataError(f"{who} takes an address without a user or a password in it")
    return parts


def below(address: SplitResult, path: str) -> str:
    """Give the address of a path below that of a server; what is asked with it stays.

    >>> below(urlsplit("https://h/v1/?version=2"), "chat/completions")
    'https://h/v1/chat/completions?version=2'
    """
    return urlunsplit(address._replace(path=f"{address.path.rstrip('/')}/{path}", fragment=""))


def basic(user: str, password: str) -> str:
    """Give the header that names a user to a server."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def ask(
    url: str,
    body: Any = None,
    *,
    timeout: float,
    connect: float = 10.0,
    headers: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
) -> Any:
    """Send JSON, or ask without any; return the JSON that comes back.

    Parameters
    ----------
    url
        The address. A redirect is not followed: it could take a password elsewhere.
    body
        What is sent; None asks with GET.
    timeout
        Seconds that the server may be silent.
    connect
        Seconds after which nobody is taken to be there.
    headers
        More headers.
    secrets
        What must not stand in a sentence, whoever says it.

    Raises
    ------
    ServerError
        When there is no answer, it is none of success, or no JSON.
    """
    data = None if body is None else json.dumps(body, default=str).encode()
    sent = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
    request = _Request(url, data, sent)
    request.connect = min(connect, timeout)
    where = _shown(url)
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            content = answer.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        raise _refusal(where, error, secrets) from None
    except TimeoutError:
        raise ServerError(f"{where} did not answer within {timeout:g} s") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError):
            raise ServerError(f"{where} did not answer within {timeout:g} s") from None
        told = _clean(f"{getattr(reason, 'strerror', None) or reason}", secrets)
        raise ServerError(f"{where} cannot be reached: {told or type(reason).__name__}") from None
    if len(content) > MAX_BYTES:
        raise ServerError(f"{where} answered with more than {MAX_BYTES:,} bytes")
    try:
        return json.loads(content) if content.strip() else None
    except (ValueError, RecursionError):
        raise ServerError(f"{where} answered with no JSON") from None


class _Request(urllib.request.Request):
    """A request that knows how long to wait for a connection."""

    connect = 10.0


class _Connecting:
    """Waits less long for a connection than for an answer."""

    connect_within: float
    timeout: Any
    sock: Any

    def connect(self) -> None:
        whole, self.timeout = self.timeout, self.connect_within
        super().connect()  # type: ignore[misc] # of the connection that this is mixed into
        self.timeout = whole
        self.sock.settimeout(whole)


class _Plain(_Connecting, http.client.HTTPConnection):
    pass


class _Secure(_Connecting, http.client.HTTPSConnection):
    pass


def _within(connection: type[Any], seconds: float) -> Any:
    return type(connection.__name__, (connection,), {"connect_within": seconds})


class _Opening(urllib.request.HTTPHandler):
    def http_open(self, req: Any) -> Any:
        return self.do_open(_within(_Plain, req.connect), req)


class _OpeningSecurely(urllib.request.HTTPSHandler):
    def https_open(self, req: Any) -> Any:
        return self.do_open(_within(_Secure, req.connect), req)


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Staying, _Opening, _OpeningSecurely)


def _shown(url: str) -> str:
    """Give an address without what is asked with it: some put keys there."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))


def _refusal(where: str, error: urllib.error.HTTPError, secrets: tuple[str, ...]) -> ServerError:
    with error:
        try:
            content = error.read(100_000)
        except (OSError, http.client.HTTPException):
            content = b""
    told = _clean(_message(content), secrets)
    sentence = f"{where} answered {error.code}" + (f": {told}" if told else f" {error.reason}")
    return ServerError(sentence, error.code, _seconds(error.headers.get("Retry-After")))


def _message(content: bytes) -> str:
    """Find what a server says in words: each has its own place for them."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        text = content.decode("utf-8", "replace")
        return "" if "<html" in text.lower() else text
    for key in ("error", "detail", "message"):
        said = said.get(key, said) if isinstance(said, dict) else said
    return said if isinstance(said, str) else json.dumps(said)


def _clean(text: str, secrets: tuple[str, ...]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, _HIDDEN)
    text = " ".join(text.split())
    return text if len(text) <= _TOLD else text[: _TOLD - 1] + "…"


def _seconds(given: str | None) -> float | None:
    """Read Retry-After: seconds, or a date.

    >>> _seconds("3"), _seconds("Fri, 31 Dec 1999 23:59:59 GMT"), _seconds("soon"), _seconds(None)
    (3.0, 0.0, None, None)
    """
    if given is None:
        return None
    if given.strip().isdecimal():
        return float(given)
    try:
        at = email.utils.parsedate_to_datetime(given)
    except (TypeError, ValueError):
        return None
    now = datetime.datetime.now(datetime.timezone.utc)
    at = at if at.tzinfo else at.replace(tzinfo=datetime.timezone.utc)
    return max((at - now).total_seconds(), 0.0)
