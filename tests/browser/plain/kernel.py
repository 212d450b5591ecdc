"""The kernel half of the plainest notebook: it runs cells, and its comms are WebSockets.

It stands for a kernel with one main thread: what it is asked waits while a cell runs.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import io
import json
import os
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any

import comm
from comm.base_comm import BaseComm
from tornado.ioloop import IOLoop
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler


class PageComm(BaseComm):
    """A comm whose messages go to every page that is connected; it knows its widget's state."""

    loop: IOLoop

    def __init__(self, *args: Any, **options: Any) -> None:
        self.pages: set[WebSocketHandler] = set()
        super().__init__(*args, **options)

    def publish_msg(
        self,
        msg_type: str,
        data: Any = None,
        metadata: Any = None,
        buffers: Any = None,
        **keys: Any,
    ) -> None:
        if msg_type == "comm_close":
            for page in tuple(self.pages):
                self.loop.add_callback(page.close)
            return
        if msg_type == "comm_open":
            self.state = data["state"]
        elif data["method"] == "update":
            self.state = {**self.state, **data["state"]}
            self.loop.add_callback(self._send, {"update": data["state"]})
        elif data["method"] == "custom":
            sent = [bytes(memoryview(buffer)) for buffer in buffers or ()]
            self.loop.add_callback(self._send, {"content": data["content"]}, sent)

    def _send(self, message: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        text = json.dumps({**message, "buffers": len(buffers or ())})
        for page in tuple(self.pages):
            page.write_message(text)
            for buffer in buffers or ():
                page.write_message(buffer, binary=True)


class Page(WebSocketHandler):
    """A page that shows a widget."""

    def check_origin(self, origin: str) -> bool:
        return True

    def open(self, model: str) -> None:
        self.comm = comm.get_comm_manager().get_comm(model)
        self.comm.pages.add(self)
        self.set_nodelay(True)
        self.write_message(json.dumps({"state": self.comm.state}))

    def on_message(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.parts.append(message)
        else:
            sent = json.loads(message)
            self.content, self.wanted, self.parts = sent["content"], sent["buffers"], []
        if len(self.parts) == self.wanted:
            data = {"method": "custom", "content": self.content}
            self.comm.handle_msg({"content": {"data": data}, "buffers": self.parts})

    def on_close(self) -> None:
        self.comm.pages.discard(self)


class Cell(RequestHandler):
    """A cell: answers what it printed, and the model of the widget that it ends with."""

    names: dict[str, Any]

    def post(self) -> None:
        out = io.StringIO()
        answer = {}
        with contextlib.redirect_stdout(out):
            try:
                shown = _run(self.request.body.decode(), self.names)
                answer["shown"] = getattr(shown, "model_id", None)
            except Exception:
                answer["error"] = traceback.format_exc()
        self.write({**answer, "printed": out.getvalue()})


def _run(code: str, names: dict[str, Any]) -> Any:
    """Run a cell, and return the value of the expression that it ends with."""
    body = ast.parse(code).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def serve(owner: Connection, folder: str) -> None:
    """Serve cells and pages in a folder until the owner is gone; the port is told to it."""
    os.chdir(folder)
    comm.create_comm = PageComm
    Cell.names = vars(sys.modules["__main__"])

    async def listen() -> None:
        PageComm.loop = IOLoop.current()
        server = Application([("/cell", Cell), ("/comm/(.*)", Page)]).listen(0, "127.0.0.1")
        (port,) = {socket.getsockname()[1] for socket in server._sockets.values()}
        owner.send(port)
        gone = asyncio.Event()
        asyncio.get_running_loop().add_reader(owner.fileno(), gone.set)
        await gone.wait()

    asyncio.run(listen())
