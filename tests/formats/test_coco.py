"""COCO: what is written, what is read, and that one is the other's inverse."""

import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as masks
from pycocotools.coco import COCO

import nblabel as nl
from nblabel.formats.coco import read as read_coco
from nblabel.media.masks import array_of
from tests.formats.datasets import (
    block,
    box,
    boxes,
    brush,
    config,
    exported,
    keypoint,
    labels,
    losses,
    polygon,
    polygons,
    project,
    read,
    result,
    said,
    same,
)

ALL = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat", "dog"),
    labels("EllipseLabels", "ellipse", "cat"),
    labels("BrushLabels", "mask", "cat", "dog"),
    labels("KeyPointLabels", "point", "nose", "tail", "ear"),
    labels("Choices", "pose", "sits", "stands", perRegion="true"),
    labels("Choices", "light", "day", "night"),
    '<TextArea name="note" toName="image" perRegion="true"/>',
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "out.json"


def written(file, *tasks, xml=ALL, **options):
    told = exported(project(xml, *tasks), file, "coco", **options)
    return json.loads(file.read_text("utf-8")), told


def by_pycocotools(mask):
    rle = masks.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": rle["size"], "counts": rle["counts"].decode()}


class TestWriting:
    def test_a_box_is_in_pixels_and_not_rounded(self, file):
        made, told = written(file, [box(10, 20, 33.3, 40)])
        [object_] = made["annotations"]
        assert object_["bbox"] == pytest.approx([20, 20, 66.6, 40], abs=1e-12)
        assert object_["area"] == pytest.approx(66.6 * 40)
        assert object_["segmentation"] == []
        assert object_["iscrowd"] == 0
        assert not told

    def test_ids_begin_at_1_and_categories_are_in_the_order_of_the_config(self, file):
        made, _ = written(file, [box()], [box(0, 0, 5, 5, "dog"), box()])
        assert [c["id"] for c in made["categories"]] == [1, 2]
        assert [c["name"] for c in made["categories"]] == ["cat", "dog"]
        assert [image["id"] for image in made["images"]] == [1, 2]
        assert [(o["id"], o["image_id"], o["category_id"]) for o in made["annotations"]] == [
            (1, 1, 1),
            (2, 2, 2),
            (3, 2, 1),
        ]

    def test_images_keep_their_folders_and_say_their_size(self, file):
        made, _ = written(file, [box()], [box()])
        assert [image["file_name"] for image in made["images"]] == ["a/1.png", "b/1.png"]
        assert {(image["width"], image["height"]) for image in made["images"]} == {(200, 100)}

    def test_a_turned_box_is_the_polygon_of_its_corners_in_pixels(self, file):
        made, [told] = written(file, [box(50, 20, 20, 20, rotation=90)])
        [object_] = made["annotations"]
        assert object_["segmentation"] == [[100, 20, 100, 60, 80, 60, 80, 20]]
        assert object_["bbox"] == [80, 20, 20, 40]
        assert object_["area"] == 800
        assert "a turned box is the polygon of its corners (1 times" in told

    def test_an_ellipse_is_a_polygon_within_its_own_box(self, file):
        value = {"x": 50, "y": 50, "radiusX": 10, "radiusY": 20, "rotation": 0}
        made, [told] = written(file, [result("EllipseLabels", "ellipse", value, "cat")])
        [object_] = made["annotations"]
        [outline] = object_["segmentation"]
        assert len(outline) == 2 * 36
        assert object_["bbox"] == pytest.approx([80, 30, 40, 40])
        assert object_["area"] == pytest.approx(np.pi * 20 * 20, rel=0.01)
        assert "an ellipse is a polygon of 36 points" in told

    @pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
    def test_a_mask_is_run_lengths_that_pycocotools_reads(self, file):
        mask = block(30, 10, 20, 10)
        made, _ = written(file, [brush(mask, "cat")])
        [object_] = made["annotations"]
        assert object_["bbox"] == [30, 10, 20, 10]
        assert object_["area"] == 200
        assert object_["segmentation"] == by_pycocotools(mask)
        coco = COCO(str(file))
        assert (coco.annToMask(coco.anns[1]) == mask).all()

    def test_key_points_belong_to_the_box_that_is_their_parent(self, file):
        points = [
            result("KeyPointLabels", "point", {"x": x, "y": 30, "width": 1}, word, parentID="b")
            for x, word in ((12, "tail"), (14, "nose"))
        ]
        made, told = written(file, [box(id="b"), *points])
        [object_] = made["annotations"]
        assert object_["keypoints"] == pytest.approx([28, 30, 2, 24, 30, 2, 0, 0, 0])
        assert object_["num_keypoints"] == 2
        [cat, dog] = made["categories"]
        assert cat["keypoints"] == ["nose", "tail", "ear"]
        assert "keypoints" not in dog
        assert not told

    def test_lines_between_key_points_are_said_by_their_labels(self, file):
        points = [keypoint(12, 30, "tail", parentID="b")]
        made, _ = written(file, [box(id="b"), *points], skeleton=[("nose", "ear"), ("ear", "tail")])
        assert made["categories"][0]["skeleton"] == [[1, 3], [3, 2]]
        with pytest.raises(nl.FormatError, match=r'skeleton="noes" is not known.*"nose"'):
            written(file, points, skeleton=[("noes", "ear")])

    def test_key_points_without_a_box_are_an_object_and_one_that_comes_again_begins_another(
        self, file
    ):
        points = [
            result("KeyPointLabels", "point", {"x": x, "y": 30, "width": 1}, word)
            for x, word in ((10, "nose"), (20, "tail"), (30, "nose"))
        ]
        made, [told] = written(file, points)
        assert [one["num_keypoints"] for one in made["annotations"]] == [2, 1]
        assert made["annotations"][0]["bbox"] == pytest.approx([20, 30, 20, 0])
        assert "key points without a box are an object named by their control (2 times" in told

    def test_several_labels_are_several_objects_and_none_is_the_control(self, file):
        made, [told] = written(
            file, [box(0, 0, 9, 9, "cat", "dog"), polygon([(0, 0), (9, 0), (0, 9)])]
        )
        bare = result("PolygonLabels", "polygon", {"points": [[0, 0], [9, 0], [0, 9]]})
        assert [one["category_id"] for one in made["annotations"]] == [1, 2, 1]
        assert "a region with several labels is one object for each (1 times" in told
        made, [told] = written(file, [bare])
        assert made["categories"][-1]["name"] == "polygon"
        assert "a region without a label is named by its control" in told

    def test_what_is_said_of_a_single_region_is_an_attribute(self, file):
        place = {"x": 1, "y": 1, "width": 2, "height": 3, "rotation": 0}
        about = result("Choices", "pose", place, "sits", id="b")
        made, told = written(file, [box(1, 1, 2, 3, id="b", score=0.5), about])
        [object_] = made["annotations"]
        assert object_["attributes"] == {"pose": "sits"}
        assert object_["score"] == 0.5
        assert not told

    def test_what_has_no_place_is_told_by_key_and_control(self, file):
        task = [
            box(id="a"),
            box(id="b", meta={"text": ["odd"]}),
            {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"},
            {
                "from_name": "light",
                "to_name": "image",
                "type": "choices",
                "value": {"choices": ["day"]},
            },
        ]
        made = project(ALL, task)
        told = made.losses("coco").values.tolist()
        key = made.key(0)
        assert sorted(told) == [
            [key, "", "a relation has no place"],
            [key, "box", "the note of a region has no place"],
            [key, "light", "an answer about the whole image has no place"],
        ]

    def test_one_annotation_stands_for_a_task_and_the_others_are_told(self, file):
        two = project(ALL, [box(1)], annotator="ana")
        two.annotate(two.key(0), [box(2)], annotator="ben")
        [told] = exported(two, file, "coco")
        [object_] = json.loads(file.read_text())["annotations"]
        assert object_["bbox"][0] == 4
        assert "another annotation of the task is left out" in told

    def test_broken_results_are_told_and_the_rest_is_written(self, file):
        task = [box("left"), {**box(), "original_width": None}, box(), polygon([(1, 2)])]
        made, [told] = written(file, task)
        assert len(made["annotations"]) == 1
        for sentence in (
            "a region has no place that can be read",
            "the size of the image is not known",
            "a polygon of fewer than three points has no place",
        ):
            assert sentence in told

    def test_a_config_of_texts_does_not_fit_and_is_told_what_would(self, tmp_path):
        texts = nl.Project(["a"], "text-classification", store=":memory:")
        with pytest.raises(
            nl.FormatError, match="coco: it holds regions on images, and the config"
        ):
            texts.export(tmp_path / "a.json", "coco")
        assert not list(tmp_path.iterdir())

    def test_pycocotools_reads_the_file(self, file):
        written(file, [box(), polygon([(0, 0), (50, 0), (0, 50)], "dog")], [])
        coco = COCO(str(file))
        assert coco.getAnnIds(imgIds=[1], catIds=coco.getCatIds(["dog"])) == [2]
        assert len(coco.loadImgs(coco.getImgIds())) == 2


def coco(file, **members):
    base = {
        "images": [{"id": 7, "file_name": "a.png", "width": 200, "height": 100}],
        "categories": [{"id": 90, "name": "cat"}, {"id": 3, "name": 'a "b" <c> & d'}],
        "annotations": [],
    }
    file.write_text(json.dumps({**base, **members}), "utf-8")
    return file


def object_(**members):
    return {"id": 1, "image_id": 7, "category_id": 90, "bbox": [20, 20, 60, 40], **members}


class TestReading:
    def test_a_box_is_exact_percent_and_unknown_members_do_no_harm(self, file):
        made = read(coco(file, annotations=[object_(odd=[1, {"a": 2}])], info={"year": 2017}))
        assert said(made) == {
            "a.png": [
                (
                    "rectanglelabels",
                    {
                        "x": 10.0,
                        "y": 20.0,
                        "width": 30.0,
                        "height": 40.0,
                        "rotation": 0,
                        "rectanglelabels": ["cat"],
                    },
                )
            ]
        }

    def test_the_config_has_the_labels_of_the_file_whatever_is_in_them(self, file):
        made = read(coco(file, annotations=[object_()]))
        [control] = made.config.controls.values()
        assert made.config.labels(control) == ("cat", 'a "b" <c> & d')

    def test_a_label_with_a_dollar_stands_for_no_column(self, file):
        categories = [{"id": 90, "name": "$image"}]
        made = read(coco(file, categories=categories, annotations=[object_()]))
        assert made.problems == []
        [control] = made.config.controls.values()
        assert made.config.labels(control) == ("$image",)
        assert made.results()["label"].tolist() == ["$image"]
        assert len(made.check()) == 0

    def test_an_image_without_objects_is_not_labelled_unless_it_is_said_so(self, file):
        assert read(coco(file)).progress()["done"] == 0
        assert read(file, empty=True).progress()["done"] == 1

    def test_parts_of_a_polygon_stay_one_object(self, file, tmp_path):
        parts = [[0, 0, 20, 0, 0, 20], [100, 50, 120, 50, 100, 70]]
        made = read(coco(file, annotations=[object_(segmentation=parts)]))
        first, second = made.to_label_studio()[0]["annotations"][0]["result"]
        assert second["parentID"] == first["id"]
        made.export(tmp_path / "b.json", "coco")
        [again] = json.loads((tmp_path / "b.json").read_text())["annotations"]
        assert again["segmentation"] == parts

    @pytest.mark.parametrize("compressed", [False, True])
    def test_run_lengths_are_a_mask_and_a_crowd_stays_one(self, file, tmp_path, compressed):
        mask = block(30, 10, 20, 10)
        runs = [3010, *[10, 90] * 19, 10, 15080]
        segmentation = {"size": [100, 200], "counts": runs}
        if compressed:
            segmentation = by_pycocotools(mask)
        made = read(coco(file, annotations=[object_(segmentation=segmentation, iscrowd=1)]))
        [[got]] = [a["result"] for a in made.to_label_studio()[0]["annotations"]]
        assert (array_of(got["value"], (200, 100)) > 0).tolist() == mask.tolist()
        made.export(tmp_path / "b.json", "coco")
        [again] = json.loads((tmp_path / "b.json").read_text())["annotations"]
        assert again["iscrowd"] == 1
        assert again["area"] == 200

    def test_key_points_that_are_there_have_their_names_and_their_box(self, file):
        person = {"id": 90, "name": "person", "keypoints": ["nose", "ear"], "skeleton": [[1, 2]]}
        points = [10, 20, 1, 0, 0, 0]
        made = read(coco(file, categories=[person], annotations=[object_(keypoints=points)]))
        box_, nose = made.to_label_studio()[0]["annotations"][0]["result"]
        assert nose["parentID"] == box_["id"]
        assert nose["value"]["keypointlabels"] == ["nose"]
        assert (nose["value"]["x"], nose["value"]["y"], nose["value"]["hidden"]) == (5, 20, True)
        told = "the lines of a skeleton are not kept; export(skeleton=) draws them again: person"
        assert told in made.problems

    def test_results_files_are_suggestions_and_ask_for_the_truth(self, file, tmp_path):
        results = tmp_path / "results.json"
        found = [{**object_(score=0.75), "id": None}]
        results.write_text(json.dumps(found))
        with pytest.raises(nl.FormatError, match=r'a file of COCO results.*truth="instances.json"'):
            read(results)
        made = read(results, truth=coco(file))
        [task] = made.to_label_studio()
        assert task["annotations"] == []
        [prediction] = task["predictions"]
        assert prediction["score"] == 0.75
        assert prediction["model_version"] == "results"

    def test_annotations_may_be_suggestions(self, file):
        made = read(coco(file, annotations=[object_()]), as_predictions=True)
        assert made.progress()["done"] == 0
        assert len(made.to_label_studio()[0]["predictions"][0]["result"]) == 1

    def test_read_again_nothing_is_there_twice(self, file, tmp_path):
        coco(file, annotations=[object_(), object_(id=2, bbox=[1, 2, 3, 4])])
        for _ in range(2):
            made = nl.read(file, store=tmp_path / "s.db")
            assert len(made.results()) == 2
            made.close()

    def test_a_config_of_ones_own_takes_what_it_has_a_label_for(self, file):
        xml = (
            '<View><Image name="photo" value="$path"/><Rectangle name="r" toName="photo"/>'
            '<Labels name="what" toName="photo"><Label value="cat"/></Labels></View>'
        )
        made = read(coco(file, annotations=[object_(), object_(id=2, category_id=3)]), config=xml)
        [task] = made.to_label_studio()
        assert task["data"] == {"path": "a.png"}
        assert [(r["from_name"], r["type"]) for r in task["annotations"][0]["result"]] == [
            ("r", "rectangle"),
            ("what", "labels"),
        ]
        told = (
            'no control of the config takes what the file holds: "a "b" <c> & d" (rectanglelabels)'
        )
        assert told in made.problems

    def test_images_are_found_beside_the_file_and_none_outside_is_shown(self, tmp_path):
        (tmp_path / "set" / "annotations").mkdir(parents=True)
        (tmp_path / "set" / "images").mkdir()
        Image.new("RGB", (8, 4)).save(tmp_path / "set" / "images" / "a.png")
        Image.new("RGB", (8, 4)).save(tmp_path / "secret.png")
        images = [
            {"id": 1, "file_name": "a.png"},
            {"id": 2, "file_name": "../../secret.png", "width": 8, "height": 4},
            {"id": 3, "file_name": str(tmp_path / "secret.png"), "width": 8, "height": 4},
        ]
        objects = [object_(id=n, image_id=n, bbox=[1, 1, 2, 2]) for n in (1, 2, 3)]
        file = tmp_path / "set" / "annotations" / "instances.json"
        made = read(coco(file, images=images, annotations=objects))
        shown, *hidden = [made.view(n).media for n in range(3)]
        assert shown[next(iter(shown))][0].width == 8
        for media in hidden:
            assert "outside root=" in media[next(iter(media))][0].problem
        assert len(made.results()) == 3

    def test_what_is_broken_is_set_aside_and_told(self, file):
        objects = [
            object_(),
            object_(id=2, image_id=99),
            object_(id=3, category_id=5),
            object_(id=4, bbox=[1, 2, 3]),
            object_(id=5, bbox=[1, 2, None, 4]),
            object_(id=6, segmentation=[[1, 2, 3, 4]]),
            object_(id=7, segmentation={"size": [1, 1], "counts": "0"}),
            7,
        ]
        made = read(coco(file, annotations=objects))
        assert len(made.results()) == 1
        for sentence in (
            "an object is on an image that the file does not name",
            "an object has a category that the file does not name: object 3",
            "an object has no box of four numbers: object 4, object 5",
            "a polygon is no list of three points or more: object 6",
            "a mask's run lengths are not of its image's size: object 7",
            "an object is no JSON object: byte",
        ):
            assert any(problem.startswith(sentence) for problem in made.problems), sentence

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (
                '{"images": [{"id": 1,',
                "the file ends in the middle|there is no value of JSON at byte",
            ),
            ('{"images": 7, "annotations": [], "categories": []}', "it names no images"),
        ],
    )
    def test_a_file_that_is_none_is_told(self, file, text, told):
        file.write_text(text)
        with pytest.raises(nl.FormatError, match=told):
            read(file, format="coco")

    def test_members_may_come_in_any_order_in_any_piece(self, file, monkeypatch):
        monkeypatch.setattr("nblabel.formats._json._PIECE", 7)
        base = {
            "annotations": [object_(bbox=[20.5, 20, 60, 40])],
            "categories": [{"id": 90, "name": "Kätzchen 🐱"}],
            "images": [{"file_name": "ü.png", "id": 7, "width": 200, "height": 100}],
        }
        file.write_text(json.dumps(base, ensure_ascii=False, indent=1), "utf-8")
        [[(_, value)]] = said(read(file)).values()
        assert value["rectanglelabels"] == ["Kätzchen 🐱"]
        assert value["x"] == 10.25
        assert list(said(read(file))) == ["ü.png"]


class TestThereAndBack:
    @settings(max_examples=40, deadline=None)
    @given(tasks=st.lists(st.lists(boxes, max_size=4), min_size=1, max_size=3))
    def test_boxes(self, tmp_path_factory, tasks):
        file = tmp_path_factory.mktemp("coco") / "out.json"
        xml = config(labels("RectangleLabels", "box", "cat", "dog"))
        made = project(xml, *tasks)
        exported(made, file, "coco")
        assert same(read(file, empty=True), made)

    @settings(max_examples=40, deadline=None)
    @given(task=st.lists(st.one_of(boxes, polygons), min_size=1, max_size=5))
    def test_boxes_and_polygons_under_the_same_config(self, tmp_path_factory, task):
        file = tmp_path_factory.mktemp("coco") / "out.json"
        made = project(ALL, task)
        assert not exported(made, file, "coco")
        assert same(read(file, config=ALL), made)

    @settings(max_examples=20, deadline=None)
    @given(data=st.data())
    def test_masks_pixel_for_pixel(self, tmp_path_factory, data):
        file = tmp_path_factory.mktemp("coco") / "out.json"
        bits = data.draw(st.binary(min_size=9 * 13, max_size=9 * 13))
        mask = (np.frombuffer(bits, np.uint8) % 2 == 1).reshape(9, 13)
        mask[0, 0] = True
        made = project(ALL, [brush(mask, "dog")])
        assert not exported(made, file, "coco")
        assert same(read(file, config=ALL), made)

    def test_key_points_and_attributes(self, file):
        place = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}
        task = [
            box(id="b"),
            result("Choices", "pose", place, "sits", id="b"),
            result("KeyPointLabels", "point", {"x": 7, "y": 9, "width": 0.5}, "ear", parentID="b"),
        ]
        made = project(ALL, task)
        assert not exported(made, file, "coco")
        again = read(file, config=ALL)
        assert same(again, made)
        assert losses(again, "coco") == []


def test_a_file_is_never_in_memory_as_a_whole(tmp_path):
    """Its objects are found by their places, and read image by image."""
    images = [{"id": n, "file_name": f"{n}.jpg", "width": 9, "height": 9} for n in range(200)]
    objects = [object_(id=n + 1, image_id=n % 200, odd="x" * 300) for n in range(8_000)]
    file = tmp_path / "large.json"
    coco(file, images=images, annotations=objects)
    size = file.stat().st_size
    tracemalloc.start()
    said = read_coco(file).said()
    assert sum(len(one["result"]) for annotations in said for one in annotations) == 8_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A piece of a megabyte, as characters and as they are joined, and 24 bytes an object.
    assert most < 5_000_000
    assert size > 3_000_000
