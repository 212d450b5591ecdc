"""A task is found by words, the rows are seen at a glance, and filters say how many there are."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from browser.configs import CHOICES, SPANS, labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain

Show = Callable[..., tuple[Plain, Widget]]

THOUSAND = """pd.DataFrame({
    "id": [f"k{n}" for n in range(1000)],
    "text": [f"letter {n} from " + ("Ana in the harbour" if n == 611 else "nobody") for n in range(1000)],
})"""


@pytest.fixture
def show(show: Show) -> Show:
    """The keyboard is in the labeler from the start."""

    def focused(*cells: str) -> tuple[Plain, Widget]:
        book, widget = show(*cells)
        widget.root.focus()
        return book, widget

    return focused


def found(widget: Widget) -> Locator:
    return widget.root.get_by_role("listbox", name="Tasks found").get_by_role("option")


def tasks(widget: Widget) -> Locator:
    return widget.root.get_by_role("combobox", name="Show tasks")


def answer(widget: Widget, keys: str, of: int) -> None:
    """Answer tasks by key, from the first on; a task that is on its way takes none."""
    for n, key in enumerate(keys):
        widget.at(n + 1, of)
        widget.page.keyboard.press(key)


class TestFinder:
    def test_three_words_and_enter(self, show: Show) -> None:
        book, widget = show(labeler(CHOICES, THOUSAND, key="id"))
        book.page.keyboard.press("Control+g")
        book.page.keyboard.type("harbour ana 611")
        book.page.keyboard.press("Enter")
        widget.at(612, 1000)
        expect(widget.root.get_by_label("Go to task")).to_have_count(0)
        book.page.keyboard.press("1")  # the keyboard is where it was
        widget.at(613, 1000)

    def test_what_is_typed_before_it_is_there_answers_nothing(self, show: Show) -> None:
        book, widget = show(labeler(CHOICES, THOUSAND, key="id"))
        book.page.evaluate(
            """() => {
              const root = [...document.querySelectorAll("*")].find((el) => el.shadowRoot?.querySelector(".nb"));
              const nb = root.shadowRoot.querySelector(".nb");
              for (const [key, ctrlKey] of [["g", true], ["1", false], ["2", false], ["Enter", false]])
                nb.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));
            }"""
        )
        widget.at(12, 1000)
        widget.saved()
        assert book.python("print(labeler.progress()['done'])") == "0"

    def test_a_number_a_key_and_what_looks_like_one(self, show: Show) -> None:
        book, widget = show(labeler(CHOICES, THOUSAND, key="id"))
        for typed, task in (("17", 17), ("k812", 813), ("letter 5 nobody", 6)):
            book.page.keyboard.press("Control+g")
            book.page.keyboard.type(typed)
            book.page.keyboard.press("Enter")
            widget.at(task, 1000)

    def test_enter_means_what_was_typed_however_quickly(self, show: Show) -> None:
        book, widget = show(labeler(CHOICES, THOUSAND, key="id"))
        book.page.keyboard.press("Control+g")
        expect(found(widget).first).to_be_visible()  # those from here on, of which none is meant
        widget.root.get_by_label("Go to task").evaluate(
            """(field) => {
              field.value = "k611";
              field.dispatchEvent(new InputEvent("input", { bubbles: true }));
              const enter = { key: "Enter", bubbles: true, cancelable: true };
              field.dispatchEvent(new KeyboardEvent("keydown", enter));
            }"""
        )
        widget.at(612, 1000)

    def test_the_list_says_what_is_known_of_each(self, show: Show) -> None:
        book, widget = show(labeler(CHOICES, texts("a harbour", "no ship", "the harbour")))
        book.page.keyboard.press("1")
        widget.at(2, 3)
        widget.saved()
        widget.task.click()
        widget.root.get_by_label("Go to task").fill("harbour")
        expect(found(widget)).to_have_count(2)
        expect(found(widget).first).to_contain_text("1a harbourpositive")
        expect(found(widget).first.get_by_title("submitted")).to_be_visible()
        book.page.keyboard.press("ArrowDown")
        expect(found(widget).nth(1)).to_have_attribute("aria-selected", "true")
        book.page.keyboard.press("Enter")
        widget.at(3, 3)

    def test_escape_gives_the_keyboard_back(self, show: Show) -> None:
        book, widget = show(labeler(SPANS, texts("Ana met Bob", "b")))
        body = widget.group("text").get_by_role("textbox")
        body.focus()
        book.page.keyboard.press("Control+g")
        book.page.keyboard.type("xyz")
        expect(widget.root).to_contain_text("No task has “xyz”.")
        book.page.keyboard.press("Escape")
        expect(body).to_be_focused()
        widget.at(1, 2)

    def test_typing_never_answers(self, show: Show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b")))
        book.page.keyboard.press("Control+g")
        expect(widget.root.get_by_label("Go to task")).to_be_focused()
        for key in ("1", "2", "Control+Enter", "Control+Space", "Control+z", "Backspace"):
            book.page.keyboard.press(key)
        widget.at(1, 2)
        widget.saved()
        assert book.python("print(labeler.progress()['done'])") == "0"


class TestFilters:
    MODEL = """[
        {"id": n, "data": {"text": f"text {n}"}, "predictions": [{"score": score, "result": [
            {"from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": ["positive"]}}]}]}
        for n, score in enumerate([0.9, 0.2, 0.7, 0.4])
    ]"""

    def test_the_least_sure_come_first_and_forwards_and_backwards_stay_among_them(
        self, show: Show
    ) -> None:
        book, widget = show(labeler(CHOICES, self.MODEL))
        tasks(widget).focus()
        tasks(widget).select_option("Low score first (4)")
        widget.at(2, 4)
        widget.root.focus()
        book.page.keyboard.press("Alt+ArrowDown")
        widget.at(4, 4)
        book.page.keyboard.press("2")  # an answer goes on to the next one
        widget.at(3, 4)
        widget.button("Previous task").click()
        widget.at(4, 4)

    def test_what_was_said_is_counted_and_found(self, show: Show) -> None:
        _book, widget = show(labeler(CHOICES, self.MODEL))
        answer(widget, "12", 4)
        widget.at(3, 4)
        widget.saved()
        tasks(widget).focus()
        expect(tasks(widget).get_by_role("option", name="negative (1)")).to_have_count(1)
        expect(tasks(widget).get_by_role("option", name="Model disagrees (1)")).to_have_count(1)
        tasks(widget).select_option("negative (1)")
        widget.at(2, 4)
        widget.button("Next task").click()
        expect(widget.root).to_contain_text("No further task under “negative”.")

    def test_the_last_page_says_what_was_said_and_what_comes_next(self, show: Show) -> None:
        _book, widget = show(labeler(CHOICES, self.MODEL))
        answer(widget, "1123", 4)
        expect(widget.root).to_contain_text("All 4 tasks are done")
        labels = widget.root.get_by_role("region", name="Labels")
        expect(labels.get_by_role("button", name="positive 2")).to_be_visible()
        expect(widget.root).to_contain_text("labeler.to_frame()")
        widget.root.get_by_role("button", name="Model disagrees 2").click()
        widget.at(3, 4)


class TestMap:
    def test_a_click_goes_to_the_task_there(self, show: Show) -> None:
        _book, widget = show(labeler(CHOICES, THOUSAND, key="id"))
        place = widget.root.get_by_role("button", name="Map of the tasks")
        box = place.bounding_box()
        assert box
        place.click(position={"x": box["width"] * 0.5, "y": 2})
        widget.at(501, 1000)
        place.hover(position={"x": 1, "y": 2})
        expect(place).to_have_attribute("title", "Task 1")

    def test_what_is_done_is_seen_there_at_once(self, show: Show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b", "c", "d")))
        bar = widget.root.get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuetext", "0 done · 4 left")
        expect(bar).to_have_attribute("style", re.compile("gradient"))  # the kernel has told
        book.page.keyboard.press("1")
        expect(widget.root.get_by_text("b", exact=True)).to_be_visible()
        widget.button("Skip").click()
        expect(bar).to_have_attribute("aria-valuetext", "1 done · 1 skipped · 2 left")
        style = bar.get_attribute("style") or ""
        assert "var(--nb-good) 100%" in style
        assert "var(--nb-amber) 100%" in style
        expect(widget.root.get_by_text("1 done · 1 skipped · 2 left")).to_be_visible()


class TestTwoPredictions:
    DATA = """[{"id": 1, "data": {"text": "Ana met Bob in Oslo"}, "predictions": [
        {"model_version": model, "score": score, "result": [
            {"id": f"{model}{n}", "from_name": "ner", "to_name": "text", "type": "labels",
             "value": {"start": start, "end": end, "text": text, "labels": [label]}}
            for n, (start, end, text, label) in enumerate(spans)]}
        for model, score, spans in [
            ("small", 0.6, [(0, 3, "Ana", "PER"), (15, 19, "Oslo", "ORG")]),
            ("large", 0.9, [(0, 3, "Ana", "PER"), (8, 11, "Bob", "PER"), (15, 19, "Oslo", "LOC")])]]}]"""

    def test_what_they_have_in_common_and_what_either_says_alone(self, show: Show) -> None:
        _book, widget = show(labeler(SPANS, self.DATA))
        expect(widget.suggestions).to_have_count(3)  # those of the better one
        told = widget.root.get_by_text("1 of 4 as small")
        expect(told).to_have_attribute(
            "title", "only large: PER Bob, LOC Oslo\nonly small: ORG Oslo"
        )
        widget.root.get_by_role("combobox", name="Whose suggestions").select_option("small .60")
        expect(widget.suggestions).to_have_count(2)
        expect(widget.root.get_by_text("1 of 4 as large")).to_be_visible()
