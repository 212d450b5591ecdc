"""The databases every store test runs on."""

import pytest

from nblabel.store import Store


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    opened = Store.open(tmp_path / "labels.db" if request.param == "file" else ":memory:")
    yield opened
    opened.close()


@pytest.fixture
def project(store):
    return store.project("reviews", "<View/>")
