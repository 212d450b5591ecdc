"""What is said with each of Label Studio's templates: its server and its SDK take it as it is."""

import json

import pytest

from nblabel.config import parse
from nblabel.project import Project
from nblabel.tags import TAGS
from tests import samples, templates

pytestmark = [pytest.mark.label_studio, pytest.mark.corpus]


@pytest.fixture(scope="module")
def sdk():
    with templates.sdk() as check:
        yield check


@pytest.mark.parametrize("config", templates.shared() + templates.installed())
def test_what_is_said_with_a_template_goes_there_and_back(config, server, sdk):
    read = parse(config, TAGS)
    data = samples.task(read)
    project = Project([data], config, store=":memory:")
    project.annotate(project.key(0), samples.results(read))
    assert [wrong for wrong in project.check_rows() if wrong["annotation"]] == []
    tasks = project.to_label_studio()
    assert sdk(config, tasks) == []
    (theirs,) = json.loads(server.export(server.project(config, tasks)))
    (ours,) = tasks
    assert theirs["data"] == ours["data"]
    assert templates.said(theirs) == templates.said(ours)
    again = Project([theirs], config, store=":memory:")
    (written,) = again.to_label_studio()
    assert written["annotations"] == theirs["annotations"]
