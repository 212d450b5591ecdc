"""What a page fetches of the editor: what its configs need, and each file once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import WebSocket, expect

from browser.faults.rig import SPANS, Rig
from nblabel.widget.code import order

Open = Callable[..., Rig]

BOXES = """<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image"><Label value="roof"/></RectangleLabels>
</View>"""
HTML = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="a" html="&lt;b&gt;bold&lt;/b&gt;"/></Choices>
</View>"""
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
CHOICES_FAMILIES = ["choices", "text", "view"]


class Traffic:
    """The asks for code of a page that is loaded anew, and what was answered.

    What opens over the data follows once somebody works there: it is counted apart.
    """

    def __init__(self, rig: Rig) -> None:
        self.asks: list[dict[str, Any]] = []
        self.panels = 0
        self.answers: list[dict[str, Any]] = []
        self.sent = 0
        rig.page.on("websocket", self.watch)
        rig.page.reload()
        rig.page.wait_for_function("() => globalThis.run")

    def watch(self, socket: WebSocket) -> None:
        socket.on("framesent", self.asked)
        socket.on("framereceived", self.hear)

    def asked(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            return  # a buffer of the ask before it
        content = json.loads(frame)["content"]
        if content["op"] != "code":
            return
        if content["names"] == ["panels"]:
            self.panels += 1
        else:
            self.asks.append(content)

    def hear(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            return
        message = json.loads(frame)
        numbers = [ask["id"] for ask in self.asks]
        if message.get("content", {}).get("re") in numbers:
            self.answers.append(message["content"]["ok"])
            self.sent += message["buffers"]


@pytest.fixture
def images(rig: Open, tmp_path) -> Rig:
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([{"image": PIXEL}]))
    return rig(config=BOXES, data=rows)


def test_one_ask_brings_all_that_a_config_needs_and_no_more(rig: Open) -> None:
    opened = rig()
    traffic = Traffic(opened)
    opened.run()
    (ask,) = traffic.asks
    assert (ask["names"], ask["have"]) == (["editor", *CHOICES_FAMILIES], [])
    assert traffic.answers == [{"files": order(ask["names"])}]
    assert traffic.sent == len(order(ask["names"]))
    assert not opened.errors


def test_a_second_widget_fetches_nothing(rig: Open) -> None:
    opened = rig()
    traffic = Traffic(opened)
    opened.run()
    opened.run()
    opened.press("?")
    expect(opened.page.get_by_role("region", name="All keys").first).to_be_visible()
    assert (len(traffic.asks), traffic.panels) == (1, 1)


def test_another_config_fetches_only_the_files_that_are_not_here(rig: Open, images: Rig) -> None:
    opened = rig()
    traffic = Traffic(opened)
    opened.run()
    opened.page.evaluate("(model) => run(model)", images.model)
    expect(opened.page.get_by_role("button", name="roof")).to_be_visible()
    expect(opened.page.get_by_role("group", name="image").get_by_role("img")).to_be_visible()
    first, second = traffic.asks
    assert second["names"] == ["image", "rectangle", "regions"]
    assert set(second["have"]) == set(order(first["names"]))
    assert traffic.sent == len(order([*first["names"], *second["names"]]))
    assert not opened.errors


def test_two_that_ask_at_once_share_what_is_coming(rig: Open) -> None:
    opened, spans = rig(), rig(config=SPANS)
    traffic = Traffic(opened)
    opened.page.evaluate(
        "(models) => Promise.all(models.map((model) => run(model)))",
        [opened.model, spans.model],
    )
    opened.page.wait_for_function("() => shown()")
    wanted = {name for ask in traffic.asks for name in ask["names"]}
    assert wanted == {"editor", "labels", "regions", *CHOICES_FAMILIES}
    assert traffic.sent == len(order(wanted))
    assert not opened.errors


def test_what_did_not_come_is_asked_for_by_the_next(rig: Open) -> None:
    opened = rig()
    traffic = Traffic(opened)
    opened.page.evaluate("() => { host.send = () => {} }")
    opened.page.evaluate("(model) => run(model)", opened.model)
    opened.page.evaluate("() => { shut(); host.send = null }")
    opened.run()
    assert len(traffic.asks) == 1
    assert not opened.errors


def test_nobody_waits_for_the_answer_of_a_kernel_that_is_gone(rig: Open) -> None:
    opened = rig()
    traffic = Traffic(opened)
    opened.page.evaluate("() => { host.send = () => {} }")
    opened.page.evaluate("(model) => run(model)", opened.model)
    opened.page.evaluate("() => { died(); host.send = null }")
    opened.run()
    assert len(traffic.asks) == 1
    assert not opened.errors


def test_what_only_some_configs_need_comes_when_it_is_drawn(rig: Open) -> None:
    opened = rig(config=HTML)
    traffic = Traffic(opened)
    opened.run()
    expect(opened.page.locator("b", has_text="bold")).to_be_visible()
    assert [ask["names"] for ask in traffic.asks] == [["editor", *CHOICES_FAMILIES], ["html"]]
    assert traffic.sent == len(order(["editor", *CHOICES_FAMILIES, "html"]))
