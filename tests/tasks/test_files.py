"""Paths to data: csv, tsv, json, jsonl, parquet, txt."""

import ast
import json
import re

import pandas as pd
import pytest

from nblabel.base.errors import DataError
from nblabel.tasks import read

TASKS = [{"data": {"text": "a"}, "annotations": [{"result": []}]}, {"data": {"text": "b"}}]


def test_separated_values(tmp_path):
    for name, sep in (("a.csv", ","), ("a.tsv", "\t"), ("A.CSV", ",")):
        file = tmp_path / name
        file.write_text(f"\ufefftext{sep}n\nNone{sep}1\n{sep}2\nNA{sep}\n", encoding="utf-8")
        rows = read(file)
        assert rows.key_values("text") == ["None", None, "NA"]
        assert rows.key_values("n") == [1.0, 2.0, None]
        assert isinstance(read(str(file)).attach({}), pd.DataFrame)


def test_json(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(TASKS))
    assert read(file).source(0) == TASKS[0]
    file.write_text(json.dumps({"text": "alone"}))
    assert read(file).row(0) == {"text": "alone"}


def test_json_lines(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "a"}\n\n{"text": "b\\u2028"}\n')
    assert read(file).key_values("text") == ["a", "b\u2028"]
    file.write_text('{"text": "a"}\n{"text": \n')
    with pytest.raises(DataError, match="line 2"):
        read(file)


def test_parquet(tmp_path):
    file = tmp_path / "a.parquet"
    pd.DataFrame({"text": ["a"], "tags": [["x", "y"]]}).to_parquet(file)
    assert read(file).row(0) == {"text": "a", "tags": ["x", "y"]}


def test_a_text_file_is_one_task_a_line(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("first\r\n\nsecond\x0bline\n", encoding="utf-8", newline="")
    assert read(file, column="text").key_values("text") == ["first", "second\x0bline"]
    assert read(file).columns == ("$undefined$",)


def test_texts_in_a_list():
    assert read(["a", "b"], column="text").key_values("text") == ["a", "b"]


def test_broken_files_are_told(tmp_path):
    for name in ("a.json", "a.csv", "a.parquet", "a.txt"):
        file = tmp_path / name
        file.write_bytes(b'\xff\xfe{"a"')
        with pytest.raises(DataError, match=name):
            read(file)
    (tmp_path / "a.json").write_text("3")
    with pytest.raises(DataError, match="a list of objects is accepted"):
        read(tmp_path / "a.json")


def test_root_bounds_files(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    outside = tmp_path / "a.csv"
    outside.write_text("text\na\n")
    (inner / "link.csv").symlink_to(outside)
    for path in (outside, inner / "link.csv", inner / ".." / "a.csv"):
        with pytest.raises(DataError, match="would allow it") as told:
            read(path, root=inner)
        hint = re.search(r"root=(\[.*\]) would", str(told.value))[1]
        assert len(read(path, root=ast.literal_eval(hint))) == 1
    assert len(read(outside, root=tmp_path)) == 1
