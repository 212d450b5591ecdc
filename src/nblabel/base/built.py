"""The built editor: the files of ``js/dist``, and what ``modules.json`` says of them."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib.resources import files

from nblabel.base.errors import NblabelError

DIST = files("nblabel") / "js" / "dist"


@dataclass(frozen=True)
class Modules:
    """What the build made.

    Parameters
    ----------
    entries
        The files of each entry, in the order in which they are evaluated; the last is its own.
    families
        The tags that each family draws; a family is an entry, too.
    """

    entries: dict[str, list[str]]
    families: dict[str, list[str]]

    @property
    def files(self) -> list[str]:
        """Every file there is, once."""
        return list(dict.fromkeys(file for files in self.entries.values() for file in files))


@functools.cache
def modules() -> Modules:
    """Read what was built.

    Raises
    ------
    NblabelError
        When the package was installed without its editor.
    """
    return Modules(**json.loads(read("modules.json")))


def read(file: str) -> bytes:
    """Read a built file.

    Raises
    ------
    NblabelError
        When the package was installed without it.
    """
    try:
        return (DIST / file).read_bytes()
    except FileNotFoundError:
        raise NblabelError(
            f"nblabel was installed without its built editor ({file}): "
            "install it with pip, or run `make setup` in a clone"
        ) from None
