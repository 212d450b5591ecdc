"""A right click or the context key opens the menu of what is there, with its labels."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from browser.configs import BOXES, PICTURES, SPANS, labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain


def right_click(book: Plain, widget: Widget, word: str) -> Locator:
    x, y = widget.point_after(word, within="text")
    book.page.mouse.click(x - 3, y, button="right")
    return widget.root.get_by_role("menu")


def test_a_selection_gets_the_label_that_is_pressed(show) -> None:
    book, widget = show(labeler(SPANS, texts("Ana met Bob")))
    widget.select("Bob", within="text")
    menu = right_click(book, widget, "Bob")
    expect(menu.get_by_role("menuitem")).to_have_count(3)
    menu.get_by_role("menuitem", name="ORG").click()
    expect(widget.regions).to_have_text(re.compile("ORG.*Bob"))
    expect(menu).to_have_count(0)
    expect(widget.root.get_by_role("textbox", name="Text text")).to_be_focused()


def test_a_region_gets_another_label_or_is_deleted(show) -> None:
    book, widget = show(labeler(SPANS, texts("Ana met Bob")))
    widget.button("PER").click()
    widget.select("Bob", within="text")
    menu = right_click(book, widget, "Bob")
    menu.get_by_role("menuitem", name="LOC", exact=True).click()
    expect(widget.regions).to_have_text(re.compile("LOC.*Bob"))
    right_click(book, widget, "Bob")
    for _ in range(8):  # the first command
        book.page.keyboard.press("ArrowUp")
    book.page.keyboard.press("Enter")
    expect(widget.regions).to_have_count(0)


def test_on_the_ground_a_label_is_taken_and_escape_leaves_all_as_it_was(show) -> None:
    image = "pd.DataFrame({'image': [picture(400, 300)]})"
    book, widget = show(PICTURES, labeler(BOXES, image))
    photo = widget.picture("photo", 400, 300)
    menu = widget.root.get_by_role("menu")
    book.page.mouse.click(*photo.point(0.5, 0.5), button="right")
    book.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(widget.image("photo")).to_be_focused()
    book.page.mouse.click(*photo.point(0.5, 0.5), button="right")
    menu.get_by_role("menuitem", name="tree").click()
    photo.drag(0.2, 0.2, 0.6, 0.6)
    expect(widget.regions).to_have_text(re.compile("tree"))
    book.page.mouse.click(*photo.point(0.4, 0.4), button="right")
    expect(menu.get_by_role("menuitem", name="Delete")).to_be_visible()
    menu.get_by_role("menuitem", name="roof").click()
    expect(widget.regions).to_have_text(re.compile("roof"))


def test_of_very_many_labels_the_search_has_the_rest(show) -> None:
    labels = "".join(f'<Label value="label {n}"/>' for n in range(200))
    config = f'<View><Labels name="l" toName="text">{labels}</Labels><Text name="text" value="$text"/></View>'
    book, widget = show(labeler(config, texts("Ana met Bob")))
    widget.select("Bob", within="text")
    menu = right_click(book, widget, "Bob")
    expect(menu.get_by_role("menuitem")).to_have_count(10)
    menu.get_by_role("menuitem", name="Search").click()
    book.page.keyboard.type("173")
    book.page.keyboard.press("Enter")
    expect(widget.regions).to_have_text(re.compile("label 173.*Bob"))


@pytest.mark.parametrize("width", [1400, 500])
def test_it_stays_within_the_widget(show, width: int) -> None:
    book, widget = show(labeler(SPANS, texts("Ana met Bob " * 40)))
    book.page.set_viewport_size({"width": width, "height": 900})
    widget.button("PER").click()
    widget.select("Bob", within="text")
    text = widget.root.get_by_role("textbox", name="Text text").bounding_box()
    assert text
    x, y = text["x"] + text["width"] - 12, text["y"] + 20
    book.page.mouse.click(x, y, button="right")
    menu = widget.root.get_by_role("menu")
    outer, inner = widget.root.bounding_box(), menu.bounding_box()
    assert outer
    assert inner
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def test_where_there_is_nothing_to_offer_the_menu_is_the_browsers(show) -> None:
    config = '<View><Text name="text" value="$text"/><TextArea name="why" toName="text"/></View>'
    book, widget = show(labeler(config, texts("Ana met Bob")))
    book.page.evaluate(
        "globalThis.left = []; addEventListener('contextmenu', e => left.push(e.defaultPrevented))"
    )
    expect(right_click(book, widget, "Bob")).to_have_count(0)
    assert book.page.evaluate("left") == [False]
