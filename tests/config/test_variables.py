"""$variables, as Label Studio resolves them."""

import pytest

from nblabel.base.errors import DataError
from nblabel.config.variables import MISSING, dynamic_children, lookup, path_of, replace_in, top
from nblabel.core.element import Element


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", {"b": [{"c": 1}]}),
        ("a.b[0].c", 1),
        ("x.y", "dotted key"),
        ("none", None),
        ("a.b[5].c", MISSING),
        ("a.b[x]", MISSING),
        ("A", MISSING),
        ("none.more", MISSING),
    ],
)
def test_lookup(path, value):
    data = {"a": {"b": [{"c": 1}]}, "x.y": "dotted key", "none": None}
    assert lookup(data, path) == value


def test_a_path_wins_over_a_dotted_key():
    assert lookup({"a": {"b": 1}, "a.b": 2}, "a.b") == 1


def test_paths():
    assert path_of("$a.b[0]") == "a.b[0]"
    assert path_of("$größe") == "größe"
    assert path_of("see $a") is None
    assert top("a.b[0]") == "a"


def test_missing_inside_text_is_undefined_as_in_label_studio():
    assert replace_in("$a and $b.c", {"a": 1, "b": {}}, str) == "1 and undefined"
    assert replace_in("$b", {"a": 1}, str, {"b"}.__contains__) == "undefined"


def test_what_names_no_column_is_text():
    assert replace_in("$5 or more of $a", {"a": 1}, str) == "$5 or more of 1"
    # A word joiner behind it makes a plain $ also before the name of a column.
    assert replace_in("$\u2060a is $a", {"a": 1}, str) == "$\u2060a is 1"


def test_more_items_than_anybody_looks_through_are_told():
    with pytest.raises(DataError, match=r"\$more holds more than 200,000 items"):
        children(["a"] * 200_001)
    assert len(children(["a"] * 1000)) == 1000


def children(data):
    control = Element(3, "Choices", {"value": "$more"})
    return dynamic_children(control, "Choice", {"more": data}, first_id=10)


def test_dynamic_children_of_objects_and_strings():
    made = children([{"value": "a", "selected": True, "children": [{"value": "b"}]}, "c", 3, None])
    assert [(e.id, e.tag, dict(e.attributes)) for root in made for e in root.walk()] == [
        (10, "Choice", {"value": "a", "selected": "true"}),
        (11, "Choice", {"value": "b"}),
        (12, "Choice", {"value": "c"}),
        (13, "Choice", {"value": "3"}),
    ]


@pytest.mark.parametrize("data", [None, "text", 3, {}])
def test_what_is_no_list_gives_no_children(data):
    assert children(data) == ()


def test_children_nested_without_end_do_not_exhaust_the_stack():
    item = {"value": "x"}
    for _ in range(900):
        item = {"value": "x", "children": [item]}
    assert sum(1 for root in children([item]) for _ in root.walk()) < 100
