"""What happens in a project is told in Label Studio's words, whoever does it, each once."""

import threading

import pandas as pd
import pytest

import nblabel as nl
from nblabel.connect.following import Following
from tests.connect.http import until
from tests.store.processes import python

CONFIG = """<View><Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices></View>"""
FRAME = pd.DataFrame({"id": [7, 8, 9], "text": ["fine", "poor", "so so"]})


@pytest.fixture(params=["file", "memory"])
def project(request, tmp_path):
    place = tmp_path / "labels.db" if request.param == "file" else ":memory:"
    opened = nl.Project(FRAME, CONFIG, key="id", store=place, annotator="ana", name="moods")
    yield opened
    opened.close()


@pytest.fixture
def heard(project):
    got = []
    stop = project.on("*", got.append)
    yield got
    stop()


def actions(heard):
    return [payload["action"] for payload in heard]


def act(project, key, action, choice="good"):
    """Do what an editor does."""
    from nblabel.base.ids import unique_id
    from nblabel.core.change import Applied, Change, Edit
    from nblabel.store import now

    present = project.view(project.index(key)).annotation
    result = {
        "id": unique_id()[:8],
        "from_name": "mood",
        "to_name": "t",
        "type": "choices",
        "value": {"choices": [choice]},
    }
    items = present.items if present else ()
    removed = [Edit(item.uid, item.ordinal, item.result, None) for item in items]
    change = Change(
        str(key),
        present.uid if present else unique_id(),
        present.revision if present else 0,
        unique_id(),
        1,
        now(),
        action,
        (*removed, Edit(unique_id(), 9.0, None, result)),
        digest=project.view(project.index(key)).digest,
    )
    assert isinstance(project.apply(change), Applied)


def test_a_submission_is_told_as_label_studio_tells_it(project, heard):
    uid = project.annotate(8, "bad")
    [told] = until(lambda: heard[:1])
    [exported] = project.to_label_studio()
    annotation = dict(told["annotation"])
    assert (annotation.pop("task"), annotation.pop("project")) == (exported["id"], 1)
    written = exported["annotations"][0]
    assert annotation == written
    assert told["task"]["data"] == exported["data"]
    assert not {"annotations", "drafts", "predictions"} & set(told["task"])
    assert told["project"] == {"id": 1, "title": "moods", "label_config": CONFIG}
    assert told["nblabel"] == {
        "store": project.store.id,
        "key": "8",
        "event": told["nblabel"]["event"],
        "annotation": uid,
        "revision": 1,
    }


def test_each_kind_of_change_has_its_word(project, heard):
    act(project, 7, "edit")  # a draft is nobody's business yet
    act(project, 7, "submit")
    act(project, 7, "edit", "bad")
    act(project, 7, "submit", "bad")
    act(project, 7, "skip")
    act(project, 7, "reopen")
    act(project, 7, "submit")
    project.clear(7)
    until(lambda: len(heard) == 6)
    assert actions(heard) == [
        "ANNOTATION_CREATED",
        "ANNOTATION_UPDATED",
        "ANNOTATION_UPDATED",
        "ANNOTATIONS_DELETED",
        "ANNOTATION_CREATED",
        "ANNOTATIONS_DELETED",
    ]
    skipped, gone = heard[2:4]
    assert skipped["annotation"]["was_cancelled"]
    assert gone["annotations"] == [{"id": skipped["annotation"]["id"]}]
    assert "task" not in gone


def test_what_was_done_before_and_what_files_bring_is_not_told(tmp_path):
    task = {"id": 1, "data": {"text": "a"}, "annotations": [{"id": 4, "result": []}]}
    store = nl.Project([task], CONFIG, store=tmp_path / "l.db", name="moods")
    store.annotate(1, "good", annotator="eva")
    heard = []
    store.on("*", heard.append)
    nl.Project([task, {**task, "id": 2}], CONFIG, store=tmp_path / "l.db", name="moods").close()
    store.annotate(1, "bad", annotator="eva")
    until(lambda: heard)
    assert actions(heard) == ["ANNOTATION_UPDATED"]
    store.close()


def test_a_listener_that_comes_late_hears_each_state_as_it_was(project):
    going, got = threading.Event(), []
    stop = project.on("*", lambda payload: (going.wait(10), got.append(payload)))
    for choice in ("good", "bad", "good"):
        project.annotate(7, choice)
    project.clear(7)
    going.set()
    until(lambda: len(got) == 4)
    said = [p["annotation"]["result"][0]["value"]["choices"] for p in got[:3]]
    assert said == [["good"], ["bad"], ["good"]]
    times = [p["annotation"]["updated_at"] for p in got[:3]]
    assert times == sorted(times)
    assert len(set(times)) == 3
    stop()


def test_some_events_only(project):
    got = []
    project.on(["annotation_updated"], got.append)
    project.annotate(7, "good")
    project.annotate(7, "bad")
    until(lambda: got)
    assert actions(got) == ["ANNOTATION_UPDATED"]


@pytest.mark.parametrize("event", ["ANNOTATION_CREATE", "TASKS_CREATED", "", 7, ["*", "no"]])
def test_an_event_that_does_not_happen_here_is_told(project, event):
    with pytest.raises((nl.DataError, TypeError)):
        project.on(event, print)


def test_two_listeners_hear_each_event_once_and_off_the_main_thread(project):
    both = ([], [])
    for got in both:
        project.on("*", lambda payload, got=got: got.append(threading.current_thread()))
    for key in (7, 8, 9):
        project.annotate(key, "good")
    until(lambda: all(len(got) == 3 for got in both))
    assert threading.main_thread() not in {*both[0], *both[1]}
    assert len({*both[0], *both[1]}) == 2


def test_stopped_it_hears_nothing_more(project, heard):
    got = []
    stop = project.on("*", got.append)
    stop()
    stop()
    project.annotate(7, "good")
    until(lambda: heard)
    assert got == []


def test_what_a_callback_raises_is_one_sentence_and_the_rest_is_told(project):
    got = []

    def hear(payload):
        if payload["nblabel"]["key"] == "7":
            raise ValueError("no room")
        got.append(payload)

    project.on("*", hear)
    project.annotate(7, "good")
    project.annotate(8, "good")
    until(lambda: got)
    told = 'the callback for ANNOTATION_CREATED failed on task "7" with ValueError: no room'
    assert told in project.problems


def test_a_callback_may_label_and_stop(project):
    got = []

    def hear(payload):
        got.append(payload)
        if len(got) < 3:
            project.annotate(payload["nblabel"]["key"], "bad")
        else:
            stop()

    stop = project.on("*", hear)
    project.annotate(7, "good")
    until(lambda: len(got) == 3)
    assert actions(got) == ["ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATION_UPDATED"]


OTHER = """
import nblabel as nl
project = nl.Project(store=place, name=name, annotator="eva")
for key in more:
    project.annotate(key, "bad")
project.close()
"""


def test_other_processes_are_heard(tmp_path):
    project = nl.Project(FRAME, CONFIG, key="id", store=tmp_path / "l.db", name="moods")
    for key in (7, 8, 9):
        project.annotate(key, "good")
    got = []
    write = lambda entry: {"key": entry.key}  # noqa: E731
    following = Following(
        project.store,
        1,
        frozenset({"ANNOTATION_CREATED"}),
        write,
        got.append,
        tell=project.tell,
        pause=0.05,
    )
    process = python(OTHER, tmp_path / "l.db", "moods", 8, 9)
    process.communicate()
    assert process.returncode == 0
    until(lambda: len(got) == 2)
    assert got == [{"key": "8"}, {"key": "9"}]
    following.stop()
    project.close()


def test_three_hundred_are_each_told_once_in_order(tmp_path):
    frame = pd.DataFrame({"id": range(50), "text": ["x"] * 50})
    project = nl.Project(frame, CONFIG, key="id", store=":memory:")
    got = []
    project.on("*", lambda payload: got.append(payload["nblabel"]["event"]))
    for n in range(300):
        project.annotate(n % 50, "good" if n % 2 else "bad")
    until(lambda: len(got) == 300)
    assert got == sorted(set(got))
    project.close()


def test_a_labeler_has_them_too(project):
    got = []
    labeler = nl.Labeler(project)
    stop = labeler.on("ANNOTATION_CREATED", got.append)
    labeler.annotate(7, "good")
    until(lambda: got)
    stop()
    labeler.close()
