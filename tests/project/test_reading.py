"""Files read as projects: which format they are in, and under which config."""

import json

import pytest

import nblabel as nl
from tests.formats.datasets import box, config, exported, images, labels, project, read, results_of

XML = config(labels("RectangleLabels", "box", "cat"))
COCO = {
    "images": [{"id": 1, "file_name": "a.jpg", "width": 200, "height": 100}],
    "categories": [{"id": 1, "name": "cat"}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
}
TASKS = [{"data": {"text": "fine"}, "annotations": [{"result": [], "completed_by": 3}]}]
TEXTS = '<View><Text name="t" value="$text"/><TextArea name="a" toName="t"/></View>'


class TestWhichFormat:
    @pytest.mark.parametrize("form", ["coco", "cvat", "labelme", "masks", "voc", "yolo"])
    def test_what_is_written_is_known_by_looking(self, tmp_path, form):
        made = project(XML, [box()], root=images(tmp_path / "photos"))
        suffix = {"coco": ".json", "cvat": ".xml"}.get(form, "")
        out = tmp_path / f"out{suffix}"
        exported(made, out, form)
        assert len(read(out).results()) == 1

    def test_what_is_known_by_nothing_is_told_with_what_is_near(self, tmp_path):
        file = tmp_path / "a.xml"
        file.write_text("<odd/>")
        with pytest.raises(
            nl.FormatError, match=r"ends in \".xml\" and begins with '<odd/>', which"
        ):
            read(file)
        with pytest.raises(nl.FormatError, match="is a folder, which no format is known by; "):
            read(tmp_path)

    def test_what_looks_like_several_is_told(self, tmp_path, monkeypatch):
        file = tmp_path / "a.json"
        file.write_text(json.dumps({**COCO, "shapes": [], "imagePath": ""}))
        with pytest.raises(nl.FormatError, match='looks like "coco" and "labelme": name one with'):
            read(file)
        assert len(read(file, format="COCO").results()) == 1

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("cocoo", 'format="cocoo" is not known.*did you mean "coco"'),
            ("voc", "no file in it is an annotation"),
        ],
    )
    def test_a_name_that_is_none_or_another(self, tmp_path, name, told):
        file = tmp_path / "a.json"
        file.write_text(json.dumps(COCO))
        with pytest.raises(nl.FormatError, match=told) as error:
            read(file, format=name)
        del error

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(nl.FormatError, match="there is no such file or folder"):
            read(tmp_path / "a.json")

    def test_a_setting_that_is_none(self, tmp_path):
        file = tmp_path / "a.json"
        file.write_text(json.dumps(COCO))
        with pytest.raises(TypeError, match=r'coco has no setting "image".*did you mean "images"'):
            read(file, image="x")


class TestRows:
    @pytest.mark.parametrize(
        ("name", "text", "count"),
        [
            ("a.csv", "text\nfine\npoor\n", 2),
            ("a.tsv", "id\ttext\n1\tfine\n", 1),
            ("a.txt", "fine\npoor\n", 2),
            ("a.jsonl", '{"text": "fine"}\n', 1),
            ("a.json", json.dumps(TASKS), 1),
        ],
    )
    def test_files_of_rows_and_tasks_are_read_with_a_config(self, tmp_path, name, text, count):
        (tmp_path / name).write_text(text)
        made = read(tmp_path / name, config=TEXTS)
        assert len(made) == count
        assert made.to_frame()["text"].tolist()[0] == "fine"

    def test_without_one_that_is_told(self, tmp_path):
        (tmp_path / "a.csv").write_text("text\nfine\n")
        with pytest.raises(
            nl.DataError, match="a file of tasks, which names no labels: give config"
        ):
            read(tmp_path / "a.csv")

    def test_annotations_of_tasks_may_be_suggestions(self, tmp_path):
        (tmp_path / "a.json").write_text(json.dumps(TASKS))
        assert read(tmp_path / "a.json", config=TEXTS).progress()["done"] == 1
        made = read(tmp_path / "a.json", config=TEXTS, as_predictions=True)
        assert made.progress()["done"] == 0
        assert len(made.to_label_studio()[0]["predictions"]) == 1


class TestUnderAConfig:
    def test_settings_of_the_project_and_of_the_format_go_where_they_belong(self, tmp_path):
        file = tmp_path / "a.json"
        file.write_text(json.dumps({**COCO, "annotations": []}))
        made = nl.Project.read(
            file, store=tmp_path / "s.db", name="cats", annotator="ana", empty=True
        )
        assert (made.name, made.annotator) == ("cats", "ana")
        assert made.store.name == "s.db"
        made.close()

    def test_the_project_is_named_by_the_file(self, tmp_path):
        file = tmp_path / "cats.json"
        file.write_text(json.dumps(COCO))
        assert read(file).name == "box of cats.json"

    def test_a_labeler_opens_it(self, tmp_path):
        file = tmp_path / "cats.json"
        file.write_text(json.dumps(COCO))
        made = read(file)
        assert len(nl.Labeler(made).results()) == 1

    def test_what_was_corrected_stays_when_the_file_is_read_again(self, tmp_path):
        file = tmp_path / "cats.json"
        file.write_text(json.dumps(COCO))
        made = nl.read(file, store=tmp_path / "s.db")
        made.annotate(made.key(0), [{**results_of(made)[0], "id": "mine"}])
        made.close()
        again = nl.read(file, store=tmp_path / "s.db")
        assert [one["id"] for one in results_of(again)] == ["mine"]
        again.close()

    def test_an_object_that_the_config_does_not_have(self, tmp_path):
        file = tmp_path / "cats.json"
        file.write_text(json.dumps(COCO))
        with pytest.raises(nl.DataError, match="the data has no column that the config shows"):
            read(file, config=TEXTS)

    def test_words_become_numbers_where_the_config_asks_for_such(self, tmp_path):
        file = tmp_path / "cats.json"
        objects = [{**COCO["annotations"][0], "attributes": {"age": "7", "fur": "long"}}]
        file.write_text(json.dumps({**COCO, "annotations": objects}))
        xml = config(
            labels("RectangleLabels", "what", "cat"),
            '<Rating name="age" toName="image" perRegion="true"/>',
            '<TextArea name="fur" toName="image" perRegion="true"/>',
        )
        by_control = {r["from_name"]: r["value"] for r in results_of(read(file, config=xml))}
        assert by_control["age"]["rating"] == 7
        assert by_control["fur"]["text"] == ["long"]

    def test_what_is_said_of_a_region_does_not_become_the_images(self, tmp_path):
        file = tmp_path / "cats.json"
        objects = [{**COCO["annotations"][0], "attributes": {"light": "day", "occluded": False}}]
        file.write_text(json.dumps({**COCO, "annotations": objects}))
        made = read(
            file,
            config=config(
                labels("RectangleLabels", "what", "cat"), labels("Choices", "light", "day")
            ),
        )
        assert [one["from_name"] for one in results_of(made)] == ["what"]
        told = 'no control of the config takes what the file holds: "day" (choices)'
        assert told in made.problems
        assert sorted(read(file).config.controls) == ["box", "light"]
