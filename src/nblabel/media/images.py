"""Images as a browser can show them: their bytes as they are, or converted with Pillow."""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any
from xml.parsers import expat

import numpy as np
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from nblabel.base.errors import MediaError
from nblabel.core.task import Media

MAX_PIXELS = 178_000_000
"""Images with more pixels than this are not decoded, unless somebody says so."""

WHOLE_PIXELS = 25_000_000
WHOLE_BYTES = 12_000_000
"""An image with more of either is not sent whole: a browser takes seconds to decode it."""

SMALL_SIDE = 2048
"""The longest side, in pixels, of what is shown of a large image at first."""

Pixels = np.ndarray[Any, np.dtype[Any]]
Content = bytes | Image.Image | Pixels
"""An image file's bytes, or an image in memory."""

_BOUND = threading.RLock()

_BROWSERS_SHOW = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif"} | {
    "MPO": "image/jpeg",  # several JPEGs in one file; browsers show the first
    "WEBP": "image/webp",
    "BMP": "image/bmp",
}
# Nothing else is opened: Pillow would start Ghostscript on a stranger's PostScript.
_OPENED = (*_BROWSERS_SHOW, "TIFF", "JPEG2000", "PPM", "ICO", "AVIF")
_ACCEPTED = "JPEG, PNG, GIF, WebP, BMP, TIFF, JPEG 2000, PPM, ICO, AVIF and SVG are accepted"

_CUT_OFF = "the file is cut off or broken; what cannot be read of it is blank"
_FRAMES = "the file holds several images; the first one is shown"

_PLAIN_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}
_ORIENTATION = 0x0112
_LENGTH = re.compile(r"([0-9.]+)\s*(px)?")
_LARGEST_SVG = 10_000_000


def show(content: Content, *, max_pixels: int = MAX_PIXELS, whole: bool = True) -> Media:
    """Make an image showable; a browser's own formats pass untouched when upright.

    Of several frames the first is shown, and of a file that is cut off what there is of it, each
    with a note.

    Parameters
    ----------
    content
        An image file's bytes, a Pillow image, or an array: gray (h, w), or (h, w, 1), (h, w, 3),
        (h, w, 4). Booleans are black and white, floats run from 0 to 1, uint16 from its least to
        its greatest value, as 16-bit files do.
    max_pixels, whole
        As in `nblabel.media.load`.

    Raises
    ------
    MediaError
        When it is no image, broken, or has more than ``max_pixels``.
    """
    if isinstance(content, bytes) and is_svg(content):
        width, height = _svg_size(content)
        return Media(mime="image/svg+xml", data=content, width=width, height=height)
    try:
        return _shown(content, max_pixels, whole=whole)
    except MediaError:
        if not isinstance(content, bytes):
            raise
        try:
            with lenient():
                return replace(_shown(content, max_pixels, whole=whole), note=_CUT_OFF)
        except MediaError:
            pass
        raise


def _shown(content: Content, max_pixels: int, *, whole: bool) -> Media:
    with opened(content, max_pixels) as image:
        note = _FRAMES if getattr(image, "is_animated", False) and image.format != "MPO" else None
        levels = 0 if whole else levels_of(image, content)
        if levels:
            width, height = upright_size(image)
            return Media(width=width, height=height, levels=levels, note=note)
        mime = _BROWSERS_SHOW.get(image.format or "")
        plain = image.mode in _PLAIN_MODES and turn(image) == 1 and note is None
        if mime and plain and isinstance(content, bytes) and _is_complete(image.format, content):
            return Media(mime=mime, data=content, width=image.width, height=image.height)
        return replace(encoded(image), note=note)


@contextmanager
def lenient() -> Iterator[None]:
    """Let Pillow decode what there is of a file that is cut off, as browsers do."""
    with _BOUND:
        own, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = own


def _formats() -> list[str]:
    """Name the formats that are opened, without those that this Pillow was built without."""
    Image.init()
    return [name for name in _OPENED if name in Image.OPEN]


@contextmanager
def opened(
    content: Content,
    max_pixels: int = MAX_PIXELS,
    file: Callable[[bytes], IO[bytes]] = io.BytesIO,
) -> Iterator[Image.Image]:
    """Open an image, undecoded where it is a file's bytes; what goes wrong is one sentence.

    Parameters
    ----------
    content, max_pixels
        As in `show`.
    file
        Makes what a file's bytes are read from.

    Raises
    ------
    MediaError
        As in `show`.
    """
    if isinstance(content, bytes) and not content:
        raise MediaError("the image is empty: 0 bytes")
    with _told(), _unbounded(max_pixels):
        if isinstance(content, np.ndarray):
            _refuse_bomb(content.shape[1::-1] if content.ndim > 1 else (0, 0), max_pixels)
            yield _of_array(content)
        elif isinstance(content, bytes):
            with Image.open(file(content), formats=_formats()) as image:
                _refuse_bomb(image.size, max_pixels)
                yield image
        else:
            _refuse_bomb(content.size, max_pixels)
            yield content


def turn(image: Image.Image) -> int:
    """Return the EXIF orientation of an image; 1 is upright."""
    return int(image.getexif().get(_ORIENTATION, 1))


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Return width and height of an image once it is upright."""
    width, height = image.size
    return (height, width) if turn(image) in {5, 6, 7, 8} else (width, height)


def levels_of(image: Image.Image, content: Content) -> int:
    """Return how often an image is halved before it is small; 0 for one that is sent whole."""
    pixels = image.width * image.height
    heavy = isinstance(content, bytes) and len(content) > WHOLE_BYTES and pixels > SMALL_SIDE**2
    if getattr(image, "is_animated", False) or not (heavy or pixels > WHOLE_PIXELS):
        return 0
    levels = 0
    while max(image.size) >> levels > SMALL_SIDE:
        levels += 1
    return levels


def eight_bit(image: Image.Image) -> Image.Image:
    """Give an image in a mode that PNG and browsers share."""
    if image.mode in _PLAIN_MODES:
        return image
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return Image.fromarray(_stretched(np.asarray(image)))
    return image.convert("RGBA" if "A" in image.mode or "a" in image.mode else "RGB")


def encoded(image: Image.Image) -> Media:
    """Write an image as a file that browsers show: a photograph as JPEG, all else as PNG."""
    upright = ImageOps.exif_transpose(image)
    shown = eight_bit(upright)
    # The profile of other colours (CMYK) does not fit converted ones.
    profile = upright.info.get("icc_profile") if shown is upright else None
    out = io.BytesIO()
    # A photograph stays JPEG: as PNG it would be many times larger on its way.
    if image.format in {"JPEG", "MPO"} and shown.mode in {"L", "RGB"}:
        shown.save(out, "JPEG", quality=95, subsampling=0, icc_profile=profile)
        mime = "image/jpeg"
    else:
        shown.save(out, "PNG", compress_level=1, icc_profile=profile)
        mime = "image/png"
    return Media(mime=mime, data=out.getvalue(), width=shown.width, height=shown.height)


def _of_array(array: Pixels) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    good = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})
    if not good or 0 in array.shape:
        raise MediaError(
            f"an array of shape {array.shape} is no image; "
            "(height, width), (height, width, 3) and (height, width, 4) are accepted"
        )
    return Image.fromarray(_bytes_of(array))


def _bytes_of(array: Pixels) -> Pixels:
    kind = array.dtype.kind
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if kind == "f":
        finite = np.nan_to_num(array.astype(np.float64), nan=0.0, posinf=1.0, neginf=0.0)
        if finite.max() > 1.0 or finite.min() < 0.0:
            raise MediaError(
                f"an array of floats from {finite.min():g} to {finite.max():g} is no image; "
                "floats from 0 to 1 are accepted"
            )
        return np.asarray(np.rint(finite * 255), np.uint8)
    if array.dtype == np.uint16:
        return _stretched(array)
    if kind in "iu":
        if array.min() < 0 or array.max() > 255:
            raise MediaError(
                f"an array of {array.dtype} from {array.min()} to {array.max()} is no image; "
                "0 to 255 are accepted, or uint16"
            )
        return array.astype(np.uint8)
    raise MediaError(f"an array of {array.dtype} is no image; numbers are accepted")


def _stretched(array: Pixels) -> Pixels:
    """Bring more than 8 bits to 0..255, least to greatest value, so that dark scans are seen."""
    values = np.nan_to_num(array.astype(np.float64))
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 255:
        return np.asarray(np.rint(values), np.uint8)
    return np.asarray(np.rint((values - low) * (255 / ((high - low) or 1))), np.uint8)


def _refuse_bomb(size: tuple[int, ...], most: int) -> None:
    width, height = size
    if width * height > most:
        raise MediaError(
            f"the image has {width} x {height} pixels; at most {most:,} pixels are decoded, "
            f"max_pixels={width * height:_} would allow it"
        )


@contextmanager
def _unbounded(max_pixels: int) -> Iterator[None]:
    """Let Pillow decode what `_refuse_bomb` lets through; its own bound is one for all threads."""
    if max_pixels <= MAX_PIXELS:
        yield
        return
    with _BOUND:
        own, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = own


def _is_complete(kind: str | None, data: bytes) -> bool:
    """Whether a file has its end; a cut-off one goes to Pillow, which says what is wrong."""
    if kind == "JPEG":
        return b"\xff\xd9" in data[-4096:]
    if kind == "PNG":
        return b"IEND" in data[-64:]
    if kind == "WEBP":
        return len(data) >= int.from_bytes(data[4:8], "little") + 8
    return True


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever Pillow raises into one sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except UnidentifiedImageError:
            raise MediaError(f"this is no image that can be read; {_ACCEPTED}") from None
        except (MediaError, MemoryError):
            raise
        except Image.DecompressionBombError as error:
            raise MediaError(f"the image is too large to decode: {error}") from None
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise MediaError(f"the image is broken: {reason}") from None


def is_svg(data: bytes) -> bool:
    """Whether a file is an SVG, by how it begins."""
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and b"<svg" in data[:4000].lower()


def _svg_size(data: bytes) -> tuple[int | None, int | None]:
    """Read width and height of an SVG, or of its viewBox."""
    root: dict[str, str] = {}
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        parser.StartElementHandler = None
        if name.rpartition(":")[2] != "svg":
            raise MediaError(f"this is no image that can be read but a <{name}>")
        root.update(attributes)
        raise _RootReadError

    def refuse(*_: object) -> None:
        raise MediaError("an SVG that declares entities is not shown")

    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except _RootReadError:
        pass
    except expat.ExpatError as error:
        message = expat.errors.messages[error.code]
        raise MediaError(f"the SVG is not well-formed: {message}") from None
    sizes = [_pixels(root.get("width")), _pixels(root.get("height"))]
    if None in sizes:
        box = root.get("viewBox", "").replace(",", " ").split()
        sizes = [_pixels(box[2]), _pixels(box[3])] if len(box) == 4 else [None, None]
    return sizes[0], sizes[1]


class _RootReadError(Exception):
    """The root element was read: nothing more is wanted."""


def _pixels(text: str | None) -> int | None:
    match = _LENGTH.fullmatch((text or "").strip()[:40])
    try:
        length = float(match[1]) if match else 0.0
    except ValueError:
        return None
    return round(length) if 0.5 <= length <= _LARGEST_SVG else None
