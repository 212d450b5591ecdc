from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from browser.chromium import find
from browser.configs import SETUP
from browser.faults.rig import Rig
from browser.lab import Notebook, Server
from browser.labeler import Widget
from browser.plain.notebook import Plain

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    # Last: Playwright's event loop runs in this thread for as long as the browser does.
    items.sort(key=lambda item: here in item.path.parents)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("notebooks"))
    yield server
    server.stop()


@contextmanager
def launched() -> Iterator[Browser]:
    """Give a Chromium; Playwright's event loop runs in this thread until it is closed."""
    path = find()
    if path is None:
        pytest.fail("no Chromium was found: run `make test`, which says what to do", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@contextmanager
def closing_all(request: pytest.FixtureRequest) -> Iterator[list[Any]]:
    """Notebooks that are closed with the test, after a picture of each where it failed."""
    opened: list[Any] = []
    failures = request.session.testsfailed
    yield opened
    for number, book in enumerate(opened):
        if request.session.testsfailed > failures:
            folder = Path(__file__).parent / "screenshots"
            book.page.screenshot(path=folder / f"failed-{request.node.name}-{number}.png")
        book.close()


@pytest.fixture
def notebook(
    server: Server, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Notebook]]:
    """Open a notebook in JupyterLab with these cells, or a copy of a file, in its own folder."""
    with closing_all(request) as opened:

        def open_notebook(*cells: str, file: Path | None = None, **context: Any) -> Notebook:
            name = "".join(c if c.isalnum() else "-" for c in request.node.name)
            path = f"{name}/{len(opened)}.ipynb"
            content = list(cells) if file is None else file
            opened.append(Notebook(server, browser, path, content, **context))
            return opened[-1]

        yield open_notebook


@pytest.fixture
def plain(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Plain]]:
    """Open a plain notebook with these cells: where the host is not the point."""
    with closing_all(request) as opened:

        def open_plain(*cells: str, **options: Any) -> Plain:
            opened.append(Plain(browser, tmp_path, *cells, **options))
            return opened[-1]

        yield open_plain


@pytest.fixture
def show(plain: Callable[..., Plain]) -> Callable[..., tuple[Plain, Widget]]:
    """Run cells in a plain notebook, and wait for the first task of the labeler that they show."""

    def show(*cells: str) -> tuple[Plain, Widget]:
        book = plain(SETUP, *cells)
        book.run_all()
        widget = Widget(book.widget())
        expect(widget.task).to_have_text(re.compile(r"^\d+ / "))  # keys mean nothing before
        return book, widget

    return show


@pytest.fixture
def rig(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Opens a rig on a store of the test's own."""
    opened: list[Rig] = []

    def open_rig(**options: Any) -> Rig:
        opened.append(Rig(browser, tmp_path / "labels.db", **options))
        return opened[-1]

    yield open_rig
    for rig in opened:
        rig.close()
