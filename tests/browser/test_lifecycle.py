"""Restart, reload, twice on a page, changed from Python: the work is there, and only once."""

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

    def test_rows_added_and_reordered_find_their_work(self, show) -> None:
        book = show(labeler(CHOICES, texts("a", "b")))
        first(book).choose("positive")
        first(book).saved()
        found = book.python(
            f"again = nl.Project({texts('c', 'b', 'a')}, '''{CHOICES}''')\n"
            "print(again.to_frame().loc[lambda f: f['mood'].notna(), 'text'].tolist())"
        )
        assert found == "['a']"


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
    def test_no_rows(self, show) -> None:
        book = show(labeler(CHOICES, "pd.DataFrame({'text': []})"))
        widget = Widget(book.widget())
        expect(widget.root).to_contain_text("There are no rows to label.")
        assert not book.errors

    def test_two_hundred_labels_are_searched_and_keys_follow(self, show) -> None:
        labels = "".join(f'<Label value="label {n}"/>' for n in range(200))
        config = f'<View><Labels name="l" toName="t">{labels}</Labels><Text name="t" value="$text"/></View>'
        book = show(labeler(config, texts("some words here")))
        widget = first(book)
        expect(widget.group("l").get_by_role("button")).to_have_count(200)
        widget.root.focus()
        book.page.keyboard.press("/")
        book.page.keyboard.type("17")
        expect(widget.group("l").get_by_role("button")).to_have_count(12)
        book.page.keyboard.press("Enter")
        expect(widget.button("label 17")).to_have_attribute("aria-pressed", "true")
        widget.select("words", within="t")
        expect(widget.regions).to_contain_text("label 17")

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
