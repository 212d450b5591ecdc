"""HTML: in a frame of its own or in the page's flow, marked by mouse and keyboard, as Label Studio writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.configs import labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

Show = Callable[..., tuple[Plain, Widget]]

CONFIG = """<View>
  <HyperTextLabels name="parts" toName="page"><Label value="Title"/><Label value="Body"/></HyperTextLabels>
  <HyperText name="page" value="$html"{more}/>
  <Choices name="kind" toName="page"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""

HTML = """<html><head><style>h1 { color: #345 }</style></head><body>
<script>document.title = 'run'</script><h1>The 🐱 cat <em>report</em></h1><iframe src="x"></iframe>
<form><p>not this one</p></form><script src="a.js"></script>
<p>Ada Lovelace wrote <o:p>the</o:p> <b>first</b> program,<br>in London, for Charles
   Babbage.</p><p>Nobody <!-- a word --> answered.</p>
<ul><li>one</li><li>two <a href="https://example.org/">link</a></li></ul></body></html>"""

MODES = {"in a frame": "", "inline": ' inline="true"'}

# The native parser, native XPath and a walk over all texts, as an oracle of their own.
ORACLE = """([html, value, inline]) => {
  const parsed = new DOMParser().parseFromString('<!DOCTYPE html>' + (inline ? '<body>' : '') + html, 'text/html');
  const found = (path) => {
    const steps = path.replace(/\\/([^/[]+:[^/[]+)\\[/g, "/*[name()='$1'][");
    return parsed.evaluate('/html/body' + steps, parsed, null, 9, null).singleNodeValue;
  };
  const ends = [[found(value.start), value.startOffset], [found(value.end), value.endOffset]];
  const range = parsed.createRange();
  range.setStart(...ends[0]);
  range.setEnd(...ends[1]);
  const point = ([node, offset]) => {
    let count = 0;
    const walker = parsed.createTreeWalker(parsed.body, 5);
    for (let at = walker.nextNode(); at && at !== node; at = walker.nextNode()) {
      if (at.nodeType === 1) count += at.localName === 'br' ? 1 : 0;
      else if (!at.parentElement.closest('script, iframe')) count += [...at.data].length;
    }
    return count + [...node.data.slice(0, offset)].length;
  };
  return { text: range.toString(), start: point(ends[0]), end: point(ends[1]) };
}"""


def shown(show: Show, html: str, more: str = "", **options: Any) -> tuple[Plain, Widget]:
    data = f"[{{'html': {html!r}}}]"
    book, widget = show(labeler(CONFIG.format(more=more), data, advance=False, **options))
    if "inline" not in more:
        book.page.wait_for_function(
            """() => { const find = (root) => [...root.querySelectorAll('*')].some((el) =>
                 el.localName === 'iframe' ? el.contentDocument?.querySelector('.nb-text') : el.shadowRoot && find(el.shadowRoot));
                 return find(document); }"""
        )
    return book, widget


def values(book: Plain) -> list[dict[str, Any]]:
    code = "import json; print(json.dumps([json.loads(v) for v in labeler.results(drafts=True).value]))"
    found: list[dict[str, Any]] = json.loads(book.python(code))
    return found


def plain(text: str) -> str:
    """A text without blanks: the browser's own has none where a block ends."""
    return "".join(text.replace("\\n", " ").split())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("cat", "report"),
        ("Lovelace", "first"),
        ("the", "London"),
        ("Babbage", "answered"),
        ("one", "link"),
    ],
)
def test_a_span_over_tags_is_where_the_browser_says(
    show: Show, mode: str, first: str, last: str
) -> None:
    book, widget = shown(show, HTML, MODES[mode])
    widget.button("Title").click()
    widget.select_from(first, last, within="page")
    expect(widget.regions).to_have_count(1)
    widget.saved()
    (value,) = values(book)
    told = book.page.evaluate(ORACLE, [HTML, value, mode == "inline"])
    assert plain(told["text"]) == plain(value["text"])
    assert value["text"].startswith(first)
    assert value["text"].endswith(last)
    assert value["globalOffsets"] == {"start": told["start"], "end": told["end"]}
    assert book.page.title() != "run"


SCRIPTS = {
    "Latin": ("naïve ", "café"),
    "Arabic": ("هذا هو ", "النص"),
    "Hebrew": ("זה ", "טקסט"),
    "Devanagari": ("यह एक ", "पाठ"),
    "Chinese": ("这是", "文本"),
    "emoji": ("👩‍👩‍👧 and 🐱 ", "👍🏽🏳️‍🌈"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_offsets_in_every_script(show: Show, script: str) -> None:
    before, marked = SCRIPTS[script]
    html = f"<div dir=auto>🐱<br>{before}<b>{marked}</b> ok</div>"
    book, widget = shown(show, html)
    widget.button("Title").click()
    widget.select(marked, within="page")
    expect(widget.regions).to_have_count(1)
    widget.saved()
    (value,) = values(book)
    assert value["text"] == marked
    assert value["start"] == value["end"] == "/div[1]/b[1]/text()[1]"
    assert (value["startOffset"], value["endOffset"]) == (0, len(marked.encode("utf-16-le")) // 2)
    start = 2 + len(before)
    assert value["globalOffsets"] == {"start": start, "end": start + len(marked)}


@pytest.mark.parametrize("mode", MODES)
def test_what_is_typed_in_it_reaches_the_widget(show: Show, mode: str) -> None:
    book, widget = shown(show, HTML, MODES[mode])
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("ArrowRight")  # into the document
    keys.press("2")
    expect(widget.button("Body")).to_have_attribute("aria-pressed", "true")
    keys.press("Shift+ArrowRight")
    keys.press("Enter")
    expect(widget.regions).to_have_count(1)
    keys.press("Control+z")
    expect(widget.regions).to_have_count(0)
    keys.press("Control+Shift+z")
    keys.press("4")
    expect(widget.root.get_by_role("radio", name="bad")).to_be_checked()
    keys.press("Control+Enter")
    expect(widget.button("Update")).to_have_count(1)
    (value, _) = values(book)
    assert value["text"] == "The"


GIVEN = {
    "by paths": (
        {
            "start": "/h1[1]/text()[1]",
            "end": "/h1[1]/em[1]/text()[1]",
            "startOffset": 7,
            "endOffset": 6,
        },
        "cat report",
    ),
    "by points, where a path leads nowhere": (
        {
            "start": "/div[9]/text()[1]",
            "end": "/div[9]/text()[1]",
            "startOffset": 0,
            "endOffset": 3,
            "globalOffsets": {"start": 7, "end": 10},
        },
        "cat",
    ),
    "by an element and units in it": (
        {"start": "/h1[1]", "end": "/h1[1]", "startOffset": 7, "endOffset": 17},
        "cat report",
    ),
    "by numbers alone": ({"start": 7, "end": 10}, "cat"),
}


def annotated(value: dict[str, Any]) -> str:
    result = {
        "id": "r1",
        "from_name": "parts",
        "to_name": "page",
        "type": "hypertextlabels",
        "value": {**value, "hypertextlabels": ["Title"]},
    }
    task = {"data": {"html": HTML}, "annotations": [{"result": [result]}]}
    return (
        f"labeler = nl.Labeler([{task!r}], '''{CONFIG.format(more='')}''', advance=False)\nlabeler"
    )


HIGHLIGHTED = """() => {
  const find = (root) => [...root.querySelectorAll('*')].flatMap((el) =>
    el.localName === 'iframe' ? [el] : el.shadowRoot ? find(el.shadowRoot) : []);
  const [frame] = find(document);
  if (!frame?.contentWindow.CSS) return [];
  return [...frame.contentWindow.CSS.highlights.values()].flatMap((h) => [...h]).map((range) => {
    const live = frame.contentDocument.createRange();
    live.setStart(range.startContainer, range.startOffset);
    live.setEnd(range.endContainer, range.endOffset);
    return live.toString();
  });
}"""


@pytest.mark.parametrize("way", GIVEN)
def test_results_are_found(show: Show, way: str) -> None:
    value, marked = GIVEN[way]
    book, widget = show(annotated(value))
    expect(widget.regions).to_have_count(1)
    book.page.wait_for_function(f"() => ({HIGHLIGHTED})().length > 0")
    assert book.page.evaluate(HIGHLIGHTED) == [marked]


def test_a_region_that_is_nowhere_is_told_and_kept(show: Show) -> None:
    lost = {"start": "/x[1]", "end": "/x[1]", "startOffset": 0, "endOffset": 1, "strange": {"a": 1}}
    book, widget = show(annotated(lost))
    widget.said('regions that are nowhere in "page" are kept as they are')
    expect(widget.regions).to_have_count(1)
    (value,) = values(book)
    assert value == {**lost, "hypertextlabels": ["Title"]}
