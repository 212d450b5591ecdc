"""Label Studio's own cases in the editor: submitted without a change they come out as they went in.

Then they are changed by one gesture that is taken back, and come out the same once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browser.labeler import Widget
from browser.plain.notebook import Plain
from nblabel.config import parse
from nblabel.tags import TAGS
from tests import corpus

pytestmark = pytest.mark.corpus

# What Label Studio refuses to submit, too, and why: the cases are about that.
REFUSED = {
    "fn-taxonomy-should-show-error-message-if-there-are-more-choices-select": (
        'Taxonomy "taxonomy" takes 1 choices at most.'
    ),
    "nested-choices-nested-choices-states-from-the-annotation": (
        'Checkbox "choices" takes one choice only.'
    ),
    "outliner-basic-details": 'Checkbox "choices" takes one choice only.',
    "required-check-required-param-in-complex-config": ('Checkbox "validation-label" is required.'),
    "sdk-test-number-validation-2": 'Number "-5" is not valid',
    "unfinished-polygons-continue-annotating-after-closing-region-from-draf": (
        '"Hello" is not closed yet'
    ),
    "unfinished-polygons-indicate-selected-labels-0": '"Label 1" is not closed yet',
    "unfinished-polygons-indicate-selected-labels-1": '"Label 2, Label 3" is not closed yet',
    "unfinished-polygons-init-an-annotation-with-result-of-new-format-of-po": (
        '"Hello" is not closed yet'
    ),
}

# The cases that are about what is required, and lack it.
LACKING = "fn-per-item-should-require-result"
MISSING = {
    "Choices": 'Checkbox "choices" is required.',
    "DateTime": 'DateTime "datetime" is required.',
    "Number": 'Number "number" is required.',
    "Rating": 'Rating "rating" is required.',
    "Taxonomy": 'Taxonomy "taxonomy" is required.',
    "TextArea": 'Input for the textarea "textarea" is required.',
}

SETUP = "import json\nimport nblabel as nl\nlabeler = None"
OPEN = """
if labeler:  # a page has 255 sockets at most
    labeler.close()
project = nl.Project([json.loads({task!r})], {config!r}, store=":memory:", name={name!r})
labeler = nl.Labeler(project)
labeler
"""
SAID = """
last = labeler.history(labeler.key(0))[-1]
print(json.dumps([last.state, [result for result in last.results]]))
"""


def cases() -> Iterator[Any]:
    """Each work of each valid case; what of it is not drawn must come out all the same."""
    for parameter in corpus.cases():
        (case,) = parameter.values
        if case is None:
            yield pytest.param(None, None, id="absent")
        elif case.valid:
            works = [work["result"] for work in case.works if work.get("result")]
            for at, results in enumerate(works):
                yield pytest.param(case, results, id=f"{case.name}-{at}" if at else case.name)


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    """One kernel and one page for all of them: each case takes the place of the one before."""
    book = Plain(browser, tmp_path_factory.mktemp("corpus"), SETUP, "None")
    book.run_all()
    yield book
    book.close()


def shown(book: Plain, case: corpus.Case, results: list[Any]) -> Widget:
    task = {"data": case.data, "drafts": [{"id": 1, "result": results}]}
    code = OPEN.format(task=json.dumps(task), config=case.config, name=case.name)
    address = book.kernel.run(code)["shown"]
    book.page.evaluate("(given) => show(...given)", [1, address])
    widget = Widget(book.widget())
    widget.at(1, of=1)
    return widget


def said(book: Plain) -> tuple[str, list[Any]]:
    """What the kernel has, once all that was done in the page is there."""
    Widget(book.widget()).saved()
    state, results = json.loads(book.python(SAID))
    return state, results


def refusal(case: corpus.Case) -> str | None:
    """Return what is said instead of submitting; None where it is submitted."""
    if not case.name.startswith(LACKING):
        return REFUSED.get(case.name)
    elements = parse(case.config, TAGS).root.walk()
    return next(MISSING[e.tag] for e in elements if e.attributes.get("required"))


def gesture(widget: Widget) -> bool:
    """Change one thing: delete a region, or press the first thing that can be pressed."""
    if widget.regions.count() > 0:
        row = widget.regions.first.locator("[aria-pressed]").first
        if row.get_attribute("aria-pressed") == "false":
            row.click()
        widget.root.focus()
        widget.page.keyboard.press("Delete")
        return True
    for role in ("radio", "checkbox"):
        field = widget.root.locator(".nb-data").get_by_role(role, disabled=False)
        if field.count() > 0:
            field.first.click()
            return True
    return False


@pytest.mark.parametrize(("case", "results"), list(cases()))
def test_it_comes_out_as_it_went_in(case: corpus.Case, results: list[Any], page: Plain) -> None:
    assert case is not None, corpus.ABSENT
    widget = shown(page, case, results)
    submit(widget)
    refused = refusal(case)
    if refused:
        widget.said(refused)
    else:
        expect(widget.root.get_by_text("All 1 tasks are done")).to_be_visible()
        assert said(page) == ("submitted", results)
        widget.page.keyboard.press("Control+z")
        widget.at(1, of=1)
    assert said(page) == ("draft", results)
    if gesture(widget):
        widget.page.keyboard.press("Control+z")
    assert said(page) == ("draft", results)
    assert page.errors == []


def submit(widget: Widget) -> None:
    widget.root.focus()
    widget.page.keyboard.press("Control+Enter")
