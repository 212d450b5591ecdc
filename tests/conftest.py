"""The corpus is asked for loudly: without it CI fails, and everybody else is told."""

import os

import pytest

from tests import corpus


def pytest_configure(config):
    config.addinivalue_line("markers", "corpus: reads Label Studio's cases beside the project")


def pytest_collection_modifyitems(config, items):
    if corpus.is_present() or os.environ.get("CI"):
        return
    left_out = [item for item in items if item.get_closest_marker("corpus")]
    if left_out:
        config.stash[_LEFT_OUT] = True
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter, config):
    if config.stash.get(_LEFT_OUT, False):
        terminalreporter.write_line(f"WARNING: corpus tests did not run: {corpus.ABSENT}", red=True)


_LEFT_OUT = pytest.StashKey[bool]()
