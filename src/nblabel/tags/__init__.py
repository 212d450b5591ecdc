"""The tags of the labeling language: one file a family, found by itself.

A family's file declares ``tags``, a tuple of `nblabel.core.tag.Tag`. To add a tag is to add a
file; modules that begin with an underscore are what the families share.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from nblabel.base.built import modules
from nblabel.core.tag import Tag, Tags
from nblabel.tags._checking import Checker, check
from nblabel.tags._given import is_results, results_of
from nblabel.tags._results import Odd

__all__ = ["TAGS", "Checker", "Odd", "check", "drawn", "is_results", "results_of"]


def _declared() -> Iterator[Tag]:
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            yield from importlib.import_module(f"{__name__}.{module.name}").tags


TAGS = Tags(_declared())
"""Every tag that is known."""


def drawn() -> set[str]:
    """Return the names of the tags that the editor draws, by themselves or inside a control.

    Raises
    ------
    NblabelError
        When the editor was not built.
    """
    names = {name for names in modules().families.values() for name in names}
    inside = {
        part for name in names & set(TAGS) for part in (TAGS[name].children, *TAGS[name].parts)
    }
    return names | (inside - {""})
