"""Packages that only some features need."""

from __future__ import annotations

import importlib
from types import ModuleType

from nblabel.base.errors import MissingPackageError


def optional(module: str, *, feature: str, extra: str) -> ModuleType:
    """Import a package that an extra brings.

    Parameters
    ----------
    module
        The module to import.
    feature
        What needs it, as the subject of a sentence: "reading parquet".
    extra
        The extra of nblabel that installs it.

    Raises
    ------
    MissingPackageError
        When it is not installed; the message holds the pip line that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingPackageError(
            f'{feature} needs the package {package}: pip install "nblabel[{extra}]"'
        ) from error
