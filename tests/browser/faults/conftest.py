from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.faults.rig import Rig


@pytest.fixture
def rig(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Opens a rig on a store of the test's own."""
    opened: list[Rig] = []

    def open_rig(**options: Any) -> Rig:
        opened.append(Rig(browser, tmp_path / "labels.db", **options))
        return opened[-1]

    yield open_rig
    for rig in opened:
        rig.close()
