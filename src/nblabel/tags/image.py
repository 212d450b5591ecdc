"""Image: a picture, or a list of pictures."""

from nblabel.core.tag import Command, Tag
from nblabel.tags import _attributes as a

ATTRIBUTES = (
    a.NAME,
    a.VALUE,
    a.variable("valueList", "A list of images, shown one at a time: `$column`."),
    a.text("width", "Width of the picture on the page.", "100%"),
    a.text("maxWidth", "Greatest width.", "100%"),
    a.text("height", "Height."),
    a.text("maxHeight", "Greatest height.", "calc(100vh - 194px)"),
    a.boolean("smoothing", "Smooth the pixels when enlarged.", default=None),
    a.boolean("zoom", "Zoom with the wheel.", default=True),
    a.boolean("negativeZoom", "Allow zooming out below the fit."),
    a.number("zoomBy", "Factor of one step.", 1.1),
    a.boolean("grid", "Draw a grid."),
    a.number("gridSize", "Size of its cells in pixels.", 30),
    a.colour("gridColor", "Its colour.", "#EEEEF4"),
    a.boolean("zoomControl", "Show the tool that pans and the zoom buttons.", default=True),
    a.boolean("brightnessControl", "Show a slider for brightness."),
    a.boolean("contrastControl", "Show a slider for contrast."),
    a.boolean("rotateControl", "Show the rotate buttons."),
    a.boolean("crosshair", "Draw lines through the pointer."),
    a.boolean("selectionControl", "Offer the tool that selects regions.", default=True),
    a.enum("horizontalAlignment", "left center right", "Where it stands.", "left"),
    a.enum("verticalAlignment", "top center bottom", "Where it stands.", "top"),
    a.enum("defaultZoom", "auto original fit", "Zoom at first.", "fit"),
    a.enum("crossOrigin", "none anonymous use-credentials", "How it is fetched.", "none"),
    a.not_meant(a.text("resize", "Of old configs.")),
    a.boolean("showLabels", "Show the labels on the regions."),
    a.not_meant(a.boolean("lazyOff", "Of old configs.")),
)

COMMANDS = (
    Command("tool:move", ("v",), "Select and move"),
    Command("tool:pan-image", ("h",), "Pan the image"),
    Command("tool:zoom-in", ("ctrl+plus", "ctrl+shift+plus"), "Zoom in"),
    Command("tool:zoom-out", ("ctrl+minus",), "Zoom out"),
    Command("tool:zoom-to-fit", ("shift+1",), "Fit the image"),
    Command("tool:zoom-to-actual", ("shift+2",), "Actual size"),
    Command("tool:rotate-left", ("alt+left",), "Turn the image to the left"),
    Command("tool:rotate-right", ("alt+right",), "Turn the image to the right"),
    Command("image:prev", ("ctrl+left",), "Previous image of the task"),
    Command("image:next", ("ctrl+right",), "Next image of the task"),
)

tags = (
    Tag(
        name="Image",
        role="object",
        doc="Shows an image; boxes and other shapes on it can be labeled.",
        attributes=ATTRIBUTES,
        media=True,
        example='<View><Image name="photo" value="$image"/></View>',
        commands=COMMANDS,
    ),
)
