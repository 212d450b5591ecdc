"""Whatever frame is given, and whatever Python does while it is labeled."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.configs import CHOICES, SETUP, SPANS, labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain


def first(book: Plain) -> Widget:
    widget = Widget(book.widget())
    expect(widget.task).to_have_text(re.compile(r"^\d+ / "))
    return widget


@pytest.fixture
def show(plain: Callable[..., Plain]) -> Callable[..., Plain]:
    def show(*cells: str) -> Plain:
        book = plain(SETUP, *cells)
        book.run_all()
        return book

    return show


class TestFromPython:
    def test_annotate_shows_in_the_open_widget(self, show) -> None:
        book = show(labeler(CHOICES, "pd.DataFrame({'id': [1, 2], 'text': ['a', 'b']})", key="id"))
        widget = first(book)
        book.python(
            "labeler.annotate(1, [{'from_name': 'mood', 'to_name': 'text', 'type': 'choices', "
            "'value': {'choices': ['neutral']}}])"
        )
        expect(widget.root.get_by_role("radio", name="neutral")).to_be_checked()
        expect(widget.button("Update")).to_be_visible()
        expect(widget.root.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "1")

    def test_another_annotators_work_is_shown_read_only_and_can_be_copied(self, show) -> None:
        made = (
            f"config = '''{SPANS}'''\n"
            "data = pd.DataFrame({'id': [1], 'text': ['Ana met Bob']})\n"
            "nl.Project(data, config, key='id', annotator='bob').annotate(1, [{'id': 'b1', "
            "'from_name': 'ner', 'to_name': 'text', 'type': 'labels', "
            "'value': {'start': 8, 'end': 11, 'text': 'Bob', 'labels': ['PER']}}])"
        )
        book = show(made, "labeler = nl.Labeler(data, config, key='id', annotator='ana')\nlabeler")
        widget = first(book)
        expect(widget.regions).to_have_count(0)
        widget.root.get_by_role("combobox", name="Whose annotation").select_option("bob")
        expect(widget.regions).to_have_count(1)
        book.page.keyboard.press("Delete")
        expect(widget.regions).to_have_count(1)
        widget.button("Copy to mine").click()
        expect(widget.regions).to_have_count(1)
        widget.button("Submit").click()
        widget.saved()
        assert book.python("print(labeler.results()['annotator'].tolist())") == "['bob', 'ana']"


class TestAnyFrame:
    def test_rows_added_and_reordered_find_their_work(self, show) -> None:
        book = show(labeler(CHOICES, texts("a", "b")))
        first(book).choose("positive")
        first(book).saved()
        found = book.python(
            f"again = nl.Project({texts('c', 'b', 'a')}, '''{CHOICES}''')\n"
            "print(again.to_frame().loc[lambda f: f['mood'].notna(), 'text'].tolist())"
        )
        assert found == "['a']"

    def test_no_rows(self, show) -> None:
        book = show(labeler(CHOICES, "pd.DataFrame({'text': []})"))
        widget = Widget(book.widget())
        expect(widget.root).to_contain_text("There are no rows to label.")
        assert not book.errors

    def test_two_hundred_labels_are_searched(self, show) -> None:
        labels = "".join(f'<Label value="label {n}"/>' for n in range(200))
        config = f'<View><Labels name="l" toName="t">{labels}</Labels><Text name="t" value="$text"/></View>'
        book = show(labeler(config, texts("some words here")))
        widget = first(book)
        expect(widget.group("l").get_by_role("button", name="label")).to_have_count(201)
        widget.button("Search 200 labels").click()
        book.page.keyboard.type("17")
        expect(widget.root.get_by_role("search").get_by_role("button")).to_have_count(12)
        book.page.keyboard.press("Enter")
        expect(widget.button("label 17")).to_have_attribute("aria-pressed", "true")
        widget.select("words", within="t")
        expect(widget.regions).to_contain_text("label 17")

    def test_of_two_hundred_labels_those_used_last_come_first_with_the_next_task(
        self, show
    ) -> None:
        labels = "".join(f'<Label value="label {n}"/>' for n in range(200))
        config = f'<View><Labels name="l" toName="t">{labels}</Labels><Text name="t" value="$text"/></View>'
        book = show(labeler(config, texts("some words here", "and more words")))
        widget = first(book)
        chips = widget.group("l").get_by_role("button", name=re.compile(r"^label \d+$"))
        for name in ["label 150", "label 99"]:
            widget.button(name).click()
        expect(chips.first).to_have_accessible_name("label 0")  # none moves under the pointer
        widget.button("Submit").click()
        widget.at(2, 2)
        expect(chips.nth(0)).to_have_accessible_name("label 99")
        expect(chips.nth(1)).to_have_accessible_name("label 150")
        expect(chips.nth(2)).to_have_accessible_name("label 0")
        widget.root.focus()
        book.page.keyboard.press("/")
        found = widget.root.get_by_role("search").get_by_role("button")
        expect(found.first).to_contain_text("label 99")

    def test_null_and_double_keys_are_named_and_the_rest_keeps_working(self, show) -> None:
        data = "pd.DataFrame({'id': ['x', None, 'y', 'y', 'z'], 'text': list('abcde')})"
        book = show(labeler(CHOICES, data, key="id"))
        widget = first(book)
        widget.at(1, 5)
        widget.choose("positive")
        widget.at(3, 5)  # row 2 has no key
        widget.said("id")
        widget.choose("negative")
        widget.at(5, 5)  # row 4 has the key of row 3
        widget.choose("neutral")
        widget.saved()
        found = book.python("print([d['key'] for d in labeler.project.decisions(9)])")
        assert found == "['z', 'y', 'x']"
