"""Every real case opens, and every result of it goes in and out unchanged."""

import json
import os
from pathlib import Path

import pytest

from nblabel.project import Project

HERE = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("NBLABEL_SHARED", HERE.parent / "shared"))
CASES = sorted((SHARED / "label-studio" / "corpus" / "cases").glob("*.json"))


def test_the_corpus_is_there():
    assert CASES, (
        f"no corpus at {SHARED}; set NBLABEL_SHARED to the folder that holds label-studio/"
    )


def is_whole(entry):
    return isinstance(entry, dict) and isinstance(entry.get("result"), list)


@pytest.mark.filterwarnings("ignore:the control:UserWarning")  # one is named like its column
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_result_goes_in_and_out_unchanged(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    given = {name: case.get(name) or [] for name in ("annotations", "predictions")}
    project = Project([{**case["task"], **given}], case["config"], store=":memory:")
    written = project.to_label_studio()
    if not any(is_whole(entry) for entries in given.values() for entry in entries):
        assert written == []
    for name, entries in given.items():
        kept = [entry["result"] for entry in entries if is_whole(entry)]
        assert [entry["result"] for task in written for entry in task[name]] == kept
        aside = len(entries) - len(kept)
        assert sum(f"{name[:-1]} " in p and "set aside" in p for p in project.problems) == aside
    for task in written:
        assert all(isinstance(annotation["id"], int) for annotation in task["annotations"])
    project.to_frame()
    project.results()
    project.view(0)
    project.close()
