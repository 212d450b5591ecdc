"""Whether results fit a config."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from nblabel.base.errors import DataError, near
from nblabel.config import Config
from nblabel.config.variables import dynamic_children
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.tag import Scope, Tag
from nblabel.tags._results import shown

_KEPT = 10_000
_KEPT_TASKS = 64


def check(
    config: Config, results: Any, data: Mapping[str, Any] | None = None
) -> list[tuple[int | None, str]]:
    """Say what about an annotation's results does not fit its config.

    Parameters
    ----------
    config
        The config.
    results
        The results; anything that stands where they should is looked at.
    data
        The task's data: labels may come from it, offsets reach into it.

    Returns
    -------
    list of (int or None, str)
        The result's index in the list, None for the list itself, and a sentence. Empty when
        all is well.
    """
    return Checker(config).check(results, data)


@dataclass(frozen=True, slots=True)
class _Pair:
    """What control and object of a result are, and what is wrong with that."""

    sentences: tuple[str, ...]
    control: Element | None = None
    target: Element | None = None
    tag: Tag | None = None
    labels: tuple[str, ...] | None = None  # None where they come from the task's data
    accepted: frozenset[str] = frozenset()


class Checker:
    """Checks many annotations of one config: what it says of a control is looked up once."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._pairs: dict[tuple[str, str, str], _Pair] = {}
        self._own: dict[Config, Checker] = {}

    def check(
        self, results: Any, data: Mapping[str, Any] | None = None
    ) -> list[tuple[int | None, str]]:
        """Say what does not fit; as the function `check` does."""
        if not isinstance(results, list | tuple):
            return [(None, f"the result must be a list of results, not {shown(results)}")]
        good = tuple([result for result in results if isinstance(result, dict)])
        checker = self._of(data or {})
        return [
            (index, sentence)
            for index, result in enumerate(results)
            for sentence in checker._one(result, good, data or {})
        ]

    def _of(self, data: Mapping[str, Any]) -> Checker:
        """Give what checks a task's own copies; where it has no lists, a name's pattern will do."""
        own = self.config.as_in(data)
        if own is self.config:
            return self
        if own not in self._own:
            if len(self._own) >= _KEPT_TASKS:
                self._own.clear()
            self._own[own] = Checker(own)
        return self._own[own]

    def _one(  # noqa: PLR0911 - one return a kind of wrong
        self, result: Any, results: tuple[Result, ...], data: Mapping[str, Any]
    ) -> Iterable[str]:
        if not isinstance(result, dict):
            return [f"a result must be an object, not {shown(result)}"]
        named = result.get("type")
        if named == "relation":
            return _relation(self.config, result, results)
        source, target = result.get("from_name"), result.get("to_name")
        if not (isinstance(source, str) and isinstance(target, str) and isinstance(named, str)):
            return _nameless(result)
        names = source, target, named
        pair = self._pairs.get(names)
        if pair is None:
            if not all(names):
                return _nameless(result)
            pair = self._learnt(result, names)
        if pair.control is None or pair.target is None:
            return pair.sentences
        value = result.get("value")
        if not isinstance(value, dict):
            return (*pair.sentences, f"value must be an object, not {shown(value)}")
        if pair.tag is None or pair.tag.check is None:
            return pair.sentences
        found = pair.tag.check(result, self._scope(pair, results, data))
        return (*pair.sentences, *found)

    def _learnt(self, result: Result, names: tuple[str, str, str]) -> _Pair:
        if len(self._pairs) >= _KEPT:
            self._pairs.clear()  # names that come from strangers have no end
        config = self.config
        control, target = config.find(names[0]), config.find(names[1])
        if control is None or target is None:
            unknown = [
                *([_unknown(config.controls, "from_name", result)] if control is None else []),
                *([_unknown(config.objects, "to_name", result)] if target is None else []),
            ]
            pair = _Pair(tuple(unknown))
        else:
            wrong = tuple(_pair(config, control, target, result))
            from_data = "$" in control.attributes.get("value", "")
            labels = None if from_data else config.labels(control)
            accepted = config.accepted(control)
            pair = _Pair(wrong, control, target, config.tags.get(control.tag), labels, accepted)
        self._pairs[names] = pair
        return pair

    def _scope(self, pair: _Pair, results: tuple[Result, ...], data: Mapping[str, Any]) -> Scope:
        control, target = cast("Element", pair.control), cast("Element", pair.target)
        if pair.labels is None:
            return _scope(self.config, control, target, results, data)
        return Scope(
            control=control,
            object=target,
            labels=pair.labels,
            accepted=pair.accepted,
            results=results,
            elements=self.config.names,
            data=data,
        )


def _nameless(result: Result) -> Iterator[str]:
    for key in ("from_name", "to_name", "type"):
        if not result.get(key):
            yield f"the result has no {key}"
        elif not isinstance(result[key], str):
            yield f"{key} must be text, not {shown(result[key])}"


def _unknown(named: Mapping[str, Element], key: str, result: Result) -> str:
    accepted = ", ".join(f'"{name}"' for name in named) or "none"
    name = str(result[key])
    return f'{key} "{name}" is not in the config, which has {accepted}{near(name, named)}'


def _pair(config: Config, control: Element, target: Element, result: Result) -> Iterator[str]:
    """Check the type, and that the control is aimed at the object."""
    tag = config.tags.get(control.tag)
    if tag is None:
        return
    if result["type"] not in tag.result_types:
        usual = tag.result_types[0]
        yield f'type is {shown(result["type"])}; results of <{control.tag}> are of type "{usual}"'
    aims = [name.strip() for name in (control.to_name or "").split(",")]
    aimed = {id(config.find(name)) for name in aims} | {id(control)}
    if id(target) not in aimed:
        to_names = control.to_name or control.name
        yield f'to_name is "{result["to_name"]}"; "{control.name}" is aimed at "{to_names}"'


def _scope(
    config: Config,
    control: Element,
    target: Element,
    results: tuple[Result, ...],
    data: Mapping[str, Any],
) -> Scope:
    try:
        children = dynamic_children(control, config.tags[control.tag].children, data, config.size)
    except DataError:
        children = ()
    unknown = not children and "$" in control.attributes.get("value", "")
    own = control
    if children or unknown:
        own = replace(control, children=() if unknown else (*control.children, *children))
    return Scope(
        control=own,
        object=target,
        labels=() if unknown else config.labels(control, children),
        accepted=config.accepted(control, children),
        results=results,
        elements=config.names,
        data=data,
    )


def _relation(config: Config, result: Result, results: tuple[Result, ...]) -> Iterator[str]:
    ids = [other.get("id") for other in results]
    for key in ("from_id", "to_id"):
        end = result.get(key)
        if not end:
            yield f"the relation has no {key}"
        elif end not in ids:
            yield f'{key} is "{end}"; no result has that id'
    if result.get("direction", "right") not in ("left", "right", "bi"):
        yield f"direction must be left, right or bi, not {shown(result['direction'])}"
    known = {
        label
        for element in config.root.walk()
        if element.tag == "Relations"
        for label in config.labels(element)
    }
    labels = result.get("labels") or []
    if not isinstance(labels, list):
        yield f"labels must be a list of strings, not {shown(labels)}"
        return
    for label in labels:
        if known and str(label) not in known:
            yield f"{shown(label)} in labels is not a <Relation>{near(str(label), known)}"
