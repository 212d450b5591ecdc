"""What people said of all rows, as columns."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nblabel import tasks
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import DataError
from nblabel.base.times import by_time
from nblabel.core.record import TaskRecord
from nblabel.formats import label_studio
from nblabel.project import exporting, opening
from nblabel.project.data import Data
from nblabel.project.work import Work
from nblabel.scale.partitions import Columns, mapped
from nblabel.scale.predicting import parsed
from nblabel.store import Store

_NAMES = ("key", "results", "task")


def export(
    store: str | Path,
    frame: Any,
    *,
    name: str | None = None,
    key: Hashable | None = None,
    drafts: bool = False,
) -> Any:
    """Return what people said of every row, on the engine that the rows are on.

    Parameters
    ----------
    store
        A path or an SQLAlchemy URL. Dask's and Spark's workers open it themselves: of several
        machines that is one on PostgreSQL.
    frame
        The rows, as in `predict`.
    name
        The project's name, where the store has several.
    key
        The column that tells tasks apart, as in `Project`.
    drafts
        Whether unsubmitted work counts.

    Returns
    -------
    frame
        Of the same engine, of a row a row, all text: ``key``; ``results``, those of the newest
        annotation that counts, as a JSON list; and ``task``, Label Studio's with all annotations,
        the same bytes as `Project.export` writes for it with ``media="keep"``. Where nothing was
        said both are null.

    Raises
    ------
    DataError, StoreError
        When the frame, the store or the project in it cannot be used.
    """
    if str(store) == ":memory:":
        raise DataError("a store in memory is nobody else's: give the path or URL of one")
    with closing(Store.open(store, make=False)) as opened:
        known, _ = opening.stored(opened, name)
    return mapped(frame, Exporting(str(store), known, key, drafts), _NAMES)


@dataclass(frozen=True)
class Exporting:
    """Reads what was said of some rows; what travels to a worker.

    Parameters
    ----------
    store, name, key, drafts
        As in `export`.
    """

    store: str
    name: str
    key: Hashable | None
    drafts: bool

    def __call__(self, frame: Any) -> Columns:
        """Return what was said of each row of a frame."""
        with closing(Store.open(self.store, make=False)) as store, seldom_searched():
            _, source = opening.stored(store, self.name)
            config, number = parsed(source), store.project(self.name, source)
            rows = tasks.read(frame)
            data = Data(config, rows, key=self.key)
            work = Work(config, store, number, self.name, None, data)
            keys = [data.key(index) for index in range(len(rows))]
            said = {record.key: record for record in exporting.outgoing(work, "keep")}
            data.close()
        records = [None if one is None else said.get(one) for one in keys]
        return {
            "key": keys,
            "results": [_results(one, drafts=self.drafts) for one in records],
            "task": [_task(one, drafts=self.drafts) for one in records],
        }


def _task(record: TaskRecord | None, *, drafts: bool) -> str | None:
    return None if record is None else label_studio.task_json(record, drafts=drafts).decode()


def _results(record: TaskRecord | None, *, drafts: bool) -> str | None:
    counting = [] if record is None else record.counting(drafts=drafts)
    if not counting:
        return None
    newest = by_time(counting, lambda one: one.updated_at, lambda one: one.touched)[-1]
    return f"[{','.join(newest.counting(drafts=drafts))}]"
