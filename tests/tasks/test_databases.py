"""A query as rows: paged by key, and no more read than is looked at."""

import contextlib
import datetime
import sqlite3
import traceback
import uuid

import duckdb
import ibis
import narwhals as nw
import pytest
import sqlalchemy as sa

import nblabel as nl
from nblabel import DataError, Labeler, Project
from tests import postgresql

CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices></View>"""
QUERY = "select id, text from reviews"
ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)


class Place:
    """A database, and what it was asked."""

    def __init__(self, url):
        self.engine = sa.create_engine(url)
        self.asked = []
        self.values = []
        sa.event.listen(self.engine, "before_cursor_execute", self._hear)

    def _hear(self, connection, cursor, statement, parameters, *_):
        self.asked.append(statement)
        of = parameters.values() if isinstance(parameters, dict) else parameters
        self.values.append(list(of))

    def run(self, sql, *rows):
        with self.engine.begin() as connection:
            connection.execute(sa.text(sql), *([rows] if rows else []))

    def fill(self, ids, kind="integer primary key"):
        self.run(f"create table reviews (id {kind}, text varchar(99))")
        self.add(ids)

    def add(self, ids):
        rows = [{"id": one, "text": f"text {one}"} for one in ids]
        self.run("insert into reviews values (:id, :text)", *rows)

    def open(self, query=QUERY, key="id", **more):
        self.asked.clear()
        self.values.clear()
        more = {"store": ":memory:", "connection": self.engine, **more}
        return Project(query, CONFIG, key=key, **more)


@pytest.fixture(params=["sqlite", ON_POSTGRESQL])
def place(request, tmp_path):
    url = f"sqlite:///{tmp_path}/reviews.db"
    if request.param == "postgresql":
        url = postgresql.server().place().replace("postgresql://", "postgresql+psycopg://")
    made = Place(url)
    yield made
    made.engine.dispose()


def texts(project, *indices):
    return [project.view(index).values[1]["value"] for index in indices]


def test_rows_are_tasks_known_by_their_key(place):
    place.fill([3, 1, 2])
    project = place.open()
    assert len(project) == 3
    assert [project.key(index) for index in range(3)] == ["1", "2", "3"]
    assert texts(project, 0, 2) == ["text 1", "text 3"]
    project.annotate(2, mood="good")
    frame = project.to_frame()
    assert frame.to_dict("list") == {
        "id": [1, 2, 3],
        "text": ["text 1", "text 2", "text 3"],
        "mood": [None, "good", None],
    }
    assert project.results()["key"].tolist() == ["2"]


class TestAManyRows:
    """30,000 rows, of which few are read."""

    COUNT = 30_000

    @pytest.fixture
    def many(self, place):
        place.fill(range(0, 2 * self.COUNT, 2))
        return place

    def test_opening_and_going_on_asks_no_more_than_with_ten(self, many, tmp_path):
        few = Place(f"sqlite:///{tmp_path}/few.db")
        few.fill(range(10))
        asked = []
        for place in (few, many):
            labeler = Labeler(place.open())
            labeler._open({})
            for row in range(5):
                labeler.project.find(row + 1, 1, "unlabeled", 3)
                labeler.project.view(row)
            asked.append(len(place.asked))
        assert abs(asked[0] - asked[1]) <= 1
        assert asked[1] <= 8
        few.engine.dispose()

    def test_no_question_is_about_more_than_a_page(self, many):
        project = many.open()
        texts(project, 0, 1, 2)
        project.find(0, 1, "unlabeled", 40)
        rows = [  # that a question gives: those of a page, or those whose keys it names
            (one, values)
            for one, values in zip(many.asked, many.values, strict=True)
            if "count(*)" not in one and "1 = 0" not in one
        ]
        for one, values in rows:
            assert " IN (" in one or "LIMIT" in one, one
            assert max(values) <= 256 if "LIMIT" in one else len(values) <= 64, one

    def test_they_are_counted_late_and_by_the_database(self, many):
        project = many.open()
        labeler = Labeler(project)
        assert labeler.spec["rows"] == 10_001
        opened, _ = labeler._open({})
        assert not opened["progress"]["exact"]
        assert opened["progress"]["more"]
        assert "more than 10,000 tasks" in repr(project)
        assert len(many.asked) < 10
        assert not any(one.startswith("SELECT count(nblabel_rows") for one in many.asked)
        told, _ = labeler._index({}, ())
        assert told["total"] == self.COUNT
        assert "more" not in told
        assert project.progress()["total"] == len(project) == self.COUNT
        counted = [one for one in many.asked if one.startswith("SELECT count(nblabel_rows")]
        assert len(counted) == 1

    @pytest.mark.parametrize("index", [29_999, 14_000, 255, 256, 257, 1_500, 20_001])
    def test_a_leap_finds_the_row_that_a_walk_finds(self, many, index):
        project = many.open()
        assert project.key(index) == str(2 * index)
        assert texts(project, index) == [f"text {2 * index}"]
        assert len(many.asked) < 20

    def test_all_keys_are_met_in_order_by_a_walk_after_leaps(self, many):
        project = many.open()
        for index in (20_000, 5, 29_000, 10_000):
            project.key(index)
        assert project.index("59998") == 29_999
        keys = project._work.data.keys.read(0, self.COUNT)
        assert list(keys) == [str(2 * n) for n in range(self.COUNT)]

    def test_there_is_no_row_beyond_the_last(self, many):
        project = many.open()
        with pytest.raises(DataError, match="there is no row 30000: the data has 30000 rows"):
            project.view(self.COUNT)

    def test_never_by_an_offset(self, many):
        project = many.open()
        texts(project, 25_000, 3, 14_000)
        project.to_frame()
        sqlite = many.engine.name == "sqlite"  # SQLAlchemy always writes one there
        offsets = [
            values[-1] if sqlite else one
            for one, values in zip(many.asked, many.values, strict=True)
            if "OFFSET" in one
        ]
        assert set(offsets) <= {0}


class TestAQueryIsTheUsersOwn:
    @pytest.mark.parametrize(
        "query",
        [
            f"{QUERY};",
            f"{QUERY} ; -- all of them;",
            f"{QUERY} -- those there are",
            f"{QUERY} /* ; */ ;\n",
            f"with those as ({QUERY}) select * from those",
            "select id, text from reviews where text <> ';'",
            "select id, text from reviews where text not like '%:nothing%' and text <> ':id'",
            f"{QUERY} order by text desc",
            "select r.id, text from reviews r join (select 1 as one) o on 1 = 1",
        ],
    )
    def test_it_may_be_any_that_reads(self, place, query):
        place.fill([1, 2])
        assert texts(place.open(query), 0, 1) == ["text 1", "text 2"]

    def test_it_may_be_a_select_or_a_table(self, place):
        place.fill([1, 2])
        table = sa.Table("reviews", sa.MetaData(), autoload_with=place.engine)
        assert texts(place.open(table), 1) == ["text 2"]
        assert texts(place.open(sa.select(table).where(table.c.id > 1)), 0) == ["text 2"]

    @pytest.mark.parametrize(
        "query",
        ["delete from reviews", "insert into reviews values (9, 'x')", "drop table reviews"],
    )
    def test_what_writes_is_refused_by_the_database(self, place, query):
        place.fill([1, 2])
        with pytest.raises(DataError, match="the database cannot be read: "):
            place.open(query)
        assert len(place.open()) == 2

    def test_two_queries_are_none(self, place):
        place.fill([1, 2])
        with pytest.raises(DataError, match="the database cannot be read: "):
            place.open(f"{QUERY}; drop table reviews")
        assert len(place.open()) == 2

    def test_columns_may_have_any_name(self, place):
        with place.engine.begin() as connection:
            connection.exec_driver_sql(
                'create table reviews (id integer primary key, "a "":b%% c" varchar(9))'
                if place.engine.name == "postgresql"
                else 'create table reviews (id integer primary key, "a "":b% c" varchar(9))'
            )
            connection.exec_driver_sql("insert into reviews values (1, 'x')")
        project = place.open(
            'select id as "I d", "a "":b% c" as text, "a "":b% c" from reviews', key="I d"
        )
        assert list(project.to_frame()) == ["I d", "text", 'a ":b% c', "mood"]

    def test_one_that_is_wrong_is_told_in_the_databases_words(self, place):
        with pytest.raises(DataError, match=r"the database cannot be read: .*nowhere"):
            place.open("select * from nowhere")

    def test_columns_of_one_name_are_told(self, place):
        place.fill([1])
        query = "select id, id, text from reviews"
        if place.engine.name == "sqlite":  # it gives them names of their own
            assert list(place.open(query).to_frame()) == ["id", "id:1", "text", "mood"]
            return
        with pytest.raises(DataError, match='two columns of the query are named "id"'):
            place.open(query)


class TestKeys:
    def test_one_is_needed(self, place):
        place.fill([1])
        with pytest.raises(DataError, match=r'a database is read by key: give key=.*"id", "text"'):
            place.open(key=None)

    def test_it_must_be_a_column(self, place):
        place.fill([1])
        with pytest.raises(DataError, match=r'key= "idd" is no column .* did you mean "id"'):
            place.open(key="idd")

    def test_rows_without_one_are_left_out_and_told(self, place):
        place.fill([1, 2], kind="integer")
        place.run("insert into reviews values (null, 'lost')")
        project = place.open()
        assert [project.key(n) for n in range(len(project))] == ["1", "2"]
        assert (
            'column "id" is null in some rows of the database: without a key they are left out'
            in (project.problems)
        )

    def test_rows_that_share_one_are_set_aside_and_told(self, place):
        place.fill([1, 2, 2, 3], kind="integer")
        project = place.open()
        assert 'column "id" has the key "2" in rows 1 and 2; every row needs a key of its own' in (
            project.problems
        )
        assert texts(project, 1, 3) == ["text 2", "text 3"]

    def test_they_are_found_where_a_page_ends_among_them(self, place):
        ids = [*range(255), 255, 255, 255, *range(256, 600)]
        place.fill(ids, kind="integer")
        project = place.open()
        keys = project._work.data.keys
        assert [keys.read(n, n + 1)[0] for n in range(len(ids))] == [str(one) for one in ids]
        assert keys.repeats() == {256, 257}

    @pytest.mark.parametrize(
        ("kind", "ids"),
        [
            ("varchar(40)", ["b", "ä", "A", "a b", "Z"]),
            ("varchar(40)", [str(uuid.UUID(int=n * 2**100)) for n in range(5)]),
            ("date", [datetime.date(2026, 1, n) for n in (3, 1, 2)]),
            ("numeric(9, 2)", [1.25, 3, 2.5]),
        ],
    )
    def test_they_may_be_of_any_kind(self, place, kind, ids):
        place.fill([str(one) if place.engine.name == "sqlite" else one for one in ids], kind)
        project = place.open()
        made = {project.key(n): texts(project, n)[0] for n in range(len(project))}
        assert len(made) == len(ids)
        for key in made:
            project.annotate(key, mood="bad")
        assert project.progress()["done"] == len(ids)

    @pytest.mark.postgresql
    def test_a_uuid_of_postgresql(self):
        url = postgresql.server().place().replace("postgresql://", "postgresql+psycopg://")
        place = Place(url)
        place.fill([uuid.UUID(int=n) for n in (2, 1)], "uuid primary key")
        assert place.open().key(0) == str(uuid.UUID(int=1))
        place.engine.dispose()


class TestWhatChangesMeanwhile:
    def test_a_task_stays_where_it_was_met(self, place):
        place.fill([10, 20, 30])
        project = place.open()
        assert texts(project, 1) == ["text 20"]
        place.add([5, 15])
        assert texts(project, 0, 1, 2) == ["text 10", "text 20", "text 30"]

    def test_what_is_gone_says_so_and_the_others_stay(self, place):
        place.fill(range(300))
        project = place.open()
        project.annotate(7, mood="good")
        place.run("delete from reviews where id in (7, 290)")
        project.refresh()
        with pytest.raises(DataError, match="row 7 was set aside: it is no longer in the database"):
            project.view(7)
        assert texts(project, 6, 8) == ["text 6", "text 8"]
        assert project.results()["key"].tolist() == ["7"]

    def test_what_came_is_seen_by_a_refresh_and_comes_last(self, place):
        place.fill([10, 20, 30])
        project = place.open()
        project.annotate(20, mood="good")
        place.add([40, 15])
        assert project.refresh() == 2
        assert texts(project, *range(5)) == [f"text {n}" for n in (10, 20, 30, 15, 40)]
        assert project.to_frame()["mood"].tolist() == [None, "good", None, None, None]
        assert project.refresh() == 0

    def test_a_change_of_a_row_under_its_key_counts_as_changed(self, place):
        place.fill([1, 2])
        project = place.open()
        project.annotate(1, mood="good")
        place.run("update reviews set text = 'else' where id = 1")
        project.refresh()
        assert project.view(0).changed
        assert project.progress()["changed"] == 1

    def test_places_that_nobody_saw_are_filled_by_what_there_is(self, place):
        place.fill(range(0, 30_000, 2))
        project = place.open()
        seen = {index: project.key(index) for index in (0, 3_000, 14_999)}
        place.add([1, 5_999])
        place.run("delete from reviews where id = 8000")
        assert project.refresh() == 1
        assert {index: project.key(index) for index in seen} == seen
        keys = project._work.data.keys.read(0, len(project))
        assert len(set(keys)) == 15_001
        assert "8000" not in keys


class TestConnections:
    def test_a_connection_is_left_as_it_was(self, place):
        place.fill([1, 2])
        with place.engine.connect() as connection:
            project = place.open(connection=connection)
            assert len(project) == 2
            assert not connection.in_transaction()
            connection.execute(sa.text("insert into reviews values (3, 'mine')"))
            assert project.refresh() == 1
            assert connection.in_transaction()
            connection.rollback()

    def test_a_url(self, tmp_path):
        with sqlite3.connect(tmp_path / "a.db") as connection:
            connection.execute("create table reviews (id integer, text text)")
            connection.execute("insert into reviews values (1, 'fine')")
        url = f"sqlite:///{tmp_path}/a.db"
        assert texts(Project(QUERY, CONFIG, key="id", connection=url, store=":memory:"), 0) == [
            "fine"
        ]

    def test_a_password_is_nowhere(self, tmp_path):
        word = "".join(reversed("emases"))  # so that no line of this test has it
        url = f"postgresql://ana:{word}@127.0.0.1:1/reviews?connect_timeout=1"
        with pytest.raises(DataError, match="the database cannot be read: ") as told:
            Project(QUERY, CONFIG, key="id", connection=url, store=":memory:")
        assert word not in "".join(traceback.format_exception(told.value))

    @pytest.mark.parametrize("given", ["reviews.db", object(), 3])
    def test_anything_else_is_refused(self, given):
        with pytest.raises(DataError, match=r"connection= .* an SQLAlchemy engine"):
            Project(QUERY, CONFIG, key="id", connection=given, store=":memory:")

    def test_a_query_without_one_is_told(self):
        with pytest.raises(DataError, match=r"data is a query, .*: give connection="):
            Project(QUERY, CONFIG, key="id", store=":memory:")

    def test_a_table_alone_is_no_query(self, place):
        with pytest.raises(DataError, match='"reviews" is no query; "select \\* from reviews" is'):
            place.open("reviews")

    def test_work_under_another_name_is_told_with_a_line_that_opens_it(self, place, tmp_path):
        place.fill([1, 2])
        store = tmp_path / "labels.db"
        first = place.open(store=store, name="mine")
        first.annotate(1, mood="good")
        first.close()
        other = place.open(store=store)
        assert any(
            'nl.Labeler(query, config, name="mine", key="id", connection=connection' in one
            for one in other.problems
        )
        other.close()


TABLE = "create table reviews (id integer primary key, text varchar)"
ROWS = """with recursive t(i) as (select 0 union all select i + 1 from t where i < 29999)
select i * 2, 'text ' || (i * 2) from t"""


@pytest.mark.filterwarnings("ignore:The 'future.infer_string'")  # ibis sets what pandas gives up
class TestDuckdbAndIbis:
    @pytest.fixture(params=["duckdb", "ibis"])
    def connection(self, request, tmp_path):
        if request.param == "duckdb":
            made = duckdb.connect()
            made.execute(TABLE)
            made.execute(f"insert into reviews {ROWS}")
        else:
            with contextlib.closing(sqlite3.connect(tmp_path / "reviews.db")) as file, file:
                file.execute(TABLE)
                file.execute(f"insert into reviews {ROWS}")
            made = ibis.sqlite.connect(tmp_path / "reviews.db")
        yield made
        if request.param == "ibis":
            made.disconnect()

    def open(self, connection, query=f"{QUERY};"):
        return nl.Project(query, CONFIG, key="id", connection=connection, store=":memory:")

    def test_they_are_paged_by_key_too(self, connection):
        project = self.open(connection)
        assert "more than 10,000 tasks" in repr(project)
        assert texts(project, 0, 29_999, 12_345) == ["text 0", "text 59998", "text 24690"]
        assert len(project) == 30_000
        project.annotate(24_690, mood="bad")
        found = nw.from_native(project.results()).lazy().collect()
        assert found.get_column("key").to_list() == ["24690"]

    def test_what_came_is_seen_by_a_refresh(self, connection):
        project = self.open(connection)
        assert project.index("59998") == 29_999  # every row was met
        insert = "insert into reviews values (7, 'text 7')"
        if hasattr(connection, "raw_sql"):
            with connection.begin() as file:
                file.execute(insert)
        else:
            connection.execute(insert)
        assert project.refresh() == 1
        assert texts(project, 30_000) == ["text 7"]

    def test_a_query_that_is_wrong_is_told(self, connection):
        with pytest.raises(DataError, match="the query cannot be asked: "):
            self.open(connection, "select * from nowhere")
