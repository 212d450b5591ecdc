"""Lazy frames as rows: the keys of all, and only those rows that somebody looks at."""

import duckdb
import narwhals as nw
import polars as pl
import pytest

from nblabel import DataError, Labeler, Project

COUNT = 25_000
CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
<Labels name="ner" toName="text"><Label value="PER"/></Labels></View>"""
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string'"),
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
    pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning"),
]


def table(count=COUNT):
    """Rows whose keys are in no order."""
    numbers = [n * 7_919 % count for n in range(count)]
    return pl.DataFrame(
        {
            "id": [f"k{n}" for n in numbers],
            "text": [f"text {n}" for n in numbers],
            "weight": [n / 2 for n in numbers],
        }
    )


@pytest.fixture(scope="session")
def parquet(tmp_path_factory):
    path = tmp_path_factory.mktemp("lazy") / "rows.parquet"
    table().write_parquet(path, row_group_size=2_000)
    return path


@pytest.fixture(scope="session")
def spark():
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield session
    session.stop()


def of_polars(path, request):
    return pl.scan_parquet(path)


def of_duckdb(path, request):
    return duckdb.sql(f"from '{path}'")


def of_duckdb_elsewhere(path, request):
    return duckdb.connect().sql(f"from '{path}'")


def of_ibis(path, request):
    import ibis

    return ibis.duckdb.connect().read_parquet(str(path))


def of_dask(path, request):
    import dask.dataframe as dd

    return dd.read_parquet(path, split_row_groups=4)


def of_spark(path, request):
    return request.getfixturevalue("spark").read.parquet(str(path))


MAKERS = [of_polars, of_duckdb, of_duckdb_elsewhere, of_ibis, of_dask]
MAKERS.append(pytest.param(of_spark, marks=pytest.mark.spark))


@pytest.fixture(params=MAKERS)
def lazy(request, parquet):
    return request.param(parquet, request)


def opened(data, key="id"):
    return Project(data, CONFIG, key=key, store=":memory:")


def shown(project, *indices):
    return [project.view(index).values[1]["value"] for index in indices]


def rows(frame):
    """The rows of what came out, by key."""
    collected = nw.from_native(frame).lazy().collect()
    return {row["id"]: row for row in collected.rows(named=True)}


class TestEveryLibrary:
    def test_is_looked_at_by_key_and_given_back(self, lazy):
        project = opened(lazy)
        assert "more than 10,000 tasks" in repr(project)
        first, far = project.key(3), project.key(20_000)
        assert shown(project, 3, 20_000) == [f"text {key[1:]}" for key in (first, far)]
        assert len(project) == COUNT
        project.annotate(far, mood="good", ner=[(0, 4, "PER")])
        frame = project.to_frame()
        assert type(frame) is type(lazy)
        found = rows(frame)
        assert len(found) == COUNT
        assert {key for key, row in found.items() if isinstance(row["mood"], str)} == {far}
        assert found[far]["text"] == f"text {far[1:]}"
        [span] = found[far]["ner"]
        assert {**dict(span), "labels": list(dict(span)["labels"])} == {
            "start": 0,
            "end": 4,
            "text": "text",
            "labels": ["PER"],
        }

    def test_gives_results_in_its_own_kind_of_frame(self, lazy):
        project = opened(lazy)
        project.annotate(project.key(1), mood="bad")
        results = project.results()
        assert type(results) is type(lazy)
        collected = nw.from_native(results).lazy().collect()
        assert collected.get_column("label").to_list() == ["bad"]
        assert collected.get_column("key").to_list() == [project.key(1)]

    def test_has_a_row_for_each_annotation_where_that_is_asked(self, lazy):
        project = opened(lazy)
        for who in ("ana", "ben"):
            project.annotate(project.key(2), mood="bad", annotator=who)
        out = nw.from_native(project.to_frame("all")).lazy()
        assert out.select(nw.len()).collect().item() == COUNT + 1
        said = out.filter(~nw.col("annotator").is_null()).collect()
        assert sorted(said.get_column("annotator").to_list()) == ["ana", "ben"]

    def test_is_a_labeler(self, lazy):
        labeler = Labeler(opened(lazy))
        opening, _ = labeler._open({})
        assert opening["index"] == 0
        assert opening["progress"]["more"]
        told, _ = labeler._index({}, ())
        assert told["total"] == COUNT


def collected(monkeypatch):
    """Which columns and how many rows were computed."""
    told = []
    real = nw.LazyFrame.collect

    def hear(frame, *more, **named):
        made = real(frame, *more, **named)
        told.append((tuple(made.columns), len(made)))
        return made

    monkeypatch.setattr(nw.LazyFrame, "collect", hear)
    return told


def test_to_show_ten_no_more_than_the_first_keys_and_rows_are_computed(lazy, monkeypatch):
    told = collected(monkeypatch)
    project = opened(lazy)
    shown(project, *range(10))
    whole = [count for columns, count in told if "text" in columns]
    assert max(whole) <= 64
    assert all(columns == ("id",) for columns, count in told if count > 64)
    assert max(count for _, count in told) <= 10_001


def test_the_index_of_the_others_is_collected_once(lazy, monkeypatch):
    project = opened(lazy)
    told = collected(monkeypatch)
    shown(project, 20_000, 24_999, 12_000)
    assert [columns for columns, count in told if count == COUNT] == [("id",)]


def test_of_dask_only_the_partitions_are_computed_in_which_rows_are():
    import dask.dataframe as dd

    computed = []

    def load(part):
        computed.append(part)
        return table(12_000).to_pandas()[part * 3_000 : (part + 1) * 3_000]

    project = opened(dd.from_map(load, range(4), meta=table(1).to_pandas()))
    assert len(project) == 12_000
    for index, parts in ((0, {0}), (7_000, {2}), (11_999, {3})):
        key = project.key(index)
        computed.clear()
        assert shown(project, index) == [f"text {key[1:]}"]
        assert set(computed) == parts


def test_an_order_that_changes_moves_no_task():
    frames = [table(12_000), table(12_000).reverse()]

    class Turning:
        """A plan whose source gives its rows in another order each time."""

        count = 0

        def __call__(self, *_):
            self.count += 1
            return frames[self.count % 2]

    plan = pl.LazyFrame(schema=frames[0].schema).map_batches(Turning(), schema=frames[0].schema)
    project = opened(plan)
    seen = {index: project.key(index) for index in range(0, 12_000, 1_000)}
    assert len(project) == 12_000
    for index, key in seen.items():
        assert project.key(index) == key
        assert shown(project, index) == [f"text {key[1:]}"]
    assert len(set(project._work.data.keys.read(0, 12_000))) == 12_000


def test_what_came_is_seen_by_a_refresh_and_comes_last(tmp_path):
    table(40).write_parquet(tmp_path / "a.parquet")
    project = opened(duckdb.sql(f"from '{tmp_path}/*.parquet'"))
    first = project.key(0)
    project.annotate(first, mood="good")
    new = pl.DataFrame({"id": ["a", "b"], "text": ["text a", "text b"], "weight": [0.0, 1.0]})
    new.write_parquet(tmp_path / "0.parquet")
    assert project.refresh() == 2
    assert [project.key(index) for index in (0, 40, 41)] == [first, "a", "b"]
    assert shown(project, 0, 41) == [f"text {first[1:]}", "text b"]
    assert project.progress() == {
        "total": 42,
        "done": 1,
        "skipped": 0,
        "drafts": 0,
        "changed": 0,
        "exact": True,
    }


def test_rows_without_a_key_and_with_anothers_are_set_aside():
    frame = pl.LazyFrame({"id": [1, None, 1, 2], "text": ["a", "b", "c", "d"]})
    project = opened(frame)
    assert project.problems == [
        'column "id" has no key in row 1: it is null',
        'column "id" has the key "1" in rows 0 and 2; every row needs a key of its own',
    ]
    assert shown(project, 0, 3) == ["a", "d"]


def test_a_column_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(DataError, match=r'key= "idd" is no column of a lazy frame; .* "id"'):
        opened(pl.LazyFrame({"id": [1], "text": ["a"]}), key="idd")


def test_what_cannot_be_computed_is_told():
    with pytest.raises(DataError, match="the data cannot be computed: "):
        opened(pl.LazyFrame({"id": ["a"], "text": ["b"]}).with_columns(pl.col("id").str.to_date()))


def test_without_a_key_it_is_collected_as_a_whole(parquet):
    project = opened(pl.scan_parquet(parquet), key=None)
    assert len(project) == COUNT
    assert project._work.data.rows.counted
    assert isinstance(project.to_frame(), pl.LazyFrame)
