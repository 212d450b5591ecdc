"""Masks as lengths of runs: outside and inside by turns, the first, which may be 0, outside.

COCO goes column by column and may write the lengths as a string; CVAT goes row by row. The string
is described in the source of pycocotools, https://github.com/cocodataset/cocoapi: each length from
the fourth on as the difference to the last but one, in groups of five bits, the lowest first, each
a character from "0" on.

pycocotools itself is not used: on strings that are broken version 2.0.11 writes outside its memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from nblabel.media.masks import Mask

_MOST = 2**40


def lengths(flat: npt.NDArray[np.bool_]) -> list[int]:
    """Return the lengths of the runs of a mask whose pixels are in one row.

    >>> lengths(np.array([True, True, False])), lengths(np.array([False, True]))
    ([0, 2, 1], [1, 1])
    """
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    ends = np.concatenate(([0], changes, [flat.size]))
    made: list[int] = np.diff(ends).tolist()
    return [0, *made] if flat.size and flat[0] else made


def pixels(runs: Sequence[int], size: int) -> npt.NDArray[np.bool_] | None:
    """Return the pixels of runs, in one row; None where they are not so many.

    >>> pixels([0, 2, 1], 3).tolist(), pixels([0, 2], 3)
    ([True, True, False], None)
    """
    whole = all(type(run) is int and 0 <= run <= size for run in runs)
    if not whole or sum(runs) != size:
        return None
    return np.repeat(np.arange(len(runs)) % 2 == 1, np.array(runs, np.int64))


def text(runs: Iterable[int]) -> str:
    """Return runs as COCO's string.

    >>> text([3010, 10, 90, 10])
    'Rn2:j20'
    """
    made: list[str] = []
    before: list[int] = []
    for index, run in enumerate(runs):
        rest = run - before[index - 2] if index > 2 else run
        before.append(run)
        more = True
        while more:
            bits = rest & 31
            rest >>= 5
            more = rest != (-1 if bits & 16 else 0)
            made.append(chr((bits | 32 if more else bits) + 48))
    return "".join(made)


def runs_of(given: str) -> list[int] | None:
    """Return the runs of COCO's string; None where it is none.

    >>> runs_of("Rn2:j20"), runs_of("a b"), runs_of("P")
    ([3010, 10, 90, 10], None, None)
    """
    made: list[int] = []
    value = shift = 0
    for sign in given:
        bits = ord(sign) - 48
        if not 0 <= bits < 64 or shift > 40:
            return None
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        made.append(value + made[-2] if len(made) > 2 else value)
        if abs(made[-1]) > _MOST:
            return None
        value = shift = 0
    return None if shift else made


def by_columns(mask: Mask) -> list[int]:
    """Return the runs of a mask, column by column, as COCO has them."""
    return lengths(np.asarray(mask > 0).ravel(order="F"))


def of_columns(given: str | Sequence[int], width: int, height: int) -> Mask | None:
    """Return the mask of COCO's runs, height x width, of booleans; None where they are broken."""
    runs = runs_of(given) if isinstance(given, str) else given
    flat = None if runs is None else pixels(runs, width * height)
    return None if flat is None else flat.reshape((height, width), order="F").astype(np.uint8)
