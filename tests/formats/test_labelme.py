"""LabelMe: a JSON file beside each image."""

import base64
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import nblabel as nl
from tests.formats.datasets import (
    block,
    box,
    boxes,
    brush,
    config,
    drawn,
    ellipse,
    exported,
    images,
    keypoint,
    labels,
    losses,
    percent,
    polygon,
    polygons,
    project,
    read,
    result,
    results_of,
    said,
    same,
)

ALL = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat", "dog"),
    labels("EllipseLabels", "ellipse", "cat", "dog"),
    labels("BrushLabels", "mask", "cat", "dog"),
    labels("KeyPointLabels", "point", "nose", "tail"),
    labels("VectorLabels", "line", "road"),
    labels("Choices", "light", "day", "night", choice="multiple"),
    labels("Choices", "flags", "sits", "odd", perRegion="true", choice="multiple"),
    '<Number name="age" toName="image" perRegion="true"/>',
)
PLACE = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}


def written(folder, *tasks, **options):
    root = images(folder / "photos")
    out = folder / "out"
    told = exported(project(ALL, *tasks, root=root), out, "labelme", **options)
    return out, told


def shapes(out, name="a/1"):
    return json.loads((out / f"{name}.json").read_text())["shapes"]


class TestWriting:
    def test_a_file_stands_beside_each_image(self, tmp_path):
        out, told = written(tmp_path, [box()], [])
        assert (out / "a" / "1.png").is_file()
        made = json.loads((out / "a" / "1.json").read_text())
        assert made["imagePath"] == "1.png"
        assert (made["imageWidth"], made["imageHeight"], made["imageData"]) == (200, 100, None)
        assert made["flags"] == {"day": False, "night": False}
        assert shapes(out, "b/1") == []
        assert not told

    def test_shapes_are_in_pixels(self, tmp_path):
        task = [box(10, 20, 30, 40), ellipse(50, 50, 10, 20), keypoint(1, 2)]
        out, told = written(tmp_path, task)
        found = [(one["shape_type"], one["points"]) for one in shapes(out)]
        assert found == [
            ("rectangle", [[20, 20], [80, 60]]),
            ("circle", [[100, 50], [120, 50]]),
            ("point", [[2, 2]]),
        ]
        assert not told

    def test_what_is_turned_or_oval_is_a_polygon_and_told(self, tmp_path):
        out, [told] = written(tmp_path, [box(50, 20, 20, 20, rotation=90), ellipse(50, 50, 9, 9)])
        assert shapes(out)[0]["points"] == [[100, 20], [100, 60], [80, 60], [80, 20]]
        assert len(shapes(out)[1]["points"]) == 36
        assert "a turned box is a polygon" in told
        assert "an ellipse is a polygon" in told

    def test_a_mask_is_a_picture_of_its_box(self, tmp_path):
        out, _ = written(tmp_path, [brush(block(30, 10, 20, 10))])
        [one] = shapes(out)
        assert one["points"] == [[30, 10], [49, 19]]
        with Image.open(io.BytesIO(base64.b64decode(one["mask"]))) as image:
            assert image.size == (20, 10)
            assert np.asarray(image).all()

    def test_flags_notes_and_groups(self, tmp_path):
        task = [
            box(id="b", meta={"text": ["a note"]}),
            result("Choices", "flags", PLACE, "odd", id="b"),
            keypoint(12, 22, parentID="b"),
            result("Number", "age", {**PLACE, "number": 3}, id="b"),
            {
                "from_name": "light",
                "to_name": "image",
                "type": "choices",
                "value": {"choices": ["day"]},
            },
        ]
        out, [told] = written(tmp_path, task)
        first, point = shapes(out)
        assert first["flags"] == {"odd": True}
        assert first["description"] == "a note"
        assert first["group_id"] == point["group_id"] == 1
        made = json.loads((out / "a" / "1.json").read_text())
        assert made["flags"] == {"day": True, "night": False}
        assert "what is said of a single region and is no choice has no place" in told

    def test_relations_are_told(self, tmp_path):
        task = [box(id="a"), {"type": "relation", "from_id": "a", "to_id": "a"}]
        assert losses(project(ALL, task), "labelme") == ["a relation has no place"]


class TestReading:
    def shape(self, kind, points, **further):
        return {"label": "cat", "shape_type": kind, "points": points, "flags": {}, **further}

    def write(self, folder, *shapes, **further):
        made = {"version": "5.0.1", "flags": {}, "shapes": list(shapes), "imagePath": "a.png"}
        made |= {"imageWidth": 200, "imageHeight": 100, **further}
        (folder / "a.json").write_text(json.dumps(made))
        return folder / "a.json"

    def test_corners_come_in_any_order(self, tmp_path):
        file = self.write(tmp_path, self.shape("rectangle", [[80, 20], [20, 60]]))
        [one] = results_of(read(file))
        assert {n: one["value"][n] for n in PLACE} == PLACE

    def test_what_is_broken_is_told_and_the_rest_is_read(self, tmp_path):
        mask = {"mask": base64.b64encode(b"no png").decode()}
        file = self.write(
            tmp_path,
            self.shape("rectangle", [[1, 2]]),
            self.shape("polygon", [[1, "2"], [3, 4], [5, 6]]),
            self.shape("mask", [[0, 0], [3, 3]], **mask),
            self.shape("star", [[1, 2]]),
            self.shape("point", [[1, 2]]),
        )
        (tmp_path / "b.json").write_text("{")
        made = read(tmp_path)
        assert len(results_of(made)) == 1
        assert (
            "a shape has no place that is read: a.json, shape 1, a.json, shape 2, "
            "a.json, shape 3 and 1 more" in made.problems
        )
        assert "a file is none of LabelMe: b.json" in made.problems
        assert file

    def test_an_image_path_leads_nowhere_else(self, tmp_path):
        inner = tmp_path / "set"
        inner.mkdir()
        images(tmp_path, "secret.png")
        self.write(inner, self.shape("point", [[1, 2]]), imagePath="..\\secret.png")
        made = read(inner)
        [media] = made.view(0).media.values()
        assert "outside root=" in media[0].problem

    def test_a_folder_without_such_files_is_told(self, tmp_path):
        with pytest.raises(nl.FormatError, match="no JSON files in it"):
            read(tmp_path, format="labelme")


class TestThereAndBack:
    @settings(max_examples=30, deadline=None)
    @given(data=st.data())
    def test_shapes(self, tmp_path_factory, data):
        radius = st.floats(0.5, 10)
        circles = st.builds(lambda x, y, r: ellipse(x, y, r, 2 * r), percent, percent, radius)
        points = st.builds(keypoint, percent, percent, st.just("tail"))
        shape = st.one_of(boxes, polygons, circles, points)
        task = data.draw(st.lists(shape, min_size=1, max_size=5))
        folder = tmp_path_factory.mktemp("labelme")
        made = project(ALL, task)
        told = exported(made, folder / "out", "labelme", media="keep")
        assert not told
        assert same(read(folder / "out", config=ALL), made, 1e-7)

    def test_masks_flags_notes_and_lines(self, tmp_path):
        mask = np.random.default_rng(2).random((100, 200)) < 0.3
        vertices = [
            {"id": f"v{n}", "prevPointId": None, "x": n, "y": 2, "isBezier": False} for n in (0, 5)
        ]
        vertices[1]["prevPointId"], vertices[1]["id"] = "v0", "v1"
        line = result("VectorLabels", "line", {"vertices": vertices, "closed": False}, "road")
        task = [
            box(id="b", meta={"text": ["a note"]}),
            result("Choices", "flags", PLACE, "sits", "odd", id="b"),
            brush(mask, "dog"),
            line,
            polygon([(0, 0), (9, 0), (0, 9)], parentID="b"),
        ]
        made = project(ALL, task)
        assert not exported(made, tmp_path / "out", "labelme", media="keep")
        again = read(tmp_path / "out", config=ALL)
        assert said(again)["a/1.png"][:2] == said(made)["a/1.png"][:2]
        head, _, got, road, part = results_of(again)
        assert head["meta"] == {"text": ["a note"]}
        assert (drawn(got) == mask).all()
        assert road["value"] == line["value"]
        assert part["parentID"] == head["id"]
