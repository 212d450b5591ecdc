"""What somebody says of a task in few words, as Label Studio results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from nblabel.base.errors import DataError, near
from nblabel.base.ids import region_ids
from nblabel.base.jsontext import dumps
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.tags._checking import Checker
from nblabel.tags._results import shown
from nblabel.tags._shapes import plain_text

_NAMING = frozenset({"from_name", "to_name", "from_id", "type"})


def is_results(given: Any) -> bool:
    """Whether these are Label Studio results and no short form: some say whose they are.

    >>> is_results([{"from_name": "mood"}]), is_results([]), is_results([{"start": 0, "end": 3}])
    (True, True, False)
    """
    return isinstance(given, list) and (
        not given or any(isinstance(one, Mapping) and _NAMING & one.keys() for one in given)
    )


def results_of(config: Config, given: Any, data: Mapping[str, Any] | None = None) -> list[Result]:
    """Give the results that a short form stands for.

    Parameters
    ----------
    config
        The config.
    given
        A dict of short forms by the names of their controls, or one short form where it is
        clear whose it is. What a control takes is said by ``short`` of its tag; it takes the
        cell that `to_frame` has of it.
    data
        The task's data: marked texts are cut from it.

    Raises
    ------
    DataError
        When it is not what a control takes, or not clear which control is meant.

    Examples
    --------
    >>> from nblabel.config import parse
    >>> from nblabel.tags import TAGS
    >>> config = parse("text-classification", TAGS)
    >>> [result] = results_of(config, "Positive")
    >>> result["from_name"], result["to_name"], result["value"]
    ('sentiment', 'text', {'choices': ['Positive']})
    """
    data = data or {}
    config = config.as_in(data)
    if given is None:
        return []
    if isinstance(given, Mapping) and _is_by_name(config, given, data):
        made = [one for name, short in given.items() for one in _said(config, name, short, data)]
    else:
        made = _of_clear(config, given, data)
    return _named(config, made)


def _is_by_name(config: Config, given: Mapping[Any, Any], data: Mapping[str, Any]) -> bool:
    """Whether a dict holds what each control says, and is not what one of them says."""
    controls = config.controls
    unknown = [str(name) for name in given if _control(config, str(name)) is None]
    if not unknown:
        return True
    hint = near(unknown[0], controls)
    is_region = len(controls) == 1 and all(config.tags[c.tag].region for c in controls.values())
    if len(unknown) == len(given) and (_fitting(config, given, data) or (is_region and not hint)):
        return False
    names = ", ".join(f'"{name}"' for name in controls) or "none"
    raise DataError(f'there is no control "{unknown[0]}", only {names}{hint}')


def _read(config: Config, given: Any, data: Mapping[str, Any]) -> dict[str, list[Result]]:
    """Give what a short form says, by the names of the controls that can read it."""
    read = {}
    for name in config.controls:
        with suppress(DataError):
            read[name] = _said(config, name, given, data)
    return read


def _fitting(config: Config, given: Any, data: Mapping[str, Any]) -> dict[str, list[Result]]:
    """Give what a short form says, by the names of the controls that it fits."""
    check = Checker(config).check
    read = _read(config, given, data)
    return {name: made for name, made in read.items() if made and not check(made, data)}


def _of_clear(config: Config, given: Any, data: Mapping[str, Any]) -> list[Result]:
    """Read a short form as the only control that it fits does, one that knows its words first."""
    controls = config.controls
    if len(controls) == 1:
        return _said(config, next(iter(controls)), given, data)
    fitting = _fitting(config, given, data)
    knowing = {name: made for name, made in fitting.items() if config.labels(controls[name])}
    chosen = knowing or fitting or _read(config, given, data)
    if len(chosen) == 1:
        return next(iter(chosen.values()))
    names = " and ".join(f'"{name}"' for name in chosen or controls) or "none"
    if fitting:
        example = f"{{{dumps(next(iter(chosen)))}: {shown(given)}}}"
        raise DataError(f"{shown(given)} fits the controls {names}; say which: {example}")
    words = [word for control in controls.values() for word in config.labels(control)]
    hint = near(given, words) if isinstance(given, str) else ""
    raise DataError(f"{shown(given)} fits none of the controls {names}{hint}")


def _said(config: Config, name: str, given: Any, data: Mapping[str, Any]) -> list[Result]:
    """Give the results of one control."""
    control = _control(config, name)
    if control is None:  # one that is repeated: which one is not said
        raise DataError(f'no control is named "{name}"')
    tag = config.tags[control.tag]
    try:
        meant = [] if given is None else tag.short(control, given)
        head = {"from_name": name, "to_name": _object(control, name, region=tag.region)}
    except DataError as error:
        raise DataError(f'control "{name}": {error}') from None
    shows = config.objects.get(head["to_name"])
    if shows is not None and tag.region and shows.attributes.get("saveTextResult") != "no":
        text = plain_text(shows, data) or ""
        for one in meant:
            _mark(one["value"], text)
    return [{**head, "type": tag.result_types[0], **one} for one in meant]


def _control(config: Config, name: str) -> Element | None:
    """Find a control, also one of those that a Repeater makes."""
    found = config.find(name)
    if found is None or found.name not in config.controls:
        return None
    return None if found.id in config.repeated and found.name == name else found


_INDEX = re.compile(r"\{\{[^{}]*\}\}")


def _repeated(target: str, pattern: str, name: str) -> str:
    """Put the numbers that a repeated name has in place of the indices of another.

    >>> _repeated("text_{{i}}", "labels_{{i}}", "labels_3")
    'text_3'
    """
    if name == pattern:
        return target
    found = re.fullmatch(r"(\d+)".join(map(re.escape, _INDEX.split(pattern))), name)
    numbers = iter(found.groups() if found else ())
    return _INDEX.sub(lambda index: next(numbers, index[0]), target)


def _object(control: Element, name: str, *, region: bool) -> str:
    """Name the object that a control is about: the first of several; a comparison names itself."""
    aims = [aim.strip() for aim in (control.to_name or "").split(",") if aim.strip()]
    if len(aims) > 1 and region:
        named = " and ".join(f'"{aim}"' for aim in aims)
        raise DataError(f"it is aimed at {named}: give Label Studio results, which say at which")
    compares = control.tag == "Pairwise" or not aims
    return name if compares else _repeated(aims[0], control.name or "", name)


def _mark(value: dict[str, Any], text: str) -> None:
    """Put the marked text into a span's value, as the editor does."""
    start, end = value.get("start"), value.get("end")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
        value.setdefault("text", text[start:end])


def _named(config: Config, results: list[Result]) -> list[Result]:
    """Give each result an id; those of several controls about one place are one region."""
    ids = iter(region_ids(len(results)))
    regions: dict[object, str] = {}
    counts: dict[object, int] = {}
    named = []
    for result in results:
        place = _place(config, result)
        if place:
            about = dumps([result["to_name"], result.get("item_index"), sorted(place)])
            own = (result["from_name"], about)
            counts[own] = counts.get(own, 0) + 1
            name = regions.setdefault((about, counts[own]), next(ids))
        else:
            name = next(ids)
        named.append({"id": name, **result})
    return named


def _place(config: Config, result: Result) -> list[tuple[str, Any]]:
    """Give what says where a result is, and nothing of what it says there."""
    control = _control(config, result["from_name"])
    own = {config.tags[control.tag].value_key if control else "", "labels", "text"}
    return [
        (key, value)
        for key, value in result["value"].items()
        if key not in own and (key, value) != ("rotation", 0)
    ]
