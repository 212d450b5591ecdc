"""A notebook is open all day: what goes away leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser.configs import CHOICES, SETUP
from browser.faults.rig import Rig
from browser.heap import Heap
from browser.plain.notebook import Plain
from tests.soak import size

MANY = "pd.DataFrame({'text': [f'task {n}' for n in range(2000)]})"


@pytest.mark.soak
def test_tasks_labeled_one_after_another(rig: Callable[..., Rig]) -> None:
    r = rig(key="id", rows=2000)
    heap = Heap(r.page)
    at = 0

    def label(count: int) -> None:
        nonlocal at
        for _ in range(count):
            r.press("1", "Control+Enter")
            at += 1
            r.shows(at)
        r.saved()
        r.wait(1)

    r.wait(1)
    label(260)  # so that what is kept of the last tasks is full
    before = heap.now()
    label(size(60, 500))
    after = heap.now()
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 2
    assert after["Nodes"] <= before["Nodes"] + 20
    # What can be undone in this sitting is kept on purpose.
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < size(1, 4) * 1e6


@pytest.mark.soak
def test_labelers_made_and_closed_leave_nothing_in_the_page(rig: Callable[..., Rig]) -> None:
    r = rig(key="id", rows=1000)
    heap = Heap(r.page)

    def rounds(count: int) -> None:
        for _ in range(count):
            r.run()
            r.press("1", "Control+Enter")
            r.saved()
            r.page.evaluate("() => shut()")

    rounds(3)
    before = heap.now()
    rounds(size(10, 50))
    after = heap.now()
    for _ in range(20):  # what is done in quiet moments may hold the last one for some seconds
        if after["JSEventListeners"] <= before["JSEventListeners"]:
            break
        r.page.wait_for_timeout(500)
        after = heap.now()
    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["Nodes"] <= before["Nodes"] + 20
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1e6


@pytest.mark.soak
def test_labelers_made_and_closed_leave_nothing_in_the_kernel(
    plain: Callable[..., Plain],
) -> None:
    book = plain(SETUP, f"project = nl.Project({MANY}, '''{CHOICES}''')")
    book.run_all()
    book.python(
        "import gc, weakref\n"
        "def made():\n"
        "    labeler = nl.Labeler(project)\n"
        "    labeler.close()\n"
        "    return weakref.ref(labeler)\n"
        f"left = [made() for _ in range({size(10, 50)})]\n"
        "gc.collect()"
    )
    assert book.python("print([ref() for ref in left if ref()], project._listeners)") == "[] []"
