"""Corpus and PostgreSQL are asked for loudly: without them CI fails, everybody else is told.

Where tests run side by side, those stay together that share something expensive.
"""

import os
import shutil
from importlib.util import find_spec

import pytest
from hypothesis import settings

from tests import corpus, postgresql, templates

settings.register_profile("house", deadline=None)  # machines are shared: no test asserts seconds
settings.load_profile("house")


def _absent():
    """Return a sentence for each marker whose tests cannot run here."""
    said = {
        "corpus": None if corpus.is_present() else corpus.ABSENT,
        "label_studio_sdk": None if templates.PYTHON.exists() else templates.NO_SDK,
        "postgresql": postgresql.why_not(postgresql.find()),
        "spark": None if find_spec("pyspark") and shutil.which("java") else _NO_SPARK,
        "torch": None if find_spec("torch") and find_spec("transformers") else _NO_TORCH,
    }
    return {marker: reason for marker, reason in said.items() if reason}


_NO_TORCH = "pip install torch transformers runs pipelines with models of random weights"
_NO_SPARK = "make test-spark installs PySpark, and runs these"
_ELSEWHERE_TOO = {"spark", "torch"}  # as large as all else together: not wanted wherever CI is


def pytest_configure(config):
    config.addinivalue_line("markers", "label_studio_sdk: asks the SDK that came with Label Studio")
    config.addinivalue_line("markers", "corpus: reads Label Studio's cases beside the project")
    config.addinivalue_line("markers", "postgresql: runs on a PostgreSQL server")
    config.addinivalue_line("markers", "spark: works on a local Spark")
    config.addinivalue_line("markers", "torch: runs pipelines of transformers")


def _group(nodeid):
    """What a test shares with others of its process: a server, or else what its file sets up."""
    file = nodeid.partition("::")[0]
    if "/in_jupyterlab/" in file:
        return "JupyterLab"
    return "PostgreSQL" if "postgresql" in nodeid.lower() and "browser" not in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return _group(nodeid)

    return Together(config, log)


def pytest_collection_modifyitems(config, items):
    wanted = _ELSEWHERE_TOO if os.environ.get("CI") else None
    absent = {m: reason for m, reason in _absent().items() if wanted is None or m in wanted}
    told = config.stash[_LEFT_OUT] = {}
    for marker, reason in absent.items():
        left_out = [item for item in items if item.get_closest_marker(marker)]
        if left_out:
            told[marker] = reason
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: _group(item.nodeid) not in ("PostgreSQL", "JupyterLab"))  # long


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(_LEFT_OUT, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    told = getattr(node, "workeroutput", {}).get("left_out", {})
    node.config.stash.setdefault(_LEFT_OUT, {}).update(told)


def pytest_terminal_summary(terminalreporter, config):
    for marker, reason in config.stash.get(_LEFT_OUT, {}).items():
        line = f"WARNING: {marker} tests did not run: {reason}"
        terminalreporter.write_line(line, red=True)


_LEFT_OUT = pytest.StashKey[dict[str, str]]()
