"""Runs the benchmarks: all of them, or those whose module or function has one of the given words.

A benchmark is a function `bench_*` in a module `bench_*.py` of this folder that yields figures.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from pathlib import Path

from benchmarks.figures import Figure, table

HERE = Path(__file__).parent


def main(words: list[str]) -> None:
    figures: list[Figure] = []
    for path in sorted(HERE.glob("bench_*.py")):
        module = importlib.import_module(f"benchmarks.{path.stem}")
        for name, bench in vars(module).items():
            if not name.startswith("bench_") or not callable(bench):
                continue
            whole = f"{path.stem} {name}"
            if words and not any(word in whole for word in words):
                continue
            print(f"{path.stem}.{name}", file=sys.stderr, flush=True)
            for figure in bench():
                print("  " + "  ".join(figure.row), file=sys.stderr, flush=True)
                figures.append(figure)
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    print(table(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
