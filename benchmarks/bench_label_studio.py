"""The same files in and out of a real Label Studio, where one is installed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import orjson

import nblabel as nl
from benchmarks.bench_python import CONFIG, labeled, task
from benchmarks.figures import Figure, timed

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.label_studio.serving import executable, label_studio

ROWS = 10_000
TURNS = 3
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
        ours = nl.Project(file, CONFIG, store=store, key="id")
        assert ours.progress()["done"] == ROWS
        out = folder / "out.json"
        their_file = timed(lambda: out.write_bytes(server.export(project)), 1)
        assert len(orjson.loads(out.read_bytes())) == ROWS
        yield Figure(
            f"export {what}", timed(lambda: ours.export(out), 3), "s", "", reference, their_file
        )
        ours.close()


def bench_to_and_fro() -> Iterator[Figure]:
    """A push and a pull beside the server's own import and export of the same, by turns."""
    found = executable()
    if found is None:
        return
    with tempfile.TemporaryDirectory() as name, label_studio(found, Path(name)) as running:
        folder = Path(name)
        labeled(folder, ROWS)
        file = folder / f"tasks-{ROWS}.json"
        tasks = [task(n) for n in range(ROWS)]
        server = nl.LabelStudio(running.url, running.token)
        what = f"{ROWS:,} annotated tasks"
        runs: dict[str, list[float]] = {}

        def took(work: str, run: Callable[[], object]) -> None:
            runs.setdefault(work, []).extend(timed(run, 1))

        for turn in range(TURNS):
            ours = nl.Project(file, CONFIG, store=folder / f"push-{turn}.db", key="id")
            number = running.project(CONFIG)

            def theirs_in(number: int = number) -> None:
                for start in range(0, ROWS, TOGETHER):
                    running.take(number, tasks[start : start + TOGETHER])

            def sent(ours: nl.Project[Any] = ours, turn: int = turn) -> None:
                told = ours.push(server, title=f"turn {turn}")
                assert (told.tasks, told.annotations) == (ROWS, ROWS)

            def sent_again(ours: nl.Project[Any] = ours) -> None:
                assert not ours.push(server).counts

            def came(number: int = number, turn: int = turn) -> None:
                made = nl.pull(server, number, store=folder / f"pull-{turn}.db")
                assert made.progress()["done"] == ROWS
                made.close()

            took("import", theirs_in)
            took("push", sent)
            took("push again", sent_again)
            took("export", lambda number=number: running.export(number))
            took("pull", came)
            took("pull again", lambda ours=ours: ours.pull(server))
            ours.close()
        own_import, own_export = ("Label Studio's own import", "Label Studio's own export")
        yield Figure(f"push {what}", runs["push"], "s", "1.2 times", own_import, runs["import"])
        yield Figure(f"push {what} again: nothing new", runs["push again"], "s", "under 3 s")
        yield Figure(
            f"pull {what} into a new store",
            runs["pull"],
            "s",
            "1.2 times",
            own_export,
            runs["export"],
        )
        yield Figure(
            f"pull {what} that were pushed",
            runs["pull again"],
            "s",
            "1.2 times",
            own_export,
            runs["export"],
        )
