"""What is painted of a page: pictures and cards, what is said of them, what is selected."""

from __future__ import annotations

import itertools
import math
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ipycanvas
import numpy as np
import numpy.typing as npt
from PIL import Image

from nblabel.core.annotation import Result, value_of
from nblabel.gallery.labels import Labels
from nblabel.gallery.selection import Box, Grid, Selection
from nblabel.gallery.thumbnails import Thumbnail
from nblabel.media.masks import array_of

LABEL = 18  # height of the strip below a picture
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
_MONO = "ui-monospace, Menlo, 'DejaVu Sans Mono', Consolas, monospace"
_ADVANCE = 0.602  # of a monospaced letter, of its size
_TEXT = 11.5
_LINE = 15
_PAD = 6
_MASK = 110  # of 255: how much of a picture a mask hides

_HOLDING = threading.RLock()  # ipycanvas gathers the commands of all canvases in one place


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a theme."""

    ground: str
    card: str
    ink: str
    faint: str
    line: str
    chosen: str
    done: str
    wrong: str


LIGHT = Look("#ffffff", "#f3f4f6", "#1d2530", "#667080", "#d3d8df", "#2f6fde", "#2f7d3b", "#b3261e")
DARK = Look("#111418", "#23282f", "#e6e9ee", "#9aa4b2", "#3a424d", "#6ea2ff", "#6fcf7d", "#ff8a80")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a card's text that a region marks."""

    start: int
    end: int
    colour: str
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """What is drawn of a row.

    Parameters
    ----------
    index
        The row.
    state
        "unlabeled", "draft", "submitted" or "skipped".
    picture
        What it shows, where that is an image.
    text
        What it shows, where that is a text; of an image that cannot be shown, why.
    said
        Its results.
    suggested
        Those that a model suggests.
    score
        How sure the model is.
    target
        The name of the object that is shown; regions of others are not drawn.
    more
        How many images are not shown.
    web
        The address of its image, where the browser shows that itself, below the canvas.
    """

    index: int
    state: str
    picture: Thumbnail | None = None
    text: str = ""
    said: tuple[Result, ...] = ()
    suggested: tuple[Result, ...] = ()
    score: float | None = None
    target: str = ""
    more: int = 0
    web: str = ""


@contextmanager
def held() -> Iterator[None]:
    """Send what is drawn as one message."""
    wrong: BaseException | None = None
    with _HOLDING, ipycanvas.hold_canvas():
        try:
            yield
        except BaseException as error:  # ipycanvas itself would go on gathering for ever
            wrong = error
    if wrong is not None:
        raise wrong


class Painter:
    """Draws a page on the layers of a canvas: pictures, what is said, what is selected.

    Parameters
    ----------
    canvas
        A MultiCanvas of three layers.
    labels
        The labels of the config.
    """

    def __init__(self, canvas: Any, labels: Labels) -> None:
        self.canvas = canvas
        self.labels = labels
        self.look = LIGHT
        self.ratio = 1.0

    def sized(self, grid: Grid) -> None:
        """Make the canvas as large as a page; what was drawn on it is gone."""
        width, height = grid.size
        self.canvas.width = round(width * self.ratio)
        self.canvas.height = round(height * self.ratio)
        self.canvas.layout.width, self.canvas.layout.height = f"{width}px", f"{height}px"

    def _begun(self, number: int) -> Any:
        layer = self.canvas[number]
        layer.reset_transform()
        layer.clear()
        layer.scale(self.ratio, self.ratio)
        return layer

    # -- the pictures

    def pictures(self, grid: Grid, tiles: Sequence[Tile]) -> None:
        """Draw what rows show: the pictures of a page are one image, and the texts are texts."""
        layer = self._begun(0)
        layer.fill_style = self.look.card
        boxes = [grid.box(place) for place in range(len(tiles))]
        if boxes:
            columns = np.array(boxes, float).T
            layer.fill_rects(*columns)
        shown = [
            (box, tile.picture.pixels)
            for box, tile in zip(boxes, tiles, strict=True)
            if tile.picture is not None and tile.picture.pixels is not None
        ]
        if shown:
            page = self._composed(grid, boxes, shown)
            layer.save()
            layer.reset_transform()
            layer.put_image_data(page, 0, 0)
            layer.restore()
        for box, tile in zip(boxes, tiles, strict=True):
            if tile.web:
                x, y, w, h = box
                layer.clear_rect(x, y, w, h - LABEL)
            elif tile.picture is None:
                self._card(layer, box, tile)
            elif tile.picture.problem:
                self._broken(layer, box, tile.picture.problem)

    def _composed(
        self, grid: Grid, boxes: Sequence[Box], shown: Sequence[tuple[Box, Any]]
    ) -> npt.NDArray[np.uint8]:
        width, height = (round(one * self.ratio) for one in grid.size)
        page = Image.new("RGB", (width, height), self.look.ground)
        for x, y, w, h in boxes:
            left, top, right, bottom = (round(at * self.ratio) for at in (x, y, x + w, y + h))
            page.paste(self.look.card, (left, top, right, bottom))
        for box, pixels in shown:
            picture = Image.fromarray(pixels)
            at_x, at_y, *_ = self._within(box, picture.size)
            at = round(at_x * self.ratio), round(at_y * self.ratio)
            page.paste(picture, at, picture if picture.mode == "RGBA" else None)
        return np.asarray(page)

    def _within(self, box: Box, size: tuple[int, int]) -> Box:
        """Return where a picture of so many pixels is in its tile."""
        x, y, w, h = box
        width, height = size[0] / self.ratio, size[1] / self.ratio
        return x + (w - width) / 2, y + (h - LABEL - height) / 2, width, height

    def _card(self, layer: Any, box: Box, tile: Tile) -> None:
        x, y, w, h = box
        spans = [*self._spans(tile.said, tile), *self._spans(tile.suggested, tile, True)]
        spans = [span for span in spans if span.start < span.end <= len(tile.text)]
        lines = max(int((h - LABEL - 2 * _PAD) // _LINE), 1)
        layer.text_baseline = "alphabetic"
        if spans and not _is_written_left(tile.text):
            self._marked(layer, box, tile.text, spans, lines)
            return
        layer.font = f"{_TEXT}px {_FONT}"
        layer.fill_style = self.look.ink
        wrapped = wrap(tile.text, (w - 2 * _PAD) / _TEXT, lines)
        for number, (start, end, cut) in enumerate(wrapped):
            words = tile.text[start:end].rstrip() + ("…" if cut else "")
            across = w - 2 * _PAD
            layer.fill_text(words, x + _PAD, y + _PAD + (number + 0.8) * _LINE, across)

    def _marked(self, layer: Any, box: Box, text: str, spans: Sequence[Span], lines: int) -> None:
        """Draw a text in letters of one width, so that what is marked is where it is drawn."""
        x, y, w, _ = box
        advance = _TEXT * _ADVANCE
        cells = (w - 2 * _PAD) / advance
        first = min(span.start for span in spans)
        begin = (
            max(text.rfind(" ", 0, max(first - int(cells), 0)) + 1, 0) if first > 3 * cells else 0
        )
        wrapped = wrap(text, cells, lines, begin, mono=True)
        layer.font = f"{_TEXT}px {_MONO}"
        for number, (start, end, cut) in enumerate(wrapped):
            base = y + _PAD + (number + 0.8) * _LINE
            for span in spans:
                left, right = max(span.start, start), min(span.end, end)
                if left < right:
                    before, across = cells_of(text[start:left]), cells_of(text[left:right])
                    at, wide = x + _PAD + before * advance, across * advance
                    layer.fill_style = span.colour
                    layer.global_alpha = 0.16 if span.suggested else 0.34
                    layer.fill_rect(at - 1, base - 11, wide + 2, 14)
                    layer.global_alpha = 1.0
                    layer.stroke_style = span.colour
                    layer.line_width = 1.5
                    layer.set_line_dash([3, 2] if span.suggested else [])
                    layer.stroke_line(at, base + 3, at + wide, base + 3)
            layer.set_line_dash([])
            layer.fill_style = self.look.ink
            edges = sorted(
                {start, end, *(e for s in spans for e in (s.start, s.end) if start < e < end)}
            )
            for left, right in itertools.pairwise(edges):
                before, across = cells_of(text[start:left]), cells_of(text[left:right])
                words = text[left:right].replace("\n", " ")
                layer.fill_text(words, x + _PAD + before * advance, base, across * advance)
            if cut:
                layer.fill_text("…", x + _PAD + cells_of(text[start:end]) * advance, base, advance)

    def _spans(self, results: Sequence[Result], tile: Tile, suggested: bool = False) -> list[Span]:
        spans = []
        for result in results:
            value = value_of(result)
            start, end = value.get("start"), value.get("end")
            is_here = result.get("to_name") == tile.target and "startOffset" not in value
            if is_here and isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
                spans.append(Span(start, end, self.labels.colour(result), suggested))
        return spans

    def _broken(self, layer: Any, box: Box, problem: str) -> None:
        x, y, w, h = box
        layer.stroke_style = self.look.wrong
        layer.line_width = 1
        layer.set_line_dash([4, 3])
        layer.stroke_rect(x + 2.5, y + 2.5, w - 5, h - LABEL - 5)
        layer.set_line_dash([])
        layer.fill_style = self.look.wrong
        layer.text_baseline = "alphabetic"
        layer.font = f"10px {_FONT}"
        for number, (start, end, cut) in enumerate(
            wrap(problem, (w - 2 * _PAD) / 10, max(int((h - LABEL - 12) // 12), 1))
        ):
            words = problem[start:end].rstrip() + ("…" if cut else "")
            layer.fill_text(words, x + _PAD, y + _PAD + (number + 0.8) * 12, w - 2 * _PAD)

    # -- what is said

    def marks(self, grid: Grid, tiles: Sequence[Tile]) -> None:
        """Draw what is said of rows, and in another hand what is suggested."""
        layer = self._begun(1)
        layer.text_baseline = "alphabetic"
        for place, tile in enumerate(tiles):
            box = grid.box(place)
            inner = self._inner(box, tile)
            if inner is not None:
                for results, suggested in ((tile.suggested, True), (tile.said, False)):
                    for result in results:
                        if result.get("to_name") == tile.target:
                            self._region(layer, inner, result, suggested)
            self._strip(layer, box, tile)
        layer.set_line_dash([])

    def _inner(self, box: Box, tile: Tile) -> Box | None:
        """Return where the picture of a tile is; None where it has none of a known size."""
        if tile.picture is not None and tile.picture.pixels is not None:
            height, width = tile.picture.pixels.shape[:2]
            return self._within(box, (width, height))
        sizes = (
            (_number(one.get("original_width")), _number(one.get("original_height")))
            for one in (*tile.said, *tile.suggested)
        )
        across, down = next(((a, d) for a, d in sizes if a and d), (None, None))
        if not (tile.web and across and down):
            return None
        scale = min(box[2] / across, (box[3] - LABEL) / down) * self.ratio
        return self._within(box, (round(across * scale), round(down * scale)))

    def _region(self, layer: Any, inner: Box, result: Result, suggested: bool) -> None:
        value = value_of(result)
        colour = self.labels.colour(result)
        layer.stroke_style = layer.fill_style = colour
        layer.line_width = 1.75
        layer.set_line_dash([4, 3] if suggested else [])
        if "rle" in value or "imageDataURL" in value:
            self._mask(layer, inner, result, colour, suggested)
            return
        if "keypointlabels" in value or (value.keys() >= {"x", "y"} and "height" not in value):
            for x, y in _placed(inner, outline(value)[:1]):
                (layer.stroke_circle if suggested else layer.fill_circle)(x, y, 3)
            return
        points = _placed(inner, outline(value))
        if len(points) > 1:
            layer.global_alpha = 0.12
            layer.fill_polygon(points)
            layer.global_alpha = 1.0
            layer.stroke_polygon(points)

    def _mask(self, layer: Any, inner: Box, result: Result, colour: str, suggested: bool) -> None:
        across, down = result.get("original_width"), result.get("original_height")
        known = (across, down) if isinstance(across, int) and isinstance(down, int) else None
        mask = array_of(value_of(result), known)
        if mask is None:
            return
        x, y, w, h = (one * self.ratio for one in inner)
        small = Image.fromarray(mask).resize((max(round(w), 1), max(round(h), 1)))
        inside = np.asarray(small) > 127
        painted = np.zeros((*inside.shape, 4), np.uint8)
        painted[..., :3] = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
        if suggested:  # hatched
            lines = np.add.outer(np.arange(inside.shape[0]), np.arange(inside.shape[1]))
            inside = inside & (lines // 2 % 3 == 0)
        painted[..., 3] = inside * np.uint8(220 if suggested else _MASK)
        layer.save()
        layer.reset_transform()
        layer.put_image_data(painted, round(x), round(y))
        layer.restore()

    def _strip(self, layer: Any, box: Box, tile: Tile) -> None:
        """Draw the line below a picture: what is said of it, its state, its number."""
        x, y, w, h = box
        base = y + h - 5
        layer.set_line_dash([])
        layer.font = f"10px {_FONT}"
        sign, colour = _SIGNS.get(tile.state, ("", "faint"))
        room = w - 8
        if sign:
            layer.fill_style = getattr(self.look, colour)
            layer.fill_text(sign, x + w - 14, base, 12)
            room -= 14
        at = x + 4
        said = self.labels.chips(tile.said) or _counted(self.labels, tile.said)
        if tile.state == "skipped":
            said = [("skipped", self.look.faint)]
        for words, colour in said[:3]:
            wide = min(10 * units(words) + 8, x + 4 + room - at)
            if wide < 12:
                break
            layer.fill_style = colour
            layer.fill_rect(at, base - 10.5, wide, 14)
            layer.fill_style = "#ffffff"
            layer.fill_text(words, at + 4, base, wide - 7)
            at += wide + 3
        if not said and tile.suggested:
            hinted = self.labels.chips(tile.suggested) or _counted(self.labels, tile.suggested)
            words, colour = (hinted or [("suggestion", self.look.faint)])[0]
            score = f" {tile.score:.0%}" if tile.score is not None and 0 <= tile.score <= 1 else ""
            words = f"? {words}{score}"
            wide = min(10 * units(words) + 8, room)
            layer.set_line_dash([3, 2])
            layer.line_width = 1
            layer.stroke_style = colour
            layer.stroke_rect(x + 4.5, base - 10.5, wide, 13)
            layer.set_line_dash([])
            layer.fill_style = self.look.ink
            layer.fill_text(words, x + 8, base, wide - 7)
        elif not said:
            layer.fill_style = self.look.faint
            more = f" · +{tile.more} images" if tile.more else ""
            layer.fill_text(f"{tile.index}{more}", x + 4, base, room)

    # -- what is selected

    def selection(self, grid: Grid, selection: Selection) -> None:
        """Draw what is selected, and where the keys are."""
        layer = self._begun(2)
        if selection.chosen:
            boxes = np.array([grid.box(place) for place in sorted(selection.chosen)], float).T
            x, y, w, h = boxes
            layer.fill_style = self.look.chosen
            layer.global_alpha = 0.14
            layer.fill_rects(x, y, w, h)
            layer.global_alpha = 1.0
            layer.stroke_style = self.look.chosen
            layer.line_width = 3
            layer.stroke_rects(x - 0.5, y - 0.5, w + 1, h + 1)
        if grid.count:
            x0, y0, w0, h0 = grid.box(min(selection.cursor, grid.count - 1))
            layer.stroke_style = self.look.ink
            layer.line_width = 1
            layer.set_line_dash([2, 2])
            layer.stroke_rect(x0 - 3.5, y0 - 3.5, w0 + 7, h0 + 7)
            layer.set_line_dash([])


_SIGNS: Mapping[str, tuple[str, str]] = {
    "submitted": ("✓", "done"),
    "skipped": ("↷", "faint"),
    "draft": ("✎", "ink"),
}


def _counted(labels: Labels, results: Sequence[Result]) -> list[tuple[str, str]]:
    """Say of rows that have regions only how many there are."""
    regions = [result for result in results if len(value_of(result)) > 1]
    if not regions:
        return []
    many = f"{len(regions)} regions" if len(regions) > 1 else "1 region"
    return [(many, labels.colour(regions[0]))]


Point = tuple[float, float]


def outline(value: Mapping[str, Any]) -> list[Point]:
    """Return the corners of a region in percent of its image; none where it has no place.

    >>> outline({"x": 10, "y": 20, "width": 30, "height": 5, "rotation": 0})
    [(10.0, 20.0), (40.0, 20.0), (40.0, 25.0), (10.0, 25.0)]
    """
    numbers = {n: v for n in _NUMBERS if (v := _number(value.get(n))) is not None}
    if "points" in value or "vertices" in value:
        given = value.get("points") or value.get("vertices")
        pairs = [_pair(one) for one in given] if isinstance(given, list) else []
        return [pair for pair in pairs if pair is not None]
    if numbers.keys() >= {"x", "y", "radiusX", "radiusY"}:
        x, y = numbers["x"], numbers["y"]
        turns = [step * math.tau / 24 for step in range(24)]
        around = [
            (numbers["radiusX"] * math.cos(t), numbers["radiusY"] * math.sin(t)) for t in turns
        ]
        return [_turned((x + a, y + b), (x, y), numbers.get("rotation", 0.0)) for a, b in around]
    if numbers.keys() >= {"x", "y", "width", "height"}:
        x, y, w, h = (numbers[name] for name in ("x", "y", "width", "height"))
        corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
        return [_turned(corner, (x, y), numbers.get("rotation", 0.0)) for corner in corners]
    return [(numbers["x"], numbers["y"])] if numbers.keys() >= {"x", "y"} else []


_NUMBERS = ("x", "y", "width", "height", "rotation", "radiusX", "radiusY")


def _number(value: Any) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None


def _pair(given: Any) -> Point | None:
    if isinstance(given, Mapping):
        given = [given.get("x"), given.get("y")]
    if not isinstance(given, list | tuple) or len(given) < 2:
        return None
    x, y = _number(given[0]), _number(given[1])
    return None if x is None or y is None else (x, y)


def _turned(point: Point, about: Point, degrees: float) -> Point:
    if not degrees:
        return point
    # Percent of a width and of a height are not alike; on a thumbnail nobody sees by how much.
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    dx, dy = point[0] - about[0], point[1] - about[1]
    return about[0] + dx * cos - dy * sin, about[1] + dx * sin + dy * cos


def _placed(inner: Box, points: Sequence[Point]) -> list[Point]:
    x, y, w, h = inner
    return [
        (
            round(x + min(max(px, 0.0), 100.0) * w / 100, 1),
            round(y + min(max(py, 0.0), 100.0) * h / 100, 1),
        )
        for px, py in points
    ]


# -- texts: how wide they are about; the browser alone knows exactly, and squeezes what is too wide


def units(text: str) -> float:
    """Return about how wide a text is, in sizes of its font.

    >>> round(units("mm"), 2) > round(units("ii"), 2)
    True
    """
    return sum(map(_unit, text))


def _unit(letter: str) -> float:
    if letter in "iljtfrI.,:;'|!()[] ":
        return 0.31
    if letter in "mwMW@%":
        return 0.88
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if unicodedata.combining(letter):
        return 0.0
    return 0.68 if letter.isupper() else 0.55


def cells_of(text: str) -> int:
    """Return how many letters of one width a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def wrap(
    text: str, width: float, lines: int, start: int = 0, *, mono: bool = False
) -> list[tuple[int, int, bool]]:
    """Break a text into lines, by its words.

    Parameters
    ----------
    text
        The text.
    width
        Of a line, in sizes of the font; with ``mono`` in letters.
    lines
        How many at most.
    start
        Where it begins.

    Returns
    -------
    list of tuple
        Where each begins and ends, and whether the text goes on behind the last.

    Examples
    --------
    >>> wrap("one two three", 8, 2, mono=True)
    [(0, 8, False), (8, 13, False)]
    """
    measure = cells_of if mono else _unit
    made: list[tuple[int, int, bool]] = []
    at = start
    while at < len(text) and len(made) < lines:
        wide, end, space = 0.0, at, 0
        while end < len(text):
            letter = text[end]
            if letter == "\n":
                space = end + 1
                break
            wide += measure(letter)
            if wide > width and end > at:
                break
            end += 1
            if letter.isspace():
                space = end
        stopped = end < len(text)
        stop = space if stopped and space > at else end
        last = len(made) == lines - 1
        made.append((at, stop, last and stop < len(text)))
        at = stop
    return made


def _is_written_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text[:500])
