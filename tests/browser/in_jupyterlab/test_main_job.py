"""The main job in the host that most people have: label a text, draw a box, choose, submit."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import expect

from browser.configs import MIXED, PICTURES, SETUP, labeler
from browser.lab import Notebook
from browser.labeler import Widget


def test_what_is_labeled_is_a_frame_in_the_kernel(notebook: Callable[..., Notebook]) -> None:
    data = "[{'text': 'Ana left Rome.', 'image': picture(400, 300), 'n': n} for n in range(2)]"
    book = notebook(SETUP, PICTURES, labeler(MIXED, data, key="n"))
    book.run_all()
    widget = Widget(book.widget())
    widget.at(1, 2)
    widget.button("PER").click()
    widget.select("Ana", within="text")
    expect(widget.regions).to_have_count(1)
    widget.root.focus()
    book.page.keyboard.press("3")
    photo = widget.picture("photo", 400, 300)
    widget.button("roof").click()
    photo.drag(0.25, 0.25, 0.75, 0.5)
    expect(widget.regions).to_have_count(2)
    widget.button("Submit").click()
    widget.at(2, 2)
    widget.root.focus()
    book.page.keyboard.press("Control+Space")
    expect(widget.root).to_contain_text("All 2 tasks are done: 1 labeled, 1 skipped")
    widget.saved()
    told = book.python("print(labeler.to_frame().drop(columns='image').to_json(orient='records'))")
    done, skipped = json.loads(told)
    assert done["mood"] == "positive"
    (span,) = done["ner"]
    assert [span["start"], span["end"], span["labels"]] == [0, 3, ["PER"]]
    (box,) = done["box"]
    assert [round(box[side] / 5) for side in ("x", "y", "width", "height")] == [5, 5, 10, 5]
    assert [skipped[name] for name in ("mood", "ner", "box")] == [None, None, None]
    assert not book.errors
