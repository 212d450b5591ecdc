"""Choices and Choice: one answer, or several, out of a list."""

import itertools
from collections.abc import Iterator
from typing import Any

from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.tag import Attribute, Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._paths import path_problems, paths_meant
from nblabel.tags._results import Odd, as_number, form_cell, is_number, known_labels, shown, strings
from nblabel.tags._short import Takes, form_short


def _is_nested(control: Element) -> bool:
    return control.flag("allowNested")


def _check(result: Result, scope: Scope) -> Iterator[str]:
    """Check a list of known choices; paths of them where the control nests."""
    value = result["value"]
    given = value.get("choices")
    if isinstance(given, list) and any(isinstance(one, list) for one in given):
        if _is_nested(scope.control):
            yield from path_problems(given, scope, "choices")
        else:
            path = next(one for one in given if isinstance(one, list))
            yield f'value.choices holds the path {shown(path)}; allowNested="true" would accept it'
        return
    yield from strings(value, "choices")
    yield from known_labels(given, scope, "choices")
    if isinstance(given, list) and len(given) > 1 and not _takes_several(scope.control):
        yield Odd(f"value.choices has {len(given)} choices; the control takes one")


def _takes_several(control: Element) -> bool:
    return control.attributes.get("choice") == "multiple"


def _cell(control: Element, given: Any) -> Any:
    """Give one choice as a string, several as a list, nested ones as a list of paths."""
    if not given or _takes_several(control) or not isinstance(given, list):
        return given or None
    return given if isinstance(given[0], list) else given[0]


def _short(control: Element, given: Any) -> Any:
    """Read one choice or several; numbers are the words they are written with."""
    given = given if isinstance(given, list) else [given]
    chosen = [str(as_number(one)) if is_number(one) else one for one in given]
    return paths_meant(chosen, control) if _is_nested(control) else chosen


def _is_chosen(control: Element, given: Any) -> bool:
    """Whether something is a choice, a list of choices, or one of paths where these nest."""
    each = given if isinstance(given, list) else [given]
    paths = [one for one in each if isinstance(one, list)] if _is_nested(control) else []
    words = [one for one in each if one not in paths]
    return all(isinstance(word, str) or is_number(word) for word in itertools.chain(words, *paths))


_TAKES = Takes("a choice or a list of them", _is_chosen)


tags = (
    Tag(
        name="Choices",
        role="control",
        doc="One or several answers out of a list, about the whole task or about each region.",
        attributes=(
            *a.CONDITIONAL_FORM,
            a.enum("choice", "single single-radio multiple", "How many can be chosen.", "single"),
            a.enum("layout", "select inline vertical", "How they are laid out.", "vertical"),
            a.boolean("showInline", "Old form of layout.", default=None),
            a.boolean("allowNested", "Choices may stand inside choices."),
            a.variable("value", "`$column` with a list of further choices."),
        ),
        children="Choice",
        value_key="choices",
        text="",
        check=_check,
        cell=form_cell("choices", _cell),
        short=form_short("choices", _TAKES, _short),
        example="""
            <View>
              <Text name="text" value="$text"/>
              <Choices name="mood" toName="text">
                <Choice value="Good"/>
                <Choice value="Bad" alias="b"/>
              </Choices>
            </View>""",
        sample={"choices": ["Good"]},
    ),
    Tag(
        name="Choice",
        role="label",
        doc="One answer of <Choices>, or a node of a <Taxonomy>.",
        attributes=(
            Attribute("value", "variable", required=True, doc="What is shown and exported."),
            a.text("alias", "What is exported in place of the value."),
            a.boolean("selected", "Chosen at first."),
            a.HOTKEY,
            a.STYLE,
            a.text("html", "HTML that is shown in place of the value."),
            a.text("hint", "Shown when the pointer rests on it."),
            a.colour("color", "Colour of a node of a <Taxonomy>."),
            a.boolean("readonly", "It cannot be changed."),
        ),
    ),
)
