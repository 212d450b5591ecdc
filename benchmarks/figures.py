"""One measured figure, and the table that they are printed in."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured of one piece of work, beside a reference of the same run.

    Parameters
    ----------
    work
        What was done, in words.
    ours
        What each run took, in ``unit``.
    unit
        "ms", "s", "KB", ...
    goal
        What is to be reached, in words.
    reference
        What it is compared with, in words; "" where there is nothing to compare with.
    theirs
        What each run of the reference took, in the same unit.
    """

    work: str
    ours: Sequence[float]
    unit: str
    goal: str = ""
    reference: str = ""
    theirs: Sequence[float] = ()

    @property
    def row(self) -> tuple[str, ...]:
        """Its cells in the table."""
        ratio = ""
        if self.theirs:
            base = statistics.median(self.theirs)
            ratio = f"{statistics.median(self.ours) / base:.2f}" if base else "-"
        return (
            self.work,
            f"{_short(statistics.median(self.ours))} {self.unit}",
            f"{_short(p95(self.ours))} {self.unit}",
            str(len(self.ours)),
            self.goal,
            self.reference,
            ratio,
        )


HEAD = ("work", "median", "p95", "runs", "to reach", "reference of the same run", "ratio")


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a Markdown table."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(figure.row for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def p95(values: Sequence[float]) -> float:
    """Return what 95 of 100 values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def timed(run: Callable[[], object], times: int) -> list[float]:
    """Return the seconds that each of several runs took."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return taken


def _short(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"
