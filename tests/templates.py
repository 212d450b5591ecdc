"""Label Studio's templates: those beside the project, and those of its package if installed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from nblabel.config import parse
from nblabel.tags import TAGS, drawn
from tests import corpus

ENVIRONMENT = Path(__file__).parents[1] / ".venv-label-studio"
PYTHON = ENVIRONMENT / "bin" / "python"
NO_SDK = f"label-studio-sdk was looked for in {ENVIRONMENT}: make test-label-studio installs it"
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


def said(task: dict[str, Any]) -> list[dict[str, Any]]:
    """What a task's annotations say, as a server must give it back."""
    names = ("result", "was_cancelled", "ground_truth", "lead_time")
    return [{name: one[name] for name in names} for one in task["annotations"]]


_CHECK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from validate_with_label_studio_sdk import check
for line in sys.stdin:
    config, tasks = json.loads(line)
    print(json.dumps(check(config.strip(), tasks)), flush=True)
"""


@contextmanager
def sdk() -> Iterator[Callable[[str, list[Any]], list[str]]]:
    """Give what label-studio-sdk finds wrong with the tasks of a config, but for its own faults."""
    command = [str(PYTHON), "-c", _CHECK, str(corpus.PLACE.parent)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        given, told = process.stdin, process.stdout

        def check(config: str, tasks: list[Any]) -> list[str]:
            given.write(json.dumps([config, tasks]) + "\n")
            given.flush()
            found = json.loads(told.readline())
            return [fault for fault in found if not _is_wrong(fault, config)]

        yield check
        given.close()


def _is_wrong(fault: str, config: str) -> bool:
    """Whether the SDK refuses what the editor of Label Studio itself writes."""
    controls = parse(config, TAGS).controls.values()
    pairs = [control.name for control in controls if control.tag == "Pairwise"]
    return (
        any(f"'to_name' '{name}' not found" in fault for name in pairs)
        or "{'choices': [[" in fault  # paths of choices that nest
        or "'from_name' 'likert_scale' not found" in fault  # a control without toName
    )
