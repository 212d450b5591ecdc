"""A labeling config's tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a labeling config.

    Parameters
    ----------
    id
        Number of the element in the config, in the order of the start tags, from 0.
    tag
        The tag's name as Label Studio spells it; an unknown tag's as it was written.
    attributes
        Attribute values as written, by the names Label Studio gives them (unknown ones as
        written). A text body taken as value stands under "value".
    children
        The elements inside.
    line
        Line of the start tag, from 1; 0 for an element made from task data.
    body
        Inner XML of a tag that keeps it (HyperText, Style, Markdown, ReactCode), else "".
    """

    id: int
    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Element, ...] = ()
    line: int = 0
    body: str = ""

    @property
    def name(self) -> str | None:
        """The ``name`` attribute."""
        return self.attributes.get("name")

    @property
    def to_name(self) -> str | None:
        """The ``toName`` attribute."""
        return self.attributes.get("toName")

    def flag(self, name: str) -> bool:
        """Say whether an attribute is given as true, as Label Studio reads it.

        >>> Element(0, "Choices", {"allowNested": "True"}).flag("allowNested")
        True
        """
        return self.attributes.get(name, "").lower() == "true"

    def walk(self) -> Iterator[Element]:
        """Yield this element and everything inside it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


Values = dict[int, dict[str, Any]]
"""Resolved attribute values of one task: element id, then attribute name."""
