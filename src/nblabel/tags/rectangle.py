"""Rectangle and RectangleLabels: boxes on an image."""

from nblabel.core.tag import Command, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import rectangle
from nblabel.tags._short import BOX, region_short

ATTRIBUTES = (
    *a.drawing(*a.look(), a.boolean("canRotate", "Boxes can be turned.", default=True), a.SNAP),
)
COMMANDS = (
    Command("tool:rect", ("r",), "Draw boxes"),
    Command("tool:rect-3point", ("shift+r",), "Draw turned boxes by three points"),
)

tags = (
    Tag(
        name="Rectangle",
        role="control",
        doc="Draws boxes on an image; <Labels> or per-region controls say what they are.",
        attributes=ATTRIBUTES,
        objects=("Image", "Object3D"),
        region=True,
        check=region_check(rectangle),
        cell=region_cell(),
        short=region_short("", BOX),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Rectangle name="box" toName="photo"/>
            </View>""",
        sample={"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0},
        commands=COMMANDS,
    ),
    Tag(
        name="RectangleLabels",
        role="control",
        doc="Draws boxes with labels on an image.",
        attributes=a.labelled(*ATTRIBUTES),
        objects=("Image", "Object3D", "Pdf"),
        children="Label",
        value_key="rectanglelabels",
        region=True,
        check=region_check(rectangle, "rectanglelabels"),
        cell=region_cell("rectanglelabels"),
        short=region_short("rectanglelabels", BOX),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <RectangleLabels name="box" toName="photo">
                <Label value="Cat"/>
                <Label value="Dog" alias="d"/>
              </RectangleLabels>
            </View>""",
        sample={"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}
        | {"rectanglelabels": ["Cat"]},
        commands=COMMANDS,
    ),
)
