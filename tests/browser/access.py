"""What is looked for so that everybody can use it, in any host."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

import nblabel
from browser.configs import MIXED, PICTURES, SETUP, labeler
from browser.lab import Notebook
from browser.labeler import Widget
from browser.plain.notebook import Plain

AXE = Path(nblabel.__file__).parent / "js" / "node_modules" / "axe-core" / "axe.min.js"

MIXED_CELLS = (
    SETUP,
    PICTURES,
    labeler(MIXED, "[{'text': 'Ana left Rome.', 'image': picture(400, 300)}]", name="labeler"),
)


def first(book: Notebook | Plain) -> Widget:
    widget = Widget(book.widget())
    expect(widget.task).to_have_text(re.compile(r"^\d+ / "))
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
    assert not (found := violations(book.page)), found
    assert not (found := faint(widget)), found
    widget.regions.first.get_by_role("button").first.click()
    widget.button("Keys").click()
    assert not (found := violations(book.page)), found
    assert not (found := faint(widget)), found
    widget.button("Settings").click()
    assert not (found := violations(book.page)), found
    widget.button("Settings").click()
    widget.choose("negative")
    widget.button("Submit").click()
    expect(widget.root).to_contain_text("All 1 tasks are done")
    assert not (found := violations(book.page)), found
