"""JSON to a server and back: what goes wrong is one sentence, and secrets are in none."""

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from nblabel.base.http import Secret, ServerError, ask, below, exchange
from tests.models.serving import serving


def test_what_is_sent_comes_back():
    with serving(lambda asked: {"got": asked.body, "by": asked.method}) as server:
        assert ask(server.url, {"a": ["ü"]}, timeout=5) == {"got": {"a": ["ü"]}, "by": "POST"}
        assert ask(server.url, timeout=5) == {"got": None, "by": "GET"}


def test_no_words_are_none():
    with serving(lambda _: b"") as server:
        assert ask(server.url, timeout=5) is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"error": {"message": "too\n many"}}, "too many"),
        ({"detail": "no"}, "no"),
        ({"error": "bad"}, "bad"),
        ([1], "[1]"),
        (b"<html>", "answered 418 I'm a Teapot"),
        (b"", "answered 418 I'm a Teapot"),
        (b"x" * 5000, "x" * 299 + "…"),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(body, told):
    with serving(lambda _: (418, body, {})) as server, pytest.raises(ServerError) as error:
        ask(server.url + "/a?key=s3cret", timeout=5)
    assert error.value.status == 418
    assert str(error.value).startswith(f"{server.url}/a answered 418")
    assert str(error.value).endswith(told)


def test_a_server_that_takes_nobody_is_not_waited_for():
    with ExitStack() as stack, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(8):  # until its queue is full
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(ServerError, match=r"did not answer within|cannot be reached"):
            ask(url, timeout=60, connect=0.05)


def test_an_address_that_is_none_is_told():
    with pytest.raises(ServerError, match="cannot be reached"):
        ask("http://no.such.host.invalid/", timeout=5)


def test_a_path_is_put_below_an_address_and_its_query_stays():
    assert below(urlsplit("https://h/v1?api=2#x"), "a/b") == "https://h/v1/a/b?api=2"
    assert below(urlsplit("http://h"), "a") == "http://h/a"


def test_any_method_and_any_answer():
    with serving(lambda asked: asked.method.encode()) as server:
        assert exchange(server.url, b"{}", timeout=5) == b"POST"
        assert exchange(server.url, timeout=5) == b"GET"


def test_an_answer_that_is_too_long_is_refused():
    with serving(lambda _: b"x" * 11) as server:
        assert exchange(server.url, timeout=5, most=11) == b"x" * 11
        with pytest.raises(ServerError, match="answered with more than 10 bytes"):
            exchange(server.url, timeout=5, most=10)


def test_what_nobody_took_did_not_arrive():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ServerError, match="cannot be reached") as error:
        exchange(f"http://127.0.0.1:{port}", b"{}", timeout=5)
    assert error.value.arrived is False


def test_what_got_no_answer_may_have_arrived():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        with pytest.raises(ServerError, match=r"did not answer within 0.1 s") as error:
            exchange(f"http://127.0.0.1:{silent.getsockname()[1]}", b"{}", timeout=0.1)
    assert (error.value.arrived, error.value.status) == (True, None)


def test_secrets_are_hidden_in_all_that_a_refusal_says():
    said = {"detail": "s3cret is odd", "more": ["Bearer s3cret"]}
    with serving(lambda _: (403, said, {})) as server, pytest.raises(ServerError) as error:
        exchange(
            server.url,
            Secret('{"refresh": "s3cret"}'),
            timeout=5,
            headers={"Authorization": Secret("Bearer s3cret")},
            secrets=(Secret("s3cret"),),
        )
    assert error.value.said == {"detail": "(hidden) is odd", "more": ["Bearer (hidden)"]}
    assert "s3cret" not in str(error.value)
    assert "s3cret" not in repr(Secret("s3cret"))
