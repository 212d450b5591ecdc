"""Labels and Label: the labels of regions that the object or another tool draws."""

from collections.abc import Iterator

from nblabel.core.annotation import Result
from nblabel.core.tag import Attribute, Scope, Tag
from nblabel.tags import _attributes as a
from nblabel.tags._results import label_check, region_cell
from nblabel.tags._shapes import any_shape, has_shape
from nblabel.tags._short import BOX, SPAN, region_short


def _check(result: Result, scope: Scope) -> Iterator[str]:
    """Check the labels, and the place that the result repeats or has of its own."""
    value = result["value"]
    key = next((k for k in (result["type"], "labels") if k in value), "labels")
    yield from label_check(value, scope, key, "labels")
    yield from any_shape(value, scope)
    if scope.object.tag == "Image" and not has_shape(value):
        partners = (r for r in scope.results if r.get("id") == result.get("id"))
        if not any(has_shape(r.get("value")) for r in partners):
            yield "the region has no place: neither this result nor another of its id holds one"


tags = (
    Tag(
        name="Labels",
        role="control",
        doc="Labels for spans of text or time, and for the shapes of a plain drawing tool.",
        attributes=a.LABELS,
        children="Label",
        value_key="labels",
        region=True,
        types=("labels", "videovectorlabels"),
        text="",
        check=_check,
        cell=region_cell("labels"),
        short=region_short("labels", SPAN, BOX),
        example="""
            <View>
              <Labels name="entities" toName="text">
                <Label value="Person"/>
                <Label value="Place" alias="LOC"/>
              </Labels>
              <Text name="text" value="$text"/>
            </View>""",
        sample={"start": 0, "end": 3, "text": "Ada", "labels": ["Person"]},
    ),
    Tag(
        name="Label",
        role="label",
        doc="One label of a control of the Labels family.",
        attributes=(
            Attribute("value", "variable", required=True, doc="What is shown and exported."),
            a.text("alias", "What is exported in place of the value."),
            a.boolean("selected", "Current at first."),
            a.number("maxUsages", "How many regions of a task may have it."),
            a.text("hint", "Shown when the pointer rests on it."),
            a.HOTKEY,
            a.boolean("showAlias", "Show the alias beside the value."),
            a.text("aliasStyle", "CSS of the alias.", "opacity: 0.6"),
            a.text("size", "Size of the label.", "medium"),
            a.colour("background", "Its colour, and that of its regions.", "#DA935D"),
            a.colour("selectedColor", "Colour of its text when it is current.", "#ffffff"),
            a.GRANULARITY,
            a.text("html", "HTML that is shown in place of the value."),
            a.kept(a.text("category", "Its place in exports.")),
            a.kept(a.text("groupCanContain", "Labels that regions inside may have.")),
        ),
    ),
)
