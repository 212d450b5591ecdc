"""Numbers, dates and times, by mouse and by keyboard, of tasks and of regions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.configs import labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain

NUMBER = """<View>
  <Text name="text" value="$text"/>
  <Number name="age" toName="text" min="0" max="120" step="0.5" hotkey="n"/>
  <Number name="share" toName="text" min="0" max="10" slider="true" defaultValue="4"/>
  <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""

REGIONS = """<View>
  <Labels name="ner" toName="text"><Label value="PER"/></Labels>
  <Text name="text" value="$text"/>
  <Number name="age" toName="text" perRegion="true" required="true"/>
</View>"""

DATES = """<View>
  <Text name="text" value="$text"/>
  <DateTime name="when" toName="text" hotkey="d"/>
  <DateTime name="day" toName="text" only="date" format="%d.%m.%Y" min="2020-02-01"/>
  <DateTime name="clock" toName="text" only="time"/>
  <DateTime name="month" toName="text" only="month,year" format="%m/%Y"/>
  <DateTime name="year" toName="text" only="year" format="%Y"/>
</View>"""

RESULTS = "import json; print(json.dumps(labeler.to_label_studio()[0]['annotations'][0]['result']))"


@pytest.fixture
def show(show: Callable[..., tuple[Plain, Widget]]) -> Callable[..., tuple[Plain, Widget]]:
    return lambda config, *values: show(labeler(config, texts(*values)))


def values(book: Plain, widget: Widget) -> dict[str, Any]:
    widget.saved()
    return {result["from_name"]: result["value"] for result in json.loads(book.python(RESULTS))}


class TestNumber:
    def test_by_keyboard_alone(self, show) -> None:
        book, widget = show(NUMBER, "a", "b")
        keys = book.page.keyboard
        widget.root.focus()
        keys.press("n")
        age = widget.root.get_by_role("spinbutton", name="age")
        expect(age).to_be_focused()
        keys.type("12")  # no key of a choice
        keys.press("ArrowUp")
        expect(age).to_have_value("12.5")
        keys.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == {"age": {"number": 12.5}, "share": {"number": 4}}
        keys.press("Control+z")
        widget.at(1, 2)
        expect(age).to_have_value("12.5")
        keys.press("Control+z")
        expect(age).to_have_value("")

    def test_its_key_goes_up_step_by_step_and_from_the_greatest_to_the_least(self, show) -> None:
        config = """<View><Text name="text" value="$text"/>
          <Number name="age" toName="text" min="1" max="2" step="0.5" hotkey="n"/></View>"""
        book, widget = show(config, "a", "b")
        widget.root.focus()
        seen = []
        for _ in range(4):
            book.page.keyboard.press("n")
            seen.append(widget.root.get_by_role("spinbutton", name="age").input_value())
        assert seen == ["1.5", "2", "1", "1.5"]
        book.page.keyboard.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == {"age": {"number": 1.5}}

    def test_a_slider_is_dragged(self, show) -> None:
        book, widget = show(NUMBER, "a", "b")
        slider = widget.root.get_by_role("slider", name="share, slider")
        box = slider.bounding_box()
        assert box
        slider.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
        expect(widget.root.get_by_role("spinbutton", name="share")).to_have_value("10")
        widget.button("Submit").click()
        widget.at(2, 2)
        assert values(book, widget) == {"share": {"number": 10}}

    def test_what_does_not_fit_is_told_at_once_and_not_submitted(self, show) -> None:
        book, widget = show(NUMBER, "a", "b")
        age = widget.root.get_by_role("spinbutton", name="age")
        age.fill("130")
        expect(widget.root.get_by_text("at most 120 is accepted")).to_be_visible()
        widget.button("Submit").click()
        widget.said('Number "130" is not valid: at most 120 is accepted')
        widget.at(1, 2)
        age.fill("old")
        expect(widget.root.get_by_text("“old” is no number")).to_be_visible()
        age.fill("30")
        book.page.keyboard.press("Enter")
        widget.button("Submit").click()
        widget.at(2, 2)
        assert values(book, widget)["age"] == {"number": 30}

    def test_a_number_that_was_emptied_is_not_submitted(self, show) -> None:
        book, widget = show(NUMBER, "a", "b")
        age = widget.root.get_by_role("spinbutton", name="age")
        age.fill("30")
        age.press("Enter")
        age.fill("")
        age.press("Control+Enter")
        widget.at(2, 2)
        assert "age" not in values(book, widget)

    def test_a_region_has_its_own(self, show) -> None:
        book, widget = show(REGIONS, "Ana met Bob", "b")
        widget.button("PER").click()
        for name, age in (("Ana", "31"), ("Bob", "45")):
            widget.select(name, within="text")
            widget.regions.filter(has_text=name).get_by_role("button").first.click()
            widget.root.get_by_role("spinbutton", name="age").fill(age)
        widget.button("Submit").click()
        widget.at(2, 2)
        widget.saved()
        said = [r for r in json.loads(book.python(RESULTS)) if r["type"] == "number"]
        assert [(r["value"]["text"], r["value"]["number"]) for r in said] == [
            ("Ana", 31),
            ("Bob", 45),
        ]


class TestDateTime:
    def test_each_form_of_it(self, show) -> None:
        book, widget = show(DATES, "a", "b")
        root = widget.root
        root.get_by_label("when, date").fill("2024-05-01")
        root.get_by_label("when, time").fill("10:30")
        root.get_by_label("day, date").fill("2024-05-01")
        root.get_by_label("clock, time").fill("07:05")
        root.get_by_label("month, month").select_option("May")
        root.get_by_label("month, year").fill("2024")
        root.get_by_label("year, year").fill("1999")
        root.get_by_label("year, year").blur()
        widget.button("Submit").click()
        widget.at(2, 2)
        assert values(book, widget) == {
            "when": {"datetime": "2024-05-01T10:30"},
            "day": {"datetime": "01.05.2024"},
            "clock": {"datetime": "07:05"},
            "month": {"datetime": "05/2024"},
            "year": {"datetime": "1999"},
        }

    def test_a_year_is_said_though_its_field_has_the_keyboard(self, show) -> None:
        book, widget = show(DATES, "a", "b")
        widget.root.get_by_label("year, year").click()
        book.page.keyboard.type("1999")
        book.page.keyboard.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == {"year": {"datetime": "1999"}}

    def test_parts_of_a_date_are_not_asked_for_twice(self, show) -> None:
        config = DATES.replace('only="date"', 'only="date,month,year"')
        _book, widget = show(config, "a", "b")
        expect(widget.root.get_by_label("day, date")).to_be_visible()
        expect(widget.group("day").get_by_role("combobox")).to_have_count(0)
        expect(widget.group("day").get_by_role("spinbutton", name="day, year")).to_have_count(0)

    def test_a_time_waits_for_its_date(self, show) -> None:
        book, widget = show(DATES, "a", "b")
        widget.root.get_by_label("when, time").fill("10:30")
        expect(widget.button("Clear when")).to_have_count(0)
        widget.root.get_by_label("when, date").fill("2024-05-01")
        widget.button("Clear when").click()
        expect(widget.root.get_by_label("when, date")).to_have_value("")
        widget.button("Undo").click()
        expect(widget.root.get_by_label("when, time")).to_have_value("10:30")
        widget.button("Submit").click()
        widget.at(2, 2)
        assert values(book, widget) == {"when": {"datetime": "2024-05-01T10:30"}}

    def test_a_date_before_the_first_is_told(self, show) -> None:
        _book, widget = show(DATES, "a", "b")
        widget.root.get_by_label("day, date").fill("2020-01-31")
        expect(widget.root.get_by_text("min date is 2020-02-01")).to_be_visible()
        widget.button("Submit").click()
        widget.said('Date "31.01.2020" is not valid: min date is 2020-02-01')
        widget.at(1, 2)

    def test_by_keyboard(self, show) -> None:
        book, widget = show(DATES, "a", "b")
        widget.root.focus()
        book.page.keyboard.press("d")
        expect(widget.root.get_by_label("when, date")).to_be_focused()
        book.page.keyboard.type("05012024")
        book.page.keyboard.press("Control+Enter")
        widget.at(2, 2)
        assert values(book, widget) == {"when": {"datetime": "2024-05-01T00:00"}}
