"""Prodigy's JSONL."""

import json

import pytest
from hypothesis import given, settings

import nblabel as nl
from tests.formats.datasets import box, config, exported, labels, polygon
from tests.formats.datasets import project as of_images
from tests.formats.words import (
    CONFIG,
    marked,
    project,
    recordings,
    segment,
    segments_of,
    span,
    spans_of,
)

WITH = CONFIG.replace(
    "</View>",
    '<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>'
    '<TextArea name="why" toName="text"/><Relations><Relation value="in"/></Relations></View>',
)


def lines(path):
    return list(map(json.loads, path.read_text("utf-8").splitlines()))


def written(path, *examples):
    path.write_text("".join(json.dumps(one) + "\n" for one in examples), encoding="utf-8")
    return nl.read(path, store=":memory:")


def test_spans_with_their_tokens(tmp_path):
    about = {"to_name": "text", "type": "choices", "value": {"choices": ["bad"]}}
    why = {"from_name": "why", "to_name": "text", "type": "textarea", "value": {"text": ["so"]}}
    related = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "left"}
    results = [
        span(0, 9, "PER", "a"),
        span(13, 17, "LOC", "b"),
        {**related, "labels": ["in"]},
        {"from_name": "mood", **about},
        why,
    ]
    made = project([("Ada Byron in Rome", results)], WITH, annotator="ana")
    assert exported(made, tmp_path / "a.jsonl", "prodigy") == []
    [line] = lines(tmp_path / "a.jsonl")
    assert line["tokens"][1] == {"text": "Byron", "start": 4, "end": 9, "id": 1, "ws": True}
    ada = {"start": 0, "end": 9, "label": "PER", "token_start": 0, "token_end": 1}
    rome = {"start": 13, "end": 17, "label": "LOC", "token_start": 3, "token_end": 3}
    assert line["spans"] == [ada, rome]
    assert line["relations"] == [
        {"head": 3, "child": 1, "label": "in", "head_span": rome, "child_span": ada}
    ]
    assert (line["options"], line["accept"]) == (
        [{"id": "good", "text": "good"}, {"id": "bad", "text": "bad"}],
        ["bad"],
    )
    assert (line["why"], line["answer"], line["_annotator_id"]) == ("so", "accept", "ana")


@given(marked(overlap=True, separators=(" ", "\n")))
@settings(max_examples=40)
def test_spans_come_back(tmp_path_factory, drawn):
    text, spans = drawn
    file = tmp_path_factory.mktemp("prodigy") / "a.jsonl"
    exported(project([(text, [span(*one) for one in spans])]), file, "prodigy")
    assert spans_of(nl.read(file, store=":memory:")) == [(text, spans)]


def test_spacys_own_offsets_hold(tmp_path):
    import spacy

    text = "🎈 Ada sang, in Rome"
    made = project([(text, [span(2, 5, "PER"), span(15, 19, "LOC")])])
    exported(made, tmp_path / "a.jsonl", "prodigy")
    [line] = lines(tmp_path / "a.jsonl")
    doc = spacy.blank("xx")(line["text"])
    found = [doc.char_span(one["start"], one["end"]).text for one in line["spans"]]
    assert found == ["Ada", "Rome"]


class TestAnswers:
    def test_accepted_is_submitted_ignored_is_skipped(self, tmp_path):
        spans = [{"start": 0, "end": 3, "label": "PER"}]
        made = written(
            tmp_path / "a.jsonl",
            {
                "text": "Ada",
                "spans": spans,
                "answer": "accept",
                "_annotator_id": "db-ana",
                "_timestamp": 1_700_000_000,
                "_task_hash": 7,
                "meta": {"from": "here"},
            },
            {"text": "Oh", "answer": "ignore"},
        )
        first, second = made.to_label_studio()
        [said] = first["annotations"]
        assert said["completed_by"] == "db-ana"
        assert said["created_at"].startswith("2023-11-14T22:13:20")
        assert first["data"]["meta"] == {"from": "here", "_task_hash": 7}
        assert second["annotations"][0]["was_cancelled"] is True

    def test_a_rejected_label_is_never_asserted(self, tmp_path):
        made = written(
            tmp_path / "a.jsonl",
            {"text": "Ada", "label": "POETRY", "answer": "accept"},
            {"text": "Bob", "label": "POETRY", "answer": "reject"},
            {"text": "Eve", "spans": [{"start": 0, "end": 3, "label": "PER"}], "answer": "reject"},
        )
        assert made.to_frame()["choice"].tolist() == ["POETRY", "reject", None]
        assert made.problems == ["a rejected line asserts nothing: line 3"]

    def test_options_become_choices(self, tmp_path):
        options = [{"id": "1", "text": "good"}, {"id": "2", "text": "bad"}]
        made = written(
            tmp_path / "a.jsonl",
            {"text": "a", "options": options, "accept": ["2"], "answer": "accept"},
            {"text": "b", "options": options, "accept": [], "answer": "accept"},
        )
        assert made.to_frame()["choice"].tolist() == ["bad", None]


class TestImages:
    CONFIG = config(
        labels("RectangleLabels", "box", "cat"), labels("PolygonLabels", "polygon", "cat")
    )

    def test_boxes_and_polygons_in_pixels_and_back(self, tmp_path):
        some = [box(10, 20, 30, 40), polygon([(0, 0), (50, 0), (50, 50)])]
        made = of_images(self.CONFIG, some)
        assert exported(made, tmp_path / "a.jsonl", "prodigy") == []
        [line] = lines(tmp_path / "a.jsonl")
        first, second = line["spans"]
        assert (first["type"], first["x"], first["width"]) == ("rect", 20.0, 60.0)
        assert second["points"] == [[0.0, 0.0], [100.0, 0.0], [100.0, 50.0]]
        read = nl.read(tmp_path / "a.jsonl", store=":memory:")
        back = [
            r["value"] for r in read.to_label_studio(media="keep")[0]["annotations"][0]["result"]
        ]
        assert back == [one["value"] for one in some]

    def test_what_has_no_outline_is_told(self, tmp_path):
        turned = box(10, 20, 30, 40, rotation=30)
        [told] = exported(of_images(self.CONFIG, [turned]), tmp_path / "a.jsonl", "prodigy")
        assert "a box that is turned is a polygon" in told


def test_recordings_and_back(tmp_path):
    made = recordings(tmp_path / "media", {"a.wav": segment("x", 0.25, 0.5, "Ana")})
    assert exported(made, tmp_path / "a.jsonl", "prodigy") == []
    [line] = lines(tmp_path / "a.jsonl")
    assert line["audio_spans"] == [{"start": 0.25, "end": 0.5, "id": "x", "label": "Ana"}]
    read = nl.read(tmp_path / "a.jsonl", store=":memory:", root=tmp_path)
    assert segments_of(read) == segments_of(made)


class TestWhatIsWrong:
    def test_is_told_and_the_rest_read(self, tmp_path):
        made = written(
            tmp_path / "a.jsonl",
            {
                "text": "Ada",
                "spans": [{"start": 0, "end": 9, "label": "PER"}, 3],
                "answer": "accept",
            },
            {"other": 1},
            {"image": "a.png", "answer": "accept"},
        )
        assert set(made.problems) == {
            "a span lies outside of its text: line 1",
            '"spans" holds something else than objects: line 1',
            "a line has no text, image or audio: line 2",
            "a line is not about text as the first is: line 3",
        }

    def test_a_file_of_rows_is_not_taken_for_it(self, tmp_path):
        (tmp_path / "a.jsonl").write_text('{"text": "a"}\n')
        made = nl.read(tmp_path / "a.jsonl", config="text-classification", store=":memory:")
        assert len(made) == 1

    def test_nothing_of_it_is_refused(self, tmp_path):
        (tmp_path / "a.jsonl").write_text("no\n")
        with pytest.raises(nl.FormatError, match="no line of it is an example of Prodigy"):
            nl.read(tmp_path / "a.jsonl", format="prodigy", store=":memory:")
