"""Taxonomy: answers out of a tree."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.tag import Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._paths import path_problems, paths_meant
from nblabel.tags._results import checked, form_cell, region_cell
from nblabel.tags._short import SPAN, Takes, form_short, region_short


def _check(given: Any, scope: Scope) -> Iterator[str]:
    if scope.control.attributes.get("apiUrl"):
        scope = replace(scope, labels=())  # only the service knows them
    yield from path_problems(given, scope, "taxonomy")


_CELL, _REGION_CELL = form_cell("taxonomy"), region_cell("taxonomy")


def _cell(control: Element, results: list[Result]) -> Any:
    """Give paths; where they label spans, a dict a span, as of any labels."""
    return (_REGION_CELL if _labels(control) else _CELL)(control, results)


def _labels(control: Element) -> bool:
    return control.flag("labeling")


_TAKES = Takes("a node, a path or a list of them", lambda _, given: isinstance(given, str | list))

_FORM_SHORT = form_short("taxonomy", _TAKES, lambda control, given: paths_meant(given, control))
_REGION_SHORT = region_short("taxonomy", SPAN)


def _short(control: Element, given: Any) -> list[Result]:
    return (_REGION_SHORT if _labels(control) else _FORM_SHORT)(control, given)


tags = (
    Tag(
        name="Taxonomy",
        role="control",
        doc="One or several nodes of a tree.",
        attributes=(
            *a.CONDITIONAL_FORM,
            a.variable("value", "`$column` with further nodes."),
            a.variable("apiUrl", "Address of a service that gives the tree."),
            a.boolean("leafsOnly", "Only nodes without children can be chosen.", default=None),
            a.boolean("showFullPath", "Show the nodes above."),
            a.text("pathSeparator", "What stands between the nodes of a path.", " / "),
            a.number("maxUsages", "How many nodes can be chosen."),
            a.text("minWidth", "Least width."),
            a.text("maxWidth", "Greatest width."),
            a.text("dropdownWidth", "Width of the list."),
            a.text("placeholder", "Shown while nothing is chosen."),
            a.boolean("labeling", "Its nodes are labels of spans."),
            a.not_meant(a.boolean("legacy", "The old look.")),
            a.not_meant(a.text("sharedStore", "Name of a tree that several share.")),
        ),
        children="Choice",
        value_key="taxonomy",
        text="",
        inside="options",
        check=checked("taxonomy", _check),
        cell=_cell,
        short=_short,
        example="""
            <View>
              <Text name="text" value="$text"/>
              <Taxonomy name="kind" toName="text">
                <Choice value="Animal"><Choice value="Cat"/></Choice>
                <Choice value="Plant"/>
              </Taxonomy>
            </View>""",
        sample={"taxonomy": [["Animal", "Cat"], ["Plant"]]},
    ),
)
