"""What takes long says how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from tqdm.auto import tqdm

T = TypeVar("T")
L = TypeVar("L", bound=Sized)

_AFTER = 1.0  # seconds


def shown(things: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Yield things, and show how many of them are done once that takes more than a second.

    In a notebook and on a terminal; what is stopped takes its bar with it.

    Parameters
    ----------
    things
        What is worked on, one by one.
    what
        What is done with them, in one word or two.
    total
        How many there are, where that is known.

    Examples
    --------
    >>> list(shown("abc", "reading", 3))
    ['a', 'b', 'c']
    """
    with tqdm(things, desc=what, total=total, delay=_AFTER, leave=False) as bar:
        yield from bar


def shown_in_lists(lists: Iterable[L], what: str, total: int | None = None) -> Iterator[L]:
    """Yield lists of things, and show how many things are done; parameters as in `shown`.

    >>> list(shown_in_lists(["ab", "c"], "reading", 3))
    ['ab', 'c']
    """
    with tqdm(desc=what, total=total, delay=_AFTER, leave=False) as bar:
        for some in lists:
            yield some
            bar.update(len(some))
