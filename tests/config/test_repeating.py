"""What a Repeater holds, once for every item of a task's list."""

from __future__ import annotations

import pytest

from nblabel import config as configs
from nblabel.base.errors import DataError
from nblabel.config import Config
from nblabel.tags import TAGS, check
from nblabel.tasks import bind, media_values

PAGES = """<View>
  <Repeater on="$pages">
    <Header value="Page {{idx}}"/>
    <Image name="page_{{idx}}" value="$pages[{{idx}}].url"/>
    <RectangleLabels name="labels_{{idx}}" toName="page_{{idx}}">
      <Label value="A"/>
    </RectangleLabels>
  </Repeater>
</View>"""
DATA = {"pages": [{"url": "a.png"}, {"url": "b.png"}]}


def parsed(text: str) -> Config:
    return configs.parse(text, TAGS)


def test_each_item_has_copies_with_names_of_their_own():
    own = parsed(PAGES).of(DATA)
    assert list(own.controls) == ["labels_0", "labels_1"]
    assert [own.names[f"labels_{n}"].to_name for n in (0, 1)] == ["page_0", "page_1"]
    assert [e.attributes["value"] for e in own.root.walk() if e.tag == "Header"] == [
        "Page 0",
        "Page 1",
    ]
    ids = [element.id for element in own.root.walk()]
    assert len(ids) == len(set(ids))


def test_only_the_first_place_of_the_flag_is_filled_and_inner_repeaters_come_after():
    own = parsed("""<View><Repeater on="$rows" indexFlag="{{row}}">
      <Repeater on="$rows[{{row}}].cells"><Text name="t_{{row}}_{{idx}}" value="{{row}} {{row}}"/>
      </Repeater></Repeater></View>""").of({"rows": [{"cells": [1, 2]}, {"cells": [3]}, {}]})
    texts = [element for element in own.root.walk() if element.tag == "Text"]
    assert [text.name for text in texts] == ["t_0_0", "t_0_1", "t_1_0"]
    assert texts[0].attributes["value"] == "0 {{row}}"


def test_tasks_with_lists_of_one_length_share_their_copies():
    config = parsed(PAGES)
    assert config.of(DATA) is config.of({"pages": [{}, {}]})
    assert config.of(DATA) is not config.of({"pages": [{}]})


@pytest.mark.parametrize("data", [{}, {"pages": None}, {"pages": "none"}, {"pages": {"a": 1}}])
def test_without_a_list_there_is_nothing(data):
    bound = bind(parsed(PAGES), data)
    assert list(bound.children.values()) == [()]
    assert media_values(parsed(PAGES), data) == {}


def test_a_row_is_bound_copy_by_copy():
    config = parsed(PAGES)
    bound = bind(config, DATA)
    own = config.of(DATA)
    (repeater,) = own.repeaters
    assert bound.children == {repeater.id: repeater.children}
    assert bound.values[own.names["page_1"].id] == {"value": "b.png"}
    assert list(media_values(config, DATA).values()) == [["a.png"], ["b.png"]]
    assert repeater.id not in bound.values  # its list is not sent as text


def test_the_browser_is_not_told_the_template():
    root = configs.spec(parsed(PAGES))["root"]
    assert [child["children"] for child in root["children"]] == [[]]


def test_so_many_copies_that_nobody_could_look_through_are_told():
    many = {"pages": [{}] * 20_000}
    with pytest.raises(DataError, match="repeats more than 50,000 elements"):
        parsed(PAGES).of(many)
    bound = bind(parsed(PAGES), many, 3)
    assert bound.problems[0].startswith("row 3: $pages repeats more than")
    assert list(bound.children.values()) == [()]


def test_results_are_checked_against_the_copies_that_the_task_has():
    config = parsed(PAGES)
    place = {"x": 1, "y": 1, "width": 5, "height": 5, "rotation": 0, "rectanglelabels": ["A"]}
    result = {"type": "rectanglelabels", "value": place}
    last = result | {"from_name": "labels_1", "to_name": "page_1"}
    beyond = result | {"from_name": "labels_2", "to_name": "page_2"}
    crossed = result | {"from_name": "labels_1", "to_name": "page_0"}
    assert check(config, [last], DATA) == []
    assert 'from_name "labels_2" is not in the config' in check(config, [beyond], DATA)[0][1]
    assert 'is aimed at "page_1"' in check(config, [crossed], DATA)[0][1]
    assert check(config, [beyond]) == []  # how many a task has is not known


def test_a_name_that_all_copies_would_have_is_told():
    config = parsed("""<View><Repeater on="$pages"><Text name="t_{{idx}}" value="$pages[{{idx}}]"/>
      <Choices name="mood" toName="t_{{idx}}"><Choice value="a"/></Choices></Repeater></View>""")
    assert [str(problem) for problem in config.problems] == [
        'line 2, <Choices name>: every copy would be named "mood": put {{idx}} into it, '
        '"mood_{{idx}}"'
    ]


def test_a_flag_may_be_any_text():
    config = parsed("""<View><Repeater on="$pages" indexFlag="#"><Text name="t#" value="$pages[#]"/>
      <Choices name="mood#" toName="t#"><Choice value="a"/></Choices></Repeater></View>""")
    data = {"pages": ["x", "y"]}
    assert list(config.of(data).controls) == ["mood0", "mood1"]
    assert {v["value"] for v in bind(config, data).values.values()} == {"x", "y"}
    result = {"from_name": "mood1", "to_name": "t1", "type": "choices", "value": {"choices": ["a"]}}
    assert check(config, [result]) == check(config, [result], data) == []
