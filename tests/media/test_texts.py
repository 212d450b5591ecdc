"""Texts behind addresses: what is read, what is not, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from nblabel import media
from nblabel.base.errors import MediaError
from nblabel.media.texts import options_of, resolved, text_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes("🐱 café\r\n".encode())
    (tmp_path / "b.txt").write_bytes("café".encode("utf-16"))
    (tmp_path / "rows.csv").write_text("id;said\n1;hello\n")
    return tmp_path


@pytest.mark.parametrize(("name", "text"), [("a.txt", "🐱 café\r\n"), ("b.txt", "café")])
def test_a_file_is_read_as_it_is(folder: Path, name: str, text: str) -> None:
    loaded = media.load_text(name, root=folder)
    assert (loaded.data or b"").decode() == text
    assert loaded.problem is None


def test_data_carries_its_text() -> None:
    assert media.load_text("data:text/plain;base64,Y2Fmw6k=").data == "café".encode()


@pytest.mark.parametrize("value", [None, "", "  ", 3, ["a.txt"]])
def test_what_is_no_address(value: object) -> None:
    assert media.load_text(value).problem == "there is no address of a text in this row"


def test_nothing_outside_the_root_is_read(folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    assert "lies outside root=" in (media.load_text("../a.txt", root=inside).problem or "")
    assert "lies outside root=" in (
        media.load_text(f"file://{folder}/a.txt", root=inside).problem or ""
    )


def test_the_web_is_the_browsers_and_other_protocols_are_named(folder: Path) -> None:
    assert media.load_text("https://host/a.txt").url == "https://host/a.txt"
    assert "protocols=" in (media.load_text("s3://bucket/a.txt").problem or "")
    read = media.load_text("https://host/a.csv", resolver="csv")
    assert 'protocols=["https"] would allow it' in (read.problem or "")


def test_a_resolver_takes_one_cell(folder: Path) -> None:
    cell = "csv|separator=;|column=said"
    assert media.load_text("rows.csv", root=folder, resolver=cell).data == b"hello"
    told = media.load_text("rows.csv", root=folder, resolver="csv|separator=;|column=sayd").problem
    assert told == 'there is no column "sayd"; there are "id", "said"; did you mean "said"?'


@pytest.mark.parametrize(
    ("text", "resolver", "cell"),
    [
        ("a,b\n1,2\n", "csv", "1"),
        ("1,2\n", "csv|headless|column=1", "2"),
        ('a|b\n"x\ny"|2\n', "csv|separator=||column=a", "x\ny"),
        ("a\tb\n1\t2\n", "csv|separator=\\t|column=b", "2"),
    ],
)
def test_cells(text: str, resolver: str, cell: str) -> None:
    assert resolved(text, resolver) == cell


@pytest.mark.parametrize("resolver", ["json", "csv|column=z", "csv|headless|column=9"])
def test_cells_that_are_not_there(resolver: str) -> None:
    with pytest.raises(MediaError):
        resolved("a,b\n1,2\n", resolver)
    with pytest.raises(MediaError):
        resolved("", resolver)


def test_options_and_bytes() -> None:
    assert options_of("csv|headless") == ("csv", {"headless": ""})
    assert text_of(b"\xff\xfea\x00") == "a"
