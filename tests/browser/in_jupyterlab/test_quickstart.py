"""The quickstart notebook as a stranger uses it: run all, label by key and by drag, look again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from browser.lab import TIMEOUT, Notebook
from browser.labeler import Widget

QUICKSTART = Path(__file__).parents[3] / "notebooks" / "quickstart.ipynb"


def shown(book: Notebook, name: str) -> Widget:
    """The labeler of a project, scrolled to."""
    book.go_to(f"{name} = nl.Labeler(")
    region = book.page.get_by_role("region", name=f"nblabel: {name}", exact=True)
    expect(region).to_be_visible(timeout=TIMEOUT * 1000)
    region.scroll_into_view_if_needed()
    return Widget(region)


def output_of(book: Notebook, source: str) -> str:
    """What the cell that begins with this source shows after it was run again."""
    book.run_again(source)
    return book.output(source)


def test_everything_in_the_quickstart_is_labeled(notebook: Callable[..., Notebook]) -> None:
    book = notebook(file=QUICKSTART)
    book.run_all()

    moods = shown(book, "moods")
    moods.at(1, 12)
    moods.root.focus()
    for key, task in (("1", 2), ("3", 3), ("2", 4)):
        book.page.keyboard.press(key)
        moods.at(task, 12)
    moods.saved()
    assert "'done': 3" in output_of(book, "moods.progress()")
    assert "happy" in output_of(book, "moods.to_frame()")

    spans = shown(book, "spans")
    expect(spans.suggestions).not_to_have_count(0)
    spans.root.focus()
    book.page.keyboard.press("1")
    spans.select("Sir R.A. Fisher", within="text")
    expect(spans.regions.filter(has_text="Person")).to_have_count(1)
    spans.root.focus()
    book.page.keyboard.press("Control+Enter")
    spans.said("not looked at")
    book.page.keyboard.press("Control+Enter")
    spans.at(2, 11)
    spans.saved()
    assert "Sir R.A. Fisher" in output_of(book, "spans.results()")

    boxes = shown(book, "boxes")
    photo = boxes.picture("image", 640, 427)
    boxes.root.focus()
    book.page.keyboard.press("1")
    photo.drag(0.1, 0.1, 0.58, 0.9)
    expect(boxes.regions).to_have_count(1)
    boxes.root.focus()
    book.page.keyboard.press("Control+Enter")
    boxes.at(2, 2)
    boxes.saved()
    book.run_again("pixels = ")
    assert "('china', 1), ('flower', 1)" in output_of(book, "boxes.export(")
    assert '"rectanglelabels"' in output_of(book, "print(json.dumps(tasks")

    told = book.python(
        "print(json.dumps({"
        "'moods': moods.to_frame()['mood'].head(4).tolist(),"
        "'spans': spans.results()[['key', 'label', 'text', 'origin']].values.tolist(),"
        "'boxes': boxes.results(units='px')[['key', 'label', 'x', 'y', 'width', 'height']]"
        ".values.tolist()}))"
    )
    frames = json.loads(told)
    assert frames["moods"] == ["happy", "unhappy", "so-so", None]
    assert frames["spans"] == [["iris 1", "Person", "Sir R.A. Fisher", "manual"]]
    (china, flower) = frames["boxes"]
    assert china[:2] == ["china", "Building"]
    assert_near(china[2:], [64, 43, 307, 342])
    assert flower[:2] == ["flower", "Flower"]
    assert_near(flower[2:], [192, 128, 238, 190])

    exported = json.loads((book.path.parent / "labels.json").read_text(encoding="utf-8"))
    assert [task["data"]["photo"] for task in exported] == ["china", "flower"]
    assert all(task["data"]["image"].startswith("data:image/jpeg;base64,") for task in exported)
    (result,) = exported[0]["annotations"][0]["result"]
    assert result["type"] == "rectanglelabels"
    assert result["value"]["rectanglelabels"] == ["Building"]
    assert (result["original_width"], result["original_height"]) == (640, 427)
    assert_near([result["value"]["x"], result["value"]["y"]], [10, 10])
    assert not book.errors


def assert_near(found: list[float], wanted: list[float]) -> None:
    assert all(abs(a - b) <= 2 for a, b in zip(found, wanted, strict=True)), (found, wanted)
