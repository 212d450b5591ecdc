"""YOLO as Ultralytics has it: a folder of images, and a file of labels for each.

The format is described at https://docs.ultralytics.com/datasets/. Places are shares of the image's
sides, written with six decimals: what is read is within a millionth of them. A folder is for one
task:

- ``detect``: upright boxes; other shapes as the boxes around them.
- ``segment``: polygons; boxes and ellipses as polygons, masks as the outlines of their parts.
- ``pose``: boxes with the key points whose ``parentID`` they are.
- ``obb``: turned boxes; other shapes as the upright boxes around them.
- ``classify``: a folder of images for each choice.

What sticks out of its image is cut at its edge, told, because trainers refuse images with other
labels. Darknet's folders, with ``classes.txt`` or ``obj.names``, are read, too. What it does not
carry: choices beside shapes, attributes, relations, notes, scores, holes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from nblabel.base.arguments import one_of
from nblabel.base.errors import FormatError
from nblabel.base.optional import optional
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats._contours import outlines
from nblabel.formats._geometry import Point, Size
from nblabel.formats._making import Making
from nblabel.formats._pictures import IMAGES, image_size, images_in
from nblabel.formats._regions import (
    Picture,
    Region,
    joined,
    labelled,
    lose_of,
    pictures,
    shape_word,
)
from nblabel.formats._splits import Splits
from nblabel.formats._xml import number_of
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Lost, Out, needs, safe_name

Task = Literal["detect", "segment", "pose", "obb", "classify"]

_MOST_YAML = 10_000_000  # bytes
_LINES_SEEN = 2_000
_SHAPED = frozenset({"PolygonLabels", "BrushLabels", "EllipseLabels", "BitmaskLabels"})
_LEAST = 1e-6  # of the image's side: narrower is nothing


# -- out


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Image", what="regions or choices on images")


def task_of(config: Config) -> Task:
    """Return the task that a config is about.

    Boxes with key points are "pose", polygons and masks without boxes "segment", choices alone
    "classify", all else "detect".
    """
    tags = {control.tag for control in config.controls.values()}
    if {"KeyPointLabels", "RectangleLabels"} <= tags:
        return "pose"
    if tags & {"RectangleLabels", "Rectangle"}:
        return "detect"
    if tags & {*_SHAPED, "Polygon", "Brush", "Ellipse", "Bitmask"}:
        return "segment"
    return "classify" if "Choices" in tags else "detect"


def write(
    examples: Iterable[Example],
    out: Out,
    *,
    task: Task | None = None,
    val: float = 0.2,
    test: float = 0.0,
    split: str = "split",
) -> None:
    """Write a folder.

    Parameters
    ----------
    examples, out
        As in `nblabel.formats.dataset`.
    task
        What the folder is for; by default what the config is about.
    val, test
        Which shares of the images are in these.
    split
        The column of the data that says where a row belongs, where it has one.
    """
    chosen = task or task_of(out.config)
    one_of("task", chosen, get_args(Task))
    splits = Splits(split, val, test)
    if chosen == "classify":
        _write_classes(examples, out, splits)
    else:
        _Writing(out, chosen, splits).write(examples)


class _Writing:
    def __init__(self, out: Out, task: Task, splits: Splits) -> None:
        self._out, self._task, self._splits = out, task, splits
        self._classes: dict[str, int] = {}
        self._points: dict[str, int] = {}
        lines: dict[Task, Callable[[Region, Lost, str], Iterator[Sequence[float]]]] = {
            "detect": _detect,
            "pose": _detect,
            "segment": _segment,
            "obb": _obb,
        }
        self._lines = lines[task]
        for control in out.config.controls.values():
            if out.config.tags[control.tag].children != "Label":
                continue
            is_point = control.tag == "KeyPointLabels" and task == "pose"
            into = self._points if is_point else self._classes
            for label in out.config.labels(control):
                into.setdefault(label, len(into))

    def write(self, examples: Iterable[Example]) -> None:
        for example in examples:
            split = self._splits.of(example)
            for picture in pictures(example, self._out.lost):
                self._picture(picture, split)
        (self._out.path / "data.yaml").write_text(self._yaml(), "utf-8")

    def _picture(self, picture: Picture, split: str) -> None:
        key, lost = picture.example.key, self._out.lost
        self._out.place(key, picture.medium, f"images/{split}")
        file = self._out.path / "labels" / split / f"{picture.medium.stem}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.lose(lost)
        lines = [line for line in self._of(picture.regions, key) if line]
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")

    def _of(self, regions: Sequence[Region], key: str) -> Iterator[str]:
        lost = self._out.lost
        heads, points = regions, dict[str, list[Region]]()
        if self._task == "pose":
            heads, parts, points = joined(regions)
            heads = [*heads, *(part for some in parts.values() for part in some)]
        for region in heads:
            lose_of(region, key, lost)
            for numbers in self._lines(region, lost, key):
                held = self._keypoints(points.pop(region.id, []), region.size, key)
                for label in labelled(region, key, lost):
                    number = self._classes.setdefault(label, len(self._classes))
                    yield _line(number, (*numbers, *held))
        for some in points.values():
            for region in some:
                lost(key, region.control, "a key point without a box has no place")

    def _keypoints(self, regions: Sequence[Region], size: Size, key: str) -> list[float]:
        if self._task != "pose":
            return []
        flat = [0.0, 0.0, 0] * len(self._points)
        for region in regions:
            known = next((one for one in region.labels if one in self._points), None)
            if known is None:
                self._out.lost(key, region.control, "a key point has no label that is known")
                continue
            at = 3 * self._points[known]
            if flat[at + 2]:
                told = "two key points of one object have the same label"
                self._out.lost(key, region.control, told)
                continue
            [(x, y)] = region.points()
            inside = min(max(x / size[0], 0), 1), min(max(y / size[1], 0), 1)
            flat[at : at + 3] = [*inside, 1 if region.value.get("hidden") is True else 2]
        return flat

    def _yaml(self) -> str:
        used = self._splits.used
        lines = [  # without "path" all is in the folder of this file
            f"{name}: images/{name if name in used else 'train' if 'train' in used else ''}"
            for name in ("train", "val")
        ]
        lines += ["test: images/test"] if "test" in used else []
        if self._task == "pose":
            lines.append(f"kpt_shape: [{len(self._points)}, 3]")
            lines.append("kpt_names:")
            lines.append(f"  0: [{', '.join(map(_quoted, self._points))}]")
        lines.append("names:")
        lines += [f"  {number}: {_quoted(label)}" for label, number in self._classes.items()]
        return "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    """Return a text as YAML has it: a string of JSON is one of YAML."""
    return json.dumps(text, ensure_ascii=False)


def _line(number: int, numbers: Iterable[float]) -> str:
    """Return a line; visibilities, which are whole, stay so."""
    return " ".join([str(number), *(str(n) if isinstance(n, int) else f"{n:.6f}" for n in numbers)])


def _detect(region: Region, lost: Lost, key: str) -> Iterator[Sequence[float]]:
    if region.shape != "rectangle" or region.turned:
        lost(key, region.control, f"{shape_word(region)} is the upright box around it")
    box = region.box()
    if box is None:
        lost(key, region.control, "a mask is broken or empty")
        return
    x, y, w, h = geometry.clipped_box(box, region.size)
    if any(abs(a - b) > 1e-6 for a, b in zip((x, y, w, h), box, strict=True)):
        lost(key, region.control, "a shape that sticks out of its image is cut at its edge")
    width, height = region.size
    if w < _LEAST * width or h < _LEAST * height:
        lost(key, region.control, "a shape without any area has no place")
        return
    yield (x + w / 2) / width, (y + h / 2) / height, w / width, h / height


def _segment(region: Region, lost: Lost, key: str) -> Iterator[Sequence[float]]:
    if region.shape in {"keypoint", "vector"}:
        lost(key, region.control, f"{shape_word(region)} has no place")
        return
    rings: list[list[Point]]
    if region.shape == "mask":
        mask = region.mask()
        rings, holes = ([], 0) if mask is None else outlines(mask)
        if not rings:
            lost(key, region.control, "a mask is broken or empty")
        else:
            lost(key, region.control, "a mask is the outline of each of its parts")
        for _ in range(holes):
            lost(key, region.control, "a hole of a mask is filled")
    else:
        rings = [region.points()]
        if region.shape != "polygon":
            lost(key, region.control, f"{shape_word(region)} is a polygon")
    for ring in rings:
        points = ring
        if not geometry.is_inside(ring, region.size):
            lost(key, region.control, "a shape that sticks out of its image is cut at its edge")
            points = geometry.clipped(ring, region.size)
        if len(points) < 3:
            lost(key, region.control, "a shape without any area has no place")
            continue
        yield _shares(points, region.size)


def _obb(region: Region, lost: Lost, key: str) -> Iterator[Sequence[float]]:
    if region.shape == "rectangle":
        points = region.points()
    else:
        lost(key, region.control, f"{shape_word(region)} is the upright box around it")
        box = region.box()
        if box is None:
            lost(key, region.control, "a mask is broken or empty")
            return
        x, y, w, h = box
        points = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    width, height = region.size
    if not geometry.is_inside(points, region.size):
        lost(key, region.control, "a shape that sticks out of its image is cut at its edge")
        points = [(min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in points]
    if geometry.area(points) < _LEAST * width * height:
        lost(key, region.control, "a shape without any area has no place")
        return
    yield _shares(points, region.size)


def _shares(points: Iterable[Point], size: Size) -> list[float]:
    return [share for x, y in points for share in (x / size[0], y / size[1])]


def _write_classes(examples: Iterable[Example], out: Out, splits: Splits) -> None:
    if out.media == "keep" and not out.is_dry:
        raise FormatError('yolo: task="classify" is folders of images: media="copy" makes them')
    for example in examples:
        split = splits.of(example)
        for picture in pictures(example, out.lost):
            key = example.key
            picture.lose(out.lost, "choices")
            for region in picture.regions:
                out.lost(key, region.control, "a region has no place among folders of images")
            choices = [(c, one) for c, some in picture.choices.items() for one in some]
            if not choices:
                out.lost(key, "", "an image without a choice is in no folder")
                continue
            for control, _ in choices[1:]:
                out.lost(key, control, "of several choices only the first has a folder")
            name = safe_name(choices[0][1]).replace("/", "_") or "_"
            out.place(key, picture.medium, f"{split}/{name}", picture.medium.flat)


# -- in


def looks(path: Path, head: bytes) -> bool:
    """Whether a folder has images with labels beside them, or a file says where they are."""
    if not path.is_dir():
        is_yaml = path.suffix.lower() in {".yaml", ".yml"}
        return is_yaml and re.search(rb"^names\s*:", head, re.MULTILINE) is not None
    if _yaml_in(path) is not None:
        return True
    return _classes_file(path) is not None and any(path.rglob("*.txt"))


def _yaml_in(folder: Path) -> Path | None:
    for pattern in ("data.yaml", "dataset.yaml", "*.yaml", "*.yml"):
        for file in sorted(folder.glob(pattern)):
            with file.open("rb") as opened:
                if looks(file, opened.read(_MOST_YAML)):
                    return file
    return None


def _classes_file(folder: Path) -> Path | None:
    names = ("classes.txt", "obj.names")
    return next((folder / name for name in names if (folder / name).is_file()), None)


def read(
    path: Path,
    *,
    task: Task | None = None,
    names: Sequence[str] | None = None,
) -> Dataset:
    """Read a folder.

    Parameters
    ----------
    path
        The folder, or its ``data.yaml``.
    task
        What it is for; by default what its lines look like. Nine numbers are a turned box, or a
        polygon of four points: that must be said. Folders of images for each class are read as
        ``classify`` only.
    names
        The names of classes, where the folder does not have them.
    """
    if task is not None:
        one_of("task", task, get_args(Task))
    if task == "classify":
        return _read_classes(path)
    return _Reading(path, task, names).dataset()


class _Reading:
    def __init__(self, path: Path, task: Task | None, names: Sequence[str] | None) -> None:
        self._aside = Aside()
        yaml = _yaml_in(path) if path.is_dir() else path
        self._home = (path if path.is_dir() else path.parent).resolve()
        said = {} if yaml is None else _read_yaml(yaml)
        self._points = _shape(said.get("kpt_shape"))
        self._point_names = _point_names(said.get("kpt_names"), self._points)
        self._names = [*names] if names is not None else self._classes(said)
        self._images = list(self._found(said))
        if not self._images:
            raise FormatError(f'"{path}" cannot be read: there are no images in it')
        self._task, self._is_scored = self._told(task, path)
        self._making = Making("Image", "image")
        tags = {"detect": "RectangleLabels", "pose": "RectangleLabels", "obb": "RectangleLabels"}
        tag = tags.get(self._task, "PolygonLabels")
        self._making.control(tag)
        for name in self._names:
            self._making.label(tag, name)
        for name in self._point_names if self._task == "pose" else ():
            self._making.label("KeyPointLabels", name)
        if self._task == "obb":
            for name in self._names:
                self._making.label("PolygonLabels", name)

    def _classes(self, said: dict[str, Any]) -> list[str]:
        given = said.get("names")
        if isinstance(given, list):
            return list(map(str, given))
        if isinstance(given, dict):
            numbered = {int(n): str(name) for n, name in given.items() if str(n).isdigit()}
            last = max(numbered, default=-1)
            if last < 100_000:
                return [numbered.get(n, str(n)) for n in range(last + 1)]
        file = _classes_file(self._home)
        if file is not None:
            lines = file.read_text("utf-8", "replace").splitlines()
            return [line.strip() for line in lines if line.strip()]
        raise FormatError(
            f'"{self._home}" cannot be read: there is neither a data.yaml with "names" nor a '
            "classes.txt; names= names the classes"
        )

    def _found(self, said: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each image's path below the folder, and its split."""
        seen = set[Path]()
        for split in ("train", "val", "test"):
            given = said.get(split)
            for entry in given if isinstance(given, list) else [given] if given else []:
                for file in self._entry(str(entry), str(said.get("path") or ""), split):
                    if file not in seen:
                        seen.add(file)
                        yield file.relative_to(self._home).as_posix(), split
        if not any(said.get(split) for split in ("train", "val", "test")):
            for file in images_in(self._home):
                yield file.relative_to(self._home).as_posix(), ""

    def _entry(self, entry: str, base: str, split: str) -> Iterator[Path]:
        """Yield the images of a folder, or of a list, that data.yaml names."""
        plain = re.sub(r"^(\.\./)+", "", entry)  # Roboflow's lead out of the folder they are in
        tried = [self._home / base / entry, self._home / entry, self._home / plain]
        for given in tried:
            place = given.resolve()
            if not place.is_relative_to(self._home):
                continue
            if place.is_dir():
                yield from images_in(place)
                return
            if place.is_file() and place.suffix.lower() in IMAGES:
                yield place
                return
            if place.is_file() and place.suffix == ".txt":
                for line in place.read_text("utf-8", "replace").splitlines():
                    yield from self._listed(line.strip(), place.parent)
                return
        self._aside.add(f"the images of {split} are not in the folder", entry)

    def _listed(self, line: str, folder: Path) -> Iterator[Path]:
        if not line:
            return
        plain = line.removeprefix("data/")
        for given in (folder / line, self._home / line, self._home / plain):
            place = given.resolve()
            if place.is_relative_to(self._home) and place.is_file():
                yield place
                return
        self._aside.add("an image of a list is not in the folder", line)

    def _labels(self, name: str) -> Path:
        """Return the file of an image's labels."""
        parts = name.split("/")
        for index in reversed(range(len(parts) - 1)):
            if parts[index] == "images":
                moved = [*parts[:index], "labels", *parts[index + 1 :]]
                return (self._home / "/".join(moved)).with_suffix(".txt")
        return (self._home / name).with_suffix(".txt")

    def _told(self, given: Task | None, path: Path) -> tuple[Task, bool]:
        """Return the task, and whether lines have a score at the end."""
        if self._points and given in {None, "pose"}:
            return "pose", False
        counts: dict[int, None] = {}
        seen = 0
        for name, _ in self._images:
            for line in self._lines_of(name):
                counts[len(line.split())] = None
                seen += 1
            if seen > _LINES_SEEN:
                break
        if given is not None:
            return given, given == "detect" and 6 in counts
        if not counts or counts.keys() <= {5, 6}:
            return "detect", 6 in counts
        if counts.keys() == {9}:
            raise FormatError(
                f'"{path}": lines of nine numbers are turned boxes or polygons of four points: '
                'task="obb" or task="segment" says which'
            )
        return "segment", False

    def _lines_of(self, name: str) -> list[str]:
        file = self._labels(name)
        if not file.is_file() or not file.resolve().is_relative_to(self._home):
            return []
        return [line for line in file.read_text("utf-8", "replace").splitlines() if line.strip()]

    def dataset(self) -> Dataset:
        has_splits = any(split for _, split in self._images)
        return Dataset(
            self._making.xml(),
            [{"image": n, **({"split": s} if has_splits else {})} for n, s in self._images],
            self._said,
            (self._home,),
            self._is_scored,
            self._aside,
        )

    def _said(self) -> Iterator[list[dict[str, Any]]]:
        for name, _ in self._images:
            if not self._labels(name).is_file():
                yield []
                continue
            lines = self._lines_of(name)
            size = image_size(name, (self._home,)) if lines else None
            if lines and size is None:
                self._aside.add("an image cannot be read, and its labels are left out", name)
                yield []
                continue
            results = [
                result
                for number, line in enumerate(lines, 1)
                for result in self._results(line, size or (1, 1), f"{name}, line {number}", number)
            ]
            told = {"model_version": self._home.name} if self._is_scored else {}
            yield [{"result": results, **told}]

    def _results(self, line: str, size: Size, where: str, number: int) -> Iterator[Result]:
        word, *words = line.split()
        read = [number_of(one) for one in words]
        numbers = [one for one in read if one is not None]
        known = word.isascii() and word.isdigit() and int(word[:9]) < len(self._names)
        if not known or len(numbers) < len(read):
            self._aside.add("a line has no class that is named, or no numbers", where)
            return
        label = self._names[int(word)]
        width, height = size
        common: Result = {
            "to_name": "image",
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
        }
        value = self._value(numbers, size)
        if value is None:
            self._aside.add(f"a line has not the numbers that {self._task} has", where)
            return
        tag = "PolygonLabels" if "points" in value else "RectangleLabels"
        control = self._making.control(tag)
        made: Result = {
            "id": f"line-{number}",
            "from_name": control.name,
            "type": control.type,
            "value": {**value, control.type: [label]},
            **common,
        }
        if self._is_scored and len(numbers) == 5:
            made["score"] = numbers[4]
        yield made
        if self._task == "pose":
            yield from self._key_points(numbers[4:], made["id"], common)

    def _value(self, numbers: list[float], size: Size) -> dict[str, Any] | None:
        width, height = size
        if self._task in {"detect", "pose"}:
            count, each = self._points or (0, 0)
            wanted = 4 + count * each if self._task == "pose" else 4
            if len(numbers) != wanted and not (self._is_scored and len(numbers) == 5):
                return None
            x, y, w, h = (100 * n for n in numbers[:4])
            return {"x": x - w / 2, "y": y - h / 2, "width": w, "height": h, "rotation": 0}
        if len(numbers) < 6 or len(numbers) % 2 or (self._task == "obb" and len(numbers) != 8):
            return None
        shares = list(zip(numbers[::2], numbers[1::2], strict=True))
        if self._task == "obb":
            # Six decimals of each side move a corner by so much.
            near = 2e-6 * max(width, height)
            points = [(x * width, y * height) for x, y in shares]
            made = geometry.rectangle_of(points, size, near)
            if made is not None:
                return made
            self._aside.add("a turned box is no rectangle, and read as a polygon")
        return {"points": [[100 * x, 100 * y] for x, y in shares], "closed": True}

    def _key_points(self, flat: list[float], parent: str, common: Result) -> Iterator[Result]:
        _, each = self._points or (0, 0)
        control = self._making.control("KeyPointLabels")
        for index, name in enumerate(self._point_names):
            x, y, *seen = flat[each * index : each * (index + 1)]
            if (seen and not seen[0]) or (not seen and x == y == 0):
                continue
            value = {"x": 100 * x, "y": 100 * y, "width": 0.5, control.type: [name]}
            yield {
                "id": f"{parent}-p{index}",
                "from_name": control.name,
                "type": control.type,
                "value": {**value, "hidden": True} if seen and seen[0] == 1 else value,
                "parentID": parent,
                **common,
            }


def _read_yaml(path: Path) -> dict[str, Any]:
    yaml = optional("yaml", feature="reading data.yaml", extra="yolo")
    if path.stat().st_size > _MOST_YAML:
        raise FormatError(f'"{path}" cannot be read: it is too large to be a data.yaml')
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f'"{path}" cannot be read: {" ".join(str(error).split())}') from None
    if not isinstance(said, dict):
        raise FormatError(f'"{path}" cannot be read: it has no names')
    return said


def _shape(given: Any) -> tuple[int, int] | None:
    """Return how many key points there are, and numbers of each."""
    if isinstance(given, list) and len(given) == 2 and all(isinstance(n, int) for n in given):
        count, each = given
        return (count, each) if 0 < count < 10_000 and each in {2, 3} else None
    return None


def _point_names(given: Any, shape: tuple[int, int] | None) -> list[str]:
    """Return the names of key points: those of the file, else their numbers."""
    count = shape[0] if shape else 0
    first = next(iter(given.values()), None) if isinstance(given, dict) else given
    if isinstance(first, list) and len(first) == count and len(set(map(str, first))) == count:
        return list(map(str, first))
    return [str(number) for number in range(1, count + 1)]


def _read_classes(path: Path) -> Dataset:
    home = path.resolve()
    if not home.is_dir():
        raise FormatError(f'"{path}" is no folder: task="classify" is folders of images')
    known = [name for name in ("train", "val", "test", "valid") if (home / name).is_dir()]
    rows: list[dict[str, Any]] = []
    said: list[str] = []
    making = Making("Image", "image")
    for split in known or [""]:
        for file in images_in(home / split):
            parts = file.relative_to(home / split).parts
            if len(parts) < 2:
                continue
            making.label("Choices", parts[0])
            name = file.relative_to(home).as_posix()
            rows.append({"image": name, **({"split": split} if split else {})})
            said.append(parts[0])
    if not rows:
        raise FormatError(f'"{path}" cannot be read: there are no folders of images in it')
    control = making.control("Choices")
    common = {"from_name": control.name, "to_name": "image", "type": "choices"}

    def annotations() -> Iterator[list[dict[str, Any]]]:
        for choice in said:
            yield [{"result": [{"id": "choice", **common, "value": {"choices": [choice]}}]}]

    return Dataset(making.xml(), rows, annotations, (home,))


FORMAT = Format(
    name="yolo",
    words="YOLO (Ultralytics): boxes, polygons, poses, turned boxes or classes, a folder",
    also=("ultralytics", "darknet"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
