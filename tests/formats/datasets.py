"""Tasks for the tests of formats, out to a file and in again."""

from __future__ import annotations

import warnings

import numpy as np
from hypothesis import strategies as st
from PIL import Image

import nblabel as nl
from nblabel.media.masks import array_of, encoded

SIZE = (200, 100)
NAMED = ("a/1.png", "b/1.png", "c.png")


def config(*controls, objects='<Image name="image" value="$image"/>'):
    return f"<View>{objects}{''.join(controls)}</View>"


def labels(tag, name, *words, **attributes):
    """Give a control with labels."""
    child = "Choice" if tag == "Choices" else "Label"
    inside = "".join(f'<{child} value="{word}"/>' for word in words)
    more = "".join(f' {n}="{v}"' for n, v in attributes.items())
    return f'<{tag} name="{name}" toName="image"{more}>{inside}</{tag}>'


def result(tag, name, value, *words, size=SIZE, **further):
    """Give the result of a control with labels on an image."""
    named = tag.lower()
    return {
        "from_name": name,
        "to_name": "image",
        "type": named,
        "original_width": size[0],
        "original_height": size[1],
        "image_rotation": 0,
        "value": {**value, **({named: list(words)} if words else {})},
        **further,
    }


def box(x=10, y=20, width=30, height=40, *words, rotation=0, name="box", **further):
    value = {"x": x, "y": y, "width": width, "height": height, "rotation": rotation}
    return result("RectangleLabels", name, value, *(words or ("cat",)), **further)


def polygon(points, *words, name="polygon", **further):
    value = {"points": [list(point) for point in points], "closed": True}
    return result("PolygonLabels", name, value, *(words or ("cat",)), **further)


def ellipse(x, y, across, down, *words, rotation=0, **further):
    value = {"x": x, "y": y, "radiusX": across, "radiusY": down, "rotation": rotation}
    return result("EllipseLabels", "ellipse", value, *(words or ("cat",)), **further)


def keypoint(x, y, *words, **further):
    value = {"x": x, "y": y, "width": 0.5}
    return result("KeyPointLabels", "point", value, *(words or ("nose",)), **further)


def brush(mask, *words, **further):
    value = {"format": "rle", "rle": encoded(mask)}
    size = (mask.shape[1], mask.shape[0])
    return result("BrushLabels", "mask", value, *(words or ("cat",)), size=size, **further)


def block(left, top, width, height, size=SIZE):
    """Give a mask that is one rectangle of pixels."""
    mask = np.zeros((size[1], size[0]), bool)
    mask[top : top + height, left : left + width] = True
    return mask


def drawn(mask):
    """Give the pixels of a brush's result."""
    size = (mask["original_width"], mask["original_height"])
    return array_of(mask["value"], size) > 0


def images(folder, *names, size=SIZE):
    """Make the files of images."""
    for name in names or NAMED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (90, 120, 150)).save(folder / name)
    return folder


def results_of(project, index=0):
    """Give the results of a task's only annotation."""
    [annotation] = project.to_label_studio(media="keep")[index]["annotations"]
    return annotation["result"]


def project(xml, *tasks, **settings):
    """Give a project of images with results, a task each; None is one that nobody worked on."""
    rows = [{"image": name} for name, _ in zip(NAMED, tasks, strict=False)]
    made = nl.Project(rows, xml, store=":memory:", **settings)
    for index, results in enumerate(tasks):
        if results is not None:
            made.annotate(made.key(index), results, check=False)
    return made


def exported(project, path, form, **settings):
    """Write a project; return what was told of losses."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        project.export(path, form, **settings)
    return [str(one.message) for one in told]


def read(path, **settings):
    return nl.read(path, store=":memory:", **settings)


def said(project):
    """Give what is said of each task, by its image, without ids and names of controls."""
    return {
        task["data"]["image"]: [bare(r) for a in task["annotations"] for r in a["result"]]
        for task in project.to_label_studio(media="keep")
    }


def bare(result):
    return (result["type"], result["value"])


def close(given, wanted, resolution=1e-9):
    """Compare values as JSON has them, numbers within a resolution."""
    if isinstance(wanted, dict):
        assert given.keys() == wanted.keys()
        return all(close(given[key], wanted[key], resolution) for key in wanted)
    if isinstance(wanted, list | tuple):
        return len(given) == len(wanted) and all(
            close(a, b, resolution) for a, b in zip(given, wanted, strict=True)
        )
    if isinstance(wanted, float | int) and not isinstance(wanted, bool):
        return abs(given - wanted) <= resolution
    return given == wanted


def same(given, wanted, resolution=1e-9):
    """Whether two projects say the same of the same images."""
    first, second = said(given), said(wanted)
    assert first.keys() == second.keys()
    for image in first:
        assert close(first[image], second[image], resolution), (first[image], second[image])
    return True


def losses(project, form):
    """Give the kinds of what a format does not carry, each once."""
    return list(dict.fromkeys(project.losses(form)["what"]))


percent = st.floats(0, 90, allow_nan=False).map(lambda n: round(n, 4))
length = st.floats(0.5, 10, allow_nan=False).map(lambda n: round(n, 4))
points = st.lists(st.tuples(percent, percent), min_size=3, max_size=6, unique=True)
words = st.sampled_from(["cat", "dog"])
boxes = st.builds(box, percent, percent, length, length, words)
polygons = st.builds(polygon, points, words)
