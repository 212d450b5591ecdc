"""What folds: one panel at a time or each by itself, and for the next task as it was left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from browser.configs import labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain


def config(attributes: str = "", first: str = "") -> str:
    return f"""<View>
  <Text name="text" value="$text"/>
  <Collapse {attributes}>
    <Panel value="About $text" {first}><Header value="Read it twice."/></Panel>
    <Panel value="The mood">
      <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
    </Panel>
  </Collapse></View>"""


@pytest.fixture
def show(show: Callable[..., tuple[Plain, Widget]]) -> Callable[[str], Widget]:
    return lambda config: show(labeler(config, texts("rain", "sun"), advance=False))[1]


def seen(widget: Widget) -> list[bool]:
    parts: list[Locator] = [widget.root.get_by_text("Read it twice."), widget.group("mood")]
    return [part.is_visible() for part in parts]


def test_one_is_open_at_a_time_and_stays_so_for_the_next_task(show) -> None:
    widget = show(config())
    assert seen(widget) == [False, False]
    widget.root.get_by_text("About rain").click()
    assert seen(widget) == [True, False]
    widget.root.get_by_text("The mood").focus()
    widget.page.keyboard.press("Enter")
    assert seen(widget) == [False, True]
    widget.choose("good")
    widget.page.keyboard.press("Control+Enter")
    widget.at(2, 2)
    expect(widget.root.get_by_text("About sun")).to_be_visible()
    assert seen(widget) == [False, True]
    widget.saved()


def test_each_by_itself_and_open_from_the_start(show) -> None:
    widget = show(config('accordion="false" open="true" bordered="true"'))
    assert seen(widget) == [True, True]
    widget.root.get_by_text("About rain").click()
    assert seen(widget) == [False, True]


def test_one_that_is_open_from_the_start(show) -> None:
    assert seen(show(config(first='open="true"'))) == [True, False]


def test_a_panel_says_for_itself_whether_it_is_open(show) -> None:
    assert seen(show(config('accordion="false" open="true"', 'open="false"'))) == [False, True]


def test_of_an_accordion_the_first_that_would_be_open_is(show) -> None:
    assert seen(show(config('open="true"'))) == [True, False]


def test_what_is_required_is_unfolded(show) -> None:
    widget = show(config().replace('name="mood"', 'name="mood" required="true"'))
    widget.root.get_by_text("About rain").click()
    widget.button("Submit").click()
    widget.said('Checkbox "mood" is required.')
    expect(widget.group("mood")).to_be_visible()
    expect(widget.root.get_by_text("Read it twice.")).not_to_be_visible()
    widget.root.get_by_text("The mood").click()
    expect(widget.group("mood")).not_to_be_visible()
    widget.button("Submit").click()  # and again
    expect(widget.group("mood")).to_be_visible()


def test_what_is_folded_away_has_its_key_and_is_submitted(show) -> None:
    widget = show(config())
    widget.root.focus()
    widget.page.keyboard.press("2")
    widget.page.keyboard.press("Control+Enter")
    widget.at(2, 2)
    widget.saved()
    widget.button("Previous task").click()
    widget.root.get_by_text("The mood").click()
    expect(widget.root.get_by_role("radio", name="bad")).to_be_checked()
