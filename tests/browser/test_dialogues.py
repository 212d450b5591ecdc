"""Dialogues, tables and the old form of a dialogue: shown, found in, marked as Label Studio writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import ANY

import pytest
from playwright.sync_api import expect

from browser.configs import labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

Show = Callable[..., tuple[Plain, Widget]]

CONFIG = """<View>
  <ParagraphLabels name="acts" toName="talk"><Label value="Question"/><Label value="Answer"/></ParagraphLabels>
  <Paragraphs name="talk" value="$turns" layout="dialogue"{more}/>
</View>"""

TURNS = [
    {"author": "Mia", "text": "Don't you hate 🐱 that?", "start": 3.1, "end": 5.6},
    {"author": "Vincent", "text": "Hate what?", "start": 4.2},
    {"author": "Mia", "text": "Silences.\nThey are long."},
]


def shown(show: Show, turns: Any, more: str = "", **options: Any) -> tuple[Plain, Widget]:
    data = f"[{{'turns': {turns!r}}}]"
    return show(labeler(CONFIG.format(more=more), data, advance=False, **options))


def values(book: Plain) -> list[dict[str, Any]]:
    code = "import json; print(json.dumps([json.loads(v) for v in labeler.results(drafts=True).value]))"
    found: list[dict[str, Any]] = json.loads(book.python(code))
    return found


def test_a_span_over_several_turns(show: Show) -> None:
    book, widget = shown(show, TURNS)
    widget.button("Question").click()
    widget.select_from("that", "They", within="talk")
    expect(widget.regions).to_contain_text("that? Hate what?")
    widget.saved()
    assert values(book) == [
        {
            "start": "0",
            "end": "2",
            "startOffset": 18,
            "endOffset": 14,
            "text": "that?\nHate what?\nSilences.\nThey",
            "paragraphlabels": ["Question"],
        }
    ]


PAINTED = """() => [...CSS.highlights.values()].flatMap((h) => [...h]).map((range) => {
  const live = document.createRange();
  live.setStart(range.startContainer, range.startOffset);
  live.setEnd(range.endContainer, range.endOffset);
  return live.toString();
})"""


def test_a_span_over_several_turns_does_not_cover_who_says_them(show: Show) -> None:
    book, widget = shown(show, TURNS)
    widget.button("Question").click()
    widget.select_from("that", "They", within="talk")
    expect(widget.regions).to_have_count(1)
    book.page.wait_for_function(f"() => ({PAINTED})().length === 3")
    assert book.page.evaluate(PAINTED) == ["that?", "Hate what?", "Silences.\nThey"]
    widget.regions.first.get_by_role("button").first.click()
    outlines = widget.group("talk").locator(".nb-text-outline")
    expect(outlines).to_have_count(4)  # lines of the screen


def test_a_long_name_leaves_its_list_in_its_place(show: Show) -> None:
    names = [{"author": "a name " * 30, "text": "x"}, {"author": "b", "text": "y"}]
    book, widget = shown(show, names)
    book.page.set_viewport_size({"width": 600, "height": 800})
    box = widget.root.get_by_role("combobox", name="Author").bounding_box()
    group = widget.group("talk").bounding_box()
    assert box
    assert group
    assert box["x"] + box["width"] <= group["x"] + group["width"]


def test_what_is_selected_is_offered_labels_where_it_ends(show: Show) -> None:
    _, widget = shown(show, TURNS)
    widget.select("hate", within="talk")
    offer = widget.group("Labels for what is selected")
    expect(offer).to_be_visible()
    x, y = widget.point_after("hate", within="talk")
    box = offer.bounding_box()
    assert box
    assert abs(box["x"] - x) < 12
    assert 0 < box["y"] - y < 40


def test_a_span_by_keyboard(show: Show) -> None:
    book, widget = shown(show, TURNS)
    keys = book.page.keyboard
    widget.root.focus()
    keys.press("ArrowRight")
    keys.press("2")
    keys.press("Shift+ArrowRight")
    keys.press("Enter")
    widget.saved()
    expect(widget.regions).to_have_count(1)
    (value,) = values(book)
    assert value["paragraphlabels"] == ["Answer"]
    assert value["start"] == value["end"] == "0"


@pytest.mark.parametrize(
    ("text", "words", "on", "back", "longer"),
    [
        ("Don't you hate that?", "you", "ArrowRight", "ArrowLeft", "you h"),
        ("هذا هو النص", "هو", "ArrowLeft", "ArrowRight", "هو ا"),
    ],
)
def test_the_end_of_a_span_is_moved_by_keys(
    show: Show, text: str, words: str, on: str, back: str, longer: str
) -> None:
    book, widget = shown(show, [{"author": "a", "text": text}])
    widget.button("Question").click()
    widget.select(words, within="talk")
    row = widget.regions.first
    expect(row).to_have_text(f"Question {words}")
    row.get_by_role("button").first.click()
    widget.root.get_by_role("slider", name="End of Question").focus()
    for key, marked in [(on, longer), (back, words), ("End", words), ("Control+z", longer)]:
        book.page.keyboard.press(key)  # over a blank, which alone makes no other span
        expect(row).to_have_text(f"Question {marked}")


SCRIPTS = ["naïve café", "هذا هو النص", "זה טקסט", "यह पाठ है", "这是文本", "👩‍👩‍👧 🏳️‍🌈"]


@pytest.mark.parametrize("text", SCRIPTS)
def test_offsets_in_every_script(show: Show, text: str) -> None:
    book, widget = shown(show, [{"author": "a", "text": "🐱"}, {"author": "b", "text": text}])
    widget.button("Question").click()
    first = text.split(maxsplit=1)[0]
    widget.select(first, within="talk")
    widget.saved()
    expect(widget.regions).to_have_count(1)
    (value,) = values(book)
    units = len(first.encode("utf-16-le")) // 2
    assert (value["start"], value["startOffset"], value["endOffset"]) == ("1", 0, units)
    assert value["text"] == first


def test_one_author_and_what_is_found(show: Show) -> None:
    book, widget = shown(show, TURNS)
    talk = widget.group("talk")
    expect(talk.get_by_text("00:03 – 00:05")).to_be_visible()
    talk.get_by_role("searchbox", name="Find in the text").fill("hate")
    expect(talk.get_by_text("1 of 2")).to_be_visible()
    book.page.keyboard.press("Enter")
    expect(talk.get_by_text("2 of 2")).to_be_visible()
    talk.get_by_role("combobox", name="Author").select_option("Mia")
    expect(talk.get_by_text("1 of 1")).to_be_visible()
    expect(talk.get_by_text("Hate what?")).to_be_hidden()
    expect(talk.get_by_text("Silences.")).to_be_visible()


def test_what_is_picked_is_seen_whoever_said_it(show: Show) -> None:
    _, widget = shown(show, [*TURNS, *({"author": "Mia", "text": f"{n}"} for n in range(60))])
    talk = widget.group("talk")
    author = talk.get_by_role("combobox", name="Author")
    widget.button("Answer").click()
    widget.select("Hate what", within="talk")
    expect(widget.regions).to_have_count(1)
    author.select_option("Mia")
    widget.root.locator(".nb-data").evaluate("(data) => data.scrollTo(0, 9999)")
    expect(talk.get_by_text("Hate what?")).to_be_hidden()
    widget.regions.first.get_by_role("button").first.click()
    expect(author).to_have_value("")
    expect(talk.get_by_text("Hate what?")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ("no json", "it is no JSON"),
        ({"a": 1}, "it is no list of turns"),
        ([{"said": "x"}], 'none of the turns has "text"'),
        ([], "it has no turns"),
        ("", "it has no turns"),
    ],
)
def test_what_is_no_dialogue_is_told(show: Show, turns: Any, told: str) -> None:
    book, widget = shown(show, turns)
    expect(widget.group("talk").get_by_role("note")).to_contain_text(told)
    widget.root.focus()
    for key in ("1", "ArrowRight", "Shift+ArrowRight", "Enter"):
        book.page.keyboard.press(key)
    assert book.errors == []


def test_other_names_sound_and_order(show: Show) -> None:
    turns = [{"who": "B", "said": "second", "start": 9}, {"who": "A", "said": "first", "start": 1}]
    more = ' nameKey="who" textKey="said" contextScroll="true" audioUrl="$sound"'
    book, widget = show(
        labeler(
            CONFIG.format(more=more),
            f"[{{'turns': {turns!r}, 'sound': 'a.mp3'}}]",
            advance=False,
        )
    )
    expect(widget.group("talk").get_by_role("note")).to_have_text("Its sound is not played yet.")
    widget.button("Answer").click()
    widget.select("first", within="talk")
    widget.saved()
    expect(widget.regions).to_have_count(1)
    assert values(book)[0]["start"] == "0"


def test_turns_are_counted_in_the_order_in_which_label_studio_sorts_them(show: Show) -> None:
    turns = [
        {"text": "at no time"},
        {"text": "from zero", "start": 0, "end": 9},
        {"text": "long", "start": 4, "duration": 5},
        {"text": "short", "start": 4, "end": 6},
        {"text": "as text", "start": "3.5"},
    ]
    book, widget = shown(show, turns, ' contextScroll="true"')
    widget.button("Answer").click()
    for words in ("text", "short", "long", "no time", "zero"):
        widget.select(words, within="talk")
    expect(widget.regions).to_have_count(5)
    widget.saved()
    assert [value["start"] for value in values(book)] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(("saved", "kept"), [("", True), ("none", False), ("no", False)])
def test_the_words_of_a_span_are_kept_as_the_config_says(
    show: Show, saved: str, kept: bool
) -> None:
    more = f' saveTextResult="{saved}"' if saved else ""
    book, widget = shown(show, TURNS, more)
    widget.button("Answer").click()
    widget.select("hate", within="talk")
    expect(widget.regions).to_have_text("Answer hate")
    widget.saved()
    assert ("text" in values(book)[0]) == kept


TABLES = """<View>
  <Table name="facts" value="$record"/>
  <Table name="rows" value="$rows"/>
  <Table name="sheet" value="$csv" valueType="csv|separator=;"/>
  <Table name="twice" value="$twice" valueType="csv"/>
  <Table name="wrong" value="$wrong"/>
  <Dialog name="old" value="$old"/>
  <Text name="text" value="$text"/>
  <Choices name="kind" toName="text"><Choice value="good"/></Choices>
</View>"""


def test_tables_and_the_old_dialogue(show: Show) -> None:
    row = {
        "record": {"gamma": "word " * 90, "beta": 1, "Alpha": {"x": [1, 2]}},
        "rows": [{"a": 1}, {"a": 2, "b": "z"}],
        "csv": 'name;note\nAda;"one; ""two"""\n',
        "twice": "a;a\n1;2\n",
        "wrong": "{",
        "old": [{"name": "Ada", "text": "Hello", "hint": "a greeting", "date": "1843"}],
        "text": "x",
    }
    _, widget = show(labeler(TABLES, f"[{row!r}]", advance=False))

    def cells(name: str) -> list[list[str]]:
        rows = widget.group(name).get_by_role("row").all()
        return [one.locator("th, td").all_inner_texts() for one in rows]

    assert cells("facts") == [
        ["Name", "Value"],
        ["Alpha", '{"x":[1,2]}'],
        ["beta", "1"],
        ["gamma", ANY],
    ]
    assert cells("rows") == [["a", "b"], ["1", ""], ["2", "z"]]
    assert cells("sheet") == [["name", "note"], ["Ada", 'one; "two"']]
    head = widget.group("facts").get_by_role("columnheader").first
    assert head.evaluate("(th) => th.clientHeight") < 40  # a word is in one line
    assert cells("twice") == [["a", "a"], ["1", "2"]]
    expect(widget.root.get_by_role("note")).to_contain_text("neither an object nor a list")
    for words in ("Ada", "Hello", "a greeting", "1843"):
        expect(widget.group("old").get_by_text(words)).to_be_visible()


def test_of_a_long_table_the_rows_are_drawn_that_are_near(show: Show) -> None:
    rows = "[{'record': [{'n': n} for n in range(3000)], 'text': 'x'}, {'record': [{'n': 0}], 'text': 'y'}]"
    config = """<View><Table name="facts" value="$record"/><Text name="text" value="$text"/>
      <Choices name="kind" toName="text"><Choice value="good"/></Choices></View>"""
    _, widget = show(labeler(config, rows, advance=False))
    facts = widget.group("facts")
    rows_drawn = facts.get_by_role("row")
    expect(facts.get_by_role("cell", name="150", exact=True)).to_be_attached()
    assert rows_drawn.count() <= 401
    expect(facts.get_by_role("cell", name="700", exact=True)).to_have_count(0)
    data = widget.root.locator(".nb-data")
    for _ in range(8):
        data.evaluate("(data) => data.scrollTo(0, data.scrollHeight)")
        widget.page.wait_for_timeout(60)
    expect(facts.get_by_role("cell", name="700", exact=True)).to_be_attached()
    widget.button("Next task").click()
    expect(rows_drawn).to_have_count(2)
