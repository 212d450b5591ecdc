"""A folder, a pattern, a list of paths: a row for each file."""

import json
from pathlib import Path

import pytest
from PIL import Image

from nblabel import DataError, Project
from nblabel.tasks import read

CONFIG = """<View><Image name="i" value="$photo"/>
<Choices name="c" toName="i"><Choice value="yes"/></Choices></View>"""


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """A folder of pictures, beside the working directory."""
    folder = tmp_path / "photos"
    for name in ("b.jpg", "a.PNG", "sub/c.jpg", ".hidden.jpg", ".cache/d.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 3)).save(folder / name)
    (folder / "notes.txt").write_text("none")
    (folder / "clip.mov").write_bytes(b"")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return folder


def opened(data, config=CONFIG):
    return Project(data, config, store=":memory:")


def shown(project):
    """The names of the files and how wide they are."""
    found = {}
    for index in range(len(project)):
        [[media]] = project.view(index).media.values()
        found[Path(project.to_frame()["photo"][index]).name] = media.width
    return found


@pytest.mark.parametrize("given", [str, Path, lambda folder: f"{folder}/", lambda f: "../photos"])
def test_a_folder_has_a_row_for_each_picture_in_order(photos, given):
    project = opened(given(photos))
    assert shown(project) == {"a.PNG": 4, "b.jpg": 4}
    [told] = project.problems
    assert told.startswith("2 other files of ")
    assert told.endswith('passed over as no image, such as "clip.mov"')


@pytest.mark.parametrize(
    ("pattern", "names"),
    [("*.jpg", ["b.jpg"]), ("*", ["a.PNG", "b.jpg"]), ("**/*.jpg", ["b.jpg", "c.jpg"])],
)
def test_a_pattern(photos, pattern, names):
    project = opened(f"{photos}/{pattern}")
    assert shown(project) == dict.fromkeys(names, 4)
    assert opened(photos / pattern).to_frame()["photo"].tolist() == [
        str(path) for path in sorted(photos.glob(pattern)) if path.name in names
    ]


def test_a_list_of_paths(photos):
    project = opened([photos / "b.jpg", photos / "sub" / "c.jpg"])
    assert shown(project) == {"b.jpg": 4, "c.jpg": 4}
    assert project.problems == []


def test_the_same_file_is_the_same_task_however_it_is_given(photos):
    keys = {
        opened(data).key(0)
        for data in (
            photos,
            f"{photos}/./",
            f"{photos}/*.*",
            [photos / "a.PNG"],
            [str(photos / "a.PNG")],
        )
    }
    assert len(keys) == 1


def test_a_folder_that_is_named_with_a_star_is_a_folder(photos):
    odd = photos / "all [1]*"
    odd.mkdir()
    Image.new("RGB", (2, 2)).save(odd / "x.png")
    assert shown(opened(odd)) == {"x.png": 2}


def test_a_folder_without_pictures_says_what_it_has(photos):
    (photos.parent / "texts").mkdir()
    (photos.parent / "texts" / "a.csv").write_text("a")
    with pytest.raises(DataError, match=r'has no image, only 1 other file, such as "a.csv"$'):
        opened(photos.parent / "texts")
    with pytest.raises(DataError, match=r'; ".*/\*\*/\*" looks into the folders in it'):
        opened(photos.parent)
    with pytest.raises(DataError, match=r"has no image$"):
        opened(f"{photos}/*.gif")


def test_one_picture_is_one_row(photos):
    assert shown(opened(photos / "b.jpg")) == {"b.jpg": 4}


def test_a_folder_that_is_not_there_is_told_with_the_nearest(photos):
    with pytest.raises(DataError, match=r'no folder ".*/photo"; did you mean "photos"\?'):
        opened(photos.parent / "photo")
    with pytest.raises(DataError, match='no folder "nowhere/at/all/"'):
        opened("nowhere/at/all/")


def test_recordings_are_what_an_audio_shows(photos):
    (photos / "a.wav").write_bytes(b"")
    rows = read(photos, column="x", kind="audio")
    assert [rows.row(n)["x"] for n in range(len(rows))] == [str(photos / "a.wav")]
    assert len(read(photos, column="x")) == 4  # any media


def test_a_config_that_shows_no_media_is_told(photos):
    text = '<View><Text name="t" value="$photo"/></View>'
    [_, told] = opened(photos, text).problems
    assert '<Image value="$photo"/> would show images' in told


def test_labels_ask_about_a_folder(photos):
    project = Project(photos / "*.jpg", ["Yes", "No"], store=":memory:")
    assert project.config.columns == ("image",)
    project.annotate(project.key(0), "Yes")


class TestRoot:
    """Where media lie outside the folders they may lie in, that is told once, when it opens."""

    def test_the_root_that_is_needed_is_told_once(self, photos):
        paths = [str(photos / name) for name in ("a.PNG", "b.jpg", "sub/c.jpg")]
        project = opened(paths)
        [told] = project.problems
        assert told.startswith(f'images lie outside "{Path.cwd()}" and are not shown: root=')
        [[media]] = project.view(0).media.values()
        assert media.problem == f'"{paths[0]}" lies outside root='
        root = told.partition("root=")[2].partition("]")[0] + "]"
        again = Project(paths, CONFIG, store=":memory:", root=json.loads(root))
        assert again.problems == []
        assert shown(again) == {"a.PNG": 4, "b.jpg": 4, "c.jpg": 4}

    def test_only_a_few_rows_are_looked_at(self, photos, monkeypatch):
        from nblabel.project import data

        looked = []
        monkeypatch.setattr(data.medias, "roots_needed", lambda *_, **__: looked.append(1))
        opened([f"{n}.png" for n in range(1000)])
        assert len(looked) < 10

    def test_a_row_that_cannot_be_used_is_told_elsewhere(self, photos):
        assert "outside" not in "".join(opened([{"photo": "a.png"}, 7]).problems)
