"""Files that are there whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nblabel.base.errors import FormatError

LIST = ".nblabel"
"""The file of a folder that names what was written there, so that nothing else is replaced."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give another name in the same folder to write to; in the end the file gets its own.

    What fails in the middle, on a full disk say, leaves what was there before.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with whole(folder / "a.txt") as part:
    ...     _ = part.write_text("all of it")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    part = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a new folder to write to; in the end its files get their places in the one meant.

    Files that an earlier call wrote there, and this one does not, are removed; those of others
    stay. Nothing is touched where that fails in the middle.

    Raises
    ------
    FormatError
        When a file of somebody else would be replaced.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "dataset"
    >>> for name in ("a", "b"):
    ...     with whole_folder(folder) as part:
    ...         _ = (part / f"{name}.txt").write_text(name)
    >>> sorted(file.name for file in folder.iterdir())
    ['.nblabel', 'b.txt']
    """
    part = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}")
    part.mkdir()
    try:
        yield part
        own = path / LIST
        earlier = own.read_text("utf-8").splitlines() if own.is_file() else []
        new = sorted(
            file.relative_to(part).as_posix() for file in part.rglob("*") if file.is_file()
        )
        home = path.resolve()
        for name in new:
            if not (path / name).parent.resolve().is_relative_to(home):
                raise FormatError(f'"{path}" has a link that leads out of it, to "{name}"')
        for name in set(new) - set(earlier):
            if (path / name).exists():
                raise FormatError(
                    f'"{path}" has a file "{name}" that nblabel did not write: name another folder'
                )
        path.mkdir(exist_ok=True)
        # From now on they are ours, whatever happens.
        own.write_text("".join(f"{name}\n" for name in {*new, *earlier}), "utf-8")
        for name in new:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).replace(path / name)
        for name in set(earlier) - set(new):
            _remove(path, name)
        own.write_text("".join(f"{name}\n" for name in new), "utf-8")
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _remove(folder: Path, name: str) -> None:
    """Remove a file, and the folders that it leaves empty; what a stranger's list names stays."""
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        return
    with suppress(OSError):
        file.unlink(missing_ok=True)
        for above in file.relative_to(folder).parents:
            (folder / above).rmdir()
