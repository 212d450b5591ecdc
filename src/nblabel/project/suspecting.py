"""Rows whose labels look wrong, most first."""

from __future__ import annotations

from typing import Any

from nblabel.core.model import Task
from nblabel.loop import Caller
from nblabel.loop.model import Read
from nblabel.loop.suspicion import suspicions
from nblabel.project.frames import beside_key, label_of, new_frame
from nblabel.project.teaching import Taught
from nblabel.project.work import Work

COLUMNS: dict[str, type] = {
    "key": str,
    "label": str,
    "expected": str,
    "score": float,
    "suspected": bool,
    "reason": str,
}


def suspicious(work: Work, caller: Caller, read: Read) -> Any:
    """Rank the labeled tasks; see `Project.suspicious`."""
    taught = Taught(work)
    taught.update()
    model = caller.model
    control = getattr(model, "control", None)

    def ask(copy: Any, tasks: list[Task]) -> Any:
        return Caller(copy, read)(tasks)

    found = suspicions([*taught.tasks.values()], model, ask, control)
    ranked = sorted(zip(taught.tasks, found, strict=True), key=lambda one: one[1].score)
    rows = [(key, s.label, s.expected, s.score, s.suspected, s.reason) for key, s in ranked]
    values = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    places = [work.needed_data.index_of(key) for key, _ in ranked]
    labels = [label_of(work, place) for place in places]
    return new_frame(work, {**values, "index": labels}, beside_key(COLUMNS, labels))
