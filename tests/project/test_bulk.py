"""Many tasks in and out: memory stays small, what is stopped leaves everything whole."""

import json
import tracemalloc

import orjson
import pandas as pd
import pytest

from nblabel import Project
from nblabel.project import exporting, frames
from tests.project.animals import CONFIG, mood


def tasks(count):
    about = {"to_name": "text", "from_name": "mood", "type": "choices"}
    return [
        {
            "id": n + 1,
            "data": {"id": n, "text": f"text {n} " * 10},
            "annotations": [
                {"id": n + 1, "result": [{"id": f"r{n}", **about, "value": {"choices": ["good"]}}]}
            ],
        }
        for n in range(count)
    ]


def peak(run):
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most - before


@pytest.fixture
def labeled(tmp_path):
    """A project with so many annotated tasks."""
    opened = []

    def make(count):
        store = tmp_path / f"{count}.db"
        Project(tasks(count), CONFIG, store=store, key="id").close()
        data = pd.DataFrame([task["data"] for task in tasks(count)])
        opened.append(Project(data, CONFIG, store=store, key="id"))
        return opened[-1]

    yield make
    for project in opened:
        project.close()


def test_an_export_takes_no_more_memory_for_more_tasks(labeled, tmp_path):
    small, large = labeled(3_000), labeled(12_000)
    for project in (small, large):
        project.export(tmp_path / "warm.json")
    few = peak(lambda: small.export(tmp_path / "small.json"))
    many = peak(lambda: large.export(tmp_path / "large.json"))
    assert len(json.loads((tmp_path / "large.json").read_bytes())) == 12_000
    assert many < 1.5 * few


def test_an_import_takes_hardly_more_memory_than_reading_its_file(tmp_path):
    file = tmp_path / "tasks.json"
    file.write_bytes(orjson.dumps(tasks(12_000)))

    def take_in():
        Project(file, CONFIG, store=tmp_path / "labels.db", key="id").close()

    assert peak(take_in) < 1.3 * peak(lambda: orjson.loads(file.read_bytes()))


def test_an_export_that_is_stopped_leaves_the_file_as_it_was(labeled, tmp_path, monkeypatch):
    project = labeled(50)
    out = tmp_path / "out.json"
    project.export(out)
    before = out.read_bytes()
    project.annotate(3, [mood("bad")])
    many = exporting.outgoing

    def stopped(*given):
        for n, record in enumerate(many(*given)):
            if n == 20:
                raise KeyboardInterrupt
            yield record

    monkeypatch.setattr(exporting, "outgoing", stopped)
    with pytest.raises(KeyboardInterrupt):
        project.export(out)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_a_frame_that_is_stopped_can_be_made_again(labeled, monkeypatch):
    project = labeled(50)
    cells = frames._cells
    with monkeypatch.context() as patched:
        patched.setattr(frames, "_cells", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            project.to_frame()
    assert frames._cells is cells
    assert project.to_frame()["mood"].tolist() == ["good"] * 50


def test_rows_of_one_task_come_out_once(tmp_path):
    data = pd.DataFrame({"text": ["a", "b", "a"]})
    project = Project(data, CONFIG, store=tmp_path / "labels.db")
    project.annotate(project.key(0), [mood("good")])
    assert project.to_frame()["mood"].tolist() == ["good", None, "good"]
    assert len(project.results()) == 1
    assert len(project.to_label_studio()) == 1
    project.close()
