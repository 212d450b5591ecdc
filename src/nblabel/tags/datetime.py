"""DateTime: a date, a time, or both."""

from collections.abc import Iterator
from typing import Any

from nblabel.core.tag import Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import checked, form_cell, shown
from nblabel.tags._short import TEXT, form_short


def _check(given: Any, _: Scope) -> Iterator[str]:
    """Check that it is text; its form is up to the control's format."""
    if not isinstance(given, str):
        yield f"value.datetime must be text, not {shown(given)}"


tags = (
    Tag(
        name="DateTime",
        role="control",
        doc="A date, a time, or both.",
        attributes=(
            *a.FORM,
            a.text("only", "What is asked for, comma-separated: date, time, month, year."),
            a.text("format", "strftime format of the answer."),
            a.text("min", "Earliest date, or `current`."),
            a.text("max", "Latest date, or `current`."),
            a.text("step", "Distance between times in seconds."),
            a.text("defaultValue", "Date at first."),
            a.HOTKEY,
        ),
        value_key="datetime",
        check=checked("datetime", _check),
        cell=form_cell("datetime"),
        short=form_short("datetime", TEXT),
        example="""
            <View>
              <Text name="text" value="$text"/>
              <DateTime name="when" toName="text" only="date"/>
            </View>""",
        sample={"datetime": "2024-05-01"},
    ),
)
