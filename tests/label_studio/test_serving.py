"""A real Label Studio server asks our model, and its web hooks are received: docs/webhooks.md."""

import base64
import json
import re
from pathlib import Path

import pytest

import nblabel as nl
from tests.connect.http import until

pytestmark = pytest.mark.label_studio

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"
CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Choices name="sentiment" toName="text">
    <Choice value="Positive"/><Choice value="Negative"/>
  </Choices>
  <Labels name="what" toName="text" smart="true"><Label value="Animal"/></Labels>
</View>"""
TEXTS = ["fine", "poor", "so so", "a fox"]
USER, PASSWORD, SECRET = "ana", "pä:ss", "between us"


class Words:
    """Says what it learned of a text; marks the word around what was drawn."""

    def __init__(self):
        self.version = "0"
        self.known = {"fine": "Positive"}

    def predict(self, tasks, context=None):
        if context:
            start = context["result"][0]["value"]["start"]
            return [self.around(task["data"]["text"], start) for task in tasks]
        return [self.said(task["data"]["text"]) for task in tasks]

    def around(self, text, at):
        word = next(m for m in re.finditer(r"\w+", text) if m.start() <= at < m.end())
        return {"what": [(*word.span(), "Animal")]}

    def said(self, text):
        if text not in self.known:
            return None
        return {"result": {"sentiment": self.known[text]}, "score": 0.75}

    def fit(self, tasks):
        for task in tasks:
            [result] = task["annotations"][0]["result"]
            self.known[task["data"]["text"]] = result["value"]["choices"][0]
        self.version = str(len(tasks))


@pytest.fixture
def project(server):
    return server.project(CONFIG, [{"data": {"text": text}} for text in TEXTS])


@pytest.fixture
def tasks(server, project):
    found = json.loads(server.call("GET", f"/api/tasks?project={project}"))["tasks"]
    return {task["data"]["text"]: task["id"] for task in found}


@pytest.fixture
def backend():
    with nl.serve(Words(), CONFIG, port=0, user=USER, password=PASSWORD) as backend:
        yield backend


@pytest.fixture
def number(server, project, backend):
    """The backend's number at the server."""
    return connect(server, project, backend)


def connect(server, project, backend):
    body = {
        "url": backend.url,
        "project": project,
        "title": "words",
        "is_interactive": True,
        "auth_method": "BASIC_AUTH",
        "basic_auth_user": USER,
        "basic_auth_pass": PASSWORD,
    }
    made = json.loads(server.call("POST", "/api/ml/", body))
    assert made["readable_state"] == "Connected"
    assert made["model_version"] == backend.model.version
    return made["id"]


def retrieve(server, project):
    """Have the server ask for predictions of all tasks."""
    action = f"/api/dm/actions?id=retrieve_tasks_predictions&project={project}"
    server.call("POST", action, {"selectedItems": {"all": True, "excluded": []}})


def predictions(server, project, version):
    """Return (choice, score) by task, as a version of the model says."""
    return {
        one["task"]: (one["result"][0]["value"]["choices"], one["score"])
        for one in server.predictions(project)
        if one["model_version"] == version
    }


def hook(server, project, url, authorization, actions=("ANNOTATION_CREATED",)):
    body = {
        "url": url,
        "project": project,
        "headers": {"Authorization": authorization},
        "send_for_all_actions": False,
        "actions": list(actions),
    }
    server.call("POST", "/api/webhooks/", body)


def annotate(server, task, choice):
    result = {
        "id": "a",
        "from_name": "sentiment",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [choice]},
    }
    made = server.call("POST", f"/api/tasks/{task}/annotations/", {"result": [result]})
    return json.loads(made)["id"]


def test_it_gets_predictions_of_its_tasks(server, project, tasks, backend, number):
    retrieve(server, project)
    assert predictions(server, project, "0") == {tasks["fine"]: (["Positive"], 0.75)}
    assert backend.problems == []


def test_it_gets_an_answer_to_what_somebody_drew(server, tasks, number):
    drawn = {"from_name": "what", "to_name": "text", "type": "labels", "value": {"start": 3}}
    body = {"task": tasks["a fox"], "context": {"result": [drawn]}}
    told = json.loads(server.call("POST", f"/api/ml/{number}/interactive-annotating", body))
    [result] = told["data"]["result"]
    assert result["value"] == {"start": 2, "end": 5, "text": "fox", "labels": ["Animal"]}


def test_what_fails_is_a_sentence_there_too(server, project, tasks, number, backend):
    body = {"task": tasks["a fox"], "context": {"result": []}}
    told = server.call("POST", f"/api/ml/{number}/interactive-annotating", body)
    assert "predict= failed with IndexError: list index out of range" in str(told)
    assert backend.problems == ["predict= failed with IndexError: list index out of range"]
    retrieve(server, project)
    assert len(predictions(server, project, "0")) == 1


def test_with_a_wrong_password_it_cannot_be_added(server, project, backend):
    body = {"url": backend.url, "project": project, "auth_method": "NONE"}
    with pytest.raises(AssertionError, match="authentication parameters were either not"):
        server.call("POST", "/api/ml/", body)


def test_its_button_has_the_model_learn_what_its_web_hook_told(
    server, project, tasks, backend, number
):
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    actions = ("ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED")
    hook(server, project, f"{backend.url}/webhook", f"Basic {login}", actions)
    annotate(server, tasks["poor"], "Negative")
    annotate(server, tasks["so so"], "Negative")
    gone = annotate(server, tasks["a fox"], "Negative")
    server.call("DELETE", f"/api/annotations/{gone}/")
    server.call("POST", f"/api/ml/{number}/train", {})
    assert backend.wait(20)
    assert backend.model.version == "2"
    retrieve(server, project)
    assert predictions(server, project, "2") == {
        tasks["fine"]: (["Positive"], 0.75),
        tasks["poor"]: (["Negative"], 0.75),
        tasks["so so"]: (["Negative"], 0.75),
    }
    versions = server.call("GET", f"/api/ml/{number}/versions")
    assert json.loads(versions)["versions"] == ["0", "2"]


def page():
    """Return the names that the page on web hooks defines in its loop."""
    [block] = re.findall(r"```python\n(class Loop:.*?)loop = ", PAGE.read_text("utf-8"), re.DOTALL)
    names = {}
    exec(compile(block, PAGE.name, "exec"), names)
    return names


def test_the_loop_of_the_docs_learns_and_the_server_asks_again(server, project, tasks):
    names = page()
    model = names["Majority"]()
    loop = names["Loop"](model, threshold=2, reload=lambda: retrieve(server, project))
    with (
        nl.listen(0, loop, secret=SECRET) as listener,
        nl.serve(model.predict, CONFIG, port=0, password=PASSWORD) as backend,
    ):
        backend.model.version = "before"
        model_of_server = backend.model
        connect(server, project, backend)
        hook(server, project, listener.url, f"Bearer {SECRET}")
        loop.reload = lambda: reload(server, project, model_of_server, model)
        annotate(server, tasks["fine"], "Positive")
        assert listener.wait(20)
        assert (listener.taken, loop.new, model.version) == (1, 1, "0")
        annotate(server, tasks["poor"], "Positive")
        until(lambda: listener.taken == 2)
        assert listener.wait(60)
        assert (listener.problems, model.version) == ([], "2")
        found = predictions(server, project, "2")
        assert found == {task: (["Positive"], None) for task in tasks.values()}


def reload(server, project, served, model):
    served.version = model.version  # another version is asked about every task
    retrieve(server, project)


def test_web_hooks_of_both_say_the_same_of_an_annotation(server, project, tasks):
    """What `Project.on` gives has the fields that the server's web hook has."""
    theirs = []
    with nl.listen(0, theirs.append, secret=SECRET) as listener:
        hook(server, project, listener.url, f"Bearer {SECRET}")
        annotate(server, tasks["fine"], "Positive")
        until(lambda: theirs)
    ours = []
    here = nl.Project([{"text": "fine"}], CONFIG, store=":memory:", annotator=server.user)
    stop = here.on("ANNOTATION_CREATED", ours.append)
    here.annotate(here.key(0), {"sentiment": "Positive"})
    until(lambda: ours)
    stop()
    here.close()
    [their], [our] = theirs, ours
    assert set(our) - {"nblabel"} == set(their) == {"action", "annotation", "task", "project"}
    used = {"id", "result", "was_cancelled", "ground_truth", "created_at", "updated_at"}
    used |= {"lead_time", "result_count", "unique_id", "completed_by", "task", "project"}
    assert used <= set(our["annotation"]) & set(their["annotation"])
    for part in ("from_name", "to_name", "type", "value"):
        assert our["annotation"]["result"][0][part] == their["annotation"]["result"][0][part]
    assert {"id", "data", "meta", "total_annotations", "project"} <= set(our["task"]) & set(
        their["task"]
    )
    assert {"id", "title", "label_config"} <= set(our["project"]) & set(their["project"])
