"""A labeling config, made from what a file names, and the results that fit it."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

from nblabel.core.annotation import Result

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURN = 0.618033988749895  # of the circle of hues: neighbours differ most
_MOST_CHOICES = 50
_DOLLAR = "\uff04"

NAMES = {
    "RectangleLabels": "box",
    "PolygonLabels": "polygon",
    "EllipseLabels": "ellipse",
    "KeyPointLabels": "point",
    "BrushLabels": "mask",
    "VectorLabels": "line",
    "TimelineLabels": "time",
    "VideoRectangle": "box",
    "Labels": "label",
    "ParagraphLabels": "label",
    "Choices": "choice",
    "TextArea": "text",
    "Number": "number",
}
"""What a control is called in a config that is made."""


def colour(number: int) -> str:
    """Return a colour for the how-manieth label, far from those of its neighbours.

    >>> colour(0), colour(1)
    ('#d64a4a', '#4a73d6')
    """
    red, green, blue = colorsys.hls_to_rgb(number * _TURN % 1.0, 0.565, 0.63)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def label_of(text: str) -> str:
    """Return the label that a file has; some have none, and a label must be something."""
    return text or "unlabeled"


def attribute(text: str) -> str:
    """Return a text as an XML attribute, quoted; what XML cannot hold becomes U+FFFD.

    >>> print(attribute('a "b" < c & d'))
    'a "b" &lt; c &amp; d'
    """
    return quoteattr(_NO_XML.sub("\ufffd", text))


@dataclass(slots=True)
class Control:
    """A control of a config that is made.

    Parameters
    ----------
    tag, name
        What it is, and what results call it.
    labels
        Its labels or choices, with a colour where the file has one.
    settings
        Its other attributes.
    """

    tag: str
    name: str
    labels: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The type of its results."""
        return self.tag.lower()

    def on_image(
        self, ident: str, place: Mapping[str, Any], size: tuple[int, int], label: str
    ) -> Result:
        """Return a labelled region of an image, as Label Studio has it.

        Parameters
        ----------
        ident
            Its id.
        place
            Where it is, in percent.
        size
            Width and height of the image in pixels.
        label
            Its label.
        """
        return {
            "id": ident,
            "from_name": self.name,
            "to_name": "image",
            "type": self.type,
            "original_width": size[0],
            "original_height": size[1],
            "image_rotation": 0,
            "value": {**place, self.type: [label]},
        }


class Making:
    """A config that grows with what a file names: one object, and the controls about it.

    Parameters
    ----------
    tag
        The object's tag: "Image".
    name
        What it is called, and the column of the data that it shows.
    settings
        Its other attributes.

    Notes
    -----
    What ``relations`` holds are labels of relations.

    Examples
    --------
    >>> making = Making("Image", "image")
    >>> making.label("RectangleLabels", "cat").name
    'box'
    >>> print(making.xml())
    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="box" toName="image">
        <Label value="cat" background="#d64a4a"/>
      </RectangleLabels>
    </View>
    """

    def __init__(self, tag: str, name: str, settings: Mapping[str, str] | None = None) -> None:
        self.tag, self.name = tag, name
        self._settings = dict(settings or {})
        self._controls: dict[tuple[str, str], Control] = {}
        self.relations: dict[str, None] = {}

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls so far."""
        return tuple(self._controls.values())

    def control(self, tag: str, name: str = "", **settings: str) -> Control:
        """Return the control of a tag, and where several are meant of a name; made when new."""
        known = self._controls.get((tag, name))
        if known is None:
            taken = {self.name, *(one.name for one in self._controls.values())}
            wanted = _plain_name(name) or NAMES.get(tag, tag.lower())
            free = next(n for n in _numbered(wanted) if n not in taken)
            known = self._controls[tag, name] = Control(tag, free, settings=settings)
        return known

    def label(self, tag: str, label: str, colour: str = "", name: str = "") -> Control:
        """Return the control of a tag, with a label among its own."""
        control = self.control(tag, name)
        if not control.labels.get(label):
            control.labels[label] = colour
        return control

    def xml(self) -> str:
        """Write the config."""
        lines = ["<View>"]
        settings = "".join(f" {n}={attribute(v)}" for n, v in self._settings.items())
        value = attribute(f"${self.name}")
        lines.append(f"  <{self.tag} name={attribute(self.name)} value={value}{settings}/>")
        numbers = {
            label: number
            for number, label in enumerate(
                dict.fromkeys(label for control in self.controls for label in control.labels)
            )
        }
        for control in self.controls:
            lines += self._control(control, numbers)
        if self.relations:
            inside = (f"    <Relation value={attribute(label)}/>" for label in self.relations)
            lines += ["  <Relations>", *inside, "  </Relations>"]
        return "\n".join([*lines, "</View>"])

    def _control(self, control: Control, numbers: Mapping[str, int]) -> Iterable[str]:
        settings = "".join(f" {n}={attribute(v)}" for n, v in control.settings.items())
        head = f"  <{control.tag} name={attribute(control.name)}"
        head += f" toName={attribute(self.name)}{settings}"
        if not control.labels:
            yield f"{head}/>"
            return
        yield f"{head}>"
        for label, given in control.labels.items():
            value = f"value={attribute(label)}"
            if "$" in label:  # else it would stand for a column of the data
                shown = label.replace("$", _DOLLAR)
                value = f"value={attribute(shown)} alias={attribute(label)}"
            if control.tag == "Choices":
                yield f"    <Choice {value}/>"
            else:
                shade = attribute(given or colour(numbers[label]))
                yield f"    <Label {value} background={shade}/>"
        yield f"  </{control.tag}>"


def _plain_name(text: str) -> str:
    return re.sub(r"[^\w-]+", "_", text).strip("_")


def _numbered(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name}{number}"
        number += 1


class Attributes:
    """What files say of single objects, by name: which per-region control each becomes.

    A name whose values are few words, or true and false, is a Choices; numbers are a Number,
    other words a TextArea. What CVAT and datumaro write of every object, that it is not occluded
    and not turned, says nothing.
    """

    def __init__(self) -> None:
        self._values: dict[str, dict[Any, None]] = {}
        self._several: set[str] = set()

    def see(self, given: Any) -> None:
        """Look at the attributes of one object."""
        if not isinstance(given, dict):
            return
        for name, value in given.items():
            several = _is_several(value)
            if (
                says_nothing(name, value)
                or not name
                or not (several or isinstance(value, str | int | float))
            ):
                continue
            seen = self._values.setdefault(str(name), {})
            if several:
                self._several.add(str(name))
            for one in value if several else [value]:
                if len(seen) <= _MOST_CHOICES:
                    seen[one if isinstance(one, bool | str) else float(one)] = None

    def controls(self, making: Making) -> dict[str, Control]:
        """Return the control of each name."""
        made: dict[str, Control] = {}
        for name, values in self._values.items():
            kinds = {type(value) for value in values}
            if kinds == {float} and name not in self._several:
                made[name] = making.control("Number", name, perRegion="true")
            elif len(values) > _MOST_CHOICES:
                made[name] = making.control("TextArea", name, perRegion="true")
            else:
                made[name] = making.control("Choices", name, perRegion="true")
                words = ("true", "false") if kinds == {bool} else map(as_word, values)
                made[name].labels |= dict.fromkeys(words, "")
                if name in self._several:
                    made[name].settings["choice"] = "multiple"
        return made


def says_nothing(name: str, value: Any) -> bool:
    """Whether an attribute is one that every object has."""
    words = {"occluded": {"false", "0"}, "rotation": {"0", "0.0"}}
    return as_word(value).lower() in words.get(name, ())


def _is_several(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def as_word(value: Any) -> str:
    """Return an attribute's value as a choice says it.

    >>> as_word(True), as_word(2.0), as_word("a")
    ('true', '2', 'a')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def answer(control: Control, value: Any) -> Any:
    """Return what a result of a control has under its type, for one attribute's value."""
    if control.tag == "Number":
        return value
    return list(value) if isinstance(value, list) else [as_word(value)]


def about_region(region: Result, given: Any, controls: Mapping[str, Control]) -> Iterable[Result]:
    """Yield the results of per-region controls that an object's attributes make."""
    for name, value in given.items() if isinstance(given, dict) else ():
        control = controls.get(str(name))
        if (
            says_nothing(name, value)
            or control is None
            or not (_is_several(value) or isinstance(value, str | int | float))
        ):
            continue
        own = {name for name in region["value"] if name == region["type"]}
        place = {n: v for n, v in region["value"].items() if n not in own}
        yield {
            **{n: v for n, v in region.items() if n not in {"score", "meta", "parentID"}},
            "from_name": control.name,
            "type": control.type,
            "value": {
                **place,
                control.type if control.tag != "TextArea" else "text": answer(control, value),
            },
        }
