"""Everybody can use it: the accessible tree is a contract, axe finds nothing, no key leaks."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import nblabel
from browser.configs import CHOICES, MIXED, PICTURES, SETUP, SPANS, labeler, texts
from browser.lab import Notebook, Server
from browser.labeler import PATIENCE, Widget
from browser.plain.notebook import Plain

Open = Callable[..., Plain]
SHOWN = re.compile(r"^\d+ / ")
AXE = Path(nblabel.__file__).parent / "js" / "node_modules" / "axe-core" / "axe.min.js"

MIXED_CELLS = (
    SETUP,
    PICTURES,
    labeler(MIXED, "[{'text': 'Ana left Rome.', 'image': picture(400, 300)}]", name="labeler"),
)


def first(book: Notebook | Plain) -> Widget:
    widget = Widget(book.widget())
    expect(widget.task).to_have_text(SHOWN)
    return widget


def violations(page: Page) -> list[str]:
    """What axe finds wrong inside the widgets of a page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """() => axe.run([...document.querySelectorAll('.jp-OutputArea-output, .output')].filter(
                 (output) => output.querySelector('[data-lm-suppress-shortcuts]')), {
             rules: {
               region: { enabled: false },  // landmarks of the page around are the host's
               // A name is a contract; the text beside it tells a key, a count or a number as well.
               'label-content-name-mismatch': { enabled: false },
             },
           }).then((result) => result.violations.flatMap((violation) => violation.nodes.map(
             (node) => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`)))"""
    )
    return list(found)


def faint(widget: Widget) -> list[str]:
    """Texts with less contrast than WCAG AA asks for (4.5 to 1; 3 to 1 where large).

    axe passes over most texts in a shadow root, so this looks at each text itself: its colour
    against the backgrounds behind it, blended.
    """
    return list(
        widget.root.evaluate(
            """(root) => {
              const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
              const over = (colors) => {
                canvas.clearRect(0, 0, 1, 1);
                for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
                return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
              };
              const light = (rgb) => rgb.map((v) => v / 255)
                .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const found = [];
              const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const el = node.parentElement;
                if (!node.data.trim() || !el.checkVisibility() || el.closest('style')) continue;
                if (el.closest('[aria-disabled=true]')) continue;  // WCAG asks nothing of these
                const backs = [];
                for (let at = el; at; at = at.parentElement) backs.unshift(getComputedStyle(at).backgroundColor);
                const back = over(['white', ...backs]);
                const style = getComputedStyle(el);
                const front = over([`rgb(${back})`, style.color]);
                const [a, b] = [light(back), light(front)].sort((x, y) => y - x);
                const large = parseFloat(style.fontSize) >= 24
                  || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
                const ratio = (a + 0.05) / (b + 0.05);
                if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${node.data.trim()} ${el.className}`);
              }
              return found;
            }"""
        )
    )


class TestContract:
    def test_every_part_has_its_role_and_name(self, plain: Open) -> None:
        book = plain(*MIXED_CELLS)
        book.run_all()
        widget = first(book)
        for name in ("text", "photo", "ner", "mood", "box"):
            expect(widget.group(name)).to_have_count(1)
        expect(widget.group("photo").get_by_role("img")).to_have_count(1)
        expect(widget.group("text")).to_contain_text("Ana left Rome.")
        expect(
            widget.group("mood").get_by_role("radio", name="positive", exact=True)
        ).to_have_count(1)
        expect(widget.group("ner").get_by_role("button", name="PER", exact=True)).to_have_attribute(
            "aria-pressed", "false"
        )
        expect(widget.root.get_by_role("list", name="Regions", exact=True)).to_have_count(1)
        for name in ("Submit", "Skip", "Undo", "Redo", "Previous task", "Next task"):
            expect(widget.button(name)).to_have_count(1)
        expect(widget.status).to_have_text("Saved")
        expect(widget.task).to_have_text("1 / 1")
        widget.button("PER").click()
        widget.select("Ana", within="text")
        expect(widget.regions).to_have_count(1)
        expect(widget.regions).to_contain_text("PER")
        expect(widget.regions).to_contain_text("Ana")
        widget.button("Submit").click()
        widget.button("Previous task").click()
        expect(widget.button("Update")).to_have_count(1)

    def test_the_widget_is_named_after_its_project(self, plain: Open) -> None:
        book = plain(
            SETUP, labeler(CHOICES, texts("a"), project="labeler").replace("project=", "name=")
        )
        book.run_all()
        expect(book.page.get_by_role("region", name="nblabel: labeler", exact=True)).to_be_visible(
            timeout=30_000
        )


GROUNDS = {"light": "white", "dark": "#111"}


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("own", ["auto", "dark", "light"])
def test_axe_finds_nothing(plain: Open, ground: str, own: str) -> None:
    before = f"document.body.style.background = {GROUNDS[ground]!r};"
    nothing_is_found(plain(*MIXED_CELLS, before=before), own)


@pytest.fixture
def host(notebook: Callable[..., Notebook]) -> Iterator[Callable[[str], Notebook]]:
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


def nothing_is_found(book: Notebook | Plain, own: str) -> None:
    """Label in a theme of the widget's own, and look at it on the way."""
    book.run_all()
    first(book)
    book.python(f"labeler.theme = {own!r}")
    widget = first(book)
    widget.button("PER").click()
    widget.select("Ana", within="text")
    widget.button("LOC").click()
    widget.select("Rome", within="text")
    photo = widget.picture("photo", 400, 300)
    widget.button("roof").click()
    photo.drag(0.2, 0.2, 0.8, 0.5)
    expect(widget.regions).to_have_count(3)
    assert violations(book.page) == []
    assert faint(widget) == []
    widget.regions.first.get_by_role("button").first.click()
    widget.button("Keys").click()
    assert violations(book.page) == []
    assert faint(widget) == []
    widget.button("Settings").click()
    widget.choose("negative")
    widget.button("Submit").click()
    expect(widget.root).to_contain_text("All 1 tasks are done")
    assert violations(book.page) == []


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
    while book.path.stat().st_mtime_ns == before and time.monotonic() < deadline:
        book.page.wait_for_timeout(50)
    assert any(cell.get("outputs") for cell in json.loads(book.path.read_text())["cells"])
    expect(book.page.locator(".jp-Cell")).to_have_count(cells)


class TestKeysStayInTheWidget:
    def test_in_jupyterlab(self, notebook: Callable[..., Notebook]) -> None:
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


def test_everything_is_reached_by_keyboard_with_visible_focus(plain: Open) -> None:
    book = plain(*MIXED_CELLS)
    book.run_all()
    widget = first(book)
    expect(widget.image("photo")).to_be_visible(timeout=PATIENCE)
    widget.root.focus()
    reached, unseen = set(), []
    for _ in range(60):
        book.page.keyboard.press("Tab")
        name, seen = book.page.evaluate(
            """() => {
              let a = document.activeElement;
              while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement;
              if (!a?.closest('.nb')) return [null, true];
              const after = getComputedStyle(a, '::after');
              const ring = (el) => el && (getComputedStyle(el).outlineStyle !== 'none'
                || getComputedStyle(el).boxShadow !== 'none');
              const seen = ring(a) || ring(a.parentElement) || after.borderStyle === 'solid';
              return [a.getAttribute('aria-label') ?? a.textContent.trim(), seen];
            }"""
        )
        if name is None:
            break
        reached.add(name)
        if not seen:
            unseen.append(name)
    assert {
        "Previous task",
        "Undo",
        "Keys",
        "Text text",
        "positive",
        "Image photo",
        "Skip",
        "Submit",
    } <= reached
    assert any(name.startswith("PER") for name in reached)
    assert unseen == []
