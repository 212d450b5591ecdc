"""Relations: arrows between regions."""

from nblabel.core.tag import Attribute, Tag
from nblabel.tags import _attributes as a

tags = (
    Tag(
        name="Relations",
        role="visual",  # its results name no control and have no value
        doc="The labels that a relation between two regions may have.",
        attributes=(
            a.enum("choice", "single multiple", "Labels a relation may have.", "multiple"),
        ),
        children="Relation",
        types=("relation",),
        example="""
            <View>
              <Relations><Relation value="part of"/></Relations>
              <Labels name="entities" toName="text"><Label value="Person"/></Labels>
              <Text name="text" value="$text"/>
            </View>""",
    ),
    Tag(
        name="Relation",
        role="label",
        doc="One label of <Relations>.",
        attributes=(
            Attribute("value", "variable", required=True, doc="What is shown and exported."),
            a.colour("background", "Its colour.", "#fff"),
        ),
    ),
)
