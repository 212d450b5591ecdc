"""Tasks for the tests of formats, out to a file and in again."""

from __future__ import annotations

import warnings

from hypothesis import strategies as st

import nblabel as nl

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
