"""Keys and colours are those of the editor."""

import re
from pathlib import Path

import pytest

from nblabel import config as configs
from nblabel import tags
from nblabel.gallery import labels as looked_at
from nblabel.gallery.labels import Labels

STATE = Path(looked_at.__file__).parents[1] / "js" / "src" / "state"


def of(inside):
    return Labels(configs.parse(f'<View><Image name="i" value="$i"/>{inside}</View>', tags.TAGS))


def test_palette_and_pool_are_those_of_the_editor():
    source = (STATE / "labels.ts").read_text(encoding="utf-8")
    palette = re.search(r"const PALETTE = \[(.*?)\]", source, re.DOTALL)[1]
    assert tuple(re.findall(r'"(#\w+)"', palette)) == looked_at.PALETTE
    keys = (STATE / "keymap.ts").read_text(encoding="utf-8")
    assert re.search(r'const POOL = "(\w+)"', keys)[1] == looked_at.POOL


def test_keys_are_own_ones_then_those_that_are_free():
    labels = of(
        '<RectangleLabels name="b" toName="i"><Label value="Car"/><Label value="Bus" hotkey="q"/>'
        '</RectangleLabels><Choices name="c" toName="i"><Choice value="x" hotkey="Ctrl + 1"/>'
        '<Choice value="y"/><Choice value="z" hotkey="q"/></Choices>'
    )
    assert [(o.said, o.key) for o in labels.options] == [("x", "ctrl+1"), ("y", "2"), ("z", "3")]
    assert labels.of_key("2").said == "y"


def test_colours_are_own_ones_then_those_of_the_palette_that_are_free():
    labels = of(
        '<RectangleLabels name="b" toName="i"><Label value="Car"/>'
        '<Label value="Bus" background="#d6336c"/><Label value="Cat" background="hotpink"/>'
        '<Label value="Dog" background="url(x)" alias="dog"/></RectangleLabels>'
    )

    def colour(name):
        value = {"rectanglelabels": [name]}
        return labels.colour({"from_name": "b", "type": "rectanglelabels", "value": value})

    assert [colour(n) for n in ("Car", "Bus", "Cat", "dog", "?")] == [
        *("#2f9e44", "#d6336c", "#ff69b4", "#1c7ed6"),
        looked_at.UNKNOWN,
    ]


@pytest.mark.parametrize(
    "inside",
    [
        '<Choices name="c" toName="i" perRegion="true"><Choice value="x"/></Choices>',
        '<RectangleLabels name="c" toName="i"><Label value="x"/></RectangleLabels>',
        '<TextArea name="c" toName="i"/>',
    ],
)
def test_only_what_is_asked_of_the_whole_row_can_be_said_of_it(inside):
    assert not of(inside)


def test_an_alias_is_what_is_said_and_the_value_what_is_read():
    [option] = of('<Choices name="c" toName="i"><Choice value="Big" alias="b"/></Choices>').options
    assert (option.said, option.words) == ("b", "Big")


def test_stars_are_said_by_their_number():
    options = of('<Rating name="r" toName="i" maxRating="3"/>').options
    assert [(option.said, option.key) for option in options] == [(1, "1"), (2, "2"), (3, "3")]
