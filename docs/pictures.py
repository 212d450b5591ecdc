"""Takes the pictures of the README: labels small projects in JupyterLab (`make pictures`)."""

from __future__ import annotations

import re
import sys
import tempfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, expect, sync_playwright

from browser.chromium import find
from browser.conftest import ARGUMENTS
from browser.lab import Notebook, Server
from browser.labeler import Widget

IMAGES = ROOT / "docs" / "images"

SETUP = """
import nblabel as nl
import pandas as pd
from PIL import Image, ImageDraw

def spans(task):
    text = task["data"]["text"]
    return [{"id": label + word[:3], "from_name": "ner", "to_name": "text", "type": "labels", "score": score,
             "value": {"start": text.index(word), "end": text.index(word) + len(word), "text": word, "labels": [label]}}
            for word, label, score in [("March 2021", "DATE", .91), ("Bob Miller", "PER", .88),
                                       ("Acme Corporation", "ORG", .88)] if word in text]

def house(draw, x, y, size, wall, roof):
    draw.rectangle([x, y, x + size, y + size * .7], fill=wall)
    draw.polygon([(x - size * .1, y), (x + size / 2, y - size * .45), (x + size * 1.1, y)], fill=roof)
    draw.rectangle([x + size * .4, y + size * .35, x + size * .6, y + size * .7], fill="#6b4a35")
    for left in (.12, .7):
        draw.rectangle([x + size * left, y + size * .18, x + size * (left + .18), y + size * .36], fill="#cfe6f5")

def tree(draw, x, y, size, green):
    draw.rectangle([x - size * .06, y, x + size * .06, y + size * .5], fill="#7a5a3c")
    for dx, dy, r in [(0, -.2, .34), (-.2, 0, .26), (.2, 0, .26)]:
        draw.ellipse([x + (dx - r) * size, y + (dy - r) * size, x + (dx + r) * size, y + (dy + r) * size], fill=green)

def village():
    image = Image.new("RGB", (2560, 1708))
    draw = ImageDraw.Draw(image)
    for y in range(1708):
        share = min(y / 1100, 1)
        draw.line([(0, y), (2560, y)], fill=(int(150 + 80 * share), int(196 + 40 * share), int(232 + 12 * share)))
    draw.ellipse([-600, 900, 1700, 2300], fill="#9cc27b")
    draw.ellipse([900, 1000, 3400, 2600], fill="#83b06a")
    draw.ellipse([2050, 140, 2260, 350], fill="#fff3c4")
    house(draw, 480, 760, 420, "#f0e2c8", "#b5462f")
    house(draw, 1500, 880, 520, "#e6ecef", "#7c3f58")
    for x, y, size, green in [(220, 880, 330, "#4f8a4b"), (1150, 900, 420, "#3f7d48"), (2250, 950, 400, "#5b9450")]:
        tree(draw, x, y, size, green)
    return image.resize((1280, 854), Image.Resampling.LANCZOS)
"""

TEXT = """
text = ("Alice Johnson moved from Paris to Berlin in March 2021, where she joined Siemens as head of "
        "research 🧪👩‍🔬. Two years later Bob Miller of Acme Corporation met her in London. Nobody at "
        "Initech had heard of the project before the Reuters report.")
nl.Labeler(pd.DataFrame({"text": [text] + [f"Text {n}" for n in range(249)]}), '''<View>
  <Labels name="ner" toName="text">
    <Label value="PER"/><Label value="ORG"/><Label value="LOC"/><Label value="DATE"/></Labels>
  <Text name="text" value="$text" granularity="word"/></View>''', name="people",
  predict=lambda tasks: [{"result": spans(task)} for task in tasks])
"""

IMAGE = """
nl.Labeler([{"image": village()}] * 2, '''<View><Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo">
    <Label value="house" background="#e8590c"/><Label value="window"/><Label value="tree" background="#2f9e44"/>
  </RectangleLabels></View>''', name="village", theme="dark",
  predict=lambda tasks: [{"score": .77, "result": [{"id": "t", "from_name": "box", "to_name": "photo",
    "type": "rectanglelabels", "original_width": 1280, "original_height": 854, "value": {"x": 81, "y": 43,
    "width": 14.5, "height": 25, "rotation": 0, "rectanglelabels": ["tree"]}}]} for _ in tasks])
"""

CHOICES = """
nl.Labeler(pd.DataFrame({"text": ["It works.", "It came late.", "As described.",
  "The battery died after two days and support never answered. The screen, though, is the best I have "
  "ever seen on a tablet at this price.", *(f"Review {n}" for n in range(96))]}), '''<View>
  <Text name="text" value="$text"/><Choices name="mood" toName="text" layout="inline">
  <Choice value="positive"/><Choice value="negative"/><Choice value="neutral"/></Choices></View>''', name="reviews",
  predict=lambda tasks: [{"score": .72, "result": [{"from_name": "mood", "to_name": "text", "type": "choices",
    "value": {"choices": ["negative"]}}]} for _ in tasks])
"""


def text(widget: Widget) -> None:
    expect(widget.suggestions).to_have_count(3)
    for label, words in [
        ("PER", "Alice Johnson"),
        ("LOC", "Paris"),
        ("LOC", "Berlin"),
        ("ORG", "Siemens"),
    ]:
        widget.button(label).click()
        widget.select(words, within="text")
    widget.regions.nth(3).get_by_role("button").first.click()


def image(widget: Widget) -> None:
    photo = widget.picture("photo", 1280, 854)
    widget.button("tree").click()
    photo.drag(0.015, 0.42, 0.15, 0.62)
    widget.button("house").click()
    photo.drag(0.165, 0.325, 0.375, 0.625)
    photo.click(0.27, 0.5)


def choices(widget: Widget) -> None:
    widget.root.focus()
    for n, key in enumerate("121"):
        widget.page.keyboard.press(key)
        widget.at(n + 2, 100)
    expect(widget.root.get_by_role("radio", name="negative")).to_contain_text("suggested")


HOUR = """
texts = ["Alice Johnson moved from Paris to Berlin.", "Bob Miller of Siemens met her in London.",
         "Nobody at Acme had heard of Ada Lovelace.", "Grace Hopper worked in New York."]
def names(task):
    text, found = task["data"]["text"], []
    for word, label in [("Grace Hopper", "PER"), ("New York", "LOC"), ("Acme", "ORG"), ("Ada Lovelace", "PER")]:
        if word in text:
            at = text.index(word)
            found.append({"id": word[:4], "from_name": "ner", "to_name": "text", "type": "labels", "score": .9,
                          "value": {"start": at, "end": at + len(word), "text": word, "labels": [label]}})
    return found
nl.Labeler(pd.DataFrame({"text": texts + [f"Letter {n} of the archive." for n in range(96)]}), '''<View>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="ORG"/><Label value="LOC"/></Labels>
  <Text name="text" value="$text" granularity="word"/></View>''', name="letters",
  predict=lambda tasks: [names(task) for task in tasks])
"""


class Film:
    """What is on screen, picture by picture, with the pointer and the last key drawn into it."""

    def __init__(self, widget: Widget) -> None:
        self.widget = widget
        self.pictures: list[Image.Image] = []
        self.milliseconds: list[int] = []
        self.font = ImageFont.load_default(size=17)

    def shot(self, milliseconds: int, key: str = "", at: tuple[float, float] | None = None) -> None:
        picture = Image.open(BytesIO(self.widget.root.screenshot())).convert("RGB")
        draw = ImageDraw.Draw(picture)
        box = self.widget.root.bounding_box()
        if key:
            width = draw.textlength(key, self.font) + 24
            x, y = picture.width / 2 - width / 2, picture.height - 92
            draw.rounded_rectangle([x, y, x + width, y + 32], 8, fill="#1a1d21")
            draw.text((x + 12, y + 5), key, "#ffffff", self.font)
        if at and box:
            x, y = at[0] - box["x"], at[1] - box["y"]
            arrow = [(x, y), (x, y + 18), (x + 5, y + 14), (x + 13, y + 13)]
            draw.polygon(arrow, fill="#000000", outline="#ffffff")
        self.pictures.append(picture)
        self.milliseconds.append(milliseconds)

    def press(self, key: str, milliseconds: int = 700) -> None:
        self.widget.page.keyboard.press(key)
        self.widget.page.wait_for_timeout(350)
        self.shot(milliseconds, key.replace("Control", "Ctrl").replace("+", " + "))

    def drag(self, words: str) -> None:
        left, top, right, bottom = self.widget._ends(words, "text")
        mouse = self.widget.page.mouse
        mouse.move(left + 0.5, top)
        self.shot(250, at=(left, top))
        mouse.down()
        for share in (0.5, 1):
            x, y = left + share * (right - left) - 0.5, top + share * (bottom - top)
            mouse.move(x, y)
            self.shot(120, at=(x, y))
        mouse.up()
        self.widget.page.wait_for_timeout(150)
        self.shot(550, at=(right, bottom))

    def save(self, path: Path) -> None:
        first, *others = self.pictures
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.milliseconds,
            loop=0,
            quality=72,
        )


def film(server: Server, browser: Browser) -> None:
    """Film an hour in half a minute: labels that stay taken, suggestions, undo, the finder."""
    notebook = Notebook(server, browser, "film.ipynb", [SETUP, HOUR])
    notebook.run_all()
    widget = Widget(notebook.widget())
    expect(widget.task).to_have_text(re.compile(r"^1 / "))
    widget.root.scroll_into_view_if_needed()
    widget.root.focus()
    film = Film(widget)
    film.shot(900)
    film.press("1")
    film.drag("Alice Johnson")
    film.press("3")
    film.drag("Paris")
    film.drag("Berlin")
    film.press("Control+Enter")
    film.press("1")
    film.drag("Bob Miller")
    film.press("Control+Enter")
    expect(widget.suggestions).to_have_count(2)
    film.shot(900)
    film.press("a")
    film.press("a")
    film.press("Control+Enter")
    expect(widget.suggestions).to_have_count(2)
    film.press("Control+Shift+Enter")
    film.press("Control+z")
    film.press("Control+Shift+z")
    film.press("Control+g", 400)
    for letter in "berlin":
        widget.page.keyboard.press(letter)
    widget.page.wait_for_timeout(400)
    film.shot(1100, "berlin")
    film.press("Enter", 1400)
    film.save(IMAGES / "hour.webp")
    notebook.close()


def take(server: Server, browser: Browser) -> None:
    notebook = Notebook(
        server, browser, "pictures.ipynb", [SETUP, TEXT, IMAGE, CHOICES], device_scale_factor=1.5
    )
    notebook.run_all()
    for n, label in enumerate([text, image, choices]):
        widget = Widget(notebook.widget(n))
        expect(widget.task).to_have_text(re.compile(r"^\d+ / "))
        widget.root.scroll_into_view_if_needed()
        label(widget)
        widget.saved()
        widget.page.mouse.move(2, 2)
        widget.page.wait_for_timeout(300)
        widget.root.screenshot(path=IMAGES / f"{label.__name__}.png")
    notebook.close()


def main() -> None:
    chromium = find()
    server = Server(Path(tempfile.mkdtemp()))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            take(server, browser)
            film(server, browser)
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
