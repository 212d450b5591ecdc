import base64
import csv
import io
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from nblabel.base.errors import FormatError
from nblabel.project import Project
from tests.project import animals
from tests.project.animals import TEXT, mood, span

IMAGES = """<View><Image name="img" value="$image"/>
<Choices name="kind" toName="img"><Choice value="dark"/></Choices></View>"""
DARK = {"from_name": "kind", "to_name": "img", "type": "choices", "value": {"choices": ["dark"]}}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


class TestLabelStudio:
    def test_it_is_written_as_the_importer_takes_it(self, opened, project, tmp_path):
        uid = project.annotate(7, [mood("good"), span(4, 5, "Animal")], annotator="ana@b.org")
        path = project.export(tmp_path / "out.json")
        assert read(path) == project.to_label_studio()
        (task,) = read(path)
        assert task["data"] == {"id": 7, "text": TEXT}
        (annotation,) = task["annotations"]
        assert annotation["completed_by"] == {"email": "ana@b.org"}
        assert annotation["unique_id"] == uid
        assert isinstance(annotation["id"], int)
        assert isinstance(task["id"], int)
        assert annotation["result"] == [mood("good"), span(4, 5, "Animal")]
        assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".json"] == [
            "out.json"
        ]

    def test_a_missing_text_is_empty_and_other_columns_come_along(self, opened, frame):
        odd = frame.assign(text=[None, "b", "c"], when=pd.Timestamp("2026-01-01"), n=[1.5, 2, None])
        project = opened(odd)
        for key in (7, 9):
            project.annotate(key, [mood("good")])
        first, last = project.to_label_studio()
        assert first["data"]["text"] == ""
        assert first["data"]["n"] == 1.5
        assert last["data"]["text"] == "c"

    def test_what_we_export_opens_again_once(self, project, opened, tmp_path):
        project.annotate(7, [mood("good")])
        path = project.export(tmp_path / "out.json")
        for _ in range(2):
            again = opened(path, name="again")
            assert [len(task["annotations"]) for task in again.to_label_studio()] == [1]
            assert again.to_label_studio() == read(path)
        again = opened(path, annotator="ana")  # the project that it came from
        assert len(again.to_label_studio()[0]["annotations"]) == 1
        assert again.view(0).annotation.items[0].result == mood("good")

    def test_an_import_never_overwrites_later_work(self, opened):
        task = {"id": 4, "data": {"id": 7, "text": TEXT}}
        given = [{**task, "annotations": [{"id": 9, "completed_by": 3, "result": [mood("good")]}]}]
        opened(given, annotator="3").annotate(7, [mood("bad")])
        project = opened(given, annotator="3")
        (annotation,) = project.to_label_studio()[0]["annotations"]
        assert annotation["result"] == [mood("bad")]
        assert (annotation["id"], annotation["completed_by"]) == (9, 3)

    def test_a_tasks_other_fields_are_kept_when_work_begins_here(self, opened):
        given = [{"id": 44, "data": {"id": 7, "text": TEXT, "more": [1]}, "meta": {"a": 1}}]
        project = opened(given)
        assert project.to_label_studio() == []
        project.annotate(7, [mood("bad")])
        (task,) = project.to_label_studio()
        assert (task["id"], task["meta"], task["data"]["more"]) == (44, {"a": 1}, [1])

    def test_frame_order_whatever_the_order_of_work(self, project):
        for key in (9, 7):
            project.annotate(key, [mood("good")])
        assert [task["data"]["id"] for task in project.to_label_studio()] == [7, 9]


class TestMedia:
    @pytest.fixture
    def images(self, tmp_path):
        Image.new("RGB", (4, 2)).save(tmp_path / "a.png")
        rows = [
            np.zeros((2, 4, 3), "uint8"),
            str(tmp_path / "a.png"),
            "https://example.org/a.png",
        ]
        data = [{"id": n, "image": value} for n, value in enumerate(rows)]
        project = Project(data, IMAGES, key="id", store=":memory:", root=tmp_path)
        for n in range(3):
            project.annotate(n, [DARK])
        yield project
        project.close()

    def shown(self, images, **given):
        return [task["data"]["image"] for task in images.to_label_studio(**given)]

    def test_embedded(self, images):
        array, path, url = self.shown(images)
        for uri in (array, path):
            head, _, body = uri.partition(",")
            assert head == "data:image/png;base64"
            assert Image.open(io.BytesIO(base64.b64decode(body))).size == (4, 2)
        assert url == "https://example.org/a.png"

    def test_paths_kept(self, images, tmp_path):
        array, path, _ = self.shown(images, media="keep")
        assert array.startswith("data:image/png")
        assert path == str(tmp_path / "a.png")

    def test_in_a_folder(self, images, tmp_path):
        array, path, url = self.shown(images, media=tmp_path / "media")
        for file in (array, path):
            with Image.open(file) as image:
                assert image.size == (4, 2)
        assert url == "https://example.org/a.png"

    def test_lists_and_paths_in_a_column(self, tmp_path):
        array = np.zeros((2, 4, 3), "uint8")
        url = "https://example.org/a.png"
        config = IMAGES.replace('value="$image"', 'valueList="$doc.pages"')
        data = [{"id": 1, "doc": {"pages": [array, url, "none.png"], "title": "a"}}]
        project = Project(data, config, key="id", store=":memory:", root=tmp_path)
        project.annotate(1, [{**DARK, "item_index": 1}])
        assert [bool(media.problem) for media in project.view(0).media[1]] == [False, False, True]
        (task,) = project.to_label_studio()
        assert task["data"]["doc"]["title"] == "a"
        embedded, *others = task["data"]["doc"]["pages"]
        assert embedded.startswith("data:image/png;base64,")
        assert others == [url, "none.png"]
        (task,) = project.to_label_studio(media=tmp_path / "media")
        assert (tmp_path / "media" / task["data"]["doc"]["pages"][0]).is_file()
        assert project.results()["item_index"].tolist() == [1]
        project.close()

    def test_work_on_another_image_never_leaves_with_the_present_one(self, tmp_path):
        def opened(colour):
            data = [{"id": 1, "image": np.full((2, 4, 3), colour, "uint8")}]
            return Project(data, IMAGES, key="id", store=tmp_path / "labels.db")

        opened(0).annotate(1, [DARK])
        (task,) = opened(255).to_label_studio()
        assert task["data"]["image"].startswith("digest:")


@pytest.mark.filterwarnings("ignore:the format has columns of its own:UserWarning")
class TestOthers:
    def test_json_min(self, project, tmp_path):
        project.annotate(7, [mood("good"), span(4, 5, "Animal")])
        (row,) = read(project.export(tmp_path / "min.json", "label-studio-min"))
        assert (row["text"], row["mood"], row["annotator"]) == (TEXT, "good", "ana")
        assert row["what"] == [span(4, 5, "Animal")["value"]]

    def test_csv(self, project, tmp_path):
        project.annotate(7, [mood("good"), span(4, 5, "Animal")])
        path = project.export(tmp_path / "rows.csv", "csv")
        (row,) = csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""))
        assert (row["text"], row["mood"]) == (TEXT, "good")
        assert json.loads(row["what"])[0]["labels"] == ["Animal"]


class TestWhereTo:
    @pytest.fixture
    def project(self):
        rows = [{"id": 7, "text": TEXT, "annotator": "them", "created_at": "1066", "lead_time": 9}]
        project = Project(rows, animals.CONFIG, key="id", store=":memory:", annotator="ana")
        project.annotate(7, [mood("good")])
        yield project
        project.close()

    @pytest.mark.parametrize(
        ("name", "form", "first"),
        [
            ("out.json", None, "[\n{"),
            ("out.CSV", None, '"_data_annotator","'),
            ("out.json", "JSON_MIN", '[\n{"'),
            ("out.json", "Label-Studio", "[\n{"),
            ("out.txt", "labelStudio", "[\n{"),
            ("out", "CSV", '"_data_annotator","'),
            ("out.tsv", None, '"_data_annotator"\t"'),
        ],
    )
    @pytest.mark.filterwarnings("ignore:the format has columns")
    def test_the_suffix_says_the_format_or_its_name_does(
        self, project, tmp_path, name, form, first
    ):
        written = project.export(tmp_path / name, form)
        assert written.read_text("utf-8").startswith(first)
        assert [path.name for path in tmp_path.iterdir()] == [name]

    @pytest.mark.parametrize(
        ("name", "options", "told"),
        [
            ("", {}, r'is a folder: name a file in it, ".*labels.json"'),
            ("none/out.json", {}, r'there is no folder ".*none"'),
            ("out.xlsx", {}, r'"out.xlsx" ends in ".xlsx": name the format, one of label-studio,'),
            ("out", {}, r'"out" has no suffix: name the format'),
            ("out.csv", {"format": "label-studio"}, r'take .json, or format="csv"'),
            ("out.json", {"format": "csv"}, r'take .csv, or format="label-studio"'),
            ("out.json", {"format": "cvs"}, r'format="cvs" is not known.*did you mean "csv"'),
        ],
    )
    def test_what_cannot_be_is_told_in_a_sentence(self, project, tmp_path, name, options, told):
        with pytest.raises(FormatError, match=told):
            project.export(tmp_path / name, **options)
        assert list(tmp_path.iterdir()) == []

    def test_a_column_of_the_data_is_kept_beside_the_formats_own(self, project, tmp_path):
        told = r'"annotator" as "_data_annotator", "created_at" as "_data_created_at", "id" as'
        with pytest.warns(UserWarning, match=told) as warned:
            project.export(tmp_path / "min.json", "label-studio-min")
        assert len(warned) == 1
        (row,) = json.loads((tmp_path / "min.json").read_text())
        data = {n.removeprefix("_data_"): v for n, v in row.items() if n.startswith("_data_")}
        assert data == {"id": 7, "annotator": "them", "created_at": "1066", "lead_time": 9}
        assert (row["id"], row["annotator"], row["mood"]) == (1, "ana", "good")
        with pytest.warns(UserWarning, match=told):
            project.export(tmp_path / "out.csv")
        (row,) = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(), newline=""))
        assert (row["_data_id"], row["_data_created_at"]) == ("7", "1066")
        assert (row["id"], row["annotator"], row["mood"]) == ("1", "ana", "good")

    def test_it_is_everybodys_to_read_as_the_system_has_it(self, project, tmp_path):
        (tmp_path / "plain").write_text("")
        written = project.export(tmp_path / "out.json")
        assert written.stat().st_mode == (tmp_path / "plain").stat().st_mode


# Files can grow to 10 KB here and no further, as on a full disk.
FULL = """
import resource, sys
import numpy as np
from nblabel import Project
from tests.project.test_export import DARK, IMAGES
noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), "uint8")
project = Project([{"id": 1, "image": noise}], IMAGES, key="id", store=":memory:")
project.annotate(1, [DARK])
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    project.export(sys.argv[1] + "/out.json", media=sys.argv[2])
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("media", ["embed", "pictures"])
def test_on_a_full_disk_nothing_half_lies_under_its_final_name(tmp_path, media):
    folder = tmp_path / "pictures" if media == "pictures" else media
    (tmp_path / "out.json").write_text("of last year")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.startswith("FormatError ")
    assert "out.json" in done.stdout
    assert "File too large" in done.stdout
    assert (tmp_path / "out.json").read_text() == "of last year"
    left = {path.name for path in tmp_path.rglob("*")} - {"pictures"}
    assert left == {"out.json"}
