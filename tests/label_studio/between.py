"""What lies between a client and a real server, and breaks as a test says."""

import http.client
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_OWN = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Between:
    """Hands requests on to a server, and its answers back: late, never, or another one."""

    def __init__(self, url):
        self.asked = []
        self.faults = []
        to = urlsplit(url)
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                between.hand_on(self, to)

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_): ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def fail(self, method, path, how, seconds=0.0):
        """Let the next such request fail: "before" or "after" the server has it, or "late"."""
        self.faults.append((method, path, how, seconds))

    def hand_on(self, request, to):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        path = urlsplit(request.path).path
        self.asked.append((request.command, path))
        fault = next(
            (f for f in self.faults if f[0] == request.command and re.search(f[1], path)), None
        )
        if fault:
            self.faults.remove(fault)
        how, seconds = fault[2:] if fault else ("", 0.0)
        if how == "before":
            request.close_connection = True
            return
        connection = http.client.HTTPConnection(to.hostname, to.port, timeout=120)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _OWN}
        connection.request(request.command, request.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if how == "after":
            request.close_connection = True
            return
        if how == "late":
            time.sleep(seconds)
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OWN:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


@contextmanager
def between(url):
    made = Between(url)
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
