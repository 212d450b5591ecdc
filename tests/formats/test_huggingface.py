"""Folders and datasets of Hugging Face's library, which is asked whether it reads them."""

import json
from types import MappingProxyType

import datasets
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

import nblabel as nl
from tests.formats.datasets import box, config, exported, labels, polygon
from tests.formats.words import (
    CONFIG,
    marked,
    project,
    recordings,
    segment,
    segments_of,
    span,
    spans_of,
)

MOODS = CONFIG.replace(
    "</View>",
    '<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>'
    '<Choices name="topics" toName="text" choice="multiple"><Choice value="a"/><Choice value="b"/>'
    "</Choices></View>",
)


def chosen(name, *words):
    return {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [*words]}}


@pytest.fixture(autouse=True)
def quiet(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


@pytest.fixture
def texts():
    said = [
        (
            "Ada sang 🎈",
            [span(0, 3, ["PER", "ORG"]), chosen("mood", "good"), chosen("topics", "a", "b")],
        ),
        ("Oh", [chosen("topics")]),
    ]
    return project(said, MOODS)


class TestTexts:
    ROWS = (
        {
            "key": "0",
            "text": "Ada sang 🎈",
            "spans": [
                {"start": 0, "end": 3, "label": "PER"},
                {"start": 0, "end": 3, "label": "ORG"},
            ],
            "mood": "good",
            "topics": ["a", "b"],
        },
        {"key": "1", "text": "Oh", "spans": [], "mood": None, "topics": []},
    )

    def test_a_row_for_each(self, tmp_path, texts):
        assert exported(texts, tmp_path / "out", "huggingface", split="test") == []
        lines = (tmp_path / "out" / "test.jsonl").read_text("utf-8").splitlines()
        assert list(map(json.loads, lines)) == [*self.ROWS]

    @pytest.mark.parametrize("files", ["jsonl", "parquet"])
    def test_the_library_loads_them(self, tmp_path, texts, files):
        exported(texts, tmp_path / "out", "huggingface", files=files)
        kind = "json" if files == "jsonl" else "parquet"
        found = datasets.load_dataset(
            kind,
            data_files=str(tmp_path / "out" / f"train.{files}"),
            split="train",
            cache_dir=str(tmp_path / "cache"),
        )
        assert found.to_list() == [*self.ROWS]

    @pytest.mark.parametrize("files", ["jsonl", "parquet"])
    def test_they_come_back(self, tmp_path, texts, files):
        exported(texts, tmp_path / "out", "huggingface", files=files)
        read = nl.read(tmp_path / "out", store=":memory:")
        assert spans_of(read) == spans_of_each(texts)
        assert read.to_frame()["topics"].tolist() == [["a", "b"], None]
        assert read.to_frame()["mood"].tolist() == ["good", None]

    def test_a_dataset_in_memory(self, texts):
        found = texts.to_dataset()
        assert found.features["mood"].names == ["good", "bad"]
        assert found.cast_column("mood", datasets.Value("int64")).to_list() == [
            {**row, "mood": None if row["mood"] is None else 0} for row in self.ROWS
        ]


def spans_of_each(made):
    """Spans, one for each of their labels, as a way there and back has them."""
    return [
        (text, sorted((s, e, label) for s, e, *names in spans for label in names))
        for text, spans in spans_of(made)
    ]


@given(marked(overlap=True, separators=(" ", "\n")))
@settings(max_examples=40)
def test_spans_come_back(tmp_path_factory, drawn):
    text, spans = drawn
    folder = tmp_path_factory.mktemp("hf") / "out"
    exported(project([(text, [span(*one) for one in spans])]), folder, "huggingface")
    assert spans_of(nl.read(folder, store=":memory:")) == [(text, spans)]


BOXES = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat"),
    labels("Choices", "sky", "clear", "grey"),
)


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "photos"
    for at, name in enumerate(("a/1.png", "b/1.png")):
        (folder / name).parent.mkdir(parents=True)
        Image.fromarray(np.full((100, 200, 3), at, np.uint8)).save(folder / name)
    made = nl.Project(
        [{"image": "a/1.png"}, {"image": "b/1.png"}], BOXES, store=":memory:", root=folder
    )
    sky = {
        "from_name": "sky",
        "to_name": "image",
        "type": "choices",
        "value": {"choices": ["grey"]},
    }
    some = [box(10, 20, 30, 40, "dog", id="x"), polygon([(0, 0), (50, 0), (50, 50)], id="y"), sky]
    made.annotate(made.key(0), some)
    made.annotate(made.key(1), [])
    return made


class TestImages:
    OBJECTS = MappingProxyType(
        {
            "bbox": [[20.0, 20.0, 60.0, 40.0], [0.0, 0.0, 100.0, 50.0]],
            "category": ["dog", "cat"],
            "id": ["x", "y"],
            "area": [2400.0, 5000.0],
        }
    )

    def test_the_library_loads_them_as_imagefolder(self, tmp_path, images):
        [told] = exported(images, tmp_path / "out", "imagefolder")
        assert "a shape is written as the box around it (1 times" in told
        found = datasets.load_dataset(
            "imagefolder",
            data_dir=str(tmp_path / "out"),
            split="train",
            cache_dir=str(tmp_path / "cache"),
        )
        assert [row["objects"] for row in found] == [
            self.OBJECTS,
            {"bbox": [], "category": [], "id": [], "area": []},
        ]
        assert [row["sky"] for row in found] == ["grey", None]
        assert [row["image"].size for row in found] == [(200, 100)] * 2
        assert [np.asarray(row["image"]).max() for row in found] == [0, 1]

    def test_boxes_come_back(self, tmp_path, images):
        exported(images, tmp_path / "out", "huggingface")
        read = nl.read(tmp_path / "out", store=":memory:")
        first = read.results("px")
        drawn = first[first["type"] == "rectanglelabels"]
        assert drawn[["x", "y", "width", "height"]].values.tolist() == self.OBJECTS["bbox"]
        assert drawn["label"].tolist() == ["dog", "cat"]
        assert read.view(0).problems == ()
        assert read.check().empty

    def test_a_dataset_in_memory_has_the_pictures(self, images):
        with pytest.warns(UserWarning, match="a shape is written as the box around it"):
            found = images.to_dataset()
        assert found[1]["image"].size == (200, 100)
        assert found[0]["objects"] == self.OBJECTS
        assert found.features["sky"].int2str(found[0]["sky"]) == "grey"


class TestRecordings:
    SAID = MappingProxyType({"in/a.wav": segment("x", 0.1, 0.5, "Ana", "Hello"), "in/b.wav": []})

    def test_metadata_beside_the_files(self, tmp_path):
        made = recordings(tmp_path / "media", self.SAID)
        exported(made, tmp_path / "out", "audiofolder")
        lines = (tmp_path / "out/train/metadata.jsonl").read_text("utf-8").splitlines()
        first = json.loads(lines[0])
        assert (tmp_path / "out/train" / first["file_name"]).is_file()
        assert first["transcription"] == "Hello"
        assert first["segments"] == [{"start": 0.1, "end": 0.5, "label": "Ana", "text": "Hello"}]

    def test_they_come_back(self, tmp_path):
        made = recordings(tmp_path / "media", self.SAID)
        exported(made, tmp_path / "out", "huggingface")
        read = nl.read(tmp_path / "out", store=":memory:")
        assert segments_of(read) == segments_of(made)

    def test_a_dataset_in_memory_has_the_bytes(self, tmp_path):
        found = recordings(tmp_path / "media", self.SAID).to_dataset()
        raw = found.cast_column("audio", datasets.Audio(decode=False))
        assert raw[0]["audio"]["bytes"][:4] == b"RIFF"


def test_a_split_is_no_way_out_of_the_folder(tmp_path, texts):
    with pytest.raises(nl.FormatError, match=r'split="../up" is no name of a folder'):
        texts.export(tmp_path / "out", "huggingface", split="../up")


def test_a_folder_without_rows_is_refused(tmp_path):
    with pytest.raises(nl.FormatError, match=r"has no metadata\.jsonl"):
        nl.read(tmp_path, format="hf", store=":memory:")


def test_what_is_odd_is_told_and_the_rest_read(tmp_path):
    (tmp_path / "train.jsonl").write_text(
        '{"text": "Ada", "spans": [{"start": 0, "end": 9, "label": "PER"}]}\nno\n{"other": 1}\n'
        '{"text": "Bob", "spans": [3, {"start": 0, "end": 3, "label": "PER"}], "mood": "good"}\n'
    )
    read = nl.read(tmp_path, store=":memory:")
    assert spans_of(read) == [("Ada", []), ("Bob", [(0, 3, "PER")])]
    assert set(read.problems) == {
        "a span lies outside of its text: row 0",
        "a line is no JSON object: train.jsonl, line 2",
        "a row has no file_name or text: row 1",
    }
