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
from nblabel.base.jsontext import loads

MAX_BYTES = 64_000_000
_READ = 1_000_000  # bytes of a refusal
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
    said
        What it answered, where that is JSON.
    arrived
        Whether it may have got what was asked: not, where nobody took the connection.
    """

    def __init__(
        self,
        sentence: str,
        status: int | None = None,
        wait: float | None = None,
        said: Any = None,
        *,
        arrived: bool = True,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.wait = wait
        self.said = said
        self.arrived = arrived


class Secret:
    """A text that no repr, log or traceback shows.

    >>> Secret("s3cret")
    Secret(hidden)
    >>> Secret("s3cret").reveal()
    's3cret'
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not written anywhere")

    def reveal(self) -> str:
        """Return the text."""
        return self._text


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
    body
        What is sent; None asks with GET.
    url, timeout, connect, headers, secrets
        As in `exchange`.

    Raises
    ------
    ServerError
        When there is no answer, it is none of success, or no JSON.
    """
    data = None if body is None else json.dumps(body, default=str).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    content = exchange(
        url, data, timeout=timeout, connect=connect, headers=sent, secrets=secrets, most=MAX_BYTES
    )
    return read(content, url)


def read(content: bytes, url: str) -> Any:
    """Read the JSON that an address answered with; None where that is empty.

    Raises
    ------
    ServerError
        When it is no JSON.
    """
    try:
        return loads(content) if content.strip() else None
    except (ValueError, RecursionError):
        raise ServerError(f"{_shown(url)} answered with no JSON") from None


def exchange(
    url: str,
    body: bytes | Secret | None = None,
    *,
    timeout: float,
    connect: float = 10.0,
    method: str | None = None,
    headers: Mapping[str, str | Secret] | None = None,
    secrets: tuple[str | Secret, ...] = (),
    most: int | None = None,
) -> bytes:
    """Ask a server; return the content of its answer.

    Parameters
    ----------
    url
        The address. A redirect is not followed: it could take a password elsewhere.
    body
        What is sent.
    timeout
        Seconds that the server may be silent.
    connect
        Seconds after which nobody is taken to be there.
    method
        By default POST with a body, and GET without.
    headers
        More headers.
    secrets
        What must not stand in a sentence, whoever says it.
    most
        How many bytes an answer may have; None for any number.

    Raises
    ------
    ServerError
        When there is no answer, or it is none of success.
    """
    request = _request(url, body, method, headers or {})
    request.connect = min(connect, timeout)
    where = _shown(url)
    # What is raised below goes without the way there: its frames hold the headers.
    told: BaseException
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            content: bytes = answer.read() if most is None else answer.read(most + 1)
    except urllib.error.HTTPError as error:
        told = _refusal(where, error, secrets)
    except (OSError, http.client.HTTPException, ValueError) as error:
        told = _silence(where, error, timeout, secrets)
    except KeyboardInterrupt:
        told = KeyboardInterrupt()
    else:
        if most is None or len(content) <= most:
            return content
        told = ServerError(f"{where} answered with more than {most:,} bytes")
    raise told


def _request(
    url: str, body: bytes | Secret | None, method: str | None, headers: Mapping[str, str | Secret]
) -> _Request:
    content = body.reveal().encode() if isinstance(body, Secret) else body
    told = {"Accept": "application/json"}
    told |= {name: _plain(value) for name, value in headers.items()}
    return _Request(url, content, told, method=method)


def _plain(text: str | Secret) -> str:
    return text.reveal() if isinstance(text, Secret) else text


def _silence(
    where: str, error: Exception, timeout: float, secrets: tuple[str | Secret, ...]
) -> ServerError:
    """Tell of a server that gave no answer."""
    reason = getattr(error, "reason", None) or error
    arrived = not isinstance(reason, _UnreachedError)
    reason = reason.why if isinstance(reason, _UnreachedError) else reason
    if isinstance(reason, TimeoutError):
        return ServerError(f"{where} did not answer within {timeout:g} s", arrived=arrived)
    told = _clean(f"{getattr(reason, 'strerror', None) or reason}", secrets)
    sentence = f"{where} cannot be reached: {told or type(reason).__name__}"
    return ServerError(sentence, arrived=arrived)


class _UnreachedError(OSError):
    """Nobody took the connection: nothing was sent."""

    def __init__(self, why: OSError) -> None:
        super().__init__(str(why))
        self.why = why


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
        try:
            super().connect()  # type: ignore[misc] # of the connection that this is mixed into
        except OSError as error:
            raise _UnreachedError(error) from None
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


def _refusal(
    where: str, error: urllib.error.HTTPError, secrets: tuple[str | Secret, ...]
) -> ServerError:
    with error:
        try:
            content = error.read(_READ)
        except (OSError, http.client.HTTPException):
            content = b""
    for secret in filter(None, map(_plain, secrets)):
        content = content.replace(secret.encode(), _HIDDEN.encode())
    try:
        said = loads(content)
    except (ValueError, RecursionError):
        said = None
    told = _clean(_message(content) if said is None else _in_words(said), secrets)
    sentence = f"{where} answered {error.code}" + (f": {told}" if told else f" {error.reason}")
    return ServerError(sentence, error.code, _seconds(error.headers.get("Retry-After")), said)


def _message(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    return "" if "<html" in text.lower() else text


def _in_words(said: Any) -> str:
    """Find what a server says in words: each has its own place for them."""
    for key in ("error", "detail", "message"):
        said = said.get(key, said) if isinstance(said, dict) else said
    return said if isinstance(said, str) else json.dumps(said)


def _clean(text: str, secrets: tuple[str | Secret, ...]) -> str:
    for secret in filter(None, map(_plain, secrets)):
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
