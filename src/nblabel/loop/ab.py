"""Two models or more, each for some of the tasks, compared by what became of what they said."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, get_args

import numpy as np

from nblabel.base.arguments import one_of
from nblabel.base.errors import DataError
from nblabel.base.jsontext import dumps
from nblabel.core.annotation import Result, value_of
from nblabel.core.model import Context, Model, Task
from nblabel.loop.evaluation import Estimate, share
from nblabel.loop.model import model_of

Adapt = Literal["thompson"]
_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of what one variant suggested for one task, and was submitted.

    Parameters
    ----------
    accepted, changed, rejected
        How many of the suggested results are in the annotation as they were; with another value;
        not at all.
    """

    accepted: int
    changed: int
    rejected: int

    @property
    def is_good(self) -> bool:
        """Whether all was accepted as it was."""
        return not (self.changed or self.rejected)


def outcome(suggested: Sequence[Result], submitted: Sequence[Result]) -> Outcome:
    """Say what became of suggestions.

    Parameters
    ----------
    suggested, submitted
        The results of a prediction, and of an annotation about the same task.

    Examples
    --------
    >>> good, bad = ({"from_name": "mood", "value": {"choices": [word]}} for word in ("a", "b"))
    >>> outcome([good], [good]), outcome([good], [bad])
    (Outcome(accepted=1, changed=0, rejected=0), Outcome(accepted=0, changed=1, rejected=0))
    """
    left = [_gist(one) for one in submitted]
    accepted, others = 0, []
    for one in suggested:
        if _gist(one) in left:
            left.remove(_gist(one))
            accepted += 1
        else:
            others.append(one)
    names = [one.get("from_name") for one in submitted]
    ids = {one.get("id") for one in submitted}
    changed = sum(
        one.get("id") in ids or (_is_form(one) and one["from_name"] in names) for one in others
    )
    return Outcome(accepted, changed, len(others) - changed)


def _gist(result: Result) -> str:
    value = {name: one for name, one in value_of(result).items() if name != "text"}
    return dumps([result.get("from_name"), value])


def _is_form(result: Result) -> bool:
    places = {"start", "end", "x", "y", "points", "rle", "vertices", "startOffset"}
    return "from_name" in result and not places & value_of(result).keys()


class AB:
    """Models that are compared: each suggests for the tasks that are its own.

    Which that are follows from a task's key, so it stays. Each suggestion carries the name of its
    variant as ``model_version``.

    Parameters
    ----------
    variants
        Models, or functions of tasks, by their names.
    weights
        How often each is asked, by its name; by default all alike.
    adapt
        "thompson": a variant of whose suggestions more were accepted is asked more often (Thompson
        1933); tasks that one has spoken of stay with it.
    seed
        Makes what adapts repeatable.

    Raises
    ------
    DataError
        When there are less than two, or weights for others.

    Examples
    --------
    >>> old, new = (lambda tasks: ["good"] * len(tasks) for _ in range(2))
    >>> ab = AB({"old": old, "new": new})
    >>> [entry["model_version"] for entry in ab.predict([{"key": "0"}, {"key": "1"}])]
    ['new', 'old']
    """

    version: str | None = None

    def __init__(
        self,
        variants: Mapping[str, Model | Callable[..., Any]],
        weights: Mapping[str, float] | None = None,
        adapt: Adapt | None = None,
        *,
        seed: int = 0,
    ) -> None:
        if len(variants) < 2:
            raise DataError("AB compares two models or more, by their names")
        for name in weights or ():
            one_of("weights", name, list(variants))
        if adapt is not None:
            one_of("adapt", adapt, get_args(Adapt))
        self.variants = {name: model_of(one, None) for name, one in variants.items()}
        given = dict.fromkeys(variants, 1.0) if weights is None else weights
        self._weights = {name: float(given.get(name, 0)) for name in variants}
        if min(self._weights.values()) < 0 or not sum(self._weights.values()):
            raise DataError("the weights of AB must not be negative, and not all be 0")
        self._adapt = adapt
        self._random = np.random.default_rng(seed)
        self._project: Any = None
        self._own: dict[str, str] = {}  # variants by key, of tasks that were asked about

    def __repr__(self) -> str:
        """Name the variants."""
        return f"AB({', '.join(self.variants)})"

    def setup(self, config: Any) -> None:
        """Tell each model the config."""
        for model in self.variants.values():
            if hasattr(model, "setup"):
                model.setup(config)

    def attach(self, project: Any) -> None:
        """Take the project whose store knows what became of suggestions."""
        self._project = project

    def variant(self, key: str) -> str:
        """Return which variant a task is asked of."""
        if key not in self._own:
            said = self._said(key)
            self._own[key] = said or _drawn(key, self.weights)
        return self._own[key]

    @property
    def weights(self) -> dict[str, float]:
        """How often each variant is asked now; together they are 1."""
        if self._adapt is None or self._project is None:
            whole = sum(self._weights.values())
            return {name: one / whole for name, one in self._weights.items()}
        outcomes = self._outcomes()
        good = [sum(one.is_good for one in outcomes[name]) for name in self.variants]
        bad = [len(outcomes[name]) - at for name, at in zip(self.variants, good, strict=True)]
        draws = self._random.beta(np.array(good) + 1, np.array(bad) + 1, (_DRAWS, len(good)))
        best = np.bincount(draws.argmax(axis=1), minlength=len(good)) / _DRAWS
        return dict(zip(self.variants, best.tolist(), strict=True))

    @property
    def interactive(self) -> bool:
        """Whether a variant answers what somebody draws."""
        return any(getattr(model, "interactive", True) for model in self.variants.values())

    def predict(self, tasks: list[Task], context: Context | None = None) -> list[Any]:
        """Ask each variant about its tasks."""
        entries: list[Any] = [None] * len(tasks)
        own = [self.variant(str(task.get("key", task.get("id")))) for task in tasks]
        for name, model in self.variants.items():
            places = [at for at, one in enumerate(own) if one == name]
            if places:
                told = list(model.predict([tasks[at] for at in places], context))
                for at, entry in zip(places, told, strict=True):
                    entries[at] = _named(entry, name, model.version)
        return entries

    def report(self) -> Any:
        """Say what became of what each variant suggested.

        Returns
        -------
        pandas.DataFrame
            A row a variant: ``tasks`` that have its suggestion and were submitted; how many
            suggested results were ``accepted`` as they were, ``changed``, ``rejected``; the
            ``rate`` of tasks where all was accepted, with ``low`` and ``high`` of its 95 %
            interval; and ``p``, how likely by chance its rate differs so much from the first
            variant's (Fisher's exact test, two-sided).
        """
        import pandas as pd  # noqa: PLC0415 - only who looks needs it

        outcomes = self._outcomes()
        first = [one.is_good for one in next(iter(outcomes.values()))]
        rows = []
        for name, found in outcomes.items():
            good = [one.is_good for one in found]
            rate: Estimate = share(sum(good), len(good))
            counts = {what: sum(getattr(one, what) for one in found) for what in _COUNTED}
            figures = {"rate": rate.value, "low": rate.low, "high": rate.high}
            table = (sum(first), len(first) - sum(first), sum(good), len(good) - sum(good))
            rows.append(
                {"variant": name, "tasks": len(found), **counts, **figures, "p": fisher(*table)}
            )
        return pd.DataFrame(rows).set_index("variant")

    def _outcomes(self) -> dict[str, list[Outcome]]:
        found: dict[str, list[Outcome]] = {name: [] for name in self.variants}
        if self._project is None:
            return found
        for version, suggested, submitted in self._project.answered():
            name = self._name(version)
            if name is not None:
                found[name].append(outcome(suggested, submitted))
        return found

    def _said(self, key: str) -> str | None:
        if self._project is None:
            return None
        versions = self._project.suggested_by(key)
        return next((name for one in versions if (name := self._name(one))), None)

    def _name(self, version: str | None) -> str | None:
        told = version or ""
        return next((n for n in self.variants if told == n or told.startswith(f"{n} (")), None)


_COUNTED = ("accepted", "changed", "rejected")


def _named(entry: Any, name: str, version: str | None) -> Any:
    """Give an entry the name of its variant, and the version that its model says."""
    if entry is None or isinstance(entry, Exception):
        return entry
    known = isinstance(entry, Mapping) and "result" in entry
    given = dict(entry) if known else {"result": entry}
    own = given.get("model_version") or version
    return {**given, "model_version": name if own is None else f"{name} ({own})"}


def _drawn(key: str, weights: Mapping[str, float]) -> str:
    digest = hashlib.sha256(f"nblabel variant {key}".encode(errors="surrogatepass")).digest()
    at = int.from_bytes(digest[:8], "big") / 2**64
    ends = accumulate(weights.values())
    return next((n for n, end in zip(weights, ends, strict=True) if at < end), [*weights][-1])


def fisher(a: int, b: int, c: int, d: int) -> float:
    """Say how likely a table of two by two, or a less likely one, is by chance.

    Notes
    -----
    Fisher's exact test, two-sided (Fisher 1935; Agresti, Categorical Data Analysis, 3.5.1).

    Examples
    --------
    >>> round(fisher(3, 1, 1, 3), 4)
    0.4857
    """
    row, column, count = a + b, a + c, a + b + c + d
    if not row or not c + d:
        return 1.0
    whole = math.comb(count, column)

    def chance(x: int) -> float:
        return math.comb(row, x) * math.comb(count - row, column - x) / whole

    own = chance(a)
    some = range(max(0, column - (c + d)), min(row, column) + 1)
    return min(sum(p for x in some if (p := chance(x)) <= own * (1 + 1e-9)), 1.0)
