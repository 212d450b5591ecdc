"""The formats of files: one file a format, found by itself.

A file that declares ``FORMAT``, a `nblabel.formats.dataset.Format`, is a format of datasets, which
`Project.export` writes and `Project.read` reads. To add one is to add a file; modules that begin
with an underscore are what formats share.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property

from nblabel.formats.dataset import Format

__all__ = ["FORMATS", "named", "plainly"]

_PLAINLY = str.maketrans("", "", "-_ .")


class _Found(Mapping[str, Format]):
    """The formats, by name; their files are imported when somebody asks."""

    @cached_property
    def _formats(self) -> dict[str, Format]:
        made: dict[str, Format] = {}
        for module in pkgutil.iter_modules(__path__):
            if not module.name.startswith("_"):
                file = importlib.import_module(f"{__name__}.{module.name}")
                found = getattr(file, "FORMAT", None)
                if isinstance(found, Format):
                    made[found.name] = found
        return made

    def __getitem__(self, name: str) -> Format:
        return self._formats[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._formats)

    def __len__(self) -> int:
        return len(self._formats)


FORMATS: Mapping[str, Format] = _Found()
"""Every format of datasets, by its name."""


def plainly(name: str) -> str:
    """Return the name of a format without what does not matter in it.

    >>> plainly("Pascal VOC"), plainly("JSON_MIN")
    ('pascalvoc', 'jsonmin')
    """
    return name.lower().translate(_PLAINLY)


def named(name: str) -> Format | None:
    """Return the format of a name, however it is spelled.

    >>> named("COCO").name
    'coco'
    """
    plain = plainly(name)
    for one in FORMATS.values():
        if plain in {plainly(known) for known in (one.name, *one.also)}:
            return one
    return None
