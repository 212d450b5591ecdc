"""Rows that are alike, together: k-means over what tells them apart."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nblabel.base.errors import DataError
from nblabel.base.optional import optional

Floats = npt.NDArray[np.float64]
Task = dict[str, Any]
Features = Any
"""A column of numbers, a function of tasks that gives an array, or a model with features_of."""

_ROUNDS = 50
_BLOCK = 4_096  # rows that are compared with the centres at once
_LEARNED = 20_000  # rows that the centres are found from
_WIDEST = 512  # numbers of a row; more are projected


def features_of(given: Features, tasks: list[Task]) -> Floats:
    """Make an array of a row a task.

    Parameters
    ----------
    given
        As `Features` says.
    tasks
        The tasks.

    Raises
    ------
    DataError
        When no such array comes of it.
    """
    if isinstance(given, str):
        cells = [task["data"].get(given) for task in tasks]
        if any(cell is None for cell in cells):
            raise DataError(f'features="{given}": a row has nothing in that column')
        try:
            made: Any = np.array([np.ravel(np.asarray(cell, float)) for cell in cells])
        except (TypeError, ValueError):
            raise DataError(
                f'features="{given}": the column must hold numbers, or lists of as many each; '
                "a function of tasks makes them of anything"
            ) from None
    else:
        ask = getattr(given, "features_of", given)
        if not callable(ask):
            raise DataError(
                "features= takes a column's name, a function of a list of tasks, or a model that "
                f"has features_of, not {type(given).__name__}"
            )
        made = ask(tasks)
    made = _narrow(made) if hasattr(made, "tocsr") else np.asarray(made, float)
    if made.ndim < 1 or len(made) != len(tasks):
        raise DataError(f"features= was given {len(tasks)} tasks and made {np.shape(made)}")
    flat = np.nan_to_num(made.reshape(len(tasks), -1))
    return flat if flat.shape[1] <= _WIDEST else _projected(flat)


def _narrow(sparse: Any) -> Floats:
    """Bring a sparse matrix to few numbers a row: their directions stay about as they were."""
    if sparse.shape[1] <= _WIDEST:
        return np.asarray(sparse.toarray(), float)
    random = np.random.default_rng(0)
    csr = sparse.tocsr()
    used = np.unique(csr.indices)
    signs = random.choice((-1.0, 1.0), (len(used), _WIDEST)) / np.sqrt(_WIDEST)
    return np.asarray(csr[:, used] @ signs, float)


def _projected(wide: Floats) -> Floats:
    random = np.random.default_rng(0)
    signs = random.choice((-1.0, 1.0), (wide.shape[1], _WIDEST)) / np.sqrt(_WIDEST)
    return np.asarray(wide @ signs)


def groups(features: Floats, count: int, seed: int = 0) -> list[list[int]]:
    """Part rows into groups of those that are alike.

    Parameters
    ----------
    features
        A row each.
    count
        How many groups at most.
    seed
        Of what is left to chance: the same seed gives the same groups.

    Returns
    -------
    list
        The groups as places of rows, each with what is most like the rest of it first and what
        is least so last. A group is followed by one that is near.

    Notes
    -----
    k-means with the beginning of Arthur and Vassilvitskii, k-means++ (2007); scikit-learn's where
    it is installed.
    """
    size = len(features)
    count = max(min(count, size), 1)
    if size == 0:
        return []
    random = np.random.default_rng(seed)
    learned = features
    if size > _LEARNED:
        learned = features[np.sort(random.choice(size, _LEARNED, replace=False))]
    centres = _centres(learned, count, seed)
    nearest, distances = _nearest(features, centres)
    found = []
    for group in _chained(centres, np.bincount(nearest, minlength=len(centres))):
        rows = np.flatnonzero(nearest == group)
        if len(rows):
            found.append(rows[np.argsort(distances[rows], kind="stable")].tolist())
    return found


def _centres(features: Floats, count: int, seed: int) -> Floats:
    if importlib.util.find_spec("sklearn") is None:
        return _own_centres(features, count, np.random.default_rng(seed))
    cluster = optional("sklearn.cluster", feature="likeness", extra="models")
    with warnings.catch_warnings():  # that there are fewer different rows than groups
        warnings.simplefilter("ignore")
        fitted = cluster.KMeans(count, n_init=2, random_state=seed).fit(features)
    return np.asarray(fitted.cluster_centers_, float)


def _own_centres(features: Floats, count: int, random: np.random.Generator) -> Floats:
    """Find centres without scikit-learn: k-means++, then Lloyd's rounds."""
    centres = features[[int(random.integers(len(features)))]]
    apart = ((features - centres[0]) ** 2).sum(axis=1)
    while len(centres) < count and apart.sum() > 0:
        chosen = int(random.choice(len(features), p=apart / apart.sum()))
        centres = np.vstack([centres, features[chosen]])
        apart = np.minimum(apart, ((features - features[chosen]) ** 2).sum(axis=1))
    before: Any = None
    for _ in range(_ROUNDS):
        nearest, _ = _nearest(features, centres)
        if before is not None and (nearest == before).all():
            break
        before = nearest
        for group in range(len(centres)):
            if (mine := nearest == group).any():
                centres[group] = features[mine].mean(axis=0)
    return centres


def _nearest(features: Floats, centres: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    nearest = np.empty(len(features), np.int64)
    distances = np.empty(len(features))
    square = (centres**2).sum(axis=1)
    for begin in range(0, len(features), _BLOCK):
        some = features[begin : begin + _BLOCK]
        apart = square - 2 * some @ centres.T
        at = apart.argmin(axis=1)
        nearest[begin : begin + len(some)] = at
        least = apart[np.arange(len(some)), at] + (some**2).sum(axis=1)
        distances[begin : begin + len(some)] = least
    return nearest, distances


def _chained(centres: Floats, sizes: Sequence[int] | npt.NDArray[np.int64]) -> list[int]:
    """Order groups so that each is near the one before it, from the largest on."""
    left = set(range(len(centres)))
    at = int(np.argmax(sizes))
    chain = []
    while True:
        chain.append(at)
        left.discard(at)
        if not left:
            return chain
        others = sorted(left)
        apart = ((centres[others] - centres[at]) ** 2).sum(axis=1)
        at = others[int(apart.argmin())]
