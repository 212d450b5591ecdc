"""How good a model is: what it says, beside what people said of the same tasks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nblabel.core.annotation import Result, value_of
from nblabel.formats.table import labels

_Z = 1.959964  # of a normal distribution's middle 95 %
_DRAWS = 500  # of tasks, for an interval
_OVERLAP = 0.5  # of two places, from which on they are one

Said = Sequence[Result]
Place = tuple[float, float, float, float]
"""Where a region is: from left, top to right, bottom; a span's characters from left to right."""
Placed = tuple[str, Place]
"""A label, and where it is."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and between what it lies in 95 of 100 cases."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Say the figure in percent, with its interval.

        >>> str(Estimate(0.9, 0.852, 0.94))
        '90 % (85-94)'
        """
        return f"{self.value:.0%} ({self.low * 100:.0f}-{self.high * 100:.0f})".replace("%", " %")


@dataclass(frozen=True, slots=True)
class Metrics:
    """What was found.

    Parameters
    ----------
    tasks
        How many tasks were compared.
    accuracy
        The part of the tasks of which exactly that was said that people say; None for regions.
    macro_f1
        The mean of the labels' F1.
    labels
        F1 by label.
    exact, overlap
        F1 of regions with the same label: in the same place; in places that have at least half of
        what they cover in common. None where there are none.
    right
        For each task how right it was, from 0 to 1: for paired tests.
    """

    tasks: int
    accuracy: Estimate | None = None
    macro_f1: Estimate | None = None
    labels: Mapping[str, Estimate] = field(default_factory=dict)
    exact: Estimate | None = None
    overlap: Estimate | None = None
    right: tuple[float, ...] = ()

    @property
    def score(self) -> Estimate | None:
        """The one figure that says most: accuracy, for regions the F1 of those that overlap."""
        return self.accuracy if self.overlap is None else self.overlap


def share(hits: int, count: int) -> Estimate:
    """Estimate a probability.

    Notes
    -----
    Wilson's score interval (Wilson 1927; Brown, Cai and DasGupta 2001, section 3.1.1).

    Examples
    --------
    >>> str(share(9, 10))
    '90 % (60-98)'
    """
    if count == 0:
        return Estimate(math.nan, 0.0, 1.0)
    part, square = hits / count, _Z**2
    middle = (part + square / (2 * count)) / (1 + square / count)
    half = _Z * math.sqrt(part * (1 - part) / count + square / (4 * count**2))
    half /= 1 + square / count
    return Estimate(part, max(middle - half, 0.0), min(middle + half, 1.0))


def evaluate(truth: Sequence[Said], guess: Sequence[Said], control: str | None = None) -> Metrics:
    """Compare what a model says with what people say.

    Parameters
    ----------
    truth, guess
        For each task the results of people, and of the model.
    control
        The control that is looked at; by default all.

    Examples
    --------
    >>> def says(*words):
    ...     head = {"from_name": "mood", "type": "choices"}
    ...     return [[{**head, "value": {"choices": [word]}}] for word in words]
    >>> found = evaluate(says("good", "bad"), says("good", "good"))
    >>> found.accuracy.value, found.labels["bad"].value
    (0.5, 0.0)
    """
    own = [[one for one in said if _is_of(one, control)] for said in truth]
    other = [[one for one in said if _is_of(one, control)] for said in guess]
    if any(_place(one) for said in (*own, *other) for one in said):
        return _regions(own, other)
    return _answers([*map(_answer, own)], [*map(_answer, other)])


def chance_of(better: int, worse: int) -> float:
    """Say how likely it is by chance that so many of the tasks that changed became better.

    Notes
    -----
    The one-sided exact sign test, for right and wrong McNemar's (McNemar 1947).

    Examples
    --------
    >>> chance_of(5, 0), chance_of(3, 3)
    (0.03125, 0.65625)
    """
    count = better + worse
    return sum(math.comb(count, k) for k in range(better, count + 1)) * 0.5**count


def is_better(new: Sequence[float], old: Sequence[float]) -> tuple[bool, str]:
    """Say whether a model is certainly better than another on the same tasks, and why.

    Parameters
    ----------
    new, old
        For each task how right they are, from 0 to 1.

    Examples
    --------
    >>> is_better([1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0])
    (True, '5 of 6 tasks better, 0 worse, p = 0.031')
    """
    pairs = list(zip(new, old, strict=True))
    better, worse = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
    chance = chance_of(better, worse)
    told = f"{better} of {len(pairs)} tasks better, {worse} worse, p = {chance:.2g}"
    return better > worse and chance <= 0.05, told


def _is_of(result: Result, control: str | None) -> bool:
    return "from_name" in result and control in {None, result["from_name"]}


def _answer(said: Said) -> frozenset[str]:
    """Return what forms say, as words."""
    words: set[str] = set()
    for one in said:
        words.update(labels(one) or _scalars(one))
    return frozenset(words)


def _scalars(result: Result) -> list[str]:
    given = (one if isinstance(one, list) else [one] for one in value_of(result).values())
    return [str(one) for some in given for one in some]


def _answers(truth: Sequence[frozenset[str]], guess: Sequence[frozenset[str]]) -> Metrics:
    right = [own == other for own, other in zip(truth, guess, strict=True)]
    names = sorted(frozenset().union(*truth))
    hits = [[n in a and n in b for n in names] for a, b in zip(truth, guess, strict=True)]
    said = [[n in a for n in names] for a in truth]
    told = [[n in b for n in names] for b in guess]
    each, mean = _estimated(hits, said, told) if names else ([], None)
    return Metrics(
        tasks=len(truth),
        accuracy=share(sum(right), len(right)),
        macro_f1=mean,
        labels=dict(zip(names, each, strict=True)),
        right=tuple(map(float, right)),
    )


def _regions(truth: Sequence[Said], guess: Sequence[Said]) -> Metrics:
    own, other = [*map(_placed, truth)], [*map(_placed, guess)]
    names = sorted({name for said in own for name, _ in said})
    exact = [_met(a, b, 1.0) for a, b in zip(own, other, strict=True)]
    overlap = [_met(a, b, _OVERLAP) for a, b in zip(own, other, strict=True)]
    here = [[name for name, _ in said] for said in own]
    there = [[name for name, _ in said] for said in other]
    counts = [_counted(some, names) for some in (overlap, here, there)]
    each, mean = _estimated(*counts) if names else ([], None)
    whole = [[[len(one)] for one in some] for some in (exact, overlap, here, there)]
    told_of = zip(map(len, overlap), map(len, own), map(len, other), strict=True)
    return Metrics(
        tasks=len(truth),
        macro_f1=mean,
        labels=dict(zip(names, each, strict=True)),
        exact=_estimated(whole[0], *whole[2:])[1],
        overlap=_estimated(whole[1], *whole[2:])[1],
        right=tuple(2 * met / (a + b) if a + b else 1.0 for met, a, b in told_of),
    )


def _counted(said: Sequence[Sequence[str]], names: Sequence[str]) -> list[list[int]]:
    return [[list(one).count(name) for name in names] for one in said]


def _f1(hits: Any, said: Any, told: Any) -> Any:
    """Return F1 of counts; 1 where neither says anything."""
    both = said + told
    return np.where(both == 0, 1.0, 2 * hits / np.maximum(both, 1))


def _estimated(hits: Any, said: Any, told: Any) -> tuple[list[Estimate], Estimate]:
    """Estimate F1 of each column, and their mean, with the tasks drawn again.

    The percentiles of Efron's bootstrap (Efron 1979).
    """
    counts = [np.asarray(one, dtype=float) for one in (hits, said, told)]
    random = np.random.default_rng(0)
    tasks = len(hits)
    drawn = []
    for _ in range(_DRAWS):
        times = np.bincount(random.integers(tasks, size=tasks), minlength=tasks)
        drawn.append(_f1(*(times @ one for one in counts)))
    values = _f1(*(one.sum(axis=0) for one in counts))
    figures = np.array(drawn)
    each = [_estimate(value, some) for value, some in zip(values, figures.T, strict=True)]
    return each, _estimate(values.mean(), figures.mean(axis=1))


def _estimate(value: Any, drawn: Any) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high))


def _placed(said: Said) -> list[Placed]:
    return [(name, place) for one in said if (place := _place(one)) for name in labels(one) or [""]]


def _place(result: Result) -> Place | None:
    value = value_of(result)
    number = {name: one for name, one in value.items() if isinstance(one, int | float)}
    if {"start", "end"} <= number.keys():
        return number["start"], 0.0, number["end"], 1.0
    if {"x", "y", "width", "height"} <= number.keys():
        x, y = number["x"], number["y"]
        return x, y, x + number["width"], y + number["height"]
    return None


def _met(
    own: Sequence[tuple[str, Place]], other: Sequence[tuple[str, Place]], least: float
) -> list[str]:
    """Return the labels of those that are said of the same places, each counted once."""
    pairs = sorted(
        (
            (-_common(place, there), i, j)
            for i, (name, place) in enumerate(own)
            for j, (label, there) in enumerate(other)
            if name == label
        ),
    )
    met: dict[int, int] = {}
    for common, i, j in pairs:
        if -common >= least - 1e-9 and i not in met and j not in met.values():
            met[i] = j
    return [own[i][0] for i in met]


def _common(one: Place, other: Place) -> float:
    """Return the part of what two places cover that they have in common."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0.0) * max(height, 0.0)
    whole = _area(one) + _area(other) - both
    return both / whole if whole > 0 else float(one == other)


def _area(place: Place) -> float:
    return (place[2] - place[0]) * (place[3] - place[1])
