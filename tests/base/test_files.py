"""Folders that are there whole or not at all."""

import pytest

from nblabel.base.errors import FormatError
from nblabel.base.files import LIST, whole_folder


def write(folder, *names):
    with whole_folder(folder) as part:
        for name in names:
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_text(name)


def there(folder):
    return sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())


def test_what_was_written_before_goes_and_what_others_wrote_stays(tmp_path):
    folder = tmp_path / "set"
    write(folder, "a/1.txt", "a/2.txt", "b/3.txt")
    (folder / "a" / "mine.txt").write_text("mine")
    write(folder, "a/1.txt")
    assert there(folder) == [LIST, "a/1.txt", "a/mine.txt"]
    assert not (folder / "b").exists()


def test_a_file_of_somebody_else_is_not_replaced(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.txt").write_text("mine")
    with pytest.raises(FormatError, match=r'has a file "a.txt" that nblabel did not write'):
        write(folder, "a.txt", "b.txt")
    assert there(folder) == ["a.txt"]
    assert [p.name for p in tmp_path.iterdir()] == ["set"]


def test_what_fails_in_the_middle_changes_nothing(tmp_path):
    folder = tmp_path / "set"
    write(folder, "a.txt")

    def fail():
        with whole_folder(folder) as part:
            (part / "b.txt").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert there(folder) == [LIST, "a.txt"]
    assert [p.name for p in tmp_path.iterdir()] == ["set"]


def test_a_strangers_list_removes_nothing_elsewhere(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    other = tmp_path / "precious.txt"
    other.write_text("mine")
    (folder / LIST).write_text(f"../precious.txt\n{other}\n")
    write(folder, "a.txt")
    assert other.read_text() == "mine"
    assert there(folder) == [LIST, "a.txt"]


def test_a_link_leads_to_nothing_that_is_replaced(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.txt").write_text("mine")
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "sub").symlink_to(elsewhere)
    (folder / LIST).write_text("sub/a.txt\n")
    with pytest.raises(FormatError, match="leads out of"):
        write(folder, "sub/a.txt")
    assert (elsewhere / "a.txt").read_text() == "mine"
