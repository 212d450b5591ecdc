"""A tree of many thousand options: what is sent, opened, searched and pressed."""

from __future__ import annotations

from collections.abc import Iterator

import nblabel as nl
from benchmarks.bench_browser import SETUP
from benchmarks.browser import jupyterlab, settle, taken_by, until_painted, watch_keys
from benchmarks.figures import Figure, timed
from browser.labeler import Widget
from nblabel.base.jsontext import encoded

TREE = "".join(
    f'<Choice value="Family {a}">'
    + "".join(
        f'<Choice value="Genus {a}-{b}">'
        + "".join(f'<Choice value="Species {a}-{b}-{c}"/>' for c in range(9))
        + "</Choice>"
        for b in range(10)
    )
    + "</Choice>"
    for a in range(100)
)
"""10,100 options, three deep."""

CONFIG = f"""<View><Text name="text" value="$text"/>
<Taxonomy name="kind" toName="text">{TREE}</Taxonomy></View>"""

ROWS = 'find(".nb-tax-rows")?.innerHTML'
CHECKED = 'String(find(".nb-tax-row[aria-checked=true]")?.id)'


def bench_taxonomy() -> Iterator[Figure]:
    def make() -> nl.Labeler[object]:
        return nl.Labeler([{"text": "x"}], CONFIG, store=":memory:")

    labeler = make()
    yield Figure(
        "a Taxonomy of 10,100 options: spec", [len(encoded(labeler.spec)) / 1000], "KB", "20 KB"
    )
    yield Figure(
        "a Taxonomy of 10,100 options: a labeler made", [1000 * s for s in timed(make, 5)], "ms"
    )
    cell = f"labeler = nl.Labeler([{{'text': 'x'}}], '''{CONFIG}''', store=':memory:')\nlabeler"
    with jupyterlab() as open_notebook:
        book = open_notebook([SETUP, cell])
        book.run_all()
        page = book.page
        widget = Widget(book.widget())
        field = widget.root.get_by_role("button", name="Click to add")
        field.wait_for()
        settle(page, 3000)
        opened = []
        for _ in range(8):
            opened.append(until_painted(page, "pointerdown", field.click))
            page.keyboard.press("Escape")
            settle(page, 200)
        yield Figure("opening it, its rows painted", opened, "ms", "100 ms")
        field.click()
        settle(page)
        watch_keys(page, ROWS)
        keys = [
            taken_by(page, key, 200)[1]
            for _ in range(3)
            for key in ("9", "-", "7", "Backspace", "Backspace", "Backspace")
        ]
        yield Figure("a key of its search", keys, "ms", "33 ms")
        watch_keys(page, CHECKED)
        pressed = [taken_by(page, "Enter", 250)[1] for _ in range(12)]
        yield Figure("a press that chooses one, or takes it back", pressed, "ms", "33 ms")
