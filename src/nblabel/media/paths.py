"""Which files and addresses may be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nblabel.base.errors import MediaError

Root = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None


class OutsideError(MediaError):
    """A file lies in none of the folders that it may lie in.

    Parameters
    ----------
    path
        The path as it was given.
    roots
        What ``root=`` would have to be; the folder of the file is the last.
    """

    def __init__(self, path: str | os.PathLike[str], roots: list[str]) -> None:
        super().__init__(f'"{_short(path)}" lies outside root=')
        self.roots = roots


def roots_of(root: Root) -> tuple[Path, ...]:
    """Give the folders that ``root=`` names, symlinks resolved; none: the working directory."""
    if root is None:
        return (Path.cwd().resolve(),)
    many = [root] if isinstance(root, str | os.PathLike) else list(root)
    return tuple(Path(one).expanduser().resolve() for one in many) or (Path.cwd().resolve(),)


def common_folder(folders: Iterable[str | os.PathLike[str]]) -> Path | None:
    """Give the folder that all of these are in; None where that is a whole disk, or several.

    >>> common_folder(["/data/a/b", "/data/c"]).as_posix(), common_folder(["/data", "/srv"])
    ('/data', None)
    """
    try:
        common = Path(os.path.commonpath([Path(one).expanduser().absolute() for one in folders]))
    except ValueError:  # on several disks
        return None
    return None if common == common.parent else common


def inside(path: str | os.PathLike[str], root: Root) -> Path:
    """Find a file below one of the roots.

    A relative path is looked for in each root, in order. Symlinks are followed before the
    result is compared with the roots.

    Raises
    ------
    MediaError
        When there is no such file, or it lies outside: then it is an `OutsideError`.
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
        # Those there are stay: a relative path begins in them.
        raise OutsideError(path, [*map(str, roots), str(target.parent)])
    if existing is None:
        folders = "" if given.is_absolute() else " in " + ", ".join(f'"{f}"' for f in roots)
        raise MediaError(f'"{_short(path)}" was not found{folders}')
    return existing


Prefixes = Mapping[str, str | os.PathLike[str]]
"""Where media whose address begins in a way are: a folder of this machine, or another address."""

_SERVED = {
    "/data/local-files/?d=": ("",),
    "/storage-data/uploaded/?filepath=upload/": ("upload/", ""),
    "/data/upload/": ("upload/", ""),
}
"""What a Label Studio server's own addresses begin with, and what stands there for a folder."""


def replaced(value: str, prefixes: Prefixes) -> tuple[str, Root] | None:
    """Give the address and the root that a value stands for; None where no prefix fits it.

    >>> replaced("s3://all/a.png", {"s3://all/": "https://host/"})
    ('https://host/a.png', None)
    """
    fitting = [prefix for prefix in prefixes if prefix and value.startswith(prefix)]
    if not fitting:
        return None
    prefix = max(fitting, key=len)
    rest, target = value[len(prefix) :], prefixes[prefix]
    if isinstance(target, str) and "://" in target:
        return target + rest, None
    return _first(_spelled(rest), target), target


def served(value: str, root: Root) -> Path | None:
    """Find a file that a Label Studio server serves; None where a value is no such address.

    Raises
    ------
    MediaError
        When it is not below one of the roots, or below none as the server has it.
    """
    prefix = next((prefix for prefix in _SERVED if value.startswith(prefix)), None)
    if prefix is None:
        return None
    tried = [way for begin in _SERVED[prefix] for way in _spelled(value[len(prefix) :], begin)]
    if prefix == "/data/upload/":
        tried.insert(0, value)  # it may be a folder of this machine as well
    try:
        return inside(_first(tried, root), root)
    except MediaError:
        folders = ", ".join(f'"{folder}"' for folder in roots_of(root))
        raise MediaError(
            f'"{_short(value)}" is a file of a Label Studio server and not in {folders}; root= '
            f'with the folder that the server has it in, or media={{"{prefix}": that folder}}, '
            "would find it"
        ) from None


def _spelled(rest: str, begin: str = "") -> Iterator[str]:
    """Yield a relative path as it is written and without its percent signs."""
    yield from dict.fromkeys(begin + one.lstrip("/") for one in (rest, unquote(rest)))


def _first(paths: Iterable[str], root: Root) -> str:
    """Return the first path at which there is a file below a root, else the first."""
    tried = list(paths)
    for path in tried:
        try:
            inside(path, root)
        except MediaError:
            continue
        return path
    return tried[0]


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


_LEADING_ELSEWHERE = frozenset(
    [
        "reference",
        "generic",
        "git",
        "dir",
        "dask",
        "dvc",
        "asynclocal",
        "async_wrapper",
        "asyncwrapper",
    ]
)
"""Protocols whose addresses, or what is read there, name further files of this machine."""


def check_protocols(url: str, protocols: Iterable[str]) -> None:
    """Refuse a URL of which any link uses a protocol that ``protocols=`` does not name.

    Raises
    ------
    MediaError
        The message names the ``protocols=`` that would allow it.
    """
    allowed = {p.lower() for p in protocols}
    wanted = protocols_of(url)
    unbounded = next((p for p in wanted if p in _LEADING_ELSEWHERE), None)
    if unbounded:
        raise MediaError(
            f'"{_short(url)}" is read with {unbounded}, which leads to files that no root= bounds; '
            "it is not read"
        )
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
