"""A real Label Studio server, started once."""

import pytest

from tests.label_studio.serving import executable, label_studio


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    found = executable()
    if found is None:
        pytest.fail(
            "set NBLABEL_LABEL_STUDIO to the label-studio executable of a virtual environment "
            "made with: python -m venv ENV && ENV/bin/pip install label-studio",
            pytrace=False,
        )
    with label_studio(found, tmp_path_factory.mktemp("label-studio")) as server:
        yield server
