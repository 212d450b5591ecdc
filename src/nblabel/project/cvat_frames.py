"""How a frame of a CVAT server says which row it is of: by its name, and by nothing else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_MARK = re.compile(r"-([0-9a-f]{16})(?:-(\d+))?\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def marked(key: str, address: str, item: int | None, suffix: str) -> str:
    """Return the name of a frame that tells whose it is, readable too.

    >>> marked("7", "photos/a b.jpg", None, ".jpg")
    'a_b-e75017cace788f82.jpg'
    """
    stem = _UNSAFE.sub("_", Path(address.rpartition("/")[2]).stem)[:60].strip("_") or "row"
    part = "" if item is None else f"-{item}"
    return f"{stem}-{mark(key)}{part}{suffix}"


def mark(key: str) -> str:
    """Return what marks the frames of a row."""
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()


def stem(name: str) -> str:
    """Return a name without folders and suffix."""
    return name.rpartition("/")[2].rpartition(".")[0]


def whose(name: str) -> tuple[str, int | None]:
    """Return the mark of a frame's name, and which of several images it is; "" for a stranger's.

    >>> whose("x/a_b-3c1d23f1ea2d5f7d-2.jpg"), whose("photo.jpg")
    (('3c1d23f1ea2d5f7d', 2), ('', None))
    """
    found = _MARK.search(stem(name))
    if found is None:
        return "", None
    return found[1], None if found[2] is None else int(found[2])


def numbered(meta: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the frames of a task that were not deleted, with their numbers."""
    gone = set(meta.get("deleted_frames") or ())
    yield from ((at, one) for at, one in enumerate(meta["frames"]) if at not in gone)
