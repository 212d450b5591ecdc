"""The family that CONTRIBUTING builds: declared, drawn, labeled, undone and exported."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.configs import SETUP, labeler, texts
from browser.labeler import Widget
from browser.plain.notebook import Plain
from hatch_build import node_files

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Thumbs name="vote" toName="text" required="true" hotkey="t"/>
</View>"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of nblabel with the two files of the page in their places, built."""
    copy = tmp_path_factory.mktemp("contributing")
    left = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "tests")
    shutil.copytree(ROOT / "src", copy, ignore=left, dirs_exist_ok=True)
    js = copy / "nblabel" / "js"
    (js / "node_modules").symlink_to(ROOT / "src" / "nblabel" / "js" / "node_modules")
    section = PAGE.partition("## Add a tag")[2].partition("## Tests")[0]
    for kind, place in (("python", copy / "nblabel" / "tags"), ("tsx", js / "src" / "tags")):
        name = re.search(
            rf"This is `[^`]*/(thumbs\.\w+)`:\n\n```{kind}\n(.*?)```", section, re.DOTALL
        )
        assert name, f"the page has no {kind} file"
        (place / name[1]).write_text(name[2], "utf-8")
    node = node_files()[0]
    path = os.pathsep.join([str(node.parent), os.environ["PATH"]])
    subprocess.run([str(node), "build/build.mjs"], cwd=js, check=True, env={"PATH": path})
    return copy


def test_it_is_declared_and_drawn(source: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "nblabel.tags"],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    thumbs = json.loads(told.stdout)["tags"]["Thumbs"]
    assert thumbs["drawn"] is True


def test_it_is_labeled_undone_and_exported(source: Path, plain: Callable[..., Plain]) -> None:
    book = plain(SETUP, labeler(CONFIG, texts("a", "b")), source=source)
    book.run_all()
    widget = Widget(book.widget())
    widget.at(1, 2)
    up = widget.group("vote").get_by_role("button", name="up")
    widget.button("Submit").click()
    widget.said('Thumbs "vote" is required.')
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    book.page.keyboard.press("Control+z")
    expect(up).to_have_attribute("aria-pressed", "false")
    book.page.keyboard.press("t")
    book.page.keyboard.press("t")
    expect(widget.group("vote").get_by_role("button", name="down")).to_have_attribute(
        "aria-pressed", "true"
    )
    book.page.keyboard.press("Control+Enter")
    widget.at(2, 2)
    widget.saved()
    assert book.python("print(labeler.to_frame()['vote'].dropna().tolist())") == "['down']"
    assert book.python("print(len(labeler.check()))") == "0"
    exported = book.python("import json; print(json.dumps(labeler.to_label_studio()))")
    [result] = json.loads(exported)[0]["annotations"][0]["result"]
    assert (result["type"], result["value"]) == ("thumbs", {"thumbs": "down"})
