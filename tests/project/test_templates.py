"""Templates come as they are, or with keys of their own."""

import pytest

import nblabel as nl
from nblabel.config import templates
from nblabel.tags import TAGS


@pytest.mark.parametrize("name", templates())
def test_each_is_a_config(name):
    assert nl.template(name) == templates()[name]
    assert "hotkey" not in nl.template(name)


def test_keys_end_as_hotkeys_and_nothing_else_changes():
    keys = {"Person": "p", "entities/Place": "shift+l"}
    given = nl.template("named-entities", hotkeys=keys)
    config = nl.Project([], given, store=":memory:").config
    labels = {
        e.attributes["value"]: e.attributes.get("hotkey") for e in config.root.children[0].children
    }
    assert labels == {"Person": "p", "Organization": None, "Place": "shift+l", "Date": None}
    plain = nl.Project([], "named-entities", store=":memory:").config
    assert config.hash == plain.hash
    assert given.replace(' hotkey="p"', "").replace(' hotkey="shift+l"', "") == plain.to_xml()
    assert TAGS["Label"].attribute("hotkey")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "named-entity"}, 'template="named-entity" is not known.*mean "named-entities"'),
        ({"hotkeys": {"Persn": "p"}}, 'hotkeys= names "Persn", which is no label .*mean "Person"'),
        ({"hotkeys": {"Person": "ctrl+w"}}, "which the browser keeps"),
        ({"hotkeys": {"Person": "p", "Date": "P"}}, 'the key "P" to "Person" and to "Date"'),
    ],
)
def test_what_cannot_be_is_told(given, message):
    with pytest.raises(nl.NblabelError, match=message):
        nl.template(**{"name": "named-entities", **given})
