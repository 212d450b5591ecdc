"""MLBackend: Label Studio's ML backend protocol, from its client's side."""

import numpy as np
import pytest

import nblabel as nl
from nblabel import DataError
from nblabel.models import MLBackend, ml_backend
from tests.models.backends import LOGIN, Backend
from tests.models.serving import serving
from tests.models.tasks import config, results, task

MOOD = config(
    '<Text name="t" value="$text"/><Choices name="mood" toName="t"><Choice value="Good"/>'
    '<Choice value="Bad"/></Choices>'
)
BOXES = config(
    '<Image name="i" value="$image"/><RectangleLabels name="box" toName="i" smart="true">'
    '<Label value="cat"/></RectangleLabels>'
)


def ready(url, of=MOOD, **settings):
    model = MLBackend(url, **settings)
    model.setup(of)
    return model


def paths(server):
    return [f"{one.method} {one.path}" for one in server.asked]


@pytest.fixture
def backend():
    return Backend()


def test_it_is_set_up_once_and_asked_as_label_studio_asks(backend):
    with serving(backend) as server:
        model = ready(server.url + "/")
        assert model.version is None
        [answer] = model.predict([task(text="Good day")])
        model.predict([task(text="Bad day")])
    assert paths(server) == ["POST /setup", "POST /predict", "POST /predict"]
    assert answer["score"] == 0.75
    assert answer["model_version"] == model.version == "v1"
    assert results(MOOD, answer, {"text": "Good day"})[0]["value"] == {"choices": ["Good"]}
    setup = server.asked[0].body
    assert setup["schema"] == MOOD.source
    assert setup["project"].partition(".")[0] == str(model.project)


def test_the_projects_number_follows_from_the_config_or_is_given(backend):
    assert ready("http://h").project == ready("http://other").project
    assert ready("http://h", BOXES).project != ready("http://h").project
    assert ready("http://h", project=7).project == 7


def test_connecting_asks_after_its_health_and_tells_what_is_wrong(backend):
    with serving(backend) as server:
        model = ready(server.url).connect()
        assert model.health() == {"status": "UP", "model_class": "Stand-in"}
        assert model.version == "v1"
    with pytest.raises(DataError, match=r"/health cannot be reached: Connection refused"):
        model.connect()
    with (
        serving(lambda _: {"status": "DOWN"}) as server,
        pytest.raises(DataError, match="is no ML backend that is up"),
    ):
        ready(server.url).connect()


def test_what_was_drawn_goes_along(backend):
    drawn = {"from_name": "box", "to_name": "i", "type": "rectanglelabels", "is_positive": 1}
    drawn["value"] = {"x": 1, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["cat"]}
    with serving(backend) as server:
        model = ready(server.url, BOXES)
        [answer] = model.predict([task(image="http://h/a.png")], {"result": [drawn]})
    assert server.asked[-1].body["params"]["context"] == {"result": [drawn]}
    assert answer["result"] == [{**drawn, "origin": "answer"}]
    assert answer["model_version"] == "v1"


def test_of_several_predictions_the_best_is_taken(backend):
    backend.predicted = lambda task, _: [
        {"result": [{"n": 1}], "score": 0.2},
        {"result": [{"n": 2}], "score": 0.9, "model_version": "b"},
    ]
    with serving(backend) as server:
        [answer] = ready(server.url).predict([task(text="a")])
    assert answer == {"result": [{"n": 2}], "score": 0.9, "model_version": "b"}


def test_a_version_that_comes_with_the_answers_is_theirs():
    def answer(asked):
        if asked.path == "/setup":
            return {"model_version": "old"}
        return {"results": [{"result": []}], "model_version": "new"}

    with serving(answer) as server:
        model = ready(server.url)
        [said] = model.predict([task(text="a")])
    assert said["model_version"] == model.version == "new"


@pytest.mark.parametrize("nothing", [{}, [], None, {"score": 1}, "?"])
def test_nothing_to_say_is_nothing(backend, nothing):
    backend.predicted = lambda *_: nothing
    with serving(backend) as server:
        assert ready(server.url).predict([task(text="a")]) == [None]


def test_one_answer_for_several_tasks_asks_for_each():
    def single(asked):
        if asked.path == "/setup":
            return {"model_version": "1"}
        return {"results": [{"result": [], "score": len(asked.body["tasks"])}]}

    with serving(single) as server:
        said = ready(server.url).predict([task(text=n) for n in "abc"])
    assert [one["score"] for one in said] == [1, 1, 1]
    assert len(server.asked) == 1 + 1 + 3


def test_too_few_answers_are_told():
    with (
        serving(lambda asked: {"results": [{}, {}]}) as server,
        pytest.raises(DataError, match="was given 3 tasks and returned 2 entries"),
    ):
        ready(server.url).predict([task(text="a")] * 3)
    with (
        serving(lambda asked: {"error": "?"}) as server,
        pytest.raises(DataError, match='answered without "results"'),
    ):
        ready(server.url).predict([task(text="a")])


def test_images_in_memory_go_along_and_addresses_stay(backend):
    backend.predicted = lambda *_: None
    with serving(backend) as server:
        model = ready(server.url, BOXES)
        model.predict([task(image=np.zeros((2, 3), np.uint8)), task(image="a.png", n=np.int64(3))])
    first, second = (one["data"] for one in server.asked[-1].body["tasks"])
    assert first["image"].startswith("data:image/png;base64,")
    assert second == {"image": "a.png", "n": 3}


# -- training


def test_it_learns_what_it_was_not_told_yet(backend):
    labeled = [task("Good", MOOD, text="a"), task("Bad", MOOD, text="b")]
    with serving(backend) as server:
        model = ready(server.url).fit(labeled[:1])
        assert model.version == "v2"
        model.fit(labeled)
    told = [one["action"] for one in backend.events]
    assert told == ["ANNOTATION_CREATED", "START_TRAINING"] * 2
    assert [one["task"]["data"]["text"] for one in backend.events[::2]] == ["a", "b"]
    assert backend.events[0]["annotation"]["result"][0]["value"] == {"choices": ["Good"]}
    assert backend.events[0]["project"]["label_config"] == MOOD.source
    assert model.version == "v3"


def test_versions_are_listed_or_the_present_one_is_all():
    with serving(Backend(knows_versions=True)) as server:
        assert ready(server.url).versions() == ["v1", "v1"]
    with serving(Backend()) as server:
        assert ready(server.url).versions() == []
        assert ready(server.url).connect().versions() == ["v1"]


# -- the login, and what goes wrong


def test_a_login_is_given_and_shown_nowhere():
    with serving(Backend(login=LOGIN)) as server:
        model = ready(server.url, user="ana", password="s3cret")
        [answer] = model.predict([task(text="Good day")])
        assert answer["result"]
        assert server.asked[0].headers["Authorization"] == LOGIN
        wrong = ready(server.url, user="ana", password="wr0ng")
        with pytest.raises(DataError, match="/setup answered 401: who are you") as told:
            wrong.predict([task(text="a")])
    shown = repr(model) + repr(vars(model)) + repr(wrong) + str(told.value)
    assert not any(secret in shown for secret in ("s3cret", "wr0ng", LOGIN.partition(" ")[2]))


def test_a_server_that_repeats_the_password_is_not_quoted():
    with (
        serving(lambda _: (403, {"detail": "no s3cret here"}, {})) as server,
        pytest.raises(DataError, match=r"no \(hidden\) here"),
    ):
        ready(server.url, user="ana", password="s3cret").connect()


def test_a_slow_one_is_given_up(backend, monkeypatch):
    import threading

    monkeypatch.setattr(ml_backend, "_PREDICT", 0.05)
    gate = threading.Event()
    backend.predicted = lambda *_: gate.wait(5) and None
    with serving(backend) as server:
        with pytest.raises(DataError, match=r"/predict did not answer within 0\.05 s"):
            ready(server.url).predict([task(text="a")])
        gate.set()


def test_after_a_failure_it_is_set_up_anew(backend):
    failing = iter([False, True, False, False])

    def answer(asked):
        if asked.path == "/predict" and next(failing):
            return 500, b"Traceback (most recent call last)", {}
        return backend(asked)

    with serving(answer) as server:
        model = ready(server.url)
        model.predict([task(text="Good")])
        with pytest.raises(DataError, match=r"/predict answered 500: Traceback"):
            model.predict([task(text="Good")])
        backend.version = "v9"
        model.predict([task(text="Good")])
    assert paths(server).count("POST /setup") == 2
    assert model.version == "v9"


def test_what_goes_wrong_is_told_under_the_editor_and_labeling_goes_on():
    with serving(lambda _: {}) as server:
        pass
    rows = [{"text": "Good day"}]
    project = nl.Project(rows, MOOD.source, store=":memory:", predict=nl.MLBackend(server.url))
    told = []
    project.on_change(lambda topic, what: told.append((topic, what)))
    project.view(0)
    assert project._predictor.wait(10)
    [(topic, sentence)] = told
    assert topic == "problem"
    assert f"{server.url}/setup cannot be reached: Connection refused" in sentence
    project.annotate(project.key(0), "Good")


def test_a_project_is_suggested_to(backend):
    with serving(backend) as server:
        model = nl.MLBackend(server.url)
        rows = [{"text": "Good day"}]
        project = nl.Project(rows, MOOD.source, store=":memory:", predict=model)
        told = []
        project.on_change(lambda topic, what: told.append((topic, what)))
        project.view(0)
        assert project._predictor.wait(10)
    assert told == [("suggestion", project.key(0))]


def test_it_needs_a_config():
    with pytest.raises(DataError, match="MLBackend was told no config yet"):
        MLBackend("http://h").predict([task(text="a")])
