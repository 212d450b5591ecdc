"""Filter: finding a label among many."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a

tags = (
    Tag(
        name="Filter",
        role="visual",
        doc="A field that hides the labels or choices that do not match.",
        attributes=(
            a.NAME,
            a.TO_NAME,
            a.text("placeholder", "Shown while nothing is written.", "Quick Filter"),
            a.number("minLength", "Letters it takes to filter.", 3),
            a.boolean("caseSensetive", "Tell upper from lower case."),
            a.boolean("cleanup", "Empty the field after a label was taken.", default=True),
            a.HOTKEY,
            a.STYLE,
        ),
        objects=(
            "Labels",
            "Choices",
            "RectangleLabels",
            "EllipseLabels",
            "PolygonLabels",
            "KeyPointLabels",
            "BrushLabels",
            "BitmaskLabels",
            "VectorLabels",
            "HyperTextLabels",
            "ParagraphLabels",
            "TimeSeriesLabels",
            "TimelineLabels",
        ),
        example="""
            <View>
              <Filter name="find" toName="entities"/>
              <Labels name="entities" toName="text"><Label value="Person"/></Labels>
              <Text name="text" value="$text"/>
            </View>""",
    ),
)
