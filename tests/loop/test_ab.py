"""Models compared by what became of what they said."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import fisher_exact

from nblabel import Project
from nblabel.base.errors import DataError
from nblabel.loop.ab import AB, fisher, outcome

CONFIG = """<View><Text name="t" value="$text"/>
<Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
<Labels name="ner" toName="t"><Label value="PER"/></Labels></View>"""


def says(word, version=None):
    def predict(tasks):
        return [{"result": {"mood": word}} for _ in tasks]

    return predict


def project(model, rows=200):
    data = [{"id": n, "text": f"text {n}"} for n in range(rows)]
    return Project(data, CONFIG, key="id", store=":memory:", predict=model)


def choice(word):
    return {"id": word, "from_name": "mood", "value": {"choices": [word]}}


def span(name, start, end):
    value = {"start": start, "end": end, "labels": ["PER"]}
    return {"id": name, "from_name": "ner", "value": value}


class TestOutcome:
    @pytest.mark.parametrize(
        ("submitted", "wanted"),
        [
            ([choice("good"), span("a", 0, 3)], (2, 0, 0)),
            ([choice("bad"), span("a", 0, 3)], (1, 1, 0)),
            ([choice("good"), span("a", 0, 4)], (1, 1, 0)),
            ([choice("good"), span("b", 0, 3)], (2, 0, 0)),
            ([choice("good"), span("b", 7, 9)], (1, 0, 1)),
            ([], (0, 0, 2)),
        ],
    )
    def test_each_suggested_result_is_accepted_changed_or_rejected(self, submitted, wanted):
        found = outcome([choice("good"), span("a", 0, 3)], submitted)
        assert (found.accepted, found.changed, found.rejected) == wanted

    def test_what_is_there_once_is_accepted_once(self):
        found = outcome([span("a", 0, 3), span("b", 0, 3)], [span("c", 0, 3)])
        assert (found.accepted, found.rejected) == (1, 1)


class TestVariants:
    def test_a_tasks_follows_from_its_key_and_stays(self):
        ab = AB({"old": says("good"), "new": says("bad")})
        made = project(ab)
        made.predict()
        first = [made.suggested_by(str(n))[0] for n in range(200)]
        again = AB({"old": says("good"), "new": says("bad")})
        assert [again.variant(str(n)) for n in range(200)] == first
        assert 70 < Counter(first)["old"] < 130
        said = [made.store.predictions(made._work.id, str(n))[0] for n in range(200)]
        assert all(
            (one.model_version == "old") == (one.results[0]["value"]["choices"] == ["good"])
            for one in said
        )

    def test_weights_say_how_often_each_is_asked(self):
        ab = AB({"old": says("good"), "new": says("bad")}, weights={"old": 9, "new": 1})
        assert 150 < Counter(ab.variant(str(n)) for n in range(200))["old"] < 198
        assert AB({"a": len, "b": len}, weights={"a": 1}).variant("7") == "a"

    def test_a_models_own_version_stands_beside_its_name(self):
        class Model:
            version = "SVC 1"

            def predict(self, tasks, context=None):
                return ["good"] * len(tasks)

        entries = AB({"old": Model(), "new": Model()}).predict([{"key": "0"}])
        assert entries[0]["model_version"] == "new (SVC 1)"

    def test_nothing_and_errors_stay_what_they_are(self):
        wrong = ValueError("no image")
        ab = AB({"a": lambda tasks: [None, wrong], "b": len}, weights={"a": 1})
        assert ab.predict([{"key": "1"}, {"key": "2"}]) == [None, wrong]

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"variants": {"a": len}}, "two models or more"),
            ({"weights": {"c": 1}}, 'weights="c" is not known'),
            ({"weights": {"a": -1}}, "must not be negative"),
            ({"weights": {"a": 0}}, "not all be 0"),
            ({"adapt": "bandit"}, 'adapt="bandit" is not known'),
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, given, told):
        with pytest.raises(DataError, match=told):
            AB(**{"variants": {"a": len, "b": len}, **given})


class TestReport:
    def test_what_became_of_each(self):
        ab = AB({"old": says("bad"), "new": says("good")})
        made = project(ab)
        made.predict()
        for n in range(60):
            made.annotate(n, {"mood": "good"})
        report = ab.report()
        assert list(report.index) == ["old", "new"]
        assert report.loc["new", "rate"] == 1
        assert report.loc["old", "rate"] == 0
        assert report.loc["old", "changed"] == report.loc["old", "tasks"]
        assert report["tasks"].sum() == 60
        assert report.loc["new", "low"] > report.loc["old", "high"]
        assert report.loc["new", "p"] < 1e-6
        assert report.loc["old", "p"] == pytest.approx(1)

    def test_before_anything_is_submitted_nothing_is_known(self):
        ab = AB({"old": says("bad"), "new": says("good")})
        project(ab, 4).predict()
        report = ab.report()
        assert list(report["tasks"]) == [0, 0]
        assert list(report["high"] - report["low"]) == [1, 1]

    @pytest.mark.parametrize("seed", range(20))
    def test_the_chance_is_that_of_scipy(self, seed):
        a, b, c, d = np.random.default_rng(seed).integers(0, 30, 4).tolist()
        assert fisher(a, b, c, d) == pytest.approx(fisher_exact([[a, b], [c, d]]).pvalue)


class TestAdapting:
    def test_the_better_one_is_asked_more_and_what_was_said_stays(self):
        ab = AB({"old": says("bad"), "new": says("good")}, adapt="thompson")
        made = project(ab)
        assert ab.weights["old"] == pytest.approx(0.5, abs=0.05)
        asked = [str(n) for n in range(40)]
        before = {key: ab.variant(key) for key in asked}
        made.suggest(
            [
                (row, answer)
                for row, answer in zip(
                    made.rows(range(40)),
                    made.caller(ab)([row.task for row in made.rows(range(40))]),
                    strict=True,
                )
            ]
        )
        for key in asked:
            made.annotate(key, {"mood": "good"})
        assert ab.weights["new"] > 0.95
        fresh = [ab.variant(str(n)) for n in range(40, 200)]
        assert Counter(fresh)["new"] > 140
        again = AB({"old": says("bad"), "new": says("good")}, adapt="thompson")
        again.attach(made)
        assert {key: again.variant(key) for key in asked} == before
