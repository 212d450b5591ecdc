"""Files of strangers: whatever is in them is read, told or refused in a sentence."""

import random
from contextlib import suppress

import pytest

import nblabel as nl
from nblabel.formats import FORMATS
from tests.formats.datasets import (
    block,
    box,
    brush,
    config,
    ellipse,
    exported,
    images,
    keypoint,
    labels,
    polygon,
    project,
    read,
    result,
)
from tests.formats.test_cvat import STILL, track, video

XML = config(
    labels("RectangleLabels", "box", "cat", "dog"),
    labels("PolygonLabels", "polygon", "cat"),
    labels("EllipseLabels", "ellipse", "cat"),
    labels("BrushLabels", "mask", "cat"),
    labels("KeyPointLabels", "point", "nose"),
    labels("Choices", "pose", "sits", perRegion="true"),
)
PLACE = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0}
SIGNS = b"0123456789-.,;:/\\\"'<>&[]{}eE \n\t\0\xff\xc3nulltrue"


def written(folder, form):
    """Give a file or folder with something of everything."""
    task = [
        box(id="b"),
        result("Choices", "pose", PLACE, "sits", id="b"),
        keypoint(12, 22, parentID="b"),
        polygon([(0, 0), (50, 0), (0, 50)]),
        ellipse(50, 50, 5, 10),
        brush(block(30, 10, 20, 10)),
    ]
    out = folder / f"out{(FORMATS[form].suffixes or ('',))[0]}"
    if form == "mot":
        exported(video([track((1, True, STILL), (9, False, STILL))]), out, form, size=(200, 100))
        return out
    root = images(folder / "photos")
    exported(project(XML, task, [box(1, 2, 3, 4)], root=root), out, form)
    return out


def changed(text, rng):
    """Change some bytes of a file: others in their place, some taken out, some twice."""
    made = bytearray(text)
    for _ in range(rng.randint(1, 4)):
        if not made:
            break
        at = rng.randrange(len(made))
        kind = rng.randrange(4)
        if kind == 0:
            made[at] = rng.choice(SIGNS)
        elif kind == 1:
            del made[at : at + rng.randint(1, 30)]
        elif kind == 2:
            made[at:at] = made[at : at + rng.randint(1, 40)]
        else:
            made[at:at] = bytes(rng.choice(SIGNS) for _ in range(rng.randint(1, 5)))
    return bytes(made)


ALL = ("coco", "cvat", "labelme", "masks", "mot", "voc", "yolo")


@pytest.mark.parametrize("form", ALL)
@pytest.mark.filterwarnings("ignore")
def test_changed_files_are_read_or_refused_in_a_sentence(tmp_path, form):
    out = written(tmp_path, form)
    names = (
        [f for f in out.rglob("*") if f.is_file() and f.name != ".nblabel"]
        if out.is_dir()
        else [out]
    )
    texts = [f for f in names if "images" not in f.parts]
    rng = random.Random(11)
    assert len(read(out, format=form).results())
    for _ in range(60):
        file = rng.choice(texts)
        before = file.read_bytes()
        file.write_bytes(changed(before, rng))
        with suppress(nl.NblabelError):  # a sentence
            made = read(out, format=form)
            made.results()
            made.close()
        file.write_bytes(before)
