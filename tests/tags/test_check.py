"""check(): results that do not fit their config, a sentence each."""

import re

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nblabel.base.jsontext import unwritable
from nblabel.config import parse
from nblabel.formats.table import label
from nblabel.tags import TAGS, check
from tests.odd import JSON

TEXT = parse(
    """<View>
      <Labels name="entities" toName="text">
        <Label value="Person"/><Label value="Place" alias="LOC"/>
      </Labels>
      <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
      <Relations><Relation value="knows"/></Relations>
      <Text name="text" value="$text"/>
    </View>""",
    TAGS,
)
IMAGE = parse(
    """<View>
      <Image name="photo" value="$image"/>
      <Rectangle name="box" toName="photo"/>
      <RectangleLabels name="thing" toName="photo" allowEmpty="true">
        <Label value="Cat"/>
      </RectangleLabels>
      <Labels name="label" toName="photo"><Label value="Dog"/></Labels>
      <Choices name="fresh" toName="photo" perRegion="true"><Choice value="yes"/></Choices>
    </View>""",
    TAGS,
)
BOX = {"x": 10, "y": 10, "width": 20, "height": 20, "rotation": 0}


def span(start, end, *labels, **more):
    value = {"start": start, "end": end, "labels": list(labels)}
    return {"from_name": "entities", "to_name": "text", "type": "labels", "value": value} | more


def on_photo(control, kind, **value):
    return {"from_name": control, "to_name": "photo", "type": kind, "value": value}


def told(config, *results, **data):
    return [sentence for _, sentence in check(config, list(results), data)]


@pytest.mark.parametrize("results", [None, {}, "x", 3])
def test_results_that_are_no_list(results):
    [(place, sentence)] = check(TEXT, results)
    assert place is None
    assert "must be a list" in sentence


@pytest.mark.parametrize("result", [None, [], "x", 3])
def test_a_result_that_is_no_object_is_reported_at_its_place(result):
    assert [place for place, _ in check(TEXT, [span(0, 1, "Person"), result])] == [1]


def test_labels_are_known_by_their_alias():
    assert told(TEXT, span(0, 3, "LOC")) == []
    [sentence] = told(TEXT, span(0, 3, "Elsewhere"))
    assert '"Person", "LOC"' in sentence


def test_and_by_their_value_as_in_label_studio():
    assert told(TEXT, span(0, 3, "Place")) == []
    tree = parse(
        '<View><Text name="text" value="$text"/><Taxonomy name="kind" toName="text">'
        '<Choice value="Animal" alias="a"><Choice value="Cat" alias="c"/></Choice></Taxonomy>'
        "</View>",
        TAGS,
    )
    kind = {"from_name": "kind", "to_name": "text", "type": "taxonomy"}
    for path in (["Animal", "Cat"], ["a", "c"], ["Animal", "c"]):
        assert told(tree, {**kind, "value": {"taxonomy": [path]}}) == []
    for path in (["Cat"], ["a", "dog"], []):
        assert len(told(tree, {**kind, "value": {"taxonomy": [path]}})) == 1


def test_labels_with_a_variable_are_known_by_what_they_stand_for():
    config = parse(
        '<View><Text name="text" value="$text"/><Choices name="mood" toName="text">'
        '<Choice value="like $who"/><Choice value="$5 or more"/></Choices></View>',
        TAGS,
    )
    mood = {"from_name": "mood", "to_name": "text", "type": "choices"}
    for choice in ("like Ada", "$5 or more"):
        assert told(config, {**mood, "value": {"choices": [choice]}}, who="Ada") == []
    assert len(told(config, {**mood, "value": {"choices": ["like Bo"]}}, who="Ada")) == 1


def test_choices_without_number_from_the_data_are_not_compared():
    config = parse(
        '<View><Text name="text" value="$text"/><Choices name="c" toName="text" value="$more"/>'
        "</View>",
        TAGS,
    )
    mood = {"from_name": "c", "to_name": "text", "type": "choices", "value": {"choices": ["x"]}}
    assert told(config, mood, more=["y"] * 200_001) == []
    assert len(told(config, mood, more=["y"])) == 1


def test_a_near_label_is_named():
    [sentence] = told(TEXT, span(0, 3, "Persn"))
    assert 'did you mean "Person"?' in sentence


def test_offsets_reach_to_the_end_of_the_text_in_code_points():
    assert told(TEXT, span(0, 2, "Person"), text="👩🏽") == []
    [sentence] = told(TEXT, span(0, 3, "Person"), text="👩🏽")
    assert "the text ends at 2" in sentence


def test_offsets_in_order_from_zero_and_whole():
    assert "begin at 0" in told(TEXT, span(-1, 3, "Person"))[0]
    assert "lies after" in told(TEXT, span(5, 3, "Person"))[0]
    assert "whole number" in told(TEXT, span(0.5, 3, "Person"))[0]
    assert told(TEXT, span("0", "3", "Person")) == []


def test_a_control_is_aimed_at_its_object():
    both = parse(
        '<View><Text name="a" value="$a"/><Text name="b" value="$b"/>'
        '<Choices name="c" toName="a"><Choice value="x"/></Choices></View>',
        TAGS,
    )
    result = {"from_name": "c", "to_name": "b", "type": "choices", "value": {"choices": ["x"]}}
    assert 'aimed at "a"' in told(both, result)[0]


def test_relations_need_both_ends():
    ends = [span(0, 1, "Person", id="a"), span(2, 3, "Person", id="b")]
    relation = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
    assert told(TEXT, *ends, relation | {"labels": ["knows"]}) == []
    assert 'to_id is "z"' in told(TEXT, *ends, relation | {"to_id": "z"})[0]
    assert "direction" in told(TEXT, *ends, relation | {"direction": "up"})[0]
    assert "not a <Relation>" in told(TEXT, *ends, relation | {"labels": ["likes"]})[0]


def test_a_box_with_the_labels_of_another_tool_or_in_the_old_form():
    assert told(IMAGE, on_photo("thing", "rectanglelabels", labels=["Cat"], **BOX)) == []
    assert told(IMAGE, on_photo("box", "rectangle", **BOX)) == []
    assert told(IMAGE, on_photo("label", "labels", labels=["Dog"], **BOX)) == []


def test_labels_whose_place_another_result_holds():
    box = on_photo("box", "rectangle", **BOX) | {"id": "a"}
    label = on_photo("label", "labels", labels=["Dog"]) | {"id": "a"}
    assert told(IMAGE, box, label) == []
    assert "no place" in told(IMAGE, box, label | {"id": "b"})[0]


def test_a_box_outside_the_image():
    outside = on_photo("box", "rectangle", **BOX | {"x": 120})
    assert "between 0 and 100" in told(IMAGE, outside)[0]
    too_wide = on_photo("box", "rectangle", **BOX | {"x": 90})
    assert "ends outside" in told(IMAGE, too_wide)[0]
    by_rounding = on_photo("box", "rectangle", **BOX | {"x": 80.000001})
    assert told(IMAGE, by_rounding) == []
    turned = on_photo("box", "rectangle", **BOX | {"x": 90, "rotation": 90})
    assert told(IMAGE, turned) == []


def test_no_label_where_the_control_allows_that():
    assert told(IMAGE, on_photo("thing", "rectanglelabels", rectanglelabels=[], **BOX)) == []
    assert told(IMAGE, on_photo("label", "labels", labels=[], **BOX))


def test_an_answer_about_a_region_carries_its_place():
    assert told(IMAGE, on_photo("fresh", "choices", choices=["yes"], **BOX)) == []


def test_labels_that_the_task_brings():
    config = parse(
        '<View><Text name="t" value="$t"/><Choices name="c" toName="t" value="$more">'
        '<Choice value="a"/></Choices></View>',
        TAGS,
    )
    result = {"from_name": "c", "to_name": "t", "type": "choices", "value": {"choices": ["b"]}}
    assert told(config, result, more=[{"value": "b"}]) == []
    assert told(config, result, more=["b"]) == []
    assert told(config, result, more=[{"value": "z"}])
    assert told(config, result) == []  # what the task would bring is not known


def test_names_inside_a_repeater():
    config = parse(
        '<View><Repeater on="$pages"><Image name="p_{{idx}}" value="$pages[{{idx}}]"/>'
        '<Choices name="c_{{idx}}" toName="p_{{idx}}"><Choice value="a"/></Choices>'
        "</Repeater></View>",
        TAGS,
    )
    assert not config.problems
    good = {"from_name": "c_0", "to_name": "p_0", "type": "choices", "value": {"choices": ["a"]}}
    assert told(config, good) == []
    assert told(config, good | {"from_name": "c_x"})


def test_results_of_unknown_tags_are_left_alone():
    config = parse('<View><Text name="t" value="$t"/><New name="n" toName="t"/></View>', TAGS)
    result = {"from_name": "n", "to_name": "t", "type": "new", "value": {"new": 1}}
    assert told(config, result) == []


def test_each_vertex_that_is_wrong_is_told_by_its_place():
    config = parse(
        '<View><Image name="photo" value="$image"/><Vector name="line" toName="photo"/></View>',
        TAGS,
    )
    vertices = [{"x": 1, "y": 2}, "here", {"x": 3}]
    sentences = told(config, on_photo("line", "vector", vertices=vertices, closed=False))
    assert [sentence.partition(" ")[0] for sentence in sentences] == [
        "value.vertices[1]",
        "value.vertices[2]",
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.sampled_from(sorted(IMAGE.controls)),
    st.dictionaries(
        st.sampled_from(["x", "y", "width", "height", "labels", "choices", "points", "rle"])
        | st.sampled_from(["vertices", "sequence", "rotation", "rectanglelabels"]),
        _JSON,
    ),
    _JSON,
)
def test_nothing_a_stranger_writes_raises(control, value, kind):
    result = {"from_name": control, "to_name": "photo", "type": kind, "value": value}
    assert isinstance(check(IMAGE, [result, value, kind]), list)


HUGE = 10**5000  # more digits than Python writes

EXAMPLES = {n: parse(TAGS[n].example, TAGS) for n in TAGS if TAGS[n].sample is not None}


@hypothesis.given(st.sampled_from([*EXAMPLES]), st.data(), JSON)
@hypothesis.settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_result_is_a_sentence_and_a_cell(name, drawn, odd):
    tag = TAGS[name]
    config = EXAMPLES[name]
    control = next(e for e in config.root.walk() if e.tag == name)
    good = {
        "id": "a",
        "from_name": control.name or "",
        "to_name": control.to_name or control.name or "",
        "type": tag.result_types[0],
        "value": dict(tag.sample),
    }
    key = drawn.draw(st.sampled_from([*good, *tag.sample]))
    result = {**good, key: odd} if key in good else {**good, "value": {**good["value"], key: odd}}
    for sentence in check(config, [result, good, odd], {"text": odd, "image": odd}):
        assert isinstance(sentence[1], str)
    tag.cell(control, [result, good])
    if unwritable(result) is None:  # else no store holds it
        label(result)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_number_is_too_long_for_a_sentence(name):
    config = EXAMPLES[name]
    control = next(e for e in config.root.walk() if e.tag == name)
    sample = TAGS[name].sample
    results = [
        {
            "id": "a",
            "from_name": control.name or "",
            "to_name": control.to_name or control.name or "",
            "type": TAGS[name].result_types[0],
            "value": value,
        }
        for key in sample
        for odd in (HUGE, -HUGE)
        for value in (
            {**sample, key: odd},
            {**sample, key: [odd]},
            {**sample, key: [[odd, odd]]},
            {**sample, key: [dict.fromkeys(("x", "y", "id", "start", "end", "frame"), odd)]},
            dict.fromkeys(sample, odd),
        )
    ]
    assert all(isinstance(sentence, str) for _, sentence in check(config, results, {"text": HUGE}))


def test_the_attribute_that_a_sentence_offers_makes_the_result_fit():
    def config(given):
        return parse(
            f"""<View><Text name="text" value="$text"/>
            <Choices name="mood" toName="text" {given.get("Choices", "")}><Choice value="a">
            <Choice value="b"/></Choice></Choices>
            <Labels name="entities" toName="text" {given.get("Labels", "")}>
            <Label value="x"/></Labels></View>""",
            TAGS,
        )

    nested = {"from_name": "mood", "to_name": "text", "type": "choices"}
    nested["value"] = {"choices": [["a", "b"]]}
    empty = span(0, 1)
    for tag, result in (("Choices", nested), ("Labels", empty)):
        [sentence] = told(config({}), result)
        [offered] = re.findall(r'\w+="true"', sentence)
        assert told(config({tag: offered}), result) == []


@pytest.mark.parametrize(
    ("step", "number", "fits"),
    [
        ("0.01", 1234567.89, True),
        ("0.1", 123456789.1, True),
        ("0.1", 0.3, True),
        ("0.5", 0.3, False),
    ],
)
def test_a_number_goes_in_steps_however_large_it_is(step, number, fits):
    config = parse(
        f'<View><Text name="t" value="$t"/><Number name="n" toName="t" step="{step}"/></View>', TAGS
    )
    result = {"from_name": "n", "to_name": "t", "type": "number", "value": {"number": number}}
    assert (check(config, [{"id": "a", **result}]) == []) == fits
