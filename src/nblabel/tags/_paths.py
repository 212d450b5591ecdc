"""Answers that are paths through a tree: nested Choices and Taxonomy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nblabel.base.errors import near
from nblabel.core.element import Element
from nblabel.core.tag import Scope
from nblabel.tags._results import Odd, shown


def choices_in(elements: Iterable[Element]) -> Iterator[Element]:
    """Yield the <Choice>s of one level; what else stands there is looked through."""
    for element in elements:
        if element.tag == "Choice":
            yield element
        else:
            yield from choices_in(element.children)


def leads(path: Iterable[str], elements: Iterable[Element]) -> bool:
    """Whether a path leads through a tree; a step is a choice's value or its alias."""
    level = list(elements)
    for step in path:
        named = [c for c in choices_in(level) if step in _names(c)]
        if not named:
            return False
        level = [child for choice in named for child in choice.children]
    return True


def _names(choice: Element) -> tuple[str | None, ...]:
    return choice.attributes.get("alias"), choice.attributes.get("value")


def path_problems(given: Any, scope: Scope, key: str) -> Iterator[str]:
    """Check a list of paths against the control's tree."""
    if not isinstance(given, list):
        yield f"value.{key} must be a list of paths, not {shown(given)}"
        return
    tree = scope.control.children
    for path in given:
        if isinstance(path, str):
            path = [path]  # noqa: PLW2901 - a bare string is the path of one step
        if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
            yield f"value.{key} must hold paths, lists of strings, not {shown(path)}"
        elif scope.labels and not (path and leads(path, tree)):
            hint = near(path[-1] if path else "", scope.labels)
            told = f"{shown(path)} in value.{key} is no path of the control{hint}"
            yield Odd(told) if path and scope.accepted.issuperset(path) else told


def paths_meant(given: Any, control: Element) -> Any:
    """Read nodes as paths: one by its name, where there is but one such; a list that leads."""
    nodes = given if isinstance(given, list) else [given]
    steps = [node for node in nodes if isinstance(node, str)]
    if len(steps) == len(nodes) > 1 and leads(steps, control.children):
        return [steps]
    return [_whole(node, control) if isinstance(node, str) else node for node in nodes]


def _whole(node: str, control: Element) -> list[str]:
    found = [path for path in _ways(control.children, ()) if path[-1] == node]
    return list(found[0]) if len(found) == 1 else [node]


def _ways(elements: Iterable[Element], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for choice in choices_in(elements):
        path = (*above, choice.attributes.get("alias") or choice.attributes.get("value", ""))
        yield path
        yield from _ways(choice.children, path)
