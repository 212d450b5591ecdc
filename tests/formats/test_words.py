"""A cell in one text or number: what a table for people has."""

import json

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from PIL import Image

from nblabel import Project
from nblabel.formats.words import words
from nblabel.tags import TAGS
from tests.project.test_annotate import EVERYTHING, SAID

PYTHON = ("None", "[{", "{'", "['", "nan", "True")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (None, None),
        ([], None),
        ("Good", "Good"),
        (2.5, 2.5),
        (["a", "b"], "a; b"),
        ([["Animal", "Cat"], ["Plant"]], "Animal / Cat; Plant"),
        ([{"start": 0, "end": 3, "text": "Ada", "labels": ["A", "B"]}], "Ada [A, B]"),
        ([{"start": 0, "end": 3, "text": "Ada"}], "Ada"),
        ([{"start": 0, "end": 3, "text": "Ada", "choices": ["a"]}], "Ada [a]"),
        ([{"start": 1.5, "end": 3, "labels": ["Speech"]}], "Speech (1.5-3)"),
        ([{"x": 1, "y": 2, "width": 3.126, "height": 4, "labels": ["Cat"]}], "Cat (1, 2, 3.13, 4)"),
        ([{"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}], "(1, 2, 3, 4)"),
        ([{"x": 1, "y": 2, "radiusX": 3, "radiusY": 4, "labels": ["O"]}], "O (1, 2, 3, 4)"),
        ([{"x": 1, "y": 2, "width": 0.5, "labels": ["Nose"]}], "Nose (1, 2)"),
        ([{"points": [[1, 2], [3, 4], [5, 6]], "labels": ["Roof"]}], "Roof (1 2, 3 4, 5 6)"),
        ([{"format": "rle", "rle": [0, 1], "labels": ["Sky"]}], "Sky (mask)"),
        ([{"ranges": [{"start": 3, "end": 5}], "labels": ["Runs"]}], "Runs (3-5)"),
        ([{"item_index": 1, "choices": ["a"]}], "2: a"),
        ([{"x": 1, "y": 2, "text": ["one", "two"]}], "one, two (1, 2)"),
        ({"good": ["a"], "bad": ["b", "c"]}, "good: a; bad: b, c"),
        ([{"role": "user", "content": "Hello", "createdAt": 1}], "user: Hello"),
        ({"a": True, "b": None}, "a: yes"),
    ],
)
def test_what_is_said_of_each_kind(cell, told):
    assert words(cell) == told


@pytest.mark.parametrize("tag", [pytest.param(t, id=t.name) for t in TAGS.values() if t.sample])
def test_every_familys_cell_is_one_plain_text_or_number(tag):
    from nblabel.config import parse

    config = parse(tag.example.strip(), TAGS)
    element = next(e for e in config.root.walk() if e.tag == tag.name)
    told = words(tag.cell(element, [{"value": dict(tag.sample)}]))
    assert isinstance(told, str | int | float)
    assert told != ""
    assert not [sign for sign in PYTHON if sign in str(told)]


@pytest.mark.parametrize(
    "odd", [[None], [[]], [{}], {}, [[{}]], {"x": [1]}, [{"points": 3}], [{"text": 3}]]
)
def test_whatever_is_in_a_cell_is_said_or_left_out(odd):
    assert isinstance(words(odd), str | None)


DATA = {
    "id": [1, 2],
    "text": ["Ada lived in London.", 'so, "did"\nAlan'],
    "image": ["a.png", "b.png"],
    "tags": [["x", "y"], []],
    "more": [{"a": 1, "text": "x"}, None],
}


class TestFlatFrames:
    def labeled(self, library):
        project = Project(library(DATA), EVERYTHING, key="id", store=":memory:")
        project.annotate(1, SAID)
        return project

    def read(self, frame, path):
        """Write it with its library's own means, and read it as anybody would."""
        if isinstance(frame, pd.DataFrame):
            frame.to_csv(path, index=False)
        elif isinstance(frame, pl.DataFrame):
            frame.write_csv(path)
        else:
            import pyarrow.csv

            pyarrow.csv.write_csv(frame, path)
        return pd.read_csv(path, keep_default_na=False, dtype=str)

    @pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pa.table])
    def test_each_librarys_own_csv_is_what_a_person_reads(self, library, tmp_path):
        frame = self.labeled(library).to_frame(flat=True)
        assert isinstance(frame, type(library({})))
        told = self.read(frame, tmp_path / "out.csv")
        assert list(told.columns) == [*DATA, *SAID]
        assert told.iloc[0].to_dict() == {
            "id": "1",
            "text": DATA["text"][0],
            "image": "a.png",
            "tags": "x; y",
            "more": "a: 1, text: x",
            "mood": "good",
            "topics": "A; B",
            "who": "Ada [Person]; London [Place]",
            "box": "Cat (10, 20, 30, 40); Cat (50.5, 50, 5, 5)",
            "fresh": "yes (10, 20, 30, 40)",
            "outline": "Roof (1 1, 2 1, 2 2)",
            "stars": "4",
            "age": "2.5",
            "why": "Because.",
            "kind": "Animal / Cat",
        }
        empty = dict.fromkeys([*DATA, *SAID], "")
        given = {"id": "2", "text": DATA["text"][1], "image": "b.png"}
        assert told.iloc[1].to_dict() == {**empty, **given}
        assert not [sign for sign in PYTHON if sign in (tmp_path / "out.csv").read_text()]

    def test_numbers_stay_numbers(self):
        frame = self.labeled(pd.DataFrame).to_frame(flat=True)
        assert (frame["stars"].sum(), frame["age"].sum()) == (4, 2.5)

    def test_a_span_without_a_text_is_cut_from_its_own(self):
        project = self.labeled(pd.DataFrame)
        span = {"from_name": "who", "to_name": "t", "type": "labels"}
        project.annotate(2, [{**span, "value": {"start": 10, "end": 14, "labels": ["Person"]}}])
        assert project.to_frame(flat=True)["who"][1] == "Alan [Person]"

    def test_with_everything_else_that_a_frame_can_have(self):
        frame = self.labeled(pd.DataFrame).to_frame("all", status=True, flat=True)
        assert frame[["status", "mood"]].iloc[0].tolist() == ["submitted", "good"]

    def test_pictures_in_memory_are_empty_and_the_frame_stays_as_it_was(self):
        frame = pd.DataFrame({"photo": [Image.new("RGB", (2, 2)), b"x"], 3: [1, 2]}, index=[5, 7])
        config = '<View><Image name="i" value="$photo"/><Rating name="s" toName="i"/></View>'
        project = Project(frame, config, store=":memory:")
        project.annotate(project.key(0), 3)
        flat = project.to_frame(flat=True)
        assert flat["photo"].isna().all()
        assert list(flat.columns) == ["photo", 3, "s"]
        assert flat.index.tolist() == [5, 7]
        assert isinstance(frame["photo"][5], Image.Image)

    def test_lists_give_pandas_and_lazy_frames_stay_lazy(self):
        rows = [{"id": 1, "text": "a", "image": "a", "tags": ["x"]}, {"id": 2}]
        flat = Project(rows, EVERYTHING, key="id", store=":memory:").to_frame(flat=True)
        assert flat["tags"].tolist() == ["x", None]
        lazy = Project(pl.LazyFrame(DATA), EVERYTHING, key="id", store=":memory:")
        assert json.loads(lazy.to_frame(flat=True).collect().write_json())[0]["tags"] == "x; y"
