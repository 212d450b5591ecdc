"""The same rows on each engine, and back."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager
from functools import cache
from typing import Any

import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

ENGINES = [
    "pandas",
    "polars",
    "polars lazy",
    "pyarrow",
    "duckdb",
    "dask",
    pytest.param("spark", marks=pytest.mark.spark),
]


@cache
def spark() -> Any:
    """One Spark of this machine, for all tests."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    here = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in {"spark.ui.enabled": "false", **here}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@contextmanager
def frame(engine: str, rows: pd.DataFrame) -> Any:
    if engine == "dask":
        import dask

        with dask.config.set(scheduler="processes", num_workers=2):
            yield dd.from_pandas(rows, npartitions=3)
    elif engine == "spark":
        with warnings.catch_warnings():  # its own, about pandas 3
            warnings.simplefilter("ignore")
            yield spark().createDataFrame(rows).repartition(3)
    else:
        made = {
            "pandas": lambda: rows,
            "polars": lambda: pl.from_pandas(rows),
            "polars lazy": lambda: pl.from_pandas(rows).lazy(),
            "pyarrow": lambda: pa.Table.from_pandas(rows, preserve_index=False),
            "duckdb": lambda: duckdb.from_arrow(pa.Table.from_pandas(rows)),
        }
        yield made[engine]()


def rows(frame: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Rows of a frame of any engine, as tuples of plain values."""
    if hasattr(frame, "collect") and not hasattr(frame, "toPandas"):
        frame = frame.collect()
    if hasattr(frame, "fetchall"):
        return frame.fetchall()
    if isinstance(frame, pl.DataFrame):
        return frame.select(names).rows()
    if isinstance(frame, pa.Table):
        return list(zip(*frame.select(list(names)).to_pydict().values(), strict=True))
    for method in ("compute", "toPandas"):
        if hasattr(frame, method):
            frame = getattr(frame, method)()
    cells = frame[list(names)].astype(object)
    return list(map(tuple, cells.where(cells.notna(), None).to_numpy().tolist()))
