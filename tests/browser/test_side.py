"""The list of regions says in words what is marked."""

from __future__ import annotations

import re

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
