import cmath
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nblabel.core.record import Said
from nblabel.formats import table


def rows(result, texts=None, **more):
    said = Said("u", "ana", "submitted", "d", "then", "now", (json.dumps(result),))
    made = table.rows("k", said, (texts or {}).get, **more)
    return [dict(zip(table.COLUMNS, row, strict=True)) for row in made]


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.data())
def test_text_between_start_and_end_is_the_labels_whatever_the_script(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))
    value = {"start": start, "end": end, "text": "as a browser shows it", "labels": ["A"]}
    (row,) = rows({"to_name": "t", "type": "labels", "value": value}, {"t": text})
    assert row["text"] == text[row["start"] : row["end"]]


def test_offsets_that_are_no_numbers_are_null():
    value = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "text": "x", "labels": ["A"]}
    (row,) = rows({"to_name": "h", "type": "hypertextlabels", "value": value})
    assert (row["start"], row["end"], row["text"], row["label"]) == (None, None, "x", "A")


def test_every_column_is_there():
    (row,) = rows({"id": "r", "score": 0.5, "item_index": 2, "origin": "manual"})
    assert list(row) == list(table.COLUMNS)
    assert (row["score"], row["item_index"], row["value"]) == (0.5, 2, "{}")


@given(
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    st.lists(st.floats(0, 100), min_size=4, max_size=4),
    st.floats(-360, 360),
)
def test_percent_and_pixels_say_the_same(width, height, percents, rotation):
    names = ("x", "y", "width", "height")
    box = dict(zip(names, percents, strict=True))
    sides = {"original_width": width, "original_height": height}
    result = {"value": {**box, "rotation": rotation}, **sides}
    (percent,) = rows(result)
    (pixel,) = rows(result, units="px")
    assert {name: percent[name] for name in names} == box
    sizes = dict(zip(names, (width, height) * 2, strict=True))
    for name in names:
        assert pixel[name] == pytest.approx(box[name] / 100 * sizes[name])
    assert pixel["rotation"] == percent["rotation"] == rotation
    # The far corner lies where Label Studio draws it: turned about the near one, in pixels.
    turned = cmath.rect(1, math.radians(rotation))
    drawn = complex(box["x"] * width, box["y"] * height) / 100
    drawn += turned * complex(box["width"] * width, box["height"] * height) / 100
    told = complex(pixel["x"], pixel["y"]) + turned * complex(pixel["width"], pixel["height"])
    assert told == pytest.approx(drawn)


def test_pixels_are_null_where_the_size_is_not_known():
    (row,) = rows({"value": {"x": 5}}, units="px")
    assert row["x"] is None


def test_rows_become_columns():
    assert table.columns([]) == {}
    said = Said("u", None, "submitted", "d", "then", "now", ('{"id":"a"}', '{"id":"b"}'))
    made = table.columns(table.rows("k", said, {}.get))
    assert list(made) == list(table.COLUMNS)
    assert (made["key"], made["id"]) == (("k", "k"), ("a", "b"))
