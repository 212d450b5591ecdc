"""What is waited for in the browser: many boxes, long texts, the next task."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Page

from benchmarks.browser import EMPTY, frames_of, jupyterlab, settle, shown_after, until_painted
from benchmarks.figures import Figure
from browser.lab import Notebook
from browser.labeler import Picture, Widget

SETUP = """
import numpy as np, pandas as pd, nblabel as nl
from io import BytesIO
from PIL import Image
rng = np.random.default_rng(1)
def photograph(width, height):
    coarse = Image.fromarray(rng.integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8))
    out = BytesIO()
    coarse.resize((width, height)).save(out, "JPEG", quality=85)
    return out.getvalue()
"""

BOXES = """<View>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo"><Label value="roof"/><Label value="tree"/></RectangleLabels>
</View>"""

POLYGONS = """<View>
  <Image name="photo" value="$image"/>
  <PolygonLabels name="area" toName="photo"><Label value="roof"/><Label value="tree"/></PolygonLabels>
</View>"""

SPANS = """<View>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="LOC"/></Labels>
  <Text name="text" value="$text"/>
</View>"""


def boxes(count: int) -> str:
    return f"""
size = dict(original_width=2400, original_height=1600, image_rotation=0)
def box(n):
    x, y = rng.random(2) * 97
    value = dict(x=x, y=y, width=1 + 2 * rng.random(), height=1 + 2 * rng.random(), rotation=0,
                 rectanglelabels=[["roof", "tree"][n % 2]])
    return dict(id=f"b{{n}}", from_name="box", to_name="photo", type="rectanglelabels", value=value, **size)
project = nl.Project(pd.DataFrame({{"id": [1, 2], "image": [photograph(2400, 1600)] * 2}}),
                     '''{BOXES}''', key="id", store=":memory:")
project.annotate(1, [box(n) for n in range({count})])
project.remember(0)
"""


def polygons(count: int, points: int) -> str:
    return f"""
size = dict(original_width=2400, original_height=1600, image_rotation=0)
turn = np.linspace(0, 2 * np.pi, {points}, endpoint=False)
def polygon(n):
    x, y = 2 + rng.random(2) * 96
    far = 1 + rng.random({points}) / 2
    ring = np.stack([x + far * np.cos(turn), y + far * np.sin(turn)], axis=1)
    value = dict(points=ring.tolist(), closed=True, polygonlabels=[["roof", "tree"][n % 2]])
    return dict(id=f"p{{n}}", from_name="area", to_name="photo", type="polygonlabels", value=value, **size)
project = nl.Project(pd.DataFrame({{"id": [1, 2], "image": [photograph(2400, 1600)] * 2}}),
                     '''{POLYGONS}''', key="id", store=":memory:")
project.annotate(1, [polygon(n) for n in range({count})])
project.remember(0)
"""


def spans(characters: int, count: int) -> str:
    return f"""
words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
text = ""
parts, length = [], 0
while length < {characters}:
    paragraph = " ".join(words[i] for i in rng.integers(0, 10, 80))
    parts.append(paragraph); length += len(paragraph) + 1
text = "\\n".join(parts)[:{characters}]
def span(n):
    start = n * ({characters} // {count}) + 2
    value = dict(start=start, end=start + 12, text=text[start:start + 12], labels=[["PER", "LOC"][n % 2]])
    return dict(id=f"s{{n}}", from_name="ner", to_name="text", type="labels", value=value)
project = nl.Project(pd.DataFrame({{"id": [1, 2], "text": [text, text]}}), '''{SPANS}''', key="id", store=":memory:")
project.annotate(1, [span(n) for n in range({count})])
project.remember(0)
"""


SHOW_EMPTY = "least = Empty()\nleast"
SHOW = "labeler = nl.Labeler(project)\nlabeler"
DRAWN = (
    'find(".nb-image-media")?.naturalWidth > 0 && find(".nb-side")?.textContent.includes("Regions")'
)
READ = 'find(".nb-text-page")?.textContent.length > 1000 && find(".nb-side")?.textContent.includes("Regions")'


def opened_empty(book: Notebook) -> list[float]:
    """What the same takes where there is nothing to open: it is run anew each time, too."""
    ready = "!document.querySelector('.empty.old') && document.querySelector('.empty')"
    taken = []
    for _ in range(4):
        book.page.evaluate("() => document.querySelector('.empty')?.classList.add('old')")
        taken.append(shown_after(book, "least", ready))
    return taken[1:]


def bench_image_of_many_boxes() -> Iterator[Figure]:
    with jupyterlab() as open_notebook:
        for count in (10, 10_000):
            named = f"image, {count:,} boxes"
            yield from image(open_notebook, boxes(count), named, "700 ms", draws=True)


def bench_image_of_many_polygons() -> Iterator[Figure]:
    with jupyterlab() as open_notebook:
        yield from image(
            open_notebook, polygons(5_000, 50), "image, 5,000 polygons of 50 points", "1 s"
        )


def image(
    open_notebook: Callable[[list[str]], Notebook],
    cell: str,
    named: str,
    goal: str,
    *,
    draws: bool = False,
) -> Iterator[Figure]:
    """What is waited for on an image of many shapes."""
    book = open_notebook([SETUP + EMPTY + cell, SHOW_EMPTY, SHOW])
    book.run_again("\nimport")
    page = book.page
    empty = opened_empty(book)
    opened = [shown_after(book, "labeler", DRAWN) for _ in range(4)][1:]
    settle(page, 1500)
    widget = Widget(book.widget())
    picture = widget.picture("photo", 2400, 1600)
    picture.surface.scroll_into_view_if_needed()
    mouse = page.mouse
    reference = "an empty anywidget"
    yield Figure(f"{named}: open to drawn", opened, "ms", goal, reference, empty)
    widget.root.focus()
    page.keyboard.press("v")
    selecting = []
    for n in range(8):
        at = picture.point(0.1 + 0.1 * n, 0.5)
        mouse.move(*at)
        selecting.append(until_painted(page, "pointerup", lambda: (mouse.down(), mouse.up())))
    yield Figure(f"{named}: select", selecting, "ms", "33 ms")
    hovering = [
        until_painted(
            page, "pointermove", lambda n=n: mouse.move(*picture.point(0.2 + 0.05 * n, 0.4))
        )
        for n in range(8)
    ]
    yield Figure(f"{named}: hover", hovering, "ms", "33 ms")
    if draws:
        yield from drawn(page, widget, picture, named)
    page.keyboard.press("Escape")
    settle(page)
    mouse.move(*picture.point(0.5, 0.5))
    for _ in range(4):
        widget.button("Zoom in").click()
    settle(page, 500)
    widget.root.focus()
    page.keyboard.press("h")

    def pan() -> None:
        mouse.move(*picture.point(0.5, 0.5))
        mouse.down()
        x, y = picture.point(0.5, 0.5)
        for step in range(60):
            mouse.move(x + 3 * step, y + step)
        mouse.up()

    yield Figure(f"{named}: a frame of a pan", frames_of(page, pan), "ms", "16.7 ms")
    widget.button("Fit").click()
    settle(page, 500)

    def zoom() -> None:
        mouse.move(*picture.point(0.5, 0.5))
        page.keyboard.down("Control")
        for step in range(30):
            mouse.wheel(0, -40 if step < 15 else 40)
            page.wait_for_timeout(16)
        page.keyboard.up("Control")

    yield Figure(f"{named}: a frame of a zoom", frames_of(page, zoom), "ms", "16.7 ms")
    settle(page, 500)
    nodes = page.evaluate("() => document.querySelectorAll('*').length")
    yield Figure(f"{named}: nodes of the page's own tree", [nodes], "")


def drawn(page: Page, widget: Widget, picture: Picture, named: str) -> Iterator[Figure]:
    """What a box takes that is drawn, and taking it back."""
    mouse = page.mouse
    page.keyboard.press("Escape")
    drawing, undoing = [], []
    for n in range(6):
        if widget.button("roof").get_attribute("aria-pressed") != "true":
            widget.button("roof").click()
        mouse.move(*picture.point(0.1 + 0.1 * n, 0.2))
        mouse.down()
        mouse.move(*picture.point(0.15 + 0.1 * n, 0.3), steps=4)
        drawing.append(until_painted(page, "pointerup", mouse.up))
        undoing.append(until_painted(page, "keydown", lambda: page.keyboard.press("Control+z")))
    yield Figure(f"{named}: a new box", drawing, "ms", "33 ms")
    yield Figure(f"{named}: undo", undoing, "ms", "33 ms")


def bench_text_of_many_spans() -> Iterator[Figure]:
    with jupyterlab() as open_notebook:
        for characters, count, goals in (
            (100_000, 1_000, ("200 ms", "33 ms", "")),
            (1_000_000, 10_000, ("1 s", "50 ms", "p95 50 ms")),
        ):
            book = open_notebook([SETUP + EMPTY + spans(characters, count), SHOW_EMPTY, SHOW])
            book.run_again("\nimport")
            page = book.page
            empty = opened_empty(book)
            opened = [shown_after(book, "labeler", READ) for _ in range(4)][1:]
            settle(page, 1500)
            widget = Widget(book.widget())
            named = f"text, {characters:,} characters and {count:,} spans"
            reference = "an empty anywidget"
            yield Figure(f"{named}: open", opened, "ms", goals[0], reference, empty)
            widget.button("LOC").click()
            stage = widget.group("text")
            box = stage.bounding_box()
            assert box
            mouse = page.mouse
            adding, undoing = [], []
            for n in range(6):
                x, y = box["x"] + 60 + 40 * n, box["y"] + 30 + 40 * n
                mouse.move(x, y)
                mouse.down()
                mouse.move(x + 30, y, steps=3)
                adding.append(until_painted(page, "pointerup", mouse.up))
                undoing.append(
                    until_painted(page, "keydown", lambda: page.keyboard.press("Control+z"))
                )
            yield Figure(f"{named}: add a span", adding, "ms", goals[1])
            yield Figure(f"{named}: undo", undoing, "ms", goals[1])

            def scroll() -> None:
                mouse.move(box["x"] + 200, box["y"] + 150)
                for _ in range(60):
                    mouse.wheel(0, 120)
                    page.wait_for_timeout(16)

            yield Figure(f"{named}: a frame of scrolling", frames_of(page, scroll), "ms", goals[2])
