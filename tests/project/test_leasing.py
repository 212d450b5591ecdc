"""Annotators who share a project with ``lease=`` are never offered the same task."""

import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from nblabel.base.errors import DataError
from nblabel.project import Project
from nblabel.widget import Labeler
from tests import postgresql
from tests.project.animals import CONFIG, mood


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def opened(request, tmp_path):
    place = tmp_path / "labels.db" if request.param == "file" else postgresql.server().place()
    projects = []

    def open_project(annotator, rows=10, lease=60.0):
        frame = pd.DataFrame({"id": range(rows), "text": [f"text {n}" for n in range(rows)]})
        given = {"key": "id", "store": place, "annotator": annotator, "lease": lease}
        projects.append(Project(frame, CONFIG, **given))
        return projects[-1]

    yield open_project
    for project in projects:
        project.close()


def test_what_one_is_offered_the_other_is_not(opened):
    ana, bob = opened("ana"), opened("bob")
    assert ana.find(0, filter="unlabeled", count=3) == [0, 1, 2]
    assert bob.find(0, filter="unlabeled", count=2) == [3, 4]
    assert ana.find(0, filter="unlabeled", count=4) == [0, 1, 2, 5]
    assert bob.find(9, -1, "unlabeled", 2) == [9, 8]


def test_what_one_has_finished_the_other_need_not_do(opened):
    ana, bob = opened("ana"), opened("bob")
    assert ana.lease() == [0]
    ana.annotate(0, [mood("good")])
    assert bob.lease(2) == [1, 2]
    assert ana.lease() == [3]
    assert bob.progress()["done"] == 0


def test_a_task_that_is_given_back_is_offered_again(opened):
    ana, bob = opened("ana"), opened("bob")
    assert ana.lease(10) == list(range(10))
    assert bob.lease() == []
    ana.release()
    assert bob.lease() == [0]


def test_one_begins_where_nobody_else_is(opened):
    ana, bob = opened("ana"), opened("bob")
    assert (ana.start(), bob.start()) == (0, 1)
    bob.remember(1)
    bob.release()
    assert ana.lease(2) == [0, 1]
    assert bob.start() == 2


def test_looking_at_a_task_keeps_it(opened):
    ana, bob = opened("ana", lease=0.3), opened("bob")
    assert ana.lease() == [0]
    longer = opened("ana")
    longer.remember(0)
    time.sleep(0.4)
    assert bob.lease() == [1]


def test_whoever_does_not_lease_is_offered_everything(opened):
    ana, bob = opened("ana"), opened("bob", lease=None)
    ana.lease(2)
    assert bob.find(0, filter="unlabeled", count=2) == [0, 1]
    with pytest.raises(DataError, match="was opened without lease="):
        bob.lease()


def test_tasks_that_are_taken_cost_no_write(opened):
    ana, bob = opened("ana", rows=500), opened("bob", rows=500)
    assert len(ana.lease(450)) == 450
    import sqlalchemy

    seen = []
    sqlalchemy.event.listen(
        bob.store._engine, "before_cursor_execute", lambda *given: seen.append(given[2])
    )
    assert bob.lease(1) == [450]
    assert len([statement for statement in seen if statement.startswith("INSERT")]) == 1


def test_two_at_once_share_the_tasks(opened):
    projects = [opened("ana", rows=60), opened("bob", rows=60)]

    def label(project):
        done = []
        while rows := project.lease(2):
            for row in rows:
                project.annotate(row, [mood("good")])
                done.append(row)
        return done

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(label, projects))
    assert sorted([*done[0], *done[1]]) == list(range(60))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"lease": 0, "annotator": "ana"}, "lease=0 is no time: give a number of seconds above 0"),
        ({"lease": "1 h", "annotator": "ana"}, "lease='1 h' is no time"),
        ({"lease": 60}, "lease=60 needs annotator=: a task is held for somebody by name"),
    ],
)
def test_what_cannot_be_is_told(given, message):
    for made in (Project, Labeler):
        with pytest.raises(DataError, match=message):
            made([{"text": "a"}], CONFIG, store=":memory:", **given)
