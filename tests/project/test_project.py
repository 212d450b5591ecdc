import json
import sqlite3
import threading
from datetime import date, time
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from nblabel import tasks
from nblabel.base.errors import DataError, FormatError, StoreError
from nblabel.base.ids import unique_id
from nblabel.core.change import Applied, Change, Conflict, Edit
from nblabel.project import Project
from nblabel.store import now
from tests.project.animals import CONFIG, TEXT, mood, span


def gesture(view, action, *results, base=0, uid=None, client=None):
    edits = tuple(Edit(f"i{n}", float(n), None, result) for n, result in enumerate(results))
    return Change(
        view.key,
        uid or unique_id(),
        base,
        client or unique_id(),
        1,
        now(),
        action,
        edits,
        lead_time=2.0,
        digest=view.digest,
    )


class TestWorkIsFound:
    def test_again_when_the_cell_runs_again(self, opened):
        opened(annotator="ana").annotate(7, [mood("good")])
        again = opened(annotator="ana")
        assert again.view(0).annotation.items[0].result == mood("good")
        assert again.progress()["done"] == 1

    def test_when_rows_are_added_removed_and_reordered(self, opened, frame):
        opened().annotate(8, [mood("bad")])
        other = pd.DataFrame({"id": [1, 9, 8], "text": ["new", "fair", "poor"]})
        again = opened(other)
        assert again.view(2).annotation.state == "submitted"
        assert again.progress() == {
            "total": 3,
            "done": 1,
            "skipped": 0,
            "drafts": 0,
            "changed": 0,
            "exact": True,
        }
        assert opened(other.head(2)).progress()["done"] == 0

    def test_when_the_keys_are_another_type(self, opened, frame):
        opened().annotate("7", [mood("good")])
        assert opened(frame.assign(id=frame["id"].astype(float))).progress()["done"] == 1
        assert opened(pl.from_pandas(frame)).progress()["done"] == 1

    def test_when_a_label_or_colour_is_new(self, opened):
        opened().annotate(7, [mood("good")])
        richer = CONFIG.replace(
            '<Choice value="bad"/>', '<Choice value="bad"/><Choice value="so"/>'
        )
        assert opened(config=richer).progress()["done"] == 1

    def test_without_data_and_config(self, opened, project, tmp_path):
        project.annotate(7, [mood("good")])
        stored = opened(None, None, key=None)
        assert (stored.name, len(stored)) == (project.name, 1)
        assert stored.to_label_studio()[0]["data"]["text"] == TEXT
        assert stored.results()["label"].tolist() == ["good"]

    def test_with_equal_values_shared_where_there_is_no_key(self, opened):
        twice = pd.DataFrame({"text": ["same", "other", "same"]})
        project = opened(twice, key=None)
        project.annotate(project.key(0), [mood("good")])
        assert project.view(2).annotation.state == "submitted"
        assert project.to_frame()["mood"].tolist()[::2] == ["good", "good"]
        assert len(project.to_label_studio()) == 1


class TestDataChanged:
    @pytest.fixture
    def changed(self, opened, frame):
        opened().annotate(7, [mood("good")])
        return opened(frame.assign(text=["now another", "poor", "fair"]))

    def test_it_is_flagged_and_does_not_count_as_done(self, changed):
        assert changed.view(0).changed
        assert not changed.view(1).changed
        assert changed.progress()["done"] == 0
        assert changed.progress()["changed"] == 1
        assert changed.find(0, 1, "unlabeled", 3) == [0, 1, 2]
        assert "made on other data" in " ".join(changed.check()["problem"])

    def test_until_it_is_submitted_again(self, changed):
        changed.annotate(7, [mood("bad")])
        assert not changed.view(0).changed
        assert changed.progress()["done"] == 1


class TestTheEditor:
    def test_a_gesture_is_stored_and_told(self, project):
        told = []
        stop = project.on_change(lambda kind, what: told.append((kind, what)))
        view = project.view(0)
        first = gesture(view, "edit", mood("good"), uid="u")
        assert project.apply(first) == Applied(1)
        assert project.apply(first) == Applied(1)
        assert isinstance(project.apply(gesture(view, "submit", uid="u")), Conflict)
        stop()
        assert project.apply(gesture(view, "submit", base=1, uid="u")) == Applied(2)
        assert told == [("annotation", "7"), ("annotation", "7")]
        own = project.view(0).annotation
        assert (own.state, own.lead_time, own.annotator) == ("submitted", 4.0, "ana")

    def test_others_are_seen_as_they_were_submitted(self, opened, project):
        bob = opened(annotator="bob")
        bob.apply(gesture(bob.view(0), "submit", mood("bad"), uid="b"))
        edit = Edit("i0", 0.0, mood("bad"), mood("good"))
        view = bob.view(0)
        bob.apply(Change("7", "b", 1, "x", 1, now(), "edit", (edit,), digest=view.digest))
        bob.apply(gesture(bob.view(1), "edit", mood("bad")))
        (other,) = project.view(0).others
        assert [item.result for item in other.items] == [mood("bad")]
        assert project.view(0).annotation is None
        assert project.view(1).others == ()

    def test_it_begins_where_one_was_and_else_with_the_first_unlabeled(self, opened, frame):
        project = opened(annotator="ana")
        assert project.start() == 0
        project.annotate(7, [mood("good")])
        assert project.start() == 1
        project.remember(2)
        assert opened(annotator="ana").start() == 2
        assert opened(frame.iloc[::-1], annotator="ana").start() == 0
        assert opened(annotator="bob").start() == 0

    def test_find_walks_both_ways(self, project):
        project.annotate(8, [mood("good")])
        project.apply(gesture(project.view(2), "skip"))
        assert project.find(0, 1, "unlabeled", 5) == [0]
        assert project.find(2, -1, "labeled", 5) == [1]
        assert project.find(0, 1, "skipped", 5) == [2]
        assert project.find(2, -1, "all", 2) == [2, 1]
        assert project.find(3, 1, "all", 2) == []
        assert project.find(-1, -1, "all", 2) == []

    def test_the_last_decisions(self, project):
        project.annotate(8, [mood("good"), span(0, 3, "Plant")])
        project.apply(gesture(project.view(2), "skip"))
        assert project.decisions(5) == [
            {"index": 2, "key": "9", "state": "skipped", "text": "skip"},
            {"index": 1, "key": "8", "state": "submitted", "text": "good, the"},
        ]

    def test_a_change_that_comes_late_lands_on_its_own_task(self, opened, frame):
        project = opened()
        late = gesture(project.view(2), "submit", mood("bad"))
        again = opened(frame.iloc[:2])
        assert again.apply(late) == Applied(1)
        assert again.progress()["done"] == 0
        assert opened().view(2).annotation.items[0].result == mood("bad")

    def test_what_it_is_told(self, project):
        spec = project.spec()
        assert spec["rows"] == 3
        assert spec["annotator"] == "ana"
        assert not spec["advance"]

    @pytest.mark.parametrize(
        ("choices", "advance"),
        [("", True), ('choice="multiple"', False), ('perRegion="true"', False)],
    )
    def test_it_goes_on_when_the_only_control_is_one_single_choices(self, opened, choices, advance):
        config = f"""<View><Text name="t" value="$text"/>
        <Choices name="mood" toName="t" {choices}><Choice value="good"/></Choices></View>"""
        assert opened(config=config).advance is advance
        assert opened(config=config, advance=True).advance

    @pytest.mark.parametrize("key", ["id", None])
    def test_no_more_is_read_of_a_million_rows_than_is_looked_at(self, opened, monkeypatch, key):
        many = pd.DataFrame({"id": range(1_000_000), "text": range(1_000_000)})
        kind = type(tasks.read(many))
        read = []

        def counted(name, indices):
            real = getattr(kind, name)
            monkeypatch.setattr(
                kind, name, lambda *given: read.extend(indices(*given)) or real(*given)
            )

        counted("row", lambda _, index, *__: [index])
        counted("stretch", lambda _, start, stop, *__: range(start, stop))
        counted("key_values", lambda rows, _, start=0, stop=None: range(start, stop or len(rows)))
        project = opened(many, key=key)
        project.spec()
        project.progress()
        assert read == []
        assert project.find(0, 1, "unlabeled", 3) == [0, 1, 2]
        project.view(project.start())
        assert max(read) < 1000
        view = project.view(500_000)
        project.apply(gesture(view, "submit", mood("good")))
        project.remember(500_000)
        project.progress()
        assert project.decisions(10)[0]["index"] == 500_000
        assert {index for index in read if index >= 1000} <= set(range(499_900, 500_100))
        read.clear()
        gone = opened(many.drop(index=500_000), key=key)
        assert gone.start() == 0
        assert len(read) < 10_000

    def test_one_that_moved_a_little_is_found_where_it_was(self, opened):
        many = pd.DataFrame({"id": range(20_000), "text": "x"})
        opened(many).remember(15_000)
        assert opened(many.drop(index=range(100))).start() == 14_900
        small = many.iloc[6000:]
        opened(small, name="small").remember(0)
        assert opened(small.iloc[:9000], name="small").start() == 0
        assert opened(small.iloc[:9000][::-1], name="small").start() == 8_999

    def test_from_four_threads(self, project):
        failures = []

        def work(n):
            try:
                for i in range(3):
                    project.annotate(7 + i, [mood("good")], annotator=f"a{n}")
                    project.view(i)
                    project.progress()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(project.results()) == 12


class TestAnnotate:
    def test_it_submits_and_gives_the_annotations_id(self, project):
        uid = project.annotate(7, [mood("good")])
        assert project.results()["annotation"].tolist() == [uid]
        assert project.annotate(7, [mood("bad")]) == uid
        assert project.to_frame()["mood"].tolist()[0] == "bad"

    def test_a_missing_id_is_made_and_nothing_else_is_changed(self, project):
        bare = {"from_name": "nobody", "value": {"odd": [1, 2]}, "extra": "kept"}
        relation = {"type": "relation", "from_id": "a", "to_id": "b"}
        project.annotate(7, [bare, relation], check=False)
        first, second = (item.result for item in project.view(0).annotation.items)
        assert len(first.pop("id")) == 10
        assert first == bare
        assert "id" not in second
        assert "the result has no to_name" in project.check()["problem"].tolist()

    @pytest.mark.parametrize(
        ("key", "results", "message"),
        [
            (70, [], 'no task has the key "70"'),
            (None, [], "null key"),
            (7, None, "is told nothing of task"),
            (7, {"result": []}, 'no control "result", only "mood", "what"'),
            (7, [mood("good"), "good"], "result 1 is str"),
        ],
    )
    def test_what_it_does_not_take(self, project, key, results, message):
        with pytest.raises(DataError, match=message):
            project.annotate(key, results)

    def test_a_key_that_is_not_there_is_told_how_keys_look(self):
        frame = pd.DataFrame({"id": ["doc-1", "doc-2"], "text": ["a", "b"]})
        keyed = Project(frame, CONFIG, key="id", store=":memory:")
        told = r'"doc_1"; those of column "id" look like "doc-1" or "doc-2"; did you mean "doc-1"\?'
        with pytest.raises(DataError, match=told):
            keyed.annotate("doc_1", [])
        unkeyed = Project(frame, CONFIG, store=":memory:")
        told = f'index, like "0" or "1", or by what key.row. gives, like "{unkeyed.key(0)}"'
        with pytest.raises(DataError, match=told):
            unkeyed.annotate(2, [])


class TestToFrame:
    def test_columns_and_index_are_kept_and_one_is_added_a_control(self, project, frame):
        project.annotate(7, [mood("good"), span(4, 5, "Animal"), span(12, 13, "Plant")])
        out = project.to_frame()
        pd.testing.assert_frame_equal(out[["id", "text"]], frame)
        assert list(out.columns) == ["id", "text", "mood", "what"]
        assert out["mood"].dropna().to_dict() == {10: "good"}
        assert [cell["labels"] for cell in out["what"][10]] == [["Animal"], ["Plant"]]

    def test_polars_in_polars_out(self, opened, frame):
        project = opened(pl.from_pandas(frame))
        project.annotate(7, [mood("good")])
        assert project.to_frame()["mood"].to_list() == ["good", None, None]
        assert isinstance(project.results(), pl.DataFrame)

    def test_where_nothing_was_said_is_none(self, project):
        project.annotate(7, [mood("good")])
        assert project.to_frame()["mood"].tolist() == ["good", None, None]
        assert project.to_frame()["what"].tolist() == [None, None, None]
        assert project.to_frame("all")["annotator"].tolist() == ["ana", None, None]
        assert project.results()["text"].tolist() == [None]

    def test_arrow_in_arrow_out(self, opened, frame):
        project = opened(pa.Table.from_pandas(frame, preserve_index=False))
        project.annotate(7, [mood("good"), span(4, 5, "Animal")])
        out = project.to_frame()
        assert isinstance(out, pa.Table)
        assert out.column_names == ["id", "text", "mood", "what"]
        assert out["mood"].to_pylist() == ["good", None, None]
        assert isinstance(project.results(), pa.Table)

    def test_a_relation_in_a_relation_out(self, opened, frame):
        project = opened(duckdb.sql("SELECT * FROM frame"))
        project.annotate(7, [mood("good"), span(4, 5, "Animal")])
        out = project.to_frame()
        assert isinstance(out, duckdb.DuckDBPyRelation)
        assert out.filter("mood = 'good'").project("id").fetchall() == [(7,)]
        assert isinstance(project.results(), duckdb.DuckDBPyRelation)

    def test_a_list_and_a_path_give_pandas(self, opened, frame, tmp_path):
        frame.to_csv(tmp_path / "rows.csv", index=False)
        for data in (frame.to_dict("records"), tmp_path / "rows.csv"):
            project = opened(data, store=":memory:")
            project.annotate(7, [mood("good")])
            out = project.to_frame()
            assert isinstance(out, pd.DataFrame)
            assert out["mood"].tolist() == ["good", None, None]

    def test_an_index_of_several_levels_is_kept(self, opened, frame):
        levels = frame.set_index(pd.MultiIndex.from_product([["a"], [1, 2, 3]], names=["x", "y"]))
        project = opened(levels)
        project.annotate(8, [mood("good")])
        assert project.to_frame().index.equals(levels.index)
        every = project.to_frame("all")
        assert every.index.equals(levels.index)
        assert every.loc[("a", 2), "mood"] == "good"

    def test_a_control_named_like_a_column_gets_another(self, opened, frame):
        project = opened(frame.assign(mood="mine"))
        project.annotate(7, [mood("good")])
        with pytest.warns(UserWarning, match='what was annotated is in "mood_annotation"') as told:
            out = project.to_frame()
        assert [warning.filename for warning in told] == [__file__]
        assert set(out["mood"]) == {"mine"}
        assert out["mood_annotation"].dropna().tolist() == ["good"]

    def test_a_column_named_annotator_is_not_overwritten(self, opened, frame):
        project = opened(frame.assign(annotator="mine"), annotator="ana")
        project.annotate(7, [mood("good")])
        with pytest.warns(UserWarning, match='in "annotator_annotation"'):
            out = project.to_frame(annotations="all")
        assert set(out["annotator"]) == {"mine"}
        assert out["annotator_annotation"].dropna().tolist() == ["ana"]

    def test_the_newest_that_is_not_skipped_counts(self, opened, project):
        project.annotate(7, [mood("good")])
        project.annotate(7, [mood("bad")], annotator="bob")
        carol = opened(annotator="carol")
        carol.apply(gesture(carol.view(0), "skip", mood("good")))
        assert project.to_frame()["mood"].tolist()[0] == "bad"
        every = project.to_frame(annotations="all")
        assert every["annotator"].tolist()[:2] == ["ana", "bob"]
        assert every["id"].tolist() == [7, 7, 8, 9]

    def test_drafts_count_only_when_asked_for(self, project):
        project.apply(gesture(project.view(0), "edit", mood("good")))
        assert project.to_frame()["mood"].isna().all()
        assert project.to_frame(drafts=True)["mood"].tolist()[0] == "good"
        assert len(project.results()) == 0
        assert len(project.results(drafts=True)) == 1
        assert project.to_label_studio()[0]["annotations"] == []
        (task,) = project.to_label_studio(drafts=True)
        assert task["drafts"][0]["result"] == [mood("good")]


class TestResults:
    def test_the_text_between_start_and_end_is_the_labels(self, project):
        project.annotate(7, [span(4, 5, "Animal"), span(15, 16, "Plant")])
        rows = project.results()
        assert rows["text"].tolist() == ["🦊", "🌳"]
        for row in rows.itertuples():
            assert TEXT[int(row.start) : int(row.end)] == row.text
        assert rows["label"].tolist() == ["Animal", "Plant"]
        assert json.loads(rows["value"][0])["labels"] == ["Animal"]

    @pytest.mark.parametrize("how", ['valueType="url"', 'encoding="base64"', 'resolver="csv"'])
    def test_offsets_never_cut_what_is_not_the_text_itself(self, opened, how, monkeypatch):
        # The browser fetches an address; the kernel neither fetches it nor takes it for the text.
        monkeypatch.setattr("socket.socket.connect", None)
        config = CONFIG.replace('name="t"', f'name="t" {how}', 1)
        project = opened([{"id": 1, "text": "https://example.org/a.txt"}], config)
        assert project.view(0).values[1]["value"] == "https://example.org/a.txt"
        project.annotate(1, [span(4, 5, "Animal")])
        assert project.results()["text"].tolist() == ["🦊"]

    def test_texts_without_a_column(self, opened):
        project = opened([TEXT, "poor"], key=None)
        assert project.problems == []
        project.annotate(project.key(0), [span(4, 5, "Animal")])
        assert project.results()["text"].tolist() == ["🦊"]
        assert project.to_label_studio()[0]["data"]["text"] == TEXT

    def test_all_columns_are_there_when_nothing_is(self, project):
        from nblabel.formats.table import COLUMNS

        assert list(project.results().columns) == ["key", "index", *list(COLUMNS)[1:]]

    def test_geometry_in_pixels(self, opened):
        config = """<View><Image name="img" value="$image"/>
        <RectangleLabels name="box" toName="img"><Label value="Cat"/></RectangleLabels></View>"""
        project = opened([{"id": 1, "image": "https://example.org/a.jpg"}], config)
        box = {"x": 10, "y": 50, "width": 5, "height": 20, "rotation": 30}
        result = {
            "id": "r",
            "from_name": "box",
            "to_name": "img",
            "type": "rectanglelabels",
            "original_width": 800,
            "original_height": 400,
            "value": {**box, "rectanglelabels": ["Cat"]},
        }
        project.annotate(1, [result])
        row = project.results().iloc[0]
        assert {name: row[name] for name in box} == box
        pixels = project.results(units="px").iloc[0]
        assert [pixels[n] for n in box] == [80, 200, 40, 80, 30]


class TestWrongArguments:
    @pytest.mark.parametrize(
        ("given", "error", "message"),
        [
            ({"anotator": "ana"}, TypeError, 'no argument "anotator"; did you mean "annotator"'),
            ({"key": "idd"}, DataError, 'did you mean "id"'),
        ],
    )
    def test_of_a_project(self, opened, given, error, message):
        with pytest.raises(error, match=message):
            opened(**given)

    def test_of_its_readers(self, project, tmp_path):
        with pytest.raises(FormatError, match='did you mean "label-studio"'):
            project.export(tmp_path / "a.json", "labelstudoi")
        with pytest.raises(FormatError, match="there is no folder"):
            project.export(tmp_path / "none" / "a.json")
        with pytest.raises(DataError, match='units="pixel"'):
            project.results(units="pixel")
        with pytest.raises(DataError, match='annotations="every"'):
            project.to_frame(annotations="every")
        with pytest.raises(DataError, match="no row 3"):
            project.view(3)

    def test_of_what_a_store_does_not_have(self, opened, project):
        opened(config=CONFIG.replace("mood", "tone"), name="reviews")
        with pytest.raises(StoreError, match=r"has 2 projects .*give the config, or name="):
            opened(None, None, key=None)
        with pytest.raises(StoreError, match=r'no project "review".*did you mean "reviews"'):
            opened(None, None, key=None, name="review")
        with pytest.raises(DataError, match="opened without data"):
            opened(None, None, key=None, name="reviews").to_frame()

    def test_nothing_at_all(self, frame, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for given in ((), (frame,)):
            with pytest.raises(DataError, match="give data and a config"):
                Project(*given)
        assert list(tmp_path.iterdir()) == []


class TestColumnsThatDoNotExist:
    HEADED = CONFIG.replace("<View>", '<View><Header value="$titel"/>', 1)

    def test_are_told_with_the_nearest_when_there_are_others(self, opened, frame):
        project = opened(frame.assign(title="a"), config=self.HEADED)
        (problem,) = project.problems
        assert problem.startswith("line 1, <Header value>: $titel is no column")
        assert 'did you mean "title"' in problem
        assert problem in project.spec()["problems"]
        assert problem in project.check()["problem"].tolist()

    @pytest.mark.parametrize("library", [pd, pl])
    def test_are_an_error_when_none_exists(self, opened, tmp_path, library):
        message = r'no column that the config shows: .*\$text is no column; .*did you mean "texts"'
        with pytest.raises(DataError, match=message):
            opened(library.DataFrame({"id": [1], "texts": ["a"]}))
        assert list(tmp_path.iterdir()) == []

    def test_the_configs_own_warnings_stand_beside_them(self, opened):
        odd = CONFIG.replace('name="t"', 'name="t" colour="red"', 1)
        assert "<Text> has no attribute colour" in opened(config=odd).problems[0]


class TestNoRows:
    @pytest.mark.parametrize("library", [pd, pl])
    def test_a_frame_of_no_rows(self, opened, library):
        project = opened(library.DataFrame({"id": [], "text": []}))
        assert project.start() == 0
        assert project.find(0, 1, "unlabeled", 3) == []
        assert project.progress()["total"] == 0
        assert list(project.to_frame().columns) == ["id", "text", "mood", "what"]
        assert len(project.results()) == len(project.check()) == 0
        assert project.to_label_studio() == []


class TestKeys:
    TOLD = (
        'column "id" has no key in row 1: it is null',
        'column "id" has the key "7" in rows 0 and 2; every row needs a key of its own',
    )

    @pytest.fixture
    def project(self, opened, frame):
        """One with a null and a repeated key, in which everything else is labeled."""
        four = pd.DataFrame({"id": [7, None, 7, 9], "text": ["a", "b", "c", "d"]})
        project = opened(four)
        for key in (7, 9):
            project.annotate(key, [mood("good")])
        return project

    def test_a_null_or_double_key_is_told_at_once(self, project):
        assert project.problems == [*self.TOLD]
        assert project.spec()["problems"] == [*self.TOLD]

    def test_its_row_is_not_offered_and_says_why_where_it_is_shown(self, project):
        assert project.find(0, 1, "labeled", 5) == [0, 3]
        assert project.find(0, 1, "unlabeled", 5) == []
        assert project.find(0, 1, "all", 5) == [0, 1, 2, 3]
        for row, told in zip((1, 2), self.TOLD, strict=True):
            with pytest.raises(DataError) as caught:
                project.view(row)
            assert str(caught.value) == told

    def test_all_else_comes_out(self, project, tmp_path):
        assert project.to_frame()["mood"].tolist() == ["good", None, None, "good"]
        assert project.to_frame("all")["mood"].tolist() == ["good", None, None, "good"]
        assert project.results()["key"].tolist() == ["7", "9"]
        assert project.check()["problem"].tolist() == [*self.TOLD]
        assert [task["data"]["text"] for task in project.to_label_studio()] == ["a", "d"]
        with pytest.warns(UserWarning, match='"id" as "_data_id"'):
            project.export(tmp_path / "out.csv", format="csv")

    def test_in_a_large_frame_it_is_told_once_the_row_is_met(self, opened):
        rows = 12_000
        project = opened(pd.DataFrame({"id": [*range(rows), 3], "text": "a"}))
        told = []
        project.on_change(lambda kind, what: told.append((kind, what)))
        assert project.problems == []
        while not project.index_some():
            pass
        project.index_some()
        [sentence] = project.problems
        assert told == [("problem", sentence)]
        assert f'the key "3" in rows 3 and {rows}' in sentence

    def test_many_are_counted(self, opened):
        project = opened(pd.DataFrame({"id": [None] * 100, "text": "a"}))
        assert len(project.problems) == 21
        assert project.problems[-1] == "and 80 more rows are set aside likewise"

    CELLS = (
        [(1, "a"), (2, "b")],
        [2**70, 10**2000],
        ["half \ud83d", "nul \0"],
        [Decimal("1.50"), Decimal(2)],
        [pd.Timedelta(minutes=1), pd.Timedelta(milliseconds=5)],
        [date(2024, 5, 1), date(2024, 5, 2)],
        [pd.Timestamp("2024-05-01 12:30:00.5"), pd.Timestamp("2024-05-02")],
        [1.5, 2.0],
        [True, False],
        [b"\x00\x01", b"\x02"],
        [time(12, 30), time(13)],
    )

    @pytest.mark.parametrize(
        ("kind", "cells"),
        [
            *(("list", cells) for cells in CELLS),
            *(("pandas", cells) for cells in CELLS),
            *(("polars", cells) for cells in CELLS[3:]),  # it has no columns of the others
        ],
    )
    def test_what_a_key_came_from_always_finds_it(self, opened, cells, kind):
        rows = [{"id": cell, "text": text} for cell, text in zip(cells, "ab", strict=True)]
        if kind == "pandas":
            as_they_are = "half \ud83d" in cells  # pandas' own texts hold none
            data = pd.DataFrame(rows, dtype=object if as_they_are else None)
            given = [*data["id"], *data["id"].to_numpy()]
        elif kind == "polars":
            data = pl.DataFrame(rows)
            given = data["id"].to_list()
        else:
            data, given = rows, cells
        project = opened(data)
        for place, key in enumerate(given):
            assert project.index(key) == place % 2
            project.annotate(key, [mood("good")])
        assert project.progress()["done"] == 2

    @pytest.mark.parametrize(
        ("data", "label", "row"),
        [
            (pd.DataFrame({"text": ["a", "b"]}, index=[30, 10]), 10, 1),
            (pd.DataFrame({"text": ["a", "b"]}, index=["r1", "r2"]), "r2", 1),
            (pd.DataFrame({"text": ["a", "b"]}, index=pd.to_datetime(["2024", "2025"])), None, 1),
            (pd.DataFrame({"text": ["a", "b"]}).set_index([["x", "x"], [1, 2]]), ("x", 2), 1),
            (pl.DataFrame({"text": ["a", "b"]}), np.int64(1), 1),
            ([{"text": "a"}, {"text": "b"}], 1, 1),
            ([{"data": {"text": "a"}}, {"data": {"text": "b"}}], 1, 1),
        ],
    )
    def test_without_a_column_the_index_is_one_too(self, opened, data, label, row):
        project = opened(data, key=None)
        label = data.index[1] if label is None else label
        assert project.index(label) == row
        project.annotate(label, [mood("good")])
        project.annotate(label, [mood("bad")])
        assert [revision.revision for revision in project.history(label)] == [1, 2]
        assert project.revert(label, 1) == 3
        assert project.to_frame(status=True)["status"].to_list() == ["unlabeled", "submitted"]
        assert project.results()["index"].to_list() == [label]
        assert project.results()["key"].to_list() == [project.key(row)]
        assert project.index(project.key(row)) == row

    def test_a_digest_is_a_key_whatever_the_index_has(self, opened):
        project = opened(pd.DataFrame({"text": ["a", "b"]}), key=None)
        names = [project.key(1), project.key(0)]
        crossed = opened(pd.DataFrame({"text": ["a", "b"]}, index=names), key=None)
        assert [crossed.index(key) for key in names] == [1, 0]

    def test_an_index_that_means_no_row_or_several_is_none(self, opened):
        project = opened(pd.DataFrame({"text": ["a", "b", "c"]}, index=[7, 7, 8]), key=None)
        assert [project.index(given) for given in (7, 8, 9, True, None, [1])] == [
            None,
            2,
            None,
            None,
            None,
            None,
        ]

    @pytest.mark.parametrize("given", [8, "8", 8.0, np.int64(8)])
    def test_a_number_is_a_label_however_it_is_written(self, opened, given):
        for index in ([7, 8], [0, 8]):
            frame = pd.DataFrame({"text": ["a", "b"]}, index=index)
            assert opened(frame, key=None).index(given) == 1
        assert opened(pl.DataFrame({"text": list("abcdefghij")}), key=None).index(given) == 8

    def test_a_place_is_no_key_where_tasks_have_ids(self, opened):
        project = opened([{"id": 5, "data": {"text": "a"}}], key=None)
        assert project.index(5) == 0
        with pytest.raises(DataError, match='Label Studio\'s ids look like "5"'):
            project.annotate(0, [])

    def test_an_index_is_found_without_reading_rows(self, opened, monkeypatch):
        rows = 12_000
        project = opened(pd.DataFrame({"text": [f"text {n}" for n in range(rows)]}), key=None)
        monkeypatch.setattr(tasks.Keys, "index", None)
        project.annotate(rows - 1, [mood("good")])
        with pytest.raises(DataError, match=r'index, like "0" or "1", or by what key\(row\) gives'):
            project.annotate("text", [])

    def test_the_nearest_label_is_named(self, opened):
        project = opened(pd.DataFrame({"text": ["a", "b"]}, index=["march-1", "march-2"]), key=None)
        with pytest.raises(DataError, match='did you mean "march-2"'):
            project.history("marsh-2")

    @pytest.mark.parametrize("key", [1, "1", np.int64(1)])
    def test_a_column_is_found_by_its_name_or_the_name_as_text(self, opened, key):
        project = opened(pd.DataFrame([["a", "x"], ["b", "y"]]), NAMELESS, key=key)
        assert [project.key(0), project.key(1)] == ["x", "y"]
        assert project.view(0).values[1]["value"] == "a"

    def test_a_column_that_is_not_there(self, opened):
        with pytest.raises(DataError, match='key= "5" is no column; there are "0", "1"'):
            opened(pd.DataFrame([["a", "x"]]), NAMELESS, key=5)


NAMELESS = '<View><Text name="t" value="$0"/></View>'


class TestPredict:
    def test_suggestions_are_stored_and_told(self, opened):
        asked = []

        def predict(given):
            asked.append(given)
            return [{"result": [mood("bad")], "score": 0.5, "model_version": "m1"} for _ in given]

        told, ready = [], threading.Event()
        project = opened(predict=predict)
        project.on_change(lambda kind, what: (told.append((kind, what)), ready.set()))
        assert project.view(0).predictions == ()
        assert ready.wait(10)
        assert told == [("suggestion", "7")]
        assert asked[0][0]["data"]["text"] == TEXT
        (suggestion,) = project.view(0).predictions
        assert (suggestion.results, suggestion.score) == ((mood("bad"),), 0.5)
        assert project.progress()["drafts"] == 0
        (task,) = project.to_label_studio()
        assert task["predictions"][0]["model_version"] == "m1"
        assert task["annotations"] == []

    def test_a_late_one_is_no_search_through_the_frame(self, opened, monkeypatch):
        ready = threading.Event()
        project = opened(predict=lambda given: [[mood("bad")] for _ in given])
        project.on_change(lambda *_: ready.set())
        monkeypatch.setattr(tasks.Keys, "index", None)
        project.view(2)
        assert ready.wait(10)
        assert len(project.view(2).predictions) == 1

    def test_its_failure_is_told_and_work_goes_on(self, opened):
        def predict(given):
            raise KeyError("txt")

        told, ready = [], threading.Event()
        project = opened(predict=predict)
        project.on_change(lambda kind, what: (told.append((kind, what)), ready.set()))
        project.view(0)
        assert ready.wait(10)
        assert told == [("problem", "predict= failed with KeyError: 'txt'")]
        project.annotate(7, [mood("good")])


class TestStatus:
    def test_it_tells_what_became_of_each_task(self, opened, frame):
        data = pd.concat([frame, pd.DataFrame({"id": [1, 2], "text": ["a", "b"]})])
        project = opened(data, annotator="ana")
        project.annotate(7, [])  # there is nothing on it
        project.annotate(8, [mood("good")])
        store, number = project.store, project._work.id
        skip = Change("9", "s", 0, "c", 1, now(), "skip")
        draft = Change("1", "d", 0, "c", 2, now(), "edit", (Edit("e", 1.0, None, mood("bad")),))
        for change in (skip, draft):
            store.apply(number, change, "ana", None)
        whole = project.to_frame(status=True)
        told = ["submitted", "submitted", "skipped", "draft", "unlabeled"]
        assert whole["status"].tolist() == told
        assert whole["mood"].tolist() == [None, "good", None, None, None]
        assert project.to_frame("all", status=True)["status"].tolist() == told
        assert project.to_frame(drafts=True, status=True)["mood"].tolist()[3] == "bad"
        assert project.progress()["done"] == 2
        assert len(project.results()) == 1
        assert "status" not in project.to_frame()

    def test_work_on_other_data_is_told(self, opened, frame):
        opened().annotate(8, [mood("good")])
        changed = opened(frame.assign(text=["a", "b", "c"])).to_frame(status=True)
        assert changed["status"].tolist() == ["unlabeled", "changed", "unlabeled"]

    def test_a_column_of_that_name_is_kept(self, opened, frame):
        with pytest.warns(UserWarning, match='"status" is a column of the data already'):
            made = opened(frame.assign(status="mine")).to_frame(status=True)
        assert made["status"].tolist() == ["mine"] * 3
        assert made["status_annotation"].tolist() == ["unlabeled"] * 3


def test_a_span_over_a_line_break_is_the_text_between(opened):
    text = "first\r\nsecond \\n third"
    project = opened([{"id": 1, "text": text}])
    value = {"start": 0, "end": 13, "text": "first\\n\\nsecond", "labels": ["Animal"]}
    spelled = {**span(0, 1, "Animal"), "value": value}
    literal = {"start": 14, "end": 16, "text": "\\n", "labels": ["Plant"]}
    project.annotate(1, [spelled, {**span(0, 1, "Plant"), "value": literal}])
    first, second = project.to_frame()["what"][0]
    assert first["text"] == text[0:13] == "first\r\nsecond"
    assert second["text"] == text[14:16] == "\\n"
    (task,) = project.to_label_studio()
    assert task["annotations"][0]["result"][0]["value"] == value


def test_it_is_shown_by_names_and_not_by_paths(opened, tmp_path):
    project = opened(annotator="ana")
    assert "store='labels.db'" in repr(project)
    assert repr(project.store) == "Store('labels.db')"
    assert project.spec()["storeName"] == "labels.db"
    assert str(tmp_path) not in repr(project) + json.dumps(project.spec())
    assert project.store.url == str(tmp_path / "labels.db")
    with pytest.raises(StoreError) as told:
        Project(store=tmp_path / "labels.db", name="other")
    assert str(tmp_path) not in str(told.value)


def test_long_waiting_for_other_writers_is_told_once(opened, monkeypatch):
    project = opened(annotator="ana")
    heard = []
    project.on_change(lambda *told: heard.append(told))
    holder = sqlite3.connect(project.store.url, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(1.5, lambda: holder.execute("ROLLBACK")).start()
    for seq in (1, 2):
        gesture = Change("7", f"u{seq}", 0, "c", seq, now(), "skip")
        assert project.apply(gesture) == Applied(1)
    holder.close()
    (sentence,) = [what for kind, what in heard if kind == "problem"]
    assert "use PostgreSQL" in sentence
