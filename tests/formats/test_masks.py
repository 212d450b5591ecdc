"""Masks as images and arrays, and which pixels are inside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import nblabel as nl
from nblabel.formats.masks import inside
from tests.formats.datasets import (
    block,
    box,
    brush,
    config,
    drawn,
    ellipse,
    exported,
    images,
    keypoint,
    labels,
    polygon,
    project,
    read,
    result,
    results_of,
)

ALL = config(
    labels("BrushLabels", "mask", "cat", "a/b", "dog"),
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat", "dog"),
    labels("EllipseLabels", "ellipse", "cat"),
    labels("KeyPointLabels", "point", "nose"),
)


def written(folder, *tasks, **options):
    root = images(folder / "photos")
    out = folder / "out"
    return out, exported(project(ALL, *tasks, root=root), out, "masks", **options)


def pixels(out, name):
    with Image.open(out / "masks" / name) as image:
        return np.asarray(image)


class TestWriting:
    def test_a_label_is_an_image_of_0_and_255_with_its_regions_joined(self, tmp_path):
        task = [brush(block(0, 0, 10, 10)), box(50, 50, 10, 10), brush(block(5, 5, 9, 9), "dog")]
        out, told = written(tmp_path, task)
        found = sorted(p.name for p in (out / "masks").iterdir())
        assert found == ["a__1-cat.png", "a__1-dog.png"]
        cat = pixels(out, "a__1-cat.png")
        assert cat.dtype == np.uint8
        assert ((cat == 255) == (block(0, 0, 10, 10) | block(100, 50, 20, 10))).all()
        assert (out / "images" / "a__1.png").is_file()
        assert not told

    def test_an_indexed_image_has_the_numbers_of_the_legend(self, tmp_path):
        task = [brush(block(0, 0, 10, 10)), brush(block(5, 5, 10, 10), "dog")]
        out, [told] = written(tmp_path, task, [], kind="indexed")
        assert (out / "labels.txt").read_text() == "1\tcat\n2\ta/b\n3\tdog\n"
        found = pixels(out, "a__1.png")
        assert (found[:5, :5] == 1).all()
        assert (found[5:15, 5:15] == 3).all()
        assert not pixels(out, "b__1.png").any()
        with Image.open(out / "masks" / "a__1.png") as image:
            assert image.mode == "P"
        assert "a region lies over part of an earlier one (1 times" in told

    def test_numpy_has_an_array_a_label(self, tmp_path):
        out, told = written(tmp_path, [brush(block(0, 0, 10, 10), "a/b")], kind="numpy")
        with np.load(out / "masks" / "a__1.npz") as arrays:
            assert arrays.files == ["a_b"]
            assert (arrays["a_b"] == block(0, 0, 10, 10)).all()
            assert arrays["a_b"].dtype == np.uint8
        assert not told

    def test_what_has_no_inside_is_told(self, tmp_path):
        soft = result("BrushLabels", "mask", {"format": "rle", "rle": [1, 2]}, "cat")
        _, [told] = written(tmp_path, [keypoint(1, 1), soft])
        assert "a key point has no inside" in told
        assert "a mask is broken or empty" in told

    def test_no_label_leads_out_of_the_folder(self, tmp_path):
        xml = config('<BrushLabels name="mask" toName="image"/>')
        root = images(tmp_path / "photos")
        made = project(xml, [brush(block(0, 0, 5, 5), "../../up"), brush(block(0, 0, 5, 5), "UP")])
        exported(made, tmp_path / "out", "masks", media="keep")
        found = sorted(p.name for p in (tmp_path / "out" / "masks").iterdir())
        assert found == ["a__1-UP-2.png", "a__1-up.png"]
        assert root.is_dir()


class TestFilling:
    @pytest.mark.parametrize(
        ("left", "right", "columns"), [(1.0, 3.0, [1, 2]), (1.5, 2.5, [1]), (1.51, 2.51, [2])]
    )
    def test_a_pixel_is_inside_when_its_centre_is(self, left, right, columns):
        made = inside([(left, 0), (right, 0), (right, 1), (left, 1)], (4, 1))
        assert np.flatnonzero(made).tolist() == columns

    def test_a_polygon_that_crosses_itself_is_even_odd(self):
        bow = [(0, 0), (8, 8), (8, 0), (0, 8)]
        made = inside(bow, (8, 8))
        assert made[3, 0]
        assert not made[1, 4]

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(st.integers(-5, 25), st.integers(-5, 25)), min_size=3, max_size=7))
    def test_it_is_what_pillow_fills_with_its_edges_aside(self, points):
        width, height = 20, 20
        ours = inside([(x + 0.25, y + 0.25) for x, y in points], (width, height))
        # Pillow at eight times the size, a pixel's centre looked at.
        image = Image.new("1", (8 * 32, 8 * 32))
        moved = [(8 * (x + 6.25), 8 * (y + 6.25)) for x, y in points]
        ImageDraw.Draw(image).polygon(moved, fill=1)
        theirs = np.asarray(image)[8 * 6 + 4 : 8 * 26 : 8, 8 * 6 + 4 : 8 * 26 : 8]
        # It fills crossings, too; where it does not, both agree but for pixels at an edge.
        assert (ours & ~theirs).sum() <= 3 * len(points)

    def test_an_ellipse_has_its_area(self, tmp_path):
        out, _ = written(tmp_path, [ellipse(50, 50, 20, 10, rotation=30)])
        assert (pixels(out, "a__1-cat.png") > 0).sum() == pytest.approx(np.pi * 40 * 10, rel=0.01)


class TestThereAndBack:
    @pytest.mark.parametrize("kind", ["labels", "indexed", "numpy"])
    def test_masks_pixel_for_pixel(self, tmp_path, kind):
        rng = np.random.default_rng(4)
        cat = rng.random((100, 200)) < 0.3
        other = ~cat & (rng.random((100, 200)) < 0.5)
        out, told = written(tmp_path, [brush(cat), brush(other, "a/b")], kind=kind)
        assert not told
        made = read(out)
        found = {r["value"]["brushlabels"][0]: drawn(r) for r in results_of(made)}
        assert found.keys() == {"cat", "a/b"}
        assert (found["cat"] == cat).all()
        assert (found["a/b"] == other).all()

    def test_broken_files_are_told(self, tmp_path):
        out, _ = written(tmp_path, [brush(block(0, 0, 5, 5))], [brush(block(0, 0, 5, 5))])
        (out / "masks" / "b__1-cat.png").write_bytes(b"no png")
        (out / "masks" / "b__1.npz").write_bytes(b"no zip")
        made = read(out)
        assert len(made.results()) == 1
        assert sum("a file of masks cannot be read" in problem for problem in made.problems) == 2

    def test_without_a_legend_labels_must_be_named(self, tmp_path):
        out, _ = written(tmp_path, [polygon([(0, 0), (50, 0), (0, 50)])], kind="indexed")
        (out / "labels.txt").unlink()
        with pytest.raises(nl.FormatError, match="labels= names them, from 1 on"):
            read(out, format="masks")
        made = read(out, format="masks", labels=["tree"])
        assert results_of(made)[0]["value"]["brushlabels"] == ["tree"]
