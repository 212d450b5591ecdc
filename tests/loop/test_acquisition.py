"""Which tasks to ask next."""

import sys

import numpy as np
import pytest

from nblabel.base.errors import DataError
from nblabel.loop.acquisition import Pool, spread, strategy, typical, uncertainty, unseen

RANDOM = np.random.default_rng(0)


class TestUncertainty:
    PROBABILITIES = np.array([[0.9, 0.1, 0.0], [0.4, 0.35, 0.25], [0.5, 0.5, 0.0]])

    @pytest.mark.parametrize(
        ("measure", "first"), [("margin", 2), ("entropy", 1), ("least confident", 1)]
    )
    def test_each_measure_has_its_most_unsure(self, measure, first):
        unsure = uncertainty(self.PROBABILITIES, measure)
        assert int(np.argmax(unsure)) == first
        assert int(np.argmin(unsure)) == 0

    def test_entropy_is_that_of_the_distribution(self):
        [none, most] = uncertainty(np.array([[1.0, 0.0], [0.5, 0.5]]), "entropy")
        assert none == pytest.approx(0)
        assert most == pytest.approx(np.log(2))

    def test_one_column_is_how_sure_a_model_is(self):
        assert np.argmax(uncertainty(np.array([[0.9], [0.2], [0.5]]))) == 1

    def test_another_measure_is_refused(self):
        with pytest.raises(DataError, match='measure="margins" is not known'):
            strategy("uncertainty", "margins")


class TestSpread:
    def test_it_goes_where_nothing_is_known(self):
        features = RANDOM.normal(size=(300, 5))
        known = features[:3]
        chosen = spread(features, 10, known)

        def gap(some):
            near = ((features[:, None] - features[some]) ** 2).sum(axis=2)
            return near.min(axis=1).max()

        at_random = [[0, 1, 2, *RANDOM.choice(300, 10, replace=False)] for _ in range(50)]
        assert gap([0, 1, 2, *chosen]) <= min(map(gap, at_random))
        assert len(set(chosen)) == 10

    def test_without_anything_known_the_middle_comes_first(self):
        assert spread(np.array([[0.0], [10.0], [5.1], [9.0]]), 3) == [2, 0, 1]

    def test_equal_tasks_are_chosen_once_each(self):
        assert sorted(spread(np.zeros((4, 2)), 9, np.zeros((1, 2)))) == [0, 1, 2, 3]

    def test_much_that_is_known_is_compared_in_pieces(self, monkeypatch):
        features, known = RANDOM.normal(size=(50, 3)), RANDOM.normal(size=(70, 3))
        whole = spread(features, 8, known)
        monkeypatch.setattr("nblabel.loop.acquisition._BLOCK", 7)
        assert spread(features, 8, known) == whole


def pool(**given):
    features = np.array([[float(n)] for n in range(100)])
    sure = np.linspace(0.5, 1.0, 100)
    chances = np.stack([sure, 1 - sure], axis=1)
    known = {"features": features, "labeled": features[:6], "probabilities": chances}
    return Pool(size=100, **{**known, **given})


class TestTypical:
    def test_without_scikit_learn_they_are_spread(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "sklearn.cluster", None)
        features = RANDOM.normal(size=(30, 2))
        assert typical(features, 4, RANDOM) == spread(features, 4)

    def test_fewer_different_tasks_than_groups_are_no_fault(self):
        chosen = typical(np.zeros((9, 2)), 4, RANDOM)
        assert 1 <= len(set(chosen)) <= 4

    def test_all_are_chosen_where_there_are_no_more(self):
        assert typical(np.zeros((2, 2)), 4, RANDOM) == [0, 1]


class TestUnseen:
    def test_without_scikit_learn_they_are_spread(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "sklearn.cluster", None)
        features, known = RANDOM.normal(size=(30, 2)), RANDOM.normal(size=(5, 2))
        assert unseen(features, known, 4, RANDOM) == spread(features, 4, known)

    def test_where_there_are_less_tasks_than_groups_they_are_spread(self):
        features, known = RANDOM.normal(size=(6, 2)), RANDOM.normal(size=(5, 2))
        assert unseen(features, known, 2, RANDOM) == spread(features, 2, known)


class TestStrategy:
    def test_uncertainty_asks_what_is_least_sure(self):
        assert strategy("uncertainty")(pool(), 3, RANDOM) == [0, 1, 2]

    def test_both_are_typical_of_what_is_least_sure(self):
        chosen = strategy("uncertainty+diversity")(pool(), 3, RANDOM)
        assert max(chosen) < 36  # of all, these are unsure
        assert np.diff(sorted(chosen)).min() > 5  # and each stands for a third of them

    def test_while_there_are_few_labels_they_are_typical_of_what_has_none(self):
        early = pool(labeled=np.array([[10.0], [90.0]]))
        [chosen] = strategy("uncertainty+diversity")(early, 1, np.random.default_rng(0))
        assert 40 < chosen < 60

    def test_a_class_that_is_short_is_looked_for(self):
        answers = np.array([0] * 90 + [1] * 10)
        chances = np.full((100, 2), [0.9, 0.1])
        chances[70:75] = [0.2, 0.8]
        chosen = strategy("uncertainty+diversity")(
            pool(probabilities=chances, answers=answers), 10, RANDOM
        )
        assert {70, 71, 72, 73, 74} <= set(chosen)

    def test_before_anything_is_learned_it_spreads(self):
        empty = pool(probabilities=None, labeled=None)
        chosen = sorted(strategy("uncertainty+diversity")(empty, 3, np.random.default_rng(0)))
        assert all(abs(one - middle) < 6 for one, middle in zip(chosen, (16, 50, 83), strict=True))

    def test_without_features_it_is_at_random_or_by_what_is_known(self):
        bare = pool(features=None, labeled=None)
        assert strategy("uncertainty+diversity")(bare, 3, RANDOM) == [0, 1, 2]
        drawn = strategy("diversity")(bare, 100, RANDOM)
        assert sorted(drawn) == list(range(100))

    def test_random_is_repeated_by_its_seed(self):
        ask = strategy("random")
        first, second = (ask(pool(), 9, np.random.default_rng(7)) for _ in range(2))
        assert first == second != ask(pool(), 9, np.random.default_rng(8))

    def test_a_function_is_one(self):
        assert strategy(lambda pool, count, random: [count])(pool(), 5, RANDOM) == [5]

    def test_no_strategy_of_that_name_is_told(self):
        with pytest.raises(DataError, match=r'order="uncertain" is not known.*mean "uncertainty"'):
            strategy("uncertain")


class TestScikitActiveml:
    @pytest.mark.parametrize("name", ["UncertaintySampling", "CoreSet", "ProbCover", "Badge"])
    def test_a_strategy_of_it_chooses(self, name):
        from sklearn.linear_model import LogisticRegression

        given = pool(
            labeled=np.array([[-3.0], [103.0]]),
            answers=np.array([0, 1]),
            estimator=LogisticRegression(),
        )
        chosen = strategy(name)(given, 4, np.random.default_rng(0))
        assert len(set(chosen)) == 4
        assert set(chosen) <= set(range(100))

    def test_what_it_asks_for_and_nobody_knows_is_told(self):
        given = pool(labeled=np.array([[0.0]]), answers=np.array([0]))
        with pytest.raises(DataError, match='order="UncertaintySampling" asks for clf'):
            strategy("UncertaintySampling")(given, 4, RANDOM)
