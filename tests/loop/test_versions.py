"""Models kept in files beside a store."""

import json
import stat
from pathlib import Path

import pytest

from nblabel.base.errors import DataError
from nblabel.loop.versions import Versions


@pytest.fixture
def versions(tmp_path):
    return Versions(tmp_path / "models")


def note(versions):
    [found] = versions.folder.glob("*.json")
    return found


def test_what_is_kept_is_read_again(versions):
    versions.keep("SVC 1", {"weights": [1, 2]}, {"labels": 20})
    assert versions.load("SVC 1") == {"weights": [1, 2]}
    assert versions.newest()["labels"] == 20


def test_the_newest_is_the_one_kept_last(versions):
    assert versions.newest() is None
    for name in ("b", "a"):
        versions.keep(name, name, {})
    assert versions.newest()["version"] == "a"
    assert versions.load("b") == "b"


def test_only_its_owner_can_read_or_write_it(versions):
    path = versions.keep("1", 1, {})
    for one in (path, note(versions)):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert stat.S_IMODE(versions.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("which", ["file", "note", "folder"])
def test_what_others_can_write_is_not_read_unless_it_is_trusted(versions, which):
    path = versions.keep("1", 1, {})
    {"file": path, "note": note(versions), "folder": versions.folder}[which].chmod(0o777)
    with pytest.raises(DataError, match=r"others can write .* trust=True reads it"):
        versions.load("1")
    assert versions.load("1", trust=True) == 1


def test_what_was_changed_is_never_read(versions):
    path = versions.keep("1", 1, {})
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DataError, match="is not the one that was kept"):
        versions.load("1", trust=True)


def test_a_version_is_no_path(versions):
    path = versions.keep("../../evil/x", 1, {})
    assert path.parent == versions.folder
    assert json.loads(note(versions).read_text())["version"] == "../../evil/x"
    assert versions.load("../../evil/x") == 1


def test_a_version_kept_again_is_whole_at_every_moment(versions, monkeypatch):
    versions.keep("1", "old", {})
    write = Path.replace

    def dies(self, target):
        if target.suffix == ".json":
            raise KeyboardInterrupt
        return write(self, target)

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        versions.keep("1", "new", {})
    assert versions.load("1") == "old"
