"""What a Repeater holds, once for every item of a task's list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nblabel.base.errors import DataError
from nblabel.config.variables import lookup, path_of
from nblabel.core.element import Element

MAX_COPIES = 50_000
"""Elements that one task may have by repetition: as many as a config may have by itself."""

FLAG = "{{idx}}"
"""What stands for an item's number where a Repeater does not say."""

Counts = tuple[int, ...]
"""How often each Repeater repeats, in document order, copies in copies included; -1 where the task
has no list for it."""


def is_repeater(element: Element) -> bool:
    """Whether an element repeats what it holds."""
    return element.tag == "Repeater"


def flag_of(repeater: Element) -> str:
    """Return what stands for the number of the item."""
    return repeater.attributes.get("indexFlag") or FLAG


def items_of(repeater: Element, data: Mapping[str, Any]) -> int:
    """Return how many items a Repeater has in a task; -1 where its list is not there."""
    path = path_of(repeater.attributes.get("on", ""))
    found = lookup(data, path) if path else None
    return len(found) if isinstance(found, list | tuple) else -1


def counts(root: Element, data: Mapping[str, Any]) -> Counts:
    """Count the items of every Repeater in a task: what tells one expansion from another.

    Raises
    ------
    DataError
        When there would be more copies than anybody could look through.
    """
    left = MAX_COPIES
    found: list[int] = []

    def visit(element: Element, indices: tuple[tuple[str, int], ...]) -> None:
        nonlocal left
        if not is_repeater(element):
            for child in element.children:
                visit(child, indices)
            return
        own = element if not indices else replace(element, attributes=_filled(element, indices))
        times = items_of(own, data)
        found.append(times)
        left -= max(times, 0) * sum(1 for _ in element.walk())
        if left < 0:
            on = own.attributes.get("on", "")
            raise DataError(
                f"{on} repeats more than {MAX_COPIES:,} elements; so many are not shown"
            )
        if any(is_repeater(inner) for child in element.children for inner in child.walk()):
            for index in range(times):
                for child in element.children:
                    visit(child, (*indices, (flag_of(own), index)))

    visit(root, ())
    return tuple(found)


def repeated(root: Element, times: Counts, first_id: int) -> Element:
    """Return a tree in which each Repeater holds a <View> for each of its items.

    In every attribute the first place of the flag becomes the item's number, as in Label Studio;
    a Repeater inside is then repeated itself. Where a task has no list, nothing is there.

    Parameters
    ----------
    root
        The tree.
    times
        What `counts` says of the task.
    first_id
        Id of the first element that is made; the others count on from it.
    """
    left = iter(times)
    ids = iter(range(first_id, first_id + 2 * MAX_COPIES))

    def made(element: Element, indices: tuple[tuple[str, int], ...]) -> Element:
        if indices:
            attributes, body = _filled(element, indices), _put(element.body, indices)
            element = replace(element, id=next(ids), attributes=attributes, body=body)
        if not is_repeater(element):
            children = tuple(made(child, indices) for child in element.children)
            return replace(element, children=children)
        count = next(left)
        if count < 0:
            return replace(element, children=())
        flag = flag_of(element)
        return replace(
            element,
            children=tuple(
                Element(
                    id=next(ids),
                    tag="View",
                    children=tuple(
                        made(child, (*indices, (flag, index))) for child in element.children
                    ),
                    line=element.line,
                )
                for index in range(count)
            ),
        )

    return made(root, ())


def flags(root: Element) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Yield what stands inside Repeaters, each with the flags of those around it."""

    def visit(
        element: Element, around: tuple[str, ...]
    ) -> Iterator[tuple[Element, tuple[str, ...]]]:
        if around:
            yield element, around
        inside = (*around, flag_of(element)) if is_repeater(element) else around
        for child in element.children:
            yield from visit(child, inside)

    return visit(root, ())


def _filled(element: Element, indices: tuple[tuple[str, int], ...]) -> dict[str, str]:
    return {name: _put(text, indices) for name, text in element.attributes.items()}


def _put(text: str, indices: tuple[tuple[str, int], ...]) -> str:
    for flag, index in indices:
        text = text.replace(flag, str(index), 1)
    return text
