"""What is repeated for every item: page by page, or all at once."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from browser.access import violations
from browser.configs import labeler

CONFIG = """<View><Repeater on="$pages" mode="{mode}">
  <Header value="Page {{{{idx}}}}"/>
  <Labels name="ner_{{{{idx}}}}" toName="text_{{{{idx}}}}"><Label value="PER"/></Labels>
  <Text name="text_{{{{idx}}}}" value="$pages[{{{{idx}}}}].text"/>
  <Choices name="mood_{{{{idx}}}}" toName="text_{{{{idx}}}}" required="true">
    <Choice value="good"/><Choice value="bad"/>
  </Choices>
</Repeater></View>"""
DATA = """[{'pages': [{'text': f'Ana was in Rome {n} times.'} for n in range(3)]},
  {'pages': [{'text': 'one'}]}, {'pages': None}]"""


def test_page_by_page_with_the_same_keys_on_each(show) -> None:
    book, widget = show(labeler(CONFIG.format(mode="pagination"), DATA))
    press = book.page.keyboard.press
    widget.root.focus()
    press("2")
    expect(widget.group("mood_0").get_by_role("radio", name="good")).to_be_checked()
    press("Alt+ArrowRight")
    expect(widget.root.get_by_text("Page 1")).to_be_visible()
    press("1")
    widget.select("Ana", "text_1")
    press("Escape")
    expect(widget.regions).to_have_count(1)
    widget.root.focus()
    press("Alt+ArrowRight")
    press("3")
    widget.button("Submit").click()
    widget.said('Checkbox "mood_1" is required.')  # and its page is turned to
    expect(widget.root.get_by_text("Page 1")).to_be_visible()
    assert violations(book.page) == []
    widget.root.focus()
    press("2")
    widget.button("Submit").click()
    widget.at(2, 3)
    widget.saved()
    frame = json.loads(book.python("print(labeler.to_frame().iloc[0].to_json())"))
    assert [frame[f"mood_{n}"] for n in range(3)] == ["good", "good", "bad"]
    assert frame["ner_1"] == [{"start": 0, "end": 3, "text": "Ana", "labels": ["PER"]}]
    assert book.python("print(len(labeler.check()))") == "0"


def test_a_region_of_another_page_is_turned_to(show) -> None:
    book, widget = show(labeler(CONFIG.format(mode="pagination"), DATA))
    widget.root.focus()
    book.page.keyboard.press("1")
    widget.select("Ana", "text_0")
    widget.root.get_by_role("spinbutton", name="Page").fill("3")
    widget.root.get_by_role("spinbutton", name="Page").press("Enter")
    expect(widget.root.get_by_text("Page 2")).to_be_visible()
    widget.regions.get_by_role("button", name=re.compile("PER")).first.click()
    expect(widget.root.get_by_text("Page 0")).to_be_visible()


def test_all_at_once_and_nothing_where_there_is_no_list(show) -> None:
    _, widget = show(labeler(CONFIG.format(mode="list"), DATA))
    expect(widget.root.get_by_role("heading")).to_have_text(["Page 0", "Page 1", "Page 2"])
    widget.button("Skip").click()
    widget.at(2, 3)
    expect(widget.root.get_by_role("heading")).to_have_text(["Page 0"])
    widget.button("Skip").click()
    widget.at(3, 3)
    expect(widget.root.get_by_text("There is nothing to repeat here.")).to_be_visible()
