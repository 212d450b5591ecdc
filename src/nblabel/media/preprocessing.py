"""Steps between what a cell holds and what is shown of it, and the way back to its coordinates."""

from __future__ import annotations

import base64
import html
import inspect
import itertools
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from PIL import Image, ImageOps

from nblabel.base.errors import ArgumentError, MediaError, near
from nblabel.core.task import Media
from nblabel.media import images
from nblabel.media.images import Content

Part = tuple[float, float, float, float]
"""Which part of an image something shows: left, top, width and height in percent of it."""

WHOLE: Part = (0.0, 0.0, 100.0, 100.0)

Kind = Literal["image", "text"]
Given = Any
"""What `preparation` takes."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text that is shown for another.

    Parameters
    ----------
    original, shown
        Both.
    spans
        Where each character that is shown comes from: the beginning and the end in the original.
    """

    original: str
    shown: str
    spans: Sequence[tuple[int, int]]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Return where what is marked in the shown text lies in the original."""
        start, end = (max(0, min(at, len(self.spans))) for at in (start, end))
        if end > start:
            return self.spans[start][0], self.spans[end - 1][1]
        at = self.spans[start][0] if start < len(self.spans) else len(self.original)
        return at, at

    def to_shown(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part of the original is shown."""
        first = bisect_right(self.spans, start, key=lambda span: span[1])
        last = bisect_left(self.spans, end, key=lambda span: span[0])
        return (first, max(first, last)) if end > start else (first, first)

    def then(self, following: Aligned) -> Aligned:
        """Return what both steps together make of the original."""
        spans = [self.to_original(*span) for span in following.spans]
        return Aligned(self.original, following.shown, spans)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, what it was given, and what it does."""

    name: str
    options: Mapping[str, Any]
    kind: Kind | None
    run: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is done, in order, before something is shown.

    Parameters
    ----------
    steps
        The steps.
    """

    steps: tuple[Step, ...] = field(default=())

    @property
    def provenance(self) -> list[dict[str, Any]]:
        """The steps with all their options, as JSON."""
        return [{"step": step.name, **step.options} for step in self.steps]

    def of(self, kind: Kind) -> tuple[Step, ...]:
        """Return the steps that are about images, or about texts."""
        return tuple(step for step in self.steps if step.kind in {None, kind})

    def text(self, text: str) -> Aligned:
        """Return what is shown for a text.

        Raises
        ------
        MediaError
            When a step fails.
        """
        made = Aligned(text, text, [(at, at + 1) for at in range(len(text))])
        for step in self.of("text"):
            given = _run(step, made.shown)
            made = made.then(given if isinstance(given, Aligned) else _aligned(step, made, given))
        return made

    def media(self, content: Content, max_pixels: int) -> Media:
        """Return what is shown for an image; its size is that of the original.

        What is drawn is so in the original's coordinates, in percent and in pixels, whatever
        was done to what is shown.

        Raises
        ------
        MediaError
            When it is no image, or a step fails.
        """
        if isinstance(content, bytes) and images.is_svg(content):
            told = "an SVG is shown as it is, without preprocess="
            return replace(images.show(content), note=told)
        with images.opened(content, max_pixels) as image:
            shown = ImageOps.exif_transpose(image)
            size, kind = shown.size, image.format
            part = WHOLE
            for step in self.of("image"):
                shown, inner = _image_of(step, _run(step, shown))
                part = _inside(part, inner)
            shown.format = kind
            made = images.encoded(shown)
        return _placed(made, size, part)


def preparation(given: Given) -> Preparation | None:
    """Read what ``preprocess=`` is given.

    Parameters
    ----------
    given
        A step, or a list of steps: the name of one, a name with its options
        (``("resize", {"longest": 1024})``), or a function. A function takes a Pillow image or a
        text. It returns another; or an image and the part of it that this shows (left, top,
        width and height in percent), or a text and for each of its characters where that stood.

    Raises
    ------
    ArgumentError
        When there is no such step, or it does not take what it is given.

    Examples
    --------
    >>> preparation(["autocontrast", ("resize", {"longest": 512})]).provenance
    [{'step': 'autocontrast', 'cutoff': 0.0}, {'step': 'resize', 'longest': 512}]
    """
    if given is None:
        return None
    pair = isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], Mapping)
    alone = pair or isinstance(given, str) or callable(given)
    steps = [given] if alone else list(given) if isinstance(given, list | tuple) else None
    if steps is None:
        raise ArgumentError(f"preprocess= takes a function or steps, not {type(given).__name__}")
    return Preparation(tuple(map(_step, steps))) if steps else None


def _step(given: Any) -> Step:
    if callable(given):
        name = getattr(given, "__qualname__", type(given).__qualname__)
        return Step(f"{getattr(given, '__module__', '')}.{name}".lstrip("."), {}, None, given)
    pair = isinstance(given, list | tuple) and len(given) == 2
    name, options = given if pair else (given, {})
    if not isinstance(name, str) or not isinstance(options, Mapping):
        raise ArgumentError(
            f'preprocess= has {given!r}; "resize", ("resize", {{"longest": 1024}}) or a function '
            "is accepted"
        )
    if name not in _STEPS:
        names = ", ".join(f'"{one}"' for one in _STEPS)
        raise ArgumentError(
            f'preprocess= has no step "{name}"; there are {names}{near(name, _STEPS)}'
        )
    kind, run = _STEPS[name]
    known = {p.name: p.default for p in inspect.signature(run).parameters.values()}
    known.pop(next(iter(known)))
    for option, value in options.items():
        if option not in known:
            takes = ", ".join(known) or "no options"
            raise ArgumentError(f'"{name}" has no option "{option}"; it has {takes}')
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise ArgumentError(f'"{name}" has {option}={value!r}; a number from 0 on is accepted')
    return Step(name, {**known, **options}, kind, run)


def _run(step: Step, value: Any) -> Any:
    try:
        return step.run(value, **step.options)
    except Exception as error:  # whatever a function of somebody's own raises
        raise MediaError(
            f'preprocess= failed in "{step.name}": {error or type(error).__name__}'
        ) from None


# -- texts


def _aligned(step: Step, before: Aligned, given: Any) -> Aligned:
    """Read what a function made of a text."""
    text, starts = given if isinstance(given, tuple) and len(given) == 2 else (given, None)
    if not isinstance(text, str):
        raise MediaError(f'preprocess= got {type(text).__name__} from "{step.name}", not a text')
    count = len(before.shown)
    if starts is None and len(text) != count:
        raise MediaError(
            f'preprocess= got a text of another length from "{step.name}": where its characters '
            "stood is to be said, as (text, [place of each])"
        )
    places = list(range(count) if starts is None else starts)
    rising = all(one <= other for one, other in itertools.pairwise(places))
    if len(places) != len(text) or not rising or not all(0 <= at < count for at in places):
        raise MediaError(
            f'preprocess= got places from "{step.name}" that are not one for each character, '
            f"rising and from 0 to {count - 1}"
        )
    return Aligned(before.shown, text, [(at, at + 1) for at in places])


_MARKUP = re.compile(
    r"<!--.*?-->|<(?P<hidden>script|style)\b.*?</(?P=hidden)\s*>|<(?P<tag>/?[a-z][^\s>/]*)[^>]*>"
    r"|<[!?][^>]*>|&(?:#\d+|#x[0-9a-f]+|\w+);",
    re.DOTALL | re.IGNORECASE,
)
_BLOCKS = re.compile(r"/?(?:br|p|div|li|tr|h[1-6]|ul|ol|table|blockquote|section)")


def _strip_html(text: str) -> Aligned:
    """Leave out tags; a paragraph begins a new line, and entities are what they stand for.

    >>> made = _strip_html("<p>a &amp; <b>b</b></p>")
    >>> made.shown, made.to_original(2, 3)
    ('a & b', (5, 10))
    """
    shown: list[str] = []
    spans: list[tuple[int, int]] = []

    def add(piece: str, start: int, end: int) -> None:
        for character in piece:
            shown.append(character)
            spans.append((start, end))

    at = 0
    for found in _MARKUP.finditer(text):
        for place in range(at, found.start()):
            add(text[place], place, place + 1)
        at = found.end()
        tag = (found["tag"] or "").lower()
        if found[0].startswith("&"):
            add(html.unescape(found[0]), found.start(), at)
        elif _BLOCKS.fullmatch(tag) and shown and shown[-1] != "\n":
            add("\n", found.start(), at)
    for place in range(at, len(text)):
        add(text[place], place, place + 1)
    while shown and shown[-1] == "\n":
        shown.pop()
        spans.pop()
    return Aligned(text, "".join(shown), spans)


# -- images


def _image_of(step: Step, given: Any) -> tuple[Image.Image, Part]:
    image, part = given if isinstance(given, tuple) and len(given) == 2 else (given, WHOLE)
    if not isinstance(image, Image.Image):
        try:
            with images.opened(image) as opened:
                image = opened.copy()
        except (MediaError, AttributeError, TypeError):
            raise MediaError(
                f'preprocess= got {type(image).__name__} from "{step.name}", not an image'
            ) from None
    try:
        left, top, width, height = (float(number) for number in part)
    except (TypeError, ValueError):
        left = top = width = height = math.nan
    if not (math.isfinite(left + top) and width > 0 and height > 0):
        raise MediaError(
            f'preprocess= got {part!r} from "{step.name}"; left, top, width and height in percent '
            "are accepted"
        )
    return image, (left, top, width, height)


def _inside(outer: Part, inner: Part) -> Part:
    """Return a part of a part as one of the whole.

    >>> _inside((50, 0, 50, 100), (0, 50, 50, 50))
    (50.0, 50.0, 25.0, 50.0)
    """
    left, top, width, height = outer
    return (
        left + width * inner[0] / 100,
        top + height * inner[1] / 100,
        width * inner[2] / 100,
        height * inner[3] / 100,
    )


def _placed(media: Media, size: tuple[int, int], part: Part) -> Media:
    """Say of a picture that it is as large as the original, and put it where it lies in that."""
    width, height = size
    if part == WHOLE:
        return replace(media, width=width, height=height)
    left, top, wide, high = (
        side * share / 100 for side, share in zip((width, height) * 2, part, strict=True)
    )
    data = base64.b64encode(media.data or b"").decode()
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><image x="{left:.6f}" y="{top:.6f}" width="{wide:.6f}" '
        f'height="{high:.6f}" preserveAspectRatio="none" href="data:{media.mime};base64,{data}"/>'
        "</svg>"
    )
    return Media(mime="image/svg+xml", data=drawn.encode(), width=width, height=height)


def _resize(image: Image.Image, longest: int = 2048) -> Image.Image:
    """Make the longest side no longer than so many pixels."""
    factor = longest / max(image.size)
    if factor >= 1 or longest < 1:
        return image
    size = tuple(max(1, round(side * factor)) for side in image.size)
    return images.eight_bit(image).resize((size[0], size[1]), Image.Resampling.LANCZOS)


def _autocontrast(image: Image.Image, cutoff: float = 0.0) -> Image.Image:
    """Spread the tones over all there are, without so many percent at both ends."""
    return ImageOps.autocontrast(_toned(image), cutoff=cutoff)


def _grayscale(image: Image.Image) -> Image.Image:
    return ImageOps.grayscale(images.eight_bit(image))


def _equalize(image: Image.Image) -> Image.Image:
    """Give every tone its share."""
    return ImageOps.equalize(_toned(image))


def _toned(image: Image.Image) -> Image.Image:
    shown = images.eight_bit(image)
    return shown if shown.mode in {"L", "RGB"} else shown.convert("RGB")


_STEPS: dict[str, tuple[Kind, Callable[..., Any]]] = {
    "resize": ("image", _resize),
    "autocontrast": ("image", _autocontrast),
    "grayscale": ("image", _grayscale),
    "equalize": ("image", _equalize),
    "strip_html": ("text", _strip_html),
}
