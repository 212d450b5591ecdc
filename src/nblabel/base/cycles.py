"""Python's search for cycles, put off while a great many objects are made that form none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycles() -> Iterator[None]:
    """Make no search for cycles: it would look at all rows again and again, and find nothing.

    >>> with no_cycles():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
