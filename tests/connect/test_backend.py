"""A model as a Label Studio ML backend: every question of the protocol, and every fault."""

import json
import math
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nblabel as nl
from nblabel.core.model import Learns
from tests.connect.http import ask, basic, said, until

CONFIG = """<View><Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
  <Labels name="what" toName="t" smart="true"><Label value="Animal"/></Labels></View>"""
OTHER = CONFIG.replace("mood", "feeling")

NAMES = (
    *("tasks", "data", "params", "context", "action", "annotation", "annotations", "task", "id"),
    *("result", "project", "label_config", "schema", "config", "was_cancelled"),
)
ACTIONS = ("ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED", "START_TRAINING")
BODIES = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(ACTIONS),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)


def task(number, text="fine", **more):
    return {"id": number, "data": {"text": text}, "project": 3, **more}


def asking(*tasks, context=None, config=CONFIG):
    params = {"login": None, "password": None, "context": context}
    return {"tasks": list(tasks), "project": "3.17", "label_config": config, "params": params}


def annotation(number, choice="good", **more):
    value = {"choices": [choice]}
    result = {"id": "a", "from_name": "mood", "to_name": "t", "type": "choices", "value": value}
    return {"id": number, "result": [result], "was_cancelled": False, **more}


def annotated(number, at, action="ANNOTATION_CREATED", **more):
    project = {"id": 3, "title": "moods"}
    told = annotation(number, task=at, **more)
    return {"action": action, "annotation": told, "task": task(at), "project": project}


class Counting:
    """Says what its table says of a text; knows how much it has learned."""

    def __init__(self):
        self.version = "0"
        self.config = None
        self.asked = []
        self.answers = {}
        self.learned = []

    def setup(self, config):
        self.config = config

    def predict(self, tasks, context=None):
        self.asked.append((tasks, context))
        said = [self.answers.get(task["data"]["text"], "good") for task in tasks]
        for one in said:
            if isinstance(one, Exception) and not isinstance(one, nl.NblabelError):
                raise one
        return said

    def fit(self, tasks):
        self.learned = tasks
        self.version = str(int(self.version) + 1)

    def fresh(self):
        made = Counting()
        made.version = self.version
        return made


@pytest.fixture
def model():
    return Counting()


@pytest.fixture
def server(model):
    with nl.serve(model, CONFIG, port=0) as server:
        yield server


def test_a_model_of_the_tests_is_one(model):
    assert isinstance(model, Learns)


class TestIsThere:
    @pytest.mark.parametrize("path", ["/health", "/", "/health/"])
    def test_it_is_up(self, server, path):
        assert said(server, "GET", path) == (200, {"status": "UP", "model_class": "Counting"})

    def test_head_has_no_body(self, server):
        assert ask(server, "HEAD", "/health")[::2] == (200, b"")

    def test_setup_is_answered_with_the_version(self, server, model):
        body = {"project": "3.17", "schema": OTHER, "hostname": "", "access_token": ""}
        assert said(server, "POST", "/setup", body) == (200, {"model_version": "0"})
        assert said(server, "POST", "/predict", asking(task(1), config=""))[0] == 200
        assert "feeling" in model.config.controls

    def test_a_function_has_a_version_too(self):
        with nl.serve(lambda tasks: ["good"] * len(tasks), CONFIG, port=0) as server:
            assert said(server, "POST", "/setup", {"schema": CONFIG})[1] == {
                "model_version": "Function"
            }
            assert said(server, "GET", "/versions") == (200, {"versions": ["Function"]})

    def test_configs_are_checked(self, server):
        assert said(server, "POST", "/validate", {"config": OTHER}) == (200, {"status": "ok"})
        for config in ("<View>", None, 7, "text-classification", "/etc/passwd"):
            status, told = said(server, "POST", "/validate", {"config": config})
            assert status == 400
            assert "\n" not in told["error"]
            assert said(server, "POST", "/setup", {"schema": config})[0] == 400

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/predict", 405),
            ("PUT", "/predict", 405),
            ("POST", "/health", 405),
            ("DELETE", "/", 405),
            ("GET", "/job_status", 404),
            ("POST", "/duplicate_model", 404),
        ],
    )
    def test_nothing_else_is(self, server, method, path, status):
        assert said(server, method, path, {} if method in {"POST", "PUT"} else None)[0] == status


class TestPredictions:
    def test_tasks_get_results_of_the_servers_config(self, server, model):
        model.answers = {
            "poor": {"result": {"feeling": "bad", "what": [(0, 4, "Animal")]}, "score": 0.25},
            "none": None,
        }
        body = asking(task(1), task(2, "poor"), task(3, "none"), config=OTHER)
        status, told = said(server, "POST", "/predict", body)
        assert status == 200
        first, second, third = told["results"]
        assert first["model_version"] == told["model_version"] == "0"
        assert "score" not in first
        [result] = first["result"]
        assert len(result.pop("id")) == 10
        assert result == {
            "from_name": "feeling",
            "to_name": "t",
            "type": "choices",
            "value": {"choices": ["good"]},
        }
        assert second["score"] == 0.25
        assert second["result"][1]["value"] == {
            "start": 0,
            "end": 4,
            "text": "poor",
            "labels": ["Animal"],
        }
        assert third == []  # Label Studio keeps nothing of it

    def test_the_model_sees_the_tasks_as_they_came(self, server, model):
        asked = task(1, meta={"a": 1}, annotations=[annotation(9)], predictions=[])
        said(server, "POST", "/predict", asking(asked))
        assert model.asked == [([asked], None)]

    def test_what_was_drawn_comes_with_its_task(self, server, model):
        model.answers["fine"] = {"what": [(0, 4, "Animal")]}
        context = {"result": [{"value": {"start": 0, "end": 2}}]}
        _, told = said(server, "POST", "/predict", asking(task(1), context=context))
        assert model.asked[-1][1] == context
        assert told["results"][0]["result"][0]["from_name"] == "what"

    def test_where_nothing_is_drawn_the_editor_gets_a_result_all_the_same(self, server, model):
        model.answers["fine"] = None
        _, told = said(server, "POST", "/predict", asking(task(1), context={"result": []}))
        assert told["results"] == [{"result": []}]

    def test_many_tasks_are_asked_about_in_turns(self, server, model):
        _, told = said(server, "POST", "/predict", asking(*map(task, range(600))))
        assert [len(tasks) for tasks, _ in model.asked] == [256, 256, 88]
        assert len(told["results"]) == 600

    def test_who_draws_does_not_wait_for_all_of_them(self, server, model, monkeypatch):
        begun, going = threading.Event(), threading.Event()
        predict = Counting.predict

        def slow(model, tasks, context=None):
            if context is None:
                begun.set()
                going.wait(10)
            return predict(model, tasks, context)

        monkeypatch.setattr(Counting, "predict", slow)
        many = threading.Thread(
            target=said, args=(server, "POST", "/predict", asking(*map(task, range(2000))))
        )
        many.start()
        begun.wait(10)
        drawn = asking(task(1), context={"result": []})
        one = threading.Thread(target=said, args=(server, "POST", "/predict", drawn))
        one.start()
        time.sleep(0.2)  # until it waits for its turn
        going.set()
        one.join()
        many.join()
        contexts = [context is not None for _, context in model.asked]
        assert contexts.count(True) == 1
        assert 0 < contexts.index(True) < len(contexts) - 1

    def test_no_tasks_no_question(self, server, model):
        assert said(server, "POST", "/predict", asking()) == (200, {"results": []})
        assert model.asked == []

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"tasks": None},
            {"tasks": {}},
            {"tasks": [7]},
            {"tasks": [{"id": 1}]},
            {"tasks": [{"data": "text"}]},
            {"tasks": [task(1)], "params": {"context": 7}},
            {"tasks": [task(1)], "label_config": "<View"},
        ],
    )
    def test_a_question_that_is_none_is_the_servers_fault(self, server, model, body):
        status, told = said(server, "POST", "/predict", body)
        assert status == 400
        assert told["error"]
        assert model.asked == []

    def test_what_the_model_raises_is_one_sentence_and_the_server_goes_on(self, server, model):
        model.answers["fine"] = ZeroDivisionError("division by zero")
        status, told = said(server, "POST", "/predict", asking(task(1)))
        assert status == 500
        assert told == {"error": "predict= failed with ZeroDivisionError: division by zero"}
        assert said(server, "POST", "/predict", asking(task(1, "poor")))[0] == 200

    @pytest.mark.parametrize("answers", [[], ["good", "good"], "good", 7, None])
    def test_too_many_or_too_few_answers_are_told(self, answers):
        with nl.serve(lambda tasks: answers, CONFIG, port=0) as server:
            status, told = said(server, "POST", "/predict", asking(task(1)))
            assert status == 500
            assert told["error"].startswith("predict= failed with ")

    def test_of_several_tasks_a_bad_answer_costs_its_own_only(self, server, model):
        model.answers["poor"] = "wonderful"
        _, told = said(server, "POST", "/predict", asking(task(1), task(2, "poor")))
        assert [bool(entry) for entry in told["results"]] == [True, False]
        assert "wonderful" in server.problems[0]

    @pytest.mark.parametrize(
        "answer",
        [
            {"result": "good", "score": math.nan},
            {"result": "good", "score": math.inf},
            {"what": [(0, math.nan, "Animal")]},
            [{"from_name": "what", "to_name": "t", "type": "labels", "value": {"start": math.nan}}],
            {"result": "wonderful"},
        ],
    )
    def test_what_is_no_number_never_leaves(self, server, model, answer):
        model.answers["fine"] = answer
        status, _, content = ask(server, "POST", "/predict", asking(task(1)))
        assert status == 500
        assert b"NaN" not in content.replace(b"is nan", b"")
        json.loads(content, parse_constant=pytest.fail)

    @given(BODIES)
    @settings(
        max_examples=100,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_whatever_is_asked_it_is_never_our_fault(self, server, body):
        body = body if isinstance(body, dict) else {"tasks": body, "annotations": body}
        for path in ("/predict", "/webhook", "/train", "/setup", "/validate"):
            status, told = said(server, "POST", path, body)
            assert status < 500, told


class TestLearning:
    def test_it_learns_from_what_the_web_hook_told(self, server, model):
        for number in (1, 2, 3):
            status, told = said(server, "POST", "/webhook", annotated(10 + number, number))
            assert (status, told) == (201, {"result": {"annotations": 1}, "status": "ok"})
        said(server, "POST", "/webhook", annotated(11, 1, "ANNOTATION_UPDATED", choice="bad"))
        gone = {"action": "ANNOTATIONS_DELETED", "annotations": [{"id": 12}]}
        assert said(server, "POST", "/webhook", gone)[1]["result"] == {"annotations": 1}
        start = {"action": "START_TRAINING", "project": {"id": 3}}
        assert said(server, "POST", "/webhook", start) == (
            201,
            {"result": {"tasks": 2}, "status": "ok"},
        )
        assert server.wait(10)
        learned = {t["id"]: t["annotations"] for t in server.model.learned}
        assert learned == {1: [annotation(11, "bad", task=1)], 3: [annotation(13, task=3)]}
        assert said(server, "GET", "/versions")[1] == {"versions": ["0", "1"]}
        assert said(server, "POST", "/setup", {"schema": CONFIG})[1] == {"model_version": "1"}
        assert (model.version, model.learned) == ("0", [])  # a copy of it learned
        assert server.problems == []

    def test_the_old_words_for_a_deletion_are_known(self, server):
        said(server, "POST", "/webhook", annotated(11, 1))
        gone = {"action": "ANNOTATION_DELETED", "annotation": {"id": 11}}
        assert said(server, "POST", "/webhook", gone)[1]["result"] == {"annotations": 1}

    def test_several_at_once(self, server):
        both = {
            "action": "ANNOTATIONS_CREATED",
            "annotation": [annotation(11, task=1), annotation(12, task=2)],
            "task": [task(1), task(2)],
            "project": {"id": 3},
        }
        assert said(server, "POST", "/webhook", both)[1]["result"] == {"annotations": 2}

    def test_what_it_was_asked_about_teaches_too(self, server):
        said(server, "POST", "/predict", asking(task(1, annotations=[annotation(9)]), task(2)))
        said(server, "POST", "/webhook", {"action": "START_TRAINING", "project": {"id": 3}})
        assert server.wait(10)
        assert [t["id"] for t in server.model.learned] == [1]

    def test_train_brings_its_tasks(self, server):
        body = {
            "annotations": [task(1, annotations=[annotation(9), annotation(10, "bad")])],
            "project": "3.17",
            "label_config": CONFIG,
            "params": {},
        }
        assert said(server, "POST", "/train", body)[0] == 201
        assert server.wait(10)
        [learned] = server.model.learned
        assert [a["id"] for a in learned["annotations"]] == [9, 10]

    def test_skipped_ones_say_nothing_and_other_projects_tasks_are_theirs(self, server):
        said(server, "POST", "/webhook", annotated(11, 1, was_cancelled=True))
        start = {"action": "START_TRAINING", "project": {"id": 3}}
        assert said(server, "POST", "/webhook", start)[0] == 400
        said(server, "POST", "/webhook", annotated(12, 2))
        other = {"action": "START_TRAINING", "project": {"id": 4}}
        assert said(server, "POST", "/webhook", other)[0] == 400

    def test_a_web_hook_without_its_payload_says_what_to_do(self, server):
        status, told = said(server, "POST", "/webhook", {"action": "ANNOTATION_CREATED"})
        assert status == 400
        assert "must send its payload" in told["error"]
        status, told = said(server, "POST", "/webhook", {"action": "START_TRAINING"})
        assert status == 400
        assert f"{server.url}/webhook" in told["error"]

    def test_events_of_other_kinds_are_no_fault(self, server):
        body = {"action": "TASKS_CREATED", "tasks": [{"id": 1}]}
        assert said(server, "POST", "/webhook", body) == (
            200,
            {"result": {}, "status": "Unknown event"},
        )

    def test_a_model_that_does_not_learn_says_so(self):
        with nl.serve(lambda tasks: ["good"] * len(tasks), CONFIG, port=0) as server:
            assert said(server, "POST", "/webhook", annotated(11, 1))[0] == 201
            status, told = said(server, "POST", "/webhook", {"action": "START_TRAINING"})
            assert (status, told) == (
                400,
                {"error": "Function does not learn: it has no fit()"},
            )

    def test_after_so_many_annotations_it_learns_by_itself(self, model):
        with nl.serve(model, CONFIG, port=0, every=2) as server:
            for number in range(1, 5):
                said(server, "POST", "/webhook", annotated(10 + number, number))
                assert server.wait(10)
                assert server.model.version == str(number // 2)

    def test_it_learns_one_thing_at_a_time_and_answers_meanwhile(self, server, monkeypatch):
        going, learned, at_once = threading.Event(), [], []

        def fit(model, tasks):
            at_once.append(1)
            assert len(at_once) == 1
            going.wait(10)
            learned.append(len(tasks))
            at_once.pop()

        monkeypatch.setattr(Counting, "fit", fit)
        for number in (1, 2, 3):
            said(server, "POST", "/webhook", annotated(10 + number, number))
            said(server, "POST", "/webhook", {"action": "START_TRAINING", "project": {"id": 3}})
        assert server.is_training
        assert said(server, "POST", "/predict", asking(task(1)))[0] == 200
        assert said(server, "POST", "/setup", {"schema": CONFIG})[0] == 200
        going.set()
        assert server.wait(10)
        assert len(learned) == 2  # those that came meanwhile are one
        assert learned[-1] == 3

    def test_a_training_that_fails_leaves_the_model_as_it_is(self, server, monkeypatch):
        def fit(model, tasks):
            raise ValueError("only one class")

        monkeypatch.setattr(Counting, "fit", fit)
        said(server, "POST", "/webhook", annotated(11, 1))
        said(server, "POST", "/webhook", {"action": "START_TRAINING"})
        assert server.wait(10)
        assert server.problems == ["fit() failed with ValueError: only one class"]
        assert said(server, "POST", "/predict", asking(task(1)))[0] == 200

    def test_a_model_that_holds_a_lock_learns_itself(self):
        class Held:
            version = "0"
            lock = None

            def __init__(self):
                self.lock = threading.Lock()

            def predict(self, tasks, context=None):
                return ["good"] * len(tasks)

            def fit(self, tasks):
                self.version = "1"

        model = Held()
        with nl.serve(model, CONFIG, port=0) as server:
            said(server, "POST", "/webhook", annotated(11, 1))
            said(server, "POST", "/webhook", {"action": "START_TRAINING"})
            assert server.wait(10)
            assert server.model is model
            assert model.version == "1"


class TestOurOwnClient:
    """`nl.MLBackend` asks as a Label Studio server does."""

    def test_a_model_served_here_suggests_there_and_learns(self, model):
        with nl.serve(model, CONFIG, port=0, user="ana", password="s3") as server:
            backend = nl.MLBackend(server.url, "ana", "s3")
            rows = [{"text": "fine"}, {"text": "poor"}]
            project = nl.Project(rows, CONFIG, predict=backend, store=":memory:")
            assert project.predict() == 2
            project.annotate(project.key(0), {"mood": "bad"})
            taught = project.taught()
            taught.update()
            backend.fit(list(taught.tasks.values()))
            until(lambda: server.model.version == "1")
            assert backend.versions() == ["0", "1"]
            project.close()

    def test_without_the_password_it_is_refused(self, model):
        with nl.serve(model, CONFIG, port=0, user="ana", password="s3") as server:
            assert said(server, "GET", "/health")[0] == 401
            assert said(server, "GET", "/health", headers=basic("ana", "s3"))[0] == 200
            with pytest.raises(nl.NblabelError):
                nl.MLBackend(server.url, "ana", "s4").health()
