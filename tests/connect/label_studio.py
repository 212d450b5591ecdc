"""A stand-in for a Label Studio server, that fails as a test says.

It does what was seen of a real one, see tests/label_studio for that: ids that are given out again,
imports that are taken whole or not at all, annotations that lose their unique_id on the way in,
HTML for what is not found without a slash, an import that is worked on in its own time.
"""

import base64
import json
import re
import secrets
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HTML = b"<!doctype html><html><body>not found</body></html>"


def now():
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def jwt(**claims):
    parts = ({"alg": "HS256"}, claims)
    text = (
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    )
    return ".".join((*text, secrets.token_urlsafe(24)))


@dataclass
class Fault:
    """What goes wrong with a request: before it is done, or after."""

    method: str
    path: str
    status: int = 0  # 0 breaks the connection
    done: bool = False  # whether it was done all the same
    headers: tuple = ()
    times: int = 1
    slow: float = 0.0
    body: bytes | None = None


class StandIn:
    """A Label Studio in memory."""

    def __init__(self):
        self.legacy = secrets.token_hex(20)
        self.pat = jwt(token_type="refresh", exp=2**40)
        self.access = set()
        self.refreshed = 0
        self.asynchronous = False
        self.only_after = 1  # looks at an import until it is done
        self.members = {1: "admin@example.com", 2: "ana@example.com"}
        self.asked = []
        self.faults = []
        self.projects, self.tasks, self.annotations, self.predictions = {}, {}, {}, {}
        self.imports, self.exports, self.files = {}, {}, {}
        self.lock = threading.RLock()
        stand = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                stand.answer(self)

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_): ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    # -- what a test says and looks at

    def fail(self, method, path, **how):
        self.faults.append(Fault(method, path, **how))

    def count(self, method, path):
        """Count the requests whose path a pattern fits."""
        return sum(m == method and re.search(path, p) is not None for m, p, *_ in self.asked)

    def writes(self):
        """The requests that may have changed something."""
        harmless = ("/token/refresh", "/validate", "/exports")
        return [
            (method, path)
            for method, path, *_ in self.asked
            if method != "GET" and not any(part in path for part in harmless)
        ]

    def of(self, project):
        """The tasks of a project, by the keys that they carry."""
        mine = [task for task in self.tasks.values() if task["project"] == project]
        return {task["meta"].get("nblabel", {}).get("key"): task for task in mine}

    def said(self, task):
        return [a for a in self.annotations.values() if a["task"] == task["id"]]

    # -- HTTP

    def answer(self, request):
        length = int(request.headers.get("Content-Length") or 0)
        content = request.rfile.read(length)
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        with self.lock:
            self.asked.append((request.command, request.path, dict(request.headers), content))
            fault = next((f for f in self.faults if self._is(f, request.command, parts.path)), None)
            if fault:
                fault.times -= 1
        if fault is None or fault.done or (fault.status == 200 and fault.slow):
            with self.lock:
                status, told = self.handled(request, parts.path, query, content)
        if fault is not None:
            time.sleep(fault.slow)
            if fault.status == 0:
                request.close_connection = True
                request.connection.close()
                return
            if fault.status != 200:
                status, told = fault.status, fault.body or error(fault.status, "it is a fault")
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        request.send_response(status)
        kind = "text/html" if body == HTML else "application/json"
        request.send_header("Content-Type", kind)
        for name, value in fault.headers if fault else ():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _is(self, fault, method, path):
        return fault.times > 0 and fault.method == method and re.search(fault.path, path)

    def handled(self, request, path, query, content):
        if path == "/api/token/refresh/":
            if json.loads(content).get("refresh") != self.pat:
                return 401, error(401, "Token is invalid")
            self.refreshed += 1
            token = jwt(token_type="access", jti=secrets.token_hex(4))
            self.access.add(token)
            return 200, {"access": token}
        word, _, token = request.headers.get("Authorization", "").partition(" ")
        if word == "Token" and token != self.legacy:
            return 401, error(401, "Invalid token.")
        if word != "Token" and token not in self.access:
            return 401, error(401, "Authentication credentials were not provided.")
        for method, pattern, handler in ROUTES:
            found = re.fullmatch(pattern, path)
            if method == request.command and found:
                body = content
                if request.headers.get("Content-Type", "").startswith("application/json"):
                    body = json.loads(content) if content else None
                return handler(self, *(int(one) for one in found.groups()), query=query, body=body)
        return 404, HTML if not path.endswith("/") else error(404, "Not found.")

    # -- what it does

    def me(self, **_):
        return 200, {"id": 1, "email": self.members[1]}

    def users(self, **_):
        return 200, [{"id": number, "email": email} for number, email in self.members.items()]

    def validate(self, *_, body, **__):
        if 'toName="nowhere"' in body["label_config"]:
            return 400, {"label_config": ['toName="nowhere" not found in names']}
        return 204, b""

    def validate_own(self, number, *, body, **_):
        if number not in self.projects:
            return 404, error(404, "Not found.")
        return self.validate(body=body)

    def new_project(self, *, body, **_):
        number = max(self.projects, default=0) + 1
        made = {"id": number, "created_at": now(), "title": "", "label_config": "<View/>"}
        self.projects[number] = made | body
        return 201, self.projects[number]

    def list_projects(self, *, query, **_):
        wanted = query.get("title", [""])[0]
        found = [one for one in self.projects.values() if wanted in one["title"]]
        return 200, {"count": len(found), "next": None, "results": found[::-1]}

    def project(self, number, **_):
        if number not in self.projects:
            return 404, error(404, "Not found.")
        return 200, self.projects[number]

    def change_project(self, number, *, body, **_):
        self.projects[number] |= body
        return 200, self.projects[number]

    def summary(self, number, **_):
        used = {}
        for task in self.of(number).values():
            for annotation in self.said(task):
                if annotation["import_id"] is None:
                    for result in annotation["result"]:
                        name = f"{result['from_name']}|{result['to_name']}|{result['type']}"
                        used[name] = used.get(name, 0) + 1
        return 200, {"created_annotations": used}

    def take(self, number, *, query, body, **_):
        if isinstance(body, bytes):
            return self.upload(number, body)
        refused = [
            {}
            if isinstance(one.get("data"), dict) and "refuse" not in one["data"]
            else f'Error at item {place}: "refuse" is in it :: {one}'
            for place, one in enumerate(body)
        ]
        if any("poison" in one.get("data", {}) for one in body):
            return 500, error(500, "it broke")
        if any(refused):
            if self.asynchronous:
                return self.later(number, None, [one for one in refused if one])
            told = error(400, "Validation error")
            return 400, told | {"validation_errors": {"non_field_errors": refused[:100]}}
        ids = [self.new_task(number, one) for one in body]
        if self.asynchronous:
            return self.later(number, ids, None)
        told = {"task_count": len(ids), "annotation_count": 0, "prediction_count": 0}
        return 201, told | ({"task_ids": ids} if "return_task_ids" in query else {})

    def later(self, number, ids, wrong):
        made = len(self.imports) + 1
        self.imports[made] = {
            "id": made,
            "project": number,
            "status": "created",
            "error": f"Error creating tasks: {wrong!r}" if wrong else None,
            "task_ids": ids,
            "left": self.only_after,
        }
        return 201, {"import": made}

    def import_status(self, _, number, **__):
        found = self.imports[number]
        found["left"] -= 1
        if found["left"] <= 0:
            found["status"] = "failed" if found["error"] else "completed"
        else:
            found["status"] = "in_progress"
        return 200, found

    def new_task(self, project, given):
        number = max(self.tasks, default=0) + 1
        at = now()
        self.tasks[number] = {
            "id": number,
            "project": project,
            "data": given["data"],
            "meta": given.get("meta", {}),
            "created_at": at,
            "updated_at": at,
        }
        for annotation in given.get("annotations", ()):
            by = annotation.get("completed_by", {"email": self.members[1]})
            self.new_annotation(
                number,
                annotation,
                import_id=annotation.get("id"),
                ground_truth=annotation.get("ground_truth", True),
                completed_by=next(n for n, e in self.members.items() if e == by["email"]),
            )
        for prediction in given.get("predictions", ()):
            self.new_prediction(number, prediction)
        return number

    def new_annotation(self, task, given, **more):
        number = max(self.annotations, default=0) + 1
        kept = ("result", "lead_time", "was_cancelled", "ground_truth")
        at = now()
        self.annotations[number] = {
            "id": number,
            "task": task,
            "was_cancelled": False,
            "ground_truth": False,
            "completed_by": 1,
            "import_id": None,
            "unique_id": str(uuid.uuid4()),
            "created_at": at,
            "updated_at": at,
            "updated_by": None,
            **{name: given[name] for name in kept if name in given},
            **more,
        }
        self.tasks[task]["updated_at"] = at
        return self.annotations[number]

    def new_prediction(self, task, given):
        number = max(self.predictions, default=0) + 1
        self.predictions[number] = {
            "id": number,
            "task": task,
            "score": given.get("score"),
            "model_version": given.get("model_version", "undefined"),
            "result": given["result"],
        }

    def upload(self, number, body):
        head, _, rest = body.partition(b"\r\n\r\n")
        name = re.search(rb'filename="([^"]+)"', head)[1].decode()
        made = len(self.files) + 1
        path = f"upload/{number}/{secrets.token_hex(4)}-{name}"
        content = rest.rpartition(b"\r\n--")[0]
        self.files[made] = {"id": made, "file": path, "project": number, "content": content}
        return 201, {"file_upload_ids": [made], "task_count": 1}

    def file(self, number, **_):
        return 200, {"id": number, "file": self.files[number]["file"]}

    def list_files(self, number, **_):
        mine = (one for one in self.files.values() if one["project"] == number)
        return 200, [{"id": one["id"], "file": one["file"]} for one in mine]

    def list_tasks(self, *, query, **_):
        project = int(query["project"][0])
        found = [task for task in self.tasks.values() if task["project"] == project]
        asked = json.loads(query.get("query", ["{}"])[0])
        for item in asked.get("filters", {}).get("items", ()):
            column = item["filter"].removeprefix("filter:tasks:")
            value = item["value"]
            found = [
                task
                for task in found
                if (
                    task[column] in value if item["operator"] == "in_list" else task[column] > value
                )
            ]
        if asked.get("ordering") == ["-tasks:id"]:
            found = found[::-1]
        page, size = int(query["page"][0]), int(query["page_size"][0])
        some = found[(page - 1) * size : page * size]
        if page > 1 and not some:
            return 404, error(404, "Invalid page.")
        if query.get("fields") == ["all"]:
            some = [self.whole(task) for task in some]
        if "include" in query:
            names = query["include"][0].split(",")
            some = [{name: task[name] for name in names} for task in some]
        return 200, {"total": len(found), "tasks": some}

    def whole(self, task):
        predictions = [p for p in self.predictions.values() if p["task"] == task["id"]]
        return task | {"annotations": self.said(task), "predictions": predictions, "drafts": []}

    def export(self, number, *, query, **_):
        ids = [int(one) for one in query.get("ids[]", ())]
        mine = [t for t in self.tasks.values() if t["project"] == number]
        whole = [self.whole(t) for t in mine if not ids or t["id"] in ids]
        return 200, [w | {"predictions": [p["id"] for p in w["predictions"]]} for w in whole]

    def new_export(self, number, **_):
        made = len(self.exports) + 1
        self.exports[made] = {"id": made, "status": "created", "left": 1}
        return 201, self.exports[made]

    def export_status(self, _, number, **__):
        self.exports[number]["status"] = "completed"
        return 200, self.exports[number]

    def download(self, project, number, **_):
        if self.exports[number]["status"] != "completed":
            return 404, b"Export is not completed"
        mine = [t for t in self.tasks.values() if t["project"] == project]
        return 200, [self.whole(t) for t in mine]

    def drop_export(self, _, number, **__):
        del self.exports[number]
        return 204, b""

    def change_task(self, number, *, body, **_):
        if number not in self.tasks:
            return 404, error(404, "Not found.")
        self.tasks[number] |= body | {"updated_at": now()}
        return 200, self.tasks[number]

    def annotate(self, task, *, body, **_):
        if task not in self.tasks:
            return 404, error(404, "Not found.")
        name = body.get("unique_id") or str(uuid.uuid4())
        uuid.UUID(name)
        if any(a["unique_id"] == name for a in self.annotations.values()):
            return 409, error(409, "Annotation with this unique id already exists")
        by = body.get("completed_by", 1)
        if by not in self.members:
            return 400, error(400, f'Invalid pk "{by}"')
        return 201, self.new_annotation(task, body, unique_id=name, completed_by=by, updated_by=1)

    def change_annotation(self, number, *, body, **_):
        if number not in self.annotations:
            return 404, error(404, "Not found.")
        self.annotations[number] |= body | {"updated_at": now(), "updated_by": 1}
        self.tasks[self.annotations[number]["task"]]["updated_at"] = now()
        return 200, self.annotations[number]

    def drop_annotation(self, number, **_):
        if number not in self.annotations:
            return 404, error(404, "Not found.")
        self.tasks[self.annotations.pop(number)["task"]]["updated_at"] = now()
        return 204, b""

    def take_predictions(self, _, *, body, **__):
        fitting = [one for one in body if all("misfit" not in r for r in one["result"])]
        for one in fitting:
            self.new_prediction(one["task"], one)
        return 201, {"created": len(fitting)}

    def drop_prediction(self, number, **_):
        del self.predictions[number]
        return 204, b""

    def drop_task(self, number):
        """Delete a task, as somebody does in the server's own pages."""
        del self.tasks[number]
        self.annotations = {n: a for n, a in self.annotations.items() if a["task"] != number}


ROUTES = [
    ("GET", "/api/current-user/whoami", StandIn.me),
    ("GET", "/api/users/", StandIn.users),
    ("POST", "/api/projects/validate/", StandIn.validate),
    ("POST", r"/api/projects/(\d+)/validate/", StandIn.validate_own),
    ("POST", "/api/projects/", StandIn.new_project),
    ("GET", "/api/projects/", StandIn.list_projects),
    ("GET", r"/api/projects/(\d+)/", StandIn.project),
    ("PATCH", r"/api/projects/(\d+)/", StandIn.change_project),
    ("GET", r"/api/projects/(\d+)/summary/", StandIn.summary),
    ("POST", r"/api/projects/(\d+)/import", StandIn.take),
    ("GET", r"/api/projects/(\d+)/imports/(\d+)/", StandIn.import_status),
    ("POST", r"/api/projects/(\d+)/import/predictions", StandIn.take_predictions),
    ("GET", r"/api/projects/(\d+)/file-uploads", StandIn.list_files),
    ("GET", r"/api/import/file-upload/(\d+)", StandIn.file),
    ("GET", r"/api/projects/(\d+)/export", StandIn.export),
    ("POST", r"/api/projects/(\d+)/exports/", StandIn.new_export),
    ("GET", r"/api/projects/(\d+)/exports/(\d+)", StandIn.export_status),
    ("DELETE", r"/api/projects/(\d+)/exports/(\d+)", StandIn.drop_export),
    ("GET", r"/api/projects/(\d+)/exports/(\d+)/download", StandIn.download),
    ("GET", "/api/tasks", StandIn.list_tasks),
    ("PATCH", r"/api/tasks/(\d+)/", StandIn.change_task),
    ("POST", r"/api/tasks/(\d+)/annotations/", StandIn.annotate),
    ("PATCH", r"/api/annotations/(\d+)/", StandIn.change_annotation),
    ("DELETE", r"/api/annotations/(\d+)/", StandIn.drop_annotation),
    ("DELETE", r"/api/predictions/(\d+)/", StandIn.drop_prediction),
]


def error(status, detail):
    return {"id": str(uuid.uuid4()), "status_code": status, "detail": detail, "exc_info": None}


@contextmanager
def label_studio():
    made = StandIn()
    try:
        yield made
    finally:
        made.http.shutdown()
        made.http.server_close()
