"""The better of two, by a click on it, by its button, by its key."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.configs import labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

CONFIG = """<View>
  <Pairwise name="better" toName="one,two" selectionStyle="background: rgb(1, 2, 3)"
            leftClass="first"/>
  <Text name="one" value="$a"/><Text name="two" value="$b"/>
</View>"""
DATA = "pd.DataFrame({'a': ['the first', 'x'], 'b': ['the second', 'y']})"
RESULTS = "import json; print(json.dumps(labeler.to_label_studio()[0]['annotations'][0]['result']))"


@pytest.fixture
def show(show: Callable[..., tuple[Plain, Widget]]) -> Callable[..., tuple[Plain, Widget]]:
    return lambda config=CONFIG, **options: show(labeler(config, DATA, **options))


def test_a_click_on_it_and_once_more_takes_it_back(show) -> None:
    book, widget = show()
    widget.root.get_by_text("the second").click()
    expect(widget.button("Right")).to_have_attribute("aria-pressed", "true")
    chosen = widget.root.locator(".nb-chosen")
    expect(chosen).to_have_css("background-color", "rgb(1, 2, 3)")
    widget.root.get_by_text("the second").click()
    expect(widget.button("Right")).to_have_attribute("aria-pressed", "false")
    expect(chosen).to_have_count(0)
    assert widget.root.locator(".nb-pair").nth(1).get_attribute("style") in (None, "")
    widget.root.get_by_text("the first").click()
    widget.button("Submit").click()
    widget.at(2, 2)
    widget.saved()
    [result] = json.loads(book.python(RESULTS))
    assert {name: result[name] for name in ("from_name", "to_name", "type", "value")} == {
        "from_name": "better",
        "to_name": "better",
        "type": "pairwise",
        "value": {"selected": "left"},
    }
    assert book.python("print(labeler.to_frame()['better'].tolist())") == "['left', None]"
    assert book.python("print(len(labeler.check()))") == "0"


def test_each_side_has_a_key_and_one_answer_goes_on(show) -> None:
    book, widget = show(advance=True)
    widget.root.focus()
    book.page.keyboard.press("2")
    widget.at(2, 2)
    widget.button("Left").click()
    expect(widget.root).to_contain_text("All 2 tasks are done")
    widget.saved()
    assert book.python("print(labeler.to_frame()['better'].tolist())") == "['right', 'left']"
    book.page.keyboard.press("Control+z")
    widget.at(2, 2)
    expect(widget.button("Left")).to_have_attribute("aria-pressed", "false")


def test_what_is_marked_in_them_chooses_neither(show) -> None:
    config = CONFIG.replace(
        "<Pairwise", '<Labels name="ner" toName="one"><Label value="PER"/></Labels><Pairwise'
    )
    _, widget = show(config=config)
    widget.button("PER").click()
    widget.select("first", within="one")
    expect(widget.regions).to_have_count(1)
    expect(widget.button("Left")).to_have_attribute("aria-pressed", "false")
