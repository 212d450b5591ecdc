"""Labels and choices that are filtered by what is typed."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.access import violations
from browser.configs import labeler

LABELS = "".join(f'<Label value="{name}"/>' for name in ("Person", "Place", "Organisation"))
CONFIG = f"""<View>
  <Filter name="find" toName="ner" hotkey="f" minLength="2" placeholder="Find a label"/>
  <Labels name="ner" toName="text">{LABELS}</Labels>
  <Text name="text" value="$text"/>
  <Filter name="which" toName="mood" minLength="1" caseSensetive="true" cleanup="false"/>
  <Choices name="mood" toName="text" choice="multiple">
    <Choice value="Good"/><Choice value="bad"/>
  </Choices>
</View>"""
DATA = "[{'text': 'Ana left Rome.'}]"


def test_its_key_focuses_it_and_enter_takes_the_first_that_fits(show) -> None:
    book, widget = show(labeler(CONFIG, DATA))
    field = widget.root.get_by_role("searchbox", name="find")
    labels = widget.group("ner").get_by_role("button")
    widget.root.focus()
    book.page.keyboard.press("f")
    expect(field).to_be_focused()
    book.page.keyboard.type("o")
    expect(labels).to_have_count(3)  # one letter is too few
    book.page.keyboard.type("rg")
    expect(labels).to_have_count(1)
    assert violations(book.page) == []
    book.page.keyboard.press("Enter")
    expect(widget.group("ner").get_by_role("button", name="Person")).to_be_visible()
    expect(field).to_have_value("")
    expect(widget.group("ner").get_by_role("button", name="Organisation")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_what_nothing_fits_stays_to_be_mended(show) -> None:
    _, widget = show(labeler(CONFIG, DATA))
    field = widget.root.get_by_role("searchbox", name="find")
    field.fill("orx")
    expect(widget.group("ner").get_by_role("button", name="Person")).to_have_count(0)
    field.press("Enter")
    expect(field).to_have_value("orx")
    expect(widget.group("ner").get_by_role("button", pressed=True)).to_have_count(0)


def test_it_tells_upper_from_lower_case_where_it_is_to(show) -> None:
    _, widget = show(labeler(CONFIG, DATA))
    field = widget.root.get_by_role("searchbox", name="which")
    boxes = widget.group("mood").get_by_role("checkbox")
    field.fill("g")
    expect(boxes).to_have_count(0)
    field.fill("G")
    expect(boxes).to_have_count(1)
    field.press("Enter")
    expect(boxes.first).to_be_checked()
    expect(field).to_have_value("G")  # cleanup="false"
    field.press("Escape")
    expect(boxes).to_have_count(2)
