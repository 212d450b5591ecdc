"""Several shapes and labels on one image: which one is drawn, and what Python then has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.configs import PICTURES, SETUP, labeler
from browser.labeler import Picture, Widget
from browser.plain.notebook import Plain

SHAPES = """<View>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo"><Label value="house" hotkey="1"/></RectangleLabels>
  <EllipseLabels name="round" toName="photo"><Label value="sun" hotkey="2"/></EllipseLabels>
  <PolygonLabels name="outline" toName="photo"><Label value="roof" hotkey="3"/></PolygonLabels>
  <KeyPointLabels name="spot" toName="photo"><Label value="door" hotkey="4"/></KeyPointLabels>
</View>"""

PLAIN_TOOLS = """<View>
  <Image name="photo" value="$image"/>
  <Rectangle name="box" toName="photo"/>
  <Ellipse name="round" toName="photo"/>
  <Polygon name="outline" toName="photo" strokeWidth="3" pointSize="large"/>
  <KeyPoint name="spot" toName="photo"/>
  <Labels name="what" toName="photo"><Label value="house"/><Label value="sky"/></Labels>
</View>"""

IMAGE = "pd.DataFrame({'image': [picture(400, 300), picture(300, 200)]})"
RESULTS = """
import json
[task] = labeler.to_label_studio({options})[:1]
print(json.dumps((task["annotations"] or task["drafts"])[0]["result"]))
"""


@pytest.fixture
def show(plain: Callable[..., Plain]) -> Callable[[str], tuple[Plain, Widget, Picture]]:
    def show(config: str) -> tuple[Plain, Widget, Picture]:
        book = plain(SETUP, PICTURES, labeler(config, IMAGE))
        book.run_all()
        widget = Widget(book.widget())
        expect(widget.task).to_have_text(re.compile(r"^\d+ / "))
        return book, widget, widget.picture("photo", 400, 300)

    return show


def results(book: Plain, widget: Widget, options: str = "") -> list[dict[str, Any]]:
    widget.saved()
    found: list[dict[str, Any]] = json.loads(book.python(RESULTS.format(options=options)))
    return found


def test_by_mouse_each_label_draws_its_own_shape(show) -> None:
    book, widget, photo = show(SHAPES)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.drag(0.1, 0.1, 0.4, 0.4)
    keys.press("2")
    photo.drag(0.6, 0.1, 0.8, 0.3)
    keys.press("3")
    for corner in [(0.5, 0.5), (0.8, 0.5), (0.8, 0.8), (0.5, 0.5)]:
        photo.click(*corner)
    keys.press("4")
    photo.click(0.2, 0.2)  # inside the box
    expect(widget.regions).to_have_count(4)
    row = widget.regions.nth(2).get_by_role("button").first
    expect(row).to_have_attribute("title", re.compile("3 points"))
    widget.button("Submit").click()
    widget.at(2, 2)
    made = results(book, widget)
    assert [result["type"] for result in made] == [
        "rectanglelabels",
        "ellipselabels",
        "polygonlabels",
        "keypointlabels",
    ]
    box, ellipse, polygon, spot = (result["value"] for result in made)
    assert [round(box[key]) for key in ("x", "y", "width", "height")] == [10, 10, 30, 30]
    keys_of_ellipse = ("x", "y", "radiusX", "radiusY")
    assert [round(ellipse[key]) for key in keys_of_ellipse] == [70, 20, 10, 10]
    assert [[round(x), round(y)] for x, y in polygon["points"]] == [[50, 50], [80, 50], [80, 80]]
    assert polygon["closed"] is True
    assert (round(spot["x"]), round(spot["y"])) == (20, 20)
    assert 0 < spot["width"] < 2
    for result in made:
        assert (result["original_width"], result["original_height"]) == (400, 300)
        assert result["image_rotation"] == 0
    assert book.python("print(len(labeler.check()))") == "0"


def test_by_keyboard_alone(show) -> None:
    book, widget, _ = show(SHAPES)
    keys = book.page.keyboard
    widget.image("photo").focus()
    for label in "12":
        keys.press(label)
        for key in ["Enter", "b", "c", "Enter", "k", "l", "Enter"]:
            keys.press(key)
    keys.press("3")
    for key in ["Enter", "Enter", "ArrowRight", "Enter", "ArrowDown", "Enter", "Enter"]:
        keys.press(key)
    keys.press("4")
    for key in ["Enter", "ArrowUp", "Enter"]:
        keys.press(key)
    expect(widget.regions).to_have_count(4)
    keys.press("Control+Enter")
    widget.at(2, 2)
    kinds = [result["type"].removesuffix("labels") for result in results(book, widget)]
    assert kinds == ["rectangle", "ellipse", "polygon", "keypoint"]


def test_the_tool_and_its_key_say_which_shape_a_label_is_drawn_with(show) -> None:
    book, widget, photo = show(PLAIN_TOOLS)
    tools = widget.root.get_by_role("toolbar", name="Tools of photo")
    expect(tools.get_by_role("button", name="Draw boxes")).to_have_attribute("aria-pressed", "true")
    widget.root.focus()
    book.page.keyboard.press("o")
    expect(tools.get_by_role("button", name="Draw ellipses")).to_have_attribute(
        "aria-pressed", "true"
    )
    photo.drag(0.1, 0.1, 0.4, 0.4)
    widget.button("house").click()
    tools.get_by_role("button", name="Draw polygons").click()
    for corner in [(0.5, 0.5), (0.8, 0.5), (0.8, 0.8)]:
        photo.click(*corner)
    book.page.keyboard.press("Enter")
    book.page.keyboard.press("k")
    photo.click(0.9, 0.1)
    expect(widget.regions).to_have_count(3)
    widget.button("Submit").click()
    widget.at(2, 2)
    assert [
        (result["type"], result["value"].get("labels")) for result in results(book, widget)
    ] == [
        ("ellipse", None),
        ("polygon", None),
        ("labels", ["house"]),
        ("keypoint", None),
        ("labels", ["house"]),
    ]


def test_a_shape_half_drawn_holds_the_task_back(show) -> None:
    _, widget, photo = show(SHAPES)
    widget.button("roof").click()
    photo.click(0.5, 0.5)
    photo.click(0.8, 0.5)
    widget.button("Submit").click()
    widget.said("A shape is not finished yet")
    widget.at(1, 2)
    widget.page.keyboard.press("Escape")
    widget.button("Submit").click()
    widget.at(2, 2)


def test_points_of_a_shape_on_its_way_are_taken_back_and_set_again(show) -> None:
    book, widget, photo = show(SHAPES)
    keys = book.page.keyboard
    widget.button("house").click()
    photo.drag(0.1, 0.1, 0.2, 0.2)
    widget.button("house").click()
    widget.button("roof").click()
    for corner in [(0.5, 0.5), (0.8, 0.5), (0.8, 0.8), (0.6, 0.9)]:
        photo.click(*corner)
    for key in ["Control+z", "Control+z", "Control+Shift+z"]:
        keys.press(key)
    widget.button("roof").focus()  # wherever the keyboard is
    keys.press("Control+z")
    widget.button("Redo").click()
    expect(widget.regions).to_have_count(1)
    photo.surface.focus()
    keys.press("Enter")
    expect(widget.regions).to_have_count(2)
    made = results(book, widget, "drafts=True")
    points = [[round(x), round(y)] for x, y in made[1]["value"]["points"]]
    assert points == [[50, 50], [80, 50], [80, 80]]
    keys.press("Control+z")
    expect(widget.regions).to_have_count(1)


def test_an_unfinished_polygon_holds_its_task_back_until_it_is_closed(show) -> None:
    book, widget, photo = show(SHAPES)
    keys = book.page.keyboard
    widget.button("roof").click()
    for corner in [(0.5, 0.5), (0.8, 0.5), (0.8, 0.8)]:
        photo.click(*corner)
    keys.press("Alt+ArrowDown")
    widget.at(2, 2)
    keys.press("Alt+ArrowUp")
    widget.at(1, 2)
    assert results(book, widget, "drafts=True")[0]["value"]["closed"] is False
    widget.root.focus()
    keys.press("Control+Enter")
    widget.said('"roof" is not closed yet')
    widget.at(1, 2)
    row = widget.regions.first.get_by_role("button").first
    expect(row).to_have_attribute("aria-pressed", "true")
    photo.click(0.5, 0.5)
    keys.press("Control+Enter")
    widget.at(2, 2)
    [made] = results(book, widget)
    assert made["value"]["closed"] is True
    assert len(made["value"]["points"]) == 3


def test_a_polygon_is_changed_undone_and_drawn_again_as_it_was(show) -> None:
    book, widget, photo = show(SHAPES)
    widget.button("roof").click()
    for corner in [(0.5, 0.5), (0.8, 0.5), (0.8, 0.8), (0.5, 0.5)]:
        photo.click(*corner)
    widget.regions.first.get_by_role("button", name="roof", exact=False).first.click()
    photo.drag(0.8, 0.8, 0.6, 0.9)
    book.page.keyboard.press("Control+z")
    book.page.keyboard.press("Control+z")
    expect(widget.regions).to_have_count(0)
    book.page.keyboard.press("Control+Shift+z")
    expect(widget.regions).to_have_count(1)
    widget.button("Submit").click()
    widget.at(2, 2)
    [polygon] = results(book, widget)
    points = [[round(x), round(y)] for x, y in polygon["value"]["points"]]
    assert points == [[50, 50], [80, 50], [80, 80]]


LINES = """<View>
  <Image name="photo" value="$image"/>
  <VectorLabels name="edge" toName="photo" maxPoints="2"><Label value="wire" hotkey="1"/></VectorLabels>
  <VectorLabels name="ring" toName="photo" closable="true"><Label value="fence" hotkey="2"/></VectorLabels>
</View>"""


def test_each_control_draws_lines_by_its_own_rules(show) -> None:
    book, widget, photo = show(LINES)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("2")
    for corner in [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.2)]:
        photo.click(*corner)
    expect(widget.regions).to_have_count(1)
    keys.press("Escape")
    keys.press("1")
    for corner in [(0.6, 0.6), (0.8, 0.8)]:
        photo.click(*corner)
    expect(widget.regions).to_have_count(2)
    ring, wire = (result["value"] for result in results(book, widget, "drafts=True"))
    assert (len(ring["vertices"]), ring["closed"], ring["vectorlabels"]) == (3, True, ["fence"])
    assert (len(wire["vertices"]), wire["closed"], wire["vectorlabels"]) == (2, False, ["wire"])
