"""Regions copied and pasted: onto other tasks, other images, other labelers, and taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from browser.configs import PICTURES, SETUP, labeler, texts
from browser.labeler import PATIENCE, Widget
from browser.plain.notebook import Plain

BOXES = """<View>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo"><Label value="house" hotkey="1"/></RectangleLabels>
  <Choices name="sure" toName="photo" perRegion="true" layout="inline"><Choice value="yes" hotkey="y"/></Choices>
</View>"""

WORDS = """<View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="PER" hotkey="1"/></Labels>
</View>"""

IMAGES = "pd.DataFrame({'image': [picture(400, 300), picture(200, 100)]})"


def results(book: Plain, row: int) -> list[dict[str, Any]]:
    printed = book.python(
        "import json\n"
        f"work = labeler.project.view({row}).annotation\n"
        "print(json.dumps([item.result for item in work.items]))"
    )
    found: list[dict[str, Any]] = json.loads(printed)
    return found


def opened(plain: Callable[..., Plain], *cells: str) -> tuple[Plain, Widget]:
    book = plain(SETUP, *cells)
    book.run_all()
    widget = Widget(book.widget())
    expect(widget.task).to_have_text(re.compile(r"^1 / "), timeout=PATIENCE)
    return book, widget


def test_a_box_and_its_answer_go_to_another_task_and_back_off_it(plain) -> None:
    book, widget = opened(plain, PICTURES, labeler(BOXES, IMAGES))
    keys = book.page.keyboard
    photo = widget.picture("photo", 400, 300)
    widget.root.focus()
    keys.press("1")
    photo.drag(0.1, 0.1, 0.4, 0.4)
    widget.regions.first.get_by_role("button").first.click()
    keys.press("y")
    keys.press("Control+c")
    keys.press("Control+v")
    expect(widget.regions).to_have_count(2)  # a little aside
    keys.press("Alt+ArrowDown")
    widget.at(2, 2)
    keys.press("Control+v")
    expect(widget.regions).to_have_count(1)
    widget.saved()
    first, its, second, _ = results(book, 0)
    assert second["value"]["x"] > first["value"]["x"]
    box, answer = results(book, 1)
    for key in ("x", "y", "width", "height"):
        assert box["value"][key] == first["value"][key]
    assert (box["original_width"], box["original_height"]) == (200, 100)
    assert answer["value"]["choices"] == its["value"]["choices"] == ["yes"]
    assert box["id"] == answer["id"] != first["id"]
    keys.press("Control+z")
    expect(widget.regions).to_have_count(0)
    widget.saved()
    assert book.python("print(len(labeler.check()))") == "0"


def test_a_mark_goes_where_its_words_stand_and_text_is_still_copied(plain) -> None:
    book, widget = opened(
        plain, labeler(WORDS, texts("Ana left.", "He saw Ana.", "Nobody.", "Ana and Ana, Ana"))
    )
    page = book.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys = page.keyboard
    widget.select("left", within="text")
    keys.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "left"
    keys.press("Escape")
    widget.root.focus()
    keys.press("1")
    widget.select("Ana", within="text")
    widget.regions.first.get_by_role("button").first.click()
    keys.press("Control+c")
    # The system's clipboard is written a moment later.
    copied = page.evaluate("""async () => {
      for (let at = 0; at < 500; at++) {
        const text = await navigator.clipboard.readText();
        if (text !== "left") return text;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }""")
    told = json.loads(copied)
    assert told["nblabel"]["regions"][0]["words"] == "Ana"
    spans = []
    for task in (2, 3, 4):
        keys.press("Alt+ArrowDown")
        widget.at(task, 4)
        keys.press("Control+v")
        if task == 3:
            widget.said("its words do not stand there")
        else:
            expect(widget.regions).to_have_count(1)
            widget.saved()
            spans.append(results(book, task - 1)[0]["value"])
    assert [(span["start"], span["end"], span["text"]) for span in spans] == [
        (7, 10, "Ana"),
        (0, 3, "Ana"),
    ]


def test_from_one_labeler_to_another_on_the_page(plain) -> None:
    other = BOXES.replace('"photo"', '"img"').replace('name="box"', 'name="frame"')
    book = plain(SETUP, PICTURES, labeler(BOXES, IMAGES), labeler(other, IMAGES, "other"))
    book.run_all()
    one, two = Widget(book.widget(0)), Widget(book.widget(1))
    photo = one.picture("photo", 400, 300)
    two.picture("img", 400, 300)
    one.root.focus()
    book.page.keyboard.press("1")
    photo.drag(0.1, 0.1, 0.4, 0.4)
    one.regions.first.get_by_role("button").first.click()
    book.page.keyboard.press("Control+c")
    two.root.focus()
    book.page.keyboard.press("Control+v")
    expect(two.regions).to_have_count(1)
    two.saved()
    printed = book.python(
        "print([i.result['from_name'] for i in other.project.view(0).annotation.items])"
    )
    assert printed == "['frame']"
