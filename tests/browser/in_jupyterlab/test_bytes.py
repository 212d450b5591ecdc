"""What travels to a page: the editor once, and then hardly more than the tasks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import WebSocket, expect

from browser.configs import BOXES, CHOICES, PICTURES, SETUP, labeler, texts
from browser.lab import Notebook
from browser.labeler import Widget

Open = Callable[..., Notebook]

KB = 1000
IMAGE = "pd.DataFrame({'image': [picture(320, 240)]})"


@pytest.mark.parametrize(
    ("config", "data", "task"),
    [(CHOICES, texts(*"abc"), 2 * KB), (BOXES, IMAGE, 6 * KB)],
    ids=["text", "image"],
)
def test_the_first_labeler_and_every_further_one(
    notebook: Open, config: str, data: str, task: int
) -> None:
    book = notebook(
        SETUP, PICTURES, labeler(config, data), labeler(config, data, name="further", store="b.db")
    )
    received: list[int] = []

    def hear(frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else frame.decode("latin1")
        kind = re.search(r'"msg_type": ?"(\w+)"', text)
        if kind and kind[1].startswith("comm_"):  # not what the host says of every cell
            received.append(len(frame))

    def watch(socket: WebSocket) -> None:
        if "/channels" in socket.url:
            socket.on("framereceived", hear)

    def taken() -> int:
        total = sum(received)
        received.clear()
        return total

    book.page.on("websocket", watch)
    book.open()  # with the sockets watched
    for source in ("\nimport", "\nfrom", "labeler"):
        book.run_again(source)
    shown(book, 0)
    assert 10 * KB < taken() < 180 * KB + task
    book.run_again("further")
    shown(book, 1)
    assert 3 * KB < taken() < 14 * KB + task  # the loader, the config, what keys do


def shown(book: Notebook, n: int) -> None:
    expect(Widget(book.widget(n)).task).to_have_text(re.compile("^1 / "))
    book.page.wait_for_timeout(1500)
