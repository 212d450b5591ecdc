"""Which key is where in a table that is read in the order of its keys, a page at a time."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, Protocol

from nblabel.base.errors import DataError
from nblabel.tasks.keyed import Index, Packed, fresh, packed

PAGE = 256
_NEAR = 4  # pages that are walked through rather than leapt over
_BLOCK = 10_000  # keys that are read at once where all are
_SAME = 16  # rows with one key that are told apart where a page begins


class Mark(NamedTuple):
    """Where a page begins: after a key, of which so many rows were before."""

    key: Any
    taken: int


class Pages(Protocol):
    """A table in the order of its keys, without those that are null."""

    def count(self) -> int:
        """Count the keys."""

    def up_to(self, most: int) -> int:
        """Count them, but no further than to a number."""

    def following(self, mark: Mark | None, count: int) -> list[Any]:
        """Give the keys after a mark, so many at the most."""

    def last_of(self, mark: Mark | None, count: int, few: int) -> list[Any]:
        """Give the last few of so many keys after a mark, backwards."""

    def first_of_last(self, count: int, few: int) -> list[Any]:
        """Give the first few of so many keys before the end."""


class _Keyset:
    """What `by_keyset` makes.

    A page that was read is kept as it was, so that a task stays where it is while rows come and
    go. Each page that was met marks where the next begins. A leap to where no mark is near lets
    the table walk over the keys in between, which is quick where an index of the database has
    them; it leaves a mark.
    """

    def __init__(self, pages: Pages) -> None:
        self._table = pages
        self._pages: dict[int, Packed] = {}
        self._marks: dict[int, Mark | None] = {0: None}
        self._marked = [0]
        self._count: int | None = None
        self._least = 0  # how many there are surely
        self._all: Packed | None = None  # once it was refreshed

    @property
    def counted(self) -> bool:
        return self._count is not None

    def __len__(self) -> int:
        if self._count is None:
            self._count = max(self._table.count(), self._least)
        return self._count

    def reaches(self, count: int) -> bool:
        if self._count is not None:
            return count <= self._count
        if count > self._least:
            found = self._table.up_to(count)
            if found < count:
                self._count = max(found, self._least)
                return count <= self._count
            self._least = count
        return True

    def keys(self, start: int, stop: int) -> list[Any]:
        stop = max(start, stop)
        if self._all is not None:
            some = list(self._all[start:stop])
        else:
            numbers = range(start // PAGE, -(-stop // PAGE))
            read = chain.from_iterable(map(self._filled, numbers))
            some = list(read)[start % PAGE :][: stop - start]
        return [*some, *[None] * (stop - start - len(some))]

    def _filled(self, number: int) -> list[Any]:
        page = self._page(number)
        return [*page, *[None] * (PAGE - len(page))]

    def _page(self, number: int) -> Packed:
        if number not in self._pages:
            if number not in self._marks:
                self._reach(number)
            if number not in self._marks:
                return ()
            keys = self._table.following(self._marks[number], PAGE)
            refuse_lists(keys)
            self._pages[number] = packed(keys)
            stop = number * PAGE + len(keys)
            self._least = max(self._least, stop)
            if len(keys) == PAGE:
                self._mark(number + 1, _mark_after(keys[::-1], self._marks[number]))
            elif self._count is None:
                self._count = self._least
        return self._pages[number]

    def _reach(self, number: int) -> None:
        """Find where a page begins, from the mark before it or from the end."""
        begin = self._marked[bisect_right(self._marked, number) - 1]
        if number - begin <= _NEAR:
            for between in range(begin, number):
                self._page(between)
            return
        if number * PAGE >= self._least and number * PAGE >= len(self):
            return
        ahead = (number - begin) * PAGE
        behind = ahead if self._count is None else self._count - number * PAGE
        if behind < ahead:
            keys = self._table.first_of_last(behind + 1, 1)
            self._mark(number, Mark(keys[0], 1))
            return
        last = self._table.last_of(self._marks[begin], ahead, _SAME)
        self._mark(number, _mark_after(last, self._marks[begin]))

    def _mark(self, number: int, mark: Mark) -> None:
        if number not in self._marks:
            self._marks[number] = mark
            insort(self._marked, number)

    def refresh(self) -> None:
        """Read all keys; those that no page has come after all others.

        A place that nobody has looked at has no key yet, and gets the next of those.
        """
        rest = iter(fresh(self._every(), self._kept()))
        places: list[Any] = []
        if self._all is not None:
            places = list(self._all)
        elif self._pages:
            for number in range(max(self._pages) + 1):
                page = self._pages.get(number)
                places += [next(rest, None) for _ in range(PAGE)] if page is None else page
        self._all = packed([*places, *rest])
        self._pages.clear()
        self._count = len(self._all)

    def _kept(self) -> Sequence[Packed]:
        return [*self._pages.values()] if self._all is None else [self._all]

    def _every(self) -> Iterator[Any]:
        mark: Mark | None = None
        while keys := self._table.following(mark, _BLOCK):
            yield from keys
            mark = _mark_after(keys[::-1], mark)


def by_keyset(pages: Pages) -> Index:
    """Index a table by its keys: ``where key > last order by key``, and never by an offset."""
    return _Keyset(pages)


def _mark_after(backwards: Sequence[Any], before: Mark | None) -> Mark:
    """Return the mark after keys, the last first, that come after another mark."""
    last = backwards[0]
    same = next((n for n, key in enumerate(backwards) if key != last), len(backwards))
    goes_on = before is not None and same == len(backwards) and before.key == last
    return Mark(last, same + (before.taken if goes_on and before else 0))


def without(keys: Sequence[Any], mark: Mark | None) -> list[Any]:
    """Leave out of keys, read from a mark's own on, what came before the mark.

    >>> without([7, 7, 8], Mark(7, 1)), without([8, 9], Mark(7, 1))
    ([7, 8], [8, 9])
    """
    if mark is None:
        return list(keys)
    before = 0
    while before < min(mark.taken, len(keys)) and keys[before] == mark.key:
        before += 1
    return list(keys[before:])


def refuse_lists(keys: Sequence[Any]) -> None:
    """Refuse keys that are no plain values."""
    odd = next((key for key in keys if not isinstance(key, Hashable)), None)
    if odd is not None:
        raise DataError(f"a key is of type {type(odd).__name__}; a text or a number is accepted")
