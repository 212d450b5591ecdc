"""A person's hand on a sheet, as far as the kernel can tell; and what the kernel sends."""

from __future__ import annotations

import json
from typing import Any


class Hand:
    """Clicks, drags and presses keys on a sheet, through its widgets' messages."""

    def __init__(self, sheet: Any, *, ready: bool = True) -> None:
        self.sheet = sheet
        self.gestures = 0
        if ready:
            self.canvas(event="client_ready")

    def canvas(self, **content: Any) -> None:
        """Send what ipycanvas itself tells, of the layer that hears it."""
        self.sheet.canvas[2]._handle_custom_msg(content, [])

    def send(self, **content: Any) -> None:
        """Send what the page tells."""
        self.sheet.hands._handle_custom_msg(content, [])

    def _middle(self, row: int) -> tuple[float, float]:
        x, y, width, height = self.sheet._grid.box(self.sheet.rows.index(row))
        return x + width / 2, y + height / 2

    def click(self, row: int, *, shift: bool = False, ctrl: bool = False) -> None:
        self.gestures += 1
        x, y = self._middle(row)
        self.send(event="click", x=x, y=y, shift=shift, ctrl=ctrl)

    def drag(self, first: int, last: int, *, shift: bool = False, ctrl: bool = False) -> None:
        self.gestures += 1
        (x0, y0), (x1, y1) = self._middle(first), self._middle(last)
        self.send(event="frame", x0=x0, y0=y0, x1=x1, y1=y1, shift=shift, ctrl=ctrl)

    def double(self, row: int) -> None:
        x, y = self._middle(row)
        self.click(row)
        self.click(row)
        self.send(event="open", x=x, y=y)

    def key(self, key: str, *, shift: bool = False, ctrl: bool = False) -> None:
        self.gestures += 1
        self.send(event="key", key=key, shift=shift, ctrl=ctrl, alt=False)

    def choose(self, wanted: str) -> None:
        """Choose a filter."""
        self.gestures += 1
        self.sheet._controls.choosing.value = wanted

    @property
    def said(self) -> str:
        """The line that says what was done."""
        return str(self.sheet._controls.line.value)


class Wire:
    """Everything that the kernel sends to its pages."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, list[bytes]]] = []

    def publish(self, _comm: Any, _kind: str, data: Any = None, *rest: Any, **keys: Any) -> None:
        buffers = keys.get("buffers") or (rest[1] if len(rest) > 1 else None) or ()
        self.sent.append((data, [bytes(memoryview(buffer).cast("B")) for buffer in buffers]))

    def clear(self) -> None:
        self.sent.clear()

    @property
    def drawn(self) -> list[list[bytes]]:
        """The buffers of each message that draws."""
        return [buffers for data, buffers in self.sent if buffers and "content" in data]

    @property
    def bytes(self) -> int:
        """Of all messages."""
        texts = sum(len(json.dumps(data, default=str)) for data, _ in self.sent)
        return texts + sum(len(buffer) for _, buffers in self.sent for buffer in buffers)
