"""Whether results fit a config."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nblabel.base.errors import DataError, near
from nblabel.config import Config
from nblabel.config.variables import dynamic_children
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.tag import Scope
from nblabel.tags._results import shown


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
        The result's place in the list, None for the list itself, and a sentence. Empty when
        all is well.
    """
    if not isinstance(results, list | tuple):
        return [(None, f"the result must be a list of results, not {shown(results)}")]
    good = tuple(result for result in results if isinstance(result, dict))
    return [
        (place, sentence)
        for place, result in enumerate(results)
        for sentence in _one(config, result, good, data or {})
    ]


def _one(
    config: Config, result: Any, results: tuple[Result, ...], data: Mapping[str, Any]
) -> Iterator[str]:
    if not isinstance(result, dict):
        yield f"a result must be an object, not {shown(result)}"
        return
    if result.get("type") == "relation":
        yield from _relation(config, result, results)
        return
    for key in ("from_name", "to_name", "type"):
        if not result.get(key):
            yield f"the result has no {key}"
        elif not isinstance(result[key], str):
            yield f"{key} must be text, not {shown(result[key])}"
    if not all(
        result.get(key) and isinstance(result[key], str) for key in ("from_name", "to_name", "type")
    ):
        return
    control = config.find(result["from_name"])
    target = config.find(result["to_name"])
    if control is None:
        yield _unknown(config.controls, "from_name", result)
    if target is None:
        yield _unknown(config.objects, "to_name", result)
    if control is None or target is None:
        return
    yield from _pair(config, control, target, result)
    tag = config.tags.get(control.tag)
    if not isinstance(result.get("value"), dict):
        yield f"value must be an object, not {shown(result.get('value'))}"
    elif tag and tag.check:
        yield from tag.check(result, _scope(config, control, target, results, data))


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
