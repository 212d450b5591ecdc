"""Vector and VectorLabels: lines and curves."""

from nblabel.core.tag import Attribute, Command, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import vector
from nblabel.tags._short import region_short


def _attributes(opacity: str) -> tuple[Attribute, ...]:
    return a.drawing(
        *a.look(opacity, width=2),
        a.SNAP,
        a.POINT_SIZE,
        a.POINT_STYLE,
        a.boolean("closable", "Lines can be closed."),
        a.boolean("curves", "Lines can be curves."),
        a.boolean("skeleton", "Lines can branch."),
        a.number("minPoints", "Least number of points."),
        a.number("maxPoints", "Greatest number of points."),
        a.number("pointSizeEnabled", "Radius of points of a selected line.", 5),
        a.number("pointSizeDisabled", "Radius of points of other lines.", 3),
    )


ATTRIBUTES = _attributes("0.2")
COMMANDS = (Command("tool:vector", ("p",), "Draw lines"),)

_SHAPE = {
    "vertices": [
        {"id": "a", "x": 25, "y": 30, "prevPointId": None, "isBezier": False},
        {"id": "b", "x": 75, "y": 70, "prevPointId": "a", "isBezier": False},
    ],
    "closed": False,
}

tags = (
    Tag(
        name="Vector",
        role="control",
        doc="Draws lines and curves on an image.",
        attributes=ATTRIBUTES,
        objects=("Image", "Object3D"),
        region=True,
        check=region_check(vector),
        cell=region_cell(),
        short=region_short(),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Vector name="line" toName="photo"/>
            </View>""",
        sample=_SHAPE,
        commands=COMMANDS,
    ),
    Tag(
        name="VectorLabels",
        role="control",
        doc="Draws lines and curves with labels on an image.",
        attributes=a.labelled(*_attributes("1")),
        objects=("Image", "Object3D"),
        children="Label",
        value_key="vectorlabels",
        region=True,
        check=region_check(vector, "vectorlabels"),
        cell=region_cell("vectorlabels"),
        short=region_short("vectorlabels"),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <VectorLabels name="line" toName="photo"><Label value="Road"/></VectorLabels>
            </View>""",
        sample=_SHAPE | {"vectorlabels": ["Road"]},
        commands=COMMANDS,
    ),
)
