"""Web hooks that others send: answered at once, worked on afterwards, each event once."""

from __future__ import annotations

import hashlib
import hmac
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from nblabel.base.ids import digest
from nblabel.connect.server import Answer, Asked, RefusedError, Server, check_host

SIGNATURES = ("X-Signature-256", "X-Hub-Signature-256")
"""Headers with ``sha256=`` and the HMAC of the body: CVAT's and nblabel's, and GitHub's."""

DELIVERY = "X-Nblabel-Delivery"
"""What nblabel's own web hooks are told apart by."""

_MOST = 64 << 20  # bytes of one web hook
_REMEMBERED = 10_000  # events that are known again
_SUBJECTS = ("annotation", "annotations", "tasks", "label_link")

Payload = dict[str, Any]


class Listener(Server):
    """Receives web hooks until it is stopped; `listen` makes it.

    Parameters
    ----------
    port, callback, secret, host, room
        As in `listen`.
    """

    def __init__(
        self,
        port: int,
        callback: Callable[[Payload], Any],
        *,
        secret: str | None,
        host: str,
        room: int,
    ) -> None:
        check_host(host, secret, "listen()", "secret")
        self.taken = 0
        self.failed = 0
        self.refused = 0
        self._callback = callback
        self._secret = secret
        self._room = room
        self._seen = Seen()
        self._changed = threading.Condition()
        self._waiting: queue.SimpleQueue[Payload | None] = queue.SimpleQueue()
        self._undone = 0
        self._worker = threading.Thread(target=self._work, name="nblabel listen", daemon=True)
        super().__init__(host, port, most=_MOST)
        self._worker.start()

    @property
    def waiting(self) -> int:
        """How many web hooks are received and not worked on yet."""
        return self._undone

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all that was received is worked on; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._undone, timeout)

    def stop(self) -> None:
        """Receive no more. What was received is still worked on; `wait` waits for that."""
        super().stop()
        self._waiting.put(None)

    def _answer(self, asked: Asked) -> Answer:
        if asked.method in {"GET", "HEAD"}:
            return 200, {"status": "UP"}
        if asked.method != "POST":
            raise RefusedError(405, "web hooks are sent with POST", {"Allow": "POST"})
        if self._secret is not None and not is_authentic(asked, self._secret):
            raise RefusedError(401, "it is not signed with the secret that was agreed on")
        payload = asked.json()
        if not (isinstance(payload.get("action"), str) or isinstance(payload.get("event"), str)):
            raise RefusedError(400, 'it is no web hook: it has neither "action" nor "event"')
        if payload.get("event") == "ping":  # CVAT tries whether anybody is there
            return 200, {"status": "ok"}
        with self._changed:
            mark = mark_of(payload, asked)
            if mark is not None and mark in self._seen:
                return 200, {"status": "known"}
            if self._undone >= self._room:
                self.refused += 1
                wait = {"Retry-After": "60"}
                raise RefusedError(503, f"{self._undone} web hooks wait, which is the most", wait)
            self._seen.add(mark, payload)
            self._undone += 1
            self.taken += 1
            self._waiting.put(payload)  # inside, so that the order is that of the answers
        return 201, {"status": "ok"}

    def _work(self) -> None:
        while (payload := self._waiting.get()) is not None:
            self._take(payload)
            with self._changed:
                self._undone -= 1
                self._changed.notify_all()

    def _take(self, payload: Payload) -> None:
        try:
            self._callback(payload)
        except Exception as error:  # a stranger's callback may raise anything
            self.failed += 1
            name = payload.get("action", payload.get("event"))
            told = f"{type(error).__name__}: {error}".removesuffix(": ")
            self.tell(f"the callback failed on {name} with {told}")


def listen(
    port: int,
    callback: Callable[[Payload], Any],
    secret: str | None = None,
    host: str = "127.0.0.1",
    *,
    room: int = 1000,
) -> Listener:
    """Receive the web hooks of a Label Studio or CVAT server, or of nblabel elsewhere.

    Each is answered at once, since Label Studio waits a second and sends it once; the callback
    is called afterwards, on a thread of its own, in the order of arrival. An event that comes
    twice is taken once.

    Parameters
    ----------
    port
        The port; 0 for any that is free.
    callback
        Called with each payload, a dict: ``action`` says what happened in Label Studio,
        ``event`` in CVAT. What it raises is told in ``problems``, and counted in ``failed``.
    secret
        What only you and the sender know. CVAT and `Project.webhook` sign with it
        (``X-Signature-256``); Label Studio cannot, and sends the header ``Authorization: Bearer
        <secret>`` where its web hook is told to. What has neither is answered 401.
    host
        Where it is heard. Other machines than this one reach it at "0.0.0.0", for which it
        needs a ``secret``.
    room
        How many web hooks may wait for the callback; more are answered 503.

    Returns
    -------
    Listener
        The server, which answers already: ``url``, ``stop()``, ``wait()``, ``taken``,
        ``waiting``, ``failed``, ``refused``, ``problems``; a context manager.

    Raises
    ------
    DataError
        When others can reach the host, and there is no secret.
    NblabelError
        When the port is taken.

    Notes
    -----
    A Label Studio server sends nothing to a loopback or private address until it is started
    with ``SSRF_PROTECTION_ENABLED=false``.

    Examples
    --------
    >>> import json, urllib.request
    >>> from nblabel import listen
    >>> with listen(0, lambda payload: print(payload["action"])) as server:
    ...     body = json.dumps({"action": "TASKS_DELETED", "tasks": [{"id": 7}]}).encode()
    ...     with urllib.request.urlopen(server.url, body) as answer:
    ...         answer.status, server.wait()
    TASKS_DELETED
    (201, True)
    """
    return Listener(port, callback, secret=secret, host=host, room=room)


def signature(secret: str, body: bytes) -> str:
    """Sign a body, as GitHub and CVAT do: the hex HMAC-SHA256 of the raw bytes.

    >>> signature("s", b"{}")[:15]
    'sha256=143ca8d5'
    """
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_authentic(asked: Asked, secret: str) -> bool:
    """Whether whoever sent a web hook knows the secret: signed with it, or sent it."""
    signed = [asked.headers[name] for name in SIGNATURES if name in asked.headers]
    if signed:
        right = signature(secret, asked.body).encode()
        return any(hmac.compare_digest(_bytes(one), right) for one in signed)
    given = asked.headers.get("Authorization") or ""
    return hmac.compare_digest(_bytes(given), f"Bearer {secret}".encode())


def _bytes(header: str) -> bytes:
    return header.encode("latin-1", "replace")  # as it came


class Seen:
    """The events that were taken, as far back as one may come again."""

    def __init__(self) -> None:
        self._marks: dict[str, None] = {}
        self._deletions: set[str] = set()

    def __contains__(self, mark: str) -> bool:
        return mark in self._marks or mark in self._deletions

    def add(self, mark: str | None, payload: Payload) -> None:
        """Remember an event. Label Studio gives a deleted thing's id again to a new one."""
        action = str(payload.get("action"))
        if action.endswith("_CREATED") or len(self._deletions) > _REMEMBERED:
            self._deletions.clear()
        if mark is None:
            return
        if action.endswith("_DELETED"):
            self._deletions.add(mark)
            return
        self._marks[mark] = None
        if len(self._marks) > _REMEMBERED:
            del self._marks[next(iter(self._marks))]


def mark_of(payload: Payload, asked: Asked) -> str | None:
    """Return what tells an event from others; None where nothing does.

    nblabel sends an id. Label Studio has none: what happened, to which ids, as of when. Of what
    has no time the whole body counts, as it does for CVAT, whose second delivery is the same.
    """
    if (delivery := asked.headers.get(DELIVERY)) is not None:
        return f"delivery {delivery}"
    action = payload.get("action")
    if not isinstance(action, str):
        return digest(payload)
    if set(payload) <= {"action"}:  # sent without its payload
        return None
    given = next((payload[name] for name in _SUBJECTS if payload.get(name)), None)
    listed = given if isinstance(given, list) else [given]
    about = [one for one in listed if isinstance(one, Mapping) and "id" in one]
    is_dated = bool(about) and all(one.get("updated_at") for one in about)
    if is_dated or (about and action.endswith("_DELETED")):
        return digest([action, [[one["id"], one.get("updated_at")] for one in about]])
    return digest(payload)
