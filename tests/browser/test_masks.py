"""Masks: painted, erased, taken by colour and by keyboard; what Python then has of them."""

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

BRUSH = """<View>
  <Image name="photo" value="$image" rotateControl="true"/>
  <BrushLabels name="mask" toName="photo" strokeWidth="40">
    <Label value="sky" hotkey="1"/><Label value="sea" hotkey="2"/>
  </BrushLabels>
  <MagicWand name="wand" toName="photo" blurRadius="0"/>
</View>"""

PLAIN = """<View>
  <Image name="photo" value="$image"/>
  <Brush name="mask" toName="photo"/>
  <Labels name="what" toName="photo"><Label value="sky" hotkey="1"/></Labels>
</View>"""

BITMASK = """<View>
  <Image name="photo" value="$image"/>
  <BitmaskLabels name="mask" toName="photo" strokeWidth="10">
    <Label value="sky" hotkey="1"/>
  </BitmaskLabels>
</View>"""

BRUSHES = """<View>
  <Image name="photo" value="$image"/>
  <BrushLabels name="wide" toName="photo" strokeWidth="40"><Label value="sky" hotkey="1"/></BrushLabels>
  <BrushLabels name="fine" toName="photo" strokeWidth="6"><Label value="sea" hotkey="2"/></BrushLabels>
  <BitmaskLabels name="hard" toName="photo" strokeWidth="3"><Label value="sun" hotkey="3"/></BitmaskLabels>
  <MagicWand name="wand" toName="photo" blurRadius="0"/>
</View>"""

IMAGE = "[{'image': picture(400, 300)}]"
FLAT = """[{'image': np.repeat(np.where(np.arange(400) < 200, 40, 220), 3)
    .reshape(1, 400, 3).repeat(300, 0).astype('uint8')}]"""
PROBE = """
import json
import numpy as np
def masks(at=0):
    frame, found = labeler.results(drafts=True, masks=True)
    return [None if one is None else one for one in found]
def areas():
    print(json.dumps([None if m is None else int((m >= 128).sum()) for m in masks()]))
"""


@pytest.fixture
def show(plain: Callable[..., Plain]) -> Callable[..., tuple[Plain, Widget, Picture]]:
    def show(config: str, data: str = IMAGE, *cells: str) -> tuple[Plain, Widget, Picture]:
        book = plain(SETUP, PICTURES, PROBE, *cells, labeler(config, data))
        book.run_all()
        widget = Widget(book.widget())
        expect(widget.task).to_have_text(re.compile(r"^\d+ / "))
        return book, widget, widget.picture("photo", 400, 300)

    return show


def areas(book: Plain, widget: Widget) -> list[int]:
    widget.saved()
    found: list[int] = json.loads(book.python("areas()"))
    return found


def results(book: Plain, widget: Widget) -> list[dict[str, Any]]:
    widget.saved()
    text = "print(json.dumps(labeler.to_label_studio(drafts=True)[0]['drafts'][0]['result']))"
    found: list[dict[str, Any]] = json.loads(book.python(text))
    return found


def test_strokes_make_one_mask_and_each_is_taken_back_alone(show) -> None:
    book, widget, photo = show(BRUSH)
    widget.root.focus()
    keys = book.page.keyboard
    keys.press("1")
    photo.drag(0.2, 0.3, 0.6, 0.3)
    expect(widget.regions).to_have_count(1)
    [first] = areas(book, widget)
    photo.drag(0.2, 0.7, 0.6, 0.7)
    expect(widget.regions).to_have_count(1)
    [second] = areas(book, widget)
    assert second == pytest.approx(2 * first, rel=0.02)
    keys.press("Control+z")
    assert areas(book, widget) == [first]
    keys.press("Control+Shift+z")
    assert areas(book, widget) == [second]
    keys.press("e")
    photo.drag(0.1, 0.7, 0.9, 0.7)
    [third] = areas(book, widget)
    assert third == pytest.approx(first, rel=0.02)
    # The pen is round, so wide on the screen as its control says; its edge is smooth.
    [result] = results(book, widget)
    assert result["type"] == "brushlabels"
    assert result["value"]["format"] == "rle"
    assert result["value"]["brushlabels"] == ["sky"]
    assert all(type(byte) is int for byte in result["value"]["rle"])
    high = json.loads(book.python("print(json.dumps((masks()[0] > 127).sum(0).max().item()))"))
    box = photo.media.first.bounding_box()
    assert box
    assert high == pytest.approx(40 * 400 / box["width"], abs=2)
    assert "True" in book.python("print(((masks()[0] > 0) & (masks()[0] < 255)).any())")


def test_a_stroke_that_ends_is_not_painted_anew(show) -> None:
    """The picture that followed the pen is the mask's."""
    book, widget, photo = show(BRUSH)
    widget.root.focus()
    book.page.keyboard.press("1")
    book.page.evaluate(
        """() => {
          const { prototype } = CanvasRenderingContext2D;
          const put = prototype.putImageData;
          globalThis.drawn = 0;
          prototype.putImageData = function (image, ...at) {
            drawn += image.width * image.height;
            return put.call(this, image, ...at);
          };
        }"""
    )
    for y in (0.2, 0.5):
        book.page.mouse.move(*photo.point(0.2, y))
        book.page.mouse.down()
        book.page.mouse.move(*photo.point(0.8, y), steps=5)
        book.page.evaluate("() => new Promise(requestAnimationFrame)")
        book.page.wait_for_timeout(100)
        book.page.evaluate("() => { globalThis.drawn = 0; }")
        book.page.mouse.up()
        widget.saved()
        book.page.wait_for_timeout(100)
        assert book.page.evaluate("drawn") < 400 * 300 / 8
    area = areas(book, widget)[0]
    assert area > 0
    seen = photo.surface.evaluate(
        """surface => {
          const live = surface.parentElement.querySelector(".nb-image-live");
          const box = surface.getBoundingClientRect();
          const own = live.getBoundingClientRect();
          const scale = live.width / own.width;
          const at = (x, y) => live.getContext("2d").getImageData(
            (box.left - own.left + x * box.width) * scale,
            (box.top - own.top + y * box.height) * scale, 1, 1).data[3];
          return [at(0.5, 0.2), at(0.78, 0.5), at(0.5, 0.9)];
        }"""
    )
    assert seen[0] > 0
    assert seen[1] > 0
    assert seen[2] == 0


def test_a_mask_is_let_go_and_the_label_begins_another(show) -> None:
    book, widget, photo = show(BRUSH)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.drag(0.2, 0.3, 0.4, 0.3)
    keys.press("u")
    photo.drag(0.2, 0.7, 0.4, 0.7)
    expect(widget.regions).to_have_count(2)


def test_an_eraser_that_leaves_nothing_takes_the_region_and_undo_brings_it_back(show) -> None:
    book, widget, photo = show(BRUSH)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.click(0.5, 0.5)
    expect(widget.regions).to_have_count(1)
    before = areas(book, widget)
    keys.press("e")
    for _ in range(3):
        keys.press("]")
    photo.drag(0.45, 0.5, 0.55, 0.5)
    expect(widget.regions).to_have_count(0)
    keys.press("Control+z")
    expect(widget.regions).to_have_count(1)
    assert areas(book, widget) == before


def test_the_keyboard_alone_paints(show) -> None:
    book, widget, photo = show(BRUSH)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.surface.focus()
    keys.press("Enter")  # the cursor
    keys.press("Enter")  # the pen is put down
    for _ in range(20):
        keys.press("ArrowRight")
    keys.press("Enter")
    expect(widget.regions).to_have_count(1)
    [one] = areas(book, widget)
    keys.press("ArrowDown")  # the cursor is still there
    for _ in range(20):
        keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("Enter")
    [two] = areas(book, widget)
    assert two > one


def test_the_wand_takes_what_is_of_a_like_colour(show) -> None:
    book, widget, photo = show(BRUSH, FLAT)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("2")
    keys.press("w")
    photo.click(0.25, 0.5)
    expect(widget.regions).to_have_count(1)
    assert areas(book, widget) == [200 * 300]
    photo.click(0.75, 0.5)
    assert areas(book, widget) == [400 * 300]


def test_each_control_has_its_own_brush(show) -> None:
    book, widget, photo = show(BRUSHES, FLAT)
    keys = book.page.keyboard
    widget.root.focus()
    size = widget.root.get_by_label("Brush size")
    for label, words in {"2": "6 pixels", "1": "40 pixels", "3": "3 pixels"}.items():
        keys.press(label)
        expect(size).to_have_attribute("aria-valuetext", words)
        photo.click(0.2 * int(label), 0.2)
        expect(widget.regions).to_have_count({"2": 1, "1": 2, "3": 3}[label])
        keys.press("u")
        keys.press("Escape")  # the label is let go of
    fine, wide, hard = areas(book, widget)
    box = photo.media.first.bounding_box()
    assert box
    scale = 400 / box["width"]
    assert fine == pytest.approx(3.1416 * (3 * scale) ** 2, abs=6)
    assert wide == pytest.approx(3.1416 * (20 * scale) ** 2, rel=0.05)
    assert hard == pytest.approx(3.1416 * 3**2, rel=0.25)
    # The key of the brush takes that of the label, and the wand paints what the label is for.
    keys.press("3")
    keys.press("b")
    tools = widget.root.get_by_role("toolbar", name="Tools of photo")
    own = tools.get_by_role("button", name="Paint masks pixel by pixel")
    expect(own).to_have_attribute("aria-pressed", "true")
    keys.press("w")
    photo.click(0.75, 0.7)
    expect(widget.regions).to_have_count(4)
    assert areas(book, widget)[3] == 200 * 300
    assert results(book, widget)[3]["type"] == "bitmasklabels"


def test_a_label_that_does_not_fit_a_mask_lets_go_of_it(show) -> None:
    config = BRUSH.replace(
        "<MagicWand",
        '<RectangleLabels name="box" toName="photo"><Label value="roof" hotkey="3"/>'
        "</RectangleLabels><MagicWand",
    )
    book, widget, photo = show(config)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.drag(0.2, 0.3, 0.4, 0.3)
    before = areas(book, widget)
    keys.press("3")
    photo.drag(0.5, 0.5, 0.8, 0.8)
    expect(widget.regions).to_have_count(2)
    mask, box = results(book, widget)
    assert areas(book, widget)[:1] == before
    assert mask["value"]["brushlabels"] == ["sky"]
    assert box["value"]["rectanglelabels"] == ["roof"]


def test_the_slider_of_the_brush_leaves_the_keys_to_the_labeler(show) -> None:
    book, widget, photo = show(BRUSH)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.drag(0.2, 0.3, 0.4, 0.3)
    size = widget.root.get_by_label("Brush size")
    size.focus()
    keys.press("ArrowLeft")
    expect(size).to_have_attribute("aria-valuetext", "30 pixels")
    keys.press("Control+z")
    expect(widget.regions).to_have_count(0)
    keys.press("e")
    tools = widget.root.get_by_role("toolbar", name="Tools of photo")
    eraser = tools.get_by_role("button", name="Erase from the selected mask")
    expect(eraser).to_have_attribute("aria-pressed", "true")


def test_on_a_turned_image_it_is_painted_where_it_is_seen(show) -> None:
    book, widget, photo = show(BRUSH)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("Alt+ArrowRight")
    expect(photo.read_out).to_contain_text("%")
    keys.press("1")
    photo.click(0.25, 0.2)
    expect(widget.regions).to_have_count(1)
    widget.saved()
    where = "print(json.dumps([float(a.mean()) for a in np.nonzero(masks()[0])]))"
    y, x = json.loads(book.python(where))
    # What is seen at a quarter from the left and a fifth from the top of the turned image.
    assert (x / 400, y / 300) == pytest.approx((0.2, 0.75), abs=0.03)


def test_a_plain_brush_and_labels_are_two_results_of_one_mask(show) -> None:
    book, widget, photo = show(PLAIN)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.drag(0.2, 0.3, 0.4, 0.3)
    photo.drag(0.2, 0.6, 0.4, 0.6)
    expect(widget.regions).to_have_count(1)
    one, two = results(book, widget)
    assert (one["type"], two["type"], two["value"]["labels"]) == ("brush", "labels", ["sky"])
    assert one["id"] == two["id"]
    assert one["value"]["rle"] == two["value"]["rle"]


def test_a_bitmask_is_an_image_with_hard_edges(show) -> None:
    book, widget, photo = show(BITMASK)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("1")
    photo.click(0.5, 0.5)
    [area] = areas(book, widget)
    assert area == pytest.approx(3.1416 * 10**2, rel=0.05)
    assert "[0, 255]" in book.python("print(np.unique(masks()[0]).tolist())")
    [result] = results(book, widget)
    assert list(result["value"]) == ["imageDataURL", "bitmasklabels"]
    book.run_all()
    widget = Widget(book.widget())
    expect(widget.regions).to_have_count(1)


def test_what_cannot_be_drawn_is_told_and_stays(show) -> None:
    results = """[
        {"id": "short", "from_name": "mask", "to_name": "photo", "type": "brushlabels",
         "original_width": 400, "original_height": 300, "image_rotation": 0,
         "value": {"format": "rle", "rle": [0, 0, 0, 8, 57], "brushlabels": ["sky"]}}]"""
    said = f"labeler.annotate(labeler.key(0), {results})"
    book, widget, photo = show(BRUSH)
    book.python(said)
    expect(widget.regions).to_have_count(1)
    widget.said("is not shown")
    widget.root.focus()
    book.page.keyboard.press("1")
    photo.click(0.5, 0.5)
    expect(widget.regions).to_have_count(2)
    widget.button("Update").click()
    widget.saved()
    text = "print(labeler.to_label_studio()[0]['annotations'][0]['result'][0]['value']['rle'])"
    assert "[0, 0, 0, 8, 57]" in book.python(text)


def test_a_mask_of_python_is_shown_where_it_is_and_untouched_it_stays_as_it_was(show) -> None:
    book, widget, photo = show(BRUSH)
    book.python("""if 1:
        shape = np.zeros((300, 400), np.uint8); shape[60:120, 80:200] = 255
        labeler.annotate(labeler.key(0), mask=(shape, "sky"))
        before = labeler.to_label_studio()[0]['annotations'][0]['result'][0]['value']['rle']""")
    expect(widget.regions).to_have_count(1)
    widget.root.focus()
    book.page.keyboard.press("v")
    photo.click(0.35, 0.3)
    expect(widget.regions.first.get_by_role("button").first).to_have_attribute(
        "aria-pressed", "true"
    )
    photo.click(0.8, 0.8)
    expect(widget.regions.first.get_by_role("button").first).to_have_attribute(
        "aria-pressed", "false"
    )
    book.page.keyboard.press("1")
    photo.click(0.8, 0.8)
    expect(widget.regions).to_have_count(2)
    widget.button("Update").click()
    widget.saved()
    told = book.python("""if 1:
        after = labeler.to_label_studio()[0]['annotations'][0]['result'][0]['value']['rle']
        print(after == before)""")
    assert "True" in told
