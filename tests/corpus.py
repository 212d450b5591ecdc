"""Label Studio's real configs and results, read where they lie beside the project."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PLACE = (
    Path(os.environ.get("NBLABEL_SHARED") or Path(__file__).parents[2] / "shared")
    / "label-studio"
    / "corpus"
)
ABSENT = (
    f"the Label Studio corpus was looked for in {PLACE} and is not there: "
    "put it there, or set NBLABEL_SHARED to the folder that holds label-studio/corpus"
)


@dataclass(frozen=True)
class Case:
    name: str
    config: str
    data: dict[str, Any]
    annotations: tuple[Any, ...]
    predictions: tuple[Any, ...]
    valid: bool

    @property
    def works(self) -> tuple[Any, ...]:
        """Annotations and predictions, as they are."""
        return (*self.annotations, *self.predictions)


def is_present() -> bool:
    return (PLACE / "cases").is_dir()


def cases() -> list[Any]:
    """Every case as a pytest parameter; None where there is no corpus, so that a test fails."""
    files = sorted((PLACE / "cases").glob("*.json")) if is_present() else []
    return [pytest.param(_case(f), id=f.stem) for f in files] or [pytest.param(None, id="absent")]


def templates() -> list[Any]:
    files = sorted((PLACE / "templates").glob("*.xml")) if is_present() else []
    return [pytest.param(f, id=f.stem) for f in files] or [pytest.param(None, id="absent")]


def _case(file: Path) -> Case:
    told = json.loads(file.read_text(encoding="utf-8"))
    return Case(
        name=told["name"],
        config=told["config"],
        data=told["task"].get("data", {}),
        annotations=tuple(told.get("annotations") or ()),
        predictions=tuple(told.get("predictions") or ()),
        valid=told.get("expect", "valid") == "valid",
    )
