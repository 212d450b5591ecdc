"""Places of results, in percent of their image, and the same in its pixels.

Coordinates are continuous: (0, 0) is the top-left corner of an image, (width, height) the
bottom-right one. Nothing is rounded. Label Studio turns a box clockwise about its own top-left
corner, an ellipse about its centre; sizes turn in pixels, not in percent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nblabel.formats.table import number

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x, y of the top-left corner, width and height, in pixels."""
Size = tuple[int, int]
"""Width and height of an image."""

ELLIPSE_POINTS = 36
_NEAR = 1e-6  # pixels: how far from a rectangle four corners may be


def to_pixels(points: Iterable[Sequence[Any]], size: Size) -> list[Point]:
    """Return points of percent in pixels.

    >>> to_pixels([[50, 20]], (200, 100))
    [(100.0, 20.0)]
    """
    width, height = size
    return [(point[0] * width / 100, point[1] * height / 100) for point in points]


def to_percent(points: Iterable[Point], size: Size) -> list[list[float]]:
    """Return points of pixels in percent, as results have them."""
    width, height = size
    return [[x * 100 / width, y * 100 / height] for x, y in points]


def vertices(points: Iterable[Point], size: Size) -> list[dict[str, Any]]:
    """Return points of pixels as the vertices of a line that goes from one to the next."""
    return [
        {
            "id": f"v{number_}",
            "prevPointId": f"v{number_ - 1}" if number_ else None,
            "x": x,
            "y": y,
            "isBezier": False,
        }
        for number_, (x, y) in enumerate(to_percent(points, size))
    ]


def upright(value: Mapping[str, Any], size: Size) -> Box:
    """Return a rectangle's box in pixels as it is before it is turned."""
    width, height = size
    return (
        value["x"] * width / 100,
        value["y"] * height / 100,
        value["width"] * width / 100,
        value["height"] * height / 100,
    )


def angle(value: Mapping[str, Any]) -> float:
    """Return the degrees by which a shape is turned, clockwise, from 0 to 360."""
    turned = number(value.get("rotation")) or 0
    return turned % 360


def corners(value: Mapping[str, Any], size: Size) -> list[Point]:
    """Return the corners of a rectangle in pixels, from its top-left one clockwise.

    >>> box = {"x": 50, "y": 20, "width": 20, "height": 20, "rotation": 90}
    >>> [(round(x, 6), round(y, 6)) for x, y in corners(box, (200, 100))]
    [(100.0, 20.0), (100.0, 60.0), (80.0, 60.0), (80.0, 20.0)]
    """
    x, y, w, h = upright(value, size)
    c, s = _turn(angle(value))
    return [
        (x, y),
        (x + w * c, y + w * s),
        (x + w * c - h * s, y + w * s + h * c),
        (x - h * s, y + h * c),
    ]


def _turn(degrees: float) -> tuple[float, float]:
    """Return cosine and sine, exact where they are whole.

    >>> _turn(90), _turn(180)
    ((0.0, 1.0), (-1.0, 0.0))
    """
    if degrees % 90 == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(degrees // 90) % 4]
    radians = math.radians(degrees)
    return math.cos(radians), math.sin(radians)


def bounds(points: Sequence[Point]) -> Box:
    """Return the upright box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(xs), min(ys)
    return left, top, max(xs) - left, max(ys) - top


def rectangle(box: Box, size: Size, rotation: float = 0.0) -> dict[str, Any]:
    """Return the value of a rectangle's result from its box before it is turned, in pixels."""
    x, y, w, h = box
    width, height = size
    return {
        "x": x * 100 / width,
        "y": y * 100 / height,
        "width": w * 100 / width,
        "height": h * 100 / height,
        "rotation": rotation,
    }


def rectangle_of(given: Sequence[Point], size: Size, near: float = _NEAR) -> dict[str, Any] | None:
    """Return the value of the rectangle that has four corners; None where they make none.

    The first is the one it turns about; where the corners go counter-clockwise the second and
    the fourth are swapped. ``near`` is how many pixels a corner may be off.

    >>> made = rectangle_of([(100, 20), (100, 60), (80, 60), (80, 20)], (200, 100))
    >>> made == {"x": 50, "y": 20, "width": 20, "height": 20, "rotation": 90}
    True
    """
    p0, p1, p2, p3 = given
    if _cross(p0, p1, p3) < 0:
        p1, p3 = p3, p1
    off = max(abs(p0[i] + p2[i] - p1[i] - p3[i]) for i in (0, 1))
    along = (p1[0] - p0[0]) * (p3[0] - p0[0]) + (p1[1] - p0[1]) * (p3[1] - p0[1])
    w, h = math.dist(p0, p1), math.dist(p0, p3)
    if off > 4 * near or abs(along) > 4 * near * max(w, h, 1.0) or w == 0 or h == 0:
        return None
    turned = math.degrees(math.atan2(p1[1] - p0[1], p1[0] - p0[0])) % 360
    return rectangle((*p0, w, h), size, turned)


def _cross(origin: Point, first: Point, second: Point) -> float:
    return (first[0] - origin[0]) * (second[1] - origin[1]) - (first[1] - origin[1]) * (
        second[0] - origin[0]
    )


def centred(value: Mapping[str, Any], size: Size) -> Box:
    """Return a rectangle's box as it is when it is turned about its centre instead, in pixels.

    That is how CVAT has boxes: upright, and the degrees about the centre beside.

    >>> box = {"x": 50, "y": 20, "width": 20, "height": 20, "rotation": 90}
    >>> centred(box, (200, 100))
    (70.0, 30.0, 40.0, 20.0)
    """
    x, y, w, h = upright(value, size)
    c, s = _turn(angle(value))
    cx, cy = x + w / 2 * c - h / 2 * s, y + w / 2 * s + h / 2 * c
    return cx - w / 2, cy - h / 2, w, h


def of_centred(box: Box, size: Size, rotation: float = 0.0) -> dict[str, Any]:
    """Return the value of a rectangle's result from what `centred` gives.

    >>> of_centred((70, 30, 40, 20), (200, 100), 90)
    {'x': 50.0, 'y': 20.0, 'width': 20.0, 'height': 20.0, 'rotation': 90}
    """
    x, y, w, h = box
    c, s = _turn(rotation % 360)
    cx, cy = x + w / 2, y + h / 2
    left, top = cx - w / 2 * c + h / 2 * s, cy - w / 2 * s - h / 2 * c
    return rectangle((left, top, w, h), size, rotation)


def ellipse_radii(value: Mapping[str, Any], size: Size) -> tuple[Point, Point]:
    """Return centre and radii of an ellipse in pixels, as they are before it is turned."""
    width, height = size
    centre = (value["x"] * width / 100, value["y"] * height / 100)
    return centre, (value["radiusX"] * width / 100, value["radiusY"] * height / 100)


def ellipse(centre: Point, radii: Point, size: Size, rotation: float = 0.0) -> dict[str, Any]:
    """Return the value of an ellipse's result from pixels."""
    width, height = size
    return {
        "x": centre[0] * 100 / width,
        "y": centre[1] * 100 / height,
        "radiusX": radii[0] * 100 / width,
        "radiusY": radii[1] * 100 / height,
        "rotation": rotation,
    }


def ellipse_points(
    value: Mapping[str, Any], size: Size, count: int = ELLIPSE_POINTS
) -> list[Point]:
    """Return points on an ellipse, in pixels, clockwise from its right end."""
    (cx, cy), (rx, ry) = ellipse_radii(value, size)
    c, s = _turn(angle(value))
    made = []
    for i in range(count):
        t = 2 * math.pi * i / count
        x, y = rx * math.cos(t), ry * math.sin(t)
        made.append((cx + x * c - y * s, cy + x * s + y * c))
    return made


def ellipse_bounds(value: Mapping[str, Any], size: Size) -> Box:
    """Return the upright box around an ellipse, in pixels.

    >>> ellipse_bounds({"x": 50, "y": 50, "radiusX": 10, "radiusY": 5, "rotation": 90}, (200, 100))
    (95.0, 30.0, 10.0, 40.0)
    """
    (cx, cy), (rx, ry) = ellipse_radii(value, size)
    c, s = _turn(angle(value))
    half_width, half_height = math.hypot(rx * c, ry * s), math.hypot(rx * s, ry * c)
    return cx - half_width, cy - half_height, 2 * half_width, 2 * half_height


def area(points: Sequence[Point]) -> float:
    """Return the area inside a polygon (the shoelace formula).

    >>> area([(0, 0), (4, 0), (4, 3), (0, 3)])
    12.0
    """
    following = (*points[1:], points[0])
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))
    return abs(twice) / 2


def clipped(points: Sequence[Point], size: Size) -> list[Point]:
    """Return the part of a polygon that lies in its image (Sutherland and Hodgman); may be none.

    >>> clipped([(-10, 10), (10, 10), (10, 20), (-10, 20)], (200, 100))
    [(0.0, 10.0), (10, 10), (10, 20), (0.0, 20.0)]
    """
    made = list(points)
    for axis, limit, sign in ((0, 0.0, 1), (0, size[0], -1), (1, 0.0, 1), (1, size[1], -1)):
        before, made = made, []
        for index, end in enumerate(before):
            start = before[index - 1]
            start_in, end_in = (sign * (p[axis] - limit) >= 0 for p in (start, end))
            if start_in != end_in:
                share = (limit - start[axis]) / (end[axis] - start[axis])
                across = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
                edge = float(limit)
                made.append((edge, across) if axis == 0 else (across, edge))
            if end_in:
                made.append(end)
    return made


def is_inside(points: Sequence[Point], size: Size) -> bool:
    """Whether all points lie in an image."""
    return all(0 <= x <= size[0] and 0 <= y <= size[1] for x, y in points)


def clipped_box(box: Box, size: Size) -> Box:
    """Return the part of an upright box that lies in its image."""
    x, y, w, h = box
    left, top = min(max(x, 0.0), size[0]), min(max(y, 0.0), size[1])
    return left, top, min(max(x + w, 0.0), size[0]) - left, min(max(y + h, 0.0), size[1]) - top
