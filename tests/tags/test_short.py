"""Short forms: what somebody says in few words, as Label Studio results."""

import json
import re
from textwrap import dedent

import pytest

from nblabel.base.errors import DataError
from nblabel.config import parse
from nblabel.core.annotation import value_of
from nblabel.tags import TAGS, check, is_results, results_of

WITH_RESULTS = [pytest.param(t, id=t.name) for t in TAGS.values() if t.sample is not None]
ODD = [[], {}, [[]], [{}], [None], [[None]], 3, "x", True, [1, [2]], {"x": None}]
TEXT = {"text": "Ada lived in London."}


def config_of(*controls):
    shown = '<Text name="t" value="$text"/><Image name="i" value="$image"/>'
    return parse(f"<View>{shown}{''.join(controls)}</View>", TAGS)


def said(xml, given, data=None):
    """What a control makes of a short form: the values of its results."""
    config = config_of(xml)
    results = results_of(config, given, data)
    assert check(config, results, data) == []
    return [result["value"] for result in results]


def options(tag, *values):
    return "".join(f'<{tag} value="{value}"/>' for value in values)


def control(tag, to="t", inside="", **attributes):
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<{tag} name="c" toName="{to}"{given}>{inside}</{tag}>'


def choices(**attributes):
    return control("Choices", inside=options("Choice", "a", "b", "3"), **attributes)


def labelled(tag, to="i"):
    return control(tag, to, options("Label", "Cat", "Dog"))


@pytest.mark.parametrize("tag", WITH_RESULTS)
def test_a_cell_means_the_results_that_it_was_made_of(tag):
    config = parse(dedent(tag.example).strip(), TAGS)
    element = next(e for e in config.root.walk() if e.tag == tag.name)
    cell = tag.cell(element, [{"value": dict(tag.sample)}])
    [result] = results_of(config, {element.name: json.loads(json.dumps(cell))})
    assert value_of(result) == tag.sample
    assert check(config, [result]) == []


@pytest.mark.parametrize("tag", WITH_RESULTS)
@pytest.mark.parametrize("odd", ODD)
def test_whatever_is_given_is_read_or_told_in_a_sentence(tag, odd):
    config = parse(dedent(tag.example).strip(), TAGS)
    name = next(e for e in config.root.walk() if e.tag == tag.name).name
    try:
        check(config, results_of(config, {name: odd}))
    except DataError as error:
        assert re.fullmatch(rf'control "{name}": [^\n]*', str(error))  # noqa: PT017 - or nothing


@pytest.mark.parametrize(
    ("xml", "given", "values"),
    [
        (choices(), "a", [{"choices": ["a"]}]),
        (choices(), 3, [{"choices": ["3"]}]),
        (choices(), 3.0, [{"choices": ["3"]}]),
        (choices(choice="multiple"), ["a", "b"], [{"choices": ["a", "b"]}]),
        (choices(choice="multiple"), [3, "a"], [{"choices": ["3", "a"]}]),
        (choices(allowNested="true"), "a", [{"choices": [["a"]]}]),
        (choices(), [], []),
        (choices(), None, []),
        (choices(), {"choices": ["a"]}, [{"choices": ["a"]}]),
        (control("Rating"), 4, [{"rating": 4}]),
        (control("Rating"), 4.0, [{"rating": 4}]),
        (control("Number"), 2.5, [{"number": 2.5}]),
        (control("TextArea"), "It is.", [{"text": ["It is."]}]),
        (control("TextArea"), ["one", "two"], [{"text": ["one", "two"]}]),
        (control("DateTime"), "2024-05-01", [{"datetime": "2024-05-01"}]),
    ],
)
def test_forms(xml, given, values):
    assert said(xml, {"c": given}) == values


TREE = control(
    "Taxonomy",
    inside='<Choice value="Animal"><Choice value="Cat"/><Choice value="Other"/></Choice>'
    '<Choice value="Plant"><Choice value="Other"/></Choice>',
)


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ("Plant", [["Plant"]]),
        ("Cat", [["Animal", "Cat"]]),
        (["Animal", "Cat"], [["Animal", "Cat"]]),
        (["Cat", "Plant"], [["Animal", "Cat"], ["Plant"]]),
        ([["Animal", "Other"]], [["Animal", "Other"]]),
    ],
)
def test_a_node_is_its_path_where_there_is_but_one(given, paths):
    assert said(TREE, {"c": given}) == [{"taxonomy": paths}]


def test_a_node_that_is_in_two_places_is_refused_by_the_check():
    config = config_of(TREE)
    assert check(config, results_of(config, {"c": "Other"})) != []


BOX = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}


@pytest.mark.parametrize(
    ("tag", "given", "value"),
    [
        ("RectangleLabels", [10, 20, 30, 40, "Cat"], {**BOX, "rectanglelabels": ["Cat"]}),
        ("RectangleLabels", [10, 20, 30, 40, ["Cat"]], {**BOX, "rectanglelabels": ["Cat"]}),
        (
            "RectangleLabels",
            {"x": 1, "y": 2, "width": 3, "height": 4, "label": "Dog"},
            {"x": 1, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["Dog"]},
        ),
        (
            "EllipseLabels",
            [50, 50, 20, 10, "Cat"],
            {"x": 50, "y": 50, "radiusX": 20, "radiusY": 10, "rotation": 0}
            | {"ellipselabels": ["Cat"]},
        ),
        (
            "KeyPointLabels",
            [5, 6, "Cat"],
            {"x": 5, "y": 6, "width": 0.5, "keypointlabels": ["Cat"]},
        ),
        (
            "PolygonLabels",
            [[[1, 1], [2, 1], [2, 2]], "Cat"],
            {"points": [[1, 1], [2, 1], [2, 2]], "closed": True, "polygonlabels": ["Cat"]},
        ),
    ],
)
def test_shapes_one_alone_and_in_a_list(tag, given, value):
    assert said(labelled(tag), {"c": given}) == [value]
    assert said(labelled(tag), {"c": [given, given]}) == [value, value]


def test_a_polygon_without_labels_is_its_points():
    points = [[1, 1], [2, 1], [2, 2]]
    value = {"points": points, "closed": True}
    assert said(control("Polygon", "i"), {"c": points}) == [value]
    assert said(control("Polygon", "i"), {"c": [points, points]}) == [value, value]


def test_a_span_has_its_text_as_the_editor_writes_it():
    spans = [[0, 3, "Cat"], {"start": 13.0, "end": "19", "labels": ["Dog"]}]
    assert said(labelled("Labels", "t"), {"c": spans}, TEXT) == [
        {"start": 0, "end": 3, "text": "Ada", "labels": ["Cat"]},
        {"start": 13, "end": 19, "text": "London", "labels": ["Dog"]},
    ]


def test_spans_of_other_media():
    sound = parse(f'<View><Audio name="a" value="$a"/>{labelled("Labels", "a")}</View>', TAGS)
    [result] = results_of(sound, {"c": [1.5, 3, "Cat"]})
    assert result["value"] == {"start": 1.5, "end": 3, "labels": ["Cat"]}
    clip = parse(dedent(TAGS["TimelineLabels"].example), TAGS)
    [result] = results_of(clip, {"acts": [3, 5, "Runs"]})
    assert result["value"] == {"ranges": [{"start": 3, "end": 5}], "timelinelabels": ["Runs"]}
    talk = parse(dedent(TAGS["ParagraphLabels"].example), TAGS)
    [result] = results_of(talk, {"acts": [1, 0, 5, "Answer"]})
    value = {"start": "1", "end": "1", "startOffset": 0, "endOffset": 5}
    assert result["value"] == {**value, "paragraphlabels": ["Answer"]}


def test_nulls_that_a_typed_frame_puts_into_cells_are_no_values():
    cell = [{"item_index": None, "start": 0, "end": 3, "text": None, "labels": ["Cat"]}]
    [value] = said(labelled("Labels", "t"), {"c": cell}, TEXT)
    assert value == {"start": 0, "end": 3, "text": "Ada", "labels": ["Cat"]}


def test_what_several_controls_say_of_one_place_is_one_region():
    config = config_of(
        '<Rectangle name="box" toName="i"/>',
        '<Labels name="what" toName="i"><Label value="Cat"/></Labels>',
        '<Choices name="fresh" toName="i" perRegion="true"><Choice value="yes"/></Choices>',
    )
    place = {"x": 10, "y": 20, "width": 30, "height": 40}
    given = {
        "box": [[10, 20, 30, 40], [50, 50, 5, 5]],
        "what": [[10, 20, 30, 40, "Cat"]],
        "fresh": [{**place, "choices": ["yes"]}],
    }
    results = results_of(config, given)
    assert check(config, results) == []
    one, other, what, fresh = (result["id"] for result in results)
    assert one == what == fresh != other


def test_two_regions_of_one_control_at_one_place_stay_two():
    config = config_of(labelled("Labels", "t"))
    ids = {result["id"] for result in results_of(config, {"c": [[0, 3, "Cat"], [0, 3, "Dog"]]})}
    assert len(ids) == 2


def test_answers_about_items_say_which():
    config = config_of(choices(perItem="true"))
    [result] = results_of(config, {"c": [{"item_index": 2.0, "choices": "a"}]})
    assert (result["item_index"], result["value"]) == (2, {"choices": ["a"]})


def test_one_of_those_that_are_repeated_is_about_its_own_object():
    pages = """<View><Repeater on="$pages" indexFlag="{{i}}">
      <Text name="page_{{i}}" value="$pages[{{i}}].text"/>
      <Labels name="who_{{i}}" toName="page_{{i}}"><Label value="Person"/></Labels>
    </Repeater></View>"""
    config = parse(pages, TAGS)
    [result] = results_of(config, {"who_12": [[0, 3, "Person"]]})
    assert (result["from_name"], result["to_name"]) == ("who_12", "page_12")
    assert check(config, [result]) == []
    for unclear in ({"who_{{i}}": [[0, 3, "Person"]]}, [[0, 3, "Person"]], {"whom_1": []}):
        with pytest.raises(DataError, match="no control"):
            results_of(config, unclear)


def test_a_question_about_several_objects_names_the_first_of_them():
    config = parse(
        """<View><Text name="a" value="$a"/><Text name="b" value="$b"/>
        <Rating name="alike" toName="a, b"/></View>""",
        TAGS,
    )
    assert results_of(config, {"alike": 3}, {})[0]["to_name"] == "a"


def test_a_comparison_is_about_itself():
    config = parse(dedent(TAGS["Pairwise"].example), TAGS)
    [result] = results_of(config, "left")
    assert result["to_name"] == "better"
    assert check(config, [result]) == []


class TestWhose:
    """Which control a short form alone is for."""

    MANY = config_of(
        '<Choices name="mood" toName="t"><Choice value="Good"/><Choice value="Bad"/></Choices>',
        '<TextArea name="why" toName="t"/>',
        '<Labels name="who" toName="t"><Label value="Person"/></Labels>',
        '<Rating name="stars" toName="t"/>',
    )

    def controls(self, given):
        return [result["from_name"] for result in results_of(self.MANY, given, TEXT)]

    def test_the_one_that_knows_the_word(self):
        assert self.controls("Good") == ["mood"]

    def test_the_only_one_that_takes_such_a_thing(self):
        assert self.controls("A good one.") == ["why"]
        assert self.controls(4) == ["stars"]
        assert self.controls([[0, 3, "Person"]]) == ["who"]
        assert self.controls({"start": 0, "end": 3, "label": "Person"}) == ["who"]

    def test_where_several_could_be_meant_they_are_named(self):
        config = config_of('<Rating name="a" toName="t"/>', '<Number name="b" toName="t"/>')
        told = '4 fits the controls "a" and "b"; say which: {"a": 4}'
        with pytest.raises(DataError, match=told):
            results_of(config, 4)

    def test_where_it_fits_none_the_only_one_that_reads_it_says_why(self):
        for given, control in ((["Goood"], "mood"), ([[0, 3, "Persn"]], "who")):
            config = config_of(
                '<Choices name="mood" toName="t"><Choice value="Good"/></Choices>',
                '<Labels name="who" toName="t"><Label value="Person"/></Labels>',
                '<Rating name="stars" toName="t"/>',
            )
            [result] = results_of(config, given)
            assert result["from_name"] == control
            assert "did you mean" in check(config, [result])[0][1]

    def test_where_none_takes_it_the_nearest_word_is_told(self):
        config = config_of(
            '<Choices name="a" toName="t"><Choice value="Positive"/></Choices>',
            '<Choices name="b" toName="t"><Choice value="Red"/></Choices>',
        )
        told = '"Positve" fits none of the controls "a" and "b"; did you mean "Positive"?'
        with pytest.raises(DataError) as refused:
            results_of(config, "Positve")
        assert str(refused.value) == told

    def test_a_name_that_no_control_has(self):
        for given in ({"moood": "Good"}, {"moood": "Good", "stars": 4}):
            with pytest.raises(
                DataError, match=r'no control "moood", only .*; did you mean "mood"'
            ):
                results_of(self.MANY, given)

    def test_results_are_told_from_short_forms(self):
        assert is_results([{"from_name": "mood"}])
        assert is_results([{"type": "relation"}])
        assert is_results([])
        for short in ("Good", ["Good"], [[0, 3, "Person"]], [{"start": 0}], {"mood": "Good"}, 4):
            assert not is_results(short)


def test_a_region_without_a_label_is_refused_but_where_it_may_have_none():
    with pytest.raises(DataError, match=r"<Labels> takes \(start, end, label\) or"):
        said(labelled("Labels", "t"), {"c": [0, 3]})
    free = control("Labels", "t", options("Label", "Cat"), allowEmpty="true")
    assert said(free, {"c": [0, 3]}) == [{"start": 0, "end": 3, "labels": []}]


@pytest.mark.parametrize(
    ("tag", "given", "words"),
    [
        ("Choices", {"a": 1}, "a choice or a list of them"),
        ("Choices", [["a"]], "a choice or a list of them"),
        ("TextArea", [1], "a text or a list of them"),
        ("Rating", "many", "a number"),
        ("DateTime", 5, "a text"),
        ("Taxonomy", 5, "a node, a path or a list of them"),
        ("Ranker", "a", "a dict"),
    ],
)
def test_what_a_question_is_answered_with_is_told(tag, given, words):
    with pytest.raises(DataError, match=f"<{tag}> takes {words}, not "):
        said(control(tag), {"c": given})


def test_what_a_control_takes_is_told():
    with pytest.raises(DataError) as refused:
        said(labelled("RectangleLabels"), {"c": [[1, 2, "Cat"]]})
    assert str(refused.value) == (
        'control "c": <RectangleLabels> takes (x, y, width, height, label) or a dict for each '
        "region, not [1, 2, 'Cat']"
    )
