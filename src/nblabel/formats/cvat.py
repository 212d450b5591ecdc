"""CVAT's XML 1.1, "for images" and "for video", in one file.

The format is described at https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/. A box
and an ellipse are upright there, and turned about their centres; masks are runs, row by row, in a
box of their own; frames of tracks count from 0. Numbers are written so that they are read again
exactly, where CVAT itself rounds to hundredths of a pixel.

What it carries: boxes, ellipses, polygons, lines, key points, masks, choices about an image (tags),
what per-region controls say (attributes), key points of a box (skeletons), boxes through a video
(tracks). What it does not: relations, notes, scores, soft edges of masks, Bezier curves, stretches
of a video, what is said of a whole video.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shutil import copyfileobj
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats import _runs as runs
from nblabel.formats import _tracks as tracks
from nblabel.formats._geometry import Box, Point, Size
from nblabel.formats._making import Attributes, Making, about_region, colour, label_of
from nblabel.formats._pictures import images_near
from nblabel.formats._regions import (
    Picture,
    Region,
    joined,
    labelled,
    lose_of,
    mask_box,
    pictures,
    shape_word,
)
from nblabel.formats._tracks import Clip, Key, Track
from nblabel.formats._xml import attributes, elements, number_of, plain, text_of, written
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
from nblabel.media.masks import encoded as run_lengths

_MOST_FILES = 20


# -- out


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, "Image", "Video", what="shapes on images and boxes through videos")


def write(examples: Iterable[Example], out: Out, *, size: Sequence[int] | None = None) -> None:
    """Write a file.

    Parameters
    ----------
    examples, out
        As in `nblabel.formats.dataset`.
    size
        Width and height of the videos in pixels, where their files cannot be looked at.
    """
    writing = _Writing(out, size)
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as body,
        out.path.open("w", encoding="utf-8", newline="\n", errors="replace") as file,
    ):
        for example in examples:
            shown = {one.tag for one in example.config.objects.values()}
            for picture in pictures(example, out.lost, "Video") if "Image" in shown else ():
                body.writelines(f"{line}\n" for line in writing.image(picture))
            if "Video" in shown:
                for clip in tracks.clips(example, out.lost, "Image"):
                    body.writelines(f"{line}\n" for line in writing.video(clip))
        body.seek(0)
        file.writelines(f"{line}\n" for line in writing.head())
        copyfileobj(body, file)
        file.write("</annotations>\n")


class _Writing:
    def __init__(self, out: Out, size: Sequence[int] | None) -> None:
        self._out, self._size = out, size
        self._images = self._tracks = 0
        self._clips: list[tuple[str, int, Size]] = []  # name, frames and size of each video
        self._labels: dict[str, None] = {}
        self._tags: dict[str, None] = {}
        self._regional = {
            name: control
            for name, control in out.config.controls.items()
            if out.config.attribute(control, "perRegion")
        }
        for control in out.config.controls.values():
            labels = dict.fromkeys(out.config.labels(control))
            if out.config.tags[control.tag].children == "Label":
                self._labels |= labels
            elif control.tag == "Choices" and control.name not in self._regional:
                self._tags |= labels

    def head(self) -> Iterator[str]:
        """Yield all before the images: what labels there are is known in the end."""
        yield '<?xml version="1.0" encoding="utf-8"?>'
        yield "<annotations>"
        yield "  <version>1.1</version>"
        yield "  <meta>"
        many = len(self._clips) > 1
        yield f"    <{'project' if many else 'task'}>"
        yield "      <name>nblabel</name>"
        if many:
            yield "      <tasks>"
            for number, clip in enumerate(self._clips, 1):
                yield "        <task>"
                yield f"          <id>{number}</id>"
                yield from (f"          {line}" for line in _about_clip(*clip))
                yield "        </task>"
            yield "      </tasks>"
        elif self._clips:
            yield from (f"      {line}" for line in _about_clip(*self._clips[0]))
        else:
            yield f"      <size>{self._images}</size>"
            yield "      <mode>annotation</mode>"
        yield "      <labels>"
        for number, label in enumerate(self._labels):
            yield from self._label(label, "any", number)
        for label in self._tags:
            if label not in self._labels:
                yield from self._label(label, "tag", len(self._labels))
        yield "      </labels>"
        yield f"    </{'project' if many else 'task'}>"
        yield "  </meta>"

    def _label(self, label: str, kind: str, number: int) -> Iterator[str]:
        yield "        <label>"
        yield f"          <name>{written(label)}</name>"
        yield f"          <color>{colour(number)}</color>"
        yield f"          <type>{kind}</type>"
        yield "          <attributes>"
        if kind == "any":
            for name, control in self._regional.items():
                yield from self._attribute(name, control.tag)
        yield "          </attributes>"
        yield "        </label>"

    def _attribute(self, name: str, tag: str) -> Iterator[str]:
        control = self._regional[name]
        labels = self._out.config.labels(control)
        if tag == "Choices" and self._out.config.attribute(control, "choice") == "multiple":
            declared = [(f"{name}:{label}", "checkbox", ["false", "true"]) for label in labels]
        elif tag == "Choices":
            declared = [(name, "select", list(labels))]
        else:
            declared = [(name, "number" if tag in {"Number", "Rating"} else "text", [])]
        for called, kind, values in declared:
            default = written(values[0]) if values else ""
            yield "            <attribute>"
            yield f"              <name>{written(called)}</name>"
            yield "              <mutable>False</mutable>"
            yield f"              <input_type>{kind}</input_type>"
            yield f"              <default_value>{default}</default_value>"
            yield f"              <values>{written(chr(10).join(values))}</values>"
            yield "            </attribute>"

    def image(self, picture: Picture) -> Iterator[str]:
        """Yield the lines of an image."""
        key, lost = picture.example.key, self._out.lost
        name = self._out.place(key, picture.medium, "images")
        picture.lose(lost, "choices")
        if picture.size is None:
            lost(key, "", "the size of an image is not known and not in the file")
        width, height = picture.size or (0, 0)
        head = attributes(
            (("id", self._images), ("name", name), ("width", width), ("height", height))
        )
        self._images += 1
        yield f"  <image{head}>"
        heads, parts, points = joined(picture.regions)
        heads = [*heads, *(one for some in parts.values() for one in some)]
        for order, region in enumerate(heads):
            below = points.pop(region.id, []) if points else []
            lose_of(region, key, lost, ("attributes",))
            for label in labelled(region, key, lost):
                self._labels.setdefault(label)
                if below:
                    lost(key, region.control, "the box around key points is given by them")
                    yield from self._skeleton(label, region, below, order, key)
                else:
                    yield from self._shape(label, region, order, key)
        for some in points.values():
            for order, region in enumerate(some, len(heads)):
                lose_of(region, key, lost, ("attributes",))
                for label in labelled(region, key, lost):
                    self._labels.setdefault(label)
                    yield from self._shape(label, region, order, key)
        for chosen in picture.choices.values():
            for choice in chosen:
                self._tags.setdefault(choice)
                yield f"    <tag{attributes((('label', choice), ('source', 'manual')))}>"
                yield "    </tag>"
        yield "  </image>"

    def _shape(self, label: str, region: Region, order: int, key: str) -> Iterator[str]:
        placed = _placed(region, key, self._out.lost)
        if placed is None:
            return
        name, place = placed
        head = attributes(
            (("label", label), ("source", "manual"), ("occluded", 0), *place, ("z_order", order))
        )
        yield f"    <{name}{head}>"
        yield from self._said(region.attributes, "      ")
        yield f"    </{name}>"

    def _said(self, given: Mapping[str, Any], indent: str) -> Iterator[str]:
        """Yield attributes; a choice of several is one for each that can be chosen."""
        for name, value in given.items():
            control = self._regional.get(name)
            many = control is not None and self._out.config.attribute(control, "choice")
            if control is not None and many == "multiple" and isinstance(value, list):
                known = dict.fromkeys((*self._out.config.labels(control), *map(str, value)))
                pairs = [(f"{name}:{one}", "true" if one in value else "false") for one in known]
            else:
                text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
                pairs = [(name, text)]
            for called, text in pairs:
                head = attributes((("name", called),))
                yield f"{indent}<attribute{head}>{written(text)}</attribute>"

    def _skeleton(
        self, label: str, region: Region, points: Iterable[Region], order: int, key: str
    ) -> Iterator[str]:
        head = attributes((("label", label), ("source", "manual"), ("z_order", order)))
        yield f"    <skeleton{head}>"
        yield from self._said(region.attributes, "      ")
        for point in points:
            lose_of(point, key, self._out.lost, ("parent",))
            hidden = int(point.value.get("hidden") is True)
            for one in labelled(point, key, self._out.lost):
                place = (("occluded", hidden), ("outside", 0), ("points", _points(point.points())))
                inside = attributes((("label", one), ("source", "manual"), *place))
                yield f"      <points{inside}>"
                yield "      </points>"
        yield "    </skeleton>"

    def video(self, clip: Clip) -> Iterator[str]:
        """Yield the lines of a video's tracks."""
        key, lost = clip.example.key, self._out.lost
        name = self._out.place(key, clip.medium, "images")
        size = tracks.video_size(clip, self._size)
        if size is None:
            lost(key, "", "the size of a video is not known: size=(width, height) would say it")
            return
        self._clips.append((name, clip.frames, size))
        for track in clip.tracks:
            if not track.labels:
                lost(key, track.control, "a region without a label is named by its control")
            if len(track.labels) > 1:
                lost(key, track.control, "a region with several labels is one object for each")
            for label in track.labels or [track.control]:
                self._labels.setdefault(label)
                ids = (("id", self._tracks), ("label", label), ("source", "manual"))
                many = (("task_id", len(self._clips)),)
                self._tracks += 1
                yield f"  <track{attributes((*ids, *many))}>"
                for frame, place, outside in frames_of(track.keys, clip.frames):
                    yield from self._box(frame, place, size, track, outside=outside)
                yield "  </track>"

    def _box(
        self, frame: int, place: tracks.Place, size: Size, track: Track, *, outside: bool
    ) -> Iterator[str]:
        value = dict(zip(tracks.PLACES, place, strict=True))
        flags = (("frame", frame), ("keyframe", 1), ("outside", int(outside)), ("occluded", 0))
        head = attributes((*flags, *_corners(value, size), ("z_order", 0)))
        yield f"    <box{head}>"
        yield from self._said(track.attributes, "      ")
        yield "    </box>"


def _about_clip(name: str, frames: int, size: Size) -> Iterator[str]:
    yield f"<name>{written(name)}</name>"
    yield f"<size>{frames}</size>"
    yield "<mode>interpolation</mode>"
    yield f"<start_frame>0</start_frame><stop_frame>{max(frames - 1, 0)}</stop_frame>"
    yield f"<original_size><width>{size[0]}</width><height>{size[1]}</height></original_size>"
    yield f"<source>{written(name)}</source>"


def frames_of(keys: Sequence[Key], frames: int) -> Iterator[tuple[int, tracks.Place, bool]]:
    """Yield the keyframes of a track as CVAT has them: frame from 0, place, and whether outside.

    Where a box turns between two keyframes every frame is one, because CVAT turns it by the
    shortest arc about its centre, and Label Studio its corner, by plain numbers.

    >>> box = (0.0, 0.0, 5.0, 5.0, 0.0)
    >>> keys = [Key(1, box, True), Key(4, box, False), Key(7, box, True)]
    >>> [(frame, outside) for frame, _, outside in frames_of(keys, 9)]
    [(0, False), (3, False), (4, True), (6, False)]
    """
    for index, key in enumerate(keys):
        yield key.frame - 1, key.place, False
        following = keys[index + 1] if index + 1 < len(keys) else None
        if not key.enabled:
            gone = following is None or following.frame > key.frame + 1
            if gone and key.frame != frames:
                yield key.frame, key.place, True
        elif following is not None and following.place[4] != key.place[4]:
            for frame in range(key.frame + 1, following.frame):
                yield frame - 1, tracks.between(key, following, frame), False


def keys_of(shapes: Sequence[tuple[int, tracks.Place, bool]], size: Size) -> list[Key]:
    """Return Label Studio's keyframes from those of CVAT, which `frames_of` gives.

    CVAT goes on towards a shape that is outside, and shows it no more from that frame on.

    >>> box = (0.0, 0.0, 5.0, 5.0, 0.0)
    >>> shapes = [(0, box, False), (3, box, False), (4, box, True), (6, box, False)]
    >>> [(key.frame, key.enabled) for key in keys_of(shapes, (100, 100))]
    [(1, True), (4, False), (7, True)]
    """
    keys: list[Key] = []
    before: tuple[int, tracks.Place] | None = None
    for frame, place, outside in sorted(shapes):
        if before is None and outside:
            continue
        start = before
        if start is not None and place[4] != start[1][4]:
            for at in range(start[0] + 1, frame - int(outside)):
                share = (at - start[0]) / (frame - start[0])
                keys.append(Key(at + 1, _turning(start[1], place, share, size), enabled=True))
        if not outside:
            keys.append(Key(frame + 1, place, enabled=True))
            before = frame, place
            continue
        if start is not None:
            if frame - 1 == start[0]:
                last = keys.pop()
                keys.append(Key(last.frame, last.place, enabled=False))
            else:
                share = (frame - 1 - start[0]) / (frame - start[0])
                held = _turning(start[1], place, share, size)
                keys.append(Key(frame, held, enabled=False))
        before = None
    return keys


def _turning(first: tracks.Place, last: tracks.Place, share: float, size: Size) -> tracks.Place:
    """Return where CVAT shows a box between two places: about its centre, by the shortest arc."""
    turned = first[4] + ((last[4] - first[4] + 180) % 360 - 180) * share
    boxes = (
        geometry.centred(dict(zip(tracks.PLACES, p, strict=True)), size) for p in (first, last)
    )
    x, y, w, h = (a + (b - a) * share for a, b in zip(*boxes, strict=True))
    value = geometry.of_centred((x, y, w, h), size, turned % 360)
    return value["x"], value["y"], value["width"], value["height"], value["rotation"]


def _placed(
    region: Region, key: str, lost: Lost
) -> tuple[str, tuple[tuple[str, object], ...]] | None:
    """Return the name of a shape and where it is; None, told, where it has no place."""
    if region.shape == "rectangle":
        return "box", _corners(region.value, region.size)
    if region.shape == "ellipse":
        (cx, cy), (rx, ry) = geometry.ellipse_radii(region.value, region.size)
        place = (("cx", plain(cx)), ("cy", plain(cy)), ("rx", plain(rx)), ("ry", plain(ry)))
        return "ellipse", (*place, *_rotation(region.value))
    if region.shape == "mask":
        return _mask(region, key, lost)
    points = region.points()
    is_line = region.shape == "vector" or region.value.get("closed") is False
    if region.shape == "vector" and not _is_line(region.value["vertices"]):
        lost(key, region.control, "a line that branches or has Bezier curves is a plain one")
    if region.shape == "keypoint":
        return "points", (("points", _points(points)),)
    if len(points) < (2 if is_line else 3):
        lost(key, region.control, f"{shape_word(region)} of so few points has no place")
        return None
    return "polyline" if is_line else "polygon", (("points", _points(points)),)


def _is_line(vertices: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each vertex comes after the one before it, by a straight line."""
    before: Any = None
    for vertex in vertices:
        if vertex.get("isBezier") or (before and vertex.get("prevPointId", before) != before):
            return False
        before = vertex.get("id")
    return True


def _points(points: Iterable[Point]) -> str:
    return ";".join(f"{plain(x)},{plain(y)}" for x, y in points)


def _corners(value: Mapping[str, Any], size: Size) -> tuple[tuple[str, object], ...]:
    x, y, w, h = geometry.centred(value, size)
    corners = (("xtl", x), ("ytl", y), ("xbr", x + w), ("ybr", y + h))
    return (*((name, plain(at)) for name, at in corners), *_rotation(value))


def _rotation(value: Mapping[str, Any]) -> tuple[tuple[str, object], ...]:
    turned = geometry.angle(value)
    return (("rotation", plain(turned)),) if turned else ()


def _mask(
    region: Region, key: str, lost: Lost
) -> tuple[str, tuple[tuple[str, object], ...]] | None:
    mask = region.mask()
    box = None if mask is None else mask_box(mask)
    if mask is None or box is None:
        lost(key, region.control, "a mask is broken or empty")
        return None
    if ((mask > 0) & (mask < 255)).any():
        lost(key, region.control, "a soft edge of a mask is a hard one")
    left, top, width, height = map(int, box)
    inside = np.asarray(mask[top : top + height, left : left + width] > 0)
    rle = ", ".join(map(str, runs.lengths(inside.ravel())))
    place = (("left", left), ("top", top), ("width", width), ("height", height))
    return "mask", (("rle", rle), *place)


# -- in


def looks(path: Path, head: bytes) -> bool:
    """Whether a file is CVAT's XML, or a folder has a file ``annotations.xml`` of such."""
    if path.is_dir():
        file = _file_in(path)
        return file is not None
    return b"<annotations>" in head and (b"<version>" in head or b"<image " in head)


def _file_in(folder: Path) -> Path | None:
    """Return the one file of CVAT in a folder, ``annotations.xml`` where there is such."""
    named = folder / "annotations.xml"
    files = [named] if named.is_file() else sorted(folder.glob("*.xml"))
    found = [file for file in files[:_MOST_FILES] if looks(file, head_of(file))]
    return found[0] if len(found) == 1 else None


def read(path: Path, *, images: str | Path | None = None, empty: bool = False) -> Dataset:
    """Read a file.

    Parameters
    ----------
    path
        The file, or the folder in which it is.
    images
        The folder of the images; by default one near the file that has them.
    empty
        Whether an image without shapes was looked at, and nothing is there: CVAT lists all.
    """
    file = _file_in(path) if path.is_dir() else path
    if file is None:
        raise unreadable(path, "there is not one file of CVAT in it: name the file")
    return _Reading(file, images, empty=empty).dataset()


class _Reading:
    def __init__(self, path: Path, images: str | Path | None, *, empty: bool) -> None:
        self._path, self._empty = path, empty
        self._aside = Aside()
        self._seen: dict[tuple[str, str], None] = {}  # tags of controls with their labels
        self._colours: dict[str, str] = {}
        self._checkboxes: dict[str, None] = {}
        self._attributes = Attributes()
        self._sizes: dict[str, Size] = {}  # of videos, by the id of their task
        self._frames: dict[str, int] = {}
        self._clips: dict[str, str] = {}
        names: list[str] = []
        for one in elements(path, "meta", "image", "track"):
            if one.tag == "meta":
                self._take_meta(one)
            elif one.tag == "image":
                names.append(one.get("name") or "")
                for shape in one:
                    self._see(shape, _label(shape))
            else:
                self._see_track(one)
        self._making = self._made(bool(names))
        self._about = self._attributes.controls(self._making)
        if not names and not self._clips:
            raise unreadable(path, "it names no images and has no tracks")
        if names and self._clips:
            self._aside.add("tracks through images are not read")
            self._clips = {}
        files = names or list(self._clips.values())
        self._roots, _ = images_near(path, files, images)
        self._rows = [{self._making.name: name} for name in files]

    def _take_meta(self, meta: Element) -> None:
        for label in (*meta.iter("label"), *meta.iter("sublabel")):
            self._colours[text_of(label, "name")] = text_of(label, "color")
        for one in meta.iter("attribute"):
            if text_of(one, "input_type") == "checkbox":
                self._checkboxes[text_of(one, "name")] = None
        for task in (*meta.iter("task"), *meta.iter("job")):
            width = number_of(task.findtext("original_size/width"))
            height = number_of(task.findtext("original_size/height"))
            ident = text_of(task, "id")
            if width and height:
                self._sizes[ident] = (int(width), int(height))
                self._frames[ident] = int(number_of(task.findtext("size")) or 0)
                name = text_of(task, "source") or text_of(task, "name")
                self._clips.setdefault(ident, name or f"video{len(self._clips) + 1}")

    def _see(self, shape: Element, label: str) -> None:
        tag = _CONTROLS.get(shape.tag)
        if tag is None:
            return
        self._seen[tag, label] = None
        if shape.tag == "skeleton":
            for point in shape.iterfind("points"):
                self._seen["KeyPointLabels", _label(point)] = None
        self._attributes.see(self._said(shape))

    def _see_track(self, track: Element) -> None:
        if track.find("box") is None:
            return
        self._seen["Labels", _label(track)] = None
        for box in track.iterfind("box"):
            self._attributes.see(self._said(box))
        ident = track.get("task_id") or next(iter(self._sizes), "")
        if ident not in self._clips:
            self._clips[ident] = f"video{len(self._clips) + 1}"

    def _said(self, shape: Element) -> dict[str, Any]:
        """Return what is said of a shape: attributes, those of one choice of several together."""
        made: dict[str, Any] = {}
        many: dict[str, list[str]] = {}
        for one in shape.iterfind("attribute"):
            name, text = one.get("name", ""), (one.text or "").strip()
            if name in self._checkboxes and ":" in name:
                control, _, choice = name.partition(":")
                if text == "true":
                    many.setdefault(control, []).append(choice)
            elif text:
                read = number_of(text)
                made[name] = text if read is None or name in self._checkboxes else read
        if shape.get("occluded") == "1" and shape.tag != "points":
            made["occluded"] = True
        return made | many

    def _made(self, has_images: bool) -> Making:
        making = Making("Image", "image") if has_images else Making("Video", "video")
        if not has_images:
            making.control("VideoRectangle")
        for tag in dict.fromkeys(_CONTROLS.values()):
            for label in (label for seen, label in self._seen if seen == tag):
                making.label(tag, label, self._colours.get(label, ""))
        for label in (label for seen, label in self._seen if seen == "Labels"):
            making.label("Labels", label, self._colours.get(label, ""))
        if not making.controls:
            for label, shade in self._colours.items():
                making.label("RectangleLabels", label, shade)
            making.control("RectangleLabels")
        choices = making.control("Choices") if any(t == "Choices" for t, _ in self._seen) else None
        if choices is not None:
            choices.settings["choice"] = "multiple"
        return making

    def dataset(self) -> Dataset:
        said = self._said_of_videos if self._making.tag == "Video" else self._said_of_images
        return Dataset(self._making.xml(), self._rows, said, self._roots, problems=self._aside)

    def _said_of_images(self) -> Iterator[list[dict[str, Any]]]:
        for image in elements(self._path, "image"):
            width, height = number_of(image.get("width")), number_of(image.get("height"))
            shapes = list(image)
            if not shapes:
                yield [{"result": []}] if self._empty else []
                continue
            if not width or not height:
                self._aside.add("an image has no size", image.get("name") or "")
                yield []
                continue
            size = (int(width), int(height))
            ordered = sorted(shapes, key=lambda one: number_of(one.get("z_order")) or 0)
            results: list[Result] = []
            for number, shape in enumerate(ordered, 1):
                results += self._results(shape, size, f"{number}", image.get("name") or "")
            yield [{"result": _chosen_together(results)}]

    def _results(self, shape: Element, size: Size, ident: str, where: str) -> Iterator[Result]:
        tag = _CONTROLS.get(shape.tag)
        if tag is None:
            self._aside.add(f"a <{shape.tag}> has no place here", where)
            return
        control = self._making.control(tag)
        label = _label(shape)
        if shape.tag == "tag":
            yield {
                "id": f"tag-{ident}",
                "from_name": control.name,
                "to_name": "image",
                "type": "choices",
                "value": {"choices": [label]},
            }
            return
        places = list(self._places(shape, size, where))
        for number, place in enumerate(places):
            name = ident if not number else f"{ident}-{number}"
            made = control.on_image(name, place, size, label)
            if number:
                made["parentID"] = ident
            yield made
            yield from about_region(made, self._said(shape), self._about)
        if shape.tag == "skeleton" and places:
            yield from self._skeleton(shape, size, ident, where)

    def _skeleton(self, shape: Element, size: Size, ident: str, where: str) -> Iterator[Result]:
        control = self._making.control("KeyPointLabels")
        for number, point in enumerate(shape.iterfind("points")):
            if point.get("outside") == "1":
                continue
            for place in self._places(point, size, where):
                hidden = {"hidden": True} if point.get("occluded") == "1" else {}
                label = _label(point)
                name = f"{ident}-p{number}"
                made = control.on_image(name, {**place, **hidden}, size, label)
                yield {**made, "parentID": ident}

    def _places(self, shape: Element, size: Size, where: str) -> Iterator[dict[str, Any]]:
        """Yield where a shape is: one place, or one for each of several points."""
        if shape.tag == "box":
            value = _box_value(shape, size)
            if value is not None:
                yield value
                return
        elif shape.tag == "ellipse":
            numbers = [number_of(shape.get(name)) for name in ("cx", "cy", "rx", "ry")]
            cx, cy, rx, ry = numbers
            if cx is not None and cy is not None and rx is not None and ry is not None:
                turned = number_of(shape.get("rotation")) or 0
                yield geometry.ellipse((cx, cy), (rx, ry), size, turned)
                return
        elif shape.tag == "mask":
            rle = _mask_value(shape, size)
            if rle is not None:
                yield {"format": "rle", "rle": rle}
                return
        elif shape.tag == "skeleton":
            points = [
                point
                for one in shape.iterfind("points")
                if one.get("outside") != "1"
                for point in _read_points(one)
            ]
            if points:
                yield geometry.rectangle(geometry.bounds(points), size, 0)
                return
        else:
            points = _read_points(shape)
            least = {"points": 1, "polyline": 2}.get(shape.tag, 3)
            if len(points) >= least:
                yield from _of_points(shape.tag, points, size)
                return
        self._aside.add(f"the place of a <{shape.tag}> cannot be read", where)

    def _said_of_videos(self) -> Iterator[list[dict[str, Any]]]:
        by_clip: dict[str, list[Result]] = {ident: [] for ident in self._clips}
        for number, track in enumerate(elements(self._path, "track")):
            ident = track.get("task_id") or next(iter(self._clips))
            size = self._sizes.get(ident) or next(iter(self._sizes.values()), None)
            if size is None:
                self._aside.add("the size of a video is not in the file, nor its tracks' places")
                continue
            if track.find("box") is None:
                kinds = sorted({one.tag for one in track})
                self._aside.add(f"a track of <{'>, <'.join(kinds)}> has no place here")
                continue
            by_clip[ident] += self._track(track, size, self._frames.get(ident, 0), str(number))
        for results in by_clip.values():
            yield [{"result": results}] if results else []

    def _track(self, track: Element, size: Size, frames: int, ident: str) -> Iterator[Result]:
        shapes: list[tuple[int, tracks.Place, bool]] = []
        last = 0
        said: dict[str, Any] = {}
        for box in track.iterfind("box"):
            frame, value = number_of(box.get("frame")), _box_value(box, size)
            if frame is None or value is None:
                self._aside.add("the place of a <box> cannot be read", f"track {ident}")
                continue
            said = said or self._said(box)
            last = max(last, int(frame) + 1)
            if box.get("keyframe") == "0":
                continue
            x, y, w, h, turned = (value[name] for name in tracks.PLACES)
            shapes.append((int(frame), (x, y, w, h, turned), box.get("outside") == "1"))
        keys = keys_of(shapes, size)
        if not keys:
            return
        tool = self._making.control("VideoRectangle")
        value = {
            "framesCount": max(frames, last),
            "duration": 0,
            "sequence": tracks.sequence(keys, None),
            "labels": [_label(track)],
        }
        made: Result = {
            "id": f"track-{ident}",
            "from_name": tool.name,
            "to_name": "video",
            "type": tool.type,
            "value": value,
        }
        yield made
        said.pop("occluded", None)
        yield from about_region(made, said, self._about)


_CONTROLS = {
    "box": "RectangleLabels",
    "skeleton": "RectangleLabels",
    "ellipse": "EllipseLabels",
    "polygon": "PolygonLabels",
    "polyline": "VectorLabels",
    "mask": "BrushLabels",
    "points": "KeyPointLabels",
    "tag": "Choices",
}


def _label(element: Element) -> str:
    return label_of(element.get("label") or "")


def _chosen_together(results: list[Result]) -> list[Result]:
    """Join the choices about an image into one result."""
    chosen = [one for one in results if one["type"] == "choices" and len(one["value"]) == 1]
    rest = [one for one in results if one not in chosen]
    if not chosen:
        return rest
    choices = [choice for one in chosen for choice in one["value"]["choices"]]
    return [*rest, {**chosen[0], "value": {"choices": choices}}]


def _box_value(box: Element, size: Size) -> dict[str, Any] | None:
    left, top, right, bottom = (number_of(box.get(n)) for n in ("xtl", "ytl", "xbr", "ybr"))
    if left is None or top is None or right is None or bottom is None:
        return None
    placed: Box = (left, top, right - left, bottom - top)
    return geometry.of_centred(placed, size, number_of(box.get("rotation")) or 0)


def _read_points(shape: Element) -> list[Point]:
    made: list[Point] = []
    for pair in (shape.get("points") or "").split(";"):
        x, _, y = pair.partition(",")
        across, down = number_of(x), number_of(y)
        if across is None or down is None:
            return []
        made.append((across, down))
    return made


def _of_points(tag: str, points: list[Point], size: Size) -> Iterator[dict[str, Any]]:
    if tag == "points":
        yield from ({"x": x, "y": y, "width": 0.5} for x, y in geometry.to_percent(points, size))
    elif tag == "polyline":
        yield {"vertices": geometry.vertices(points, size), "closed": False}
    else:
        yield {"points": geometry.to_percent(points, size), "closed": True}


def _mask_value(shape: Element, size: Size) -> list[int] | None:
    """Return Label Studio's run lengths of a mask; None where it is broken or too large."""
    places = [number_of(shape.get(name)) for name in ("left", "top", "width", "height")]
    if any(at is None or at < 0 or not at.is_integer() for at in places):
        return None
    left, top, width, height = (int(at or 0) for at in places)
    given = [number_of(run) for run in (shape.get("rle") or "").split(",")]
    if not width or not height or left + width > size[0] or top + height > size[1]:
        return None
    flat = runs.pixels([-1 if run is None else int(run) for run in given], width * height)
    if flat is None:
        return None
    mask = np.zeros((size[1], size[0]), bool)
    mask[top : top + height, left : left + width] = flat.reshape(height, width)
    return run_lengths(mask)


FORMAT = Format(
    name="cvat",
    words="CVAT XML 1.1: every shape on images, choices, boxes through videos, one file",
    suffixes=(".xml",),
    also=("cvat-xml", "cvat-for-images", "cvat-for-video"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
