"""What a store knows of Label Studio servers."""

import pytest

from nblabel.core.record import ReceivedAnnotation, ReceivedTask
from nblabel.store import RemoteAnnotation, RemoteTask

MADE = "2026-01-01T00:00:00Z"


@pytest.fixture
def remote(store, project):
    return store.remote(project, "http://h", 3, MADE)


def tasks(count):
    return [RemoteTask(str(number), number + 100, "", f"d{number}") for number in range(count)]


def test_a_servers_project_is_known_by_its_number_and_when_it_was_made(store, project, remote):
    assert store.remote(project, "http://h", 3, MADE) == remote
    again = store.remote(project, "http://h", 3, "2026-02-02T00:00:00Z")
    other = store.remote(project, "http://other", 3, MADE)
    assert len({remote.id, again.id, other.id}) == 3
    assert store.remotes(project) == [remote, again, other]
    assert store.remotes(project, "http://h") == [remote, again]
    assert store.remotes(store.project("others", "<View/>")) == []


def test_what_is_noted_stays_and_nothing_else_changes(store, project, remote):
    store.note_remote(remote.id, tasks="3:103:x", pulled_at=MADE)
    store.keep_remote(remote.id, sending="[]")
    [kept] = store.remotes(project)
    assert (kept.tasks, kept.pulled_at, kept.sending) == ("3:103:x", MADE, "[]")
    store.keep_remote(remote.id, tasks(1))
    assert store.remotes(project) == [kept]


def test_tasks_are_found_by_key_and_by_number(store, remote):
    store.keep_remote(remote.id, tasks(3))
    assert store.remote_tasks(remote.id, ["2", "nowhere"]) == {"2": tasks(3)[2]}
    assert store.remote_numbers(remote.id, [101, 7]) == {101: tasks(3)[1]}
    assert store.count_remote_tasks(remote.id) == 3


def test_what_is_kept_again_takes_the_place_of_what_was(store, remote):
    store.keep_remote(remote.id, tasks(2))
    new = RemoteTask("1", 500, MADE, "other", "p")
    store.keep_remote(remote.id, [new])
    assert store.remote_tasks(remote.id, ["0", "1"]) == {"0": tasks(1)[0], "1": new}


def test_all_tasks_come_by_number_some_at_a_time(store, remote, monkeypatch):
    monkeypatch.setattr("nblabel.store.remotes._PAGE", 2)
    store.keep_remote(remote.id, tasks(5)[::-1])
    assert list(store.all_remote_tasks(remote.id)) == tasks(5)


def test_annotations_are_found_by_their_tasks(store, remote):
    first = RemoteAnnotation("u1", 100, None, "", "a")
    second = RemoteAnnotation("u2", 101, 7, "name", "b")
    store.keep_remote(remote.id, tasks(2), [first, second])
    assert store.remote_annotations(remote.id, [100, 101, 102]) == {100: [first], 101: [second]}
    store.keep_remote(remote.id, annotations=[RemoteAnnotation("u1", 100, 9, "", "c")])
    store.keep_remote(remote.id, dropped=["u2"])
    assert store.remote_annotations(remote.id, [100, 101]) == {
        100: [RemoteAnnotation("u1", 100, 9, "", "c")]
    }


def test_a_task_is_forgotten_with_its_annotations(store, remote):
    kept = RemoteAnnotation("u2", 101, 7, "", "b")
    store.keep_remote(remote.id, tasks(2), [RemoteAnnotation("u1", 100, 6, "", "a"), kept])
    store.forget_remote(remote.id, tasks(1))
    assert list(store.all_remote_tasks(remote.id)) == tasks(2)[1:]
    assert store.remote_annotations(remote.id, [100, 101]) == {101: [kept]}


def test_two_servers_do_not_disturb_each_other(store, project, remote):
    other = store.remote(project, "http://other", 3, MADE)
    store.keep_remote(remote.id, tasks(2))
    store.keep_remote(other.id, [RemoteTask("0", 100)])
    store.forget_remote(other.id, [RemoteTask("0", 100)])
    assert store.count_remote_tasks(remote.id) == 2


def test_one_holds_it_and_another_is_told_who(store, remote):
    assert store.hold_remote(remote.id, "ana", 60) is None
    assert store.hold_remote(remote.id, "ana", 60) is None
    assert store.hold_remote(remote.id, "bob", 60) == "ana"
    assert store.hold_remote(remote.id, "bob", 60, instead_of="eva") == "ana"
    assert store.hold_remote(remote.id, "bob", 60, instead_of="ana") is None
    store.release_remote(remote.id, "ana")
    assert store.hold_remote(remote.id, "ana", 60) == "bob"
    store.release_remote(remote.id, "bob")
    assert store.hold_remote(remote.id, "ana", 0) is None
    assert store.hold_remote(remote.id, "eva", 60) is None


def test_uids_are_found_by_what_annotations_came_in_as(store, project):
    said = ReceivedAnnotation(identity="id:7", results=(), unique_id="u-7")
    store.receive(project, [("k", "d", {"text": "a"}, ReceivedTask(annotations=(said,)))])
    assert store.uids(project, ["k", "other"]) == {("k", "id:7"): "u-7"}
