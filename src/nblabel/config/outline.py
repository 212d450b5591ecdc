"""A control's options as a tree of their own: what a Taxonomy is told to the browser as.

An option is a dict as Label Studio has it in task data and in what ``apiUrl`` answers: ``value``,
and where there are such ``alias``, ``hint``, ``html``, ``color``, ``style``, ``hotkey``,
``selected``, ``readonly``, ``children`` and ``isLeaf``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nblabel.core.element import Element

Option = dict[str, Any]

_FLAGS = ("selected", "readonly", "isLeaf")
_TEXTS = ("alias", "hint", "html", "color", "style", "hotkey")


def outline(elements: Iterable[Element]) -> list[Option]:
    """Return the options among some elements, each with those inside it.

    >>> outline([Element(1, "Choice", {"value": "A"}, (Element(2, "Choice", {"value": "B"}),))])
    [{'value': 'A', 'children': [{'value': 'B'}]}]
    """
    return list(_options(elements))


def _options(elements: Iterable[Element]) -> Iterator[Option]:
    for element in elements:
        if element.tag != "Choice":  # what else stands there is looked through
            yield from _options(element.children)
            continue
        given = element.attributes
        option: Option = {"value": given.get("value", "")}
        option |= {name: given[name] for name in _TEXTS if given.get(name)}
        option |= {n: True for n in _FLAGS if element.flag(n)}
        if children := outline(element.children):
            option["children"] = children
        yield option


def received(items: Any, depth: int = 60) -> list[Option]:
    """Read options that a service gives: a list of texts or of dicts, perhaps under ``items``.

    What is no option is left out.

    >>> received({"items": [{"value": "A", "isLeaf": False}, "B", None, {"alias": "no value"}]})
    [{'value': 'A', 'isLeaf': False}, {'value': 'B'}]
    """
    if isinstance(items, Mapping):
        items = items.get("items")
    if not isinstance(items, list) or depth == 0:
        return []
    made = []
    for item in items:
        if isinstance(item, str | int | float):
            made.append({"value": str(item)})
        elif isinstance(item, Mapping) and isinstance(item.get("value"), str | int | float):
            option: Option = {"value": str(item["value"])}
            option |= {n: str(item[n]) for n in _TEXTS if item.get(n)}
            option |= {n: item[n] for n in _FLAGS if isinstance(item.get(n), bool)}
            if children := received(item.get("children"), depth - 1):
                option["children"] = children
            made.append(option)
    return made


def selected(control: Element, more: Iterable[Element] = ()) -> list[list[str]]:
    """Return the paths of the options that are chosen from the start."""
    return [path for path, element in _paths((*control.children, *more)) if _is_selected(element)]


def _is_selected(element: Element) -> bool:
    return element.flag("selected")


def _paths(elements: Iterable[Element]) -> Iterator[tuple[list[str], Element]]:
    for element in elements:
        if element.tag != "Choice":
            yield from _paths(element.children)
            continue
        own = element.attributes.get("alias") or element.attributes.get("value", "")
        yield [own], element
        for path, inner in _paths(element.children):
            yield [own, *path], inner
