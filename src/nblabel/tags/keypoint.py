"""KeyPoint and KeyPointLabels."""

from nblabel.core.tag import Command, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import keypoint
from nblabel.tags._short import numbered, region_short

_ATTRIBUTES = a.drawing(*a.look("0.9", "#8bad00", "#8bad00", 2), a.SNAP)
_SHAPE = {"x": 50, "y": 50, "width": 0.5}
_PLACE = numbered("x", "y", width=0.5)
COMMANDS = (Command("tool:key-point", ("k",), "Set key points"),)

tags = (
    Tag(
        name="KeyPoint",
        role="control",
        doc="Sets points on an image.",
        attributes=_ATTRIBUTES,
        objects=("Image", "Object3D"),
        region=True,
        check=region_check(keypoint),
        cell=region_cell(),
        short=region_short("", _PLACE),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <KeyPoint name="spot" toName="photo"/>
            </View>""",
        sample=_SHAPE,
        commands=COMMANDS,
    ),
    Tag(
        name="KeyPointLabels",
        role="control",
        doc="Sets points with labels on an image.",
        attributes=a.labelled(*_ATTRIBUTES),
        objects=("Image", "Object3D"),
        children="Label",
        value_key="keypointlabels",
        region=True,
        check=region_check(keypoint, "keypointlabels"),
        cell=region_cell("keypointlabels"),
        short=region_short("keypointlabels", _PLACE),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <KeyPointLabels name="spot" toName="photo"><Label value="Nose"/></KeyPointLabels>
            </View>""",
        sample=_SHAPE | {"keypointlabels": ["Nose"]},
        commands=COMMANDS,
    ),
)
