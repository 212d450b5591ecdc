"""Paragraphs and ParagraphLabels: a dialogue, turn by turn."""

from typing import Any

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import paragraph_span
from nblabel.tags._short import Place, numbered, region_short


def _span(given: list[Any]) -> tuple[dict[str, Any], list[Any]] | None:
    """Read the number of a paragraph and where in it a span begins and ends."""
    read = _NUMBERS.read(given)
    if read is None:
        return None
    value, rest = read
    paragraph = str(value.pop("paragraph"))
    return {"start": paragraph, "end": paragraph, **value}, rest


_NUMBERS = numbered("paragraph", "startOffset", "endOffset")
_PLACE = Place(_NUMBERS.words, _span)

tags = (
    Tag(
        name="Paragraphs",
        role="object",
        doc="Shows a list of turns, each with an author and a text.",
        attributes=(
            a.NAME,
            a.VALUE,
            a.enum(
                "valueType", "json url", "Whether the value is the list or its address.", "json"
            ),
            a.variable("audioUrl", "Audio that is played beside the text."),
            a.kept(a.SYNC),
            a.kept(a.boolean("showPlayer", "Show the player of the audio.")),
            a.enum("saveTextResult", "none no yes", "Keep the text of a span.", "yes"),
            a.enum("layout", "none dialogue", "Plain or as a dialogue.", "none"),
            a.text("nameKey", "The key of a turn's author.", "author"),
            a.text("textKey", "The key of a turn's text.", "text"),
            a.boolean("contextScroll", "Follow the player."),
            a.HIGHLIGHT_COLOUR,
            a.boolean("showLabels", "Show the labels on the regions."),
            a.GRANULARITY,
            a.RESOLVER,
        ),
        example='<View><Paragraphs name="talk" value="$turns" layout="dialogue"/></View>',
    ),
    Tag(
        name="ParagraphLabels",
        role="control",
        doc="Labels for spans of a dialogue.",
        attributes=a.LABELS,
        objects=("Paragraphs",),
        children="Label",
        value_key="paragraphlabels",
        region=True,
        check=region_check(paragraph_span, "paragraphlabels"),
        cell=region_cell("paragraphlabels"),
        short=region_short("paragraphlabels", _PLACE),
        example="""
            <View>
              <ParagraphLabels name="acts" toName="talk">
                <Label value="Question"/>
                <Label value="Answer"/>
              </ParagraphLabels>
              <Paragraphs name="talk" value="$turns"/>
            </View>""",
        sample={
            "start": "0",
            "end": "0",
            "startOffset": 0,
            "endOffset": 5,
            "text": "Where",
            "paragraphlabels": ["Question"],
        },
    ),
)
