"""A question while somebody draws: nobody waits, and only the newest answer counts."""

import threading

from nblabel.loop import Asking, Caller, Function


def read(task, said):
    return said


class Slow:
    """Answers what was drawn, once it is let."""

    def __init__(self):
        self.asked = []
        self.gate = threading.Event()
        self.begun = threading.Event()

    def predict(self, tasks, context=None):
        self.asked.append(context["result"])
        self.begun.set()
        assert self.gate.wait(10)
        return [context["result"]]


def drawn(name):
    return {"result": [{"from_name": name}]}


def names(answers):
    return [answer.results[0]["from_name"] for answer in answers]


def test_only_the_newest_of_those_that_wait_is_asked_and_answered():
    model, answers, failures = Slow(), [], []
    asking = Asking(Caller(Function(model.predict), read))
    asking.ask({}, drawn("first"), answers.append, failed=failures.append)
    assert model.begun.wait(10)
    for name in ("second", "third", "last"):
        asking.ask({}, drawn(name), answers.append, failed=failures.append)
    model.gate.set()
    assert asking.wait(10)
    assert [result[0]["from_name"] for result in model.asked] == ["first", "last"]
    assert names(answers) == ["last"]
    assert failures == []


def test_what_fails_is_told_and_the_next_is_asked():
    fail = [True]

    def predict(tasks, context):
        if fail.pop() if fail else False:
            raise RuntimeError("out of memory")
        return [context["result"]]

    answers, failures = [], []
    asking = Asking(Caller(Function(predict), read))
    asking.ask({}, drawn("a"), answers.append, failed=failures.append)
    assert asking.wait(10)
    asking.ask({}, drawn("b"), answers.append, failed=failures.append)
    assert asking.wait(10)
    assert failures == ["predict= failed with RuntimeError: out of memory"]
    assert names(answers) == ["b"]


def test_what_fails_after_a_newer_question_is_told_to_nobody():
    gate, begun, failures, answers = threading.Event(), threading.Event(), [], []

    def predict(tasks, context):
        if context["result"][0]["from_name"] == "old":
            begun.set()
            assert gate.wait(10)
            raise RuntimeError("too late")
        return [context["result"]]

    asking = Asking(Caller(Function(predict), read))
    asking.ask({}, drawn("old"), answers.append, failed=failures.append)
    assert begun.wait(10)
    asking.ask({}, drawn("new"), answers.append, failed=failures.append)
    gate.set()
    assert asking.wait(10)
    assert (failures, names(answers)) == ([], ["new"])


def test_nothing_to_say_is_an_answer():
    answers = []
    asking = Asking(Caller(Function(lambda tasks: [None]), read))
    asking.ask({}, drawn("a"), answers.append, failed=print)
    assert asking.wait(10)
    assert answers == [None]
