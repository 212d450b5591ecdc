"""brat standoff."""

import pytest
from hypothesis import given, settings

import nblabel as nl
from tests.formats.datasets import exported
from tests.formats.words import CONFIG, marked, project, span, spans_of

WITH = CONFIG.replace(
    "</View>",
    '<Choices name="sure" toName="text" perRegion="true"><Choice value="yes"/><Choice value="no"/>'
    '</Choices><Relations><Relation value="in"/></Relations></View>',
)


def relation(first, second, direction="right", *labels):
    ends = {"from_id": first, "to_id": second}
    return {"type": "relation", **ends, "direction": direction, "labels": [*labels]}


def sure(start, end, word, ident):
    value = {"start": start, "end": end, "choices": [word]}
    names = {"from_name": "sure", "to_name": "text", "type": "choices"}
    return {"id": ident, **names, "value": value}


def test_a_text_and_what_stands_where(tmp_path):
    text = "Ada Byron\nsang in Rome"
    results = [
        span(0, 9, "PER", "a", meta={"text": ["a poet's\ndaughter"]}),
        sure(0, 9, "yes", "a"),
        span(18, 22, "LOC", "b"),
        relation("a", "b", "right", "in"),
    ]
    assert exported(project([(text, results)], WITH), tmp_path / "out", "brat") == []
    [stem] = [one.with_suffix("") for one in (tmp_path / "out").glob("*.ann")]
    assert stem.with_suffix(".txt").read_bytes() == text.encode()
    assert stem.with_suffix(".ann").read_text("utf-8").splitlines() == [
        "T1\tPER 0 9\tAda Byron",
        "A1\tsure T1 yes",
        "#1\tAnnotatorNotes T1\ta poet's daughter",
        "T2\tLOC 18 22\tRome",
        "R1\tin Arg1:T1 Arg2:T2",
    ]
    conf = (tmp_path / "out" / "annotation.conf").read_text()
    assert "[entities]\nPER\nLOC\n[relations]\nin\tArg1:<ENTITY>, Arg2:<ENTITY>\n" in conf


def test_all_of_it_comes_back(tmp_path):
    results = [
        span(0, 3, "PER", "a", meta={"text": ["sic"]}),
        sure(0, 3, "no", "a"),
        span(4, 8, "LOC", "b"),
        relation("a", "b", "left", "in"),
    ]
    exported(project([("Ada Rome", results)], WITH), tmp_path / "out", "brat")
    [task] = nl.read(tmp_path / "out", store=":memory:").to_label_studio()
    first, about, second, related = task["annotations"][0]["result"]
    assert first["meta"] == {"text": ["sic"]}
    assert (about["from_name"], about["value"]["choices"]) == ("sure", ["no"])
    assert (related["from_id"], related["to_id"]) == (second["id"], first["id"])
    assert related["labels"] == ["in"]


@given(marked(overlap=True, separators=(" ", "\n", "  ")))
@settings(max_examples=60)
def test_stretches_come_back_wherever_they_lie(tmp_path_factory, drawn):
    text, spans = drawn
    folder = tmp_path_factory.mktemp("brat") / "out"
    exported(project([(text, [span(*one) for one in spans])]), folder, "brat")
    [(found, back)] = spans_of(nl.read(folder, store=":memory:"))
    assert found == text
    assert back == spans


class TestWhatDoesNotFit:
    def test_names_lose_what_they_may_not_hold(self, tmp_path):
        made = project([("Ada", [span(0, 3, "Éire & co")])], CONFIG.replace("PER", "Éire &amp; co"))
        [told] = exported(made, tmp_path / "out", "brat")
        assert "names have only letters of ASCII" in told
        assert "_ire_co 0 3" in next((tmp_path / "out").glob("*.ann")).read_text()

    def test_a_relation_both_ways_is_two(self, tmp_path):
        some = [span(0, 1, "PER", "a"), span(2, 3, "LOC", "b"), relation("a", "b", "bi", "in")]
        made = project([("a b", some)], WITH)
        [told] = exported(made, tmp_path / "out", "brat")
        assert "a relation both ways is two relations" in told


class TestOthersFiles:
    ANN = (
        "T1\tLOC 0 5;16 23\tNorth America\n"
        "T2\tPER 8 11\tAda\n"
        "E1\tMeet:T2 Where:T1\n*\tEquiv T1 T2\nM1\tNegation T2\n"
        "R1\tin Arg1:T2 Arg2:T9\nT3\tPER 8 900\tAda\nnonsense\n#1\tAnnotatorNotes T2\tpoet\n"
    )

    def read(self, tmp_path):
        (tmp_path / "in" / "deep").mkdir(parents=True)
        (tmp_path / "in" / "deep" / "a.txt").write_text("North - Ada met America")
        (tmp_path / "in" / "deep" / "a.ann").write_text(self.ANN)
        return nl.read(tmp_path / "in", store=":memory:")

    def test_what_stands_in_parts_is_related(self, tmp_path):
        [task] = self.read(tmp_path).to_label_studio()
        assert task["data"] == {"file": "deep/a.txt", "text": "North - Ada met America"}
        results = task["annotations"][0]["result"]
        spans = [r for r in results if r["type"] == "labels"]
        assert [r["value"]["text"] for r in spans] == ["North", "America", "Ada"]
        [part] = [r for r in results if r["type"] == "relation"]
        assert (part["from_id"], part["to_id"], part["labels"]) == ("0-T1", "0-T1-1", ["part"])

    def test_what_has_no_place_is_told(self, tmp_path):
        assert set(self.read(tmp_path).problems) == {
            "an event has no place in Label Studio: a.ann, line 3",
            "an equivalence has no place in Label Studio: a.ann, line 4",
            "a line of an .ann is not understood: a.ann, line 7, a.ann, line 8",
            "a relation has an end that is no entity",
        }

    def test_a_folder_without_any_is_refused(self, tmp_path):
        with pytest.raises(nl.FormatError, match=r"has no .ann beside a .txt"):
            nl.read(tmp_path, format="brat", store=":memory:")
