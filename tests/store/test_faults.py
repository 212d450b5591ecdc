"""The disk is full, another process holds the lock, the file is gone, or another."""

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
    monkeypatch.setattr("nblabel.store.sqlite.BUSY_MS", 100)
    store = Store.open(file)
    project = store.project("p", "<View/>")
    gesture = change("submit", add("a", "good"))
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"cannot be used: database is locked.*use PostgreSQL"):
        store.apply(project, gesture, "ana", {})
    holder.execute("ROLLBACK")
    holder.close()
    assert store.apply(project, gesture, "ana", {}) == Applied(1)
    store.close()


BY_FILES = "sqlite:///file:{}?vfs=unix-dotfile&uri=true"

KILLED = """
store = Store.open(place)
project = store.project("p", "<View/>")
for n in range(100_000):
    gesture = change("u", n, "c", n, (add(f"i{n}", n),))
    assert store.apply(project, gesture, None, {}) == Applied(n + 1)
    print(n, flush=True)
"""


def test_a_place_that_knows_locks_only_as_files_is_as_safe(file):
    place = BY_FILES.format(file)
    writer = python(KILLED, place, "ana")
    while writer.stdout.readline() != "20\n":
        assert writer.poll() is None
    writer.kill()
    with writer:
        acknowledged = 21 + len(writer.stdout.read().split())
    lock = file.with_name("labels.db.lock")
    shutil.rmtree(lock, ignore_errors=True)  # whoever is killed while holding it keeps it
    store = Store.open(place)
    with store._write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "truncate"
    project = store.project("p", "<View/>")
    (annotation,) = store.annotations(project, "7")
    assert annotation.revision in {acknowledged, acknowledged + 1}
    assert [item.uid for item in annotation.items] == [f"i{n}" for n in range(annotation.revision)]
    store.close()
    assert examine(file).faults == []


def removed(file):
    file.unlink()


def folder_removed(file):
    shutil.rmtree(file.parent)


def another_moved_over(file):
    """Put another store in its place, as a sync client or git checkout does."""
    other = Store.open(file.with_name("other.db"))
    other.apply(other.project("p", "<View/>"), change("submit", add("a", "bad")), "bob", {})
    other.close()
    file.with_name("other.db").replace(file)


def a_copy_moved_over(file):
    shutil.copy(file, file.with_name("copy.db"))
    file.with_name("copy.db").replace(file)


class TestAFileThatIsNoLongerTheOneThatWasOpened:
    @pytest.fixture
    def file(self, tmp_path):
        (tmp_path / "folder").mkdir()
        return tmp_path / "folder" / "labels.db"

    @pytest.fixture
    def store(self, file):
        opened = Store.open(file)
        self.project = opened.project("p", "<View/>")
        opened.apply(self.project, change("submit", add("a", "good")), "ana", {})
        yield opened
        opened.close()

    @pytest.mark.parametrize(
        ("done", "told"),
        [
            (removed, "is gone"),
            (folder_removed, "is gone"),
            (another_moved_over, "is another one"),
            (a_copy_moved_over, "is another one"),
        ],
    )
    def test_nothing_is_acknowledged(self, store, file, done, told):
        done(file)
        left = everything(file) if file.exists() else None
        for _ in range(2):
            with pytest.raises(StoreError, match=f'file of the store "labels.db" {told}'):
                store.apply(self.project, change("edit", add("b", "bad", 2.0), base=1), "ana", {})
        assert (everything(file) if file.exists() else None) == left
        assert len(store.annotations(self.project, "7")[0].items) == 1  # what was, can be read

    def test_put_back_it_is_written_to_again(self, store, file):
        gesture = change("edit", add("b", "bad", 2.0), base=1)
        file.rename(file.with_name("away.db"))
        with pytest.raises(StoreError, match="is gone"):
            store.apply(self.project, gesture, "ana", {})
        file.with_name("away.db").rename(file)
        assert store.apply(self.project, gesture, "ana", {}) == Applied(2)

    def test_moved_in_the_middle_of_a_change_it_is_not_acknowledged(self, store, file):
        def move(connection, cursor, statement, parameters, context, many):
            if statement.startswith("INSERT INTO nblabel_event"):
                another_moved_over(file)

        gesture = change("edit", add("b", "bad", 2.0), base=1)
        sa.event.listen(store._engine, "before_cursor_execute", move)
        with pytest.raises(StoreError, match="is another one"):
            store.apply(self.project, gesture, "ana", {})
        assert examine(file).faults == []
        again = Store.open(file)
        (annotation,) = again.annotations(again.project("p", "<View/>"), "7")
        assert annotation.annotator == "bob"
        assert values(item.result for item in annotation.items) == ["bad"]
        again.close()

    def test_no_new_file_is_made_in_its_place(self, store, file):
        file.unlink()
        store._engine.dispose()
        with pytest.raises(StoreError, match="is gone"):
            store.annotations(self.project, "7")
        assert not file.exists()


def test_what_lies_in_the_folder_neither_comes_nor_goes(file):
    """A host that lists a folder stumbles over a file that vanishes meanwhile."""
    names = set()
    for n in range(3):
        store = Store.open(file)
        project = store.project("p", "<View/>")
        names.add(frozenset(path.name for path in file.parent.iterdir()))
        store.apply(project, change("submit", add("a", "good"), uid=f"u{n}"), "ana", {})
        names.add(frozenset(path.name for path in file.parent.iterdir()))
        store.close()
        names.add(frozenset(path.name for path in file.parent.iterdir()))
    assert names == {frozenset({"labels.db", "labels.db-journal"})}


def test_a_copy_of_the_file_alone_has_all_that_was_acknowledged(file):
    store = Store.open(file)
    project = store.project("p", "<View/>")
    store.apply(project, change("submit", add("a", "good")), "ana", {})
    copy = Store.open(shutil.copy(file, file.with_name("copy.db")))
    assert len(copy.annotations(copy.project("p", "<View/>"), "7")) == 1
    copy.close()
    store.close()
