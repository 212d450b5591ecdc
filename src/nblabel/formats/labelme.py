"""LabelMe: a JSON file beside each image.

The format is what https://github.com/wkentaro/labelme writes, version 5. Coordinates are pixels,
from 0, and not rounded.

What it carries: boxes, polygons, key points, lines and masks; an ellipse that is a circle, other
ones as polygons, told; turned boxes as polygons, told; choices about an image as ``flags``, choices
about single regions as ``flags`` of theirs, their notes as ``description``; polygons and key points
that belong to a region as a group. What it does not carry: relations, scores, texts and numbers
about regions, Bezier curves.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nblabel.base.jsontext import encoded, loads
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats._geometry import Point, Size
from nblabel.formats._json import text
from nblabel.formats._making import Making, about_region, label_of
from nblabel.formats._pictures import images_near, told_size
from nblabel.formats._regions import (
    Picture,
    Region,
    labelled,
    lose_of,
    mask_box,
    pictures,
    shape_word,
)
from nblabel.formats.dataset import (
    Aside,
    Dataset,
    Example,
    Format,
    Lost,
    Out,
    head_of,
    needs,
    unreadable,
)
from nblabel.formats.table import number
from nblabel.media.masks import encoded as run_lengths

_VERSION = "5.5.0"
_LINES = frozenset({"line", "linestrip"})


# -- out


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Image", what="shapes and flags of images")


def write(examples: Iterable[Example], out: Out) -> None:
    """Write a folder.

    Parameters
    ----------
    examples, out
        As in `nblabel.formats.dataset`.
    """
    whole = [
        label
        for control in out.config.controls.values()
        if control.tag == "Choices" and not out.config.attribute(control, "perRegion")
        for label in out.config.labels(control)
    ]
    for example in examples:
        for picture in pictures(example, out.lost):
            _picture(picture, out, whole)


def _picture(picture: Picture, out: Out, whole: Sequence[str]) -> None:
    key, medium = picture.example.key, picture.medium
    name = out.place(key, medium)
    picture.lose(out.lost, "choices")
    if picture.size is None:
        out.lost(key, "", "the size of an image is not known and not in the file")
    chosen = {choice for choices in picture.choices.values() for choice in choices}
    parents = dict.fromkeys(region.parent for region in picture.regions if region.parent)
    groups = {parent: index for index, parent in enumerate(parents, 1)}
    width, height = picture.size or (None, None)
    made = {
        "version": _VERSION,
        "flags": {one: one in chosen for one in dict.fromkeys((*whole, *sorted(chosen)))},
        "shapes": [
            {**shape, "group_id": groups.get(region.parent or region.id)}
            for region in picture.regions
            for shape in _shapes(region, key, out.lost)
        ],
        "imagePath": name.rpartition("/")[2],
        "imageData": None,
        "imageHeight": height,
        "imageWidth": width,
    }
    file = out.path / f"{medium.stem}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encoded(made) + b"\n")


def _shapes(region: Region, key: str, lost: Lost) -> Iterator[dict[str, Any]]:
    placed = _placed(region, key, lost)
    lose_of(region, key, lost, ("attributes", "notes", "parent"))
    if placed is None:
        return
    flags: dict[str, bool] = {}
    for control, value in region.attributes.items():
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            flags |= dict.fromkeys(value, True)
        else:
            lost(key, control, "what is said of a single region and is no choice has no place")
    note = region.meta.get("text")
    for label in labelled(region, key, lost):
        yield {
            "label": label,
            **placed,
            "description": "\n".join(map(str, note)) if isinstance(note, list) else "",
            "flags": flags,
        }


def _placed(  # noqa: PLR0911 - one return a shape
    region: Region, key: str, lost: Lost
) -> dict[str, Any] | None:
    """Return the points of a shape, and what it is; None, told, where it has no place."""
    if region.shape == "mask":
        return _mask(region, key, lost)
    if region.shape == "rectangle" and not region.turned:
        x, y, w, h = geometry.upright(region.value, region.size)
        return {"points": [[x, y], [x + w, y + h]], "shape_type": "rectangle"}
    if region.shape == "ellipse":
        (cx, cy), (rx, ry) = geometry.ellipse_radii(region.value, region.size)
        if math.isclose(rx, ry, rel_tol=1e-9):
            return {"points": [[cx, cy], [cx + rx, cy]], "shape_type": "circle"}
    points = region.points()
    if region.shape == "keypoint":
        return {"points": points, "shape_type": "point"}
    if region.shape == "vector" or region.value.get("closed") is False:
        return {"points": points, "shape_type": "line" if len(points) == 2 else "linestrip"}
    if region.shape != "polygon":
        lost(key, region.control, f"{shape_word(region)} is a polygon")
    if len(points) < 3:
        lost(key, region.control, "a polygon of fewer than three points has no place")
        return None
    return {"points": points, "shape_type": "polygon"}


def _mask(region: Region, key: str, lost: Lost) -> dict[str, Any] | None:
    mask = region.mask()
    box = None if mask is None else mask_box(mask)
    if mask is None or box is None:
        lost(key, region.control, "a mask is broken or empty")
        return None
    if ((mask > 0) & (mask < 255)).any():
        lost(key, region.control, "a soft edge of a mask is a hard one")
    left, top, width, height = map(int, box)
    file = io.BytesIO()
    part = mask[top : top + height, left : left + width] > 0
    Image.fromarray(part).save(file, "PNG", optimize=True)
    return {
        "points": [[left, top], [left + width - 1, top + height - 1]],
        "shape_type": "mask",
        "mask": base64.b64encode(file.getvalue()).decode(),
    }


# -- in


def looks(path: Path, head: bytes) -> bool:
    """Whether a file is of LabelMe, or a folder has such files."""
    if not path.is_dir():
        named = sum(f'"{name}"'.encode() in head for name in ("shapes", "imagePath", "flags"))
        return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and named > 1
    for file in sorted(path.rglob("*.json"))[:1]:
        return looks(file, head_of(file))
    return False


def read(path: Path, *, images: str | Path | None = None) -> Dataset:
    """Read a folder of files, or one of them.

    Parameters
    ----------
    path
        The folder, or a file.
    images
        The folder of the images; by default each file's own, as LabelMe has it.
    """
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not files:
        raise unreadable(path, "there are no JSON files in it")
    return _Reading(path if path.is_dir() else path.parent, files, images).dataset()


class _Reading:
    def __init__(self, home: Path, files: list[Path], images: str | Path | None) -> None:
        self._aside = Aside()
        self._making = Making("Image", "image")
        self._read: list[Path] = []
        flags: dict[str, None] = {}
        regional: dict[str, None] = {}
        names: list[str] = []
        for file in files:
            given = self._json(file)
            if given is None:
                continue
            self._read.append(file)
            names.append(self._name(file, given, home, beside=images is None))
            flags |= dict.fromkeys(_set(given.get("flags"), all_of=True))
            for shape in given["shapes"]:
                tag = _CONTROLS.get(shape.get("shape_type"))
                if tag is not None:
                    self._making.label(tag, _label(shape))
                regional |= dict.fromkeys(_set(shape.get("flags")))
        if not self._read:
            raise unreadable(home, "no file in it is one of LabelMe")
        if flags:
            for flag in flags:
                self._making.label("Choices", flag)
            self._making.control("Choices").settings["choice"] = "multiple"
        self._about = {}
        if regional:
            control = self._making.control("Choices", "flags", perRegion="true", choice="multiple")
            control.labels |= dict.fromkeys(regional, "")
            self._about["flags"] = control
        if not self._making.controls:
            self._making.control("PolygonLabels")
        self._roots, _ = images_near(home, names, images)
        self._rows = [{"image": name} for name in names]

    def _json(self, file: Path) -> dict[str, Any] | None:
        try:
            given = loads(file.read_bytes())
        except (ValueError, RecursionError):
            given = None
        shapes = given.get("shapes") if isinstance(given, dict) else None
        if not isinstance(shapes, list) or not all(isinstance(one, dict) for one in shapes):
            self._aside.add("a file is none of LabelMe", file.name)
            return None
        made: dict[str, Any] = given
        return made

    def _name(self, file: Path, given: Mapping[str, Any], home: Path, *, beside: bool) -> str:
        path = text(given.get("imagePath") or f"{file.stem}.jpg").replace("\\", "/")
        folder = file.parent.relative_to(home).as_posix()
        return path if folder == "." or not beside else f"{folder}/{path}"

    def dataset(self) -> Dataset:
        return Dataset(
            self._making.xml(), self._rows, self._said, self._roots, problems=self._aside
        )

    def _said(self) -> Iterator[list[dict[str, Any]]]:
        for row, file in zip(self._rows, self._read, strict=True):
            given = loads(file.read_bytes())
            width, height = number(given.get("imageWidth")), number(given.get("imageHeight"))
            size = told_size(width, height, row["image"], self._roots)
            if size is None:
                self._aside.add("the size of an image is not known", file.name)
                yield []
                continue
            yield [{"result": list(self._results(given, size, file.name))}]

    def _results(self, given: Mapping[str, Any], size: Size, where: str) -> Iterator[Result]:
        groups: dict[Any, str] = {}
        for number_, shape in enumerate(given["shapes"], 1):
            place = f"{where}, shape {number_}"
            control_tag = _CONTROLS.get(shape.get("shape_type"))
            value = None if control_tag is None else _value(shape, size)
            if control_tag is None or value is None:
                self._aside.add("a shape has no place that is read", place)
                continue
            control = self._making.control(control_tag)
            made = control.on_image(str(number_), value, size, _label(shape))
            group = shape.get("group_id")
            if isinstance(group, int | str):
                if group in groups:
                    made["parentID"] = groups[group]
                groups.setdefault(group, made["id"])
            if isinstance(shape.get("description"), str) and shape["description"]:
                made["meta"] = {"text": [shape["description"]]}
            yield made
            flags = _set(shape.get("flags"))
            if flags:
                yield from about_region(made, {"flags": flags}, self._about)
        chosen = _set(given.get("flags"))
        if chosen:
            yield {
                "id": "flags",
                "from_name": self._making.control("Choices").name,
                "to_name": "image",
                "type": "choices",
                "value": {"choices": chosen},
            }


_CONTROLS = {
    "rectangle": "RectangleLabels",
    "polygon": "PolygonLabels",
    "circle": "EllipseLabels",
    "point": "KeyPointLabels",
    "line": "VectorLabels",
    "linestrip": "VectorLabels",
    "mask": "BrushLabels",
}


def _label(shape: Mapping[str, Any]) -> str:
    return label_of(text(shape.get("label") or ""))


def _set(flags: Any, *, all_of: bool = False) -> list[str]:
    """Return the flags that are set, or all."""
    if not isinstance(flags, dict):
        return []
    return [text(name) for name, is_set in flags.items() if is_set is True or all_of]


def _value(  # noqa: PLR0911 - one return a shape
    shape: Mapping[str, Any], size: Size
) -> dict[str, Any] | None:
    kind, points = shape.get("shape_type"), _points(shape.get("points"))
    if points is None:
        return None
    if kind == "polygon" and len(points) > 2:
        return {"points": geometry.to_percent(points, size), "closed": True}
    if kind == "point" and len(points) == 1:
        [[x, y]] = geometry.to_percent(points, size)
        return {"x": x, "y": y, "width": 0.5}
    if kind in _LINES and len(points) > 1:
        return {"vertices": geometry.vertices(points, size), "closed": False}
    if len(points) != 2:
        return None
    if kind == "rectangle":
        return geometry.rectangle(geometry.bounds(points), size, 0)
    if kind == "circle":
        radius = math.dist(*points)
        return geometry.ellipse(points[0], (radius, radius), size, 0)
    return _mask_value(shape.get("mask"), points, size) if kind == "mask" else None


def _points(given: Any) -> list[Point] | None:
    if not isinstance(given, list):
        return None
    made: list[Point] = []
    for point in given:
        if not isinstance(point, list) or len(point) != 2:
            return None
        x, y = number(point[0]), number(point[1])
        if x is None or y is None:
            return None
        made.append((x, y))
    return made


def _mask_value(given: Any, points: Sequence[Point], size: Size) -> dict[str, Any] | None:
    """Return a mask that is the picture of a part of an image."""
    try:
        with Image.open(io.BytesIO(base64.b64decode(given)), formats=["PNG"]) as image:
            if image.width > size[0] or image.height > size[1]:
                return None
            part = np.asarray(image.convert("L")) > 0
    except (OSError, TypeError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    left, top = (round(at) for at in points[0])
    height, width = part.shape
    if left < 0 or top < 0 or left + width > size[0] or top + height > size[1]:
        return None
    mask = np.zeros((size[1], size[0]), bool)
    mask[top : top + height, left : left + width] = part
    return {"format": "rle", "rle": run_lengths(mask)}


FORMAT = Format(
    name="labelme",
    words="LabelMe: shapes and flags of images, a JSON file beside each, a folder",
    also=("label-me",),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
