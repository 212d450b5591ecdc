import json
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from nblabel.base.errors import MissingPackageError, StoreError
from nblabel.core.change import Applied, Conflict, Edit, Seen
from nblabel.store import Store
from tests.store.gestures import add, change, choice, remove, replace, values


def working(store, project, key="7"):
    (annotation,) = store.annotations(project, key)
    return values(item.result for item in annotation.items)


def submitted(store, project):
    return [
        values(json.loads(text) for text in annotation.submitted)
        for record in store.records(project)
        for annotation in record.annotations
        if annotation.submitted is not None
    ]


class TestALife:
    def test_a_draft_is_kept_and_counts_nowhere(self, store, project):
        assert store.apply(project, change("edit", add("a", "good")), "ana", {}) == Applied(1)
        assert working(store, project) == ["good"]
        assert submitted(store, project) == []

    def test_submitting_makes_it_count(self, store, project):
        store.apply(project, change("edit", add("a", "good")), "ana", {})
        assert store.apply(project, change("submit", base=1), "ana", {}) == Applied(2)
        assert submitted(store, project) == [["good"]]

    def test_a_submitted_annotation_being_edited_counts_as_it_was_submitted(self, store, project):
        store.apply(project, change("submit", add("a", "good"), add("b", "short", 2.0)), "ana", {})
        edits = replace("a", "good", "bad"), remove("b", "short"), add("c", "new", 3.0)
        store.apply(project, change("edit", *edits, base=1), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert (annotation.state, annotation.pending) == ("submitted", True)
        assert working(store, project) == ["bad", "new"]
        assert submitted(store, project) == [["good", "short"]]
        store.apply(project, change("submit", base=2), "ana", {})
        assert submitted(store, project) == [["bad", "new"]]

    def test_undone_to_what_was_submitted_nothing_is_pending(self, store, project):
        store.apply(project, change("submit", add("a", "good")), "ana", {})
        store.apply(project, change("edit", replace("a", "good", "bad"), base=1), "ana", {})
        store.apply(project, change("edit", replace("a", "bad", "good"), base=2), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert (annotation.state, annotation.pending) == ("submitted", False)

    def test_skipping_keeps_the_results_as_they_stand(self, store, project):
        store.apply(project, change("edit", add("a", "good")), "ana", {})
        store.apply(project, change("skip", base=1), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert annotation.state == "skipped"
        assert submitted(store, project) == [["good"]]
        store.apply(project, change("submit", base=2), "ana", {})
        assert store.annotations(project, "7")[0].state == "submitted"

    def test_taken_back_it_is_a_draft_again(self, store, project):
        store.apply(project, change("submit", add("a", "good"), add("b", "b", 2.0)), "ana", {})
        store.apply(project, change("edit", remove("b", "b"), base=1), "ana", {})
        store.apply(project, change("reopen", base=2), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert (annotation.state, annotation.pending) == ("draft", True)
        assert working(store, project) == ["good"]
        assert submitted(store, project) == []

    def test_work_adds_up_and_time_is_utc(self, store, project):
        store.apply(project, change("edit", add("a", "good"), lead_time=1.5), "ana", {})
        store.apply(project, change("submit", base=1, lead_time=2.0), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert annotation.lead_time == 3.5
        assert annotation.created_at < annotation.updated_at
        assert annotation.updated_at.endswith("Z")
        assert len(annotation.updated_at) == len("2026-01-01T00:00:00.000000Z")

    def test_items_keep_their_order_and_repeated_ids(self, store, project):
        same = dict(choice("x"), id="r")
        first, second = add("b", "x", 2.0), add("a", "x", 1.0)
        edits = [type(e)(e.uid, e.ordinal, None, same) for e in (first, second)]
        store.apply(project, change("submit", *edits), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert [item.uid for item in annotation.items] == ["a", "b"]

    def test_the_log_has_every_gesture(self, store, project):
        store.apply(project, change("edit", add("a", "good")), "ana", {})
        store.apply(project, change("submit", replace("a", "good", "bad"), base=1), "ana", {})
        history = store.history(project, "u1")
        assert [(e.revision, e.action, e.annotator) for e in history] == [
            (1, "edit", "ana"),
            (2, "submit", "ana"),
        ]
        assert history[1].edits[0].before == choice("good")


class TestTogether:
    """Changes that come in one batch."""

    def test_they_wait_for_the_disk_once(self, store, project):
        commits = []
        sa.event.listen(store._engine, "commit", commits.append)
        some = [change("submit", add("a", "good"), uid=f"u{n}", key=str(n)) for n in range(50)]
        outcomes = store.apply_all(project, [Seen(one, {"text": one.key}) for one in some], "ana")
        assert outcomes == [Applied(1)] * 50
        assert len(commits) == 1
        assert store.data(project, ["49"]) == {"49": '{"text":"49"}'}

    def test_what_cannot_be_written_leaves_the_others(self, store, project):
        some = [
            change("edit", add("a", "good")),
            change("edit", type(add("a", "x"))("b", 1.0, None, "text"), uid="odd"),
            change("edit", add("a", "good"), uid="half", key="\ud83e"),
            change("edit", add("c", "bad", 2.0), base=1, uid="u1"),
            change("submit", base=0, uid="u1"),
            change("submit", base=2, uid="u1"),
        ]
        first, odd, half, second, stale, after = store.apply_all(
            project, [Seen(one) for one in some], "ana"
        )
        assert (first, second) == (Applied(1), Applied(2))
        assert "is no JSON object" in str(odd)
        assert "half of a surrogate pair" in str(half)
        assert isinstance(stale, Conflict)
        assert after is stale
        assert working(store, project) == ["good", "bad"]

    def test_where_the_database_fails_none_is_written(self, store, project, monkeypatch):
        def full(*_):
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))

        some = [Seen(change("edit", add("a", "good"), uid=f"u{n}")) for n in range(3)]
        with monkeypatch.context() as patch:
            patch.setattr("nblabel.store.applying._act", full)
            outcomes = store.apply_all(project, some, "ana")
        assert ["disk is full" in str(outcome) for outcome in outcomes] == [True] * 3
        assert store.annotations(project, "7") == []
        assert store.apply_all(project, some, "ana") == [Applied(1)] * 3


class TestExactlyOnce:
    def test_a_second_sending_gives_the_first_answer(self, store, project):
        gesture = change("edit", add("a", "good"))
        assert store.apply(project, gesture, "ana", {}) == Applied(1)
        store.apply(project, change("submit", base=1), "ana", {})
        assert store.apply(project, gesture, "ana", {}) == Applied(1)
        assert working(store, project) == ["good"]

    def test_an_old_base_is_a_conflict_and_writes_nothing(self, store, project):
        store.apply(project, change("submit", add("a", "good")), "ana", {})
        answer = store.apply(project, change("edit", add("b", "bad")), "ana", {})
        assert isinstance(answer, Conflict)
        assert values(item.result for item in answer.current.items) == ["good"]
        assert working(store, project) == ["good"]
        assert len(store.history(project, "u1")) == 1

    def test_an_edit_of_something_else_than_what_is_there_is_a_conflict(self, store, project):
        store.apply(project, change("submit", add("a", "good")), "ana", {})
        answer = store.apply(
            project, change("edit", replace("a", "worse", "bad"), base=1), "ana", {}
        )
        assert isinstance(answer, Conflict)
        assert working(store, project) == ["good"]

    def test_an_edit_of_what_was_never_there_is_a_conflict(self, store, project):
        answer = store.apply(project, change("edit", replace("a", "x", "y"), base=0), "ana", {})
        assert isinstance(answer, Conflict)
        assert store.annotations(project, "7") == []
        answer = store.apply(project, change("submit", base=3), "ana", {})
        assert answer == Conflict(answer.current)
        assert answer.current.revision == 0

    def test_one_change_may_edit_an_item_twice(self, store, project):
        edits = add("a", "good"), replace("a", "good", "bad"), remove("a", "bad")
        assert store.apply(project, change("edit", *edits), "ana", {}) == Applied(1)
        assert working(store, project) == []

    def test_whole_numbers_from_the_browser_are_the_same_numbers(self, store, project):
        box = {"value": {"x": 1.0}}
        edit = type(add("a", "x"))
        store.apply(project, change("edit", edit("a", 1.0, None, box)), "ana", {})
        back = change("edit", edit("a", 1.0, {"value": {"x": 1}}, None), base=1)
        assert store.apply(project, back, "ana", {}) == Applied(2)

    def test_another_tasks_annotation_is_refused(self, store, project):
        store.apply(project, change("submit", add("a", "good")), "ana", {})
        with pytest.raises(StoreError, match='annotation u1 belongs to task "7", not to task "8"'):
            store.apply(project, change("edit", add("b", "x"), base=1, key="8"), "ana", {})

    def test_another_annotators_annotation_is_refused(self, store, project):
        store.apply(project, change("submit", add("a", "good")), "ana", {})
        with pytest.raises(StoreError, match='belongs to "ana", not to nobody by name'):
            store.apply(project, change("edit", add("b", "x"), base=1), None, {})


class TestCost:
    def test_a_gesture_touches_its_rows_only(self, store, project):
        boxes = [add(f"b{i}", f"v{i}", float(i)) for i in range(2_000)]
        store.apply(project, change("submit", *boxes), "ana", {})
        seen = []
        import sqlalchemy

        def count(conn, cursor, statement, parameters, context, executemany):
            seen.append(statement)

        sqlalchemy.event.listen(store._engine, "before_cursor_execute", count)
        store.apply(project, change("edit", replace("b7", "v7", "new"), base=1), "ana", {})
        assert len([s for s in seen if "nblabel_result" in s]) == 3
        with store._read() as connection:
            rows = connection.exec_driver_sql("SELECT uid FROM nblabel_result WHERE pending").all()
        assert rows == [("b7",)]

    def test_many_results_of_one_change_go_in_with_few_statements(self, store, project):
        seen = []
        sa.event.listen(
            store._engine, "before_cursor_execute", lambda *given: seen.append(given[2])
        )
        for base in (0, 1):
            seen.clear()
            boxes = [add(f"b{base}-{i}", f"v{i}", float(i)) for i in range(5_000)]
            store.apply(project, change("submit", *boxes, base=base), "ana", {})
            assert len(seen) < 20

    def test_results_leave_as_the_text_that_is_stored(self, store, project, monkeypatch):
        store.apply(project, change("submit", add("a", "good")), "ana", {})
        (record,) = store.records(project)
        assert record.annotations[0].submitted == (
            '{"from_name":"mood","to_name":"text","type":"choices","value":{"choices":["good"]}}',
        )


class TestSuggestions:
    """One that somebody is done with is an edit that finds nothing and leaves nothing."""

    SETTLED = Edit("7#0#s1", 0.0, None, None)

    def settled(self, store):
        return store.annotation(1, "u1").settled

    def test_settled_stay_so_until_that_is_undone(self, store, project):
        store.apply(project, change("edit", self.SETTLED), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert (annotation.settled, annotation.items) == (("7#0#s1",), ())
        store.apply(project, change("edit", self.SETTLED, base=1, kind="undo"), "ana", {})
        assert self.settled(store) == ()
        store.apply(project, change("edit", self.SETTLED, base=2, kind="redo"), "ana", {})
        assert self.settled(store) == ("7#0#s1",)

    @pytest.mark.parametrize("answer", ["submit", "skip"])
    def test_outlast_an_answer_and_its_undo(self, store, project, answer):
        store.apply(project, change("edit", self.SETTLED, add("a", "good")), "ana", {})
        store.apply(project, change(answer, base=1), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert (annotation.settled, annotation.pending) == (("7#0#s1",), False)
        store.apply(project, change("reopen", base=2, kind="undo"), "ana", {})
        (annotation,) = store.annotations(project, "7")
        assert annotation.settled == ("7#0#s1",)
        assert values(item.result for item in annotation.items) == ["good"]

    def test_are_no_results(self, store, project):
        store.apply(project, change("submit", self.SETTLED, add("a", "good")), "ana", {})
        (record,) = store.records(project)
        assert len(record.annotations[0].submitted) == 1
        (said,) = store.said(project, ["7"])["7"]
        assert len(said.results) == 1


class TestManyTasks:
    def test_records_come_in_the_order_asked_and_by_pages(self, store, project):
        keys = [str(i) for i in range(250)]
        for key in keys:
            store.apply(project, change("submit", uid=f"u{key}", key=key), "ana", {"n": key})
        assert [r.key for r in store.records(project)] == keys
        backwards = [*reversed(keys), "never"]
        assert [r.key for r in store.records(project, backwards)] == backwards[:-1]

    def test_marks_are_the_annotators_own(self, store, project):
        store.apply(project, change("submit", uid="u1", key="1", digest="d"), "ana", {})
        store.apply(project, change("skip", uid="u2", key="2"), "ana", {})
        begun = Edit("a", 1.0, None, {})
        store.apply(project, change("edit", begun, uid="u3", key="3"), "ana", {})
        store.apply(project, change("edit", uid="u5", key="5"), "ana", {})  # it says nothing
        store.apply(project, change("submit", uid="u4", key="4"), "bob", {})
        marks = store.marks(project, "ana", ["1", "2", "3", "4", "5"])
        assert {key: mark.state for key, mark in marks.items()} == {
            "1": "submitted",
            "2": "skipped",
            "3": "draft",
        }
        assert marks["1"].digest == "d"
        assert set(store.marks(project, "bob", ["1", "2", "3", "4", "5"])) == {"4"}

    def test_the_log_tells_what_has_changed_since(self, store, project):
        store.apply(project, change("submit", uid="u1", key="1"), "ana", {})
        last, keys = store.marked_since(project, 0)
        assert keys == ["1"]
        assert store.marked_since(project, last) == (last, [])
        store.apply(project, change("submit", uid="u2", key="2"), "ana", {})
        assert store.marked_since(project, last)[1] == ["2"]

    def test_the_last_decisions_come_newest_first(self, store, project):
        for key in "123":
            store.apply(project, change("submit", uid=f"u{key}", key=key), "ana", {})
        assert [a.key for a in store.decisions(project, "ana", 2)] == ["3", "2"]

    def test_the_place_is_remembered_for_each_annotator(self, store, project):
        store.remember(project, "ana", "7", 6)
        store.remember(project, None, "1", 0)
        store.remember(project, "ana", "9", 8)
        assert store.remembered(project, "ana") == ("9", 8)
        assert store.remembered(project, None) == ("1", 0)
        assert store.remembered(project, "bob") is None

    def test_a_key_that_no_database_keeps_hides_no_other(self, store, project):
        store.apply(project, change("submit", add("a", "good"), key="a"), "ana", {})
        keys = ["a\0b", "a\ud800", "a"]
        assert [r.key for r in store.records(project, keys)] == ["a"]
        assert list(store.said(project, keys)) == ["a"]
        assert list(store.marks(project, "ana", keys)) == ["a"]
        assert list(store.digests(project, keys)) == ["a"]

    def test_what_is_said_comes_in_the_order_of_the_results(self, store, project):
        made = [add(uid, uid, ordinal) for uid, ordinal in (("b", 3.0), ("c", 1.0), ("a", 2.0))]
        store.apply(project, change("submit", *made), "ana", {})
        (said,) = store.said(project, ["7"])["7"]
        assert values(said.results) == ["c", "a", "b"]

    def test_projects_do_not_see_each_other(self, store, project):
        other = store.project("others", "<View/>")
        store.apply(project, change("submit", add("a", "good")), "ana", {})
        store.apply(other, change("submit", add("a", "bad")), "ana", {})
        assert working(store, project) == ["good"]
        assert working(store, other) == ["bad"]

    def test_a_projects_config_is_the_last_one_given(self, store):
        first = store.project("p", "<View/>")
        assert store.project("p", "<View><Text/></View>") == first
        assert store.projects() == {"p": "<View><Text/></View>"}


class TestData:
    def test_the_bound_data_is_kept_with_the_first_event(self, store, project):
        store.apply(project, change("edit", digest="d"), "ana", {"text": "zażółć 🦊"})
        (record,) = store.records(project)
        assert (record.data, record.digest) == ({"text": "zażółć 🦊"}, "d")

    def test_work_on_other_data_keeps_that_data(self, store, project):
        store.apply(project, change("edit", digest="old"), "ana", {"text": "old"})
        store.apply(project, change("edit", digest="new", uid="u2"), "bob", {"text": "new"})
        (record,) = store.records(project)
        assert record.data == {"text": "new"}
        assert [a.digest for a in record.annotations] == ["old", "new"]

    def test_half_characters_and_huge_numbers_survive(self, store, project):
        odd = {"value": {"text": "half \ud83e", "n": 2**80}}
        edit = type(add("a", "x"))("a", 1.0, None, odd)
        store.apply(project, change("submit", edit), "ana", {})
        assert store.annotations(project, "7")[0].items[0].result == odd


class TestThreads:
    def test_four_threads_lose_and_double_nothing(self, store, project):
        failures = []

        def work(name):
            try:
                for i in range(25):
                    gesture = change(
                        "edit",
                        add(f"r{i}", "x", float(i)),
                        base=i,
                        uid=name,
                        client=name,
                        seq=i + 1,
                    )
                    assert store.apply(project, gesture, name, {}) == Applied(i + 1)
                    assert store.apply(project, gesture, name, {}) == Applied(i + 1)
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        found = store.annotations(project, "7")
        assert sorted((a.uid, a.revision, len(a.items)) for a in found) == [
            (f"t{n}", 25, 25) for n in range(4)
        ]


class TestOpening:
    def test_two_stores_on_one_file_see_each_others_work(self, tmp_path):
        one, two = Store.open(tmp_path / "a.db"), Store.open(tmp_path / "a.db")
        assert one.id == two.id
        project = one.project("p", "<View/>")
        assert two.project("p", "<View/>") == project
        one.apply(project, change("edit", add("a", "good")), "ana", {})
        assert two.apply(project, change("submit", base=1), "ana", {}) == Applied(2)
        answer = one.apply(project, change("submit", base=1), "ana", {})
        assert isinstance(answer, Conflict)
        assert answer.current.revision == 2
        one.close()
        two.close()

    def test_a_file_is_kept_safe(self, tmp_path):
        store = Store.open(str(tmp_path / "a.db"))
        with store._write() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        assert pragmas == {"journal_mode": "truncate", "synchronous": 2, "foreign_keys": 1}
        assert store.note is None
        store.close()

    def test_a_url_and_a_path_are_the_same_place(self, tmp_path):
        path = tmp_path / "a.db"
        one, two = Store.open(path), Store.open(f"sqlite:///{path}")
        assert one.id == two.id
        assert one.url == str(path)
        one.close()
        two.close()

    def test_a_newer_store_is_refused(self, tmp_path):
        path = tmp_path / "a.db"
        Store.open(path).close()
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE nblabel_meta SET value = '99' WHERE name = 'version'")
        connection.close()
        with pytest.raises(StoreError, match=r"written by a newer nblabel .*version 99.* upgrade"):
            Store.open(path)

    def test_a_missing_folder_is_named(self, tmp_path):
        with pytest.raises(StoreError, match="there is no folder"):
            Store.open(tmp_path / "none" / "a.db")

    def test_a_file_that_is_no_database_is_left_alone(self, tmp_path):
        path = tmp_path / "a.db"
        path.write_text("dear diary, " * 100)
        with pytest.raises(StoreError, match="not a database"):
            Store.open(path)
        assert path.read_text().startswith("dear diary")

    @pytest.mark.parametrize("url", ["mango://host/x", "postgresql+nothing://host/x"])
    def test_an_unknown_database_is_named(self, url):
        with pytest.raises(StoreError, match="a store is SQLite or PostgreSQL"):
            Store.open(url)

    def test_a_missing_driver_comes_with_the_pip_line(self):
        with pytest.raises(MissingPackageError, match=r'pip install "nblabel\[postgresql\]"'):
            Store.open("postgresql+pg8000://x/y")


def test_the_store_is_where_the_path_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = Store.open("here.db")
    assert Path(store.url) == tmp_path / "here.db"
    store.close()


def test_a_key_of_half_a_character_is_told(store, project):
    with pytest.raises(StoreError, match="holds half of a surrogate pair"):
        store.apply(project, change("edit", key="a\ud800"), "ana", {})


def test_a_key_with_a_nul_is_found_where_it_is_kept(tmp_path):
    store = Store.open(tmp_path / "labels.db")
    project = store.project("reviews", "<View/>")
    for key in ("a\0b", "a"):
        store.apply(project, change("submit", add("a", "good"), key=key, uid=f"u{key}"), "ana", {})
    keys = ["a\0b", "a", "\\u0000"]
    assert [r.key for r in store.records(project, keys)] == keys[:2]
    assert list(store.said(project, keys)) == keys[:2]
    assert list(store.marks(project, "ana", keys)) == keys[:2]
    assert store.digests(project, keys).keys() == set(keys[:2])
    store.close()


class TestGestures:
    def test_an_annotators_last_ones_over_all_tasks_oldest_first(self, store, project):
        store.apply(project, change("edit", add("a", "good"), uid="u1", key="1"), "ana", {})
        store.apply(project, change("submit", uid="u2", key="2"), "ana", {})
        store.apply(project, change("submit", uid="v", key="2"), "bob", {})
        store.apply(project, change("submit", base=1, uid="u1", key="1"), "ana", {})
        undo = change("reopen", base=2, uid="u1", key="1", kind="undo")
        store.apply(project, undo, "ana", {})
        told = store.gestures(project, "ana", 10)
        assert [
            (g.key, g.annotation, g.revision, g.action, g.kind, g.state_before) for g in told
        ] == [
            ("1", "u1", 1, "edit", "gesture", "draft"),
            ("2", "u2", 1, "submit", "gesture", "draft"),
            ("1", "u1", 2, "submit", "gesture", "draft"),
            ("1", "u1", 3, "reopen", "undo", "submitted"),
        ]
        assert told[0].edits == (add("a", "good"),)
        assert store.gestures(project, "ana", 2) == told[2:]
        assert store.gestures(project, "ana", 3) == told[1:]
        assert store.gestures(project, None, 3) == []
        other = store.project("other", "<View/>")
        assert store.gestures(other, "ana", 3) == []
