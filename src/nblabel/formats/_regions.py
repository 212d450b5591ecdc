"""What an annotation says about the images of a task: regions with all that is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats._geometry import Box, Point, Size
from nblabel.formats.dataset import Example, Lost, Medium
from nblabel.formats.table import number, whole
from nblabel.media.masks import Mask, array_of

Shape = Literal["rectangle", "ellipse", "polygon", "keypoint", "mask", "vector"]

_SHAPES: dict[str, Shape] = {
    "rectangle": "rectangle",
    "ellipse": "ellipse",
    "polygon": "polygon",
    "keypoint": "keypoint",
    "brush": "mask",
    "bitmask": "mask",
    "vector": "vector",
}
_OF_TYPE: dict[Any, Shape] = {**_SHAPES, **{f"{name}labels": s for name, s in _SHAPES.items()}}
_NUMBERS = {
    "rectangle": ("x", "y", "width", "height"),
    "ellipse": ("x", "y", "radiusX", "radiusY"),
    "keypoint": ("x", "y"),
}
_PLACES = frozenset({"x", "y", "points", "rle", "imageDataURL", "vertices"})
_GEOMETRY = frozenset(
    {"x", "y", "width", "height", "rotation", "radiusX", "radiusY", "points", "closed"}
    | {"rle", "format", "imageDataURL", "vertices"}
)


@dataclass(slots=True)
class Region:
    """One region of an image.

    Parameters
    ----------
    id
        Its id; "" where it has none.
    control
        The control that drew it.
    shape
        What it is.
    value
        Its place, as the result has it, in percent.
    size
        Width and height of the image in pixels.
    labels
        What it is labelled with.
    attributes
        What per-region controls say of it, by their names: what `value` has for each.
    parent
        The id of the region that it belongs to.
    score
        How sure a model was.
    meta
        Its notes, and whatever a file had besides.
    """

    id: str
    control: str
    shape: Shape
    value: Mapping[str, Any]
    size: Size
    labels: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    parent: str | None = None
    score: float | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def turned(self) -> float:
        """Degrees by which it is turned, from 0 to 360."""
        return geometry.angle(self.value)

    def points(self) -> list[Point]:
        """Return the outline in pixels: corners, the points of a polygon or of an ellipse."""
        if self.shape == "rectangle":
            return geometry.corners(self.value, self.size)
        if self.shape == "ellipse":
            return geometry.ellipse_points(self.value, self.size)
        if self.shape == "keypoint":
            return geometry.to_pixels([(self.value["x"], self.value["y"])], self.size)
        if self.shape == "vector":
            vertices = ((one["x"], one["y"]) for one in self.value["vertices"])
            return geometry.to_pixels(vertices, self.size)
        return geometry.to_pixels(self.value["points"], self.size)

    def box(self) -> Box | None:
        """Return the upright box around it, in pixels; None for a mask with nothing in it.

        That of a mask goes from the first to the end of the last pixel inside.
        """
        if self.shape == "mask":
            mask = self.mask()
            return None if mask is None else mask_box(mask)
        if self.shape == "ellipse":
            return geometry.ellipse_bounds(self.value, self.size)
        if self.shape == "rectangle" and not self.turned:
            return geometry.upright(self.value, self.size)
        return geometry.bounds(self.points())

    def mask(self) -> Mask | None:
        """Return the mask, height x width; None where it is broken."""
        return array_of(self.value, self.size)


def mask_box(mask: Mask) -> Box | None:
    """Return the box around the pixels inside a mask; None where there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top


@dataclass(slots=True)
class Picture:
    """One image of a task, with what is said of it.

    Parameters
    ----------
    example
        The task.
    medium
        The image.
    size
        Width and height in pixels; None where they are not known.
    regions
        Its regions, in order.
    choices
        What is chosen about the whole image or task, by control.
    others
        Results that are neither, with the name of their control.
    relations
        Pairs of ids with their labels.
    """

    example: Example
    medium: Medium
    size: Size | None
    regions: list[Region]
    choices: dict[str, list[str]]
    others: list[str]
    relations: list[tuple[str, str, list[str]]]

    def lose(self, lost: Lost, *carried: Literal["choices", "relations"]) -> None:
        """Tell what is said about the whole image, but for what a format carries."""
        key = self.example.key
        if "choices" not in carried:
            for control in self.choices:
                lost(key, control, "an answer about the whole image has no place")
        for control in self.others:
            lost(key, control, "an answer about the whole task has no place")
        if "relations" not in carried:
            for _ in self.relations:
                lost(key, "", "a relation has no place")


def pictures(example: Example, lost: Lost, besides: str = "") -> Iterator[Picture]:
    """Yield the images of a task, each with its regions.

    What is broken is told and left out: a region without an id is one of its own, and what is
    not on an image is told as such; but for what is on ``besides``, the tag of other objects that
    the format carries.
    """
    objects = example.config.objects
    images = [name for name, element in objects.items() if element.tag == "Image"]
    elsewhere = {name for name, element in objects.items() if element.tag == besides}
    grouped = _grouped(example, images, elsewhere, lost)
    relations, others = grouped.relations, grouped.others
    for name in images:
        for index, medium in enumerate(example.media(name)):
            groups = grouped.regions.pop((name, index), [])
            if index == 0:
                groups += grouped.regions.pop((name, None), [])
            made = []
            for results in groups:
                region = _region(example, results, medium, lost)
                if region is not None:
                    made.append(region)
            size = made[0].size if made else medium.measure()
            choices = {
                control: list(chosen)
                for (control, at), chosen in grouped.choices.items()
                if at is None or at == index
            }
            yield Picture(example, medium, size, made, choices, others, relations)
            relations, others = [], []
    for groups in grouped.regions.values():
        for results in groups:
            control = str(results[0].get("from_name", ""))
            lost(example.key, control, "a region is on an image that the task does not have")


@dataclass(slots=True)
class _Grouped:
    """What an annotation says: regions by their image, choices by control and image."""

    regions: dict[tuple[str, int | None], list[list[Result]]] = field(default_factory=dict)
    choices: dict[tuple[str, int | None], list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    relations: list[tuple[str, str, list[str]]] = field(default_factory=list)


def _grouped(example: Example, images: Sequence[str], elsewhere: set[str], lost: Lost) -> _Grouped:
    made = _Grouped()
    by_id: dict[tuple[str, int | None, str], list[Result]] = {}
    for result in example.results:
        target, value = result.get("to_name"), result.get("value")
        if target in images and isinstance(value, dict) and not _PLACES.isdisjoint(value):
            place = (str(target), whole(result["item_index"]) if "item_index" in result else None)
            ident = result.get("id")
            group = None if ident is None else by_id.get((*place, str(ident)))
            if group is not None:
                group.append(result)
                continue
            group = [result]
            made.regions.setdefault(place, []).append(group)
            if ident is not None:
                by_id[(*place, str(ident))] = group
        elif target not in elsewhere:
            _take_further(made, example.key, result, images, lost)
    return made


def _take_further(
    made: _Grouped, key: str, result: Result, images: Sequence[str], lost: Lost
) -> None:
    """Take a result that is no region: a relation, or an answer about an image or the task."""
    control, target = str(result.get("from_name", "")), result.get("to_name")
    if result.get("type") == "relation":
        labels = result.get("labels")
        ends = str(result.get("from_id")), str(result.get("to_id"))
        made.relations.append((*ends, labels if isinstance(labels, list) else []))
        return
    value = result.get("value")
    if not isinstance(value, dict):
        lost(key, control, "a result has no value")
    elif target not in images and target is not None:
        lost(key, control, "a result is not about an image")
    else:
        said = value.get(own_key(str(result.get("type"))))
        if isinstance(said, list) and all(isinstance(one, str) for one in said):
            at = whole(result["item_index"]) if "item_index" in result else None
            made.choices.setdefault((control, at), []).extend(said)
        else:
            made.others.append(control)


def _region(
    example: Example, results: Sequence[Result], medium: Medium, lost: Lost
) -> Region | None:
    """Make one region of the results that share an id."""
    drawn = results[0]
    shape = _OF_TYPE.get(drawn.get("type"))
    if shape is None:
        drawn = next((r for r in results if r.get("type") in _OF_TYPE), drawn)
        shape = _OF_TYPE.get(drawn.get("type")) or _shape_seen(drawn["value"])
    value, control = drawn["value"], str(drawn.get("from_name", ""))
    if shape is None or not _is_whole(shape, value):
        lost(example.key, control, "a region has no place that can be read")
        return None
    width, height = drawn.get("original_width"), drawn.get("original_height")
    if type(width) is not int or type(height) is not int:
        width, height = whole(width), whole(height)
    size = (width, height) if width and height else medium.measure()
    if size is None or size[0] <= 0 or size[1] <= 0:
        lost(example.key, control, "the size of the image is not known")
        return None
    ident, parent, meta = drawn.get("id"), drawn.get("parentID"), drawn.get("meta")
    region = Region(
        "" if ident is None else str(ident),
        control,
        shape,
        value,
        size,
        parent=parent if isinstance(parent, str) and parent else None,
        score=number(drawn.get("score")),
        meta=meta if isinstance(meta, dict) else {},
    )
    for result in results:
        if not _say(region, result):
            lost(example.key, str(result.get("from_name", "")), "a result is of no type known here")
    return region


def own_key(named: str) -> str:
    """Return under which key a result of a type has what it says."""
    return "text" if named == "textarea" else named


def _say(region: Region, result: Result) -> bool:
    """Add what a result says of a region besides its place; return whether its type is known."""
    value, named = result["value"], str(result.get("type"))
    if named.endswith("labels"):
        given = value.get(named, value.get("labels"))
        for label in given if isinstance(given, list) else ():
            if isinstance(label, str) and label not in region.labels:
                region.labels.append(label)
    elif own_key(named) in value and named not in _GEOMETRY:
        region.attributes[str(result.get("from_name", ""))] = value[own_key(named)]
    else:
        return named in _SHAPES
    return True


def _shape_seen(value: Mapping[str, Any]) -> Shape | None:
    """Tell a shape by what its value has, where only its label says that it is there."""
    if "rle" in value or "imageDataURL" in value:
        return "mask"
    if "points" in value:
        return "polygon"
    if "vertices" in value:
        return "vector"
    if "radiusX" in value:
        return "ellipse"
    return "rectangle" if "height" in value else "keypoint" if "x" in value else None


def _is_whole(shape: Shape, value: Mapping[str, Any]) -> bool:
    if shape == "mask":
        return "rle" in value or "imageDataURL" in value
    if shape == "polygon":
        points = value.get("points")
        return isinstance(points, list) and bool(points) and all(map(_is_point, points))
    if shape == "vector":
        vertices = value.get("vertices")
        return (
            isinstance(vertices, list)
            and bool(vertices)
            and all(isinstance(v, dict) and _is_point((v.get("x"), v.get("y"))) for v in vertices)
        )
    return None not in [number(value.get(name)) for name in _NUMBERS[shape]]


def _is_point(given: Any) -> bool:
    return (
        isinstance(given, list | tuple)
        and len(given) == 2
        and number(given[0]) is not None
        and number(given[1]) is not None
    )


def lose_of(
    region: Region,
    key: str,
    lost: Lost,
    carried: Iterable[Literal["attributes", "notes", "score", "parent"]] = (),
) -> None:
    """Tell what is said of a region besides its labels, but for what a format carries."""
    carries = set(carried)
    if "attributes" not in carries:
        for control in region.attributes:
            lost(key, control, "what is said of a single region has no place")
    if region.meta.get("text") and "notes" not in carries:
        lost(key, region.control, "the note of a region has no place")
    if region.score is not None and "score" not in carries:
        lost(key, region.control, "the score of a region has no place")
    if region.parent and "parent" not in carries:
        lost(key, region.control, "which region another belongs to has no place")


def labelled(region: Region, key: str, lost: Lost) -> list[str]:
    """Return the labels of a region, one object of a format for each.

    One that has none is named by its control.
    """
    if not region.labels:
        lost(key, region.control, "a region without a label is named by its control")
        return [region.control]
    if len(region.labels) > 1:
        lost(key, region.control, "a region with several labels is one object for each")
    return region.labels


def joined(
    regions: Sequence[Region],
) -> tuple[list[Region], dict[str, list[Region]], dict[str, list[Region]]]:
    """Part objects from the parts of polygons, and from key points, each by their object's id."""
    by_id = {region.id: region for region in regions if region.id}
    heads: list[Region] = []
    parts: dict[str, list[Region]] = {}
    points: dict[str, list[Region]] = {}
    for region in regions:
        above = by_id.get(region.parent or "")
        if region.shape == "keypoint":
            points.setdefault(above.id if above else "", []).append(region)
        elif above is not None and _is_part(region, above):
            parts.setdefault(above.id, []).append(region)
        else:
            heads.append(region)
    return heads, parts, points


def _is_part(region: Region, above: Region) -> bool:
    return (
        region.shape == above.shape == "polygon"
        and region is not above
        and not above.parent
        and region.labels == above.labels
    )


def shape_word(region: Region) -> str:
    """Return what a shape is called in a sentence."""
    if region.shape == "rectangle":
        return "a turned box" if region.turned else "a box"
    words = {"ellipse": "an ellipse", "keypoint": "a key point", "vector": "a line"}
    return words.get(region.shape, f"a {region.shape}")
