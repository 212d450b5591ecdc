"""A store of an earlier nblabel opens, and everything in it is as it was."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from nblabel.core.change import Applied
from nblabel.project import Project
from nblabel.store import Store, schema
from tests import postgresql
from tests.store import version_1, version_2, version_3
from tests.store.conftest import ON_POSTGRESQL
from tests.store.gestures import change


@pytest.fixture
def old(tmp_path):
    return version_1.write(tmp_path / "labels.db")


@pytest.fixture(
    params=[version_1, version_2, version_3], ids=["version 1", "version 2", "version 3"]
)
def version(request):
    return request.param


@pytest.fixture(params=["file", ON_POSTGRESQL])
def old_place(request, version, tmp_path):
    if request.param == "file":
        return version.write(tmp_path / "labels.db")
    return version.write_to_server(postgresql.server().place())


def said_of(store):
    """Return everything a store says of its project "reviews", as plain JSON."""
    project = store.project("reviews", store.projects()["reviews"])
    keys = list(version_1.SAID["annotations"])
    annotations = {key: store.annotations(project, key) for key in keys}
    told = {
        "id": store.id,
        "projects": store.projects(),
        "annotations": {k: [asdict(a) for a in annotations[k]] for k in keys},
        "submitted": {
            k: [asdict(a) for a in store.annotations(project, k, version="submitted")] for k in keys
        },
        "predictions": {k: [asdict(p) for p in store.predictions(project, k)] for k in keys},
        "records": [asdict(record) for record in store.records(project)],
        "history": {
            a.uid: [asdict(e) for e in store.history(project, a.uid)]
            for k in keys
            for a in annotations[k]
        },
        "marks": {
            who: {k: asdict(m) for k, m in store.marks(project, who, keys).items()}
            for who in version_1.SAID["marks"]
        },
        "marked": store.marked_since(project, 0),
        "digests": store.digests(project, keys),
        "remembered": store.remembered(project, "ana"),
    }
    return json.loads(json.dumps(told))


def as_told_then(now, then):
    """Leave out what the older nblabel had no word for."""
    if isinstance(then, dict):
        return {name: as_told_then(now[name], then[name]) for name in then}
    if isinstance(then, list):
        assert len(now) == len(then)
        return [as_told_then(*pair) for pair in zip(now, then, strict=True)]
    return now


def test_everything_in_it_is_equal(old_place):
    for _ in range(2):
        store = Store.open(old_place)
        said = said_of(store)
        store.close()
        assert as_told_then(said, version_1.SAID) == version_1.SAID
        assert set(said["annotations"]) == set(version_1.SAID["annotations"])
        assert set(said["history"]) == set(version_1.SAID["history"])


def states(store, project, uid):
    return [(event.action, event.state) for event in store.history(project, uid)]


def test_each_entry_of_the_log_knows_the_state_it_led_to(old_place):
    store = Store.open(old_place)
    project = store.project("reviews", store.projects()["reviews"])
    imported = {a.annotator: a.uid for a in store.annotations(project, "1")}
    assert states(store, project, imported["eva@example.org"]) == [
        ("import", "submitted"),
        ("edit", "submitted"),
    ]
    assert states(store, project, imported["ana"]) == [("import", "skipped"), ("reopen", "draft")]
    assert states(store, project, imported["bob"]) == [("import", "draft"), ("submit", "submitted")]
    assert states(store, project, "bob-5") == [
        ("skip", "skipped"),
        ("reopen", "draft"),
        ("edit", "draft"),
        ("submit", "submitted"),
    ]
    (never_touched,) = [a for a in store.annotations(project, "2") if a.annotator != "ana"]
    assert states(store, project, never_touched.uid) == [("import", "skipped")]
    everything = [
        (annotation.state, store.history(project, annotation.uid))
        for key in version_1.SAID["annotations"]
        for annotation in store.annotations(project, key)
    ]
    assert all(log[-1].state == state for state, log in everything)
    assert {event.kind for _, log in everything for event in log} == {"gesture"}
    store.close()


def columns(path):
    """Return every table's columns: name, type, whether it may be null, default, key."""
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
    found = {n: connection.execute(f"PRAGMA table_xinfo({n})").fetchall() for n in names}
    connection.close()
    return {name: [column[1:] for column in told] for name, told in found.items()}


def test_its_tables_are_those_of_a_new_store(version, tmp_path):
    old = version.write(tmp_path / "labels.db")
    Store.open(old).close()
    Store.open(tmp_path / "new.db").close()
    assert columns(old) == columns(tmp_path / "new.db")


def test_the_version_before_is_kept_beside_it(old, tmp_path):
    store = Store.open(old)
    backup = tmp_path / "labels.db.version-1.backup"
    assert store.note == (
        'the store "labels.db" came from an earlier nblabel: it is version 4 now, '
        'and version 1 is kept in "labels.db.version-1.backup" beside it'
    )
    store.close()
    assert content(backup) == content(version_1.write(tmp_path / "again.db"))
    again = Store.open(old)
    assert again.note is None
    again.close()
    assert sorted(p.name for p in tmp_path.glob("labels.db*")) == [
        "labels.db",
        "labels.db-journal",
        backup.name,
    ]


def test_version_2_is_kept_too_and_its_leases_stay(tmp_path):
    store = Store.open(version_2.write(tmp_path / "labels.db"))
    assert store.note.endswith('version 2 is kept in "labels.db.version-2.backup" beside it')
    kept = content(tmp_path / "labels.db.version-2.backup")
    assert kept == content(version_2.write(tmp_path / "again.db"))
    with store._read() as connection:
        held = connection.execute(sa.select(schema.lease.c.key, schema.lease.c.annotator)).all()
        assert (held, connection.execute(sa.select(schema.hook)).all()) == ([("9", "ana")], [])
    store.close()


def test_version_3_is_kept_too_and_its_web_hooks_stay(tmp_path):
    store = Store.open(version_3.write(tmp_path / "labels.db"))
    assert store.note.endswith('version 3 is kept in "labels.db.version-3.backup" beside it')
    kept = content(tmp_path / "labels.db.version-3.backup")
    assert kept == content(version_3.write(tmp_path / "again.db"))
    project = store.project("reviews", store.projects()["reviews"])
    assert store.hooked(project, "name:team").position == store.logged(project) > 0
    assert store.remotes(project) == []
    store.close()


def content(path):
    connection = sqlite3.connect(path)
    dump = list(connection.iterdump())
    connection.close()
    return dump


def test_a_backup_is_never_overwritten(old, tmp_path):
    kept = tmp_path / "labels.db.version-1.backup"
    kept.write_text("of last year")
    store = Store.open(old)
    assert 'version-1.backup-2"' in store.note
    store.close()
    assert kept.read_text() == "of last year"
    assert content(tmp_path / "labels.db.version-1.backup-2") == content(
        version_1.write(tmp_path / "again.db")
    )


OPEN = """
import os, sys
import sqlalchemy as sa
from nblabel.project import Project
from nblabel.store import Store, schema
from sqlalchemy.engine import Engine

if len(sys.argv) > 2:
    def die(connection, cursor, statement, parameters, context, many):
        if statement.startswith(sys.argv[2]):
            os.kill(os.getpid(), 9)
    sa.event.listen(Engine, "before_cursor_execute", die)
sys.stdin.readline()
print(Store.open(sys.argv[1]).note)
"""


def opening(path, *more):
    return subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.parametrize(
    "moment",
    [
        "CREATE TABLE nblabel_lease",
        "CREATE TABLE nblabel_hook",
        "CREATE TABLE nblabel_remote",
        "UPDATE nblabel_meta",
    ],
)
def test_killed_in_the_middle_it_is_version_1_still(old, tmp_path, moment):
    process = opening(old, moment)
    process.communicate("\n")
    assert process.returncode == -signal.SIGKILL
    assert content(old) == content(version_1.write(tmp_path / "again.db"))
    store = Store.open(old)
    assert "version 4 now" in store.note
    assert [path.name for path in tmp_path.glob("*.version*")] == ["labels.db.version-1.backup"]
    said = said_of(store)
    assert as_told_then(said, version_1.SAID) == version_1.SAID
    store.close()


def test_two_processes_that_open_it_at_once_migrate_it_once(old_place, tmp_path):
    processes = [opening(old_place) for _ in range(2)]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    notes = [process.communicate()[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sum("version 4 now" in note for note in notes) == 1
    assert "None" in notes
    assert len(list(tmp_path.glob("*.backup*"))) == (0 if "://" in str(old_place) else 1)
    store = Store.open(old_place)
    assert as_told_then(said_of(store), version_1.SAID) == version_1.SAID
    store.close()


def test_a_project_says_where_the_version_before_is_kept(old):
    project = Project(store=old, name="reviews")
    assert any('version 1 is kept in "' in problem for problem in project.problems)
    project.close()


def test_work_goes_on_in_it(old_place):
    store = Store.open(old_place)
    project = store.project("reviews", store.projects()["reviews"])
    undone = change("edit", base=4, uid="ana-3", key="3", kind="undo")
    assert store.apply(project, undone, "ana", None) == Applied(5)
    last = store.history(project, "ana-3")[-1]
    assert (last.state, last.kind) == ("submitted", "undo")
    store.close()


@pytest.mark.postgresql
def test_on_a_server_the_version_before_is_kept_in_tables():
    place = version_1.write_to_server(postgresql.server().place())
    for again in ("", "-2"):
        store = Store.open(place)
        tables = f"nblabel_backup_1{again}"
        assert store.note.endswith(f"and version 1 is kept in the tables {tables}_*")
        with store._write() as connection:
            for name in ("event", "annotation", "result", "task", "meta"):
                copy = connection.exec_driver_sql(f'SELECT * FROM "{tables}_{name}"').all()
                here = connection.exec_driver_sql(f"SELECT * FROM nblabel_{name}").all()
                assert len(copy) == len(here) > 0
            (version,) = connection.exec_driver_sql(
                f"SELECT value FROM \"{tables}_meta\" WHERE name = 'version'"
            ).scalars()
            assert version == "1"
            # as if somebody had gone back to version 1
            for statement in version_1.BACK:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("UPDATE nblabel_meta SET value = '1' WHERE name = 'version'")
        store.close()


@pytest.mark.postgresql
def test_on_a_server_its_tables_are_those_of_a_new_store(version):
    told = []
    for place in (
        version.write_to_server(postgresql.server().place()),
        postgresql.server().place(),
    ):
        store = Store.open(place)
        inspector = sa.inspect(store._engine)
        told.append(
            {
                table: (
                    {c["name"]: (str(c["type"]), c["nullable"]) for c in columns},
                    inspector.get_pk_constraint(table)["constrained_columns"],
                    [key["referred_table"] for key in inspector.get_foreign_keys(table)],
                )
                for table in schema.metadata.tables
                if (columns := inspector.get_columns(table))
            }
        )
        store.close()
    assert told[0] == told[1]
    assert set(told[0]) == set(schema.metadata.tables)
