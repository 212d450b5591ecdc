"""A function of some rows, over a frame of any engine, partition by partition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nblabel.base.errors import DataError
from nblabel.base.optional import optional

SLICE = 10_000
"""Rows of a frame in memory that are worked on together."""

Columns = dict[str, Sequence[str | None]]
"""Columns of text, of a row a row."""

Part = Callable[[Any], Columns]
"""What is done to some rows: a frame goes in, columns come out."""


def mapped(frame: Any, part: Part, names: Sequence[str]) -> Any:
    """Return a frame of the same engine with what a function gives of each row.

    Parameters
    ----------
    frame
        A frame of pandas, polars (lazy, too), pyarrow, duckdb, dask or Spark.
    part
        The function. Dask and Spark send it to their workers, so that it has to be picklable.
    names
        The columns that it gives.

    Returns
    -------
    frame
        Of a row a row, in their order. What is lazy stays so: nothing is done before it is asked
        for, and no more than some rows are in memory at once.

    Raises
    ------
    DataError
        When it is no such frame.
    """
    for base in type(frame).__mro__:  # Spark's frames are subclasses of one
        engine = _ENGINES.get((base.__module__.partition(".")[0].lstrip("_"), base.__name__))
        if engine is not None:
            return engine(frame, part, list(names))
    raise DataError(
        f"data of type {type(frame).__name__} has no partitions; a frame of pandas, polars, "
        "pyarrow, duckdb, dask or Spark is accepted"
    )


@dataclass(frozen=True, slots=True)
class AsPandas:
    """A function of rows as dask and Spark take it: pandas in, pandas out."""

    part: Part
    names: Sequence[str]

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Work on one partition."""
        made = _joined(self.part(frame.iloc[start:stop]) for start, stop in _steps(len(frame)))
        return _frame(made, self.names, frame.index)

    def each(self, frames: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """Work on some partitions, as they come."""
        return map(self, frames)


def _frame(made: Columns, names: Sequence[str], index: Any = None) -> pd.DataFrame:
    cells = {name: pd.array([*made.get(name, ())], dtype="string") for name in names}
    return pd.DataFrame(cells, index)


def _steps(rows: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + SLICE, rows)) for start in range(0, rows, SLICE))


def _joined(parts: Iterable[Columns]) -> Columns:
    made: dict[str, list[str | None]] = {}
    for part in parts:
        for name, cells in part.items():
            made.setdefault(name, []).extend(cells)
    return dict(made)


def _pandas(frame: Any, part: Part, names: list[str]) -> Any:
    return AsPandas(part, names)(frame)


def _polars(frame: Any, part: Part, names: list[str]) -> Any:
    polars = optional("polars", feature="a polars frame", extra="polars")
    made = _joined(part(some) for some in frame.iter_slices(SLICE))
    cells = {name: made.get(name, ()) for name in names}
    return polars.DataFrame(cells, dict.fromkeys(names, polars.String))


def _lazy_polars(frame: Any, part: Part, names: list[str]) -> Any:
    polars = optional("polars", feature="a polars frame", extra="polars")
    return frame.map_batches(
        lambda some: _polars(some, part, names),
        schema=dict.fromkeys(names, polars.String),
        streamable=True,
    )


def _arrow_batches(tables: Iterable[Any], part: Part, names: list[str]) -> Iterator[Any]:
    pyarrow = optional("pyarrow", feature="an arrow table", extra="arrow")
    for some in tables:
        made = part(pyarrow.Table.from_batches([some]))
        cells = [pyarrow.array(made[name], pyarrow.string()) for name in names]
        yield pyarrow.record_batch(cells, names=names)


def _schema(names: list[str]) -> Any:
    pyarrow = optional("pyarrow", feature="an arrow table", extra="arrow")
    return pyarrow.schema([(name, pyarrow.string()) for name in names])


def _pyarrow(frame: Any, part: Part, names: list[str]) -> Any:
    pyarrow = optional("pyarrow", feature="an arrow table", extra="arrow")
    batches = _arrow_batches(frame.to_batches(max_chunksize=SLICE), part, names)
    return pyarrow.Table.from_batches(batches, _schema(names))


def _duckdb(frame: Any, part: Part, names: list[str]) -> Any:
    pyarrow = optional("pyarrow", feature="reading a duckdb relation", extra="duckdb")
    duckdb = optional("duckdb", feature="a duckdb relation", extra="duckdb")
    read = getattr(frame, "to_arrow_reader", None) or frame.fetch_record_batch  # before 1.4
    batches = _arrow_batches(read(SLICE), part, names)
    reader = pyarrow.RecordBatchReader.from_batches(_schema(names), batches)
    # A connection of its own: that of the relation is busy giving its rows.
    return duckdb.connect().from_arrow(reader)


def _dask(frame: Any, part: Part, names: list[str]) -> Any:
    return frame.map_partitions(AsPandas(part, names), meta=_frame({}, names))


def _spark(frame: Any, part: Part, names: list[str]) -> Any:
    schema = ", ".join(f"`{name}` string" for name in names)
    return frame.mapInPandas(AsPandas(part, names).each, schema)


_ENGINES = {
    ("pandas", "DataFrame"): _pandas,
    ("polars", "DataFrame"): _polars,
    ("polars", "LazyFrame"): _lazy_polars,
    ("pyarrow", "Table"): _pyarrow,
    ("duckdb", "DuckDBPyRelation"): _duckdb,
    ("dask", "DataFrame"): _dask,
    ("pyspark", "DataFrame"): _spark,
}
