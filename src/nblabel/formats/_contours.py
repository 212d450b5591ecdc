"""Outlines of masks, along the edges of their pixels, so that nothing of them is lost."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nblabel.formats._geometry import Point
from nblabel.media.masks import Mask

_RIGHT, _DOWN, _LEFT, _UP = range(4)
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def outlines(mask: Mask) -> tuple[list[list[Point]], int]:
    """Return the outer outline of each part of a mask, and how many holes there are in them.

    Parts are pixels that have an edge in common. An outline goes clockwise along the edges of
    pixels and has a point at each corner: so the area inside is that of the part, holes filled.

    >>> outlines(np.array([[1, 1, 0], [0, 0, 1]], np.uint8))
    ([[(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0)], [(2.0, 1.0), (3.0, 1.0), (3.0, 2.0), \
(2.0, 2.0)]], 0)
    """
    inside = np.pad(mask > 0, 1)
    edges = _edges(inside)
    made: list[list[Point]] = []
    holes = 0
    for start in sorted(edges, key=lambda at: (at[1], at[0])):  # no part begins where two touch
        if start not in edges:
            continue
        ring = _ring(edges, start)
        if _is_outer(ring):
            made.append([(float(x), float(y)) for x, y in ring])
        else:
            holes += 1
    return made, holes


def _edges(inside: npt.NDArray[np.bool_]) -> dict[tuple[int, int], list[int]]:
    """Return by each point of the pixels' grid the ways that edges lead on from it.

    A mask lies to the right of its edges. Straight runs of edges are walked one by one, which is
    as long as the outline is.
    """
    edges: dict[tuple[int, int], list[int]] = {}

    def add(ys: npt.NDArray[np.intp], xs: npt.NDArray[np.intp], way: int) -> None:
        for y, x in zip(ys.tolist(), xs.tolist(), strict=True):
            edges.setdefault((x, y), []).append(way)

    above, below = inside[:-1, :], inside[1:, :]
    ys, xs = np.nonzero(~above & below)  # an edge on top, to the right
    add(ys, xs - 1, _RIGHT)
    ys, xs = np.nonzero(above & ~below)
    add(ys, xs, _LEFT)
    before, after = inside[:, :-1], inside[:, 1:]
    ys, xs = np.nonzero(~before & after)  # an edge on the left, upwards
    add(ys, xs, _UP)
    ys, xs = np.nonzero(before & ~after)
    add(ys - 1, xs, _DOWN)
    return edges


def _ring(edges: dict[tuple[int, int], list[int]], start: tuple[int, int]) -> list[tuple[int, int]]:
    """Walk one outline, and take it out of the edges; return its corners."""
    ways = edges[start]
    way = _RIGHT if _RIGHT in ways else ways[0]
    ring: list[tuple[int, int]] = []
    at, before = start, None
    while True:
        ways = edges.get(at, [])
        if not ways:
            break
        if before is not None:  # where two parts touch, to the right: they stay two
            way = next(w for turn in (1, 0, -1, 2) if (w := (before + turn) % 4) in ways)
        if way != before:
            ring.append(at)
        ways.remove(way)
        if not ways:
            del edges[at]
        at = at[0] + _STEPS[way][0], at[1] + _STEPS[way][1]
        before = way
        if at == start:
            break
    return ring


def _is_outer(ring: list[tuple[int, int]]) -> bool:
    following = [*ring[1:], ring[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, following, strict=True)) > 0
