"""What every part of a project works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nblabel.base.errors import DataError
from nblabel.config import Config
from nblabel.core.annotation import Annotation
from nblabel.core.record import TaskRecord
from nblabel.project.data import Data
from nblabel.store import Mark, Store

SLICE = 200
"""Rows that are looked at together: one question to the store."""

TOGETHER = 2_000
"""Rows that come out together."""

SMALL = 10_000
"""Up to so many rows a task is looked for among all of them, wherever it may have gone."""


@dataclass(frozen=True, slots=True)
class Work:
    """One annotator's work on one project of a store.

    Parameters
    ----------
    config
        The labeling config.
    store, id
        The store, and the number of the project in it.
    name
        The project's name.
    annotator
        Who labels; None where nobody is named.
    data
        The tasks; None where the project was opened from its store only.
    lease
        For how many seconds a waiting task is this annotator's alone; None where everybody is
        offered every task.
    done_by_anyone
        Whether a task is done that another annotator has submitted or skipped.
    """

    config: Config
    store: Store
    id: int
    name: str
    annotator: str | None
    data: Data | None
    lease: float | None = None
    done_by_anyone: bool = False

    def __len__(self) -> int:
        return self.store.size(self.id) if self.data is None else len(self.data)

    @property
    def counted(self) -> bool:
        """Whether the number of tasks is known; else it takes a while."""
        return self.data is None or self.data.counted

    def at_least(self) -> int:
        """Return how many tasks there are, or how many at least where they are not counted."""
        if self.data is None or self.counted:
            return len(self)
        return self.data.up_to(SMALL + 1)

    @property
    def needed_data(self) -> Data:
        """The tasks.

        Raises
        ------
        DataError
            When the project was opened without them.
        """
        if self.data is None:
            raise DataError(
                f'the project "{self.name}" was opened without data, from its store only; '
                "give the data to see its tasks"
            )
        return self.data

    def annotation(self, key: str, annotator: str | None) -> Annotation | None:
        """Return what an annotator says about a task, the latest where there are several."""
        return self.store.latest(self.id, key, annotator)

    def marks(self, keys: Sequence[str]) -> dict[str, Mark]:
        """Return what was decided about the given tasks, by this annotator or by anyone."""
        return self.store.marks(self.id, self.annotator, keys, everybody=self.done_by_anyone)

    def slices(self) -> Iterator[dict[int, str | None]]:
        """Yield the keys of all rows by their places, some at a time; None for one set aside."""
        data = self.needed_data
        aside = data.keys.aside()
        for begin in range(0, len(data), TOGETHER):
            keys = data.keys.read(begin, min(begin + TOGETHER, len(data)))
            yield {index: None if index in aside else key for index, key in enumerate(keys, begin)}

    def pages(self) -> Iterator[dict[str, int | None]]:
        """Yield the keys of all tasks with their places, some at a time, those that repeat not.

        Without data there are no places.
        """
        if self.data is None:
            keys = self.store.keys(self.id)
            for start in range(0, len(keys), TOGETHER):
                yield dict.fromkeys(keys[start : start + TOGETHER])
            return
        repeated = self.data.keys.repeats()
        for some in self.slices():
            known = ((key, index) for index, key in some.items() if index not in repeated)
            yield {key: index for key, index in known if key is not None}

    def records(self) -> Iterator[tuple[int | None, dict[str, Any], TaskRecord]]:
        """Yield what the store has of the data's tasks, in the order of the rows.

        Each comes with the place and the values of its row; None and nothing without data.
        """
        if self.data is None:
            for record in self.store.records(self.id):
                yield None, {}, record
            return
        repeated = self.data.keys.repeats()
        for keys in self.slices():
            known = ((key, index) for index, key in keys.items() if index not in repeated)
            indices = {key: index for key, index in known if key is not None}
            rows: list[dict[str, Any] | None] = []
            start = next(iter(keys), 0)
            for record in self.store.records(self.id, list(indices)):
                rows = rows or self.data.rows.stretch(
                    start, start + len(keys), self.data.rows.columns
                )
                index = indices[record.key]
                yield index, rows[index - start] or {}, record
