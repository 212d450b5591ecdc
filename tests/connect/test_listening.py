"""Web hooks of Label Studio, CVAT and nblabel: answered at once, worked on once, in order."""

import hashlib
import hmac
import json
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nblabel as nl
from tests.connect.http import ask, said

SECRET = "s3cr€t"


def created(number, at="2026-01-01T00:00:00Z", action="ANNOTATION_CREATED", **more):
    """Give a web hook as Label Studio sends it."""
    return {
        "action": action,
        "annotation": {"id": number, "updated_at": at, "result": []},
        "task": {"id": 1, "updated_at": at},
        "project": {"id": 1},
        **more,
    }


def deleted(*numbers):
    return {"action": "ANNOTATIONS_DELETED", "annotations": [{"id": n} for n in numbers]}


@pytest.fixture
def heard():
    return []


@pytest.fixture
def server(heard):
    with nl.listen(0, heard.append) as server:
        yield server


def send(server, *payloads):
    answers = [said(server, "POST", "/hook", payload) for payload in payloads]
    assert server.wait(10)
    return answers


def test_what_comes_is_answered_and_told_in_order(server, heard):
    payloads = [created(n) for n in range(20)]
    assert send(server, *payloads) == [(201, {"status": "ok"})] * 20
    assert heard == payloads
    assert (server.taken, server.waiting, server.failed, server.refused) == (20, 0, 0, 0)


def test_it_answers_before_the_work_is_done():
    going, heard = threading.Event(), []

    def work(payload):
        going.wait(10)
        heard.append(payload)

    with nl.listen(0, work) as server:
        begun = time.monotonic()
        assert said(server, "POST", "/", created(1))[0] == 201
        assert said(server, "POST", "/", created(2))[0] == 201
        assert time.monotonic() - begun < 5
        assert (heard, server.waiting) == ([], 2)
        assert not server.wait(0.01)
        going.set()
        assert server.wait(10)
    assert len(heard) == 2


def test_stopped_it_still_works_off_what_it_took():
    going, heard = threading.Event(), []
    server = nl.listen(0, lambda payload: (going.wait(10), heard.append(payload)))
    said(server, "POST", "/", created(1))
    said(server, "POST", "/", created(2))
    server.stop()
    going.set()
    assert server.wait(10)
    assert len(heard) == 2


def test_the_callback_may_stop_it():
    with nl.listen(0, lambda payload: server.stop()) as server:
        said(server, "POST", "/", created(1))
        assert server.wait(10)


class TestOnce:
    def test_the_same_event_twice_is_one(self, server, heard):
        answers = send(server, created(1), created(1), created(2))
        assert [status for status, _ in answers] == [201, 200, 201]
        assert len(heard) == 2

    def test_what_else_its_project_says_makes_it_no_other_event(self, server, heard):
        send(server, created(1, project={"task_number": 1}), created(1, project={"a": 2}))
        assert len(heard) == 1

    def test_a_later_change_is_another_event(self, server, heard):
        first = created(1, "2026-01-01T00:00:00.000001Z", "ANNOTATION_UPDATED")
        later = created(1, "2026-01-01T00:00:00.000002Z", "ANNOTATION_UPDATED")
        send(server, first, later)
        assert heard == [first, later]

    def test_a_number_that_is_given_again_can_be_deleted_again(self, server, heard):
        send(server, created(1, "a"), deleted(1), deleted(1), created(1, "b"), deleted(1))
        assert [p["action"].rpartition("_")[2] for p in heard] == [
            "CREATED",
            "DELETED",
            "CREATED",
            "DELETED",
        ]

    def test_what_has_no_time_counts_as_a_whole(self, server, heard):
        project = {"action": "PROJECT_UPDATED", "project": {"id": 1, "title": "a"}}
        send(server, project, project, {**project, "project": {"id": 1, "title": "b"}})
        assert len(heard) == 2

    def test_without_a_payload_nothing_tells_two_apart(self, server, heard):
        send(server, {"action": "ANNOTATION_CREATED"}, {"action": "ANNOTATION_CREATED"})
        assert len(heard) == 2

    def test_cvats_second_delivery_is_the_same(self, server, heard):
        update = {"event": "update:job", "job": {"id": 1, "state": "completed"}, "webhook_id": 3}
        send(server, update, update, {**update, "job": {"id": 2}})
        assert [p["job"]["id"] for p in heard] == [1, 2]

    def test_an_id_of_the_delivery_decides(self, server, heard):
        for delivery in ("a:1", "a:1", "a:2"):
            headers = {"X-Nblabel-Delivery": delivery}
            said(server, "POST", "/", created(1), headers)
        assert server.wait(10)
        assert len(heard) == 2

    def test_one_that_was_turned_away_may_come_again(self):
        going, heard = threading.Event(), []
        with nl.listen(0, lambda p: (going.wait(10), heard.append(p)), room=1) as server:
            assert said(server, "POST", "/", created(1))[0] == 201
            status, headers, content = ask(server, "POST", "/", created(2))
            assert (status, headers["Retry-After"]) == (503, "60")
            assert json.loads(content)["error"].startswith("1 web hooks wait")
            assert server.refused == 1
            going.set()
            assert server.wait(10)
            assert said(server, "POST", "/", created(2))[0] == 201
            assert server.wait(10)
        assert [p["annotation"]["id"] for p in heard] == [1, 2]


class TestWhoSends:
    @pytest.fixture
    def locked(self, heard):
        with nl.listen(0, heard.append, secret=SECRET) as server:
            yield server

    def signed(self, secret, body):
        mark = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return f"sha256={mark}"

    @pytest.mark.parametrize("name", ["X-Signature-256", "X-Hub-Signature-256"])
    def test_a_signature_over_the_bytes_is_taken(self, locked, heard, name):
        body = b'{"event": "update:job",   "job": {"id": 1}}'
        headers = {name: self.signed(SECRET, body)}
        assert said(locked, "POST", "/", body, headers)[0] == 201
        assert locked.wait(10)
        assert heard[0]["job"] == {"id": 1}

    def test_label_studio_sends_the_secret_itself(self, locked):
        headers = {"Authorization": f"Bearer {SECRET}".encode().decode("latin-1")}
        assert said(locked, "POST", "/", created(1), headers)[0] == 201

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Authorization": "Bearer"},
            {"Authorization": "Bearer s3cret"},
            {"Authorization": SECRET.encode().decode("latin-1")},
            {"X-Signature-256": ""},
            {"X-Signature-256": "sha256=" + "0" * 64},
            {"X-Signature-256": "sha256=\xff"},
            {"X-Signature-256": hmac.new(SECRET.encode(), b"", hashlib.sha256).hexdigest()},
        ],
    )
    def test_everybody_else_is_refused(self, locked, heard, headers):
        assert said(locked, "POST", "/", created(1), headers)[0] == 401
        assert (heard, locked.taken) == ([], 0)

    def test_a_signature_of_other_bytes_or_another_secret_is_none(self, locked):
        body = json.dumps(created(1)).encode()
        for mark in (self.signed(SECRET, body + b" "), self.signed("other", body)):
            headers = {"X-Signature-256": mark}
            assert said(locked, "POST", "/", body, headers)[0] == 401
        wrong = {"X-Signature-256": "sha256=0", "Authorization": f"Bearer {SECRET}"}
        latin = {k: v.encode().decode("latin-1") for k, v in wrong.items()}
        assert said(locked, "POST", "/", body, latin)[0] == 401

    def test_the_secret_is_shown_nowhere(self, locked):
        assert SECRET not in repr(locked)


class TestFaults:
    def test_what_the_callback_raises_is_told_and_counted(self, caplog):
        heard = []

        def work(payload):
            if payload["annotation"]["id"] == 1:
                raise KeyError("data")
            heard.append(payload)

        with nl.listen(0, work) as server:
            send(server, created(1), created(2))
            assert server.problems == [
                "the callback failed on ANNOTATION_CREATED with KeyError: 'data'"
            ]
            assert (server.failed, len(heard)) == (1, 1)
        assert "the callback failed on ANNOTATION_CREATED" in caplog.text

    @pytest.mark.parametrize("body", [{}, {"action": 7}, {"event": None}, {"a": 1}])
    def test_what_is_no_web_hook_is_not_told(self, server, heard, body):
        assert said(server, "POST", "/", body)[0] == 400
        assert heard == []

    def test_a_ping_is_answered_and_not_told(self, server, heard):
        assert said(server, "POST", "/", {"event": "ping"}) == (200, {"status": "ok"})
        assert said(server, "GET", "/") == (200, {"status": "UP"})
        assert said(server, "DELETE", "/")[0] == 405
        assert heard == []

    @given(
        st.dictionaries(
            st.sampled_from(
                ["action", "event", "annotation", "annotations", "tasks", "id", "updated_at"]
            ),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(),
                lambda one: st.lists(one) | st.dictionaries(st.sampled_from(["id", "x"]), one),
                max_leaves=8,
            ),
        )
    )
    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_whatever_comes_is_taken_or_refused(self, server, payload):
        assert said(server, "POST", "/", payload)[0] in {200, 201, 400}
        assert server.wait(10)

    def test_ten_at_once_are_all_taken(self, server, heard):
        def many(first):
            for number in range(first, first + 20):
                assert said(server, "POST", "/", created(number))[0] == 201

        threads = [threading.Thread(target=many, args=(n * 100,)) for n in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.wait(10)
        assert len({p["annotation"]["id"] for p in heard}) == len(heard) == 200
