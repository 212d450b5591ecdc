"""Masks: Brush, Bitmask, their labels, and the MagicWand."""

from collections.abc import Callable
from typing import Any

from nblabel.base.errors import DataError
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.tag import Command, Short, Tag
from nblabel.media import masks
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import bitmask, mask
from nblabel.tags._short import Place, region_short

_ATTRIBUTES = a.drawing(a.number("strokeWidth", "Width of the brush at first.", 15))
# A bar of 200 x 2 pixels on an image of 640 x 480.
# fmt: off
_RLE = {"format": "rle", "rle": [
    0, 18, 192, 0, 57, 27, 255, 255, 255, 0, 255, 255, 224, 31, 255, 252, 3, 255, 255, 128,
    127, 255, 240, 15, 255, 254, 1, 255, 255, 192, 62, 140, 120, 7, 3, 31, 255, 224, 219, 224,
    28, 12, 127, 255, 255, 255, 128, 127, 255, 240, 15, 255, 254, 1, 255, 255, 192, 63, 255,
    248, 7, 255, 255, 0, 255, 255, 224, 31, 255, 252, 3, 255, 255, 128, 127, 255, 240, 15,
    194, 158, 0,
]}
# fmt: on
_PNG = {
    "imageDataURL": (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgAQMAAAAPH06nAAAABlBMVEUAAA"
        "AAAAClZ7nPAAAAAnRSTlMA/1uRIrUAAABOSURBVHja7dBBDQAwCAAxMgP4d4kDpoCE57K0Au5xEQAAAA"
        "AAAAAAAAAAAAAAAPCp7EHtG8dGAAAAAAAAAAAAAAAAAAAAAAAAAAAAeNUFdMoY6qj6tbUAAAAASUVORK"
        "5CYII="
    )
}
COMMANDS = (
    Command("tool:brush", ("b",), "Paint masks"),
    Command("tool:eraser", ("e",), "Erase from the selected mask"),
    Command("tool:decrease-tool", ("[",), "A smaller brush"),
    Command("tool:increase-tool", ("]",), "A larger brush"),
)


def _rle(array: Any) -> dict[str, Any]:
    return {"format": "rle", "rle": masks.encoded(array)}


def _png(array: Any) -> dict[str, Any]:
    return {"imageDataURL": masks.png(masks.as_mask(array))}


def _short(write: Callable[[Any], dict[str, Any]], key: str = "") -> Short:
    """Make the short form of a mask: an array, height x width, with its label or alone."""

    def read(given: list[Any]) -> tuple[dict[str, Any], list[Any]] | None:
        if not given or not _is_array(given[0]):
            return None
        try:
            value = write(given[0])
        except ValueError as error:
            raise DataError(str(error)) from None
        height, width = given[0].shape
        return {**value, _SIZE: (width, height)}, given[1:]

    regions = region_short(key, Place("array", read))

    def short(control: Element, given: Any) -> list[Result]:
        some = given if isinstance(given, list) else [given]
        if all(map(_is_array, some)):
            given = [[one] for one in some]
        return [_sized(result) for result in regions(control, given)]

    return short


_SIZE = "size"


def _is_array(given: Any) -> bool:
    return getattr(given, "ndim", None) == 2


def _sized(result: Result) -> Result:
    """Say beside the value how large the image is that an array was about."""
    value = dict(result["value"])
    if _SIZE not in value or "original_width" in result:
        return result
    width, height = value.pop(_SIZE)
    return {"original_width": width, "original_height": height, **result, "value": value}


tags = (
    Tag(
        name="Brush",
        role="control",
        doc="Paints masks on an image.",
        attributes=_ATTRIBUTES,
        objects=("Image", "Object3D"),
        region=True,
        check=region_check(mask),
        cell=region_cell(),
        short=_short(_rle),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Brush name="mask" toName="photo"/>
            </View>""",
        sample=_RLE,
        commands=COMMANDS,
    ),
    Tag(
        name="BrushLabels",
        role="control",
        doc="Paints masks with labels on an image.",
        attributes=a.labelled(*_ATTRIBUTES),
        objects=("Image", "Object3D"),
        children="Label",
        value_key="brushlabels",
        region=True,
        check=region_check(mask, "brushlabels"),
        cell=region_cell("brushlabels"),
        short=_short(_rle, "brushlabels"),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <BrushLabels name="mask" toName="photo"><Label value="Sky"/></BrushLabels>
            </View>""",
        sample=_RLE | {"brushlabels": ["Sky"]},
        commands=COMMANDS,
    ),
    Tag(
        name="Bitmask",
        role="control",
        doc="Paints masks on an image, pixel by pixel.",
        attributes=_ATTRIBUTES,
        objects=("Image", "Object3D"),
        region=True,
        check=region_check(bitmask),
        cell=region_cell(),
        short=_short(_png),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Bitmask name="mask" toName="photo"/>
            </View>""",
        sample=_PNG,
        commands=COMMANDS,
    ),
    Tag(
        name="BitmaskLabels",
        role="control",
        doc="Paints masks with labels on an image, pixel by pixel.",
        attributes=a.labelled(*_ATTRIBUTES),
        objects=("Image", "Object3D"),
        children="Label",
        value_key="bitmasklabels",
        region=True,
        check=region_check(bitmask, "bitmasklabels"),
        cell=region_cell("bitmasklabels"),
        short=_short(_png, "bitmasklabels"),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <BitmaskLabels name="mask" toName="photo"><Label value="Sky"/></BitmaskLabels>
            </View>""",
        sample=_PNG | {"bitmasklabels": ["Sky"]},
        commands=COMMANDS,
    ),
    Tag(
        name="MagicWand",
        role="visual",  # what it paints are results of the brush control
        doc="Fills areas of like colour; the mask is a region of the <Brush> of the image.",
        attributes=(
            *a.CONTROL,
            a.text("opacity", "Opacity of the mask while painting.", "0.6"),
            a.number("blurRadius", "How much the edge is smoothed.", 5),
            a.number("defaultThreshold", "How alike colours are at first.", 15),
        ),
        objects=("Image", "Object3D"),
        commands=(Command("tool:magic-wand", ("w",), "Take what is of a like colour"),),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <MagicWand name="wand" toName="photo"/>
              <Brush name="mask" toName="photo"/>
            </View>""",
    ),
)
