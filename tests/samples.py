"""Data for any config: a task that has what each of its tags shows."""

import base64
import functools
import io
import re
from typing import Any

from PIL import Image, ImageDraw

from nblabel.config import Config
from nblabel.core.element import Element

WIDTH, HEIGHT = 400, 300
TEXT = "Ada Lovelace wrote the first program in London."
SAYINGS = ["Where is the station?", "Down the road, then left.", "Thank you, Ada!"]
WORDS = ["Lovelace", "first", "London", "wrote"]  # in all texts
SAID = ["station", "road", "left", "Ada"]  # in SAYINGS
OPTIONS = ["First of them", "Second of them", "Third of them"]
_VARIABLE = re.compile(r"\$([\w[\].{}]+)")
_FLAG = re.compile(r"\{\{\w+\}\}")
_STEP = re.compile(r"[^.\[\]]+")


def task(config: Config) -> dict[str, Any]:
    """The data of one task; a list that a Repeater goes through has two items."""
    data: dict[str, Any] = {}
    for element in config.root.walk():
        for name, text in element.attributes.items():
            for path in _VARIABLE.findall(text):
                for index in "01":
                    _put(data, _STEP.findall(_FLAG.sub(index, path)), _shown(element, name))
    return data


def _put(data: Any, steps: list[str], value: Any) -> None:
    """Put a value where a path leads to, and what there must be on the way to it."""
    step, *rest = steps
    following: Any = value if not rest else [] if rest[0].isdigit() else {}
    if isinstance(data, list):
        index = int(step)
        data += [following] * (index + 1 - len(data))
        inside = data[index]
    else:
        inside = data.setdefault(step, following)
    if rest and isinstance(inside, dict | list):
        _put(inside, rest, value)


def _shown(element: Element, attribute: str) -> Any:
    if attribute == "valueList":
        return [picture(), picture("#b5c9a4")]
    if attribute == "on":
        return []
    made = _VALUES.get(element.tag) if attribute == "value" else None
    return made(element) if made else "Is it as it should be?"


@functools.cache
def picture(sky: str = "#9ec5e8") -> str:
    """A house, as a data URI."""
    image = Image.new("RGB", (WIDTH, HEIGHT), sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 225, WIDTH, HEIGHT], fill="#7d9b6a")
    draw.polygon([(80, 150), (200, 60), (320, 150)], fill="#b5462f")
    draw.rectangle([100, 150, 300, 270], fill="#e9dcc3")
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def _options(_: Element) -> list[dict[str, str]]:
    return [{"value": option} for option in OPTIONS]


def _turns(element: Element) -> list[dict[str, str]]:
    author = element.attributes.get("nameKey", "author")
    text = element.attributes.get("textKey", "text")
    return [{author: ("Mia", "Vincent")[at % 2], text: saying} for at, saying in enumerate(SAYINGS)]


_OPTIONS = (
    "Choices Labels BitmaskLabels BrushLabels EllipseLabels HyperTextLabels KeyPointLabels "
    "ParagraphLabels PolygonLabels RectangleLabels VectorLabels"
)
_VALUES = {
    **dict.fromkeys(_OPTIONS.split(), _options),
    "Text": lambda _: TEXT,
    "HyperText": lambda _: f"<h2>Who wrote it?</h2><p>{TEXT}</p><p>{TEXT} <b>Really.</b></p>",
    "Markdown": lambda _: f"# Who wrote it?\n\n{TEXT}\n\n- one\n- **two**\n",
    "Image": lambda _: picture(),
    "Paragraphs": _turns,
    "Dialog": lambda _: [{"name": "Mia", "text": saying} for saying in SAYINGS],
    "Table": lambda _: {"name": "Ada Lovelace", "born": 1815, "in": "London"},
    "List": lambda _: [
        {"id": f"item{at}", "title": option, "body": SAYINGS[at]}
        for at, option in enumerate(OPTIONS)
    ],
    "Taxonomy": lambda _: [
        {"value": "Animal", "children": [{"value": "Cat"}, {"value": "Dog"}]},
        {"value": "Plant"},
    ],
    "TextArea": lambda _: "What is filled in.",
}


def results(config: Config) -> list[dict[str, Any]]:
    """What each control could say of that task: a region or an answer of it each."""
    controls = sorted(config.controls.values(), key=lambda at: not _draws(config, at))
    made: list[dict[str, Any]] = []
    for control in controls:
        shown = _object(config, control)
        regions = [one for one in made if one["to_name"] == shown.name and one["id"] != ""]
        value = dict(config.tags[control.tag].sample or {})
        key = config.tags[control.tag].value_key
        if key and config.tags[control.tag].children:
            value[key] = [_first(control)]
        if control.tag == "Ranker":
            buckets = [at.name for at in control.children if at.tag == "Bucket"] or [control.name]
            value = {
                "ranker": {bucket: [] for bucket in buckets} | {buckets[0]: ["item1", "item0"]}
            }
        result = {"id": f"by_{control.name}", "from_name": control.name, "to_name": shown.name}
        if control.tag == "Pairwise":
            result["to_name"] = control.name
        if shown.tag == "Image":
            result |= {"original_width": WIDTH, "original_height": HEIGHT, "image_rotation": 0}
        if shown.tag == "Text" and config.tags[control.tag].region:
            value |= {"start": 4, "end": 12, "text": TEXT[4:12]}
        if control.attributes.get("perRegion") == "true" or (
            not _draws(config, control) and key == "labels"
        ):
            place = regions[0]
            own = config.tags[config.controls[place["from_name"]].tag].value_key
            result["id"] = place["id"]
            value |= {k: v for k, v in place["value"].items() if k != own}
        made.append(result | {"type": control.tag.lower(), "value": value})
    return made


def _draws(config: Config, control: Element) -> bool:
    """Whether a control makes regions by itself."""
    labels_only = control.tag == "Labels" and _object(config, control).tag == "Image"
    return config.tags[control.tag].region and not labels_only


def _object(config: Config, control: Element) -> Element:
    named = str(control.attributes.get("toName") or "").split(",")[0].strip()
    return config.objects.get(named) or next(iter(config.objects.values()))


def _first(control: Element) -> Any:
    """The first label or choice; a path in a tree."""
    inside = (at for at in control.walk() if at.tag in ("Label", "Choice"))
    first = next(
        (at.attributes.get("alias") or at.attributes["value"] for at in inside), OPTIONS[0]
    )
    return [first] if control.tag == "Taxonomy" else first
