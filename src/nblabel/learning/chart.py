"""A learner's rounds as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nblabel.base.optional import optional


def curve(rounds: Sequence[dict[str, Any]]) -> Any:
    """Draw scores over labels, with their intervals.

    Parameters
    ----------
    rounds
        Rows of `Learner.history`.
    """
    altair = optional("altair", feature="plot()", extra="plot")
    names = ("labels", "score", "low", "high", "version", "promoted", "reason")
    shown = [{name: row[name] for name in names} for row in rounds if row["score"] is not None]
    base = altair.Chart(altair.Data(values=shown)).encode(x=altair.X("labels:Q", title="labels"))
    band = base.mark_area(opacity=0.2).encode(
        y=altair.Y("low:Q", scale=altair.Scale(domain=[0, 1]), title="score"), y2="high:Q"
    )
    line = base.mark_line().encode(y="score:Q")
    dots = base.mark_point(filled=True).encode(
        y="score:Q",
        opacity=altair.condition("datum.promoted", altair.value(1), altair.value(0.4)),
        tooltip=["version:N", "labels:Q", "score:Q", "reason:N"],
    )
    return band + line + dots
