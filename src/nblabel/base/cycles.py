"""Python's search for cycles, made seldom while a great many objects are made that form none."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (50_000, 20, 1_000)

_lock = threading.Lock()
_inside: list[tuple[int, int, int]] = []
"""What each who is inside found, first the one who came first; they may be on several threads."""


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Search for cycles seldom: among millions of new rows there are none, and all are looked at.

    >>> with seldom_searched():
    ...     gc.get_threshold()
    (50000, 20, 1000)
    """
    with _lock:
        _inside.append(gc.get_threshold())
        gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        with _lock:
            found = _inside[0]
            _inside.pop()
            if not _inside:
                gc.set_threshold(*found)
