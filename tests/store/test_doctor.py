"""Every way in which a store can be broken is found, and nothing is found in a whole one."""

import hashlib
import shutil
import sqlite3

import pytest
import sqlalchemy as sa

from nblabel.base.errors import StoreError
from nblabel.core.annotation import Prediction
from nblabel.core.record import ReceivedAnnotation, ReceivedTask
from nblabel.store import RemoteTask, Store, examine
from tests.store import version_1
from tests.store.gestures import add, change, choice, remove, replace
from tests.store.processes import python

CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="mood" toName="text"><Choice value="good"/></Choices></View>"""


def fill(store):
    project = store.project("reviews", CONFIG)
    came = ReceivedAnnotation("id:1", (choice("good"), choice("bad")), unique_id="came", number=1)
    guess = Prediction("", (choice("bad"),))
    store.receive(project, [("1", "d", {"text": "a"}, ReceivedTask({}, (came,), (guess,)))])
    store.apply(project, change("edit", remove("i1", "bad"), base=1, uid="came", key="1"), None, {})
    store.apply(project, change("submit", add("a", "good"), add("b", "bad", 2.0)), "ana", {})
    store.apply(project, change("edit", replace("a", "good", "bad"), base=1), "ana", {})
    store.apply(project, change("edit", remove("b", "bad", 2.0), base=2), "ana", {})
    store.apply(project, change("skip", uid="v", key="8"), "bob", {})


@pytest.fixture
def whole(place):
    store = Store.open(place)
    fill(store)
    store.close()
    return place


def test_a_whole_one_has_no_fault(whole):
    found = examine(whole)
    assert found.faults == []
    assert "version 4, " in found.facts[0]


def test_it_tells_which_servers_have_what(whole):
    store = Store.open(whole)
    name = next(iter(store.projects()))
    project = store.project(name, store.projects()[name])
    first = store.remote(project, "http://h", 7, "2026-01-01T00:00:00Z")
    store.keep_remote(first.id, [RemoteTask("8", 1)])
    store.remote(project, "http://other", 2, "2026-01-01T00:00:00Z")
    store.close()
    found = examine(whole)
    assert found.faults == []
    assert found.facts[1:] == [
        f'"{name}" is project 7 of http://h, with 1 task',
        f'"{name}" is project 2 of http://other, with 0 tasks',
    ]


# Writes more than fits into memory, so that the file is changed and the journal knows how it was.
UNFINISHED = """
import sqlite3
raw = sqlite3.connect(place, isolation_level=None)
raw.execute("PRAGMA journal_mode=TRUNCATE")
raw.execute("PRAGMA cache_size=2")
raw.execute("BEGIN")
raw.execute("UPDATE nblabel_task SET data = '1'")
raw.execute("UPDATE nblabel_event SET edits = '[]'")
raw.execute("UPDATE nblabel_annotation SET uid = uid || hex(randomblob(100000))")
print("begun", flush=True)
sys.stdin.readline()
"""


def engine(place):
    if "://" in place:
        return sa.create_engine(place.replace("postgresql:", "postgresql+psycopg:"))
    return sa.create_engine(f"sqlite:///{place}")


BROKEN = [
    (
        "DELETE FROM nblabel_event WHERE revision = 2 AND action = 'edit' AND annotator = 'ana'",
        'annotation u1 of task "7": it is at revision 3, and its log has the revisions 1, 3',
    ),
    (
        "UPDATE nblabel_annotation SET revision = 4 WHERE uid = 'u1'",
        'annotation u1 of task "7": it is at revision 4, and its log has the revisions 1, 2, 3',
    ),
    (
        "UPDATE nblabel_result SET draft = '{}' WHERE uid = 'a'",
        'annotation u1 of task "7": result "a" is not as revision 2 left it',
    ),
    (
        "UPDATE nblabel_event SET edits = '[]' WHERE revision = 1 AND annotator = 'ana'",
        'annotation u1 of task "7": result "a" is in no entry of its log',
    ),
    (
        "UPDATE nblabel_event SET edits = '[[1]]' WHERE revision = 3",
        'annotation u1 of task "7": an edit of revision 3 is not whole',
    ),
    (
        "UPDATE nblabel_annotation SET state = 'done' WHERE uid = 'v'",
        'annotation v of task "8": there is no state "done"',
    ),
    (
        "UPDATE nblabel_event SET state = '' WHERE annotator = 'bob'",
        'annotation v of task "8": there is no state ""',
    ),
    (
        "UPDATE nblabel_event SET action = 'jump' WHERE annotator = 'bob'",
        'annotation v of task "8": there is no action "jump"',
    ),
    (
        "UPDATE nblabel_event SET kind = 'dream' WHERE annotator = 'bob'",
        'annotation v of task "8": there is no kind "dream"',
    ),
    (
        "UPDATE nblabel_annotation SET state = 'submitted' WHERE uid = 'v'",
        'annotation v of task "8": it is submitted, and its log leads to skipped',
    ),
    (
        "UPDATE nblabel_annotation SET number = 2",
        '2 annotations of project "reviews" have the number 2',
    ),
    (
        "UPDATE nblabel_project SET config = '<View><Choices/></View>'",
        'the config of project "reviews" cannot be used: line 1, <Choices',
    ),
    (
        "UPDATE nblabel_task SET data = '{' WHERE key = '7'",
        "data in row 2 of nblabel_task is not the JSON it should be",
    ),
    (
        "UPDATE nblabel_prediction SET results = '{}'",
        "results in row 1 of nblabel_prediction is not the JSON it should be",
    ),
    (
        "UPDATE nblabel_result SET submitted = 'good' WHERE uid = 'i0'",
        "submitted in row 1, i0 of nblabel_result is not the JSON it should be",
    ),
    (
        "UPDATE nblabel_annotation SET extra = '' WHERE uid = 'v'",
        "extra in row 3 of nblabel_annotation is not the JSON it should be",
    ),
    (
        "UPDATE nblabel_event SET edits = 'x' WHERE annotator = 'bob'",
        "edits in row 6 of nblabel_event is not the JSON it should be",
    ),
    ("DROP TABLE nblabel_prediction", "the table nblabel_prediction is missing"),
]


@pytest.mark.parametrize(("broken", "fault"), BROKEN, ids=[fault for _, fault in BROKEN])
def test_what_was_broken_is_found(whole, broken, fault):
    by_hand = engine(whole)
    with by_hand.begin() as connection:
        assert connection.exec_driver_sql(broken).rowcount in {-1, 1, 3}
    by_hand.dispose()
    (found,) = examine(whole).faults
    assert found.startswith(fault)


class TestAFile:
    @pytest.fixture
    def file(self, tmp_path):
        store = Store.open(tmp_path / "labels.db")
        fill(store)
        store.close()
        return tmp_path / "labels.db"

    def test_it_is_told_and_not_touched(self, file, tmp_path):
        before = hashlib.sha256(file.read_bytes()).digest()
        found = examine(file)
        assert found.facts == [f"{file}: version 4, {file.stat().st_size:,} bytes"]
        assert hashlib.sha256(file.read_bytes()).digest() == before

    def test_an_earlier_version_is_looked_over_as_it_is(self, tmp_path):
        file = version_1.write(tmp_path / "old.db")
        before = file.read_bytes()
        found = examine(file)
        assert found.faults == []
        assert "version 1, " in found.facts[0]
        assert "brings it to version 4 when it opens it" in found.facts[1]
        assert file.read_bytes() == before
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE nblabel_event SET revision = 9 WHERE action = 'skip'")
        connection.close()
        assert "its log has the revisions" in examine(file).faults[0]

    def test_a_row_whose_owner_is_gone(self, file):
        with sqlite3.connect(file) as connection:
            connection.execute("DELETE FROM nblabel_task WHERE key = '8'")
        connection.close()
        (fault,) = examine(file).faults
        assert fault == (
            "row 3 of nblabel_annotation belongs to a row of nblabel_task that is not there"
        )

    def test_a_damaged_page(self, file):
        content = bytearray(file.read_bytes())
        page = 4096
        for start in range(3 * page, len(content), page):
            content[start : start + 8] = b"\xff" * 8
        file.write_bytes(content)
        faults = examine(file).faults
        assert faults
        assert all(fault.startswith("the file is damaged: ") for fault in faults)

    def test_text_that_is_no_text(self, file):
        with sqlite3.connect(file) as connection:
            bad = b'{"text": "\xff"}'
            connection.execute("UPDATE nblabel_task SET data = CAST(? AS TEXT) WHERE id = 1", [bad])
        connection.close()
        (fault,) = examine(file).faults
        assert fault == "data in row 1 of nblabel_task is not the JSON it should be"

    def test_a_log_of_an_earlier_nblabel_that_was_left_behind_counts_and_is_no_fault(
        self, tmp_path
    ):
        file = tmp_path / "killed.db"
        writer = python(
            """
store = Store.open(place)
project = store.project("p", "<View/>")
store.close()
import sqlite3
raw = sqlite3.connect(place, isolation_level=None)
raw.execute("PRAGMA journal_mode=WAL")
raw.execute("UPDATE nblabel_project SET name = 'q'")
print("done", flush=True)
sys.stdin.readline()
""",
            file,
            "ana",
        )
        assert writer.stdout.readline() == "done\n"
        writer.kill()
        writer.communicate()
        log = file.with_name("killed.db-wal")
        kept = shutil.copy(log, tmp_path / "log")
        found = examine(file)
        assert found.faults == []
        assert f"a write-ahead log of {log.stat().st_size:,} bytes lies beside it" in found.facts[1]
        assert log.read_bytes() == (tmp_path / kept).read_bytes()
        store = Store.open(file)  # takes it in, and needs none itself
        assert list(store.projects()) == ["q"]
        assert not log.exists()
        store.close()

    def test_what_was_not_finished_is_told(self, file):
        writer = python(UNFINISHED, file, "ana")
        assert writer.stdout.readline() == "begun\n"
        writer.kill()
        writer.communicate()
        assert file.with_name("labels.db-journal").stat().st_size
        with pytest.raises(StoreError, match="killed while it wrote: open the store once"):
            examine(file)
        Store.open(file).close()
        assert examine(file).faults == []

    @pytest.mark.parametrize(
        "made",
        [
            "CREATE VIEW nblabel_lease_now AS SELECT 1",
            "CREATE TRIGGER t AFTER INSERT ON nblabel_event BEGIN DELETE FROM nblabel_event; END",
        ],
    )
    def test_what_runs_by_itself_is_a_fault(self, file, made):
        with sqlite3.connect(file) as connection:
            connection.execute(made)
        connection.close()
        (fault,) = examine(file).faults
        assert fault.startswith("no nblabel made the ")

    def test_a_newer_one_is_refused_as_when_it_is_opened(self, file):
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE nblabel_meta SET value = '99' WHERE name = 'version'")
        connection.close()
        with pytest.raises(StoreError, match=r"written by a newer nblabel .* upgrade nblabel"):
            examine(file)


def written(content):
    return lambda path: path.write_bytes(content)


def a_database_of_somebody_else(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE diary (day)")
    connection.close()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, 'there is no store "{}"'),
        (lambda path: path.mkdir(), '"{}" is no file'),
        (written(b""), '"{}" is an empty file: there is no store in it'),
        (written(b"dear diary, " * 100), '"{}" is not an SQLite database'),
        (a_database_of_somebody_else, '"{}" is a database in which no nblabel has made a store'),
    ],
)
def test_what_is_no_store_is_told_in_a_sentence(tmp_path, make, sentence):
    path = tmp_path / "labels.db"
    make(path)
    with pytest.raises(StoreError) as told:
        examine(path)
    assert str(told.value) == sentence.format(path)


def test_a_store_in_memory_cannot_be_looked_at():
    with pytest.raises(StoreError, match="is gone with its kernel"):
        examine(":memory:")


def test_a_server_that_is_not_there_is_told():
    with pytest.raises(StoreError, match="cannot be read"):
        examine("postgresql://nobody@127.0.0.1:1/none")
