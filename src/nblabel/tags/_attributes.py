"""Attributes that several tags share, each written once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nblabel.core.tag import Attribute


def text(name: str, doc: str, default: str | None = None) -> Attribute:
    """Declare an attribute that is free text."""
    return Attribute(name, "text", default, doc=doc)


def variable(name: str, doc: str, *, required: bool = False, default: Any = None) -> Attribute:
    """Declare an attribute that usually holds ``$column``."""
    return Attribute(name, "variable", default, required=required, doc=doc)


def boolean(name: str, doc: str, default: bool | None = False) -> Attribute:
    """Declare a true-or-false attribute."""
    return Attribute(name, "boolean", default, doc=doc)


def number(name: str, doc: str, default: float | None = None) -> Attribute:
    """Declare a number."""
    return Attribute(name, "number", default, doc=doc)


def colour(name: str, doc: str, default: str | None = None) -> Attribute:
    """Declare a CSS colour."""
    return Attribute(name, "colour", default, doc=doc)


def enum(name: str, values: str, doc: str, default: str | None = None) -> Attribute:
    """Declare an attribute that takes one of the words in ``values``."""
    return Attribute(name, "enum", default, tuple(values.split()), doc=doc)


def kept(attribute: Attribute) -> Attribute:
    """Declare that it changes nothing yet."""
    return replace(attribute, effect="kept")


def not_meant(attribute: Attribute) -> Attribute:
    """Declare that Label Studio's editor makes nothing of it."""
    return replace(attribute, effect="not meant")


NAME = Attribute("name", required=True, doc="Identifier, unique in the config.")
TO_NAME = Attribute("toName", "names", required=True, doc="The object this control is about.")
VALUE = variable("value", "What is shown, usually `$column`.", required=True)
STYLE = text("style", "CSS of the element.")
CLASS_NAME = text("className", "CSS classes, for a <Style> of the config.")
ID_ATTR = text("idAttr", "The id of the element, for a <Style> of the config.")
HOTKEY = text("hotkey", "Key that selects or focuses it.")
RESOLVER = Attribute(
    "resolver",
    doc="Which cell of a file the value is: `csv|separator=;|column=x|headless`.",
)
SYNC = text("sync", "Name of a group of players that run together.")
SHOW_LABELS = boolean("showLabels", "Show the labels on the regions.", None)
HIGHLIGHT_COLOUR = colour("highlightColor", "Colour of spans whose label has none.")
GRANULARITY = enum("granularity", "symbol word sentence paragraph", "What a selection grows to.")
SAVE_TEXT_RESULT = enum("saveTextResult", "none no yes", "Keep the text of a span in its result.")

VISIBILITY = (
    text("visibleWhen", "region-selected, no-region-selected, choice-selected, choice-unselected."),
    Attribute("whenTagName", "name", doc="The control the condition looks at."),
    text("whenLabelValue", "Labels, comma-separated: only for regions that have one of them."),
    text("whenChoiceValue", "Choices, comma-separated: only when one of them is chosen."),
    text("whenRole", "Chat roles, comma-separated."),
)

CONTROL = (
    NAME,
    TO_NAME,
    kept(boolean("smart", "Offer the tool's smart variant when a model answers.", True)),
    kept(boolean("smartOnly", "Offer the smart variant only.")),
)

PROMPTS = (
    boolean("smart", "What is drawn with it may be a question to the model.", True),
    boolean("smartOnly", "Where a model is, what is drawn with it is only ever a question to it."),
)

FORM = (
    *CONTROL,
    boolean("required", "A task cannot be submitted without an answer."),
    text("requiredMessage", "What to say when the answer is missing."),
    boolean("perRegion", "The answer belongs to the selected region."),
    boolean("perItem", "The answer belongs to one item of a list of images."),
    text("whenLabelValue", "Labels, comma-separated: only for regions that have one of them."),
    enum("displayMode", "tag region-list", "Where a per-region control is shown.", "tag"),
)

CONDITIONAL_FORM = (*FORM, *(a for a in VISIBILITY if a.name != "whenLabelValue"))

LABELS = (
    *CONTROL,
    enum("choice", "single multiple", "How many labels a region may have.", "single"),
    number("maxUsages", "How many regions of a task may have one label."),
    boolean("showInline", "Labels in one line.", True),
    boolean("allowEmpty", "Regions may have no label."),
    text("opacity", "Opacity of regions, 0 to 1.", "0.2"),
    colour("fillColor", "Fill of regions whose label has no colour.", "#f48a42"),
    text("fillOpacity", "Opacity of the fill, 0 to 1."),
    colour("strokeColor", "Line of regions whose label has no colour.", "#f48a42"),
    number("strokeWidth", "Width of the line in pixels.", 1),
    not_meant(text("groupDepth", "Of old configs.")),
    variable("value", "`$column` with a list of further labels."),
)


def labelled(*own: Attribute) -> tuple[Attribute, ...]:
    """Give the attributes of a drawing tool that carries labels: the tool's win."""
    names = {attribute.name for attribute in own}
    return (*own, *(a for a in LABELS if a.name not in names))


def drawing(*own: Attribute) -> tuple[Attribute, ...]:
    """Give the attributes of a plain drawing tool."""
    own = (*PROMPTS, *own)
    names = {attribute.name for attribute in own}
    return (*(a for a in CONTROL if a.name not in names), *own)


SNAP = enum("snap", "pixel none", "Snap corners to pixels.", "none")
POINT_SIZE = enum("pointSize", "small medium large", "Size of the corner handles.", "small")
POINT_STYLE = enum("pointStyle", "rectangle circle", "Shape of the corner handles.", "circle")


def look(
    opacity: str = "0.2", fill: str = "#f48a42", stroke: str = "#f48a42", width: float = 1
) -> tuple[Attribute, ...]:
    """Give the attributes of how a shape is drawn, with a tool's own defaults."""
    return (
        text("opacity", "Opacity of regions, 0 to 1.", opacity),
        colour("fillColor", "Fill of regions whose label has no colour.", fill),
        text("fillOpacity", "Opacity of the fill, 0 to 1."),
        colour("strokeColor", "Line of regions whose label has no colour.", stroke),
        number("strokeWidth", "Width of the line in pixels.", width),
    )
