"""A model asked about every task, and what it says kept."""

import pandas as pd
import pytest

from nblabel import DataError, Project

CONFIG = """<View><Text name="t" value="$text"/>
<Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices></View>"""


class Model:
    """Says the same of every task, and remembers which it was asked about."""

    def __init__(self, says="good", version="1"):
        self.version = version
        self.says = says
        self.asked = []

    def predict(self, tasks, context=None):
        self.asked += [task["data"]["id"] for task in tasks]
        return [{"result": self.says, "score": 0.5} for _ in tasks]


def project(rows=10, **settings):
    frame = pd.DataFrame({"id": range(rows), "text": [f"text {n}" for n in range(rows)]})
    return Project(frame, CONFIG, key="id", store=":memory:", **settings)


def said(made, key):
    found = made.store.predictions(made._work.id, str(key))
    return [(one.results[0]["value"]["choices"][0], one.score, one.model_version) for one in found]


def test_what_it_says_of_every_task_is_kept():
    made, model = project(), Model()
    assert made.predict(model) == 10
    assert model.asked == list(range(10))
    assert [said(made, key) for key in range(10)] == [[("good", 0.5, "1")]] * 10
    assert made.progress()["done"] == 0


def test_stopped_it_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr("nblabel.project.predicting.TOGETHER", 4)
    made = project()

    class Stopped(Model):
        def predict(self, tasks, context=None):
            if len(self.asked) >= 8:
                raise KeyboardInterrupt
            return super().predict(tasks)

    with pytest.raises(KeyboardInterrupt):
        made.predict(Stopped())
    model = Model()
    assert made.predict(model) == 2
    assert model.asked == [8, 9]
    assert made.predict(model) == 0


def test_another_version_is_kept_beside_it_and_the_same_one_again_in_its_place():
    made = project(2)
    made.predict(Model("good", "1"))
    made.predict(Model("bad", "2"))
    assert said(made, 0) == [("good", 0.5, "1"), ("bad", 0.5, "2")]
    made.predict(Model("bad", "1"), again=True)
    assert said(made, 0) == [("bad", 0.5, "1"), ("bad", 0.5, "2")]


def test_what_is_wrong_with_one_task_is_told_and_the_others_are_kept():
    made = project(3)
    assert made.predict(lambda tasks: ["good", "ugly", None]) == 1
    [problem] = [one for one in made.problems if "predict=" in one]
    assert problem.startswith('predict= for task "1": control "mood": ')


def test_a_call_that_fails_is_told_and_the_others_go_on():
    made, calls = project(4), []

    def predict(tasks):
        calls.append(len(tasks))
        if len(calls) == 1:
            raise RuntimeError("out of memory")
        return ["good"] * len(tasks)

    assert made.predict(predict, batch=2) == 2
    assert "predict= failed with RuntimeError: out of memory" in made.problems


def test_where_no_call_succeeds_that_is_raised():
    made = project(4)
    with pytest.raises(DataError, match="predict= failed with RuntimeError: no memory"):
        made.predict(lambda tasks: (_ for _ in ()).throw(RuntimeError("no memory")))


def test_it_needs_a_model():
    with pytest.raises(DataError, match=r"predict\(\) needs a model"):
        project().predict()


def test_a_model_is_told_the_config_before_it_is_asked():
    class Told(Model):
        config = None

        def setup(self, config):
            self.config = config

        def predict(self, tasks, context=None):
            assert self.config is not None
            return super().predict(tasks)

    model = Told()
    made = project(2, predict=model)
    assert model.config is made.config
    assert made.predict() == 2


def test_another_model_takes_its_place_and_is_asked_anew():
    made = project(2, predict=Model("good", "1"))
    made.view(0)
    assert made._predictor.wait(10)
    made.model = Model("bad", "2")
    made.view(0)
    assert made._predictor.wait(10)
    assert said(made, 0) == [("good", 0.5, "1"), ("bad", 0.5, "2")]
    made.model = None
    assert made.model is None
    made.view(1)
    assert said(made, 1) == []
    made.close()


def test_rows_that_are_set_aside_are_not_asked_about():
    frame = pd.DataFrame({"id": [1, None, 1, 2], "text": list("abcd")})
    made = Project(frame, CONFIG, key="id", store=":memory:")
    assert made.predict(lambda tasks: ["good"] * len(tasks)) == 2
