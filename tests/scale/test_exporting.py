"""What people said of all rows: as a project writes it, on every engine."""

import json

import pandas as pd
import pytest

import nblabel as nl
from nblabel import DataError, StoreError, scale
from nblabel.scale import partitions
from tests import postgresql
from tests.scale import engines

CONFIG = """<View><Text name="t" value="$text"/>
<Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices></View>"""
FRAME = pd.DataFrame({"id": range(30), "text": [f"text {n} 🎈" for n in range(30)]})
NAMES = ("key", "results", "task")


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request, tmp_path):
    is_file = request.param == "file"
    place = str(tmp_path / "labels.db") if is_file else postgresql.server().place()
    project = nl.Project(FRAME, CONFIG, key="id", store=place, name="moods")
    for n in range(0, 30, 2):
        project.annotate(n, "good" if n % 4 else "bad")
    project.annotate(0, "good", annotator="ben")
    project.close()
    return place


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(partitions, "SLICE", 4)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("engine", engines.ENGINES)
def test_a_task_has_the_bytes_that_a_project_writes(engine, store, tmp_path):
    project = nl.Project(FRAME, CONFIG, key="id", store=store, name="moods")
    project.export(tmp_path / "all.json", media="keep")
    project.close()
    lines = (tmp_path / "all.json").read_text("utf-8").splitlines()[1:-1]
    with engines.frame(engine, FRAME) as frame:
        found = sorted(engines.rows(scale.export(store, frame, key="id"), NAMES))
    assert len(found) == 30
    written = [task for _, _, task in sorted(found, key=lambda row: int(row[0])) if task]
    assert written == [line.removesuffix(",") for line in lines]
    assert all((int(key) % 2 == 0) == (task is not None) for key, _, task in found)


def test_results_are_those_of_the_newest_annotation(store):
    found = {row[0]: row[1] for row in engines.rows(scale.export(store, FRAME, key="id"), NAMES)}
    assert found["1"] is None
    [result] = json.loads(found["0"])
    assert result["value"] == {"choices": ["good"]}


def test_a_store_must_be_there(tmp_path):
    with pytest.raises(StoreError):
        scale.export(tmp_path / "none.db", FRAME)
    with pytest.raises(DataError, match="a store in memory is nobody else's"):
        scale.export(":memory:", FRAME)
