"""Images as a browser can show them: their bytes as they are, or converted with Pillow."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.parsers import expat

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from nblabel.base.errors import MediaError
from nblabel.core.task import Media

MAX_PIXELS = 178_000_000
"""Images with more pixels than this are not decoded."""

Pixels = np.ndarray[Any, np.dtype[Any]]

_BROWSERS_SHOW = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif"} | {
    "MPO": "image/jpeg",  # several JPEGs in one file; browsers show the first
    "WEBP": "image/webp",
    "BMP": "image/bmp",
}
_PLAIN_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}
_ORIENTATION = 0x0112
_LENGTH = re.compile(r"\s*([0-9.]+)\s*(px)?\s*")


def from_bytes(data: bytes) -> Media:
    """Make an image's bytes showable; a browser's own formats pass untouched when upright.

    Raises
    ------
    MediaError
        When it is no image, broken, or has more than `MAX_PIXELS`.
    """
    if not data:
        raise MediaError("the image is empty: 0 bytes")
    if _is_svg(data):
        width, height = _svg_size(data)
        return Media(mime="image/svg+xml", data=data, width=width, height=height)
    with _told(), Image.open(io.BytesIO(data)) as image:
        _refuse_bomb(image.size)
        mime = _BROWSERS_SHOW.get(image.format or "")
        upright = image.getexif().get(_ORIENTATION, 1) == 1
        if mime and upright and image.mode in _PLAIN_MODES and _is_complete(image.format, data):
            return Media(mime=mime, data=data, width=image.width, height=image.height)
        return from_pil(image)


def from_pil(image: Image.Image) -> Media:
    """Encode a Pillow image, upright."""
    with _told():
        _refuse_bomb(image.size)
        upright = ImageOps.exif_transpose(image)
        shown = _eight_bit(upright)
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


def from_array(array: Pixels) -> Media:
    """Encode an array: gray (h, w), or (h, w, 1), (h, w, 3), (h, w, 4).

    Booleans are black and white, floats run from 0 to 1, uint16 from its least to its greatest
    value, as 16-bit files do.
    """
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    good = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})
    if not good or 0 in array.shape:
        raise MediaError(
            f"an array of shape {array.shape} is no image; "
            "(height, width), (height, width, 3) and (height, width, 4) are accepted"
        )
    _refuse_bomb((array.shape[1], array.shape[0]))
    return from_pil(Image.fromarray(_bytes_of(array)))


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


def _eight_bit(image: Image.Image) -> Image.Image:
    """Give an image in a mode that PNG and browsers share."""
    if image.mode in {"1", "L", "LA", "RGB", "RGBA", "P"}:
        return image
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return Image.fromarray(_stretched(np.asarray(image)))
    return image.convert("RGBA" if "A" in image.mode or "a" in image.mode else "RGB")


def _stretched(array: Pixels) -> Pixels:
    """Bring more than 8 bits to 0..255, least to greatest value, so that dark scans are seen."""
    values = np.nan_to_num(array.astype(np.float64))
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 255:
        return np.asarray(np.rint(values), np.uint8)
    return np.asarray(np.rint((values - low) * (255 / ((high - low) or 1))), np.uint8)


def _refuse_bomb(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise MediaError(
            f"the image has {width} x {height} pixels; at most {MAX_PIXELS:,} pixels are decoded"
        )


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
            raise MediaError(
                "this is no image that can be read; JPEG, PNG, GIF, WebP, TIFF, SVG are accepted"
            ) from None
        except Image.DecompressionBombError as error:
            raise MediaError(f"the image is too large to decode: {error}") from None
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
            raise MediaError(f"the image is broken: {error}") from None


def _is_svg(data: bytes) -> bool:
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
    match = _LENGTH.fullmatch(text or "")
    try:
        return round(float(match[1])) if match else None
    except ValueError:
        return None
