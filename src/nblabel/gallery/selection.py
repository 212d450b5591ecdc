"""Where the tiles of a page are, and which are selected: geometry and sets, nothing drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

Box = tuple[float, float, float, float]
"""Left, top, width and height."""

GAP = 6
"""Pixels around a tile."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Tiles of one size, row by row.

    Parameters
    ----------
    count
        How many there are.
    columns
        How many stand side by side.
    width, height
        The size of each.
    gap
        The space around each.
    """

    count: int
    columns: int
    width: int
    height: int
    gap: int = GAP

    @staticmethod
    def columns_in(room: float, width: int, gap: int = GAP) -> int:
        """Return how many tiles have room side by side, one at the least."""
        return max(int((room - gap) // (width + gap)), 1)

    @property
    def lines(self) -> int:
        """How many rows of tiles there are."""
        return max(-(-self.count // self.columns), 1)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of all of it."""
        across = self.columns * (self.width + self.gap) + self.gap
        return across, self.lines * (self.height + self.gap) + self.gap

    def box(self, place: int) -> Box:
        """Return where a tile is."""
        line, column = divmod(place, self.columns)
        left = self.gap + column * (self.width + self.gap)
        return left, self.gap + line * (self.height + self.gap), self.width, self.height

    def at(self, x: float, y: float) -> int | None:
        """Return the tile at a point; None between tiles and behind the last."""
        found = self.touching(x, y, x, y)
        return found[0] if found else None

    def touching(self, x0: float, y0: float, x1: float, y1: float) -> list[int]:
        """Return the tiles that a frame touches, whichever way it was drawn.

        >>> Grid(count=5, columns=3, width=10, height=10, gap=2).touching(13, 5, 3, 16)
        [0, 3]
        """
        left, right = sorted((x0, x1))
        top, bottom = sorted((y0, y1))
        across, down = self.width + self.gap, self.height + self.gap
        columns = range(
            max(int((left - self.gap) // across), 0),
            min(int((right - self.gap) // across), self.columns - 1) + 1,
        )
        lines = range(
            max(int((top - self.gap) // down), 0),
            min(int((bottom - self.gap) // down), self.lines - 1) + 1,
        )
        return [
            place
            for line in lines
            for column in columns
            if (place := line * self.columns + column) < self.count
            and self._meets(place, left, top, right, bottom)
        ]

    def _meets(self, place: int, left: float, top: float, right: float, bottom: float) -> bool:
        x, y, width, height = self.box(place)
        return left < x + width and right >= x and top < y + height and bottom >= y


@dataclass(frozen=True, slots=True)
class Selection:
    """The tiles of a page that are selected, by their places on it.

    Parameters
    ----------
    chosen
        The places.
    cursor
        Where the keys are.
    anchor
        Where a stretch begins that Shift ends.

    Examples
    --------
    >>> selection = Selection().clicked(2).clicked(5, shift=True).clicked(3, ctrl=True)
    >>> sorted(selection.chosen)
    [2, 4, 5]
    """

    chosen: frozenset[int] = frozenset()
    cursor: int = 0
    anchor: int = 0

    def clicked(self, place: int, *, shift: bool = False, ctrl: bool = False) -> Selection:
        """Select one tile; with Shift the stretch to it; with Ctrl add it, or take it out."""
        if shift:
            stretch = frozenset(self._stretch(place))
            chosen = self.chosen | stretch if ctrl else stretch
            return replace(self, chosen=chosen, cursor=place)
        chosen = self.chosen ^ {place} if ctrl else frozenset({place})
        return Selection(chosen, place, place)

    def framed(
        self, places: Iterable[int], *, shift: bool = False, ctrl: bool = False
    ) -> Selection:
        """Select what a frame touches; with Shift add it; with Ctrl turn each over."""
        touched = frozenset(places)
        chosen = touched
        if ctrl:
            chosen = self.chosen ^ touched
        elif shift:
            chosen = self.chosen | touched
        at = min(touched, default=self.cursor)
        return Selection(chosen, at, at)

    def every(self, count: int) -> Selection:
        """Select all tiles of a page."""
        return replace(self, chosen=frozenset(range(count)))

    def cleared(self) -> Selection:
        """Select nothing; the cursor stays."""
        return replace(self, chosen=frozenset())

    def moved(self, place: int, count: int, *, shift: bool = False) -> Selection:
        """Move the cursor, not beyond the page; with Shift select the stretch to it."""
        at = min(max(place, 0), max(count - 1, 0))
        if shift:
            return replace(self, chosen=frozenset(self._stretch(at)), cursor=at)
        return replace(self, cursor=at, anchor=at)

    def _stretch(self, place: int) -> range:
        first, last = sorted((self.anchor, place))
        return range(first, last + 1)
