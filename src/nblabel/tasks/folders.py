"""A folder, or a pattern, as rows: one for each file in it that can be shown."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from nblabel.base.errors import DataError, MediaError
from nblabel.base.optional import optional
from nblabel.media.kinds import Kind, kind_of
from nblabel.media.paths import check_protocols

_COLLAPSED = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # as pathlib writes an address

_WORDS: dict[Kind | None, str] = {
    "image": "image",
    "audio": "recording",
    "video": "video",
    "document": "PDF",
    None: "image, recording, video or PDF",
}


def is_pattern(path: Path) -> bool:
    """Whether a path stands for several: ``photos/*.jpg``."""
    return glob.has_magic(str(path)) and not is_elsewhere(str(path)) and not path.exists()


def is_elsewhere(given: str) -> bool:
    """Whether it is an address, and no path of this machine: ``s3://bucket/**/*.jpg``."""
    return "://" in given or bool(_COLLAPSED.match(given))


def is_folder(given: str | os.PathLike[str]) -> bool:
    """Whether a path stands for the files of a folder, or for those that fit a pattern."""
    path = Path(given).expanduser()
    return path.is_dir() or is_pattern(path)


def folder_of(given: str | os.PathLike[str]) -> Path:
    """Return the folder that data lies in: that of a file, or the one a pattern begins in."""
    path = Path(given).expanduser()
    if path.is_dir():
        return path.resolve()
    return _begin(path).resolve() if is_pattern(path) else path.resolve().parent


def _begin(pattern: Path) -> Path:
    return Path(*takewhile(lambda part: not glob.has_magic(part), pattern.parts))


def files_of(path: Path, kind: Kind | None = None) -> tuple[list[str], list[str]]:
    """List the files that a folder or a pattern has, in order.

    Parameters
    ----------
    path
        The folder or the pattern; ``**`` in one stands for folders inside folders.
    kind
        What the files must be; None for any media.

    Returns
    -------
    tuple
        The paths, and what is told: how many others were passed over.

    Raises
    ------
    DataError
        When there are none.
    """
    return _taken(sorted(_inside(path)), str(path), kind, has_folders=_has_folders(path))


def _taken(
    found: list[str], given: str, kind: Kind | None, *, has_folders: bool
) -> tuple[list[str], list[str]]:
    """Tell the files that can be shown from the others."""
    taken = [one for one in found if kind_of(one) and kind in {None, kind_of(one)}]
    others = sorted(set(found) - set(taken))
    what = _WORDS[kind]
    example = f', such as "{Path(others[0]).name}"' if others else ""
    if not taken:
        has = f", only {_count(len(others))}{example}" if others else ""
        deeper = f'; "{given}/**/*" looks into the folders in it' if has_folders else ""
        raise DataError(f'"{given}" has no {what}{has}{deeper}')
    told = f'{_count(len(others))} of "{given}" passed over as no {what}{example}'
    return taken, [told] if others else []


def addresses_of(
    given: str, kind: Kind | None, protocols: Iterable[str]
) -> tuple[list[str], list[str]]:
    """List the files that a folder or a pattern elsewhere has, as `files_of` does.

    Parameters
    ----------
    given
        An address of fsspec; ``**`` in it stands for folders inside folders.
    kind
        What the files must be; None for any media.
    protocols
        Those that may be used.

    Raises
    ------
    DataError
        When there are none, or they cannot or may not be listed.
    """
    try:
        check_protocols(given, protocols)
    except MediaError as error:
        raise DataError(str(error)) from None
    fsspec = optional("fsspec", feature=f'listing "{given[:80]}"', extra="fsspec")
    first, chained, rest = given.partition("::")
    protocol = first.partition("://")[0]
    try:
        system, path = fsspec.core.url_to_fs(given)
        system.invalidate_cache()
        if glob.has_magic(path):
            found = system.glob(path, detail=True).values()
        else:
            found = system.ls(path, detail=True)
        names = [str(one["name"]).lstrip("/") for one in found if one["type"] == "file"]
    except Exception as error:  # each file system has its own
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f'"{given[:200]}" cannot be listed: {reason[:300]}') from None
    seen = [name for name in names if not any(part[:1] == "." for part in name.split("/"))]
    addresses = sorted(f"{protocol}://{name}{chained}{rest}" for name in seen)
    return _taken(addresses, given, kind, has_folders=False)


def _count(files: int) -> str:
    return f"{files} other file" if files == 1 else f"{files} other files"


def _inside(path: Path) -> list[str]:
    """Give the files that are not hidden, nor in a hidden folder."""
    if path.is_dir():
        with os.scandir(path) as entries:
            return [str(path / e.name) for e in entries if e.name[0] != "." and e.is_file()]
    base = len(_begin(path).parts)
    every = glob.iglob(str(path), recursive=True)  # noqa: PTH207 - Path's ** has no files
    found = map(Path, every)
    return [
        str(one)
        for one in found
        if not any(part.startswith(".") for part in one.parts[base:]) and one.is_file()
    ]


def _has_folders(path: Path) -> bool:
    if not path.is_dir():
        return False
    with os.scandir(path) as entries:
        return any(entry.is_dir() for entry in entries)
