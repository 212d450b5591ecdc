"""What a CVAT server's JSON says, as CVAT's XML says it, and back.

The two hold the same; XML is what `nblabel.formats.cvat` writes and reads, here with all digits.
JSON is that of CVAT's API, https://docs.cvat.ai/docs/api_sdk/sdk/reference/: a box is two corners,
an ellipse its centre with the right and the top end, a mask ends with the box of its pixels, the
last ones included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from nblabel.formats._making import attribute as quoted
from nblabel.formats._xml import attributes, elements, number_of, plain, text_of, written

Json = dict[str, Any]

_SHAPES = {"box": "rectangle", "ellipse": "ellipse", "mask": "mask"}
_POINTED = ("polygon", "polyline", "points")


# -- out


def labels_of(file: Path) -> list[Json]:
    """Return the labels of a file as a server is told them.

    A label of which the file has skeletons is one, with the key points that are in them.
    """
    points: dict[str, dict[str, None]] = {}
    made: list[Json] = []
    used: set[str] = set()
    for one in elements(file, "meta", "skeleton", *_SHAPES, *_POINTED):
        name = one.get("label", "")
        if one.tag == "meta":
            made = [_label(label) for label in one.iter("label")]
        elif one.tag == "skeleton":
            inside = (point.get("label", "") for point in one.iterfind("points"))
            points.setdefault(name, {}).update(dict.fromkeys(inside))
        else:
            used.add(name)
    inner = {name for names in points.values() for name in names}
    return [
        _skeleton_label(one, points[one["name"]]) if one["name"] in points else one
        for one in made
        if one["name"] in points or one["name"] not in inner or one["name"] in used
    ]


def _label(label: Element) -> Json:
    return {
        "name": text_of(label, "name"),
        "color": text_of(label, "color"),
        "type": text_of(label, "type"),
        "attributes": [_attribute(one) for one in label.iterfind("attributes/attribute")],
    }


def _attribute(one: Element) -> Json:
    kind = text_of(one, "input_type")
    values = [value for value in text_of(one, "values").split("\n") if value]
    number = ["-1000000000", "1000000000", "1"]
    return {
        "name": text_of(one, "name"),
        "mutable": False,
        "input_type": kind,
        "default_value": text_of(one, "default_value"),
        "values": values or (number if kind == "number" else [""]),
    }


def _skeleton_label(label: Json, points: Iterable[str]) -> Json:
    """Return a label of skeletons: its points stand in a row where nobody has placed them."""
    names = list(points)
    places = [(20 + 60 * at / max(len(names) - 1, 1), 50) for at in range(len(names))]
    circles = "".join(
        f'<circle r="0.75" cx={quoted(plain(x))} cy={quoted(plain(y))} data-type="element node" '
        f'data-element-id="{at}" data-node-id="{at}" data-label-name={quoted(name)}></circle>'
        for at, (name, (x, y)) in enumerate(zip(names, places, strict=True), 1)
    )
    sublabels = [{"name": name, "type": "points", "attributes": []} for name in names]
    return {**label, "type": "skeleton", "sublabels": sublabels, "svg": circles}


class Known:
    """The labels of a server, by their names.

    Parameters
    ----------
    given
        As the server lists them, with their ids.
    """

    def __init__(self, given: Iterable[Json]) -> None:
        self.given = list(given)
        self._ids: dict[tuple[str, str], int] = {}
        self._names: dict[int, str] = {}
        self._attributes: dict[tuple[int, str], int] = {}
        self._called: dict[int, str] = {}
        self.kinds: dict[int, str] = {}
        for label in self.given:
            self._take(label, "")
            for inside in label.get("sublabels") or ():
                self._take(inside, label["name"])

    def _take(self, label: Json, parent: str) -> None:
        self._ids[parent, label["name"]] = label["id"]
        self._names[label["id"]] = label["name"]
        self.kinds[label["id"]] = str(label.get("type", "any"))
        for one in label.get("attributes") or ():
            self._attributes[label["id"], one["name"]] = one["id"]
            self._called[one["id"]] = one["name"]

    def label(self, name: str, parent: str = "") -> int | None:
        """Return the id of a label."""
        return self._ids.get((parent, name))

    def name(self, ident: Any) -> str:
        """Return the name of a label; "" where the server does not list it."""
        return self._names.get(ident, "")

    def said(self, label: int, shape: Element) -> list[Json]:
        """Return what is said of a shape."""
        made = []
        for one in shape.iterfind("attribute"):
            ident = self._attributes.get((label, one.get("name", "")))
            if ident is not None:
                made.append({"spec_id": ident, "value": one.text or ""})
        return made

    def attributes(self, given: Any) -> Iterator[tuple[str, str]]:
        """Yield names and values of what is said of a shape."""
        for one in given or ():
            name = self._called.get(one.get("spec_id"))
            if name is not None:
                yield name, str(one.get("value", ""))


Told = Callable[[str], None]


def of_image(image: Element, frame: int, known: Known, told: Told) -> tuple[list[Json], list[Json]]:
    """Return the shapes and the tags of an image, as a server is told them."""
    shapes: list[Json] = []
    tags: list[Json] = []
    for one in image:
        label = known.label(one.get("label", ""))
        if label is None:
            told(f'the server has no label "{one.get("label", "")}"')
            continue
        common = {"frame": frame, "label_id": label, "source": "manual", "group": 0}
        if one.tag == "tag":
            tags.append({**common, "attributes": []})
            continue
        is_skeleton = known.kinds[label] == "skeleton"
        if is_skeleton != (one.tag == "skeleton"):
            told(f'a <{one.tag}> has no place: "{one.get("label", "")}" is of another kind there')
            continue
        order = int(number_of(one.get("z_order")) or 0)
        shape = {**common, **_place(one), "z_order": order, "attributes": known.said(label, one)}
        if is_skeleton:
            shape["elements"] = list(_elements(one, common, known))
        shapes.append(shape)
    return shapes, tags


def _elements(skeleton: Element, common: Json, known: Known) -> Iterator[Json]:
    """Yield every point of a skeleton; those that are not there are outside."""
    name = skeleton.get("label", "")
    there = {one.get("label", ""): one for one in skeleton.iterfind("points")}
    [label] = [one for one in known.given if one["name"] == name]
    for inside in label.get("sublabels") or ():
        one = there.get(inside["name"])
        ident = known.label(inside["name"], name)
        place = {"type": "points", "points": [0.0, 0.0]} if one is None else _place(one)
        flags = {"outside": one is None, "attributes": [], "z_order": 0}
        yield {**common, "label_id": ident, **place, **flags}


def _place(one: Element) -> Json:
    """Return type, points and rotation of a shape."""
    hidden = {"occluded": one.get("occluded") == "1", "outside": False}
    turned = {"rotation": number_of(one.get("rotation")) or 0.0}
    if one.tag == "box":
        points = [_number(one, name) for name in ("xtl", "ytl", "xbr", "ybr")]
    elif one.tag == "ellipse":
        cx, cy, rx, ry = (_number(one, name) for name in ("cx", "cy", "rx", "ry"))
        points = [cx, cy, cx + rx, cy - ry]
    elif one.tag == "mask":
        left, top, width, height = (_number(one, n) for n in ("left", "top", "width", "height"))
        runs = [float(run) for run in one.get("rle", "").split(",")]
        points = [*runs, left, top, left + width - 1, top + height - 1]
    else:
        pairs = [pair.split(",") for pair in one.get("points", "").split(";") if pair]
        points = [float(number) for pair in pairs for number in pair]
    kind = _SHAPES.get(one.tag, one.tag)
    return {"type": kind, "points": points, **turned, **hidden}


def _number(one: Element, name: str) -> float:
    return number_of(one.get(name)) or 0.0


def of_track(track: Element, known: Known, told: Told) -> Json | None:
    """Return a track as a server is told it; None, told, where it has no such label."""
    label = known.label(track.get("label", ""))
    if label is None:
        told(f'the server has no label "{track.get("label", "")}"')
        return None
    shapes: list[Json] = []
    said: list[Json] = []
    for box in track.iterfind("box"):
        said = said or known.said(label, box)
        place = {**_place(box), "outside": box.get("outside") == "1"}
        frame = int(_number(box, "frame"))
        shapes.append({"frame": frame, **place, "z_order": 0, "attributes": []})
    first = shapes[0]["frame"] if shapes else 0
    common = {"frame": first, "label_id": label, "source": "manual", "group": 0}
    return {**common, "shapes": shapes, "attributes": said, "elements": []}


# -- in


def document(
    frames: Sequence[Json], known: Known, given: Mapping[str, Any], video: str, told: Told
) -> Iterator[str]:
    """Yield the lines of a file that says what a server says of a task.

    Parameters
    ----------
    frames
        ``name``, ``width`` and ``height`` of each frame; of a video the one entry that stands for
        all of them, with their ``count``.
    known
        The labels.
    given
        The server's tags, shapes and tracks.
    video
        The video's name; "" where the frames are images.
    told
        Told what has no place.
    """
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield "<annotations>"
    yield "<version>1.1</version>"
    yield "<meta><task>"
    if video:
        size = frames[0]
        yield f"<id>1</id><name>{written(video)}</name><source>{written(video)}</source>"
        yield f"<size>{size['count']}</size>"
        sides = f"<width>{size['width']}</width><height>{size['height']}</height>"
        yield f"<original_size>{sides}</original_size>"
    yield "<labels>"
    for label in known.given:
        yield from _declared(label)
        for inside in label.get("sublabels") or ():
            yield from _declared(inside)
    yield "</labels></task></meta>"
    if video:
        for one in (*given.get("shapes", ()), *given.get("tags", ())):
            told(f"a {one.get('type', 'tag')} on a single frame of a video has no place")
    else:
        for _ in given.get("tracks", ()):
            told("a track through images has no place")
        yield from _images(frames, known, given, told)
    for track in given.get("tracks", ()) if video else ():
        yield from _track(track, known)
    yield "</annotations>"


def _declared(label: Json) -> Iterator[str]:
    yield f"<label><name>{written(label['name'])}</name>"
    yield f"<color>{written(label.get('color') or '')}</color><attributes>"
    for one in label.get("attributes") or ():
        kind = f"<input_type>{written(one.get('input_type', 'text'))}</input_type>"
        yield f"<attribute><name>{written(one['name'])}</name>{kind}</attribute>"
    yield "</attributes></label>"


def _images(
    frames: Sequence[Json], known: Known, given: Mapping[str, Any], told: Told
) -> Iterator[str]:
    by_frame: dict[int, list[tuple[str, Json]]] = {}
    for kind in ("tags", "shapes"):
        for one in given.get(kind, ()):
            by_frame.setdefault(one["frame"], []).append((kind, one))
    for number, frame in enumerate(frames):
        size = (("width", frame["width"]), ("height", frame["height"]))
        yield f"<image{attributes((('id', number), ('name', frame['name']), *size))}>"
        for kind, one in by_frame.get(number, ()):
            if kind == "tags":
                yield f"<tag{attributes((('label', known.name(one['label_id'])),))}/>"
            else:
                yield from _shape(one, known, told)
        yield "</image>"


def _shape(one: Json, known: Known, told: Told) -> Iterator[str]:
    name = {"rectangle": "box"}.get(one["type"], one["type"])
    flags = (("label", known.name(one["label_id"])), ("occluded", int(bool(one.get("occluded")))))
    if name == "skeleton":
        yield f"<skeleton{attributes((*flags, ('z_order', one.get('z_order') or 0)))}>"
        yield from _attributes(one, known)
        for inside in one.get("elements") or ():
            hidden = (("occluded", int(bool(inside.get("occluded")))),)
            outside = (("outside", int(bool(inside.get("outside")))),)
            label = (("label", known.name(inside["label_id"])),)
            yield f"<points{attributes((*label, *hidden, *outside, *_at(inside)))}/>"
        yield "</skeleton>"
        return
    if name not in {*_SHAPES, *_POINTED}:
        told(f"a {name} has no place")
        return
    yield f"<{name}{attributes((*flags, *_at(one), ('z_order', one.get('z_order') or 0)))}>"
    yield from _attributes(one, known)
    yield f"</{name}>"


def _attributes(one: Json, known: Known) -> Iterator[str]:
    for name, value in known.attributes(one.get("attributes")):
        yield f"<attribute{attributes((('name', name),))}>{written(value)}</attribute>"


def _at(one: Json) -> tuple[tuple[str, object], ...]:
    """Return where a shape is, as XML says it."""
    points = [float(number) for number in one["points"]]
    turned = float(one.get("rotation") or 0)
    rotation = (("rotation", plain(turned)),) if turned else ()
    if one["type"] == "rectangle":
        corners = zip(("xtl", "ytl", "xbr", "ybr"), map(plain, points), strict=False)
        return (*corners, *rotation)
    if one["type"] == "ellipse":
        cx, cy, right, top = points[:4]
        ends = {"cx": cx, "cy": cy, "rx": right - cx, "ry": cy - top}
        return (*((name, plain(at)) for name, at in ends.items()), *rotation)
    if one["type"] == "mask":
        *runs, left, top, right, bottom = (int(number) for number in points)
        box = {"left": left, "top": top, "width": right - left + 1, "height": bottom - top + 1}
        return (("rle", ", ".join(map(str, runs))), *box.items())
    pairs = zip(points[::2], points[1::2], strict=False)
    return (("points", ";".join(f"{plain(x)},{plain(y)}" for x, y in pairs)),)


def _track(track: Json, known: Known) -> Iterator[str]:
    label = (("label", known.name(track["label_id"])), ("task_id", 1))
    yield f"<track{attributes((('id', track.get('id') or 0), *label))}>"
    for one in track.get("shapes") or ():
        name = {"rectangle": "box"}.get(one["type"], one["type"])
        flags = (
            ("frame", one["frame"]),
            ("keyframe", 1),
            ("outside", int(bool(one.get("outside")))),
        )
        yield f"<{name}{attributes((*flags, *_at(one)))}>"
        yield from _attributes(track, known)
        yield f"</{name}>"
    yield "</track>"
