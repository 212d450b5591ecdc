"""Text: plain text with spans."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a

ATTRIBUTES = (
    a.NAME,
    a.VALUE,
    a.enum("valueType", "text url", "Whether the value is the text or its address.", "text"),
    a.SAVE_TEXT_RESULT,
    a.enum("encoding", "none base64 base64unicode", "How the text is encoded.", "none"),
    a.boolean("selectionEnabled", "Spans can be selected.", default=True),
    a.boolean("clickableLinks", "Addresses in the text open when clicked."),
    a.HIGHLIGHT_COLOUR,
    a.SHOW_LABELS,
    a.enum("granularity", "symbol word sentence paragraph", "What a selection grows to.", "symbol"),
    a.RESOLVER,
)

tags = (
    Tag(
        name="Text",
        role="object",
        doc="Shows text; spans of it can be labeled with <Labels>.",
        attributes=ATTRIBUTES,
        example='<View><Text name="text" value="$text"/></View>',
    ),
)
