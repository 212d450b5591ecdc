"""Labelers in a real JupyterLab, and how long what a person does takes until it is painted."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.chromium import find
from browser.conftest import ARGUMENTS
from browser.lab import Notebook, Server

# From an input event, as the browser got it, to the end of the frame that follows its listeners.
WATCH = """() => {
  globalThis.painted = [];
  globalThis.frames = [];
  const note = (event) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => painted.push([event.type, performance.now() - event.timeStamp]);
    port2.postMessage(0);
  });
  for (const type of ["keydown", "pointerdown", "pointerup", "pointermove", "wheel"])
    window.addEventListener(type, note, { capture: true, passive: true });
  let last = performance.now();
  const tick = (now) => { frames.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""

FIND = """(selector) =>
  [...document.querySelectorAll("[data-lm-suppress-shortcuts]")].at(-1)?.shadowRoot?.querySelector(selector)
"""

# The least that a widget can be: what is its share is the host's.
EMPTY = '''
import anywidget
class Empty(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
      el.className = "empty"; el.textContent = "x";
      globalThis.ask = () => new Promise((resolve) => {
        const start = performance.now();
        const hear = () => { model.off("msg:custom", hear); resolve(performance.now() - start); };
        model.on("msg:custom", hear);
        model.send({});
      });
    } }"""
    def __init__(self):
        super().__init__()
        self.on_msg(lambda *_: self.send({}))
'''


@contextmanager
def jupyterlab() -> Iterator[Callable[[list[str]], Notebook]]:
    """Open notebooks in one server and one browser; each is closed when the next is opened."""
    chromium = find()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser: Browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        opened: list[Notebook] = []

        def open_notebook(cells: list[str]) -> Notebook:
            while opened:
                opened.pop().close()
            opened.append(
                Notebook(
                    server, browser, f"bench-{len(list(server.folder.iterdir()))}.ipynb", cells
                )
            )
            opened[-1].page.evaluate(WATCH)
            return opened[-1]

        yield open_notebook
        while opened:
            opened.pop().close()
        browser.close()
        server.stop()


def settle(page: Page, milliseconds: int = 300) -> None:
    page.wait_for_timeout(milliseconds)


def until_painted(page: Page, kind: str, act: Callable[[], Any]) -> float:
    """Milliseconds from the last event of a kind that an act makes to the paint that follows."""
    page.evaluate("() => { painted.length = 0; }")
    act()
    page.wait_for_function("(kind) => painted.some(([type]) => type === kind)", arg=kind)
    settle(page, 120)
    return float(page.evaluate("(kind) => painted.filter(([t]) => t === kind).at(-1)[1]", kind))


def watch_keys(page: Page, state: str, there: str = "true") -> None:
    """Measure from each key until a script's value is another one, and what goes with it there."""
    page.evaluate(
        f"""() => {{
          const find = {FIND};
          const now = () => {state};
          const shown = () => {there};
          globalThis.taken = [];
          window.addEventListener("keydown", (event) => {{
            const before = now();
            let frames = 0;
            const look = () => {{
              frames += 1;
              if (now() === before || !shown()) return void requestAnimationFrame(look);
              const {{ port1, port2 }} = new MessageChannel();
              port1.onmessage = () => taken.push([frames, performance.now() - event.timeStamp]);
              port2.postMessage(0);
            }};
            requestAnimationFrame(look);
          }}, {{ capture: true }});
        }}"""
    )


def taken_by(page: Page, key: str, pause: int) -> tuple[int, float]:
    """Press a key; return frames and milliseconds until what is watched was painted."""
    page.evaluate("() => { taken.length = 0; }")
    page.keyboard.press(key)
    page.wait_for_function("() => taken.length > 0")
    frames, milliseconds = page.evaluate("() => taken[0]")
    settle(page, pause)
    return int(frames), float(milliseconds)


def frames_of(page: Page, act: Callable[[], Any]) -> list[float]:
    """Milliseconds between the frames while something is done."""
    page.evaluate("() => { frames.length = 0; }")
    act()
    return [float(frame) for frame in page.evaluate("() => frames.slice(1)")]


def shown_after(book: Notebook, source: str, ready: str) -> float:
    """Milliseconds from running a cell until what a script says is there is painted."""
    page = book.page
    book.go_to(source)
    return float(
        page.evaluate(
            f"""async () => {{
              const find = {FIND};
              const start = performance.now();
              window.jupyterapp.commands.execute("notebook:run-cell");
              while (!({ready})) {{
                if (performance.now() - start > 60_000) throw new Error("it was not shown in a minute");
                await new Promise((r) => requestAnimationFrame(r));
              }}
              await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
              return performance.now() - start;
            }}"""
        )
    )
