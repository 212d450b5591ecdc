"""Pascal VOC: a folder of images, and an XML file of boxes for each.

http://host.robots.ox.ac.uk/pascal/VOC/voc2012/devkit_doc.pdf describes the format. Corners are
whole pixels, counted from 1, both inside the box: a box from x to x + w has ``xmin`` = x + 1 and
``xmax`` = x + w, rounded. Many tools count from 0 instead and write fractions: ``origin=0``. A file
is read as counting from 1 where its ``database`` is VOC's or nblabel's, else from 0, told.

What it carries: upright boxes; other shapes as the boxes around them, told; ``pose``,
``truncated``, ``difficult`` and ``occluded`` where per-region controls are called so, and others as
``attributes``, as CVAT has them; splits. What it does not carry: choices, relations, notes, scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Literal
from xml.etree.ElementTree import Element

from nblabel.base.arguments import one_of
from nblabel.base.errors import FormatError
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats._geometry import Box, Size
from nblabel.formats._making import Attributes, Making, about_region, label_of
from nblabel.formats._pictures import images_near, told_size
from nblabel.formats._regions import Picture, Region, labelled, lose_of, pictures, shape_word
from nblabel.formats._splits import SPLITS, Splits
from nblabel.formats._xml import elements, number_of, plain, text_of, written
from nblabel.formats.dataset import (
    Aside,
    Dataset,
    Example,
    Format,
    Out,
    head_of,
    needs,
    unreadable,
)

Origin = Literal[0, 1]

_DATABASE = "nblabel"
_MOST_FILES = 20
_FLAGS = ("truncated", "difficult", "occluded")


# -- out


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Image", what="boxes on images")


def write(
    examples: Iterable[Example],
    out: Out,
    *,
    origin: Origin = 1,
    val: float = 0.0,
    test: float = 0.0,
    split: str = "split",
) -> None:
    """Write a folder.

    Parameters
    ----------
    examples, out
        As in `nblabel.formats.dataset`.
    origin
        What pixels are counted from: 1, whole, as VOC does; or 0, in hundredths.
    val, test
        Which shares of the images are in these.
    split
        The column of the data that says where a row belongs, where it has one.
    """
    _check(origin)
    splits = Splits(split, val, test)
    for folder in ("Annotations", "ImageSets/Main"):
        (out.path / folder).mkdir(parents=True)
    lists: dict[str, IO[str]] = {}
    try:
        for example in examples:
            part = splits.of(example)
            if part not in lists:
                file = out.path / "ImageSets" / "Main" / f"{part}.txt"
                lists[part] = file.open("w", encoding="utf-8", newline="\n")
            for picture in pictures(example, out.lost):
                _picture(picture, out, origin)
                lists[part].write(f"{picture.medium.flat}\n")
    finally:
        for opened in lists.values():
            opened.close()


def _check(origin: Any) -> None:
    if origin not in (0, 1) or isinstance(origin, bool):
        one_of("origin", str(origin), ("0", "1"), FormatError)


def _picture(picture: Picture, out: Out, origin: Origin) -> None:
    key, medium = picture.example.key, picture.medium
    name = out.place(key, medium, "JPEGImages", medium.flat)
    picture.lose(out.lost)
    width, height = picture.size or (0, 0)
    if picture.size is None:
        out.lost(key, "", "the size of an image is not known and not in the file")
    lines = [
        "<annotation>",
        "  <folder>JPEGImages</folder>",
        f"  <filename>{written(name)}</filename>",
        f"  <source><database>{_DATABASE if origin else 'unknown'}</database></source>",
        f"  <size><width>{width}</width><height>{height}</height><depth>3</depth></size>",
        "  <segmented>0</segmented>",
    ]
    for region in picture.regions:
        lines += _objects(region, key, out, origin)
    text = "\n".join([*lines, "</annotation>", ""])
    (out.path / "Annotations" / f"{medium.flat}.xml").write_text(text, "utf-8", newline="\n")


def _objects(region: Region, key: str, out: Out, origin: Origin) -> Iterator[str]:
    if region.shape != "rectangle" or region.turned:
        out.lost(key, region.control, f"{shape_word(region)} is the upright box around it")
    box = region.box()
    if box is None:
        out.lost(key, region.control, "a mask is broken or empty")
        return
    lose_of(region, key, out.lost, ("attributes",))
    corners = _corners(box, origin)
    if corners[0] > corners[2] or corners[1] > corners[3]:
        out.lost(key, region.control, "a box of less than a pixel has no place")
        return
    further = {name: _word(value) for name, value in region.attributes.items()}
    for label in labelled(region, key, out.lost):
        yield "  <object>"
        yield f"    <name>{written(label)}</name>"
        yield f"    <pose>{written(further.get('pose', 'Unspecified'))}</pose>"
        for flag in _FLAGS:
            given = further.get(flag, "")
            yield f"    <{flag}>{int(given.lower() in {'1', 'true', 'yes', flag})}</{flag}>"
        names = ("xmin", "ymin", "xmax", "ymax")
        placed = (f"<{n}>{plain(at)}</{n}>" for n, at in zip(names, corners, strict=True))
        yield f"    <bndbox>{''.join(placed)}</bndbox>"
        others = {n: v for n, v in further.items() if n not in {"pose", *_FLAGS}}
        if others:
            yield "    <attributes>"
            for name, value in others.items():
                one = f"<name>{written(name)}</name><value>{written(value)}</value>"
                yield f"      <attribute>{one}</attribute>"
            yield "    </attributes>"
        yield "  </object>"


def _word(value: Any) -> str:
    """Return what is said of a region in one text."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _corners(box: Box, origin: Origin) -> tuple[float, float, float, float]:
    x, y, w, h = box
    if origin:
        return round(x) + 1, round(y) + 1, round(x + w), round(y + h)
    return round(x, 2), round(y, 2), round(x + w, 2), round(y + h, 2)


# -- in


def looks(path: Path, head: bytes) -> bool:
    """Whether a file is an annotation, or a folder has a folder ``Annotations`` of such."""
    if not path.is_dir():
        return b"<annotation>" in head and (b"<bndbox>" in head or b"<size>" in head)
    for folder in (path / "Annotations", path):
        for file in sorted(folder.glob("*.xml"))[:_MOST_FILES]:
            if looks(file, head_of(file)):
                return True
    return False


def read(path: Path, *, origin: Origin | None = None, images: str | Path | None = None) -> Dataset:
    """Read a folder of annotations, or one of them.

    Parameters
    ----------
    path
        The folder in which ``Annotations`` is, that one itself, or a file in it.
    origin
        What pixels are counted from, 1 or 0; by default 1 in files of VOC and of nblabel.
    images
        The folder of the images; by default ``JPEGImages``, or one near it.
    """
    if origin is not None:
        _check(origin)
    if path.is_dir():
        folder = path / "Annotations" if (path / "Annotations").is_dir() else path
        files = sorted(folder.rglob("*.xml"))
    else:
        folder, files = path.parent, [path]
    if not files:
        raise unreadable(path, "there are no XML files in it, nor in Annotations")
    return _Reading(folder, files, origin, images).dataset()


class _Reading:
    def __init__(
        self, folder: Path, files: list[Path], origin: Origin | None, images: str | Path | None
    ) -> None:
        self._files, self._origin = files, origin
        self._aside = Aside()
        self._making = Making("Image", "image")
        self._making.control("RectangleLabels")
        attributes = Attributes()
        names: list[str] = []
        self._read: list[Path] = []
        for file in files:
            try:
                made = next(iter(elements(file, "annotation")), None)
            except FormatError as error:
                self._aside.add(str(error))
                continue
            if made is None:
                self._aside.add("a file is no annotation", file.name)
                continue
            names.append(text_of(made, "filename") or f"{file.stem}.jpg")
            self._read.append(file)
            for one in made.iter("object"):
                self._making.label("RectangleLabels", label_of(text_of(one, "name")))
                attributes.see(_attributes(one))
        if not self._read:
            raise unreadable(folder, "no file in it is an annotation of VOC")
        self._about = attributes.controls(self._making)
        self._roots, _ = images_near(folder, names, images)
        splits = _splits(folder.parent / "ImageSets" / "Main")
        self._rows = [
            {"image": n, **({"split": splits[f.stem]} if f.stem in splits else {})}
            for n, f in zip(names, self._read, strict=True)
        ]

    def dataset(self) -> Dataset:
        return Dataset(
            self._making.xml(), self._rows, self._said, self._roots, problems=self._aside
        )

    def _said(self) -> Iterator[list[dict[str, Any]]]:
        for row, file in zip(self._rows, self._read, strict=True):
            [annotation] = elements(file, "annotation")
            width = number_of(annotation.findtext("size/width"))
            height = number_of(annotation.findtext("size/height"))
            size = told_size(width, height, row["image"], self._roots)
            if size is None:
                self._aside.add("the size of an image is not known", file.name)
                yield []
                continue
            origin = self._origin_of(annotation)
            results = [
                result
                for number, one in enumerate(annotation.iter("object"), 1)
                for result in self._results(one, size, origin, f"{file.name}, object {number}")
            ]
            yield [{"result": results}]

    def _origin_of(self, annotation: Element) -> Origin:
        if self._origin is not None:
            return self._origin
        database = text_of(annotation, "source/database")
        if database.startswith("The VOC") or database == _DATABASE:
            return 1
        self._aside.add("pixels are taken as counted from 0; origin=1 counts from 1, as VOC does")
        return 0

    def _results(self, given: Element, size: Size, origin: Origin, where: str) -> Iterator[Result]:
        names = ("xmin", "ymin", "xmax", "ymax")
        corners = [number_of(given.findtext(f"bndbox/{name}")) for name in names]
        left, top, right, bottom = corners
        if left is None or top is None or right is None or bottom is None:
            self._aside.add("an object has no box", where)
            return
        if given.find("part") is not None:
            self._aside.add("the parts of an object are not read", where)
        x, y = left - origin, top - origin
        if right < x or bottom < y:
            self._aside.add("a box ends before it begins", where)
            return
        value = geometry.rectangle((x, y, right - x, bottom - y), size, 0)
        control = self._making.control("RectangleLabels")
        label = label_of(text_of(given, "name"))
        made = control.on_image(where.rpartition(" ")[2], value, size, label)
        yield made
        yield from about_region(made, _attributes(given), self._about)


def _attributes(given: Element) -> dict[str, str | bool]:
    """Return what is said of an object besides its box; what is nothing is left out."""
    made: dict[str, str | bool] = {}
    pose = text_of(given, "pose")
    if pose and pose.lower() != "unspecified":
        made["pose"] = pose
    for flag in _FLAGS:
        if text_of(given, flag) == "1":
            made[flag] = True
    for one in given.iterfind("attributes/attribute"):
        made[text_of(one, "name")] = text_of(one, "value")
    return made


def _splits(folder: Path) -> Mapping[str, str]:
    """Return the split of each name that a list has."""
    made: dict[str, str] = {}
    for split in SPLITS:
        file = folder / f"{split}.txt"
        if file.is_file():
            for line in file.read_text("utf-8", "replace").splitlines():
                if line.strip():
                    made.setdefault(line.strip(), split)
    return made


FORMAT = Format(
    name="voc",
    words="Pascal VOC: boxes on images, an XML file each, a folder",
    also=("pascal-voc", "pascal"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
