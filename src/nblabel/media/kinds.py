"""What kind of media a file is, by its name alone."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Any, Literal
from urllib.parse import urlsplit

Kind = Literal["image", "audio", "video", "document"]

_SUFFIXES: dict[Kind, str] = {
    "image": "jpg jpeg jpe png gif webp bmp tif tiff jp2 j2k jpx ppm pgm pbm ico avif svg",
    "audio": "wav mp3 flac ogg oga opus m4a aac",
    "video": "mp4 webm mov avi mkv m4v ogv",
    "document": "pdf",
}
_KINDS = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}


def kind_of(value: Any) -> Kind | None:
    """Say what a path, or an address, leads to; None where its name does not say.

    >>> kind_of("photos/a.JPG"), kind_of("https://host/b.png?size=3"), kind_of("notes.txt")
    ('image', 'image', None)
    >>> kind_of("zip://in/a.png::s3://bucket/all.zip")
    'image'
    """
    if not isinstance(value, str | os.PathLike):
        return None
    text = os.fspath(value)
    if isinstance(text, bytes) or len(text) > 4096:
        return None
    links = [link for link in text.split("::") if "://" in link]
    text = links[0] if links else text
    try:
        path = urlsplit(text).path if "://" in text else text
    except ValueError:
        return None
    return _KINDS.get(PurePath(path).suffix.lower().removeprefix("."))
