"""Finds a Chromium for the tests, installs one where it can, and says so where it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]


def find() -> str | None:
    """The path of a Chromium: named by NBLABEL_CHROMIUM, Playwright's own, or the system's."""
    named = os.environ.get("NBLABEL_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Try the two ways there are: Playwright's download, then Debian's package."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts += [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    for command in attempts:
        print("trying:", " ".join(command), flush=True)
        try:
            subprocess.run(command, check=False, timeout=600, capture_output=True)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"that did not work: {error}")
        if find():
            return


def why_not(path: str | None) -> str | None:
    """Say in one sentence why the browser tests cannot run with it; None where they can."""
    named = os.environ.get("NBLABEL_CHROMIUM")
    if path is None and named:
        return f'NBLABEL_CHROMIUM names "{named}", and there is no such file.'
    if path is None:
        return (
            "The browser tests need a Chromium: install one (Debian: apt-get install chromium; "
            "elsewhere: .venv/bin/playwright install chromium) or name it in NBLABEL_CHROMIUM."
        )
    started = subprocess.run([path, "--version"], check=False, capture_output=True, text=True)
    if started.returncode == 0:
        return None
    told = (started.stderr.strip() or f"exit status {started.returncode}").splitlines()[-1]
    return f"The browser tests need a Chromium, and {path} does not start: {told}"


def main() -> None:
    if find() is None and "NBLABEL_CHROMIUM" not in os.environ:
        install()
    path = find()
    reason = why_not(path)
    if reason:
        sys.exit(reason)
    print(f"browser tests use {path}")


if __name__ == "__main__":
    main()
