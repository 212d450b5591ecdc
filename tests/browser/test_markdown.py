"""Markdown of a config and of the data: drawn, in its place, and nothing in it runs or asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.configs import SETUP, labeler, texts
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


def test_what_is_nested_deeper_than_anybody_reads(show) -> None:
    text = "_" * 6_000 + "deep" + "_" * 6_000 + "\n\n"
    _book, widget = show(text)
    expect(widget.root.locator(".told")).to_contain_text("_deep_")
    _book, widget = show(">" * 20_000 + " quoted")
    expect(widget.root.locator(".told blockquote").last).to_contain_text("quoted")


def test_what_cannot_be_drawn_leaves_the_rest(plain: Callable[..., Plain]) -> None:
    broken = """
      const { localeCompare } = String.prototype;
      String.prototype.localeCompare = function (other, ...more) {
        if (other === "broken") throw new Error("it is broken");
        return localeCompare.call(this, other, ...more);
      };
    """
    config = """<View><Table name="facts" value="$facts"/><Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="bad"/></Choices></View>"""
    rows = [
        {"facts": {"a": 0, "broken": 0, "c": 0}, "text": "x"},
        {"facts": {"a": 1}, "text": "y"},
    ]
    book = plain(SETUP, labeler(config, repr(rows), advance=False), before=broken)
    book.run_all()
    widget = Widget(book.widget())
    widget.at(1, 2)
    expect(widget.root.get_by_role("note")).to_contain_text(
        "cannot be drawn here (Error: it is broken)"
    )
    widget.choose("bad")
    expect(widget.button("Submit")).to_be_enabled()
    widget.button("Next task").click()
    expect(widget.group("facts").get_by_role("cell", name="1")).to_be_visible()
    expect(widget.root.get_by_role("note")).to_have_count(0)
    widget.button("Previous task").click()
    expect(widget.root.get_by_role("note")).to_be_visible()
    expect(widget.root.get_by_role("radio", name="bad")).to_be_checked()
