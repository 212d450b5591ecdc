"""What the cell of a rig runs: a labeler on a store whose disk can be full."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import event

import nblabel as nl


class Disk:
    """How many pages the database may have: a disk of any size."""

    def __init__(self, labeler: nl.Labeler, pages: int = 1 << 30) -> None:
        self.pages = pages
        event.listen(labeler.project.store._engine, "begin", self._limit)

    def _limit(self, connection: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA max_page_count={self.pages}")


def frame(rows: int, key: str | None = None) -> pd.DataFrame:
    """Numbered texts, and a key for each if it is named."""
    data = pd.DataFrame({"text": [f"task {n}" for n in range(rows)]})
    return data if key is None else data.assign(**{key: range(rows)})


def read(file: str) -> Any:
    return json.loads(Path(file).read_text())
