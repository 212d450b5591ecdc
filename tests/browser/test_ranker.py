"""An order, put by the pointer or by keys, and said also where nobody touched it."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from browser.access import violations
from browser.configs import labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

CONFIG = """<View><List name="hits" value="$items" title="Hits"/>
<Ranker name="rank" toName="hits">{buckets}</Ranker></View>"""
BUCKETS = '<Bucket name="best" title="Best"/><Bucket name="ads" title="Paid"/>'
DATA = """[{'items': [
  {'id': 'blog', 'title': 'Tips', 'body': 'Ten tips for <b>you</b>'},
  {'id': 7, 'title': 'Arrow', 'html': '<b>bold</b><script>window.hit = 1</script>'},
  {'id': 'wiki', 'title': 'Science'},
]}, {'items': None}]"""


def cards(widget: Widget, column: str) -> list[str]:
    found = widget.root.get_by_role("list", name=column, exact=True)
    handles = found.get_by_role("button", name=re.compile("^Move ")).all()
    return [str(handle.get_attribute("aria-label")).removeprefix("Move ") for handle in handles]


def submitted(book: Plain, widget: Widget) -> object:
    widget.button("Submit").click()
    widget.at(2, 2)
    widget.saved()
    assert book.python("print(len(labeler.check()))") == "0"
    return json.loads(book.python("import json; print(json.dumps(labeler.to_frame()['rank'][0]))"))


def test_untouched_it_is_said_with_what_looks_like_an_integer_first(show) -> None:
    book, widget = show(labeler(CONFIG.format(buckets=""), DATA))
    assert submitted(book, widget) == {"rank": ["7", "blog", "wiki"]}


def test_by_keys_between_buckets(show) -> None:
    book, widget = show(labeler(CONFIG.format(buckets=BUCKETS), DATA))
    press = book.page.keyboard.press
    widget.button("Move Tips").focus()
    press("Space")
    expect(widget.button("Move Tips")).to_have_attribute("aria-pressed", "true")
    press("ArrowRight")
    expect(widget.root.get_by_text("Tips: 1 of 1 in Best")).to_have_count(1)
    press("Space")
    assert cards(widget, "Best") == ["Tips"]
    widget.button("Move Arrow").focus()
    press("Enter")
    press("ArrowRight")
    press("Escape")
    assert cards(widget, "Hits") == ["Arrow", "Science"]
    assert violations(book.page) == []
    assert submitted(book, widget) == {"_": ["7", "wiki"], "best": ["blog"], "ads": []}


def test_by_the_pointer_and_undone(show) -> None:
    book, widget = show(labeler(CONFIG.format(buckets=BUCKETS), DATA))
    expect(widget.root.get_by_text("bold")).to_be_visible()  # then the cards stay where they are
    card = widget.root.get_by_role("listitem").filter(has_text="Science").bounding_box()
    paid = widget.root.get_by_role("list", name="Paid").bounding_box()
    assert card
    assert paid
    mouse = book.page.mouse
    mouse.move(card["x"] + 60, card["y"] + 12)
    mouse.down()
    mouse.move(paid["x"] + 60, paid["y"] + 10, steps=4)
    mouse.up()
    assert cards(widget, "Paid") == ["Science"]
    widget.button("Undo").click()
    expect(widget.root.get_by_role("list", name="Paid").get_by_role("listitem")).to_have_count(0)
    widget.button("Redo").click()
    assert submitted(book, widget) == {"_": ["7", "blog"], "best": [], "ads": ["wiki"]}


def test_a_default_bucket_takes_what_no_other_has(show) -> None:
    buckets = '<Bucket name="best"/><Bucket name="rest" default="true"/>'
    book, widget = show(labeler(CONFIG.format(buckets=buckets), DATA))
    assert cards(widget, "rest") == ["Arrow", "Tips", "Science"]
    assert submitted(book, widget) == {"best": [], "rest": ["7", "blog", "wiki"]}


def test_what_is_in_a_list_is_cleaned_and_folds(show) -> None:
    book, widget = show(labeler(CONFIG.format(buckets=""), DATA))
    expect(widget.root.get_by_text("bold")).to_be_visible()
    expect(widget.root.get_by_text("Ten tips for <b>you</b>")).to_be_visible()
    assert book.page.evaluate("() => window.hit") is None
    widget.button("Fold Tips").click()
    expect(widget.root.get_by_text("Ten tips")).to_have_count(0)
