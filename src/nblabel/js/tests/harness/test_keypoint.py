"""Key points, by mouse and by keyboard."""

from __future__ import annotations

from playwright.sync_api import Page

from driving import drag, image, last, log, near, on_screen

DOT = {"id": "a", "figure": "keypoint", "geometry": {"x": 200, "y": 100, "width": 2}}


def test_a_click_sets_it(page: Page) -> None:
    image(page, figure="keypoint")
    page.mouse.click(*on_screen(page, 40, 30))
    told = last(page, "draw")
    assert told["figure"] == "keypoint"
    near(told["geometry"], x=40, y=30)
    assert told["geometry"]["width"] > 0


def test_it_is_set_inside_a_box_and_picked_where_it_lies(page: Page) -> None:
    geometry = {"x": 20, "y": 20, "width": 300, "height": 150, "rotation": 0}
    box = {"id": "box", "figure": "rectangle", "geometry": geometry}
    image(page, figure="keypoint", shapes=[box, DOT])
    page.mouse.click(*on_screen(page, 100, 60))
    assert len(log(page, "draw")) == 1
    page.mouse.click(*on_screen(page, 200, 100))
    assert last(page, "pick")["ids"] == ["a"]
    assert len(log(page, "draw")) == 1


def test_where_it_draws_over_everything_a_click_lies_on_nothing_else(page: Page) -> None:
    image(page, figure="keypoint", shapes=[{**DOT, "selected": True}], over=True)
    page.mouse.click(*on_screen(page, 200, 100))
    assert log(page, "pick") == []
    assert [told["alt"] for told in log(page, "draw")] == [False]


def test_it_says_whether_alt_was_held(page: Page) -> None:
    image(page, figure="keypoint")
    page.keyboard.down("Alt")
    page.mouse.click(*on_screen(page, 40, 30))
    page.keyboard.up("Alt")
    page.mouse.click(*on_screen(page, 300, 30))
    assert [told["alt"] for told in log(page, "draw")] == [True, False]


def test_what_is_selected_takes_no_click(page: Page) -> None:
    image(page, figure="keypoint", shapes=[{**DOT, "selected": True}])
    page.mouse.click(*on_screen(page, 40, 30))
    page.mouse.click(*on_screen(page, 300, 160))
    assert [round(told["geometry"]["x"]) for told in log(page, "draw")] == [40, 300]


def test_it_is_dragged_and_moved_by_arrows(page: Page) -> None:
    image(page, figure=None, shapes=[{**DOT, "selected": True}])
    drag(page, on_screen(page, 200, 100), on_screen(page, 250, 120))
    near(last(page, "reshape")["changes"][0]["geometry"], x=250, y=120)
    page.keyboard.press("Alt+ArrowLeft")
    near(last(page, "reshape")["changes"][0]["geometry"], x=240, y=120)


def test_by_keyboard_it_is_set_where_the_cursor_is(page: Page) -> None:
    image(page, figure="keypoint")
    page.evaluate("i.stage.focus()")
    for key in ["Enter", "ArrowRight", "Alt+ArrowDown", "Enter"]:
        page.keyboard.press(key)
    near(last(page, "draw")["geometry"], x=204, y=101)
