"""What a control's results become in to_frame()."""

import pytest

from nblabel.config import parse
from nblabel.tags import TAGS


def cell(xml, *values, **more):
    config = parse(
        f'<View><Text name="t" value="$t"/><Image name="i" value="$i"/>{xml}</View>', TAGS
    )
    control = config.controls["c"]
    return TAGS[control.tag].cell(control, [{"value": value, **more} for value in values])


def choices(**attributes):
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<Choices name="c" toName="t"{given}><Choice value="a"/><Choice value="b"/></Choices>'


@pytest.mark.parametrize("choice", ["single", "single-radio"])
def test_one_choice_is_a_string(choice):
    assert cell(choices(choice=choice), {"choices": ["a"]}) == "a"


def test_several_choices_are_a_list():
    assert cell(choices(choice="multiple"), {"choices": ["a"]}) == ["a"]


def test_nested_choices_are_a_list_of_paths():
    assert cell(choices(allowNested="true"), {"choices": [["a", "b"]]}) == [["a", "b"]]


def test_no_choice_is_nothing():
    assert cell(choices(), {"choices": []}) is None


def test_choices_about_regions_are_a_list_of_dicts():
    value = {"start": 0, "end": 3, "choices": ["a"]}
    assert cell(choices(perRegion="true"), value) == [value]


def test_choices_about_items_say_which():
    got = cell(choices(perItem="true"), {"choices": ["a"]}, item_index=2)
    assert got == [{"item_index": 2, "choices": ["a"]}]


def test_spans_are_a_list_of_dicts():
    value = {"start": 0, "end": 3, "text": "Ada", "labels": ["P"]}
    assert (
        cell('<Labels name="c" toName="t"><Label value="P"/></Labels>', value, value) == [value] * 2
    )


def test_boxes_have_their_labels_under_labels():
    box = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}
    xml = '<RectangleLabels name="c" toName="i"><Label value="P"/></RectangleLabels>'
    assert cell(xml, {**box, "rectanglelabels": ["P"]}) == [{**box, "labels": ["P"]}]


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        ("TextArea", {"text": ["x", "y"]}, ["x", "y"]),
        ("TextArea", {"text": "x"}, ["x"]),
        ("Number", {"number": 2.5}, 2.5),
        ("Rating", {"rating": 4}, 4),
        ("DateTime", {"datetime": "2024-01-01"}, "2024-01-01"),
        ("Taxonomy", {"taxonomy": [["a", "b"]]}, [["a", "b"]]),
    ],
)
def test_forms_give_what_was_answered(tag, value, expected):
    assert cell(f'<{tag} name="c" toName="t"/>', value) == expected


@pytest.mark.parametrize("odd", ["text", ["a"], None, 3, True])
def test_an_odd_value_leaves_the_other_cells_alone(odd):
    for control in TAGS:
        tag = TAGS[control]
        if tag.role == "control" and tag.sample is not None:
            element = next(e for e in parse(tag.example, TAGS).root.walk() if e.tag == control)
            tag.cell(element, [{"value": odd}])
            assert tag.cell(element, [{"value": odd}, {"value": dict(tag.sample)}]) is not None


def test_offsets_are_numbers_however_they_are_written():
    labels = '<Labels name="c" toName="t"><Label value="X"/></Labels>'
    (region,) = cell(labels, {"start": "0", "end": 6.0, "labels": ["X"]})
    assert (region["start"], region["end"]) == (0, 6)
    assert type(region["end"]) is int
    (region,) = cell(labels, {"start": "0", "end": "1", "startOffset": 2, "endOffset": 3})
    assert (region["start"], region["end"]) == ("0", "1")
