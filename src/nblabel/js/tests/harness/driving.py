"""What the checks of both stages do with the page that holds them."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from browser.chromium import find
from hatch_build import node_files

ROOT = Path(__file__).parents[2]


FAMILIES = "import('./build/families.mjs').then(m => process.stdout.write(m.source()))"


def output(*command: str) -> str:
    """Return what a command prints, with Node as the editor is built with it."""
    path = os.pathsep.join([str(node_files()[0].parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=env)
    return done.stdout


@contextmanager
def stages() -> Iterator[Page]:
    """Bundle the page and open it in Chromium."""
    source = Path(__file__).with_name("page.ts")
    esbuild = str(ROOT / "node_modules/.bin/esbuild")
    options = ["--bundle", "--format=iife", "--loader:.css=text", "--jsx=automatic"]
    with tempfile.TemporaryDirectory() as folder:
        families = Path(folder) / "families.js"
        families.write_text(output("node", "--eval", FAMILIES))
        alias = [f"--alias:families={families}", "--jsx-import-source=preact"]
        code = output(esbuild, str(source), *options, *alias)
    path = find()
    assert path, "no Chromium was found: run `make test-stages`, which says what to do"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_content("<!doctype html><html lang=en><title>stages</title><body></body>")
        page.add_script_tag(content=code)
        yield page
        browser.close()


def picture(width: int, height: int) -> str:
    """Make the data URL of an image whose colours tell where one is."""
    image = Image.new("RGB", (width, height))
    image.putdata(
        [(x * 255 // width, y * 255 // height, 90) for y in range(height) for x in range(width)]
    )
    raw = io.BytesIO()
    image.save(raw, "PNG")
    return "data:image/png;base64," + base64.b64encode(raw.getvalue()).decode()


def text(page: Page, **given: Any) -> None:
    page.evaluate("given => { globalThis.t = harness.text(given) }", given)
    settle(page)


def image(page: Page, **given: Any) -> None:
    given = {"url": picture(400, 200), **given}
    page.evaluate("given => { globalThis.i = harness.image(given) }", given)
    page.wait_for_function("harness.log.some(entry => entry.what === 'load')")
    settle(page)


def settle(page: Page) -> None:
    page.evaluate(
        "() => new Promise(done =>"
        " requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"
    )


def log(page: Page, what: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = page.evaluate(
        "what => harness.log.filter(entry => entry.what === what)", what
    )
    return entries


def last(page: Page, what: str) -> dict[str, Any]:
    entries = log(page, what)
    assert entries, f"nothing told of {what}"
    return entries[-1]


def box(page: Page, point: int) -> dict[str, float]:
    found: dict[str, float] = page.evaluate("point => t.boxOf(point)", point)
    assert found, f"no box of code point {point}"
    return found


def drag_text(page: Page, start: int, end: int) -> None:
    """Drag from before code point `start` to after code point `end - 1`."""
    first, final = box(page, start), box(page, end - 1)
    page.mouse.move(first["left"] + 0.5, (first["top"] + first["bottom"]) / 2)
    page.mouse.down()
    page.mouse.move(final["left"], (final["top"] + final["bottom"]) / 2, steps=3)
    page.mouse.move(final["right"] - 0.5, (final["top"] + final["bottom"]) / 2)
    page.mouse.up()
    settle(page)


def drag(page: Page, a: tuple[float, float], b: tuple[float, float]) -> None:
    page.mouse.move(*a)
    page.mouse.down()
    page.mouse.move((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    page.mouse.move(*b)
    page.mouse.up()
    settle(page)


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Say where a point of the image is on the screen, by the media element itself."""
    at = page.evaluate(
        """([x, y]) => {
            const media = i.ground.querySelector("img");
            const box = media.getBoundingClientRect();
            return [box.left + x * box.width / media.offsetWidth,
                    box.top + y * box.height / media.offsetHeight];
        }""",
        [x, y],
    )
    return at[0], at[1]


def near(given: dict[str, float], slack: float = 1.0, **wanted: float) -> None:
    for name, value in wanted.items():
        assert abs(given[name] - value) <= slack, f"{name}: {given[name]} instead of {value}"


def focus_text(page: Page) -> None:
    page.evaluate("t.stage.focus()")
    settle(page)
