"""Answers that are paths through a tree: nested Choices and Taxonomy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nblabel.base.errors import near
from nblabel.core.element import Element
from nblabel.core.tag import Scope
from nblabel.tags._results import shown


def tree_paths(
    elements: tuple[Element, ...], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield the path to every <Choice>: aliases where set, else values."""
    for element in elements:
        path = above
        if element.tag == "Choice":
            attributes = element.attributes
            path = (*above, attributes.get("alias") or attributes.get("value", ""))
            yield path
        yield from tree_paths(element.children, path)


def path_problems(given: Any, scope: Scope, key: str) -> Iterator[str]:
    """Check a list of paths against the control's tree."""
    if not isinstance(given, list):
        yield f"value.{key} must be a list of paths, not {shown(given)}"
        return
    known = set(tree_paths(scope.control.children))
    for path in given:
        if isinstance(path, str):
            path = [path]  # noqa: PLW2901 - a bare string is the path of one step
        if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
            yield f"value.{key} must hold paths, lists of strings, not {shown(path)}"
        elif known and tuple(path) not in known:
            hint = near(path[-1] if path else "", {step for one in known for step in one})
            yield f"{shown(path)} in value.{key} is no path of the control{hint}"
