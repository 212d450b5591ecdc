"""Gestures at random, over all families: the page and the store say the same, there and back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.configs import PICTURES, labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

CONFIG = """<View>
  <Relations><Relation value="of"/></Relations>
  <Labels name="ner" toName="text"><Label value="PER" hotkey="1"/><Label value="LOC" hotkey="2"/></Labels>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text" choice="multiple">
    <Choice value="calm" hotkey="3"/><Choice value="loud" hotkey="4"/><Choice value="sad" hotkey="5"/>
  </Choices>
  <Choices name="sure" toName="text" perRegion="true">
    <Choice value="sure" hotkey="6"/><Choice value="unsure" hotkey="7"/>
  </Choices>
  <Rating name="stars" toName="text" hotkey="8"/>
  <Number name="count" toName="text"/>
  <TextArea name="why" toName="text" editable="true"/>
  <Taxonomy name="kind" toName="text"><Choice value="a"><Choice value="b"/></Choice><Choice value="c"/></Taxonomy>
  <HyperTextLabels name="parts" toName="page"><Label value="Head" hotkey="9"/></HyperTextLabels>
  <HyperText name="page" value="$html" inline="true"/>
  <ParagraphLabels name="turns" toName="talk"><Label value="Ask" hotkey="0"/></ParagraphLabels>
  <Paragraphs name="talk" value="$talk"/>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo"><Label value="roof" hotkey="q"/></RectangleLabels>
  <PolygonLabels name="area" toName="photo"><Label value="sea" hotkey="w"/></PolygonLabels>
  <EllipseLabels name="round" toName="photo"><Label value="sun" hotkey="d"/></EllipseLabels>
  <BrushLabels name="mask" toName="photo" strokeWidth="30"><Label value="sky" hotkey="t"/></BrushLabels>
  <VectorLabels name="line" toName="photo"><Label value="road" hotkey="s"/></VectorLabels>
</View>"""
WORDS = ["Ada", "met", "Bob", "in", "Rome", "and", "wrote", "of", "it", "to", "Carl"]
DATA = f"""[{{"text": {" ".join(WORDS)!r}, "html": "<h1>One head</h1><p>and <b>some</b> body</p>",
  "talk": [{{"author": "Eve", "text": "Who is there?"}}, {{"author": "Max", "text": "It is me."}}],
  "image": picture(400, 300)}}]"""
SAID = """
import json
log = labeler.history(labeler.key(0))
print(json.dumps([len(log), log[-1].results if log else []]))
"""

Gesture = Callable[[Widget, random.Random], None]


def press(widget: Widget, *keys: str) -> None:
    for key in keys:
        widget.page.keyboard.press(key)


def from_the_start(widget: Widget) -> None:
    """Let go of what was selected, taken or begun; then the keys are the labeler's."""
    widget.root.focus()
    press(widget, "Escape", "Escape", "Escape")


def choose(widget: Widget, dice: random.Random) -> None:
    press(widget, dice.choice("345"))


def rate(widget: Widget, dice: random.Random) -> None:
    press(widget, *"8" * dice.randint(1, 3))


def count(widget: Widget, dice: random.Random) -> None:
    widget.root.get_by_role("spinbutton").first.fill(str(dice.randint(0, 99)))
    press(widget, "Enter")


def write(widget: Widget, dice: random.Random) -> None:
    widget.root.get_by_role("textbox", name="why").last.fill(dice.choice(WORDS))
    press(widget, "Enter")


def classify(widget: Widget, dice: random.Random) -> None:
    widget.group("kind").get_by_role("button").last.click()
    press(widget, "ArrowDown", "Enter", "Escape")


def mark_words(widget: Widget, dice: random.Random) -> None:
    press(widget, dice.choice("12"))
    widget.select(dice.choice(WORDS[:3] + WORDS[4:]), within="text")


def mark_document(widget: Widget, dice: random.Random) -> None:
    press(widget, "9")
    widget.select(dice.choice(["One", "head", "some", "body"]), within="page")


def mark_turn(widget: Widget, dice: random.Random) -> None:
    press(widget, "0")
    widget.select(dice.choice(["Who is", "there?", "It is me."]), within="talk")


def spot(widget: Widget, dice: random.Random) -> tuple[float, float]:
    surface = widget.image("photo")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box
    return box["x"] + box["width"] * dice.uniform(0.1, 0.9), box["y"] + box[
        "height"
    ] * dice.uniform(0.1, 0.9)


def draw(key: str) -> Gesture:
    def drawn(widget: Widget, dice: random.Random) -> None:
        press(widget, key)
        mouse = widget.page.mouse
        mouse.move(*spot(widget, dice))
        mouse.down()
        mouse.move(*spot(widget, dice), steps=4)
        mouse.up()

    return drawn


def draw_points(key: str) -> Gesture:
    def drawn(widget: Widget, dice: random.Random) -> None:
        press(widget, key)
        widget.page.keyboard.down("Control")  # over whatever lies there
        for _ in range(4):
            widget.page.mouse.click(*spot(widget, dice))
        widget.page.keyboard.up("Control")
        press(widget, "Enter")

    return drawn


def select(widget: Widget, dice: random.Random) -> bool:
    """Select a region by its number; false where there is none."""
    many = min(widget.regions.count(), 9)
    if many:
        press(widget, f"Alt+Shift+{dice.randint(1, many)}")
    return many > 0


def on_a_region(*keys: str) -> Gesture:
    def done(widget: Widget, dice: random.Random) -> None:
        if select(widget, dice):
            press(widget, *keys)

    return done


def note(widget: Widget, dice: random.Random) -> None:
    if select(widget, dice):
        press(widget, "Alt+m")
        widget.page.keyboard.type(dice.choice(WORDS))
        press(widget, "Enter")


def relate(widget: Widget, dice: random.Random) -> None:
    if select(widget, dice):
        press(widget, "Alt+r")
        select(widget, dice)
        press(widget, "Alt+r")


GESTURES: tuple[Gesture, ...] = (
    *(choose, rate, count, write, classify),
    *(mark_words, mark_words, mark_document, mark_turn),
    *(draw("q"), draw("d"), draw("t"), draw_points("w"), draw_points("s")),
    *(on_a_region("Delete"), on_a_region("Control+d"), on_a_region("6"), on_a_region("7")),
    *(on_a_region("ArrowRight", "ArrowDown"), on_a_region("Alt+]"), on_a_region("1")),
    *(note, relate, relate),
)


def said(book: Plain, widget: Widget) -> tuple[int, list[Any]]:
    widget.saved()
    entries, results = json.loads(book.python(SAID))
    return entries, results


def looks(page: Page, widget: Widget) -> dict[str, Any]:
    """What somebody sees of it: the lists, and what the forms hold."""
    from_the_start(widget)
    shown: dict[str, Any] = widget.root.evaluate(
        """(root) => {
          const texts = (selector) => [...root.querySelectorAll(selector)].map((e) => e.textContent);
          return {
            regions: texts(".nb-side .nb-row"),
            checked: [...root.querySelectorAll("[aria-checked=true], input:checked")]
              .map((e) => e.getAttribute("aria-label") || e.textContent || e.value),
            fields: [...root.querySelectorAll(".nb-data input, .nb-data textarea")].map((e) => e.value),
            entries: texts(".nb-data li"),
          };
        }"""
    )
    return shown


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_there_and_back(show: Any, seed: int) -> None:
    dice = random.Random(seed)
    book, widget = show(PICTURES, labeler(CONFIG, DATA, store="gestures.db"))
    expect(widget.image("photo")).to_be_visible()
    seen = [said(book, widget)[1]]
    entries = 0
    for _ in range(30):
        gesture = dice.choice(GESTURES)
        from_the_start(widget)
        gesture(widget, dice)
        now, results = said(book, widget)
        assert now - entries <= 1 + 3 * (gesture is rate), f"{gesture.__name__} is one gesture"
        if now - entries == 1:
            seen.append(results)
        elif now > entries:  # several presses: each is a step back of its own
            log = json.loads(book.python(LOG))
            seen += log[entries:now]
        assert results == seen[-1], gesture.__name__
        entries = now

    for state in seen[-2::-1]:
        undo(widget)
        assert said(book, widget)[1] == state
    for state in seen[1:]:
        widget.root.focus()
        press(widget, "Control+Shift+z")
        assert said(book, widget)[1] == state

    before = looks(book.page, widget)
    address = book.kernel.run("again = nl.Labeler(labeler.project); again")["shown"]
    book.page.evaluate("(given) => show(...given)", [2, address])
    other = Widget(book.widget())
    other.at(1, of=1)
    expect(other.regions).to_have_count(widget.regions.count())
    assert looks(book.page, other) == before
    assert book.errors == []


LOG = "print(json.dumps([entry.results for entry in labeler.history(labeler.key(0))]))"


def undo(widget: Widget) -> None:
    widget.root.focus()
    press(widget, "Control+z")
