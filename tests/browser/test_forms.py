"""Ratings and written answers, of tasks and of regions, by mouse and by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.configs import labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain

RATING = """<View>
  <Text name="text" value="$text"/>
  <Rating name="stars" toName="text" maxRating="4" hotkey="s" required="true"/>
</View>"""

AREA = """<View>
  <Text name="text" value="$text"/>
  <TextArea name="note" toName="text" label="What is it about?" placeholder="in a word"
            skipDuplicates="true" editable="true" maxSubmissions="2">
    <Shortcut value="weather" hotkey="ctrl+1"/>
  </TextArea>
  <TextArea name="long" toName="text" rows="3"/>
</View>"""

REGIONS = """<View>
  <Labels name="ner" toName="text"><Label value="PER"/></Labels>
  <Text name="text" value="$text"/>
  <TextArea name="who" toName="text" perRegion="true" displayMode="region-list"/>
  <Choices name="sure" toName="text" perRegion="true"><Choice value="yes"/><Choice value="no"/></Choices>
  <Rating name="fame" toName="text" perRegion="true"/>
</View>"""

RESULTS = "import json; print(json.dumps(labeler.to_label_studio()[0]['annotations'][0]['result']))"


@pytest.fixture
def show(show: Callable[..., tuple[Plain, Widget]]) -> Callable[..., tuple[Plain, Widget]]:
    return lambda config, *values: show(labeler(config, texts(*values)))


def values(book: Plain, widget: Widget) -> list[tuple[str, Any]]:
    widget.saved()
    found = json.loads(book.python(RESULTS))
    return [(result["from_name"], result["value"]) for result in found]


class TestRating:
    def test_by_mouse_and_the_same_star_again_clears(self, show) -> None:
        book, widget = show(RATING, "a", "b")
        star = widget.root.get_by_role("radio", name="3 of 4")
        star.click()
        expect(star).to_be_checked()
        star.click()
        expect(star).not_to_be_checked()
        widget.button("Submit").click()
        widget.said('Rating "stars" is required.')
        star.click()
        widget.button("Submit").click()
        widget.at(2, 2)
        assert values(book, widget) == [("stars", {"rating": 3})]
        assert book.python("print(labeler.to_frame()['stars'].dropna().tolist())") == "[3]"

    def test_by_keyboard(self, show) -> None:
        book, widget = show(RATING, "a", "b")
        widget.root.focus()
        book.page.keyboard.press("s")
        book.page.keyboard.press("s")
        expect(widget.root.get_by_role("radio", name="2 of 4")).to_be_checked()
        widget.root.get_by_role("radio", name="2 of 4").focus()
        book.page.keyboard.press("ArrowRight")
        book.page.keyboard.press("ArrowRight")
        expect(widget.root.get_by_role("radio", name="2 of 4")).to_be_checked()
        book.page.keyboard.press("Enter")
        book.page.keyboard.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == [("stars", {"rating": 4})]


class TestRequired:
    def test_what_is_missing_is_brought_into_view_and_marked_until_it_is_said(self, show) -> None:
        """Names are nowhere on the screen: which question is meant has to be seen."""
        asked = "".join(
            f"""<Choices name="q{n}" toName="text" required="true">
            <Choice value="yes {n}"/><Choice value="no {n}"/><Choice value="both {n}"/></Choices>"""
            for n in range(6)
        )
        _, widget = show(f'<View><Text name="text" value="$text"/>{asked}</View>', "a", "b")
        for n in range(5):
            widget.choose(f"yes {n}")
        widget.group("q0").scroll_into_view_if_needed()
        expect(widget.group("q5")).not_to_be_in_viewport()
        widget.button("Submit").click()
        widget.said('Checkbox "q5" is required.')
        expect(widget.group("q5")).to_be_in_viewport()
        expect(widget.group("q5")).to_have_css("outline-style", "solid")
        widget.choose("yes 5")
        expect(widget.group("q5")).to_have_css("outline-style", "none")
        widget.button("Submit").click()
        widget.at(2, 2)


class TestTextArea:
    def test_entries_are_added_changed_and_deleted(self, show) -> None:
        book, widget = show(AREA, "a", "b")
        field = widget.root.get_by_role("textbox", name="What is it about?")
        keys = book.page.keyboard
        field.click()
        keys.type("1 rain")  # no key of anything else
        keys.press("Enter")
        keys.type("1 rain")
        keys.press("Enter")
        widget.said("Please enter unique text.")
        keys.press("Control+a")
        keys.press("Control+1")
        expect(field).to_have_value("weather")
        keys.press("Enter")
        expect(field).to_have_count(0)  # two entries are the most
        entries = widget.root.get_by_role("list", name="Entries of note")
        expect(entries.get_by_role("listitem")).to_have_text(
            [re.compile("1 rain"), re.compile("weather")]
        )
        widget.button("Edit entry 1").click()
        keys.press("Control+a")
        keys.type("snow")
        keys.press("Enter")
        widget.button("Delete entry 2").click()
        expect(field).to_be_visible()
        widget.button("Submit").click()
        widget.at(2, 2)
        assert values(book, widget) == [("note", {"text": ["snow"]})]
        assert book.python("print(labeler.to_frame()['note'].dropna().tolist())") == "[['snow']]"

    def test_what_is_typed_is_said_with_the_submission_and_kept_until_then(self, show) -> None:
        book, widget = show(AREA, "a", "b")
        field = widget.root.get_by_role("textbox", name="long")
        field.click()
        book.page.keyboard.type("first line")
        book.page.keyboard.press("Enter")
        book.page.keyboard.type("second")
        widget.button("Next task").click()
        widget.at(2, 2)
        expect(field).to_have_value("")
        widget.button("Previous task").click()
        widget.at(1, 2)
        expect(field).to_have_value("first line\nsecond")
        field.click()
        book.page.keyboard.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == [("long", {"text": ["first line\nsecond"]})]

    def test_a_text_that_is_not_added_by_itself_is_said_with_the_submission(self, show) -> None:
        """allowSubmit="false": nothing makes an entry before the task is submitted."""
        book, widget = show(
            """<View><Text name="text" value="$text"/>
            <TextArea name="note" toName="text" allowSubmit="false"/></View>""",
            "a",
            "b",
        )
        field = widget.root.get_by_role("textbox", name="note")
        field.fill("rain")
        field.press("Enter")
        expect(field).to_have_value("rain")
        expect(widget.root.get_by_role("listitem")).to_have_count(0)
        field.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == [("note", {"text": ["rain"]})]

    def test_a_transcript_stays_a_field_and_takes_further_entries(self, show) -> None:
        book, widget = show(
            """<View><Text name="text" value="$text"/>
            <TextArea name="note" toName="text" transcription="true" editable="true"
                      skipDuplicates="true"><Shortcut value="[noise]" hotkey="ctrl+1"/></TextArea></View>""",
            "a",
            "b",
        )
        field = widget.root.get_by_role("textbox", name="note")
        for words in ("rain", "snow"):
            field.fill(words)
            field.press("Enter")
        first = widget.root.get_by_role("textbox", name="Entry 1")
        first.fill("Snow")
        first.press("Enter")
        widget.said("Please enter unique text.")  # whatever its case
        first = widget.root.get_by_role("textbox", name="Entry 1")
        expect(first).to_have_value("rain")
        first.click()
        first.press("End")
        first.press("Control+1")  # shortcuts go where the caret is
        expect(first).to_have_value("rain[noise]")
        widget.root.get_by_role("button", name=re.compile("noise")).click()
        expect(first).to_have_value("rain[noise][noise]")
        first.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == [("note", {"text": ["rain[noise][noise]", "snow"]})]

    def test_an_entry_of_several_lines_is_changed_with_enter_for_a_line(self, show) -> None:
        book, widget = show(
            """<View><Text name="text" value="$text"/>
            <TextArea name="long" toName="text" rows="3" editable="true"/></View>""",
            "a",
            "b",
        )
        field = widget.root.get_by_role("textbox", name="long")
        field.fill("one")
        field.press("Shift+Enter")
        widget.button("Edit entry 1").click()
        entry = widget.root.get_by_role("textbox", name="Entry 1")
        entry.press("End")
        entry.press("Enter")
        book.page.keyboard.type("two")
        book.page.keyboard.press("Shift+Enter")
        widget.button("Submit").click()
        widget.at(2, 2)
        assert values(book, widget) == [("long", {"text": ["one\ntwo"]})]


class TestOfRegions:
    def test_a_text_stands_in_the_regions_row_and_answers_are_seen_there(self, show) -> None:
        book, widget = show(REGIONS, "Alice met Bob", "b")
        for name in ("Alice", "Bob"):
            widget.button("PER").click()
            widget.select(name, "text")
        expect(widget.regions).to_have_count(2)
        first = widget.regions.first
        first.get_by_role("textbox", name="who").click()
        book.page.keyboard.type("a cat")
        book.page.keyboard.press("Enter")
        widget.regions.nth(1).get_by_role("textbox", name="who").click()
        book.page.keyboard.type("a dog")
        widget.root.focus()
        first.get_by_role("button", name=re.compile("^PER")).first.click()
        widget.regions.nth(1).get_by_role("button", name=re.compile("^PER")).first.click(
            modifiers=["Control"]
        )
        widget.choose("yes")  # both at once
        widget.root.get_by_role("radio", name="4 of 5").click()
        book.page.keyboard.press("Escape")
        expect(first).to_contain_text("yes")
        expect(first).to_contain_text("★★★★")
        widget.button("Submit").click()
        widget.at(2, 2)
        said = values(book, widget)
        assert [value["text"] for name, value in said if name == "who"] == [["a cat"], ["a dog"]]
        assert [value["choices"] for name, value in said if name == "sure"] == [["yes"], ["yes"]]
        assert [value["rating"] for name, value in said if name == "fame"] == [4, 4]
        spans = [value["text"] for name, value in said if name == "ner"]
        assert spans == ["Alice", "Bob"]  # an entry never takes the place of the region's own text
        assert book.python("print(len(labeler.check()))") == "0"

    def test_one_gesture_answers_for_all_and_one_undo_takes_it_back(self, show) -> None:
        book, widget = show(REGIONS, "Alice met Bob", "b")
        for name in ("Alice", "Bob"):
            widget.button("PER").click()
            widget.select(name, "text")
        for row in (0, 1):
            widget.regions.nth(row).get_by_role("button", name=re.compile("^PER")).first.click(
                modifiers=["Control"]
            )
        yes = widget.root.get_by_role("radio", name="yes")
        yes.click()
        expect(yes).to_be_checked()
        book.page.keyboard.press("Control+z")
        expect(yes).not_to_be_checked()
        expect(widget.regions.first).not_to_contain_text("yes")
