"""Formats of datasets: COCO of a hundred thousand boxes, out and in, alone and as a whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson

import nblabel as nl
from benchmarks.figures import Figure
from nblabel.formats import coco
from nblabel.formats.dataset import Out
from nblabel.project import datasets

BOXES = 100_000
EACH = 10  # boxes an image
RUNS = 5


def coco_file(folder: Path, boxes: int = BOXES) -> Path:
    """A file of boxes whose objects lie in no order of the images."""
    random = Random(7)
    images = [
        {"id": 3 * n + 5, "file_name": f"a/{n}.jpg", "width": 640, "height": 480}
        for n in range(boxes // EACH)
    ]
    objects = [
        {
            "id": n + 1,
            "image_id": images[n % len(images)]["id"],
            "category_id": random.choice([3, 9, 17]),
            "bbox": [random.uniform(0, 300) for _ in range(4)],
            "area": 1.0,
            "iscrowd": 0,
            "segmentation": [],
        }
        for n in range(boxes)
    ]
    categories = [{"id": n, "name": name} for n, name in ((3, "cat"), (9, "dog"), (17, "cow"))]
    file = folder / f"boxes-{boxes}.json"
    made = {"images": images, "annotations": objects, "categories": categories}
    file.write_bytes(orjson.dumps(made))
    return file


def reading(file: Path) -> int:
    dataset = coco.read(file)
    return sum(len(one["result"]) for said in dataset.said() for one in said)


def bench_coco() -> Iterator[Figure]:
    """The format alone, and the whole way between its file and a store of SQLite."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        file = coco_file(folder)
        size = file.stat().st_size / 1e6
        what = f"COCO of {BOXES} boxes ({size:.0f} MB)"
        plain = list(alternating(lambda: reading(file), lambda: orjson.loads(file.read_bytes())))
        yield Figure(
            f"{what}, in: the format alone",
            [ours for ours, _ in plain],
            "s",
            reference="orjson.loads",
            theirs=[theirs for _, theirs in plain],
        )
        numbers = iter(range(10_000))

        def read() -> None:
            nl.read(file, store=folder / f"in-{next(numbers)}.db").close()

        yield Figure(f"{what}, in: nl.read, into a store", timed(read), "s", "3 s")
        project = nl.read(file, store=folder / "in-0.db")
        examples = list(datasets.examples(project._work, print, drafts=False))
        out = Out(folder / "alone.json", project.config, print)
        alone = timed(lambda: coco.write(examples, out))
        yield Figure(f"{what}, out: the format alone", alone, "s")
        records = timed(lambda: sum(1 for _ in project._work.records()))
        whole = timed(lambda: project.export(folder / "out.json", "coco"))
        yield Figure(f"{what}, out: project.export, from a store", whole, "s", "3 s")
        yield Figure("of which reading the store's records", records, "s")
        assert len(orjson.loads((folder / "out.json").read_bytes())["annotations"]) == BOXES
        project.close()


def alternating(
    ours: Callable[[], Any], theirs: Callable[[], Any]
) -> Iterator[tuple[float, float]]:
    for _ in range(RUNS):
        yield timed(ours, 1)[0], timed(theirs, 1)[0]


def timed(run: Callable[[], Any], times: int = RUNS) -> list[float]:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return taken


def bench_coco_memory() -> Iterator[Figure]:
    """What is held at most beside what was held before; each in a process of its own."""
    for name in ("alone in", "in", "out"):
        few, many = (peak(name, boxes) for boxes in (BOXES // 10, BOXES))
        yield Figure(
            f"COCO, {name}: memory at most, {BOXES} boxes",
            [many],
            "MB",
            "flat",
            f"{BOXES // 10} boxes",
            [few],
        )


def peak(name: str, boxes: int) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_formats", name, str(boxes)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    return float(json.loads(told.stdout))


def held(name: str, boxes: int) -> float:
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        file = coco_file(folder, boxes)
        runs: dict[str, Callable[[], Any]] = {
            "alone in": lambda: reading(file),
            "in": lambda: nl.read(file, store=folder / "in.db"),
        }
        reading(coco_file(folder, 100))  # what is imported late
        if name == "out":
            project = nl.read(file, store=folder / "in.db")
            runs["out"] = lambda: project.export(folder / "out.json", "coco")
        tracemalloc.start()
        runs[name]()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most / 1e6


if __name__ == "__main__":
    print(json.dumps(held(sys.argv[1], int(sys.argv[2]))))
