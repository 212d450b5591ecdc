"""Object3D with Cube and CubeLabels."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import rectangle
from nblabel.tags._short import BOX, region_short
from nblabel.tags.image import ATTRIBUTES as IMAGE
from nblabel.tags.rectangle import ATTRIBUTES as RECTANGLE

tags = (
    Tag(
        name="Object3D",
        role="object",
        doc="Shows an object in space.",
        attributes=IMAGE,
        example='<View><Object3D name="scan" value="$scan"/></View>',
    ),
    Tag(
        name="Cube",
        role="control",
        doc="Cubes in an <Object3D>.",
        attributes=RECTANGLE,
        objects=("Object3D", "Image"),
        region=True,
        check=region_check(rectangle),
        cell=region_cell(),
        short=region_short("", BOX),
        example="""
            <View>
              <Object3D name="scan" value="$scan"/>
              <Cube name="box" toName="scan"/>
            </View>""",
        sample={"x": 10, "y": 10, "width": 30, "height": 20, "rotation": 0},
    ),
    Tag(
        name="CubeLabels",
        role="control",
        doc="Cubes in an <Object3D>, with labels.",
        attributes=a.labelled(*RECTANGLE),
        objects=("Object3D", "Image"),
        children="Label",
        value_key="cubelabels",
        region=True,
        check=region_check(rectangle, "cubelabels"),
        cell=region_cell("cubelabels"),
        short=region_short("cubelabels", BOX),
        example="""
            <View>
              <Object3D name="scan" value="$scan"/>
              <CubeLabels name="box" toName="scan"><Label value="Car"/></CubeLabels>
            </View>""",
        sample={"x": 10, "y": 10, "width": 30, "height": 20, "rotation": 0, "cubelabels": ["Car"]},
    ),
)
