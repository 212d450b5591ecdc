"""How it looks: pictures to look at, and what can be said of them in numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.configs import BOXES, CHOICES, PICTURES, SETUP, SPANS, labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain

Open = Callable[..., Plain]
SHOTS = Path(__file__).parent / "screenshots"
SHOWN = re.compile(r"^\d+ / ")


def first(book: Plain) -> Widget:
    widget = Widget(book.widget())
    expect(widget.task).to_have_text(SHOWN)
    return widget


def overflowing(widget: Widget) -> list[str]:
    """Parts of the widget that stick out of it sideways, or are cut without a way to scroll."""
    return widget.root.evaluate(
        """(root) => {
          const box = root.getBoundingClientRect();
          return [...root.querySelectorAll('button, select, [role=status], img, p')].filter((el) => {
            const own = el.getBoundingClientRect();
            return own.width > 0 && !el.closest('.nb-decisions, .nb-image')
              && (own.right > box.right + 1 || own.left < box.left - 1);
          }).map((el) => el.outerHTML.slice(0, 120));
        }"""
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 600])
def test_pictures(plain: Open, theme: str, width: int) -> None:
    """A window of 600 px leaves an output cell of about 500."""
    words = "Alice Johnson moved from Paris to Berlin, where she joined Siemens. " * 3
    book = plain(
        SETUP,
        PICTURES,
        labeler(SPANS, texts(words), name="spans", theme=theme),
        labeler(BOXES, "[{'image': picture(400, 300)}]", name="boxes", theme=theme),
        labeler(CHOICES, texts(words), name="choices", theme=theme),
    )
    book.page.set_viewport_size({"width": width, "height": 1000})
    book.run_all()
    for n, name in enumerate(["spans", "boxes", "choices"]):
        widget = Widget(book.widget(n))
        expect(widget.task).to_have_text(SHOWN)
        widget.root.scroll_into_view_if_needed()
        if name == "spans":
            widget.button("PER").click()
            widget.select("Alice Johnson", within="text")
            expect(widget.regions).to_have_count(1)
        if name == "boxes":
            widget.button("roof").click()
            widget.picture("photo", 400, 300).drag(0.2, 0.2, 0.8, 0.5)
            expect(widget.regions).to_have_count(1)
        widget.root.screenshot(path=SHOTS / f"{name}-{theme}-{width}.png")
        assert overflowing(widget) == []


def test_long_texts_and_big_images_do_not_stretch_the_cell(plain: Open) -> None:
    book = plain(
        SETUP,
        PICTURES,
        labeler(SPANS, "pd.DataFrame({'text': ['word ' * 20_000 + 'x' * 5_000]})"),
        labeler(BOXES, "[{'image': picture(3000, 4000)}]"),
    )
    book.run_all()
    for n in range(2):
        widget = Widget(book.widget(n))
        expect(widget.task).to_have_text(SHOWN)
        box = widget.root.bounding_box()
        assert box
        assert box["height"] < 800
        assert box["width"] < 1280
        assert overflowing(widget) == []


ROWS = """<View style="display: flex">
  <View style="width: 70%; padding: 10px"><Text name="text" value="$text"/></View>
  <View style="width: 30%; padding: 10px">
    <Choices name="kind" toName="text"><Choice value="Handwritten"/><Choice value="Printed"/></Choices>
    <Rating name="stars" toName="text" maxRating="12" size="large"/>
  </View>
</View>"""


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (500, False)])
def test_rows_of_a_config_wrap_where_there_is_little_room(
    plain: Open, width: int, beside: bool
) -> None:
    book = plain(SETUP, labeler(ROWS, texts("Ana met Bob. " * 6)))
    book.page.set_viewport_size({"width": width, "height": 1000})
    book.run_all()
    widget = first(book)
    text = widget.root.get_by_role("textbox", name="Text text").bounding_box()
    choice = widget.root.get_by_role("radio", name="Handwritten").bounding_box()
    assert text
    assert choice
    assert choice["width"] > 150
    assert choice["height"] < 50
    assert (choice["x"] > text["x"] + text["width"]) == beside
    assert overflowing(widget) == []


def test_heights_do_not_jump_between_tasks(plain: Open) -> None:
    book = plain(SETUP, labeler(CHOICES, texts("a", "long " * 2000, "c")))
    book.run_all()
    widget = first(book)
    heights = set()
    for _ in range(3):
        box = widget.root.bounding_box()
        assert box
        heights.add(round(box["height"]))
        widget.choose("positive") if len(heights) < 3 else None
        book.page.wait_for_timeout(100)
    assert len(heights) == 1


def test_styles_of_a_config_stay_in_the_widget(plain: Open) -> None:
    config = CHOICES.replace(
        "<View>",
        "<View style='position: fixed; inset: 0; z-index: 99999'><Style>"
        "body, main { background: rgb(1, 2, 3) !important } .nb { outline: 0 }"
        "</Style>",
        1,
    )
    book = plain(SETUP, labeler(config, texts("a")))
    book.run_all()
    widget = first(book)
    colors = book.page.evaluate(
        "() => [document.body, document.querySelector('main')].map("
        "(el) => getComputedStyle(el).backgroundColor)"
    )
    assert "rgb(1, 2, 3)" not in colors
    inside = widget.root.evaluate(
        """(root) => {
          const box = root.getBoundingClientRect();
          const view = root.querySelector('.nb-view').getBoundingClientRect();
          return view.top >= box.top - 1 && view.bottom <= box.bottom + 1;
        }"""
    )
    assert inside
    book.page.get_by_role("button", name="Run all", exact=True).click(trial=True)


def test_strangers_texts_become_no_script(plain: Open) -> None:
    attack = "<img src=x onerror=\\'window.hacked=1\\'><script>window.hacked=1</script>"
    config = """<View><Header value="$text"/><Text name="text" value="$text"/>
      <Choices name="c" toName="text" value="$choices"><Choice value="fine"/></Choices></View>"""
    data = f"[{{'text': '{attack}', 'choices': [{{'value': '{attack}', 'html': '<b>bold</b>{attack}'}}]}}]"
    book = plain(SETUP, labeler(config, data))
    book.run_all()
    widget = first(book)
    expect(widget.group("c").locator("b")).to_have_text("bold")
    book.page.wait_for_timeout(300)
    assert book.page.evaluate("() => window.hacked === undefined")
    expect(widget.group("text")).to_contain_text("<script>")


LINES = """(page) => {
  const lines = new Map();
  const range = document.createRange();
  const walk = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const top = Math.round(range.getBoundingClientRect().top);
      lines.set(top, (lines.get(top) ?? 0) + 1);
    }
  return [...lines.values()];
}"""


def test_short_texts_are_large_in_lines_that_are_good_to_read(plain: Open) -> None:
    words = "Ada Lovelace met Charles Babbage at a party in London, and they wrote letters. "
    book = plain(SETUP, labeler(SPANS, texts(words * 4, words * 40)))
    book.page.set_viewport_size({"width": 1400, "height": 900})
    book.run_all()
    widget = first(book)
    text = widget.root.get_by_role("textbox", name="Text text")
    lines = text.evaluate(LINES)
    assert 50 < max(lines) <= 70
    large = text.evaluate("(text) => parseFloat(getComputedStyle(text).fontSize)")
    widget.button("Submit").click()
    widget.at(2, 2)
    assert max(text.evaluate(LINES)) > 80
    assert text.evaluate("(text) => parseFloat(getComputedStyle(text).fontSize)") < large


def test_nothing_moves_while_labeling(plain: Open) -> None:
    config = SPANS.replace("</View>", CHOICES.partition('value="$text"/>')[2])
    book = plain(SETUP, labeler(config, texts("Ana met Bob and Cleo. " * 6)))
    book.run_all()
    widget = first(book)
    parts = [
        widget.root.get_by_role("textbox", name="Text text"),
        widget.root.get_by_role("radio", name="negative"),
        widget.button("LOC"),
        widget.button("Submit"),
    ]
    before = [part.bounding_box() for part in parts]
    widget.button("PER").click()
    for name in ["Ana", "Bob", "Cleo"]:
        widget.select(name, within="text")
    widget.root.get_by_role("radio", name="negative").click()
    expect(widget.regions).to_have_count(3)
    assert [part.bounding_box() for part in parts] == before
