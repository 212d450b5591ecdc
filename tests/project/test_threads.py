"""Four threads on one project, as subshells and models are: nothing is lost, nothing twice."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from nblabel.base.ids import unique_id
from nblabel.core.change import Applied, Change, Conflict, Edit
from nblabel.project import Project
from nblabel.project.work import SMALL
from nblabel.store import now
from nblabel.tasks import Keys
from tests import postgresql
from tests.project.animals import CONFIG, mood
from tests.soak import size

KEYS = range(6)


@pytest.fixture(params=["file", "memory", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def project(request, tmp_path):
    places = {"file": lambda: tmp_path / "labels.db", "memory": lambda: ":memory:"}
    place = places.get(request.param, lambda: postgresql.server().place())()
    frame = pd.DataFrame({"id": KEYS, "text": [f"text {key}" for key in KEYS]})
    opened = Project(frame, CONFIG, key="id", store=place, annotator="ana")
    yield opened
    opened.close()


def gesture(project, index, number):
    """Add a result to the annotation that is there, or begin one, as the editor does."""
    present = project.view(index).annotation
    edit = Edit(unique_id(), float(number), None, {**mood("good"), "id": f"g{number}"})
    return Change(
        str(index),
        present.uid if present else unique_id(),
        present.revision if present else 0,
        f"browser-{number}",
        1,
        now(),
        "edit",
        (edit,),
        digest=project.view(index).digest,
    )


@pytest.mark.soak
def test_four_threads_lose_nothing_and_write_nothing_twice(project):
    count = size(25, 1_000)
    applied, conflicts, annotated = [], [], []

    def editor():
        for number in range(count):
            change = gesture(project, number % len(KEYS), number)
            answer = project.apply(change)
            if isinstance(answer, Conflict):
                conflicts.append(change)
                continue
            assert project.apply(change) == answer  # sent twice
            applied.append((change, answer.revision))

    def code():
        annotated.extend(project.annotate(n % len(KEYS), [mood("bad")]) for n in range(count))

    def reader():
        for _ in range(count):
            counts = project.progress()
            assert counts["total"] == len(KEYS)
            assert counts.pop("exact")
            assert sum(counts.values()) <= 2 * len(KEYS)  # each counts once beside the total
            for key in KEYS:
                view = project.view(key)
                assert view.key == str(key)

    def frames():
        for _ in range(count):
            frame = project.to_frame(drafts=True)
            assert frame["id"].tolist() == list(KEYS)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work) for work in (editor, code, reader, frames)]:
            done.result()

    assert len(applied) + len(conflicts) == count
    assert len(annotated) == count
    store, number = project.store, project.store.project(project.name, CONFIG)
    logs = {
        annotation.uid: (annotation, store.history(number, annotation.uid))
        for key in KEYS
        for annotation in store.annotations(number, str(key))
    }
    for annotation, log in logs.values():
        assert [event.revision for event in log] == list(range(1, annotation.revision + 1))
        replayed = {}
        for event in log:
            for edit in event.edits:
                assert replayed.get(edit.uid) == edit.before
                replayed[edit.uid] = edit.after
        here = {uid: result for uid, result in replayed.items() if result is not None}
        assert {item.uid: item.result for item in annotation.items} == here
    assert sum(len(log) for _, log in logs.values()) == len(applied) + len(annotated)
    for change, revision in applied:
        annotation, log = logs[change.annotation]
        assert annotation.key == change.key
        assert log[revision - 1].edits == change.edits
    assert isinstance(project.apply(gesture(project, 0, count)), Applied)


@pytest.mark.parametrize("asked", ["met", "met_among"])
def test_rows_that_another_thread_walks_meanwhile_are_not_counted_as_gone(
    tmp_path, monkeypatch, asked
):
    frame = pd.DataFrame({"id": range(SMALL + 5_000), "text": "a"})
    store = tmp_path / "labels.db"
    with_work = Project(frame, CONFIG, key="id", store=store, annotator="ana")
    with_work.annotate(len(frame) - 1, [mood("good")])
    with_work.close()
    project = Project(frame, CONFIG, key="id", store=store, annotator="ana")
    if asked == "met_among":
        assert not project.progress()["exact"]
    answer = getattr(Keys, asked)

    def answered_while_another_walks(keys, *given):
        found = answer(keys, *given)
        while not keys.walk():
            pass
        return found

    monkeypatch.setattr(Keys, asked, answered_while_another_walks)
    project.progress()
    monkeypatch.undo()
    while not project.index_some():
        pass
    assert project.progress()["done"] == 1
    project.close()


CLOSED_WHILE_READ = """
import threading
from nblabel import Project, StoreError
from tests.project.animals import CONFIG
for _ in range(30):
    rows = [{"id": key, "text": f"text {key}"} for key in range(300)]
    project = Project(rows, CONFIG, key="id", store=":memory:")
    for key in range(0, 300, 10):
        project.annotate(key, "good")
    reading = threading.Event()

    def read():
        reading.set()
        for _ in range(20):
            try:
                project.results()
            except StoreError:
                return

    thread = threading.Thread(target=read)
    thread.start()
    reading.wait()
    project.close()
    thread.join()
print("whole")
"""


def test_a_store_in_memory_is_closed_while_another_thread_reads():
    done = subprocess.run(
        [sys.executable, "-c", CLOSED_WHILE_READ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr
