"""Results of one config as those of another: how what a file says comes under one's own config."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.formats.dataset import Aside

_TOOLS = {
    "rectanglelabels": ("Rectangle",),
    "polygonlabels": ("Polygon",),
    "ellipselabels": ("Ellipse",),
    "keypointlabels": ("KeyPoint",),
    "brushlabels": ("Brush",),
    "bitmasklabels": ("Bitmask",),
    "vectorlabels": ("Vector",),
}
_PLAIN = frozenset({"choices", "textarea", "number", "rating"})
_Wanted = tuple[str, str, str, str, bool]
"""Type, name and label of a result, its object, and whether it is about a region."""


class Fitting:
    """Gives results the names, and where need be the types, that a config has for them.

    Parameters
    ----------
    made
        The config that the results are of.
    config
        The config that they are to be of.
    aside
        Told what fits nowhere.

    Notes
    -----
    A control is looked for that makes results of the same type, about the object in the place of
    the file's, and takes the label; one of the same name first. Labelled shapes fit a tool and a
    ``Labels`` beside it, too, and what is said of single regions a control of the same name.
    """

    def __init__(self, made: Config, config: Config, aside: Aside) -> None:
        self._config, self._aside = config, aside
        self._objects = {name: _alike(element, config) for name, element in made.objects.items()}
        self._known: dict[_Wanted, tuple[Element, Element | None] | None] = {}

    def column(self, made: Config) -> Mapping[str, str]:
        """Return which column of the config's data stands for each of the file's."""
        columns: dict[str, str] = {}
        for name, element in made.objects.items():
            there = self._objects[name]
            if there is not None:
                ours, theirs = _column(element, made), _column(there, self._config)
                if ours and theirs:
                    columns[ours] = theirs
        return columns

    def results(self, given: Iterable[Result]) -> Iterator[Result]:
        """Yield results as those of the config; what fits nowhere is told."""
        for result in given:
            if result.get("type") == "relation":
                yield result
                continue
            yield from self._result(result)

    def _result(self, result: Result) -> Iterator[Result]:
        named, value = str(result["type"]), result["value"]
        there = self._objects.get(str(result["to_name"]))
        if there is None:
            self._aside.add("the config has no object for what the file holds", str(named))
            return
        own = value.get(own_key(named))
        regional = len(value) > 1
        labels = [str(one) for one in own] if isinstance(own, list) else [""]
        fitting: dict[tuple[str, str], tuple[Element, Element | None, list[str]]] = {}
        for label in labels or [""]:
            wanted = (named, str(result["from_name"]), label, str(there.name), regional)
            if wanted not in self._known:
                self._known[wanted] = self._found(*wanted)
            found = self._known[wanted]
            if found is None:
                what = f'"{label}" ({named})' if label else named
                self._aside.add("no control of the config takes what the file holds", what)
                continue
            tool, beside = found
            at = fitting.setdefault(
                (str(tool.name), str(beside and beside.name)), (tool, beside, [])
            )
            at[2].append(label)
        for tool, beside, some in fitting.values():
            yield from _renamed(result, tool, beside, some if isinstance(own, list) else own)

    def _found(
        self, named: str, name: str, label: str, object_name: str, regional: bool
    ) -> tuple[Element, Element | None] | None:
        about = [
            control
            for control in self._config.controls.values()
            if object_name in (control.to_name or "").replace(",", " ").split()
            and (named not in _PLAIN or self._asks_of_regions(control) == regional)
        ]
        same = [c for c in about if named in self._config.tags[c.tag].result_types]
        same.sort(key=lambda control: control.name != name)
        fits = next((c for c in same if self._takes(c, label)), None)
        if fits is not None:
            return fits, None
        tools = [c for c in about if c.tag in _TOOLS.get(named, ())]
        beside = [c for c in about if c.tag == "Labels" and self._takes(c, label)]
        if tools and beside:
            return tools[0], beside[0]
        if named in _PLAIN:
            other = self._config.controls.get(name)
            if other in about and other.tag.lower() in _PLAIN and self._takes(other, label):
                return other, None
        return None

    def _asks_of_regions(self, control: Element) -> bool:
        return self._config.attribute(control, "perRegion") is True

    def _takes(self, control: Element, label: str) -> bool:
        accepted = self._config.accepted(control)
        dynamic = "$" in control.attributes.get("value", "")
        return not label or not accepted or dynamic or label in accepted


def own_key(named: str) -> str:
    """Return under which key a result of a type has what it says."""
    return {"textarea": "text", "videorectangle": "labels"}.get(named, named)


def _renamed(result: Result, tool: Element, beside: Element | None, own: Any) -> Iterator[Result]:
    named = str(result["type"])
    place = {n: v for n, v in result["value"].items() if n != own_key(named)}
    common = {**result, "to_name": result["to_name"] if tool.to_name is None else tool.to_name}
    if beside is not None:
        yield {**common, "from_name": tool.name, "type": tool.tag.lower(), "value": place}
        value = {**place, "labels": own}
        yield {**common, "from_name": beside.name, "type": "labels", "value": value}
        return
    kind = tool.tag.lower()
    if own_key(named) in result["value"]:
        place[own_key(kind)] = _as(kind, own) if kind in _PLAIN and kind != named else own
    yield {**common, "from_name": tool.name, "type": kind, "value": place}


def _as(kind: str, given: Any) -> Any:
    """Return an answer as another kind of form has it."""
    first = given[0] if isinstance(given, list) and given else given
    if kind in {"number", "rating"}:
        try:
            read = float(first)
        except (TypeError, ValueError):
            return 0
        return int(read) if read.is_integer() else read
    return given if isinstance(given, list) else [str(first)]


def _alike(element: Element, config: Config) -> Element | None:
    """Return the object of a config that shows what one of another does."""
    alike = [one for one in config.objects.values() if one.tag == element.tag]
    return next((one for one in alike if one.name == element.name), alike[0] if alike else None)


def _column(element: Element, config: Config) -> str | None:
    paths = [path for _, text in config.variables(element) for path in [text.removeprefix("$")]]
    return paths[0] if paths else None
