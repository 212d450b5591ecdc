"""load(): which files and addresses may be read."""

import io
import zipfile
from pathlib import Path

import fsspec
import pytest
from PIL import Image

from nblabel.media import load


def png(width=2):
    out = io.BytesIO()
    Image.new("RGB", (width, 2)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a b.png").write_bytes(png())
    (root / "sub" / "b.png").write_bytes(png(3))
    (tmp_path / "secret.png").write_bytes(png(9))
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "way").symlink_to(tmp_path)
    return root


def test_paths_of_every_form(folder):
    for value in ("a b.png", "./a b.png", "sub/../a b.png", Path("a b.png"), folder / "a b.png"):
        assert load(value, root=folder).data == png()
        assert load(value, root=str(folder)).data == png()
    assert load((folder / "a b.png").as_uri(), root=folder).data == png()


def test_the_working_directory_is_the_root_where_none_is_given(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert load("a b.png").data == png()
    assert "lies outside" in load("../secret.png").problem


def test_several_roots_are_looked_through_in_order(folder):
    assert load("b.png", root=[folder, folder / "sub"]).width == 3
    assert "there is no file" in load("c.png", root=[folder, folder / "sub"]).problem


@pytest.mark.parametrize("value", ["../secret.png", "link.png", "way/secret.png"])
def test_a_refusal_names_the_root_that_would_allow_it(folder, value):
    media = load(value, root=folder)
    assert media.data is None
    assert f'root="{folder.parent}" would allow it' in media.problem
    assert load(folder / value, root=folder.parent).width == 9


def test_absolute_paths_and_file_urls_are_bounded_too(folder):
    secret = folder.parent / "secret.png"
    for value in (str(secret), secret.as_uri(), f"file://localhost{secret}"):
        assert "lies outside" in load(value, root=folder).problem
    assert "of the machine host" in load("file://host/a.png", root=folder).problem


def test_a_file_outside_is_refused_before_it_is_known_to_exist(folder):
    assert "lies outside" in load("/nowhere/at/all.png", root=folder).problem


@pytest.mark.parametrize("value", ["nothing.png", "sub", "a\0b", "x" * 5000, "~nobody/x"])
def test_what_is_no_file(folder, value):
    media = load(value, root=folder)
    assert media.data is None
    assert media.problem


def test_a_broken_file_names_its_path(folder):
    (folder / "broken.png").write_bytes(b"not an image")
    assert load("broken.png", root=folder).problem.startswith('"broken.png": ')


@pytest.mark.parametrize("url", ["http://host/a.png", "https://host/a?b=1", "http://[::1]:80/a"])
def test_web_addresses_are_left_to_the_browser(url):
    media = load(url)
    assert media.url == url
    assert media.data is None
    assert media.problem is None


def test_other_protocols_must_be_named(folder):
    with fsspec.open("memory://pictures/a.png", "wb") as stream:
        stream.write(png())
    refused = load("memory://pictures/a.png", root=folder)
    assert refused.problem.endswith('protocols=["memory"] would allow it')
    assert load("memory://pictures/a.png", root=folder, protocols=["memory"]).data == png()
    missing = load("memory://pictures/zzz.png", root=folder, protocols=["memory"])
    assert "cannot be read" in missing.problem


def test_every_link_of_a_chain_is_checked(folder):
    for place in (folder, folder.parent):
        with zipfile.ZipFile(place / "all.zip", "w") as archive:
            archive.writestr("in.png", png(5))
    inside = f"zip://in.png::file://{folder / 'all.zip'}"
    assert 'protocols=["zip", "file"] would allow it' in load(inside, root=folder).problem
    allowed = {"root": folder, "protocols": ["zip", "file"]}
    assert load(inside, **allowed).width == 5
    assert load("zip://in.png::all.zip", **allowed).width == 5
    outside = f"zip://in.png::{folder.parent / 'all.zip'}"
    assert "lies outside" in load(outside, **allowed).problem
    assert "lies outside" in load(outside.replace("::", "::file://"), **allowed).problem
    assert "lies outside" in load("zip://in.png::way/all.zip", **allowed).problem
    cached = f"simplecache::file://{folder.parent / 'secret.png'}"
    assert "lies outside" in load(cached, root=folder, protocols=["simplecache", "file"]).problem
