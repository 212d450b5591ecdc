"""TextArea and Shortcut: text that is written."""

from collections.abc import Iterator
from typing import Any

from nblabel.core.element import Element
from nblabel.core.tag import Attribute, Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import checked, form_cell, strings
from nblabel.tags._short import Takes, form_short


def _check(given: Any, _: Scope) -> Iterator[str]:
    if not isinstance(given, str):
        yield from strings({"text": given}, "text")


def _written(given: Any) -> Any:
    """Give the entries; one alone may stand there as it is."""
    return [given] if isinstance(given, str) else given


def _is_written(_: Element, given: Any) -> bool:
    return isinstance(_written(given), list) and all(isinstance(t, str) for t in _written(given))


_TAKES = Takes("a text or a list of them", _is_written)

tags = (
    Tag(
        name="TextArea",
        role="control",
        doc="Text that the annotator writes, one entry or several.",
        attributes=(
            *a.CONDITIONAL_FORM,
            a.variable("value", "Text that stands there at first."),
            a.text("placeholder", "Shown while nothing is written."),
            a.number("maxSubmissions", "Greatest number of entries."),
            a.boolean("editable", "Entries can be changed."),
            a.boolean("transcription", "Text of a region, for transcripts."),
            a.boolean("skipDuplicates", "The same entry cannot be added twice."),
            a.number("rows", "Height in lines.", 1),
            a.boolean("showSubmitButton", "Show the button that adds an entry.", default=None),
            a.boolean("allowSubmit", "Entries can be added.", default=True),
            a.text("label", "Heading."),
        ),
        parts=("Shortcut",),
        value_key="text",
        check=checked("text", _check),
        short=form_short("text", _TAKES, lambda _, given: _written(given)),
        cell=form_cell("text", lambda _, given: _written(given)),
        example="""
            <View>
              <Text name="text" value="$text"/>
              <TextArea name="summary" toName="text" rows="3">
                <Shortcut value="not clear" hotkey="1"/>
              </TextArea>
            </View>""",
        sample={"text": ["A short summary."]},
    ),
    Tag(
        name="Shortcut",
        role="label",
        doc="Text that a key puts into a <TextArea>.",
        attributes=(
            Attribute("value", "variable", required=True, doc="The text."),
            a.text("alias", "What is shown."),
            a.HOTKEY,
            a.colour("background", "Its colour.", "#333333"),
        ),
    ),
)
