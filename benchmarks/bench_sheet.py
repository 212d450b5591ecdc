"""The contact sheet: gestures for the digits, and a page of 10,000 images."""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import numpy as np
import pandas as pd
from PIL import Image

import nblabel as nl
from benchmarks.browser import jupyterlab, settle
from benchmarks.figures import Figure

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.gallery.annotator import labeled
from tests.gallery.hand import Hand, Wire

CONFIG = """<View><Image name="image" value="$image"/>
<Choices name="kind" toName="image"><Choice value="day"/><Choice value="night"/></Choices></View>"""
FILES = 500


def bench_sheet_digits() -> Iterator[Figure]:
    taken = []
    for seed in range(3):
        gestures, share, hand = labeled(seed=seed)
        assert share >= 0.99
        hand.sheet.close()
        taken.append(gestures)
    yield Figure(
        "label 99 % of the 1,797 digits right",
        taken,
        "gestures",
        "300",
        "one by one",
        [1_797],
    )


def photographs(folder: Path, rows: int = 10_000) -> pd.DataFrame:
    """Photographs of 800 x 600 pixels, of which each is shown by some rows."""
    random = np.random.default_rng(0)
    for n in range(FILES):
        coarse = Image.fromarray(random.integers(0, 255, (30, 40, 3), np.uint8))
        coarse.resize((800, 600)).save(folder / f"{n}.jpg", quality=85)
    names = [f"{n % FILES}.jpg" for n in range(rows)]
    return pd.DataFrame({"id": np.arange(rows), "image": names})


def bench_sheet_pages() -> Iterator[Figure]:
    wire = Wire()
    publish = comm.DummyComm.publish_msg
    with tempfile.TemporaryDirectory() as folder:
        frame = photographs(Path(folder))
        project = nl.Project(frame, CONFIG, key="id", store=":memory:", root=folder)
        hand = Hand(nl.Sheet(project))
        kept = hand.sheet._thumbnails

        def turned(page: int) -> float:
            began = time.perf_counter()
            hand.sheet.page = page
            return 1000 * (time.perf_counter() - began)

        cold = []
        for page in range(20, 60, 2):
            kept.settle()
            cold.append(turned(page))
        ahead = []
        for page in range(100, 130):
            kept.settle()
            ahead.append(turned(page))
        yield Figure("turn to any page of 48 of 10,000 photographs, kernel", cold, "ms", "300 ms")
        yield Figure("turn to the next page, kernel", ahead[1:], "ms", "300 ms")

        def sent(dummy: Any, kind: str, *rest: Any, **keys: Any) -> None:
            wire.publish(dummy, kind, *rest, **keys)

        comm.DummyComm.publish_msg = sent  # type: ignore[method-assign]
        try:
            hand.key("PageDown")
            page_bytes = wire.bytes / 1000
            single = sum(_packed(tile.picture.pixels) for tile in hand.sheet._tiles) / 1000
            yield Figure(
                "what a page of photographs sends",
                [page_bytes],
                "KB",
                "",
                "an image each",
                [single],
            )
            wire.clear()
            hand.click(hand.sheet.rows[3])
            yield Figure("what a selection sends", [wire.bytes / 1000], "KB")
        finally:
            comm.DummyComm.publish_msg = publish  # type: ignore[method-assign]
        for page in range(hand.sheet.pages):
            hand.sheet.page = page
        yield Figure("thumbnails in memory after all pages", [kept.bytes / 2**20], "MB", "48 MB")
        hand.key("a", ctrl=True)
        began = time.perf_counter()
        hand.key("1")
        yield Figure("label a page of 48 rows", [1000 * (time.perf_counter() - began)], "ms")
        hand.sheet.close()
        project.close()


def _packed(pixels: Any) -> int:
    out = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(out, "JPEG", quality=75)
    return len(out.getvalue())


SETUP = """
import numpy as np, pandas as pd, nblabel as nl
from pathlib import Path
from PIL import Image
folder = Path("photographs"); folder.mkdir(exist_ok=True)
random = np.random.default_rng(0)
for n in range(500):
    coarse = Image.fromarray(random.integers(0, 255, (30, 40, 3), np.uint8))
    coarse.resize((800, 600)).save(folder / f"{n}.jpg", quality=85)
frame = pd.DataFrame({"id": np.arange(10_000), "image": [f"photographs/{n % 500}.jpg" for n in range(10_000)]})
project = nl.Project(frame, '''CONFIG''', key="id", store=":memory:")
""".replace("CONFIG", CONFIG)

# From a key to the first frame in which the canvas shows something else.
TURNED = """(key) => new Promise((resolve) => {
  const canvas = document.querySelector(".nb-sheet canvas");
  const look = () => {
    const { width } = canvas;
    const data = canvas.getContext("2d").getImageData(0, 0, width, 40).data;
    let sum = 0;
    for (let i = 0; i < data.length; i += 16) sum = (sum * 31 + data[i]) % 1000003;
    return sum;
  };
  const before = look();
  const began = performance.now();
  canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const wait = () => (look() === before ? setTimeout(wait, 4) : resolve(performance.now() - began));
  wait();
})"""


def bench_sheet_painted() -> Iterator[Figure]:
    with jupyterlab() as opened:
        book = opened([SETUP, "sheet = nl.Sheet(project)\nsheet"])
        book.run_all()
        book.page.wait_for_selector(".nb-sheet canvas")
        settle(book.page, 3_000)
        taken = []
        for _ in range(12):
            taken.append(float(book.page.evaluate(TURNED, "PageDown")))
            settle(book.page, 900)
        yield Figure("key to the next page painted, JupyterLab", taken[1:], "ms", "300 ms")
        marked = []
        for _ in range(8):  # within the first row, which is looked at
            marked.append(float(book.page.evaluate(TURNED, "ArrowRight")))
            settle(book.page, 200)
        yield Figure("arrow to the cursor painted, JupyterLab", marked[1:], "ms")
