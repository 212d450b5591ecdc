"""What is waited for where masks are painted."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench_browser import DRAWN, SETUP, SHOW, SHOW_EMPTY, opened_empty
from benchmarks.browser import EMPTY, FIND, jupyterlab, settle, shown_after, until_painted
from benchmarks.figures import Figure
from browser.labeler import Widget

BRUSH = """<View>
  <Image name="photo" value="$image"/>
  <BrushLabels name="mask" toName="photo"><Label value="roof"/><Label value="tree"/></BrushLabels>
</View>"""

MASKS = f"""
def mask():
    # Smooth noise above its middle: half of the image, with a long edge.
    coarse = Image.fromarray(rng.integers(0, 255, (30, 40), dtype=np.uint8))
    smooth = np.array(coarse.resize((4000, 3000), Image.BICUBIC)).astype(int)
    return np.clip((smooth - 150) * 120 + 128, 0, 255).astype(np.uint8)
project = nl.Project(pd.DataFrame({{"id": [1, 2], "image": [photograph(4000, 3000)] * 2}}),
                     '''{BRUSH}''', key="id", store=":memory:")
project.annotate(1, mask=[(mask(), ["roof", "tree"][n % 2]) for n in range(20)])
project.remember(0)
first = project.to_label_studio()[0]["annotations"][0]["result"][0]["value"]["rle"]
print(len(first))
"""

PAINTED = f'{DRAWN} && find(".nb-image-still")?.width > 0'


def bench_masks() -> Iterator[Figure]:
    named = "20 masks of 4,000 x 3,000"
    with jupyterlab() as open_notebook:
        book = open_notebook([SETUP + EMPTY + MASKS, SHOW_EMPTY, SHOW])
        book.run_again("\nimport")
        page = book.page
        empty = opened_empty(book)
        opened = [shown_after(book, "labeler", PAINTED) for _ in range(4)][1:]
        reference = "an empty anywidget"
        yield Figure(f"{named}: open to drawn", opened, "ms", "1 s", reference, empty)
        settle(page, 1500)
        widget = Widget(book.widget())
        picture = widget.picture("photo", 4000, 3000)
        picture.surface.scroll_into_view_if_needed()
        widget.root.focus()
        keys, mouse = page.keyboard, page.mouse
        keys.press("v")
        widget.regions.first.get_by_role("button").first.click()
        keys.press("b")
        for _ in range(4):
            keys.press("]")
        page.evaluate(
            f"""() => {{
              const find = {FIND};
              globalThis.kept = () => find('[role="status"]')?.textContent === "Saved";
              globalThis.untilKept = (since) => new Promise((resolve) => {{
                const look = () =>
                  kept() ? resolve(performance.now() - since) : setTimeout(look, 2);
                setTimeout(look, 2);
              }});
              window.addEventListener("pointerup", (event) => {{
                globalThis.keeping = untilKept(event.timeStamp);
              }});
            }}"""
        )
        moving, ending, keeping, undoing = [], [], [], []
        for n in range(6):
            mouse.move(*picture.point(0.1, 0.1 + 0.12 * n))
            mouse.down()
            page.evaluate("() => { painted.length = 0; }")
            for step in range(30):
                mouse.move(*picture.point(0.1 + 0.025 * step, 0.1 + 0.12 * n + 0.002 * step))
            settle(page, 120)
            moving += page.evaluate(
                "() => painted.filter(([type]) => type === 'pointermove').map(([, taken]) => taken)"
            )
            ending.append(until_painted(page, "pointerup", mouse.up))
            keeping.append(page.evaluate("() => keeping"))
            undoing.append(until_painted(page, "keydown", lambda: keys.press("Control+z")))
            settle(page, 400)
        yield Figure("a brush on one of them: a move", moving, "ms", "16.7 ms, p95 33")
        yield Figure("a brush on one of them: its end", ending, "ms", "33 ms")
        yield Figure("a brush on one of them: packed and kept", keeping, "ms", "200 ms")
        yield Figure("a brush on one of them: undo", undoing, "ms", "50 ms")
