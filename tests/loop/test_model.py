"""What may be given as ``predict=``, and how it is called."""

import pytest

from nblabel.base.errors import DataError
from nblabel.core.model import Learns, Model
from nblabel.loop import Caller, Function, model_of


class Estimator:
    """What scikit-learn's have in common."""

    def fit(self, features, labels): ...

    def predict(self, features): ...


class Constant:
    """The least that a model is."""

    version = "v1"

    def predict(self, tasks, context=None):
        return ["good"] * len(tasks)


def read(task, said):
    if said is None:
        raise DataError("nothing is said")
    return [{"from_name": "mood", "value": {"choices": [said]}}]


def words(answers):
    return [answer and answer.results[0]["value"]["choices"][0] for answer in answers]


class TestModelOf:
    @pytest.mark.parametrize(
        "given", [Estimator(), Estimator().predict], ids=["itself", "its method"]
    )
    def test_an_estimator_is_told_what_to_write(self, given):
        with pytest.raises(DataError, match="predict= was given Estimator, which takes") as refused:
            model_of(given, "body")
        lines = [line[4:] for line in str(refused.value).splitlines() if line.startswith("    ")]

        class Upper:
            def predict(self, texts):
                return [text.upper() for text in texts]

        names = {"model": Upper()}
        exec("\n".join(lines[:2]), names)
        assert names["suggest"]([{"data": {"body": "good"}}]) == ["GOOD"]
        assert "nblabel.models.Sklearn" in str(refused.value)

    def test_what_is_no_model_is_refused(self):
        with pytest.raises(DataError, match=r"a function of tasks, not str"):
            model_of("model", "text")

    def test_a_function_is_one(self):
        for function in (len, lambda tasks: tasks, Constant().predict):
            assert isinstance(model_of(function, "text"), Model)

    def test_a_model_stays_itself(self):
        model = Constant()
        assert model_of(model, "text") is model
        assert not isinstance(model, Learns)


class TestCaller:
    def test_the_version_is_the_models_where_an_entry_has_none(self):
        [answer] = Caller(Constant(), read)([{}])
        assert answer.model_version == "v1"
        mine = Function(lambda tasks: [{"result": "good", "model_version": 3}])
        [answer] = Caller(mine, read)([{}])
        assert answer.model_version == "3"

    def test_what_was_drawn_goes_to_those_that_take_it(self):
        seen = []

        def plain(tasks):
            return ["plain"]

        def asked(tasks, context=None):
            seen.append(context)
            return ["asked"]

        drawn = {"result": []}
        assert words(Caller(Function(plain), read)([{}], drawn)) == ["plain"]
        assert words(Caller(Function(asked), read)([{}], drawn)) == ["asked"]
        assert seen == [drawn]

    def test_one_bad_entry_is_given_beside_the_others(self):
        wrong = ValueError("no image")
        answers = Caller(Function(lambda tasks: ["good", wrong, None]), read)([{}, {}, {}])
        assert words([answers[0], answers[2]]) == ["good", None]
        assert answers[1] is wrong

    def test_another_model_takes_its_place(self):
        caller = Caller(Constant(), read)
        caller.model = Function(lambda tasks: ["poor"])
        assert words(caller([{}])) == ["poor"]
