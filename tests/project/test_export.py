import base64
import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from nblabel.project import Project
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
