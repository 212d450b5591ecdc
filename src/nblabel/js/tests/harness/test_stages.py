"""Both stages in a real Chromium: what they tell of real gestures and keys.

Run by ``make test-stages``.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from driving import (
    ROOT,
    box,
    drag,
    drag_text,
    focus_text,
    image,
    last,
    log,
    near,
    on_screen,
    picture,
    settle,
    text,
)
from nblabel.tags import TAGS

SAMPLE = "Alice moved\r\nto 👩‍👩‍👧 Berlin\rin e\u0301te\u0301 2021.\n\nשלום עולם\n🎉 done"  # noqa: RUF001  (Hebrew)


def test_text_in_the_dom_is_the_text(page: Page) -> None:
    text(page, text=SAMPLE)
    content = page.evaluate("t.ground.querySelector('.nb-text-page').textContent")
    assert content == SAMPLE


def test_drag_selects_exactly(page: Page) -> None:
    text(page, text=SAMPLE)
    for wanted in ["Alice", "Berlin", "2021", "done", "moved", "שלום"]:
        start = SAMPLE.index(wanted)
        if wanted == "שלום":
            first, final = box(page, start), box(page, start + len(wanted) - 1)
            y = (first["top"] + first["bottom"]) / 2
            drag(page, (first["right"] - 0.5, y), (final["left"] + 0.5, y))
        else:
            drag_text(page, start, start + len(wanted))
        told = last(page, "select")
        assert (told["start"], told["text"]) == (start, wanted), told


def test_drag_across_lines_and_backwards(page: Page) -> None:
    text(page, text=SAMPLE)
    start, end = SAMPLE.index("moved"), SAMPLE.index("Berlin") + 6
    drag_text(page, start, end)
    assert last(page, "select")["text"] == SAMPLE[start:end]
    a, b = box(page, end - 1), box(page, start)
    drag(page, (a["right"] - 0.5, a["top"] + 8), (b["left"] + 0.5, b["top"] + 8))
    assert last(page, "select")["text"] == SAMPLE[start:end]


def test_drag_that_leaves_the_text(page: Page) -> None:
    text(page, text="one two three\nfour five six", granularity="word", width=400)
    a = box(page, 4)
    drag(page, (a["left"] + 0.5, a["top"] + 8), (1000, a["top"] + 8))
    assert last(page, "select")["text"] == "two three"


def test_double_click_takes_the_word(page: Page) -> None:
    text(page, text=SAMPLE)
    spot = box(page, SAMPLE.index("Berlin") + 5)
    page.mouse.dblclick(spot["right"] - 1, spot["top"] + 8)
    assert last(page, "select")["text"] == "Berlin"


def test_triple_click_takes_the_line(page: Page) -> None:
    text(page, text=SAMPLE, label=False)
    spot = box(page, 2)
    page.mouse.click(spot["left"] + 2, spot["top"] + 8, click_count=3)
    selected = page.evaluate("t.ground.getRootNode().getSelection().toString()")
    assert selected == "Alice moved", repr(selected)


def test_granularity_extends_and_trims(page: Page) -> None:
    given = "  One two. Three four!  \nFive six."
    for granularity, wanted in [
        ("word", "Three"),
        ("sentence", "Three four!"),
        ("paragraph", "One two. Three four!"),
    ]:
        text(page, text=given, granularity=granularity)
        at = given.index("Three")
        drag_text(page, at + 1, at + 3)
        assert last(page, "select")["text"] == wanted
        page.evaluate("harness.clear()")


def test_without_a_label_nothing_is_made(page: Page) -> None:
    text(page, text=SAMPLE, label=False)
    drag_text(page, 0, 5)
    assert not log(page, "select")
    assert page.evaluate("t.ground.getRootNode().getSelection().toString()") == "Alice"


def test_keyboard_makes_a_span(page: Page) -> None:
    text(page, text=SAMPLE)
    focus_text(page)
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+ArrowRight")  # by words; with Control by letters
    page.keyboard.press("Enter")
    assert last(page, "select")["text"] == "Alice"
    page.keyboard.press("Control+Home")
    for _ in range(4):
        page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"] == "Alic"
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"] == "👩‍👩‍👧"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"].strip() == "Berlin"
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"] == "to 👩‍👩‍👧 Berlin"


def test_escape_drops_the_selection(page: Page) -> None:
    text(page, text=SAMPLE)
    focus_text(page)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert not log(page, "select")


def test_every_grapheme_is_one_step(page: Page) -> None:
    text(page, text=SAMPLE)
    focus_text(page)
    page.keyboard.press("Control+Home")
    steps = page.evaluate(
        "text => [...new Intl.Segmenter(undefined, {granularity: 'grapheme'})"
        ".segment(text)].length",
        SAMPLE[: SAMPLE.index("שלום")],
    )
    for _ in range(steps):
        page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.press("Enter")
    told = last(page, "select")
    assert told["end"] == SAMPLE.index("שלום"), (told, steps)


def test_click_picks_the_smallest_then_the_next(page: Page) -> None:
    marks = [
        {"id": "big", "start": 0, "end": 20},
        {"id": "small", "start": 4, "end": 7},
    ]
    text(page, text="one two three four five", marks=marks)
    spot = box(page, 5)
    at = ((spot["left"] + spot["right"]) / 2, spot["top"] + 8)
    page.mouse.click(*at)
    page.wait_for_timeout(600)
    page.mouse.click(*at)
    assert [entry["id"] for entry in log(page, "pick")] == ["small", "big"]


def test_handles_resize_the_selected_mark(page: Page) -> None:
    given = "one 🎉 two three"
    text(page, text=given, marks=[{"id": "a", "start": 0, "end": 3, "selected": True}])
    grip = page.locator("[data-edge=end]").bounding_box()
    assert grip
    target = box(page, given.index("two") + 2)
    drag(
        page,
        (grip["x"] + grip["width"] / 2, grip["y"] + 8),
        (target["right"] - 0.5, target["top"] + 8),
    )
    told = last(page, "resize")
    assert (told["start"], told["end"]) == (0, given.index("two") + 3)


def test_escape_cancels_a_resize(page: Page) -> None:
    text(page, text="one two", marks=[{"id": "a", "start": 0, "end": 3, "selected": True}])
    focus_text(page)
    grip = page.locator("[data-edge=end]").bounding_box()
    assert grip
    page.mouse.move(grip["x"] + 7, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 40, grip["y"] + 8)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert not log(page, "resize")


def test_highlights_are_own_and_go_away(page: Page) -> None:
    text(page, text="one two", marks=[{"start": 0, "end": 3}])
    page.evaluate("CSS.highlights.set('foreign', new Highlight())")
    assert page.evaluate("CSS.highlights.size") == 2
    assert page.evaluate("harness.clear()") == 1
    page.evaluate("CSS.highlights.delete('foreign')")


def test_long_texts_paint_what_is_seen(page: Page) -> None:
    line = "The quick brown fox jumps over the lazy dog and goes on for a while. " * 3
    count = 100_000 // (len(line) + 1)
    marks = [
        {"id": f"m{n}", "start": n * 100, "end": n * 100 + 9}
        for n in range(count * len(line) // 100)
    ]
    text(page, text="\n".join([line] * count), marks=marks)
    chips = page.locator(".nb-text-chip").count()
    assert 0 < chips < 150, chips
    painted = page.evaluate("[...CSS.highlights.values()].reduce((sum, one) => sum + one.size, 0)")
    assert painted < 150, painted
    page.evaluate("t.stage.show('m900')")
    page.wait_for_timeout(300)
    assert page.locator("[data-mark=m900]").count() == 1
    chip = page.locator("[data-mark=m900]").bounding_box()
    ground = page.locator(".ground").bounding_box()
    assert chip
    assert ground
    assert ground["y"] <= chip["y"] <= ground["y"] + ground["height"], (chip, ground)


def test_of_a_very_long_text_few_elements_are_watched(page: Page) -> None:
    page.evaluate(
        """() => {
            globalThis.watched = new Set();
            const { observe, unobserve } = IntersectionObserver.prototype;
            globalThis.kept = { observe, unobserve };
            for (const [name, note] of [["observe", "add"], ["unobserve", "delete"]])
                IntersectionObserver.prototype[name] = function (element) {
                    watched[note](element);
                    kept[name].call(this, element);
                };
        }"""
    )
    line = "The quick brown fox jumps over the lazy dog and goes on for a while. " * 7
    count = 1_000_000 // (len(line) + 1)
    last_line = (count - 1) * (len(line) + 1)
    text(
        page,
        text="\n".join([line] * count),
        marks=[{"id": "end", "start": last_line + 10, "end": last_line + 20}],
    )
    assert page.locator(".nb-text-line").count() == count
    at_first = page.evaluate("watched.size")
    page.evaluate("t.ground.scrollTop = t.ground.scrollHeight")
    page.wait_for_selector("[data-mark=end]")
    settle(page)
    at_the_end = page.evaluate("watched.size")
    page.evaluate("Object.assign(IntersectionObserver.prototype, kept); 0")
    assert at_first < count / 5, at_first
    assert at_the_end < count / 5, at_the_end


def test_a_long_line_paints_what_is_seen(page: Page) -> None:
    marks = [{"start": n * 100, "end": n * 100 + 9} for n in range(1000)]
    text(page, text="word and word " * 8000, marks=marks)
    assert 0 < page.locator(".nb-text-chip").count() < 300


def test_fallback_painter_paints(page: Page) -> None:
    page.evaluate("globalThis.Kept = Highlight; globalThis.Highlight = undefined; 0")
    text(page, text="one two", marks=[{"start": 0, "end": 3}])
    page.evaluate("globalThis.Highlight = Kept; 0")
    assert page.locator(".nb-text-boxes > *").count() == 1


def test_drag_selects_where_the_browser_does_not_look_into_shadow_roots(page: Page) -> None:
    page.evaluate("Document.prototype.kept = Document.prototype.caretPositionFromPoint; 0")
    page.evaluate("delete Document.prototype.caretPositionFromPoint")
    text(page, text=SAMPLE)
    for wanted in ["Alice", "Berlin", "done"]:
        start = SAMPLE.index(wanted)
        drag_text(page, start, start + len(wanted))
        assert last(page, "select")["text"] == wanted
    page.evaluate("Document.prototype.caretPositionFromPoint = Document.prototype.kept; 0")


def test_many_tags_on_one_line_do_not_widen_the_text(page: Page) -> None:
    marks = [{"start": n * 2, "end": n * 2 + 1, "label": "A LONG LABEL"} for n in range(20)]
    text(page, text="a b c d e f g h i j k l m n o p q r s t", marks=marks, width=400)
    assert page.evaluate("t.ground.scrollWidth <= t.ground.clientWidth")


def test_drag_beyond_the_edge_scrolls(page: Page) -> None:
    text(page, text="\n".join(f"line {number}" for number in range(60)), granularity="word")
    start = box(page, 0)
    page.mouse.move(start["left"] + 0.5, start["top"] + 8)
    page.mouse.down()
    page.mouse.move(start["left"] + 30, 700)
    page.wait_for_function(
        "t.ground.scrollTop + t.ground.clientHeight >= t.ground.scrollHeight - 1"
    )
    settle(page)
    page.mouse.up()
    told = last(page, "select")
    assert told["start"] == 0
    assert told["text"].endswith("line 58\nline"), told


def test_enter_picks_the_mark_at_the_caret(page: Page) -> None:
    text(page, text="one two", marks=[{"id": "a", "start": 4, "end": 7}])
    focus_text(page)
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    assert not log(page, "pick")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert last(page, "pick")["id"] == "a"


def test_a_tap_makes_a_span_of_what_a_finger_selected(page: Page) -> None:
    text(page, text="one two three")
    spot = box(page, 5)
    x, y = spot["left"] + 3, spot["top"] + 8
    tap = {"pointerType": "touch", "pointerId": 7, "clientX": x, "clientY": y, "bubbles": True}
    page.evaluate(
        """async tap => {
            const line = t.ground.querySelector(".nb-text-line");
            line.dispatchEvent(new PointerEvent("pointerdown", tap));
            const node = line.firstChild;
            t.ground.getRootNode().getSelection().setBaseAndExtent(node, 4, node, 7);
            await new Promise(done => setTimeout(done, 50));
            line.dispatchEvent(new MouseEvent("click", tap));
        }""",
        tap,
    )
    assert last(page, "select")["text"] == "two"


BOX = {"x": 100, "y": 50, "width": 100, "height": 60, "rotation": 0}


def test_drag_draws_at_the_right_pixels(page: Page) -> None:
    image(page)
    drag(page, on_screen(page, 40, 30), on_screen(page, 140, 90))
    told = last(page, "draw")
    assert told["figure"] == "rectangle"
    near(told["geometry"], x=40, y=30, width=100, height=60, rotation=0)


def test_drawing_ends_at_the_edge(page: Page) -> None:
    image(page)
    a = on_screen(page, 300, 100)
    drag(page, a, (a[0] + 2000, a[1] + 2000))
    near(last(page, "draw")["geometry"], x=300, y=100, width=100, height=100)


def test_a_click_hits_what_is_painted(page: Page) -> None:
    samples = {t: tag.sample for tag in TAGS.values() for t in tag.result_types if tag.region}
    points = np.random.default_rng(1).uniform((-20, -20), (420, 220), (3000, 2)).tolist()
    places = page.evaluate("harness.places()")
    assert {"rectangle"} <= {place["name"] for place in places}
    for place in places:
        value = samples[place["types"][0]]
        missed = page.evaluate(
            "([...given]) => harness.missed(...given)", [place["name"], value, points]
        )
        assert missed == [], place["name"]


def test_a_click_a_move_and_enter_draw_once(page: Page) -> None:
    image(page)
    page.mouse.click(*on_screen(page, 40, 30))
    page.mouse.move(*on_screen(page, 140, 90))
    page.keyboard.press("Enter")
    page.mouse.move(*on_screen(page, 200, 120))
    near(last(page, "draw")["geometry"], x=40, y=30, width=100, height=60)
    assert page.evaluate("i.stage.cancel()") is False
    assert len(log(page, "draw")) == 1


def test_two_clicks_draw(page: Page) -> None:
    image(page)
    page.mouse.click(*on_screen(page, 40, 30))
    page.mouse.move(*on_screen(page, 90, 60))
    page.mouse.click(*on_screen(page, 140, 90))
    near(last(page, "draw")["geometry"], x=40, y=30, width=100, height=60)


def test_nothing_is_drawn_without_a_label_or_by_a_tiny_drag(page: Page) -> None:
    image(page, figure=None)
    drag(page, on_screen(page, 40, 30), on_screen(page, 140, 90))
    page.evaluate("i.figure.value = 'rectangle'")
    at = on_screen(page, 40, 30)
    drag(page, at, (at[0] + 2, at[1] + 2))
    page.keyboard.press("Escape")
    assert not log(page, "draw")


def test_escape_drops_a_drawing(page: Page) -> None:
    image(page)
    page.mouse.move(*on_screen(page, 40, 30))
    page.mouse.down()
    page.mouse.move(*on_screen(page, 140, 90))
    page.keyboard.press("Escape")
    page.mouse.up()
    assert not log(page, "draw")


def test_click_picks_and_ctrl_adds(page: Page) -> None:
    other = {**BOX, "x": 250}
    image(page, shapes=[{"id": "a", "geometry": BOX}, {"id": "b", "geometry": other}], tool="move")
    page.mouse.click(*on_screen(page, 150, 80))
    page.keyboard.down("Control")
    page.mouse.click(*on_screen(page, 300, 80))
    page.keyboard.up("Control")
    told = log(page, "pick")
    assert [(entry["ids"], entry["additive"]) for entry in told] == [(["a"], False), (["b"], True)]


def test_selected_shapes_move_together(page: Page) -> None:
    other = {**BOX, "x": 250}
    shapes = [
        {"id": "a", "geometry": BOX, "selected": True},
        {"id": "b", "geometry": other, "selected": True},
    ]
    image(page, shapes=shapes)
    drag(page, on_screen(page, 150, 80), on_screen(page, 170, 95))
    (told,) = log(page, "reshape")
    changes = {change["id"]: change["geometry"] for change in told["changes"]}
    near(changes["a"], x=120, y=65, width=100, height=60)
    near(changes["b"], x=270, y=65)


def test_the_move_tool_drags_what_is_under_the_pointer(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX}], tool="move")
    drag(page, on_screen(page, 150, 80), on_screen(page, 160, 70))
    assert last(page, "pick")["ids"] == ["a"]
    near(last(page, "reshape")["changes"][0]["geometry"], x=110, y=40)


def test_locked_and_hidden_shapes_stay(page: Page) -> None:
    other = {**BOX, "x": 250}
    shapes = [
        {"id": "a", "geometry": BOX, "selected": True, "locked": True},
        {"id": "b", "geometry": other, "hidden": True},
    ]
    image(page, shapes=shapes, tool="move")
    assert page.locator("[data-handle]").count() == 0
    drag(page, on_screen(page, 150, 80), on_screen(page, 160, 70))
    page.mouse.click(*on_screen(page, 300, 80))
    assert not log(page, "reshape")
    assert last(page, "pick")["ids"] == []


def test_repeated_clicks_go_through_what_lies_under_the_pointer(page: Page) -> None:
    inner = {"x": 120, "y": 60, "width": 30, "height": 20, "rotation": 0}
    image(
        page,
        shapes=[{"id": "inner", "geometry": inner}, {"id": "outer", "geometry": BOX}],
        tool="move",
    )
    for _ in range(3):
        page.mouse.click(*on_screen(page, 130, 70))
    assert [entry["ids"] for entry in log(page, "pick")] == [["inner"], ["outer"], ["inner"]]


def test_ctrl_draws_over_a_selected_shape(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    page.keyboard.down("Control")
    drag(page, on_screen(page, 120, 60), on_screen(page, 160, 90))
    page.keyboard.up("Control")
    near(last(page, "draw")["geometry"], x=120, y=60, width=40, height=30)


def test_handles_resize(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    drag(page, on_screen(page, 200, 110), on_screen(page, 240, 130))
    near(last(page, "reshape")["changes"][0]["geometry"], x=100, y=50, width=140, height=80)
    drag(page, on_screen(page, 100, 50), on_screen(page, 80, 40))
    near(last(page, "reshape")["changes"][0]["geometry"], x=80, y=40, width=160, height=90)


def test_a_drag_back_to_its_start_changes_nothing(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    at = on_screen(page, 150, 80)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 40, at[1])
    page.mouse.move(*at)
    page.mouse.up()
    assert not log(page, "reshape")


def test_escape_cancels_a_resize_of_a_shape(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    page.mouse.move(*on_screen(page, 200, 110))
    page.mouse.down()
    page.mouse.move(*on_screen(page, 240, 130))
    page.keyboard.down("Shift")
    page.keyboard.up("Shift")
    assert not log(page, "reshape")
    page.keyboard.press("Escape")
    page.mouse.up()
    assert not log(page, "reshape")


def test_rotation_turns_about_the_centre(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    grip = page.locator("[data-handle=rotate]").bounding_box()
    assert grip
    centre = on_screen(page, 150, 80)
    far = centre[1] - grip["y"] - grip["height"] / 2
    page.keyboard.down("Shift")
    drag(
        page,
        (grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2),
        (centre[0] + far, centre[1]),
    )
    page.keyboard.up("Shift")
    geometry = last(page, "reshape")["changes"][0]["geometry"]
    near(geometry, x=180, y=30, width=100, height=60, rotation=90)


def test_rubber_band_picks(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX}], tool="move")
    drag(page, on_screen(page, 20, 20), on_screen(page, 150, 90))
    assert last(page, "pick")["ids"] == ["a"]


def test_zoom_keeps_the_point_under_the_pointer(page: Page) -> None:
    image(page)
    before = on_screen(page, 300, 120)
    page.mouse.move(*before)
    page.keyboard.down("Control")
    for _ in range(8):
        page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    settle(page)
    after = on_screen(page, 300, 120)
    assert max(abs(after[0] - before[0]), abs(after[1] - before[1])) < 1, (before, after)
    a = on_screen(page, 290, 110)
    drag(page, a, on_screen(page, 310, 125))
    near(last(page, "draw")["geometry"], x=290, y=110, width=20, height=15)


def zoom_by_wheel(page: Page, notches: int) -> float:
    """Turn the wheel with Ctrl over the image; say its scale then."""
    page.mouse.move(*on_screen(page, 200, 100))
    page.keyboard.down("Control")
    for _ in range(abs(notches)):
        page.mouse.wheel(0, -120 if notches > 0 else 120)
    page.keyboard.up("Control")
    settle(page)
    return scale(page)


def scale(page: Page) -> float:
    found: float = page.evaluate(
        """() => { const media = i.ground.querySelector("img");
                   return media.getBoundingClientRect().width / media.offsetWidth; }"""
    )
    return found


def test_zoom_attributes(page: Page) -> None:
    image(page, settings={"zoomBy": 1.5, "defaultZoom": "original"})
    assert abs(scale(page) - 1) < 0.01
    assert abs(zoom_by_wheel(page, 2) - 2.25) < 0.01
    assert abs(zoom_by_wheel(page, -9) - 1) < 0.01  # no further than the whole image, or its size
    page.evaluate("harness.clear()")
    image(page, settings={"negativeZoom": True, "defaultZoom": "original"})
    assert zoom_by_wheel(page, -9) < 0.6
    page.evaluate("harness.clear()")
    image(page, settings={"zoom": False, "defaultZoom": "original"})
    assert abs(zoom_by_wheel(page, 3) - 1) < 0.01
    page.evaluate("harness.clear()")
    image(page)
    assert scale(page) > 1.5  # a small image is fitted to the surface


@pytest.mark.parametrize(
    ("horizontal", "vertical", "x", "y"),
    [("left", "top", 0, 0), ("center", "center", 0.5, 0.5), ("right", "bottom", 1, 1)],
)
def test_alignment(page: Page, horizontal: str, vertical: str, x: float, y: float) -> None:
    alignment = {"horizontal": horizontal, "vertical": vertical}
    image(page, settings={"defaultZoom": "original", "alignment": alignment})
    found = page.evaluate(
        """() => { const own = i.ground.querySelector(".nb-image").getBoundingClientRect();
                   const box = i.ground.querySelector("img").getBoundingClientRect();
                   return [(box.left - own.left) / (own.width - box.width),
                           (box.top - own.top) / (own.height - box.height)]; }"""
    )
    assert abs(found[0] - x) < 0.01
    assert abs(found[1] - y) < 0.01


def test_size_smoothing_and_origin(page: Page) -> None:
    settings = {
        "width": "300px",
        "height": "200px",
        "maxWidth": "250px",
        "maxHeight": "150px",
        "smoothing": False,
        "crossOrigin": "anonymous",
    }
    image(page, settings=settings)
    found = page.evaluate(
        """() => { const own = i.ground.querySelector(".nb-image").getBoundingClientRect();
                   const media = i.ground.querySelector("img");
                   return [own.width, own.height, getComputedStyle(media).imageRendering,
                           media.crossOrigin]; }"""
    )
    assert found == [250, 150, "pixelated", "anonymous"]


def test_grid_and_cross_hair(page: Page) -> None:
    settings = {"grid": True, "gridSize": 50, "gridColor": "#00ff00", "crosshair": True}
    image(page, settings=settings)
    page.mouse.move(*on_screen(page, 75, 30))
    settle(page)
    found = page.evaluate(
        """() => {
            const media = i.ground.querySelector("img").getBoundingClientRect();
            const [still, live] = i.ground.querySelectorAll("canvas");
            const along = canvas => {  // the opaque columns of one row, in image pixels
              const own = canvas.getBoundingClientRect();
              const ratio = canvas.width / own.width;
              const y = Math.round((media.top - own.top + 12 * media.height / 200) * ratio);
              const row = canvas.getContext("2d").getImageData(0, y, canvas.width, 1).data;
              const columns = [];
              for (let x = 0; x < canvas.width; x++)
                if (row[4 * x + 3] > 100)
                  columns.push(Math.round((x / ratio + own.left - media.left) * 400 / media.width));
              return [...new Set(columns)];
            };
            return [along(still), along(live)];
        }"""
    )
    assert {0, 50, 100, 350, 400} <= set(found[0])
    assert not {25, 75, 125} & set(found[0])
    assert set(found[1]) <= {74, 75, 76}
    assert found[1]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_image_is_drawn_on_as_it_is_seen(page: Page, turn: int) -> None:
    image(page)
    page.evaluate("turn => { i.turn.value = turn }", turn)
    settle(page)
    width, height = (400, 200) if turn % 180 == 0 else (200, 400)
    seen = page.evaluate(
        """() => { const box = i.ground.querySelector("img").getBoundingClientRect();
                   return [box.left, box.top, box.width, box.height]; }"""
    )
    assert abs(seen[2] / seen[3] - width / height) < 0.01
    at = lambda x, y: (seen[0] + x * seen[2] / width, seen[1] + y * seen[3] / height)  # noqa: E731  (used twice)
    drag(page, at(40, 30), at(140, 90))
    near(last(page, "draw")["geometry"], x=40, y=30, width=100, height=60, rotation=0)


def test_an_address_opens_with_ctrl_or_by_enter(page: Page) -> None:
    text(page, text="See https://a.example/x, 🎉 yes", label=False, links=True)
    place = box(page, 10)
    at = (place["left"] + 2, (place["top"] + place["bottom"]) / 2)
    page.mouse.click(*at)
    assert not log(page, "link")
    page.keyboard.down("Control")
    page.mouse.click(*at)
    page.keyboard.up("Control")
    assert last(page, "link")["href"] == "https://a.example/x"
    focus_text(page)
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    assert len(log(page, "link")) == 1
    for _ in range(6):
        page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Enter")
    assert len(log(page, "link")) == 2
    assert page.evaluate("t.ground.querySelector('.nb-text-page').textContent") == (
        "See https://a.example/x, 🎉 yes"
    )


LONG = 1_000_000  # characters in one line


@pytest.mark.parametrize(
    ("words", "direction"),
    [("word 🎉 ", "ltr"), ("x", "ltr"), ("語", "ltr"), ("שלום עולם ", "rtl")],
)
def test_a_line_of_any_length_is_laid_out_in_parts(page: Page, words: str, direction: str) -> None:
    line = (words * LONG)[:LONG]
    start = LONG // 2
    text(
        page,
        text="short\n" + line + "\nshort",
        marks=[{"id": "m", "start": start, "end": start + 9}],
    )
    parts = page.evaluate(
        """() => [...t.ground.querySelectorAll(".nb-text-line")].map((part) =>
             [part.textContent.length, getComputedStyle(part).direction])"""
    )
    assert max(length for length, _ in parts) < 10_000  # the browser lays out each as a whole
    assert {way for _, way in parts[1:-1]} == {direction}
    content = page.evaluate("() => t.ground.querySelector('.nb-text-page').textContent")
    assert content == "short\n" + line + "\nshort"
    # A span over a cut, by mouse: positions are those of the text.
    cut = 6 + page.evaluate(
        """() => [...[...t.ground.querySelectorAll(".nb-text-line")].slice(1, 60)
             .reduce((all, part) => all + part.textContent, "")].length"""
    )
    page.evaluate(
        f"t.marks.value = [{{...t.marks.value[0], id: 'c', start: {cut - 3}, end: {cut + 3}}}]"
    )
    page.evaluate("t.stage.show('c')")
    page.wait_for_timeout(300)
    page.evaluate("t.ground.scrollTop += 150")  # away from the edge, where a drag would scroll
    settle(page)
    ends = [box(page, cut - 3), box(page, cut + 2)]
    before, after = ("left", "right") if direction == "ltr" else ("right", "left")
    inwards = 0.5 if direction == "ltr" else -0.5
    a, b = (
        (end[side] + by, (end["top"] + end["bottom"]) / 2)
        for end, side, by in zip(ends, (before, after), (inwards, -inwards), strict=True)
    )
    drag(page, a, b)
    told = last(page, "select")
    assert (told["start"], told["end"]) == (cut - 3, cut + 3)
    assert told["text"] == ("short\n" + line)[cut - 3 : cut + 3]


def test_what_is_copied_is_the_text_itself(page: Page) -> None:
    line = "word " * 10_000
    text(page, text=line)
    focus_text(page)
    page.keyboard.press("Control+a")
    copied = page.evaluate(
        """() => {
          const event = new ClipboardEvent("copy", {
            clipboardData: new DataTransfer(), bubbles: true, cancelable: true,
          });
          t.ground.querySelector(".nb-text-page").dispatchEvent(event);
          return event.clipboardData.getData("text/plain");
        }"""
    )
    assert copied == line


def test_plain_wheel_is_the_pages(page: Page) -> None:
    image(page)
    page.evaluate("document.body.style.height = '5000px'")
    page.mouse.move(*on_screen(page, 200, 100))
    page.mouse.wheel(0, 200)
    page.wait_for_function("scrollY > 100")
    page.evaluate("document.body.style.height = ''; scrollTo(0, 0)")


def test_two_fingers_zoom(page: Page) -> None:
    image(page)
    before = on_screen(page, 200, 100)
    devtools = page.context.new_cdp_session(page)

    def touch(figure: str, apart: float) -> None:
        points = [
            {"x": before[0] + side * apart, "y": before[1], "id": number}
            for number, side in enumerate((-1, 1))
        ]
        given = {"type": figure, "touchPoints": [] if figure == "touchEnd" else points}
        devtools.send("Input.dispatchTouchEvent", given)

    wide = on_screen(page, 400, 0)[0] - on_screen(page, 0, 0)[0]
    touch("touchStart", 50)
    for apart in (60, 80, 100):
        touch("touchMove", apart)
    touch("touchEnd", 0)
    settle(page)
    now = on_screen(page, 400, 0)[0] - on_screen(page, 0, 0)[0]
    near({"zoom": now / wide}, 0.02, zoom=2)
    near({"x": on_screen(page, 200, 100)[0]}, 2, x=before[0])
    assert not log(page, "draw") + log(page, "pick")


def count_drawn(page: Page, method: str, name: str) -> None:
    """Count under a name of the page how often canvases are drawn on by a method."""
    page.evaluate(
        """([method, name]) => {
            globalThis[name] = 0;
            const draw = CanvasRenderingContext2D.prototype[method];
            CanvasRenderingContext2D.prototype[method] = function (...given) {
                globalThis[name]++;
                return draw.apply(this, given);
            };
        }""",
        [method, name],
    )


def test_a_crowd_is_not_covered_by_its_tags(page: Page) -> None:
    count_drawn(page, "drawImage", "tags")
    page.evaluate(
        """url => {
            globalThis.at = (n, width) => ({
                id: `s${n}`, label: "x",
                geometry: {
                    x: n % 40 * 10, y: Math.floor(n / 40) * 4, width, height: 4, rotation: 0,
                },
            });
            const shapes = Array.from({length: 1001}, (_, n) => at(n, n ? 3 : 100));
            globalThis.i = harness.image({url, shapes, tool: "move"});
        }""",
        picture(400, 200),
    )
    page.wait_for_function("tags > 0")
    settle(page)
    assert page.evaluate("tags") == 1  # that of the wide one
    page.evaluate("i.shapes.value = i.shapes.value.map((s, n) => n === 5 ? at(5, 4) : s)")
    settle(page)
    assert page.evaluate("tags") <= 2
    page.evaluate(
        """tags = 0; i.shapes.value = i.shapes.value.map(
            (shape, n) => ({ ...shape, selected: n === 9, hidden: n > 900 }))"""
    )
    settle(page)
    page.evaluate("tags = 0; i.stage.zoomIn()")
    page.wait_for_function("tags > 10")  # no crowd: all but those that collide


def ten_thousand_shapes(page: Page, tool: str) -> None:
    """Show them, and count the lines that are drawn from then on."""
    count_drawn(page, "stroke", "calls")
    page.evaluate(
        """([url, tool]) => {
            const shapes = Array.from({length: 10000}, (_, n) => ({
                id: `s${n}`, label: "x",
                geometry: {
                    x: n % 100 * 4, y: Math.floor(n / 100) * 2, width: 3, height: 1, rotation: 0,
                },
            }));
            globalThis.i = harness.image({url, shapes, tool});
        }""",
        [picture(400, 200), tool],
    )
    page.wait_for_function("calls >= 10000")
    settle(page)


def test_ten_thousand_shapes_pan_by_bitmap(page: Page) -> None:
    ten_thousand_shapes(page, "pan")
    page.evaluate("calls = 0; i.stage.zoomIn(); i.stage.zoomIn()")
    page.wait_for_function("calls > 3000")  # sharp, once the zoom is over
    settle(page)
    page.evaluate("calls = 0")
    at = on_screen(page, 200, 100)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 30, at[1] + 10, steps=5)
    settle(page)
    # Only the shape under the pointer is drawn, once a frame.
    assert page.evaluate("calls") < 20
    page.mouse.up()


def test_of_ten_thousand_shapes_only_what_changed_is_painted_again(page: Page) -> None:
    ten_thousand_shapes(page, "move")
    for change in (
        "{ ...one, selected: true }",
        "{ ...one, selected: false }",
        "{ ...one, geometry: { ...one.geometry, x: one.geometry.x + 2 } }",
        "{ ...one, hidden: true }",
    ):
        page.evaluate("calls = 0")
        page.evaluate(
            f"i.shapes.value = i.shapes.value.map((one) => one.id === 's5050' ? {change} : one)"
        )
        settle(page)
        calls = page.evaluate("calls")
        assert 0 < calls < 1000, (change, calls)
    page.evaluate("calls = 0")
    page.evaluate("i.stage.zoomIn()")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.evaluate("calls") < 20  # the picture of before is scaled
    page.wait_for_function("calls > 1000")  # and a sharp one follows


def pixels_of(url: str) -> Any:
    data = base64.b64decode(url.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)


@pytest.mark.parametrize("step", [1, 0.4])  # beside each other, and over each other
def test_what_was_painted_again_looks_like_painted_at_once(page: Page, step: float) -> None:
    page.evaluate(
        """([url, step]) => {
            const shapes = Array.from({length: 60}, (_, n) => ({
                id: `s${n}`, label: `label ${n % 7}`, color: ["#d6336c", "#2b8a3e"][n % 2],
                geometry: {
                    x: n % 10 * 38 * step, y: Math.floor(n / 10) * 30 * step,
                    width: 34 + n % 3, height: 24, rotation: 0,
                },
            }));
            globalThis.i = harness.image({url, shapes, tool: "move"});
        }""",
        [picture(400, 200), step],
    )
    page.wait_for_function("harness.log.some(entry => entry.what === 'load')")
    settle(page)
    still = page.locator(".nb-image-still")
    look = "(canvas) => canvas.toDataURL()"
    at_once = still.evaluate(look)
    for to in ("{ selected: true }", "{ selected: false, hidden: true }", "{ hidden: false }"):
        page.evaluate(
            "(to) => { i.shapes.value = i.shapes.value.map((one) => "
            f"one.id === 's33' ? {{ ...one, ...{to} }} : one); }}"
        )
        settle(page)
    before, after = (pixels_of(url) for url in (at_once, still.evaluate(look)))
    assert np.abs(before - after).max() <= 4  # of 255: sums of the same, rounded elsewhere


def alpha_at(page: Page, x: float, y: float, layer: str = "still") -> int:
    """How much the shapes of a layer cover of what is under a point of the image."""
    return int(
        page.evaluate(
            """([x, y, layer]) => {
                const canvas = i.ground.querySelector(`.nb-image-${layer}`);
                const [box, at] = [canvas.getBoundingClientRect(), canvas.width];
                const scale = at / box.width;
                const [left, top] = [(x - box.left) * scale, (y - box.top) * scale];
                return canvas.getContext("2d").getImageData(left, top, 1, 1).data[3];
            }""",
            [*on_screen(page, x, y), layer],
        )
    )


def test_fills_do_not_add_up_where_many_lie_over_each_other(page: Page) -> None:
    boxes = [
        {"x": 20, "y": 20, "width": 300 - 4 * n, "height": 150, "rotation": 0} for n in range(9)
    ]
    image(page, shapes=[{"id": f"s{n}", "geometry": box} for n, box in enumerate(boxes)])
    assert 40 < alpha_at(page, 318, 100) < 52  # one fill: 0.18 of 255
    assert alpha_at(page, 100, 100) < 70  # nine of them, which would be 212


def test_of_labels_that_collide_the_larger_shapes_waits_for_the_pointer(page: Page) -> None:
    small = {"id": "small", "label": "small", "geometry": {**BOX, "x": 110, "width": 40}}
    large = {"id": "large", "label": "large", "geometry": {**BOX, "x": 100, "width": 200}}
    image(page, shapes=[{**small, "label": ""}, large])
    assert alpha_at(page, 101, 48) == 255
    image(page, shapes=[small, large])
    assert alpha_at(page, 101, 48) == 0
    assert alpha_at(page, 111, 48) == 255
    page.evaluate("i.stage.highlight('large')")
    settle(page)
    assert alpha_at(page, 101, 48, "live") == 255


def test_an_image_lies_right_in_the_first_frame_that_shows_it(page: Page) -> None:
    lies = page.evaluate(
        """url => new Promise(done => {
            globalThis.i = harness.image({url, size: {width: 400, height: 200}});
            const ground = i.ground.querySelector(".nb-image-ground");
            requestAnimationFrame(() => done(ground.style.transform));
        })""",
        picture(400, 200),
    )
    settle(page)
    assert "scale(1.995)" in lies
    assert page.locator(".nb-image-ground").evaluate("ground => ground.style.transform") == lies


def test_layers_take_room_once_something_is_painted_on_them(page: Page) -> None:
    image(page)
    widths = "() => [...i.ground.querySelectorAll('canvas')].map(canvas => canvas.width > 0)"
    assert page.evaluate(widths) == [False, False]
    page.evaluate("i.stage.zoomIn()")
    settle(page)
    page.evaluate("i.stage.fit()")
    settle(page)
    assert page.evaluate(widths) == [False, False]
    drag(page, on_screen(page, 100, 50), on_screen(page, 200, 100))
    settle(page)
    assert page.evaluate(widths) == [True, True]


def test_pan_tool_moves_the_view(page: Page) -> None:
    image(page, tool="pan")
    page.evaluate("i.stage.zoomIn(); i.stage.zoomIn(); i.stage.zoomIn()")
    settle(page)
    before = on_screen(page, 200, 100)
    drag(page, before, (before[0] + 30, before[1] + 20))
    after = on_screen(page, 200, 100)
    near({"x": after[0] - before[0], "y": after[1] - before[1]}, x=30, y=20)


def test_letters_take_the_cursor_to_the_corners_of_a_box(page: Page) -> None:
    image(page)
    page.evaluate("i.stage.focus()")
    # The first letter is a column, the second a row: a is where the image begins, z where it ends.
    for key in ["Enter", "f", "k", "Enter", "k", "p", "Enter"]:
        page.keyboard.press(key)
    near(last(page, "draw")["geometry"], x=80, y=80, width=80, height=40, rotation=0)
    for key in ["Enter", "a", "a", "f", "k", "Enter", "z", "z", "Escape"]:
        page.keyboard.press(key)
    assert len(log(page, "draw")) == 1
    assert page.evaluate("i.stage.cancel()") is False


def test_letters_are_of_what_is_seen(page: Page) -> None:
    image(page)
    page.evaluate("i.stage.focus()")
    for _ in range(6):
        page.evaluate("i.stage.zoomIn()")
    settle(page)
    seen = page.evaluate("i.stage.element.getBoundingClientRect().toJSON()")
    low = on_screen(page, 0, 0)
    scale = (on_screen(page, 400, 0)[0] - low[0]) / 400
    for key in ["Enter", "a", "a", "Enter", "z", "z", "Enter"]:
        page.keyboard.press(key)
    drawn = last(page, "draw")["geometry"]
    assert drawn["width"] < 300
    assert abs(drawn["x"] - (seen["left"] - low[0]) / scale) < 1.5


def test_arrows_take_the_cursor_further_and_alt_by_a_pixel(page: Page) -> None:
    image(page)
    page.evaluate("i.stage.focus()")
    page.keyboard.press("Enter")  # the cursor stands in the middle
    page.keyboard.press("Enter")
    for key in ["ArrowRight", "ArrowRight", "Alt+ArrowRight", "ArrowDown", "ArrowDown", "Enter"]:
        page.keyboard.press(key)
    near(last(page, "draw")["geometry"], x=200, y=100, width=9, height=4)


def test_no_letter_is_kept_from_the_labels_without_a_cursor(page: Page) -> None:
    image(page)
    page.evaluate("i.stage.focus()")
    page.evaluate("globalThis.heard = []; addEventListener('keydown', e => heard.push(e.key))")
    for key in ["q", "Enter", "w", "Control+b", "Escape", "e"]:
        page.keyboard.press(key)
    assert page.evaluate("heard") == ["q", "Control", "b", "e"]


def test_arrows_are_one_gesture_a_run(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    page.evaluate("i.stage.focus()")
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    page.keyboard.up("ArrowRight")
    page.keyboard.press("Alt+Shift+ArrowDown")
    told = log(page, "reshape")
    assert len(told) == 2
    near(told[0]["changes"][0]["geometry"], 0.01, x=103, y=50)
    near(told[1]["changes"][0]["geometry"], 0.01, x=103, y=50, height=70)


def test_broken_images_are_told(page: Page) -> None:
    page.evaluate("globalThis.i = harness.image({url: 'data:image/png;base64,AAAA'})")
    page.wait_for_function("harness.log.some(entry => entry.what === 'error')")


def test_the_size_does_not_jump(page: Page) -> None:
    page.evaluate("url => { globalThis.i = harness.image({url}) }", picture(200, 3000))
    before = page.locator(".nb-image").bounding_box()
    page.wait_for_function("harness.log.some(entry => entry.what === 'load')")
    settle(page)
    assert page.locator(".nb-image").bounding_box() == before


def test_disposing_takes_every_listener_away(page: Page) -> None:
    page.evaluate(
        """() => {
            const {addEventListener, removeEventListener} = EventTarget.prototype;
            globalThis.restore = () =>
                Object.assign(EventTarget.prototype, {addEventListener, removeEventListener});
            globalThis.listening = 0;
            EventTarget.prototype.addEventListener = function (...given) {
                listening++;
                return addEventListener.apply(this, given);
            };
            EventTarget.prototype.removeEventListener = function (...given) {
                listening--;
                return removeEventListener.apply(this, given);
            };
        }"""
    )
    text(page, text=SAMPLE, marks=[{"start": 0, "end": 5}])
    image(page, shapes=[{"id": "a", "geometry": BOX}])
    assert page.evaluate("listening") > 20
    page.evaluate("harness.clear()")
    assert page.evaluate("listening") == 0
    page.evaluate("restore(); 0")


def test_axe_finds_nothing(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    text(
        page,
        text=SAMPLE,
        marks=[
            {"start": 0, "end": 5, "selected": True},
            {"start": 17, "end": 23, "suggestion": True, "score": 0.9, "color": "#e8890c"},
        ],
    )
    axe = ROOT / "node_modules/axe-core/axe.min.js"
    page.evaluate(axe.read_text())
    found = page.evaluate(
        "async () => (await axe.run(document.body, {rules: {region: {enabled: false}}}))"
        ".violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | '))"
    )
    assert not found, found


TURNED = {"tool": "rectangle-3point"}


def test_a_turned_box_is_drawn_by_three_clicks(page: Page) -> None:
    image(page, ground=TURNED)
    for x, y in [(100, 40), (160, 120), (120, 150)]:
        page.mouse.move(*on_screen(page, x, y))
        page.mouse.click(*on_screen(page, x, y))
    box = last(page, "draw")["geometry"]
    assert (round(box["x"]), round(box["y"]), round(box["width"])) == (100, 40, 100)
    assert box["rotation"] == pytest.approx(53.13, abs=0.6)
    assert round(box["height"]) == 50


def test_its_first_side_may_be_dragged_and_is_taken_back(page: Page) -> None:
    image(page, ground=TURNED)
    drag(page, on_screen(page, 100, 100), on_screen(page, 200, 100))
    assert not log(page, "draw")
    page.keyboard.press("Backspace")
    page.mouse.click(*on_screen(page, 180, 100))
    page.mouse.move(*on_screen(page, 150, 60))
    page.mouse.click(*on_screen(page, 150, 60))
    box = last(page, "draw")["geometry"]
    assert {key: round(value) for key, value in box.items()} == {
        "x": 100,
        "y": 60,
        "width": 80,
        "height": 40,
        "rotation": 0,
    }
