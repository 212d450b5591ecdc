"""A control's options as a tree of their own."""

from __future__ import annotations

import json

from nblabel import config as configs
from nblabel.config.outline import outline, received, selected
from nblabel.tags import TAGS, check
from nblabel.tasks import bind

TREE = """<View><Text name="t" value="$t"/><Taxonomy name="k" toName="t" {more}>
  <Choice value="A" alias="a" hint="h" selected="true">
    <Choice value="B" readonly="true" selected="true"/>
  </Choice></Taxonomy></View>"""


def parsed(more: str = "") -> configs.Config:
    return configs.parse(TREE.format(more=more), TAGS)


def test_an_option_has_what_was_given_and_nothing_else():
    control = parsed().controls["k"]
    inside = {"value": "B", "selected": True, "readonly": True}
    assert outline(control.children) == [
        {"value": "A", "alias": "a", "hint": "h", "selected": True, "children": [inside]}
    ]
    assert selected(control) == [["a"], ["a", "B"]]


def test_the_browser_is_told_of_no_options_only_of_those_chosen_from_the_start():
    taxonomy = configs.spec(parsed())["root"]["children"][1]
    assert taxonomy["children"] == []
    assert taxonomy["attributes"]["selected"] == [["a"], ["a", "B"]]


def test_ten_thousand_options_take_no_room_in_the_spec():
    many = "".join(f'<Choice value="{n}"/>' for n in range(10_000))
    xml = f'<View><Text name="t" value="$t"/><Taxonomy name="k" toName="t">{many}</Taxonomy></View>'
    assert len(json.dumps(configs.spec(configs.parse(xml, TAGS)))) < 4_000


def test_those_of_the_task_come_with_the_task():
    more = [{"value": "New", "children": ["Inner"]}, "Plain", {"value": "On", "selected": True}]
    config = parsed('value="$more"')
    bound = bind(config, {"t": "x", "more": more})
    values = bound.values[config.controls["k"].id]
    assert values["options"] == [
        {"value": "New", "children": [{"value": "Inner"}]},
        {"value": "Plain"},
        {"value": "On", "selected": True},
    ]
    assert values["selected"] == [["a"], ["a", "B"], ["On"]]
    assert bound.children == {}


def test_checks_know_all_of_them():
    config = parsed('value="$more"')
    result = {"from_name": "k", "to_name": "t", "type": "taxonomy"}
    data = {"t": "x", "more": ["New"]}
    fits = result | {"value": {"taxonomy": [["a", "B"], ["New"]]}}
    wrong = result | {"value": {"taxonomy": [["a", "New"]]}}
    assert check(config, [fits], data) == []
    assert len(check(config, [wrong], data)) == 1


def test_what_only_a_service_knows_is_not_checked():
    config = parsed('apiUrl="https://example.org/tree"')
    result = {"from_name": "k", "to_name": "t", "type": "taxonomy"}
    assert check(config, [result | {"value": {"taxonomy": [["Far", "in"]]}}]) == []
    assert check(config, [result | {"value": {"taxonomy": "Far"}}])


def test_what_a_service_answers_is_read_as_far_as_it_is_options():
    assert received(
        {"items": ["A", {"value": 3, "alias": "three", "children": "none"}, 5.5, None]}
    ) == [
        {"value": "A"},
        {"value": "3", "alias": "three"},
        {"value": "5.5"},
    ]
    assert received({"error": "no"}) == received(None) == received("text") == []
    deep: object = []
    for _ in range(500):
        deep = [{"value": "x", "children": deep}]
    assert len(json.dumps(received(deep))) < 5_000
