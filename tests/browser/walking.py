"""A template walked through: every control used by mouse and by keyboard, then submitted.

What a template shows is made for it (`tests.samples`); what is done with a control of each tag is
said in `browser.hands`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from browser.access import faint, violations
from browser.hands import Keys, Mouse
from browser.labeler import Widget
from browser.plain.notebook import Plain
from nblabel.config import Config, parse
from nblabel.tags import TAGS
from tests import samples

SETUP = "import json\nimport nblabel as nl"
OPEN = """
project = nl.Project([json.loads({task!r})], {config!r}, store=":memory:", name="walk", advance=False)
labeler = nl.Labeler(project, theme="light")
labeler
"""
STATES = """
states = labeler.history(labeler.key(0))
print(json.dumps([[state.state, [dict(result) for result in state.results]] for state in states]))
"""
EXPORT = "print(json.dumps([project.check_rows(), project.to_label_studio()]))"
GROUNDS = {"light": "white", "dark": "#111"}

Results = list[dict[str, Any]]
States = list[tuple[str, Results]]


@contextmanager
def opened(browser: Browser, folder: Path) -> Iterator[Plain]:
    """Give one kernel and one page for many: each template takes the place of the one before."""
    book = Plain(browser, folder, SETUP, "None")
    book.run_all()
    book.page.set_default_timeout(10_000)
    yield book
    book.close()


def shown(book: Plain, config: str) -> tuple[Widget, Config]:
    read = parse(config, TAGS)
    data = samples.task(read)
    code = OPEN.format(task=json.dumps({"data": data}), config=config)
    address = book.kernel.run(code)["shown"]
    book.page.evaluate("(given) => show(...given)", [1, address])
    widget = Widget(book.widget())
    widget.at(1, of=1)
    return widget, read.of(data)


def everybody_can_read_it(book: Plain) -> None:
    for theme, ground in GROUNDS.items():
        book.page.evaluate("(ground) => { document.body.style.background = ground }", ground)
        book.python(f"labeler.theme = {theme!r}")
        assert not (found := violations(book.page)), (theme, found)
        assert not (found := own(faint(Widget(book.widget())))), (theme, found)


def own(found: list[str]) -> list[str]:
    """Leave out texts and headings: a config may have chosen both of their colours."""
    return [text for text in found if "nb-text" not in text and "nb-header" not in text]


def states(book: Plain) -> States:
    """Every state of the annotation so far, once all that was done in the page is there."""
    Widget(book.widget()).saved()
    return [(state, results) for state, results in json.loads(book.python(STATES))]


def who_said_something(found: States) -> set[str]:
    return {r["from_name"] for _, results in found for r in results if r["type"] != "relation"}


def undo_all(widget: Widget) -> None:
    undo = widget.button("Undo")
    while undo.get_attribute("aria-disabled") is None:
        undo.click()


def is_related(found: States) -> bool:
    return any(r["type"] == "relation" for _, results in found for r in results)


def walk(config: str, book: Plain) -> Results:
    """Use every control and submit what the keyboard said; give what the mouse had said before."""
    widget, read = shown(book, config)
    relates = any(element.tag == "Relations" for element in read.root.walk())
    Mouse(widget, read).use_all()
    by_mouse = states(book)
    assert who_said_something(by_mouse) == set(read.controls)
    assert is_related(by_mouse) == relates
    undo_all(widget)
    *_, (_, said_by_mouse) = by_mouse
    *_, (_, nothing) = undone = states(book)
    assert nothing == []
    widget.root.focus()
    Keys(widget, read).use_all()
    by_keys = states(book)[len(undone) :]
    assert who_said_something(by_keys) == set(read.controls)
    assert is_related(by_keys) == relates
    everybody_can_read_it(book)
    widget.root.focus()
    widget.page.keyboard.press("Control+Enter")
    expect(widget.root.get_by_text("All 1 tasks are done")).to_be_visible()
    widget.saved()
    assert book.errors == []
    return said_by_mouse


def exported(book: Plain) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is wrong with the template's rows, and its tasks as Label Studio takes them."""
    wrong, tasks = json.loads(book.python(EXPORT))
    return wrong, tasks
