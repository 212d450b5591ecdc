"""Requests as other programs make them, and a place that receives web hooks as a test says."""

import base64
import http.client
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def ask(server, method, path="/", body=None, headers=None):
    """Return status, headers and content of an answer; a body that is not bytes goes as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    try:
        connection.request(method, path, content, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def said(server, method, path="/", body=None, headers=None):
    """Return status and JSON of an answer."""
    status, _, content = ask(server, method, path, body, headers)
    return status, json.loads(content)


def until(true, seconds=20):
    """Wait until something is true; fail where that does not come."""
    last = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < last, "it did not come"
        time.sleep(0.01)
    return found


class Place:
    """Keeps what it is sent; answers with the statuses that it is given, then with 200."""

    def __init__(self):
        self.got = []
        self.statuses = []
        self.answers = threading.Event()
        self.answers.set()
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                place.got.append((dict(self.headers), body))
                place.answers.wait(20)
                status = place.statuses.pop(0) if place.statuses else 200
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_): ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def payloads(self):
        return [json.loads(body) for _, body in self.got]

    @property
    def keys(self):
        return [payload["nblabel"]["key"] for payload in self.payloads]


@contextmanager
def place():
    made = Place()
    try:
        yield made
    finally:
        made.answers.set()
        made.server.shutdown()
        made.server.server_close()
