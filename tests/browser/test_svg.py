"""An SVG is a picture, also where somebody opens it in a tab of its own."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from browser.configs import BOXES, SETUP, labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

Open = Callable[..., Plain]

SVG = """
open("drawing.svg", "w").write(
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">'
    '<rect width="300" height="200" fill="#9ec5e8"/>'
    '<script>document.documentElement.setAttribute("ran", location.origin)</script></svg>'
)
"""


def test_script_in_it_has_no_origin(plain: Open) -> None:
    book = plain(SETUP, SVG, labeler(BOXES, "pd.DataFrame({'image': ['drawing.svg']})"))
    book.run_all()
    picture = Widget(book.widget()).picture("photo", 300, 200)
    shown = picture.media.first
    expect(shown).to_have_js_property("naturalWidth", 300)
    address = shown.evaluate("image => image.src")
    opened = book.page.context.new_page()
    opened.goto(address)
    assert opened.evaluate("document.documentElement.getAttribute('ran')") == "null"
    assert opened.evaluate("location.origin") == "null"
    opened.close()
