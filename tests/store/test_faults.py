"""The disk is full, another process holds the lock, the place keeps no write-ahead log."""

import shutil
import sqlite3

import pytest
import sqlalchemy as sa

from nblabel.base.errors import StoreError
from nblabel.core.change import Applied
from nblabel.store import Store, examine
from tests.soak import size
from tests.store import version_1
from tests.store.gestures import add, change, choice, values
from tests.store.processes import python


@pytest.fixture
def file(tmp_path):
    return tmp_path / "labels.db"


def limit(store, pages):
    """Let the database grow to so many pages and no further, as a full disk does."""
    with store._write() as connection:
        raw = connection.connection.driver_connection
        raw.execute(f"PRAGMA max_page_count = {pages}").close()
    sa.event.listen(
        store._engine,
        "checkout",
        lambda raw, *_: raw.execute(f"PRAGMA max_page_count = {pages}").close(),
    )


def pages(store):
    with store._read() as connection:
        return connection.exec_driver_sql("PRAGMA page_count").scalar_one()


def everything(file):
    connection = sqlite3.connect(file)
    dump = list(connection.iterdump())
    connection.close()
    return dump


def large(uid, kilobytes=64):
    return type(add(uid, "x"))(uid, 1.0, None, {**choice("good"), "note": "x" * 1024 * kilobytes})


@pytest.mark.soak
@pytest.mark.parametrize("room", range(size(3, 40)))
def test_a_full_disk_is_told_and_nothing_is_half_written(file, room):
    store = Store.open(file)
    project = store.project("p", "<View/>")
    store.apply(project, change("submit", add("a", "good")), "ana", {})
    before = everything(file)
    limit(store, pages(store) + room)
    big = change("submit", large("b"), large("c"), base=1)
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be used: database or disk is full"):
            store.apply(project, big, "ana", {"text": "new"})
        assert everything(file) == before
    limit(store, 1_000_000)
    assert store.apply(project, big, "ana", {"text": "new"}) == Applied(2)
    (annotation,) = store.annotations(project, "7")
    assert values(item.result for item in annotation.items) == ["good"] * 3
    store.close()
    assert examine(file).faults == []


def test_a_full_disk_leaves_an_earlier_version_as_it_is(tmp_path, file):
    version_1.write(file)
    before = everything(file)

    def fill(connection, cursor, statement, parameters, context, many):
        if statement.startswith("ALTER"):
            count = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {count}")

    sa.event.listen(sa.Engine, "before_cursor_execute", fill)
    try:
        with pytest.raises(StoreError, match="database or disk is full"):
            Store.open(file)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", fill)
    assert everything(file) == before
    Store.open(file).close()
    assert examine(file).faults == []
    assert [path.name for path in tmp_path.glob("*.version*")] == ["labels.db.version-1.backup"]


HOLDER = """
import sqlite3, time
connection = sqlite3.connect(place, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(name))
connection.execute("ROLLBACK")
print("free", flush=True)
"""


@pytest.mark.soak
def test_a_store_that_another_process_holds_is_waited_for(file):
    store = Store.open(file)
    project = store.project("p", "<View/>")
    holder = python(HOLDER, file, size(2, 10))
    assert holder.stdout.readline() == "held\n"
    assert store.annotations(project, "7") == []  # who reads does not wait
    assert holder.poll() is None
    assert store.apply(project, change("submit", add("a", "good")), "ana", {}) == Applied(1)
    assert holder.communicate()[0] == "free\n"
    assert [event.revision for event in store.history(project, "u1")] == [1]
    store.close()


def test_a_store_that_is_held_for_ever_is_told(file, monkeypatch):
    monkeypatch.setattr("nblabel.store.engine.BUSY_MS", 100)
    store = Store.open(file)
    project = store.project("p", "<View/>")
    gesture = change("submit", add("a", "good"))
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="cannot be used: database is locked"):
        store.apply(project, gesture, "ana", {})
    holder.execute("ROLLBACK")
    holder.close()
    assert store.apply(project, gesture, "ana", {}) == Applied(1)
    store.close()


WITHOUT_LOG = "sqlite:///file:{}?vfs=unix-dotfile&uri=true"

KILLED = """
store = Store.open(place)
project = store.project("p", "<View/>")
for n in range(100_000):
    gesture = change("u", n, "c", n, (add(f"i{n}", n),))
    assert store.apply(project, gesture, None, {}) == Applied(n + 1)
    print(n, flush=True)
"""


def test_a_place_without_a_write_ahead_log_is_told_and_as_safe(file):
    place = WITHOUT_LOG.format(file)
    writer = python(KILLED, place, "ana")
    while writer.stdout.readline() != "20\n":
        assert writer.poll() is None
    writer.kill()
    with writer:
        acknowledged = 21 + len(writer.stdout.read().split())
    lock = file.with_name("labels.db.lock")
    shutil.rmtree(lock, ignore_errors=True)  # whoever is killed while holding it keeps it
    store = Store.open(place)
    assert store.note == (
        f'the place of "{file}" does not let SQLite keep a write-ahead log; '
        "the store is as safe, but readers and writers wait for each other"
    )
    with store._write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "delete"
    project = store.project("p", "<View/>")
    (annotation,) = store.annotations(project, "7")
    assert annotation.revision in {acknowledged, acknowledged + 1}
    assert [item.uid for item in annotation.items] == [f"i{n}" for n in range(annotation.revision)]
    store.close()
    assert examine(file).faults == []
