"""A photograph too large to be sent whole: coarse at once, sharp where somebody looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.configs import BOXES, SETUP, labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

Open = Callable[..., Plain]

LARGE = """
import numpy as np
from PIL import Image
rng = np.random.default_rng(3)
coarse = Image.fromarray(rng.integers(0, 255, (50, 60, 3), dtype=np.uint8))
coarse.resize((6000, 5000)).save("large.jpg", quality=85)
coarse.resize((6000, 5000), Image.NEAREST).save("large.png", compress_level=1)
"""


@pytest.fixture(params=["large.jpg", "large.png"])
def widget(request: pytest.FixtureRequest, plain: Open) -> Widget:
    book = plain(SETUP, LARGE, labeler(BOXES, f"pd.DataFrame({{'image': ['{request.param}']}})"))
    book.run_all()
    return Widget(book.widget())


def test_it_is_seen_coarse_and_then_sharp_where_it_is_zoomed(widget: Widget) -> None:
    picture = widget.picture("photo", 6000, 5000)
    whole = picture.media.first
    expect(whole).to_have_js_property("naturalWidth", 1500)
    pieces = picture.media.nth(1)
    expect(pieces).to_have_count(0)
    widget.page.mouse.move(*picture.point(0.5, 0.5))
    for _ in range(16):
        widget.button("Zoom in").click()
    expect(pieces.first).to_be_attached(timeout=15_000)
    sizes = picture.media.evaluate_all("(all) => all.map((i) => i.naturalWidth)")
    assert max(sizes[1:]) == 1024
    widget.button("Fit").click()
    expect(pieces).to_have_count(0)  # where the coarse one is sharp enough, nothing more is kept
    assert not widget.messages.is_visible()


def test_boxes_are_in_its_own_pixels(widget: Widget) -> None:
    picture = widget.picture("photo", 6000, 5000)
    expect(picture.media.first).to_have_js_property("naturalWidth", 1500)
    widget.button("roof").click()
    picture.drag(0.25, 0.25, 0.75, 0.5)
    expect(widget.regions).to_have_count(1)
    widget.saved()


def test_the_limit_is_told_with_the_argument_that_lifts_it(plain: Open) -> None:
    data = "pd.DataFrame({'image': ['large.jpg']})"
    book = plain(SETUP, LARGE, labeler(BOXES, data, max_pixels=1_000_000))
    book.run_all()
    widget = Widget(book.widget())
    expect(widget.root.get_by_role("note")).to_have_text(
        '"large.jpg": the image has 6000 x 5000 pixels; at most 1,000,000 pixels are decoded, '
        "max_pixels=30_000_000 would allow it"
    )
