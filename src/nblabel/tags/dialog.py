"""Dialog: the old form of Paragraphs."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a

tags = (
    Tag(
        name="Dialog",
        role="object",
        doc="Shows a list of turns; <Paragraphs> took its place.",
        attributes=(a.NAME, a.VALUE),
        example='<View><Dialog name="talk" value="$turns"/></View>',
    ),
)
