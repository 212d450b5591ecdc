"""Masks on the wire: each goes once, as bytes, to pages that know of that."""

from __future__ import annotations

import pytest

from nblabel.media import masks
from tests.widget.page import change, tasks_in

CONFIG = """<View>
  <Image name="photo" value="$image"/>
  <Brush name="mask" toName="photo"/>
  <Labels name="what" toName="photo"><Label value="sky"/></Labels>
</View>"""
RLE = masks.encoded([[255, 255, 0], [0, 0, 0]])
PLACE = {"id": "m", "to_name": "photo", "original_width": 3, "original_height": 2}
BRUSH = {**PLACE, "from_name": "mask", "type": "brush", "value": {"format": "rle", "rle": RLE}}
SKY = {
    **PLACE,
    "from_name": "what",
    "type": "labels",
    "value": {"format": "rle", "rle": RLE, "labels": ["sky"]},
}


@pytest.fixture
def page(opened):
    page = opened([{"id": 7, "image": "http://x/y.png"}], CONFIG)
    page.labeler.annotate(7, [BRUSH, SKY])
    return page


def results_of(tasks):
    return [item["result"] for item in tasks[0]["annotation"]["items"]]


def test_a_page_that_knows_gets_each_mask_once(page):
    _, buffers = page.ask("tasks", indices=[0], packs=True)
    one, two = results_of(tasks_in(buffers[0]))
    assert one["value"] == {"format": "rle", "rle": {"bytes": 1}}
    assert two["value"]["rle"] == {"bytes": 1}
    assert buffers[1:] == [bytes(RLE)]
    assert {**one, "value": {**one["value"], "rle": RLE}} == BRUSH


def test_a_page_that_does_not_know_gets_lists(page):
    _, buffers = page.ask("tasks", indices=[0])
    assert results_of(tasks_in(buffers[0])) == [BRUSH, SKY]
    assert len(buffers) == 1


def test_what_is_said_comes_with_its_buffers(page):
    _, buffers = page.ask("tasks", indices=[0], packs=True)
    [task] = tasks_in(buffers[0])
    item = task["annotation"]["items"][0]
    more = masks.encoded([[255, 255, 255], [0, 0, 0]])
    after = {**BRUSH, "value": {"format": "rle", "rle": {"bytes": 1}}}
    edit = {**item, "before": item["result"] | {"value": {"format": "rle", "rle": {"bytes": 0}}}}
    edit |= {"after": after}
    sent = change(task, edits=[edit], action="edit", annotation=task["annotation"]["uid"], base=1)
    answer, _ = page.ask(
        "changes", changes=[sent], packs=True, buffers=[memoryview(bytes(RLE)), bytes(more)]
    )
    assert answer["ok"] == [{"applied": 2}]
    [kept, _] = page.labeler.to_label_studio(drafts=True)[0]["drafts"][0]["result"]
    assert kept["value"]["rle"] == more


def test_after_a_reload_undo_has_the_masks_too(page):
    test_what_is_said_comes_with_its_buffers(page)
    answer, buffers = page.ask("open", packs=True)
    [gesture] = answer["ok"]["gestures"]
    before, after = gesture["edits"][0]["before"], gesture["edits"][0]["after"]
    assert buffers[before["value"]["rle"]["bytes"]] == bytes(RLE)
    assert buffers[after["value"]["rle"]["bytes"]] != bytes(RLE)


def test_a_stale_change_is_answered_with_masks_in_buffers(page):
    uid = page.labeler.results()["annotation"][0]
    sent = change({"key": "7", "digest": ""}, annotation=uid)
    answer, buffers = page.ask("changes", changes=[sent], packs=True)
    [item, _] = answer["ok"][0]["conflict"]["items"]
    assert buffers[item["result"]["value"]["rle"]["bytes"]] == bytes(RLE)


@pytest.mark.parametrize("at", [5, -1, "0", None])
def test_a_mask_that_did_not_come_is_told(page, at):
    after = {**BRUSH, "value": {"format": "rle", "rle": {"bytes": at}}}
    edit = {"uid": "new", "ordinal": 9, "before": None, "after": after}
    answer, _ = page.ask(
        "changes", changes=[change({"key": "7", "digest": ""}, edits=[edit])], packs=True
    )
    assert "did not come" in answer["ok"][0]["refused"]


@pytest.mark.parametrize("rle", [{"bytes": 0}, {"as": 1}, {}, "text", [1, 300]])
def test_what_a_stranger_has_in_its_place_stays_as_it_is(opened, rle):
    page = opened([{"id": 7, "image": "http://x/y.png"}], CONFIG)
    odd = {**BRUSH, "value": {"format": "rle", "rle": rle}}
    page.labeler.annotate(7, [odd], check=False)
    _, buffers = page.ask("tasks", indices=[0], packs=True)
    [sent] = results_of(tasks_in(buffers[0]))
    assert len(buffers) == 1
    expected = {"as": rle} if isinstance(rle, dict) else rle
    assert sent["value"]["rle"] == expected
