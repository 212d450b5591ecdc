"""``$variables`` of the labeling language, and the children a control takes from task data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nblabel.base.errors import DataError
from nblabel.core.element import Element

_VARIABLE = re.compile(r"\$([\w[\].{}]+)")
_DEEPEST = 60
_MOST = 200_000  # more than a list that can be looked through
_STEP = re.compile(r"[^.\[\]]+")


class _Missing:
    """The type of `MISSING`."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
"""What `lookup` gives for a path that leads nowhere (None is a value)."""


def path_of(text: str) -> str | None:
    """Return the path where the whole text is one variable, else None.

    >>> path_of("$a.b[0]"), path_of("Title: $a")
    ('a.b[0]', None)
    """
    found = _VARIABLE.fullmatch(text)
    return found[1] if found else None


def paths_in(text: str) -> list[str]:
    """Return the paths of all variables inside a text."""
    return _VARIABLE.findall(text)


def top(path: str) -> str:
    """Return the column a path begins at.

    >>> top("a.b[0].c"), top("items[{{idx}}].text")
    ('a', 'items')
    """
    steps = _STEP.findall(path)
    return steps[0] if steps else path


def lookup(data: Mapping[str, Any], path: str) -> Any:
    """Follow ``a.b[0].c`` into a task's data.

    A path is tried first; then a key that itself has dots.

    Returns
    -------
    Any
        The value, or `MISSING`.
    """
    value = _at(data, _STEP.findall(path))
    return data.get(path, MISSING) if value is MISSING else value


def _at(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            try:
                value = value[int(step)]
            except (ValueError, IndexError):
                return MISSING
        else:
            return MISSING
    return value


def put(data: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a task's data with another value where `lookup` finds one; the rest is shared.

    >>> put({"a": {"b": [1, 2]}, "c": 3}, "a.b[1]", "new")
    {'a': {'b': [1, 'new']}, 'c': 3}
    """
    steps = _STEP.findall(path)
    leads_nowhere = _at(data, steps) is MISSING
    changed: dict[str, Any] = _put(data, [path] if leads_nowhere else steps, value)
    return changed


def _put(within: Any, steps: Sequence[str], value: Any) -> Any:
    if not steps:
        return value
    step, *rest = steps
    if isinstance(within, Mapping):
        return {**within, step: _put(within.get(step), rest, value)}
    index = int(step)
    return [_put(one, rest, value) if n == index else one for n, one in enumerate(within)]


def replace_in(
    text: str,
    data: Mapping[str, Any],
    as_text: Callable[[Any], str],
    is_column: Callable[[str], bool] | None = None,
) -> str:
    """Replace every variable in a text by what ``as_text`` makes of its value.

    A variable that leads nowhere becomes "undefined", as in Label Studio; one that begins at no
    column is text: "$5 or more" says what it says. ``is_column`` knows the columns that other
    tasks have.
    """

    def one(found: re.Match[str]) -> str:
        value = lookup(data, found[1])
        if value is MISSING:
            name = top(found[1])
            is_known = name in data or (is_column is not None and is_column(name))
            return "undefined" if is_known else found[0]
        return as_text(value)

    return _VARIABLE.sub(one, text)


def dynamic_children(
    control: Element, tag: str, data: Mapping[str, Any], first_id: int
) -> tuple[Element, ...]:
    """Make the children that a control's ``value="$var"`` takes from the task.

    Parameters
    ----------
    control
        A Choices, Taxonomy or member of the Labels family.
    tag
        What a child becomes: "Choice" or "Label".
    data
        The task's data.
    first_id
        Id of the first child; the others count on from it.

    Returns
    -------
    tuple of Element
        In the order of the data; empty where the control has no variable or the data no list.

    Raises
    ------
    DataError
        When there are more than anybody could look through.
    """
    path = path_of(control.attributes.get("value", ""))
    items = lookup(data, path) if path else None
    if not isinstance(items, list | tuple):
        return ()
    ids = iter(range(first_id, first_id + _MOST))
    try:
        return tuple(_children(items, tag, ids))
    except _TooManyError:
        raise DataError(f"${path} holds more than {_MOST:,} items; so many are not shown") from None


def _children(items: Any, tag: str, ids: Iterator[int], depth: int = 0) -> Iterator[Element]:
    if not isinstance(items, list | tuple) or depth > _DEEPEST:
        return
    for item in items:
        if isinstance(item, Mapping):
            number = _next(ids)
            yield Element(
                id=number,
                tag=tag,
                attributes={
                    str(name): _attribute_text(value)
                    for name, value in item.items()
                    if name != "children" and value is not None
                },
                children=tuple(_children(item.get("children"), tag, ids, depth + 1)),
            )
        elif item is not None:
            yield Element(id=_next(ids), tag=tag, attributes={"value": _attribute_text(item)})


class _TooManyError(Exception):
    """There are more items than ids."""


def _next(ids: Iterator[int]) -> int:
    number = next(ids, None)
    if number is None:
        raise _TooManyError
    return number


def _attribute_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
