"""Rows whose labels look wrong."""

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

import nblabel as nl
from nblabel import DataError

FEATURES, DIGITS = load_digits(return_X_y=True)
CHOICES = "".join(f'<Choice value="{n}"/>' for n in range(10))
CONFIG = f"""<View><Text name="t" value="$text"/>
<Choices name="digit" toName="t">{CHOICES}</Choices></View>"""
WRONG = {"3", "50", "77", "120", "199", "250"}


def estimator():
    return LogisticRegression(max_iter=2_000)


def features(tasks):
    return FEATURES[[task["data"]["id"] for task in tasks]]


@pytest.fixture(scope="module")
def project():
    frame = pd.DataFrame({"id": range(400), "text": [f"image {n}" for n in range(400)]})
    made = nl.Project(frame, CONFIG, key="id", store=":memory:")
    for n in range(300):
        digit = (DIGITS[n] + 1) % 10 if str(n) in WRONG else DIGITS[n]
        made.annotate(n, str(digit))
    return made


@pytest.fixture(params=["without cleanlab", "with cleanlab"])
def cleanlab(request, monkeypatch):
    if request.param == "without cleanlab":
        monkeypatch.setitem(sys.modules, "cleanlab.filter", None)
    else:
        import cleanlab

        assert cleanlab


@pytest.mark.usefixtures("cleanlab")
def test_the_wrong_ones_come_first(project):
    model = nl.models.Sklearn(estimator(), "digit", features)
    found = project.suspicious(model)
    assert len(found) == 300
    assert set(found["key"][:12]) >= WRONG
    assert len(WRONG - set(found[found["suspected"]]["key"])) <= 1
    assert found["suspected"].sum() < 30
    assert found["score"].is_monotonic_increasing
    first = found.iloc[0]
    assert first["reason"].startswith(f'"{first["label"]}", where the model finds "')
    assert first["index"] == int(first["key"])


def test_its_order_is_a_review(project):
    model = nl.models.Sklearn(estimator(), "digit", features)
    project.order = project.suspicious(model)
    assert project.is_review
    rows = project.find(0, filter="labeled", count=12)
    assert {str(row) for row in rows} >= WRONG
    project.order = None


class Unsure:
    """Knows nothing of some tasks."""

    control = "digit"
    version = "1"

    def fit(self, tasks):
        return self

    def predict(self, tasks, context=None):
        return [None for _ in tasks]

    def fresh(self):
        return self

    def probabilities(self, tasks):
        sure = [1.0 if task["data"]["id"] % 2 else 0.0 for task in tasks]
        return ["0", "1"], np.array([[0.0, known] for known in sure])


@pytest.mark.usefixtures("cleanlab")
def test_a_model_may_know_nothing_of_some_tasks():
    frame = pd.DataFrame({"id": range(20), "text": [f"image {n}" for n in range(20)]})
    made = nl.Project(frame, CONFIG, key="id", store=":memory:")
    for n in range(20):
        made.annotate(n, str(n % 2 if n != 3 else 0))
    found = made.suspicious(Unsure()).set_index("key")
    assert found["score"].between(0, 1).all()
    assert found.index[0] == "3" or found.loc["3", "suspected"]


class Words:
    """Marks each capital: it knows no probabilities."""

    control = "ner"
    version = "1"

    def fit(self, tasks):
        return self

    def predict(self, tasks, context=None):
        texts = (task["data"]["text"] for task in tasks)
        return [
            {
                "result": {"ner": [{"start": 0, "end": text.index(" "), "labels": ["PER"]}]},
                "score": 0.9,
            }
            for text in texts
        ]


def test_regions_are_suspected_where_a_model_says_otherwise():
    config = """<View><Text name="t" value="$text"/>
    <Labels name="ner" toName="t"><Label value="PER"/></Labels></View>"""
    names = ["Ada", "Bob", "Eve", "Kim"]
    rows = [{"id": n, "text": f"{name} lived."} for n, name in enumerate(names)]
    made = nl.Project(rows, config, key="id", store=":memory:", predict=Words())
    for n in range(4):
        end = 2 if n == 2 else 3
        made.annotate(
            n,
            {
                "ner": [
                    {
                        "start": 0 if n != 2 else 5,
                        "end": 3 if n != 2 else 7 + end,
                        "labels": ["PER"],
                    }
                ]
            },
        )
    found = made.suspicious()
    assert found.iloc[0]["key"] == "2"
    assert list(found["suspected"]) == [True, False, False, False]


def test_it_needs_a_model_that_learns_and_some_labels():
    made = nl.Project([{"text": "a"}], CONFIG, store=":memory:")
    with pytest.raises(DataError, match=r"suspicious\(\) needs a model that learns"):
        made.suspicious()
    with pytest.raises(DataError, match="less than two"):
        made.suspicious(nl.models.Sklearn(estimator(), "digit", lambda t: np.zeros((len(t), 1))))
