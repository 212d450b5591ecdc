"""A cell's value to what a browser can show."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import numpy as np
from PIL import Image

from nblabel.base.errors import MediaError, MissingPackageError
from nblabel.base.optional import optional
from nblabel.core.task import Media
from nblabel.media import images, services
from nblabel.media.images import MAX_PIXELS, Content
from nblabel.media.paths import (
    OutsideError,
    Prefixes,
    Root,
    check_protocols,
    file_url_path,
    inside,
    protocols_of,
    replaced,
    served,
)
from nblabel.media.pieces import Pieces
from nblabel.media.signing import Signer
from nblabel.media.texts import decoded, resolved, text_of

__all__ = [
    "MAX_PIXELS",
    "Pieces",
    "Signer",
    "address",
    "decoded_text",
    "inside",
    "load",
    "load_text",
    "read",
    "roots_needed",
    "services",
    "signed",
]


def load(
    value: Any,
    *,
    root: Root = None,
    protocols: Iterable[str] = (),
    prefixes: Prefixes | None = None,
    max_pixels: int = MAX_PIXELS,
    whole: bool = True,
) -> Media:
    """Load what an Image shows.

    Parameters
    ----------
    value
        A path, a ``file://``, http(s), data or fsspec URL, bytes, a PIL image, a numpy array, or
        a dict with "bytes" or "path" as Hugging Face's datasets keep images.
    root
        The folder, or folders, that local files must lie in; the working directory where none
        is given. Relative paths begin there.
    protocols
        The fsspec protocols that may be used ("s3", "zip", ...).
    prefixes
        Folders, or other addresses, for media whose address begins in a way.
    max_pixels
        Images with more pixels are not decoded.
    whole
        Whether a large image is given whole; else it has only its size and its ``levels``, and
        `Pieces` gives the rest.

    Returns
    -------
    Media
        With ``problem`` set, one sentence, where the value cannot be shown; nothing is raised.
    """
    try:
        value, root = _meant(value, root, prefixes)
        if isinstance(value, str) and _scheme(value) in {"http", "https"}:
            return Media(url=value.strip())
        content = read(value, root=root, protocols=protocols)
        try:
            return images.show(content, max_pixels=max_pixels, whole=whole)
        except MediaError as error:
            if not isinstance(value, str | os.PathLike) or _scheme(value) == "data":
                raise
            raise MediaError(f'"{value}": {error}') from None
    except (MediaError, MissingPackageError) as error:
        return Media(problem=str(error))
    except MemoryError:
        return Media(problem="the image needs more memory than there is")


def signed(
    value: Any,
    signer: Signer,
    *,
    protocols: Iterable[str] = (),
    prefixes: Prefixes | None = None,
) -> Media | None:
    """Give an address that the browser fetches by itself, where there is one for a cell.

    Parameters
    ----------
    value, protocols, prefixes
        As in `load`.
    signer
        Makes it.
    """
    value, _ = _meant(value, None, prefixes)
    return signer.shown(value.strip(), tuple(protocols)) if isinstance(value, str) else None


def load_text(
    value: Any,
    *,
    root: Root = None,
    protocols: Iterable[str] = (),
    prefixes: Prefixes | None = None,
    resolver: str = "",
    encoding: str = "none",
) -> Media:
    """Load the text that a cell's address leads to.

    Parameters
    ----------
    value
        A path, or a ``file://``, http(s), data or fsspec URL. One of the web is left to the
        browser, unless its protocol is among those that may be used.
    root, protocols, prefixes
        As in `load`.
    resolver
        Which cell of a file of rows is meant, as the config says it.
    encoding
        "base64" or "base64unicode" where the text is encoded once more.

    Returns
    -------
    Media
        With the text as UTF-8 in ``data``, or with ``problem`` set; nothing is raised.
    """
    try:
        value, root = _meant(value, root, prefixes)
        return _text(value, root, tuple(protocols), (resolver, encoding))
    except (MediaError, MissingPackageError) as error:
        return Media(problem=str(error))


def decoded_text(text: str, encoding: str) -> Media:
    """Give the text that an encoded one is."""
    return Media(mime="text/plain", data=decoded(text, encoding).encode("utf-8", "replace"))


def _text(value: Any, root: Root, protocols: tuple[str, ...], how: tuple[str, str]) -> Media:
    resolver, encoding = how
    if not isinstance(value, str | os.PathLike) or not os.fspath(value).strip():
        raise MediaError("there is no address of a text in this row")
    scheme = _scheme(value)
    is_web = isinstance(value, str) and scheme in {"http", "https"}
    if is_web and scheme not in {protocol.lower() for protocol in protocols}:
        if not resolver and encoding == "none":
            return Media(url=str(value).strip())
        raise MediaError(
            f'"{str(value)[:200]}" is read by the kernel where it has a resolver or is encoded; '
            f'protocols=["{scheme}"] would allow it'
        )
    text = text_of(cast("bytes", read(value, root=root, protocols=protocols)))
    if resolver:
        text = resolved(text, resolver)
    return decoded_text(text, encoding)


def _meant(value: Any, root: Root, prefixes: Prefixes | None) -> tuple[Any, Root]:
    """Return the value and the root that a cell stands for."""
    if isinstance(value, Mapping) and value and value.keys() <= {"bytes", "path"}:
        value = value.get("path") if value.get("bytes") is None else value["bytes"]
    found = replaced(value.strip(), prefixes) if isinstance(value, str) and prefixes else None
    return (value, root) if found is None else found


def address(
    value: Any, *, protocols: Iterable[str] = (), prefixes: Prefixes | None = None
) -> str | None:
    """Return the web's address that a cell means, where the browser reads it and not `read`.

    >>> address("https://example.org/a.png"), address("a.png")
    ('https://example.org/a.png', None)
    """
    value, _ = _meant(value, None, prefixes)
    if not isinstance(value, str) or _scheme(value) not in {"http", "https"}:
        return None
    return None if _scheme(value) in tuple(protocols) else value.strip()


def read(
    value: Any,
    *,
    root: Root = None,
    protocols: Iterable[str] = (),
    prefixes: Prefixes | None = None,
) -> Content:
    """Read the image that a cell means, as it is; parameters as in `load`.

    Raises
    ------
    MediaError
        When it is none, or cannot or may not be read.
    """
    value, root = _meant(value, root, prefixes)
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        raise MediaError("there is no image in this row")
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, Image.Image | np.ndarray):
        return value
    if isinstance(value, os.PathLike):
        return _of_file(value, root)
    if isinstance(value, str):
        return _of_text(value.strip(), root, tuple(protocols))
    several = "; a list of them is shown with valueList" if isinstance(value, list) else ""
    raise MediaError(
        f"a value of type {type(value).__name__} is no image; "
        f"a path, URL, bytes, PIL image or array is accepted{several}"
    )


def _scheme(value: str | os.PathLike[str]) -> str:
    scheme, colon, _ = os.fspath(value).strip().partition(":")
    return scheme.lower() if colon else ""


def _of_text(value: str, root: Root, protocols: tuple[str, ...]) -> bytes:
    if not value:
        raise MediaError("there is no image in this row")
    scheme = _scheme(value)
    if scheme == "data":
        return _data_uri(value)
    if "::" in value:
        return _fetched(value, root, protocols)
    if scheme == "file":
        return _of_file(file_url_path(value), root)
    if "://" in value:
        return _fetched(value, root, protocols)
    return _of_file(served(value, root) or value, root)


def roots_needed(
    value: Any, *, root: Root = None, prefixes: Prefixes | None = None
) -> list[str] | None:
    """Say what ``root=`` would have to be for a cell; None where it is as it has to be.

    The folder that is missing is the last.
    """
    value, root = _meant(value, root, prefixes)
    try:
        if isinstance(value, os.PathLike):
            inside(value, root)
        elif isinstance(value, str) and _scheme(value.strip()) == "file":
            inside(file_url_path(value.strip()), root)
        elif isinstance(value, str) and "://" not in value and _scheme(value) != "data":
            inside(served(value.strip(), root) or value.strip(), root)
    except OutsideError as error:
        return error.roots
    except MediaError:  # told in its own place
        return None
    return None


def _of_file(path: str | os.PathLike[str], root: Root) -> bytes:
    found = inside(path, root)
    try:
        return found.read_bytes()
    except OSError as error:
        raise MediaError(f'"{path}" cannot be read: {error.strerror}') from None


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
