"""A stand-in for a CVAT server, as cvat-sdk 2.80 asks one: what it has is in memory."""

from __future__ import annotations

import io
import json
import re
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from PIL import Image

TOKEN = "cvat-secret-0123456789"


class Server:
    """Answers as the real one does: jobs only once a task is made, ids by kind, PUT replaces.

    ``slow`` is how often a request of a task is asked for before it is done; ``fails`` holds
    messages with which the next tasks fail; ``statuses`` are answered first, whatever is asked;
    ``breaks`` is how many PUTs of annotations go wrong.
    """

    def __init__(self, *, has_requests=True):
        self.projects, self.tasks, self.labels = {}, {}, {}
        self.asked = []
        self.slow, self.fails, self.statuses = 1, [], []
        self.breaks = 0
        self.has_requests = has_requests
        self._ids = {}
        self._lock = threading.RLock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with server._lock:
                    server._answer(self, self.command, body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815

            def log_message(self, *_): ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def next(self, kind):
        self._ids[kind] = self._ids.get(kind, {"job": 30}.get(kind, 0)) + 1
        return self._ids[kind]

    # -- answering

    def _answer(self, handler, method, body):
        parts = urlsplit(handler.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        path = parts.path.rstrip("/")
        self.asked.append((method, path, dict(handler.headers)))
        status, answer, cookies = 200, None, ()
        if self.statuses:
            status = self.statuses.pop(0)
            answer = {"detail": "busy"}
        elif path == "/api/auth/login":
            given = json.loads(body)
            if given["password"] != "right":
                status, answer = 400, {"non_field_errors": ["Unable to log in"]}
            else:
                answer, cookies = {"key": "k"}, ("sessionid=s; Path=/", "csrftoken=c; Path=/")
        elif not self._knows(handler.headers):
            status, answer = 401, {"detail": "Authentication credentials were not provided."}
        else:
            status, answer = self._route(method, path, query, handler.headers, body)
        content = b"" if answer is None else json.dumps(answer).encode()
        handler.send_response(status)
        for cookie in cookies:
            handler.send_header("Set-Cookie", cookie)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def _knows(self, headers):
        if headers.get("Authorization") == f"Bearer {TOKEN}":
            return True
        return "sessionid=s" in headers.get("Cookie", "") and headers.get("X-CSRFToken") == "c"

    def _route(self, method, path, query, headers, body):
        found = re.fullmatch(r"/api/(\w+)(?:/([^/]+))?(?:/(.+))?", path)
        kind, ident, rest = found.groups()
        if kind == "auth":
            return 200, {}
        if kind == "requests":
            return self._requests(ident, query)
        if kind == "projects":
            return self._projects(method, ident, query, body)
        if kind == "labels":
            owned = self.labels.get(int(query["project_id"]), [])
            return 200, self._page(owned, query)
        if kind == "jobs":
            jobs = self.tasks[int(query["task_id"])]["jobs"]
            return 200, self._page(jobs, query)
        return self._tasks(method, ident, rest, query, headers, body)

    def _page(self, every, query, size=2):
        page = int(query.get("page", 1))
        some = every[(page - 1) * size : page * size]
        more = f"{self.url}/next" if page * size < len(every) else None
        return {"count": len(every), "next": more, "previous": None, "results": some}

    def _projects(self, method, ident, query, body):
        if method == "GET":
            some = [p for p in self.projects.values() if query.get("name", "") in p["name"]]
            return 200, self._page(some, query)
        given = json.loads(body)
        if method == "POST":
            number = self.next("project")
            self.projects[number] = {"id": number, "name": given["name"]}
        else:
            number = int(ident)
        self._add_labels(number, given["labels"])
        return 200 + (method == "POST"), self.projects[number]

    def _add_labels(self, project, given):
        owned = self.labels.setdefault(project, [])
        for one in given:
            assert one["name"] not in {known["name"] for known in owned}, "names are unique"
            for attribute in one.get("attributes", ()):
                attribute["id"] = self.next("attribute")
            for inside in one.get("sublabels", ()):
                inside["id"] = self.next("label")
            owned.append({**one, "id": self.next("label"), "parent_id": None})

    def _tasks(self, method, ident, rest, query, headers, body):
        if ident is None and method == "GET":
            some = [t for t in self.tasks.values() if t["project_id"] == int(query["project_id"])]
            return 200, self._page([self._shown(task) for task in some], query)
        if ident is None:
            number = self.next("task")
            empty = {"size": 0, "files": [], "frames": [], "jobs": [], "asked": 0, "state": "new"}
            drawn = {"tags": [], "shapes": [], "tracks": []}
            self.tasks[number] = {"id": number, **json.loads(body), **empty, "drawn": drawn}
            return 201, self._shown(self.tasks[number])
        task = self.tasks.get(int(ident))
        if task is None:
            return 404, {"detail": "Not found."}
        if method == "PATCH":
            task.update(json.loads(body))
            return 200, self._shown(task)
        if method == "DELETE":
            del self.tasks[int(ident)]
            return 204, None
        if rest == "data":
            return self._data(task, headers, body)
        if rest == "data/meta":
            gone = task.get("deleted_frames", [])
            meta = {"size": task["size"], "frames": task["frames"], "deleted_frames": gone}
            return 200, meta
        if rest == "annotations":
            return self._annotations(method, task, body)
        if rest == "status" and not self.has_requests:
            self._work(task)
            return 200, {"state": task["state"].title(), "message": task.get("message", "")}
        return 404, {"detail": "Not found."}

    def _shown(self, task):
        return {name: task[name] for name in ("id", "name", "project_id", "size", "segment_size")}

    def _data(self, task, headers, body):
        if "Upload-Start" in headers:
            return 202, None
        if "Upload-Multiple" in headers:
            head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
            for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
                name = part.get_filename()
                if name:
                    task["files"].append((name.rpartition("/")[2], part.get_payload(decode=True)))
            return 200, None
        given = json.loads(body)
        task["order"] = given["upload_file_order"]
        task["state"] = "queued"
        return 202, {"rq_id": f"action=create&target=task&id={task['id']}"}

    def _requests(self, ident, query):
        if not self.has_requests:
            return 404, {"detail": "Not found."}
        task = self.tasks.get(int(query["task_id"]))
        if task is None or task["state"] == "new":
            return 200, self._page([], query)
        self._work(task)
        request = {
            "id": f"action=create&target=task&id={task['id']}",
            "status": task["state"],
            "message": task.get("message", ""),
            "progress": 0.5,
            "created_date": "2026-01-01T00:00:00Z",
            "operation": {"type": "create:task", "target": "task", "task_id": task["id"]},
        }
        return 200, self._page([request], query)

    def _work(self, task):
        """Go on with a task, each time somebody asks."""
        task["asked"] += 1
        if task["state"] not in {"queued", "started"}:
            return
        if task["asked"] <= self.slow:
            task["state"] = "started"
            return
        if self.fails:
            task["state"], task["message"] = "failed", self.fails.pop(0)
            return
        files = dict(task["files"])
        for name in task["order"]:
            task["frames"].append(self._frame(name, files[name]))
        is_video = task["frames"][0]["name"].endswith(".mp4")
        task["size"] = 100 if is_video else len(task["frames"])
        self._make_jobs(task)
        task["state"] = "finished"

    def _frame(self, name, data):
        if name.endswith(".mp4"):
            return {"name": name, "width": 200, "height": 100, "related_files": 0}
        width, height = Image.open(io.BytesIO(data)).size
        return {"name": name, "width": width, "height": height, "related_files": 0}

    def _make_jobs(self, task):
        step = task["segment_size"] - task.get("overlap", 0)
        for start in range(0, max(task["size"] - task.get("overlap", 0), 1), step):
            stop = min(start + task["segment_size"], task["size"]) - 1
            task["jobs"].append(
                {
                    "id": self.next("job"),
                    "task_id": task["id"],
                    "type": "annotation",
                    "start_frame": start,
                    "stop_frame": stop,
                    "state": "new",
                }
            )

    def _annotations(self, method, task, body):
        if method == "PUT":
            if self.breaks:
                self.breaks -= 1
                return 500, {"detail": "out of memory"}
            known = {
                label["id"]: {a["id"] for a in label.get("attributes", ())}
                for label in self.labels[task["project_id"]]
            }
            known |= {
                inside["id"]: set()
                for label in self.labels[task["project_id"]]
                for inside in label.get("sublabels", ())
            }
            given = json.loads(body)
            task["drawn"] = {"tags": [], "shapes": [], "tracks": []}
            for kind in task["drawn"]:
                for one in given[kind]:
                    for part in (one, *one.get("elements", ())):
                        if part["label_id"] not in known:
                            return 400, [f"label_id `{part['label_id']}` is invalid"]
                        for said in part.get("attributes", ()):
                            if said["spec_id"] not in known[part["label_id"]]:
                                return 400, [f"spec_id `{said['spec_id']}` is invalid"]
                    if one["frame"] < task["size"]:  # others vanish
                        task["drawn"][kind].append({**one, "id": self.next(kind)})
        return 200, {"version": 0, **task["drawn"]}
