"""Which annotation stands for a task, what became of media, what is told, what is replaced."""

import json
import warnings

import numpy as np
import pytest

import nblabel as nl
from nblabel.store import Store
from tests.formats.datasets import box, config, exported, images, labels, project

XML = config(labels("RectangleLabels", "box", "cat", "dog"), labels("Choices", "light", "day"))
DAY = {"from_name": "light", "to_name": "image", "type": "choices", "value": {"choices": ["day"]}}


def objects(file):
    return [one["bbox"][0] for one in json.loads(file.read_text())["annotations"]]


def task(*annotations):
    made = [{"result": [box(x, 0, 1, 1)], **fields} for x, fields in annotations]
    return {"id": 1, "data": {"image": "a.jpg"}, "annotations": made}


class TestWhichAnnotation:
    def written(self, tmp_path, *annotations):
        made = nl.Project([task(*annotations)], XML, store=":memory:")
        told = exported(made, tmp_path / "out.json", "coco")
        return objects(tmp_path / "out.json"), told

    def test_ground_truth_goes_before_what_is_newer(self, tmp_path):
        found, [told] = self.written(
            tmp_path,
            (10, {"ground_truth": True, "updated_at": "2026-01-01T00:00:00Z"}),
            (20, {"ground_truth": False, "updated_at": "2026-01-02T00:00:00Z"}),
        )
        assert found == [20]  # 10 % of 200
        assert "another annotation of the task is left out" in told

    def test_else_the_newest(self, tmp_path):
        found, _ = self.written(
            tmp_path,
            (10, {"ground_truth": False, "updated_at": "2026-01-02T00:00:00Z"}),
            (20, {"ground_truth": False, "updated_at": "2026-01-01T00:00:00Z"}),
        )
        assert found == [20]

    def test_skipped_ones_are_left_out(self, tmp_path):
        found, told = self.written(
            tmp_path,
            (10, {"ground_truth": False, "updated_at": "2026-01-01T00:00:00Z"}),
            (20, {"was_cancelled": True, "updated_at": "2026-01-02T00:00:00Z"}),
        )
        assert found == [20]
        assert not told

    def test_drafts_count_where_they_are_asked_for(self, tmp_path):
        made = project(XML, [box(10, 0, 1, 1)])
        draft = {**task((20, {})), "annotations": [], "drafts": [{"result": [box(20, 0, 1, 1)]}]}
        made = nl.Project([draft], XML, store=":memory:")
        made.export(tmp_path / "a.json", "coco")
        assert objects(tmp_path / "a.json") == []
        made.export(tmp_path / "b.json", "coco", drafts=True)
        assert objects(tmp_path / "b.json") == [40]


class TestLosses:
    def test_they_are_told_once_with_how_often_and_where_first(self, tmp_path):
        made = project(XML, [box(), DAY], [box(), DAY], [box(), DAY])
        [told] = exported(made, tmp_path / "out.json", "coco")
        assert told.startswith("not all fits coco: an answer about the whole image has no place (3")
        assert made.key(0) in told
        assert told.endswith('project.losses("coco") lists it all')

    def test_they_are_listed_without_anything_written(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        made = project(XML, [box(), DAY], [box()])
        listed = made.losses("COCO")
        assert listed.values.tolist() == [
            [made.key(0), "light", "an answer about the whole image has no place"]
        ]
        assert list(listed.columns) == ["key", "control", "what"]
        assert not list(tmp_path.iterdir())

    def test_where_there_are_none_there_is_no_warning(self, tmp_path):
        assert exported(project(XML, [box()]), tmp_path / "out.json", "coco") == []
        assert len(project(XML, [box()]).losses("coco")) == 0

    def test_formats_that_carry_all_are_told_so(self):
        with pytest.raises(
            nl.FormatError, match=r'format="cocoo" is not known.*did you mean "coco"'
        ):
            project(XML, [box()]).losses("cocoo")

    def test_regions_of_images_that_a_task_does_not_have_are_told(self, tmp_path):
        xml = '<View><Image name="image" valueList="$pages"/>' + labels(
            "RectangleLabels", "box", "cat"
        )
        made = nl.Project([{"pages": ["a.jpg", "b.jpg"]}], xml + "</View>", store=":memory:")
        made.annotate(0, [box(item_index=n) for n in (0, 1, 5)], check=False)
        [told] = exported(made, tmp_path / "out.json", "coco")
        assert "a region is on an image that the task does not have (1 times" in told
        made = json.loads((tmp_path / "out.json").read_text())
        assert [one["file_name"] for one in made["images"]] == ["a.jpg", "b.jpg"]
        assert [one["image_id"] for one in made["annotations"]] == [1, 2]


class TestMedia:
    def test_they_are_copied_into_folders(self, tmp_path):
        root = images(tmp_path / "photos")
        made = project(XML, [box()], root=root)
        made.export(tmp_path / "out", "labelme")
        assert (tmp_path / "out" / "a" / "1.png").read_bytes() == (
            root / "a" / "1.png"
        ).read_bytes()

    def test_or_stay_where_they_are(self, tmp_path):
        root = images(tmp_path / "photos")
        made = project(XML, [box()], root=root)
        made.export(tmp_path / "out", "labelme", media="keep")
        assert sorted(p.name for p in (tmp_path / "out").rglob("*")) == [".nblabel", "1.json", "a"]

    def test_or_are_written_elsewhere(self, tmp_path):
        root = images(tmp_path / "photos")
        made = project(XML, [box()], root=root)
        made.export(tmp_path / "out.json", "coco", media=tmp_path / "pictures")
        assert (tmp_path / "pictures" / "a" / "1.png").is_file()

    def test_images_in_the_rows_themselves_become_files(self, tmp_path):
        rows = [{"image": np.zeros((10, 20, 3), np.uint8)}]
        made = nl.Project(rows, XML, store=":memory:")
        made.annotate(0, [box(size=(20, 10))])
        made.export(tmp_path / "out", "yolo", val=0)
        assert (tmp_path / "out" / "images" / "train" / "1.png").is_file()
        assert (tmp_path / "out" / "labels" / "train" / "1.txt").is_file()

    def test_what_cannot_be_copied_is_told_and_the_rest_written(self, tmp_path):
        made = project(XML, [box()])
        [told] = exported(made, tmp_path / "out", "yolo")
        assert "a medium was not copied: it was not found" in told
        assert len(list((tmp_path / "out").rglob("1.txt"))) == 1

    def test_embedding_is_for_label_studio(self, tmp_path):
        with pytest.raises(
            nl.FormatError, match='media="embed" is not for coco: "keep" or a folder'
        ):
            project(XML, [box()]).export(tmp_path / "out.json", "coco", media="embed")

    def test_absolute_paths_are_told_below_their_root(self, tmp_path):
        root = images(tmp_path / "photos")
        rows = [{"image": str(root / "a" / "1.png")}]
        made = nl.Project(rows, XML, store=":memory:", root=root)
        made.annotate(0, [box()])
        made.export(tmp_path / "out.json", "coco")
        [image] = json.loads((tmp_path / "out.json").read_text())["images"]
        assert image["file_name"] == "a/1.png"


class TestWhereTo:
    def test_what_fails_in_the_middle_leaves_what_was_there(self, tmp_path, monkeypatch):
        out = tmp_path / "out"
        made = project(XML, [box()], root=images(tmp_path / "photos"))
        made.export(out, "yolo", val=0)
        before = sorted(p.relative_to(out) for p in out.rglob("*"))

        def broken(*_, **__):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("nblabel.formats.yolo.Path.write_text", broken)
        with pytest.raises(nl.FormatError, match="No space left on device"):
            made.export(out, "yolo", val=0)
        assert sorted(p.relative_to(out) for p in out.rglob("*")) == before
        assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "photos"]

    @pytest.mark.parametrize(
        ("name", "options", "told"),
        [
            ("a.txt", {"format": "coco"}, r'"a.txt" does not end in .json, as format="coco" does'),
            ("a", {"format": "YOLO", "splits": 3}, r'yolo has no setting "splits": its settings'),
            (
                "a",
                {"format": "yolo", "task": "boxes"},
                'task="boxes" is not known; one of "detect"',
            ),
            ("a", {"format": "yolo", "val": 2}, "val=2 and test=0.0 must be shares"),
            ("a.xml", {"format": "mot"}, "mot: it holds boxes through videos.*formats that fit it"),
        ],
    )
    def test_what_cannot_be_is_told_in_a_sentence(self, tmp_path, name, options, told):
        with pytest.raises((nl.NblabelError, TypeError), match=told):
            project(XML, [box()]).export(tmp_path / name, **options)
        assert not list(tmp_path.iterdir())

    def test_a_file_where_a_folder_is_meant(self, tmp_path):
        (tmp_path / "a").write_text("mine")
        with pytest.raises(nl.FormatError, match="is a file, and yolo is a folder of files"):
            project(XML, [box()]).export(tmp_path / "a", "yolo")

    def test_the_suffix_says_the_format_where_only_one_has_it(self, tmp_path):
        project(XML, [box()]).export(tmp_path / "out.xml")
        assert "<annotations>" in (tmp_path / "out.xml").read_text()

    def test_a_store_without_its_data_is_written_all_the_same(self, tmp_path):
        made = nl.Project([{"image": "a/1.jpg"}], XML, store=tmp_path / "s.db")
        made.annotate(0, [box()])
        made.close()
        store = Store.open(tmp_path / "s.db")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            nl.Project(store=store).export(tmp_path / "out.json", "coco")
        [image] = json.loads((tmp_path / "out.json").read_text())["images"]
        assert (image["file_name"], image["width"]) == ("a/1.jpg", 200)
        store.close()


def test_boxes_stream_from_the_store_to_the_file(tmp_path, monkeypatch):
    """No more than a page of tasks is held, however many there are."""
    from nblabel.project import work

    monkeypatch.setattr(work, "TOGETHER", 10)
    rows = [{"image": f"{n}.jpg"} for n in range(60)]
    made = nl.Project(rows, XML, store=":memory:")
    for n in range(60):
        made.annotate(n, [box()])
    asked = []
    records = made.store.records
    monkeypatch.setattr(
        made.store,
        "records",
        lambda project, keys: asked.append(len(keys)) or records(project, keys),
    )
    made.export(tmp_path / "out.json", "coco")
    assert asked == [10] * 6
