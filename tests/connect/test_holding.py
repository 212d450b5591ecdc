"""One kernel at a time pushes; one that is gone keeps nobody waiting for long."""

import os
import socket
import subprocess
import sys
import time

import pytest

from nblabel.base.errors import DataError
from nblabel.connect import holding as holdings
from nblabel.connect.holding import holding
from nblabel.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "labels.db")
    yield store
    store.close()


@pytest.fixture
def remote(store):
    return store.remote(store.project("moods", "<View/>"), "http://h", 3, "2026-01-01T00:00:00Z")


def free(store, remote):
    return store.hold_remote(remote.id, "somebody", 60) is None


def told(store, remote):
    """What somebody is told who may not push."""
    with pytest.raises(DataError) as error, holding(store, remote, "project 3"):
        pass
    return str(error.value)


def test_a_second_one_is_told(store, remote):
    with holding(store, remote, "project 3"):
        assert told(store, remote).startswith("another kernel pushes to project 3 just now")
    assert free(store, remote)


def test_what_fails_inside_lets_others_in(store, remote):
    with pytest.raises(KeyboardInterrupt), holding(store, remote, "project 3"):
        raise KeyboardInterrupt
    assert free(store, remote)


def test_a_process_that_is_gone_keeps_nobody_waiting(store, remote):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    theirs = f"{socket.gethostname()}/{gone.pid}/x"
    assert store.hold_remote(remote.id, theirs, 60) is None
    with holding(store, remote, "project 3"):
        assert not free(store, remote)


@pytest.mark.parametrize("theirs", ["{host}/{process}/x", "elsewhere/1/x", "odd"])
def test_one_that_may_be_alive_is_waited_for_until_its_time_is_over(store, remote, theirs):
    theirs = theirs.format(host=socket.gethostname(), process=os.getpid())
    assert store.hold_remote(remote.id, theirs, 0.2) is None
    assert told(store, remote).endswith("waited for 60 s at the most")
    time.sleep(0.25)
    with holding(store, remote, "project 3"):
        assert not free(store, remote)


def test_a_long_push_goes_on_alone(store, remote, monkeypatch):
    monkeypatch.setattr(holdings, "LEASE", 0.4)
    with holding(store, remote, "project 3"):
        time.sleep(0.9)
        assert not free(store, remote)


def test_another_project_of_a_server_is_nobodys(store, remote):
    other = store.remote(store.project("moods", "<View/>"), "http://h", 4, "x")
    with holding(store, remote, "project 3"), holding(store, other, "project 4"):
        assert not free(store, other)
