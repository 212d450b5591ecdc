"""What hands say with each of Label Studio's templates goes to its server and back as it is."""

import copy
import json

import pytest

from browser.conftest import launched
from browser.walking import exported, opened, walk
from tests import templates

pytestmark = [pytest.mark.label_studio, pytest.mark.corpus]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page whose browser ends with this module: other tests here run event loops of their own."""
    with launched() as browser, opened(browser, tmp_path_factory.mktemp("walked")) as book:
        yield book


@pytest.mark.parametrize("config", templates.shared() + templates.installed())
def test_what_hands_say_goes_there_and_back(config, server, page):
    by_mouse = walk(config, page)
    _, (by_keys,) = exported(page)
    tasks = [by_keys, copy.deepcopy(by_keys)]
    tasks[1]["annotations"][0]["result"] = by_mouse
    theirs = json.loads(server.export(server.project(config, tasks)))
    for task, ours in zip(theirs, tasks, strict=True):
        assert task["data"] == ours["data"]
        assert templates.said(task) == templates.said(ours)
