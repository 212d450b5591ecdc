"""Chat: a conversation that the annotator may carry on."""

from collections.abc import Iterator
from typing import Any

from nblabel.core.tag import Attribute, Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import checked, form_cell, shown
from nblabel.tags._short import DICT, form_short


def _message(given: Any, _: Scope) -> Iterator[str]:
    """Check {role, content, createdAt}."""
    if not isinstance(given, dict):
        yield f"value.chatmessage must be {{role, content}}, not {shown(given)}"
        return
    for key in ("role", "content"):
        if not isinstance(given.get(key), str):
            yield f"value.chatmessage.{key} must be text, not {shown(given.get(key))}"


tags = (
    Tag(
        name="Chat",
        role="object",
        doc="Shows a conversation; messages can be added. It is its own object.",
        attributes=(
            a.NAME,
            a.VALUE,
            Attribute("toName", "names", doc="The chat itself."),
            a.text("llm", "Model that answers, `provider/model`."),
            a.number("minMessages", "Least number of messages."),
            a.number("maxMessages", "Greatest number of messages."),
            a.text("editable", "true, or the roles whose messages can be edited."),
            a.text("messageRoles", "Roles a message can be written in."),
        ),
        value_key="chatmessage",
        types=("chatmessage",),
        check=checked("chatmessage", _message),
        cell=lambda control, results: (
            [form_cell("chatmessage")(control, [r]) for r in results] or None
        ),
        short=lambda control, given: [
            result
            for message in (given if isinstance(given, list) else [given])
            for result in form_short("chatmessage", DICT)(control, message)
        ],
        example='<View><Chat name="chat" value="$messages"/></View>',
        sample={"chatmessage": {"role": "user", "content": "Hello", "createdAt": 1700000000000}},
    ),
)
