"""Everybody can use it: the accessible tree is a contract, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.access import MIXED_CELLS, first, nothing_is_found
from browser.configs import CHOICES, SETUP, labeler, texts
from browser.labeler import PATIENCE
from browser.plain.notebook import Plain

Open = Callable[..., Plain]


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
