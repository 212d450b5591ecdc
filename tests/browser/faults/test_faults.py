"""Whatever happens to kernel, page, disk or connection: nothing is lost, nothing lands elsewhere."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import expect

from browser.faults.rig import SPANS, TIMEOUT, WRITTEN, Rig, check_all
from tests import postgresql
from tests.soak import size

Open = Callable[..., Rig]

ROWS = 1000
KEYS = {str(n): str(n) for n in range(ROWS)}

LOCKER = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.mark.soak
def test_the_kernel_is_killed_at_random_moments(rig: Open) -> None:
    chance = random.Random(7)
    r = rig(key="id", rows=ROWS)
    for n in range(size(12, 200)):
        r.work(n + 1, chance.choice([2, 10, 30]))
        r.wait(chance.uniform(0.005, 0.9))
        r.kill()
        r.wait(chance.uniform(0, 0.2))  # the annotator goes on for a moment
        r.died()
        r.wait(chance.uniform(0, 0.2))
        r.rest()
        r.check_acknowledged()
        r.start()
        r.run()
    check_all(r, keys=KEYS)


@pytest.mark.soak
def test_the_page_is_reloaded_at_random_moments(rig: Open) -> None:
    chance = random.Random(8)
    r = rig(key="id", rows=ROWS)
    for n in range(size(8, 60)):
        r.work(n + 1, chance.choice([1, 5, 20]))
        r.wait(chance.uniform(0.005, 0.6))
        if n % 2:  # with a kernel that hears nothing of what was done last
            os.kill(r.processes()[0], signal.SIGSTOP)
            r.wait(chance.uniform(0, 0.1))
        r.page.reload()
        if n % 2:
            os.kill(r.processes()[0], signal.SIGCONT)
        r.run()
    check_all(r, keys=KEYS)


def test_the_page_is_reloaded_in_the_middle_of_a_drag(rig: Open) -> None:
    r = rig(key="id", rows=3, config=SPANS)
    r.press("1")
    begin, middle, end = r.ends("task 0")
    r.page.mouse.move(*begin)
    r.page.mouse.down()
    r.page.mouse.move(*middle, steps=3)
    r.page.mouse.up()
    expect(r.regions).to_have_count(1)
    r.saved()
    r.page.mouse.move(*end)
    r.page.mouse.down()
    r.page.mouse.move(*middle, steps=3)
    r.page.reload()
    r.page.mouse.up()
    r.run()
    expect(r.regions).to_have_count(1)
    r.saved()
    assert [event["action"] for event in r.events().values()] == ["edit"]


def test_what_is_typed_and_no_entry_yet_outlives_a_reload(rig: Open) -> None:
    r = rig(key="id", rows=3, config=WRITTEN)
    field = r.page.get_by_role("textbox", name="note")
    field.fill("half a sentence")
    r.page.reload()
    r.run()
    expect(field).to_have_value("half a sentence")
    r.press("Control+Enter")
    r.shows(1)
    expect(field).to_have_value("")
    r.page.reload()
    r.run()
    expect(field).to_have_value("")
    r.saved()
    (written,) = r.query("SELECT submitted FROM nblabel_result")
    assert json.loads(written[0])["value"] == {"text": ["half a sentence"]}


@pytest.mark.soak
def test_the_connection_is_dropped(rig: Open) -> None:
    r = rig(key="id", rows=ROWS)
    r.work(3)
    r.wait(0.5)
    r.page.evaluate("() => drop(true)")  # what is sent or said now is lost without a word
    r.wait(0.5)
    r.rest()
    r.wait(size(4, 30))
    expect(r.status).to_have_text(re.compile(r"\d+ unsaved · kernel busy"))
    r.page.evaluate("() => drop(false)")
    r.saved(timeout=15_000)
    check_all(r, keys=KEYS)


@pytest.mark.soak
def test_the_laptop_sleeps(rig: Open) -> None:
    r = rig(key="id", rows=ROWS)
    r.work(4)
    r.wait(0.5)
    asleep = r.processes()
    for process in asleep:
        os.kill(process, signal.SIGSTOP)
    time.sleep(size(3, 20))
    for process in reversed(asleep):
        os.kill(process, signal.SIGCONT)
    r.wait(0.5)
    r.rest()
    check_all(r, keys=KEYS)


def test_the_disk_is_full_for_a_while(rig: Open) -> None:
    r = rig(key="id", rows=ROWS, pages=40)
    r.work(5)
    expect(r.messages).to_contain_text("full", timeout=TIMEOUT)
    r.wait(0.5)  # the annotator goes on
    r.rest()
    acknowledged = r.check_acknowledged()
    assert acknowledged < len(r.log["kept"])
    r.python(f"disk.pages = {1 << 30}")
    r.saved()  # it tries again by itself
    check_all(r, keys=KEYS)


def test_the_disk_is_full_and_the_kernel_killed(rig: Open) -> None:
    r = rig(key="id", rows=ROWS, pages=40)
    r.work(6)
    expect(r.messages).to_contain_text("full", timeout=TIMEOUT)
    r.rest()
    r.kill()
    r.died()
    r.start(pages=1 << 30)
    r.run()
    check_all(r, keys=KEYS)


@pytest.mark.soak
def test_another_process_locks_the_store(rig: Open) -> None:
    r = rig(key="id", rows=ROWS)
    r.work(7)
    r.wait(0.3)
    seconds = size(3, 10)
    command = [sys.executable, "-c", LOCKER, str(r.file), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        expect(r.status).to_have_text(re.compile(r"\d+ unsaved · kernel busy"))
    r.rest()
    check_all(r, keys=KEYS)


def test_the_place_of_the_store_knows_locks_only_as_files(rig: Open, tmp_path) -> None:
    place = f"sqlite:///file:{tmp_path}/labels.db?vfs=unix-dotfile&uri=true"
    r = rig(key="id", rows=ROWS, store=place)
    for seed in (1, 2):
        r.work(seed)
        r.wait(0.7)
        r.rest()
        r.saved()
    with closing(sqlite3.connect(r.file)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    check_all(r, keys=KEYS)


def test_the_kernel_is_busy_for_a_long_time(rig: Open) -> None:
    r = rig(key="id", rows=ROWS)
    r.wait(1)  # what comes next is fetched ahead of need
    cell = r.busy(6)
    r.wait(0.2)
    for n in range(20):
        assert r.shown() == str(n)
        r.press("1", "Control+Enter")
    assert r.shown() == "20"
    expect(r.status).to_have_text("40 unsaved · kernel busy")
    cell.join()
    check_all(r, keys=KEYS)
    assert len({event["key"] for event in r.events().values()}) == 20


def test_keys_say_nothing_where_no_task_is_on_screen(rig: Open) -> None:
    r = rig(key="id", rows=2)
    for n in range(2):
        r.shows(n)
        r.press("1", "Control+Enter")
    r.saved()
    kept = len(r.log["kept"])
    assert r.shown() is None
    for key in ("2", "Control+Enter", "Control+Space", "Backspace", "Control+d", "Shift+A"):
        r.press(key)
        r.wait(0.05)
    assert len(r.log["kept"]) == kept
    r.press("Control+z")
    r.shows(1)
    check_all(r, keys=KEYS)


def test_undo_goes_on_after_a_reload_and_a_restart(rig: Open) -> None:
    r = rig(key="id", rows=ROWS)
    for n, answer in enumerate("12"):
        r.press(answer, "Control+Enter")
        r.shows(n + 1)
    r.saved()
    r.page.reload()
    r.run()
    assert r.shown() == "2"
    r.press("Control+z")
    expect(r.page.get_by_role("checkbox", name="negative")).to_be_checked()
    r.press("Control+z")
    expect(r.page.get_by_role("checkbox", name="negative")).not_to_be_checked()
    r.saved()
    r.kill()
    r.died()
    r.start()
    r.run()
    r.press("Control+Shift+z")
    expect(r.page.get_by_role("checkbox", name="negative")).to_be_checked()
    r.press("Control+z")
    r.press("Control+z")
    r.shows(0)
    r.press("Control+z")
    expect(r.page.get_by_role("checkbox", name="positive")).not_to_be_checked()
    check_all(r, keys=KEYS)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def shared(request) -> dict[str, str]:
    """Options of rigs that share a store."""
    if request.param == "sqlite":
        return {}
    return {"store": postgresql.server().place()}


class TestTwice:
    def test_two_tabs_of_one_notebook(self, rig: Open) -> None:
        one = rig(key="id", rows=ROWS)
        two = rig(beside=one)
        one.press("1", "Control+Enter")
        one.saved()
        expect(two.page.get_by_role("checkbox", name="positive")).to_be_checked()
        two.press("2")
        two.saved()
        for r in (one, two):
            r.press("3", "Control+Enter")
            r.saved()
        check_all(one, two, keys=KEYS)

    @pytest.mark.soak
    def test_two_notebooks_of_two_annotators_on_one_store(self, rig: Open, shared) -> None:
        ana = rig(key="id", rows=ROWS, annotator="ana", **shared)
        bob = rig(key="id", rows=ROWS, annotator="bob", **shared)
        for seed in range(size(3, 20)):
            ana.work(seed + 1)
            bob.work(seed + 100)
            ana.wait(1)
            if seed % 3 == 1:
                ana.kill()
                ana.wait(0.2)
                ana.died()
            ana.rest()
            bob.rest()
            if ana.kernel is None:
                ana.start()
                ana.run()
        check_all(ana, bob, keys=KEYS)
        for r in (ana, bob):
            expect(r.messages).to_be_hidden()

    def test_two_who_edit_the_same_annotation_are_told_and_both_versions_kept(
        self, rig: Open, shared
    ) -> None:
        one = rig(key="id", rows=ROWS, **shared)
        one.press("1")
        one.saved()
        two = rig(key="id", rows=ROWS, **shared)
        one.press("2")
        one.saved()
        two.press("3")
        expect(two.messages).to_contain_text("both versions are kept")
        two.saved()
        drafts = one.query("SELECT draft FROM nblabel_result")
        said = sorted(json.loads(text)["value"]["choices"] for (text,) in drafts)
        assert said == [["positive", "negative"], ["positive", "neutral"]]
