"""Masks: Brush, Bitmask, their labels, and the MagicWand."""

from nblabel.core.tag import Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import region_cell, region_check
from nblabel.tags._shapes import bitmask, mask
from nblabel.tags._short import region_short

_ATTRIBUTES = a.drawing(a.number("strokeWidth", "Width of the brush at first.", 15))
_RLE = {"format": "rle", "rle": [0, 0, 0, 8, 57, 27, 252]}
_PNG = {"imageDataURL": "data:image/png;base64,iVBORw0KGgo="}

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
        short=region_short(),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Brush name="mask" toName="photo"/>
            </View>""",
        sample=_RLE,
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
        short=region_short("brushlabels"),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <BrushLabels name="mask" toName="photo"><Label value="Sky"/></BrushLabels>
            </View>""",
        sample=_RLE | {"brushlabels": ["Sky"]},
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
        short=region_short(),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <Bitmask name="mask" toName="photo"/>
            </View>""",
        sample=_PNG,
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
        short=region_short("bitmasklabels"),
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <BitmaskLabels name="mask" toName="photo"><Label value="Sky"/></BitmaskLabels>
            </View>""",
        sample=_PNG | {"bitmasklabels": ["Sky"]},
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
        example="""
            <View>
              <Image name="photo" value="$image"/>
              <MagicWand name="wand" toName="photo"/>
              <Brush name="mask" toName="photo"/>
            </View>""",
    ),
)
