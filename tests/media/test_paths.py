"""load(): which files and addresses may be read."""

import ast
import io
import json
import re
import zipfile
from pathlib import Path

import fsspec
import pytest
from PIL import Image

from nblabel.media import load, roots_needed


def png(width=2):
    out = io.BytesIO()
    Image.new("RGB", (width, 2)).save(out, "PNG")
    return out.getvalue()


def followed(told, argument):
    """What a hint says to pass."""
    return ast.literal_eval(re.search(rf"{argument}=(\[.*?\]|[\d_]+)", told)[1])


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
    assert "was not found" in load("c.png", root=[folder, folder / "sub"]).problem


@pytest.mark.parametrize("value", ["../secret.png", "link.png", "way/secret.png"])
def test_the_root_that_would_allow_a_refused_file_is_known(folder, value):
    assert load(value, root=folder).problem == f'"{value}" lies outside root='
    assert load(value, root=roots_needed(value, root=folder)).width == 9
    needed = roots_needed(folder / value, root=folder)
    assert load(folder / value, root=needed).width == 9
    assert load("sub/b.png", root=needed).width == 3


@pytest.mark.parametrize(
    "value",
    ["sub/b.png", "nothing.png", "https://host/a.png", "data:,a", "s3://b/a.png", b"", None, 3, ""],
)
def test_what_is_no_file_outside_needs_no_root(folder, value):
    assert roots_needed(value, root=folder) is None


def test_files_of_every_spelling_need_one(folder):
    secret = folder.parent / "secret.png"
    for value in (str(secret), secret, secret.as_uri(), {"bytes": None, "path": str(secret)}):
        assert roots_needed(value, root=folder) == [str(folder), str(folder.parent)]
    assert roots_needed("a/secret.png", root=folder, prefixes={"a/": folder.parent}) is None


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
    refused = load(inside, root=folder).problem
    assert 'protocols=["zip", "file"] would allow it' in refused
    assert load(inside, root=folder, protocols=followed(refused, "protocols")).width == 5
    allowed = {"root": folder, "protocols": ["zip", "file"]}
    assert load(inside, **allowed).width == 5
    assert load("zip://in.png::all.zip", **allowed).width == 5
    outside = f"zip://in.png::{folder.parent / 'all.zip'}"
    assert "lies outside" in load(outside, **allowed).problem
    assert "lies outside" in load(outside.replace("::", "::file://"), **allowed).problem
    assert "lies outside" in load("zip://in.png::way/all.zip", **allowed).problem
    cached = f"simplecache::file://{folder.parent / 'secret.png'}"
    assert "lies outside" in load(cached, root=folder, protocols=["simplecache", "file"]).problem


def test_what_leads_to_further_files_is_not_read(folder):
    secret = (folder.parent / "secret.png").as_uri()
    (folder / "refs.json").write_text(json.dumps({"a.png": [secret], "b.png": "base64:aaaa"}))
    every = ["reference", "file", "dir", "generic", "git", "simplecache", "asynclocal"]
    for url in (
        f"reference://a.png::file://{folder / 'refs.json'}",
        f"simplecache::reference://a.png::file://{folder / 'refs.json'}",
        f"dir://../secret.png::file://{folder}",
        f"generic://{folder.parent / 'secret.png'}",
        f"git://{folder.parent}:secret.png",
        f"asynclocal://{folder.parent / 'secret.png'}",
    ):
        media = load(url, root=folder, protocols=every)
        assert media.data is None
        assert "no root= bounds" in media.problem
        assert "would allow it" not in media.problem


def test_the_hint_of_how_many_pixels_works():
    media = load(png(100), max_pixels=10)
    assert load(png(100), max_pixels=followed(media.problem, "max_pixels")).width == 100


class TestFilesOfALabelStudioServer:
    @pytest.fixture
    def served(self, tmp_path):
        (tmp_path / "media" / "upload" / "1").mkdir(parents=True)
        (tmp_path / "media" / "upload" / "1" / "a b.png").write_bytes(png(4))
        (tmp_path / "im").mkdir()
        (tmp_path / "im" / "c d.png").write_bytes(png(5))
        (tmp_path / "secret.png").write_bytes(png(9))
        return tmp_path

    @pytest.mark.parametrize(
        "value", ["/data/local-files/?d=im/c d.png", "/data/local-files/?d=im%2Fc%20d.png"]
    )
    def test_local_files_lie_below_the_root(self, served, value):
        assert load(value, root=served).width == 5

    @pytest.mark.parametrize(
        "value",
        [
            "/data/upload/1/a b.png",
            "/data/upload/1/a%20b.png",
            "/storage-data/uploaded/?filepath=upload/1/a b.png",
        ],
    )
    def test_uploads_lie_below_the_servers_media_folder_or_its_uploads(self, served, value):
        assert load(value, root=served / "media").width == 4
        assert load(value, root=[served, served / "media" / "upload"]).width == 4

    def test_a_prefix_stands_for_a_folder_which_bounds_it(self, served):
        prefixes = {"/data/upload/": served / "media" / "upload", "s3://bucket/": str(served)}
        assert load("/data/upload/1/a%20b.png", root=served / "im", prefixes=prefixes).width == 4
        assert load("s3://bucket/im/c d.png", prefixes=prefixes).width == 5
        assert "lies outside" in load("/data/upload/../../secret.png", prefixes=prefixes).problem
        assert "was not found" in load("/data/upload/zzz.png", prefixes=prefixes).problem

    def test_a_prefix_stands_for_another_address(self):
        media = load("/data/upload/1/a.png", prefixes={"/data/": "https://host/data/"})
        assert media.url == "https://host/data/upload/1/a.png"

    def test_the_longest_prefix_wins(self, served):
        prefixes = {"/data/": "https://host/", "/data/upload/": served / "media" / "upload"}
        assert load("/data/upload/1/a b.png", prefixes=prefixes).width == 4

    def test_what_is_not_found_says_what_would_find_it_and_it_does(self, served):
        told = load("/data/upload/1/a b.png", root=served / "im").problem
        assert "is a file of a Label Studio server" in told
        (prefix,) = re.findall(r'media=\{"(.*?)": that folder\}', told)
        folder = served / "media" / "upload"
        assert load("/data/upload/1/a b.png", root=folder).width == 4
        assert load("/data/upload/1/a b.png", prefixes={prefix: folder}).width == 4

    def test_nothing_outside_the_root_is_read(self, served):
        for value in (
            "/data/local-files/?d=../secret.png",
            "/data/upload/../secret.png",
            "/data/local-files/?d=/etc/passwd",
        ):
            media = load(value, root=served / "im")
            assert media.data is None
            assert media.problem
