"""A learner's panel: its curve, its counts, and what happens now."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

if TYPE_CHECKING:
    from nblabel.learning.learner import Learner

_WIDE, _HIGH, _EDGE = 300, 90, 6

_STYLE = """<style>
.nb-learner { font: 13px/1.5 system-ui, sans-serif; display: flex; gap: 1.5em; flex-wrap: wrap;
  align-items: center; padding: .3em 0; }
.nb-learner svg { color: #2f6fde; overflow: visible; flex: none; }
.nb-learner b { font-weight: 600; font-variant-numeric: tabular-nums; }
.nb-learner .nb-now { opacity: .75; }
</style>"""


def panel(learner: Learner) -> Any:
    """Return a widget that shows a learner, and goes on showing it.

    Parameters
    ----------
    learner
        The learner.
    """
    shown = ipywidgets.HTML(_page(learner))
    stop = ipywidgets.Button(description="Stop learning")
    stop.on_click(lambda _: learner.stop())

    def refresh() -> None:
        shown.value = _page(learner)
        stop.disabled = learner.doing == "stopped"

    learner.on_change(refresh)
    refresh()
    return ipywidgets.VBox([shown, stop])


def _page(learner: Learner) -> str:
    rounds = learner.rounds
    judged = [row for row in rounds if row["score"] is not None]
    last = judged[-1] if judged else None
    promoted = next((row for row in reversed(rounds) if row["promoted"]), None)
    lines = [
        f"<b>{learner.labels}</b> labels, <b>{len(rounds)}</b> rounds",
        *([f"score <b>{_score(last)}</b>, by {_judges(last)}"] if last else []),
        *([f"suggests: <b>{escape(str(promoted['version']))}</b>"] if promoted else []),
        *([escape(str(rounds[-1]["reason"]))] if rounds and rounds[-1]["reason"] else []),
        f'<span class="nb-now" role="status">{escape(_now(learner))}</span>',
    ]
    told = "".join(f"<div>{line}</div>" for line in lines)
    return f'{_STYLE}<div class="nb-learner">{_curve(judged)}<div>{told}</div></div>'


def _now(learner: Learner) -> str:
    if learner.doing != "waits for labels":
        return learner.doing
    return f"learns again after {learner.due} more labels"


def _judges(row: dict[str, Any]) -> str:
    count = row["held_out"] or row["trained_on"]
    return "1 task" if count == 1 else f"{count} tasks"


def _score(row: dict[str, Any]) -> str:
    if row["low"] is None:
        return f"{row['score']:.3g}"
    return f"{row['score']:.0%} ({row['low'] * 100:.0f}\u2013{row['high'] * 100:.0f})"


def _curve(rows: Sequence[dict[str, Any]]) -> str:
    """Draw scores over labels, with their intervals behind."""
    if len(rows) < 2:
        return ""
    first, last = rows[0]["labels"], max(rows[-1]["labels"], rows[0]["labels"] + 1)

    def at(labels: float, score: float) -> str:
        x = _EDGE + (labels - first) / (last - first) * (_WIDE - 2 * _EDGE)
        return f"{x:.1f},{_HIGH - _EDGE - score * (_HIGH - 2 * _EDGE):.1f}"

    known = [row for row in rows if row["low"] is not None]
    band = [at(row["labels"], row["high"]) for row in known]
    band += [at(row["labels"], row["low"]) for row in reversed(known)]
    line = [at(row["labels"], row["score"]) for row in rows]
    dots = "".join(
        f'<circle cx="{point.split(",")[0]}" cy="{point.split(",")[1]}" r="3" '
        f'fill="{"currentColor" if row["promoted"] else "none"}" stroke="currentColor"/>'
        for point, row in zip(line, rows, strict=True)
    )
    told = f"Score over labels: {_score(rows[0])} at {first}, {_score(rows[-1])} at {last}"
    return (
        f'<svg width="{_WIDE}" height="{_HIGH}" role="img" aria-label="{escape(told)}">'
        f'<polygon points="{" ".join(band)}" fill="currentColor" opacity=".15"/>'
        f'<polyline points="{" ".join(line)}" fill="none" stroke="currentColor"/>'
        f"{dots}</svg>"
    )
