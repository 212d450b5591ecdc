"""The model asked about what is drawn, as it goes over the wire."""

import threading
import time

import numpy as np
import pytest

from nblabel import Project
from nblabel.models import Segment, Spacy

SPOT = (
    '<KeyPointLabels name="spot" toName="photo" smart="true"><Label value="Sign"/></KeyPointLabels>'
)
CONFIG = """<View>
  <Image name="photo" value="$image"/>
  <RectangleLabels name="box" toName="photo"><Label value="Sign"/></RectangleLabels>
  <KeyPointLabels name="spot" toName="photo" smart="true">
    <Label value="Sign"/>
  </KeyPointLabels>
</View>"""
MASKS = CONFIG.replace("RectangleLabels", "BrushLabels")
BOX = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": ["Sign"]}


def picture():
    image = np.zeros((100, 200, 3), np.uint8)
    image[20:60, 50:150] = (200, 30, 30)
    return image


DATA = [{"id": 1, "image": picture()}, {"id": 2, "image": picture()}]


def click(x=50, y=40, **more):
    head = {"id": "s1", "from_name": "spot", "to_name": "photo", "type": "keypointlabels"}
    return {**head, "value": {"x": x, "y": y, "width": 0.5, "keypointlabels": ["Sign"]}, **more}


def box(**more):
    return {"from_name": "box", "to_name": "photo", "type": "rectanglelabels", "value": BOX, **more}


class Gated:
    """Answers the nth question with a box of that width, once it is let."""

    version = "1"

    def __init__(self):
        self.asked = []
        self.gate = threading.Event()
        self.begun = threading.Event()

    def predict(self, tasks, context=None):
        if context is None:
            return [None for _ in tasks]
        self.asked.append((tasks[0], context))
        self.begun.set()
        assert self.gate.wait(10)
        return [[box(value=BOX | {"width": len(self.asked)})]]


@pytest.fixture
def show(opened):
    return lambda predict, config=CONFIG, **more: opened(DATA, config, predict=predict, **more)


def suggest(page, question="q1", index=0, results=None, **more):
    drawn = [click()] if results is None else results
    return page.ok("suggest", question=question, index=index, results=drawn, **more)


def told(page, question="q1"):
    for _ in range(200):
        found = [e for e in page.events("suggested") if e["question"] == question]
        if found:
            return found[0]
        time.sleep(0.02)
    raise AssertionError("nothing was answered")


def test_what_is_drawn_is_answered_at_once_and_what_the_model_says_comes_later(show):
    model = Gated()
    page = show(model)
    assert suggest(page) is None
    assert page.events("suggested") == []
    model.gate.set()
    [result] = told(page)["results"]
    assert result["value"] == BOX | {"width": 1}
    task, context = model.asked[0]
    assert context == {"result": [click()]}
    assert task["key"] == "1"
    assert (task["data"]["image"] == picture()).all()


def test_nothing_is_kept_of_it(show):
    page = show(Segment())
    suggest(page)
    [result] = told(page)["results"]
    assert [round(result["value"][key]) for key in ("x", "y", "width", "height")] == [
        25,
        20,
        50,
        40,
    ]
    project = page.labeler.project
    assert project.progress()["done"] == 0
    assert project.to_frame()["box"].isna().all()
    assert project.store.predictions(project._work.id, "1") == []


def test_a_newer_question_makes_an_older_answer_worthless(show):
    model = Gated()
    page = show(model)
    suggest(page, "old")
    assert model.begun.wait(10)
    suggest(page, "between")
    suggest(page, "new", index=1)
    model.gate.set()
    assert told(page, "new")["results"][0]["value"]["width"] == 2
    assert {event["question"] for event in page.events("suggested")} == {"new"}
    assert [task["key"] for task, _ in model.asked] == ["1", "2"]


def test_what_was_taken_back_is_not_answered(show):
    model = Gated()
    page = show(model)
    suggest(page, "old")
    assert model.begun.wait(10)
    suggest(page, "none", results=[])
    model.gate.set()
    suggest(page, "new")
    told(page, "new")
    assert {event["question"] for event in page.events("suggested")} == {"new"}


def test_masks_go_as_buffers_where_the_page_knows_of_them(show):
    page = show(Segment(), MASKS)
    suggest(page, packs=True)
    event, buffers = page.event_with_buffers("suggested")
    assert event["results"][0]["value"]["rle"] == {"bytes": 0}
    assert len(buffers[0]) > 20
    suggest(page, "spelled out")
    assert len(told(page, "spelled out")["results"][0]["value"]["rle"]) == len(buffers[0])


def test_a_score_comes_with_each_result(show):
    def scored(tasks, context=None):
        return [{"result": [box()], "score": 0.5} for _ in tasks]

    page = show(scored)
    suggest(page)
    assert told(page)["results"][0]["score"] == 0.5


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (ValueError("out of memory"), "predict= failed with ValueError: out of memory"),
        ([{"from_name": "nobody", "to_name": "photo", "value": {}}], "nobody"),
        (7, "fits none of the controls"),
    ],
)
def test_what_is_no_good_is_told_in_a_sentence(show, says, sentence):
    def predict(tasks, context=None):
        if isinstance(says, Exception):
            raise says
        return [says for _ in tasks]

    page = show(predict)
    suggest(page)
    assert sentence in told(page)["problem"]
    assert "results" not in told(page)


def test_a_model_that_has_nothing_to_say(show):
    page = show(lambda tasks, context=None: [None])
    suggest(page)
    assert told(page)["results"] == []


@pytest.mark.parametrize("results", [7, [7], ["x"], [None]])
def test_strange_questions_are_refused(show, results):
    page = show(Segment())
    page.error("suggest", question="q", index=0, results=results)
    assert "99" in page.error("suggest", question="q", index=99, results=[click()])


class TestWhetherItIsOffered:
    def test_where_a_model_answers_and_a_tool_asks(self, show):
        assert show(Segment()).ok("open").get("prompts") is True
        assert show(lambda tasks, context=None: []).ok("open").get("prompts") is True

    def test_not_without_a_model(self, show):
        page = show(None)
        assert page.ok("open").get("prompts") is None
        assert "no model" in page.error("suggest", question="q", index=0, results=[click()])

    def test_not_by_a_model_that_makes_nothing_of_what_is_drawn(self, show):
        assert show(lambda tasks: [None for _ in tasks]).ok("open").get("prompts") is None
        assert Spacy.interactive is False

    def test_not_where_no_tool_asks(self, show):
        plain = CONFIG.replace('smart="true"', 'smart="false"')
        assert show(Segment(), plain).ok("open").get("prompts") is True  # boxes may ask, too
        neither = plain.replace('name="box"', 'name="box" smart="false"')
        assert show(Segment(), neither).ok("open").get("prompts") is None
        only = neither.replace('smart="false"', 'smart="false" smartOnly="true"')
        assert show(Segment(), only).ok("open").get("prompts") is True

    def test_a_model_that_comes_later_is_told_of(self, show):
        page = show(None)
        page.labeler.model = Segment()
        page.labeler.model = None
        first, then = page.events("prompts")
        assert (first["here"], then["here"]) == (True, False)
        assert first["commands"]["tool:auto-detect"]["keys"] == ["m"]

    def test_its_keys_are_there_where_it_is(self, show):
        assert "tool:auto-detect" not in show(None).labeler.spec["commands"]
        page = show(Segment(), keys={"tool:auto-detect": "q"})
        told = page.labeler.spec["commands"]["tool:auto-detect"]
        assert (told["keys"], told["given"]) == (["q"], True)


def test_a_project_is_asked_without_an_editor():
    project = Project(DATA, CONFIG, key="id", store=":memory:", predict=Segment())
    answers = []
    done = threading.Event()

    def answered(said):
        answers.append(said)
        done.set()

    project.ask(0, [click()], answered, failed=print)
    assert done.wait(10)
    assert answers[0].results[0]["from_name"] == "box"
