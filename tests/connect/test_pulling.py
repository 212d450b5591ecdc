"""What was done on a Label Studio server comes in, and what was changed on both sides is kept."""

from datetime import timedelta

import pytest

import nblabel as nl
from nblabel.base.errors import DataError
from nblabel.connect.label_studio import LabelStudio
from nblabel.core.change import Conflict
from nblabel.project import Project
from nblabel.store import Store
from tests.connect.label_studio import label_studio
from tests.connect.test_pushing import CONFIG, ROWS, killed, mood, suggest


@pytest.fixture
def stand():
    with label_studio() as made:
        yield made


@pytest.fixture
def server(stand):
    return LabelStudio(stand.url, stand.pat, pauses=(0.01, 0.02), timeout=10)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("nblabel.connect.label_studio.POLLED", (0.01,))


@pytest.fixture
def opened(tmp_path):
    made = []

    def again(rows=ROWS, config=CONFIG, **settings):
        settings = {"store": tmp_path / "labels.db", "key": "nr", "name": "moods"} | settings
        made.append(Project(rows, config, **settings))
        return made[-1]

    yield again
    for project in made:
        project.close()


@pytest.fixture
def project(opened, server):
    """A project that was pushed, with two annotations."""
    project = opened(annotator="ana@example.com")
    project.annotate(0, [mood("good")])
    project.annotate(1, [mood("bad")])
    project.push(server)
    return project


def said(project):
    """What is said of which task, and by whom."""
    frame = project.to_frame("all", status=True)
    return [
        (row.nr, row.annotator, row.mood)
        for row in frame.itertuples()
        if row.status in {"submitted", "changed"}
    ]


def label(stand, key, word, by=1):
    """Annotate a task there, as somebody does in the server's own pages."""
    task = stand.of(1)[key]["id"]
    return stand.annotate(task, body={"result": [mood(word)], "completed_by": by})[1]


def edit(stand, key, word, **more):
    [annotation] = stand.said(stand.of(1)[key])
    stand.change_annotation(annotation["id"], body={"result": [mood(word)], **more})


def test_annotations_come_in_with_their_annotators(stand, server, project):
    label(stand, "3", "good", by=2)
    label(stand, "4", "bad", by=1)
    heard = []
    project.on_change(lambda *what: heard.append(what))
    told = project.pull(server)
    assert (told.counts, told.is_whole) == ({"annotations": 2}, True)
    assert repr(told) == f"pulled from {stand.url}/projects/1/data: 2 annotations"
    assert said(project)[2:] == [
        (3, "ana@example.com", "good"),
        (4, "admin@example.com", "bad"),
    ]
    assert heard == [("annotation", "3"), ("annotation", "4")]


def test_again_nothing_comes_and_nothing_goes(stand, server, project):
    label(stand, "3", "good")
    project.pull(server)
    before = said(project)
    assert project.pull(server).counts == {}
    stand.asked.clear()
    assert project.push(server).counts == {}
    assert stand.writes() == []
    assert said(project) == before


def test_what_changed_is_fetched_and_nothing_else(stand, server, project, monkeypatch):
    project.pull(server)
    assert stand.count("POST", "/exports/$") == 1
    monkeypatch.setattr("nblabel.connect.pulling._OVERLAP", timedelta(0))
    project.pull(server)
    label(stand, "3", "good")
    stand.asked.clear()
    assert project.pull(server).annotations == 1
    assert stand.count("POST", "/exports/$") == 0
    [path] = [path for _, path, *_ in stand.asked if "/export?" in path]
    assert path.count("ids%5B%5D=") == 1


def test_exports_of_the_server_are_not_left_behind(stand, server, project):
    project.pull(server)
    assert stand.count("POST", "/exports/$") == 1
    assert stand.exports == {}


def test_what_was_changed_there_is_changed_here_and_can_be_taken_back(stand, server, project):
    edit(stand, "0", "bad")
    told = project.pull(server)
    assert told.counts == {"changed annotations": 1}
    assert said(project)[0] == (0, "ana@example.com", "bad")
    assert [revision.action for revision in project.history(0)] == ["submit", "submit"]
    assert project.timeline()["kind"].tolist()[-1] == "pull"
    project.revert(0, 1)
    assert said(project)[0] == (0, "ana@example.com", "good")
    assert project.push(server).changed_annotations == 1


def test_what_was_skipped_there_is_skipped_here(stand, server, project):
    edit(stand, "0", "good", was_cancelled=True)
    assert project.pull(server).changed_annotations == 1
    assert project.to_frame(status=True)["status"].tolist()[0] == "skipped"


def test_what_was_deleted_there_is_a_draft_here(stand, server, project):
    stand.drop_annotation(stand.said(stand.of(1)["0"])[0]["id"])
    told = project.pull(server)
    assert told.counts == {"reopened annotations": 1}
    assert project.to_frame(drafts=True, status=True)["status"].tolist()[0] == "draft"
    assert project.to_frame(drafts=True)["mood"].tolist()[0] == "good"
    assert project.pull(server).counts == {}
    assert project.push(server).counts == {}


def test_edits_on_both_sides_are_told_and_both_are_here_and_there(stand, server, project):
    edit(stand, "0", "bad")
    project.annotate(0, [])
    told = project.pull(server)
    assert told.counts == {"annotations": 1}
    assert told.conflicts == [
        'task "0": the annotation of "ana@example.com" was changed here and changed on the '
        "server; both are here now"
    ]
    assert not told.is_whole
    assert {one for one in said(project) if one[0] == 0} == {
        (0, "ana@example.com", None),
        (0, "ana@example.com", "bad"),
    }
    assert project.pull(server).conflicts == []
    assert project.push(server).counts == {"annotations": 1}
    there = sorted(len(a["result"]) for a in stand.said(stand.of(1)["0"]))
    assert there == [0, 1]
    assert project.push(server).counts == {}
    assert project.pull(server).counts == {}


def test_a_draft_on_what_was_changed_there_is_not_lost(stand, server, project):
    from nblabel.core.change import Applied, Change, Edit

    view = project.view(0)
    [item] = view.annotation.items
    change = Change(
        view.key,
        view.annotation.uid,
        view.annotation.revision,
        "page",
        1,
        "2026-01-01T00:00:00.000000Z",
        "edit",
        (Edit(item.uid, item.ordinal, item.result, mood("neutral")),),
        digest=view.digest,
    )
    assert isinstance(project.apply(change), Applied)
    edit(stand, "0", "bad")
    told = project.pull(server)
    assert len(told.conflicts) == 1
    words = project.to_frame("all", drafts=True)
    assert {"neutral", "bad"} <= set(words["mood"])


def test_what_was_deleted_there_and_changed_here_stays(stand, server, project):
    stand.drop_annotation(stand.said(stand.of(1)["0"])[0]["id"])
    project.annotate(0, [mood("bad")])
    told = project.pull(server)
    assert "deleted on the server; it stays, and a push sends it" in told.conflicts[0]
    assert said(project)[0] == (0, "ana@example.com", "bad")
    assert project.push(server).annotations == 1
    assert project.pull(server).counts == {}


def test_an_annotation_whose_number_was_given_out_again_is_another(stand, server, project):
    project.pull(server)
    task = stand.of(1)["1"]
    [last] = stand.said(task)
    stand.drop_annotation(last["id"])
    other = stand.annotate(task["id"], body={"result": [mood("fine")], "completed_by": 1})[1]
    assert other["id"] == last["id"]
    told = project.pull(server)
    assert told.counts == {"annotations": 1, "reopened annotations": 1}
    assert [one for one in said(project) if one[0] == 1] == [(1, "admin@example.com", "fine")]
    project.annotate(1, [mood("bad")])
    assert project.push(server).annotations == 1
    assert len(stand.said(task)) == 2


def test_suggestions_come_with_a_task_that_changed(stand, server, project):
    project.pull(server)
    suggestion = {"result": [mood("bad")], "score": 0.5, "model_version": "theirs"}
    stand.new_prediction(stand.of(1)["3"]["id"], suggestion)
    label(stand, "3", "good")
    assert project.pull(server).counts == {"annotations": 1, "predictions": 1}


def test_what_changed_here_in_the_same_moment_comes_with_the_next_pull(
    stand, server, project, monkeypatch
):
    edit(stand, "0", "bad")
    with monkeypatch.context() as alone:
        conflict = Conflict(project.store.annotations(project._work.id, "0")[0])
        alone.setattr(Store, "apply", lambda *_: conflict)
        told = project.pull(server)
    assert told.problems == ['task "0" was changed here meanwhile: pull again']
    assert project.pull(server).changed_annotations == 1


def test_predictions_of_the_server_come_in_and_ours_come_back_to_themselves(stand, server, opened):
    project = opened()
    suggest(project, 2, "good")
    project.push(server)
    stand.new_prediction(
        stand.of(1)["3"]["id"],
        {"result": [mood("bad")], "score": 0.25, "model_version": "theirs"},
    )
    told = project.pull(server)
    assert told.counts == {"predictions": 1}
    assert [len(project.store.predictions(project._work.id, key)) for key in "23"] == [1, 1]
    assert project.pull(server).counts == {}


def test_tasks_that_are_not_among_the_rows_are_told(stand, server, project):
    task = stand.new_task(1, {"data": {"text": "somebody else's", "nr": 77}})
    stand.annotate(task, body={"result": [mood("good")]})
    told = project.pull(server)
    assert told.counts == {}
    assert told.notes == ["1 task is there that is not among the rows here"]


def test_tasks_that_were_deleted_there_are_told_and_their_work_stays(stand, server, project):
    project.pull(server)
    stand.drop_task(stand.of(1)["1"]["id"])
    told = project.pull(server)
    assert told.notes == ['deleted there: "1"; a push sends them again']
    assert said(project)[1] == (1, "ana@example.com", "bad")
    assert project.push(server).tasks == 1


def test_a_number_that_was_given_out_again_brings_nothing_to_the_task_before(
    stand, server, project
):
    project.pull(server)
    last = stand.of(1)["5"]["id"]
    stand.drop_task(last)
    assert stand.new_task(1, {"data": {"text": "somebody else's"}}) == last
    stand.annotate(last, body={"result": [mood("good")]})
    told = project.pull(server)
    assert told.annotations == 0
    assert all(number != 5 for number, *_ in said(project))


def test_not_even_where_the_other_task_has_the_same_key(stand, server, project):
    project.annotate(5, [mood("bad")])
    project.push(server)
    project.pull(server)
    last = stand.of(1)["5"]["id"]
    stand.drop_task(last)
    assert stand.new_task(1, {"data": {"nr": 5, "text": "text 5"}}) == last
    stand.annotate(last, body={"result": [mood("good")], "completed_by": 1})
    told = project.pull(server)
    assert told.counts == {"annotations": 1}
    assert [one for one in said(project) if one[0] == 5] == [
        (5, "ana@example.com", "bad"),
        (5, "admin@example.com", "good"),
    ]
    assert project.push(server).counts == {"annotations": 1}
    assert len(stand.tasks) == 6


def test_a_task_that_is_there_twice_is_known_by_the_first(stand, server, project):
    project.pull(server)
    twice = stand.new_task(1, {"data": ROWS[3]})
    stand.annotate(twice, body={"result": [mood("good")]})
    told = project.pull(server)
    assert told.counts == {}
    assert told.notes == ["1 task is there that is not among the rows here"]
    label(stand, "3", "bad")
    assert project.pull(server).counts == {"annotations": 1}


def test_tasks_that_somebody_imported_there_are_known_by_the_key_column(stand, server, opened):
    number = stand.new_project(body={"title": "theirs", "label_config": CONFIG})[1]["id"]
    for row in ROWS[:3]:
        task = stand.new_task(number, {"data": row})
        stand.annotate(task, body={"result": [mood("good")]})
    project = opened()
    told = project.pull(server, project_id=number)
    assert told.counts == {"annotations": 3}
    stand.asked.clear()
    told = project.push(server)
    assert (told.tasks, told.counts) == (3, {"tasks": 3})
    assert len(stand.tasks) == 6


def test_tasks_are_known_by_what_they_show_where_there_is_no_key(stand, server, opened):
    number = stand.new_project(body={"title": "theirs", "label_config": CONFIG})[1]["id"]
    task = stand.new_task(number, {"data": {"text": "text 2"}})
    stand.annotate(task, body={"result": [mood("good")]})
    project = opened(key=None)
    assert project.pull(server, project_id=number).annotations == 1
    assert project.to_frame()["mood"].tolist()[2] == "good"


@pytest.mark.parametrize("before", ["receive", "uids", "keep_remote", "note_remote"])
def test_killed_in_the_middle_the_next_one_goes_on(stand, server, project, opened, before):
    label(stand, "3", "good")
    edit(stand, "0", "bad")
    with killed(1, Store, before):
        project.pull(server)
    again = opened()
    again.pull(server)
    assert again.pull(server).counts == {}
    assert [(nr, word) for nr, _, word in said(again)] == [(0, "bad"), (1, "bad"), (3, "good")]
    assert again.push(server).counts == {}
    assert len(stand.annotations) == 3


def test_a_server_that_has_no_project_of_this_one_is_told(stand, server, opened):
    with pytest.raises(DataError, match=r"has no project of this one: push\(\) makes one"):
        opened().pull(server)
    with pytest.raises(DataError, match="has no project 7"):
        opened().pull(server, project_id=7)


def test_a_sync_is_both(stand, server, project):
    label(stand, "3", "good")
    project.annotate(4, [mood("bad")])
    told = project.sync(server)
    assert (told.pulled.counts, told.pushed.counts) == ({"annotations": 1}, {"annotations": 1})
    assert repr(told) == f"{told.pulled}\n{told.pushed}"
    again = project.sync(server)
    assert (again.pulled.counts, again.pushed.counts) == ({}, {})


def test_a_sync_with_a_server_that_has_nothing_yet_pushes(stand, server, opened):
    told = opened().sync(server)
    assert (told.pulled, told.pushed.tasks, told.is_whole) == (None, 6, True)


def test_what_waits_is_counted_and_nothing_changed(stand, server, project):
    label(stand, "3", "good")
    project.annotate(4, [mood("bad")])
    stand.asked.clear()
    told = project.server_status(server)
    assert told.counts == {"annotations here": 1, "tasks there": 1, "annotations there": 1}
    assert not told.is_whole
    assert stand.writes() == []
    project.sync(server)
    assert project.server_status(server).is_whole


# -- a project made of a server's


@pytest.fixture
def fetched(stand, server, project, tmp_path):
    made = []

    def fetch(**settings):
        made.append(nl.pull(server, 1, store=tmp_path / "theirs.db", **settings))
        return made[-1]

    yield fetch
    for one in made:
        one.close()


def test_a_project_is_made_of_a_servers(stand, fetched):
    suggestion = {"result": [mood("bad")], "score": 0.5, "model_version": "m"}
    stand.new_prediction(stand.of(1)["2"]["id"], suggestion)
    made = fetched()
    assert made.config.source == CONFIG
    assert len(made) == 6
    assert made.key(0) == str(stand.of(1)["0"]["id"])
    assert made.name == f"moods ({stand.url.removeprefix('http://')} 1)"
    assert [row[1:] for row in said(made)] == [
        ("ana@example.com", "good"),
        ("ana@example.com", "bad"),
    ]
    assert len(made.view(2).predictions) == 1
    assert made.problems == []


def test_made_again_it_is_the_same_project_with_what_was_done_meanwhile(stand, fetched):
    fetched()
    label(stand, "4", "good")
    edit(stand, "0", "bad")
    again = fetched()
    assert [row[2] for row in said(again)] == ["bad", "bad", "good"]
    assert len(again.store.projects()) == 1


def test_what_is_done_in_it_goes_back(stand, server, fetched, project):
    made = fetched(annotator="ana@example.com")
    assert made.push(server).counts == {}
    made.annotate(made.key(0), [mood("bad")])
    made.annotate(made.key(5), [mood("good")])
    assert made.push(server).counts == {"annotations": 1, "changed annotations": 1}
    assert project.pull(server).counts == {"annotations": 1, "changed annotations": 1}
    assert made.push(server).counts == {}
    assert len(stand.tasks) == 6


def test_an_empty_project_of_a_server_is_one_too(stand, server, tmp_path):
    number = stand.new_project(body={"title": "none yet", "label_config": CONFIG})[1]["id"]
    made = nl.pull(server, number, store=tmp_path / "none.db")
    assert len(made) == 0
    made.close()


def test_what_is_no_server_is_told():
    with pytest.raises(DataError, match=r"pull\(\) takes nl.LabelStudio\(url, token\), not str"):
        nl.pull("http://localhost:8080", 1)
