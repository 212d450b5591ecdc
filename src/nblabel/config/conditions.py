"""Conditions as people write them, in the spelling that means what they say.

Both halves read the tree, so what is mended here is mended for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nblabel.base.errors import Problem, near
from nblabel.core.element import Element
from nblabel.core.tag import Tags

CONDITIONS = ("visibleWhen", "whenTagName", "whenLabelValue", "whenChoiceValue", "whenRole")
"""The attributes that say when an element is shown."""

_KNOWN = ("region-selected", "no-region-selected", "choice-selected", "choice-unselected")
_CANONICAL = {name.lower(): name for name in CONDITIONS}
_MEANT = {
    "whentag": "whenTagName",
    "whenname": "whenTagName",
    "whencontrol": "whenTagName",
    "whenlabel": "whenLabelValue",
    "whenlabelname": "whenLabelValue",
    "whenlabels": "whenLabelValue",
    "whenchoice": "whenChoiceValue",
    "whenchoicename": "whenChoiceValue",
    "whenchoices": "whenChoiceValue",
}
_OF_THE_TAG = frozenset({"whentagvalue", "whenvalue"})
_CHOSEN = frozenset({"Choices", "Taxonomy"})


def conditioned(root: Element, tags: Tags) -> tuple[Element, list[Problem]]:
    """Complete conditions that Label Studio's editor ignores, though their meaning is plain.

    Returns
    -------
    tuple
        The tree, and a warning for each that was completed, with the spelling that Label Studio
        follows.
    """
    reader = _Conditions(root, tags)
    return reader.completed(root), reader.problems


class _Conditions:
    """Completes the conditions of a tree."""

    def __init__(self, root: Element, tags: Tags) -> None:
        self.problems: list[Problem] = []
        self._tags = tags
        self._named = {element.name: element for element in root.walk() if element.name}
        labels = [element.attributes for element in root.walk() if element.tag == "Label"]
        exported = {label.get("alias") or label.get("value") for label in labels}
        self._aliases = {
            value: label["alias"]
            for label in labels
            if label.get("alias") and (value := label.get("value")) not in exported and value
        }

    def completed(self, element: Element) -> Element:
        given = self._spelled(element)
        known = self._tags.get(element.tag)
        if known is not None and known.role != "label" and not _KEYS.isdisjoint(given):
            given = self._complete(element, given)
        children = tuple(map(self.completed, element.children))
        return replace(element, attributes=given, children=children)

    def _spelled(self, element: Element) -> dict[str, str]:
        """Return the attributes of an element, those of its condition by their right names."""
        attributes: dict[str, str] = {}
        for name, text in element.attributes.items():
            low = name.lower()
            if low in _OF_THE_TAG:
                right = self._value_of_named(element)
            else:
                right = _MEANT.get(low) or _CANONICAL.get(low, name)
            if right in attributes or (right != name and right in element.attributes):
                right = name
            if right != name and low not in _CANONICAL:
                self._warn(element, name, f'{right}="{text}" is meant, and taken')
            attributes[right] = text
        return attributes

    def _value_of_named(self, element: Element) -> str:
        """Return what the value of the named control is: a choice or a label."""
        names = (
            t for n, t in element.attributes.items() if n.lower() in {"whentagname", "whentag"}
        )
        target = self._named.get(next(names, ""))
        if target is None or target.tag in _CHOSEN:
            return "whenChoiceValue"
        return "whenLabelValue"

    def _complete(self, element: Element, given: dict[str, str]) -> dict[str, str]:
        when = given.get("visibleWhen")
        if when and "$" not in when and when not in _KNOWN:
            accepted = ", ".join(_KNOWN)
            self._warn(
                element,
                "visibleWhen",
                f'"{when}" is given; one of {accepted} is accepted, '
                f"so it is always shown{near(when, _KNOWN)}",
            )
        added = self._instead(given) if when else self._meant(given)
        if added:
            words = " ".join(f'{name}="{text}"' for name, text in added.items())
            first = next(name for name in given if name in _KEYS)
            asked = given.get("whenChoiceValue")
            without = f'"{asked}" is looked for in all answers' if asked else "it is not followed"
            why = "a choice is asked for" if when else f"without visibleWhen {without}"
            self._warn(element, first, f"{why}; {words} is taken")
        else:
            self._tell_unread(element, given, when or "")
        self._tell_aliases(element, given.get("whenLabelValue", ""))
        complete = {**given, **added}
        tag = self._tags[element.tag]
        if complete.get("visibleWhen") and tag.attribute("visibleWhen") is None:
            words = " ".join(f'{n}="{complete[n]}"' for n in CONDITIONS if complete.get(n))
            self._warn(
                element,
                "visibleWhen",
                f"<{tag.name}> has no such attribute; it is followed here, and in Label Studio "
                f"where a <View {words}> stands around it",
            )
        return complete

    def _tell_aliases(self, element: Element, wanted: str) -> None:
        """Tell which labels are asked for by a value that no result has."""
        for part in filter(None, (text.strip() for text in wanted.split(","))):
            alias = self._aliases.get(part)
            if alias:
                message = f'"{part}" is exported as "{alias}": Label Studio looks for that alone'
                self._warn(element, "whenLabelValue", message)

    def _tell_unread(self, element: Element, given: Mapping[str, str], when: str) -> None:
        """Tell what a condition asks for that can never be, or that nobody reads."""
        name = given.get("whenTagName", "")
        target = self._named.get(name)
        declared = self._tags[element.tag].attribute("whenTagName") is not None
        if name and target is None and not declared:
            self._warn(element, "whenTagName", f'no tag is named "{name}"')
        if not when.startswith("choice-"):
            return
        if given.get("whenChoiceValue") and not given.get("whenTagName"):
            asked = self._asking(given["whenChoiceValue"])
            hint = f', whenTagName="{asked}"' if asked else ""
            message = f"it is read beside whenTagName only{hint}; any choice will do"
            self._warn(element, "whenChoiceValue", message)
        elif target is not None and target.tag not in _CHOSEN:
            message = (
                f'"{target.name}" is a <{target.tag}>; {when} asks a <Choices> or a <Taxonomy>'
            )
            self._warn(element, "whenTagName", message)

    def _instead(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return what is meant where a region is asked for what only a question is answered."""
        target = self._named.get(given.get("whenTagName", ""))
        asks = target is not None and target.tag in _CHOSEN and given.get("whenChoiceValue")
        meant = asks and given["visibleWhen"] == "region-selected"
        return {"visibleWhen": "choice-selected"} if meant else {}

    def _meant(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return what a condition without ``visibleWhen`` lacks."""
        if name := given.get("whenTagName"):
            target = self._named.get(name)
            of_target = self._tags.get(target.tag) if target else None
            if target is not None and target.tag in _CHOSEN:
                return {"visibleWhen": "choice-selected"}
            # Of what is no question and marks nothing no condition could ever be met.
            marks = of_target is not None and of_target.region
            return {"visibleWhen": "region-selected"} if marks else {}
        if value := given.get("whenChoiceValue"):
            # Several questions have the answer, or none: Label Studio's own rule looks at all.
            asked = None if self._is_found(value) else self._asking(value)
            return {"visibleWhen": "choice-selected", "whenTagName": asked} if asked else {}
        per_region = given.get("perRegion", "").lower() == "true"
        if given.get("whenRole") or (given.get("whenLabelValue") and not per_region):
            return {"visibleWhen": "region-selected"}
        return {}

    def _is_found(self, value: str) -> bool:
        """Whether a value is what a choice is exported as: Label Studio looks for just that."""
        return any(
            value == (option.attributes.get("alias") or option.attributes.get("value"))
            for question in self._named.values()
            if question.tag == "Choices" and not question.flag("allowNested")
            for option in question.walk()
            if option.tag == "Choice"
        )

    def _asking(self, value: str) -> str | None:
        """Return the name of the one question that has one of the given answers."""
        wanted = {value, *(part.strip() for part in value.split(","))}
        questions = [e for e in self._named.values() if e.tag in _CHOSEN]
        fitting = [e for e in questions if not wanted.isdisjoint(_answers(e))]
        if not fitting and len(questions) == 1 and "$" in questions[0].attributes.get("value", ""):
            fitting = questions
        return fitting[0].name if len(fitting) == 1 else None

    def _warn(self, element: Element, attribute: str, message: str) -> None:
        problem = Problem(message, element.line, element.tag, attribute, "warning")
        self.problems.append(problem)


_KEYS = frozenset(CONDITIONS)


def _answers(question: Element) -> Iterator[str]:
    for option in question.walk():
        if option.tag == "Choice":
            yield from (option.attributes.get(name, "") for name in ("alias", "value"))
