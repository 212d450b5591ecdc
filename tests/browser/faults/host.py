"""The smallest notebook host: one Labeler in a process of its own, its comm on a WebSocket.

It stands for a kernel with one main thread: what it is asked waits while a cell runs. It can be
killed at any instant, stopped, and started anew, within a second, hundreds of times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any

import comm
from comm.base_comm import BaseComm
from tornado.ioloop import IOLoop
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

PAGES: set[WebSocketHandler] = set()


class PageComm(BaseComm):
    """A comm whose messages go to every page that is connected."""

    def publish_msg(
        self,
        msg_type: str,
        data: Any = None,
        metadata: Any = None,
        buffers: Any = None,
        **keys: Any,
    ) -> None:
        if msg_type != "comm_msg" or data.get("method") != "custom":
            return
        sent = [bytes(memoryview(buffer)) for buffer in buffers or ()]
        text = json.dumps({"content": data["content"], "buffers": len(sent)})
        for page in tuple(PAGES):
            page.write_message(text)
            for buffer in sent:
                page.write_message(buffer, binary=True)


def frame(rows: int, key: str | None, given: str | None) -> Any:
    if given is not None:
        return json.loads(Path(given).read_text())
    import pandas as pd

    data = pd.DataFrame({"text": [f"task {n}" for n in range(rows)]})
    return data if key is None else data.assign(**{key: range(rows)})


def serve(options: argparse.Namespace) -> None:
    comm.create_comm = PageComm
    import nblabel as nl

    data = frame(options.rows, options.key, options.data)
    labeler = nl.Labeler(
        data,
        options.config,
        store=options.store,
        key=options.key,
        annotator=options.annotator,
        protocols=options.protocols.split(),
        root=options.root,
    )
    room = Room(labeler.project.store._engine)
    if options.pages:
        room.pages = options.pages

    class Page(WebSocketHandler):
        def check_origin(self, origin: str) -> bool:
            return True

        def open(self, *_: str) -> None:
            PAGES.add(self)
            self.set_nodelay(True)
            state = {"_esm": labeler._esm, "spec": labeler.spec, "theme": labeler.theme}
            self.write_message(json.dumps({"state": state}))

        def on_message(self, message: str | bytes) -> None:
            data = {"method": "custom", "content": json.loads(message)}
            labeler._handle_msg({"content": {"data": data}, "buffers": []})

        def on_close(self) -> None:
            PAGES.discard(self)

    class Cell(RequestHandler):
        """A cell that runs for some seconds; the kernel serves nothing else meanwhile."""

        def post(self) -> None:
            time.sleep(float(self.get_argument("seconds")))

    class Disk(RequestHandler):
        """Gives the store more room."""

        def post(self) -> None:
            room.pages = int(self.get_argument("pages"))

    async def listen() -> None:
        Application([("/comm", Page), ("/cell", Cell), ("/disk", Disk)]).listen(
            options.port, "127.0.0.1"
        )
        print("ready", flush=True)
        await asyncio.Event().wait()

    IOLoop.current().run_sync(listen)


class Room:
    """How many pages the database may have: a disk of any size."""

    pages = 1 << 30

    def __init__(self, engine: Any) -> None:
        from sqlalchemy import event

        event.listen(engine, "begin", self.limit)

    def limit(self, connection: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA max_page_count={self.pages}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--data", help="a JSON file of rows, in place of numbered texts")
    parser.add_argument("--protocols", default="")
    parser.add_argument("--root")
    parser.add_argument("--key")
    parser.add_argument("--annotator")
    parser.add_argument("--pages", type=int, help="how many pages the database may have")
    serve(parser.parse_args())


if __name__ == "__main__":
    main()
