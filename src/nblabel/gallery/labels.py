"""What can be said of a whole row by one key; and the colours of labels, as the editor has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PIL import ImageColor

from nblabel.config import Config
from nblabel.config.hotkeys import normal
from nblabel.core.annotation import Result, value_of
from nblabel.core.element import Element
from nblabel.formats import table

# The twins of js/src/state/labels.ts and keymap.ts; tests/gallery compares them.
PALETTE = (
    "#d6336c",
    "#2f9e44",
    "#1c7ed6",
    "#e8890c",
    "#7048e8",
    "#0c8599",
    "#a0522d",
    "#5f6b7a",
    "#b5179e",
    "#6a8d00",
)
UNKNOWN = "#5f6b7a"
BARE = "#f48a42"
POOL = "1234567890qwetasdfgzxcvbyiopjklnm"

_ONE_KEY = ("Rating", "Number", "DateTime", "Filter")
"""Tags that have one key for all of it."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that is said of a row by one key or button.

    Parameters
    ----------
    control
        The control's name.
    said
        Its short form.
    words
        What is written on the button.
    key
        Its key; None where there are more than keys.
    colour
        Its colour.
    several
        Whether it is one of several that may be said at once.
    """

    control: str
    said: Any
    words: str
    key: str | None
    colour: str
    several: bool = False


class Labels:
    """The labels of a config.

    Parameters
    ----------
    config
        The config.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._keys = _keys(config)
        self._colours = _colours(config)
        options = tuple(self._options())
        taken = {option.key for option in options}
        self.options = tuple(
            # Stars, which have one key in the editor, have their numbers where these are free.
            replace(o, key=str(o.said))
            if isinstance(o.said, int) and str(o.said) not in taken
            else o
            for o in options
        )

    def __bool__(self) -> bool:
        return bool(self.options)

    def of_key(self, key: str) -> Option | None:
        """Return what a key says."""
        return next((option for option in self.options if option.key == key), None)

    def named(self, name: str) -> Option | None:
        """Return what is said by a name: the option's, or ``control/option``."""
        found = (o for o in self.options if name in {o.words, o.said, f"{o.control}/{o.said}"})
        return next(found, None)

    def colour(self, result: Result) -> str:
        """Return the colour of a result, its first label's."""
        control = self._config.find(str(result.get("from_name")))
        for name in table.labels(result):
            known = self._colours.get((control.name or "" if control is not None else "", name))
            if known:
                return known
        if control is not None and not table.labels(result):
            return colour_of(control.attributes.get("strokeColor", "")) or BARE
        return UNKNOWN

    def chips(self, results: Sequence[Result]) -> list[tuple[str, str]]:
        """Return what results say of the whole task: the words, each with its colour."""
        said: list[tuple[str, str]] = []
        for result in results:
            value = value_of(result)
            if len(value) > 1:
                continue
            [given] = value.values() or [None]
            if value.keys() == {"rating"} and isinstance(given, int | float):
                words = ["★" * min(int(given), 10)]
            else:
                words = [str(_last(one)) for one in _listed(given)]
            said += [(word, self._of_word(result, word)) for word in words]
        return said

    def says(self, results: Sequence[Result], option: Option) -> bool:
        """Whether results say what an option does."""
        return any(
            _last(one) == option.said
            for result in results
            if result.get("from_name") == option.control
            for given in value_of(result).values()
            for one in _listed(given)
        )

    def _of_word(self, result: Result, word: str) -> str:
        return self._colours.get((str(result.get("from_name")), word), UNKNOWN)

    def _options(self) -> Iterator[Option]:
        config = self._config
        for name, control in config.controls.items():
            tag = config.tags[control.tag].name
            asked = (config.attribute(control, one) for one in ("perRegion", "perItem"))
            if control.id in config.repeated or True in asked:
                continue
            if tag == "Choices":
                several = config.attribute(control, "choice") == "multiple"
                for element, path in _choices(config, control):
                    word = path[-1]
                    key = self._keys.get(element.id)
                    colour = self._colours[name, word]
                    yield Option(name, word, _words(element), key, colour, several)
            elif tag == "Rating":
                most = config.attribute(control, "maxRating") or 5
                for stars in range(1, min(int(most), 10) + 1):
                    yield Option(name, stars, "★" * stars, None, PALETTE[3])


def _words(element: Element) -> str:
    return element.attributes.get("value") or element.attributes.get("alias", "")


def _choices(config: Config, control: Element) -> Iterator[tuple[Element, tuple[str, ...]]]:
    option = config.tags[control.tag].children
    elements = [element for element in control.walk() if element.tag == option]
    yield from zip(elements, config.paths(control), strict=False)


def _keys(config: Config) -> dict[int, str]:
    """Give each option its own key, else the first that is free, in the order of the config."""
    keyed = list(_keyed(config))
    own = {e.id: key for e in keyed if (key := normal(e.attributes.get("hotkey", "")))}
    given: dict[int, str] = {}
    for number, key in own.items():
        if key not in given.values():
            given[number] = key
    free = iter([key for key in POOL if key not in given.values()])
    for element in keyed:
        if element.id not in given and (key := next(free, "")):
            given[element.id] = key
    return given


def _keyed(config: Config) -> Iterator[Element]:
    for control in config.root.walk():
        tag = config.tags.get(control.tag)
        if tag is None or control.id in config.repeated:
            continue
        if tag.name in _ONE_KEY:
            yield control
        elif tag.name == "Pairwise":
            yield from [config.names[n] for n in _two(control) if n in config.names]
        elif tag.children and tag.name != "Taxonomy":
            yield from (element for element in control.walk() if element.tag == tag.children)


def _two(control: Element) -> list[str]:
    return [name.strip() for name in (control.to_name or "").split(",")][:2]


def _colours(config: Config) -> dict[tuple[str, str], str]:
    """Give each label its own colour, else the next of the palette that no other has."""
    labels: list[tuple[str, Element]] = []
    choices: list[tuple[str, Element]] = []
    for name, control in config.controls.items():
        tag = config.tags[control.tag]
        into = labels if tag.children == "Label" else choices
        into += [(name, e) for e in control.walk() if tag.children and e.tag == tag.children]
    colours: dict[tuple[str, str], str] = {}
    for some in (labels, choices):
        own = {e.id: _own(e) for _, e in some}
        taken = {colour.lower() for colour in own.values() if colour}
        free = [colour for colour in PALETTE if colour not in taken] or list(PALETTE)
        count = 0
        for name, element in some:
            colour = own[element.id]
            if colour is None:
                colour = free[count % len(free)]
                count += 1
            for attribute in ("value", "alias"):
                if attribute in element.attributes:
                    colours.setdefault((name, element.attributes[attribute]), colour)
    return colours


def _own(element: Element) -> str | None:
    return colour_of(element.attributes.get("background") or element.attributes.get("color") or "")


def colour_of(given: str) -> str | None:
    """Return a colour of CSS as its six digits; None where it is none.

    >>> colour_of("hotpink"), colour_of("nice")
    ('#ff69b4', None)
    """
    try:
        red, green, blue, *_ = ImageColor.getrgb(given.strip())
    except ValueError:
        return None
    return f"#{red:02x}{green:02x}{blue:02x}"


def _last(choice: Any) -> Any:
    """Return what is chosen, where others stand around it in the config."""
    return choice[-1] if isinstance(choice, list) and choice else choice


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
