"""COCO: boxes, polygons, masks and key points on images, in one JSON file.

The format is described at https://cocodataset.org/#format-data, results files at
https://cocodataset.org/#format-results. Coordinates are pixels, from 0, and not rounded. Numbers of
categories, images and objects begin at 1.

What it carries: boxes, polygons, polygons in parts (those whose ``parentID`` is another polygon of
the same label), masks (as run lengths), key points of a box or outline that is their
``parentID``, ``meta.iscrowd``, scores, and what per-region controls say (``attributes``, as CVAT
and datumaro have it). A turned box and an ellipse become the polygon of their outline, told. What
it does not carry: choices, relations, notes, lines, texts.
"""

from __future__ import annotations

import mmap
import re
import shutil
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from nblabel.base.arguments import one_of
from nblabel.base.errors import FormatError
from nblabel.base.ids import digest
from nblabel.base.jsontext import encoded
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats import _json
from nblabel.formats import _runs as runs
from nblabel.formats._geometry import Point, Size
from nblabel.formats._making import Attributes, Making, about_region
from nblabel.formats._pictures import image_size, images_near
from nblabel.formats._regions import Picture, Region, joined, labelled, lose_of, mask_box, pictures
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

_PLAIN = frozenset({"keypoints", "score", "attributes"})
"""What an object has that is more than a box."""

_KEYS = ("images", "annotations", "categories", "image_id", "category_id", "bbox", "file_name")


# -- out


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Image", what="regions on images")


def write(
    examples: Iterable[Example],
    out: Out,
    *,
    skeleton: Sequence[tuple[str, str]] = (),
) -> None:
    """Write a file of objects on images.

    Parameters
    ----------
    examples, out
        As in `nblabel.formats.dataset`.
    skeleton
        Pairs of labels of key points that a line joins.
    """
    writing = _Writing(out, skeleton)
    with tempfile.TemporaryFile() as objects, out.path.open("wb") as file:
        file.write(b'{"info":{"description":"labels made with nblabel"},"licenses":[],"images":[')
        for example in examples:
            for picture in pictures(example, out.lost):
                writing.picture(picture, file, objects)
        file.write(b'\n],"annotations":[')
        objects.seek(0)
        shutil.copyfileobj(objects, file)
        file.write(b'\n],"categories":' + encoded(writing.categories()) + b"}\n")


class _Writing:
    def __init__(self, out: Out, skeleton: Sequence[tuple[str, str]]) -> None:
        self._out = out
        self._images = self._objects = 0
        self._numbers: dict[str, int] = {}
        self._points: dict[str, int] = {}
        self._of_points: set[str] = set()
        for control in out.config.controls.values():
            labels = out.config.labels(control)
            if control.tag == "KeyPointLabels":
                self._points |= {
                    label: len(self._points) + i
                    for i, label in enumerate(
                        label for label in labels if label not in self._points
                    )
                }
            elif control.tag != "Choices" and out.config.tags[control.tag].children == "Label":
                for label in labels:
                    self._category(label)

        for name in (name for pair in skeleton for name in pair):
            one_of("skeleton", name, [*self._points], FormatError)
        self._skeleton = [[self._points[name] + 1 for name in pair] for pair in skeleton]

    def _category(self, label: str) -> int:
        return self._numbers.setdefault(label, len(self._numbers) + 1)

    def categories(self) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for label, ident in self._numbers.items():
            category = {"id": ident, "name": label, "supercategory": ""}
            if label in self._of_points:
                category |= {"keypoints": list(self._points), "skeleton": self._skeleton}
            made.append(category)
        return made

    def picture(self, picture: Picture, file: IO[bytes], objects: IO[bytes]) -> None:
        key, lost = picture.example.key, self._out.lost
        self._images += 1
        image: dict[str, Any] = {"id": self._images}
        image["file_name"] = self._out.place(key, picture.medium, "images")
        if picture.size is None:
            lost(key, "", "the size of an image is not known and not in the file")
        else:
            image["width"], image["height"] = picture.size
        if picture.medium.address.startswith(("http://", "https://")):
            image["coco_url"] = picture.medium.address
        file.write((b",\n" if self._images > 1 else b"\n") + encoded(image))
        picture.lose(lost)
        for made in self._made(picture.regions, key, lost):
            self._objects += 1
            head = {"id": self._objects, "image_id": self._images}
            objects.write((b",\n" if self._objects > 1 else b"\n") + encoded(head | made))

    def _made(self, regions: Sequence[Region], key: str, lost: Lost) -> Iterator[dict[str, Any]]:
        simple = all(r.parent is None and r.shape != "keypoint" for r in regions)
        heads, parts, points = (regions, {}, {}) if simple else joined(regions)
        for region in heads:
            place = _place(region, parts.get(region.id, ()), key, lost)
            if place is None:
                continue
            below = points.pop(region.id, []) if points else []
            held = [found for one in below if (found := self._point(one, key, lost))]
            for label in labelled(region, key, lost):
                made = {"category_id": self._category(label), **place, **_further(region)}
                if held:
                    made |= self._keypoints(label, held, key, lost)
                yield made
            lose_of(region, key, lost, ("attributes", "score", "parent"))
        for some in points.values():
            yield from self._without_box(some, key, lost)

    def _point(self, region: Region, key: str, lost: Lost) -> tuple[str, Point, int] | None:
        """Return the label, the place and the visibility of a key point."""
        lose_of(region, key, lost, ("parent",))
        known = [label for label in region.labels if label in self._points]
        if not known:
            lost(key, region.control, "a key point has no label that the config names")
            return None
        if len(region.labels) > 1:
            lost(key, region.control, "of a key point with several labels only one is kept")
        return known[0], region.points()[0], 1 if region.value.get("hidden") is True else 2

    def _keypoints(
        self, label: str, held: Sequence[tuple[str, Point, int]], key: str, lost: Lost
    ) -> dict[str, Any]:
        self._of_points.add(label)
        flat: list[float] = [0, 0, 0] * len(self._points)
        taken = set[str]()
        for name, (x, y), seen in held:
            if name in taken:
                lost(key, "", "two key points of one object have the same label")
                continue
            taken.add(name)
            at = 3 * self._points[name]
            flat[at : at + 3] = [x, y, seen]
        return {"keypoints": flat, "num_keypoints": len(taken)}

    def _without_box(
        self, points: Sequence[Region], key: str, lost: Lost
    ) -> Iterator[dict[str, Any]]:
        """Make an object of key points without a box; a label that comes again begins another."""
        together: list[list[tuple[str, Point, int]]] = [[]]
        for region in points:
            found = self._point(region, key, lost)
            if found is None:
                continue
            if any(found[0] == name for name, *_ in together[-1]):
                together.append([])
            together[-1].append(found)
        label = points[0].control
        for held in filter(None, together):
            lost(key, label, "key points without a box are an object named by their control")
            box = geometry.bounds([place for _, place, _ in held])
            yield {
                "category_id": self._category(label),
                "bbox": box,
                "area": box[2] * box[3],
                "segmentation": [],
                "iscrowd": 0,
                **self._keypoints(label, held, key, lost),
            }


def _place(region: Region, parts: Sequence[Region], key: str, lost: Lost) -> dict[str, Any] | None:
    """Return where an object is, or None, told, where it has no place in COCO."""
    if region.shape == "mask":
        return _mask(region, key, lost)
    if region.shape == "vector":
        lost(key, region.control, "a line has no place")
        return None
    if region.shape == "rectangle" and not region.turned:
        box = geometry.upright(region.value, region.size)
        return {"bbox": box, "area": box[2] * box[3], "segmentation": [], **_crowd(region)}
    if region.shape == "rectangle":
        lost(key, region.control, "a turned box is the polygon of its corners")
    elif region.shape == "ellipse":
        lost(key, region.control, f"an ellipse is a polygon of {geometry.ELLIPSE_POINTS} points")
    elif region.value.get("closed") is False:
        lost(key, region.control, "an open polygon is closed")
    outlines = [region.points(), *(part.points() for part in parts)]
    if any(len(outline) < 3 for outline in outlines):
        lost(key, region.control, "a polygon of fewer than three points has no place")
        outlines = [outline for outline in outlines if len(outline) > 2]
        if not outlines:
            return None
    around = [point for outline in outlines for point in outline]
    is_ellipse = region.shape == "ellipse"
    return {
        "bbox": region.box() if is_ellipse else geometry.bounds(around),
        "area": sum(map(geometry.area, outlines)),
        "segmentation": [[n for point in outline for n in point] for outline in outlines],
        **_crowd(region),
    }


def _mask(region: Region, key: str, lost: Lost) -> dict[str, Any] | None:
    mask = region.mask()
    if mask is None or not mask.any():
        lost(key, region.control, "a mask is broken or empty")
        return None
    if ((mask > 0) & (mask < 255)).any():
        lost(key, region.control, "a soft edge of a mask is a hard one")
    return {
        "bbox": mask_box(mask),
        "area": int((mask > 0).sum()),
        "segmentation": {"size": list(mask.shape), "counts": runs.text(runs.by_columns(mask))},
        **_crowd(region),
    }


def _crowd(region: Region) -> dict[str, int]:
    return {"iscrowd": 1 if region.meta.get("iscrowd") else 0}


def _further(region: Region) -> dict[str, Any]:
    """Return what is said of a region besides its label and place."""
    made: dict[str, Any] = {}
    if region.score is not None:
        made["score"] = region.score
    if region.attributes:
        made["attributes"] = {
            name: value[0] if isinstance(value, list) and len(value) == 1 else value
            for name, value in region.attributes.items()
        }
    return made


# -- in


def looks(path: Path, head: bytes) -> bool:
    """Whether a file names COCO's members, or a folder holds such a file."""
    if path.is_dir():
        return bool(_files(path))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["}:
        return False
    found = [key for key in _KEYS if re.search(rb'"%s"\s*:' % key.encode(), head)]
    return len(found) > 1


def _files(folder: Path) -> list[Path]:
    """Return the files of objects in a folder, as COCO and Roboflow lay them out."""
    patterns = ("annotations/*.json", "*_annotations.coco.json", "*/_annotations.coco.json")
    found = sorted({file for pattern in patterns for file in folder.glob(pattern)})
    return [file for file in found if looks(file, head_of(file)) and b"image_id" in head_of(file)]


def read(
    path: Path,
    *,
    images: str | Path | None = None,
    truth: str | Path | None = None,
    empty: bool = False,
) -> Dataset:
    """Read a file of objects, or a file of results.

    Parameters
    ----------
    path
        The file, or a folder with one in ``annotations``.
    images
        The folder of the images; by default one near the file that has them.
    truth
        Of a results file, the file that has its images and categories.
    empty
        Whether an image without objects was looked at, and nothing is there; else nobody has
        labelled it.
    """
    if path.is_dir():
        files = _files(path)
        if len(files) != 1:
            names = ", ".join(f'"{file.relative_to(path)}"' for file in files[:8])
            raise FormatError(f'"{path}" holds {len(files)} files of COCO ({names}): name one')
        [path] = files
    index = _Index(path)
    if index.is_results:
        if truth is None:
            raise FormatError(
                f'"{path}" is a file of COCO results, which names images and categories by '
                'numbers: truth="instances.json" would name the file that has them'
            )
        index.take_truth(_Index(Path(truth).expanduser()))
    return _Reading(index, images, empty=empty).dataset()


class _Image(NamedTuple):
    name: str
    url: str
    width: int | None
    height: int | None


class _Index:
    """Where each object stands in a file, and all that is not one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.images: dict[Any, _Image] = {}
        self.categories: dict[Any, dict[str, Any]] = {}
        self.shapes: dict[tuple[str, Any], None] = {}  # kinds of objects, with their categories
        self.attributes = Attributes()
        self.problems = Aside()
        self.is_results = False
        self._ids: dict[Any, int] = {}  # images as objects name them, numbered
        self._of = array("q")
        self._starts, self._ends = array("q"), array("q")
        try:
            pieces = _json.Pieces(path)
        except OSError as error:
            raise unreadable(path, error.strerror or error) from None
        try:
            for name, value, start, end in pieces.parts():
                if name in {"annotations", ""}:
                    self._object(value, start, end)
                elif name in {"images", "categories"} and isinstance(value, dict):
                    self._take(name, pieces.value(start, end))
                self.is_results = self.is_results or not name
        except (ValueError, RecursionError) as error:
            raise unreadable(path, error) from None
        finally:
            pieces.close()
        if not self.images and not len(self._of):
            raise unreadable(path, 'it names no images; COCO has them in a list "images"')

    def take_truth(self, truth: _Index) -> None:
        """Take images and categories of another file."""
        self.images, self.categories = truth.images, truth.categories

    def _take(self, name: str, value: dict[str, Any]) -> None:
        """Take an image or a category."""
        ident = _hashable(value.get("id"))
        if name == "categories":
            self.categories[ident] = value
            return
        given = value.get("file_name")
        width, height = number(value.get("width")), number(value.get("height"))
        url = value.get("coco_url")
        if not isinstance(given, str) or not given:
            self.problems.add("an image has no file_name", f"image {ident}")
            return
        if ident in self.images:
            self.problems.add("two images have the same id", f"image {ident}")
            return
        self.images[ident] = _Image(
            _json.text(given),
            url if isinstance(url, str) else "",
            int(width) if width and width > 0 else None,
            int(height) if height and height > 0 else None,
        )

    def _object(self, value: Any, start: int, end: int) -> None:
        """Note where an object is, and what kind of one."""
        if not isinstance(value, dict):
            self.problems.add("an object is no JSON object", f"byte {start}")
            return
        image, category = value.get("image_id"), _hashable(value.get("category_id"))
        self._of.append(self._ids.setdefault(_hashable(image), len(self._ids)))
        self._starts.append(start)
        self._ends.append(end)
        if _is_box(value):
            self.shapes["RectangleLabels", category] = None
        else:
            for shape in _shapes(value):
                self.shapes[shape, category] = None
        if "attributes" in value:
            self.attributes.see(value["attributes"])

    def __len__(self) -> int:
        return len(self._of)

    def objects(self) -> Iterator[list[Any]]:
        """Yield the objects of each image, in the order of the images."""
        rows = {ident: row for row, ident in enumerate(self.images)}
        outside = len(rows)
        of = np.array([rows.get(ident, outside) for ident in self._ids] or [0])
        places = of[np.frombuffer(self._of, np.int64)] if len(self) else np.zeros(0, np.int64)
        order = np.argsort(places, kind="stable")
        bounds = np.searchsorted(places[order], np.arange(outside + 2))
        if lost := int(bounds[-1] - bounds[-2]):
            self.problems.add("an object is on an image that the file does not name", times=lost)
        if not len(self):
            yield from ([] for _ in rows)
            return
        with (
            self.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as m,
        ):
            for row in range(outside):
                some = order[bounds[row] : bounds[row + 1]]
                yield [_json.read(m[self._starts[i] : self._ends[i]]) for i in some.tolist()]


def _is_box(value: Mapping[str, Any]) -> bool:
    """Whether an object is a plain box, as most are."""
    return not value.get("segmentation") and not value.get("keypoints")


def _hashable(value: Any) -> Any:
    return (
        value
        if type(value) is int or isinstance(value, int | str) or value is None
        else repr(value)
    )


def _shapes(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield which controls an object needs."""
    segmentation = value.get("segmentation")
    if isinstance(segmentation, dict):
        yield "BrushLabels"
    elif isinstance(segmentation, list) and any(segmentation):
        yield "PolygonLabels"
    else:
        yield "RectangleLabels"
    keypoints = value.get("keypoints")
    if isinstance(keypoints, list) and any(keypoints):
        yield "KeyPointLabels"


class _Reading:
    """A file that was gone through, as tasks."""

    def __init__(self, index: _Index, images: str | Path | None, *, empty: bool) -> None:
        self._index, self._empty = index, empty
        self._making = Making("Image", "image")
        self._labels: dict[Any, str] = {}
        self._points: dict[Any, list[str]] = {}
        self._name_categories()
        self._make_controls()
        names = [image.name for image in index.images.values()]
        self._roots, found = images_near(index.path, names, images)
        by_url = not found and all(image.url for image in index.images.values())
        self._rows = [
            {"image": image.url if by_url and image.url.startswith("http") else image.name}
            for image in index.images.values()
        ]

    def _name_categories(self) -> None:
        """Tell what each category is called, and its key points."""
        for ident, category in self._index.categories.items():
            label = _json.text(category.get("name") or ident)
            if label in self._labels.values():
                self._index.problems.add("two categories have one name and are one label", label)
            self._labels[ident] = label
            names = category.get("keypoints")
            if isinstance(names, list) and names:
                self._points[ident] = list(map(_json.text, names))
                if category.get("skeleton"):
                    told = (
                        "the lines of a skeleton are not kept; export(skeleton=) draws them again"
                    )
                    self._index.problems.add(told, label)

    def _make_controls(self) -> None:
        tags = dict.fromkeys(tag for tag, _ in self._index.shapes) or {"RectangleLabels": None}
        order = ("RectangleLabels", "PolygonLabels", "BrushLabels", "KeyPointLabels")
        used = {category for _, category in self._index.shapes}
        first = next(tag for tag in order if tag in tags)
        for tag in filter(tags.__contains__, order):
            for ident, label in self._labels.items():
                if (tag, ident) not in self._index.shapes and (ident in used or tag != first):
                    continue
                if tag == "KeyPointLabels":
                    for name in self._points.get(ident, ()):
                        self._making.label(tag, name)
                else:
                    shade = self._index.categories[ident].get("color")
                    self._making.label(tag, label, _colour(shade))
            self._making.control(tag)
        self._about = self._index.attributes.controls(self._making)
        self._controls = {control.tag: control for control in self._making.controls}
        self._names = {tag: (one.name, one.type) for tag, one in self._controls.items()}

    def dataset(self) -> Dataset:
        return Dataset(
            self._making.xml(),
            self._rows,
            self._said,
            self._roots,
            self._index.is_results,
            self._index.problems,
        )

    def _said(self) -> Iterator[list[dict[str, Any]]]:
        for image, objects in zip(self._index.images.values(), self._index.objects(), strict=True):
            if not objects:
                yield [{"result": []}] if self._empty else []
                continue
            if image.width is None or image.height is None:
                known = image_size(image.name, self._roots)
            else:
                known = image.width, image.height
            if known is None:
                told = "the size of an image is not known, and its objects are left out"
                self._index.problems.add(told, image.name)
                yield []
                continue
            results: list[Result] = []
            for one in objects:
                plain = self._plain_box(one, known)
                if plain is not None:
                    results.append(plain)
                else:
                    results.extend(self._results(one, known))
            yield [self._annotation(results)]

    def _annotation(self, results: list[Result]) -> dict[str, Any]:
        if not self._index.is_results:
            return {"result": results}
        scores = [result["score"] for result in results if "score" in result]
        mean = {"score": sum(scores) / len(scores)} if scores else {}
        return {"result": results, **mean, "model_version": self._index.path.stem}

    def _plain_box(self, given: Mapping[str, Any], size: Size) -> Result | None:
        """Return the result of an object that is a box and no more, as most are; else None."""
        box, category = given.get("bbox"), given.get("category_id")
        label = self._labels.get(category) if type(category) is int else None
        if type(box) is not list or len(box) != 4 or label is None or not _PLAIN.isdisjoint(given):
            return None
        ident = given.get("id")
        is_more = given.get("segmentation") or given.get("iscrowd") or ident is None
        if is_more or None in [number(at) for at in box]:
            return None
        name, kind = self._names["RectangleLabels"]
        value = geometry.rectangle((box[0], box[1], box[2], box[3]), size, 0)
        value[kind] = [label]
        return {
            "id": str(ident),
            "from_name": name,
            "to_name": "image",
            "type": kind,
            "original_width": size[0],
            "original_height": size[1],
            "image_rotation": 0,
            "value": value,
        }

    def _results(self, given: Mapping[str, Any], size: Size) -> Iterator[Result]:
        ident, category = given.get("id"), _hashable(given.get("category_id"))
        where = f"object {ident}"
        label = self._labels.get(category)
        held: list[Result] = []
        if label is None:
            self._index.problems.add("an object has a category that the file does not name", where)
            return
        # A results file gives no ids: then a region has the place of its object.
        name = str(ident) if ident is not None else digest(given)[:10]
        score = number(given.get("score"))
        for part, (tag, value) in enumerate(self._values(given, size, where)):
            control_name, kind = self._names[tag]
            value[kind] = [label]
            result = {
                "id": f"{name}-{part}" if part else name,
                "from_name": control_name,
                "to_name": "image",
                "type": kind,
                "original_width": size[0],
                "original_height": size[1],
                "image_rotation": 0,
                "value": value,
            }
            if part:
                result["parentID"] = name
            if score is not None:
                result["score"] = score
            if given.get("iscrowd"):
                result["meta"] = {"iscrowd": 1}
            yield result
            if not part:
                if "attributes" in given:
                    yield from about_region(result, given["attributes"], self._about)
                if "keypoints" in given:
                    held = list(self._key_points(given, category, name, size))
        yield from held

    def _values(
        self, given: Mapping[str, Any], size: Size, where: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the control and the place of each part of an object."""
        segmentation = given.get("segmentation")
        if isinstance(segmentation, dict):
            rle = self._mask(segmentation, size, where)
            if rle is not None:
                yield "BrushLabels", {"format": "rle", "rle": rle}
            return
        if isinstance(segmentation, list) and any(segmentation):
            for outline in segmentation:
                points = _points(outline)
                if points is None:
                    self._index.problems.add("a polygon is no list of three points or more", where)
                else:
                    value = {"points": geometry.to_percent(points, size), "closed": True}
                    yield "PolygonLabels", value
            return
        box = given.get("bbox")
        if not isinstance(box, list) or len(box) != 4 or None in map(number, box):
            self._index.problems.add("an object has no box of four numbers", where)
            return
        yield "RectangleLabels", geometry.rectangle((box[0], box[1], box[2], box[3]), size, 0)

    def _mask(self, given: Mapping[str, Any], size: Size, where: str) -> list[int] | None:
        width, height = size
        counts = given.get("counts")
        if given.get("size") == [height, width] and isinstance(counts, str | list):
            mask = runs.of_columns(counts, width, height)
            if mask is not None:
                return run_lengths(mask.astype(bool))
        self._index.problems.add("a mask's run lengths are not of its image's size", where)
        return None

    def _key_points(
        self, given: Mapping[str, Any], category: Any, parent: str, size: Size
    ) -> Iterator[Result]:
        flat = given.get("keypoints")
        if not isinstance(flat, list) or not any(flat):
            return
        names = self._points.get(category, [])
        triples = list(zip(flat[::3], flat[1::3], flat[2::3], strict=False))
        if len(triples) != len(names) or None in map(number, flat):
            told = "an object has other key points than its category names"
            self._index.problems.add(told, f"object {given.get('id')}")
            return
        control = self._controls["KeyPointLabels"]
        for index, (name, (x, y, seen)) in enumerate(zip(names, triples, strict=True)):
            if not seen:
                continue
            [[px, py]] = geometry.to_percent([(x, y)], size)
            value = {"x": px, "y": py, "width": 0.5, control.type: [name]}
            yield {
                "id": f"{parent}-p{index}",
                "from_name": control.name,
                "type": control.type,
                "value": {**value, "hidden": True} if seen == 1 else value,
                "parentID": parent,
                "to_name": "image",
                "original_width": size[0],
                "original_height": size[1],
                "image_rotation": 0,
            }


def _points(flat: Any) -> list[Point] | None:
    if not isinstance(flat, list) or len(flat) < 6 or len(flat) % 2 or None in map(number, flat):
        return None
    return list(zip(flat[::2], flat[1::2], strict=True))


def _colour(given: Any) -> str:
    """Return a category's colour, which panoptic files have as three numbers."""
    if isinstance(given, list) and len(given) == 3 and all(isinstance(n, int) for n in given):
        return "#" + "".join(f"{min(max(n, 0), 255):02x}" for n in given)
    return given if isinstance(given, str) and re.fullmatch("#[0-9a-fA-F]{6}", given) else ""


FORMAT = Format(
    name="coco",
    words="COCO: boxes, polygons, masks and key points on images, one JSON file",
    suffixes=(".json",),
    also=("mscoco", "coco-json"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
