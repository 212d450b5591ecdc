"""Segment: what somebody clicks on, as a mask, a polygon or a box."""

import numpy as np
import pytest
from PIL import Image

import nblabel as nl
from nblabel import DataError, MediaError
from nblabel.loop import Asking
from nblabel.media import masks
from nblabel.models import Segment
from tests.models.tasks import config, results, task
from tests.models.test_regions import disc, overlap, picture

LABELS = '<Label value="Disc" alias="d"/><Label value="Square"/>'
SMART = (
    f'<KeyPointLabels name="spot" toName="i" smart="true">{LABELS}</KeyPointLabels>'
    f'<RectangleLabels name="frame" toName="i" smart="true">{LABELS}</RectangleLabels>'
)


def drawing(control, image='<Image name="i" value="$image"/>'):
    return config(image, control, SMART)


BRUSH = drawing(f'<BrushLabels name="mask" toName="i">{LABELS}</BrushLabels>')
BITMASK = drawing(f'<BitmaskLabels name="mask" toName="i">{LABELS}</BitmaskLabels>')
POLYGON = drawing(f'<PolygonLabels name="mask" toName="i">{LABELS}</PolygonLabels>')
PLAIN = drawing('<Polygon name="mask" toName="i"/>')


def click(x, y, label="Disc", **more):
    """A key point at a pixel of the picture, as the smart tool says it."""
    value = {"x": x / 1.6, "y": y / 1.2, "width": 0.3, "labels": [label]}
    head = {"id": "s1", "from_name": "spot", "to_name": "i", "type": "keypointlabels"}
    return {**head, "value": value, "is_positive": 1, **more}


def frame(left, top, right, bottom, label="Disc"):
    place = {"x": left / 1.6, "y": top / 1.2}
    place |= {"width": (right - left) / 1.6, "height": (bottom - top) / 1.2, "rotation": 0}
    head = {"from_name": "frame", "to_name": "i", "type": "rectanglelabels"}
    return {**head, "value": {**place, "rectanglelabels": [label]}}


def ready(of, control=None, **settings):
    model = Segment(control, **settings)
    model.setup(of)
    return model


def asked(of, *drawn, image=None, **settings):
    """Ask about the picture; gives the one result, which fits the config."""
    data = {"image": picture() if image is None else image}
    [answer] = ready(of, **settings).predict([task(**data)], {"result": list(drawn)})
    [result] = results(of, answer, {})
    return result


def test_a_click_becomes_a_mask_of_the_whole_image():
    result = asked(BRUSH, click(50, 50))
    assert (result["from_name"], result["type"]) == ("mask", "brushlabels")
    assert (result["original_width"], result["original_height"]) == (160, 120)
    assert result["value"]["brushlabels"] == ["Disc"]
    mask = masks.array_of(result["value"], (160, 120))
    assert overlap(mask > 127, disc()) > 0.95


def test_a_bitmask_is_a_png():
    result = asked(BITMASK, click(50, 50))
    assert overlap(masks.array_of(result["value"], None) > 127, disc()) > 0.95


def test_a_polygon_is_an_outline_of_few_points():
    value = asked(POLYGON, click(50, 50))["value"]
    assert value["closed"] is True
    assert 6 <= len(value["points"]) <= 40
    xs, ys = zip(*value["points"], strict=True)
    assert (min(xs), max(xs)) == pytest.approx((20 / 1.6, 81 / 1.6), abs=1)
    assert (min(ys), max(ys)) == pytest.approx((20 / 1.2, 81 / 1.2), abs=1)


def test_a_plain_tool_gets_no_labels():
    assert set(asked(PLAIN, click(50, 50))["value"]) == {"points", "closed"}


def test_a_box_becomes_what_stands_out_in_it():
    mask = masks.array_of(asked(BRUSH, frame(10, 10, 95, 95))["value"], (160, 120))
    assert overlap(mask > 127, disc()) > 0.9


def test_clicks_that_are_not_positive_say_what_is_not_meant():
    drawn = (click(50, 50), click(5, 5, is_positive=0))
    mask = masks.array_of(asked(BRUSH, *drawn, tolerance=255)["value"], (160, 120))
    assert overlap(mask > 127, disc()) > 0.95
    alone = ready(BRUSH).predict([task(image=picture())], {"result": [drawn[1]]})
    assert alone == [None]


def test_a_large_image_is_looked_at_small_and_answered_whole():
    large = picture().resize((1600, 1200))
    result = asked(BRUSH, click(50, 50), image=large)
    mask = masks.array_of(result["value"], (1600, 1200))
    assert mask.shape == (1200, 1600)
    wanted = np.asarray(Image.fromarray(disc()).resize((1600, 1200)))
    assert overlap(mask > 127, wanted) > 0.95


def test_of_several_images_the_one_that_was_drawn_on_is_looked_at():
    of = drawing(
        f'<BrushLabels name="mask" toName="i">{LABELS}</BrushLabels>',
        '<Image name="i" valueList="$images"/>',
    )
    images = [Image.new("RGB", (30, 30)), picture()]
    model = ready(of)
    context = {"result": [click(50, 50, item_index=1)]}
    [answer] = model.predict([task(images=images)], context)
    assert answer["result"][0]["item_index"] == 1
    assert answer["result"][0]["original_width"] == 160
    [told] = model.predict([task(images=images)], {"result": [click(50, 50)]})
    assert str(told) == '"i" shows 2 images, and one can be asked of'
    [told] = model.predict([task(images=images)], {"result": [click(50, 50, item_index=7)]})
    assert str(told) == '"i" has no image 7'


def test_labels_are_those_of_the_control():
    assert asked(BRUSH, click(50, 50, "d"))["value"]["brushlabels"] == ["d"]
    one = drawing('<BrushLabels name="mask" toName="i"><Label value="Thing"/></BrushLabels>')
    assert asked(one, click(50, 50))["value"]["brushlabels"] == ["Thing"]
    context = {"result": [click(50, 50, "Cat")]}
    [told] = ready(BRUSH).predict([task(image=picture())], context)
    assert str(told) == '"mask" has no label "Cat", with which was drawn'


@pytest.mark.parametrize(
    "drawn",
    [
        [],
        [{"type": "keypointlabels", "to_name": "other", "value": {"x": 1, "y": 1}}],
        [{"type": "keypointlabels", "to_name": "i", "value": {"x": "1", "y": None}}],
        [{"type": "relation"}],
        [{"type": "polygonlabels", "to_name": "i", "value": {"points": []}}],
    ],
)
def test_what_is_no_click_and_no_box_is_not_answered(drawn):
    assert ready(BRUSH).predict([task(image=picture())], {"result": drawn}) == [None]


def test_places_outside_the_image_are_brought_to_it():
    assert asked(BRUSH, click(-40, 900))
    assert asked(BRUSH, frame(-50, -50, 500, 500))


def test_without_anything_drawn_it_says_nothing():
    assert ready(BRUSH).predict([task(image=picture())] * 2) == [None, None]


def test_images_are_read_only_where_they_may_lie(tmp_path):
    picture().save(tmp_path / "a.png")
    context = {"result": [click(50, 50)]}
    model = ready(BRUSH, root=tmp_path)
    inside, outside = model.predict([task(image="a.png"), task(image="/etc/hostname")], context)
    assert inside["result"]
    assert isinstance(outside, MediaError)
    assert "lies outside root=" in str(outside)


def test_a_project_lends_it_its_images(tmp_path):
    picture().save(tmp_path / "a.png")
    project = nl.Project(
        [{"image": "a.png"}], BRUSH.source, store=":memory:", root=tmp_path, predict=Segment()
    )
    answers = []
    asking = Asking(project._caller)
    context = {"result": [click(50, 50)]}
    asking.ask(project._data.task(0), context, answers.append, failed=answers.append)
    assert asking.wait(10)
    assert answers[0].results[0]["value"]["brushlabels"] == ["Disc"]


def test_what_it_cannot_answer_is_told():
    text = config('<Text name="t" value="$text"/><Rating name="stars" toName="t"/>')
    with pytest.raises(DataError, match=r"Segment answers .*: there is none"):
        ready(text)
    with pytest.raises(DataError, match="Segment was told no config yet"):
        Segment().predict([])
