"""What is said with each of Label Studio's templates: its server and its SDK take it as it is."""

import json
import subprocess

import pytest

from nblabel.config import parse
from nblabel.project import Project
from nblabel.tags import TAGS
from tests import corpus, samples, templates

pytestmark = [pytest.mark.label_studio, pytest.mark.corpus]

KEPT = ("result", "was_cancelled", "ground_truth", "lead_time")
CHECK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from validate_with_label_studio_sdk import check
for line in sys.stdin:
    config, tasks = json.loads(line)
    print(json.dumps(check(config.strip(), tasks)), flush=True)
"""


@pytest.fixture(scope="module")
def sdk():
    """Gives what label-studio-sdk finds wrong with tasks of a config."""
    python = templates.ENVIRONMENT / "bin" / "python"
    with subprocess.Popen(
        [python, "-c", CHECK, corpus.PLACE.parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def check(config, tasks):
            process.stdin.write(json.dumps([config, tasks]) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield check
        process.stdin.close()


@pytest.mark.parametrize("config", templates.shared() + templates.installed())
def test_what_is_said_with_a_template_goes_there_and_back(config, server, sdk):
    read = parse(config, TAGS)
    data = samples.task(read)
    project = Project([data], config, store=":memory:")
    project.annotate(project.key(0), samples.results(read))
    assert [wrong for wrong in project.check_rows() if wrong["annotation"]] == []
    tasks = project.to_label_studio()
    assert [fault for fault in sdk(config, tasks) if not _is_wrong(fault, read)] == []
    (theirs,) = json.loads(server.export(server.project(config, tasks)))
    (ours,) = tasks
    assert theirs["data"] == ours["data"]
    assert [{name: a[name] for name in KEPT} for a in theirs["annotations"]] == [
        {name: a[name] for name in KEPT} for a in ours["annotations"]
    ]
    again = Project([theirs], config, store=":memory:")
    (written,) = again.to_label_studio()
    assert written["annotations"] == theirs["annotations"]


def _is_wrong(fault, config):
    """Whether the SDK refuses what the editor of Label Studio itself writes."""
    pairs = [control.name for control in config.controls.values() if control.tag == "Pairwise"]
    return (
        any(f"'to_name' '{name}' not found" in fault for name in pairs)
        or "unhashable type: 'list'" in fault  # a path of choices that nest
        or "'from_name' 'likert_scale' not found" in fault  # a control without toName
    )
