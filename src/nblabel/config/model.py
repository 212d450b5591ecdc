"""A labeling config that was read and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from nblabel.base.errors import DataError, Problem
from nblabel.base.ids import digest
from nblabel.config import outline, repeating, variables
from nblabel.config.writing import to_xml
from nblabel.core.element import Element
from nblabel.core.tag import Tag, Tags

_KEPT = 64  # expansions: most tasks of a project have lists of a few lengths

_TAKES_VARIABLES = {"variable", "boolean"}  # a column may say which choices are made at first


@dataclass(frozen=True, eq=False)
class Config:
    """A labeling config.

    Parameters
    ----------
    source
        The XML as it was given.
    root
        The tree.
    tags
        The tags it was read with.
    problems
        What is odd about it without making it unusable.
    of_task
        Whether its Repeaters hold what one task repeats, as `of` makes it.
    """

    source: str
    root: Element
    tags: Tags
    problems: tuple[Problem, ...] = ()
    of_task: bool = False

    def of(self, data: Mapping[str, Any]) -> Config:
        """Give the config as it is for one task: what a Repeater holds, once for each item.

        A copy's elements have ids and names of their own (``labels_0``). A Repeater whose list
        the task does not have holds nothing.

        Raises
        ------
        DataError
            When there would be more copies than anybody could look through.
        """
        if not self.repeated:
            return self
        times = repeating.counts(self.root, data)
        if times not in self._expanded:
            if len(self._expanded) >= _KEPT:
                self._expanded.clear()
            root = repeating.repeated(self.root, times, self.size)
            self._expanded[times] = replace(self, root=root, of_task=True)
        return self._expanded[times]

    def as_in(self, data: Mapping[str, Any]) -> Config:
        """Give the same for a task that has the list of every Repeater, else this one."""
        try:
            known = self.repeated and -1 not in repeating.counts(self.root, data)
            return self.of(data) if known else self
        except DataError:
            return self

    @cached_property
    def repeated(self) -> dict[int, tuple[str, ...]]:
        """What stands inside Repeaters: by element id, the flags of those around it."""
        inside = () if self.of_task else repeating.flags(self.root)
        return {element.id: flags for element, flags in inside}

    @cached_property
    def repeated_columns(self) -> tuple[str, ...]:
        """The columns that hold the lists of Repeaters."""
        texts = (element.attributes.get("on", "") for element in self.repeaters)
        paths = (path for text in texts for path in variables.paths_in(text))
        return tuple(dict.fromkeys(variables.top(path) for path in paths))

    @cached_property
    def repeaters(self) -> tuple[Element, ...]:
        """The Repeaters, those in others' copies included."""
        return tuple(filter(repeating.is_repeater, self.root.walk()))

    @cached_property
    def _expanded(self) -> dict[repeating.Counts, Config]:
        """What was asked of `of` already."""
        return {}

    @cached_property
    def names(self) -> dict[str, Element]:
        """Every element that has a name."""
        return {e.name: e for e in self.root.walk() if e.name}

    @cached_property
    def objects(self) -> dict[str, Element]:
        """The elements that show data, by name."""
        return {n: e for n, e in self.names.items() if self._role(e) == "object"}

    @cached_property
    def controls(self) -> dict[str, Element]:
        """The elements that make results, by name.

        A tag that is its own object (Chat, ReactCode) is here too; Relations has no name and
        is not.
        """
        return {n: e for n, e in self.names.items() if self._makes_results(e)}

    @cached_property
    def used(self) -> tuple[str, ...]:
        """The paths of all ``$variables``, in the order they first appear."""
        texts = (text for _, held in self.variable for _, text in held)
        return tuple(dict.fromkeys(path for text in texts for path in variables.paths_in(text)))

    @cached_property
    def makes_regions(self) -> bool:
        """Whether something can be marked: by a control that draws, or a Taxonomy that labels."""
        return any(
            self.tags[control.tag].region or control.flag("labeling")
            for control in self.controls.values()
        )

    @cached_property
    def prompts(self) -> bool:
        """Whether a control that draws on images may ask a model with what is drawn."""
        drawn = {name for name, at in self.objects.items() if self.tags[at.tag].media}
        return any(
            self.tags[control.tag].region
            and not drawn.isdisjoint(re.split(r"[\s,]+", control.attributes.get("toName", "")))
            and (self.attribute(control, "smart") or self.attribute(control, "smartOnly"))
            for control in self.controls.values()
        )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that ``$variables`` name, in the order they first appear."""
        return tuple(dict.fromkeys(variables.top(path) for path in self.used))

    @cached_property
    def hash(self) -> str:
        """Digest of the (control, type, object) triples: a new label or colour keeps it."""
        triples = sorted((n, e.tag, e.to_name or n) for n, e in self.controls.items())
        return digest(triples)

    @cached_property
    def size(self) -> int:
        """One more than the highest element id: where ids of elements from task data begin."""
        return 1 + max(e.id for e in self.root.walk())

    @cached_property
    def variable(self) -> tuple[tuple[Element, tuple[tuple[str, str], ...]], ...]:
        """The elements that hold ``$variables``, each with what `variables` says of it."""
        held = ((element, tuple(self.variables(element))) for element in self.root.walk())
        return tuple((element, texts) for element, texts in held if texts)

    @cached_property
    def media(self) -> tuple[tuple[Element, str], ...]:
        """The elements that show media, each with the attribute that says which."""
        shown = []
        for element in self.root.walk():
            tag = self.tags.get(element.tag)
            attribute = "valueList" if element.attributes.get("valueList") else "value"
            text = element.attributes.get(attribute, "")
            is_shown = element.id not in self.repeated and text
            if tag is not None and tag.media and is_shown:
                shown.append((element, attribute))
        return tuple(shown)

    @cached_property
    def read(self) -> tuple[Element, ...]:
        """The elements whose value is not the text that they show: its address, or encoded."""
        return tuple(
            element
            for element in self.root.walk()
            if self._role(element) == "object"
            and "{{" not in element.attributes.get("value", "{{")
            and not self.tags[element.tag].media
            and (self.is_address(element) or "64" in element.attributes.get("encoding", ""))
        )

    def is_address(self, element: Element) -> bool:
        """Whether an object's value is the address of what it shows."""
        if element.attributes.get("resolver"):
            return True
        declared = self.tags[element.tag].attribute("valueType")
        words = element.attributes.get("valueType", "").split("|")
        return declared is not None and "url" in words

    def variables(self, element: Element) -> Iterator[tuple[str, str]]:
        """Yield (attribute, text) of what may hold ``$variables`` in an element.

        The body of a tag that could have a ``value`` instead stands under "body".
        """
        tag = self.tags.get(element.tag)
        for name, text in element.attributes.items():
            declared = tag.attribute(name) if tag else None
            takes = declared.type in _TAKES_VARIABLES if declared else name == "value"
            if takes and variables.paths_in(text):
                yield name, text
        if element.body and tag and tag.attribute("value") and variables.paths_in(element.body):
            yield "body", element.body

    def find(self, name: str) -> Element | None:
        """Find the element that a result's ``from_name`` or ``to_name`` means.

        A name inside a Repeater (``labels_{{idx}}``) stands for all its repetitions.
        """
        found = self.names.get(name)
        if found:
            return found
        return next((e for pattern, e in self._patterns if pattern.fullmatch(name)), None)

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], Element], ...]:
        found = ((e.name, e, self.repeated.get(e.id, ())) for e in self.names.values())
        return tuple(
            (_repeated(name, flags), element)
            for name, element, flags in found
            if name and ("{{" in name or any(flag in name for flag in flags))
        )

    def labels(self, element: Element, children: Sequence[Element] = ()) -> tuple[str, ...]:
        """Give the strings a control can export, in order: alias where set, else value.

        Parameters
        ----------
        element
            The control.
        children
            What it takes from the task's data besides.
        """
        if children:
            return _last(self.paths(element, children))
        if element.id not in self._labels:
            self._labels[element.id] = _last(self.paths(element))
        return self._labels[element.id]

    @cached_property
    def _labels(self) -> dict[int, tuple[str, ...]]:
        """What was asked of `labels` already: a check asks for every result."""
        return {}

    def accepted(self, element: Element, children: Sequence[Element] = ()) -> frozenset[str]:
        """Give the strings that a control takes: aliases as `labels` has them, and the values.

        Label Studio's editor knows a label by either.
        """
        option = self.tags[element.tag].children if element.tag in self.tags else ""
        if children:
            return frozenset(_accepted((*element.children, *children), option))
        if element.id not in self._all_accepted:
            self._all_accepted[element.id] = frozenset(_accepted(element.children, option))
        return self._all_accepted[element.id]

    @cached_property
    def _all_accepted(self) -> dict[int, frozenset[str]]:
        """What was asked of `accepted` already, as `_labels`."""
        return {}

    def paths(
        self, element: Element, children: Sequence[Element] = ()
    ) -> tuple[tuple[str, ...], ...]:
        """Give the same strings with those of the choices around them, root first."""
        option = self.tags[element.tag].children if element.tag in self.tags else ""
        inside = (*element.children, *children)
        return tuple(p for child in inside for p in _paths(child, option, ()))

    def attribute(self, element: Element, name: str) -> Any:
        """Give an attribute's value, of its type; its default where it is not given.

        A value with a ``$variable`` stays text.
        """
        tag = self.tags.get(element.tag)
        declared = tag.attribute(name) if tag else None
        text = element.attributes.get(declared.name if declared else name)
        if declared is None:
            return text
        if text is None:
            return declared.default
        return typed(text, declared.parse)

    def to_xml(self) -> str:
        """Write it as XML that reads as the same config."""
        return to_xml(self.root) + "\n"

    def _role(self, element: Element) -> str:
        tag = self.tags.get(element.tag)
        return tag.role if tag else ""

    def _makes_results(self, element: Element) -> bool:
        tag = self.tags.get(element.tag)
        return tag is not None and (tag.role == "control" or tag.value_key != "")


def spec(config: Config) -> dict[str, Any]:
    """Give the config as the browser is told of it.

    Returns
    -------
    dict
        ``root``, the tree, each element with ``id``, ``tag``, ``attributes`` (of their types,
        only given ones), ``children`` and, where there is one, ``body`` (what is inside a tag
        that declares so is told with the tasks, or when it is asked for); and ``tags``, what is
        declared of each tag that occurs: ``role``, ``valueKey``, ``region``, ``children``,
        ``objects`` and ``defaults``, the values of attributes that are not given.
    """
    used = sorted({e.tag for e in config.root.walk() if e.tag in config.tags})
    used += [c for t in used if (c := config.tags[t].children) and c not in used]
    return {
        "root": element_spec(config, config.root),
        "tags": {name: _tag_spec(config.tags[name]) for name in used},
    }


def _tag_spec(tag: Tag) -> dict[str, Any]:
    return {
        "role": tag.role,
        "valueKey": tag.value_key,
        "region": tag.region,
        "children": tag.children,
        "objects": list(tag.objects),
        "defaults": _defaults(tag),
    }


def element_spec(config: Config, element: Element) -> dict[str, Any]:
    """Give one element and its children as the browser is told of them."""
    tag = config.tags.get(element.tag)
    inside = element.children if tag is None or tag.inside == "elements" else ()
    told: dict[str, Any] = {
        "id": element.id,
        "tag": element.tag,
        "attributes": {name: config.attribute(element, name) for name in element.attributes},
        "children": [element_spec(config, child) for child in inside],
    }
    if tag is not None and tag.inside == "options" and (selected := outline.selected(element)):
        told["attributes"]["selected"] = selected
    return told | {"body": element.body} if element.body else told


def typed(text: str, parse: Callable[[str], Any]) -> Any:
    """Read an attribute's text; text that is not of the type stays text."""
    try:
        return parse(text)
    except ValueError:
        return text


def _repeated(name: str, flags: Sequence[str]) -> re.Pattern[str]:
    """Give the pattern of a repeated name: digits and indices side by side are one number.

    So a name can be read in one way only, and however many indices it has, the search is short.
    """
    flag = "|".join((*map(re.escape, flags), r"\{\{[^{}]*\}\}"))
    parts, end = [], 0
    for run in re.finditer(rf"(?:\d|{flag})+", name):
        number = run[0] if run[0].isdigit() else r"\d+"
        parts += [re.escape(name[end : run.start()]), number]
        end = run.end()
    return re.compile("".join((*parts, re.escape(name[end:]))))


def _defaults(tag: Tag) -> dict[str, Any]:
    followed = (a for a in tag.attributes if a.effect == "followed")
    return {a.name: a.default for a in followed if a.default is not None}


def _accepted(elements: Iterable[Element], option: str) -> Iterator[str]:
    for element in elements:
        if element.tag == option:
            given = (element.attributes.get(name) for name in ("alias", "value"))
            yield from (text for text in given if text)
        yield from _accepted(element.children, option)


def _last(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path[-1] for path in paths))


def _paths(element: Element, option: str, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if element.tag != option:
        for child in element.children:
            yield from _paths(child, option, above)
        return
    path = (*above, element.attributes.get("alias") or element.attributes.get("value", ""))
    yield path
    for child in element.children:
        yield from _paths(child, option, path)
