"""Label Studio's templates as they are: every control used by mouse and by keyboard, and exported.

What a template shows is made for it (`tests.samples`); what is done with a control of each tag is
said in `browser.hands`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browser.access import faint, violations
from browser.hands import Keys, Mouse
from browser.labeler import Widget
from browser.plain.notebook import Plain
from nblabel.config import Config, parse
from nblabel.tags import TAGS
from tests import corpus, samples, templates

pytestmark = pytest.mark.corpus

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

States = list[tuple[str, list[dict[str, Any]]]]

exported: dict[str, list[Any]] = {}
"""The tasks of each template that was walked through."""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    """One kernel and one page for all of them: each template takes the place of the one before."""
    book = Plain(browser, tmp_path_factory.mktemp("templates"), SETUP, "None")
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


def walk(config: str, book: Plain) -> None:
    widget, read = shown(book, config)
    relates = any(element.tag == "Relations" for element in read.root.walk())
    Mouse(widget, read).use_all()
    by_mouse = states(book)
    assert who_said_something(by_mouse) == set(read.controls)
    assert is_related(by_mouse) == relates
    undo_all(widget)
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


@pytest.mark.parametrize("config", templates.shared() + templates.installed())
def test_a_template_works(config: str, page: Plain) -> None:
    assert config is not None, corpus.ABSENT
    walk(config, page)
    wrong, exported[config] = json.loads(page.python(EXPORT))
    assert [problem for problem in wrong if problem["annotation"]] == []


@pytest.mark.parametrize("config", [c for c in templates.tutorial() if c.id != "c03"])
def test_what_a_tutorial_prints_works(config: str, page: Plain) -> None:
    walk(config, page)


@pytest.mark.label_studio_sdk
def test_what_was_exported_is_what_the_sdk_takes() -> None:
    assert exported
    with templates.sdk() as check:
        for config, tasks in exported.items():
            assert check(config, tasks) == []
