"""Areas of an image that are of one piece, by their colours; and their outlines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Area = npt.NDArray[np.bool_]
Colours = npt.NDArray[np.float32]
Point = tuple[int, int]
"""Column and row."""

_WEIGHTS = np.array([0.7, 1.0, 1.0], np.float32)  # shadows change how light a colour is
_STEPS = np.array([4, 6, 8, 10, 13, 16, 20, 25, 31, 38, 47, 58], np.float32)
_SEED = 2  # pixels around a click that are of its colour
_LEVELS = 16  # of each channel, in a histogram
_ROUNDS = 6
_LEAN = 1.5  # natural logarithm of how much likelier the middle of a box is


def colours_of(image: Image.Image) -> Colours:
    """Give an image's lightness and colours, without its noise: height x width x 3."""
    soft = image.convert("RGB").filter(ImageFilter.MedianFilter(3)).convert("YCbCr")
    return np.asarray(soft, np.float32) * _WEIGHTS


def connected(area: Area, seeds: Area) -> Area:
    """Give what of an area hangs together with the seeds, side by side.

    >>> area = np.array([[1, 1, 0, 1]], bool)
    >>> connected(area, np.array([[1, 0, 0, 0]], bool)).astype(int).tolist()
    [[1, 1, 0, 0]]
    """
    reached = area & seeds
    rows, columns = _runs(area), _runs(area.T)
    count = -1
    while count != (count := int(reached.sum())):
        reached = _along(reached, area, rows)
        reached = _along(reached.T, area.T, columns).T
    return reached


def _runs(area: Area) -> npt.NDArray[np.int64]:
    """Give the stretches of each row that are in an area a number each."""
    starts = area.copy()
    starts[:, 1:] &= ~area[:, :-1]
    numbered: npt.NDArray[np.int64] = np.cumsum(starts.ravel(), dtype=np.int64)
    return numbered.reshape(area.shape)


def _along(reached: Area, area: Area, runs: npt.NDArray[np.int64]) -> Area:
    """Reach each stretch of which something is reached."""
    hit = np.zeros(int(runs.max(initial=0)) + 1, bool)
    hit[runs[reached]] = True
    return hit[runs] & area


def grown(
    colours: Colours,
    inside: Sequence[Point],
    outside: Sequence[Point] = (),
    tolerance: float | None = None,
) -> Area:
    """Give the area around clicks that is of their colours.

    Parameters
    ----------
    colours
        As `colours_of` gives them.
    inside, outside
        Clicks on what is meant, and on what is not.
    tolerance
        How far colours may be from those of the clicks, in 255ths. By default the one at which
        the area changes least when it is varied, as those of Matas et al., "Robust wide-baseline
        stereo from maximally stable extremal regions" (2004).
    """
    near = _distance(colours, inside)
    if outside:
        near = np.where(near < _distance(colours, outside), near, np.float32(np.inf))
    seeds = np.zeros(near.shape, bool)
    for x, y in inside:
        seeds[y, x] = True
        near[y, x] = 0
    if tolerance is not None:
        return connected(near <= tolerance, seeds)
    areas = [connected(near <= step, seeds) for step in _STEPS]
    sizes = np.array([int(area.sum()) for area in areas], float)
    return areas[_stable(sizes, near.size)]


def _distance(colours: Colours, points: Sequence[Point]) -> npt.NDArray[np.float32]:
    """Say how far each pixel's colour is from the nearest of those at some points."""
    least = np.full(colours.shape[:2], np.inf, np.float32)
    for x, y in points:
        around = colours[max(y - _SEED, 0) : y + _SEED + 1, max(x - _SEED, 0) : x + _SEED + 1]
        own = np.median(around.reshape(-1, 3), axis=0)
        np.minimum(least, np.sqrt(((colours - own) ** 2).sum(axis=2)), out=least)
    return least


def _stable(sizes: npt.NDArray[np.float64], pixels: int) -> int:
    """Choose among growing areas the one that changes least; none too small, nor almost all."""
    best, chosen = math.inf, int(np.searchsorted(sizes, min(25, sizes[-1])))
    for i in range(1, len(sizes) - 1):
        if 25 <= sizes[i] <= 0.9 * pixels:
            change = (sizes[i + 1] - sizes[i - 1]) / sizes[i]
            if change <= best:  # of a stretch without change, its end
                best, chosen = change, i
    return min(chosen, len(sizes) - 1)


def cut(
    colours: Colours,
    box: tuple[int, int, int, int],
    inside: Sequence[Point] = (),
    outside: Sequence[Point] = (),
) -> Area:
    """Give what stands out in a box from what is around it.

    The colours in the box and around it are counted in histograms; a pixel belongs to what it is
    likelier in, together with its neighbours; and the counts are made again of that, a few times:
    Rother et al., "GrabCut" (2004), with histograms in place of mixtures and a smoothed ratio in
    place of the cut.

    Parameters
    ----------
    colours
        As `colours_of` gives them.
    box
        Left, top, right and bottom; the last two are not in it.
    inside, outside
        Clicks on what is meant, and on what is not.
    """
    left, top, right, bottom = box
    height, width = colours.shape[:2]
    within = np.zeros((height, width), bool)
    within[top:bottom, left:right] = True
    pad_x, pad_y = max((right - left) // 4, 3), max((bottom - top) // 4, 3)
    around = np.zeros_like(within)
    around[max(top - pad_y, 0) : bottom + pad_y, max(left - pad_x, 0) : right + pad_x] = True
    around &= ~within
    if around.sum() < 20:  # the box is all there is: its edge is what is around
        around = within.copy()
        around[top + 2 : bottom - 2, left + 2 : right - 2] = False
    bins = _binned(colours)
    lean = _leaning(box, within.shape)
    meant = within & ~around
    for _ in range(_ROUNDS):
        ratio = lean + _ratio(bins, meant, around | (within & ~meant))
        for points, sign in ((inside, 1.0), (outside, -1.0)):
            for x, y in points:
                ratio[bins == bins[y, x]] = sign * 8
        found = within & (_blurred(np.clip(ratio, -8, 8)) > 0)
        if not found.any():
            break
        meant = found
    return _largest(meant, inside) if meant.any() else within


def _leaning(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Say how much the place of a pixel in a box speaks for it: the middle does, corners do not."""
    left, top, right, bottom = box
    across = (np.arange(shape[1]) - (left + right) / 2) * (2 / (right - left))
    down = (np.arange(shape[0]) - (top + bottom) / 2) * (2 / (bottom - top))
    off: npt.NDArray[np.float64] = across[None, :] ** 2 + down[:, None] ** 2
    return _LEAN * (1 - 1.5 * off)


def _binned(colours: Colours) -> npt.NDArray[np.int64]:
    steps = np.clip(colours / _WEIGHTS / (256 / _LEVELS), 0, _LEVELS - 1).astype(np.int64)
    binned: npt.NDArray[np.int64] = steps @ np.array([_LEVELS**2, _LEVELS, 1])
    return binned


def _ratio(bins: npt.NDArray[np.int64], meant: Area, other: Area) -> npt.NDArray[np.float64]:
    """Give the logarithm of how much likelier a pixel's colour is in one area than in another."""
    counts = [np.bincount(bins[area], minlength=_LEVELS**3) + 0.1 for area in (meant, other)]
    one, two = (count / count.sum() for count in counts)
    ratio: npt.NDArray[np.float64] = np.log(one / two)[bins]
    return ratio


def _blurred(ratio: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    scaled = Image.fromarray(((ratio + 8) * (255 / 16)).astype(np.uint8))
    soft = np.asarray(scaled.filter(ImageFilter.GaussianBlur(2)), float)
    return soft * (16 / 255) - 8


def _largest(area: Area, points: Sequence[Point] = ()) -> Area:
    """Keep the pieces of an area that a click is on, else the largest."""
    left = area.copy()
    best = np.zeros_like(area)
    clicked = np.zeros_like(area)
    for x, y in points:
        clicked[y, x] = True
    if (area & clicked).any():
        return connected(area, clicked)
    while int(left.sum()) > int(best.sum()):
        seed = np.zeros_like(area)
        seed.flat[int(np.argmax(left))] = True
        piece = connected(left, seed)
        best = piece if piece.sum() > best.sum() else best
        left &= ~piece
    return best


def filled(area: Area) -> Area:
    """Fill the holes of an area, and round its edge a little."""
    ground = np.pad(~area, 1, constant_values=True)
    edge = np.zeros_like(ground)
    edge[0, 0] = True
    whole = ~connected(ground, edge)[1:-1, 1:-1]
    soft = Image.fromarray(whole.astype(np.uint8) * np.uint8(255)).filter(
        ImageFilter.MedianFilter(3)
    )
    smooth = np.asarray(soft) > 127
    return smooth if smooth.any() else whole


def outline(area: Area) -> list[Point]:
    """Give the corners around the largest piece of an area, as columns and rows between pixels.

    The edge is walked with the area at the right hand, from corner to corner.

    >>> outline(np.array([[0, 1], [0, 1]], bool))
    [(1, 0), (2, 0), (2, 2), (1, 2)]
    """
    piece = np.pad(_largest(area), 1)
    row, column = np.unravel_index(int(np.argmax(piece)), piece.shape)
    x, y, dx, dy = int(column), int(row), 1, 0
    start = (x, y)
    corners: list[Point] = []
    while True:
        right, left = _ahead(piece, x, y, dx, dy)
        turned = (dx, dy)
        if left:
            turned = (dy, -dx)
        elif not right:
            turned = (-dy, dx)
        if turned != (dx, dy):
            corners.append((x - 1, y - 1))
            dx, dy = turned
        x, y = x + dx, y + dy
        if (x, y) == start:
            break
    first = (start[0] - 1, start[1] - 1)
    return corners if first in corners[:1] else [first, *(c for c in corners if c != first)]


def _ahead(piece: Area, x: int, y: int, dx: int, dy: int) -> tuple[bool, bool]:
    """Say whether the pixels ahead of a corner are in the area, at the right hand and the left."""
    right = {(1, 0): (y, x), (0, 1): (y, x - 1), (-1, 0): (y - 1, x - 1), (0, -1): (y - 1, x)}
    left = {(1, 0): (y - 1, x), (0, 1): (y, x), (-1, 0): (y, x - 1), (0, -1): (y - 1, x - 1)}
    return bool(piece[right[dx, dy]]), bool(piece[left[dx, dy]])


def simplified(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Leave out the corners of an outline that lie nearer to it than a distance.

    Douglas and Peucker (1973), around two corners that lie far apart.

    >>> simplified([(0, 0), (5, 1), (10, 0), (10, 10), (0, 10)], 2)
    [(0, 0), (10, 0), (10, 10), (0, 10)]
    """
    if len(points) < 4:
        return list(points)
    array = np.array(points, float)
    far = int(((array - array[0]) ** 2).sum(axis=1).argmax())
    kept = {0, far}
    closed = np.vstack([array, array[:1]])
    waiting = [(0, far), (far, len(points))]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        between = closed[first + 1 : last]
        way = closed[last] - closed[first]
        off = between - closed[first]
        length = math.hypot(*way)
        distance = (
            np.abs(way[0] * off[:, 1] - way[1] * off[:, 0]) / length
            if length
            else (np.hypot(off[:, 0], off[:, 1]))
        )
        at = int(distance.argmax())
        if distance[at] > tolerance:
            middle = first + 1 + at
            kept.add(middle)
            waiting += [(first, middle), (middle, last)]
    return [points[i] for i in sorted(kept)]
