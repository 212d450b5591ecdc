"""The editor's built JavaScript."""

from __future__ import annotations

import functools
import gzip
import hashlib
from importlib.resources import files

from nblabel.base.errors import NblabelError

MODULES = ("loader", "editor", "image", "html")
_DIST = files("nblabel") / "js" / "dist"


@functools.cache
def code(name: str) -> bytes:
    """Return a built module.

    Parameters
    ----------
    name
        One of `MODULES`.

    Raises
    ------
    NblabelError
        When the package was installed without it.
    """
    if name not in MODULES:
        raise NblabelError(f'there is no module "{name}" of the editor')
    try:
        return (_DIST / f"{name}.js").read_bytes()
    except FileNotFoundError:
        raise NblabelError(
            f"nblabel was installed without its built editor ({name}.js): "
            "install it with pip, or run `make setup` in a clone"
        ) from None


@functools.cache
def packed(name: str) -> bytes:
    """Return a built module as it travels: gzipped, for Jupyter's sockets pack nothing.

    Raises
    ------
    NblabelError
        As `code`.
    """
    return gzip.compress(code(name), mtime=0)


@functools.cache
def code_hash() -> str:
    """Return what tells one build of the editor from another."""
    return hashlib.sha256(b"".join(map(code, MODULES))).hexdigest()[:16]
