"""A model asked with what is drawn: clicks and boxes in, suggestions out, accepted with a key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from browser.configs import SETUP, labeler
from browser.labeler import Picture, Widget
from browser.plain.notebook import Plain

SMART = """
  <KeyPointLabels name="spot" toName="photo" smart="true">
    <Label value="roof" hotkey="1"/><Label value="sun" hotkey="2"/>
  </KeyPointLabels>
  <RectangleLabels name="frame" toName="photo" smart="true">
    <Label value="roof" hotkey="3"/><Label value="sun" hotkey="4"/>
  </RectangleLabels>"""
LABELS = '<Label value="roof"/><Label value="sun"/>'
MASK = f"""<View><Image name="photo" value="$image"/>{SMART}
  <BrushLabels name="found" toName="photo" smart="false">{LABELS}</BrushLabels></View>"""
POLYGON = MASK.replace("BrushLabels", "PolygonLabels")
BOX = f"""<View><Image name="photo" value="$image"/>
  <KeyPointLabels name="spot" toName="photo" smartOnly="true">
    <Label value="roof" hotkey="1"/><Label value="sun" hotkey="2"/>
  </KeyPointLabels>
  <RectangleLabels name="found" toName="photo" smart="false">{LABELS}</RectangleLabels></View>"""

# A house under a sun: the roof is a triangle, the sun a disc, both of one colour with some noise.
HOUSE = """
import json
import threading
import numpy as np
from PIL import Image, ImageDraw

def house(seed=1):
    image = Image.new("RGB", (400, 300), "#9ec5e8")
    draw = ImageDraw.Draw(image)
    draw.polygon([(80, 150), (200, 60), (320, 150)], fill="#b5462f")
    draw.rectangle([100, 150, 300, 270], fill="#e9dcc3")
    draw.ellipse([30, 30, 80, 80], fill="#f4d03f")
    noise = np.random.default_rng(seed).integers(-6, 7, (300, 400, 3))
    return np.clip(np.asarray(image) + noise, 0, 255).astype("uint8")

def results(at=0):
    said = {task["id"]: task for task in labeler.to_label_studio(drafts=True)}.get(at + 1, {})
    return [r for one in said.get("annotations") or said.get("drafts", []) for r in one["result"]]

class Waits:
    "Answers the nth question with a box that begins at 10 n, once it is let."
    version = "1"
    def __init__(self):
        self.asked, self.gate = [], threading.Semaphore(0)
    def predict(self, tasks, context=None):
        if context is None:
            return [None for _ in tasks]
        self.asked.append(context["result"])
        n = len(self.asked)
        self.gate.acquire()
        box = {"x": 10 * n, "y": 5, "width": 20, "height": 30, "rotation": 0,
               "rectanglelabels": ["roof"]}
        return [[{"from_name": "found", "to_name": "photo", "type": "rectanglelabels", "value": box}]]
waits = Waits()
"""
DATA = "[{'image': house(1)}, {'image': house(2)}]"
FAILS = """lambda tasks, context=None: (
    [None] * len(tasks) if context is None
    else (_ for _ in ()).throw(RuntimeError("out of memory")))"""
SEGMENT = "nl.models.Segment()"

Show = Callable[..., tuple[Plain, Widget, Picture]]


@pytest.fixture
def show(plain: Callable[..., Plain]) -> Show:
    def show(config: str, model: str = SEGMENT, **more: Any) -> tuple[Plain, Widget, Picture]:
        cell = labeler(config, DATA, predict="@", **more).replace("'@'", model)
        book = plain(SETUP, HOUSE, cell)
        book.run_all()
        widget = Widget(book.widget())
        expect(widget.task).to_have_text(re.compile(r"^\d+ / "))
        photo = widget.picture("photo", 400, 300)
        widget.root.focus()
        return book, widget, photo

    return show


def switch(widget: Widget) -> Locator:
    return widget.button("Ask the model with what is drawn")


def answered(widget: Widget) -> Locator:
    """What the bar says over the image; there while something is asked."""
    return widget.group("photo").get_by_role("status")


def results(book: Plain, widget: Widget, task: int = 0) -> list[dict[str, Any]]:
    widget.saved()
    found: list[dict[str, Any]] = json.loads(book.python(f"print(json.dumps(results({task})))"))
    return found


def on_roof(book: Plain, control: str = "found") -> dict[str, int]:
    """How many pixels of the mask lie on the roof, and how many elsewhere."""
    return dict(
        json.loads(
            book.python(
                "frame, [mask] = labeler.results(drafts=True, masks=True)\n"
                "red = house()[..., 0].astype(int) - house()[..., 2] > 90\n"
                "red[:85, :85] = False\n"
                "print(json.dumps({'on': int(((mask > 127) & red).sum()),"
                " 'off': int(((mask > 127) & ~red).sum()), 'all': int(red.sum())}))"
            )
        )
    )


def test_a_click_becomes_a_mask_that_a_key_accepts(show: Show) -> None:
    book, widget, photo = show(MASK)
    keys = book.page.keyboard
    expect(switch(widget)).to_have_attribute("aria-pressed", "false")
    keys.press("1")
    keys.press("m")
    expect(switch(widget)).to_have_attribute("aria-pressed", "true")
    photo.click(0.5, 0.35)
    expect(answered(widget)).to_have_text("Suggested")
    expect(widget.suggestions).to_have_count(1)
    expect(widget.regions).to_have_count(0)
    assert results(book, widget) == []
    keys.press("a")
    expect(widget.regions).to_have_count(1)
    expect(answered(widget)).to_have_count(0)
    [made] = results(book, widget)
    assert made["from_name"] == "found"
    assert made["type"] == "brushlabels"
    assert made["origin"] == "prediction"
    assert made["value"]["brushlabels"] == ["roof"]
    assert (made["original_width"], made["original_height"]) == (400, 300)
    counted = on_roof(book)
    assert counted["on"] > 0.95 * counted["all"]
    assert counted["off"] < 0.05 * counted["all"]
    keys.press("Control+Enter")
    expect(widget.task).to_have_text("2 / 2")
    assert [one["id"] for one in results(book, widget)] == [made["id"]]


def test_what_is_accepted_is_one_gesture(show: Show) -> None:
    book, widget, photo = show(POLYGON)
    keys = book.page.keyboard
    keys.press("1")
    keys.press("m")
    photo.click(0.5, 0.35)
    expect(widget.suggestions).to_have_count(1)
    keys.press("a")
    expect(widget.regions).to_have_count(1)
    [made] = results(book, widget)
    assert made["type"] == "polygonlabels"
    across = [x for x, _ in made["value"]["points"]]
    assert abs(min(across) - 20) < 2
    assert abs(max(across) - 80) < 2
    keys.press("Control+z")
    expect(widget.regions).to_have_count(0)
    expect(widget.suggestions).to_have_count(0)
    assert results(book, widget) == []
    keys.press("Control+Shift+z")
    expect(widget.regions).to_have_count(1)
    assert results(book, widget) == [made]


def test_a_box_is_a_question_too(show: Show) -> None:
    book, widget, photo = show(MASK)
    keys = book.page.keyboard
    keys.press("m")
    keys.press("4")
    photo.drag(0.04, 0.05, 0.25, 0.32)
    expect(widget.suggestions).to_have_count(1)
    widget.button("Accept").first.click()
    [made] = results(book, widget)
    assert made["value"]["brushlabels"] == ["sun"]
    area = book.python("print(int((labeler.results(drafts=True, masks=True)[1][0] > 127).sum()))")
    assert 1800 < int(area) < 2500  # a disc of 51 pixels
    # It stays in the hand, with its label.
    photo.drag(0.1, 0.15, 0.9, 0.55)
    expect(widget.suggestions).to_have_count(1)
    expect(widget.regions).to_have_count(1)


def test_clicks_add_up_and_alt_says_what_is_not_meant(show: Show) -> None:
    book, widget, photo = show(BOX, "waits")
    keys = book.page.keyboard
    keys.press("2")
    photo.click(0.2, 0.2)
    expect(answered(widget)).to_have_text("The model is asked …")
    keys.down("Alt")
    photo.click(0.6, 0.8)
    keys.up("Alt")
    keys.press("Shift+M")
    photo.click(0.7, 0.8)
    keys.press("Shift+M")
    photo.click(0.3, 0.2)
    book.python("waits.gate.release(9)")
    expect(widget.suggestions).to_have_count(1)
    asked = json.loads(book.python("print(json.dumps(waits.asked))"))
    assert len(asked[0]) == 1
    assert [one["is_positive"] for one in asked[-1]] == [True, False, False, True]
    [first, *_] = asked[-1]
    assert first["from_name"] == "spot"
    assert first["to_name"] == "photo"
    assert first["type"] == "keypointlabels"
    assert (first["original_width"], first["original_height"]) == (400, 300)
    assert abs(first["value"]["x"] - 20) < 1
    assert abs(first["value"]["y"] - 20) < 1
    assert first["value"]["keypointlabels"] == first["value"]["labels"] == ["sun"]
    assert len({one["id"] for one in asked[-1]}) == 4


def test_a_step_back_takes_back_the_last_click_and_escape_all(show: Show) -> None:
    book, widget, photo = show(BOX, "waits")
    keys = book.page.keyboard
    book.python("waits.gate.release(99)")
    keys.press("1")
    photo.click(0.5, 0.35)
    photo.click(0.6, 0.8)
    keys.press("Control+z")
    expect(answered(widget)).to_have_text("Suggested")
    assert json.loads(book.python("print(json.dumps([len(a) for a in waits.asked]))"))[-1] == 1
    keys.press("Backspace")
    expect(answered(widget)).to_have_count(0)
    expect(widget.suggestions).to_have_count(0)
    photo.click(0.5, 0.35)
    expect(widget.suggestions).to_have_count(1)
    keys.press("Escape")
    expect(widget.suggestions).to_have_count(0)
    photo.click(0.5, 0.35)
    expect(widget.suggestions).to_have_count(1)
    keys.press("x")
    expect(widget.suggestions).to_have_count(0)
    expect(answered(widget)).to_have_count(0)
    assert results(book, widget) == []
    assert book.python("print(labeler.timeline().shape[0])") == "0"


def test_a_newer_question_makes_an_older_answer_worthless(show: Show) -> None:
    book, widget, photo = show(BOX, "waits")
    keys = book.page.keyboard
    keys.press("1")
    photo.click(0.5, 0.35)
    expect(answered(widget)).to_have_text("The model is asked …")
    photo.click(0.5, 0.4)
    book.python("waits.gate.release()")  # the first: nobody waits for it any more
    expect(answered(widget)).to_have_text("The model is asked …")
    expect(widget.suggestions).to_have_count(0)
    book.python("waits.gate.release()")
    expect(widget.suggestions).to_have_count(1)
    keys.press("a")
    [made] = results(book, widget)
    assert made["value"]["x"] == 20


def test_while_the_model_thinks_labeling_goes_on(show: Show) -> None:
    book, widget, photo = show(BOX, "waits")
    keys = book.page.keyboard
    keys.press("1")
    photo.click(0.5, 0.35)
    expect(answered(widget)).to_have_text("The model is asked …")
    keys.press("3")  # an ordinary box, of a control that does not ask
    photo.drag(0.1, 0.6, 0.3, 0.9)
    expect(widget.regions).to_have_count(1)
    keys.press("Control+Enter")
    expect(widget.task).to_have_text("2 / 2")
    expect(answered(widget)).to_have_count(0)
    book.python("waits.gate.release()")
    keys.press("1")
    photo.click(0.5, 0.35)
    book.python("waits.gate.release()")
    expect(widget.suggestions).to_have_count(1)
    keys.press("a")
    [made] = results(book, widget, 1)
    assert made["value"]["x"] == 20  # of the second question
    assert len(results(book, widget, 0)) == 1


def test_a_model_that_fails_is_told_and_the_next_question_is_asked(show: Show) -> None:
    book, widget, photo = show(BOX, FAILS)
    keys = book.page.keyboard
    keys.press("1")
    photo.click(0.5, 0.35)
    expect(widget.messages).to_contain_text("predict= failed with RuntimeError: out of memory")
    expect(answered(widget)).to_have_text("No answer came")
    photo.click(0.5, 0.4)
    expect(widget.messages).to_contain_text("RuntimeError")
    keys.press("Escape")
    keys.press("Control+Space")
    expect(widget.task).to_have_text("2 / 2")


def test_by_keyboard_only(show: Show) -> None:
    book, widget, _ = show(MASK)
    keys = book.page.keyboard
    for key in ("m", "1", "Tab"):
        keys.press(key)
    widget.image("photo").focus()
    for key in ("Enter", "m", "i", "Enter"):  # the cursor, its column and row, a click
        keys.press(key)
    expect(widget.suggestions).to_have_count(1)
    keys.press("a")
    counted = on_roof(book)
    assert counted["on"] > 0.95 * counted["all"]
    keys.press("Control+Enter")
    expect(widget.task).to_have_text("2 / 2")


def test_without_a_model_nothing_is_offered(show: Show) -> None:
    book, widget, photo = show(MASK, "None")
    keys = book.page.keyboard
    expect(switch(widget)).to_have_count(0)
    keys.press("m")
    keys.press("1")
    photo.click(0.5, 0.35)
    expect(widget.regions).to_have_count(1)  # a key point
    keys.press("?")
    expect(widget.root).to_contain_text("Pan the image")
    expect(widget.root).not_to_contain_text("Ask the model")
    keys.press("Escape")
    book.python("labeler.model = nl.models.Segment()")
    expect(switch(widget)).to_have_count(1)
    keys.press("m")
    expect(switch(widget)).to_have_attribute("aria-pressed", "true")
    book.python("labeler.model = None")
    expect(switch(widget)).to_have_count(0)


def test_what_only_asks_is_drawn_by_hand_without_a_model(show: Show) -> None:
    book, widget, photo = show(BOX, "None")
    book.page.keyboard.press("1")
    photo.click(0.5, 0.35)
    expect(widget.regions).to_have_count(1)
    [spot] = results(book, widget)
    assert (spot["type"], spot["value"]["keypointlabels"]) == ("keypointlabels", ["roof"])


def test_others_work_is_not_asked_about(show: Show) -> None:
    book, widget, photo = show(BOX, "waits", annotator="ana")
    box = {"x": 1, "y": 1, "width": 9, "height": 9, "rectanglelabels": ["sun"]}
    book.python(
        "labeler.annotate(0, [{'from_name': 'found', 'to_name': 'photo',"
        f" 'type': 'rectanglelabels', 'value': {box}}}], annotator='ben')"
    )
    keys = book.page.keyboard
    keys.press("1")
    widget.root.get_by_label("Whose annotation").select_option(index=1)
    photo.click(0.5, 0.35)
    expect(answered(widget)).to_have_count(0)
    assert book.python("print(len(waits.asked))") == "0"


def test_two_tasks_from_the_first_click_to_the_export(show: Show) -> None:
    book, widget, photo = show(MASK)
    keys = book.page.keyboard
    keys.press("m")
    for _ in range(2):
        keys.press("1")
        photo.click(0.5, 0.35)
        expect(answered(widget)).to_have_text("Suggested")
        keys.press("a")
        keys.press("2")
        photo.click(0.14, 0.18)
        expect(answered(widget)).to_have_text("Suggested")
        keys.press("a")
        expect(widget.regions).to_have_count(2)
        keys.press("Control+Enter")
    expect(widget.root).to_contain_text("2 done")
    for task in (0, 1):
        found = results(book, widget, task)
        assert [one["value"]["brushlabels"] for one in found] == [["roof"], ["sun"]]
    assert book.python("print(len(labeler.check()))") == "0"
