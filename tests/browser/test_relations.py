"""Relations between regions: made, called, turned, seen, taken back."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from browser.configs import PICTURES, labeler
from browser.labeler import Widget

TEXT = "Ada Lovelace lived in London, and Charles Babbage lived in Chelsea."
CONFIG = """<View>
  <Relations><Relation value="lives in"/><Relation value="knows"/></Relations>
  <Labels name="ner" toName="text"><Label value="Person"/><Label value="City"/></Labels>
  <Text name="text" value="$text"/>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo"><Label value="roof"/></RectangleLabels>
</View>"""
DATA = f"pd.DataFrame({{'text': [{TEXT!r}], 'image': [picture(400, 300)]}})"


def span(name: str, words: str, label: str) -> dict:
    start = TEXT.index(words)
    end = start + len(words)
    return {
        "id": name,
        "from_name": "ner",
        "to_name": "text",
        "type": "labels",
        "value": {"start": start, "end": end, "text": words, "labels": [label]},
    }


BOX = {
    "id": "roof",
    "from_name": "box",
    "to_name": "photo",
    "type": "rectanglelabels",
    "original_width": 400,
    "original_height": 300,
    "value": {
        "x": 20,
        "y": 20,
        "width": 30,
        "height": 30,
        "rotation": 0,
        "rectanglelabels": ["roof"],
    },
}
ADA, LONDON = span("ada", "Ada Lovelace", "Person"), span("london", "London", "City")
RESULTS = [ADA, LONDON, span("charles", "Charles Babbage", "Person"), BOX]


def relation(start: str, end: str, direction: str = "right", **more: object) -> dict:
    return {"type": "relation", "from_id": start, "to_id": end, "direction": direction, **more}


def given(results: list[dict]) -> str:
    return (
        f"given = nl.Project({DATA}, '''{CONFIG}''', store='given.db')\n"
        f"given.annotate(given.key(0), {results!r})"
    )


SHOWN = labeler(CONFIG, DATA, store="given.db")
READ = "import json; print(json.dumps(labeler.history(labeler.key(0))[-1].results[-1]))"


@pytest.fixture
def opened(show):
    def opened(results: list[dict]):
        book, widget = show(PICTURES, given(results), SHOWN)
        expect(widget.regions).to_have_count(4)
        return book, widget

    return opened


def rows(widget: Widget) -> Locator:
    return widget.root.get_by_role("list", name="Relations", exact=True).get_by_role("listitem")


def inked(widget: Widget) -> int:
    """How many pixels of the layer of arrows are painted."""
    return widget.root.locator(".nb-arrows").evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
          return count;
        }"""
    )


class TestMaking:
    def test_by_key_and_mouse(self, opened):
        book, widget = opened(RESULTS)
        widget.regions.nth(0).get_by_role("button").first.click()
        book.page.keyboard.press("Alt+r")
        expect(widget.root.get_by_text("Pick the region that it relates to")).to_be_visible()
        x, y = widget.point_after("Lond", "text")
        book.page.mouse.click(x, y)
        expect(rows(widget)).to_have_count(1)
        expect(widget.button("Ada Lovelace → London")).to_be_visible()
        widget.group("Labels of Ada Lovelace → London").get_by_role(
            "button", name="lives in"
        ).click()
        widget.saved()
        assert json.loads(book.python(READ)) == relation("ada", "london", labels=["lives in"])

    def test_by_keys_alone(self, opened):
        book, widget = opened(RESULTS)
        widget.root.focus()
        for key in ("Alt+.", "Alt+r", "Alt+Shift+3", "Alt+r"):
            book.page.keyboard.press(key)
        expect(widget.button("Ada Lovelace → Charles Babbage")).to_be_visible()
        book.page.keyboard.press("Control+z")
        expect(rows(widget)).to_have_count(0)

    def test_from_a_text_to_a_box_on_a_picture_that_a_tool_is_in_hand_for(self, opened):
        _book, widget = opened(RESULTS)
        widget.button("roof").click()
        widget.regions.nth(0).hover()
        widget.button("Relate Person").first.click()
        widget.picture("photo", 400, 300).click(0.35, 0.35)
        expect(widget.button("Ada Lovelace → roof 4")).to_be_visible()
        expect(widget.regions).to_have_count(4)  # nothing was drawn

    def test_escape_leaves_it(self, opened):
        book, widget = opened(RESULTS)
        widget.regions.nth(0).get_by_role("button").first.click()
        for key in ("Alt+r", "Escape"):
            book.page.keyboard.press(key)
        widget.regions.nth(1).get_by_role("button").first.click()
        expect(rows(widget)).to_have_count(0)


class TestSeeing:
    def test_arrows_follow_what_scrolls_and_are_hidden_by_one_key(self, opened):
        book, widget = opened([*RESULTS, relation("ada", "roof", "bi")])
        expect(rows(widget)).to_have_count(1)
        before = lowest(widget)
        data = widget.root.locator(".nb-data")
        scrolled = data.evaluate("(element) => (element.scrollBy(0, 60), element.scrollTop)")
        assert scrolled > 10
        book.page.wait_for_timeout(100)
        assert lowest(widget) == pytest.approx(before - scrolled, abs=3)
        widget.root.focus()
        book.page.keyboard.press("Alt+Shift+R")
        book.page.wait_for_timeout(100)
        assert inked(widget) == 0
        book.page.keyboard.press("Alt+Shift+R")
        book.page.wait_for_timeout(100)
        assert inked(widget) > 0

    def test_a_region_that_relates_to_itself_has_an_arc(self, opened):
        _book, widget = opened([*RESULTS, relation("ada", "ada")])
        expect(widget.button("Ada Lovelace → Ada Lovelace")).to_be_visible()
        width = widget.root.locator(".nb-arrows").evaluate(
            """(canvas) => {
              const { width, height } = canvas;
              const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
              const columns = new Set();
              for (let i = 3; i < data.length; i += 4) if (data[i] > 0) columns.add(((i - 3) / 4) % width);
              return columns.size / devicePixelRatio;
            }"""
        )
        assert width > 20

    def test_the_shorter_end_is_whole_in_the_list(self, opened):
        long = span("long", "London, and Charles Babbage lived in Chelsea", "City")
        _book, widget = opened([ADA, LONDON, long, BOX, relation("london", "long")])
        ends = rows(widget).first.locator(".nb-tie")
        expect(ends.first).to_have_text("London")
        cut = ends.evaluate_all("(ties) => ties.map((tie) => tie.scrollWidth > tie.clientWidth)")
        assert cut == [False, True]

    def test_there_is_no_arrow_to_a_turn_that_is_hidden(self, show):
        config = """<View>
          <ParagraphLabels name="acts" toName="talk"><Label value="Q"/></ParagraphLabels>
          <Paragraphs name="talk" value="$turns"/></View>"""
        turns = [{"author": who, "text": f"words of {who}"} for who in ("Ada", "Bo")]
        spans = [
            {
                "id": str(n),
                "from_name": "acts",
                "to_name": "talk",
                "type": "paragraphlabels",
                "value": {
                    "start": str(n),
                    "end": str(n),
                    "startOffset": 0,
                    "endOffset": 5,
                    "paragraphlabels": ["Q"],
                },
            }
            for n in range(2)
        ]
        results = [*spans, relation("0", "1")]
        task = {"data": {"turns": turns}, "annotations": [{"result": results}]}
        book, widget = show(labeler(config, repr([task]), advance=False))
        expect(rows(widget)).to_have_count(1)
        book.page.wait_for_timeout(200)
        assert inked(widget) > 0
        widget.root.get_by_role("combobox", name="Author").select_option("Ada")
        book.page.wait_for_timeout(200)
        assert inked(widget) == 0

    def test_turning_and_deleting_in_the_list(self, opened):
        book, widget = opened([*RESULTS, relation("ada", "london")])
        row = rows(widget).first
        row.hover()
        row.get_by_role("button", name=re.compile("^Turn")).click()
        expect(widget.button("Ada Lovelace ↔ London")).to_be_visible()
        widget.button("Ada Lovelace ↔ London").focus()
        book.page.keyboard.press("Delete")
        expect(rows(widget)).to_have_count(0)
        expect(widget.regions).to_have_count(4)

    def test_one_goes_with_its_end(self, opened):
        book, widget = opened([*RESULTS, relation("ada", "london")])
        widget.regions.nth(1).get_by_role("button").first.click()
        book.page.keyboard.press("Delete")
        expect(rows(widget)).to_have_count(0)
        expect(widget.regions).to_have_count(3)
        book.page.keyboard.press("Control+z")
        expect(rows(widget)).to_have_count(1)


def lowest(widget: Widget) -> float:
    """The lowest painted line of the layer of arrows, in px from its upper edge."""
    return widget.root.locator(".nb-arrows").evaluate(
        """(canvas) => {
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          for (let i = data.length - 1; i >= 0; i -= 4)
            if (data[i] > 0) return Math.floor(i / 4 / width) / devicePixelRatio;
          return -1;
        }"""
    )
