"""New tasks, imported into a server's project by the thousand, and none of them twice."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timezone
from threading import Lock
from typing import Any, TypeAlias

from nblabel.base.http import ServerError
from nblabel.base.jsontext import dumps, loads
from nblabel.base.times import now
from nblabel.connect import agreeing
from nblabel.connect.label_studio import POLLED, may_be_done
from nblabel.connect.leaving import Leaving
from nblabel.connect.server_project import FailedError, RefusedError, ServerProject
from nblabel.store import Remote, Store

TASKS = 1_000
"""Tasks that one request imports, at the most."""

_BYTES = 16_000_000  # of one request; a server takes 250 MB
_PATIENCE = 30.0  # seconds in which an import that nobody waited for may still come to its end

_Piece: TypeAlias = Sequence[tuple[Leaving, bytes]]


class Import:
    """Sends new tasks, some at a time, while the next ones are made ready.

    What is on its way is written to the store before it is sent, and no more with what was sent.

    Parameters
    ----------
    store, remote
        Where that is kept.
    project
        The server's project.
    name
        The name of ours.
    arrived
        Told the tasks that are there, with their numbers, and what is on its way then: both are
        kept in one transaction.
    refused
        Told the key of a task that the server does not take, and why.
    """

    def __init__(
        self,
        store: Store,
        remote: Remote,
        project: ServerProject,
        name: str,
        *,
        arrived: Callable[[Mapping[str, int], Sequence[Leaving], str], None],
        refused: Callable[[str, object], None],
    ) -> None:
        self._store = store
        self._remote = remote
        self._project = project
        self._server = project.server
        self._name = name
        self._arrived = arrived
        self._refused = refused
        self._marks: dict[str, Mapping[str, Any]] = {}  # by the first keys of pieces
        self._lock = Lock()
        self._coming: list[tuple[Leaving, bytes]] = []
        self._size = 0
        self._pool = ThreadPoolExecutor(self._server.at_once, "nblabel import")
        self._under_way: deque[Future[None]] = deque()

    def add(self, task: Leaving, text: bytes) -> None:
        """Send a task, given as JSON text, together with others."""
        if len(self._coming) == TASKS or (self._coming and self._size + len(text) > _BYTES):
            self._begin()
        self._coming.append((task, text))
        self._size += len(text)

    def finish(self) -> None:
        """Send the last tasks, and wait until all are there."""
        if self._coming:
            self._begin()
        while self._under_way:
            self._under_way.popleft().result()
        self._pool.shutdown()

    def stop(self) -> None:
        """Send nothing more; what is on its way is kept as such."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> None:
        piece, self._coming, self._size = self._coming, [], 0
        while len(self._under_way) >= self._server.at_once:
            self._under_way.popleft().result()
        self._under_way.append(self._pool.submit(self._send, piece))

    # -- a piece

    def _send(self, piece: _Piece) -> None:
        """Import some tasks; those that the server does not take are told, and the rest goes."""
        tried = 0
        while piece:
            error = self._tried(piece)
            if error is None:
                return
            refused = error.refused if isinstance(error, RefusedError) else {}
            bad = {at: why for at, why in refused.items() if at < len(piece)}
            for at, why in bad.items():
                self._refused(piece[at][0].key, why)
            first = piece[0][0].key
            piece = [one for at, one in enumerate(piece) if at not in bad]
            if isinstance(error, FailedError) or error.status == 500:
                piece = self._without_arrived(piece, first, waiting=False)
            if bad:
                continue
            if error.status in {400, 413, 500}:
                self._halve(piece, error)
                return
            if not may_be_done(error) or tried == len(self._server.pauses):
                raise error
            piece = self._without_arrived(piece, first, waiting=True)
            tried += 1

    def _tried(self, piece: _Piece) -> ServerError | None:
        """Import some tasks; return why that failed, if so."""
        first = piece[0][0].key
        self._mark(first)
        try:
            numbers = self._project.take(
                [text for _, text in piece], lambda number: self._mark(first, number)
            )
        except ServerError as error:
            return error
        self._keep(dict(zip((task.key for task, _ in piece), numbers, strict=True)), piece, first)
        return None

    def _halve(self, piece: _Piece, error: ServerError) -> None:
        """Find the tasks that the server does not take, where it does not say which."""
        if len(piece) < 2:
            for task, _ in piece:
                self._refused(task.key, error)
            return
        middle = len(piece) // 2
        self._send(piece[:middle])
        self._send(piece[middle:])

    def _without_arrived(self, piece: _Piece, first: str, *, waiting: bool) -> _Piece:
        """Ask which tasks have arrived though nobody said so; return the others."""
        for pause in (0.0, *(self._server.pauses if waiting else ())):
            time.sleep(pause)
            there = self._newest(2 * len(piece) * self._server.at_once)
            here = [one for one in piece if one[0].key in there]
            if here:
                self._keep(there, here, first)
                return [one for one in piece if one[0].key not in there]
        return piece

    def _newest(self, count: int) -> dict[str, int]:
        """Return the numbers of the tasks that came last, of those that came from here, by key."""
        own = {one["id"]: agreeing.own_meta(one) for one in self._project.newest(count)}
        ours = (self._store.id, self._name)
        return {
            str(meta["key"]): number
            for number, meta in own.items()
            if (meta.get("store"), meta.get("project")) == ours and "key" in meta
        }

    # -- what is on its way

    def _mark(self, first: str, number: int | None = None) -> None:
        with self._lock:
            self._marks[first] = {"at": now(), "first": first, "import": number}
            self._store.note_remote(self._remote.id, sending=self._marked())

    def _marked(self) -> str:
        return dumps(list(self._marks.values())) if self._marks else ""

    def _keep(self, numbers: Mapping[str, int], piece: _Piece, first: str) -> None:
        with self._lock:
            self._marks.pop(first, None)
            self._arrived(numbers, [task for task, _ in piece], self._marked())

    def wait(self) -> None:
        """Wait for what an earlier push had sent and did not wait for."""
        for mark in loads(self._remote.sending) if self._remote.sending else ():
            if mark["import"] is None:
                self._wait_for(mark)
                continue
            try:
                self._project.taken(mark["import"])
            except ServerError as error:  # failed: what is not there is sent again
                if error.status not in {400, 404}:
                    raise

    def _wait_for(self, mark: Mapping[str, Any]) -> None:
        looked = 0
        while mark["first"] not in self._newest(2 * TASKS * self._server.at_once):
            if _seconds_since(mark["at"]) > _PATIENCE:
                return
            time.sleep(POLLED[min(looked, len(POLLED) - 1)])
            looked += 1


def _seconds_since(at: str) -> float:
    then = datetime.fromisoformat(at.replace("Z", "+00:00"))
    return (datetime.now(timezone.utc) - then).total_seconds()
