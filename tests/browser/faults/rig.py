"""A kernel process that can be killed, stopped and starved, and a page with an annotator."""

from __future__ import annotations

import functools
import http.server
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

HERE = Path(__file__).parent
TIMEOUT = 60_000

CHOICES = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text" choice="multiple">
    <Choice value="positive"/><Choice value="negative"/><Choice value="neutral"/>
  </Choices>
</View>"""


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Rig:
    """One kernel, one page, one store.

    Parameters
    ----------
    browser
        The browser that the page is opened in.
    store
        The database file.
    options
        More options of the host's command line.
    """

    def __init__(self, browser: Browser, store: Path, **options: Any) -> None:
        self.store = store
        self.options = {"config": CHOICES, "rows": 1000, "store": store, **options}
        self.port = free_port()
        self.kernel: subprocess.Popen[str] | None = None
        files = functools.partial(_Files, directory=str(HERE))
        self.files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), files)
        threading.Thread(target=self.files.serve_forever, daemon=True).start()
        self.context = browser.new_context(viewport={"width": 900, "height": 700})
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.start()
        self.open()

    def close(self) -> None:
        self.context.close()
        self.files.shutdown()
        self.files.server_close()
        if self.kernel is not None:
            self.kill()

    # -- the kernel

    def start(self, **more: Any) -> None:
        """Start a kernel, and wait until it serves."""
        words = [
            word
            for name, value in {**self.options, **more, "port": self.port}.items()
            for word in (f"--{name}", str(value))
        ]
        self.kernel = subprocess.Popen(
            [sys.executable, str(HERE / "host.py"), *words], stdout=subprocess.PIPE, text=True
        )
        assert self.kernel.stdout is not None
        assert self.kernel.stdout.readline() == "ready\n", "the kernel did not start"

    def signal(self, number: int) -> None:
        assert self.kernel is not None
        os.kill(self.kernel.pid, number)

    def kill(self) -> None:
        """End the kernel's process at once, whatever it is doing."""
        assert self.kernel is not None
        self.kernel.kill()
        self.kernel.wait()
        assert self.kernel.stdout is not None
        self.kernel.stdout.close()
        self.kernel = None

    def busy(self, seconds: float) -> threading.Thread:
        """Run a cell for some seconds; the kernel serves nothing else meanwhile."""
        url = f"http://127.0.0.1:{self.port}/cell?seconds={seconds}"
        request = urllib.request.Request(url, method="POST", data=b"")

        def cell() -> None:
            urllib.request.urlopen(request, timeout=seconds + 60).close()

        running = threading.Thread(target=cell)
        running.start()
        return running

    # -- the page

    def open(self) -> None:
        """Load the page, and run the cell in it."""
        self.page.goto(f"http://127.0.0.1:{self.files.server_port}/page.html")
        self.page.wait_for_function("() => globalThis.run")
        self.run()

    def run(self) -> None:
        """Run the cell that makes the labeler; it shows a task when this returns."""
        self.page.evaluate("(port) => run(port)", self.port)
        self.page.wait_for_function("() => shownKey() !== null", timeout=TIMEOUT)

    def died(self) -> None:
        """Tell the page that its kernel is gone, as a host does a moment later."""
        self.page.evaluate("() => died()")

    def press(self, *keys: str) -> None:
        self.page.locator(".nb").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def shown(self) -> str | None:
        return self.page.evaluate("() => shownKey()")

    def status(self) -> str:
        return str(self.page.evaluate("() => safety()"))

    def messages(self) -> str:
        return str(self.page.evaluate("() => messages()"))

    def saved(self, timeout: float = TIMEOUT) -> None:
        """Wait until nothing is unsaved."""
        expect(self.page.locator(".nb-safety")).to_have_text("Saved", timeout=timeout)

    # -- what must hold

    @property
    def log(self) -> dict[str, list[Any]]:
        return json.loads(self.page.evaluate("() => JSON.stringify(log)"))

    def events(self) -> dict[tuple[str, int], dict[str, Any]]:
        """The store's log, by client and number."""
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as database:
            rows = database.execute(
                "SELECT e.client, e.seq, t.key, e.action, a.uid, e.revision FROM nblabel_event e "
                "JOIN nblabel_annotation a ON e.annotation = a.id "
                "JOIN nblabel_task t ON a.task = t.id"
            ).fetchall()
        database.close()
        times = Counter((client, seq) for client, seq, *_ in rows)
        assert set(times.values()) <= {1}
        named = ("key", "action", "annotation", "revision")
        return {(row[0], row[1]): dict(zip(named, row[2:], strict=True)) for row in rows}

    def check_acknowledged(self) -> int:
        """Assert that what the page was told is saved is in the store; return how much that is."""
        acknowledged = {(client, seq) for client, seq in self.log["acknowledged"]}
        assert acknowledged <= set(self.events())
        return len(acknowledged)

    def check_all(self, keys: dict[str, str]) -> int:
        """Assert that every change is in the store once, on the task that was on screen.

        Parameters
        ----------
        keys
            The key of each task, by what its text shows.
        """
        self.saved()
        events = self.events()
        kept = self.log["kept"]
        assert kept, "nothing was labeled"
        for change in kept:
            event = events.pop((change["client"], change["seq"]), None)
            assert event is not None, f"lost: {change}"
            assert event["key"] == change["key"] == keys[change["shown"]], (event, change)
            assert event["action"] == change["action"]
            if change.get("kind", "gesture") == "gesture":
                struck = self.log["presses"][change["during"]]
                assert struck["shown"] == change["shown"], (struck, change)
        assert not events, f"nobody did this: {events}"
        assert not self.errors
        return len(kept)


SIGSTOP, SIGCONT = signal.SIGSTOP, signal.SIGCONT
