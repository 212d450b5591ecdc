"""What label_studio_sdk.converter makes of the same tasks, and where it is known to be wrong.

Known faults of label_studio_sdk 2.1.2, each with a test here:

- the box of a turned rectangle is reckoned in percent, so it is wrong unless the image is square;
- YOLO and VOC ignore that a rectangle is turned;
- VOC's pixels are cut off, not rounded, and counted from 0;
- VOC has no polygon, not even its box;
- of several labels COCO and VOC take the first alone;
- each annotation of a task is an image of its own in COCO, and in YOLO the oldest one wins;
- YOLO's shares are not cut at the edge of the image;
- an ellipse is no object of any format, but its label is a category.

Not compared: supervision and datumaro, which bring OpenCV and more than all else together.
"""

import json
import random
import subprocess
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest

from nblabel.formats import _tracks as tracks
from tests import templates
from tests.formats.datasets import (
    box,
    close,
    config,
    ellipse,
    exported,
    labels,
    polygon,
    project,
)
from tests.formats.test_cvat import track
from tests.formats.test_mot import keys_of

pytestmark = pytest.mark.label_studio_sdk

XML = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat", "dog"),
    labels("EllipseLabels", "ellipse", "owl"),
)
PLAIN = (
    [box(10, 20, 30, 40), polygon([(0, 0), (50, 0), (0, 50)], "dog")],
    [box(33.3, 12.5, 20.25, 10, "dog"), box(0, 0, 100, 100)],
    [],
)
TURNED = [box(50, 20, 20, 20, rotation=90)]


def asked(given):
    """Ask the SDK, in its own Python."""
    command = [str(templates.PYTHON), str(Path(__file__).with_name("converting.py"))]
    text = json.dumps(given)
    told = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


class Both:
    """What both make of the same tasks."""

    def __init__(self, folder, made):
        self.folder, self.project = folder, made
        tasks = made.to_label_studio(media="keep")
        self.theirs = asked([made.config.source, tasks, ["COCO", "YOLO", "VOC"]])

    def coco(self):
        """Give objects as (image's place, label, box, outlines), of both."""
        exported(self.project, self.folder / "out.json", "coco")
        ours = json.loads((self.folder / "out.json").read_text())
        theirs = json.loads(self.theirs["COCO"]["result.json"])
        return [_objects(one) for one in (ours, theirs)]

    def yolo(self, **options):
        """Give the lines of each image, of both; theirs are named by a digest."""
        settings = {"val": 0, "media": "keep", **options}
        exported(self.project, self.folder / "yolo", "yolo", **settings)
        root = self.folder / "yolo" / "labels" / "train"
        ours = {f"{p.parent.name}/{p.stem}": _lines(p.read_text()) for p in root.rglob("*.txt")}
        theirs = [_lines(t) for n, t in self.theirs["YOLO"].items() if n.startswith("labels/")]
        return sorted(ours.values()), sorted(theirs)

    def voc(self):
        """Give the objects of each image, of both, as (label, corners)."""
        settings = {"origin": 0, "media": "keep"}
        exported(self.project, self.folder / "voc", "voc", **settings)
        files = sorted((self.folder / "voc" / "Annotations").iterdir())
        ours = [_corners(file.read_text()) for file in files]
        theirs = [_corners(t) for n, t in self.theirs["VOC"].items() if n.endswith(".xml")]
        return sorted(ours), sorted(theirs)


def _objects(coco):
    rows = {image["id"]: row for row, image in enumerate(coco["images"])}
    names = {one["id"]: one["name"] for one in coco["categories"]}
    return [
        (rows[o["image_id"]], names[o["category_id"]], list(o["bbox"]), o["segmentation"])
        for o in coco["annotations"]
    ]


def _lines(text):
    return [[float(word) for word in line.split()] for line in text.splitlines()]


def _corners(text):
    return [
        (one.findtext("name"), [float(corner.text) for corner in one.find("bndbox")])
        for one in Tree.fromstring(text).iter("object")
    ]


@pytest.fixture
def both(tmp_path):
    return lambda *tasks: Both(tmp_path, project(XML, *tasks))


class TestTheSame:
    def test_coco_of_boxes_and_polygons(self, both):
        ours, theirs = both(*PLAIN).coco()
        assert len(ours) == 4
        assert close(ours, theirs)

    def test_yolo_of_boxes(self, both):
        ours, theirs = both([box(10, 20, 30, 40)], PLAIN[1], []).yolo()
        assert len(ours) == 3
        assert close(ours, theirs, 1e-6)

    def test_yolo_of_polygons(self, both):
        outline = polygon([(0, 0), (50, 0), (0, 50)], "dog")
        ours, theirs = both([outline], [outline]).yolo(task="segment")
        assert close(ours, theirs, 1e-6)

    def test_voc_of_boxes_but_for_what_it_cuts_off(self, both):
        ours, theirs = both([box(10, 20, 30, 40)], PLAIN[1]).voc()
        assert [[name for name, _ in one] for one in ours] == [
            [name for name, _ in o] for o in theirs
        ]
        for mine, others in zip(ours, theirs, strict=True):
            for (_, corners), (_, cut) in zip(mine, others, strict=True):
                assert cut[:2] == [int(at) for at in corners[:2]]
                assert all(0 <= a - b < 2 for a, b in zip(corners, cut, strict=True))


class TestKnownFaults:
    def test_the_box_of_a_turned_rectangle(self, both):
        (ours,), (theirs,) = both(TURNED).coco()
        assert ours[2] == [80, 20, 20, 40]
        assert theirs[2] == [60, 20, 40, 20]

    def test_that_a_rectangle_is_turned_is_ignored(self, both):
        made = both(TURNED)
        assert made.yolo() == ([[[0, 0.45, 0.4, 0.1, 0.4]]], [[[0, 0.6, 0.3, 0.2, 0.2]]])
        assert made.voc() == ([[("cat", [80, 20, 100, 60])]], [[("cat", [100, 20, 140, 40])]])

    def test_polygons_are_not_in_voc(self, both):
        ours, theirs = both([polygon([(0, 0), (50, 0), (0, 50)], "dog")]).voc()
        assert (ours, theirs) == ([[("dog", [0, 0, 100, 50])]], [[]])

    def test_other_labels_are_lost(self, both):
        made = both([box(0, 0, 9, 9, "cat", "dog")])
        ours, theirs = made.coco()
        assert [one[1] for one in ours] == ["cat", "dog"]
        assert [one[1] for one in theirs] == ["cat"]

    def test_several_annotations_of_a_task(self, both, tmp_path):
        made = project(XML, [box(0, 0, 10, 10)], annotator="ana")
        made.annotate(made.key(0), [box(50, 50, 10, 10)], annotator="ben")
        compared = Both(tmp_path, made)
        ours, theirs = compared.coco()
        assert [one[0] for one in ours] == [0]
        assert [one[0] for one in theirs] == [0, 1]
        ours, theirs = compared.yolo()
        assert ours == [[[0, 0.55, 0.55, 0.1, 0.1]]]
        assert theirs == [[[0, 0.05, 0.05, 0.1, 0.1]]]

    def test_what_sticks_out_is_not_cut(self, both):
        ours, theirs = both([box(90, -10, 20, 20)]).yolo()
        assert ours == [[[0, 0.95, 0.05, 0.1, 0.1]]]
        assert theirs == [[[0, 1.0, 0.0, 0.2, 0.2]]]

    def test_ellipses_are_no_objects(self, both):
        ours, theirs = both([ellipse(50, 50, 10, 20, "owl")]).coco()
        assert [one[1] for one in ours] == ["owl"]
        assert theirs == []


def test_frames_between_keyframes_are_those_of_label_studio():
    rng = random.Random(3)
    given = []
    for _ in range(60):
        at = sorted(rng.sample(range(1, 31), rng.randint(1, 6)))
        places = [tuple(rng.uniform(0, 50) for _ in range(5)) for _ in at]
        keys = [(f, rng.random() < 0.6, place) for f, place in zip(at, places, strict=True)]
        given.append(track(*keys, frames=30, id=str(len(given))))
    theirs = asked({"results": given})
    assert len(theirs) == 60
    for mine, other in zip(given, theirs, strict=True):
        seen = list(tracks.seen(keys_of(mine), 30))
        sequence = other["value"]["sequence"]
        assert [frame for frame, _ in seen] == [one["frame"] for one in sequence]
        places = [[one[name] for name in tracks.PLACES] for one in sequence]
        assert close([list(place) for _, place in seen], places)
