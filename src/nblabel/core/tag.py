"""What a tag declares: its attributes, where it may stand, and what its results look like."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nblabel.base.errors import DataError
from nblabel.core.annotation import Result, value_of
from nblabel.core.element import Element

AttributeType = Literal["text", "boolean", "number", "enum", "colour", "name", "names", "variable"]
Role = Literal["object", "control", "label", "visual"]
Effect = Literal["followed", "kept", "not meant"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a tag.

    Parameters
    ----------
    name
        As Label Studio spells it.
    type
        What its text is read as. "name" and "names" refer to other tags; "variable" is text
        that usually holds ``$column``.
    default
        Its value where it is not given, already of that type.
    values
        What an "enum" accepts.
    required
        Whether the tag cannot do without it.
    count
        How many names a "names" must hold; 0 for any number.
    doc
        One sentence for the reference page.
    effect
        What the editor makes of it where its tag is drawn: "followed"; "kept", where it is read,
        checked and written back and changes nothing; "not meant", where Label Studio's own
        editor makes nothing of it either.
    """

    name: str
    type: AttributeType = "text"
    default: Any = None
    values: tuple[str, ...] = ()
    required: bool = False
    count: int = 0
    doc: str = ""
    effect: Effect = "followed"

    def parse(self, text: str) -> Any:
        """Read an attribute's text; raises ValueError where it is not of the type."""
        if self.type == "boolean":
            if text.lower() not in {"true", "false"}:
                raise ValueError(text)
            return text.lower() == "true"
        if self.type == "number":
            number = float(text)
            if not math.isfinite(number):
                raise ValueError(text)
            return int(number) if number.is_integer() else number
        if self.type == "enum" and text not in self.values:
            raise ValueError(text)
        return text


@dataclass(frozen=True, slots=True)
class Scope:
    """What a result is checked against: its control and object, and the task it belongs to.

    Parameters
    ----------
    control, object
        The elements that ``from_name`` and ``to_name`` name.
    labels
        The strings the control can export (alias, else value), in order; empty when the
        control takes any.
    accepted
        Those, and the values that have an alias: Label Studio knows a label by either.
    results
        All results of the annotation (split shapes and relations need their partners).
    elements
        Every named element of the config.
    data
        The task's data.
    """

    control: Element
    object: Element
    labels: tuple[str, ...]
    accepted: frozenset[str]
    results: tuple[Result, ...]
    elements: Mapping[str, Element]
    data: Mapping[str, Any]


Check = Callable[[Result, Scope], Iterable[str]]
Cell = Callable[[Element, list[Result]], Any]
Short = Callable[[Element, Any], list[Result]]


def values_of(control: Element, results: list[Result]) -> Any:  # noqa: ARG001 - a Cell
    """Give the ``value`` objects as they are: the cell of a control that has no better one."""
    return [value_of(result) for result in results] or None


def values_meant(control: Element, given: Any) -> list[Result]:
    """Take ``value`` objects as they are: the short form of a control that has no better one."""
    values = [given] if isinstance(given, Mapping) else given
    if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
        raise DataError(f"<{control.tag}> takes dicts, a value of Label Studio's each")
    return [{"value": dict(value)} for value in values]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that keys do in the editor.

    Parameters
    ----------
    name
        As Label Studio's keymap has it: ``tool:zoom-in``.
    keys
        Its keys where nobody has given it others; the first one is shown.
    words
        What it does, for the list of all keys and the menu.
    """

    name: str
    keys: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of the labeling language.

    Parameters
    ----------
    name
        As Label Studio spells it; compared without case.
    role
        "object" shows data, "control" makes results, "label" stands inside a control,
        "visual" does neither.
    doc
        What it is for, for the reference page.
    attributes
        All it knows.
    objects
        Object tags a control may be aimed at; empty for any.
    children
        The tag that a control's dynamic children become ("Choice", "Label"), else "". A control
        that has "Label" and makes regions labels them.
    parts
        The other tags that mean something inside it, and are drawn with it ("Bucket").
    value_key
        The key under which a control's results keep its own value ("choices", "labels",
        "rectanglelabels"); "" for geometry only.
    region
        Whether results are regions (a place in the object) rather than about the whole task.
    types
        The types its results have; empty for the one that is the tag's name in lower case.
    media
        Whether its value is an image that the kernel prepares for the browser.
    text
        The one thing text inside the element means: "value" (the attribute), "body" (text, or
        the inner XML where it holds elements), "markup" (inner XML always), or "" (ignored).
    inside
        What the elements inside are to the browser: "elements" of the config's tree; "options", a
        tree of their own that is sent when it is first drawn, however large it is; or a
        "template", which a task has as often as it says.
    check
        Yields a sentence for each thing wrong with a result of this tag.
    cell
        Makes the cell of `to_frame` from a control's results of one annotation.
    short
        The other way round: what a short form means, a cell of `to_frame` among them. Gives
        results that have a ``value``, and perhaps an ``item_index``, or raises a DataError that
        says what is taken.
    example
        A whole config that shows the tag, for docs and contract tests.
    sample
        A valid ``value`` for that config's control; None where the tag makes no results.
    commands
        What keys do where the tag is in a config.
    """

    name: str
    role: Role
    doc: str = ""
    attributes: tuple[Attribute, ...] = ()
    objects: tuple[str, ...] = ()
    children: str = ""
    parts: tuple[str, ...] = ()
    value_key: str = ""
    region: bool = False
    types: tuple[str, ...] = ()
    media: bool = False
    text: Literal["value", "body", "markup", ""] = "value"
    inside: Literal["elements", "options", "template"] = "elements"
    check: Check | None = None
    cell: Cell = values_of
    short: Short = values_meant
    example: str = ""
    sample: Mapping[str, Any] | None = None
    commands: tuple[Command, ...] = ()

    @property
    def result_types(self) -> tuple[str, ...]:
        """The types its results may have, the usual one first."""
        return self.types or (self.name.lower(),)

    def attribute(self, name: str) -> Attribute | None:
        """Find an attribute, without regard to case."""
        wanted = name.lower()
        return next((a for a in self.attributes if a.name.lower() == wanted), None)


class Tags(Mapping[str, Tag]):
    """The tags that are known, found by name without regard to case."""

    def __init__(self, tags: Iterable[Tag]) -> None:
        self._tags = {tag.name.lower(): tag for tag in tags}

    def __getitem__(self, name: str) -> Tag:
        return self._tags[name.lower()]

    def __iter__(self) -> Any:
        return (tag.name for tag in self._tags.values())

    def __len__(self) -> int:
        return len(self._tags)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._tags
