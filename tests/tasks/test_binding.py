"""bind(): what a config's $variables stand for in one row."""

import numpy as np
import orjson
import pandas as pd
import polars as pl
import pytest
from PIL import Image

from nblabel.base.ids import digest
from nblabel.config import parse
from nblabel.tags import TAGS
from nblabel.tasks import Keys, bind, media_values, missing_columns, read, replace_media


def config(inside):
    return parse(f"<View>{inside}</View>", TAGS)


TEXT = config('<Text name="t" value="$text"/><Header value="About: $title"/>')


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        (None, ""),
        (float("nan"), ""),
        (5, "5"),
        (5.0, "5"),
        (2.5, "2.5"),
        (True, "true"),
        (pd.Timestamp("2024-05-01"), "2024-05-01T00:00:00"),
        (["a", 1], '["a",1]'),
        ({"a": 1}, '{"a":1}'),
        ("half \ud83d", "half \ufffd"),
    ],
)
def test_a_text_shows_whatever_the_cell_holds(given, shown):
    bound = bind(TEXT, read([{"text": given, "title": given}]).row(0))
    assert bound.values[1]["value"] == shown
    assert bound.values[2]["value"] == f"About: {shown}"
    assert bound.problems == ()


def test_what_is_missing_is_shown_as_label_studio_does_and_told():
    bound = bind(TEXT, {"txt": "a"}, index=4, is_column={"title"}.__contains__)
    assert bound.values[1]["value"] == ""
    assert bound.values[2]["value"] == "About: undefined"
    assert bound.problems[0] == 'row 4: "t": this row has no value for $text; did you mean "txt"?'


def test_a_dollar_that_names_no_column_is_text_and_told():
    prices = config(
        '<Text name="t" value="$text"/><Header value="About: $title"/>'
        '<Choices name="c" toName="t"><Choice value="$5 or more"/><Choice value="$5"/></Choices>'
    )
    bound = bind(prices, {"text": "a"})
    shown = [values["value"] for values in bound.values.values()]
    assert shown == ["a", "About: $title", "$5 or more", "$5"]
    assert "no value for $5" in " ".join(bound.problems)


def test_far_too_many_choices_are_told_and_the_rest_is_shown():
    many = config('<Text name="t" value="$text"/><Choices name="c" toName="t" value="$more"/>')
    bound = bind(many, {"text": "a", "more": ["x"] * 1_100_000}, index=3)
    assert bound.problems == (
        'row 3: "c": $more holds more than 200,000 items; so many are not shown',
    )
    assert bound.values[1]["value"] == "a"


def test_data_holds_only_the_columns_that_are_used():
    assert bind(TEXT, {"text": "a", "title": "b", "secret": 1}).data == {"text": "a", "title": "b"}


def test_paths_reach_into_nested_values():
    nested = config('<Text name="t" value="$a.b[1]"/>')
    bound = bind(nested, {"a": {"b": ["x", "y"]}, "c": 1})
    assert bound.values[1]["value"] == "y"
    assert bound.data == {"a": {"b": ["x", "y"]}}


def test_a_column_whose_name_has_dots():
    dotted = config('<Text name="t" value="$a.b"/>')
    assert bind(dotted, {"a.b": "x"}).data == {"a.b": "x"}
    assert bind(dotted, {"a.b": "x"}).values[1]["value"] == "x"
    assert missing_columns(dotted, read([{"a.b": "x"}])) == ()
    made = Keys(read(pd.DataFrame({"a.b": ["x", "y"]})), dotted)
    assert made.key(0) != made.key(1)
    assert made.index(made.key(1)) == 1


def test_variables_in_a_body():
    bound = bind(config("<Markdown># $title</Markdown>"), {"title": "Hi"})
    assert bound.values[1] == {"body": "# Hi"}


def test_children_from_the_task_have_ids_of_their_own():
    two = config(
        '<Text name="t" value="$t"/><Choices name="c" toName="t" value="$more">'
        '<Choice value="a"/></Choices><Labels name="l" toName="t" value="$more"/>'
    )
    bound = bind(two, {"t": "x", "more": [{"value": "b", "alias": "B"}, "c"]})
    choices, labels = (bound.children[two.controls[name].id] for name in "cl")
    assert [(e.tag, dict(e.attributes)) for e in choices] == [
        ("Choice", {"value": "b", "alias": "B"}),
        ("Choice", {"value": "c"}),
    ]
    assert [e.tag for e in labels] == ["Label", "Label"]
    assert set(bound.values) == {two.objects["t"].id}
    ids = [e.id for e in (*two.root.walk(), *choices, *labels)]
    assert len(set(ids)) == len(ids)
    assert two.labels(two.controls["c"], choices) == ("a", "B", "c")


def test_children_that_the_task_does_not_bring():
    one = config('<Text name="t" value="$t"/><Choices name="c" toName="t" value="$more"/>')
    for data in ({"t": "x", "more": None}, {"t": "x"}):
        assert bind(one, data).children[2] == ()


IMAGE = config('<Image name="i" value="$photo"/>')


@pytest.mark.parametrize(
    "media",
    [
        b"\x89PNG...",
        np.arange(12, dtype=np.uint8).reshape(2, 2, 3),
        Image.new("RGB", (2, 3), "red"),
    ],
    ids=["bytes", "array", "pil"],
)
def test_media_in_memory_become_a_reference_that_is_stable(media):
    row = read([{"photo": media}]).row(0)
    bound = bind(IMAGE, row)
    assert orjson.dumps(bound.data)
    assert bound.data["photo"].startswith("digest:")
    assert digest(bound.data) == digest(bind(IMAGE, row).data)
    assert media_values(IMAGE, row) == {1: [media]}
    assert bind(IMAGE, {"photo": b"other"}).data != bound.data


def test_an_embedded_image_is_kept_in_data_and_out_of_values():
    uri = "data:image/png;base64," + "A" * 1000
    bound = bind(IMAGE, {"photo": uri})
    assert bound.data == {"photo": uri}
    assert len(bound.values[1]["value"]) < 100
    assert media_values(IMAGE, {"photo": uri}) == {1: [uri]}


def test_unknown_tags_are_bound_too():
    new = config('<New value="$x"/>')
    assert bind(new, {"x": [1]}).values == {1: {"value": "[1]"}}


def test_media_values_follow_paths_and_are_none_where_there_is_nothing():
    deep = config('<Image name="i" value="$a.url"/><Image name="j" value="http://host/$id/a.png"/>')
    assert media_values(deep, {"a": {"url": "x.png"}, "id": 7}) == {
        1: ["x.png"],
        2: ["http://host/7/a.png"],
    }
    assert media_values(deep, {"id": 7})[1] == [None]


PAGES = config('<Image name="i" valueList="$doc.pages"/>')


def test_a_list_of_media_is_shown_in_its_order():
    uri = "data:image/png;base64," + "A" * 1000
    row = {"doc": {"pages": ["a.png", uri]}}
    assert media_values(PAGES, row) == {1: ["a.png", uri]}
    first, second = bind(PAGES, row).values[1]["valueList"]
    assert first == "a.png"
    assert second.startswith("digest:")


@pytest.mark.parametrize("pages", [[], None])
def test_a_list_of_no_media_shows_why_there_is_none(pages):
    assert media_values(PAGES, {"doc": {"pages": pages}}) == {1: [None]}
    assert media_values(PAGES, {}) == {1: [None]}


def test_media_are_replaced_where_they_stand():
    row = {"doc": {"pages": ["a", b"b"], "n": 1}, "photo": "c", "other": 2}
    both = config('<Image name="i" valueList="$doc.pages"/><Image name="j" value="$doc.pages[0]"/>')
    made = replace_media(both, row, lambda value: f"<{value}>")
    assert made == {"doc": {"pages": ["<a>", "<b'b'>"], "n": 1}}
    assert row["doc"]["pages"][0] == "a"
    part = config('<Image name="i" value="http://host/$photo"/>')
    assert replace_media(part, row, str.upper) == {}
    assert replace_media(config('<Image name="i" value="$a.b"/>'), {"a.b": "x"}, str.upper) == {
        "a.b": "X"
    }


def test_a_nameless_column_stands_for_the_configs():
    one = config('<Text name="t" value="$text"/>')
    bound = bind(one, {"$undefined$": "a"})
    assert bound.data == {"text": "a"}
    assert bound.values[1]["value"] == "a"
    assert missing_columns(one, read(["a"])) == ()


def test_missing_columns_are_told_once_with_their_place_and_the_nearest():
    twice = config(
        '<Header value="$txt"/>\n<Text name="t" value="$txt"/><Rating name="r" toName="t"/>'
    )
    for data in ([{"text": "a", "n": 1}], pl.DataFrame({"text": ["a"], "n": [1]})):
        [problem] = missing_columns(twice, read(data))
        assert str(problem) == (
            'line 1, <Header value>: $txt is no column; there are "text", "n"; did you mean "text"?'
        )
    assert missing_columns(twice, read(None)) == ()
    assert missing_columns(twice, read([{"a": 1}, {"txt": "x"}])) == ()


def test_the_digest_does_not_depend_on_the_library():
    frame = pd.DataFrame({"text": ["a", None], "title": [1.0, 2.5]})
    kinds = (frame, pl.from_pandas(frame), frame.to_dict("records"))
    digests = {digest(bind(TEXT, read(kind).row(1)).data) for kind in kinds}
    assert len(digests) == 1
