"""The browser's half of a Labeler, as far as the kernel can tell."""

import gzip
import itertools
import json
import time

from nblabel.base.ids import unique_id
from nblabel.store import now
from nblabel.widget.wire import PROTOCOL


def tasks_in(buffer):
    """The tasks in a buffer, as the browser reads it."""
    return json.loads(gzip.decompress(buffer) if buffer.startswith(b"\x1f") else buffer)


class Page:
    """Sends asks over the widget's own comm and keeps what comes back."""

    def __init__(self, labeler):
        self.labeler = labeler
        self.sent = []
        self._ids = itertools.count(1)
        labeler.comm.send = lambda data, buffers=None, **_: self.sent.append(
            (json.loads(json.dumps(data)), list(buffers or ()))
        )

    def send(self, buffers=(), **content):
        data = {"method": "custom", "content": content}
        self.labeler._handle_msg({"content": {"data": data}, "buffers": list(buffers)})

    def ask(self, op, **content):
        """Ask, and return the whole answer with its buffers."""
        number = next(self._ids)
        self.send(**{"v": PROTOCOL, "id": number, "op": op, **content})
        return self.answer(number)

    def answer(self, number):
        (found,) = [
            (message["content"], buffers)
            for message, buffers in self.sent
            if message["method"] == "custom" and message["content"].get("re") == number
        ]
        return found

    def ok(self, op, **content):
        answer, buffers = self.ask(op, **content)
        assert "error" not in answer, answer
        return tasks_in(buffers[0]) if op == "tasks" else answer["ok"]

    def error(self, op, **content):
        answer, _ = self.ask(op, **content)
        assert "ok" not in answer, answer
        return answer["error"]

    def events(self, name):
        contents = [message.get("content", {}) for message, _ in self.sent]
        return [content for content in contents if content.get("event") == name]

    def event_with_buffers(self, name):
        """Wait for an event, and return its content and its buffers."""
        for _ in range(200):
            for message, buffers in self.sent:
                if message.get("content", {}).get("event") == name:
                    return message["content"], buffers
            time.sleep(0.05)
        raise AssertionError(f"no event {name}")


def change(task, *results, action="submit", **fields):
    """A gesture as js/src/core/changes.ts makes it."""
    edits = [
        {"uid": unique_id(), "ordinal": place, "before": None, "after": result}
        for place, result in enumerate(results)
    ]
    return {
        "key": task["key"],
        "annotation": unique_id(),
        "base": 0,
        "client": unique_id(),
        "seq": 1,
        "at": now(),
        "action": action,
        "edits": edits,
        "leadTime": 1.5,
        "digest": task["digest"],
        "parentPrediction": None,
        **fields,
    }
