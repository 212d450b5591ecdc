"""A kernel process that can be killed, stopped and starved, and a page with an annotator."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from browser.plain.notebook import Kernel, files

TIMEOUT = 60_000

SPANS = """<View>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="LOC"/></Labels>
  <Text name="text" value="$text"/>
</View>"""

WRITTEN = """<View>
  <Text name="text" value="$text"/>
  <TextArea name="note" toName="text"/>
</View>"""

CHOICES = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text" choice="multiple">
    <Choice value="positive"/><Choice value="negative"/><Choice value="neutral"/>
  </Choices>
</View>"""


CELL = """
import nblabel as nl
from browser.faults import cell
labeler = nl.Labeler({data}, **{settings!r})
disk = cell.Disk(labeler, {pages})
labeler"""


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
    rows
        How many numbered texts there are to label, if there are no ``data``.
    data
        A JSON file of rows.
    pages
        How many pages the database may have.
    settings
        More arguments of the Labeler.
    """

    def __init__(
        self,
        browser: Browser,
        file: Path,
        *,
        before: str = "",
        beside: Rig | None = None,
        rows: int = 1000,
        data: Path | None = None,
        pages: int = 1 << 30,
        **settings: Any,
    ) -> None:
        self.file = file
        self.before = before
        self.beside = beside
        given = {"config": CHOICES, "store": file, **settings}
        self.settings = {n: str(v) if isinstance(v, Path) else v for n, v in given.items()}
        key = self.settings.get("key")
        self.data = f"cell.read({str(data)!r})" if data else f"cell.frame({rows}, {key!r})"
        self.pages = pages
        self.kernel: Kernel | None = None
        window = {"width": 900, "height": 700}
        self.context = beside.context if beside else browser.new_context(viewport=window)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        try:
            if not beside:
                self.start()
            self.open()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.beside:
            return
        self.context.close()
        if self.kernel is not None:
            self.kill()

    # -- the kernel

    def start(self, pages: int | None = None) -> None:
        """Start a kernel, and make the labeler in it."""
        self.kernel = Kernel(self.file.parent)
        cell = CELL.format(data=self.data, settings=self.settings, pages=pages or self.pages)
        self.model: str = self.kernel.run(cell)["shown"]

    def kill(self) -> None:
        """End the kernel's process at once, whatever it is doing."""
        assert self.kernel is not None
        self.kernel.kill()
        self.kernel = None

    def python(self, code: str) -> None:
        """Run code in the kernel."""
        assert self.kernel is not None
        self.kernel.run(code)

    def busy(self, seconds: float) -> threading.Thread:
        """Run a cell for some seconds; the kernel serves nothing else meanwhile."""
        running = threading.Thread(
            target=self.python, args=(f"import time; time.sleep({seconds})",)
        )
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
        return [
            self.kernel.process.pid,
            *(info["id"] for info in infos if info["type"] == "renderer"),
        ]

    # -- the page

    def open(self) -> None:
        """Load the page, and run the cell in it."""
        self.page.goto(f"{files()}/faults/page.html")
        self.page.wait_for_function("() => globalThis.run")
        self.page.evaluate(f"() => {{ {self.before} }}")
        self.run()

    def run(self) -> None:
        """Run the cell that makes the labeler; it shows what it is to show when this returns."""
        self.page.evaluate("(model) => run(model)", (self.beside or self).model)
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
        store = self.settings["store"]
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
