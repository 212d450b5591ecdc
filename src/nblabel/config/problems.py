"""What is wrong with a tree of elements, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from nblabel.base.errors import Problem, near
from nblabel.config import repeating
from nblabel.config.conditions import CONDITIONS
from nblabel.core.element import Element
from nblabel.core.tag import Attribute, Tag, Tags

Hint = Callable[[str, Iterable[str]], str]

_MOST_HINTS = 200
_MODIFIERS = {"ctrl", "control", "cmd", "command", "meta", "alt", "option", "shift"}
_OWN_KEYS = {"Shortcut", "Audio", "AudioPlus", "Video", "TimeSeries"}
"""Tags whose keys are theirs alone: while a field has the focus, or a player plays."""


def _bounded() -> Hint:
    """Give near names for the first problems only: to look for thousands takes minutes."""
    left = iter(range(_MOST_HINTS))
    return lambda given, names: "" if next(left, None) is None else near(given, names)


def aimed(root: Element, tags: Tags) -> tuple[Element, list[Problem]]:
    """Aim controls that lack ``toName`` at the only object of the config, where there is one.

    Label Studio's editor takes such a control, too.

    Returns
    -------
    tuple
        The tree, and a warning for each control that was aimed.
    """
    objects = [e.name for e in root.walk() if e.name and _role(e, tags) == "object"]
    if len(objects) != 1:
        return root, []
    problems: list[Problem] = []
    return _aimed(root, tags, objects[0], problems), problems


def _aimed(element: Element, tags: Tags, target: str, problems: list[Problem]) -> Element:
    children = tuple(_aimed(child, tags, target, problems) for child in element.children)
    attributes = element.attributes
    if _role(element, tags) == "control" and not element.to_name:
        attributes = {**attributes, "toName": target}
        message = f'toName is missing; "{target}", the only object, is taken'
        problems.append(Problem(message, element.line, element.tag, "toName", "warning"))
    return replace(element, attributes=attributes, children=children)


def _role(element: Element, tags: Tags) -> str:
    tag = tags.get(element.tag)
    return tag.role if tag else ""


def find_problems(root: Element, tags: Tags) -> Iterator[Problem]:
    """Yield every problem of a config, errors and warnings, in document order."""
    hint = _bounded()
    named: dict[str, Element] = {}
    for element in root.walk():
        if element.name:
            named.setdefault(element.name, element)
    for element in root.walk():
        tag = tags.get(element.tag)
        if tag is None:
            yield Problem(
                f"<{element.tag}> is not a tag of the labeling language{hint(element.tag, tags)}",
                element.line,
                element.tag,
                severity="warning",
            )
        else:
            yield from _attribute_problems(element, tag, hint)
            yield from _missing(element, tag)
            yield from _reference_problems(element, tag, tags, named, hint)
        first = named.get(element.name or "")
        if first is not None and first is not element:
            message = f'the name "{element.name}" is taken by <{first.tag}> on line {first.line}'
            yield Problem(message, element.line, element.tag, "name")
    yield from _key_problems(root, tags)
    yield from _copy_problems(root)
    yield from _nesting_problems(root)


def _nesting_problems(root: Element) -> Iterator[Problem]:
    """Yield a warning for choices inside others that nobody sees."""
    for choices in root.walk():
        if choices.tag != "Choices" or choices.flag("allowNested"):
            continue
        inside = [c for e in choices.walk() if e.tag == "Choice" for c in e.children]
        if inside:
            message = 'choices inside a <Choice> are not shown; allowNested="true" would show them'
            yield Problem(message, inside[0].line, "Choices", "allowNested", "warning")


def _copy_problems(root: Element) -> Iterator[Problem]:
    """Yield a warning for each name of which a Repeater would make the same for every item."""
    for element, flags in repeating.flags(root):
        name = element.name
        if element.tag == "Bucket":
            continue  # a key of its Ranker's result
        if name and not all(flag in name for flag in flags):
            missing = next(flag for flag in flags if flag not in name)
            message = (
                f'every copy would be named "{name}": put {missing} into it, "{name}_{missing}"'
            )
            yield Problem(message, element.line, element.tag, "name", "warning")


def _key_problems(root: Element, tags: Tags) -> Iterator[Problem]:
    """Yield a warning for each hotkey that is no one key, or that another element has."""
    taken: dict[str, Element] = {}
    for element in _walk_seen(root):
        text = element.attributes.get("hotkey", "")
        tag = tags.get(element.tag)
        if not text or tag is None or tag.name in _OWN_KEYS or not tag.attribute("hotkey"):
            continue
        parts = sorted(part.strip() for part in text.lower().split("+") if part.strip())
        if len([part for part in parts if part not in _MODIFIERS]) != 1:
            message = f'"{text}" is not one key that can be pressed; it is given another one'
            yield Problem(message, element.line, tag.name, "hotkey", "warning")
            continue
        first = taken.setdefault("+".join(parts), element)
        if first is not element:
            shown = first.attributes.get("value") or first.name or first.tag
            message = (
                f'the key "{text}" is that of "{shown}" on line {first.line}, whatever its case; '
                "this one is given another"
            )
            yield Problem(message, element.line, tag.name, "hotkey", "warning")


def _walk_seen(element: Element) -> Iterator[Element]:
    """Walk what is always shown: of two that take turns each may have the same key."""
    yield element
    for child in element.children:
        if not child.attributes.get("visibleWhen"):
            yield from _walk_seen(child)


def _attribute_problems(element: Element, tag: Tag, hint: Hint) -> Iterator[Problem]:
    for name, text in element.attributes.items():
        attribute = tag.attribute(name)
        if attribute is None:
            if name in CONDITIONS and tag.role != "label":
                continue  # told where conditions are read
            meant = hint(name, [a.name for a in tag.attributes])
            message = f"<{tag.name}> has no attribute {name}{meant or '; it is ignored'}"
            yield Problem(message, element.line, tag.name, name, "warning")
        elif "$" not in text and "{{" not in text:
            try:
                attribute.parse(text)
            except ValueError:
                message = f'"{text}" is given; {_accepted(attribute)}{hint(text, attribute.values)}'
                yield Problem(message, element.line, tag.name, name)


def _accepted(attribute: Attribute) -> str:
    if attribute.type == "enum":
        return "one of " + ", ".join(attribute.values) + " is accepted"
    return {"boolean": "true or false is accepted", "number": "a number is accepted"}[
        attribute.type
    ]


def _missing(element: Element, tag: Tag) -> Iterator[Problem]:
    for attribute in tag.attributes:
        given = element.attributes.get(attribute.name)
        is_empty = not given and (given is None or attribute.type != "variable")
        if not attribute.required or not is_empty or element.body:
            continue
        # Label Studio's editor shows an object that has no value, empty.
        harmless = tag.role == "object" and attribute.name == "value"
        if harmless and "valueList" in element.attributes:
            continue
        yield Problem(
            f"{attribute.name} is missing",
            element.line,
            tag.name,
            attribute.name,
            "warning" if harmless else "error",
        )


def _reference_problems(
    element: Element, tag: Tag, tags: Tags, named: dict[str, Element], hint: Hint
) -> Iterator[Problem]:
    for attribute in tag.attributes:
        text = element.attributes.get(attribute.name)
        if attribute.type not in {"name", "names"} or not text:
            continue
        targets = text.split(",") if attribute.type == "names" else [text]
        if attribute.count not in {0, len(targets)}:
            message = f'"{text}" names {len(targets)}; exactly {attribute.count} are accepted'
            yield Problem(message, element.line, tag.name, attribute.name)
        for target in (t.strip() for t in targets):
            found = named.get(target)
            if found is None:
                yield Problem(
                    f'no tag is named "{target}"{hint(target, named)}',
                    element.line,
                    tag.name,
                    attribute.name,
                    "error" if attribute.type == "names" else "warning",
                )
            elif attribute.type == "names":
                yield from _aim(element, tag, attribute, found, tags)


def _aim(
    element: Element, tag: Tag, attribute: Attribute, target: Element, tags: Tags
) -> Iterator[Problem]:
    aimed = tags.get(target.tag)
    if aimed is None or target is element:
        return
    fits = aimed.name in tag.objects if tag.objects else aimed.role == "object"
    if not fits:
        accepted = ", ".join(tag.objects) if tag.objects else "an object tag (Text, Image, ...)"
        message = f'"{target.name}" is a <{aimed.name}>; <{tag.name}> is for {accepted}'
        yield Problem(message, element.line, tag.name, attribute.name)
