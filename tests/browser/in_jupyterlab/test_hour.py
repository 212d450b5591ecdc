"""An hour at the editor: every key and every click of a person is counted. `make hour` prints it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.configs import BOXES, CHOICES, PICTURES, SETUP, SPANS, labeler
from browser.lab import Notebook
from browser.labeler import PATIENCE, Widget

Open = Callable[..., Notebook]

NAMES = ["Amir", "Bela", "Cleo", "Dov", "Edda", "Finn", "Gita", "Hugo", "Ines", "Jori"]

TALES = f"""
NAMES = {NAMES!r}
def tale(n, count):
    names = [NAMES[(3 * n + k) % 10] for k in range(count)]
    return f"Today {{' saw '.join(names)}} at last, {{n}}."
"""

MODEL = """
import re
def model(tasks):
    return [[
        {"id": f"s{m.start()}", "from_name": "ner", "to_name": "text", "type": "labels",
         "value": {"start": m.start(), "end": m.end(), "text": m[0], "labels": ["PER"]}}
        for m in re.finditer("|".join(NAMES), task["data"]["text"])] for task in tasks]
"""


class Person:
    """Somebody at the keyboard and the mouse: what is done by hand is an event."""

    def __init__(self, book: Notebook, widget: Widget) -> None:
        self.book = book
        self.page: Page = book.page
        self.widget = widget
        self.events = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.events += 1

    def click(self, what: Locator) -> None:
        what.click()
        self.events += 1

    def mark(self, words: str) -> None:
        """Drag over words of the text."""
        self.widget.select(words, within="text")
        self.events += 1


class Table:
    """The rows of an hour, printed at its end."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, int]] = []

    def assert_at_most(self, job: str, events: int, most: int) -> None:
        self.rows.append((job, events, most))
        assert events <= most, job


@pytest.fixture(scope="module")
def hour(request: pytest.FixtureRequest) -> Iterator[Table]:
    table = Table()
    yield table
    plugins = request.config.pluginmanager
    told, captured = (plugins.get_plugin(name) for name in ("terminalreporter", "capturemanager"))
    if told is None or captured is None:
        return
    with captured.global_and_fixture_disabled():  # it is not a test's own output
        told.write_line("\n| job | events | to reach |\n| --- | --- | --- |")
        for job, events, most in table.rows:
            told.write_line(f"| {job} | {events} | {most} |")


def frame(count: int, names: int) -> str:
    return f"pd.DataFrame({{'text': [tale(n, {names}) for n in range({count})]}})"


def names_in(n: int, count: int) -> list[str]:
    return [NAMES[(3 * n + k) % 10] for k in range(count)]


@pytest.fixture
def sit_down(notebook: Open) -> Callable[..., Person]:
    """Run the cells, and click where the editor says so; the next key is for the labeler."""

    def sit_down(*cells: str) -> Person:
        book = notebook(SETUP, *cells)
        for cell in (SETUP, *cells):
            book.run_again(cell)
        widget = Widget(book.widget())
        expect(widget.task).to_contain_text("1 / ", timeout=PATIENCE)
        widget.root.get_by_text("click to use the keys").click()
        expect(widget.root).to_be_focused()
        return Person(book, widget)

    return sit_down


def test_a_hundred_choices(sit_down, hour) -> None:
    data = "pd.DataFrame({'text': [f'{n}: ' + tale(n, 1) for n in range(100)]})"
    person = sit_down(TALES, labeler(CHOICES, data))
    for n in range(100):
        person.widget.at(n + 1, 100)
        person.press("123"[n % 3])
    person.widget.saved()
    expect(person.widget.root).to_contain_text("All 100 tasks are done")
    hour.assert_at_most("100 single choices, after one click", person.events, 100)


def test_a_hundred_spans_by_mouse(sit_down, hour) -> None:
    person = sit_down(TALES, labeler(SPANS, frame(20, 5)))
    person.press("1")
    for n in range(20):
        person.widget.at(n + 1, 20)
        for name in names_in(n, 5):
            person.mark(name)
        expect(person.widget.regions).to_have_count(5)
        person.press("Control+Enter")
    person.widget.saved()
    hour.assert_at_most("100 spans in 20 texts, by mouse", person.events, 122)


def test_the_text_first_and_then_its_label(sit_down, hour) -> None:
    person = sit_down(TALES, labeler(SPANS, frame(4, 5)))
    for n in range(4):
        person.widget.at(n + 1, 4)
        for place, name in enumerate(names_in(n, 5)):
            person.mark(name)
            if place % 2:
                person.press("2")
            else:
                person.click(person.widget.button("Mark as PER"))
        expect(person.widget.regions.filter(has_text="PER")).to_have_count(3)
        expect(person.widget.regions.filter(has_text="ORG")).to_have_count(2)
        person.press("Control+Enter")
    person.widget.saved()
    spans, submissions = 20, 4
    hour.assert_at_most(
        "20 spans, the text first and then its label", person.events, 2 * spans + submissions
    )


def test_three_labels_in_turn(sit_down, hour) -> None:
    person = sit_down(TALES, labeler(SPANS, frame(9, 5)))
    for n in range(9):
        person.widget.at(n + 1, 9)
        for place, name in enumerate(names_in(n, 5)):
            person.press("123"[place % 3])
            person.mark(name)
        expect(person.widget.regions).to_have_count(5)
        person.press("Control+Enter")
    person.widget.saved()
    hour.assert_at_most("45 spans, three labels in turn", person.events - 9, 90)


def test_spans_by_keyboard_alone(sit_down, hour) -> None:
    person = sit_down(TALES, labeler(SPANS, frame(13, 2)))
    person.press("ArrowRight")  # from the frame into the text
    for n in range(13):
        person.widget.at(n + 1, 13)
        person.press("ArrowRight", "Shift+ArrowRight", "1")
        person.press("ArrowRight", "ArrowRight", "Shift+ArrowRight", "1")
        for name in names_in(n, 2):
            expect(person.widget.regions.filter(has_text=name)).to_have_count(1)
        person.press("Control+Enter")
    person.widget.saved()
    hour.assert_at_most("26 spans by keyboard alone", person.events, 26 * 5)


def test_boxes_by_mouse(sit_down, hour) -> None:
    cell = labeler(
        BOXES, "pd.DataFrame({'id': range(10), 'image': [picture(400, 300)] * 10})", key="id"
    )
    person = sit_down(PICTURES, cell)
    person.press("1")
    for n in range(10):
        person.widget.at(n + 1, 10)
        picture = person.widget.picture("photo", 400, 300)
        for k in range(6):
            picture.drag(0.05 + 0.15 * k, 0.3, 0.15 + 0.15 * k, 0.5)
            person.events += 1
        expect(person.widget.regions).to_have_count(6)
        person.press("Control+Enter")
    person.widget.saved()
    hour.assert_at_most("60 boxes in 10 images, by mouse", person.events, 72)


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def place(x: float, y: float) -> tuple[str, str]:
    """The letters that stand where the eye is: those of the nearest column and row."""
    return LETTERS[round(x * 25)], LETTERS[round(y * 25)]


def test_boxes_by_keyboard_alone(sit_down, hour) -> None:
    cell = labeler(
        BOXES, "pd.DataFrame({'id': range(10), 'image': [picture(400, 300)] * 10})", key="id"
    )
    person = sit_down(PICTURES, cell)
    person.press("1", "ArrowRight")  # a label, and from the frame into the picture
    boxes = [(0.05 + 0.15 * k, 0.3 + 0.07 * k, 0.17 + 0.15 * k, 0.5 + 0.07 * k) for k in range(6)]
    for n in range(10):
        person.widget.at(n + 1, 10)
        for left, top, right, bottom in boxes:
            person.press("Enter", *place(left, top), "Enter", *place(right, bottom), "Enter")
        expect(person.widget.regions).to_have_count(6)
        person.press("Control+Enter")
    person.widget.saved()
    hour.assert_at_most("60 boxes in 10 images, by keyboard alone", person.events, 60 * 8)
    drawn = json.loads(
        person.book.python(  # every edge lies within two per cent of where it was meant
            "import json; print(json.dumps([r['value'] for t in labeler.to_label_studio()"
            " for a in t['annotations'] for r in a['result']]))",
        )
    )
    assert len(drawn) == 60
    for value, (left, top, right, bottom) in zip(drawn, boxes * 10, strict=True):
        edges = value["x"], value["y"], value["x"] + value["width"], value["y"] + value["height"]
        meant = left, top, right, bottom
        assert all(abs(a - 100 * b) <= 2.05 for a, b in zip(edges, meant, strict=True))


def suggested(count: int, names: int) -> tuple[Any, ...]:
    cell = labeler(SPANS, frame(count, names)).replace("''')", "''', predict=model)")
    return TALES, MODEL, cell


def test_suggestions_that_are_all_right(sit_down, hour) -> None:
    person = sit_down(*suggested(100, 2))
    for n in range(100):
        person.widget.at(n + 1, 100)
        expect(person.widget.suggestions).to_have_count(2, timeout=PATIENCE)
        person.press("Control+Shift+Enter")
    person.widget.saved()
    expect(person.widget.root).to_contain_text("All 100 tasks are done")
    hour.assert_at_most("100 tasks of suggestions, all right", person.events, 100)


def test_suggestions_of_which_one_in_five_is_wrong(sit_down, hour) -> None:
    person = sit_down(*suggested(20, 5))
    for n in range(20):
        person.widget.at(n + 1, 20)
        expect(person.widget.suggestions).to_have_count(5, timeout=PATIENCE)
        person.press("a", "a", "x", "a", "a")
        expect(person.widget.regions).to_have_count(4)
        person.press("Control+Enter")
    person.widget.saved()
    hour.assert_at_most("100 suggested spans, one in five wrong, by keyboard", person.events, 120)


@pytest.mark.parametrize("rows", [1_000, 1_000_000])
def test_a_row_found_by_three_words(sit_down, hour, rows) -> None:
    cell = f"letters = ['a letter to nobody'] * {rows}\nletters[{rows * 9 // 10}] = 'Gita saw Hugo'"
    data = f"pd.DataFrame({{'id': range({rows}), 'text': letters}})"
    person = sit_down(cell, labeler(CHOICES, data, key="id"))
    words = "hugo gita saw"
    person.press("Control+g", *words, "Enter")
    person.widget.at(rows * 9 // 10 + 1, rows)
    hour.assert_at_most(f"a row found by three words among {rows:,}", person.events, len(words) + 2)


def test_the_twenty_least_sure(sit_down, hour) -> None:
    scores = "[n * 37 % 1000 / 1000 for n in range(1000)]"
    result = "{'from_name': 'mood', 'to_name': 'text', 'type': 'choices', 'value': {'choices': ['positive']}}"
    data = f"""[{{"id": n, "data": {{"text": f"text {{n}}"}},
        "predictions": [{{"score": score, "result": [{result}]}}]}}
        for n, score in enumerate({scores})]"""
    person = sit_down(labeler(CHOICES, data))
    tasks = person.widget.root.get_by_role("combobox", name="Show tasks")
    tasks.focus()
    tasks.select_option("Low score first (1,000)")
    person.events += 1
    least = sorted(range(1000), key=lambda n: n * 37 % 1000)
    for n in least[:20]:
        person.widget.at(n + 1, 1000)
        person.widget.root.focus()
        person.page.keyboard.press("2")
    person.widget.saved()
    hour.assert_at_most("the 20 least sure of 1,000, to come to them", person.events, 1)
