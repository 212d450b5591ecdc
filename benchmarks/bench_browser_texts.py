"""What is waited for in documents and dialogues of many spans."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench_browser import SETUP, SHOW, SHOW_EMPTY, opened_empty
from benchmarks.browser import (
    EMPTY,
    FIND,
    frames_of,
    jupyterlab,
    settle,
    shown_after,
    until_painted,
)
from benchmarks.figures import Figure
from browser.lab import Notebook
from browser.labeler import Widget

DOCUMENT = """<View>
  <HyperTextLabels name="parts" toName="page"><Label value="Title"/><Label value="Body"/></HyperTextLabels>
  <HyperText name="page" value="$html"/>
</View>"""

DIALOGUE = """<View>
  <ParagraphLabels name="acts" toName="talk"><Label value="Question"/><Label value="Answer"/></ParagraphLabels>
  <Paragraphs name="talk" value="$turns" layout="dialogue"/>
</View>"""


def document(characters: int, count: int) -> str:
    return f"""
words = ["alpha", "beta", "gamma", "delta", "<b>epsilon</b>", "zeta", "eta", "<i>theta</i>", "iota", "kappa"]
parts, length = [], 0
while length < {characters}:
    part = "<p>First words " + " ".join(words[i] for i in rng.integers(0, 10, 40)) + "</p>"
    parts.append(part); length += len(part)
html = "<html><body>" + "".join(parts) + "</body></html>"
def span(n):
    path = f"/p[{{n * (len(parts) // {count}) + 1}}]/text()[1]"
    value = dict(start=path, end=path, startOffset=0, endOffset=11, text="First words", hypertextlabels=[["Title", "Body"][n % 2]])
    return dict(id=f"s{{n}}", from_name="parts", to_name="page", type="hypertextlabels", value=value)
project = nl.Project(pd.DataFrame({{"id": [1, 2], "html": [html, html.replace("First", "Other", 1)]}}), '''{DOCUMENT}''', key="id", store=":memory:")
project.annotate(1, [span(n) for n in range({count})])
project.remember(0)
"""


def dialogue(turns: int, count: int) -> str:
    return f"""
turns = [{{"author": ["Ada", "Alan", "Grace"][n % 3], "text": f"This is turn {{n}} " + "and it has some more words " * (n % 5)}} for n in range({turns})]
def span(n):
    at = str(n * ({turns} // {count}))
    value = dict(start=at, end=at, startOffset=0, endOffset=7, text="This is", paragraphlabels=[["Question", "Answer"][n % 2]])
    return dict(id=f"s{{n}}", from_name="acts", to_name="talk", type="paragraphlabels", value=value)
project = nl.Project([{{"id": 1, "turns": turns}}, {{"id": 2, "turns": turns}}], '''{DIALOGUE}''', key="id", store=":memory:")
project.annotate(1, [span(n) for n in range({count})])
project.remember(0)
"""


LISTED = 'find(".nb-side")?.textContent.includes("Regions")'
CASES = (
    (
        "HTML of 1 MB and 1,000 spans",
        document(1_000_000, 1_000),
        "page",
        'find(".nb-frame")?.contentDocument?.querySelector(".nb-text-chip")',
        ("1 s", "50 ms", ""),
    ),
    (
        "a dialogue of 2,000 turns and 1,000 spans",
        dialogue(2_000, 1_000),
        "talk",
        'find(".nb-text-chip")',
        ("0.5 s", "50 ms", "p95 33 ms"),
    ),
)


def next_document(book: Notebook) -> float:
    """Milliseconds from a press until the next document is painted, after some time to read."""
    settle(book.page, 10_000)
    return float(
        book.page.evaluate(
            f"""async () => {{
              const find = {FIND};
              const start = performance.now();
              find("[aria-label='Next task']").click();
              const shown = () => find(".nb-frame")?.contentDocument?.querySelector(".nb-text-host")
                ?.shadowRoot.textContent.includes("Other words");
              while (!shown()) await new Promise((r) => requestAnimationFrame(r));
              await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
              return performance.now() - start;
            }}"""
        )
    )


def bench_texts_of_many_spans() -> Iterator[Figure]:
    with jupyterlab() as open_notebook:
        for named, cell, name, drawn, goals in CASES:
            book = open_notebook([SETUP + EMPTY + cell, SHOW_EMPTY, SHOW])
            book.run_again("\nimport")
            page = book.page
            empty = opened_empty(book)
            ready = f"{drawn} && {LISTED}"
            opened = [shown_after(book, "labeler", ready) for _ in range(4)][1:]
            settle(page, 1500)
            widget = Widget(book.widget())
            yield Figure(f"{named}: open", opened, "ms", goals[0], "an empty anywidget", empty)
            page.evaluate(
                """() => {
                  const frame = [...document.querySelectorAll("[data-lm-suppress-shortcuts]")].at(-1)
                    ?.shadowRoot?.querySelector("iframe");
                  // What a frame hears is not heard around it; its clock is another.
                  frame?.contentWindow.addEventListener("pointerup", () => {
                    const start = performance.now();
                    requestAnimationFrame(() => {
                      const { port1, port2 } = new MessageChannel();
                      port1.onmessage = () => painted.push(["pointerup", performance.now() - start]);
                      port2.postMessage(0);
                    });
                  }, { capture: true });
                }"""
            )
            stage = widget.group(name)
            box = stage.bounding_box()
            assert box
            adding = []
            widget.root.get_by_role(
                "group", name="parts" if name == "page" else "acts"
            ).get_by_role("button").first.click()
            for n in range(6):
                x, y = box["x"] + 60 + 40 * n, box["y"] + 120 + 12 * n
                adding.append(
                    until_painted(page, "pointerup", lambda x=x, y=y: widget.drag(x, y, x + 30, y))
                )
            yield Figure(f"{named}: add a span", adding, "ms", goals[1])

            def scroll() -> None:
                page.mouse.move(box["x"] + 200, box["y"] + 150)
                for _ in range(60):
                    page.mouse.wheel(0, 120)
                    page.wait_for_timeout(16)

            yield Figure(f"{named}: a frame of scrolling", frames_of(page, scroll), "ms", goals[2])
            if name == "page":
                yield Figure(f"{named}: the next task", [next_document(book)], "ms", "")
