"""Whatever happens to kernel, page, disk or connection: nothing is lost, nothing lands elsewhere."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from browser.faults.rig import Rig

Open = Callable[..., Rig]

SOAK = os.environ.get("NBLABEL_SOAK") == "1"
ROWS = 1000
KEYS = {str(n): str(n) for n in range(ROWS)}


@pytest.mark.soak
def test_killed_at_random_moments(rig: Open) -> None:
    chance = random.Random(7)
    r = rig(key="id", rows=ROWS)
    for n in range(200 if SOAK else 12):
        r.page.evaluate("([seed, pause]) => work(seed, pause)", [n + 1, chance.choice([2, 10, 30])])
        r.page.wait_for_timeout(chance.uniform(5, 900))
        r.kill()
        r.page.wait_for_timeout(chance.uniform(0, 200))  # the annotator goes on for a moment
        r.died()
        r.page.wait_for_timeout(chance.uniform(0, 200))
        r.page.evaluate("() => rest()")
        r.check_acknowledged()
        r.start()
        r.run()
    assert r.check_all(KEYS) > 0
