"""The plainest notebook that there can be: a real kernel process, and a page that shows widgets.

It opens within a fraction of a second. What is the host's own is tested in JupyterLab.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import multiprocessing
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from browser.plain.kernel import serve

TIMEOUT = 60

# Kernels are forked from a process that has imported what each of them needs.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pandas", "PIL.Image", "tornado.websocket", "nblabel.widget"])


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@functools.cache
def files() -> str:
    """The address that the pages of this folder and the ones beside it are served at."""
    serving = functools.partial(_Files, directory=str(Path(__file__).parents[1]))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


@contextlib.contextmanager
def _first_on_path(source: Path | None) -> Iterator[None]:
    """A process that is spawned meanwhile finds its modules there first."""
    if source is None:
        yield
        return
    sys.path.insert(0, str(source))
    try:
        yield
    finally:
        sys.path.remove(str(source))


class Kernel:
    """A process that runs cells in a folder, with nblabel from a source of its own if need be."""

    def __init__(self, folder: Path, source: Path | None = None) -> None:
        make: Any = FORKS if source is None else multiprocessing.get_context("spawn")
        self._pipe, other = make.Pipe()
        self.process = make.Process(target=serve, args=(other, str(folder)), daemon=True)
        with _first_on_path(source):
            self.process.start()
        other.close()
        assert self._pipe.poll(TIMEOUT), "the kernel did not start"
        self.port: int = self._pipe.recv()

    def run(self, code: str) -> dict[str, Any]:
        """Run a cell: what it ``printed``, and the address of the model that it has ``shown``."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/cell", method="POST", data=code.encode()
        )
        with urllib.request.urlopen(request, timeout=10 * TIMEOUT) as response:
            answer: dict[str, Any] = json.load(response)
        if "error" in answer:
            raise AssertionError(answer["error"])
        if answer["shown"]:
            answer["shown"] = f"ws://127.0.0.1:{self.port}/comm/{answer['shown']}"
        return answer

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self._pipe.close()


class Plain:
    """A notebook in it, used as one in JupyterLab is: its page, its kernel, its widgets.

    Parameters
    ----------
    browser
        The browser that the page is opened in.
    folder
        Where the kernel runs.
    cells
        The sources of the cells.
    before
        JavaScript that makes the page another host, before a cell runs.
    source
        Where nblabel is imported from, where it is not the one that is tested.
    context
        Options of the browser's context.
    """

    def __init__(
        self,
        browser: Browser,
        folder: Path,
        *cells: str,
        before: str = "",
        source: Path | None = None,
        **context: Any,
    ) -> None:
        self.folder = folder
        self.cells = cells
        self.kernel = Kernel(folder, source)
        self.context = browser.new_context(viewport={"width": 1280, "height": 1000}, **context)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{files()}/plain/page.html")
        self.page.wait_for_function("() => globalThis.show")
        self.page.evaluate(f"() => {{ {before} }}")

    def run_all(self) -> None:
        """Run every cell, and show what they show."""
        for number, cell in enumerate(self.cells):
            shown = self.kernel.run(cell)["shown"]
            self.page.evaluate("(given) => show(...given)", [number, shown])

    def widget(self, n: int = 0) -> Locator:
        """The n-th labeler on the page."""
        widget = self.page.get_by_role("region", name="nblabel: ").nth(n)
        expect(widget).to_be_visible(timeout=TIMEOUT * 1000)
        return widget

    def python(self, code: str) -> str:
        """Run code in the kernel and return what it prints."""
        return str(self.kernel.run(code)["printed"]).strip()

    def close(self) -> None:
        self.context.close()
        self.kernel.kill()
