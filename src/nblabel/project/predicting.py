"""What a model says of the tasks, kept in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import DataError
from nblabel.base.progress import shown_in_lists
from nblabel.core.annotation import Prediction
from nblabel.loop import Caller
from nblabel.project.data import TaskRow
from nblabel.project.work import TOGETHER, Work

T = TypeVar("T")


def suggest(work: Work, key: str, suggestion: Prediction) -> bool:
    """Keep what a model says about a task; False where the data has no such task."""
    data = work.needed_data
    index = data.index_of(key)
    if index is None:
        return False
    work.store.predict(work.id, [(key, *data.kept(index), suggestion)])
    return True


def keep(work: Work, said: Iterable[tuple[TaskRow, Prediction]]) -> None:
    """Keep what a model says of some rows."""
    work.store.predict(work.id, [(row.key, row.digest, row.kept, one) for row, one in said])


def predict(
    work: Work,
    caller: Caller,
    *,
    batch: int,
    again: bool,
    failed: Callable[[str], None],
) -> Iterator[list[str]]:
    """Ask a model about all rows, and keep what it says; yield the keys of each lot.

    Parameters
    ----------
    work
        The project.
    caller
        Calls the model.
    batch
        How many tasks it is asked about in one call.
    again
        Whether it is asked, too, about what this version of it has spoken of.
    failed
        Told a sentence of what is no good: one task, or a call. Where every call of a lot fails,
        the last one's error is raised.
    """
    for rows in shown_in_lists(_lots(work), "predicting", len(work)):
        version = caller.model.version
        known: set[str] = set()
        if version is not None and not again:
            keys = [row.key for row in rows]
            known = work.store.predicted_by(work.id, str(version), keys)
        asked = [row for row in rows if row.key not in known]
        with seldom_searched():
            said = list(_answers(caller, asked, batch, failed))
            keep(work, said)
        yield [row.key for row, _ in said]


def _lots(work: Work) -> Iterator[list[TaskRow]]:
    data = work.needed_data
    aside = data.keys.aside()
    for begin in range(0, len(data), TOGETHER):
        rows = data.stretch(begin, min(begin + TOGETHER, len(data)))
        yield [row for row in rows if row.index not in aside]


def _answers(
    caller: Caller, rows: list[TaskRow], batch: int, failed: Callable[[str], None]
) -> Iterator[tuple[TaskRow, Prediction]]:
    wrong: DataError | None = None
    answered = not rows
    for some in _batches(rows, batch):
        try:
            answers = caller([row.task for row in some])
        except DataError as error:
            wrong = error
            failed(str(error))
            continue
        answered = True
        for row, answer in zip(some, answers, strict=True):
            if isinstance(answer, Exception):
                failed(f'predict= for task "{row.key}": {answer}')
            elif answer is not None:
                yield row, answer
    if wrong is not None and not answered:
        raise wrong


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    coming = iter(things)
    while some := list(islice(coming, size)):
        yield some
