"""What happens in a project, in the words of Label Studio's web hooks, told to a callback.

It is read from the store's log: so it is told whoever did it, in whichever process, each entry
once, in order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nblabel.base.arguments import one_of
from nblabel.base.errors import DataError, NblabelError
from nblabel.store import Decided, Store

EVENTS = ("ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED")
"""What happens in a project here; its rows are the data's, and its config is the code's."""

PAUSE = 2.0
"""Seconds after which other processes' work is looked for."""

_PAGE = 100  # entries that are in memory at a time

Write = Callable[[Decided], Mapping[str, Any] | None]
"""Writes an entry as Label Studio's payload; None where there is nothing of it any more."""


def event_of(entry: Decided) -> str:
    """Return what Label Studio calls an entry of the log."""
    if not entry.is_done:
        return "ANNOTATIONS_DELETED"
    return "ANNOTATION_UPDATED" if entry.was_done else "ANNOTATION_CREATED"


def events_of(given: str | Iterable[str] | None, caller: str) -> frozenset[str]:
    """Read the names of events; None, or "*", is all of them.

    >>> sorted(events_of("annotation_created", "on()"))
    ['ANNOTATION_CREATED']

    Raises
    ------
    DataError
        When one of them does not happen here.
    """
    if given is None or given == "*":
        return frozenset(EVENTS)
    names = [given] if isinstance(given, str) else list(given)
    for name in names:
        if not isinstance(name, str):
            raise DataError(f"{caller} takes names of events, not {type(name).__name__}")
        one_of("event", name.upper(), EVENTS)
    return frozenset(name.upper() for name in names)


class Following:
    """Tells a callback of what happens from now on, on a thread of its own.

    Parameters
    ----------
    store, project
        The store, and the number of the project in it.
    events
        Which events are told.
    write
        Writes an entry as a payload.
    callback
        Called with each payload.
    tell
        Told a sentence where the callback, or the store, fails.
    pause
        Seconds after which other processes' work is looked for.
    """

    def __init__(
        self,
        store: Store,
        project: int,
        events: frozenset[str],
        write: Write,
        callback: Callable[[dict[str, Any]], Any],
        *,
        tell: Callable[[str], None],
        pause: float = PAUSE,
    ) -> None:
        self._store = store
        self._project = project
        self._events = events
        self._write = write
        self._callback = callback
        self._tell = tell
        self._pause = pause
        self._last = store.logged(project)
        self._woken = threading.Event()
        self._stopped = False
        started(self._run, "nblabel on")

    def wake(self) -> None:
        """Look now: something happened."""
        self._woken.set()

    def stop(self) -> None:
        """Tell nothing more; a callback that runs is not interrupted."""
        self._stopped = True
        self._woken.set()

    def _run(self) -> None:
        while not self._stopped:
            self._woken.clear()
            try:
                more = self._step()
            except NblabelError as error:
                if not self._stopped:
                    self._tell(f"what happens in the project cannot be told: {error}")
                more = False
            if not more:
                self._woken.wait(self._pause)

    def _step(self) -> bool:
        """Tell what happened since; return whether there may be more."""
        entries = self._store.decided(self._project, self._last, _PAGE)
        for entry in entries:
            if self._stopped:
                break
            self._last = entry.id
            if event_of(entry) in self._events:
                self._told(entry)
        return len(entries) == _PAGE

    def _told(self, entry: Decided) -> None:
        name = event_of(entry)
        payload = self._write(entry)
        if payload is None:
            return
        try:
            self._callback(dict(payload))
        except Exception as error:  # a stranger's callback may raise anything
            told = f"{type(error).__name__}: {error}".removesuffix(": ")
            self._tell(f'the callback for {name} failed on task "{entry.key}" with {told}')


def started(run: Callable[[], None], name: str) -> threading.Thread:
    """Start a thread that ends with the kernel.

    Raises
    ------
    NblabelError
        Where a Python has no threads, as in the browser.
    """
    thread = threading.Thread(target=run, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        raise NblabelError("this Python has no threads, which web hooks need") from None
    return thread
