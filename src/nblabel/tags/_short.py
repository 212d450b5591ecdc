"""Pieces that the families' short forms are put together from: what cells say, as results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from nblabel.base.errors import DataError
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.tag import Short
from nblabel.tags._results import as_number, is_number, is_per_item, is_per_region, shown


@dataclass(frozen=True, slots=True)
class Place:
    """Where a region is, as a tuple or a list says it: the place first, its labels after.

    Parameters
    ----------
    words
        What the tuple holds, for the sentence that refuses another one.
    read
        Gives the place's keys of ``value`` and what stands after it; None where a list does not
        begin with such a place.
    """

    words: str
    read: Callable[[list[Any]], tuple[dict[str, Any], list[Any]] | None]


def numbered(*names: str, **also: Any) -> Place:
    """Make the place that is a number for each of these keys; ``also`` has what goes with them.

    >>> numbered("x", "y", width=0.5).read([10, 20, "Nose"])
    ({'x': 10, 'y': 20, 'width': 0.5}, ['Nose'])
    """

    def read(given: list[Any]) -> tuple[dict[str, Any], list[Any]] | None:
        numbers = list(takewhile(is_number, given))
        if len(numbers) != len(names):
            return None
        return dict(zip(names, numbers, strict=True)) | also, given[len(names) :]

    return Place(", ".join(names), read)


SPAN = numbered("start", "end")
BOX = numbered("x", "y", "width", "height", rotation=0)


def region_short(key: str = "", *places: Place) -> Short:
    """Make the short form of a region control: a dict or a tuple a region, or a list of them."""

    def short(control: Element, given: Any) -> list[Result]:
        return [_region_meant(control, one, key, places) for one in _regions(given, places)]

    return short


def _regions(given: Any, places: Iterable[Place]) -> list[Any]:
    """Give what stands for one region as a list of one."""
    if not isinstance(given, list):
        return [given]
    return [given] if any(place.read(given) for place in places) else given


def _region_meant(
    control: Element, given: Any, key: str, places: tuple[Place, ...]
) -> dict[str, Any]:
    if isinstance(given, dict):
        return _dict_meant(given, key)
    read = (place.read(given) for place in places) if isinstance(given, list) else ()
    value, labels = next(filter(None, read), ({}, []))
    unlabeled = key and not labels and control.attributes.get("allowEmpty", "").lower() != "true"
    if not value or len(labels) > bool(key) or unlabeled:
        label = ", label" if key else ""
        tuples = "".join(f"({place.words}{label}) or " for place in places)
        raise DataError(f"<{control.tag}> takes {tuples}a dict for each region, not {shown(given)}")
    return {"value": value | ({key: _listed(labels[0]) if labels else []} if key else {})}


def _dict_meant(given: dict[str, Any], key: str = "") -> dict[str, Any]:
    """Read what a cell has for a region or an item; a typed frame's nulls are no values."""
    value = {name: one for name, one in given.items() if one is not None}
    item = value.pop("item_index", None)
    if "label" in value:
        value["labels"] = value.pop("label")
    if key and "labels" in value:
        value[key] = value.pop("labels")
    for name in {key, "labels"} & value.keys():
        value[name] = _listed(value[name])
    if "startOffset" not in value:
        for end in {"start", "end"} & value.keys():
            value[end] = as_number(value[end])
    return {"value": value} if item is None else {"item_index": as_number(item), "value": value}


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


@dataclass(frozen=True, slots=True)
class Takes:
    """What a control that asks one question may be answered with.

    Parameters
    ----------
    words
        What it is, for the sentence that refuses anything else.
    fits
        Whether something is such an answer to a control.
    """

    words: str
    fits: Callable[[Element, Any], bool]


NUMBER = Takes("a number", lambda _, given: is_number(given))
TEXT = Takes("a text", lambda _, given: isinstance(given, str))
DICT = Takes("a dict", lambda _, given: isinstance(given, dict))
ANYTHING = Takes("anything", lambda *_: True)


def form_short(
    key: str, takes: Takes, read: Callable[[Element, Any], Any] = lambda _, given: given
) -> Short:
    """Make the short form of a control that asks one question of the whole task.

    Asked of every region or item, it takes a dict for each, as its cell has them.

    Parameters
    ----------
    key
        The key of ``value`` that has the answer.
    takes
        What an answer may be.
    read
        Makes what stands under the key of an answer.
    """

    def short(control: Element, given: Any) -> list[Result]:
        if is_per_region(control) or is_per_item(control):
            return [about(control, one) for one in _dicts(control, given, key)]
        given = given[key] if isinstance(given, dict) and key in given else given
        return [] if given in (None, []) else [{"value": {key: answer(control, given)}}]

    def about(control: Element, given: dict[str, Any]) -> Result:
        meant = _dict_meant(given)
        meant["value"][key] = answer(control, meant["value"].get(key))
        return meant

    def answer(control: Element, given: Any) -> Any:
        if not takes.fits(control, given):
            raise DataError(f"<{control.tag}> takes {takes.words}, not {shown(given)}")
        return read(control, given)

    return short


def _dicts(control: Element, given: Any, key: str) -> list[dict[str, Any]]:
    """Give the dicts with which a control answers for each region or item."""
    each = [given] if isinstance(given, dict) else given
    if isinstance(each, list) and all(isinstance(one, dict) and key in one for one in each):
        return each
    about, where = ("region", "its place") if is_per_region(control) else ("item", '"item_index"')
    raise DataError(
        f"<{control.tag}> answers for each {about} and takes a dict for each, with {where} and "
        f'"{key}", not {shown(given)}'
    )
