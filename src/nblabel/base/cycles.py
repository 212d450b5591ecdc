"""Python's search for cycles, made seldom while a great many objects are made that form none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (50_000, 20, 1_000)


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Search for cycles seldom: among millions of new rows there are none, and all are looked at.

    >>> with seldom_searched():
    ...     gc.get_threshold()
    (50000, 20, 1000)
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
