"""Restart, reload, twice on a page: the work is there, and only once."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import expect

from browser.configs import CHOICES, SETUP, SPANS, labeler, texts
from browser.lab import Notebook
from browser.labeler import PATIENCE, Widget

Open = Callable[..., Notebook]
SHOWN = re.compile(r"^\d+ / ")


def first(book: Notebook, n: int = 0) -> Widget:
    widget = Widget(book.widget(n))
    expect(widget.task).to_have_text(SHOWN, timeout=PATIENCE)
    return widget


@pytest.fixture
def show(notebook: Open) -> Callable[..., Notebook]:
    def show(*cells: str) -> Notebook:
        book = notebook(SETUP, *cells)
        book.run_all()
        return book

    return show


class TestKernelRestart:
    def test_the_work_is_there_at_the_same_task(self, show) -> None:
        book = show(labeler(CHOICES, texts("a", "b", "c", "d"), advance=True))
        widget = first(book)
        widget.choose("positive")
        widget.at(2, 4)
        widget.choose("negative")
        widget.at(3, 4)
        widget.saved()
        book.restart()
        book.run_all()
        widget = first(book)
        widget.at(3, 4)
        expect(widget.button("Back to task 2: negative")).to_be_visible()
        assert book.python("print(labeler.progress()['done'])") == "2"

    def test_what_was_said_without_a_kernel_lands_once_after_the_restart(self, show) -> None:
        book = show(labeler(CHOICES, texts("a", "b", "c", "d")))
        widget = first(book)
        widget.choose("positive")
        widget.at(2, 4)
        widget.saved()
        book.page.wait_for_timeout(500)  # the next tasks come ahead of need
        book.kill()
        widget.choose("negative")
        widget.at(3, 4)
        unsaved = re.compile("1 unsaved.*kernel (gone|busy)")
        expect(widget.status).to_have_text(unsaved, timeout=PATIENCE)
        book.revived()
        book.run_all()
        widget = first(book)
        widget.saved()
        widget.at(3, 4)
        found = book.python("print(labeler.to_frame()['mood'].dropna().tolist())")
        assert found == "['positive', 'negative']"


class TestReload:
    def test_a_page_reload_goes_on_where_it_was(self, show) -> None:
        book = show(labeler(SPANS, texts("Ana met Bob", "two")))
        widget = first(book)
        widget.button("PER").click()
        widget.select("Ana", within="text")
        widget.saved()
        book.command("docmanager:save")
        book.open()
        widget = first(book)
        expect(widget.regions).to_have_count(1)
        widget.button("Submit").click()
        widget.at(2, 2)
        widget.saved()
        assert book.python("print(labeler.results()['text'].tolist())") == "['Ana']"

    def test_a_rejected_suggestion_stays_rejected(self, show, tmp_path) -> None:
        model = """
def model(tasks):
    result = {"from_name": "ner", "to_name": "text", "type": "labels"}
    spans = [("p1", 0, 3, "PER"), ("p2", 8, 11, "ORG")]
    return [[{**result, "id": id, "value": {"start": start, "end": end, "labels": [label]}}
             for id, start, end, label in spans] for _ in tasks]"""
        cell = labeler(SPANS, texts("Ana met Bob"), store=str(tmp_path / "labels.db"))
        book = show(model, cell.replace("store=", "predict=model, store="))
        widget = first(book)
        expect(widget.suggestions).to_have_count(2)
        widget.suggestions.first.hover()
        widget.suggestions.first.get_by_role("button", name="Reject PER").click()
        expect(widget.suggestions).to_have_count(1)
        widget.saved()
        book.command("docmanager:save")
        book.open()
        widget = first(book)
        expect(widget.suggestions).to_have_count(1)
        expect(widget.suggestions).to_contain_text("ORG")
        book.restart()
        book.run_all()
        widget = first(book)
        expect(widget.suggestions).to_have_count(1)
        widget.button("Undo").click()
        expect(widget.suggestions).to_have_count(2)
        widget.saved()


class TestBusyKernel:
    def test_labeling_goes_on_and_everything_lands(self, show) -> None:
        book = show(labeler(CHOICES, texts(*"abcdefgh")))
        widget = first(book)
        book.page.wait_for_timeout(500)
        book.start_python("import time; time.sleep(4)")
        for n in range(8):
            widget.at(n + 1, 8)
            widget.choose("positive" if n % 2 else "neutral")
        expect(widget.root).to_contain_text("All 8 tasks are done")
        expect(widget.status).to_have_text("Saved", timeout=20_000)
        assert book.python("print(labeler.to_frame()['mood'].tolist())") == str(
            ["positive" if n % 2 else "neutral" for n in range(8)]
        )

    def test_changes_land_beside_a_running_cell_where_the_host_has_a_thread_for_them(
        self, show, tmp_path
    ) -> None:
        store = str(tmp_path / "labels.db")
        book = show(labeler(CHOICES, texts(*"abcd"), store=store))
        widget = first(book)
        book.page.wait_for_timeout(500)
        ended = tmp_path / "ended"
        book.start_python(f"import time; time.sleep(15); open({str(ended)!r}, 'w').close()")
        for n in range(3):
            widget.at(n + 1, 4)
            widget.choose("positive")
        widget.saved()
        with closing(sqlite3.connect(store)) as database:
            states = [
                state for (state,) in database.execute("SELECT state FROM nblabel_annotation")
            ]
        assert states == ["submitted"] * 3
        assert not ended.exists()
        assert book.python("print(labeler.progress()['done'])") == "3"


class TestTwice:
    def test_the_same_widget_shown_twice_is_one(self, show) -> None:
        book = show(labeler(CHOICES, texts("a", "b", "c")), "labeler")
        one, two = first(book, 0), first(book, 1)
        one.choose("positive")
        one.at(2, 3)
        two.at(2, 3)
        two.choose("negative")
        one.at(3, 3)
        one.saved()
        assert book.python("print(labeler.progress()['done'])") == "2"

    def test_two_widgets_on_one_page_do_not_meet(self, show) -> None:
        book = show(
            labeler(CHOICES, texts("a", "b"), name="labeler"),
            labeler(SPANS, texts("Ana met Bob"), name="spans"),
        )
        one, two = first(book, 0), first(book, 1)
        two.root.focus()
        book.page.keyboard.press("1")
        expect(two.button("PER")).to_have_attribute("aria-pressed", "true")
        one.at(1, 2)
        two.select("Ana", within="text")
        expect(two.regions).to_have_count(1)
        one.choose("negative")
        one.at(2, 2)
        expect(two.regions).to_have_count(1)
        assert (
            book.page.evaluate(
                "() => Object.getOwnPropertySymbols(globalThis).filter("
                "(s) => String(s.description).startsWith('nblabel/')).length"
            )
            == 1
        )
        assert not book.errors

    def test_the_cell_run_again_finds_the_work(self, show) -> None:
        book = show(labeler(CHOICES, texts("a", "b", "c")))
        first(book).choose("positive")
        first(book).at(2, 3)
        book.run_all()
        first(book).at(2, 3)
        assert book.python("print(labeler.progress()['done'])") == "1"
