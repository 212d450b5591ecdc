"""Label Studio's templates: those beside the project, and those of its package if installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from nblabel.config import parse
from nblabel.tags import TAGS, drawn
from tests import corpus

ENVIRONMENT = Path(__file__).parents[1] / ".venv-label-studio"
TUTORIAL = corpus.PLACE.parents[1] / "tutorial"


def works_here(config: str) -> bool:
    """Whether all that it shows and asks is drawn; sound, video and some others are not yet."""
    known = drawn()
    roles = {at.tag: TAGS[at.tag].role for at in parse(config, TAGS).root.walk() if at.tag in TAGS}
    return all(tag in known for tag, role in roles.items() if role in ("object", "control"))


def shared() -> list[Any]:
    """Those beside the project, as pytest parameters; None where there are none, which fails."""
    if not corpus.is_present():
        return [pytest.param(None, id="absent")]
    files = sorted((corpus.PLACE / "templates").glob("*.xml"))
    return [pytest.param(c, id=f.stem) for f in files if works_here(c := f.read_text("utf-8"))]


def installed() -> list[Any]:
    """Those of the installed package that are not beside the project."""
    names = {file.stem for file in (corpus.PLACE / "templates").glob("*.xml")}
    found = dict(_installed())
    return [pytest.param(found[name], id=name) for name in sorted(found.keys() - names)]


def _installed() -> Iterator[tuple[str, str]]:
    for folder in ENVIRONMENT.glob("lib/*/site-packages/label_studio/annotation_templates"):
        for file in folder.rglob("config.*"):
            text = file.read_text("utf-8")
            config = text if file.suffix == ".xml" else yaml.safe_load(text).get("config")
            if config and works_here(config):
                yield file.parent.relative_to(folder).as_posix().replace("/", "__"), config


def tutorial() -> list[Any]:
    """The configs of a public tutorial, as they are printed there."""
    return [pytest.param(f.read_text("utf-8"), id=f.stem) for f in sorted(TUTORIAL.glob("*.xml"))]
