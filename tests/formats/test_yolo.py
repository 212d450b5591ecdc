"""YOLO: folders of images with labels, for each of its tasks."""

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import nblabel as nl
from nblabel.formats._contours import outlines
from nblabel.formats._geometry import area
from tests.formats.datasets import (
    block,
    box,
    boxes,
    brush,
    close,
    config,
    ellipse,
    exported,
    images,
    keypoint,
    labels,
    polygon,
    polygons,
    project,
    read,
    results_of,
)

BOXES = config(labels("RectangleLabels", "box", "cat", "dog"))
SHAPES = config(
    labels("PolygonLabels", "polygon", "cat", "dog"),
    labels("EllipseLabels", "ellipse", "cat"),
    labels("BrushLabels", "mask", "cat"),
)
POSE = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("KeyPointLabels", "point", "nose", "tail"),
)
RESOLUTION = 2e-4  # percent: six decimals of a side, and of a half


@pytest.fixture
def root(tmp_path):
    return images(tmp_path / "photos")


def written(root, xml, *tasks, **options):
    out = root.parent / "out"
    told = exported(project(xml, *tasks, root=root), out, "yolo", val=0, **options)
    return out, told


def lines(out, name="a/1", split="train"):
    return (out / "labels" / split / f"{name}.txt").read_text().splitlines()


class TestWriting:
    def test_a_box_is_its_centre_and_its_sides_as_shares(self, root):
        out, told = written(root, BOXES, [box(10, 20, 30, 40), box(50, 50, 10, 10, "dog")])
        assert lines(out) == [
            "0 0.250000 0.400000 0.300000 0.400000",
            "1 0.550000 0.550000 0.100000 0.100000",
        ]
        assert not told

    def test_the_folder_is_as_ultralytics_has_it(self, root):
        out, _ = written(root, BOXES, [box()], [])
        assert (out / "images" / "train" / "a" / "1.png").is_file()
        assert lines(out, "b/1") == []  # looked at, and nothing is there
        said = yaml.safe_load((out / "data.yaml").read_text())
        assert said == {
            "train": "images/train",
            "val": "images/train",
            "names": {0: "cat", 1: "dog"},
        }

    def test_names_of_labels_are_quoted(self, root):
        odd = 'yes: "no" #1 ü'
        xml = config(
            f"<RectangleLabels name='box' toName='image'><Label value='{odd}'/></RectangleLabels>"
        )
        out, _ = written(root, xml, [box(1, 1, 2, 2, odd)])
        assert yaml.safe_load((out / "data.yaml").read_text("utf-8"))["names"] == {0: odd}

    def test_splits_are_told_by_a_column_else_by_a_share_that_stays(self, root):
        rows = [{"image": n, "split": s} for n, s in (("a/1.png", "valid"), ("b/1.png", "test"))]
        made = nl.Project([*rows, {"image": "c.png"}], BOXES, store=":memory:", root=root)
        for index in range(3):
            made.annotate(made.key(index), [box()])
        out = root.parent / "out"
        made.export(out, "yolo", val=1.0)
        found = sorted(p.relative_to(out / "labels").as_posix() for p in out.rglob("*.txt"))
        assert found == ["test/b/1.txt", "val/a/1.txt", "val/c.txt"]

    def test_what_sticks_out_is_cut_and_told(self, root):
        out, [told] = written(root, BOXES, [box(90, -10, 20, 20)])
        assert lines(out) == ["0 0.950000 0.050000 0.100000 0.100000"]
        assert "a shape that sticks out of its image is cut at its edge (1 times" in told

    def test_other_shapes_are_boxes_where_boxes_are_asked_for(self, root):
        mask = block(30, 10, 20, 10)
        task = [polygon([(0, 0), (50, 0), (0, 50)]), ellipse(50, 50, 10, 20), brush(mask)]
        out, [told] = written(root, SHAPES, task, task="detect")
        assert lines(out) == [
            "0 0.250000 0.250000 0.500000 0.500000",
            "0 0.500000 0.500000 0.200000 0.400000",
            "0 0.200000 0.150000 0.100000 0.100000",
        ]
        for word in ("a polygon", "an ellipse", "a mask"):
            assert f"{word} is the upright box around it" in told

    def test_a_turned_box_has_its_corners_in_pixels(self, root):
        turned = box(50, 20, 20, 20, rotation=90)
        out, told = written(root, BOXES, [turned], task="obb")
        assert lines(out) == [
            "0 0.500000 0.200000 0.500000 0.600000 0.400000 0.600000 0.400000 0.200000"
        ]
        assert not told
        out, told = written(root, BOXES, [turned], task="detect")
        assert lines(out) == ["0 0.450000 0.400000 0.100000 0.400000"]
        assert "a turned box is the upright box around it" in told[0]

    def test_a_mask_is_the_outline_of_each_part_and_holes_are_told(self, root):
        mask = block(0, 0, 30, 30) | block(100, 50, 10, 10)
        mask[10:20, 10:20] = False
        out, [told] = written(root, SHAPES, [brush(mask)])
        assert lines(out) == [
            "0 0.000000 0.000000 0.150000 0.000000 0.150000 0.300000 0.000000 0.300000",
            "0 0.500000 0.500000 0.550000 0.500000 0.550000 0.600000 0.500000 0.600000",
        ]
        assert "a hole of a mask is filled (1 times" in told

    def test_a_pose_is_a_box_with_the_points_that_it_has(self, root):
        task = [
            box(10, 20, 30, 40, id="b"),
            keypoint(25, 50, "tail", parentID="b"),
            keypoint(1, 1, "nose"),
        ]
        out, [told] = written(root, POSE, task)
        assert lines(out) == [
            "0 0.250000 0.400000 0.300000 0.400000 0.000000 0.000000 0 0.250000 0.500000 2"
        ]
        said = yaml.safe_load((out / "data.yaml").read_text())
        assert said["kpt_shape"] == [2, 3]
        assert said["kpt_names"] == {0: ["nose", "tail"]}
        assert "a key point without a box has no place" in told

    def test_classes_are_folders_of_images(self, root):
        xml = config(labels("Choices", "kind", "a/b", "dog"))
        chosen = {"from_name": "kind", "to_name": "image", "type": "choices"}
        tasks = [[{**chosen, "value": {"choices": [one]}}] for one in ("a/b", "dog")]
        out, told = written(root, xml, *tasks)
        files = sorted(p.relative_to(out).as_posix() for p in out.rglob("*.png"))
        assert files == ["train/a_b/a__1.png", "train/dog/b__1.png"]
        assert not told
        with pytest.raises(nl.FormatError, match='media="copy" makes them'):
            written(root, xml, *tasks, media="keep")
        again = read(out, format="yolo", task="classify")
        assert [results_of(again, n)[0]["value"]["choices"] for n in (0, 1)] == [["a_b"], ["dog"]]

    def test_another_export_takes_the_place_of_its_own_files_and_of_no_others(self, root):
        out, _ = written(root, BOXES, [box()], [box()])
        (out / "notes.md").write_text("mine")
        written(root, BOXES, None, [box()])
        assert not (out / "labels" / "train" / "a").exists()
        assert (out / "labels" / "train" / "b" / "1.txt").is_file()
        assert (out / "notes.md").read_text() == "mine"
        (out / ".nblabel").unlink()
        with pytest.raises(nl.FormatError, match="that nblabel did not write: name another folder"):
            written(root, BOXES, [box()])


class TestReading:
    @pytest.mark.parametrize(
        ("names", "told"), [("[a, b]", ["a", "b"]), ("{0: a, 2: c}", ["a", "1", "c"])]
    )
    def test_classes_are_those_of_data_yaml(self, root, names, told):
        (root / "data.yaml").write_text(f"names: {names}\ntrain: ../a\n")
        (root / "a" / "1.txt").write_text("0 0.5 0.5 0.1 0.2\n\n")
        made = read(root)
        [control] = made.config.controls.values()
        assert list(made.config.labels(control)) == told
        assert results_of(made)[0]["value"]["x"] == 45

    def test_darknet_has_its_classes_in_a_file(self, root):
        (root / "classes.txt").write_text("cat\ndog\n")
        (root / "a" / "1.txt").write_text("1 0.5 0.5 0.1 0.2")
        made = read(root)
        assert made.progress()["done"] == 1
        assert results_of(made)[0]["value"]["rectanglelabels"] == ["dog"]

    def test_a_sixth_number_is_a_score(self, root):
        (root / "classes.txt").write_text("cat\n")
        (root / "a" / "1.txt").write_text("0 0.5 0.5 0.1 0.2 0.75")
        [task] = read(root).to_label_studio(media="keep")
        assert task["predictions"][0]["result"][0]["score"] == 0.75

    def test_nine_numbers_must_be_told_apart(self, root):
        (root / "classes.txt").write_text("cat\n")
        (root / "a" / "1.txt").write_text("0 0.5 0.2 0.5 0.6 0.4 0.6 0.4 0.2")
        with pytest.raises(nl.FormatError, match='task="obb" or task="segment" says which'):
            read(root)
        [turned] = results_of(read(root, task="obb"))
        assert turned["value"]["rotation"] == pytest.approx(90)
        [outline] = results_of(read(root, task="segment"))
        assert outline["value"]["points"][0] == [50, 20]

    def test_what_is_broken_is_told(self, root):
        (root / "classes.txt").write_text("cat\n")
        text = "7 0.5 0.5 0.1 0.1\n0 a b c d\n0 0.5 0.5 0.1\n0 0.5 0.5 0.1 0.1\n"
        (root / "a" / "1.txt").write_text(text)
        made = read(root, task="detect")
        assert len(results_of(made)) == 1
        named = "a line has no class that is named, or no numbers: a/1.png, line 1, a/1.png, line 2"
        assert named in made.problems
        assert "a line has not the numbers that detect has: a/1.png, line 3" in made.problems

    def test_nothing_outside_the_folder_is_read(self, tmp_path):
        images(tmp_path, "secret/a.png")
        inner = images(tmp_path / "set", "b.png")
        (tmp_path / "list.txt").write_text("secret/a.png\n")
        text = f"path: {tmp_path}\ntrain: [secret, b.png]\nval: ../list.txt\nnames: [cat]\n"
        (inner / "data.yaml").write_text(text)
        made = read(inner)
        assert len(made) == 1
        assert any("the images of train are not in the folder: secret" in p for p in made.problems)

    def test_yaml_makes_no_objects(self, root):
        (root / "data.yaml").write_text("names: !!python/object/apply:os.system ['true']\n")
        with pytest.raises(nl.FormatError, match="could not determine a constructor"):
            read(root)


class TestThereAndBack:
    def back(self, folder, xml, *tasks, options=(), **settings):
        root = images(folder / "photos")
        made = project(xml, *tasks, root=root)
        out = folder / "out"
        exported(made, out, "yolo", val=0, **settings)
        again = read(out, config=xml, **dict(options))
        # Images lie in a folder of their split.
        moved = {f"images/train/{name}": said for name, said in said_of(made).items()}
        assert said_of(again).keys() == moved.keys()
        return again, made

    @settings(max_examples=25, deadline=None)
    @given(task=st.lists(boxes, min_size=1, max_size=4))
    def test_boxes(self, tmp_path_factory, task):
        again, made = self.back(tmp_path_factory.mktemp("yolo"), BOXES, task)
        assert alike(again, made)

    @settings(max_examples=25, deadline=None)
    @given(task=st.lists(polygons, min_size=1, max_size=4))
    def test_polygons(self, tmp_path_factory, task):
        options = {"task": "segment"}
        again, made = self.back(tmp_path_factory.mktemp("yolo"), SHAPES, task, options=options)
        assert alike(again, made)

    @settings(max_examples=25, deadline=None)
    @given(angle=st.floats(0, 359), width=st.floats(5, 30), height=st.floats(5, 30))
    def test_turned_boxes(self, tmp_path_factory, angle, width, height):
        task = [box(50, 50, width / 2, height, rotation=angle)]
        folder = tmp_path_factory.mktemp("yolo")
        options = {"task": "obb"}
        again, made = self.back(folder, BOXES, task, options=options, task="obb")
        [got], [wanted] = results_of(again), results_of(made)
        for name in ("x", "y", "width", "height"):
            assert got["value"][name] == pytest.approx(wanted["value"][name], abs=0.01)
        turned = (got["value"]["rotation"] - angle + 180) % 360 - 180
        assert turned == pytest.approx(0, abs=0.01)

    def test_poses(self, tmp_path):
        task = [box(10, 20, 30, 40, id="b"), keypoint(25, 50, "tail", parentID="b")]
        again, made = self.back(tmp_path, POSE, task)
        assert alike(again, made)


def said_of(made):
    tasks = made.to_label_studio(media="keep")
    return {
        t["data"]["image"]: [(r["type"], r["value"]) for r in t["annotations"][0]["result"]]
        for t in tasks
    }


def alike(again, made):
    return close([*said_of(again).values()], [*said_of(made).values()], RESOLUTION)


def test_outlines_follow_the_edges_of_pixels():
    rng = np.random.default_rng(7)
    for _ in range(30):
        mask = rng.random((9, 11)) < 0.4
        rings, holes = outlines(mask.astype(np.uint8))
        filled = sum(map(area, rings))
        assert filled >= mask.sum()
        assert holes or filled == mask.sum()
