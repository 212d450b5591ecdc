"""Pascal VOC: whole pixels counted from 1, or fractions counted from 0."""

from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nblabel as nl
from tests.formats.datasets import (
    box,
    boxes,
    close,
    config,
    exported,
    images,
    labels,
    polygon,
    project,
    read,
    result,
    results_of,
)

XML = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat"),
    labels("Choices", "pose", "Left", "Right", perRegion="true"),
    labels("Choices", "difficult", "true", "false", perRegion="true"),
    labels("Choices", "fur", "long", "short", perRegion="true"),
)
PLACE = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}


def written(folder, *tasks, xml=XML, **options):
    root = images(folder / "photos")
    out = folder / "out"
    told = exported(project(xml, *tasks, root=root), out, "voc", **options)
    return out, told


def annotation(out, name="a__1"):
    return Tree.parse(out / "Annotations" / f"{name}.xml").getroot()


def corners(one):
    return [float(one.findtext(f"bndbox/{n}")) for n in ("xmin", "ymin", "xmax", "ymax")]


class TestWriting:
    def test_pixels_are_whole_and_counted_from_1_both_ends_inside(self, tmp_path):
        out, told = written(tmp_path, [box(10, 20, 30.2, 40)])
        [one] = annotation(out).iter("object")
        assert corners(one) == [21, 21, 80, 60]
        assert one.findtext("bndbox/xmin") == "21"
        assert not told

    def test_from_0_they_are_fractions(self, tmp_path):
        out, _ = written(tmp_path, [box(10, 20, 30.2, 40)], origin=0)
        [one] = annotation(out).iter("object")
        assert corners(one) == [20, 20, 80.4, 60]

    def test_the_folder_is_as_vocs(self, tmp_path):
        out, _ = written(tmp_path, [box()], [])
        assert (out / "JPEGImages" / "a__1.png").is_file()
        assert (out / "ImageSets" / "Main" / "train.txt").read_text() == "a__1\nb__1\n"
        root = annotation(out)
        assert root.findtext("filename") == "a__1.png"
        assert [root.findtext(f"size/{n}") for n in ("width", "height", "depth")] == [
            "200",
            "100",
            "3",
        ]
        assert [*annotation(out, "b__1").iter("object")] == []

    def test_what_vocs_objects_say_is_asked_by_controls_of_these_names(self, tmp_path):
        about = [
            result("Choices", name, PLACE, value, id="b")
            for name, value in (("pose", "Left"), ("difficult", "true"), ("fur", "long"))
        ]
        out, told = written(tmp_path, [box(id="b"), *about])
        [one] = annotation(out).iter("object")
        assert one.findtext("pose") == "Left"
        assert one.findtext("difficult") == "1"
        assert one.findtext("truncated") == "0"
        assert one.findtext("attributes/attribute/name") == "fur"
        assert not told

    def test_other_shapes_are_boxes_and_told(self, tmp_path):
        turned = box(50, 20, 20, 20, rotation=90)
        out, [told] = written(tmp_path, [polygon([(0, 0), (50, 0), (0, 50)]), turned])
        assert [corners(one) for one in annotation(out).iter("object")] == [
            [1, 1, 100, 50],
            [81, 21, 100, 60],
        ]
        assert "a polygon is the upright box around it" in told
        assert "a turned box is the upright box around it" in told

    def test_labels_are_escaped(self, tmp_path):
        odd = "a <b> & \"c\" 'd'"
        xml = config('<RectangleLabels name="box" toName="image"/>')
        out, _ = written(tmp_path, [box(1, 1, 2, 2, odd)], xml=xml)
        assert annotation(out).findtext("object/name") == odd


TEXT = """<annotation><filename>a/1.png</filename>
<source><database>{database}</database></source>
<size><width>200</width><height>100</height><depth>3</depth></size>
<object><name>cat</name><bndbox><xmin>21</xmin><ymin>21</ymin><xmax>80</xmax><ymax>60</ymax></bndbox>
</object>{more}</annotation>"""


class TestReading:
    @pytest.mark.parametrize(
        ("database", "told", "x", "width"),
        [("The VOC2007 Database", 0, 10, 30), ("Unknown", 1, 10.5, 29.5)],
    )
    def test_pixels_are_counted_from_1_in_files_of_voc(self, tmp_path, database, told, x, width):
        file = tmp_path / "a.xml"
        file.write_text(TEXT.format(database=database, more=""))
        made = read(file)
        [one] = results_of(made)
        assert (one["value"]["x"], one["value"]["width"]) == (x, width)
        assert sum("counted from 0" in problem for problem in made.problems) == told

    def test_how_they_are_counted_can_be_said(self, tmp_path):
        file = tmp_path / "a.xml"
        file.write_text(TEXT.format(database="Unknown", more=""))
        made = read(file, origin=1)
        assert results_of(made)[0]["value"]["x"] == 10
        assert not made.problems
        with pytest.raises(nl.FormatError, match='origin="2" is not known'):
            read(file, origin=2)

    def test_entities_are_refused(self, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("cat")
        file = tmp_path / "a.xml"
        head = f'<!DOCTYPE a [<!ENTITY name SYSTEM "file://{secret}">]>'
        file.write_text(head + TEXT.format(database="", more="").replace("cat", "&name;"))
        with pytest.raises(nl.FormatError, match="no file in it is an annotation"):
            read(file)

    def test_one_broken_file_does_not_lose_the_others(self, tmp_path):
        folder = tmp_path / "Annotations"
        folder.mkdir()
        (folder / "a.xml").write_text(TEXT.format(database="", more=""))
        (folder / "b.xml").write_text("<annotation><object>")
        made = read(tmp_path)
        assert len(made) == 1
        assert any("the XML is not well-formed" in problem for problem in made.problems)

    def test_what_cannot_be_kept_is_told(self, tmp_path):
        file = tmp_path / "a.xml"
        part = "<part><name>head</name></part>"
        more = f"<object><name>dog</name>{part}</object>"
        file.write_text(TEXT.format(database="The VOC", more=more))
        assert "an object has no box: a.xml, object 2" in read(file).problems


class TestThereAndBack:
    @settings(max_examples=25, deadline=None)
    @given(task=st.lists(boxes, min_size=1, max_size=4), origin=st.sampled_from([0, 1]))
    def test_boxes(self, tmp_path_factory, task, origin):
        folder = tmp_path_factory.mktemp("voc")
        out, told = written(folder, task, origin=origin)
        if "less than a pixel" in "".join(told):
            return
        given_results = results_of(project(XML, task))
        again = results_of(read(out, config=XML, origin=origin))
        # Half a pixel of 100, or half a hundredth, at each end.
        resolution = 1.0001 if origin else 0.01001
        for got, wanted in zip(again, given_results, strict=True):
            assert close(got["value"], wanted["value"], resolution)

    def test_what_is_said_of_objects(self, tmp_path):
        about = [
            result("Choices", name, PLACE, value, id="b")
            for name, value in (("pose", "Left"), ("difficult", "true"), ("fur", "long"))
        ]
        out, _ = written(tmp_path, [box(id="b"), *about])
        again = results_of(read(out, config=XML))
        assert [(r["from_name"], r["value"].get("choices")) for r in again] == [
            ("box", None),
            ("pose", ["Left"]),
            ("difficult", ["true"]),
            ("fur", ["long"]),
        ]

    def test_splits(self, tmp_path):
        out, _ = written(tmp_path, [box()], [box()], val=1.0)
        made = read(out)
        assert made.to_frame()["split"].tolist() == ["val", "val"]
