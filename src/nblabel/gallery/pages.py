"""Which rows a sheet shows: those of a filter, in an order, page by page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nblabel.base.errors import DataError
from nblabel.gallery import likeness
from nblabel.project import Project
from nblabel.tasks import key_of

MOST = 10_000
"""Rows that a filter, or an order of their own, puts on pages; all rows as they are have no end."""

_FULL = 0.7  # of a page that a group of rows that are alike fills
_TOGETHER = 500  # rows that are read at once


@dataclass(frozen=True, slots=True)
class Pages:
    """Rows, cut into pages.

    Parameters
    ----------
    rows
        The rows in their order.
    size
        How many are on a page at the most.
    starts
        Where pages begin among them; None where each is full.
    names
        What the rows of a page have in common, where they are groups.
    """

    rows: Sequence[int]
    size: int
    starts: tuple[int, ...] | None = None
    names: tuple[str, ...] = ()

    @staticmethod
    def of_groups(groups: Iterable[tuple[str, Sequence[int]]], size: int) -> Pages:
        """Cut groups into pages: none has rows of two groups."""
        rows: list[int] = []
        starts: list[int] = []
        names: list[str] = []
        for name, group in groups:
            parts = max(-(-len(group) // size), 1)
            length = -(-len(group) // parts)  # the parts of a large group are about alike
            for part in range(parts if group else 0):
                starts.append(len(rows))
                names.append(f"{name} ({part + 1} of {parts})" if parts > 1 else name)
                rows += group[part * length : (part + 1) * length]
        return Pages(rows, size, tuple(starts), tuple(names))

    def __len__(self) -> int:
        if self.starts is not None:
            return max(len(self.starts), 1)
        return max(-(-len(self.rows) // self.size), 1)

    @property
    def are_groups(self) -> bool:
        """Whether a page is a group."""
        return self.starts is not None

    def __getitem__(self, page: int) -> list[int]:
        if not 0 <= page < len(self):
            return []
        if self.starts is None:
            return list(self.rows[page * self.size : (page + 1) * self.size])
        ends = (*self.starts[1:], len(self.rows))
        return list(self.rows[self.starts[page] : ends[page]]) if self.starts else []

    def name(self, page: int) -> str:
        """Return what the rows of a page have in common; nothing where that is not known."""
        return self.names[page] if page < len(self.names) else ""


def found(project: Project[Any], wanted: str, suspicion: Sequence[int]) -> Sequence[int]:
    """Return the rows of a filter."""
    if wanted == "all" and not project.is_ordered:
        return range(len(project))
    if wanted == "suspicious":
        return suspicion
    return project.found(0, 1, wanted, MOST, hold=False)


def by_score(project: Project[Any], rows: Sequence[int]) -> list[int]:
    """Order rows by how sure the model is, the least first; those without a score come last."""
    scores: dict[int, float] = {}
    some = rows[:MOST]
    for begin in range(0, len(some), _TOGETHER):
        scores |= project.scores(some[begin : begin + _TOGETHER])
    return sorted(some, key=lambda row: (scores.get(row, math.inf), row))


def alike(
    project: Project[Any],
    rows: Sequence[int],
    features: likeness.Features,
    size: int,
    *,
    count: int | None = None,
    seed: int = 0,
) -> Pages:
    """Part rows into groups that are alike, a page each."""
    some = list(rows[: 2 * MOST])
    made = [
        row
        for begin in range(0, len(some), _TOGETHER)
        for row in project.rows(some[begin : begin + _TOGETHER])
    ]
    if not made:
        return Pages([], size)
    array = likeness.features_of(features, [row.task for row in made])
    wanted = count or max(-(-len(made) // max(round(size * _FULL), 1)), 1)
    parts = likeness.groups(array, wanted, seed)
    named = ((f"Group {n}", [made[at].index for at in part]) for n, part in enumerate(parts, 1))
    return Pages.of_groups(named, size)


def by_column(project: Project[Any], rows: Sequence[int], column: str, size: int) -> Pages:
    """Part rows by what they have in a column."""
    groups: dict[str, list[int]] = {}
    some = list(rows[: 2 * MOST])
    for begin in range(0, len(some), _TOGETHER):
        for row in project.rows(some[begin : begin + _TOGETHER]):
            if column not in row.task["data"]:
                raise DataError(f'group="{column}": the data has no such column')
            groups.setdefault(str(row.task["data"][column]), []).append(row.index)
    return Pages.of_groups(((f"{column}: {name}", groups[name]) for name in sorted(groups)), size)


def suspicion_of(project: Project[Any], given: Any) -> list[int]:
    """Return the rows of what `Project.suspicious` gives, or of any keys; those suspected first.

    Raises
    ------
    DataError
        When it is neither.
    """
    keys = given
    if hasattr(given, "columns"):
        if "key" not in list(given.columns):
            raise DataError('suspicion= takes a frame with a column "key"')
        keys = given["key"]
    if isinstance(keys, Mapping | str | bytes) or not isinstance(keys, Iterable):
        raise DataError(f"suspicion= takes a frame or keys, not {type(given).__name__}")
    rows = [project.index(key) for key in keys if key_of(key) is not None]
    return [row for row in dict.fromkeys(rows) if row is not None]
