"""Where a region lies in its object: one check a shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nblabel.config.variables import lookup, path_of
from nblabel.core.element import Element
from nblabel.core.tag import Scope
from nblabel.tags._results import Odd, is_number, numbers, optional_number, percents, placed, shown

Value = Mapping[str, Any]

_NUMBERED = re.compile(r'\d+(\.0)?|"\d+(\.0)?"')  # a paragraph, as it is shown


def rectangle(value: Value, _: Scope) -> Iterator[str]:
    """Check x, y, width, height in percent, rotation in degrees."""
    yield from percents(value, "x", "y", "width", "height")
    yield from optional_number(value, "rotation")
    if value.get("rotation"):
        return  # a turned box may well reach over 100 in its own axes
    for start, size in (("x", "width"), ("y", "height")):
        at, length = value.get(start), value.get(size)
        if is_number(at) and is_number(length) and at <= 100 and length <= 100 < at + length - 0.01:  # type: ignore[operator] # both are numbers
            end = at + length  # type: ignore[operator] # both are numbers
            yield Odd(f"value.{start} + value.{size} is {end}; the box ends outside the image")


def ellipse(value: Value, _: Scope) -> Iterator[str]:
    """Check the centre x, y and radiusX, radiusY in percent, rotation in degrees."""
    yield from percents(value, "x", "y", "radiusX", "radiusY")
    yield from optional_number(value, "rotation")


def keypoint(value: Value, _: Scope) -> Iterator[str]:
    """Check x, y in percent; width may be missing in old exports."""
    yield from percents(value, "x", "y")
    yield from optional_number(value, "width")


def polygon(value: Value, _: Scope) -> Iterator[str]:
    """Check the list of points, [x, y] in percent."""
    points = value.get("points")
    if "points" not in value:
        yield 'value has no "points"'
    elif not isinstance(points, list):
        yield f"value.points must be a list of [x, y], not {shown(points)}"
    else:
        for number, point in enumerate(points):
            if not isinstance(point, list) or len(point) != 2:
                yield f"value.points[{number}] must be [x, y], not {shown(point)}"
            else:
                for problem in percents({"x": point[0], "y": point[1]}, "x", "y"):
                    yield placed(problem, f"value.points[{number}]")
        if 0 < len(points) < 3 and value.get("closed") is not False:
            yield Odd(f"a polygon needs three points; value.points has {len(points)}")


def mask(value: Value, _: Scope) -> Iterator[str]:
    """Check a run-length mask: bytes under "rle"."""
    if value.get("format") != "rle":
        yield f'value.format must be "rle", not {shown(value.get("format"))}'
    rle = value.get("rle")
    if not isinstance(rle, list) or not rle:
        yield f"value.rle must be a list of bytes, not {shown(rle)}"
        return
    wrong = next((b for b in rle if not isinstance(b, int) or not 0 <= b <= 255), None)
    if wrong is not None:
        yield f"value.rle must hold bytes, 0 to 255, not {shown(wrong)}"


def bitmask(value: Value, _: Scope) -> Iterator[str]:
    """Check a mask that is an image: a PNG data URL."""
    url = value.get("imageDataURL")
    if not isinstance(url, str) or not url.startswith("data:image/"):
        yield f"value.imageDataURL must be a data URL of a PNG image, not {shown(url)}"


def vector(value: Value, _: Scope) -> Iterator[str]:
    """Check the list of vertices."""
    yield from vertices(value.get("vertices"), "value.vertices")


def vertices(given: Any, where: str) -> Iterator[str]:
    """Check a list of {x, y, id, ...}."""
    if not isinstance(given, list):
        yield f"{where} must be a list of vertices, not {shown(given)}"
        return
    for number, vertex in enumerate(given):
        place = f"{where}[{number}]"
        if not isinstance(vertex, dict):
            yield f"{place} must be an object with x and y, not {shown(vertex)}"
            continue
        for problem in numbers(vertex, "x", "y"):
            yield placed(problem, place)


def text_span(value: Value, scope: Scope) -> Iterator[str]:
    """Check start and end, offsets in code points, end exclusive.

    Offsets may be written as strings; the text of the span is not compared, because a browser
    gives it with its white space collapsed.
    """
    offsets = []
    for key in ("start", "end"):
        given = value.get(key)
        if key not in value:
            yield f'value has no "{key}"'
            continue
        try:
            offset = int(given)  # type: ignore[arg-type] # whatever JSON gives; refused just below
            if isinstance(given, bool) or offset != float(given):  # type: ignore[arg-type] # as above
                raise ValueError(given)  # noqa: TRY301 - one way out for every wrong offset
        except (TypeError, ValueError, OverflowError):
            yield f"value.{key} must be a whole number of characters, not {shown(given)}"
        else:
            offsets.append(offset)
            if offset < 0:
                yield Odd(f"value.{key} is {offset}; offsets begin at 0")
    if len(offsets) == 2:
        start, end = offsets
        if start > end:
            yield Odd(f"value.start {start} lies after value.end {end}")
        text = plain_text(scope.object, scope.data)
        if text is not None and end > len(text):
            yield Odd(f"value.end is {end}; the text ends at {len(text)}")


def plain_text(element: Element, data: Mapping[str, Any]) -> str | None:
    """Return the text that an object shows of a task, where it is at hand."""
    attributes = element.attributes
    path = path_of(attributes.get("value", ""))
    plain = attributes.get("valueType", "text") == "text" and "encoding" not in attributes
    text = lookup(data, path) if path and plain and element.tag == "Text" else None
    return text if isinstance(text, str) else None


def html_span(value: Value, scope: Scope) -> Iterator[str]:
    """Check start and end as XPaths with offsets into them, or as numbers in the whole text."""
    if isinstance(value.get("start"), str) and not str(value["start"]).isdigit():
        for key in ("start", "end"):
            if not isinstance(value.get(key), str):
                given = shown(value.get(key))
                yield f"value.{key} must be an XPath such as /p[1]/text()[1], not {given}"
        yield from numbers(value, "startOffset", "endOffset")
    else:
        yield from text_span(value, scope)


def paragraph_span(value: Value, _: Scope) -> Iterator[str]:
    """Check start and end, numbers of paragraphs as strings, with offsets into them."""
    for key in ("start", "end"):
        given = value.get(key)
        if key not in value:
            yield f'value has no "{key}"'
        elif not _NUMBERED.fullmatch(shown(given)):
            yield f'value.{key} must be the number of a paragraph, such as "0", not {shown(given)}'
    yield from optional_number(value, "startOffset")
    yield from optional_number(value, "endOffset")


def time_span(value: Value, _: Scope) -> Iterator[str]:
    """Check start and end in seconds."""
    yield from numbers(value, "start", "end")
    yield from _in_order(value)


def series_span(value: Value, _: Scope) -> Iterator[str]:
    """Check start and end in the time column's unit, or as text in its format."""
    for key in ("start", "end"):
        if key not in value:
            yield f'value has no "{key}"'
        elif not is_number(value[key]) and not isinstance(value[key], str):
            yield f"value.{key} must be a number or a time as text, not {shown(value[key])}"
    if "instant" in value and not isinstance(value["instant"], bool):
        yield f"value.instant must be true or false, not {shown(value['instant'])}"
    yield from _in_order(value)


def _in_order(value: Value) -> Iterator[str]:
    start, end = value.get("start"), value.get("end")
    if is_number(start) and is_number(end) and start > end:  # type: ignore[operator] # both are numbers
        yield Odd(f"value.start {start} lies after value.end {end}")


def ranges(value: Value, _: Scope) -> Iterator[str]:
    """Check the list of frame ranges."""
    given = value.get("ranges")
    if not isinstance(given, list) or not given:
        yield f"value.ranges must be a list of {{start, end}}, not {shown(given)}"
        return
    for number, one in enumerate(given):
        where = f"value.ranges[{number}]"
        if not isinstance(one, dict):
            yield f"{where} must be {{start, end}}, not {shown(one)}"
            continue
        for problem in (*numbers(one, "start", "end"), *_in_order(one)):
            yield placed(problem, where)


def track(value: Value, scope: Scope) -> Iterator[str]:
    """Check a box's keyframes through a video."""
    for where, frame in _frames(value):
        if isinstance(frame, str):
            yield frame
        else:
            for problem in (*numbers(frame, "frame"), *rectangle(frame, scope)):
                yield placed(problem, where)


def vector_track(value: Value, _: Scope) -> Iterator[str]:
    """Check a vector's keyframes through a video."""
    for where, frame in _frames(value):
        if isinstance(frame, str):
            yield frame
        else:
            for problem in numbers(frame, "frame"):
                yield placed(problem, where)
            yield from vertices(frame.get("vertices"), f"{where}.vertices")


def _frames(value: Value) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Yield (where, keyframe), or (place, sentence) for what is none."""
    sequence = value.get("sequence")
    if not isinstance(sequence, list) or not sequence:
        yield "", f"value.sequence must be a list of keyframes, not {shown(sequence)}"
        return
    for number, frame in enumerate(sequence):
        where = f"value.sequence[{number}]"
        good = isinstance(frame, dict)
        yield where, frame if good else f"{where} must be a keyframe, not {shown(frame)}"


def ocr(value: Value, _: Scope) -> Iterator[str]:
    """Check a box on a page; its unit is not settled, so only numbers are asked for."""
    yield from numbers(value, "x", "y", "width", "height")
    yield from optional_number(value, "rotation")


_BY_KEY = {
    "points": polygon,
    "rle": mask,
    "imageDataURL": bitmask,
    "vertices": vector,
    "radiusX": ellipse,
}

_BY_OBJECT = {
    "Text": text_span,
    "RichText": html_span,
    "HyperText": html_span,
    "Paragraphs": paragraph_span,
    "Audio": time_span,
    "AudioPlus": time_span,
    "TimeSeries": series_span,
}


def has_shape(value: Any) -> bool:
    """Whether a value holds the place of a region on an image."""
    return isinstance(value, dict) and bool({"x", *_BY_KEY} & set(value))


def any_shape(value: Value, scope: Scope) -> Iterator[str]:
    """Check the place of a region whose shape another tool drew: told by its object and keys."""
    by_object = _BY_OBJECT.get(scope.object.tag)
    if by_object:
        yield from by_object(value, scope)
        return
    if "sequence" in value:
        first = next((f for _, f in _frames(value) if isinstance(f, dict)), {})
        yield from (vector_track if "vertices" in first else track)(value, scope)
        return
    by_key = next((shape for key, shape in _BY_KEY.items() if key in value), None)
    if by_key:
        yield from by_key(value, scope)
    elif "x" in value:
        yield from (rectangle if "height" in value else keypoint)(value, scope)
