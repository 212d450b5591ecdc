"""Web hooks that are sent: nothing is lost, in order, once; nothing secret is kept or shown."""

import contextlib
import hashlib
import hmac
import itertools
import json
import os
import signal
import threading
import time
from random import Random

import pandas as pd
import pytest
import sqlalchemy as sa

import nblabel as nl
from nblabel.connect import Webhook
from nblabel.store import Store
from tests import postgresql
from tests.connect.http import place as receiving
from tests.connect.http import until
from tests.soak import size
from tests.store.conftest import ON_POSTGRESQL
from tests.store.processes import python

CONFIG = """<View><Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices></View>"""
FRAME = pd.DataFrame({"id": range(20), "text": [f"text {n}" for n in range(20)]})
SECRET, TOKEN = "s3cret-of-the-hook", "t0ken-in-a-header"
QUICK = {"pauses": (0.05, 0.05, 0.05), "timeout": 0.5}


@pytest.fixture
def place():
    with receiving() as place:
        yield place


@pytest.fixture(params=["file", ON_POSTGRESQL])
def where(request, tmp_path):
    """A place for a store that several kernels can use."""
    return tmp_path / "l.db" if request.param == "file" else postgresql.server().place()


@contextlib.contextmanager
def kernel(where):
    project = nl.Project(FRAME, CONFIG, key="id", store=where, name="moods")
    try:
        yield project
    finally:
        project.close()


@pytest.fixture
def project(tmp_path):
    with kernel(tmp_path / "l.db") as project:
        yield project


def label(project, *keys):
    for key in keys:
        project.annotate(key, "good")


def keys(*numbers):
    return [str(number) for number in numbers]


def test_what_happens_is_sent_in_order(project, place):
    hook = project.webhook(place.url, **QUICK)
    label(project, 3, 1, 2)
    project.annotate(1, "bad")
    project.clear(3)
    until(lambda: hook.sent == 5)
    assert [p["action"] for p in place.payloads] == [
        *["ANNOTATION_CREATED"] * 3,
        "ANNOTATION_UPDATED",
        "ANNOTATIONS_DELETED",
    ]
    assert place.keys == keys(3, 1, 2, 1, 3)
    assert (hook.waiting, hook.is_running, hook.problem) == (0, True, None)
    headers, _ = place.got[0]
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Nblabel-Delivery"].startswith(project.store.id)
    assert len({h["X-Nblabel-Delivery"] for h, _ in place.got}) == 5
    assert "X-Signature-256" not in headers


def test_it_is_signed_over_its_bytes_and_has_the_headers(project, place):
    project.webhook(place.url, secret=SECRET, headers={"Authorization": f"Bearer {TOKEN}"}, **QUICK)
    label(project, 1)
    until(lambda: place.got)
    headers, body = place.got[0]
    mark = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Signature-256"] == f"sha256={mark}"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_some_events_only_and_only_these_wait(project, place):
    hook = project.webhook(place.url, ["ANNOTATION_UPDATED"], **QUICK)
    hook.stop()
    label(project, 1, 2)
    project.annotate(1, "bad")
    assert hook.waiting == 1
    again = project.webhook(place.url, "annotation_updated", **QUICK)
    until(lambda: again.sent == 1)
    assert again.waiting == 0
    assert [p["action"] for p in place.payloads] == ["ANNOTATION_UPDATED"]


class TestRetries:
    @pytest.mark.parametrize("status", [500, 503, 429, 404, 302])
    def test_what_is_not_taken_is_sent_again_and_the_rest_waits(self, project, place, status):
        place.statuses = [200, status, status]
        hook = project.webhook(place.url, **QUICK)
        label(project, 1, 2, 3)
        until(lambda: hook.sent == 3)
        assert place.keys == keys(1, 2, 2, 2, 3)
        assert len({h["X-Nblabel-Delivery"] for h, _ in place.got[1:4]}) == 1
        assert all(h["Host"].endswith(str(place.port)) for h, _ in place.got)

    def test_pauses_grow(self, project, place, monkeypatch):
        place.statuses = [500] * 3
        times, pauses = [], (0.1, 0.3, 0.9)
        hook = project.webhook(place.url, pauses=pauses, timeout=0.5)
        monkeypatch.setattr(hook, "_post", timed(hook._post, times))
        label(project, 1)
        until(lambda: hook.sent == 1)
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert [gap >= pause for gap, pause in zip(gaps, (0.1, 0.3, 0.9), strict=True)] == [
            True
        ] * 3

    def test_after_the_last_it_stops_says_so_and_nothing_is_lost(self, project, place):
        place.statuses = [503] * 4
        hook = project.webhook(place.url + "?token=" + TOKEN, secret=SECRET, **QUICK)
        label(project, 1, 2)
        until(lambda: not hook.is_running)
        until(lambda: hook.problem in project.problems)
        assert hook.problem == (
            f"the web hook to http://127.0.0.1:{place.port} stopped after 4 attempts, the last of "
            "which failed with 503 Service Unavailable; 2 events wait, and are sent when it is "
            "made again"
        )
        assert (hook.sent, hook.waiting) == (0, 2)
        again = project.webhook(place.url + "?token=" + TOKEN, secret=SECRET, **QUICK)
        until(lambda: again.sent == 2)
        assert place.keys == keys(1, 1, 1, 1, 1, 2)

    def test_nobody_there_and_no_answer_are_told(self, project, place):
        with receiving() as gone:
            pass
        hook = project.webhook(gone.url, pauses=(0.05,), timeout=0.5)
        label(project, 1)
        until(lambda: hook.problem)
        assert "failed with Connection refused; 1 events" in hook.problem
        place.answers.clear()
        silent = project.webhook(place.url, pauses=(0.05,), timeout=0.2)
        label(project, 2)
        until(lambda: silent.problem)
        assert "failed with no answer in time" in silent.problem

    def test_a_pause_ends_at_once_when_it_is_stopped(self, project, place):
        place.statuses = [500]
        hook = project.webhook(place.url, pauses=(60,), timeout=0.5)
        label(project, 1)
        until(lambda: place.got)
        begun = time.monotonic()
        hook.stop()
        hook.stop()
        assert time.monotonic() - begun < 10
        assert not hook._thread.is_alive()


def timed(post, times):
    def posted(*arguments):
        times.append(time.monotonic())
        return post(*arguments)

    return posted


class TestKernels:
    def test_it_goes_on_after_a_restart_with_what_others_did(self, where, place):
        with kernel(where) as project:
            project.webhook(place.url, **QUICK)
            label(project, 1)
            until(lambda: place.keys == keys(1))
        with kernel(where) as elsewhere:  # nobody sends now
            label(elsewhere, 2, 3)
        with kernel(where) as project:
            hook = project.webhook(place.url, **QUICK)
            assert hook.waiting <= 2
            until(lambda: hook.sent == 3)
        assert place.keys == keys(1, 2, 3)

    def test_a_new_one_begins_with_what_happens_from_now_on(self, project, place):
        label(project, 1, 2)
        hook = project.webhook(place.url, **QUICK)
        label(project, 3)
        until(lambda: hook.sent == 1)
        assert place.keys == keys(3)

    def test_two_addresses_and_two_names_are_two(self, project, place):
        hooks = [
            project.webhook(place.url, **QUICK),
            project.webhook(place.url + "/other", **QUICK),
            project.webhook(place.url, name="again", **QUICK),
        ]
        label(project, 1)
        until(lambda: all(hook.sent == 1 for hook in hooks))
        assert place.keys == keys(1, 1, 1)

    def test_of_two_kernels_one_sends(self, where, place):
        with kernel(where) as one, kernel(where) as other:
            hooks = [project.webhook(place.url, **QUICK) for project in (one, other)]
            threads = [
                threading.Thread(target=label, args=(project, *some))
                for project, some in ((one, range(10)), (other, range(10, 20)))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            until(lambda: hooks[0].sent == 20)
            assert (hooks[1].sent, hooks[1].waiting) == (20, 0)
            assert sorted(map(int, place.keys)) == list(range(20))

    def test_when_the_one_stops_the_other_goes_on(self, where, place):
        with kernel(where) as one, kernel(where) as other:
            hooks = [project.webhook(place.url, **QUICK) for project in (one, other)]
            label(one, 1)
            until(lambda: hooks[0].sent == 1)
            for project, hook, key in ((one, hooks[0], 2), (other, hooks[1], 3)):
                hook.stop()
                if project is one:
                    label(project, key)
                    until(lambda: hooks[1].sent == 2)
            assert place.keys == keys(1, 2)

    def test_a_cell_that_is_run_again_takes_the_place_of_the_first(self, project, place):
        first = project.webhook(place.url, secret="old", **QUICK)
        second = project.webhook(place.url, secret="new", **QUICK)
        assert (first.is_running, second.is_running) == (False, True)
        label(project, 1)
        until(lambda: second.sent == 1)
        headers, body = place.got[0]
        mark = hmac.new(b"new", body, hashlib.sha256).hexdigest()
        assert headers["X-Signature-256"].endswith(mark)
        assert len(place.got) == 1


KERNEL = """
import nblabel as nl
rows = [{"id": n, "text": f"text {n}"} for n in range(20)]
config = Store.open(place).projects()[name]
project = nl.Project(rows, config, key="id", store=place, name=name)
hook = project.webhook(more[0], secret="s", pauses=(0.3,) * 100, timeout=0.4)
for key in more[1:]:
    project.annotate(key, "good")
print("labeled", flush=True)
sys.stdin.readline()
"""


class TestKilled:
    """The kernel dies at any moment: nothing is lost; what was under way may come twice."""

    @pytest.fixture
    def place_of_all(self, where):
        with kernel(where) as project:
            label(project, 0)
        return where

    def test_during_a_retry(self, place_of_all, place):
        place.statuses = [200, 200, *[503] * 1000]
        process = python(KERNEL, place_of_all, "moods", place.url, *range(1, 7))
        assert process.stdout.readline() == "labeled\n"
        until(lambda: place.keys.count("3") >= 2)  # in the pause after an attempt that failed
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        place.statuses = []
        place.got.clear()
        with kernel(place_of_all) as project:
            hook = project.webhook(place.url, secret="s", **QUICK)
            assert hook.waiting == 4
            until(lambda: hook.sent == 6)
            assert place.keys == keys(3, 4, 5, 6)

    def test_between_the_answer_and_the_note_of_it(self, place_of_all, place):
        place.answers.clear()
        process = python(KERNEL, place_of_all, "moods", place.url, *range(1, 4))
        process.stdout.readline()
        until(lambda: place.got)  # it was received, and is not answered yet
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        place.answers.set()
        with kernel(place_of_all) as project:
            hook = project.webhook(place.url, secret="s", **QUICK)
            until(lambda: hook.sent == 3)
        sent = place.keys
        assert sent[-3:] == keys(1, 2, 3)
        assert set(sent[:-3]) <= {"1"}
        deliveries = {h["X-Nblabel-Delivery"] for h, _ in place.got}
        assert len(deliveries) == 3  # by which a receiver knows the second

    @pytest.mark.soak
    def test_at_random_moments(self, place_of_all, place):
        random = Random(11)
        rounds = size(3, 60)
        for _ in range(rounds):
            place.statuses = [random.choice((200, 503)) for _ in range(10)]
            process = python(KERNEL, place_of_all, "moods", place.url, *range(1, 7))
            process.stdout.readline()
            time.sleep(random.random())
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        place.statuses = []
        with kernel(place_of_all) as project:
            hook = project.webhook(place.url, secret="s", **QUICK)
            until(lambda: hook.sent == 6 * rounds)
            assert hook.waiting == 0
        events = [payload["nblabel"]["event"] for payload in place.payloads]
        first = list(dict.fromkeys(events))
        assert first == sorted(first)
        assert len(first) == 6 * rounds

    def test_a_listener_of_ours_takes_it_once_all_the_same(self, place_of_all):
        heard = []
        with nl.listen(0, lambda p: heard.append(p["nblabel"]["key"]), secret="s") as server:
            for _ in range(2):
                process = python(KERNEL, place_of_all, "moods", server.url, *range(1, 10))
                process.stdout.readline()
                os.kill(process.pid, signal.SIGKILL)
                process.communicate()
            with kernel(place_of_all) as project:
                hook = project.webhook(server.url, secret="s", **QUICK)
                until(lambda: hook.sent == 18 and hook.waiting == 0)
            assert server.wait(10)
        assert heard == keys(*range(1, 10), *range(1, 10))


class TestCost:
    """What is written to the store, counted."""

    @pytest.fixture
    def writes(self, project):
        told = []

        def count(connection, cursor, statement, parameters, context, many):
            if statement.startswith("UPDATE nblabel_hook"):
                told.append(statement)

        sa.event.listen(project.store._engine, "before_cursor_execute", count)
        return told

    def made(self, project, place, **options):
        return Webhook(
            project.store,
            project._work.id,
            lambda entry: {"nblabel": {"key": entry.key}},
            place.url,
            tell=project.tell,
            pause=0.02,
            **options,
        )

    def test_while_nothing_happens_nothing_is_written(self, project, place, writes):
        hook = self.made(project, place)
        time.sleep(0.3)
        assert writes == []
        hook.stop()

    def test_an_event_costs_one_write_and_a_few_at_their_beginning(self, project, place, writes):
        hook = self.made(project, place)
        label(project, *range(20))
        until(lambda: hook.sent == 20)
        assert 20 <= len(writes) <= 20 + 20  # as many beginnings as there were pauses between
        hook.stop()
        writes.clear()
        label(project, *range(20))
        again = self.made(project, place)
        until(lambda: again.sent == 40)
        assert len(writes) == 21
        again.stop()


class TestSecrets:
    def test_neither_the_database_nor_anything_shown_has_them(self, tmp_path, place, caplog):
        place.statuses = [401] * 100
        with kernel(tmp_path / "l.db") as project:
            hook = project.webhook(
                f"{place.url}/{TOKEN}?key={TOKEN}",
                secret=SECRET,
                headers={"X-Token": TOKEN},
                pauses=(0.05,),
                timeout=0.5,
            )
            label(project, 1)
            until(lambda: hook.problem in project.problems)
            shown = [repr(hook), hook.problem, repr(project), *project.problems, caplog.text]
            assert f"http://127.0.0.1:{place.port}" in repr(hook)
        for path in tmp_path.iterdir():
            content = path.read_bytes()
            shown.append(content.decode("latin-1"))
        assert not any(TOKEN in text or SECRET in text for text in shown)

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Token": f"{TOKEN}\r\nX-Other: 1"},
            {"X-Token": f"{TOKEN}\n"},
            {"X-Token": f"€{TOKEN}"},
            {"X-Token": 7},
            {f"X {TOKEN}": "a"},
            {"Content-Length": TOKEN},
            {"host": TOKEN},
        ],
    )
    def test_a_header_that_cannot_be_sent_is_told_without_its_value(self, project, headers):
        with pytest.raises(nl.DataError) as told:
            project.webhook("http://127.0.0.1:9/", headers=headers)
        assert TOKEN not in str(told.value)

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "127.0.0.1:9",
            "http://",
            "http://127.0.0.1:99999/",
            f"http://127.0.0.1/ {TOKEN}",
            f"http://127.0.0.1/\r\n{TOKEN}",
            f"http://ana:{TOKEN}@127.0.0.1/",
            f"http://127.0.0.1/é{TOKEN}",
            None,
        ],
    )
    def test_an_address_that_is_none_is_told_without_it(self, project, url):
        with pytest.raises(nl.DataError) as told:
            project.webhook(url)
        assert TOKEN not in str(told.value)

    @pytest.mark.parametrize(
        "odd", [{"pauses": (-1,)}, {"timeout": 0}, {"events": "TASKS_CREATED"}]
    )
    def test_what_else_is_wrong_is_told_before_anything_is_kept(self, project, odd):
        with pytest.raises(nl.DataError):
            project.webhook("http://127.0.0.1:9/", **odd)
        with project.store._read() as connection:
            assert connection.exec_driver_sql("SELECT * FROM nblabel_hook").all() == []


class TestStore:
    """The place that a web hook has come to, and whose it is."""

    @pytest.fixture
    def store(self, where):
        store = Store.open(where)
        yield store
        store.close()

    def test_one_holds_it_at_a_time(self, store):
        project = store.project("reviews", "<View/>")
        assert store.hook(project, "a").position == 0
        assert store.hold_hook(project, "a", "one", 60)
        assert store.hold_hook(project, "a", "one", 60)
        assert store.hold_hook(project, "a", "other", 60) is None
        assert not store.advance_hook(project, "a", "other", 7, sent=1)
        assert store.advance_hook(project, "a", "one", 7, sent=1)
        store.release_hook(project, "a", "other")
        assert store.hold_hook(project, "a", "other", 60) is None
        store.release_hook(project, "a", "one")
        assert store.hold_hook(project, "a", "other", 0.01).sent == 1
        time.sleep(0.02)
        assert store.hold_hook(project, "a", "one", 60).position == 7
        assert store.hook(project, "a") == store.hooked(project, "a")

    def test_one_that_nobody_made_is_none(self, store):
        project = store.project("reviews", "<View/>")
        assert store.hold_hook(project, "b", "one", 60) is None


def test_what_cannot_be_sent_now_waits_while_the_store_is_busy(project, place, monkeypatch):
    hook = project.webhook(place.url, **QUICK)
    hold = project.store.hold_hook
    failing = [nl.StoreError("the store is busy")] * 3

    def held(*arguments):
        if failing:
            raise failing.pop()
        return hold(*arguments)

    monkeypatch.setattr(project.store, "hold_hook", held)
    label(project, 1)
    for _ in range(5):
        hook.wake()
        time.sleep(0.05)
    until(lambda: hook.sent == 1)
    assert sum("waits: the store is busy" in problem for problem in project.problems) == 1


def test_json_that_leaves_has_no_nan(project, place):
    project.webhook(place.url, **QUICK)
    result = {
        "from_name": "other",
        "to_name": "t",
        "type": "odd",
        "value": {"odd": float("nan"), "half": "\ud800"},
    }
    project.annotate(1, [result], check=False)
    until(lambda: place.got)
    json.loads(place.got[0][1], parse_constant=pytest.fail)
