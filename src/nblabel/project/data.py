"""A project's rows as tasks of its config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nblabel import media as medias
from nblabel import tasks
from nblabel.base.errors import DataError
from nblabel.base.ids import digest
from nblabel.config import Config
from nblabel.core.task import Bound, Media
from nblabel.formats import label_studio
from nblabel.media.paths import Root


class Data:
    """Rows with keys, bound to a config when somebody looks at them.

    Parameters
    ----------
    config
        The config.
    rows
        The rows.
    key
        The column that tells tasks apart; by default rows with equal bound values are one task.
    root, protocols
        Where local media must lie, and what else they may be read with.
    """

    def __init__(
        self,
        config: Config,
        rows: tasks.Rows,
        *,
        key: str | None = None,
        root: Root = None,
        protocols: tuple[str, ...] = (),
    ) -> None:
        self.rows = rows
        self.keys = tasks.Keys(rows, config, key)
        self.key_column = key
        self._config = config
        self._root = root
        self._protocols = protocols

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, index: int) -> str | None:
        """Return a task's key; None where it has none, which is told when it is looked at."""
        try:
            return self.keys.key(index)
        except DataError:
            return None

    def place(self, key: str) -> int | None:
        """Return a row of a task, one that was met where there is one."""
        met = self.keys.met(key)
        return self.keys.index(key) if met is None else met

    def row(self, index: int) -> dict[str, Any]:
        """Return a row as plain values."""
        return dict(self.rows.row(index))

    def bound(self, index: int) -> Bound:
        """Return what the config's variables stand for in a row."""
        return tasks.bind(self._config, self.row(index), index)

    def digest(self, index: int) -> str:
        """Return the digest of what is bound in a row."""
        return digest(tasks.bound_data(self._config, self.row(index)))

    def source(self, index: int) -> Mapping[str, Any]:
        """Return the other fields of the Label Studio task that a row came from."""
        source = self.rows.source(index)
        return {} if source is None else label_studio.read_task(source).source

    def kept(self, index: int, bound: Bound) -> dict[str, Any]:
        """Return what the store keeps of a row: a task's whole data, else what is bound."""
        if self.rows.source(index) is not None:
            return {**self.row(index), **bound.data}
        if self.key_column is None or self.key_column in bound.data:
            return bound.data
        return {self.key_column: self.row(index).get(self.key_column), **bound.data}

    def task(self, index: int) -> dict[str, Any]:
        """Return a row as the Label Studio task that a model is asked about."""
        row = self.row(index)
        source = self.rows.source(index) or {}
        bound = tasks.bound_data(self._config, row)
        return {"id": source.get("id", index + 1), "data": {**bound, **row}}

    def media(self, index: int) -> dict[int, tuple[Media, ...]]:
        """Load what the object tags show of a row, by element id."""
        shown = tasks.media_values(self._config, self.row(index))
        return {element: tuple(map(self.load, values)) for element, values in shown.items()}

    def load(self, value: Any) -> Media:
        """Load what a cell shows."""
        return medias.load(value, root=self._root, protocols=self._protocols)
