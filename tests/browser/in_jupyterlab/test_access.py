"""Everybody can use it in JupyterLab's themes, and no key leaks into the notebook."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.access import MIXED_CELLS, first, nothing_is_found
from browser.configs import SETUP, SPANS, labeler, texts
from browser.lab import Notebook, Server

Open = Callable[..., Notebook]


@pytest.fixture
def host(notebook: Open) -> Iterator[Callable[[str], Notebook]]:
    """A notebook in JupyterLab's light or dark theme."""
    opened: list[Notebook] = []

    def host(theme: str) -> Notebook:
        opened.append(notebook(*MIXED_CELLS))
        opened[0].command("apputils:change-theme", {"theme": f"JupyterLab {theme}"})
        return opened[0]

    yield host
    opened[0].command("apputils:change-theme", {"theme": "JupyterLab Light"})


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_in_jupyterlab(host: Callable[[str], Notebook], theme: str) -> None:
    nothing_is_found(host(theme), "auto")


KEYS = [
    "b",
    "a",
    "d",
    "d",
    "z",
    "x",
    "m",
    "y",
    "Escape",
    "Enter",
    "Shift+Enter",
    "j",
    "k",
    "ArrowDown",
]


def press_all(page: Page) -> None:
    for key in KEYS:
        page.keyboard.press(key)


def saves(book: Notebook) -> None:
    """Ctrl+S in the widget saves the notebook, and it alone is the notebook's."""
    cells = book.page.locator(".jp-Cell").count()
    before = book.path.stat().st_mtime_ns
    book.page.keyboard.press("Control+s")
    book.page.keyboard.press("b")
    deadline = time.monotonic() + 20
    # The host writes the file in place: it is empty for a moment in between.
    while book.path.stat().st_mtime_ns == before or not book.path.read_text().endswith("\n"):
        assert time.monotonic() < deadline, "the notebook was not saved"
        book.page.wait_for_timeout(50)
    assert any(cell.get("outputs") for cell in json.loads(book.path.read_text())["cells"])
    expect(book.page.locator(".jp-Cell")).to_have_count(cells)


class TestKeysStayInTheWidget:
    def test_in_jupyterlab(self, notebook: Open) -> None:
        book = notebook(SETUP, labeler(SPANS, texts("Ana met Bob")))
        book.run_all()
        widget = first(book)
        before = book.page.locator(".jp-Cell").count()
        widget.root.focus()
        press_all(book.page)
        widget.group("text").get_by_text("Ana met Bob").click()
        press_all(book.page)
        expect(book.page.locator(".jp-Cell")).to_have_count(before)
        expect(widget.root).to_be_visible()
        saves(book)

    def test_in_notebook_7(
        self, server: Server, browser: Browser, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        other = Server(tmp_path_factory.mktemp("notebook7"), app="notebook")
        try:
            book = Notebook(
                other, browser, "keys.ipynb", [SETUP, labeler(SPANS, texts("Ana met Bob"))]
            )
            book.run_all()
            widget = first(book)
            before = book.page.locator(".jp-Cell").count()
            widget.root.focus()
            press_all(book.page)
            widget.button("PER").click()
            press_all(book.page)
            expect(book.page.locator(".jp-Cell")).to_have_count(before)
            saves(book)
            widget.button("PER").click()
            widget.button("PER").click()
            widget.select("Ana", within="text")
            widget.saved()
            book.close()
        finally:
            other.stop()


def test_a_right_click_opens_the_labelers_menu_and_not_the_hosts(notebook: Open) -> None:
    book = notebook(SETUP, labeler(SPANS, texts("Ana met Bob")))
    book.run_all()
    widget = first(book)
    widget.select("Bob", within="text")
    x, y = widget.point_after("Bob", within="text")
    book.page.mouse.click(x - 3, y, button="right")
    expect(widget.root.get_by_role("menu")).to_be_visible()
    expect(book.page.locator(".lm-Menu")).to_have_count(0)
    widget.root.get_by_role("menuitem", name="ORG").click()
    expect(widget.regions).to_contain_text("Bob")
    widget.status.click(button="right")  # elsewhere it is the host's
    expect(book.page.locator(".lm-Menu")).to_be_visible()
    book.page.keyboard.press("Escape")
