"""A kernel process that can be killed, stopped and starved, and a page with an annotator."""

from __future__ import annotations

import functools
import http.server
import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

HERE = Path(__file__).parent
TIMEOUT = 60_000

SPANS = """<View>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="LOC"/></Labels>
  <Text name="text" value="$text"/>
</View>"""

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
    file
        The database file, unless the options name another store.
    before
        JavaScript that makes the page another host, before the cell runs.
    beside
        The rig whose kernel and browser profile it shares: a second tab of the same notebook.
    options
        More options of the host's command line.
    """

    def __init__(
        self,
        browser: Browser,
        file: Path,
        *,
        before: str = "",
        beside: Rig | None = None,
        **options: Any,
    ) -> None:
        self.file = file
        self.before = before
        self.beside = beside
        self.options = {"config": CHOICES, "rows": 1000, "store": file, **options}
        self.port = free_port()
        self.kernel: subprocess.Popen[str] | None = None
        files = functools.partial(_Files, directory=str(HERE))
        window = {"width": 900, "height": 700}
        self.context = beside.context if beside else browser.new_context(viewport=window)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if beside:
            self.port, self.files = beside.port, beside.files
        else:
            self.files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), files)
            threading.Thread(target=self.files.serve_forever, daemon=True).start()
            self.start()
        try:
            self.open()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.beside:
            return
        self.context.close()
        self.files.shutdown()
        self.files.server_close()
        if self.kernel is not None:
            self.kill()

    # -- the kernel

    def start(self, **more: Any) -> None:  # more: options for this kernel only
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

    def kill(self) -> None:
        """End the kernel's process at once, whatever it is doing."""
        assert self.kernel is not None
        self.kernel.kill()
        self.kernel.wait()
        assert self.kernel.stdout is not None
        self.kernel.stdout.close()
        self.kernel = None

    def post(self, path: str) -> None:
        url = f"http://127.0.0.1:{self.port}/{path}"
        request = urllib.request.Request(url, method="POST", data=b"")
        urllib.request.urlopen(request, timeout=600).close()

    def busy(self, seconds: float) -> threading.Thread:
        """Run a cell for some seconds; the kernel serves nothing else meanwhile."""
        running = threading.Thread(target=self.post, args=(f"cell?seconds={seconds}",))
        running.start()
        return running

    def processes(self) -> list[int]:
        """The kernel's process, and those that the browser draws pages in."""
        assert self.kernel is not None
        browser = self.context.browser
        assert browser is not None
        session = browser.new_browser_cdp_session()
        infos = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return [self.kernel.pid, *(info["id"] for info in infos if info["type"] == "renderer")]

    # -- the page

    def open(self) -> None:
        """Load the page, and run the cell in it."""
        self.page.goto(f"http://127.0.0.1:{self.files.server_port}/page.html")
        self.page.wait_for_function("() => globalThis.run")
        self.page.evaluate(f"() => {{ {self.before} }}")
        self.run()

    def run(self) -> None:
        """Run the cell that makes the labeler; it shows what it is to show when this returns."""
        self.page.evaluate("(port) => run(port)", self.port)
        self.page.wait_for_function("() => shown()", timeout=TIMEOUT)

    def died(self) -> None:
        """Tell the page that its kernel is gone, as a host does a moment later."""
        self.page.evaluate("() => died()")

    def press(self, *keys: str) -> None:
        self.page.locator(".nb").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def shown(self) -> str | None:
        return self.page.evaluate("() => shownKey()")

    def shows(self, task: int) -> None:
        """Wait until a task is on screen."""
        self.page.wait_for_function("(task) => shownKey() === task", arg=str(task))

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("status")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("log")

    def ends(self, text: str) -> list[tuple[float, float]]:
        """Points at the beginning, in the middle and at the end of the text on screen."""
        box = self.page.get_by_text(text, exact=True).evaluate(
            """(line) => {
              const range = document.createRange();
              range.selectNodeContents(line);
              return range.getBoundingClientRect().toJSON();
            }"""
        )
        y = box["y"] + box["height"] / 2
        return [(box["x"] + part * box["width"], y) for part in (0.02, 0.5, 0.98)]

    @property
    def regions(self) -> Locator:
        return self.page.get_by_role("list", name="Regions").get_by_role("listitem")

    def wait(self, seconds: float) -> None:
        self.page.wait_for_timeout(1000 * seconds)

    def work(self, seed: int, pause: int = 10) -> None:
        """Let the annotator work, a key every ``pause`` ms."""
        self.page.evaluate("([seed, pause]) => work(seed, pause)", [seed, pause])

    def rest(self) -> None:
        self.page.evaluate("() => rest()")

    def saved(self, timeout: float = TIMEOUT) -> None:
        """Wait until nothing is unsaved."""
        expect(self.status).to_have_text("Saved", timeout=timeout)

    # -- what must hold

    @property
    def log(self) -> dict[str, list[Any]]:
        return json.loads(self.page.evaluate("() => JSON.stringify(log)"))

    def query(self, text: str) -> list[Any]:
        """Ask the store's database, from outside the kernel."""
        store = str(self.options["store"])
        url = store if store.startswith("postgresql") else f"sqlite:///{self.file}"
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as database:
            return [tuple(row) for row in database.execute(sa.text(text))]

    def events(self) -> dict[tuple[str, int], dict[str, Any]]:
        """The store's log, by client and number."""
        rows = self.query(
            "SELECT e.client, e.seq, t.key, e.action, a.uid, e.revision FROM nblabel_event e "
            "JOIN nblabel_annotation a ON e.annotation = a.id "
            "JOIN nblabel_task t ON a.task = t.id"
        )
        times = Counter((client, seq) for client, seq, *_ in rows)
        assert set(times.values()) <= {1}
        named = ("key", "action", "annotation", "revision")
        return {(row[0], row[1]): dict(zip(named, row[2:], strict=True)) for row in rows}

    def check_acknowledged(self) -> int:
        """Assert that what the page was told is saved is in the store; return how much that is."""
        acknowledged = {(client, seq) for client, seq in self.log["acknowledged"]}
        assert acknowledged <= set(self.events())
        return len(acknowledged)


def check_all(*rigs: Rig, keys: dict[str, str]) -> None:
    """Assert that every change is in the store once, on the task that was on screen.

    Parameters
    ----------
    rigs
        All that write to the store.
    keys
        The key of each task, by what its text shows.
    """
    for rig in rigs:
        rig.saved()
    events = rigs[0].events()
    for rig in rigs:
        log = rig.log
        assert log["kept"], "nothing was labeled"
        for change in log["kept"]:
            event = events.pop((change["client"], change["seq"]), None)
            assert event is not None, f"lost: {change}"
            assert event["key"] == change["key"] == keys[change["shown"]], (event, change)
            assert event["action"] == change["action"]
            if change["during"] is not None and change["kind"] == "gesture":
                struck = log["presses"][change["during"]]
                assert struck["shown"] == change["shown"], (struck, change)
        assert not rig.errors
    assert not events, f"nobody did this: {events}"
