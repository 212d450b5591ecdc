"""Whose work a project is, where its tasks came with annotations."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from nblabel.base.jsontext import dumps
from nblabel.project.work import Work

DoneBy = Literal["me", "anyone"]

_NAMED = 5  # annotators that a sentence tells


def opened(work: Work, came: Counter[str]) -> tuple[str | None, str | None]:
    """Return who labels, and what is to be said of it.

    Parameters
    ----------
    work
        As it was opened.
    came
        How many annotations the tasks came with, by annotator; "" is nobody by name.

    Returns
    -------
    tuple
        Who labels: the only annotator of all that came where nobody was named, so that a fix
        changes what is there. And a sentence, where there are several to choose from.
    """
    present = work.annotator
    if not came or (present or "") in came or work.store.has_work(work.id, present):
        return present, None
    first = came.most_common(1)[0][0]
    if present is None and len(came) == 1:
        return first, None
    told = f"the tasks came with annotations of {_listed(came)}"
    if first:
        return present, f"{told}: annotator={dumps(first)} opens theirs to be changed"
    return present, f"{told}: without annotator= these are opened to be changed"


def _listed(came: Counter[str]) -> str:
    said = [f"{_named(name)} ({count})" for name, count in came.most_common(_NAMED)]
    if len(came) > _NAMED:
        said.append(f"{len(came) - _NAMED} others")
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))


def _named(annotator: str) -> str:
    return dumps(annotator) if annotator else "nobody by name"
