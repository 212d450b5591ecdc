"""Markdown of a config and of the data: drawn, in its place, and nothing in it runs or asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.configs import labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain

CONFIG = """<View>
  <Markdown>
    # Read carefully

    - *first* the text
    - then `code`

    | a | b |
    |---|---|
    | 1 | 2 |
  </Markdown>
  <Markdown value="$text" className="told"/>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="bad" alias="bad"/></Choices>
  <Markdown visibleWhen="choice-selected" whenTagName="mood" whenChoiceValue="bad">Say **why**.</Markdown>
</View>"""

HOSTILE = """A [link](javascript:alert(1)) and <img src=x onerror="document.title='run'">
<script>document.title = 'run'</script> ![picture](https://example.invalid/x.png)
<div style="position:fixed;inset:0">over all</div>"""


@pytest.fixture
def show(show: Callable[..., tuple[Plain, Widget]]) -> Callable[[str], tuple[Plain, Widget]]:
    return lambda text: show(labeler(CONFIG, texts(text, "b"), advance=False))


def test_it_is_drawn_and_follows_conditions(show) -> None:
    _book, widget = show("some **bold** words")
    expect(widget.root.get_by_role("heading", name="Read carefully", level=1)).to_be_visible()
    expect(widget.root.get_by_role("listitem").filter(has_text="then code")).to_be_visible()
    expect(widget.root.get_by_role("cell", name="2")).to_be_visible()
    expect(widget.root.locator(".told strong")).to_have_text("bold")
    why = widget.root.get_by_text("Say why.")
    expect(why).to_have_count(0)
    widget.choose("bad")
    expect(why).to_be_visible()


def test_what_is_hostile_in_it_does_nothing(show) -> None:
    asked: list[str] = []
    book, widget = show(HOSTILE)
    book.page.on("request", lambda request: asked.append(request.url))
    told = widget.root.locator(".told")
    expect(told.get_by_text("over all")).to_be_visible()
    assert told.locator("script").count() == 0
    expect(told.locator("a")).to_have_count(1)
    assert told.locator("a").get_attribute("href") is None
    box, whole = told.bounding_box(), widget.root.bounding_box()
    assert box
    assert whole
    assert box["y"] + box["height"] <= whole["y"] + whole["height"]
    book.page.wait_for_timeout(300)
    assert [url for url in asked if "example.invalid" in url] == []
    assert "run" not in book.page.title()
