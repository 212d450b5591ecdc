"""HTML: in a frame of its own or in the page's flow, marked by mouse and keyboard, as Label Studio writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.configs import SETUP, labeler
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

# The native parser, native XPath and a walk over all texts, as an oracle of their own. What Label
# Studio takes out before it counts parts no text.
ORACLE = """([html, value, inline]) => {
  const parsed = new DOMParser().parseFromString('<!DOCTYPE html>' + (inline ? '<body>' : '') + html, 'text/html');
  const comments = parsed.createTreeWalker(parsed.body, 128);
  const out = [...parsed.body.querySelectorAll('script, iframe')];
  while (comments.nextNode()) out.push(comments.currentNode);
  for (const at of out) at.remove();
  parsed.body.normalize();
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
      else count += [...at.data].length;
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


@pytest.mark.parametrize("mode", MODES)
def test_what_label_studio_takes_out_parts_no_text(show: Show, mode: str) -> None:
    html = (
        "<p>one <!-- a -->two<script>1</script> three<iframe src='x'>y</iframe>, <br>four"
        "<iframe src='https://www.youtube.com/embed/x'></iframe>five</p>"
    )
    book, widget = shown(show, html, MODES[mode])
    widget.button("Title").click()
    for words in ("two", "four", "five"):
        widget.select(words, within="page")
    expect(widget.regions).to_have_count(3)
    widget.saved()
    assert [(value["start"], value["startOffset"], value["text"]) for value in values(book)] == [
        ("/p[1]/text()[1]", 4, "two"),
        ("/p[1]/text()[2]", 0, "four"),
        ("/p[1]/text()[3]", 0, "five"),
    ]


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
    widget.saved()
    (value, _) = values(book)
    assert value["text"] == "The"


NOWHERE = {
    "start": "/div[9]/text()[1]",
    "end": "/div[9]/text()[1]",
    "startOffset": 0,
    "endOffset": 3,
}


@pytest.mark.parametrize("mode", MODES)
def test_words_in_elements_of_any_name_are_there(show: Show, mode: str) -> None:
    """XML is shown as HTML, and has names that mean something in drawings and formulas."""
    html = (
        "<doc><text>one</text> <line>two</line> <view>three</view> <g>four</g> <mi>five</mi></doc>"
        "<svg width=300 height=40><fieldset>x</fieldset><linearGradient id=a></linearGradient>"
        "<text y=20>drawn</text></svg> <b>last</b>"
    )
    book, widget = shown(show, html, MODES[mode])
    widget.button("Title").click()
    for words in ("one", "two", "three", "four", "five", "last"):
        widget.select(words, within="page")
    expect(widget.regions).to_have_count(6)
    widget.saved()
    found = values(book)
    assert [(value["text"], value["start"]) for value in found[:2]] == [
        ("one", "/doc[1]/text[1]/text()[1]"),
        ("two", "/doc[1]/line[1]/text()[1]"),
    ]
    before = "one two three four five" + "x" + "drawn" + " "
    assert found[-1]["globalOffsets"]["start"] == len(before)
    page = book.page.frames[-1] if mode == "in a frame" else book.page
    assert page.locator("svg linearGradient").count() == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_page_that_would_not_be_selected_is_marked_all_the_same(show: Show, mode: str) -> None:
    html = """<style>p { user-select: none } a { pointer-events: none } * { display: revert }</style>
      <p>Some words and <a href="https://example.org/">a link</a></p><script>not these</script>"""
    _, widget = shown(show, html, MODES[mode])
    widget.button("Title").click()
    widget.select("words", within="page")
    widget.select("link", within="page")
    expect(widget.regions).to_have_text(["Title words", "Title link"])


@pytest.mark.parametrize("mode", MODES)
def test_a_span_is_resized_by_its_handles(show: Show, mode: str) -> None:
    book, widget = shown(show, HTML, MODES[mode] + ' granularity="word"')
    widget.button("Body").click()
    widget.select("Lovelace", within="page")
    row = widget.regions.first
    expect(row).to_have_text("Body Lovelace")
    row.get_by_role("button").first.click()
    page = book.page.frames[-1] if mode == "in a frame" else book.page
    end = page.get_by_role("slider", name="End of Body")
    box = end.bounding_box()
    assert box
    widget.drag(box["x"] + 6.5, box["y"] + 9, *widget.point_after("fir", within="page"))
    expect(row).to_have_text("Body Lovelace wrote the first")
    end.focus()
    book.page.keyboard.press("ArrowRight")  # a word at a time: less makes no other span
    expect(row).to_have_text("Body Lovelace wrote the first program")
    widget.saved()
    (value,) = values(book)
    assert (value["end"], value["endOffset"]) == ("/p[1]/text()[3]", 8)
    assert value["text"] == "Lovelace wrote the first program"


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
        {**NOWHERE, "globalOffsets": {"start": 7, "end": 10}},
        "cat",
    ),
    "by points that begin at a line break": (
        {**NOWHERE, "globalOffsets": {"start": 68, "end": 103}},
        "in London, for Charles\n   Babbage.",
    ),
    "by points that end after a line break": (
        {**NOWHERE, "globalOffsets": {"start": 59, "end": 69}},
        " program,",
    ),
    "by an element and units in it": (
        {"start": "/h1[1]", "end": "/h1[1]", "startOffset": 7, "endOffset": 17},
        "cat report",
    ),
    "by numbers alone": ({"start": 7, "end": 10}, "cat"),
}


def annotated(value: dict[str, Any], *others: dict[str, Any]) -> str:
    result = {
        "id": "r1",
        "from_name": "parts",
        "to_name": "page",
        "type": "hypertextlabels",
        "value": {**value, "hypertextlabels": ["Title"]},
    }
    task = {"data": {"html": HTML}, "annotations": [{"result": [result]}]}
    rows = [task, *others]
    return f"labeler = nl.Labeler({rows!r}, '''{CONFIG.format(more='')}''', advance=False)\nlabeler"


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
    expect(widget.regions).to_have_text(f"Title {' '.join(marked.split())}")


def test_the_words_of_a_document_that_is_elsewhere_are_not_kept(show: Show) -> None:
    elsewhere = "from pathlib import Path\nPath('page.html').write_text('<p>Some <b>words</b></p>')"
    more = ' valueType="url"'
    book, widget = show(elsewhere, labeler(CONFIG.format(more=more), "[{'html': 'page.html'}]"))
    widget.button("Title").click()
    widget.select("words", within="page")
    expect(widget.regions).to_have_text("Title words")
    widget.saved()
    assert "text" not in values(book)[0]


def test_a_region_that_is_nowhere_is_told_and_kept(show: Show) -> None:
    lost = {"start": "/x[1]", "end": "/x[1]", "startOffset": 0, "endOffset": 1, "strange": {"a": 1}}
    book, widget = show(annotated(lost, {"data": {"html": "<p>another</p>"}}))
    told = 'regions that are nowhere in "page" are kept as they are'
    widget.at(2, 2)
    widget.root.get_by_role("combobox", name="Show tasks").select_option("All")
    for _ in range(2):
        widget.button("Previous task").click()
        widget.said(told)
        widget.button("Next task").click()  # what is told stands beside it
        widget.at(2, 2)
        expect(widget.root.get_by_text(told)).to_have_count(0)
    widget.button("Previous task").click()
    widget.button("Dismiss").click()
    expect(widget.root.get_by_text(told)).to_have_count(0)
    book.page.wait_for_timeout(100)
    expect(widget.root.get_by_text(told)).to_have_count(0)
    expect(widget.regions).to_have_count(1)
    (value,) = values(book)
    assert value == {**lost, "hypertextlabels": ["Title"]}


@pytest.mark.parametrize("mode", MODES)
def test_what_is_selected_is_offered_labels_where_it_ends(show: Show, mode: str) -> None:
    book, widget = shown(show, HTML, MODES[mode])
    widget.select("Lovelace", within="page")
    offer = widget.group("Labels for what is selected")
    expect(offer).to_be_visible()
    x, y = widget.point_after("Lovelace", within="page")
    box = offer.bounding_box()
    assert box
    assert abs(box["x"] - x) < 12
    assert 0 < box["y"] - y < 40
    offer.get_by_role("button", name="Mark as Body").click()
    expect(widget.regions).to_have_count(1)
    expect(offer).to_have_count(0)
    widget.saved()
    (value,) = values(book)
    assert (value["text"], value["hypertextlabels"]) == ("Lovelace", ["Body"])


@pytest.mark.parametrize("mode", MODES)
def test_labels_offered_for_what_keys_select_go_where_it_is_scrolled(show: Show, mode: str) -> None:
    html = "<h1>The report</h1>" + "<p>Some more words of it.</p>" * 60
    book, widget = shown(show, html, MODES[mode])
    book.page.set_viewport_size({"width": 1280, "height": 700})
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("ArrowRight")  # into the document
    keys.press("ArrowDown")
    keys.press("Home")
    keys.press("Shift+ArrowRight")
    offer = widget.group("Labels for what is selected")
    expect(offer).to_be_visible()

    def away() -> tuple[float, float]:
        """From where the selected words end to the offer."""
        x, y = widget.point_after("Some", within="page")
        box = offer.bounding_box()
        assert box
        return box["x"] - x, box["y"] - y

    x, y = away()
    assert abs(x) < 12
    assert 0 < y < 40
    book.page.mouse.move(*widget.point_after("Some", within="page"))
    book.page.mouse.wheel(0, 60)
    book.page.wait_for_timeout(300)
    assert away() == pytest.approx((x, y), abs=2)
    if mode == "in a frame":  # the frame's own bar is the one that scrolls
        book.page.mouse.wheel(0, 400)
        expect(offer).to_have_count(0)
        book.page.mouse.wheel(0, -460)
        expect(offer).to_be_visible()
    keys.press("2")
    expect(offer).to_have_count(0)
    expect(widget.regions).to_have_count(1)
    widget.saved()
    (value,) = values(book)
    assert (value["text"], value["hypertextlabels"]) == ("Some", ["Body"])


PARSED = """
  globalThis.parsed = [];
  const { parseFromString } = DOMParser.prototype;
  DOMParser.prototype.parseFromString = function (text, type) {
    const [name] = /page \\d/.exec(text) ?? [];
    if (name) parsed.push(name);
    return parseFromString.call(this, text, type);
  };
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_document_is_cleaned_ahead_and_once(plain: Callable[..., Plain], mode: str) -> None:
    data = "[{'html': f'<p>page {n} of some words</p>'} for n in range(9)]"
    book = plain(
        SETUP, labeler(CONFIG.format(more=MODES[mode]), data, advance=False), before=PARSED
    )
    book.run_all()
    widget = Widget(book.widget())
    widget.at(1, 9)
    book.page.wait_for_function("() => parsed.length === 3")
    assert book.page.evaluate("parsed") == ["page 0", "page 1", "page 2"]
    for name in ("Next task", "Previous task", "Next task"):
        widget.button(name).click()
    widget.at(2, 9)
    book.page.wait_for_function("() => parsed.length > 3")
    widget.button("Title").click()
    widget.select("some words", within="page")
    expect(widget.regions).to_have_count(1)
    book.page.wait_for_timeout(300)
    assert book.page.evaluate("parsed") == ["page 0", "page 1", "page 2", "page 3"]
    widget.saved()
    (value,) = values(book)
    assert value["globalOffsets"] == {"start": 10, "end": 20}


COUNT = """
  globalThis.watched = new Set();
  const { observe, unobserve } = IntersectionObserver.prototype;
  IntersectionObserver.prototype.observe = function (element) {
    watched.add(element);
    observe.call(this, element);
  };
  IntersectionObserver.prototype.unobserve = function (element) {
    watched.delete(element);
    unobserve.call(this, element);
  };
"""
LAID_OUT = """() => {
  const find = (root) => [...root.querySelectorAll('*')].flatMap((el) =>
    el.localName === 'iframe' ? find(el.contentDocument) : el.shadowRoot ? find(el.shadowRoot)
    : el.localName === 'nb-page' ? [el] : []);
  const [page] = find(document);
  const words = [...page.querySelectorAll('b')];
  const about = { contentVisibilityAuto: true };
  return [words.length, words.filter((el) => el.checkVisibility(about)).length];
}"""


@pytest.mark.parametrize("mode", MODES)
def test_of_a_long_document_little_is_laid_out_and_watched(
    plain: Callable[..., Plain], mode: str
) -> None:
    html = "".join(
        f"<p>Some words of paragraph <b>{n}</b>, {'and some more of them ' * 8}</p>"
        for n in range(2000)
    )
    results = [
        {
            "id": f"r{n}",
            "from_name": "parts",
            "to_name": "page",
            "type": "hypertextlabels",
            "value": {
                "start": f"/p[{n + 1}]/text()[1]",
                "end": f"/p[{n + 1}]/text()[1]",
                "startOffset": 0,
                "endOffset": 10,
                "hypertextlabels": ["Title"],
            },
        }
        for n in range(0, 2000, 4)
    ]
    task = {"data": {"html": html}, "annotations": [{"result": results}]}
    config = CONFIG.format(more=MODES[mode])
    cell = f"labeler = nl.Labeler([{task!r}], '''{config}''', advance=False)\nlabeler"
    book = plain(SETUP, cell, before=COUNT)
    book.run_all()
    page = book.page
    chips = "nb-text-chip"
    count = f"""() => {{ const find = (root) => [...root.querySelectorAll('*')].flatMap((el) =>
      el.localName === 'iframe' ? find(el.contentDocument ?? document.createElement('p')) :
      [...(el.shadowRoot ? find(el.shadowRoot) : []), ...(el.className === '{chips}' ? [el] : [])]);
      return find(document).length; }}"""
    page.wait_for_function(f"() => ({count})() > 0")
    page.wait_for_timeout(300)
    every, laid_out = page.evaluate(LAID_OUT)
    assert every == 2000
    assert laid_out < 200
    assert page.evaluate(count) < 60
    assert page.evaluate("watched.size") < 1000
