"""A cell's value to what a browser can show."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np
from PIL import Image

from nblabel.base.errors import MediaError, MissingPackageError
from nblabel.base.optional import optional
from nblabel.core.task import Media
from nblabel.media.images import from_array, from_bytes, from_pil
from nblabel.media.paths import Root, check_protocols, file_url_path, inside, protocols_of

__all__ = ["inside", "load"]


def load(value: Any, *, root: Root = None, protocols: Iterable[str] = ()) -> Media:
    """Load what an Image shows.

    Parameters
    ----------
    value
        A path, a ``file://``, http(s), data or fsspec URL, bytes, a PIL image, or a numpy array.
    root
        The folder, or folders, that local files must lie in; the working directory where none
        is given. Relative paths begin there.
    protocols
        The fsspec protocols that may be used ("s3", "zip", ...).

    Returns
    -------
    Media
        With ``problem`` set, one sentence, where the value cannot be shown; nothing is raised.
    """
    try:
        return _load(value, root, tuple(protocols))
    except (MediaError, MissingPackageError) as error:
        return Media(problem=str(error))
    except MemoryError:
        return Media(problem="the image needs more memory than there is")


def _load(value: Any, root: Root, protocols: tuple[str, ...]) -> Media:
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        raise MediaError("there is no image in this row")
    if isinstance(value, bytes | bytearray | memoryview):
        return from_bytes(bytes(value))
    if isinstance(value, Image.Image):
        return from_pil(value)
    if isinstance(value, np.ndarray):
        return from_array(value)
    if isinstance(value, os.PathLike):
        return _from_file(value, root)
    if isinstance(value, str):
        return _from_text(value.strip(), root, protocols)
    raise MediaError(
        f"a value of type {type(value).__name__} is no image; "
        "a path, URL, bytes, PIL image or array is accepted"
    )


def _from_text(value: str, root: Root, protocols: tuple[str, ...]) -> Media:
    scheme = value.partition(":")[0].lower() if ":" in value else ""
    if not value:
        raise MediaError("there is no image in this row")
    if scheme == "data":
        return from_bytes(_data_uri(value))
    if scheme in {"http", "https"} and "://" in value:
        return Media(url=value)
    if "::" in value:
        return from_bytes(_fetched(value, root, protocols))
    if scheme == "file":
        return _from_file(file_url_path(value), root)
    if "://" in value:
        return from_bytes(_fetched(value, root, protocols))
    return _from_file(value, root)


def _from_file(path: str | os.PathLike[str], root: Root) -> Media:
    found = inside(path, root)
    try:
        data = found.read_bytes()
    except OSError as error:
        raise MediaError(f'"{path}" cannot be read: {error.strerror}') from None
    try:
        return from_bytes(data)
    except MediaError as error:
        raise MediaError(f'"{path}": {error}') from None


def _data_uri(value: str) -> bytes:
    head, comma, body = value.partition(",")
    if not comma:
        raise MediaError('the data URI has no "," before its data')
    try:
        raw = unquote_to_bytes(body)
        return base64.b64decode(raw, validate=False) if head.endswith(";base64") else raw
    except (binascii.Error, ValueError) as error:
        raise MediaError(f"the data URI is broken: {error}") from None


def _fetched(url: str, root: Root, protocols: tuple[str, ...]) -> bytes:
    check_protocols(url, protocols)
    url = "::".join(_bounded(link, root) for link in url.split("::"))
    fsspec = optional("fsspec", feature=f'reading "{url[:80]}"', extra="fsspec")
    try:
        with fsspec.open(url, "rb") as stream:
            return bytes(stream.read())
    except MediaError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise MediaError(f'"{url[:200]}" cannot be read: {reason}') from None


def _bounded(link: str, root: Root) -> str:
    """Bound a link of a chain like any other file where it is one of this machine."""
    scheme, separator, _ = link.partition("://")
    if separator and scheme.lower() in {"file", "local"}:
        return str(inside(file_url_path(f"file://{link.partition('://')[2]}"), root))
    is_wrapper = not separator and protocols_of(link) != ["file"]
    return link if separator or is_wrapper else str(inside(link, root))
