"""Gestures at random, over all families: the page and the store say the same, there and back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
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
  <KeyPointLabels name="point" toName="photo"><Label value="spire" hotkey="f"/></KeyPointLabels>
  <BitmaskLabels name="bits" toName="photo" strokeWidth="20"><Label value="lawn" hotkey="g"/></BitmaskLabels>
  <TextArea name="said" toName="photo" perRegion="true"/>
  <Image name="pages" valueList="$pages"/>
  <Rectangle name="frame" toName="pages" strokeColor="red"/>
  <Labels name="kinds" toName="pages" choice="multiple"><Label value="one" hotkey="z"/><Label value="two" hotkey="c"/></Labels>
  <Choices name="grade" toName="pages" perItem="true"><Choice value="good" hotkey="v"/><Choice value="bad" hotkey="y"/></Choices>
  <HyperText name="leaf" value="$html"/>
  <Labels name="leaves" toName="leaf"><Label value="Leaf" hotkey="i"/></Labels>
  <Text name="left" value="$text"/><Text name="right" value="$text"/>
  <Pairwise name="better" toName="left,right"/>
  <List name="hits" value="$hits"/>
  <Ranker name="order" toName="hits"><Bucket name="best"/><Bucket name="rest" default="true"/></Ranker>
  <DateTime name="day" toName="text" only="date"/>
  <Repeater on="$pages"><Choices name="again_{{idx}}" toName="text"><Choice value="yes {{idx}}"/><Choice value="no {{idx}}"/></Choices></Repeater>
</View>"""
WORDS = ["Ada", "met", "Bob", "in", "Rome", "and", "wrote", "of", "it", "to", "Carl"]
DATA = f"""[{{"text": {" ".join(WORDS)!r}, "html": "<h1>One head</h1><p>and <b>some</b> body</p>",
  "talk": [{{"author": "Eve", "text": "Who is there?"}}, {{"author": "Max", "text": "It is me."}}],
  "image": picture(400, 300), "pages": [picture(400, 300), picture(300, 400)],
  "hits": [{{"id": one, "title": "Hit " + one}} for one in "abc"]}}]"""
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


def mark_leaf(widget: Widget, dice: random.Random) -> None:
    press(widget, "i")
    widget.select(dice.choice(["One", "head", "some", "body"]), within="leaf")


def date(widget: Widget, dice: random.Random) -> None:
    widget.group("day").locator("input").first.fill(f"2026-01-{dice.randint(10, 28)}")
    press(widget, "Enter")


def prefer(widget: Widget, dice: random.Random) -> None:
    widget.group(dice.choice(["left", "right"])).click(position={"x": 6, "y": 6})


def rank(widget: Widget, dice: random.Random) -> None:
    dice.choice(widget.group("order").get_by_role("button", name="Move ").all()).focus()
    press(widget, "Space", dice.choice(["ArrowDown", "ArrowUp", "ArrowLeft"]), "Space")


def repeat(widget: Widget, dice: random.Random) -> None:
    widget.choose(dice.choice(["yes 0", "no 0", "yes 1", "no 1"]))


def say(widget: Widget, dice: random.Random) -> None:
    if select(widget, dice):
        field = widget.root.get_by_role("textbox", name="said")
        if field.count():
            field.last.fill(dice.choice(WORDS))
            press(widget, "Enter")


def turn_page(widget: Widget, dice: random.Random) -> None:
    """No change, but what comes after is about another picture."""
    widget.image("pages").click(trial=True)
    press(widget, dice.choice(["Control+ArrowLeft", "Control+ArrowRight"]))


def frame(widget: Widget, dice: random.Random) -> None:
    press(widget, dice.choice("zc"))
    drag(widget, dice, "pages")


def paste(widget: Widget, dice: random.Random) -> None:
    if select(widget, dice):
        press(widget, "Control+c", "Control+v")


def spot(widget: Widget, dice: random.Random, name: str = "photo") -> tuple[float, float]:
    surface = widget.image(name)
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box
    return box["x"] + box["width"] * dice.uniform(0.1, 0.9), box["y"] + box[
        "height"
    ] * dice.uniform(0.1, 0.9)


def draw(key: str) -> Gesture:
    def drawn(widget: Widget, dice: random.Random) -> None:
        press(widget, key)
        drag(widget, dice, "photo")

    return drawn


def drag(widget: Widget, dice: random.Random, name: str) -> None:
    mouse = widget.page.mouse
    mouse.move(*spot(widget, dice, name))
    mouse.down()
    mouse.move(*spot(widget, dice, name), steps=4)
    mouse.up()


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
    *(date, prefer, rank, repeat, say, turn_page),
    *(mark_words, mark_words, mark_document, mark_leaf, mark_turn),
    *(draw("q"), draw("d"), draw("t"), draw("g"), draw("f"), draw_points("w"), draw_points("s")),
    *(frame, frame, on_a_region("v"), on_a_region("y"), paste),
    *(on_a_region("Delete"), on_a_region("Control+d"), on_a_region("6"), on_a_region("7")),
    *(on_a_region("ArrowRight", "ArrowDown"), on_a_region("Alt+]"), on_a_region("Alt+[")),
    *(on_a_region("1"), on_a_region("c")),
    *(note, relate, relate),
)


def said(book: Plain, widget: Widget) -> tuple[int, list[Any]]:
    """Count the changes so far, and give what the last led to, once the page has shown them."""
    book.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    widget.saved()
    entries, results = json.loads(book.python(SAID))
    return entries, results


def looks(page: Page, widget: Widget) -> dict[str, Any]:
    """What somebody sees of it, on the first page: the lists, and what the forms hold."""
    from_the_start(widget)
    press(widget, "Control+ArrowLeft")
    shown: dict[str, Any] = widget.root.evaluate(
        """(root) => {
          const texts = (selector) => [...root.querySelectorAll(selector)].map((e) => e.textContent);
          return {
            regions: texts(".nb-side .nb-row"),
            checked: [...root.querySelectorAll("[aria-checked=true], input:checked")]
              .map((e) => e.getAttribute("aria-label") || e.textContent || e.value),
            fields: [...root.querySelectorAll(".nb-data input:not([type=range]), .nb-data textarea")].map((e) => e.value),
            entries: texts(".nb-data li"),
          };
        }"""
    )
    return shown


def first_steps(widget: Widget) -> Iterator[Callable[[], None]]:
    """Two regions, a copy and a relation: what is fetched for these is there from then on."""

    def mark(word: str, many: int) -> None:
        from_the_start(widget)
        press(widget, "1")
        widget.select(word, within="text")
        expect(widget.regions).to_have_count(many)

    def copy() -> None:
        from_the_start(widget)
        press(widget, "Alt+Shift+1", "Control+c", "Control+v")
        expect(widget.regions).to_have_count(3)

    def relate_them() -> None:
        from_the_start(widget)
        press(widget, "Alt+Shift+1", "Alt+r", "Alt+Shift+2", "Alt+r")
        expect(widget.root.get_by_role("list", name="Relations", exact=True)).to_be_visible()

    return iter([partial(mark, "Ada", 1), partial(mark, "Bob", 2), copy, relate_them])


@pytest.mark.parametrize("seed", range(6))
def test_there_and_back(show: Any, seed: int) -> None:
    dice = random.Random(seed)
    book, widget = show(PICTURES, labeler(CONFIG, DATA, store="gestures.db"))
    expect(widget.image("photo")).to_be_visible()
    seen = [said(book, widget)[1]]
    for step in first_steps(widget):
        step()
        entries, results = said(book, widget)
        seen.append(results)
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
