"""What people have said of the tasks, for a model that learns from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nblabel.core.annotation import Result
from nblabel.core.model import Task
from nblabel.core.record import Said
from nblabel.project.data import TaskRow
from nblabel.project.work import SLICE, Work


class Taught:
    """The labeled tasks with their newest answers, whoever gave them, in whichever process.

    Parameters
    ----------
    work
        The project.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._logged: int | None = None
        self.tasks: dict[str, Task] = {}

    def update(self) -> list[str]:
        """Read what was said since; return the keys of the tasks whose answer is new or gone."""
        store, project = self._work.store, self._work.id
        first = self._logged is None
        self._logged, changed = store.marked_since(project, self._logged or 0)
        keys = [*store.keys(project)] if first else changed
        told: list[str] = []
        for begin in range(0, len(keys), SLICE):
            some = keys[begin : begin + SLICE]
            said = store.said(project, some)
            told += [key for key in some if self._take(key, said.get(key, ()))]
        return told

    def _take(self, key: str, said: Sequence[Said]) -> bool:
        """Keep what is said of a task; tell whether it is something new."""
        before = self.tasks.get(key)
        row = self._work.needed_data.index_of(key) if said else None
        if row is None:
            return self.tasks.pop(key, None) is not None
        [made] = rows_of(self._work, [row])
        newest = said[-1]
        if newest.digest not in {"", made.digest}:  # it was said of other data
            return self.tasks.pop(key, None) is not None
        annotation = {
            "unique_id": newest.uid,
            "completed_by": newest.annotator,
            "was_cancelled": False,
            "updated_at": newest.updated_at,
            "result": newest.results,
        }
        if before is not None and before["annotations"][0]["result"] == annotation["result"]:
            return False
        self.tasks[key] = {**made.task, "annotations": [annotation]}
        return True


def rows_of(work: Work, rows: Iterable[int]) -> list[TaskRow]:
    """Read some rows as tasks, those that can be used; what lies together is read together."""
    data = work.needed_data
    stretches: list[range] = []
    for row in rows:
        if stretches and stretches[-1].stop == row:
            stretches[-1] = range(stretches[-1].start, row + 1)
        else:
            stretches.append(range(row, row + 1))
    return [made for some in stretches for made in data.stretch(some.start, some.stop)]


def answered(work: Work) -> Iterator[tuple[str | None, Sequence[Result], Sequence[Result]]]:
    """Yield each suggestion for a submitted task: its model's version, it, and the answer."""
    keys = [*work.store.keys(work.id)]
    for begin in range(0, len(keys), SLICE):
        some = keys[begin : begin + SLICE]
        said = work.store.said(work.id, some)
        for key, suggested in work.store.predicted(work.id, [*said]).items():
            for one in suggested:
                yield one.model_version, one.results, said[key][-1].results
