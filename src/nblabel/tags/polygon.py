"""Polygon and PolygonLabels."""

from nblabel.core.tag import Command, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import polygon

_ATTRIBUTES = a.drawing(*a.look(width=2), a.POINT_SIZE, a.POINT_STYLE, a.SNAP)
_SHAPE = {"points": [[10, 10], [40, 10], [25, 40]], "closed": True}
COMMANDS = (Command("tool:polygon", ("p",), "Draw polygons"),)

tags = (
    Tag(
        name="Polygon",
        role="control",
        doc="Draws polygons on an image.",
        attributes=_ATTRIBUTES,
        objects=("Image", "Object3D"),
        region=True,
        check=region_check(polygon),
        cell=region_cell(),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Polygon name="outline" toName="photo"/>
            </View>""",
        sample=_SHAPE,
        commands=COMMANDS,
    ),
    Tag(
        name="PolygonLabels",
        role="control",
        doc="Draws polygons with labels on an image.",
        attributes=a.labelled(*_ATTRIBUTES),
        objects=("Image", "Object3D"),
        children="Label",
        value_key="polygonlabels",
        region=True,
        check=region_check(polygon, "polygonlabels"),
        cell=region_cell("polygonlabels"),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <PolygonLabels name="outline" toName="photo"><Label value="Roof"/></PolygonLabels>
            </View>""",
        sample=_SHAPE | {"polygonlabels": ["Roof"]},
        commands=COMMANDS,
    ),
)
