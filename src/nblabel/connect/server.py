"""A small HTTP server: JSON in, JSON out, seen by nobody else unless it is told so."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from nblabel.base.errors import DataError, NblabelError
from nblabel.base.jsontext import encoded, strict

Answer = tuple[int, Any]
"""A status, and what is written as JSON."""

_PATIENCE = 30.0  # seconds that a silent client is waited for
_AT_ONCE = 64  # clients; more are turned away
_DRAINED = 1 << 20  # bytes of a refused body that are read, so that its sender hears why
_MOST_PROBLEMS = 100
_LOG = logging.getLogger("nblabel")


class RefusedError(Exception):
    """A request is not answered: the status, and why in one sentence."""

    def __init__(
        self, status: int, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Message[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object."""
        try:
            said = strict(self.body)
        except (ValueError, RecursionError):
            raise RefusedError(400, "the body is no JSON") from None
        if not isinstance(said, dict):
            raise RefusedError(400, "the body is no JSON object")
        return said


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """What a client has to say of itself (Basic authentication).

    Parameters
    ----------
    user
        The user; None where any will do.
    password
        The password.
    """

    user: str | None
    password: str

    def __repr__(self) -> str:
        return "Login(…)"

    def admits(self, header: str | None) -> bool:
        """Whether an ``Authorization`` header is right.

        >>> Login("ana", "s3cret").admits("Basic YW5hOnMzY3JldA==")
        True
        """
        scheme, _, given = (header or "").partition(" ")
        try:
            told = base64.b64decode(given.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        user, colon, password = told.partition(b":")
        is_user = self.user is None or _is(user, self.user)
        is_password = _is(password, self.password)
        return scheme.lower() == "basic" and bool(colon) and is_user and is_password


def _is(given: bytes, right: str) -> bool:
    """Compare in constant time; Label Studio writes Latin-1, most others UTF-8."""
    as_latin = hmac.compare_digest(given, right.encode("latin-1", "replace"))
    return hmac.compare_digest(given, right.encode()) or (as_latin and _is_latin(right))


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 256 for letter in text)


class Server:
    """Answers on a port, in threads, until it is stopped; a context manager.

    Parameters
    ----------
    host, port
        Where it is heard; port 0 is any that is free.
    login
        What a client has to say of itself; None for nothing.
    most
        Bytes that a body may have.

    Raises
    ------
    NblabelError
        When the port is taken, or there is no such host.
    """

    def __init__(self, host: str, port: int, *, login: Login | None = None, most: int) -> None:
        self.problems: list[str] = []
        self._login = login
        self._most = most
        try:
            self._http = _Http(host, port, self)
        except (OSError, OverflowError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise NblabelError(
                f"port {port} of {host} cannot be listened on: {reason}; stop() stops what was "
                "started here before, and port=0 takes any that is free"
            ) from None
        shown = socket.gethostname() if host in {"", "0.0.0.0", "::"} else host  # noqa: S104
        self.port = int(self._http.server_address[1])
        self.url = f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.1,), name="nblabel server", daemon=True
        )
        self._thread.start()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        way: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer no more, and give the port back."""
        self._http.shutdown()
        self._http.server_close()

    def tell(self, sentence: str) -> None:
        """Keep a sentence among ``problems``, and log it, once."""
        if sentence in self.problems or len(self.problems) >= _MOST_PROBLEMS:
            return
        self.problems.append(sentence)
        _LOG.warning("%s: %s", self.url, sentence)

    def _answer(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def _answered(self, handler: BaseHTTPRequestHandler) -> tuple[int, Any, Mapping[str, str]]:
        """Return what one request is answered; nothing is raised."""
        try:
            self._admit(handler.headers)
            path = urlsplit(handler.path).path.rstrip("/") or "/"
            body = _body(handler, self._most)
            asked = Asked(handler.command, path, handler.headers, body)
            return *self._answer(asked), {}
        except RefusedError as error:
            return error.status, {"error": str(error)}, error.headers
        except NblabelError as error:
            self.tell(str(error))
            return 500, {"error": str(error)}, {}
        except Exception as error:  # what a stranger sends, or a stranger's model does
            self.tell(f"a request failed with {type(error).__name__}: {error}".removesuffix(": "))
            return 500, {"error": f"{type(error).__name__}: {error}".removesuffix(": ")}, {}

    def _admit(self, headers: Message[str, str]) -> None:
        # Servers send none; a page that somebody has open does, and is no server.
        if headers.get("Origin") is not None:
            raise RefusedError(403, "pages in a browser are not answered")
        if self._login is not None and not self._login.admits(headers.get("Authorization")):
            ask = {"WWW-Authenticate": 'Basic realm="nblabel", charset="UTF-8"'}
            raise RefusedError(401, "a user and a password are needed", ask)


def check_host(host: str, secret: str | None, caller: str, what: str) -> None:
    """Refuse a host that others can reach, where no secret keeps them out.

    >>> check_host("127.0.0.1", None, "serve()", "password")
    >>> check_host("0.0.0.0", None, "serve()", "password")
    Traceback (most recent call last):
    nblabel.base.errors.DataError: others can reach host="0.0.0.0": serve() needs password= for that
    """
    if not (secret or _is_loopback(host)):
        raise DataError(f'others can reach host="{host}": {caller} needs {what}= for that')


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _body(handler: BaseHTTPRequestHandler, most: int) -> bytes:
    told = handler.headers.get("Content-Length")
    if handler.headers.get("Transfer-Encoding") is not None:
        raise RefusedError(411, "a body needs its Content-Length")
    if told is None:
        if handler.command in {"POST", "PUT", "PATCH"}:
            raise RefusedError(411, "a body needs its Content-Length")
        return b""
    if not (told.isascii() and told.isdecimal() and len(told) < 19):
        raise RefusedError(400, "its Content-Length is no number")
    length = int(told)
    if length > most:
        handler.rfile.read(min(length, _DRAINED))
        raise RefusedError(413, f"a body may have {most:,} bytes, this one has {length:,}")
    body = handler.rfile.read(length)
    if len(body) < length:
        raise RefusedError(400, "the body ends before its Content-Length")
    return body


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    timeout = _PATIENCE
    server_version = "nblabel"
    sys_version = ""

    def _said(self) -> None:
        status, said, headers = self.server.owner._answered(self)
        self._write(status, said, headers)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _said  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Tell what is no HTTP, or a method that nobody knows, as JSON too."""
        self.close_connection = True
        status = 405 if code == 501 else code
        self._write(status, {"error": message or explain or "it is no request"}, {})

    def _write(self, status: int, said: Any, headers: Mapping[str, str]) -> None:
        content = encoded(said)
        with suppress(OSError):  # whoever asked is gone
            # Label Studio shows the phrase beside the status, and not the body.
            self.send_response(status, _phrase(said["error"]) if status >= 400 else None)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Write nothing into somebody's notebook."""


def _phrase(sentence: str) -> str:
    """Write a sentence as HTTP has it beside a status: one line of Latin letters."""
    line = " ".join(sentence.split())[:200]
    return "".join(one if one.isprintable() and one < "\x7f" else "?" for one in line)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # that come at the same moment

    def __init__(self, host: str, port: int, owner: Server) -> None:
        self.owner = owner
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind, without asking a name server who we are."""
        if os.name == "posix":  # elsewhere it lets two have the same port
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, while there are not too many."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started
            self._places.release()
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make place for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print no traceback: a client that goes away in the middle is no news."""
