"""The editor's built JavaScript, and which of it a config needs."""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Iterable

from nblabel.base.built import modules, read
from nblabel.base.errors import NblabelError
from nblabel.config import Config


@functools.cache
def code(file: str) -> bytes:
    """Return a built file.

    Parameters
    ----------
    file
        One of those that `nblabel.base.built.modules` lists.

    Raises
    ------
    NblabelError
        When it is none of them, or the package was installed without it.
    """
    if file not in modules().files:
        raise NblabelError(f'there is no file "{file}" of the editor')
    return read(file)


@functools.cache
def packed(file: str) -> bytes:
    """Return a built file as it travels: gzipped, for Jupyter's sockets pack nothing.

    Raises
    ------
    NblabelError
        As `code`.
    """
    return gzip.compress(code(file), mtime=0)


def order(names: Iterable[str]) -> list[str]:
    """Return the files of some entries, each once, after those that it imports.

    Raises
    ------
    NblabelError
        When there is no such entry.
    """
    entries = modules().entries
    wanted = list(names)
    for name in wanted:
        if name not in entries:
            raise NblabelError(f'there is no module "{name}" of the editor')
    return list(dict.fromkeys(file for name in wanted for file in entries[name]))


def families(config: Config) -> list[str]:
    """Return the entries that a config needs: what draws its tags, and what lists its regions."""
    tags = {element.tag for element in config.root.walk()}
    tags |= {config.tags[tag].children for tag in tags if tag in config.tags}
    drawing = [name for name, drawn in modules().families.items() if not tags.isdisjoint(drawn)]
    return [*drawing, "regions"] if config.makes_regions else drawing


@functools.cache
def code_hash() -> str:
    """Return what tells one build of the editor from another."""
    every = hashlib.sha256()
    for file in modules().files:
        every.update(code(file))
    return every.hexdigest()[:16]
