"""A waiting task is one annotator's for a time."""

import time

import pytest

from nblabel.store import Store
from tests.soak import size
from tests.store.gestures import add, change
from tests.store.processes import python

HOUR = 3600.0
OVER = -1.0


def test_a_task_is_one_annotators(store, project):
    assert store.lease(project, "ana", ["1", "2"], HOUR) == ["1", "2"]
    assert store.lease(project, "bob", ["3", "2", "1"], HOUR) == ["3"]
    assert store.taken(project, "bob", ["1", "2", "3", "4"]) == {"1", "2"}
    assert store.taken(project, "ana", ["1", "2", "3", "4"]) == {"3"}


def test_ones_own_are_given_again_and_last_longer(store, project):
    assert store.lease(project, "ana", ["1"], 0.05) == ["1"]
    assert store.lease(project, "ana", ["1"], HOUR) == ["1"]
    time.sleep(0.1)
    assert store.lease(project, "bob", ["1"], HOUR) == []


def test_whoever_goes_on_keeps_all_that_they_hold(store, project):
    store.lease(project, "ana", ["1", "2"], 60.0)
    store.lease(project, "ana", ["3"], OVER)
    store.lease(project, "ana", ["4"], HOUR)
    store.lease(project, "ana", ["5"], 60.0)
    with store._read() as connection:
        until = dict(connection.exec_driver_sql("SELECT key, until FROM nblabel_lease").all())
    assert until["1"] == until["2"] == until["4"] > until["5"] > until["3"]


def test_one_whose_time_is_over_is_free(store, project):
    store.lease(project, "ana", ["1"], OVER)
    assert store.taken(project, "bob", ["1"]) == set()
    assert store.lease(project, "bob", ["1"], HOUR) == ["1"]
    assert store.lease(project, "ana", ["1"], HOUR) == []


def test_one_that_is_given_back_is_free(store, project):
    store.lease(project, "ana", ["1", "2", "3"], HOUR)
    store.release(project, "bob")  # others' are not theirs to give
    store.release(project, "ana", ["2"])
    assert store.lease(project, "bob", ["1", "2", "3"], HOUR) == ["2"]
    store.release(project, "ana")
    assert store.lease(project, "bob", ["1", "2", "3"], HOUR) == ["1", "2", "3"]


@pytest.mark.parametrize("action", ["submit", "skip"])
def test_one_that_is_done_is_nobodys(store, project, action):
    store.lease(project, "ana", ["7"], HOUR)
    store.apply(project, change("edit", add("a", "good")), "ana", {})
    assert store.lease(project, "bob", ["7"], HOUR) == []
    store.apply(project, change(action, base=1), "ana", {})
    assert store.taken(project, "bob", ["7"]) == {"7"}
    assert store.lease(project, "bob", ["7"], HOUR) == []
    store.apply(project, change("reopen", base=2), "ana", {})
    assert store.lease(project, "bob", ["7"], HOUR) == ["7"]


def test_projects_do_not_share_them(store, project):
    other = store.project("other", "<View/>")
    assert store.lease(project, "ana", ["1"], HOUR) == ["1"]
    assert store.lease(other, "bob", ["1"], HOUR) == ["1"]


def test_many_at_once(store, project):
    keys = [str(n) for n in range(1_200)]
    assert store.lease(project, "ana", [*keys, *keys], HOUR) == keys
    assert len(store.taken(project, "bob", keys)) == 1_200


# Takes what is free, three at a time, and finishes it; the last it gives back.
LABELER = """
store = Store.open(place)
project = store.project("p", "<View/>")
keys = more
sys.stdin.readline()
while keys:
    taken = store.taken(project, name, keys)
    keys = [key for key in keys if key not in taken]
    got = store.lease(project, name, keys[:3], 60.0)
    for key in got[:2]:
        print(key, flush=True)
        done = change(f"{name}-{key}", 0, f"{name}-{key}", 1, action="submit", key=key)
        assert store.apply(project, done, name, {}) == Applied(1)
        keys.remove(key)
    store.release(project, name, got[2:])
store.close()
"""


@pytest.mark.soak
def test_two_processes_do_each_task_once(place):
    keys = [str(n) for n in range(size(40, 2_000))]
    store = Store.open(place)
    project = store.project("p", "<View/>")
    labelers = [python(LABELER, place, name, *keys) for name in ("ana", "bob")]
    for labeler in labelers:
        labeler.stdin.write("\n")
        labeler.stdin.flush()
    done = [labeler.communicate()[0].split() for labeler in labelers]
    assert [labeler.returncode for labeler in labelers] == [0, 0]
    assert sorted([*done[0], *done[1]]) == sorted(keys)
    assert all(len(record.annotations) == 1 for record in store.records(project))
    with store._read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM nblabel_lease").scalar_one() == 0
    store.close()
