import io
import json

import hypothesis

from nblabel.base.jsontext import encoded
from nblabel.core.annotation import Prediction
from nblabel.core.record import AnnotationRecord, TaskRecord
from nblabel.formats import label_studio, label_studio_min
from tests.odd import JSON

AT = "2026-01-02T03:04:05.678901Z"


def annotation(**given):
    usual = {
        "uid": "11111111-2222-3333-4444-555555555555",
        "number": 3,
        "annotator": None,
        "state": "submitted",
        "submitted": ('{"odd": 1.10,"from_name":"a"}',),
        "draft": None,
        "created_at": AT,
        "updated_at": AT,
        "lead_time": 1.5,
        "digest": "",
        "parent_prediction": None,
        "touched": True,
        "extra": {},
    }
    return AnnotationRecord(**{**usual, **given})


def written(*annotations, drafts=False, **fields):
    task = TaskRecord(1, "k", "d", {"text": "é🦊"}, annotations=annotations, **fields)
    file = io.BytesIO()
    assert label_studio.write([task], file, drafts=drafts) == 1
    (read,) = json.loads(file.getvalue())
    assert label_studio.tasks_of([task], drafts=drafts) == [read]
    return read


class TestOut:
    def test_results_are_spliced_as_they_are(self):
        task = TaskRecord(1, "k", "d", {}, annotations=(annotation(),))
        assert b'"result":[{"odd": 1.10,"from_name":"a"}]' in label_studio.task_json(task)

    def test_what_is_always_there(self):
        (out,) = written(annotation())["annotations"]
        assert (out["id"], out["ground_truth"], out["was_cancelled"]) == (3, False, False)
        assert (out["created_at"], out["updated_at"], out["lead_time"]) == (AT, AT, 1.5)
        assert out["result_count"] == 1
        assert "completed_by" not in out

    def test_who_did_it_is_written_as_the_importer_takes_it(self):
        by = [
            (annotation(annotator="ana@example.org"), {"email": "ana@example.org"}),
            (annotation(annotator="5", extra={"completed_by": 5}), 5),
        ]
        for given, wanted in by:
            assert written(given)["annotations"][0]["completed_by"] == wanted
        (out,) = written(annotation(annotator="ana"))["annotations"]
        assert "completed_by" not in out
        assert (
            label_studio.read_task({"data": {}, "annotations": [out]}).annotations[0].annotator
            == "ana"
        )

    def test_untouched_fields_go_back_as_they_came(self):
        extra = {"updated_at": "long ago", "future": {"a": [1]}, "last_action": None, "task": 9}
        (out,) = written(annotation(extra=extra, touched=False))["annotations"]
        assert {name: out[name] for name in extra} == extra
        (out,) = written(annotation(extra=extra))["annotations"]
        assert (out["updated_at"], out["future"]) == (AT, {"a": [1]})

    def test_skipped_is_cancelled_and_counted(self):
        out = written(annotation(state="skipped", submitted=()), annotation())
        assert [a["was_cancelled"] for a in out["annotations"]] == [True, False]
        assert (out["total_annotations"], out["cancelled_annotations"]) == (1, 1)

    def test_drafts_only_when_asked_for(self):
        both = annotation(state="draft", submitted=None, draft=("{}",)), annotation(draft=())
        assert written(*both)["drafts"] == []
        alone, edited = written(*both, drafts=True)["drafts"]
        assert (alone["annotation"], alone["result"]) == (None, [{}])
        assert (edited["annotation"], edited["result"]) == (3, [])

    def test_predictions_are_whole_and_bare_ids_are_not_written(self):
        mine = Prediction(4, ({"a": 1},), 0.5, "m")
        out = written(predictions=(mine,), source={"predictions": [1, 2], "meta": {"x": 1}})
        assert out["predictions"] == [
            {"id": 4, "score": 0.5, "model_version": "m", "result": [{"a": 1}]}
        ]
        assert out["meta"] == {"x": 1}


class TestIn:
    def test_it_is_known_by_unique_id_else_id_else_digest(self):
        entries = [{"unique_id": "u", "id": 1}, {"id": 1}, {}, {"id": "text"}]
        task = {"data": {}, "annotations": [{**entry, "result": []} for entry in entries]}
        read = label_studio.read_task(task).annotations
        assert [a.identity.partition(":")[0] for a in read] == ["uid", "id", "digest", "id"]
        assert [a.number for a in read] == [1, 1, None, None]

    def test_what_is_ill_formed_is_set_aside_alone(self):
        bad = [None, {"result": None}, {}, {"result": {}}, {"result": ["x"]}]
        task = {"data": {}, "annotations": [*bad, {"result": []}], "predictions": {"a": 1}}
        read = label_studio.read_task(task)
        assert len(read.annotations) == 1
        assert read.problems == (
            "annotation 1 was set aside: it is null, it should be an object",
            'annotation 2 was set aside: its "result" is null, it should be a list',
            'annotation 3 was set aside: it has no "result"',
            'annotation 4 was set aside: its "result" is an object, it should be a list',
            'annotation 5 was set aside: its "result" holds text, it should hold objects',
            '"predictions" was set aside: it is an object, not a list',
        )

    def test_what_no_store_can_hold_is_set_aside_alone(self):
        deep = []
        for _ in range(300):
            deep = [deep]
        bad = [
            {"lead_time": 10**400, "result": []},
            {"lead_time": float("inf"), "result": []},
            {"id": 10**5000, "result": []},
            {"result": [{"value": deep}]},
        ]
        task = {"id": 10**5000, "data": {}, "annotations": [*bad, {"id": 1, "result": []}]}
        read = label_studio.read_task(task)
        assert [annotation.number for annotation in read.annotations] == [1]
        assert read.problems == (
            'annotation 1 was set aside: its "lead_time" is no number to count with',
            'annotation 2 was set aside: its "lead_time" is no number to count with',
            "annotation 3 was set aside: it holds a number of more digits than can be read again",
            "annotation 4 was set aside: it is nested too deep",
            '"id" was set aside: it holds a number of more digits than can be read again',
        )
        assert read.source == {}

    def test_halves_of_characters_stay_in_results_and_leave_what_is_looked_up(self):
        entry = {"unique_id": "a\ud83d", "completed_by": "b\0", "result": [{"text": "\ud83d"}]}
        (read,) = label_studio.read_task({"data": {}, "annotations": [entry]}).annotations
        assert (read.unique_id, read.annotator) == ("a\ufffd", "b\ufffd")
        assert read.results == ({"text": "\ud83d"},)
        assert read.extra["unique_id"] == "a\ud83d"

    def test_completions_of_label_studio_0_keep_their_times(self):
        old = {
            "data": {},
            "completions": [
                {"id": 1, "created_at": 1500000000, "result": []},
                {"id": 2, "created_at": 1600000000.5, "result": []},
                {"id": 3, "created_at": 1550000000000, "result": []},
                {"id": 4, "created_at": "2020-01-01T02:00:00+02:00", "result": []},
                {"id": 5, "created_at": "last week", "result": []},
            ],
        }
        read = label_studio.read_task(old).annotations
        assert [annotation.created_at for annotation in read] == [
            "2017-07-14T02:40:00.000000Z",
            "2020-09-13T12:26:40.500000Z",
            "2019-02-12T19:33:20.000000Z",
            "2020-01-01T00:00:00.000000Z",
            "",
        ]
        assert read[0].extra["created_at"] == 1500000000

    @hypothesis.given(JSON)
    @hypothesis.settings(max_examples=100, deadline=None)
    def test_whatever_stands_where_a_task_should(self, odd):
        entry = {"id": 1, "result": []}
        for name in ("annotations", "predictions", "drafts", "completions", "id", "meta"):
            task = {"data": {}, "annotations": [entry], name: odd}
            assert isinstance(label_studio.read_task(task).problems, tuple)
        for name in (*entry, "unique_id", "completed_by", "created_at", "lead_time", "score"):
            task = {"data": {}, "annotations": [{**entry, name: odd}, entry], "predictions": []}
            read = label_studio.read_task({**task, "predictions": [{**entry, name: odd}]})
            assert len(read.annotations) == 2 - len(read.problems) // 2
            encoded([read.source, [[a.results, a.extra] for a in read.annotations]])

    def test_lists_of_bare_ids_are_accepted(self):
        read = label_studio.read_task({"data": {}, "predictions": [1, 2], "drafts": [3]})
        assert read.problems == ()
        assert read.source == {"predictions": [1, 2], "drafts": [3]}

    def test_skipped_drafts_and_who(self):
        read = label_studio.read_task(
            {
                "data": {},
                "annotations": [
                    {"result": [], "was_cancelled": True, "completed_by": {"email": "a@b.c"}}
                ],
                "drafts": [{"result": [{}], "user": "b@b.c"}],
            }
        )
        assert [(a.state, a.annotator) for a in read.annotations] == [
            ("skipped", "a@b.c"),
            ("draft", "b@b.c"),
        ]


class TestMin:
    def rows(self, *results, **given):
        texts = tuple(json.dumps(result) for result in results)
        task = TaskRecord(
            1, "k", "d", {"a": 1}, annotations=(annotation(submitted=texts, **given),)
        )
        return list(label_studio_min.rows([task], {"c": "Choices", "t": "TextArea", "b": "Rating"}))

    def test_a_single_value_is_unwrapped(self):
        (row,) = self.rows(
            {"from_name": "c", "value": {"choices": ["x"]}},
            {"from_name": "t", "value": {"text": ["y"]}},
            {"from_name": "b", "value": {"rating": 3}},
            {"from_name": "unknown", "value": {}},
            {"type": "relation"},
        )
        assert row.values == {"c": "x", "t": "y", "b": [{"rating": 3}]}

    def test_several_values_stay_an_object_and_results_a_list(self):
        (row,) = self.rows({"from_name": "c", "value": {"choices": ["x", "y"]}})
        assert row.values == {"c": {"choices": ["x", "y"]}}
        one = {"from_name": "c", "value": {"choices": ["x"]}, "original_width": 5}
        (row,) = self.rows(one, {"from_name": "c", "value": {"choices": [["A", "B"]]}})
        assert row.values == {"c": ["x", ["A", "B"]]}

    def test_skipped_annotations_give_no_row(self):
        assert self.rows(state="skipped") == []

    def test_in_csv_a_data_key_named_like_a_control_gives_way(self):
        row = label_studio_min.Row(
            1,
            {"c": 5, "d": [1]},
            {"c": ["x", "y"], "talk": [{"role": "user", "content": "hi"}]},
            dict.fromkeys(("annotator", "annotation_id", "created_at", "updated_at", "lead_time")),
            ("talk",),
        )
        file = io.StringIO()
        assert label_studio_min.write_csv(lambda: [row], file) == 1
        assert file.getvalue() == (
            '"_data_c","annotation_id","annotator","c","created_at","d","id","lead_time","talk",'
            '"talk_transcript","updated_at"\r\n'
            '5,"","None","[""x"",""y""]","","[1]",1,"","[{""role"":""user"",""content"":""hi""}]",'
            '"user: hi",""\r\n'
        )


def imported(*annotations, predictions=(), by=None):
    task = TaskRecord(7, "7", "d", {"text": "a"}, {}, annotations, predictions)
    return json.loads(label_studio.imported_json(task, {"of": "ours"}, by or {}))


def test_an_importer_is_given_what_it_keeps():
    made = imported(annotation(number=5, annotator="ana@x.org"), by={"ana@x.org": {"email": "e"}})
    assert (made["data"], made["meta"]) == ({"text": "a"}, {"of": "ours"})
    [one] = made["annotations"]
    assert set(one) <= {
        *("id", "result", "was_cancelled", "ground_truth", "lead_time", "completed_by")
    }
    assert (one["id"], one["completed_by"]) == (5, {"email": "e"})
    assert one["ground_truth"] is False  # a missing one becomes true


def test_an_annotator_whom_nobody_knows_is_left_out():
    [one] = imported(annotation(annotator="zoe"), by={"ana@x.org": {"email": "e"}})["annotations"]
    assert "completed_by" not in one


def test_drafts_are_not_imported_and_what_was_skipped_is():
    draft = annotation(state="draft", submitted=None, draft=("{}",))
    skipped = annotation(state="skipped", extra={"ground_truth": True})
    [one] = imported(draft, skipped)["annotations"]
    assert (one["was_cancelled"], one["ground_truth"]) == (True, True)


def test_a_prediction_keeps_its_score_and_its_version():
    said = Prediction(3, ({"id": "r"},), 0.5, "m1", {"task": 9})
    nameless = Prediction("", (), None, None)
    assert imported(predictions=(said, nameless))["predictions"] == [
        {"score": 0.5, "model_version": "m1", "result": [{"id": "r"}]},
        {"result": []},
    ]
