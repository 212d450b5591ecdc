"""Rows that lie elsewhere: databases by keyset, lazy frames, both at size."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl
import sqlalchemy as sa

import nblabel as nl
from benchmarks.bench_python import CONFIG, peak, text
from benchmarks.figures import Figure, timed

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
TIMES = 25
QUERY = "select id, text from reviews"


def bench_sqlite() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        engines = {n: sa.create_engine(f"sqlite:///{folder}/{n}.db") for n in (10, ROWS)}
        yield from compared("SQLite", engines, Path(folder))


def bench_postgresql() -> Iterator[Figure]:
    from tests import postgresql

    if postgresql.why_not(postgresql.find()):
        return
    places = {n: postgresql.server().place() for n in (10, ROWS)}
    engines = {
        n: sa.create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
        for n, place in places.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        yield from compared("PostgreSQL", engines, Path(folder))


def fill(engine: sa.Engine, rows: int) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table reviews (id integer primary key, text varchar(400))"
        )
        insert = sa.text("insert into reviews values (:id, :text)")
        for start in range(0, rows, 50_000):
            stop = min(start + 50_000, rows)
            some = [{"id": 3 * n, "text": text(n)} for n in range(start, stop)]
            connection.execute(insert, some)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")


def compared(name: str, engines: dict[int, sa.Engine], folder: Path) -> Iterator[Figure]:
    few, many = engines
    asked: dict[int, int] = dict.fromkeys(engines, 0)
    for rows, engine in engines.items():
        fill(engine, rows)

        def hear(*_: Any, rows: int = rows) -> None:
            asked[rows] += 1

        sa.event.listen(engine, "before_cursor_execute", hear)

    def opened(rows: int) -> Any:
        store = folder / f"{rows}-labels.db"
        labeler = nl.Labeler(QUERY, CONFIG, connection=engines[rows], key="id", store=store)
        labeler._open({})
        return labeler

    for rows in engines:
        opened(rows)
    times: dict[int, list[float]] = {few: [], many: []}
    for _ in range(TIMES):  # in turns: the machine is others', too
        for rows in engines:
            times[rows] += timed(lambda: opened(rows), 1)
    where = f"{name}, {many:,} rows by keyset"
    yield Figure(
        f"{where}: open a labeler",
        [1000 * t for t in times[many]],
        "ms",
        "1.3 times",
        "the same on 10 rows",
        [1000 * t for t in times[few]],
    )
    asked.update(dict.fromkeys(asked, 0))
    opened(few), opened(many)
    yield Figure(
        f"{where}: statements of that", [asked[many]], "", "no more", "on 10 rows", [asked[few]]
    )
    yield Figure(
        f"{where}: memory of that",
        [peak(lambda: opened(many)) / 1000],
        "KB",
        "no more",
        "on 10 rows",
        [peak(lambda: opened(few)) / 1000],
    )
    labelers = {rows: opened(rows) for rows in engines}
    steps: dict[int, list[float]] = {few: [], many: []}
    for block in range(60):
        for rows, labeler in labelers.items():
            steps[rows].append(stepped(labeler, 10 * block if rows == many else 0))
    yield Figure(
        f"{where}: the next task",
        steps[many],
        "ms",
        "1.3 times",
        "the same on 10 rows",
        steps[few],
    )
    project = opened(many).project
    yield Figure(
        f"{where}: count them, when nobody waits",
        [1000 * t for t in timed(lambda: len(project), 1)],
        "ms",
    )
    leaps = []
    for index in (many // 2, many // 4, 3 * many // 4, many // 8, many - 1):
        leaps += timed(lambda: project.view(index), 1)
    yield Figure(f"{where}: leap to a row", [1000 * t for t in leaps], "ms")
    yield Figure(f"{where}: meet all keys", timed(project._work.data.keys.aside, 1), "s")
    yield Figure(f"{where}: refresh()", timed(project.refresh, 1), "s")


def stepped(labeler: Any, begin: int) -> float:
    """Ms that each of ten tasks takes, gone through as the editor does: found, fetched by fives."""
    start = perf_counter()
    found = labeler.project.find(begin, 1, "unlabeled", 40)
    labeler._views(found[:5])
    labeler._views(found[5:10])
    return 100 * (perf_counter() - start)


def bench_lazy() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        paths = {n: f"{folder}/{n}.parquet" for n in (10, ROWS)}
        for rows, path in paths.items():
            made = pl.DataFrame({"id": range(rows), "text": [text(n) for n in range(rows)]})
            made.write_parquet(path)

        def opened(rows: int, key: str | None = "id") -> Any:
            store = f"{folder}/{rows}-{key}.db"
            labeler = nl.Labeler(pl.scan_parquet(paths[rows]), CONFIG, key=key, store=store)
            labeler._open({})
            return labeler

        for rows in paths:
            opened(rows)
        where = f"a LazyFrame of {ROWS:,} rows"
        few = [1000 * t for t in timed(lambda: opened(10), TIMES)]
        many = [1000 * t for t in timed(lambda: opened(ROWS), TIMES)]
        yield Figure(f"{where}: open a labeler", many, "ms", "", "the same on 10 rows", few)
        whole = [1000 * t for t in timed(lambda: opened(ROWS, None), 3)]
        yield Figure(f"{where}: the same", many, "ms", "", "collected whole, without key=", whole)
        project = opened(ROWS).project
        yield Figure(f"{where}: the index of all keys", timed(lambda: len(project), 1), "s")
        leaps = [1000 * t for n in range(8) for t in timed(lambda: project.view(ROWS // 9 * n), 1)]
        yield Figure(f"{where}: leap to a row", leaps, "ms")
