"""Tags that arrange and explain: View, Header, Style, Markdown, Collapse, Panel, Repeater."""

from nblabel.core.tag import Attribute, Command, Tag
from nblabel.tags import _attributes as a

tags = (
    Tag(
        name="View",
        role="visual",
        doc="Holds other tags, laid out by CSS, shown on a condition.",
        attributes=(
            a.enum("display", "block inline", "How it stands in the line.", "block"),
            a.STYLE,
            a.CLASS_NAME,
            a.ID_ATTR,
            *a.VISIBILITY,
        ),
        text="",
        example='<View style="display: flex"><Header value="Left"/></View>',
    ),
    Tag(
        name="Header",
        role="visual",
        doc="A heading.",
        attributes=(
            a.variable("value", "Its text."),
            a.number("size", "Its size, 1 to 5.", 4),
            a.STYLE,
            a.boolean("underline", "Underline it."),
        ),
        example='<View><Header value="Read: $title" size="3"/></View>',
    ),
    Tag(
        name="Markdown",
        role="visual",
        doc="Text with Markdown.",
        attributes=(
            a.variable("value", "Its text."),
            a.STYLE,
            a.CLASS_NAME,
            a.ID_ATTR,
            *a.VISIBILITY,
        ),
        text="body",
        example="<View><Markdown># Read carefully</Markdown></View>",
    ),
    Tag(
        name="Style",
        role="visual",
        doc="CSS for the config, kept inside the widget.",
        text="body",
        example="<View><Style>.wide { width: 100% }</Style></View>",
    ),
    Tag(
        name="Collapse",
        role="visual",
        doc="Holds <Panel>s that fold.",
        attributes=(
            a.boolean("accordion", "Only one is open.", default=True),
            a.boolean("bordered", "Draw borders."),
            a.boolean("open", "All are open at first."),
        ),
        text="",
        example="""
            <View>
              <Collapse><Panel value="Help"><Header value="Hi"/></Panel></Collapse>
            </View>""",
    ),
    Tag(
        name="Panel",
        role="visual",
        doc="One part of a <Collapse>.",
        attributes=(
            a.variable("value", "Its title."),
            a.boolean("open", "Open at first."),
        ),
        text="",
    ),
    Tag(
        name="Repeater",
        role="visual",
        doc="Repeats what it holds for every item of a list.",
        attributes=(
            Attribute("on", "variable", required=True, doc="The list, `$column`."),
            a.text("indexFlag", "What stands for the number of the item.", "{{idx}}"),
            a.enum("mode", "list pagination", "All at once, or one a page.", "list"),
        ),
        text="",
        inside="template",
        commands=(
            Command("repeater:previous-page", ("alt+left",), "the page before"),
            Command("repeater:next-page", ("alt+right",), "the page after"),
        ),
        example="""
            <View>
              <Repeater on="$texts">
                <Text name="text_{{idx}}" value="$texts[{{idx}}]"/>
              </Repeater>
            </View>""",
    ),
)
