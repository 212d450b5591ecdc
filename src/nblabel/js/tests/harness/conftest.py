"""The page that holds both stages, once for all their checks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from driving import stages


@pytest.fixture(scope="session")
def opened() -> Iterator[Page]:
    with stages() as page:
        yield page


@pytest.fixture
def page(opened: Page) -> Iterator[Page]:
    problems: list[str] = []
    note = lambda error: problems.append(str(error))  # noqa: E731  (the same object is taken off)
    opened.on("pageerror", note)
    opened.evaluate("harness.clear()")
    opened.mouse.move(0, 0)
    yield opened
    opened.remove_listener("pageerror", note)
    assert not problems
