"""A question while somebody draws: nobody waits, and only the newest answer counts."""

import threading
import time

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


def test_a_question_comes_before_the_next_of_many_about_whole_tasks():
    order, begun = [], threading.Event()
    waiting = threading.Event()

    def predict(tasks, context=None):
        order.append("drawn" if context else "task")
        begun.set()
        if not context:
            assert waiting.wait(10)
        return [[] for _ in tasks]

    caller = Caller(Function(predict), read)
    many = threading.Thread(target=lambda: [caller([{}]) for _ in range(50)])
    many.start()
    assert begun.wait(10)
    asking = Asking(caller)
    asking.ask({}, drawn("spot"), lambda _: None, failed=print)
    while not caller._turns._first:
        time.sleep(0.001)
    waiting.set()
    assert asking.wait(10)
    many.join(10)
    assert order[:2] == ["task", "drawn"]
    assert order.count("task") == 50


def test_what_is_dropped_is_not_answered():
    model, answers = Slow(), []
    asking = Asking(Caller(Function(model.predict), read))
    asking.ask({}, drawn("first"), answers.append, failed=print)
    assert model.begun.wait(10)
    asking.drop()
    model.gate.set()
    assert asking.wait(10)
    assert answers == []
