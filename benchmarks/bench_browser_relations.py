"""What arrows cost while what they join moves."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench_browser import SETUP, SHOW, SPANS, spans
from benchmarks.browser import frames_of, jupyterlab, settle, shown_after
from benchmarks.figures import Figure
from browser.labeler import Widget

COUNT = 500

RELATE = f"""
results = [span(n) for n in range(1_000)]
results += [
    dict(type="relation", from_id=f"s{{n}}", to_id=f"s{{n + 3 + n % 40}}", direction="right")
    for n in range({COUNT})
]
project = nl.Project(pd.DataFrame({{"id": [1, 2], "text": [text, text]}}), '''{SPANS}''', key="id", store=":memory:")
project.annotate(1, results)
project.remember(0)
"""


def bench_scrolling_with_relations() -> Iterator[Figure]:
    with jupyterlab() as open_notebook:
        book = open_notebook([SETUP + spans(100_000, 1_000) + RELATE, SHOW])
        book.run_again("\nimport")
        page = book.page
        shown_after(book, "labeler", 'find(".nb-arrows")')
        widget = Widget(book.widget())
        widget.root.get_by_text(f"Relations {COUNT}").wait_for()
        settle(page, 1_000)
        box = widget.group("text").bounding_box()
        assert box
        page.mouse.move(box["x"] + 100, box["y"] + 100)

        def scroll() -> None:
            for _ in range(60):
                page.mouse.wheel(0, 60)
                page.wait_for_timeout(16)

        frames = frames_of(page, scroll)
        yield Figure(f"text, {COUNT} relations: a frame of scrolling", frames, "ms", "p95 33 ms")
