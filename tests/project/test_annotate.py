"""annotate(): short forms are taken, and what does not fit is refused with the nearest name."""

import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nblabel import DataError
from nblabel.config import parse
from nblabel.project import Project
from nblabel.project.annotating import meant
from nblabel.tags import TAGS, Checker
from tests.odd import JSON
from tests.project.animals import CONFIG, TEXT, mood, span

EVERYTHING = """<View>
  <Text name="t" value="$text"/><Image name="i" value="$image"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
  <Choices name="topics" toName="t" choice="multiple"><Choice value="A"/><Choice value="B"/>
  </Choices>
  <Labels name="who" toName="t"><Label value="Person"/><Label value="Place"/></Labels>
  <RectangleLabels name="box" toName="i"><Label value="Cat"/></RectangleLabels>
  <Choices name="fresh" toName="i" perRegion="true"><Choice value="yes"/></Choices>
  <PolygonLabels name="outline" toName="i"><Label value="Roof"/></PolygonLabels>
  <Rating name="stars" toName="t"/><Number name="age" toName="t"/>
  <TextArea name="why" toName="t"/>
  <Taxonomy name="kind" toName="t"><Choice value="Animal"><Choice value="Cat"/></Choice></Taxonomy>
</View>"""
SAID = {
    "mood": "good",
    "topics": ["A", "B"],
    "who": [(0, 3, "Person"), (13, 19, "Place")],
    "box": [(10, 20, 30, 40, "Cat"), (50.5, 50, 5, 5, "Cat")],
    "fresh": [{"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0, "choices": ["yes"]}],
    "outline": [([(1, 1), (2, 1), (2, 2)], "Roof")],
    "stars": 4,
    "age": 2.5,
    "why": "Because.",
    "kind": "Cat",
}


def refused(project, *args, **said):
    with pytest.raises(DataError) as caught:
        project.annotate(*args, **said)
    assert project.progress()["done"] == 0  # nothing is written
    assert len(project.results()) == 0
    return str(caught.value)


class TestWhatDoesNotFit:
    def test_a_label_is_refused_with_its_control_and_the_nearest(self, project):
        assert refused(project, 7, what=[(4, 5, "Animl")]) == (
            'nothing was written for task "7": control "what": "Animl" in value.labels is not one '
            'of "Animal", "Plant"; did you mean "Animal"?; check=False takes it as it is'
        )

    def test_so_is_one_in_label_studios_results(self, project):
        told = refused(project, 7, [mood("good"), span(4, 5, "Animl"), span(12, 13, "Plnt")])
        assert 'result 1, control "what": "Animl" in value.labels is not one of' in told
        assert "(and 1 more)" in told

    def test_a_control_that_there_is_not(self, project):
        assert 'no control "moood", only "mood", "what"; did you mean "mood"?' in refused(
            project, 7, moood="good"
        )
        told = refused(project, 7, [{**mood("good"), "from_name": "moood"}])
        assert 'from_name "moood" is not in the config' in told
        assert 'did you mean "mood"?' in told

    def test_what_was_said_before_stays(self, project):
        project.annotate(7, "good")
        with pytest.raises(DataError):
            project.annotate(7, "wrong")
        assert project.to_frame()["mood"].tolist()[0] == "good"

    def test_offsets_that_a_person_wrote_must_lie_in_the_text(self, project):
        assert f"the text ends at {len(TEXT)}" in refused(project, 7, what=[(0, 999, "Animal")])

    def test_labels_of_the_tasks_own_are_known(self, opened):
        config = CONFIG.replace('name="mood" toName="t"', 'name="mood" toName="t" value="$moods"')
        data = [
            {"id": 1, "text": "a", "moods": ["fair"]},
            {"id": 2, "text": "b", "moods": ["poor"]},
        ]
        project = opened(data, config)
        project.annotate(1, mood="fair")
        with pytest.raises(DataError, match=r'"fair" in value.choices is not one of .*"poor"'):
            project.annotate(2, mood="fair")

    def test_a_project_without_data_checks_against_the_stores(self, opened, tmp_path):
        opened().annotate(7, "good")
        stored = Project(None, store=tmp_path / "labels.db")
        with pytest.raises(DataError, match="the text ends at"):
            stored.annotate(7, what=[(0, 999, "Animal")])
        stored.annotate(7, "bad")
        stored.close()


class TestWhatIsTakenAsItIs:
    def test_check_false_takes_anything(self, project):
        project.annotate(7, [mood("odd"), {"from_name": "nobody"}], check=False)
        project.annotate(8, [{"from_name": ["odd"], "type": {}}], mood="odd", check=False)
        assert len(project.check()) == 7
        assert project.to_frame()["mood"].tolist()[0] == "odd"

    def test_and_short_forms_unchecked(self, project):
        project.annotate(7, mood="odd", check=False)
        assert project.to_frame()["mood"].tolist()[0] == "odd"

    def test_fields_that_nobody_knows(self, project):
        project.annotate(7, [{**mood("good"), "extra": {"a": 1}, "meta": {"text": ["x"]}}])
        (item,) = project.view(0).annotation.items
        assert item.result["extra"] == {"a": 1}

    def test_what_label_studio_takes_of_its_own_results(self, project):
        project.annotate(
            7, [span(4, 5, "Animal") | {"value": span(4, 5, "Animal")["value"] | {"end": 999}}]
        )
        assert "the text ends at" in project.check()["problem"].tolist()[0]


class TestShortForms:
    @pytest.fixture
    def everything(self):
        rows = [{"id": 1, "text": "Ada lived in London.", "image": "a.png"}, {"id": 2, "text": "b"}]
        return Project(rows, EVERYTHING, key="id", store=":memory:")

    def test_every_kind_at_once(self, everything):
        everything.annotate(1, **SAID)
        row = everything.to_frame().iloc[0]
        assert (row["mood"], row["topics"], row["stars"], row["age"]) == (
            "good",
            ["A", "B"],
            4,
            2.5,
        )
        assert (row["why"], row["kind"]) == (["Because."], [["Animal", "Cat"]])
        assert [(one["text"], one["labels"]) for one in row["who"]] == [
            ("Ada", ["Person"]),
            ("London", ["Place"]),
        ]
        place = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}
        assert row["box"][0] == {**place, "labels": ["Cat"]}
        assert len(everything.check()) == 0

    def test_a_question_about_a_region_belongs_to_it(self, everything):
        everything.annotate(1, **SAID)
        results = everything.results()
        ids = results.groupby("control")["id"].apply(list)
        assert ids["fresh"] == ids["box"][:1]

    def test_a_dict_says_the_same(self, everything):
        everything.annotate(1, SAID)
        everything.annotate(2, {"mood": "bad"})
        assert everything.to_frame()["mood"].tolist() == ["good", "bad"]
        assert len(everything.results()) == 13

    def test_results_and_short_forms_together(self, project):
        project.annotate(7, [span(4, 5, "Animal")], mood="good")
        project.annotate(8, "good", what=[(0, 1, "Plant")])
        assert project.to_frame()["mood"].tolist()[:2] == ["good", "good"]
        with pytest.raises(DataError, match='control "mood" is given twice'):
            project.annotate(9, "good", mood="bad")

    @pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pa.table])
    def test_what_a_frame_has_in_its_cells_can_be_said_again(self, library):
        data = {"id": [1, 2], "text": ["Ada lived in London.", "b"], "image": ["a.png", "b.png"]}
        first = Project(library(data), EVERYTHING, key="id", store=":memory:")
        first.annotate(1, **SAID)
        frame = first.to_frame()
        again = Project(library(data), EVERYTHING, key="id", store=":memory:")
        for row in range(2):
            cells = {name: _cell(frame, name, row) for name in SAID}
            again.annotate(row + 1, **cells)
        assert _rows(again) == _rows(first)

    @pytest.mark.parametrize(
        "given",
        [
            np.str_("good"),
            np.array("good"),
            np.array(["good"]),
            pd.Series(["good"]),
            pl.Series(["good"]),
        ],
    )
    def test_values_of_numpy_and_pandas(self, project, given):
        project.annotate(7, given)
        assert project.to_frame()["mood"].tolist()[0] == "good"

    def test_an_array_of_boxes(self):
        config = '<View><Image name="i" value="$image"/><Rectangle name="box" toName="i"/></View>'
        project = Project([{"image": "a.png"}], config, store=":memory:")
        project.annotate(project.key(0), np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]]))
        assert project.results()["width"].tolist() == [3, 7]

    def test_nothing_said_of_a_control_says_nothing(self, project):
        project.annotate(7, mood=None, what=float("nan"))
        project.annotate(8, [])
        assert project.progress()["done"] == 2
        assert len(project.results()) == 0


KEYS = ["start", "end", "x", "y", "width", "height", "points", "labels", "label", "choices"]
KEYS += ["text", "rating", "item_index", "from_name", "to_name", "type", "value"]
ODD = st.recursive(
    JSON | st.sampled_from(["good", "Person"]),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.sampled_from([*KEYS, *SAID]), inside, max_size=4)
    ),
    max_leaves=12,
)


@given(ODD, st.booleans())
@settings(max_examples=200, deadline=None)
def test_whatever_is_said_is_read_or_refused_with_a_sentence(odd, check):
    try:
        results = meant(Checker(parse(EVERYTHING, TAGS)), odd, {"text": "Ada lived."}, check=check)
    except DataError as error:
        assert str(error)  # noqa: PT017 - or nothing is raised
    else:
        assert all(isinstance(result, dict) for result in results)


def _cell(frame, name, row):
    column = frame[name]
    return column.iloc[row] if isinstance(frame, pd.DataFrame) else column[row]


def _rows(project):
    rows = project.to_label_studio()
    return [
        [(r["from_name"], r["type"], _even(r["value"])) for r in task["annotations"][0]["result"]]
        for task in rows[:1]
    ]


def _even(value):
    """Make what a typed frame's numbers became comparable."""
    if isinstance(value, dict):
        return {key: _even(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [_even(one) for one in value]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class TestPredict:
    def predicted(self, opened, answer):
        """Return what is suggested for a task, and what was told."""
        project, told, ready = (
            opened(predict=lambda given: [answer] * len(given)),
            [],
            threading.Event(),
        )
        project.on_change(lambda *one: (told.append(one), ready.set()))
        project.view(0)
        assert ready.wait(10)
        return project, told

    @pytest.mark.parametrize(
        "answer",
        [
            "good",
            np.str_("good"),
            {"mood": "good"},
            {"result": "good", "score": 0.5},
            {"result": {"mood": "good"}},
            [mood("good")],
        ],
    )
    def test_it_may_answer_in_few_words(self, opened, answer):
        project, told = self.predicted(opened, answer)
        assert told == [("suggestion", "7")]
        [suggestion] = project.view(0).predictions
        [result] = suggestion.results
        assert (result["from_name"], result["to_name"], result["type"]) == ("mood", "t", "choices")
        assert result["value"] == {"choices": ["good"]}

    def test_label_studios_results_stay_as_they_are(self, opened):
        bare = {key: value for key, value in mood("good").items() if key != "id"}
        project, _ = self.predicted(opened, [bare])
        [suggestion] = project.view(0).predictions
        assert suggestion.results == (bare,)

    @pytest.mark.parametrize(
        ("answer", "sentence"),
        [
            ("god", 'predict= for task "7": control "mood": "god" in value.choices is not one of'),
            ({"moood": "good"}, 'predict= for task "7": there is no control "moood"'),
            ([mood("god")], '"god" in value.choices is not one of "good", "bad"'),
            ({"what": [(4, 5)]}, 'control "what": <Labels> takes (start, end, label) or'),
            (True, 'True fits none of the controls "mood" and "what"'),
            (object(), "<object object at"),
        ],
    )
    def test_a_wrong_answer_is_one_sentence_among_the_problems(self, opened, answer, sentence):
        project, [(topic, told)] = self.predicted(opened, answer)
        assert topic == "problem"
        assert sentence in told
        assert "\n" not in told
        assert told in project.problems
        assert project.view(0).predictions == ()

    def test_an_estimator_is_refused_when_the_project_opens(self, opened):
        from sklearn.dummy import DummyClassifier

        model = DummyClassifier().fit([["a"]], ["good"])
        for function in (model, model.predict):
            with pytest.raises(DataError, match=r'model.predict\(\[task\["data"\]\["text"\]'):
                opened(predict=function)
