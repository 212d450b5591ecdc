"""Label Studio's templates as they are: every control used by mouse and by keyboard, and exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.plain.notebook import Plain
from browser.walking import exported, opened, walk
from tests import corpus, templates

pytestmark = pytest.mark.corpus

walked: dict[str, list[Any]] = {}
"""The tasks of each template that was walked through."""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    with opened(browser, tmp_path_factory.mktemp("templates")) as book:
        yield book


@pytest.mark.parametrize("config", templates.shared() + templates.installed())
def test_a_template_works(config: str, page: Plain) -> None:
    assert config is not None, corpus.ABSENT
    walk(config, page)
    wrong, walked[config] = exported(page)
    assert [problem for problem in wrong if problem["annotation"]] == []


@pytest.mark.parametrize("config", [c for c in templates.tutorial() if c.id != "c03"])
def test_what_a_tutorial_prints_works(config: str, page: Plain) -> None:
    walk(config, page)


@pytest.mark.label_studio_sdk
def test_what_was_exported_is_what_the_sdk_takes() -> None:
    assert walked
    with templates.sdk() as check:
        for config, tasks in walked.items():
            assert check(config, tasks) == []
