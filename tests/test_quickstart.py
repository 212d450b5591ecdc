"""The quickstart notebook runs from top to bottom without a person, in a real kernel."""

import ast
import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

QUICKSTART = Path(__file__).parents[1] / "notebooks" / "quickstart.ipynb"
HAS_TO_SAY = (
    "print(json.dumps({'progress': [p.progress()['total'] for p in (moods, spans, boxes)],"
    " 'passages': passages['passage'].tolist(),"
    " 'boxes': boxes.to_frame()['box'].dropna().tolist()}))"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("quickstart")


@pytest.fixture(scope="module")
def run(folder):
    """The notebook as it is after a run, and one more cell that prints what it has."""
    book = nbformat.read(QUICKSTART, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(HAS_TO_SAY))
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(book, timeout=120, kernel_name="python3", resources=resources).execute()


@pytest.fixture(scope="module")
def told(run):
    return json.loads(run.cells[-1].outputs[0].text)


def output(run, source):
    (cell,) = [c for c in run.cells if c.cell_type == "code" and c.source.startswith(source)]
    (shown,) = cell.outputs
    return shown.get("text") or shown["data"]["text/plain"]


def test_it_is_committed_without_outputs():
    book = nbformat.read(QUICKSTART, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_every_part_has_its_tasks(told):
    assert told["progress"] == [12, len(told["passages"]), 2]


def test_the_passages_read_like_text(told):
    assert len(told["passages"]) >= 8
    for passage in told["passages"]:
        assert passage.endswith(".")
        assert "  " not in passage
        assert "::" not in passage


def test_nothing_is_labeled_by_itself(run):
    counts = ast.literal_eval(output(run, "moods.progress()"))
    assert counts == {
        "total": 12,
        "done": 0,
        "skipped": 0,
        "drafts": 0,
        "changed": 0,
        "exact": True,
    }
    assert output(run, "spans.results()").startswith("Empty DataFrame")


def test_the_script_finds_the_flower(told):
    (box,) = told["boxes"]
    (region,) = box
    assert region["labels"] == ["Flower"]
    assert 25 < region["x"] < 35
    assert 60 < region["x"] + region["width"] < 70


def test_the_export_holds_the_photograph_and_its_box(run, folder):
    (task,) = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    assert task["data"]["photo"] == "flower"
    assert task["data"]["image"].startswith("data:image/jpeg;base64,")
    (annotation,) = task["annotations"]
    assert annotation["result"] == [json.loads(output(run, "print(json.dumps(tasks"))]


def test_the_work_is_kept_beside_the_notebook(run, folder):
    assert (folder / "nblabel.db").is_file()
