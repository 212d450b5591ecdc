"""Which files and addresses may be read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nblabel.base.errors import MediaError

Root = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None


def roots_of(root: Root) -> tuple[Path, ...]:
    """Give the folders that ``root=`` names, symlinks resolved; none: the working directory."""
    if root is None:
        return (Path.cwd().resolve(),)
    many = [root] if isinstance(root, str | os.PathLike) else list(root)
    return tuple(Path(one).expanduser().resolve() for one in many) or (Path.cwd().resolve(),)


def inside(path: str | os.PathLike[str], root: Root) -> Path:
    """Find a file below one of the roots.

    A relative path is looked for in each root, in order. Symlinks are followed before the
    result is compared with the roots.

    Raises
    ------
    MediaError
        When there is no such file, or it lies outside; the message names the ``root=`` that
        would allow it.
    """
    roots = roots_of(root)
    given = Path(path)
    tried = [given] if given.is_absolute() else [folder / given for folder in roots]
    try:
        found = [candidate.resolve() for candidate in tried]
        existing = next((f for f in found if f.is_file()), None)
    except (OSError, ValueError, RuntimeError):
        raise MediaError(f'"{_short(path)}" is no path of a file') from None
    target = existing or found[0]
    if not any(target.is_relative_to(folder) for folder in roots):
        folders = ", ".join(f'"{folder}"' for folder in roots)
        raise MediaError(
            f'"{_short(path)}" lies outside {folders}; root="{target.parent}" would allow it'
        )
    if existing is None:
        folders = "" if given.is_absolute() else " in " + ", ".join(f'"{f}"' for f in roots)
        raise MediaError(f'there is no file "{_short(path)}"{folders}')
    return existing


def file_url_path(url: str) -> str:
    """Give the path of a ``file://`` URL.

    >>> file_url_path("file:///data/a%20b.png")
    '/data/a b.png'
    """
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"}:
        raise MediaError(
            f'"{_short(url)}" is a file of the machine {parts.netloc}, not of this one'
        )
    return unquote(parts.path)


def check_protocols(url: str, protocols: Iterable[str]) -> None:
    """Refuse a URL of which any link uses a protocol that ``protocols=`` does not name.

    Raises
    ------
    MediaError
        The message names the ``protocols=`` that would allow it.
    """
    allowed = {p.lower() for p in protocols}
    wanted = protocols_of(url)
    refused = [p for p in wanted if p not in allowed]
    if refused:
        needed = ", ".join(f'"{p}"' for p in dict.fromkeys((*sorted(allowed), *wanted)))
        raise MediaError(
            f'"{_short(url)}" is read with {" and ".join(refused)}; '
            f"protocols=[{needed}] would allow it"
        )


def protocols_of(url: str) -> list[str]:
    """Name the protocols of every link of an fsspec URL.

    >>> protocols_of("zip://a.png::s3://bucket/all.zip")
    ['zip', 's3']
    >>> protocols_of("simplecache::/data/a.png")
    ['simplecache', 'file']
    """
    found = []
    for link in url.split("::"):
        name, separator, _ = link.partition("://")
        if separator:
            found.append(name.lower())
        else:
            # A link without "://" is a wrapper such as simplecache, or, last, a local path.
            found.append(link.lower() if link.isalnum() and not link.isdigit() else "file")
    return found


def _short(given: object) -> str:
    text = os.fspath(given) if isinstance(given, os.PathLike) else str(given)
    return str(text) if len(str(text)) <= 200 else f"{str(text)[:199]}…"
