"""A Label Studio server is asked: who asks, what is tried again, and no token in what is told."""

import copy
import pickle
import time
import traceback
from types import SimpleNamespace

import pytest

from nblabel.base.errors import DataError
from nblabel.base.http import ServerError
from nblabel.connect.label_studio import LabelStudio, may_be_done
from tests.connect.label_studio import HTML, jwt, label_studio

SHORT = (0.01, 0.01)
ME = "/api/current-user/whoami"


@pytest.fixture
def stand():
    with label_studio() as made:
        yield made


@pytest.fixture
def server(stand):
    return LabelStudio(stand.url, stand.pat, pauses=SHORT, timeout=10)


def patient(monkeypatch, sleep):
    """Let nblabel, and nobody else, sleep in this way."""
    clock = SimpleNamespace(sleep=sleep, monotonic=time.monotonic)
    monkeypatch.setattr("nblabel.connect.label_studio.time", clock)


def asked_by(stand, path):
    return [headers["Authorization"] for _, p, headers, _ in stand.asked if p.startswith(path)]


# -- who asks


def test_a_legacy_token_is_sent_as_it_is(stand):
    server = LabelStudio(stand.url, stand.legacy)
    assert server.ask("GET", ME)["email"] == "admin@example.com"
    assert asked_by(stand, ME) == [f"Token {stand.legacy}"]
    assert stand.refreshed == 0


def test_a_personal_access_token_is_never_sent_itself_and_renewed_once_it_ran_out(stand, server):
    for _ in range(3):
        server.ask("GET", ME)
    assert stand.refreshed == 1
    stand.access.clear()  # after five minutes
    assert server.ask("GET", ME)["id"] == 1
    assert stand.refreshed == 2
    assert all(who.startswith("Bearer ") and stand.pat not in who for who in asked_by(stand, ME))


def test_a_token_that_was_revoked_is_told_once_and_for_all(stand, server):
    server.ask("GET", ME)
    stand.access.clear()
    stand.pat = jwt(token_type="refresh", exp=1)
    with pytest.raises(ServerError) as error:
        server.ask("GET", ME)
    assert str(error.value) == f"{stand.url} does not take the token: Token is invalid"
    assert stand.count("GET", ME) == 2


def test_a_wrong_legacy_token_is_told_without_it(stand):
    with pytest.raises(ServerError, match=r"does not take the token: Invalid token") as error:
        LabelStudio(stand.url, "wr0ng-t0ken", pauses=SHORT).ask("GET", ME)
    assert "wr0ng" not in str(error.value)
    assert stand.count("GET", ME) == 1


def test_address_and_token_come_from_the_environment(stand, monkeypatch):
    monkeypatch.setenv("LABEL_STUDIO_URL", f"{stand.url}/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", f" {stand.legacy}\n")
    server = LabelStudio()
    assert server.url == stand.url
    assert server.ask("GET", ME)["id"] == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "needs the address of the server: give url=, or set .* LABEL_STUDIO_URL"),
        (
            {"url": "http://h"},
            "needs the token of the server: give token=, .* LABEL_STUDIO_API_KEY",
        ),
        ({"url": "labels.example.com", "token": "t"}, "begins with http:// or https://"),
        ({"url": "https://me:pw@h", "token": "t"}, "without a user or a password"),
        ({"url": "http://h", "token": "a b"}, "the token of LabelStudio.* is none"),
        ({"url": "http://h", "token": "t\r\nX: y"}, "the token of LabelStudio.* is none"),
        ({"url": "http://h", "token": "t", "at_once": 0}, "a number from 1 on for at_once="),
    ],
)
def test_what_is_no_server_is_told(given, told, monkeypatch):
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    with pytest.raises(DataError, match=told):
        LabelStudio(**given)


# -- what is tried again


@pytest.mark.parametrize("status", [0, 429, 502, 503, 504])
def test_what_changes_nothing_is_asked_again(stand, server, status):
    stand.fail("GET", ME, status=status, times=2)
    assert server.ask("GET", ME)["id"] == 1
    assert stand.count("GET", ME) == 3


def test_a_server_that_says_how_long_is_waited_for(stand, server, monkeypatch):
    waited = []
    patient(monkeypatch, waited.append)
    stand.fail("GET", ME, status=429, headers=(("Retry-After", "7"),))
    stand.fail("GET", ME, status=429, headers=(("Retry-After", "99999"),))
    server.ask("GET", ME)
    assert waited == [7.0, 120.0]


def test_pauses_grow_and_come_to_an_end(stand, monkeypatch):
    waited = []
    patient(monkeypatch, waited.append)
    server = LabelStudio(stand.url, stand.legacy)
    stand.fail("GET", ME, status=503, times=99)
    with pytest.raises(ServerError, match="answered 503"):
        server.ask("GET", ME)
    assert waited == sorted(waited)
    assert len(waited) == stand.count("GET", ME) - 1 == 7


def test_a_post_that_was_refused_for_now_is_sent_again(stand, server):
    stand.fail("POST", "/api/projects/", status=429)
    server.ask("POST", "/api/projects/", {"title": "one"})
    assert len(stand.projects) == 1


@pytest.mark.parametrize("status", [0, 500, 502, 503, 504])
def test_a_post_that_may_have_been_done_is_for_the_caller(stand, server, status):
    stand.fail("POST", "/api/projects/", status=status, done=True)
    with pytest.raises(ServerError) as error:
        server.ask("POST", "/api/projects/", {"title": "one"})
    assert may_be_done(error.value)
    assert stand.count("POST", "/api/projects/$") == 1


def test_a_server_that_is_not_there_got_nothing(stand):
    server = LabelStudio("http://127.0.0.1:9", "t", pauses=SHORT)
    with pytest.raises(ServerError, match="cannot be reached") as error:
        server.ask("POST", "/api/projects/", {})
    assert not may_be_done(error.value)


def test_a_page_of_html_is_one_sentence(stand, server):
    with pytest.raises(ServerError) as error:
        server.ask("GET", "/api/projects/3/nothing")
    assert error.value.status == 404
    assert str(error.value) == f"{stand.url}/api/projects/3/nothing answered 404 Not Found"


def test_a_redirect_takes_the_token_nowhere(stand, server):
    with label_studio() as elsewhere:
        stand.fail("GET", ME, status=302, headers=(("Location", elsewhere.url + ME),))
        with pytest.raises(ServerError, match="answered 302"):
            server.ask("GET", ME)
        assert elsewhere.asked == []


# -- pages, and what takes its time


def test_pages_end_with_the_last_and_never_ask_beyond(stand, server):
    number = server.ask("POST", "/api/projects/", {"title": "one"})["id"]
    server.ask("POST", f"/api/projects/{number}/import", [{"data": {"n": n}} for n in range(4)])
    pages = server.pages("/api/tasks", {"project": number}, "tasks", 2)
    assert [[task["data"]["n"] for task in page] for page in pages] == [[0, 1], [2, 3]]
    assert stand.count("GET", "/api/tasks") == 2


def test_what_was_just_begun_may_not_be_known_yet(stand, server, monkeypatch):
    patient(monkeypatch, lambda _: None)
    number = server.ask("POST", "/api/projects/", {"title": "one"})["id"]
    stand.asynchronous, stand.only_after = True, 3
    began = server.ask("POST", f"/api/projects/{number}/import", [{"data": {}}])
    where = f"/api/projects/{number}/imports/{began['import']}/"
    stand.fail("GET", where, status=404, body=HTML)
    found = server.until(where, lambda told: told["status"] == "completed")
    assert (found["status"], stand.count("GET", where)) == ("completed", 4)


# -- the token


def told_by(server, method, path):
    """Return all that a failure shows, with every local of the frames on its way, and of causes."""
    try:
        server.ask(method, path, {} if method == "POST" else None)
    except ServerError as error:
        shown = [str(error), repr(error), str(vars(error))]
        link = error
        while link is not None:
            told = traceback.TracebackException.from_exception(link, capture_locals=True)
            shown.append("".join(told.format()))
            link = link.__context__
        return shown
    raise AssertionError("it did not fail")


def test_the_token_is_in_nothing_that_is_shown_or_written(stand, server):
    shown = [repr(server), str(vars(server)), format(server)]
    server.ask("GET", ME)
    access = next(iter(stand.access))
    said = f'{{"detail": "{access} and {stand.pat} are odd"}}'
    stand.fail("GET", ME, status=400, body=said.encode())
    stand.fail("GET", "/api/users/", status=0, times=9)
    stand.fail("POST", "/api/projects/", status=500)
    for method, path in (("GET", ME), ("GET", "/api/users/"), ("POST", "/api/projects/")):
        shown += told_by(server, method, path)
    stand.access.clear()
    real, stand.pat = stand.pat, ""
    shown += told_by(server, "GET", ME)
    shown += [repr(server), str(vars(server)), "".join(map(repr, vars(server).values()))]
    assert any("(hidden) and (hidden) are odd" in text for text in shown)
    assert any("_exchange" in text for text in shown)
    for text in shown:
        assert real not in text
        assert access not in text
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(server)
