"""Drives both stages in a real Chromium and checks what they tell.

Run from src/nblabel/js: ``python tests/harness/drive.py [--shots FOLDER]``.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sklearn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
ESBUILD = HERE.parents[1] / "node_modules/.bin/esbuild"
CHECKS: list[Callable[[Page], None]] = []


def check(function: Callable[[Page], None]) -> Callable[[Page], None]:
    CHECKS.append(function)
    return function


def bundle() -> str:
    command = [str(ESBUILD), str(HERE / "page.ts"), "--bundle", "--format=iife"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def picture(width: int, height: int) -> str:
    """Data URL of an image whose colours tell where one is."""
    image = Image.new("RGB", (width, height))
    image.putdata(
        [(x * 255 // width, y * 255 // height, 90) for y in range(height) for x in range(width)]
    )
    raw = io.BytesIO()
    image.save(raw, "PNG")
    return "data:image/png;base64," + base64.b64encode(raw.getvalue()).decode()


def text(page: Page, **given: Any) -> None:
    page.evaluate("given => { globalThis.t = harness.text(given) }", given)
    settle(page)


def image(page: Page, **given: Any) -> None:
    given = {"url": picture(400, 200), **given}
    page.evaluate("given => { globalThis.i = harness.image(given) }", given)
    page.wait_for_function("harness.log.some(entry => entry.what === 'load')")
    settle(page)


def settle(page: Page) -> None:
    page.evaluate(
        "() => new Promise(done =>"
        " requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"
    )


def log(page: Page, what: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = page.evaluate(
        "what => harness.log.filter(entry => entry.what === what)", what
    )
    return entries


def last(page: Page, what: str) -> dict[str, Any]:
    entries = log(page, what)
    assert entries, f"nothing told of {what}"
    return entries[-1]


def box(page: Page, point: int) -> dict[str, float]:
    found: dict[str, float] = page.evaluate("point => t.boxOf(point)", point)
    assert found, f"no box of code point {point}"
    return found


def drag_text(page: Page, start: int, end: int) -> None:
    """From before code point `start` to after code point `end - 1`."""
    first, final = box(page, start), box(page, end - 1)
    page.mouse.move(first["left"] + 0.5, (first["top"] + first["bottom"]) / 2)
    page.mouse.down()
    page.mouse.move(final["left"], (final["top"] + final["bottom"]) / 2, steps=3)
    page.mouse.move(final["right"] - 0.5, (final["top"] + final["bottom"]) / 2)
    page.mouse.up()
    settle(page)


def drag(page: Page, a: tuple[float, float], b: tuple[float, float]) -> None:
    page.mouse.move(*a)
    page.mouse.down()
    page.mouse.move((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    page.mouse.move(*b)
    page.mouse.up()
    settle(page)


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the image is on the screen, from the media element itself."""
    at = page.evaluate(
        """([x, y]) => {
            const media = i.ground.querySelector("img");
            const box = media.getBoundingClientRect();
            return [box.left + x * box.width / media.offsetWidth,
                    box.top + y * box.height / media.offsetHeight];
        }""",
        [x, y],
    )
    return at[0], at[1]


def near(given: dict[str, float], slack: float = 1.0, **wanted: float) -> None:
    for name, value in wanted.items():
        assert abs(given[name] - value) <= slack, f"{name}: {given[name]} instead of {value}"


def focus_text(page: Page) -> None:
    page.evaluate("t.stage.focus()")
    settle(page)


SAMPLE = "Alice moved\r\nto 👩‍👩‍👧 Berlin\rin e\u0301te\u0301 2021.\n\nשלום עולם\n🎉 done"


@check
def text_in_the_dom_is_the_text(page: Page) -> None:
    text(page, text=SAMPLE)
    content = page.evaluate("t.ground.querySelector('.nb-text-page').textContent")
    assert content == SAMPLE


@check
def drag_selects_exactly(page: Page) -> None:
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


@check
def drag_across_lines_and_backwards(page: Page) -> None:
    text(page, text=SAMPLE)
    start, end = SAMPLE.index("moved"), SAMPLE.index("Berlin") + 6
    drag_text(page, start, end)
    assert last(page, "select")["text"] == SAMPLE[start:end]
    a, b = box(page, end - 1), box(page, start)
    drag(page, (a["right"] - 0.5, a["top"] + 8), (b["left"] + 0.5, b["top"] + 8))
    assert last(page, "select")["text"] == SAMPLE[start:end]


@check
def drag_that_leaves_the_text(page: Page) -> None:
    text(page, text="one two three\nfour five six", granularity="word", width=400)
    a = box(page, 4)
    drag(page, (a["left"] + 0.5, a["top"] + 8), (1000, a["top"] + 8))
    assert last(page, "select")["text"] == "two three"


@check
def double_click_takes_the_word(page: Page) -> None:
    text(page, text=SAMPLE)
    spot = box(page, SAMPLE.index("Berlin") + 5)
    page.mouse.dblclick(spot["right"] - 1, spot["top"] + 8)
    assert last(page, "select")["text"] == "Berlin"


@check
def triple_click_takes_the_line(page: Page) -> None:
    text(page, text=SAMPLE, label=False)
    spot = box(page, 2)
    page.mouse.click(spot["left"] + 2, spot["top"] + 8, click_count=3)
    selected = page.evaluate("t.ground.getRootNode().getSelection().toString()")
    assert selected == "Alice moved", repr(selected)


@check
def granularity_extends_and_trims(page: Page) -> None:
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


@check
def without_a_label_nothing_is_made(page: Page) -> None:
    text(page, text=SAMPLE, label=False)
    drag_text(page, 0, 5)
    assert not log(page, "select")
    assert page.evaluate("t.ground.getRootNode().getSelection().toString()") == "Alice"


@check
def keyboard_makes_a_span(page: Page) -> None:
    text(page, text=SAMPLE)
    focus_text(page)
    page.keyboard.press("Control+Home")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"] == "Alice"
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"] == "👩‍👩‍👧"
    page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"].strip() == "Berlin"
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Enter")
    assert last(page, "select")["text"] == "to 👩‍👩‍👧 Berlin"


@check
def escape_drops_the_selection(page: Page) -> None:
    text(page, text=SAMPLE)
    focus_text(page)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert not log(page, "select")


@check
def every_grapheme_is_one_step(page: Page) -> None:
    text(page, text=SAMPLE)
    focus_text(page)
    page.keyboard.press("Control+Home")
    steps = page.evaluate(
        "text => [...new Intl.Segmenter(undefined, {granularity: 'grapheme'}).segment(text)].length",
        SAMPLE[: SAMPLE.index("שלום")],
    )
    for _ in range(steps):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    told = last(page, "select")
    assert told["end"] == SAMPLE.index("שלום"), (told, steps)


@check
def click_picks_the_smallest_then_the_next(page: Page) -> None:
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


@check
def handles_resize_the_selected_mark(page: Page) -> None:
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


@check
def escape_cancels_a_resize(page: Page) -> None:
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


@check
def highlights_are_own_and_go_away(page: Page) -> None:
    text(page, text="one two", marks=[{"start": 0, "end": 3}])
    page.evaluate("CSS.highlights.set('foreign', new Highlight())")
    assert page.evaluate("CSS.highlights.size") == 2
    assert page.evaluate("harness.clear()") == 1
    page.evaluate("CSS.highlights.delete('foreign')")


@check
def long_texts_paint_what_is_seen(page: Page) -> None:
    line = "The quick brown fox jumps over the lazy dog and goes on for a while. " * 3
    count = 100_000 // (len(line) + 1)
    marks = [
        {"id": f"m{n}", "start": n * 100, "end": n * 100 + 9} for n in range(count * len(line) // 100)
    ]
    text(page, text="\n".join([line] * count), marks=marks)
    chips = page.locator(".nb-text-chip").count()
    assert 0 < chips < 150, chips
    painted = page.evaluate("[...CSS.highlights.values()].reduce((sum, one) => sum + one.size, 0)")
    assert painted < 150, painted
    page.evaluate("t.stage.focusMark('m900')")
    page.wait_for_timeout(300)
    assert page.locator("[data-mark=m900]").count() == 1
    chip = page.locator("[data-mark=m900]").bounding_box()
    ground = page.locator(".ground").bounding_box()
    assert chip and ground
    assert ground["y"] <= chip["y"] <= ground["y"] + ground["height"], (chip, ground)


@check
def a_long_line_paints_what_is_seen(page: Page) -> None:
    marks = [{"start": n * 100, "end": n * 100 + 9} for n in range(1000)]
    text(page, text="word and word " * 8000, marks=marks)
    assert 0 < page.locator(".nb-text-chip").count() < 300


@check
def fallback_painter_paints(page: Page) -> None:
    page.evaluate("globalThis.Kept = Highlight; globalThis.Highlight = undefined; 0")
    text(page, text="one two", marks=[{"start": 0, "end": 3}])
    page.evaluate("globalThis.Highlight = Kept; 0")
    assert page.locator(".nb-text-boxes > *").count() == 1


BOX = {"x": 100, "y": 50, "width": 100, "height": 60, "rotation": 0}


@check
def drag_draws_at_the_right_pixels(page: Page) -> None:
    image(page)
    drag(page, on_screen(page, 40, 30), on_screen(page, 140, 90))
    told = last(page, "draw")
    assert told["kind"] == "rectangle"
    near(told["geometry"], x=40, y=30, width=100, height=60, rotation=0)


@check
def drawing_ends_at_the_edge(page: Page) -> None:
    image(page)
    a = on_screen(page, 300, 100)
    drag(page, a, (a[0] + 2000, a[1] + 2000))
    near(last(page, "draw")["geometry"], x=300, y=100, width=100, height=100)


@check
def two_clicks_draw(page: Page) -> None:
    image(page)
    page.mouse.click(*on_screen(page, 40, 30))
    page.mouse.move(*on_screen(page, 90, 60))
    page.mouse.click(*on_screen(page, 140, 90))
    near(last(page, "draw")["geometry"], x=40, y=30, width=100, height=60)


@check
def nothing_is_drawn_without_a_label_or_by_a_tiny_drag(page: Page) -> None:
    image(page, kind=None)
    drag(page, on_screen(page, 40, 30), on_screen(page, 140, 90))
    page.evaluate("i.kind.value = 'rectangle'")
    at = on_screen(page, 40, 30)
    drag(page, at, (at[0] + 2, at[1] + 2))
    page.keyboard.press("Escape")
    assert not log(page, "draw")


@check
def escape_drops_a_drawing(page: Page) -> None:
    image(page)
    page.mouse.move(*on_screen(page, 40, 30))
    page.mouse.down()
    page.mouse.move(*on_screen(page, 140, 90))
    page.keyboard.press("Escape")
    page.mouse.up()
    assert not log(page, "draw")


@check
def click_picks_and_ctrl_adds(page: Page) -> None:
    other = {**BOX, "x": 250}
    image(page, shapes=[{"id": "a", "geometry": BOX}, {"id": "b", "geometry": other}], tool="move")
    page.mouse.click(*on_screen(page, 150, 80))
    page.keyboard.down("Control")
    page.mouse.click(*on_screen(page, 300, 80))
    page.keyboard.up("Control")
    told = log(page, "pick")
    assert told[0]["ids"] == ["a"] and told[1]["ids"] == ["b"] and told[1]["additive"]


@check
def selected_shapes_move_together(page: Page) -> None:
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


@check
def ctrl_draws_over_a_selected_shape(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    page.keyboard.down("Control")
    drag(page, on_screen(page, 120, 60), on_screen(page, 160, 90))
    page.keyboard.up("Control")
    near(last(page, "draw")["geometry"], x=120, y=60, width=40, height=30)


@check
def handles_resize(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    drag(page, on_screen(page, 200, 110), on_screen(page, 240, 130))
    near(last(page, "reshape")["changes"][0]["geometry"], x=100, y=50, width=140, height=80)
    drag(page, on_screen(page, 100, 50), on_screen(page, 80, 40))
    near(last(page, "reshape")["changes"][0]["geometry"], x=80, y=40, width=160, height=90)


@check
def rotation_turns_about_the_centre(page: Page) -> None:
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


@check
def rubber_band_picks(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX}], tool="move")
    drag(page, on_screen(page, 20, 20), on_screen(page, 150, 90))
    assert last(page, "pick")["ids"] == ["a"]


@check
def zoom_keeps_the_point_under_the_pointer(page: Page) -> None:
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


@check
def plain_wheel_is_the_pages(page: Page) -> None:
    image(page)
    page.evaluate("document.body.style.height = '5000px'")
    page.mouse.move(*on_screen(page, 200, 100))
    page.mouse.wheel(0, 200)
    page.wait_for_function("scrollY > 100")
    page.evaluate("document.body.style.height = ''; scrollTo(0, 0)")


@check
def pan_tool_moves_the_view(page: Page) -> None:
    image(page, tool="pan")
    page.evaluate("i.stage.zoomIn(); i.stage.zoomIn(); i.stage.zoomIn()")
    settle(page)
    before = on_screen(page, 200, 100)
    drag(page, before, (before[0] + 30, before[1] + 20))
    after = on_screen(page, 200, 100)
    near({"x": after[0] - before[0], "y": after[1] - before[1]}, x=30, y=20)


@check
def keyboard_places_a_box(page: Page) -> None:
    image(page)
    page.evaluate("i.stage.focus()")
    page.keyboard.press("Enter")
    for key in ["ArrowRight", "ArrowRight", "Alt+ArrowDown", "Shift+ArrowRight"]:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    near(last(page, "draw")["geometry"], x=152, y=85, width=101, height=50, rotation=0)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert len(log(page, "draw")) == 1


@check
def arrows_are_one_gesture_a_run(page: Page) -> None:
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


@check
def broken_images_are_told(page: Page) -> None:
    page.evaluate("globalThis.i = harness.image({url: 'data:image/png;base64,AAAA'})")
    page.wait_for_function("harness.log.some(entry => entry.what === 'error')")


@check
def the_size_does_not_jump(page: Page) -> None:
    page.evaluate("url => { globalThis.i = harness.image({url}) }", picture(200, 3000))
    before = page.locator(".nb-image").bounding_box()
    page.wait_for_function("harness.log.some(entry => entry.what === 'load')")
    settle(page)
    assert page.locator(".nb-image").bounding_box() == before


@check
def axe_finds_nothing(page: Page) -> None:
    image(page, shapes=[{"id": "a", "geometry": BOX, "selected": True}])
    text(
        page,
        text=SAMPLE,
        marks=[
            {"start": 0, "end": 5, "selected": True},
            {"start": 17, "end": 23, "suggestion": True, "score": 0.9, "color": "#e8890c"},
        ],
    )
    axe = HERE.parents[1] / "node_modules/axe-core/axe.min.js"
    page.evaluate(axe.read_text())
    found = page.evaluate(
        "async () => (await axe.run(document.body, {rules: {region: {enabled: false}}}))"
        ".violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | '))"
    )
    assert not found, found


def shots(page: Page, folder: Path) -> None:
    """Pictures of both stages to look at."""
    story = (
        "Alice Johnson moved from Paris to Berlin in March 2021, where she joined Siemens as head "
        "of research 👩‍🔬. Two years later Bob Miller of Acme Corporation met her in London.\n"
        "Nobody at Initech had heard of the project before the Reuters report.\n\n"
        "שלום עולם, this is Tel Aviv."
    )
    kinds = [
        ("Alice Johnson", "PER", "#d6336c", {}),
        ("Alice", "GIVEN", "#7048e8", {}),
        ("Paris", "LOC", "#1c7ed6", {}),
        ("Berlin in March 2021", "EVENT", "#0ca678", {}),
        ("Berlin", "LOC", "#1c7ed6", {}),
        ("March 2021", "DATE", "#f08c00", {"suggestion": True, "score": 0.91}),
        ("Siemens", "ORG", "#2f9e44", {"selected": True}),
        ("Bob Miller", "PER", "#d6336c", {"suggestion": True, "score": 0.88}),
        ("Acme Corporation met her in London.\nNobody", "ORG", "#2f9e44", {"suggestion": True}),
        ("Reuters", "ORG", "#ffe066", {}),
        ("שלום", "GREETING", "#1c7ed6", {}),
    ]
    marks = []
    for number, (words, label, color, more) in enumerate(kinds):
        start = story.index(words)
        mark = {"id": f"k{number}", "start": start, "end": start + len(words), "label": label}
        marks.append({**mark, "color": color, **more})
    sample = Path(sklearn.__file__).parent / "datasets/images/china.jpg"
    url = "data:image/jpeg;base64," + base64.b64encode(sample.read_bytes()).decode()

    def rect(x: float, y: float, width: float, height: float, turn: float = 0) -> dict[str, float]:
        return {"x": x, "y": y, "width": width, "height": height, "rotation": turn}

    shapes = [
        {"label": "roof", "color": "#e8590c", "geometry": rect(92, 28, 230, 80), "selected": True},
        {"label": "tree", "color": "#2f9e44", "geometry": rect(3, 192, 76, 94)},
        {"label": "water", "color": "#1c7ed6", "geometry": rect(400, 180, 120, 60, 20)},
        {"label": "sky", "color": "#ffe066", "geometry": rect(300, -4, 330, 90)},
        {
            "label": "tree",
            "color": "#2f9e44",
            "geometry": rect(543, 140, 94, 146),
            "suggestion": True,
            "score": 0.77,
        },
    ]
    for width in (800, 500):
        for dark in (False, True):
            page.evaluate("harness.clear()")
            text(page, text=story, marks=marks, dark=dark, width=width)
            image(page, url=url, shapes=shapes, dark=dark, width=width)
            focus_text(page)
            page.wait_for_timeout(200)
            name = f"{width}-{'dark' if dark else 'light'}.png"
            page.screenshot(path=str(folder / name), full_page=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="checks whose name holds this")
    options.add_argument("--shots", type=Path, help="folder for pictures to look at")
    given = options.parse_args()
    only = given.only
    failed = 0
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_content("<!doctype html><html lang=en><title>stages</title><body></body>")
        page.add_script_tag(content=bundle())
        for one in CHECKS:
            if only not in one.__name__:
                continue
            page.evaluate("harness.clear()")
            page.mouse.move(0, 0)
            try:
                one(page)
                assert not problems, problems
                print("ok  ", one.__name__)
            except Exception as error:
                failed += 1
                problems.clear()
                print("FAIL", one.__name__, "-", str(error)[:400])
        if given.shots:
            shots(page, given.shots)
    raise SystemExit(f"{failed} failed" if failed else 0)


if __name__ == "__main__":
    main()
