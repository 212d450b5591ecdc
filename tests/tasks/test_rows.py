"""Rows: any kind of data in, the same kind of frame out."""

import datetime
import decimal
import io
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from PIL import Image

from nblabel.base.errors import DataError
from nblabel.media import load
from nblabel.tasks import read

COLUMNS = {"id": [1, 2, 3], "text": ["a", None, "c"], "score": [1.5, float("nan"), 3.0]}
KINDS = {
    "pandas": lambda: pd.DataFrame(COLUMNS, index=[7, 7, 9]),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "lazy": lambda: pl.LazyFrame(COLUMNS),
    "pyarrow": lambda: pa.table(COLUMNS),
    "duckdb": lambda: duckdb.from_arrow(pa.table(COLUMNS)),
    "dicts": lambda: pd.DataFrame(COLUMNS).to_dict("records"),
    "tasks": lambda: [{"data": row} for row in pd.DataFrame(COLUMNS).to_dict("records")],
}
OUT = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
    "pyarrow": pa.Table,
    "duckdb": duckdb.DuckDBPyRelation,
    "dicts": pd.DataFrame,
    "tasks": pd.DataFrame,
}


def columns_of(frame):
    """Any frame as {column: list}, nulls as None."""
    if isinstance(frame, duckdb.DuckDBPyRelation):
        frame = frame.to_arrow_table()
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pa.Table):
        return frame.to_pydict()
    if isinstance(frame, pl.DataFrame):
        return frame.to_dict(as_series=False)
    return {
        name: [None if not isinstance(v, list | dict) and pd.isna(v) else v for v in frame[name]]
        for name in frame
    }


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def rows(kind):
    return read(KINDS[kind]())


def test_rows_are_plain_values(rows):
    assert len(rows) == 3
    assert rows.columns == ("id", "text", "score")
    assert rows.row(0) == {"id": 1, "text": "a", "score": 1.5}
    assert rows.row(1) == {"id": 2, "text": None, "score": None}
    assert type(rows.row(0)["id"]) is int
    assert rows.row(2, ["text", "nothing"]) == {"text": "c"}


def test_a_stretch_is_the_same_as_its_rows(rows):
    columns = ("text", "score", "nothing")
    assert rows.stretch(1, 3, columns) == [rows.row(1, columns), rows.row(2, columns)]
    assert rows.stretch(0, 2, ("nothing",)) == [{}, {}]


def test_key_values(rows):
    assert rows.key_values("id") == [1, 2, 3]
    assert rows.key_values("text", 1) == [None, "c"]
    assert rows.key_values("text", 0, 2) == ["a", None]
    assert rows.has("id")
    assert not rows.has("ID")


def test_attach_gives_the_same_kind_of_frame_with_columns_added(rows, kind):
    boxes = [[{"x": 1, "labels": ["a"]}], None, [{"x": 2.5, "labels": ["b", "c"], "rotation": 9}]]
    frame = rows.attach({"mood": ["good", None, "bad"], "boxes": boxes, "stars": [1, None, 5]})
    assert isinstance(frame, OUT[kind])
    got = columns_of(frame)
    assert list(got) == ["id", "text", "score", "mood", "boxes", "stars"]
    assert got["mood"] == ["good", None, "bad"]
    assert got["stars"] == [1, None, 5]
    assert got["boxes"][1] is None
    assert got["boxes"][2][0]["labels"] == ["b", "c"]
    assert got["boxes"][0][0]["x"] == 1


def test_attach_does_not_change_the_users_frame():
    for kind in ("pandas", "polars", "pyarrow"):
        frame = KINDS[kind]()
        read(frame).attach({"new": [1, 2, 3]})
        assert "new" not in columns_of(frame)


def test_an_index_is_kept_even_one_that_repeats():
    frame = KINDS["pandas"]()
    got = read(frame).attach({"new": [1, 2, 3]})
    assert list(got.index) == [7, 7, 9]
    assert list(got["new"]) == [1, 2, 3]
    pd.testing.assert_frame_equal(got[list(frame)], frame)


def test_repeat_gives_rows_by_their_places(rows, kind):
    frame = rows.repeat([2, 2, 0], {"annotator": ["ana", "bo", None]})
    assert isinstance(frame, OUT[kind])
    got = columns_of(frame)
    assert got["id"] == [3, 3, 1]
    assert got["annotator"] == ["ana", "bo", None]
    empty = columns_of(rows.repeat([], {"annotator": []}))
    assert list(empty) == ["id", "text", "score", "annotator"]
    assert empty["id"] == []


def test_a_new_frame_has_the_types_that_were_asked_for_also_when_empty(rows, kind):
    types = {"key": str, "start": int, "x": float, "done": bool}
    given = {"key": ["a", None], "start": [1, None], "x": [None, 2], "done": [None, True]}
    some = rows.frame(given, types)
    assert isinstance(some, OUT[kind])
    assert columns_of(some) == {
        "key": ["a", None],
        "start": [1, None],
        "x": [None, 2.0],
        "done": [None, True],
    }
    empty = rows.frame({}, types)
    if kind == "polars":
        assert empty.schema == some.schema
    if kind in {"pandas", "dicts", "tasks"}:
        assert list(empty.dtypes.astype(str)) == list(some.dtypes.astype(str))
    if kind == "pyarrow":
        assert empty.schema == some.schema


def test_tasks_come_with_what_else_they_hold():
    task = {"id": 5, "data": {"text": "a"}, "annotations": [], "predictions": [3, 4], "drafts": [9]}
    rows = read([task, {"text": "b"}])
    assert rows.source(0) == task
    assert rows.source(1) is None
    assert rows.row(1) == {"text": "b"}
    assert rows.columns == ("text",)


def test_rows_of_a_list_may_have_different_columns():
    rows = read([{"a": 1}, {"b": 2}])
    assert rows.columns == ("a", "b")
    assert columns_of(rows.attach({}))["b"] == [None, 2]


def test_nothing_is_no_rows():
    for data in (None, [], pd.DataFrame()):
        rows = read(data)
        assert len(rows) == 0
        assert list(columns_of(rows.attach({"mood": []}))) == ["mood"]


class CountingDict(dict):
    looked_at = 0

    def get(self, *args):
        CountingDict.looked_at += 1
        return super().get(*args)


def test_opening_looks_at_no_row():
    CountingDict.looked_at = 0
    rows = read([CountingDict({"data": {"text": "a"}}) for _ in range(1000)])
    assert len(rows) == 1000
    rows.row(500)
    assert CountingDict.looked_at <= 2


def test_cells_of_every_kind():
    picture = Image.new("L", (2, 2))
    cells = {
        "stamp": (pd.Timestamp("2024-05-01 12:30"), "2024-05-01T12:30:00"),
        "nat": (pd.NaT, None),
        "na": (pd.NA, None),
        "date": (datetime.date(2024, 5, 1), "2024-05-01"),
        "decimal": (decimal.Decimal("1.50"), 1.5),
        "whole": (decimal.Decimal(7), 7),
        "int": (np.int16(3), 3),
        "bool": (np.bool_(True), True),
        "inf": (float("inf"), "Infinity"),
        "list": (np.array(["a", None], dtype=object), ["a", None]),
        "struct": ({"a": np.float32(0.5)}, {"a": 0.5}),
        "datetime64": (np.datetime64("2024-05-01"), "2024-05-01"),
        "duration": (datetime.timedelta(minutes=1), 60.0),
    }
    row = read([{name: given for name, (given, _) in cells.items()}]).row(0)
    assert row == {name: plain for name, (_, plain) in cells.items()}
    media = {"bytes": b"\x89PNG", "pil": picture, "array": np.zeros((2, 2)), "stream": io.BytesIO}
    row = read([media]).row(0)
    assert row["bytes"] is media["bytes"]
    assert row["pil"] is picture
    assert row["array"] is media["array"]


def test_a_cell_that_is_nested_without_end_is_told():
    deep = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(DataError, match="nested deeper"):
        read([{"a": deep}]).row(0)


def test_columns_that_are_not_text_are_known_by_their_text():
    rows = read(pd.DataFrame({0: ["a"], 1: ["b"]}))
    assert rows.columns == ("0", "1")
    assert rows.row(0) == {"0": "a", "1": "b"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (5, "type int cannot be labeled"),
        ({1, 2}, "cannot be labeled"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), 'two columns are named "a"'),
        (pa.table([[1], [2]], names=["a", "a"]), 'two columns are named "a"'),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), 'two columns are named "1"'),
        (
            pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
            "the columns have 2 levels",
        ),
        (np.zeros((2, 2)), r"shape \(2, 2\) cannot be labeled"),
        ("rows.xlsx", "csv, tsv"),
        ("nowhere.csv", "No such file"),
    ],
)
def test_what_cannot_be_labeled_is_told(data, told):
    with pytest.raises(DataError, match=told):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        [Path("a.png"), Path("b.png")],
        [Image.new("L", (2, 2)), Image.new("L", (2, 2))],
        [b"a", b"b"],
        ["a", None],
        [1, 2.5],
        np.array(["a", "b"]),
        np.zeros((2, 4, 4)),
        pd.Series(["a", "b"]),
        pl.Series(["a", "b"]),
        pa.chunked_array([["a", "b"]]),
    ],
)
def test_values_without_a_column_get_the_one_that_is_named(data):
    rows = read(data, column="shown")
    assert rows.columns == ("shown",)
    assert len(rows) == 2
    first = data[0].as_py() if isinstance(data, pa.ChunkedArray) else data[0]
    assert rows.row(0)["shown"] is first or np.array_equal(rows.row(0)["shown"], first)


def test_a_dict_of_equally_long_columns_is_a_frame():
    for one in (["a", "b"], ("a", "b"), np.array(["a", "b"]), pd.Series(["a", "b"], index=[5, 6])):
        rows = read({"text": one, "n": [1, 2]})
        assert rows.row(1) == {"text": "b", "n": 2}
    images = read({"image": np.zeros((2, 4, 4)), "tags": [["x"], ["y", "z"]]})
    assert images.row(1)["image"].shape == (4, 4)
    assert images.row(1)["tags"] == ["y", "z"]


def test_any_other_dict_is_the_only_row():
    for one in ({"text": "a", "tags": ["x", "y"]}, {"data": {"text": "a"}, "annotations": []}):
        assert len(read(one)) == 1
    with pytest.raises(DataError, match='must be equally long: "a" has 2, "b" has 1'):
        read({"a": [1, 2], "b": [1]})


def test_a_structured_array_is_a_frame():
    data = np.array([("a", 1), ("b", 2)], dtype=[("text", "U4"), ("n", "i4")])
    assert read(data).row(1) == {"text": "b", "n": 2}


def test_a_dataset_of_hugging_face():
    import datasets

    out = io.BytesIO()
    Image.new("L", (4, 3)).save(out, "PNG")
    features = datasets.Features({"text": datasets.Value("string"), "image": datasets.Image()})
    cells = {"text": ["a", "b"], "image": [{"bytes": out.getvalue(), "path": None}] * 2}
    data = datasets.Dataset.from_dict(cells, features=features)
    rows = read(data.select([1, 0]))
    assert rows.key_values("text") == ["b", "a"]
    media = load(rows.row(0)["image"])
    assert (media.width, media.height) == (4, 3)
    back = rows.attach({"mood": ["good", None]})
    assert isinstance(back, datasets.Dataset)
    assert back["mood"][:] == ["good", None]
    with pytest.raises(DataError, match=r'give one of data\["train"\]'):
        read(datasets.DatasetDict(train=data))
    with pytest.raises(DataError, match="IterableDataset has no rows"):
        read(data.to_iterable_dataset())


def test_names_of_any_type_in_dicts_are_known_by_their_text():
    rows = read([{1: "a", "b": 2}])
    assert rows.columns == ("1", "b")
    assert rows.row(0) == {"1": "a", "b": 2}
    assert rows.key_values("1") == ["a"]


def test_a_row_that_is_no_dict_is_told_when_it_is_met():
    rows = read([{"a": 1}, 5])
    assert rows.row(0) == {"a": 1}
    with pytest.raises(DataError, match="row 1 is of type int"):
        rows.row(1)
