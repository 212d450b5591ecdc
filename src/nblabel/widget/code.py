"""The editor's built JavaScript."""

from __future__ import annotations

import functools
import hashlib
from importlib.resources import files

from nblabel.base.errors import NblabelError

_DIST = files("nblabel") / "js" / "dist"


@functools.cache
def code(name: str) -> bytes:
    """Return a built module.

    Parameters
    ----------
    name
        "loader" or "editor".

    Raises
    ------
    NblabelError
        When the package was installed without it.
    """
    try:
        return (_DIST / f"{name}.js").read_bytes()
    except FileNotFoundError:
        raise NblabelError(
            f"nblabel was installed without its built editor ({name}.js): "
            "install it with pip, or run `make setup` in a clone"
        ) from None


@functools.cache
def code_hash() -> str:
    """Return what tells one build of the editor from another."""
    return hashlib.sha256(code("editor")).hexdigest()[:16]
