"""The contact sheet in JupyterLab: mouse and keys, and none of them the notebook's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from browser.lab import Notebook
from browser.labeler import PATIENCE, Widget

Open = Callable[..., Notebook]

SETUP = """
import numpy as np, pandas as pd, nblabel as nl
random = np.random.default_rng(0)
rows = [{"image": random.integers(0, 255, (40, 60, 3), np.uint8)} for _ in range(120)]
config = '''<View><Image name="image" value="$image"/><Choices name="kind" toName="image">
<Choice value="day"/><Choice value="night" hotkey="b"/></Choices></View>'''
labeler = nl.Labeler(rows, config, store=":memory:", advance=False)
"""
SHEET = "sheet = nl.Sheet(labeler)\nsheet"
KINDS = "print(labeler.to_frame()['kind'].dropna().to_dict())"


class Page:
    """A sheet as a person sees it."""

    def __init__(self, book: Notebook) -> None:
        self.book = book
        self.root = book.page.locator(".nb-sheet")
        self.canvas: Locator = self.root.locator("canvas")
        self.keyboard, self.mouse = book.page.keyboard, book.page.mouse
        expect(self.canvas).to_have_attribute("aria-label", re.compile("rows"), timeout=PATIENCE)

    @property
    def status(self) -> Locator:
        return self.root.get_by_role("status")

    def middle(self, row: int) -> tuple[float, float]:
        x, y, width, height = eval(self.book.python(f"print(sheet._grid.box({row}))"))
        box = self.canvas.bounding_box()
        assert box is not None
        return box["x"] + x + width / 2, box["y"] + y + height / 2

    def click(self, row: int, *held: str) -> None:
        for key in held:
            self.keyboard.down(key)
        self.mouse.click(*self.middle(row))
        for key in held:
            self.keyboard.up(key)

    def selected(self, *rows: int) -> None:
        """Wait until these rows are selected."""
        expect(self.status).to_contain_text(f"{len(rows)} of ")
        until(lambda: self.book.python("print(sheet.selected)"), str(list(rows)))

    def colour(self, row: int) -> Any:
        """What is painted near the upper left corner of a tile."""
        x, y, *_ = eval(self.book.python(f"print(sheet._grid.box({row}))"))
        return self.canvas.evaluate(
            "(c, [x, y]) => [...c.getContext('2d').getImageData(x, y, 1, 1).data]", [x, y + 30]
        )


def until(found: Callable[[], str], wanted: str) -> None:
    end = time.monotonic() + 10
    while (now := found()) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    assert now == wanted


@pytest.fixture
def shown(notebook: Open) -> Callable[..., tuple[Notebook, Page]]:
    def show(*cells: str, **context: Any) -> tuple[Notebook, Page]:
        book = notebook(SETUP, SHEET, *cells, **context)
        book.run_all()
        book.go_to("sheet =")
        return book, Page(book)

    return show


def test_many_rows_by_mouse_and_keys(shown) -> None:
    book, page = shown()
    page.click(2)
    page.selected(2)
    page.click(6, "Shift")
    page.selected(2, 3, 4, 5, 6)
    page.click(4, "Control")
    page.click(9, "Control")
    page.selected(2, 3, 5, 6, 9)
    page.keyboard.press("1")
    expect(page.status).to_contain_text("Labeled “day”: 5 rows.")
    assert eval(book.python(KINDS)) == dict.fromkeys((2, 3, 5, 6, 9), "day")
    page.keyboard.press("Control+z")
    expect(page.status).to_contain_text("Took back")
    assert book.python(KINDS) == "{}"
    page.keyboard.press("Control+Shift+z")
    expect(page.status).to_contain_text("Did again")
    assert len(eval(book.python(KINDS))) == 5

    columns = int(book.python("print(sheet._grid.columns)"))
    page.mouse.move(*page.middle(0))
    page.mouse.down()
    page.mouse.move(*page.middle(columns + 1), steps=4)
    page.mouse.up()
    page.selected(0, 1, columns, columns + 1)
    page.keyboard.press("Escape")
    page.selected()


def test_no_key_is_the_notebooks(shown) -> None:
    book, page = shown()
    cells = book.page.locator(".jp-Notebook > .jp-WindowedPanel-outer .jp-Cell")
    before = cells.count()
    page.click(0)
    for key in ("b", "a", "d", "d", "z", "x", "Enter", "Shift+Enter", "Escape", "m", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Control+a")
    expect(page.status).to_contain_text("48 of 48")
    page.keyboard.press("b")
    expect(page.status).to_contain_text("Labeled “night”: 47 rows.")
    assert cells.count() == before
    expect(page.canvas).to_be_focused()
    page.keyboard.press("Control+s")  # is the notebook's, and is passed on
    until(lambda: str(book.page.title().startswith("*")), "False")


def test_who_came_by_tab_leaves_by_tab_and_the_wheel_scrolls_the_page(shown) -> None:
    book, page = shown()
    page.click(0)
    expect(page.canvas).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.canvas).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.canvas).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.selected(0, 1)
    page.mouse.move(*page.middle(12))
    before = page.canvas.bounding_box()
    page.mouse.wheel(0, 160)
    book.page.wait_for_timeout(500)
    after = page.canvas.bounding_box()
    assert before is not None
    assert after is not None
    assert before["y"] != after["y"]


def test_everything_has_a_button(shown) -> None:
    book, page = shown()
    page.root.get_by_role("button", name="Select all").click()
    expect(page.status).to_contain_text("48 of 48")
    page.root.get_by_role("button", name="night").click()
    expect(page.status).to_contain_text("48 rows")
    page.root.get_by_role("button", name="Undo").click()
    expect(page.status).to_contain_text("Took back")
    page.root.get_by_title("Next page (Page Down)").click()
    until(lambda: book.python("print(sheet.rows[0])"), "48")
    page.root.get_by_role("combobox").first.select_option("Labeled")
    until(lambda: book.python("print(sheet.rows)"), "[]")


def test_a_double_click_opens_the_row_and_what_is_labeled_there_appears(shown) -> None:
    book, page = shown("labeler")
    widget = Widget(book.widget())
    expect(widget.task).to_have_text(re.compile(r"^1 / "), timeout=PATIENCE)
    book.go_to("sheet =")
    page.mouse.dblclick(*page.middle(7))
    expect(widget.task).to_have_text(re.compile(r"^8 / "))
    widget.choose("night")
    widget.button("Submit").click()
    until(lambda: book.python("print(sheet._tiles[7].state)"), "submitted")


def test_a_page_that_is_opened_again_shows_all_of_it(shown) -> None:
    book, page = shown()
    until(lambda: str(page.colour(1)[3]), "255")
    before = page.colour(1)
    book.command("docmanager:save")
    book.open()
    book.go_to("sheet =")
    page = Page(book)
    until(lambda: str(page.colour(1)), str(before))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_it_follows_theme_width_and_pixels(shown, theme) -> None:
    book, _ = shown(device_scale_factor=2)
    book.page.set_viewport_size({"width": 500, "height": 900})
    book.command("apputils:change-theme", {"theme": theme})
    dark = str(theme.endswith("Dark"))
    until(lambda: book.python("print(sheet._painter.look.ground < '#8')"), dark)
    until(lambda: book.python("print(sheet._grid.columns <= 4, sheet._ratio)"), "True 2.0")
    book.command("apputils:change-theme", {"theme": "JupyterLab Light"})


def test_images_of_the_web_lie_below_what_is_drawn(notebook, server) -> None:
    Image.new("RGB", (40, 20), "red").save(server.folder / "red.png")
    rows = f"rows = [{{'image': '{server.url}/files/red.png?{{}}'.format(n)}} for n in range(3)]"
    book = notebook(SETUP.replace("config =", f"{rows}\nconfig ="), SHEET)
    book.run_all()
    page = Page(book)
    images = page.root.locator("img")
    expect(images).to_have_count(3)
    until(lambda: str(images.first.evaluate("(image) => image.naturalWidth")), "40")
    until(lambda: str(page.colour(0)[3]), "0")  # nothing is drawn over it
    page.click(1)
    page.selected(1)
