"""A model that learns while somebody labels: its panel, and what is asked next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import expect

from browser.configs import CHOICES, SETUP
from browser.lab import Notebook
from browser.labeler import Widget

LEARNER = f"""
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
rows = [{{"id": n, "text": ("happy " if n % 2 else "sad ") + f"story {{n}}"}} for n in range(60)]
model = nl.models.Sklearn(make_pipeline(CountVectorizer(), LogisticRegression()), "mood")
labeler = nl.Labeler(rows, '''{CHOICES}''', key="id", store=":memory:")
learner = nl.Learner(labeler, model, every=5, start=5, seed=0)
labeler"""

PANEL = "learner"


def test_it_learns_suggests_and_asks_while_a_person_labels(
    notebook: Callable[..., Notebook],
) -> None:
    book = notebook(SETUP, LEARNER, PANEL)
    book.run_all()
    page = book.page
    widget = Widget(book.widget())
    panel = page.locator(".nb-learner")
    expect(panel).to_contain_text("0 labels, 0 rounds")
    story = widget.root.get_by_text(re.compile(r"^(happy|sad) story \d+$")).first
    widget.root.focus()
    shown: list[str] = []
    for count in range(1, 11):
        text = story.inner_text()
        shown.append(text)
        page.keyboard.press("1" if text.startswith("happy") else "2")
        expect(story).not_to_have_text(text)
        expect(panel).to_contain_text(f"{count} labels")
    expect(panel).to_contain_text("2 rounds")
    expect(panel.get_by_role("status")).to_have_text("learns again after 5 more labels")
    assert len(set(shown)) == 10
    assert shown != [("happy " if n % 2 else "sad ") + f"story {n}" for n in range(10)]
    expect(widget.group("mood")).to_contain_text("suggested")
    told = book.python(
        "import json; print(json.dumps([[r['labels'], r['promoted']] for r in learner.rounds]))"
    )
    rounds = json.loads(told)
    assert [labels for labels, _ in rounds] == [5, 10]
    assert rounds[0][1]
    page.get_by_role("button", name="Stop learning").click()
    expect(panel.get_by_role("status")).to_have_text("stopped")
    if path := __import__("os").environ.get("SHOT"):
        page.screenshot(path=path)
    assert not book.errors
