"""Work over all rows on the engines that people have: the same bytes, and what they cost."""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

import nblabel as nl
from benchmarks.bench_learning import CONFIG, Free
from benchmarks.bench_python import written
from benchmarks.figures import Figure
from nblabel import scale

ROWS = 2_000_000 if os.environ.get("BENCH_FULL") else 200_000
PARTS = 8


def rows_in(folder: Path) -> Path:
    """Write rows as Parquet partitions."""
    for part in range(PARTS):
        numbers = range(part * ROWS // PARTS, (part + 1) * ROWS // PARTS)
        table = pa.table({"n": numbers, "text": [f"image {n} of many" for n in numbers]})
        pq.write_table(table, folder / f"{part}.parquet", row_group_size=10_000)
    return folder


def digest(folder: Path) -> str:
    """Return the digest of all predictions in a folder, in the order of their keys."""
    rows = f"select key, digest, prediction from '{folder}/*.parquet' order by key"
    found = hashlib.sha256()
    reader = duckdb.sql(rows)
    for batch in (getattr(reader, "to_arrow_reader", None) or reader.fetch_record_batch)(100_000):
        for column in batch.columns:
            found.update("\0".join(column.to_pylist()).encode())
    return found.hexdigest()


def one_process(rows: Path, out: Path) -> None:
    made = scale.predict(Free(), duckdb.read_parquet(f"{rows}/*.parquet"), CONFIG, key="n")
    made.write_parquet(str(out / "all.parquet"))


def with_dask(rows: Path, out: Path) -> None:
    import dask
    import dask.dataframe as dd

    with dask.config.set(scheduler="processes", num_workers=2):
        frame = dd.read_parquet(rows, split_row_groups=False)
        scale.predict(Free(), frame, CONFIG, key="n").to_parquet(out)


def with_spark(rows: Path, out: Path) -> None:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    here = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    frame = here.read.parquet(str(rows))
    scale.predict(Free(), frame, CONFIG, key="n").write.mode("overwrite").parquet(str(out))
    here.stop()


def bench_predictions_on_engines() -> Iterator[Figure]:
    engines = {"one process, duckdb's stream": one_process, "dask, two processes": with_dask}
    if find_spec("pyspark"):
        engines["Spark, local, two cores, its start in it"] = with_spark
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        rows = Path(place) / "rows"
        rows.mkdir()
        rows_in(rows)
        digests = set()
        for name, work in engines.items():
            out = Path(place) / name[:4]
            out.mkdir()
            began = time.perf_counter()
            work(rows, out)
            took[name] = time.perf_counter() - began
            digests.add(digest(out))
            first = [next(iter(took.values()))]
            yield Figure(
                f"predictions over {ROWS:,} rows: {name}", [took[name]], "s", "", "one", first
            )
        assert len(digests) == 1, "the engines differ"
        size = sum(file.stat().st_size for file in (Path(place) / "one ").rglob("*.parquet"))
        yield Figure("Parquet of it, a million rows", [size / ROWS], "MB")
        yield from attached(rows, Path(place) / "one ")


def attached(rows: Path, said: Path) -> Iterator[Figure]:
    frame = pd.read_parquet(rows)
    project: Any = nl.Project(frame, CONFIG, key="n", store=":memory:")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    project.attach_predictions(said)
    project.view(ROWS // 2)
    assert project._predictor.wait(60)
    [found] = project.view(ROWS // 2).predictions
    assert found.model_version == "free"
    yield Figure("attached: the first suggestion", [time.perf_counter() - began], "s")
    times = []
    for n in range(20):
        index = (ROWS // 2 + (n + 1) * 31_337) % ROWS
        began = time.perf_counter()
        project.view(index)
        assert project._predictor.wait(60)
        times.append((time.perf_counter() - began) * 1000)
    yield Figure("attached: that of any other row", times, "ms")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    yield Figure("attached: memory", [grown], "MB")
    project.close()


def bench_one_store() -> Iterator[Figure]:
    """Say what a store takes of room, and how much one PostgreSQL writes."""
    from tests import postgresql

    if postgresql.why_not(postgresql.find()):
        return
    server = postgresql.server()
    rows = ROWS // 20
    for name in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as folder:
            place = f"{folder}/labels.db" if name == "SQLite" else server.place()
            frame = pd.DataFrame(
                {"n": range(rows), "text": ["a text of some fifty letters, as many are"] * rows}
            )
            project = nl.Project(frame, CONFIG, key="n", store=place)
            for n in range(rows // 10):
                project.annotate(n, {"digit": "7"})
            yield Figure(f"{name}: a million annotated tasks", [_size(place) / (rows // 10)], "MB")
            before = _size(place)
            project.predict(Free())
            grown = (_size(place) - before) / rows
            yield Figure(f"{name}: predictions of a million more", [grown], "MB")
            project.close()
    seconds = 15
    for count in (1, 4, 20):
        each = written(server.place(), count, seconds)
        waits = sorted(wait for some in each for wait in some)
        yield Figure(f"PostgreSQL, {count} processes: changes a second", [len(waits) / seconds], "")
        yield Figure(
            f"PostgreSQL, {count} processes: a change", [wait * 1000 for wait in waits], "ms"
        )


def _size(place: str) -> int:
    if "://" not in place:
        return sum(file.stat().st_size for file in Path(place).parent.glob("labels.db*"))
    url = place.replace("postgresql://", "postgresql+psycopg://")
    with sa.create_engine(url).connect() as connection:
        return int(connection.scalar(sa.text("select pg_database_size(current_database())")))
