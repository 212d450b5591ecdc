"""Ellipse and EllipseLabels."""

from nblabel.core.tag import Command, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import ellipse
from nblabel.tags._short import numbered, region_short

_ATTRIBUTES = a.drawing(*a.look(), a.boolean("canRotate", "Ellipses can be turned.", default=True))
_SHAPE = {"x": 50, "y": 50, "radiusX": 20, "radiusY": 10, "rotation": 0}
_PLACE = numbered("x", "y", "radiusX", "radiusY", rotation=0)
COMMANDS = (Command("tool:ellipse", ("o",), "Draw ellipses"),)

tags = (
    Tag(
        name="Ellipse",
        role="control",
        doc="Draws ellipses on an image.",
        attributes=_ATTRIBUTES,
        objects=("Image", "Object3D"),
        region=True,
        check=region_check(ellipse),
        cell=region_cell(),
        short=region_short("", _PLACE),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Ellipse name="round" toName="photo"/>
            </View>""",
        sample=_SHAPE,
        commands=COMMANDS,
    ),
    Tag(
        name="EllipseLabels",
        role="control",
        doc="Draws ellipses with labels on an image.",
        attributes=a.labelled(*_ATTRIBUTES),
        objects=("Image", "Object3D"),
        children="Label",
        value_key="ellipselabels",
        region=True,
        check=region_check(ellipse, "ellipselabels"),
        cell=region_cell("ellipselabels"),
        short=region_short("ellipselabels", _PLACE),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <EllipseLabels name="round" toName="photo"><Label value="Cell"/></EllipseLabels>
            </View>""",
        sample=_SHAPE | {"ellipselabels": ["Cell"]},
        commands=COMMANDS,
    ),
)
