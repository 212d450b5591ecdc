"""How good a model is, in figures with their intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from nblabel.loop.evaluation import chance_of, evaluate, is_better, share


def mood(*words):
    return [{"from_name": "mood", "type": "choices", "value": {"choices": list(words)}}]


def span(start, end, label="PER"):
    value = {"start": start, "end": end, "labels": [label]}
    return {"from_name": "ner", "type": "labels", "value": value}


def box(x, y, width, height, label="Cat"):
    value = {"x": x, "y": y, "width": width, "height": height, "rectanglelabels": [label]}
    return {"from_name": "box", "type": "rectanglelabels", "value": value}


class TestShare:
    def test_wilson_of_a_textbook(self):
        # Newcombe 1998, table I: 81 of 263
        found = share(81, 263)
        assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)

    def test_of_none_nothing_is_known(self):
        assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)

    def test_it_stays_between_nothing_and_all(self):
        assert share(0, 10).low == 0
        assert share(10, 10).high == pytest.approx(1)


class TestAnswers:
    @settings(deadline=None)
    @given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
    def test_accuracy_and_f1_are_scikit_learns(self, pairs):
        truth, guess = zip(*pairs, strict=True)
        found = evaluate([mood(one) for one in truth], [mood(one) for one in guess])
        assert found.accuracy.value == pytest.approx(accuracy_score(truth, guess))
        names = sorted(set(truth))
        each = f1_score(truth, guess, labels=names, average=None, zero_division=1)
        assert [found.labels[n].value for n in names] == pytest.approx(each)
        assert found.macro_f1.value == pytest.approx(each.mean())

    def test_an_interval_holds_what_was_found(self):
        random = np.random.default_rng(3)
        truth = random.choice(["a", "b"], 200)
        guess = np.where(random.random(200) < 0.8, truth, "a")
        found = evaluate([mood(one) for one in truth], [mood(one) for one in guess])
        for figure in (found.accuracy, found.macro_f1, *found.labels.values()):
            assert figure.low < figure.value < figure.high
            assert figure.high - figure.low < 0.2

    def test_several_are_right_where_all_of_them_are(self):
        found = evaluate([mood("a", "b"), mood("a")], [mood("b", "a"), mood("a", "b")])
        assert found.right == (1.0, 0.0)

    def test_nothing_said_is_wrong_where_something_was(self):
        found = evaluate([mood("a"), []], [[], []])
        assert found.right == (0.0, 1.0)

    def test_only_the_control_that_is_asked_about_counts(self):
        other = {"from_name": "who", "type": "choices", "value": {"choices": ["x"]}}
        found = evaluate([[*mood("a"), other]], [mood("a")], "mood")
        assert found.accuracy.value == 1

    def test_numbers_are_right_where_they_are_equal(self):
        stars = [[{"from_name": "s", "type": "rating", "value": {"rating": n}}] for n in (3, 4)]
        assert evaluate(stars, [stars[0], stars[0]]).accuracy.value == 0.5


class TestRegions:
    def test_spans_that_are_exact_and_that_overlap(self):
        truth = [[span(0, 10), span(20, 30), span(40, 50, "ORG")]]
        guess = [[span(0, 10), span(22, 30), span(40, 50, "PER")]]
        found = evaluate(truth, guess)
        assert found.exact.value == pytest.approx(1 / 3)
        assert found.overlap.value == pytest.approx(2 / 3)
        assert found.accuracy is None
        assert found.score is found.overlap
        assert found.labels["ORG"].value == 0

    def test_boxes_overlap_by_what_they_have_in_common(self):
        truth = [[box(0, 0, 10, 10)]]
        assert evaluate(truth, [[box(0, 0, 10, 6)]]).overlap.value == 1
        assert evaluate(truth, [[box(0, 0, 10, 4)]]).overlap.value == 0
        assert evaluate(truth, [[box(0, 0, 10, 6)]]).exact.value == 0

    def test_each_is_met_once(self):
        found = evaluate([[span(0, 10)]], [[span(0, 10), span(0, 9)]])
        assert found.overlap.value == pytest.approx(2 / 3)

    def test_where_people_marked_nothing_what_is_said_is_wrong(self):
        found = evaluate([[], []], [[span(0, 3)], []])
        assert (found.overlap.value, found.macro_f1, found.right) == (0, None, (0.0, 1.0))

    def test_a_task_without_any_is_right_when_none_is_said(self):
        found = evaluate([[span(0, 3)], []], [[span(0, 3)], []])
        assert found.right == (1.0, 1.0)


class TestBetter:
    def test_the_chance_is_the_binomials(self):
        assert chance_of(8, 2) == pytest.approx(56 / 1024)
        assert chance_of(0, 0) == 1

    def test_what_may_be_chance_is_not_better(self):
        assert not is_better([1, 1, 1, 1], [0, 0, 0, 0])[0]
        assert is_better([1] * 5, [0] * 5)[0]
        assert not is_better([0] * 5, [1] * 5)[0]
