"""Finds a PostgreSQL for the tests, installs one where it can, and starts a throw-away server."""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")  # a folder a version; none of them is on the path


def find() -> Path | None:
    """The folder of initdb and pg_ctl: named by NBLABEL_POSTGRESQL, on the path, or Debian's."""
    named = os.environ.get("NBLABEL_POSTGRESQL")
    if named:
        return Path(named) if (Path(named) / "pg_ctl").exists() else None
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(DEBIAN.glob("*/bin/pg_ctl"), key=lambda p: float(p.parents[1].name))
    return versions[-1].parent if versions else None


def install() -> None:
    """Install Debian's package; it would start a server of its own, which nobody needs."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    for command in (["update", "-qq"], ["install", "-y", "-qq", "postgresql"]):
        print("trying: apt-get", " ".join(command), flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        try:
            subprocess.run(
                ["apt-get", *command], check=False, timeout=600, capture_output=True, env=quiet
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"that did not work: {error}")


def why_not(folder: Path | None) -> str | None:
    """Say in one sentence why the tests cannot run with it; None where they can."""
    named = os.environ.get("NBLABEL_POSTGRESQL")
    if folder is None and named:
        return f'NBLABEL_POSTGRESQL names "{named}", and there is no pg_ctl in it.'
    if folder is None:
        return (
            "The tests of the store need a PostgreSQL server: install one (Debian: apt-get "
            "install postgresql) or name its folder of programs in NBLABEL_POSTGRESQL."
        )
    if os.geteuid() == 0 and _user() is None:
        return "PostgreSQL does not run as root, and there is no other user to run it as."
    return None


def _user() -> str | None:
    """Whom to run it as: PostgreSQL refuses root."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


class Server:
    """A server on loopback in a folder of its own; its data are on disk when it says so."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._user = _user() if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="nblabel-postgresql-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        self._schemas = itertools.count(1)
        self._run("initdb", "-U", "nblabel", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://nblabel@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        listen = f"-p {self.port} -h 127.0.0.1 -c unix_socket_directories= -c max_connections=200"
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", listen)

    def stop(self) -> None:
        """Stop it as a crash would: connections are cut, and its log is replayed at the start."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def throw_away(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def place(self) -> str:
        """The URL of an empty place for a store: a schema of its own."""
        import psycopg

        name = f"place_{next(self._schemas)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.url}?options=-csearch_path%3D{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, "-D", self._folder / "data", *arguments]
        said = self._folder / "said"  # a pipe would stay open as long as the server
        with said.open("w") as out:
            done = subprocess.run(
                command, check=False, stdout=out, stderr=out, user=self._user, cwd=self._folder
            )
        assert done.returncode == 0, f"{program}: {said.read_text()}"


@functools.cache
def server() -> Server:
    """The server of this test run, started when the first test needs it."""
    programs = find()
    reason = why_not(programs)
    assert reason is None, reason
    started = Server(programs)
    atexit.register(started.throw_away)
    return started


def main() -> None:
    if find() is None and "NBLABEL_POSTGRESQL" not in os.environ:
        install()
    folder = find()
    reason = why_not(folder)
    if reason and os.environ.get("CI"):
        sys.exit(reason)
    print(f"WARNING: {reason}" if reason else f"tests of the store use {folder}")


if __name__ == "__main__":
    main()
