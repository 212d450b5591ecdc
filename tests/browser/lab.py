"""One JupyterLab server for a test run, and notebooks in it that a test can use like a person."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import BlockingKernelClient
from playwright.sync_api import Browser, Locator, Page, expect

TIMEOUT = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A Jupyter server on loopback, its files in a folder of its own."""

    def __init__(self, folder: Path, app: str = "lab") -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.runtime = folder / ".runtime"
        self.log = folder / ".server.log"
        settings = (
            folder / ".config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
        )
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        environment = {
            **os.environ,
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTER_CONFIG_DIR": str(folder / ".config"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "IPYTHONDIR": str(folder / ".ipython"),
            "PYTHONWARNINGS": "",
        }
        options = [
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            "--ServerApp.password=",
            "--ServerApp.disable_check_xsrf=True",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            f"--ServerApp.root_dir={folder}",
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter", app, *options],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the Jupyter server ended:\n{self.log.read_text()[-3000:]}")
            try:
                self.get("/api/status")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"the Jupyter server did not start:\n{self.log.read_text()[-3000:]}")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=TIMEOUT) as answer:
            return json.load(answer)

    def post(self, path: str) -> None:
        request = urllib.request.Request(self.url + path, method="POST", data=b"")
        urllib.request.urlopen(request, timeout=TIMEOUT).close()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Notebook:
    """A notebook in JupyterLab: its page, its kernel, its widgets."""

    def __init__(
        self, server: Server, browser: Browser, name: str, content: list[str] | Path, **context: Any
    ) -> None:
        self.server = server
        self.path = server.folder / name
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        if isinstance(content, Path):
            self.book = nbformat.read(content, as_version=4)
        else:
            cells = [nbformat.v4.new_code_cell(cell) for cell in content]
            self.book = nbformat.v4.new_notebook(cells=cells)
        self.book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(self.book, self.path)
        self.context = browser.new_context(viewport={"width": 1280, "height": 1000}, **context)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.open()

    def open(self) -> None:
        self.page.goto(f"{self.server.url}/doc/tree/{self.name}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=TIMEOUT * 1000)
        self.page.wait_for_function(
            """() => [...window.jupyterapp.shell.widgets('main')].some(
                 (w) => w.sessionContext?.session?.kernel?.connectionStatus === 'connected')""",
            timeout=TIMEOUT * 1000,
        )

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Run a command of JupyterLab and wait for its end."""
        self.page.evaluate(
            "([name, given]) => window.jupyterapp.commands.execute(name, given)",
            [name, arguments or {}],
        )

    def run_all(self) -> None:
        """Run every cell; JupyterLab has done moving the focus when this returns."""
        self.command("notebook:run-all-cells")

    def go_to(self, source: str) -> None:
        """Make the cell that begins with this source the active one, and bring it into view."""
        n = next(i for i, cell in enumerate(self.book.cells) if cell.source.startswith(source))
        self.page.evaluate(
            """async (n) => {
              const { content } = window.jupyterapp.shell.currentWidget;
              content.activeCellIndex = n;
              await content.scrollToItem(n, "start");
            }""",
            n,
        )

    def run_again(self, source: str) -> None:
        """Run the cell that begins with this source, and wait for its end."""
        self.go_to(source)
        self.command("notebook:run-cell")

    def output(self, source: str) -> str:
        """The text that the cell that begins with this source shows."""
        return str(
            self.page.evaluate(
                """(source) => {
                  const { content } = window.jupyterapp.shell.currentWidget;
                  const cell = content.model.cells.get(
                    [...content.model.cells].findIndex((c) => c.sharedModel.source.startsWith(source)));
                  return cell.outputs.toJSON().map((o) => [o.text ?? o.data["text/plain"]].flat().join("")).join("");
                }""",
                source,
            )
        )

    def widget(self, n: int = 0) -> Locator:
        """The n-th labeler on the page, once it shows a task."""
        widget = self.page.get_by_role("region", name="nblabel: ").nth(n)
        expect(widget).to_be_visible(timeout=TIMEOUT * 1000)
        return widget

    def kernel_id(self) -> str:
        sessions = self.server.get("/api/sessions")
        return str(next(s["kernel"]["id"] for s in sessions if s["path"] == self.name))

    def restart(self) -> None:
        """Restart the kernel as JupyterLab's menu does, without its question."""
        self.page.evaluate(
            "() => [...window.jupyterapp.shell.widgets('main')][0].sessionContext.session.kernel.restart()"
        )
        self.page.wait_for_function(
            "() => [...window.jupyterapp.shell.widgets('main')][0]"
            ".sessionContext.session.kernel.status === 'idle'"
        )

    def revived(self) -> None:
        """Wait for the kernel that the server starts in place of a dead one, and say OK to it."""
        ok = self.page.get_by_role("dialog").get_by_role("button", name="Ok")
        ok.click(timeout=TIMEOUT * 1000)
        self.page.wait_for_function(
            "() => ['idle', 'starting'].includes([...window.jupyterapp.shell.widgets('main')][0]"
            ".sessionContext.session.kernel.status)"
        )

    def kill(self) -> None:
        """End the kernel's process at once, as a crash does."""
        with suppress(Exception):
            self.start_python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    def client(self) -> BlockingKernelClient:
        file = self.server.runtime / f"kernel-{self.kernel_id()}.json"
        client = BlockingKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(timeout=TIMEOUT)
        return client

    def start_python(self, code: str) -> None:
        """Have the notebook's kernel run code, without waiting for it."""
        client = self.client()
        client.execute(code, store_history=False)
        client.stop_channels()

    def python(self, code: str) -> str:
        """Run code in the notebook's kernel and return what it prints."""
        client = self.client()
        printed: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
            elif message["msg_type"] == "error":
                raise AssertionError("\n".join(content["traceback"]))

        try:
            client.execute_interactive(code, timeout=TIMEOUT, output_hook=hear, store_history=False)
        finally:
            client.stop_channels()
        return "".join(printed).strip()

    def close(self) -> None:
        kernel = None
        with contextlib.suppress(StopIteration):
            kernel = self.kernel_id()
        self.context.close()
        if kernel:
            request = urllib.request.Request(
                f"{self.server.url}/api/kernels/{kernel}", method="DELETE"
            )
            urllib.request.urlopen(request, timeout=TIMEOUT).close()
