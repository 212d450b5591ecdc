"""A store that something else has changed: one sentence, and what comes out is never broken."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from nblabel.base.errors import StoreError
from nblabel.base.jsontext import dumps
from nblabel.project import Project
from nblabel.store import Store
from tests.project.animals import CONFIG, mood

READERS = [
    lambda project: project.to_frame(),
    lambda project: project.results(),
    lambda project: project.check(),
    lambda project: project.to_label_studio(),
    lambda project: project.view(0),
    lambda project: project.history(7),
    lambda project: project.progress(),
]


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "labels.db"
    project = Project([{"id": 7, "text": "a"}], CONFIG, key="id", store=file)
    project.annotate(7, [mood("good")])
    project.close()
    return file


def change(file, *statements):
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def sentence_of(reader, project):
    try:
        reader(project)
    except StoreError as error:
        return str(error)


def read(file):
    """Read all that can be read; return what was told where it could not."""
    try:
        project = Project([{"id": 7, "text": "a"}], CONFIG, key="id", store=file)
    except StoreError as error:
        return [str(error)]
    told = [sentence_of(reader, project) for reader in READERS]
    project.close()
    return list(filter(None, told))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE nblabel_result SET submitted = '{'",
        "UPDATE nblabel_result SET submitted = '7'",
        """UPDATE nblabel_result SET submitted = '{}],"x":[{}'""",
        "UPDATE nblabel_result SET submitted = '{\"score\": NaN}'",
        "UPDATE nblabel_result SET submitted = x'ff00'",
        "UPDATE nblabel_annotation SET extra = '[]'",
        "UPDATE nblabel_annotation SET extra = 'x'",
        "UPDATE nblabel_event SET edits = '7'",
        "UPDATE nblabel_event SET edits = '[[1]]'",
        "UPDATE nblabel_task SET data = '[]'",
        "UPDATE nblabel_meta SET value = 'two' WHERE name = 'version'",
        "DELETE FROM nblabel_meta WHERE name = 'id'",
        "DELETE FROM nblabel_meta",
        "DROP TABLE nblabel_prediction",
        "ALTER TABLE nblabel_annotation DROP COLUMN extra",
        "CREATE VIEW nblabel_now AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON nblabel_event BEGIN DELETE FROM nblabel_result; END",
    ],
)
def test_it_is_told_in_a_sentence_that_names_the_doctor(file, statement):
    change(file, statement)
    told = read(file)
    assert told
    assert all("nblabel doctor" in sentence for sentence in told)
    assert all("\n" not in sentence for sentence in told)


def test_an_export_of_it_is_no_broken_file(file, tmp_path):
    change(file, """UPDATE nblabel_result SET submitted = '{}],"x":[{}'""")
    project = Project(store=file)
    with pytest.raises(StoreError, match="is no JSON object; run nblabel doctor"):
        project.export(tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()
    project.close()


def test_a_large_number_beside_one_that_is_none_is_json():
    assert json.loads(dumps({"id": 2**70, "x": float("nan")})) == {"id": 2**70, "x": None}


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS {} FROM n"


def test_a_view_without_end_is_not_read(file):
    change(
        file,
        "ALTER TABLE nblabel_meta RENAME TO meta",
        f"CREATE VIEW nblabel_meta AS {ENDLESS.format('name')}",
    )
    with pytest.raises(StoreError, match='no nblabel made the view "nblabel_meta"'):
        Store.open(file)


INTERRUPTED = """
import sys
from nblabel.store import Store
store = Store.open(sys.argv[1])
with store._read() as connection:
    print("reading", flush=True)
    try:
        connection.exec_driver_sql(sys.argv[2] + " WHERE x < 0").all()
    except KeyboardInterrupt:
        print("stopped", flush=True)
        raise
"""


def test_a_question_without_end_can_be_interrupted(file):
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(file), ENDLESS.format("x")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout.readline() == "reading\n"
    told = None
    for _ in range(12):  # an interrupt that falls into a finalizer of Python's own is lost
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            _, told = process.communicate(timeout=5)
            break
    process.kill()
    assert told is not None
    assert told.strip().endswith("KeyboardInterrupt")
    assert process.returncode != 0


def test_its_schema_calls_nothing_that_has_effects(file):
    store = Store.open(file)
    with store._read() as connection:
        assert connection.exec_driver_sql("PRAGMA trusted_schema").scalar_one() == 0
    store.close()
