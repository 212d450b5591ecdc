"""What ``python -m nblabel.tags`` prints."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nblabel
from nblabel.base.built import modules
from nblabel.config import parse
from nblabel.tags import TAGS, drawn

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


def _sources():
    """Yield what reads attributes: all of it but where they are declared."""
    yield from (SOURCE / "js" / "src").rglob("*.ts*")
    for file in SOURCE.rglob("*.py"):
        declares = file.parent.name == "tags" and file.name[0] != "_"
        if "js" not in file.parts and not declares and file.name != "_attributes.py":
            yield file


READ = "\n".join(file.read_text(encoding="utf-8") for file in _sources())


def is_read(name):
    quoted = re.search(rf'"{name}"', READ)
    taken = re.search(rf"\{{[^}}]*\b{name}\b[^}}]*\}} = [^;]*attributes", READ)
    return bool(quoted or taken or re.search(rf"attributes\b[^;\n]*\b{name}\b", READ))


@pytest.mark.parametrize("tag", [tag for name, tag in TAGS.items() if name in drawn()])
def test_what_is_said_to_be_followed_is_read(tag):
    followed = [a.name for a in tag.attributes if a.effect == "followed"]
    assert [name for name in followed if not is_read(name)] == []


@pytest.mark.parametrize("tag", [tag for name, tag in TAGS.items() if name in drawn()])
def test_what_stands_inside_a_drawn_tag_is_drawn(tag):
    if tag.example:
        assert {element.tag for element in parse(tag.example, TAGS).root.walk()} <= drawn()
