"""Tasks found by the words of their texts, among a million of them too."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nblabel.core.record import Said
from nblabel.project.data import Data
from nblabel.project.looking import summary
from nblabel.project.progress import Progress
from nblabel.project.work import Work
from nblabel.tasks.values import as_text

_FIRST, _MOST = 256, 16_384  # rows that are read at once: more while they are quickly read
_QUICK = 0.005  # seconds
_SNIPPET, _BEFORE = 140, 30  # characters of a text that are shown, and of those before the words
_END = "\x1e"  # between the texts that are searched together


@dataclass(frozen=True, slots=True)
class Hit:
    """A task in a list of them.

    Parameters
    ----------
    index
        Its row.
    key
        What it is known by; None where that is no more than a digest of its data.
    state
        "submitted", "skipped", "draft" or "unlabeled".
    text
        What it shows, about the words that were looked for.
    answer
        What was said about it, by this annotator where there is that.
    score
        How sure the best prediction about it is.
    """

    index: int
    key: str | None
    state: str
    text: str
    answer: str
    score: float | None


def search(
    work: Work, words: Sequence[str], start: int, count: int, seconds: float
) -> tuple[list[int], int | None]:
    """Look for the rows that have all the words, in any order, from one on.

    Parameters
    ----------
    work
        The project.
    words
        What is looked for in the key and in what the config shows; case does not matter. From
        row 0 on, one whole number is also that of a task, counted from 1, and comes first.
    start
        The first row that is looked at.
    count
        How many rows at most.
    seconds
        About how long it may take.

    Returns
    -------
    tuple
        The rows, and the row to go on from; None where all were looked at.
    """
    data = work.needed_data
    wanted = [word.lower() for word in words]
    found = dict.fromkeys(_meant(data, words) if start == 0 else ())
    until = time.monotonic() + seconds
    at, size = start, _FIRST
    while at < len(data):
        began = time.monotonic()
        if began > until:
            return [*found], at
        stop = min(at + size, len(data))
        for index in _having(_columns(work, data, at, stop), wanted):
            found[at + index] = None
            if len(found) >= count:
                return [*found], at + index + 1 if at + index + 1 < len(data) else None
        at = stop
        if time.monotonic() - began < _QUICK:
            size = min(2 * size, _MOST)
    return [*found], None


def _meant(data: Data, words: Sequence[str]) -> list[int]:
    """Return the task whose number or key it is, word for word."""
    if len(words) != 1:
        return []
    [word] = words
    numbers = [int(word) - 1] if word.isdecimal() and len(word) <= len(str(len(data))) else []
    key = data.keys.met(word)
    return [
        *(number for number in numbers if 0 <= number < len(data)),
        *([] if key is None else [key]),
    ]


def _having(columns: Sequence[Sequence[str]], words: Sequence[str]) -> list[int]:
    longest = max(words, key=len, default="")
    if not any(longest in _END.join(texts).lower() for texts in columns):
        return []  # most stretches are done with that
    return [
        index
        for index, row in enumerate(zip(*columns, strict=True))
        if _has(" ".join(row).lower(), words)
    ]


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _columns(work: Work, data: Data, start: int, stop: int) -> list[list[str]]:
    """Return what rows show, and their keys where a column has them, as text by column."""
    key = () if data.key_column is None else (data.key_column,)
    names = dict.fromkeys((*key, *work.config.columns, *work.config.used))
    columns = [data.rows.key_values(name, start, stop) for name in names if data.rows.has(name)]
    return [[*map(_written, values)] for values in columns]


def _written(value: Any) -> str:
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    return "" if value is None or isinstance(value, bytes) else as_text(value)


def described(
    work: Work, progress: Progress, rows: Sequence[int], words: Sequence[str]
) -> list[Hit]:
    """Say of rows what a list of tasks shows; those that are set aside are left out."""
    data = work.needed_data
    keys = {row: key for row in rows if (key := data.key(row)) is not None}
    wanted = [*dict.fromkeys(keys.values())]
    said = work.store.said(work.id, wanted, every=True)
    predicted = work.store.predicted(work.id, wanted)
    states = progress.states(keys)
    return [
        Hit(
            index=row,
            key=None if data.keys.is_digest(row) else key,
            state=states[row],
            text=_snippet(_shown(work, data, row), words),
            answer=_answer(said.get(key, ()), work.annotator),
            score=max(
                (one.score for one in predicted.get(key, ()) if one.score is not None), default=None
            ),
        )
        for row, key in keys.items()
    ]


def _shown(work: Work, data: Data, row: int) -> str:
    bound: Mapping[str, Any] = data.bound(row).data
    texts = (_written(bound[name]) for name in work.config.columns if name in bound)
    return " · ".join(text for text in texts if text)


def _snippet(text: str, words: Sequence[str]) -> str:
    low = text.lower()
    places = [at for word in words if (at := low.find(word.lower())) >= 0]
    begin = max(min(places, default=0) - _BEFORE, 0) if len(text) > _SNIPPET else 0
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    cut = text[begin : begin + _SNIPPET]
    after = "…" if begin + _SNIPPET < len(text) else ""
    return ("…" if begin else "") + " ".join(cut.split()) + after


def _answer(said: Sequence[Said], annotator: str | None) -> str:
    own = [one for one in said if one.annotator == annotator]
    return summary((own or said)[-1].results) if said else ""
