"""Paths to data: csv, tsv, json, jsonl, parquet, txt."""

import ast
import csv
import io
import json
import re

import hypothesis
import pandas as pd
import pytest
from hypothesis import strategies as st

from nblabel.base.errors import DataError
from nblabel.tasks import read
from nblabel.tasks.separated import columns_of

TASKS = [{"data": {"text": "a"}, "annotations": [{"result": []}]}, {"data": {"text": "b"}}]


def test_separated_values(tmp_path):
    for name, sep in (("a.csv", ","), ("a.tsv", "\t"), ("A.CSV", ",")):
        file = tmp_path / name
        file.write_text(f"\ufefftext{sep}n\nNone{sep}1\n{sep}2\nNA{sep}\n", encoding="utf-8")
        rows = read(file)
        assert rows.key_values("text") == ["None", None, "NA"]
        assert rows.key_values("n") == ["1", "2", None]
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
    rows = read(file)
    assert rows.row(0) == {"text": "a"}
    with pytest.raises(DataError, match="row 1 was set aside: line 2 is no JSON"):
        rows.row(1)
    file.write_text("not\njson")
    with pytest.raises(DataError, match="line 1 is no JSON"):
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
        file.write_bytes(b'\xff\xfe{"a"x')
        with pytest.raises(DataError, match=name):
            read(file)
    (tmp_path / "a.json").write_text("3")
    with pytest.raises(DataError, match="a list of objects is accepted"):
        read(tmp_path / "a.json")


LINES = "id,text\n1,first,\n2,second,\n"


def columns(file, **options):
    rows = read(file, **options)
    return {name: rows.key_values(name) for name in rows.columns}, rows.problems


@pytest.mark.parametrize(
    ("text", "cells", "told"),
    [
        (LINES, {"id": ["1", "2"], "text": ["first", "second"]}, []),
        ("id,text,\n1,first,\n", {"id": ["1"], "text": ["first"]}, []),
        (",text\n0,a\n1,b\n", {"Unnamed: 0": ["0", "1"], "text": ["a", "b"]}, []),
        (
            "id,text\n1,a,b\n2,c\n\n3\n",
            {"id": ["2", "3"], "text": ["c", None]},
            ["line 2 was left out: it has 3 cells", "line 5 has 1 cells where the first line"],
        ),
        (
            'id,text\n1,"two\nlines"\n2,a,b\n',
            {"id": ["1"], "text": ["two\nlines"]},
            ["line 4 was left out"],
        ),
        ("id,n,b\n007,1.50,True\n", {"id": ["007"], "n": ["1.50"], "b": ["True"]}, []),
        ("id;text\n1;a, b\n2;c\n", {"id": ["1", "2"], "text": ["a, b", "c"]}, []),
        ("id\ttext\n1\ta;b\n", {"id": ["1"], "text": ["a;b"]}, []),
        ("sep=|\nid|text\n1|a,b\n", {"id": ["1"], "text": ["a,b"]}, []),
        ("text\na;b\nc\n", {"text": ["a;b", "c"]}, []),
        ("text\n" + "x" * 200_000 + "\n", {"text": ["x" * 200_000]}, []),
        ('id,text\n1,3" pipe\n2,5" pipe', {"id": ["1", "2"], "text": ['3" pipe', '5" pipe']}, []),
        ('id,text\n1,"a ""b"""\n2,6" pipe\n', {"id": ["1", "2"], "text": ['a "b"', '6" pipe']}, []),
        ("sep=;\nid;text\n1;a;b\n", {"id": [], "text": []}, ["line 3 was left out"]),
        ("id,text\r\n1,a\r\n", {"id": ["1"], "text": ["a"]}, []),
    ],
)
def test_no_row_of_separated_values_is_shifted_and_cells_stay_text(tmp_path, text, cells, told):
    file = tmp_path / "a.csv"
    file.write_text(text, newline="")
    got, problems = columns(file)
    assert got == cells
    assert len(problems) == len(told)
    assert all(said.startswith(begin) for said, begin in zip(problems, told, strict=True))


def test_many_ragged_rows_are_counted(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("id,text\n" + "1,a,b\n" * 20 + "2,c\n")
    got, problems = columns(file)
    assert got["id"] == ["2"]
    assert problems[-1] == "and so have 15 more lines"


def test_a_quote_that_is_never_closed_is_told(tmp_path):
    file = tmp_path / "a.csv"
    for text in ('id,text\n1,a\n2,"b\n3,c\n', 'id,text\n1,3" pipe\n2,"b', 'id,text\n1,"x"\n2,"'):
        file.write_text(text)
        with pytest.raises(DataError, match="line 3: a quote is opened here and never closed"):
            read(file)


def test_types_are_those_that_are_asked_for(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("id,n,x,b,day\n007,1,1.5,true,2024-05-01\n7,,,false,\n")
    types = {"n": int, "x": float, "b": bool, "day": "datetime64[ns]"}
    rows = read(file, dtypes=types)
    assert rows.row(0) == {"id": "007", "n": 1, "x": 1.5, "b": True, "day": "2024-05-01T00:00:00"}
    assert rows.row(1) == {"id": "7", "n": None, "x": None, "b": False, "day": None}
    for wrong, told in (
        ({"m": int}, '"m", which is no column'),
        ({"b": int}, 'dtypes=: "b" cannot be int'),
        ({"id": bool}, "dtypes=: \"id\" holds '007'"),
    ):
        with pytest.raises(DataError, match=told):
            read(file, dtypes=wrong)
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(DataError, match="dtypes= is for csv and tsv"):
        read(tmp_path / "a.json", dtypes=types)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "text\nGröße\n"),
        ("a.tsv", "text\nGröße\n"),
        ("a.json", '[{"text": "Größe"}]'),
        ("a.jsonl", '{"text": "Größe"}\n'),
        ("a.txt", "Größe\n"),
    ],
)
def test_a_byte_order_mark_says_what_the_encoding_is(tmp_path, name, text, encoding):
    file = tmp_path / name
    file.write_bytes(text.encode(encoding))
    assert columns(file, column="text")[0] == {"text": ["Größe"]}


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("cp1252", "it is not UTF-8: byte 0xf6 in line 2"),
        ("utf-16-le", "it holds NUL characters"),
        ("utf-16-be", "it holds NUL characters"),
    ],
)
def test_without_one_the_hint_says_what_to_pass_and_it_works(tmp_path, encoding, told):
    file = tmp_path / "a.csv"
    text = "Größe" if encoding == "cp1252" else "large"
    file.write_bytes(f"text,n\n{text},1\n".encode(encoding))
    with pytest.raises(DataError, match=told) as caught:
        read(file)
    hint = re.search(r'encoding="(.*?)"', str(caught.value))[1]
    assert hint == encoding
    assert read(file, encoding=hint).row(0)["text"] == text


def test_an_encoding_that_is_none(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(DataError, match='encoding="utf-9" is not known'):
        read(tmp_path / "a.txt", encoding="utf-9")


def test_json_keeps_numbers_and_reads_nan(tmp_path):
    for name, text in (
        ("a.json", '[{"id": 1180591620717411303424, "n": NaN}]'),
        ("a.jsonl", '{"id": 1180591620717411303424, "n": NaN}'),
    ):
        (tmp_path / name).write_text(text)
        assert read(tmp_path / name).row(0) == {"id": 2**70, "n": None}


def test_one_item_that_cannot_be_read_stops_no_other(tmp_path):
    deep = "[" * 100_000 + "]" * 100_000
    digits = "1" * 5000
    items = [
        '{"text": "a,]}"}',
        f'{{"text": {deep}}}',
        f'{{"id": {digits}}}',
        '{"text" 1}',
        '{"text": "\\ud83d"}',
    ]
    (tmp_path / "a.json").write_text(f"[{', '.join(items)}]")
    (tmp_path / "a.jsonl").write_text("\n".join(items))
    for name, place in (("a.json", "item"), ("a.jsonl", "line")):
        rows = read(tmp_path / name)
        assert len(rows) == 5
        assert rows.row(0) == {"text": "a,]}"}
        assert rows.row(4) == {"text": "\ud83d"}
        for row in (1, 2, 3):
            with pytest.raises(
                DataError, match=f"row {row} was set aside: {place} {row + 1} is no"
            ):
                rows.row(row)
    (tmp_path / "a.json").write_text(f"[{', '.join(items)}")
    with pytest.raises(DataError, match="it is no JSON"):
        read(tmp_path / "a.json")


@hypothesis.given(st.text(st.sampled_from('ab,;"\n\r\t'), max_size=40))
@hypothesis.settings(max_examples=200, deadline=None)
def test_any_text_is_columns_of_one_length_or_told(text):
    try:
        names, cells, _ = columns_of(text, None)
    except DataError:
        return
    assert len(names) == len(cells)
    assert len({len(column) for column in cells}) <= 1


@hypothesis.given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1))
@hypothesis.settings(max_examples=100, deadline=None)
def test_what_was_written_as_csv_is_read_back(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["a", "b"], *rows])
    names, cells, problems = columns_of(out.getvalue(), None)
    assert (names, problems) == (["a", "b"], [])
    assert [list(row) for row in zip(*cells, strict=True)] == [
        [c or None for c in row] for row in rows
    ]


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
