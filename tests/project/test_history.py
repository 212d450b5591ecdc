"""Every state of an annotation can be read, and made the present one again."""

import json
import random

import pytest

from nblabel.base.errors import DataError
from nblabel.base.ids import unique_id
from nblabel.core.change import Applied, Change, Edit
from nblabel.project import Project
from nblabel.store import now
from tests import postgresql
from tests.project.animals import CONFIG, mood, span
from tests.soak import size


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request, tmp_path):
    return tmp_path / "labels.db" if request.param == "file" else postgresql.server().place()


@pytest.fixture
def project(frame, place):
    opened = Project(frame, CONFIG, key="id", store=place, annotator="ana")
    yield opened
    opened.close()


def apply(project, action, *edits, key="7", uid="u", kind="gesture"):
    here = project.store.annotation(project._work.id, uid)
    base = here.revision if here else 0
    seen = project.view(project.index(key)).digest
    change = Change(key, uid, base, unique_id(), 1, now(), action, edits, digest=seen, kind=kind)
    assert project.apply(change) == Applied(base + 1)


def standing(project, key="7"):
    """State, what counts and what waits of the task's only annotation, as an export has it."""
    (record,) = project.store.records(project._work.id, [key])
    (annotation,) = record.annotations
    texts = annotation.submitted, annotation.draft
    return annotation.state, *(t if t is None else [json.loads(text) for text in t] for t in texts)


def test_every_state_is_told_oldest_first(project):
    apply(project, "edit", Edit("a", 1.0, None, mood("good")))
    apply(project, "edit", Edit("a", 1.0, mood("good"), None), kind="undo")
    apply(project, "submit", Edit("b", 2.0, None, mood("bad")))
    apply(project, "edit", Edit("c", 1.5, None, span(4, 5, "Animal")))
    project.annotate(7, [mood("good")], annotator="bob")
    apply(project, "reopen")
    told = project.history(7)
    assert [(r.annotator, r.revision, r.action, r.kind, r.state) for r in told] == [
        ("ana", 1, "edit", "gesture", "draft"),
        ("ana", 2, "edit", "undo", "draft"),
        ("ana", 3, "submit", "gesture", "submitted"),
        ("ana", 4, "edit", "gesture", "submitted"),
        ("bob", 1, "submit", "gesture", "submitted"),
        ("ana", 5, "reopen", "gesture", "draft"),
    ]
    assert [r.results for r in told] == [
        (mood("good"),),
        (),
        (mood("bad"),),
        (span(4, 5, "Animal"), mood("bad")),
        (mood("good"),),
        (span(4, 5, "Animal"), mood("bad")),
    ]
    assert [r.annotator for r in project.history(7, annotator="bob")] == ["bob"]
    assert project.history(8) == []


def test_what_was_imported_is_told_as_it_came(tmp_path):
    came = [mood("good"), span(4, 5, "Animal", score=0.5), span(4, 5, "Animal")]
    task = {
        "data": {"text": "x"},
        "annotations": [{"id": 1, "completed_by": "ana", "result": came}],
    }
    project = Project([task], CONFIG, store=tmp_path / "labels.db", annotator="ana")
    key = project.key(0)
    (first,) = project.history(key)
    assert (first.action, first.state, list(first.results)) == ("import", "submitted", came)
    uid = first.annotation
    apply(project, "edit", Edit("i1", 1.0, came[1], None), key=key, uid=uid)
    apply(project, "submit", Edit("i0", 0.0, came[0], mood("bad")), key=key, uid=uid)
    assert [list(r.results) for r in project.history(key)] == [
        came,
        [came[0], came[2]],
        [mood("bad"), came[2]],
    ]
    assert project.revert(key, 1) == 4
    assert project.to_label_studio()[0]["annotations"][0]["result"] == came
    project.close()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(size(4, 200)))
def test_back_to_any_state_whatever_happened_in_between(project, seed):
    chance = random.Random(seed)
    states, working = [], {}
    for _ in range(12):
        edits = []
        if chance.random() < 0.7:
            uid = chance.choice("abc")
            goes = uid in working and chance.random() < 0.4
            after = None if goes else {**mood("good"), "score": chance.random()}
            edits = [Edit(uid, float(ord(uid)), working.get(uid), after)]
            working = {k: v for k, v in {**working, uid: after}.items() if v is not None}
        apply(project, chance.choice(["edit", "edit", "edit", "submit", "skip", "reopen"]), *edits)
        states.append(standing(project))
    told = project.history(7)
    assert [r.state for r in told] == [state for state, *_ in states]
    assert [list(r.results) for r in told] == [
        counts if waits is None else waits for _, counts, waits in states
    ]
    for revision in chance.choices(range(1, 13), k=8):
        made = project.revert(7, revision)
        assert standing(project) == states[revision - 1]
        last = project.history(7)[-1]
        assert last.revision == made
        assert last.results == told[revision - 1].results


def test_open_editors_are_told(project):
    heard = []
    project.on_change(lambda kind, what: heard.append((kind, what)))
    apply(project, "submit", Edit("a", 1.0, None, mood("good")))
    assert project.revert(7, 1) == 2
    assert heard == [("annotation", "7")] * 2


def test_one_of_several(project):
    apply(project, "submit", Edit("a", 1.0, None, mood("good")), uid="u1")
    apply(project, "submit", Edit("a", 1.0, None, mood("bad")), uid="u2")
    apply(project, "edit", Edit("a", 1.0, mood("good"), None), uid="u1")
    assert project.revert(7, 1, annotation="u2") == 2
    assert project.revert(7, 1, annotation="u1") == 3
    (mine,) = [r.results for r in project.history(7) if r.revision == 3]
    assert mine == (mood("good"),)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"key": 99, "revision": 1}, 'no task has the key "99"'),
        ({"key": None, "revision": 1}, r"revert\(\) was given a null key"),
        ({"key": 7, "revision": 9}, 'of task "7" has no revision 9, only 1 to 1'),
        ({"key": 8, "revision": 1}, 'task "8" has no annotation of "ana"'),
        ({"key": 7, "revision": 1, "annotator": "bob"}, 'task "7" has no annotation of "bob"'),
        (
            {"key": 7, "revision": 1, "annotation": "v"},
            'task "7" has no annotation "v"',
        ),
    ],
)
def test_what_is_not_there_is_told(project, given, message):
    apply(project, "submit", Edit("a", 1.0, None, mood("good")))
    with pytest.raises(DataError, match=message):
        project.revert(**given)
    assert len(project.history(7)) == 1


class TestClear:
    def test_a_task_is_unlabeled_again_and_nothing_is_lost(self, project):
        apply(project, "submit", Edit("a", 1.0, None, mood("good")))
        heard = []
        project.on_change(lambda kind, what: heard.append((kind, what)))
        assert project.clear(7) == 1
        assert heard == [("annotation", "7")]
        assert project.to_frame(status=True)["status"].tolist()[0] == "unlabeled"
        assert project.to_frame(drafts=True, status=True)["status"].tolist()[0] == "unlabeled"
        counts = project.progress()
        assert (counts["done"], counts["drafts"]) == (0, 0)
        assert project.find(0, filter="unlabeled") == [0]
        assert [(r.revision, r.state, len(r.results)) for r in project.history(7)] == [
            (1, "submitted", 1),
            (2, "draft", 0),
        ]
        assert project.revert(7, 1) == 3
        assert project.to_frame()["mood"].tolist()[0] == "good"
        assert project.progress()["done"] == 1

    def test_nothing_of_it_is_exported(self, project, tmp_path):
        apply(project, "skip", Edit("a", 1.0, None, mood("good")))
        apply(project, "edit", Edit("a", 1.0, None, mood("good")), key="8", uid="v")
        project.clear(7)
        project.clear(8)
        for task in project.to_label_studio(drafts=True):
            assert task["annotations"] == task["drafts"] == []
        assert len(project.results(drafts=True)) == 0

    def test_an_editor_shows_it_and_goes_on_with_the_same_annotation(self, project):
        apply(project, "submit", Edit("a", 1.0, None, mood("good")))
        project.clear(7)
        own = project.view(0).annotation
        assert (own.state, own.items, own.revision) == ("draft", (), 2)
        apply(project, "submit", Edit("b", 1.0, None, mood("bad")))
        assert project.to_frame()["mood"].tolist()[0] == "bad"

    def test_rejected_suggestions_are_open_again(self, project):
        apply(project, "submit", Edit("s", 1.0, None, None))
        assert project.view(0).annotation.settled == ("s",)
        project.clear(7)
        assert project.view(0).annotation.settled == ()

    def test_only_what_this_annotator_said(self, project):
        project.annotate(7, [mood("good")])
        project.annotate(7, [mood("bad")], annotator="bob")
        project.clear(7)
        assert project.to_frame()["mood"].tolist()[0] == "bad"
        assert project.clear(7) == 0
        assert project.clear(7, annotator="bob") == 1
        assert project.to_frame(status=True)["status"].tolist()[0] == "unlabeled"

    def test_several_annotations_of_one(self, project):
        apply(project, "submit", Edit("a", 1.0, None, mood("good")), uid="u1")
        apply(project, "skip", uid="u2")
        assert project.clear(7) == 2
        assert project.to_frame(status=True)["status"].tolist()[0] == "unlabeled"

    def test_a_task_that_is_not_there(self, project):
        with pytest.raises(DataError, match='no task has the key "99"'):
            project.clear(99)
