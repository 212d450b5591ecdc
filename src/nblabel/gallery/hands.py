"""The pointer and the keys of a sheet, as the page tells them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets


class Hands(anywidget.AnyWidget):
    """Tells of clicks, frames, double clicks and keys on the canvas that it lies over.

    ipycanvas tells neither which keys are held while a mouse is pressed, nor of double clicks, and
    it keeps the wheel and Tab from whoever wants to leave. Images that only the browser reads lie
    below the canvas.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    grid = traitlets.Dict().tag(sync=True, echo_update=False)
    web: traitlets.List[Any] = traitlets.List().tag(sync=True, echo_update=False)
    told = traitlets.Unicode().tag(sync=True, echo_update=False)

    def __init__(self) -> None:
        script = Path(__file__).with_name("hands.js").read_text(encoding="utf-8")
        super().__init__(_esm=script)
