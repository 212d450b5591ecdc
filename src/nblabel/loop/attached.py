"""Predictions that lie in Parquet files, read where somebody looks."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nblabel import tasks
from nblabel.base.errors import DataError
from nblabel.base.ids import digest
from nblabel.base.jsontext import strict
from nblabel.base.optional import optional
from nblabel.config import Config
from nblabel.core.model import Context, Model, Task

COLUMNS = ("key", "digest", "prediction", "problem")
"""What `nblabel.scale.predict` gives of a row."""

_LOTS = 4  # row groups that are kept


class Attached:
    """Answers with what files hold: predictions that `nblabel.scale.predict` made.

    Nothing is read before somebody looks. Then the keys are read once, and of each task that is
    looked at the part of the file that it is in.

    Parameters
    ----------
    path
        A Parquet file, a folder of them, or a pattern. They have the columns ``key`` and
        ``prediction``, Label Studio's as JSON, and may have ``digest``.
    otherwise
        A model that is asked about what the files say nothing of, and about what is drawn.

    Raises
    ------
    DataError
        When there are no such files, or they have no such columns.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> said = '{"result": [], "score": 0.5, "model_version": "1"}'
    >>> pd.DataFrame({"key": ["7"], "prediction": [said]}).to_parquet(folder / "part.parquet")
    >>> model = Attached(folder)
    >>> model.predict([{"key": "7", "data": {}}, {"key": "8", "data": {}}])
    [{'result': [], 'score': 0.5, 'model_version': '1'}, None]
    """

    version: str | None = None

    def __init__(self, path: str | Path, otherwise: Model | None = None) -> None:
        self._arrow = optional("pyarrow.parquet", feature="reading parquet", extra="arrow")
        self._otherwise = otherwise
        self._config: Config | None = None
        self._files = [self._opened(file) for file in _found(path)]
        self._places = [
            (file, group)
            for file, opened in enumerate(self._files)
            for group in range(opened.metadata.num_row_groups)
        ]
        self._read = lru_cache(_LOTS)(self._lot)

    @property
    def interactive(self) -> bool:
        """Whether what is drawn can be asked about."""
        return self._otherwise is not None and getattr(self._otherwise, "interactive", True)

    def setup(self, config: Config) -> None:
        """Take the config: what was said of other data than a task has now is not said of it."""
        self._config = config

    def predict(self, tasks: list[Task], context: Context | None = None) -> Iterable[Any]:
        """Say of each task what the files say."""
        if context is not None:
            return [None] * len(tasks) if self._otherwise is None else self._asked(tasks, context)
        said = [self._said(task) for task in tasks]
        silent = [at for at, one in enumerate(said) if one is None]
        if silent and self._otherwise is not None:
            answers = self._asked([tasks[at] for at in silent], None)
            for at, answer in zip(silent, answers, strict=True):
                said[at] = answer
        return said

    def _asked(self, some: list[Task], context: Context | None) -> list[Any]:
        assert self._otherwise is not None  # noqa: S101 - who calls has looked
        answers = list(self._otherwise.predict(some, context))
        version = self._otherwise.version
        return [_versioned(answer, version) for answer in answers]

    def _said(self, task: Task) -> Any:
        for place, row in self._rows(str(task.get("key"))):
            lot = self._read(place)
            if lot["key"][row] != task.get("key") or lot["prediction"][row] is None:
                continue
            if self._config and "digest" in lot and lot["digest"][row] != self._digest(task):
                return DataError("its prediction was made on other data")
            try:
                return strict(lot["prediction"][row])
            except ValueError as error:
                return DataError(f"its prediction is no JSON: {error}")
        return None

    def _digest(self, task: Task) -> str:
        assert self._config is not None  # noqa: S101 - whoever takes the model has set it up
        return digest(tasks.bound_data(self._config, task["data"]))

    def _rows(self, key: str) -> list[tuple[int, int]]:
        """Return where a key may be: the number of a row group, and the row in it; newest first."""
        hashes, order, starts = self._index
        wanted = _hashed([key])
        first, last = (np.searchsorted(hashes, wanted, side)[0] for side in ("left", "right"))
        rows = sorted(order[first:last].tolist(), reverse=True)
        groups = np.searchsorted(starts, rows, "right") - 1
        return [(int(at), int(row - starts[at])) for at, row in zip(groups, rows, strict=True)]

    @cached_property
    def _index(self) -> tuple[Any, Any, Any]:
        """Sixteen bytes a key: hashes in order, the row of each, and where row groups begin."""
        lots = [self._column(place, "key") for place in range(len(self._places))]
        starts = np.cumsum([0, *map(len, lots)])[:-1]
        hashes = np.concatenate(lots) if lots else np.zeros(0, np.uint64)
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order, starts

    def _column(self, place: int, name: str) -> Any:
        file, group = self._places[place]
        column = self._files[file].read_row_group(group, columns=[name]).column(name)
        return _hashed(column.to_pylist())

    def _lot(self, place: int) -> dict[str, list[Any]]:
        file, group = self._places[place]
        opened = self._files[file]
        names = [name for name in COLUMNS if name in opened.schema_arrow.names]
        found: dict[str, list[Any]] = opened.read_row_group(group, columns=names).to_pydict()
        return found

    def _opened(self, file: str) -> Any:
        try:
            opened = self._arrow.ParquetFile(file)
        except (OSError, ValueError) as error:
            raise DataError(f'"{file}" cannot be read as Parquet: {error}') from None
        missing = [name for name in ("key", "prediction") if name not in opened.schema_arrow.names]
        if missing:
            has = ", ".join(opened.schema_arrow.names)
            raise DataError(f'"{file}" has no column "{missing[0]}", only {has}')
        return opened


def _versioned(answer: Any, version: str | None) -> Any:
    """Say whose an answer is, where it does not say so itself."""
    if answer is None or isinstance(answer, Exception):
        return answer
    given = answer if isinstance(answer, dict) and "result" in answer else {"result": answer}
    return {"model_version": version, **given}


def _found(path: str | Path) -> Sequence[str]:
    given = Path(path).expanduser()
    found = [str(given)] if given.is_file() else []
    if given.is_dir():
        found = [str(one) for one in sorted(given.rglob("*.parquet")) if one.is_file()]
    elif not found and glob.has_magic(str(given)):
        found = sorted(glob.glob(str(given), recursive=True))  # noqa: PTH207 - Path's ** has no files
    if not found:
        raise DataError(f'"{path}" has no Parquet files')
    return found


def _hashed(keys: Sequence[Any]) -> Any:
    return pd.util.hash_array(np.array(keys, dtype=object), categorize=False)
