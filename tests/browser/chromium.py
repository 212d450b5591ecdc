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


def main() -> None:
    if not find():
        install()
    path = find()
    if path is None:
        sys.exit(
            "The browser tests need a Chromium: install one (Debian: apt-get install chromium; "
            "elsewhere: .venv/bin/playwright install chromium) or name it in NBLABEL_CHROMIUM."
        )
    print(f"browser tests use {path}")


if __name__ == "__main__":
    main()
