"""Sheets over the data, and what the editor says."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from browser.configs import BOXES, CHOICES, PICTURES, SPANS, labeler, texts


def test_the_keys_are_grouped_and_only_those_of_use(show) -> None:
    book, widget = show(labeler(CHOICES, texts("a", "b")))
    widget.root.focus()
    book.page.keyboard.press("?")
    sheet = widget.root.get_by_role("region", name="All keys")
    expect(sheet.get_by_role("heading")).to_have_text(["Labels and choices", "Task", "Suggestions"])
    expect(sheet).not_to_contain_text("region")
    expect(sheet).to_contain_text("negative")


def test_where_regions_are_marked_their_keys_are_there(show) -> None:
    image = "pd.DataFrame({'image': [picture(400, 300)]})"
    _, widget = show(PICTURES, labeler(BOXES, image))
    widget.button("Keys").click()
    sheet = widget.root.get_by_role("region", name="All keys")
    names = ["Labels and choices", "Task", "Regions", "Suggestions", "Image"]
    expect(sheet.get_by_role("heading")).to_have_text(names)


def test_a_sheet_moves_nothing_and_under_it_nothing_is_answered(show) -> None:
    book, widget = show(labeler(CHOICES, texts("a", "b")))
    positive = widget.root.get_by_role("radio", name="positive")
    before = positive.bounding_box()
    widget.root.focus()
    for key in ["?", "1", "Control+Enter", "Control+Space", "Alt+ArrowDown"]:
        book.page.keyboard.press(key)
    widget.at(1, 2)
    assert positive.bounding_box() == before
    book.page.keyboard.press("Escape")
    expect(widget.root.get_by_role("region", name="All keys")).to_have_count(0)
    expect(widget.root.get_by_role("radio", checked=True)).to_have_count(0)
    book.page.keyboard.press("1")
    widget.at(2, 2)


def test_settings_are_grouped_and_say_where_labels_are_kept(show) -> None:
    _, widget = show(labeler(SPANS, texts("a")))
    widget.button("Settings").click()
    sheet = widget.root.get_by_role("region", name="Settings")
    expect(sheet.get_by_role("group")).to_have_count(4)
    expect(sheet.get_by_role("group", name="Text").get_by_role("checkbox")).to_have_count(2)
    expect(sheet).to_contain_text(re.compile(r"nblabel [\d.]+\S* · \S+\.db$"))


def test_what_is_in_memory_only_is_said_to_be_not_kept(show) -> None:
    _, widget = show(labeler(SPANS, texts("a"), store=":memory:"))
    expect(widget.root.get_by_text("not kept", exact=True)).to_be_visible()


def test_a_missing_image_says_so_in_its_middle_and_the_task_can_be_skipped(show) -> None:
    _, widget = show(labeler(BOXES, "pd.DataFrame({'image': ['nothere.png', 'b.png']})"))
    note = widget.group("photo").get_by_role("note")
    expect(note).to_contain_text('"nothere.png" was not found')
    expect(widget.root.get_by_text("nothere.png")).to_have_count(1)
    widget.group("photo").get_by_role("button", name="Skip this task").click()
    widget.at(2, 2)
    expect(note).to_contain_text('"b.png" was not found')


def test_what_is_said_stands_above_the_data(show) -> None:
    config = CHOICES.replace('toName="text"', 'toName="text" required="true"')
    _, widget = show(labeler(config, texts("Ana", "b"), advance=False))
    widget.button("Submit").click()
    widget.said("required")
    said, data = widget.messages.bounding_box(), widget.group("mood").bounding_box()
    assert said
    assert data
    assert said["y"] + said["height"] <= data["y"]
