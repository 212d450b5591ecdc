"""Pairwise: the better of two."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nblabel.core.tag import Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import checked, form_cell, shown
from nblabel.tags._short import TEXT, form_short


def _check(given: Any, _: Scope) -> Iterator[str]:
    if given not in ("left", "right"):
        yield f'value.selected must be "left" or "right", not {shown(given)}'


tags = (
    Tag(
        name="Pairwise",
        role="control",
        doc="The better of two objects. Its results name itself as their object.",
        attributes=(
            *(replace(t, count=2) if t is a.TO_NAME else t for t in a.CONTROL),
            a.text("selectionStyle", "CSS of the chosen one."),
            a.text("leftClass", "CSS classes of the left one."),
            a.text("rightClass", "CSS classes of the right one."),
        ),
        value_key="selected",
        check=checked("selected", _check),
        cell=form_cell("selected"),
        short=form_short("selected", TEXT),
        example="""
            <View>
              <Pairwise name="better" toName="one,two"/>
              <Text name="one" value="$first"/>
              <Text name="two" value="$second"/>
            </View>""",
        sample={"selected": "left"},
    ),
)
