"""Web hooks that a project sends: from the store's log, which waits as long as it must."""

from __future__ import annotations

import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import SplitResult, urlsplit

from nblabel.base.errors import DataError, NblabelError
from nblabel.base.ids import digest, unique_id
from nblabel.base.jsontext import encoded
from nblabel.connect.following import PAUSE, Write, event_of, events_of, started
from nblabel.connect.listening import DELIVERY, SIGNATURES, signature
from nblabel.store import Decided, Hooked, Store

PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0)
"""Seconds before each further attempt: some forty minutes in all."""

_PAGE = 100  # entries that are in memory at a time
_LEASE = 3  # times the time-out: so long one kernel sends alone without being heard of
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
_OURS = {"content-type", "content-length", "host", "transfer-encoding", "connection"}


class _FailedError(Exception):
    """An attempt failed: why, in a few words that hold nothing secret."""


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    """A redirection would take the payload, and the headers, to somebody else."""

    def redirect_request(self, *_: Any) -> None:
        """Go nowhere."""


_OPENER = urllib.request.build_opener(_Unfollowed)


class Webhook:
    """Sends what happens in a project to an address; `Project.webhook` makes it.

    Parameters
    ----------
    store, project
        The store, and the number of the project in it.
    write
        Writes an entry of the log as a payload.
    tell
        Told a sentence when it stops, or cannot go on.
    url, events, secret, headers, name, pauses, timeout
        As in `Project.webhook`.
    pause
        Seconds after which other processes' work is looked for.
    """

    def __init__(
        self,
        store: Store,
        project: int,
        write: Write,
        url: str,
        events: str | Iterable[str] | None = None,
        *,
        tell: Callable[[str], None],
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        name: str | None = None,
        pauses: Sequence[float] = PAUSES,
        timeout: float = 10.0,
        pause: float = PAUSE,
    ) -> None:
        self._url = url
        self.where = _where(url)
        self._events = events_of(events, "webhook()")
        self._headers = _headers(headers)
        self._secret = secret
        self._pauses = _seconds(pauses)
        [self._timeout] = _seconds([timeout])
        self._lease = _LEASE * self._timeout
        self._pause = pause
        self._store = store
        self._project = project
        self._write = write
        self._tell = tell
        # The address may hold a secret of its own, so that it is known by its digest.
        self.name = f"url:{digest(url)}" if name is None else f"name:{name}"
        self._holder = unique_id()
        self._held_until = 0.0
        self.problem: str | None = None
        store.hook(project, self.name)
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = started(self._run, "nblabel web hook")

    def __repr__(self) -> str:
        return f"Webhook({self.where!r}, {self.waiting} waiting, {self.sent} sent)"

    @property
    def sent(self) -> int:
        """How many events were sent, in all kernels, since the web hook was first made."""
        return self._store.hooked(self._project, self.name).sent

    @property
    def waiting(self) -> int:
        """How many events are in the log and not sent yet."""
        position = self._store.hooked(self._project, self.name).position
        counts = self._store.decisions_after(self._project, position)
        names = {
            (True, True): "ANNOTATION_UPDATED",
            (False, True): "ANNOTATION_CREATED",
            (True, False): "ANNOTATIONS_DELETED",
        }
        return sum(count for kind, count in counts.items() if names.get(kind) in self._events)

    @property
    def is_running(self) -> bool:
        """Whether it sends what happens: neither stopped nor given up."""
        return not self._stopped.is_set()

    def wake(self) -> None:
        """Look now: something happened."""
        self._woken.set()

    def stop(self) -> None:
        """Send nothing more; what waits is sent when the same web hook is made again."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not threading.current_thread():
            self._thread.join(self._timeout)

    # -- the thread

    def _run(self) -> None:
        told = ""
        while not self._stopped.is_set():
            self._woken.clear()
            more = False
            try:
                more, told = self._step(), ""
            except Exception as error:  # what waits is safe; whatever it is, it may pass
                if str(error) != told and not self._stopped.is_set():
                    told = str(error)
                    self._tell(f"the web hook to {self.where} waits: {told}")
            if not more:
                self._woken.wait(self._pause)
        try:
            self._store.release_hook(self._project, self.name, self._holder)
        except NblabelError:  # the store is gone; its time ends by itself
            return

    def _hold(self) -> Hooked | None:
        """Go on sending alone for a time; None where another kernel sends."""
        begun = time.monotonic()
        held = self._store.hold_hook(self._project, self.name, self._holder, self._lease)
        self._held_until = 0.0 if held is None else begun + self._lease
        return held

    def _holds(self) -> bool:
        """Whether this kernel sends alone for as long as an attempt takes, asked for if need be."""
        left = self._held_until - time.monotonic()
        return left > 2 * self._timeout or self._hold() is not None

    def _step(self) -> bool:
        """Send what happened since; return whether there may be more."""
        here = self._store.hooked(self._project, self.name).position
        if not self._store.decided(self._project, here, 1):
            return False  # nothing is written while nothing happens
        held = self._hold()
        if held is None:
            return False
        entries = self._store.decided(self._project, held.position, _PAGE)
        for entry in entries:
            is_sent = event_of(entry) in self._events and self._sent(entry)
            if self._stopped.is_set() and not is_sent:
                return False
            if not self._advance(entry.id, is_sent=is_sent):
                return False
        return len(entries) == _PAGE

    def _advance(self, position: int, *, is_sent: bool) -> bool:
        return self._store.advance_hook(
            self._project, self.name, self._holder, position, sent=int(is_sent)
        )

    def _sent(self, entry: Decided) -> bool:
        """Send one event, however often it takes; False where there is nothing of it any more."""
        payload = self._write(entry)
        if payload is None:
            return False
        body = encoded(payload)
        reason = ""
        for pause in (0.0, *self._pauses):
            if not self._waited(pause):
                return False
            try:
                self._post(body, f"{self._store.id}:{entry.id}")
            except _FailedError as error:
                reason = str(error)
            else:
                return True
        self.problem = (
            f"the web hook to {self.where} stopped after {1 + len(self._pauses)} attempts, the "
            f"last of which failed with {reason}; {self.waiting} events wait, and are sent when "
            "it is made again"
        )
        self._stopped.set()
        self._tell(self.problem)
        return False

    def _waited(self, seconds: float) -> bool:
        """Wait before an attempt, holding the web hook; False where it is not to be made."""
        left = seconds
        while True:
            if self._stopped.wait(min(left, self._timeout)) or not self._holds():
                return False
            left -= self._timeout
            if left <= 0:
                return True

    def _post(self, body: bytes, delivery: str) -> None:
        headers = {**self._headers, "Content-Type": "application/json", DELIVERY: delivery}
        headers.setdefault("User-Agent", "nblabel")
        if self._secret is not None:
            headers[SIGNATURES[0]] = signature(self._secret, body)
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self._url, body, headers, method="POST"
        )
        try:
            with _OPENER.open(request, timeout=self._timeout):
                pass
        except urllib.error.HTTPError as error:
            error.close()
            raise _FailedError(_words(error.code)) from None
        except urllib.error.URLError as error:
            raise _FailedError(_reason(error.reason)) from None
        except (OSError, HTTPException, ValueError) as error:
            raise _FailedError(_reason(error)) from None


def _words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _reason(error: object) -> str:
    """Say what went wrong, without what others wrote: an error's text may hold a header."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    told = getattr(error, "strerror", None)
    return str(told) if told else type(error).__name__


def _where(url: str) -> str:
    """Return as much of an address as may be shown: its path and query may be a secret.

    >>> _where("https://hooks.example.com/services/T0/B0/x?token=1")
    'https://hooks.example.com'
    """
    try:
        parts: SplitResult | None = urlsplit(url)
        port = parts.port if parts else None
    except (ValueError, AttributeError, TypeError):
        parts, port = None, None
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not url.isascii()
        or any(one <= " " or one == "\x7f" for one in url)
    ):
        raise DataError("webhook() takes an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise DataError(
            "an address with a user and a password is kept by many a log: give webhook() the "
            'address without them, and headers={"Authorization": ...}'
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}"


def _headers(given: Mapping[str, str] | None) -> dict[str, str]:
    """Check headers; what is wrong is told without their values."""
    headers = dict(given or {})
    for name, value in headers.items():
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise DataError("one of the headers has a name that HTTP does not take")
        if name.lower() in _OURS:
            raise DataError(f'the header "{name}" is webhook()\'s own')
        if not (isinstance(value, str) and _VALUE.fullmatch(value)):
            raise DataError(f'the header "{name}" has a value that HTTP does not take')
    return headers


def _seconds(given: Sequence[float]) -> tuple[float, ...]:
    seconds = tuple(given)
    if not all(isinstance(one, int | float) and 0 < one < float("inf") for one in seconds):
        raise DataError("webhook() takes seconds above 0 for pauses= and timeout=")
    return seconds
