"""Keys for labels, choices and forms, given beside a config."""

import pytest

from nblabel.base.errors import NblabelError
from nblabel.config import checked_keys, parse, with_hotkeys
from nblabel.tags import TAGS

CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Choices name="mood" toName="t">
    <Choice value="good" hotkey="g"><Choice value="very" alias="v"/></Choice>
    <Choice value="and/or"/>
  </Choices>
  <Labels name="who" toName="t"><Label value="Person"/><Label value="good"/></Labels>
  <Rating name="stars" toName="t"/>
  <Taxonomy name="tree" toName="t"><Choice value="oak"/></Taxonomy>
</View>"""


def keyed(given):
    """The hotkeys in the config, by the control's or the option's name."""
    made = with_hotkeys(parse(CONFIG, TAGS), given, "keys=")
    return {
        one.attributes.get("value", one.name): one.attributes["hotkey"]
        for one in made.root.walk()
        if "hotkey" in one.attributes
    }


@pytest.mark.parametrize(
    ("given", "hotkeys"),
    [
        ({}, {"good": "g"}),
        ({"Person": "p"}, {"good": "g", "Person": "p"}),
        ({"mood/good": "x"}, {"good": "x"}),
        ({"very": "y"}, {"good": "g", "very": "y"}),
        ({"mood/v": "y"}, {"good": "g", "very": "y"}),
        ({"and/or": "o"}, {"good": "g", "and/or": "o"}),
        ({"mood/and/or": "o"}, {"good": "g", "and/or": "o"}),
        ({"stars": "s"}, {"good": "g", "stars": "s"}),
        ({"Person": "G"}, {"Person": "G"}),
    ],
)
def test_are_found_by_their_names(given, hotkeys):
    assert keyed(given) == hotkeys


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"person": "p"}, 'names "person", which is no label or choice .* did you mean "Person"'),
        ({"mood": "p"}, 'names "mood", which is no label or choice'),
        ({"good": "p"}, 'which several are: say "mood/good" or "who/good"'),
    ],
)
def test_a_name_that_means_none_or_several_is_told(given, message):
    with pytest.raises(NblabelError, match=message):
        keyed(given)


@pytest.mark.parametrize("key", ["p", "P", "ctrl+s", "Cmd + Shift + Z", "ctrl+plus", "?", "f2"])
def test_a_key_is_one_key_with_what_is_held(key):
    assert checked_keys({"a": key}, "keys=") == {"a": key}


@pytest.mark.parametrize("key", ["ctrl", "a+b", "+", "ctrl++", " "])
def test_what_is_not_one_key_is_told(key):
    with pytest.raises(NblabelError, match="which is not one key"):
        checked_keys({"a": key}, "keys=")


@pytest.mark.parametrize("key", ["ctrl+t", "Cmd+W", "ctrl+shift+n", "alt+f4", "tab"])
def test_a_key_that_never_gets_here_is_told(key):
    with pytest.raises(NblabelError, match="which the browser keeps: take another"):
        checked_keys({"a": key}, "keys=")
