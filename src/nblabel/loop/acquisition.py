"""Which tasks to ask next: where the model is unsure, and where nobody has looked yet."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nblabel.base.arguments import one_of
from nblabel.base.errors import DataError, MissingPackageError
from nblabel.base.optional import optional

Floats = NDArray[np.float64]
Measure = Literal["margin", "entropy", "least confident"]

_BLOCK = 1_000  # known tasks that are compared at once
_WIDE = 12  # so many times what is asked next is looked at for what is unlike the rest
_LEAST = 1e-3  # that a task counts for in its group
_FEW = 3  # labels a class, before what a model is unsure of says much
_SHORT = 0.7  # of an even share: a class that certainly has less is looked for
_LOOKED_FOR = 0.5  # of what is asked next, while some class is short


@dataclass(frozen=True, slots=True)
class Pool:
    """The tasks among which to choose, and what is known of them.

    Parameters
    ----------
    size
        How many there are: n.
    features
        Of the tasks that may be asked, n x d; None where the model tells none.
    labeled
        Those of the tasks that are labeled, m x d.
    answers
        What these were labeled as, m places among the k classes.
    probabilities
        What the model thinks of each task, n x k; None before it has learned.
    estimator
        A scikit-learn classifier that learns as the model does, where it is one.
    """

    size: int
    features: Floats | None = None
    labeled: Floats | None = None
    answers: NDArray[np.int64] | None = None
    probabilities: Floats | None = None
    estimator: Any = None


Strategy = Callable[[Pool, int, np.random.Generator], Sequence[int]]
"""Chooses so many tasks of a pool, by their places in it, the first first."""


def uncertainty(probabilities: Floats, measure: Measure = "margin") -> Floats:
    """Say how unsure a model is of each task: the larger, the less it knows.

    Parameters
    ----------
    probabilities
        n x k, each row a distribution.
    measure
        "margin": how near the second class is to the first; "entropy"; or "least confident": how
        far the first class is from certain (Settles, Active Learning Literature Survey, 2009, 3.1).

    Examples
    --------
    >>> uncertainty(np.array([[0.5, 0.5], [1.0, 0.0]])).tolist()
    [0.0, -1.0]
    """
    if measure == "entropy":
        logs = np.log(np.maximum(probabilities, 1e-300))
        return np.asarray(-(probabilities * logs).sum(axis=1))
    if probabilities.shape[1] < 2 or measure == "least confident":
        return np.asarray(-probabilities.max(axis=1))
    first = np.partition(probabilities, -2, axis=1)
    return np.asarray(first[:, -2] - first[:, -1])


def ranked(unsure: Floats) -> list[int]:
    """Return the places of tasks, the most unsure first.

    >>> ranked(np.array([0.1, 0.9, 0.1]))
    [1, 0, 2]
    """
    return [int(one) for one in np.argsort(-unsure, kind="stable")]


def spread(features: Floats, count: int, known: Floats | None = None) -> list[int]:
    """Choose tasks that lie far from each other, and from those that are known.

    Parameters
    ----------
    features
        n x d.
    count
        How many are chosen.
    known
        m x d; without any, the first is the one that lies most in the middle.

    Notes
    -----
    The greedy k-center of Sener and Savarese, Active Learning for Convolutional Neural Networks:
    A Core-Set Approach, 2018, algorithm 1.

    Examples
    --------
    >>> spread(np.array([[0.0], [0.1], [9.0], [5.0]]), 2, known=np.array([[0.0]]))
    [2, 3]
    """
    chosen: list[int] = []
    if known is None or not len(known):
        chosen.append(int(np.argmin(_apart(features, features.mean(axis=0)))))
        distances = _apart(features, features[chosen[0]])
    else:
        distances = np.full(len(features), np.inf)
        for begin in range(0, len(known), _BLOCK):
            near = _nearest(features, known[begin : begin + _BLOCK])
            np.minimum(distances, near, out=distances)
    while len(chosen) < min(count, len(features)):
        distances[chosen] = -np.inf
        chosen.append(int(np.argmax(distances)))
        np.minimum(distances, _apart(features, features[chosen[-1]]), out=distances)
    return chosen[:count]


def typical(
    features: Floats, count: int, random: np.random.Generator, weights: Floats | None = None
) -> list[int]:
    """Choose tasks of which each stands for those around it.

    Parameters
    ----------
    features
        n x d.
    count
        How many are chosen: what lies nearest to the middle of each of so many groups, by k-means.
        Where scikit-learn is not installed, they are spread.
    random
        What is drawn is drawn from.
    weights
        How much each counts; by default all alike.

    Examples
    --------
    >>> groups = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [9.2]])
    >>> sorted(typical(groups, 2, np.random.default_rng(0)))
    [1, 4]
    """
    if count >= len(features):
        return list(range(len(features)))
    grouped = _grouped(features, count, random, weights)
    if grouped is None:
        return spread(features, count)
    return [_middle(features, *group) for group in grouped]


def unseen(features: Floats, known: Floats, count: int, random: np.random.Generator) -> list[int]:
    """Choose tasks that are typical of the largest groups in which nothing is known.

    Parameters
    ----------
    features, known
        n x d, m x d.
    count
        How many are chosen; there are m more groups.
    random
        What is drawn is drawn from.

    Notes
    -----
    While there are few labels, what is typical teaches more than what is unsure (Hacohen, Dekel and
    Weinshall, Active Learning on a Budget, 2022).

    Examples
    --------
    >>> groups = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [9.2]])
    >>> unseen(groups, np.array([[0.3]]), 1, np.random.default_rng(0))
    [4]
    """
    both = np.concatenate([features, known])
    groups = len(known) + count
    grouped = None if groups >= len(features) else _grouped(both, groups, random)
    if grouped is None:
        return spread(features, count, known)
    free = [group for group in grouped if group[0].max() < len(features)]
    free.sort(key=lambda group: -len(group[0]))
    return [_middle(features, *group) for group in free[:count]]


Group = tuple[NDArray[np.int64], Floats]
"""The places of those in a group, and its middle."""


def _grouped(
    features: Floats, count: int, random: np.random.Generator, weights: Floats | None = None
) -> list[Group] | None:
    """Group tasks by k-means; None where scikit-learn is not installed."""
    try:
        cluster = optional("sklearn.cluster", feature="k-means", extra="models")
    except MissingPackageError:
        return None
    found = cluster.KMeans(count, n_init=3, random_state=int(random.integers(2**31)))
    with warnings.catch_warnings():  # fewer different tasks than groups are no fault
        warnings.simplefilter("ignore")
        of = found.fit_predict(features, sample_weight=weights)
    groups = ((np.flatnonzero(of == at), found.cluster_centers_[at]) for at in range(count))
    return [(members, middle) for members, middle in groups if len(members)]


def _middle(features: Floats, members: NDArray[np.int64], middle: Floats) -> int:
    return int(members[int(np.argmin(_apart(features[members], middle)))])


def _apart(features: Floats, one: Floats) -> Floats:
    return np.asarray(((features - one) ** 2).sum(axis=1))


def _nearest(features: Floats, known: Floats) -> Floats:
    """Return how far each is from the nearest that is known, squared."""
    products = (features**2).sum(axis=1)[:, None] + (known**2).sum(axis=1) - 2 * features @ known.T
    return np.asarray(products.min(axis=1))


def strategy(given: str | Strategy, measure: Measure = "margin") -> Strategy:
    """Return how tasks are chosen.

    Parameters
    ----------
    given
        "random"; "uncertainty"; "diversity", what lies far from all that is labeled;
        "uncertainty+diversity", at first what is typical of groups in which nothing is labeled,
        then of each group of the most unsure (Zhdanov, Diverse mini-batch Active Learning, 2019),
        half of it of classes that certainly have less than their share; a function; or the name
        of a pool strategy of scikit-activeml.
    measure
        As for `uncertainty`.

    Raises
    ------
    DataError
        When there is no strategy of that name.
    """
    one_of("measure", measure, get_args(Measure))
    if callable(given):
        return given
    if given == "random":
        return _at_random
    if given == "diversity":
        return _diverse
    if given == "uncertainty":
        return lambda pool, count, random: _unsure(pool, count, random, measure)
    if given == "uncertainty+diversity":
        return lambda pool, count, random: _both(pool, count, random, measure)
    return _foreign(given)


def _at_random(pool: Pool, count: int, random: np.random.Generator) -> list[int]:
    return [int(one) for one in random.permutation(pool.size)[:count]]


def _diverse(pool: Pool, count: int, random: np.random.Generator) -> list[int]:
    if pool.features is None:
        return _at_random(pool, count, random)
    if pool.labeled is None or not len(pool.labeled):
        return typical(pool.features, count, random)
    return spread(pool.features, count, pool.labeled)


def _unsure(pool: Pool, count: int, random: np.random.Generator, measure: Measure) -> list[int]:
    if pool.probabilities is None:
        return _diverse(pool, count, random)
    return ranked(uncertainty(pool.probabilities, measure))[:count]


def _both(pool: Pool, count: int, random: np.random.Generator, measure: Measure) -> list[int]:
    if pool.probabilities is None:
        return _diverse(pool, count, random)
    known = pool.labeled
    few = known is not None and len(known) < _FEW * pool.probabilities.shape[1]
    if pool.features is not None and known is not None and few:
        return unseen(pool.features, known, count, random)
    chosen = _of_short_classes(pool, round(_LOOKED_FOR * count))
    unsure, taken = uncertainty(pool.probabilities, measure), set(chosen)
    left = [one for one in ranked(unsure) if one not in taken]
    wide, rest = left[: _WIDE * count], count - len(chosen)
    if pool.features is None:
        return [*chosen, *wide[:rest]]
    weights = unsure[wide] - unsure.min() + _LEAST
    near = typical(pool.features[wide], rest, random, weights)
    return [*chosen, *(wide[one] for one in near)]


def _of_short_classes(pool: Pool, count: int) -> list[int]:
    """Choose what the model takes for a class that has certainly less labels than its share."""
    if pool.answers is None or pool.probabilities is None:
        return []
    counts = np.bincount(pool.answers, minlength=pool.probabilities.shape[1])
    short = counts + np.sqrt(counts) + 1 < _SHORT * counts.mean()
    hope = pool.probabilities[:, short].sum(axis=1)
    likely = np.flatnonzero(short[pool.probabilities.argmax(axis=1)])
    return [int(one) for one in likely[np.argsort(-hope[likely], kind="stable")][:count]]


def _foreign(name: str) -> Strategy:
    """Return a strategy of scikit-activeml, told what it asks for."""
    own = ("random", "uncertainty", "diversity", "uncertainty+diversity")
    try:
        pools = optional("skactiveml.pool", feature=f'order="{name}"', extra="activeml")
    except MissingPackageError:
        one_of("order", name, own)
        raise
    if not hasattr(pools, name):
        one_of("order", name, (*own, *pools.__all__))
    made: Any = getattr(pools, name)

    def choose(pool: Pool, count: int, random: np.random.Generator) -> list[int]:
        if pool.features is None:
            raise DataError(f'order="{name}" needs a model that tells the features of tasks')
        if pool.labeled is None or pool.answers is None or pool.probabilities is None:
            return _diverse(pool, count, random)
        features = np.concatenate([pool.labeled, pool.features])
        answers = np.concatenate([pool.answers, np.full(pool.size, np.nan)])
        query = made(random_state=int(random.integers(2**31))).query
        given = {
            "X": features,
            "y": answers,
            "candidates": np.arange(len(pool.labeled), len(features)),
            "batch_size": count,
            **_learners(pool),
        }
        asks = inspect.signature(query).parameters
        needs = [n for n, asked in asks.items() if asked.default is asked.empty and n not in given]
        if needs:
            raise DataError(f'order="{name}" asks for {needs[0]}, which a learner does not know')
        asked = query(**{name: value for name, value in given.items() if name in asks})
        return [int(one) - len(pool.labeled) for one in asked]

    return choose


def _learners(pool: Pool) -> dict[str, Any]:
    """Give what learns, by the names under which scikit-activeml asks for it."""
    if pool.estimator is None or pool.probabilities is None:
        return {}
    wrapped = optional("skactiveml.classifier", feature="order=", extra="activeml")
    classes = list(range(pool.probabilities.shape[1]))
    learner = wrapped.SklearnClassifier(pool.estimator, classes=classes)
    return {"clf": learner, "ensemble": learner, "discriminator": learner}
