"""Spans in many scripts, by mouse: in code points, as Python and Label Studio count."""

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

# A text, what is dragged over, and the words that this is in.
SCRIPTS = {
    "Latin, with marks of their own": (
        "Le cafe\u0301 nai\u0308f de l'e\u0301te\u0301",
        "fe\u0301 nai\u0308",
        "cafe\u0301 nai\u0308f",
    ),
    "Hebrew, with points": ("אמר לה שָׁלוֹם חברה", "שָׁלוֹ", "שָׁלוֹם"),
    "Arabic, with marks": ("قَالَ الوَلَدُ مَرْحَبًا بِكَ", "وَلَدُ مَرْ", "الوَلَدُ مَرْحَبًا"),
    "Devanagari, with conjuncts": ("मैं हिन्दी में क्षत्रिय लिखता हूँ", "क्षत्रि", "क्षत्रिय"),
    "Chinese": ("他说，今天，很好。", "今", "今天"),
    "Chinese beyond the basic plane": ("看，𠮷野家，𠀋，好", "𠀋", "𠀋"),
    "emoji": ("one 👩‍👩‍👧two👍🏽 🏳️‍🌈 end", "wo👍🏽 🏳️‍🌈", "two👍🏽 🏳️‍🌈"),
}

PLAIN = """<View>
  <Labels name="l" toName="t"><Label value="A"/></Labels>
  <Text name="t" value="$text" granularity="{}"/>
</View>"""

HTML = """<View>
  <HyperTextLabels name="l" toName="t"><Label value="A"/></HyperTextLabels>
  <HyperText name="t" value="$text" granularity="{}" inline="true"/>
</View>"""


def marked(show: Show, config: str, text: str, dragged: str) -> dict[str, Any]:
    """What is said of a text, where a drag over some of it is a span."""
    book, widget = show(labeler(config, f"[{{'text': {text!r}}}]", advance=False))
    widget.button("A").click()
    widget.select(dragged, within="t")
    expect(widget.regions).to_have_count(1)
    widget.saved()
    code = "print(labeler.results(drafts=True).value[0])"
    value: dict[str, Any] = json.loads(book.python(code))
    return value


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("granularity", ["symbol", "word"])
def test_a_span_of_a_text(show: Show, granularity: str, script: str) -> None:
    line, dragged, words = SCRIPTS[script]
    text = f"🐱𝔸\r\n{line}\n"
    wanted = dragged if granularity == "symbol" else words
    value = marked(show, PLAIN.format(granularity), text, dragged)
    start = text.index(wanted)
    assert (value["start"], value["end"]) == (start, start + len(wanted))
    assert value["text"] == text[value["start"] : value["end"]] == wanted


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_span_of_a_document(show: Show, script: str) -> None:
    line, dragged, words = SCRIPTS[script]
    value = marked(show, HTML.format("word"), f"<p dir=auto>🐱𝔸<br>{line}</p>", dragged)
    start = len("🐱𝔸\n") + line.index(words)
    assert value["globalOffsets"] == {"start": start, "end": start + len(words)}
    units = [
        len(line[:at].encode("utf-16-le")) // 2
        for at in (line.index(words), line.index(words) + len(words))
    ]
    assert [value["startOffset"], value["endOffset"]] == units
    assert value["start"] == value["end"] == "/p[1]/text()[2]"
    assert value["text"] == words
