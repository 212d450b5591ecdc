"""The databases every store test runs on."""

import pytest

from nblabel.store import Store
from tests import postgresql

ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)


@pytest.fixture(params=["file", ON_POSTGRESQL])
def place(request, tmp_path):
    """An empty place for a store that several processes can use."""
    return str(tmp_path / "labels.db") if request.param == "file" else postgresql.server().place()


@pytest.fixture(params=["file", "memory", ON_POSTGRESQL])
def store(request, tmp_path):
    places = {"file": lambda: tmp_path / "labels.db", "memory": lambda: ":memory:"}
    opened = Store.open(places.get(request.param, lambda: postgresql.server().place())())
    yield opened
    opened.close()


@pytest.fixture
def project(store):
    return store.project("reviews", "<View/>")
