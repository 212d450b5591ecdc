import asyncio
import threading

import pytest

from nblabel.base.errors import DataError
from nblabel.loop import Caller, Function, Predictor

MOOD = {"from_name": "mood", "value": {"choices": ["good"]}}


def read(task, said):
    """Take results, and the word that is said of a task whose text it is."""
    if said == task["data"].get("text"):
        return [MOOD]
    if said != [MOOD]:
        raise DataError(f"{said} fits no control")
    return said


class Heard:
    """What a predictor tells."""

    def __init__(self):
        self.done = []
        self.failed = []

    def predictor(self, function):
        done = lambda key, p: self.done.append((key, p))  # noqa: E731
        return Predictor(Caller(Function(function), read), done, self.failed.append)


@pytest.fixture
def heard():
    return Heard()


def ask(predictor, *keys):
    predictor.ask([(key, {"id": key, "data": {}}) for key in keys])
    assert predictor.wait(10)
    predictor.close()


def test_every_kind_of_entry(heard):
    entries = [{"result": [MOOD], "score": 0.5, "model_version": 3}, [MOOD], None]
    ask(heard.predictor(lambda tasks: entries), "1", "2", "3")
    assert [(key, p.results, p.score, p.model_version) for key, p in heard.done] == [
        ("1", (MOOD,), 0.5, "3"),
        ("2", (MOOD,), None, None),
    ]
    assert heard.failed == []


def test_it_is_called_with_lists_off_the_main_thread_one_call_at_a_time(heard):
    calls, inside = [], threading.Lock()

    def predict(tasks):
        assert inside.acquire(blocking=False)
        calls.append((threading.current_thread(), [task["id"] for task in tasks]))
        inside.release()
        return [None] * len(tasks)

    predictor = heard.predictor(predict)
    threads = [
        threading.Thread(target=predictor.ask, args=([(str(n), {"id": n, "data": {}})],))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert predictor.wait(10)
    predictor.close()
    assert heard.failed == []
    assert sorted(n for _, ids in calls for n in ids) == list(range(8))
    assert {thread for thread, _ in calls}.isdisjoint({threading.main_thread(), *threads})


def test_nobody_waits_and_a_task_is_asked_for_once(heard):
    gate, calls = threading.Event(), []

    def predict(tasks):
        gate.wait(10)
        calls.extend(task["id"] for task in tasks)
        return [[MOOD]] * len(tasks)

    predictor = heard.predictor(predict)
    predictor.ask([("1", {"id": "1", "data": {}})])
    predictor.ask([("1", {"id": "1", "data": {}})])
    assert heard.done == []
    gate.set()
    ask(predictor, "1", "2")
    assert sorted(calls) == ["1", "2"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([], "predict= failed with ValueError: it was given 1 tasks and returned 0 entries"),
        (
            {"result": []},
            "predict= failed with TypeError: it returned dict, it should return a list",
        ),
        (None, "predict= failed with TypeError: it returned NoneType, it should return a list"),
        (["good"], 'predict= for task "1": good fits no control'),
        ([{"result": ["good"], "score": 1}], "predict= for task \"1\": ['good'] fits no control"),
        ([{"result": [MOOD], "score": "high"}], 'predict= for task "1": could not convert'),
        ([{"result": [MOOD], "score": float("nan")}], 'predict= for task "1": its score is nan'),
        ([ValueError("no image")], 'predict= for task "1": no image'),
    ],
)
def test_a_wrong_answer_is_told_in_one_sentence(heard, answer, message):
    ask(heard.predictor(lambda tasks: answer), "1")
    assert heard.done == []
    (told,) = heard.failed
    assert told.startswith(message)


def test_after_an_exception_it_works_on_and_asks_again(heard):
    fail = [True]

    def predict(tasks):
        if fail.pop() if fail else False:
            raise RuntimeError("out of memory")
        return [[MOOD]] * len(tasks)

    predictor = heard.predictor(predict)
    predictor.ask([("1", {"id": "1", "data": {}})])
    assert predictor.wait(10)
    assert heard.failed == ["predict= failed with RuntimeError: out of memory"]
    ask(predictor, "1")
    assert [key for key, _ in heard.done] == ["1"]


def test_one_bad_entry_harms_no_other(heard):
    ask(heard.predictor(lambda tasks: ["bad", [MOOD]]), "1", "2")
    assert [key for key, _ in heard.done] == ["2"]
    assert len(heard.failed) == 1


def test_it_works_where_no_thread_can_start(heard, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    ask(heard.predictor(lambda tasks: [[MOOD]] * len(tasks)), "1", "2")
    assert [key for key, _ in heard.done] == ["1", "2"]


def test_what_is_said_is_read_with_the_task_it_is_about(heard):
    predictor = heard.predictor(lambda tasks: [{"result": "fine", "score": 0.5}, {"result": None}])
    predictor.ask([(key, {"data": {"text": "fine"}}) for key in "12"])
    assert predictor.wait(10)
    [(key, suggestion)] = heard.done
    assert (key, suggestion.results, suggestion.score) == ("1", (MOOD,), 0.5)
    assert heard.failed == []


def test_without_threads_an_event_loop_does_not_wait_either(heard, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    async def look():
        predictor = heard.predictor(lambda tasks: [[MOOD]] * len(tasks))
        predictor.ask([("1", {"id": "1", "data": {}})])
        assert heard.done == []
        await asyncio.sleep(0)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    asyncio.run(look())
    assert [key for key, _ in heard.done] == ["1"]
