"""CVAT's XML: every shape by its formula, attributes, tags, skeletons, tracks."""

import random
from xml.etree import ElementTree as Tree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nblabel as nl
from nblabel.formats import _tracks as tracks
from nblabel.formats.cvat import frames_of, keys_of
from tests.formats.datasets import (
    block,
    box,
    boxes,
    brush,
    close,
    config,
    drawn,
    ellipse,
    exported,
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
    same,
    words,
)

ALL = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat", "dog"),
    labels("EllipseLabels", "ellipse", "cat", "dog"),
    labels("BrushLabels", "mask", "cat", "dog"),
    labels("KeyPointLabels", "point", "nose", "tail"),
    labels("VectorLabels", "line", "road"),
    labels("Choices", "light", "day", "night"),
    labels("Choices", "pose", "sits", "stands", perRegion="true"),
    labels("Choices", "fur", "long", "grey", perRegion="true", choice="multiple"),
    '<Number name="age" toName="image" perRegion="true"/>',
    '<TextArea name="note" toName="image" perRegion="true"/>',
)
PLACE = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "out.xml"


def written(file, *tasks, xml=ALL, **options):
    told = exported(project(xml, *tasks), file, "cvat", **options)
    return Tree.parse(file).getroot(), told


def shapes(root, name):
    return [one.attrib for one in root.iter(name)]


def at(shape, *names):
    return [float(shape[name]) for name in names]


CORNERS = ("xtl", "ytl", "xbr", "ybr")


class TestWriting:
    def test_a_box_is_upright_and_turned_about_its_centre(self, file):
        root, told = written(file, [box(50, 20, 20, 20, rotation=90), box(10, 20, 30, 40)])
        turned, plain = shapes(root, "box")
        assert at(turned, *CORNERS, "rotation") == pytest.approx([70, 30, 110, 50, 90])
        assert at(plain, *CORNERS) == [20, 20, 80, 60]
        assert "rotation" not in plain
        assert (plain["label"], plain["z_order"]) == ("cat", "1")
        assert not told

    def test_ellipses_polygons_lines_and_points(self, file):
        vertices = [{"id": "a", "x": 1, "y": 2}, {"id": "b", "prevPointId": "a", "x": 3, "y": 4}]
        line = result("VectorLabels", "line", {"vertices": vertices}, "road")
        triangle = polygon([(0, 0), (50, 0), (0, 50)])
        task = [ellipse(50, 50, 10, 20, rotation=30), triangle, line, keypoint(5, 5)]
        root, told = written(file, task)
        [oval] = shapes(root, "ellipse")
        assert at(oval, "cx", "cy", "rx", "ry", "rotation") == [100, 50, 20, 20, 30]
        assert [one["points"] for one in shapes(root, "polygon")] == ["0,0;100,0;0,50"]
        assert [one["points"] for one in shapes(root, "polyline")] == ["2,2;6,4"]
        assert [one["points"] for one in shapes(root, "points")] == ["10,5"]
        assert not told

    def test_a_mask_is_runs_in_its_own_box(self, file):
        root, _ = written(file, [brush(block(30, 10, 20, 10))])
        [mask] = shapes(root, "mask")
        assert mask["rle"] == "0, 200"
        assert at(mask, "left", "top", "width", "height") == [30, 10, 20, 10]

    def test_what_is_said_of_regions_are_attributes(self, file):
        about = [
            result("Choices", "pose", PLACE, "sits", id="b"),
            result("Choices", "fur", PLACE, "grey", id="b"),
            result("Number", "age", {**PLACE, "number": 7}, id="b"),
            result("TextArea", "note", {**PLACE, "text": ["odd <one>"]}, id="b"),
        ]
        root, told = written(file, [box(1, 2, 3, 4, id="b"), *about])
        said = {one.get("name"): one.text for one in root.iter("attribute") if one.get("name")}
        assert said == {
            "pose": "sits",
            "fur:long": "false",
            "fur:grey": "true",
            "age": "7",
            "note": "odd <one>",
        }
        declared = {
            a.findtext("name"): a.findtext("input_type")
            for a in root.find("meta").iter("attribute")
        }
        assert declared == {
            "pose": "select",
            "fur:long": "checkbox",
            "fur:grey": "checkbox",
            "age": "number",
            "note": "text",
        }
        assert not told

    def test_choices_about_an_image_are_tags(self, file):
        light = {"from_name": "light", "to_name": "image", "type": "choices"}
        root, told = written(file, [{**light, "value": {"choices": ["day"]}}])
        assert [one["label"] for one in shapes(root, "tag")] == ["day"]
        assert "the size of an image is not known" in told[0]

    def test_key_points_of_a_box_are_a_skeleton(self, file):
        task = [box(10, 10, 20, 20, id="b"), keypoint(12, 12, "tail", parentID="b")]
        root, [told] = written(file, task)
        [skeleton] = root.iter("skeleton")
        assert skeleton.get("label") == "cat"
        assert [(p.get("label"), p.get("points")) for p in skeleton] == [("tail", "24,12")]
        assert not shapes(root, "box")
        assert "the box around key points is given by them" in told

    def test_what_has_no_place_is_told(self, file):
        task = [box(id="a", meta={"text": ["x"]}, score=0.5), box(id="b")]
        task.append({"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"})
        assert sorted(losses(project(ALL, task), "cvat")) == [
            "a relation has no place",
            "the note of a region has no place",
            "the score of a region has no place",
        ]


HEAD = (
    "<annotations><version>1.1</version><meta><task><labels>{}</labels></task></meta>{}"
    "</annotations>"
)
IMAGE = '<image id="0" name="a/1.png" width="200" height="100">{}</image>'


def text(inside, labels=""):
    return HEAD.format(labels, IMAGE.format(inside))


class TestReading:
    def test_numbers_as_cvat_rounds_them(self, file):
        shape = (
            '<box label="cat" occluded="1" source="manual" xtl="70.00" ytl="30.00" xbr="110.00" '
            'ybr="50.00" rotation="90.00" z_order="0"><attribute name="age">3</attribute></box>'
        )
        file.write_text(text(shape))
        turned, *about = results_of(read(file))
        value = {name: turned["value"][name] for name in PLACE}
        assert value == {"x": 50, "y": 20, "width": 20, "height": 20, "rotation": 90}
        assert [(r["from_name"], r["type"]) for r in about] == [
            ("age", "number"),
            ("occluded", "choices"),
        ]

    def test_the_order_is_that_of_depth(self, file):
        point = '<points label="{}" points="1,1" z_order="{}"/>'
        file.write_text(text(point.format("over", 2) + point.format("under", 1)))
        assert [r["value"]["keypointlabels"][0] for r in results_of(read(file))] == [
            "under",
            "over",
        ]

    def test_colours_are_those_of_the_file(self, file):
        label = "<label><name>cat</name><color>#102030</color></label>"
        file.write_text(text('<polygon label="cat" points="0,0;1,0;1,1"/>', label))
        assert 'background="#102030"' in read(file).config.source

    def test_an_image_without_shapes_is_not_labelled_unless_it_is_said_so(self, file):
        file.write_text(text(""))
        assert read(file).progress()["done"] == 0
        assert read(file, empty=True).progress()["done"] == 1

    def test_what_is_broken_or_has_no_place_is_told(self, file):
        shapes = [
            '<box label="cat" xtl="1" ytl="1" xbr="x" ybr="2"/>',
            '<polygon label="cat" points="1,1;2,2"/>',
            '<mask label="cat" rle="1, 2" left="0" top="0" width="9" height="9"/>',
            '<mask label="cat" rle="0, 81" left="195" top="0" width="9" height="9"/>',
            '<cuboid label="cat" xtl1="1"/>',
            '<points label="cat" points="1,1"/>',
        ]
        file.write_text(text("".join(shapes)))
        made = read(file)
        assert len(results_of(made)) == 1
        for sentence in (
            "the place of a <box> cannot be read: a/1.png",
            "the place of a <polygon> cannot be read: a/1.png",
            "the place of a <mask> cannot be read: a/1.png, a/1.png",
            "a <cuboid> has no place here: a/1.png",
        ):
            assert sentence in made.problems

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ("<!DOCTYPE a [<!ENTITY b 'c'>]>" + text(""), "a document type .* is not accepted"),
            (text("")[:-5], "line 1: the XML is not well-formed"),
            (text("<a>" * 50 + "</a>" * 50), "nested deeper than 40"),
        ],
    )
    def test_what_is_no_plain_xml_is_refused(self, file, given, told):
        file.write_text(given)
        with pytest.raises(nl.FormatError, match=told):
            read(file, format="cvat")


class TestThereAndBack:
    @settings(max_examples=30, deadline=None)
    @given(data=st.data())
    def test_every_shape(self, tmp_path_factory, data):
        turned = st.floats(0, 359.5)
        ovals = st.builds(ellipse, percent, percent, percent, percent, words, rotation=turned)
        turned_boxes = st.builds(box, percent, percent, percent, percent, words, rotation=turned)
        points = st.builds(keypoint, percent, percent, st.just("tail"))
        shape = st.one_of(boxes, polygons, ovals, turned_boxes, points)
        task = data.draw(st.lists(shape, min_size=1, max_size=5))
        # Key points of nothing come last, as there.
        task.sort(key=lambda one: one["type"] == "keypointlabels")
        file = tmp_path_factory.mktemp("cvat") / "out.xml"
        made = project(ALL, task)
        assert not exported(made, file, "cvat")
        assert same(read(file, config=ALL), made, 1e-7)

    def test_masks_and_all_that_is_said(self, file):
        rng = np.random.default_rng(3)
        mask = rng.random((100, 200)) < 0.3
        task = [
            box(1, 2, 3, 4, id="b"),
            result("Choices", "pose", PLACE, "sits", id="b"),
            result("Choices", "fur", PLACE, "long", "grey", id="b"),
            result("Number", "age", {**PLACE, "number": 7}, id="b"),
            result("TextArea", "note", {**PLACE, "text": ["odd"]}, id="b"),
            brush(mask),
            {
                "from_name": "light",
                "to_name": "image",
                "type": "choices",
                "value": {"choices": ["night"]},
            },
        ]
        made = project(ALL, task)
        assert not exported(made, file, "cvat")
        again = results_of(read(file, config=ALL))
        by_control = {one["from_name"]: one for one in again}
        assert (drawn(by_control["mask"]) == mask).all()
        assert by_control["pose"]["value"]["choices"] == ["sits"]
        assert by_control["fur"]["value"]["choices"] == ["long", "grey"]
        assert by_control["age"]["value"]["number"] == 7
        assert by_control["note"]["value"]["text"] == ["odd"]
        assert by_control["light"]["value"] == {"choices": ["night"]}

    def test_skeletons_come_back_with_a_box_around_their_points(self, file):
        points = [
            keypoint(x, y, w, parentID="b") for x, y, w in ((10, 20, "nose"), (30, 60, "tail"))
        ]
        written(file, [box(5, 5, 50, 80, id="b"), *points])
        head, *again = results_of(read(file, config=ALL))
        assert close(
            {n: head["value"][n] for n in PLACE},
            {"x": 10, "y": 20, "width": 20, "height": 40, "rotation": 0},
        )
        assert {one["parentID"] for one in again} == {head["id"]}
        assert [one["value"]["keypointlabels"] for one in again] == [["nose"], ["tail"]]


# -- videos


VIDEO = """<View><Video name="clip" value="$video"/>
<VideoRectangle name="box" toName="clip"/>
<Labels name="who" toName="clip"><Label value="cat"/><Label value="dog"/></Labels>
<Choices name="pose" toName="clip" perRegion="true"><Choice value="runs"/></Choices>
<TimelineLabels name="acts" toName="clip"><Label value="Runs"/></TimelineLabels></View>"""


def track(*keys, label="cat", frames=20, **further):
    names = ("x", "y", "width", "height", "rotation")
    sequence = [
        {
            "frame": frame,
            "enabled": enabled,
            "time": frame / 5,
            **dict(zip(names, place, strict=True)),
        }
        for frame, enabled, place in keys
    ]
    value = {"framesCount": frames, "duration": frames / 5, "sequence": sequence, "labels": [label]}
    return {
        "from_name": "box",
        "to_name": "clip",
        "type": "videorectangle",
        "value": value,
        **further,
    }


def video(*tasks, names=("a.mp4", "b.mp4")):
    rows = [{"video": name} for name, _ in zip(names, tasks, strict=False)]
    made = nl.Project(rows, VIDEO, store=":memory:")
    for index, task in enumerate(tasks):
        made.annotate(made.key(index), task, check=False)
    return made


STILL = (10, 20, 30, 40, 0)


def visible(keys, frames):
    return dict(tracks.seen(keys, frames))


class TestTracks:
    def test_frames_count_from_0_and_what_ends_is_outside_from_the_next_on(self, file):
        made = video([track((1, True, STILL), (4, False, STILL), (7, True, STILL))])
        told = exported(made, file, "cvat", size=(200, 100))
        root = Tree.parse(file).getroot()
        assert [(b["frame"], b["outside"]) for b in shapes(root, "box")] == [
            ("0", "0"),
            ("3", "0"),
            ("4", "1"),
            ("6", "0"),
        ]
        assert at(shapes(root, "box")[0], *CORNERS) == [20, 20, 80, 60]
        assert root.findtext("meta/task/size") == "20"
        assert root.findtext("meta/task/original_size/width") == "200"
        assert not told

    def test_several_videos_are_tasks_of_one_project(self, file):
        made = video([track((1, True, STILL))], [track((2, True, STILL), label="dog")])
        exported(made, file, "cvat", size=(200, 100))
        again = read(file, config=VIDEO)
        assert [t["data"]["video"] for t in again.to_label_studio(media="keep")] == [
            "a.mp4",
            "b.mp4",
        ]
        assert [results_of(again, n)[0]["value"]["labels"] for n in (0, 1)] == [["cat"], ["dog"]]

    def test_without_the_size_it_is_told(self, file):
        [told] = exported(video([track((1, True, STILL))]), file, "cvat")
        assert "the size of a video is not known: size=(width, height) would say it" in told

    def test_stretches_and_attributes(self, file):
        stretch = {
            "id": "s",
            "from_name": "acts",
            "to_name": "clip",
            "type": "timelinelabels",
            "value": {"ranges": [{"start": 1, "end": 3}], "timelinelabels": ["Runs"]},
        }
        one = track((1, True, STILL), id="t")
        about = {
            "id": "t",
            "from_name": "pose",
            "to_name": "clip",
            "type": "choices",
            "value": {**one["value"], "choices": ["runs"]},
        }
        [told] = exported(video([one, about, stretch]), file, "cvat", size=(200, 100))
        assert "a stretch of a video, or an answer about it, has no place (1 times" in told
        again = {r["from_name"]: r for r in results_of(read(file, config=VIDEO))}
        assert again["pose"]["value"]["choices"] == ["runs"]

    def test_tracks_of_other_shapes_are_told(self, file):
        size = "<original_size><width>200</width><height>100</height></original_size>"
        file.write_text(
            f"<annotations><version>1.1</version><meta><task><id>1</id><size>9</size>{size}</task>"
            '</meta><track id="0" label="a"><points frame="0" points="1,1"/></track></annotations>'
        )
        assert "a track of <points> has no place here" in read(file).problems

    def test_there_and_back_the_same_frames_are_seen_at_the_same_places(self):
        rng = random.Random(5)
        size = (640, 360)
        for _ in range(400):
            frames = rng.randint(1, 30)
            at_ = sorted(rng.sample(range(1, frames + 1), rng.randint(1, min(5, frames))))
            angle = rng.choice([0, 0, 0, 15])
            keys = [
                tracks.Key(
                    frame,
                    (*(rng.uniform(0, 50) for _ in range(4)), rng.choice([angle, 40])),
                    rng.random() < 0.7,
                )
                for frame in at_
            ]
            shapes_ = [*frames_of(keys, frames)]
            again = keys_of(shapes_, size)
            before, after = visible(keys, frames), visible(again, frames)
            assert before.keys() == after.keys()
            assert all(close(after[f], before[f], 1e-7) for f in before)
