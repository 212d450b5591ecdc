"""Documents, dialogues and tables for everybody: roles, names, contrast, tab stops."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.access import faint, first, violations
from browser.configs import SETUP
from browser.plain.notebook import Plain

CONFIG = """<View>
  <HyperTextLabels name="parts" toName="page,flow"><Label value="Title"/></HyperTextLabels>
  <ParagraphLabels name="acts" toName="talk"><Label value="Question"/></ParagraphLabels>
  <HyperText name="page" value="$html"/>
  <HyperText name="flow" value="$html" inline="true"/>
  <Paragraphs name="talk" value="$turns" layout="dialogue"/>
  <Table name="facts" value="$facts"/>
  <Dialog name="old" value="$old"/>
</View>"""

ROW = {
    "html": "<h2>A heading</h2><p>Ada wrote <b>it</b> <a href='https://example.org'>there</a>.</p>",
    "turns": [
        {"author": name, "text": f"{name} asks.", "start": n}
        for n, name in enumerate(["Ada", "Alan", "Grace", "Mia", "Vincent", "Edsger", "Barbara"])
    ],
    "facts": {"b": 1, "a": [2]},
    "old": [{"name": "Ada", "text": "Hello", "hint": "said", "date": "1843"}],
}


@pytest.mark.parametrize("own", ["dark", "light"])
def test_axe_finds_nothing(plain: Callable[..., Plain], own: str) -> None:
    config = CONFIG.replace("page,flow", "page")
    book = plain(SETUP, f"labeler = nl.Labeler([{ROW!r}], '''{config}''', theme={own!r})\nlabeler")
    book.run_all()
    widget = first(book)
    for name in ("page", "flow", "talk", "facts", "old"):
        expect(widget.group(name)).to_have_count(1)
    widget.button("Question").click()
    widget.select("asks", within="talk")
    widget.button("Title").click()
    widget.select("Ada wrote", within="page")
    expect(widget.regions).to_have_count(2)
    assert not (found := violations(book.page)), found
    assert not (found := faint(widget)), found


def test_tab_goes_into_a_document_and_out_of_it(plain: Callable[..., Plain]) -> None:
    config = """<View><HyperText name="page" value="$html"/>
      <Choices name="kind" toName="page"><Choice value="good"/></Choices></View>"""
    book = plain(SETUP, f"labeler = nl.Labeler([{ROW!r}], '''{config}''')\nlabeler")
    book.run_all()
    widget = first(book)
    frame = book.page.frame_locator("iframe")
    expect(frame.get_by_role("textbox")).to_be_visible()
    widget.root.focus()
    names = []
    for _ in range(30):
        book.page.keyboard.press("Tab")
        name = book.page.evaluate(
            """() => {
              let at = document.activeElement;
              for (let next = at; next; next = at.shadowRoot?.activeElement ?? at.contentDocument?.activeElement) {
                if (next === at && next !== document.activeElement) break;
                at = next;
                if (!at.shadowRoot?.activeElement && !at.contentDocument?.activeElement) break;
              }
              return at?.getAttribute('aria-label') ?? at?.textContent.trim() ?? '';
            }"""
        )
        names.append(name)
    assert "HTML page" in names, names
    assert "there" not in names  # its links are no stops of their own
    assert any("good" in name for name in names[names.index("HTML page") :])
