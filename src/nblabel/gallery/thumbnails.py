"""Small pictures of rows: made in threads, ahead of need, and kept within a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from nblabel.base.errors import MediaError, MissingPackageError
from nblabel.media.images import Content, eight_bit, lenient, opened, upright_size

Pixels = np.ndarray[Any, np.dtype[np.uint8]]

MOST_BYTES = 48 * 2**20
"""That are kept of thumbnails."""

_THREADS = 2
_SHARP = 64  # an image smaller than that is magnified without blur: its pixels are the point


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture.

    Parameters
    ----------
    pixels
        Height x width x 3 or 4; None where there is none.
    size
        Width and height of the image that it shows.
    problem
        Why there is none, in one sentence.
    """

    pixels: Pixels | None = None
    size: tuple[int, int] = (0, 0)
    problem: str | None = None

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return 200 + (0 if self.pixels is None else self.pixels.nbytes)


def made(content: Content, side: int) -> Thumbnail:
    """Make an image small, upright; a large JPEG is decoded at a fraction of its size.

    Raises
    ------
    MediaError
        When it is none, or broken. Of a file that is cut off there is what there is of it.
    """
    try:
        return _made(content, side)
    except MediaError:
        if not isinstance(content, bytes):
            raise
        with lenient():
            return _made(content, side)


def _made(content: Content, side: int) -> Thumbnail:
    with opened(content) as image:
        size = upright_size(image)
        image.draft("RGB", (side, side))
        if max(image.size) > 4 * side:  # before it is turned: of the small one that costs nothing
            small = eight_bit(image).copy()
            small.thumbnail((2 * side, 2 * side), Image.Resampling.BOX)
            small.info, small.format = image.info, image.format
            if (exif := image.getexif()) and 0x0112 in exif:
                small.info = {**small.info, "exif": exif.tobytes()}
        else:
            small = image
        upright = eight_bit(ImageOps.exif_transpose(small))
        upright = upright.convert("RGBA" if "A" in upright.mode or upright.mode == "P" else "RGB")
    scale = min(side / upright.width, side / upright.height)
    wanted = max(round(upright.width * scale), 1), max(round(upright.height * scale), 1)
    sharp = max(upright.size) <= _SHARP
    how = Image.Resampling.NEAREST if sharp else Image.Resampling.BILINEAR
    fitted = upright.resize(wanted, how, reducing_gap=2.0)
    return Thumbnail(np.asarray(fitted), size)


class Thumbnails:
    """The thumbnails of rows.

    Parameters
    ----------
    read
        Gives the image of a row, or raises a `MediaError`.
    side
        Their longest side, in pixels.
    most
        Bytes that are kept at the most; those looked at longest ago go first.
    """

    def __init__(self, read: Callable[[int], Content], side: int, most: int = MOST_BYTES) -> None:
        self._read = read
        self._most = most
        self._kept: OrderedDict[int, Thumbnail] = OrderedDict()
        self._made: dict[int, Future[Thumbnail]] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(_THREADS, "nblabel-thumbnails")
        self.side = side
        self.bytes = 0
        self.count = 0  # of thumbnails that were made

    def of(self, rows: Sequence[int]) -> list[Thumbnail]:
        """Return the thumbnails of rows, made now where they are not there yet."""
        with self._lock:
            known = {row: self._kept[row] for row in rows if row in self._kept}
            for row in known:
                self._kept.move_to_end(row)
        coming = {row: self._ask(row) for row in rows if row not in known}
        for row, one in coming.items():
            known[row] = self._make(row) if one is None else one.result()
        return [known[row] for row in rows]

    def ahead(self, rows: Sequence[int]) -> None:
        """Have thumbnails made that will be asked for next; nobody waits."""
        with self._lock:
            missing = [row for row in rows if row not in self._kept]
        for row in missing:
            self._ask(row)

    def settle(self) -> None:
        """Wait for those that are being made."""
        for one in tuple(self._made.values()):
            with suppress(Exception):
                one.result()

    def resized(self, side: int) -> Thumbnails:
        """Return those of another size, and let go of these."""
        self.close()
        return Thumbnails(self._read, side, self._most)

    def close(self) -> None:
        """Make no more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None

    def _ask(self, row: int) -> Future[Thumbnail] | None:
        """Have one made; None where there are no threads."""
        with self._lock:
            if row in self._made:
                return self._made[row]
            if self._pool is None:
                return None
            try:
                self._made[row] = self._pool.submit(self._make, row)
            except RuntimeError:  # as in a browser
                return None
            return self._made[row]

    def _make(self, row: int) -> Thumbnail:
        try:
            thumbnail = made(self._read(row), self.side)
        except (MediaError, MissingPackageError) as error:
            thumbnail = Thumbnail(problem=str(error))
        except MemoryError:
            thumbnail = Thumbnail(problem="the image needs more memory than there is")
        except Exception as error:  # a stranger's row: the others must be seen
            thumbnail = Thumbnail(problem=f"{type(error).__name__}: {error}")
        with self._lock:
            self._made.pop(row, None)
            self._keep(row, thumbnail)
        return thumbnail

    def _keep(self, row: int, thumbnail: Thumbnail) -> None:
        before = self._kept.pop(row, None)
        self._kept[row] = thumbnail
        self.count += 1
        self.bytes += thumbnail.bytes - (before.bytes if before else 0)
        while self.bytes > self._most and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self.bytes -= gone.bytes
