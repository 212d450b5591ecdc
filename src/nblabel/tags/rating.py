"""Rating: stars."""

from collections.abc import Iterator
from typing import Any

from nblabel.core.tag import Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import as_number, checked, form_cell, is_number, limit, shown
from nblabel.tags._short import NUMBER, form_short


def _check(given: Any, scope: Scope) -> Iterator[str]:
    most = limit(scope, "maxRating") or 5
    if not is_number(given) or given != int(given):
        yield f"value.rating must be a whole number, not {shown(given)}"
    elif not 0 <= given <= most:
        yield f"value.rating is {given}; 0 to {most:g} are accepted"


tags = (
    Tag(
        name="Rating",
        role="control",
        doc="A number of stars.",
        attributes=(
            *a.FORM,
            a.number("maxRating", "Greatest number of stars.", 5),
            a.number("defaultValue", "Stars at first.", 0),
            a.enum("size", "small medium large", "Size of the stars.", "medium"),
            a.not_meant(a.text("icon", "It is always a star.", "star")),
            a.HOTKEY,
        ),
        value_key="rating",
        check=checked("rating", _check),
        cell=form_cell("rating"),
        short=form_short("rating", NUMBER, lambda _, given: as_number(given)),
        example="""
            <View>
              <Text name="text" value="$text"/>
              <Rating name="stars" toName="text" maxRating="7"/>
            </View>""",
        sample={"rating": 4},
    ),
)
