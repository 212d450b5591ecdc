"""A small project of two texts and its results."""

import pandas as pd
import pytest

from nblabel.project import Project
from tests.project.animals import CONFIG, TEXT


@pytest.fixture
def frame():
    return pd.DataFrame({"id": [7, 8, 9], "text": [TEXT, "poor", "fair"]}, index=[10, 20, 30])


@pytest.fixture
def opened(frame, tmp_path):
    """Opens projects on one store; closes them in the end."""
    projects = []

    def open_project(data=frame, config=CONFIG, **given):
        given = {"store": tmp_path / "labels.db", "key": "id", **given}
        projects.append(Project(data, config, **given))
        return projects[-1]

    yield open_project
    for project in projects:
        project.close()


@pytest.fixture
def project(opened):
    return opened(annotator="ana")
