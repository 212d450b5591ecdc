"""A real Label Studio server in a folder of its own, reached over loopback only."""

import json
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

USER = "admin@example.com"
SECONDS_TO_START = 300


class Server:
    user = USER

    def __init__(self, url, token):
        self.url = url
        self.token = token

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Token {self.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(
                f"{method} {path}: {error.code} {error.read().decode()}"
            ) from error

    def project(self, config, tasks=()):
        """Make a project, import tasks as they are, and return its number."""
        made = json.loads(
            self.call("POST", "/api/projects/", {"title": "nblabel", "label_config": config})
        )
        if tasks:
            self.take(made["id"], tasks)
        return made["id"]

    def take(self, project, tasks):
        """Import tasks into a project."""
        path = f"/api/projects/{project}/import?commit_to_project=true"
        told = json.loads(self.call("POST", path, tasks))
        assert told["task_count"] == len(tasks)

    def export(self, project, form="JSON"):
        path = f"/api/projects/{project}/export?exportType={form}&download_all_tasks=true"
        return self.call("GET", path)

    def predictions(self, project):
        found = json.loads(self.call("GET", f"/api/predictions/?project={project}"))
        return found if isinstance(found, list) else found["results"]


@contextmanager
def label_studio(executable, folder):
    """Start a server, and stop it afterwards; RuntimeError with its log where it does not start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(20)
    url = f"http://127.0.0.1:{port}"
    quiet = {
        "HOME": str(folder),
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "data"),
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "DEBUG": "false",
        "no_proxy": "127.0.0.1",
        # Else it asks no ML backend, and sends no web hook, at an address of this machine.
        "SSRF_PROTECTION_ENABLED": "false",
        "ML_BLOCK_LOCAL_IP": "false",
    }
    command = [executable, "start", "--no-browser", "--data-dir", str(folder / "data")]
    command += ["--internal-host", "127.0.0.1", "--port", str(port), "--host", url]
    command += ["--username", USER, "--password", secrets.token_hex(12)]
    command += ["--user-token", token, "--enable-legacy-api-token"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, **quiet},
            start_new_session=True,
        )
        try:
            wait(process, url, folder / "log")
            yield Server(url, token)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait(process, url, log):
    last = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < last and process.poll() is None:
        if is_up(url):
            return
        time.sleep(0.5)
    end = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"Label Studio did not start in {SECONDS_TO_START} s; its log ends:\n{end}")


def is_up(url):
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except OSError:
        return False


def executable():
    """Where Label Studio is; None where none is named that exists."""
    named = os.environ.get("NBLABEL_LABEL_STUDIO")
    return named if named and Path(named).is_file() else None
