"""Video with boxes, vectors and stretches of time."""

from typing import Any

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import ranges, track, vector_track
from nblabel.tags._short import SPAN, Place, region_short
from nblabel.tags.vector import ATTRIBUTES as VECTOR

_VERTICES = [
    {"id": "a", "x": 10, "y": 10, "isBezier": False},
    {"id": "b", "x": 40, "y": 30, "prevPointId": "a", "isBezier": False},
]


def _range(given: list[Any]) -> tuple[dict[str, Any], list[Any]] | None:
    """Read the first and the last frame."""
    read = SPAN.read(given)
    return None if read is None else ({"ranges": [read[0]]}, read[1])


_FRAMES = Place(SPAN.words, _range)

tags = (
    Tag(
        name="Video",
        role="object",
        doc="Plays a video.",
        attributes=(
            a.NAME,
            a.VALUE,
            a.variable("frameRate", "Frames a second, or below 1 seconds a frame.", default=24),
            a.SYNC,
            a.boolean("muted", "Play without sound."),
            a.HOTKEY,
            a.number("height", "Height in pixels.", 600),
            a.number("timelineHeight", "Height of the time line in pixels."),
            a.variable("defaultPlaybackSpeed", "Speed at first.", default=1),
            a.variable("minPlaybackSpeed", "Least speed.", default=0.25),
        ),
        example='<View><Video name="clip" value="$video"/></View>',
    ),
    Tag(
        name="VideoRectangle",
        role="control",
        doc="Boxes that move through a video.",
        attributes=a.drawing(),
        objects=("Video",),
        region=True,
        check=region_check(track),
        cell=region_cell(),
        short=region_short(),
        example="""
            <View>
              <Video name="clip" value="$video"/>
              <VideoRectangle name="box" toName="clip"/>
              <Labels name="who" toName="clip"><Label value="Cat"/></Labels>
            </View>""",
        sample={
            "framesCount": 100,
            "duration": 4.0,
            "sequence": [
                {"frame": 1, "enabled": True, "rotation": 0, "x": 5, "y": 5, "width": 20}
                | {"height": 20, "time": 0.04},
            ],
            "labels": ["Cat"],
        },
    ),
    Tag(
        name="TimelineLabels",
        role="control",
        doc="Labels for ranges of frames.",
        attributes=a.LABELS,
        objects=("Video",),
        children="Label",
        value_key="timelinelabels",
        region=True,
        check=region_check(ranges, "timelinelabels"),
        cell=region_cell("timelinelabels"),
        short=region_short("timelinelabels", _FRAMES),
        example="""
            <View>
              <TimelineLabels name="acts" toName="clip"><Label value="Runs"/></TimelineLabels>
              <Video name="clip" value="$video"/>
            </View>""",
        sample={"ranges": [{"start": 3, "end": 5}], "timelinelabels": ["Runs"]},
    ),
    Tag(
        name="VideoVector",
        role="control",
        doc="Vectors that move through a video.",
        attributes=VECTOR,
        objects=("Video",),
        region=True,
        types=("videovector", "videovectorlabels"),
        check=region_check(vector_track),
        cell=region_cell("videovectorlabels"),
        short=region_short("videovectorlabels"),
        example="""
            <View>
              <Video name="clip" value="$video"/>
              <VideoVector name="path" toName="clip"/>
            </View>""",
        sample={
            "framesCount": 100,
            "duration": 4.0,
            "sequence": [{"frame": 1, "enabled": True, "time": 0.04, "vertices": _VERTICES}],
        },
    ),
    Tag(
        name="VideoVectorLabels",
        role="control",
        doc="Vectors that move through a video, with labels.",
        attributes=a.labelled(*VECTOR),
        objects=("Video",),
        children="Label",
        value_key="videovectorlabels",
        region=True,
        check=region_check(vector_track, "videovectorlabels"),
        cell=region_cell("videovectorlabels"),
        short=region_short("videovectorlabels"),
        example="""
            <View>
              <Video name="clip" value="$video"/>
              <VideoVectorLabels name="path" toName="clip"><Label value="Road"/></VideoVectorLabels>
            </View>""",
        sample={
            "framesCount": 100,
            "duration": 4.0,
            "sequence": [{"frame": 1, "enabled": True, "time": 0.04, "vertices": _VERTICES}],
            "videovectorlabels": ["Road"],
        },
    ),
)
