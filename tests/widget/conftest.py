"""Labelers on one store, without a browser."""

import pandas as pd
import pytest

from nblabel.widget import Labeler
from tests.project.animals import CONFIG, TEXT
from tests.widget.page import Page


@pytest.fixture
def frame():
    return pd.DataFrame({"id": [7, 8, 9], "text": [TEXT, "poor", "fair"]})


@pytest.fixture
def opened(frame, tmp_path):
    """Opens pages on one store; closes their labelers in the end."""
    pages = []

    def open_page(data=frame, config=CONFIG, **given):
        given = {"store": tmp_path / "labels.db", "key": "id", **given}
        pages.append(Page(Labeler(data, config, **given)))
        return pages[-1]

    yield open_page
    for page in pages:
        page.labeler.close()
        page.labeler.project.close()


@pytest.fixture
def page(opened):
    return opened(annotator="ana")
