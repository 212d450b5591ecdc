"""Keys: a task is found again, however the rows move."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import polars as pl
import pytest

from nblabel.base.errors import DataError
from nblabel.config import parse
from nblabel.tags import TAGS
from nblabel.tasks import Keys, read

CONFIG = parse('<View><Text name="t" value="$text"/></View>', TAGS)


def keys(data, key=None):
    return Keys(read(data), CONFIG, key)


def test_a_column_gives_keys_as_text_whatever_its_type():
    frame = pd.DataFrame({"id": [1, 2], "text": ["a", "b"]})
    for data in (
        frame,
        frame.astype({"id": float}),
        frame.astype({"id": str}),
        pl.from_pandas(frame),
    ):
        made = keys(data, "id")
        assert [made.key(0), made.key(1)] == ["1", "2"]
        assert made.index("2") == 1
        assert made.index("9") is None


def test_for_tasks_it_is_a_key_of_data():
    tasks = [{"id": 99, "data": {"id": "x", "text": "a"}}]
    assert keys(tasks, "id").key(0) == "x"


def test_without_a_column_the_bound_values_are_the_key():
    before = keys([{"text": "a", "n": 1}, {"text": "b", "n": 2}])
    after = keys(pd.DataFrame({"text": ["new", "b", "a"], "n": [7, 8, 9]}))
    assert after.index(before.key(0)) == 2
    assert after.index(before.key(1)) == 1
    assert before.index(after.key(0)) is None


def test_rows_with_equal_bound_values_share_a_key():
    made = keys([{"text": "a"}, {"text": "b"}, {"text": "a"}])
    assert made.key(2) == made.key(0)
    assert made.index(made.key(2)) == 0


def test_the_first_of_equal_rows_is_found_even_when_the_last_was_met_first():
    made = keys([{"text": "a"}, {"text": "b"}, {"text": "a"}])
    key = made.key(2)
    assert made.index(key) == 0


def test_a_column_that_does_not_exist_names_the_nearest():
    with pytest.raises(DataError, match='did you mean "text"'):
        keys([{"text": "a"}], "txt")


def test_a_null_key_is_told_when_it_is_met_and_the_rest_works():
    made = keys(pd.DataFrame({"id": ["x", None, "z"], "text": ["a", "b", "c"]}), "id")
    assert made.index("z") == 2
    assert made.key(0) == "x"
    with pytest.raises(DataError, match='column "id" has no key in row 1'):
        made.key(1)


def test_a_repeated_key_is_told_when_it_is_met_and_the_rest_works():
    made = keys([{"id": 1, "text": "a"}, {"id": 2, "text": "b"}, {"id": "1", "text": "c"}], "id")
    assert made.key(0) == "1"
    with pytest.raises(DataError, match='the key "1" in rows 0 and 2'):
        made.key(2)
    assert made.index("2") == 1


class Counted(dict):
    met = 0

    def __getitem__(self, name):
        Counted.met += 1
        return super().__getitem__(name)


def test_only_rows_that_are_asked_for_are_looked_at():
    rows = [{"data": Counted({"text": f"row {i}"})} for i in range(10_000)]
    Counted.met = 0
    made = keys(rows)
    key = made.key(9_000)
    assert Counted.met < 20
    assert made.index(made.key(3)) == 3
    assert Counted.met < 10_000
    assert made.index(key) == 9_000


@pytest.mark.parametrize(("walked", "read"), [(0, 1), (700, 1), (1000, 0)])
def test_the_keys_of_a_stretch_are_read_at_once(walked, read, monkeypatch):
    given = [*range(998), 3, None]
    made = keys(pd.DataFrame({"id": given, "text": "a"}, dtype=object), "id")
    made.walk(walked)
    reads = []
    read_of = type(made._rows).key_values
    monkeypatch.setattr(
        type(made._rows), "key_values", lambda *ask: reads.append(ask) or read_of(*ask)
    )
    usable = made.usable(0, 1000)
    assert usable == {row: str(row) for row in range(998)}  # a repeated one is the first's
    assert made.usable(990, 1000) == {row: str(row) for row in range(990, 998)}
    assert len(reads) == read


def test_several_threads_see_the_same():
    made = keys([{"text": f"row {i}"} for i in range(5000)])
    expected = keys([{"text": f"row {i}"} for i in range(5000)])
    wanted = [expected.key(i) for i in range(0, 5000, 50)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(made.index, wanted))
        given = list(pool.map(made.key, range(0, 5000, 50)))
    assert found == list(range(0, 5000, 50))
    assert given == wanted


def test_a_walk_meets_rows_in_slices_and_keeps_little_of_them():
    import tracemalloc

    rows = 50_000
    made = keys(pd.DataFrame({"id": range(rows), "text": "a"}), "id")
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    assert made.walked == 0
    slices = 1
    while not made.walk(1000):
        assert made.walked == 1000 * slices
        slices += 1
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert slices == rows // 1000
    assert (after - before) / rows < 40  # bytes a row
    assert made.met("49999") == 49_999
    assert made.met("50000") is None
    assert made.all_met


def test_rows_are_found_among_those_walked_only():
    made = keys(pd.DataFrame({"id": range(100), "text": "a"}), "id")
    made.walk(50)
    assert made.met("10") == 10
    assert made.met("70") is None
    assert made.met_among(["10", "70", "x"]) == {"10": 10}
    made.walk(50)
    assert made.met_among(["10", "70"], since=50) == {"70": 70}
    assert made.index("70") == 70


def test_a_repeated_key_is_found_without_keeping_the_keys():
    one = keys([{"id": n % 7, "text": "a"} for n in range(10)], "id")
    assert one.aside() == {7, 8, 9}
    assert 'the key "0" in rows 0 and 7' in one.why(7)
    null = keys(pd.DataFrame({"id": ["x", None], "text": "a"}), "id")
    assert null.aside() == {1}
    assert "no key in row 1" in null.why(1)
    same = keys([{"text": text} for text in "abcab"])
    assert same.repeats() == {3, 4}
    assert same.aside() == frozenset()


def test_a_row_that_cannot_be_read_is_set_aside_and_the_others_have_their_keys():
    deep = "x"
    for _ in range(200):
        deep = [deep]
    for data in ([{"text": "a"}, {"text": deep}, 5], pd.DataFrame({"text": ["a", deep, [deep]]})):
        made = keys(data)
        assert made.key(0)
        assert made.aside() == {1, 2}
        assert 'row 1 was set aside: column "text": a cell is nested deeper' in made.why(1)


def test_a_label_studio_task_is_known_by_its_id():
    same = {"text": "same"}
    made = keys([{"id": 5, "data": same}, {"id": "x", "data": same}, {"data": same}])
    assert [made.key(0), made.key(1)] == ["5", "x"]
    assert made.index("x") == 1
    assert made.is_digest(2)
    assert not made.is_digest(0)
    assert keys([{"id": 5, "text": "same"}]).is_digest(0)
