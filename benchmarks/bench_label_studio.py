"""The same files in and out of a real Label Studio, where one is installed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import orjson

import nblabel as nl
from benchmarks.bench_python import CONFIG, frame, labeled, task
from benchmarks.figures import Figure, timed

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.label_studio.serving import executable, label_studio

ROWS = 10_000
TOGETHER = 1_000  # what one request may bring


def bench_in_and_out() -> Iterator[Figure]:
    found = executable()
    if found is None:
        print(
            "  left out: no Label Studio is installed here; `make test-label-studio` installs one",
            file=sys.stderr,
        )
        return
    with tempfile.TemporaryDirectory() as name, label_studio(found, Path(name)) as server:
        folder = Path(name)
        store = labeled(folder, ROWS)
        file = folder / f"tasks-{ROWS}.json"
        tasks = [task(n) for n in range(ROWS)]
        project = server.project(CONFIG)

        def theirs_in() -> None:
            for start in range(0, ROWS, TOGETHER):
                server.take(project, tasks[start : start + TOGETHER])

        serial = count()

        def ours_in() -> None:
            nl.Project(file, CONFIG, store=folder / f"{next(serial)}.db", key="id").close()

        what = f"{ROWS:,} annotated tasks"
        reference = "Label Studio, over HTTP"
        yield Figure(f"import {what}", timed(ours_in, 3), "s", "", reference, timed(theirs_in, 1))
        ours = nl.Project(frame(ROWS), CONFIG, store=store, key="id")
        out = folder / "out.json"
        their_file = timed(lambda: out.write_bytes(server.export(project)), 1)
        assert len(orjson.loads(out.read_bytes())) == ROWS
        yield Figure(
            f"export {what}", timed(lambda: ours.export(out), 3), "s", "", reference, their_file
        )
        ours.close()
