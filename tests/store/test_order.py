"""Which answer is the latest: the log says so, not the clock."""

from datetime import datetime, timedelta, timezone

import pytest

from nblabel.core.change import Applied
from nblabel.core.record import ReceivedAnnotation, ReceivedTask
from nblabel.project import Project
from nblabel.store import applying
from tests.project.animals import CONFIG, mood
from tests.store.gestures import add, change, choice, values


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes back an hour each time it is read."""
    times = [datetime(2026, 1, 2, tzinfo=timezone.utc)]

    def read():
        times.append(times[-1] - timedelta(hours=1))
        return times[-1].isoformat(timespec="microseconds").replace("+00:00", "Z")

    monkeypatch.setattr(applying, "now", read)


def submit(store, project, uid, value, key="7", who="ana"):
    gesture = change("submit", add("a", value), uid=uid, key=key)
    assert store.apply(project, gesture, who, {}) == Applied(1)


def came(identity, value, at):
    return ReceivedAnnotation(identity, (choice(value),), updated_at=at, created_at=at)


def latest(store, project):
    (said,) = store.said(project, ["7"]).values()
    return values(said[-1].results)[0]


@pytest.mark.usefixtures("clock")
def test_what_was_done_last_is_the_latest(store, project):
    submit(store, project, "first", "good")
    submit(store, project, "second", "bad")
    first, second = store.annotations(project, "7")
    assert first.updated_at > second.updated_at
    assert latest(store, project) == "bad"
    assert store.latest(project, "7", "ana").uid == "second"
    assert store.marks(project, "ana", ["7"])["7"].annotation == "second"
    again = change("submit", add("b", "good", 2.0), base=1, uid="first")
    assert store.apply(project, again, "ana", {}) == Applied(2)
    assert store.latest(project, "7", "ana").uid == "first"
    assert store.marks(project, "ana", ["7"])["7"].annotation == "first"


@pytest.mark.usefixtures("clock")
def test_decisions_and_gestures_come_in_the_order_of_the_log(store, project):
    for n in range(5):
        submit(store, project, f"u{n}", "good", key=str(n))
    assert [a.key for a in store.decisions(project, "ana", 3)] == ["4", "3", "2"]
    assert [g.key for g in store.gestures(project, "ana", 3)] == ["2", "3", "4"]
    assert store.decisions(project, "bob", 3) == []


def test_what_came_from_files_is_as_old_as_it_says(store, project):
    old, new = came("id:1", "good", "2020-01-01T00:00:00Z"), came("id:2", "bad", "2021-01-01")
    task = ReceivedTask({}, (new, old))
    store.receive(project, [("7", "d", {}, task)])
    assert latest(store, project) == "bad"


def test_what_is_done_here_is_later_than_what_came_before(store, project):
    future = came("id:1", "good", "2999-01-01T00:00:00Z")
    store.receive(project, [("7", "d", {}, ReceivedTask({}, (future,)))])
    submit(store, project, "mine", "bad")
    assert latest(store, project) == "bad"


def test_what_came_later_is_older_where_it_says_so(store, project):
    submit(store, project, "mine", "bad")
    past = came("id:1", "good", "2020-01-01T00:00:00Z")
    store.receive(project, [("7", "d", {}, ReceivedTask({}, (past,)))])
    assert latest(store, project) == "bad"
    future = came("id:2", "good", "2999-01-01T00:00:00Z")
    store.receive(project, [("7", "d", {}, ReceivedTask({}, (future,)))])
    assert latest(store, project) == "good"


@pytest.mark.usefixtures("clock")
def test_a_frame_has_the_latest_answer(tmp_path):
    rows = [{"id": 7, "text": "a"}]
    project = Project(rows, CONFIG, key="id", store=tmp_path / "labels.db", annotator="ana")
    project.annotate(7, [mood("good")], annotator="bob")
    project.annotate(7, [mood("bad")])
    assert project.to_frame()["mood"].tolist() == ["bad"]
    assert project.to_frame("all")["mood"].tolist() == ["good", "bad"]
    project.close()
