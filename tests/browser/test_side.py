"""The list of regions says in words what is marked."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from browser.configs import BOXES, PICTURES, SPANS, labeler, texts


def test_words_are_cut_from_the_text_where_the_value_has_none(show) -> None:
    config = SPANS.replace('value="$text"', 'value="$text" saveTextResult="no"')
    _, widget = show(labeler(config, texts("🎉 Ana met Bob")))
    widget.button("PER").click()
    widget.select("Bob", within="text")
    expect(widget.regions).to_have_text("PER Bob")


def test_boxes_have_numbers_and_tell_their_size_on_hover(show) -> None:
    image = "pd.DataFrame({'image': [picture(400, 300)]})"
    _, widget = show(PICTURES, labeler(BOXES, image))
    photo = widget.picture("photo", 400, 300)
    for label, x in [("roof", 0.1), ("tree", 0.4), ("roof", 0.7)]:
        widget.button(label).click()
        photo.drag(x, 0.2, x + 0.2, 0.6)
    expect(widget.regions).to_have_text(["roof 1", "tree 2", "roof 3"])
    row = widget.regions.first.get_by_role("button").first
    expect(row).to_have_attribute("title", re.compile("80×120"))


def test_a_rows_tools_lie_over_it(show) -> None:
    _, widget = show(labeler(SPANS, texts("Ana met Bob and many more people than fit in a row")))
    widget.button("PER").click()
    widget.select("met Bob and many more people than fit", within="text")
    words = widget.regions.first.get_by_role("button").first
    before = words.bounding_box()
    words.hover()
    expect(widget.button("Delete PER")).to_be_visible()
    assert words.bounding_box() == before


def test_without_regions_there_is_no_panel_and_the_first_one_moves_nothing(show) -> None:
    image = "pd.DataFrame({'image': [picture(400, 300)]})"
    _, widget = show(PICTURES, labeler(BOXES, image))
    panel = widget.root.get_by_role("complementary", name="What is marked")
    photo = widget.picture("photo", 400, 300)
    expect(panel).to_have_count(0)
    before = photo.point(0, 0), photo.point(1, 1)
    widget.button("roof").click()
    photo.drag(0.1, 0.2, 0.4, 0.6)
    expect(panel).to_be_visible()
    assert (photo.point(0, 0), photo.point(1, 1)) == before


THREE = texts("Ana met Bob in Rome")


@pytest.fixture
def three(show):
    """Three spans: Ana, Bob, Rome."""
    book, widget = show(labeler(SPANS, THREE, store="three.db"))
    for words, label in [("Ana", "PER"), ("Bob", "PER"), ("Rome", "LOC")]:
        widget.button(label).click()
        widget.select(words, within="text")
    expect(widget.regions).to_have_text(["PER Ana", "PER Bob", "LOC Rome"])
    return book, widget


def said(book, field: str) -> list:
    read = f"import json; print(json.dumps([r.get({field!r}) for r in labeler.history(labeler.key(0))[-1].results]))"
    return list(json.loads(book.python(read)))


def test_a_note_is_written_by_key_and_stands_in_its_row(three) -> None:
    book, widget = three
    widget.regions.nth(1).get_by_role("button").first.click()
    book.page.keyboard.press("Alt+m")
    book.page.keyboard.type("1 who is it?")  # a key in a field is no label's
    book.page.keyboard.press("Enter")
    expect(widget.regions.nth(1)).to_contain_text("1 who is it?")
    widget.saved()
    assert said(book, "meta") == [None, {"text": ["1 who is it?"]}, None]
    book.page.keyboard.press("Alt+m")
    book.page.keyboard.type("no, I know")
    book.page.keyboard.press("Escape")
    expect(widget.regions.nth(1)).to_contain_text("1 who is it?")
    book.page.keyboard.press("Control+z")  # the keyboard is back in the labeler
    expect(widget.regions.nth(1)).not_to_contain_text("who")


def test_a_note_of_several_lines_stays_as_it_is_where_nobody_changes_it(show) -> None:
    result = {
        "id": "a",
        "from_name": "ner",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 0, "end": 3, "text": "Ana", "labels": ["PER"]},
        "meta": {"text": ["one\ntwo "]},
    }
    task = {"data": {"text": "Ana met Bob"}, "annotations": [{"result": [result]}]}
    book, widget = show(labeler(SPANS, repr([task]), advance=False))
    expect(widget.regions).to_have_count(1)
    widget.regions.first.get_by_role("button").first.click()
    keys = book.page.keyboard
    field = widget.root.get_by_role("textbox", name="Note on PER")
    for leave in ("Enter", "Tab"):
        keys.press("Alt+m")
        expect(field).to_have_value("one\ntwo ")
        keys.press(leave)
        expect(field).to_have_count(0)
    assert said(book, "meta") == [{"text": ["one\ntwo "]}]
    keys.press("Alt+m")
    keys.press("Shift+Enter")
    keys.type("three")
    keys.press("Enter")
    widget.saved()
    assert said(book, "meta") == [{"text": ["one\ntwo \nthree"]}]


def test_regions_are_dragged_into_each_other_and_out_again(three) -> None:
    book, widget = three
    widget.regions.nth(2).drag_to(widget.regions.nth(0))
    expect(widget.regions).to_have_text(["PER Ana", "LOC Rome", "PER Bob"])
    widget.saved()
    parents = said(book, "parentID")
    assert parents[:2] == [None, None]
    assert parents[2] == said(book, "id")[0]
    unroll = widget.button("What lies in PER")
    expect(unroll).to_have_attribute("aria-expanded", "true")
    unroll.click()
    expect(widget.regions).to_have_text(["PER Ana", "PER Bob"])
    unroll.click()
    widget.regions.nth(1).drag_to(widget.root.locator(".nb-ground"))
    expect(widget.regions).to_have_text(["PER Ana", "PER Bob", "LOC Rome"])


def test_regions_are_nested_by_key(three) -> None:
    book, widget = three
    widget.regions.nth(1).get_by_role("button").first.click()
    book.page.keyboard.press("Alt+]")
    expect(widget.button("What lies in PER")).to_be_visible()
    book.page.keyboard.press("Alt+[")
    expect(widget.button("What lies in PER")).to_have_count(0)


def test_the_list_is_grouped_and_a_group_is_hidden_at_once(three) -> None:
    _, widget = three
    widget.button("Narrow, group and sort").click()
    widget.root.get_by_label("Group the list").select_option("by label")
    widget.root.get_by_label("Sort the list").select_option("last made first")
    expect(widget.regions).to_have_text(["LOC1", "LOC Rome", "PER2", "PER Bob", "PER Ana"])
    widget.regions.nth(2).hover()
    widget.button("Hide all of PER").click()
    expect(widget.button("Show PER")).to_have_count(2)
    widget.button("What lies in PER").click()
    expect(widget.regions).to_have_text(["LOC1", "LOC Rome", "PER2"])


def test_the_list_is_narrowed_by_words(three) -> None:
    _, widget = three
    widget.button("Narrow, group and sort").click()
    widget.root.get_by_label("Narrow the list").fill("text")  # which is what they are in
    expect(widget.regions).to_have_count(0)
    widget.root.get_by_label("Narrow the list").fill("per bo")
    expect(widget.regions).to_have_text(["PER Bob"])
    expect(widget.root.get_by_role("heading", name="Regions 1 of 3")).to_be_visible()
    widget.button("Narrow, group and sort").click()
    expect(widget.regions).to_have_count(3)


def test_the_keyboard_stays_when_the_row_that_has_it_goes(three) -> None:
    book, widget = three
    widget.regions.nth(1).get_by_role("button").first.click()
    book.page.keyboard.press("Delete")
    expect(widget.regions).to_have_count(2)
    book.page.keyboard.press("Control+z")
    expect(widget.regions).to_have_count(3)
