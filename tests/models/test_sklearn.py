"""Sklearn: any estimator answers choices, taxonomies, stars and numbers, and learns them."""

import threading

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

import nblabel as nl
from nblabel import DataError
from nblabel.core.model import Estimates, Learns
from nblabel.models import Sklearn
from tests.models.tasks import config, results, task

TEXT = '<Text name="t" value="$text"/>'
MOOD = config(
    TEXT, '<Choices name="mood" toName="t"><Choice value="Good"/><Choice value="Bad"/></Choices>'
)
TOPICS = config(
    TEXT,
    '<Choices name="topics" toName="t" choice="multiple">'
    '<Choice value="Sport"/><Choice value="Art"/><Choice value="Law"/></Choices>',
)
KIND = config(
    TEXT,
    '<Taxonomy name="kind" toName="t"><Choice value="Animal"><Choice value="Cat"/>'
    '<Choice value="Dog"/></Choice><Choice value="Plant"/></Taxonomy>',
)
STARS = config(TEXT, '<Rating name="stars" toName="t" maxRating="5"/>')
AGE = config(TEXT, '<Number name="age" toName="t" min="0" max="9" step="0.5"/>')

MOODS = [
    task(word, MOOD, text=text)
    for text, word in [
        ("a good day", "Good"),
        ("good and warm", "Good"),
        ("a bad cold", "Bad"),
        ("bad, bad rain", "Bad"),
    ]
]
TAGGED = [
    task({"topics": said}, TOPICS, text=text)
    for text, said in [
        ("ball goal", ["Sport"]),
        ("paint brush", ["Art"]),
        ("court judge", ["Law"]),
        ("ball paint", ["Sport", "Art"]),
        ("judge ball", ["Law", "Sport"]),
        ("goal ball ball", ["Sport"]),
    ]
]


def words(estimator=None):
    last = LogisticRegression() if estimator is None else estimator  # an ensemble has a length
    return make_pipeline(TfidfVectorizer(), last)


def counts(tasks):
    """Numbers for estimators that take no texts."""
    vocabulary = ["ball", "goal", "paint", "brush", "court", "judge"]
    return [[task["data"]["text"].count(word) for word in vocabulary] for task in tasks]


def length(tasks):
    return [[len(task["data"]["text"])] for task in tasks]


def ready(estimator, control, of, features=None):
    model = Sklearn(estimator, control, features)
    model.setup(of)
    return model


def test_it_is_a_model_that_learns_and_estimates():
    model = Sklearn(words(), "mood")
    assert isinstance(model, Learns)
    assert isinstance(model, Estimates)


def test_before_it_learned_it_says_nothing():
    assert ready(words(), "mood", MOOD).predict(MOODS) == [None] * 4


def test_one_choice_comes_with_its_probability():
    model = ready(words(), "mood", MOOD).fit(MOODS)
    [answer] = model.predict([task(text="good rain, good")])
    assert answer["result"] == {"mood": "Good"}
    assert 0.5 < answer["score"] < 1
    assert answer["model_version"] == model.version
    assert results(MOOD, answer, {"text": "good"})[0]["value"] == {"choices": ["Good"]}


def test_an_estimator_without_probabilities_gives_no_score():
    [answer] = ready(words(LinearSVC()), "mood", MOOD).fit(MOODS).predict([task(text="good")])
    assert answer["result"] == {"mood": "Good"}
    assert "score" not in answer


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        RandomForestClassifier(random_state=0),
        KNeighborsClassifier(1),
        LinearSVC(),
        MultiOutputClassifier(LogisticRegression(C=100)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_several_choices_are_learned_by_every_kind_of_estimator(estimator):
    model = ready(estimator, "topics", TOPICS, counts).fit(TAGGED)
    said = model.predict([task(text="goal ball ball"), task(text="paint brush")])
    assert [one["result"]["topics"] for one in said] == [["Sport"], ["Art"]]
    assert all(0 < one.get("score", 1) <= 1 for one in said)


def test_several_choices_are_learned_from_texts_as_they_are():
    model = ready(words(LogisticRegression(C=100)), "topics", TOPICS).fit(TAGGED)
    [answer] = model.predict([task(text="paint ball")])
    assert sorted(answer["result"]["topics"]) == ["Art", "Sport"]


def test_where_nothing_is_chosen_there_is_no_answer():
    model = ready(KNeighborsClassifier(3), "topics", TOPICS, counts).fit(TAGGED[:3])
    assert model.predict([task(text="weather")]) == [None]


def test_a_label_that_every_task_has_is_no_fault():
    both = [task({"topics": ["Sport", "Art"]}, TOPICS, text="ball paint")]
    one = [task({"topics": ["Sport"]}, TOPICS, text="goal")]
    model = ready(words(), "topics", TOPICS).fit(both * 3 + one * 3)
    [answer] = model.predict([task(text="ball paint")])
    assert "Sport" in answer["result"]["topics"]


def test_nodes_of_a_taxonomy_are_whole_paths():
    said = [("purr", ["Animal", "Cat"]), ("bark", ["Animal", "Dog"]), ("leaf", ["Plant"])]
    labeled = [task({"kind": [path]}, KIND, text=text) for text, path in said]
    model = ready(words(), "kind", KIND).fit(labeled)
    made = [
        results(KIND, answer, one["data"])[0]["value"]["taxonomy"]
        for one, answer in zip(labeled, model.predict(labeled), strict=True)
    ]
    assert made == [[["Animal", "Cat"]], [["Animal", "Dog"]], [["Plant"]]]


def test_stars_by_a_classifier_and_by_a_regressor():
    labeled = [task({"stars": n}, STARS, text="x" * n) for n in (1, 2, 3, 4, 5)]
    by_class = ready(KNeighborsClassifier(1), "stars", STARS, length).fit(labeled)
    assert by_class.predict([task(text="xxxx")])[0]["result"] == {"stars": 4}
    by_number = ready(LinearRegression(), "stars", STARS, length).fit(labeled)
    far = by_number.predict([task(text="xx"), task(text="x" * 80), task(text="")])
    assert [one["result"]["stars"] for one in far] == [2, 5, 0]
    assert results(STARS, far[1], {})


def test_a_number_stays_in_its_range_and_its_steps():
    labeled = [task({"age": n}, AGE, text="x" * n) for n in (1, 2, 4)]
    model = ready(Ridge(alpha=0.3), "age", AGE, length).fit(labeled)
    said = [one["result"]["age"] for one in model.predict([task(text="x" * n) for n in (3, 50)])]
    assert said[0] % 0.5 == 0
    assert said[1] == 9
    assert "score" not in model.predict([task(text="x")])[0]


# -- what it is given


def test_a_column_of_numbers_is_one_feature():
    labeled = [task("Good", MOOD, text="", age=1), task("Bad", MOOD, text="", age=9)]
    model = ready(KNeighborsClassifier(1), "mood", MOOD, "age").fit(labeled)
    assert model.predict([task(age=8)])[0]["result"] == {"mood": "Bad"}


def test_a_column_of_arrays_is_a_row_of_features_each():
    labeled = [task(w, MOOD, a=np.full((2, 2), v)) for w, v in (("Good", 0), ("Bad", 9))]
    model = ready(KNeighborsClassifier(1), "mood", MOOD, "a").fit(labeled)
    assert model.features_of(labeled).shape == (2, 4)
    assert model.predict([task(a=np.full((2, 2), 8))])[0]["result"] == {"mood": "Bad"}


def test_a_list_of_columns_is_a_frame():
    mixed = make_pipeline(
        make_column_transformer(
            (StandardScaler(), ["age"]), (OneHotEncoder(handle_unknown="ignore"), ["town"])
        ),
        LogisticRegression(),
    )
    labeled = [
        task("Good", MOOD, age=1, town="A"),
        task("Bad", MOOD, age=9, town="B"),
        task("Bad", MOOD, age=8, town="B"),
    ]
    model = ready(mixed, "mood", MOOD, ["age", "town"]).fit(labeled)
    assert model.predict([task(age=8, town="B")])[0]["result"] == {"mood": "Bad"}


def test_a_function_that_makes_too_few_rows_is_told():
    model = ready(words(), "mood", MOOD, lambda tasks: ["one"])
    with pytest.raises(DataError, match="was given 4 tasks and made 1 rows"):
        model.fit(MOODS)


def test_a_missing_column_is_told_with_the_nearest():
    model = ready(words(), "mood", MOOD, "txet")
    with pytest.raises(DataError, match=r'no task has the column "txet".*did you mean "text"'):
        model.fit(MOODS)


def test_a_task_without_a_text_stops_no_other():
    model = ready(words(), "mood", MOOD).fit([*MOODS, task("Good", MOOD, other=1)])
    good, bad = model.predict([task(text="good"), task(text=None)])
    assert good["result"] == {"mood": "Good"}
    assert str(bad) == 'this task has nothing in the column "text"'


def test_without_a_config_it_takes_the_only_column_of_texts():
    model = Sklearn(words(), "mood").fit(MOODS)
    assert model.predict([task(text="good")])[0]["result"] == {"mood": "Good"}
    with pytest.raises(DataError, match="say with features="):
        model.predict([task(text="good", title="bad")])


# -- how it learns


def test_the_newest_answer_counts_and_skipped_ones_do_not():
    turned = task("Good", MOOD, text="rain")
    older = {**turned["annotations"][0], "updated_at": "2001"}
    newer = {**task("Bad", MOOD, text="rain")["annotations"][0], "updated_at": "2030"}
    skipped = {**older, "updated_at": "2031", "was_cancelled": True}
    turned["annotations"] = [newer, skipped, older]
    model = ready(words(), "mood", MOOD).fit([*MOODS[:2], turned])
    assert set(model.estimator.classes_) == {"Good", "Bad"}


@pytest.mark.parametrize(
    ("tasks", "sentence"),
    [
        ([], 'no task has an answer of "mood": there is nothing to learn from yet'),
        ([task(text="a")], 'no task has an answer of "mood": there is nothing to learn from yet'),
        (MOODS[:2], 'all 2 answers of "mood" are "Good": there is nothing to tell apart yet'),
    ],
)
def test_too_little_to_learn_from_is_told_and_changes_nothing(tasks, sentence):
    model = ready(words(), "mood", MOOD).fit(MOODS)
    before = model.version
    with pytest.raises(DataError, match=sentence):
        model.fit(tasks)
    assert model.version == before
    assert model.predict([task(text="good")])[0]["result"] == {"mood": "Good"}


def test_a_fitted_estimator_predicts_from_the_start_and_stays_as_it_is():
    fitted = words().fit(["good", "bad"], ["Good", "Bad"])
    model = ready(fitted, "mood", MOOD)
    assert model.estimator is fitted
    assert model.predict([task(text="bad")])[0]["result"] == {"mood": "Bad"}
    model.fit(MOODS)
    assert model.estimator is not fitted
    assert len(fitted[0].vocabulary_) == 2


def test_digits_are_said_as_the_config_writes_them():
    numbered = config(
        TEXT, '<Choices name="d" toName="t"><Choice value="0"/><Choice value="1"/></Choices>'
    )
    fitted = KNeighborsClassifier(1).fit([[0], [10]], np.array([0, 1]))
    [answer] = ready(fitted, "d", numbered, length).predict([task(text="x" * 9)])
    assert answer["result"] == {"d": "1"}


def test_a_fitted_estimator_of_several_answers_is_told_what_they_mean():
    fitted = RandomForestClassifier(random_state=0).fit([[0], [1]], [[1, 0], [0, 1]])
    with pytest.raises(DataError, match="say with classes="):
        Sklearn(fitted, "topics", length)
    model = Sklearn(fitted, "topics", length, classes=["Sport", "Art"])
    assert model.predict([task(text="x")])[0]["result"] == {"topics": ["Art"]}


def test_versions_follow_from_what_was_learned():
    one, other = (ready(words(), "mood", MOOD) for _ in range(2))
    assert one.version == "LogisticRegression"
    assert one.fit(MOODS).version == other.fit(MOODS).version != "LogisticRegression"
    assert one.version.startswith("LogisticRegression ")
    before = one.version
    assert one.fit(MOODS[1:]).version != before
    assert ready(words(LogisticRegression(C=9)), "mood", MOOD).fit(MOODS).version != before
    named = Sklearn(words(), "mood", version="mine").fit(MOODS)
    assert named.version == before.replace("LogisticRegression", "mine")


def test_it_predicts_with_the_old_one_while_it_learns():
    gate, inside = threading.Event(), threading.Event()

    class Slow(DummyClassifier):
        def fit(self, features, labels):
            if len(labels) > 4:
                inside.set()
                assert gate.wait(10)
            return super().fit(features, labels)

    model = ready(Slow(), "mood", MOOD, length).fit(MOODS)
    version = model.version
    learning = threading.Thread(target=model.fit, args=([*MOODS, *MOODS],))
    learning.start()
    assert inside.wait(10)
    assert model.predict([task(text="a")])[0]["model_version"] == version
    gate.set()
    learning.join()
    assert model.version != version


# -- what an active learner asks


def test_probabilities_are_a_row_a_task():
    model = ready(words(), "mood", MOOD).fit(MOODS)
    classes, chances = model.probabilities([task(text="good"), task(text=None)])
    assert classes == ("Bad", "Good")
    assert chances[0].sum() == pytest.approx(1)
    assert np.isnan(chances[1]).all()


@pytest.mark.parametrize("estimator", [LogisticRegression(), RandomForestClassifier()])
def test_probabilities_of_several_answers_stand_for_themselves(estimator):
    model = ready(estimator, "topics", TOPICS, counts).fit(TAGGED)
    classes, chances = model.probabilities(TAGGED)
    assert classes == ("Art", "Law", "Sport")
    assert chances.shape == (6, 3)
    assert (chances[0].argmax(), chances[1].argmax()) == (2, 0)


def test_without_probabilities_there_are_none_to_give():
    with pytest.raises(DataError, match="has learned nothing yet"):
        Sklearn(words(), "mood").probabilities(MOODS)
    labeled = [task({"stars": n}, STARS, text="x" * n) for n in (1, 2)]
    with pytest.raises(DataError, match="Ridge knows no probabilities"):
        ready(Ridge(), "stars", STARS, length).fit(labeled).probabilities(labeled)


def test_a_decision_function_compares_tasks():
    model = ready(words(LinearSVC()), "mood", MOOD).fit(MOODS)
    classes, chances = model.probabilities([task(text="good"), task(text="good, bad")])
    assert classes == ("Bad", "Good")
    assert chances.sum(axis=1) == pytest.approx([1, 1])
    assert chances[0, 1] > chances[1, 1] > 0
    several = ready(LinearSVC(), "topics", TOPICS, counts).fit(TAGGED)
    _, chances = several.probabilities(TAGGED)
    assert chances.shape == (6, 3)
    assert chances[0].argmax() == 2
    three = ready(words(LinearSVC()), "topics", TOPICS).fit(TAGGED[:3])
    assert three.probabilities(TAGGED[:1])[1].argmax() == 2


def test_features_are_numbers_before_it_learned_too():
    model = ready(words(), "mood", MOOD)
    assert model.features_of(MOODS).shape[0] == 4
    made = model.fit(MOODS).features_of([*MOODS, task(text=None)])
    assert made.shape == (5, len(model.estimator[0].vocabulary_))
    assert made[4].sum() == 0


def test_a_fresh_one_has_learned_nothing_and_has_the_same_settings():
    model = ready(words(LogisticRegression(C=7)), "mood", MOOD).fit(MOODS)
    fresh = model.fresh()
    assert fresh.predict(MOODS) == [None] * 4
    assert fresh.fit(MOODS).version == model.version
    assert fresh.estimator[-1].C == 7


# -- in a project


def test_a_project_is_suggested_to():
    project = nl.Project([one["data"] for one in MOODS], MOOD.source, store=":memory:")
    project.model = Sklearn(words(), "mood").fit(MOODS)
    told = []
    project.on_change(lambda topic, what: told.append((topic, what)))
    project.view(0)
    assert project._predictor.wait(10)
    assert told == [("suggestion", project.key(0))]


@pytest.mark.parametrize(
    ("of", "control", "sentence"),
    [
        (MOOD, "moood", 'controls of the config are "mood"; did you mean "mood"'),
        (
            config(TEXT, '<Labels name="who" toName="t"><Label value="A"/></Labels>'),
            "who",
            '"who" is <Labels>',
        ),
        (
            config(
                '<Image name="i" value="$image"/>',
                '<Choices name="c" toName="i"><Choice value="A"/></Choices>',
            ),
            "c",
            '"c" is about images; give features=',
        ),
    ],
)
def test_what_it_cannot_answer_is_told_when_it_is_taken(of, control, sentence):
    with pytest.raises(DataError, match=sentence):
        ready(words(), control, of)


def test_only_estimators_are_taken():
    with pytest.raises(DataError, match="takes an estimator with fit and predict, not str"):
        Sklearn("LogisticRegression", "mood")
