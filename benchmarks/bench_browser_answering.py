"""From a key to the next task, bytes over the wire, a photograph too large to be sent whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import WebSocket

from benchmarks.bench_browser import BOXES, SETUP
from benchmarks.browser import EMPTY, FIND, jupyterlab, settle, taken_by, watch_keys
from benchmarks.figures import Figure
from browser.labeler import Widget

CHOICES = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""

PHOTOS = """<View>
  <Image name="photo" value="$image"/>
  <Choices name="mood" toName="photo"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""

PLACE = 'find(".nb-number")?.textContent'
"""Which task is on screen."""

PICTURE = """(() => {
  const picture = find(".nb-image-media");
  return !find(".nb-picture") || (picture?.complete && picture.naturalWidth > 0);
})()"""
"""Whether its picture is there, if it has one."""

CHOSEN = """find("[role=radio][aria-checked=true], input:checked")
  ?.closest("label, [role=radio]")?.textContent"""


def bench_next_task() -> Iterator[Figure]:
    text = f"labeler = nl.Labeler(pd.DataFrame({{'text': [f'text {{n}} ' * 40 for n in range(500)]}}), '''{CHOICES}''', store=':memory:', advance=True)\nlabeler"
    photos = f"photos = [photograph(1600, 1200 + n) for n in range(30)]\nprint(sum(map(len, photos)) // 30)\nlabeler = nl.Labeler(pd.DataFrame({{'image': photos}}), '''{PHOTOS}''', store=':memory:', advance=True)\nlabeler"
    with jupyterlab() as open_notebook:
        for what, cell, count in (
            ("a text", text, 60),
            ("a photograph of 1600 x 1200", photos, 20),
        ):
            book = open_notebook([SETUP, cell])
            book.run_all()
            page = book.page
            widget = Widget(book.widget())
            widget.root.focus()
            settle(page, 4000)
            watch_keys(page, PLACE, PICTURE)
            yield Figure(
                f"a key to the next task painted: {what}",
                [taken_by(page, "1", 150)[1] for _ in range(count)],
                "ms",
                "p95 33 ms",
            )


def bench_finding() -> Iterator[Figure]:
    with jupyterlab() as open_notebook:
        for rows in (1_000, 1_000_000):
            cell = f"letters = [f'a letter {{n}} to nobody' for n in range({rows})]\nletters[{rows // 3}] = 'Ana in the harbour'\nlabeler = nl.Labeler(pd.DataFrame({{'text': letters}}), '''{CHOICES}''', store=':memory:')\nlabeler"
            book = open_notebook([SETUP, cell])
            book.run_all()
            page = book.page
            Widget(book.widget()).root.focus()
            settle(page, 4000)
            watch_keys(page, 'find(".nb-hits mark")?.textContent')
            taken = []
            for word in ("letter", "nobody", "harbour", "letter", "nobody", "harbour"):
                page.keyboard.press("Control+g")
                page.keyboard.type(word[:-1])
                settle(page, 1500)
                taken.append(taken_by(page, word[-1], 600)[1])
                page.keyboard.press("Escape")
                settle(page, 200)
            yield Figure(
                f"a key in the finder to its first hits, among {rows:,} texts",
                taken,
                "ms",
                "100 ms",
            )


def bench_hotkey() -> Iterator[Figure]:
    cell = f"labeler = nl.Labeler(pd.DataFrame({{'text': ['a text']}}), '''{CHOICES}''', store=':memory:', advance=False)\nlabeler"
    with jupyterlab() as open_notebook:
        book = open_notebook([SETUP, cell])
        book.run_all()
        widget = Widget(book.widget())
        widget.root.focus()
        settle(book.page, 1500)
        page = book.page
        watch_keys(page, CHOSEN)
        # at any moment of a frame
        taken = [taken_by(page, "12"[n % 2], 100 + n) for n in range(60)]
        yield Figure("frames from a hotkey to its choice painted", [n for n, _ in taken], "", "1")
        yield Figure("the same, waiting for the frame included", [ms for _, ms in taken], "ms")


def bench_wire() -> Iterator[Figure]:
    cells = [
        SETUP + EMPTY,
        "empty = Empty()\nempty",
        f"data = pd.DataFrame({{'text': list('abc')}})\nlabeler = nl.Labeler(data, '''{CHOICES}''', store=':memory:')\nlabeler",
        f"further = nl.Labeler(data, '''{CHOICES}''', store=':memory:')\nfurther",
    ]
    with jupyterlab() as open_notebook:
        book = open_notebook(cells)
        received: list[int] = []

        def hear(frame: str | bytes) -> None:
            text = frame if isinstance(frame, str) else frame.decode("latin1")
            kind = re.search(r'"msg_type": ?"(\w+)"', text)
            if kind and kind[1].startswith("comm_"):
                received.append(len(frame))

        def watch(socket: WebSocket) -> None:
            if "/channels" in socket.url:
                socket.on("framereceived", hear)

        book.page.on("websocket", watch)
        book.open()
        book.run_again("\nimport")
        sizes = {}
        for source in ("empty", "data", "further"):
            received.clear()
            book.run_again(source)
            settle(book.page, 2500)
            sizes[source] = sum(received) / 1000
        empty = [sizes["empty"]]
        reference = "an empty anywidget"
        yield Figure(
            "bytes of the first labeler", [sizes["data"]], "KB", "180 KB", reference, empty
        )
        yield Figure("bytes of a further one", [sizes["further"]], "KB", "10 KB", reference, empty)
        there = [float(book.page.evaluate("() => ask()")) for _ in range(30)]
        yield Figure("a message there and back, of an empty anywidget", there, "ms")


def bench_large_photograph() -> Iterator[Figure]:
    make = """
coarse = Image.fromarray(rng.integers(0, 255, (90, 120, 3), dtype=np.uint8))
large = coarse.resize((12000, 9000))
large.save("large.jpg", quality=85)
large.save("large.png", compress_level=1)
"""
    shown = f"""(source) => new Promise((resolve) => {{
      const find = {FIND};
      const start = performance.now();
      window.jupyterapp.commands.execute("notebook:run-cell");
      const look = () => {{
        const picture = find(".nb-image-media");
        if (picture?.complete && picture.naturalWidth > 0) setTimeout(() => resolve(performance.now() - start));
        else requestAnimationFrame(look);
      }};
      look();
    }})"""
    with jupyterlab() as open_notebook:
        for kind, goal in (("jpg", "1 s"), ("png", "with progress")):
            cell = f"labeler = nl.Labeler(pd.DataFrame({{'image': ['large.{kind}']}}), '''{BOXES}''', store=':memory:')\nlabeler"
            book = open_notebook([SETUP + make, cell])
            book.run_again("\nimport")
            book.go_to("labeler")
            opened = float(book.page.evaluate(shown, "labeler"))
            yield Figure(f"a {kind.upper()} of 12,000 x 9,000: on screen", [opened], "ms", goal)
            widget = Widget(book.widget())
            settle(book.page, 500)
            start = book.page.evaluate("() => performance.now()")
            widget.root.focus()
            for _ in range(4):
                widget.button("Zoom in").click()
            book.page.wait_for_function(f"() => ({FIND})('.nb-image-pieces img')", timeout=60_000)
            sharp = float(book.page.evaluate("() => performance.now()")) - float(start)
            yield Figure(
                f"a {kind.upper()} of 12,000 x 9,000: four steps of zoom, sharp", [sharp], "ms"
            )
