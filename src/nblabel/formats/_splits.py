"""Which part of a dataset a task belongs to: what is learned from, and what is tried on."""

from __future__ import annotations

import hashlib

from nblabel.base.errors import DataError
from nblabel.formats.dataset import Example

SPLITS = ("train", "val", "test")
_WORDS = {"valid": "val", "validation": "val", "training": "train", "testing": "test"}


class Splits:
    """Puts tasks into train, val and test, the same task always into the same.

    Parameters
    ----------
    column
        The column of the data that says it, where a task has it: "train", "val" or "test".
    val, test
        Which share of the others is in these. Who is in them is told by a digest of the task's
        key, so that tasks that come later move none.

    Raises
    ------
    DataError
        When the shares are no shares.
    """

    def __init__(self, column: str, val: float, test: float) -> None:
        if not (0 <= val <= 1 and 0 <= test <= 1 and val + test <= 1):
            raise DataError(f"val={val} and test={test} must be shares that sum up to at most 1")
        self._column, self._val, self._test = column, val, test
        self.used: set[str] = set()

    def of(self, example: Example) -> str:
        """Return the split of a task."""
        given = str(example.data.get(self._column, "")).lower()
        split = _WORDS.get(given, given)
        if split not in SPLITS:
            digest = hashlib.blake2b(example.key.encode("utf-8", "replace"), digest_size=8).digest()
            share = int.from_bytes(digest, "big") / 2**64
            split = "test" if share < self._test else "train"
            if self._test <= share < self._test + self._val:
                split = "val"
        self.used.add(split)
        return split
