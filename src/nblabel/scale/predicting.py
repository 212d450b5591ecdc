"""What a model says of all rows, as columns."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nblabel import config as configs
from nblabel import tags, tasks
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import DataError
from nblabel.base.jsontext import dumps
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.core.model import Model, Task
from nblabel.formats import label_studio
from nblabel.loop import Caller, Predict, model_of
from nblabel.loop.attached import COLUMNS
from nblabel.loop.model import Answer
from nblabel.media.paths import Root
from nblabel.project import annotating, opening
from nblabel.project.data import Data, TaskRow
from nblabel.scale.partitions import Columns, mapped

_NAMING = ("id", "parentID", "from_id", "to_id")


def predict(
    model: Model | Predict,
    frame: Any,
    config: str | Path,
    *,
    key: Hashable | None = None,
    batch: int = 256,
    root: Root = None,
    protocols: Sequence[str] = (),
) -> Any:
    """Ask a model about every row, on the engine that the rows are on.

    Nothing is kept in a store: write what comes as Parquet, and `Project.attach_predictions`
    reads it where somebody looks.

    Parameters
    ----------
    model
        A model of `nblabel.models`, or a function of tasks. Dask and Spark send it to their
        workers, so that it has to be picklable.
    frame
        A frame of pandas, polars (lazy, too), pyarrow, duckdb, dask or Spark.
    config
        The labeling config: XML, a path, or the name of a template.
    key
        The column that tells tasks apart, as in `Project`.
    batch
        How many tasks the model is asked about in one call.
    root, protocols
        Where media may be read, as in `Project`; workers have to find them there, too.

    Returns
    -------
    frame
        Of the same engine, of a row a row, all text: ``key``, as `Project` knows the task;
        ``digest`` of the data that it was made on; ``prediction``, Label Studio's, as JSON; and
        the ``problem``, a sentence, where something is wrong with a row or with what was said of
        it. Where nothing is said ``prediction`` is null. The same rows, model and config give the
        same bytes, on whatever engine: ids of results follow from key, version and place.

    Raises
    ------
    ConfigError, DataError
        When the config, the frame or the model cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> from nblabel import scale
    >>> frame = pd.DataFrame({"id": [7, 8], "text": ["fine", "poor"]})
    >>> model = lambda tasks: ["Positive", None]
    >>> said = scale.predict(model, frame, "text-classification", key="id")
    >>> said["key"].tolist(), said["prediction"].isna().tolist()
    (['7', '8'], [False, True])
    """
    read = configs.parse(config, tags.TAGS)
    asked = model_of(model, opening.own_column(read))
    part = Predicting(asked, read.source, key, batch, root, tuple(protocols))
    return mapped(frame, part, COLUMNS)


@dataclass(frozen=True)
class Predicting:
    """Asks a model about some rows; what travels to a worker.

    Parameters
    ----------
    model
        The model.
    config
        The config's XML.
    key, batch, root, protocols
        As in `predict`.
    """

    model: Model
    config: str
    key: Hashable | None
    batch: int
    root: Root = None
    protocols: tuple[str, ...] = ()

    def __call__(self, frame: Any) -> Columns:
        """Return what is said of each row of a frame."""
        config = parsed(self.config)
        rows = tasks.read(frame)
        data = Data(config, rows, key=self.key, root=self.root, protocols=self.protocols)
        made: dict[str, list[str | None]] = {name: [None] * len(rows) for name in COLUMNS}
        with seldom_searched():
            for row, answer in self._answers(data, config):
                made["key"][row.index], made["digest"][row.index] = row.key, row.digest
                if isinstance(answer, Exception):
                    made["problem"][row.index] = str(answer)
                elif answer is not None:
                    made["prediction"][row.index] = dumps(label_studio.prediction_fields(answer))
        for index, known in enumerate(made["key"]):
            if known is None:
                made["problem"][index] = data.keys.why(index)
        data.close()
        return dict(made)

    def _answers(self, data: Data, config: Config) -> Iterator[tuple[TaskRow, Answer]]:
        caller = self._caller(data, config)
        rows = list(data.stretch(0, len(data)))
        for start in range(0, len(rows), self.batch):
            some = rows[start : start + self.batch]
            try:
                answers: Iterable[Answer] = caller([row.task for row in some])
            except DataError as error:
                answers = [error] * len(some)
            yield from zip(some, answers, strict=True)

    def _caller(self, data: Data, config: Config) -> Caller:
        model = self.model
        if hasattr(model, "setup"):
            model.setup(config)
        if hasattr(model, "reads"):
            model.reads(data.read)
        checker = tags.Checker(config)

        def read(task: Task, said: Any) -> list[Result]:
            own = {one.get("id") for one in said} if tags.is_results(said) else set()
            results = annotating.meant(checker, said, task["data"])
            return _identified(results, own, f"{task['key']} {model.version}")

        return Caller(model, read)


def _identified(results: list[Result], own: set[Any], whose: str) -> list[Result]:
    """Give results that came without ids those that follow from whose they are."""
    made: dict[Any, str] = {}
    for one in results:
        if one.get("id") is not None and one["id"] not in own:
            made.setdefault(one["id"], f"{whose} {len(made)}")
    ids = {given: _id(text) for given, text in made.items()}
    return [{name: _named(ids, name, value) for name, value in one.items()} for one in results]


def _named(ids: Mapping[Any, str], name: str, value: Any) -> Any:
    return ids.get(value, value) if name in _NAMING else value


def _id(text: str) -> str:
    """Return ten characters, as Label Studio's ids have them.

    >>> _id("7 1 0")
    'n-_fGUaagg'
    """
    return base64.urlsafe_b64encode(hashlib.blake2b(text.encode(), digest_size=9).digest())[
        :10
    ].decode()


@cache
def parsed(source: str) -> Config:
    """Return a config that was parsed before, in this process, as it was."""
    return configs.parse(source, tags.TAGS)
