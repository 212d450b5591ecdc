"""Rows that are alike are in one group, the same ones each time."""

import builtins

import numpy as np
import pytest
from scipy import sparse

from nblabel.base.errors import DataError
from nblabel.gallery import likeness


def blobs(seed=0):
    random = np.random.default_rng(seed)
    centres = np.array([[0, 0], [50, 0], [0, 50]])
    return np.vstack([centre + random.normal(0, 1, (20, 2)) for centre in centres])


@pytest.fixture(params=["scikit-learn", "numpy"])
def way(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(likeness.importlib.util, "find_spec", lambda _: None)


@pytest.mark.usefixtures("way")
class TestGroups:
    def test_each_is_what_is_alike(self):
        found = likeness.groups(blobs(), 3)
        assert sorted(map(sorted, found)) == [[*range(n, n + 20)] for n in (0, 20, 40)]

    def test_they_are_the_same_each_time(self):
        features = np.random.default_rng(1).normal(size=(300, 5))
        assert likeness.groups(features, 9, 4) == likeness.groups(features, 9, 4)

    def test_every_row_is_in_one(self):
        features = np.random.default_rng(1).normal(size=(97, 3))
        found = likeness.groups(features, 12)
        assert sorted(row for group in found for row in group) == [*range(97)]

    @pytest.mark.parametrize("features", [np.zeros((7, 2)), np.zeros((0, 2)), np.ones((1, 1))])
    def test_equal_rows_and_none_at_all_are_no_fault(self, features):
        found = likeness.groups(features, 4)
        assert sorted(row for group in found for row in group) == [*range(len(features))]

    def test_what_is_least_like_the_others_comes_last(self):
        features = np.vstack([blobs()[:20], [[6.0, 6.0]], blobs()[20:]])
        [group] = [group for group in likeness.groups(features, 3) if 20 in group]
        assert group[-1] == 20


def tasks(*cells):
    return [{"data": {"f": cell}} for cell in cells]


class TestFeatures:
    def test_a_column_of_numbers_or_of_lists(self):
        assert likeness.features_of("f", tasks(1, 2)).tolist() == [[1.0], [2.0]]
        assert likeness.features_of("f", tasks([1, 2], [3, 4])).tolist() == [[1.0, 2.0], [3.0, 4.0]]

    def test_a_function_and_a_model(self):
        def function(given):
            return sparse.csr_matrix([[task["data"]["f"], 1] for task in given])

        class Model:
            features_of = staticmethod(function)

        for given in (function, Model()):
            assert likeness.features_of(given, tasks(5, 6)).tolist() == [[5.0, 1.0], [6.0, 1.0]]

    def test_very_wide_ones_are_narrowed_the_same_way_each_time(self):
        wide = sparse.random(6, 100_000, 0.01, random_state=0, format="csr")
        first, second = (likeness.features_of(lambda _: wide, tasks(*range(6))) for _ in range(2))
        assert first.shape == (6, 512)
        assert (first == second).all()

    @pytest.mark.parametrize(
        ("given", "cells", "words"),
        [
            ("g", [1], "nothing in that column"),
            ("f", ["x"], "must hold numbers"),
            ("f", [[1], [1, 2]], "must hold numbers"),
            (builtins.len, [1, 2], "was given 2 tasks"),
            (7, [1], "takes a column's name"),
        ],
    )
    def test_what_is_none_is_refused_in_one_sentence(self, given, cells, words):
        with pytest.raises(DataError, match=words):
            likeness.features_of(given, tasks(*cells))
