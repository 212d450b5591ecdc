"""Polygon and PolygonLabels."""

from typing import Any

from nblabel.core.tag import Command, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import is_number, region_cell, region_check
from nblabel.tags._shapes import polygon
from nblabel.tags._short import Place, region_short

_ATTRIBUTES = a.drawing(*a.look(width=2), a.POINT_SIZE, a.POINT_STYLE, a.SNAP)
_SHAPE = {"points": [[10, 10], [40, 10], [25, 40]], "closed": True}


def _points(given: list[Any]) -> tuple[dict[str, Any], list[Any]] | None:
    """Read a list of [x, y], or that with labels after it."""
    bare = all(map(_is_point, given))
    points, rest = (given, []) if bare else (given[0], given[1:])
    several = any(isinstance(one, list) and one and isinstance(one[0], list) for one in rest)
    if not points or several or not isinstance(points, list) or not all(map(_is_point, points)):
        return None
    return {"points": points, "closed": True}, rest


def _is_point(given: Any) -> bool:
    return isinstance(given, list) and len(given) == 2 and all(map(is_number, given))


_PLACE = Place("[(x, y), ...]", _points)
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
        short=region_short("", _PLACE),
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
        short=region_short("polygonlabels", _PLACE),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <PolygonLabels name="outline" toName="photo"><Label value="Roof"/></PolygonLabels>
            </View>""",
        sample=_SHAPE | {"polygonlabels": ["Roof"]},
        commands=COMMANDS,
    ),
)
