"""Areas of like colour: a small model for what somebody clicks on, without any download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from nblabel.base.errors import DataError
from nblabel.base.ids import region_ids
from nblabel.config import Config
from nblabel.core.annotation import Result, value_of
from nblabel.core.model import Context, Reader, Task
from nblabel.media import masks
from nblabel.media.paths import Root
from nblabel.models import _regions as regions
from nblabel.models._aims import NO_CONFIG, Aim, Answered, aim, each
from nblabel.models._images import image_of, reader_of

_MASKS = ("BrushLabels", "Brush", "BitmaskLabels", "Bitmask")
_SHAPES = ("PolygonLabels", "Polygon", "RectangleLabels", "Rectangle")
_ANSWERED: Answered = dict.fromkeys((*_MASKS, *_SHAPES), ("Image",))
_SIDE = 640  # pixels of the longest side in which the area is looked for


@dataclass
class _Drawn:
    """What somebody drew: clicks and boxes, in parts of the image's sides, and their labels."""

    inside: list[tuple[float, float]] = field(default_factory=list)
    outside: list[tuple[float, float]] = field(default_factory=list)
    box: tuple[float, float, float, float] | None = None
    labels: list[str] = field(default_factory=list)
    item: int | None = None
    turned: Any = 0


class Segment:
    """Finds the area of like colour around clicks, or what stands out in a box.

    It answers what is drawn with a tool that has ``smart="true"``: key points, of which those
    that are not positive say what is not meant, and rectangles. The answer is a mask, a polygon
    or a box, as the control has it.

    Parameters
    ----------
    control
        The control that it answers: Brush(Labels), Bitmask(Labels), Polygon(Labels) or
        Rectangle(Labels). By default the first of these kinds that the config has.
    tolerance
        How far colours may be from those that were clicked on, from 0 to 255; by default it
        follows from the image.
    root
        Where images must lie, as for a project; a project that takes the model reads them as
        it does itself.

    Examples
    --------
    >>> import numpy as np
    >>> from nblabel.config import parse
    >>> from nblabel.tags import TAGS
    >>> model = Segment("box")
    >>> model.setup(parse('''<View>
    ...   <Image name="photo" value="$image"/>
    ...   <RectangleLabels name="box" toName="photo"><Label value="Sign"/></RectangleLabels>
    ...   <KeyPointLabels name="spot" toName="photo" smart="true"><Label value="Sign"/>
    ...   </KeyPointLabels></View>''', TAGS))
    >>> image = np.zeros((100, 200, 3), np.uint8)
    >>> image[20:60, 50:150] = (200, 30, 30)
    >>> click = {"from_name": "spot", "to_name": "photo", "type": "keypointlabels",
    ...          "value": {"x": 50, "y": 40, "width": 0.5, "keypointlabels": ["Sign"]}}
    >>> [answer] = model.predict([{"data": {"image": image}}], {"result": [click]})
    >>> value = answer["result"][0]["value"]
    >>> [round(value[key]) for key in ("x", "y", "width", "height")], value["rectanglelabels"]
    ([25, 20, 50, 40], ['Sign'])
    """

    def __init__(
        self, control: str | None = None, *, tolerance: float | None = None, root: Root = None
    ) -> None:
        self.control = control
        self.tolerance = tolerance
        self._aim: Aim | None = None
        self._own_root = root is not None
        self._reader = reader_of(root)
        self.version = "segment" if tolerance is None else f"segment {tolerance:g}"

    def __repr__(self) -> str:
        return f"Segment({self.control!r}, tolerance={self.tolerance!r})"

    def setup(self, config: Config) -> None:
        """Take the config in which the control is."""
        name = self.control
        if name is None:
            found = {config.tags[e.tag].name: n for n, e in reversed(config.controls.items())}
            name = next((found[tag] for tag in _ANSWERED if tag in found), None)
        self._aim = aim("Segment", config, name, _ANSWERED)

    def reads(self, reader: Reader) -> None:
        """Read images as a project does, unless ``root=`` was given."""
        if not self._own_root:
            self._reader = reader

    def predict(self, tasks: list[Task], context: Context | None = None) -> list[Any]:
        """Say what was clicked on; nothing, where nothing was."""
        known = self._aim
        if known is None:
            raise DataError(NO_CONFIG.format("Segment"))
        drawn = _drawn(known, (context or {}).get("result") or ())
        if not drawn.inside and drawn.box is None:
            return [None] * len(tasks)
        return each(tasks, lambda task: self._answer(known, drawn, task))

    def _answer(self, known: Aim, drawn: _Drawn, task: Task) -> Any:
        image = image_of(self._reader, known, task, drawn.item)
        labels = _labels(known, drawn.labels)
        area = self._area(image, drawn)
        if not area.any():
            return None
        value = _value(known, area, image.size)
        if known.value_key:
            value[known.value_key] = labels
        [name] = region_ids(1)
        result: Result = {
            "id": name,
            **known.head(),
            "original_width": image.width,
            "original_height": image.height,
            "image_rotation": drawn.turned,
            "value": value,
        }
        if drawn.item is not None:
            result["item_index"] = drawn.item
        return {"result": [result], "model_version": self.version}

    def _area(self, image: Image.Image, drawn: _Drawn) -> regions.Area:
        """Look for the area in a small image: how long that takes is bounded."""
        small = image.copy()
        small.thumbnail((_SIDE, _SIDE))
        colours = regions.colours_of(small)
        width, height = small.size
        inside, outside = (
            [(_at(x, width), _at(y, height)) for x, y in points]
            for points in (drawn.inside, drawn.outside)
        )
        if drawn.box is None:
            area = regions.grown(colours, inside, outside, self.tolerance)
        else:
            left, top, right, bottom = drawn.box
            first = _at(left, width), _at(top, height)
            last = (
                max(round(right * width), first[0] + 1),
                max(round(bottom * height), first[1] + 1),
            )
            area = regions.cut(colours, (*first, *last), inside, outside)
        return regions.filled(area)


def _drawn(known: Aim, results: Iterable[Result]) -> _Drawn:
    """Read what was drawn on the object that the control is about."""
    drawn = _Drawn()
    for result in results:
        value = value_of(result)
        kind = str(result.get("type", "")).removesuffix("labels")
        if result.get("to_name", known.object.name) != known.object.name:
            continue
        given_place = [
            value.get("x"),
            value.get("y"),
            value.get("width", 0),
            value.get("height", 0),
        ]
        place = [number / 100 for number in given_place if isinstance(number, int | float)]
        if len(place) != len(given_place):
            continue
        x, y, width, height = place
        if kind == "keypoint":
            is_meant = result.get("is_positive", 1) != 0
            (drawn.inside if is_meant else drawn.outside).append((x, y))
        elif kind == "rectangle":
            drawn.box = (x, y, x + width, y + height)
        else:
            continue
        given = value.get("labels") or value.get(str(result.get("type"))) or ()
        drawn.labels = [str(one) for one in given] or drawn.labels
        drawn.item = result.get("item_index", drawn.item)
        drawn.turned = result.get("image_rotation", drawn.turned)
    return drawn


def _labels(known: Aim, given: list[str]) -> list[str]:
    """Give what the control calls the labels that were drawn with; its only one where none was."""
    if not known.value_key:
        return []
    meant = [word for one in given if (word := known.meant(one, {})) is not None]
    if not meant and len(known.labels) == 1:
        return list(known.labels)
    if not meant and given:
        raise DataError(f'"{known.name}" has no label "{given[0]}", with which was drawn')
    return meant


def _at(part: float, size: int) -> int:
    return min(max(int(part * size), 0), size - 1)


def _between(first: float, last: float, size: int) -> tuple[int, int]:
    """Give the pixels from one part of a side to another: the first, and the one after the last."""
    start = _at(first, size)
    return start, min(max(round(last * size), start + 1), size)


def _value(known: Aim, area: regions.Area, size: tuple[int, int]) -> dict[str, Any]:
    """Give an area as what the control draws."""
    height, width = area.shape
    if known.tag in _MASKS:
        scaled = Image.fromarray(area.astype(np.uint8) * np.uint8(255))
        whole = np.asarray(scaled.resize(size, Image.Resampling.BILINEAR)) > 127
        if known.tag.startswith("Bitmask"):
            return {"imageDataURL": masks.png(masks.as_mask(whole))}
        return {"format": "rle", "rle": masks.encoded(whole)}
    if known.tag.startswith("Polygon"):
        corners = regions.simplified(regions.outline(area), max(width / 250, height / 250, 1.2))
        points = [[x * 100 / width, y * 100 / height] for x, y in corners]
        return {"points": points, "closed": True}
    rows, columns = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
    left, top = float(columns[0]) / width, float(rows[0]) / height
    right, bottom = (float(columns[-1]) + 1) / width, (float(rows[-1]) + 1) / height
    place: Mapping[str, float] = {
        "x": left * 100,
        "y": top * 100,
        "width": (right - left) * 100,
        "height": (bottom - top) * 100,
    }
    return {**place, "rotation": 0}
