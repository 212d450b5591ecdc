"""Corpus and PostgreSQL are asked for loudly: without them CI fails, everybody else is told."""

import os

import pytest

from tests import corpus, postgresql


def _absent():
    """Return a sentence for each marker whose tests cannot run here."""
    said = {
        "corpus": None if corpus.is_present() else corpus.ABSENT,
        "postgresql": postgresql.why_not(postgresql.find()),
    }
    return {marker: reason for marker, reason in said.items() if reason}


def pytest_configure(config):
    config.addinivalue_line("markers", "corpus: reads Label Studio's cases beside the project")
    config.addinivalue_line("markers", "postgresql: runs on a PostgreSQL server")


def pytest_collection_modifyitems(config, items):
    absent = {} if os.environ.get("CI") else _absent()
    told = config.stash[_LEFT_OUT] = {}
    for marker, reason in absent.items():
        left_out = [item for item in items if item.get_closest_marker(marker)]
        if left_out:
            told[marker] = reason
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter, config):
    for marker, reason in config.stash.get(_LEFT_OUT, {}).items():
        line = f"WARNING: {marker} tests did not run: {reason}"
        terminalreporter.write_line(line, red=True)


_LEFT_OUT = pytest.StashKey[dict[str, str]]()
