"""What ``python -m nblabel.tags`` prints."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nblabel
from nblabel.base.built import modules
from nblabel.tags import TAGS

SOURCE = Path(nblabel.__file__).parent


def printed(**environment):
    command = [sys.executable, "-m", "nblabel.tags"]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def test_every_tag_with_whether_the_editor_draws_it():
    tags = json.loads(printed().stdout)["tags"]
    assert list(tags) == list(TAGS)
    for family in modules().families.values():
        assert all(tags[tag]["drawn"] for tag in family)
    assert tags["Choice"]["drawn"]
    assert not tags["Video"]["drawn"]


def test_where_the_editor_was_not_built_it_says_so_in_one_sentence(tmp_path):
    shutil.copytree(SOURCE, tmp_path / "nblabel", ignore=shutil.ignore_patterns("js"))
    ran = printed(PYTHONPATH=str(tmp_path))
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr == (
        "nblabel was installed without its built editor (modules.json): "
        "install it with pip, or run `make setup` in a clone\n"
    )
