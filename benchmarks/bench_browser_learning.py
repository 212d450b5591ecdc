"""Labeling while a model learns, and ranks a hundred thousand rows, in the same kernel."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench_browser import SETUP
from benchmarks.bench_browser_answering import CHOICES, PLACE
from benchmarks.browser import jupyterlab, settle, taken_by, watch_keys
from benchmarks.figures import Figure
from browser.labeler import Widget

ROWS = 100_000
KEYS = 60

CELL = f"""
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
texts = [("bright " if n % 3 else "dark ") + " ".join(str(n * k % 997) for k in range(40)) for n in range({ROWS})]
model = nl.models.Sklearn(make_pipeline(TfidfVectorizer(), LogisticRegression()), "mood")
labeler = nl.Labeler(pd.DataFrame({{"n": range({ROWS}), "text": texts}}), '''{CHOICES}''', key="n", store=":memory:", advance=True)
labeler"""

LEARN = "learner = nl.Learner(labeler, model, every=10, start=10, seed=0)"
DONE = "print(len(learner.rounds), learner.doing)"


def bench_next_task_while_a_model_learns() -> Iterator[Figure]:
    with jupyterlab() as open_notebook:
        book = open_notebook([SETUP, CELL])
        book.run_all()
        page = book.page
        Widget(book.widget()).root.focus()
        settle(page, 4000)
        watch_keys(page, PLACE)
        quiet = [taken_by(page, "1", 150)[1] for _ in range(KEYS)]
        book.python(LEARN)
        settle(page, 1000)
        busy = [taken_by(page, "12"[n % 2], 150)[1] for n in range(KEYS)]
        told = book.python(DONE).split()
        assert int(told[0]) >= 3, told
        yield Figure("a key to the next task painted, no model", quiet, "ms")
        work = f"a key to the next task painted, while it learns and ranks {ROWS:,} rows"
        yield Figure(work, busy, "ms", "p95 1.25 times", "without it", quiet)
