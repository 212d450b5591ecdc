"""Tasks are found by what was said about them: labels, annotators, scores, and who differs."""

import pandas as pd
import pytest

from nblabel.base.errors import DataError
from tests.project.animals import CONFIG, mood


def suggestion(value: str, score: float) -> dict:
    return {"result": [mood(value)], "score": score}


@pytest.fixture
def six(opened):
    """Six tasks, of which the model has said something about all but the last."""
    scores = [0.9, 0.2, 0.7, 0.4, 0.6, None]
    tasks = [
        {
            "id": n,
            "data": {"text": f"text {n}"},
            "predictions": [] if score is None else [suggestion("good", score)],
        }
        for n, score in enumerate(scores)
    ]
    return opened(tasks, CONFIG, key=None, annotator="ana")


def counts(project) -> dict[str, int]:
    while not (told := project.sifted())[1]:
        pass
    return dict(told[0])


def test_the_least_sure_come_first_and_go_once_they_are_done(six):
    assert six.find(0, 1, "unsure", 20) == [1, 3, 4, 2, 0]
    assert counts(six)["unsure"] == 5
    six.annotate(3, [mood("good")])
    assert six.find(0, 1, "unsure", 20) == [1, 4, 2, 0]


def test_the_next_one_is_that_after_the_one_on_screen_in_their_order(six):
    assert six.find(1 + 1, 1, "unsure", 2) == [3, 4]  # task 1 is on screen
    assert six.find(2 - 1, -1, "unsure", 2) == [4, 3]  # task 2 is
    assert six.find(5 + 1, 1, "unsure", 1) == [1]  # one that is not among them is


def test_a_score_within_the_results_counts(opened):
    sure = {"result": [{**mood("good"), "score": 0.1}], "score": 0.9}
    tasks = [
        {"id": 0, "data": {"text": "a"}, "predictions": [suggestion("good", 0.5)]},
        {"id": 1, "data": {"text": "b"}, "predictions": [sure]},
    ]
    assert opened(tasks, key=None).find(0, 1, "unsure", 5) == [1, 0]


def test_where_the_model_says_something_else(six):
    six.annotate(0, [mood("good")])
    six.annotate(1, [mood("bad")])
    assert six.find(0, 1, "disagrees", 5) == [1]
    assert counts(six)["disagrees"] == 1


def test_where_annotators_differ(six):
    for key, mine, theirs in ((0, "good", "good"), (1, "bad", "good"), (2, "bad", None)):
        six.annotate(key, [mood(mine)])
        if theirs:
            six.annotate(key, [mood(theirs)], annotator="bob")
    assert six.find(0, 1, "differ", 5) == [1]


def test_by_label_and_by_annotator(six):
    six.annotate(4, [mood("bad")])
    six.annotate(1, [mood("bad")], annotator="bob")
    six.annotate(2, [mood("good")], annotator="bob")
    assert six.find(0, 1, label="bad", count=5) == [1, 4]
    assert six.find(5, -1, label="bad", count=5) == [4, 1]
    assert six.find(2, 1, annotator="bob", count=5) == [2]
    told = counts(six)
    assert (told["label:bad"], told["label:good"]) == (2, 1)
    assert (told["annotator:ana"], told["annotator:bob"]) == (1, 2)


def test_what_is_said_later_is_counted_too(six):
    assert "label:good" not in counts(six)
    six.annotate(0, [mood("good")])
    assert counts(six)["label:good"] == 1
    six.annotate(0, [mood("bad")])
    assert "label:good" not in counts(six)


def test_what_a_model_says_later_is_found(opened):
    frame = pd.DataFrame({"id": [1, 2], "text": ["a", "b"]})
    project = opened(frame, predict=lambda tasks: [suggestion("good", 0.3) for _ in tasks])
    assert counts(project) == {}
    heard = []
    project.on_change(lambda topic, key: heard.append((topic, key)))
    project.view(1)
    while ("suggestion", "2") not in heard:
        pass
    assert project.find(0, 1, "unsure", 5) == [1]


def test_a_work_that_has_no_row_is_not_counted(opened):
    opened(pd.DataFrame({"id": [1, 2], "text": ["a", "b"]})).annotate(2, [mood("good")])
    assert "label:good" not in counts(opened(pd.DataFrame({"id": [1], "text": ["a"]})))


def test_rows_of_a_large_frame_are_found_as_they_are_met(opened):
    rows = 20_000
    frame = pd.DataFrame({"id": range(rows), "text": "text"})
    project = opened(frame)
    project.annotate(rows - 1, [mood("good")])
    again = opened(frame)
    assert again.sifted() == ([], False)
    while not again.index_some():
        pass
    assert counts(again)["label:good"] == 1
    assert again.find(0, 1, label="good", count=5) == [rows - 1]


def test_drafts_are_those_that_were_begun(opened, frame):
    project = opened(frame, annotator="ana")
    project.annotate(8, [mood("good")])
    assert project.find(0, 1, "drafts", 5) == []
    assert project.find(0, 1, "unlabeled", 5) == [0, 2]


def test_a_filter_that_there_is_not(six):
    with pytest.raises(DataError, match=r'"unshure" is not known; .*did you mean "unsure"'):
        six.find(0, 1, "unshure", 5)


def test_a_map_counts_each_stretch_of_the_rows(six):
    six.annotate(4, [mood("bad")])
    assert six.mapped(100) == [(0, 0, 0)] * 4 + [(1, 0, 0), (0, 0, 0)]
    assert six.mapped(2) == [(0, 0, 0), (1, 0, 0)]
    assert sum(submitted for submitted, *_ in six.mapped(4)) == 1


def test_a_map_of_nothing(opened):
    assert opened(pd.DataFrame({"id": [], "text": []})).mapped(100) == [(0, 0, 0)]
