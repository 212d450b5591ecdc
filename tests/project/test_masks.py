"""Masks by array: in, out, and kept compact."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pytest

import nblabel as nl
from nblabel.base import packing
from nblabel.media import masks

CONFIG = """<View>
  <Image name="photo" value="$image"/>
  <BrushLabels name="parts" toName="photo"><Label value="Sky"/><Label value="Sea"/></BrushLabels>
  <Brush name="plain" toName="photo"/>
  <Bitmask name="bits" toName="photo"/>
  <Rectangle name="box" toName="photo"/>
</View>"""
SIZE = (30, 50)


@pytest.fixture
def mask():
    made = np.zeros(SIZE, np.uint8)
    made[5:20, 10:44] = 255
    made[4, 10:44] = 90
    return made


@pytest.fixture
def project(tmp_path):
    rows = [{"image": np.zeros((*SIZE, 3), np.uint8)}]
    return nl.Project(rows, CONFIG, store=str(tmp_path / "work.db"))


def result(project, at=0):
    return project.to_label_studio()[0]["annotations"][0]["result"][at]


def test_an_array_is_a_mask_with_its_label(project, mask):
    project.annotate(project.key(0), parts=[(mask, "Sky"), (mask == 0, ["Sea"])], plain=mask)
    frame, found = project.results(masks=True)
    assert frame["label"].tolist() == ["Sky", "Sea", None]
    assert (found[0] == mask).all()
    assert (found[2] == mask).all()
    assert (found[1] == np.where(mask == 0, 255, 0)).all()
    assert found[0].dtype == np.uint8
    told = result(project)
    assert (told["original_width"], told["original_height"]) == (50, 30)
    assert told["value"] == {
        "format": "rle",
        "rle": masks.encoded(mask),
        "brushlabels": ["Sky"],
    }


def test_a_bitmask_has_an_image(project, mask):
    project.annotate(project.key(0), bits=mask)
    assert result(project)["value"]["imageDataURL"].startswith("data:image/png;base64,")
    _, [found] = project.results(masks=True)
    assert (found == np.where(mask >= 128, 255, 0)).all()


def test_rows_without_a_mask_have_none(project, mask):
    project.annotate(project.key(0), plain=mask, box=(1, 2, 3, 4))
    frame, found = project.results(masks=True)
    assert [None if one is None else one.shape for one in found] == [SIZE, None]
    assert len(frame) == len(found)
    assert len(project.results()) == 2


def test_a_cell_can_be_given_back(project, mask):
    project.annotate(project.key(0), parts=(mask, "Sky"))
    before = result(project)["value"]
    project.annotate(project.key(0), parts=project.to_frame()["parts"][0])
    assert result(project)["value"] == before


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (lambda mask: mask, "takes (array, label)"),
        (lambda mask: (mask / 2, "Sky"), "booleans, or whole numbers"),
        (lambda mask: (mask, "Fog"), '"Fog"'),
    ],
)
def test_what_is_no_mask_is_refused(project, mask, given, sentence):
    with pytest.raises(nl.DataError) as told:
        project.annotate(project.key(0), parts=given(mask))
    assert sentence in str(told.value)


def test_run_lengths_are_kept_as_bytes_and_read_as_they_came(project, tmp_path):
    value = {"format": "rle", "rle": masks.encoded(np.ones(SIZE, bool)), "brushlabels": ["Sky"]}
    size = {"original_width": 50, "original_height": 30, "image_rotation": 0}
    came = {"id": "a", "from_name": "parts", "to_name": "photo", "type": "brushlabels", **size}
    project.annotate(project.key(0), [{**came, "value": value}])
    assert result(project)["value"] == value
    with sqlite3.connect(tmp_path / "work.db") as base:
        [[kept]] = base.execute("select submitted from nblabel_result")
        [[logged]] = base.execute("select edits from nblabel_event")
    assert "nblabel.bytes" in kept
    assert "nblabel.bytes" in logged
    assert "[0," not in kept
    path = project.export(tmp_path / "out.json")
    assert json.loads(path.read_text())[0]["annotations"][0]["result"][0]["value"] == value
    [revision] = project.history(project.key(0))
    assert revision.results[0]["value"] == value


def test_a_summary_of_decisions_reads_no_mask(project, mask, monkeypatch):
    project.annotate(project.key(0), parts=(mask, "Sky"))
    read = []
    monkeypatch.setattr(packing, "ByteList", lambda given: read.append(given) or [*given])
    [decision] = project.decisions(5)
    assert decision["text"] == "Sky"
    assert read == []
    project.view(0)
    assert len(read) == 1


@pytest.mark.parametrize("rle", [[1, 2, 300], "text", {"bytes": 3}, [], [True, 1], None])
def test_strange_run_lengths_come_out_as_they_came(project, rle):
    came = {"id": "a", "from_name": "plain", "to_name": "photo", "type": "brush"}
    project.annotate(
        project.key(0), [{**came, "value": {"format": "rle", "rle": rle}}], check=False
    )
    assert result(project)["value"] == {"format": "rle", "rle": rle}
    assert project.results(masks=True)[1] == [None]
