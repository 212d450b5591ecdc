"""Images too large to be sent whole: decoded when looked at, off the main thread, by pieces."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps

from nblabel.base.errors import MediaError
from nblabel.media.images import MAX_PIXELS, Content, eight_bit, lenient, opened

SIDE = 1024
"""Width and height of a piece in pixels of its level; js/src/stage/image/pieces.ts has its twin."""

_KEPT_PIXELS = 150_000_000  # of all levels that stay decoded, four bytes each
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Piece:
    """A square of one level of an image, or all of its last level.

    Parameters
    ----------
    level
        How often the image is halved.
    column, row
        Which square of `SIDE` pixels; None for the whole level.
    """

    level: int
    column: int | None = None
    row: int | None = None


Read = Callable[[], Content]
Done = Callable[[bytes, str], None]
"""Told a piece's bytes and their MIME type."""


class Pieces:
    """Gives pieces of large images; the levels looked at last stay decoded.

    Parameters
    ----------
    max_pixels
        Images with more pixels are not decoded.
    """

    def __init__(self, max_pixels: int = MAX_PIXELS) -> None:
        self._max_pixels = max_pixels
        self._decoded: dict[tuple[Hashable, int], Image.Image] = {}
        self._worker: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def ask(
        self,
        image: Hashable,
        read: Read,
        piece: Piece,
        done: Done,
        *,
        failed: Callable[[str], None],
        progress: Callable[[float], None],
    ) -> None:
        """Make a piece, after those asked for before; nobody waits for it.

        Parameters
        ----------
        image
            What tells the image from others.
        read
            Reads the image.
        piece
            What is wanted of it.
        done, failed
            Called from another thread with the piece, or with a sentence.
        progress
            Called from there with the part of the image that is decoded, from 0 to 1.
        """

        def work() -> None:
            try:
                done(*self._made(image, read, piece, progress))
            except MediaError as error:
                failed(str(error))
            except MemoryError:
                failed("the image needs more memory than there is")
            except Exception as error:
                failed(f"the image is broken: {error or type(error).__name__}")

        with self._lock:
            if self._worker is None:
                self._worker = ThreadPoolExecutor(1, thread_name_prefix="nblabel-pieces")
        try:
            self._worker.submit(work)
        except RuntimeError:  # there are no threads here
            work()

    def close(self) -> None:
        """Forget what is decoded; what is being made is not waited for."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.shutdown(wait=False, cancel_futures=True)
        self._decoded.clear()

    def _made(
        self, image: Hashable, read: Read, piece: Piece, progress: Callable[[float], None]
    ) -> tuple[bytes, str]:
        pixels = self._level(image, read, piece.level, progress)
        if piece.column is not None and piece.row is not None:
            left, top = piece.column * SIDE, piece.row * SIDE
            right, bottom = min(left + SIDE, pixels.width), min(top + SIDE, pixels.height)
            if not (0 <= left < right and 0 <= top < bottom):
                raise MediaError(f"the image has no piece {piece.column}, {piece.row} there")
            pixels = pixels.crop((left, top, right, bottom))
        out = io.BytesIO()
        if pixels.mode in {"L", "RGB"}:
            pixels.save(out, "JPEG", quality=90)
            return out.getvalue(), "image/jpeg"
        pixels.save(out, "PNG", compress_level=1)
        return out.getvalue(), "image/png"

    def _level(
        self, image: Hashable, read: Read, level: int, progress: Callable[[float], None]
    ) -> Image.Image:
        """Return a level of an image, upright; it becomes the one looked at last."""
        key = (image, level)
        pixels = self._decoded.pop(key, None)
        if pixels is None:
            finer = [at for known, at in self._decoded if known == image and at < level]
            if finer:
                pixels = self._decoded[image, max(finer)].reduce(2 ** (level - max(finer)))
            else:
                pixels = self._decode(read, level, progress)
        self._decoded[key] = pixels
        self._trim()
        return pixels

    def _trim(self) -> None:
        """Forget the levels looked at longest ago, where they are too many; one always stays."""
        newest, *older = reversed(tuple(self._decoded))
        kept = _area(self._decoded[newest])
        for key in older:
            kept += _area(self._decoded[key])
            if kept > _KEPT_PIXELS:
                del self._decoded[key]

    def _decode(self, read: Read, level: int, progress: Callable[[float], None]) -> Image.Image:
        """Decode a level, upright; of a file that is cut off, what there is of it."""
        content = read()
        try:
            return self._decoded_from(content, level, progress)
        except MediaError:
            try:
                with lenient():
                    return self._decoded_from(content, level, progress)
            except MediaError:
                pass
            raise

    def _decoded_from(
        self, content: Content, level: int, progress: Callable[[float], None]
    ) -> Image.Image:
        """Decode a level, upright: a JPEG at about its size, everything else whole."""

        def file(content: bytes) -> IO[bytes]:
            return _Watched(content, progress)

        with opened(content, self._max_pixels, file) as source:
            width = source.width
            if source.format in {"JPEG", "MPO"}:
                source.draft(None, (source.width >> level, source.height >> level))
            source.load()
            rest = 2**level // round(width / source.width)
            pixels = _plain(source)
            return ImageOps.exif_transpose(pixels.reduce(rest) if rest > 1 else pixels)


def _area(image: Image.Image) -> int:
    return image.width * image.height


def _plain(image: Image.Image) -> Image.Image:
    """Give an image in a mode that can be halved and encoded."""
    image = eight_bit(image)
    if image.mode in {"P", "LA"}:
        seen_through = image.mode == "LA" or "transparency" in image.info
        return image.convert("RGBA" if seen_through else "RGB")
    return image.convert("L") if image.mode == "1" else image


class _Watched(io.BytesIO):
    """A file in memory that tells how much of it was read, in steps that a person sees."""

    def __init__(self, content: bytes, progress: Callable[[float], None]) -> None:
        super().__init__(content)
        self._length = len(content)
        self._told = 0
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        at = self.tell()
        if (at - self._told) * _STEPS >= self._length or at == self._length > self._told:
            self._told = at
            self._progress(at / self._length)
        return content
