"""What a server does that a file does not: it restarts, it is asked by others, it refuses text."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from nblabel.base.errors import StoreError
from nblabel.core.change import Applied
from nblabel.store import Store
from tests import postgresql
from tests.soak import size
from tests.store.gestures import add, change, values

pytestmark = pytest.mark.postgresql


@pytest.fixture
def server():
    return postgresql.server()


@pytest.fixture
def store(server):
    opened = Store.open(server.place())
    yield opened
    opened.close()


@pytest.fixture
def project(store):
    return store.project("reviews", "<View/>")


@pytest.mark.soak
def test_a_server_that_crashes_has_kept_what_was_acknowledged(server, store, project):
    for crash in range(size(2, 30)):
        gesture = change("edit", add(f"r{crash}", "good", float(crash)), base=crash)
        assert store.apply(project, gesture, "ana", {}) == Applied(crash + 1)
        server.stop()
        late = change("edit", add("late", "bad", 1e9), base=crash + 1, uid="u1")
        try:
            with pytest.raises(StoreError, match="cannot be used"):
                store.apply(project, late, "ana", {})
        finally:
            server.start()
        (annotation,) = store.annotations(project, "7")
        assert annotation.revision == crash + 1
        assert values(item.result for item in annotation.items) == ["good"] * (crash + 1)
        assert store.apply(project, gesture, "ana", {}) == Applied(crash + 1)


def test_a_change_that_was_sent_while_it_was_down_lands_when_sent_again(server, store, project):
    gesture = change("submit", add("a", "good"))
    server.stop()
    try:
        with pytest.raises(StoreError, match="cannot be used"):
            store.apply(project, gesture, "ana", {})
        with pytest.raises(StoreError, match="cannot be used"):
            store.annotations(project, "7")
    finally:
        server.start()
    assert store.apply(project, gesture, "ana", {}) == Applied(1)
    assert [event.revision for event in store.history(project, "u1")] == [1]


def test_what_is_acknowledged_is_on_disk_whatever_the_server_was_told(server):
    store = Store.open(f"{server.place()}%20-csynchronous_commit%3Doff")
    with store._write() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    store.close()


def test_all_that_is_read_together_is_of_one_moment(store, project):
    store.apply(project, change("edit", add("a", "good")), "ana", {})
    count = sa.text("SELECT count(*) FROM nblabel_event")
    with store._read() as connection:
        assert connection.execute(count).scalar_one() == 1
        store.apply(project, change("edit", base=1), "ana", {})
        assert connection.execute(count).scalar_one() == 1
    with store._read() as connection:
        assert connection.execute(count).scalar_one() == 2


def test_writers_come_one_after_the_other_whatever_the_server_was_told(server):
    store = Store.open(f"{server.place()}%20-cdefault_transaction_isolation%3Dserializable")
    projects = [store.project(name, "<View/>") for name in ("p", "q")]

    def work(name, project):
        for n in range(20):
            gesture = change("submit", uid=f"{name}-{n}", key=f"{name}-{n}", client=name, seq=n + 1)
            assert store.apply(project, gesture, name, {}) == Applied(1)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work, f"t{n}-{p}", p) for n in range(2) for p in projects]:
            done.result()
    for project in projects:
        assert [record.number for record in store.records(project)] == list(range(1, 41))
    store.close()


def test_a_deadlock_with_somebody_else_is_tried_again(server):
    # Whoever looks for it first is its victim: that is to be the store, on a slow machine too.
    store = Store.open(f"{server.place()}%20-cdeadlock_timeout%3D4s")
    project = store.project("p", "<View/>")
    store.apply(project, change("edit", add("a", "good")), "ana", {})
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as threads, store._engine.connect() as somebody:
        with somebody.begin():
            somebody.exec_driver_sql("SET LOCAL deadlock_timeout = '1h'")
            somebody.exec_driver_sql("SELECT id FROM nblabel_annotation FOR UPDATE")
            answer = threads.submit(
                store.apply, project, change("edit", add("b", "bad"), base=1), "ana", {}
            )
            while somebody.execute(waiting).scalar_one() == 0:
                pass
            somebody.exec_driver_sql("SELECT id FROM nblabel_project FOR UPDATE")
        assert answer.result() == Applied(2)
    assert [event.revision for event in store.history(project, "u1")] == [1, 2]
    store.close()


@pytest.mark.parametrize("write", ["apply", "receive", "remember"])
def test_a_key_that_it_has_no_text_for_is_told(store, project, write):
    writes = {
        "apply": lambda: store.apply(project, change("edit", key="a\0b"), "ana", {}),
        "receive": lambda: store.receive(project, [("a\0b", "", {}, None)]),
        "remember": lambda: store.remember(project, "ana", "a\0b", 1),
    }
    with pytest.raises(StoreError, match=r"the key 'a\\x00b' holds a NUL character, which Postgr"):
        writes[write]()
    assert store.size(project) == 0


def test_a_nul_in_a_result_or_in_the_data_is_kept(store, project):
    gesture = change("submit", add("a", "go\0od"))
    assert store.apply(project, gesture, "ana", {"text": "\0"}) == Applied(1)
    (record,) = store.records(project)
    assert record.data == {"text": "\0"}
    (annotation,) = store.annotations(project, "7")
    assert values(item.result for item in annotation.items) == ["go\0od"]
