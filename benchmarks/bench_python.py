"""The Python API at size: opening, importing, reading back, exporting."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd

import nblabel as nl
from benchmarks.figures import Figure, timed

FULL = os.environ.get("BENCH_FULL") == "1"

CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
  <Labels name="ner" toName="text"><Label value="PER"/><Label value="LOC"/></Labels>
</View>"""

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def text(n: int) -> str:
    return " ".join(WORDS[(n * 7 + i * i) % len(WORDS)] for i in range(40)) + f" {n}"


def task(n: int) -> dict[str, Any]:
    """A task as Label Studio exports it, with one annotation of two results."""
    about = {"to_name": "text", "origin": "manual"}
    span = {"start": 0, "end": 3, "text": text(n)[:3], "labels": ["PER"]}
    choice = {"id": f"c{n}", "from_name": "mood", "type": "choices", **about}
    return {
        "id": n + 1,
        "data": {"id": n, "text": text(n)},
        "annotations": [
            {
                "id": n + 1,
                "completed_by": 1,
                "result": [
                    {**choice, "value": {"choices": ["good"]}},
                    {"id": f"s{n}", "from_name": "ner", "type": "labels", "value": span, **about},
                ],
                "was_cancelled": False,
                "ground_truth": False,
                "created_at": "2026-01-01T10:00:00.000000Z",
                "updated_at": "2026-01-01T10:00:00.000000Z",
                "lead_time": 3.5,
                "unique_id": f"00000000-0000-4000-8000-{n:012d}",
            }
        ],
        "predictions": [],
        "meta": {},
    }


def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"id": np.arange(rows), "text": [text(n) for n in range(rows)]})


def labeled(folder: Path, rows: int) -> Path:
    """A store with so many annotated tasks, keyed by their id."""
    tasks = [task(n) for n in range(rows)]
    file = folder / f"tasks-{rows}.json"
    file.write_bytes(orjson.dumps(tasks))
    store = folder / f"labels-{rows}.db"
    nl.Project(file, CONFIG, store=store, key="id").close()
    return store


def bench_opening() -> Iterator[Figure]:
    many, few = frame(1_000_000), frame(10)
    with tempfile.TemporaryDirectory() as folder:
        for key in ("id", None):

            def opened(data: pd.DataFrame, key: str | None = key) -> Any:
                labeler = nl.Labeler(data, CONFIG, store=f"{folder}/{len(data)}{key}.db", key=key)
                labeler._open({"packs": True})
                return labeler

            for data in (few, many):
                opened(data)
            by = f"keyed by {key}" if key else "without a key column"
            yield Figure(
                f"open a labeler on 1,000,000 rows, {by}",
                [1000 * t for t in timed(lambda: opened(many), 15)],
                "ms",
                "1.3 times",
                "the same on 10 rows",
                [1000 * t for t in timed(lambda: opened(few), 15)],
            )
            yield Figure(
                f"what it takes in memory, {by}",
                [peak(lambda: opened(many)) / 1000],
                "KB",
                "no more",
                "the same on 10 rows",
                [peak(lambda: opened(few)) / 1000],
            )
            sizes = [len(json.dumps(opened(data).spec)) / 1000 for data in (many, few)]
            yield Figure(
                f"what is sent first, {by}", sizes[:1], "KB", "1.1 times", "on 10 rows", sizes[1:]
            )


def bench_import() -> Iterator[Figure]:
    rows = int(os.environ.get("BENCH_ROWS", "100000"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tasks.json"
        file.write_bytes(orjson.dumps([task(n) for n in range(rows)]))
        size = file.stat().st_size
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        taken = timed(
            lambda: nl.Project(file, CONFIG, store=f"{folder}/{time.time()}.db", key="id").close(),
            3,
        )
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        yield Figure(
            f"import {rows:,} tasks with annotations ({size / 1e6:.0f} MB)",
            taken,
            "s",
            "8 s",
            "orjson.loads of the file",
            timed(lambda: orjson.loads(file.read_bytes()), 3),
        )
        yield Figure("its memory", [(after - before) / size], "times the file", "a small multiple")


def bench_reading_back() -> Iterator[Figure]:
    rows = int(os.environ.get("BENCH_ROWS", "100000"))
    with tempfile.TemporaryDirectory() as folder:
        store = labeled(Path(folder), rows)
        for key in ("id", None):
            name = {} if key else {"store": f"{folder}/digests.db"}
            data = frame(rows)
            if key is None:
                listed = [{**task(n), "data": {"text": text(n)}} for n in range(rows)]
                for one in listed:
                    del one["id"]  # else a task is known by it, and not by what it shows
                nl.Project(listed, CONFIG, **name).close()
            with_key = {"store": store, "key": key} if key else name

            def read(what: Callable[[nl.Project], Any], options: Any = with_key) -> Any:
                project = nl.Project(data, CONFIG, **options)
                found = what(project)
                project.close()
                return found

            by = f"keyed by {key}" if key else "without a key column"
            assert read(lambda p: p.to_frame())["mood"].notna().sum() == rows
            yield Figure(
                f"to_frame() of {rows:,} annotated rows, {by}",
                timed(lambda: read(lambda p: p.to_frame()), 3),
                "s",
                "1 s",
            )
        with_key = {"store": store, "key": "id"}
        project = nl.Project(frame(rows), CONFIG, **with_key)
        out = project.export(Path(folder) / "same.json")
        for name in ("results", "check"):
            yield Figure(
                f"{name}() of {rows:,}",
                timed(getattr(project, name), 3),
                "s",
                {"results": "1.0 times", "check": "1.2 times"}[name],
                "parsing the same JSON and making a plain frame of it",
                timed(lambda: plain_frame(out), 3),
            )
        project.close()


def plain_frame(file: Path) -> pd.DataFrame:
    """What somebody writes by hand to get a row a result out of Label Studio's JSON."""
    return pd.DataFrame(
        [
            {
                "task": task["id"],
                "annotation": annotation["id"],
                "created_at": annotation["created_at"],
                **{name: result.get(name) for name in ("id", "from_name", "to_name", "type")},
                **result["value"],
            }
            for task in orjson.loads(file.read_bytes())
            for annotation in task["annotations"]
            for result in annotation["result"]
        ]
    )


def bench_annotate() -> Iterator[Figure]:
    config = CONFIG.replace("<Choices", '<Choices required="false"')
    span = {"from_name": "ner", "to_name": "text", "type": "labels"}
    results = [
        {**span, "value": {"start": n, "end": n + 1, "text": "x", "labels": ["PER"]}}
        for n in range(100_000)
    ]
    with tempfile.TemporaryDirectory() as folder:
        taken = []
        for n in range(3):
            rows = pd.DataFrame({"id": [1], "text": ["x" * 200_000]})
            project = nl.Project(rows, config, store=f"{folder}/{n}.db", key="id")
            taken += timed(lambda: project.annotate(1, results), 1)
            project.close()
        yield Figure("annotate() a task with 100,000 results", taken, "s", "3 s")


WRITER = """
import json, sys, time
from nblabel.core.change import Change, Edit
from nblabel.store import Store, now
place, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
store = Store.open(place)
project = store.project("p", "<View/>")
print("ready", flush=True)
sys.stdin.readline()
until, waits = time.perf_counter() + seconds, []
while time.perf_counter() < until:
    uid = f"{name}-{len(waits)}"
    edits = (Edit("a", 1.0, None, {"n": uid}),)
    change = Change(uid, uid, 0, name, len(waits), now(), "submit", edits)
    start = time.perf_counter()
    store.apply(project, change, name, {"text": "x" * 200})
    waits.append(time.perf_counter() - start)
print(json.dumps(waits))
"""


def written(place: str, count: int, seconds: int) -> list[list[float]]:
    """Have processes write to one store for a time; return how long each change took, by process."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", WRITER, place]
    writers = [subprocess.Popen([*command, f"w{n}", str(seconds)], **pipes) for n in range(count)]
    for writer in writers:
        writer.stdout.readline()
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    return [json.loads(writer.communicate()[0]) for writer in writers]


def bench_writers() -> Iterator[Figure]:
    count, seconds = 20, int(os.environ.get("BENCH_SECONDS", "60"))
    with tempfile.TemporaryDirectory() as folder:
        each = written(f"{folder}/labels.db", count, seconds)
    waits = sorted(wait for some in each for wait in some)
    what = f"{count} processes write to one SQLite file"
    yield Figure(f"{what}: a change, p99", [waits[int(0.99 * len(waits))]], "s", "1 s")
    yield Figure(f"{what}: a change, longest", waits[-1:], "s")
    shares = [len(some) for some in each]
    yield Figure(
        f"{what}: share of the busiest",
        [max(shares)],
        "changes",
        "fair",
        "of the least busy",
        [min(shares)],
    )


def bench_export() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        for rows in (10_000, 1_000_000 if FULL else 100_000):
            store = labeled(Path(folder), rows)
            project = nl.Project(frame(rows), CONFIG, store=store, key="id")
            out = Path(folder) / "out.json"
            ours = timed(lambda: project.export(out), 3 if rows <= 100_000 else 1)
            objects = orjson.loads(out.read_bytes())
            assert len(objects) == rows

            def write(dumps: Callable[[Any], bytes]) -> None:
                with (Path(folder) / "reference.json").open("wb") as file:
                    file.write(dumps(objects))

            what = f"export {rows:,} annotated tasks ({out.stat().st_size / 1e6:.0f} MB)"
            goal = "0.5 s" if rows == 10_000 else ""
            yield Figure(
                what, ours, "s", goal, "orjson writing them", timed(lambda: write(orjson.dumps), 3)
            )
            if rows <= 100_000:
                theirs = timed(lambda: write(lambda o: json.dumps(o).encode()), 3)
                yield Figure(what, ours, "s", goal, "json writing them", theirs)
            del objects
            yield Figure(
                f"memory of the export of {rows:,}",
                [peak(lambda: project.export(out)) / 1e6],
                "MB",
                "flat",
            )
            project.close()


def peak(run: Callable[[], Any]) -> int:
    """Bytes that Python had allocated at most while something ran, beyond those before."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return most - before
