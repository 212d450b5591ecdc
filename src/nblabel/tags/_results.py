"""Pieces that the families' checks and cells are put together from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from nblabel.base.errors import near
from nblabel.config.variables import replace_in
from nblabel.core.annotation import Result, value_of
from nblabel.core.element import Element
from nblabel.core.tag import Cell, Check, Scope

Shape = Callable[[Mapping[str, Any], Scope], Iterable[str]]
"""Yields a sentence for each thing wrong with a region's place."""


class Odd(str):
    """A sentence about what is odd, though Label Studio takes it."""

    __slots__ = ()


def placed(sentence: str, where: str) -> str:
    """Say of a part what a sentence says of the whole.

    >>> placed("value.x must be a number", "value.points[0]")
    'value.points[0].x must be a number'
    """
    return type(sentence)(sentence.replace("value", where))


# Percent coordinates may leave the image by rounding.
_SLACK = 0.01


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number to count with (true, false and NaN are none)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def strings(value: Mapping[str, Any], key: str) -> Iterator[str]:
    """Check that a value holds a list of strings under a key."""
    given = value.get(key)
    if key not in value:
        yield f'value has no "{key}"'
    elif not isinstance(given, list):
        yield f"value.{key} must be a list of strings, not {shown(given)}"
    else:
        for one in given:
            if not isinstance(one, str):
                yield f"value.{key} must hold strings, not {shown(one)}"


def known_labels(given: Any, scope: Scope, key: str) -> Iterator[str]:
    """Check that labels are among those the control can export."""
    if not scope.labels or not isinstance(given, list):
        return
    for label in given:
        if isinstance(label, str) and label not in scope.accepted and label not in _filled(scope):
            accepted = ", ".join(f'"{known}"' for known in scope.labels[:8])
            more = ", ..." if len(scope.labels) > 8 else ""
            hint = near(label, scope.labels)
            yield f'"{label}" in value.{key} is not one of {accepted}{more}{hint}'


def _filled(scope: Scope) -> set[str]:
    """Give what the labels with a ``$variable`` stand for in the task."""
    return {replace_in(label, scope.data, str) for label in scope.accepted if "$" in label}


def numbers(value: Mapping[str, Any], *keys: str) -> Iterator[str]:
    """Check that a value holds a number under each key."""
    for key in keys:
        if key not in value:
            yield f'value has no "{key}"'
        elif not is_number(value[key]):
            yield f"value.{key} must be a number, not {shown(value[key])}"


def percents(value: Mapping[str, Any], *keys: str) -> Iterator[str]:
    """Check that a value holds a percentage of the image under each key."""
    yield from numbers(value, *keys)
    for key in keys:
        number = value.get(key)
        if is_number(number) and not -_SLACK <= float(number or 0) <= 100 + _SLACK:
            yield Odd(f"value.{key} is {number}; percent of the image lie between 0 and 100")


def optional_number(value: Mapping[str, Any], key: str) -> Iterator[str]:
    """Check a number that may be left out."""
    if value.get(key) is not None:
        yield from numbers(value, key)


def limit(scope: Scope, name: str) -> float | None:
    """Read a number that the control's attribute sets; None where it sets none."""
    try:
        number = float(scope.control.attributes.get(name, ""))
    except ValueError:
        return None
    return number if is_number(number) else None


def shown(value: Any) -> str:
    """Show a JSON value in a sentence, shortened."""
    try:
        told = repr(value) if not isinstance(value, str) else f'"{value}"'
    except (ValueError, RecursionError):  # a number of thousands of digits, lists without end
        told = f"a {type(value).__name__}"
    return "null" if value is None else told if len(told) <= 60 else told[:59] + "…"


def is_per_region(control: Element) -> bool:
    """Whether a control's answers belong to regions."""
    return control.flag("perRegion")


def is_per_item(control: Element) -> bool:
    """Whether a control's answers belong to items of a list."""
    return control.flag("perItem")


def checked(key: str, check: Callable[[Any, Scope], Iterable[str]]) -> Check:
    """Make the check of a control whose value has one key of its own."""

    def check_result(result: Result, scope: Scope) -> Iterator[str]:
        value = result["value"]
        if key not in value:
            yield f'value has no "{key}"'
        else:
            yield from check(value[key], scope)

    return check_result


def region_check(shape: Shape, key: str = "") -> Check:
    """Make the check of a drawing tool: its shape, and its labels where it carries some.

    A region may carry ``labels`` in place of the tool's own key: Label Studio's editor reads
    that older form too.
    """

    def check_result(result: Result, scope: Scope) -> Iterator[str]:
        value = result["value"]
        yield from shape(value, scope)
        if key:
            yield from label_check(value, scope, key if key in value else "labels", key)

    return check_result


def label_check(
    value: Mapping[str, Any], scope: Scope, key: str, usual: str | None = None
) -> Iterator[str]:
    """Check the labels of a region."""
    if key not in value:
        yield f'value has no "{usual or key}"'
        return
    yield from strings(value, key)
    yield from known_labels(value[key], scope, key)
    if value[key] == [] and scope.control.attributes.get("allowEmpty", "").lower() != "true":
        yield Odd(
            f'value.{key} is empty; <{scope.control.tag} allowEmpty="true"> would accept that'
        )


def region_cell(key: str = "") -> Cell:
    """Make the cell of a region control: a dict a region, its labels under "labels"."""

    def cell(_: Element, results: list[Result]) -> Any:
        return [_region(result, key) for result in results] or None

    return cell


_ENDS = ("start", "end")


def _region(result: Result, key: str) -> dict[str, Any]:
    value = dict(value_of(result))
    if key and key in value:
        value["labels"] = value.pop(key)
    for end in _ENDS:
        # With an offset beside it, start is a path or a number of its own kind.
        if type(value.get(end, 0)) is not int and "startOffset" not in value:
            value[end] = as_number(value[end])
    return _with_item(result, value)


def as_number(given: Any) -> Any:
    """Read an offset that is written as text or with a point; what is none stays as it is.

    >>> as_number("6"), as_number(6.0), as_number(1.5), as_number("/p[1]")
    (6, 6, 1.5, '/p[1]')
    """
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if isinstance(given, str) and len(given) < 19 and given.isascii() and given.isdigit():
        return int(given)
    return given


def _with_item(result: Result, value: dict[str, Any]) -> dict[str, Any]:
    index = result.get("item_index")
    return value if index is None else {"item_index": index, **value}


def form_cell(key: str, single: Callable[[Element, Any], Any] = lambda _, value: value) -> Cell:
    """Make the cell of a control that asks one question of the whole task.

    Asked of every region or item, it gives a dict for each.
    """

    def cell(control: Element, results: list[Result]) -> Any:
        if not results:
            return None
        if is_per_region(control) or is_per_item(control):
            return [_with_item(r, dict(value_of(r))) for r in results]
        return single(control, value_of(results[-1]).get(key))

    return cell
