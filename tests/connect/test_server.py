"""What every server of ours promises: who may ask, what of it is read, how it says no."""

import base64
import json
import socket
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nblabel as nl
from nblabel.connect.server import Login, Server
from tests.connect.http import ask, basic, said

ODD = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


class Echo(Server):
    def _answer(self, asked):
        if asked.path == "/raise":
            raise KeyError("text")
        if asked.path == "/odd":
            raise nl.DataError("ä\r\nX-Header: 1\n\n<b>🦊</b>\x00")
        return 200, {"path": asked.path, "said": asked.json()}


@pytest.fixture(scope="module")
def server():
    with Echo("127.0.0.1", 0, most=1000) as server:
        yield server


def test_it_says_where_it_is(server):
    assert server.url == f"http://127.0.0.1:{server.port}"
    assert repr(server) == f"Echo('{server.url}')"


def test_json_goes_in_and_out(server):
    status, headers, content = ask(server, "POST", "/a/?b=1", {"text": "🦊"})
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(content) == {"path": "/a", "said": {"text": "🦊"}}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'{"a": NaN}', b"\xff", b"[" * 900, b'{"a":' * 150]
)
def test_what_is_no_json_object_is_the_askers_fault(server, body):
    status, told = said(server, "POST", "/", body)
    assert status == 400
    assert told["error"].startswith("the body is no JSON")


@given(st.binary(max_size=900))
@settings(max_examples=100, **ODD)
def test_whatever_comes_it_answers_in_json(server, body):
    status, told = said(server, "POST", "/", body)
    assert status == 400 or (status == 200 and isinstance(told["said"], dict))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Content-Length: -1", 400),
        ("Content-Length: 1e3", 400),
        (f"Content-Length: {'9' * 5000}", 400),
        ("Content-Length: 1001", 413),
        ("Transfer-Encoding: chunked", 411),
        ("X: y", 411),
    ],
)
def test_a_body_says_how_long_it_is(server, headers, status):
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n".encode())
        client.shutdown(socket.SHUT_WR)
        answer = client.makefile("rb").read()
    head, _, content = answer.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert json.loads(content)["error"]


def test_a_body_that_is_too_long_is_not_kept(server):
    status, told = said(server, "POST", "/", b"x" * 100_000)
    assert (status, told["error"]) == (413, "a body may have 1,000 bytes, this one has 100,000")


def test_a_body_that_ends_early_is_told(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{}")
        client.shutdown(socket.SHUT_WR)
        answer = client.makefile("rb").read()
    assert answer.split()[1] == b"400"


@pytest.mark.parametrize("line", [b"nonsense", b"BREW / HTTP/1.1", b"GET / HTTP/9.9", b"\x00\xff"])
def test_what_is_no_http_gets_json_too(server, line):
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(line + b"\r\n\r\n")
        answer = client.makefile("rb").read()
    assert "error" in json.loads(answer.rpartition(b"\r\n\r\n")[2] or answer)


def test_what_fails_here_is_one_sentence_and_it_goes_on(server):
    status, told = said(server, "POST", "/raise", {})
    assert (status, told) == (500, {"error": "KeyError: 'text'"})
    assert said(server, "POST", "/", {})[0] == 200


def test_a_sentence_stands_beside_the_status_in_one_line(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(b"POST /odd HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        head = client.makefile("rb").read().partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert head[0] == b"HTTP/1.0 500 ? X-Header: 1 <b>?</b>?"
    assert not any(line.startswith(b"X-Header") for line in head)


def test_a_page_that_somebody_has_open_is_not_answered(server):
    status, told = said(server, "POST", "/", {}, {"Origin": "https://evil.example"})
    assert (status, told["error"]) == (403, "pages in a browser are not answered")


def test_a_client_that_goes_away_is_no_news(server, capfd):
    for _ in range(5):
        client = socket.create_connection(("127.0.0.1", server.port), 10)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 500\r\n\r\n{")
        client.close()
    assert said(server, "POST", "/", {})[0] == 200
    assert capfd.readouterr() == ("", "")


@pytest.fixture(scope="module")
def locked():
    with Echo("127.0.0.1", 0, login=Login("ana", "pä:ss"), most=1000) as server:
        yield server


class TestLogin:
    def test_who_is_right_is_let_in(self, locked):
        assert said(locked, "POST", "/", {}, basic("ana", "pä:ss"))[0] == 200

    def test_letters_may_come_as_label_studio_writes_them(self, locked):
        given = base64.b64encode("ana:pä:ss".encode("latin-1")).decode()
        assert said(locked, "POST", "/", {}, {"Authorization": f"Basic {given}"})[0] == 200

    def test_a_letter_that_latin_has_not_is_no_question_mark(self):
        assert not Login(None, "€").admits(basic("a", "?")["Authorization"])
        assert Login(None, "€").admits(basic("a", "€")["Authorization"])

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            basic("ana", "pass"),
            basic("eva", "pä:ss"),
            basic("", ""),
            {"Authorization": "Bearer pä:ss".encode("latin-1").decode("latin-1")},
            {"Authorization": "Basic"},
            {"Authorization": "Basic !!!"},
            {"Authorization": "Basic YW5h"},
        ],
    )
    def test_everybody_else_is_asked_who_they_are(self, locked, headers):
        status, told, content = ask(locked, "POST", "/", b"no JSON", headers)
        assert status == 401
        assert told["WWW-Authenticate"].startswith("Basic realm=")
        assert json.loads(content) == {"error": "a user and a password are needed"}

    def test_any_user_will_do_where_none_is_named(self):
        assert Login(None, "x").admits(basic("who", "x")["Authorization"])

    def test_the_password_is_shown_nowhere(self, locked):
        assert "ss" not in repr(locked) + repr(locked._login)


def test_a_port_that_is_taken_is_told(server):
    with pytest.raises(nl.NblabelError, match=rf"port {server.port} of 127.0.0.1 cannot be"):
        Echo("127.0.0.1", server.port, most=1)


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 0), ("127.0.0.1", 99999)])
def test_a_place_that_cannot_be_listened_on_is_told(host, port):
    with pytest.raises(nl.NblabelError, match="cannot be listened on"):
        Echo(host, port, most=1)


def test_stopped_it_answers_nobody_and_the_port_is_free():
    server = Echo("127.0.0.1", 0, most=10)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(server, "GET")
    with Echo("127.0.0.1", server.port, most=10):
        pass
    server.stop()  # once more does no harm


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "example.org", "192.168.1.2"])
def test_others_need_a_password_and_nothing_is_opened_before(host):
    with pytest.raises(nl.DataError, match=r"serve\(\) needs password="):
        nl.serve(lambda tasks: tasks, "text-classification", port=0, host=host)
    with pytest.raises(nl.DataError, match=r"listen\(\) needs secret="):
        nl.listen(0, print, host=host)
    with pytest.raises(nl.DataError, match=r"listen\(\) needs secret="):
        nl.listen(0, print, secret="", host=host)


def test_with_a_password_others_may_ask():
    with nl.serve(print, "text-classification", port=0, host="0.0.0.0", password="x") as server:
        assert said(server, "GET", "/health")[0] == 401
        assert said(server, "GET", "/health", headers=basic("", "x"))[0] == 200


def test_too_many_at_once_are_turned_away(server):
    clients = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(80)]
    started = threading.active_count()
    assert started < 100
    for client in clients:
        client.close()
