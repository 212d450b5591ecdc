"""Masks as images and arrays: what is inside of the regions of each image.

Three kinds, by ``kind=``:

- ``labels``: for each image and label a PNG of 0 and 255, ``{name}-{label}.png``.
- ``indexed``: for each image a PNG with a palette, 0 outside and the label's number inside, from 1
  in the order of the config; ``labels.txt`` has the numbers. Where regions overlap, the later one
  is on top. 255 is left for what is to be ignored.
- ``numpy``: for each image an ``.npz`` with an array for each label, uint8, height x width, 0 or 1,
  called like the files of ``labels``.

A pixel is inside a polygon, a box or an ellipse when its centre is: even-odd for polygons that
cross themselves. Masks are taken as they are, soft edges as inside. Regions of a label are joined.
What it does not carry: which pixels are which region's, lines, key points, choices, attributes,
relations, notes, scores. In ``labels`` an image without regions has no file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from nblabel.base.arguments import one_of
from nblabel.base.errors import FormatError
from nblabel.base.jsontext import dumps, strict
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats._geometry import Point, Size
from nblabel.formats._making import Making, colour
from nblabel.formats._pictures import IMAGES, images_near
from nblabel.formats._regions import Picture, Region, labelled, lose_of, pictures, shape_word
from nblabel.formats.dataset import (
    Aside,
    Dataset,
    Example,
    Format,
    Out,
    needs,
    safe_name,
    unreadable,
)
from nblabel.media import MAX_PIXELS
from nblabel.media.masks import encoded as run_lengths

Kind = Literal["labels", "indexed", "numpy"]
Bits = npt.NDArray[np.bool_]

_IGNORED = 255
_BROKEN = (OSError, ValueError, SyntaxError, KeyError)


# -- out


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Image", what="regions on images")


def write(examples: Iterable[Example], out: Out, *, kind: Kind = "labels") -> None:
    """Write a folder.

    Parameters
    ----------
    examples, out
        As in `nblabel.formats.dataset`. Images are copied into ``images``.
    kind
        What is written for an image.
    """
    one_of("kind", kind, get_args(Kind))
    numbers: dict[str, int] = {}
    for control in out.config.controls.values():
        if out.config.tags[control.tag].children == "Label" and control.tag != "KeyPointLabels":
            for label in out.config.labels(control):
                numbers.setdefault(label, len(numbers) + 1)
    (out.path / "masks").mkdir()
    writing = _Writing(out, kind, numbers)
    for example in examples:
        for picture in pictures(example, out.lost):
            writing.picture(picture)
    lines = "".join(f"{number}\t{_line(name)}\n" for name, number in numbers.items())
    (out.path / "labels.txt").write_text(lines, "utf-8", newline="\n")


def _line(name: str) -> str:
    """Return a name as one line; one that is more is quoted, as JSON has it."""
    plain = name == " ".join(name.split()) and not name.startswith('"')
    return name if plain else dumps(name)


class _Files:
    """What the labels are called in names of files: no two alike."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def of(self, label: str) -> str:
        if label not in self._names:
            plain = safe_name(label).replace("/", "_") or "_"
            taken = {name.casefold() for name in self._names.values()}
            number, name = 1, plain
            while name.casefold() in taken:
                number += 1
                name = f"{plain}-{number}"
            self._names[label] = name
        return self._names[label]


class _Writing:
    def __init__(self, out: Out, kind: Kind, numbers: dict[str, int]) -> None:
        self._out, self._kind, self._numbers = out, kind, numbers
        self._files = _Files()

    def picture(self, picture: Picture) -> None:
        """Write the masks of an image."""
        key, medium, lost = picture.example.key, picture.medium, self._out.lost
        self._out.place(key, medium, "images", medium.flat)
        picture.lose(lost)
        if picture.size is None:
            lost(key, "", "the size of an image is not known, and it has no mask")
            return
        filled: list[tuple[str, Bits, str]] = []
        for region in picture.regions:
            bits = _filled(region, key, self._out)
            lose_of(region, key, lost)
            if bits is not None:
                control = region.control
                filled += [(label, bits, control) for label in labelled(region, key, lost)]
        for label, *_ in filled:
            self._numbers.setdefault(label, len(self._numbers) + 1)
        file = self._out.path / "masks" / medium.flat
        if self._kind == "indexed":
            self._indexed(filled, picture.size, key, file)
        else:
            self._joined(filled, file)

    def _indexed(
        self, filled: Iterable[tuple[str, Bits, str]], size: Size, key: str, file: Path
    ) -> None:
        indexed = np.zeros((size[1], size[0]), np.uint8)
        for label, bits, control in filled:
            number = self._numbers[label]
            if number >= _IGNORED:
                self._out.lost(key, control, "an indexed image has no more than 254 labels")
                continue
            if (indexed[bits] % number).any():
                self._out.lost(key, control, "a region lies over part of an earlier one")
            indexed[bits] = number
        image = Image.fromarray(indexed, "P")
        image.putpalette(_palette(len(self._numbers)))
        image.save(f"{file}.png", optimize=True)

    def _joined(self, filled: Iterable[tuple[str, Bits, str]], file: Path) -> None:
        joined: dict[str, Bits] = {}
        for label, bits, _ in filled:
            joined[label] = joined[label] | bits if label in joined else bits
        if self._kind == "labels":
            for label, bits in joined.items():
                image = Image.fromarray(bits.astype(np.uint8) * np.uint8(255))
                image.save(f"{file}-{self._files.of(label)}.png")
            return
        with zipfile.ZipFile(f"{file}.npz", "w", zipfile.ZIP_DEFLATED) as held:
            for label, bits in joined.items():
                with held.open(f"{self._files.of(label)}.npy", "w") as part:
                    np.lib.format.write_array(part, bits.astype(np.uint8))


def _palette(count: int) -> list[int]:
    """Return the colours of numbers: black outside, white for what is to be ignored."""
    flat = [0, 0, 0]
    for number in range(min(count, 254)):
        shade = colour(number)
        flat += [int(shade[at : at + 2], 16) for at in (1, 3, 5)]
    return [*flat, *[0] * (3 * _IGNORED - len(flat)), 255, 255, 255]


def _filled(region: Region, key: str, out: Out) -> Bits | None:
    """Return the pixels inside a region, height x width; None, told, where it has no inside."""
    if region.shape == "mask":
        mask = region.mask()
        if mask is None or mask.shape != (region.size[1], region.size[0]):
            out.lost(key, region.control, "a mask is broken or empty")
            return None
        if ((mask > 0) & (mask < 255)).any():
            out.lost(key, region.control, "a soft edge of a mask is a hard one")
        return np.asarray(mask > 0)
    if region.shape in {"keypoint", "vector"} or region.value.get("closed") is False:
        out.lost(key, region.control, f"{shape_word(region)} has no inside")
        return None
    if region.shape == "ellipse":
        return inside_ellipse(region)
    return inside(region.points(), region.size)


def inside(points: Sequence[Point], size: Size) -> Bits:
    """Return which pixels have their centres inside a polygon, height x width.

    >>> inside([(1, 0), (3, 0), (3, 2), (1, 2)], (4, 2)).astype(int).tolist()
    [[0, 1, 1, 0], [0, 1, 1, 0]]
    """
    width, height = size
    made = np.zeros((height, width), bool)
    rows = np.arange(height) + 0.5
    crossings: list[tuple[npt.NDArray[np.intp], npt.NDArray[Any]]] = []
    for (ax, ay), (bx, by) in zip(points, (*points[1:], points[0]), strict=True):
        if ay == by:
            continue
        low, high = min(ay, by), max(ay, by)
        hit = np.flatnonzero((rows >= low) & (rows < high))
        crossings.append((hit, ax + (rows[hit] - ay) * ((bx - ax) / (by - ay))))
    if not crossings:
        return made
    at_rows = np.concatenate([hit for hit, _ in crossings])
    at = np.concatenate([xs for _, xs in crossings])
    # A pixel is beyond a crossing when its centre is: from the next half on.
    columns = np.clip(np.ceil(at - 0.5), 0, width).astype(np.intp)
    turned = np.zeros((height, width + 1), np.int32)
    np.add.at(turned, (at_rows, columns), 1)
    return np.asarray(np.cumsum(turned, axis=1)[:, :width] % 2 == 1)


def inside_ellipse(region: Region) -> Bits:
    """Return which pixels have their centres inside an ellipse, height x width."""
    width, height = region.size
    (cx, cy), (rx, ry) = geometry.ellipse_radii(region.value, region.size)
    made = np.zeros((height, width), bool)
    if rx <= 0 or ry <= 0:
        return made
    around = geometry.ellipse_bounds(region.value, region.size)
    x, y, w, h = geometry.clipped_box(around, region.size)
    left, top = int(x), int(y)
    across, down = int(np.ceil(x + w)) - left, int(np.ceil(y + h)) - top
    radians = np.radians(region.turned)
    xs = np.arange(left, left + across) + 0.5 - cx
    ys = (np.arange(top, top + down) + 0.5 - cy)[:, None]
    along = xs * np.cos(radians) + ys * np.sin(radians)
    beside = -xs * np.sin(radians) + ys * np.cos(radians)
    made[top : top + down, left : left + across] = (along / rx) ** 2 + (beside / ry) ** 2 <= 1
    return made


# -- in


def looks(path: Path, head: bytes) -> bool:
    """Whether a folder has the masks that are written here."""
    del head
    return (path / "masks").is_dir() and (path / "labels.txt").is_file()


def read(path: Path, *, labels: Sequence[str] | None = None) -> Dataset:
    """Read a folder that `write` has made, or one like it: ``images``, ``masks``, ``labels.txt``.

    Parameters
    ----------
    path
        The folder.
    labels
        The labels' names, from 1 on, where there is no ``labels.txt``.
    """
    return _Reading(path, labels).dataset()


class _Reading:
    def __init__(self, path: Path, labels: Sequence[str] | None) -> None:
        self._aside = Aside()
        self._folder = path / "masks" if (path / "masks").is_dir() else path
        self._labels = _legend(path, labels)
        names_of = _Files()
        self._known = {names_of.of(label): label for label in self._labels.values()}
        files = [f for f in sorted(self._folder.iterdir()) if f.suffix in {".png", ".npz"}]
        images = _images(path)
        self._masks: dict[str, list[tuple[Path, str]]] = {stem: [] for stem in images}
        for file in files:
            stem, label = self._belongs(file, images)
            self._masks.setdefault(stem, []).append((file, label))
        if not self._masks:
            raise unreadable(path, "there are neither images nor masks in it")
        self._making = Making("Image", "image")
        for label in self._labels.values():
            self._making.label("BrushLabels", label)
        self._making.control("BrushLabels")
        names = [images.get(stem, f"{stem}.png") for stem in self._masks]
        self._roots, _ = images_near(path, names, None)
        self._rows = [{"image": name} for name in names]

    def _belongs(self, file: Path, images: dict[str, str]) -> tuple[str, str]:
        """Return the image that a file of masks is of, and its label where it is of one."""
        if file.stem in images or file.suffix == ".npz":
            return file.stem, ""
        for name in sorted(self._known, key=len, reverse=True):
            stem = file.stem.removesuffix(f"-{name}")
            if stem != file.stem:
                return stem, self._known[name]
        return file.stem, ""

    def dataset(self) -> Dataset:
        return Dataset(
            self._making.xml(), self._rows, self._said, self._roots, problems=self._aside
        )

    def _said(self) -> Iterator[list[dict[str, Any]]]:
        for files in self._masks.values():
            results: list[Result] = []
            for file, label in files:
                for named, bits in self._read(file, label):
                    if bits.any():
                        results.append(self._result(named, bits))
            yield [{"result": results}] if files else []

    def _read(self, file: Path, label: str) -> Iterator[tuple[str, Bits]]:
        try:
            if file.suffix == ".npz":
                yield from self._arrays(file)
                return
            with Image.open(file, formats=["PNG"]) as image:
                if image.width * image.height > MAX_PIXELS:
                    self._aside.add("a file of masks is too large", file.name)
                    return
                plain = image.mode in {"P", "L", "I;16"}
                pixels = np.asarray(image if plain else image.convert("L"))
        except (*_BROKEN, zipfile.BadZipFile, Image.DecompressionBombError) as error:
            self._aside.add(f"a file of masks cannot be read: {error}", file.name)
            return
        if label:
            yield label, np.asarray(pixels > 0)
            return
        for number in np.unique(pixels).tolist():
            if number not in {0, _IGNORED}:
                yield self._labels.get(number, str(number)), np.asarray(pixels == number)

    def _arrays(self, file: Path) -> Iterator[tuple[str, Bits]]:
        with zipfile.ZipFile(file) as held:
            large = [one.filename for one in held.infolist() if one.file_size > MAX_PIXELS]
        if large:
            self._aside.add("a file of masks has too large an array", f"{file.name}, {large[0]}")
            return
        with np.load(file, allow_pickle=False) as arrays:
            for name in arrays.files:
                if arrays[name].ndim == 2:
                    yield self._known.get(name, name), np.asarray(arrays[name] > 0)

    def _result(self, label: str, bits: Bits) -> Result:
        control = self._making.control("BrushLabels")
        height, width = bits.shape
        rle = run_lengths(bits)
        place = {"format": "rle", "rle": rle}
        return control.on_image(f"mask-{label}", place, (width, height), label)


def _legend(path: Path, given: Sequence[str] | None) -> dict[int, str]:
    """Return the label of each number."""
    if given is not None:
        return dict(enumerate(given, 1))
    file = path / "labels.txt"
    if not file.is_file():
        raise FormatError(f'"{path}" has no labels.txt: labels= names them, from 1 on')
    made: dict[int, str] = {}
    for line in file.read_text("utf-8", "replace").splitlines():
        number, _, name = line.partition("\t")
        if number.isdigit() and name:
            made[int(number)] = name
            with suppress(ValueError):
                quoted = strict(name) if name.startswith('"') else name
                made[int(number)] = str(quoted)
    return made


def _images(path: Path) -> dict[str, str]:
    folder = path / "images"
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return {file.stem: file.name for file in files if file.suffix.lower() in IMAGES}


FORMAT = Format(
    name="masks",
    words="Masks: PNG for each label, indexed PNG or NumPy arrays, a folder",
    also=("png", "numpy", "brush"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
