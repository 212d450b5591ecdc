"""Polygons: drawn by clicks, changed by their points, by mouse and by keyboard."""

from __future__ import annotations

import math
from typing import Any

import pytest
from playwright.sync_api import Page

from driving import drag, image, last, log, on_screen, settle

CORNERS = [(60, 40), (200, 50), (180, 150), (80, 140)]


def points(geometry: dict[str, Any]) -> list[tuple[int, int]]:
    return [(round(point["x"]), round(point["y"])) for point in geometry["points"]]


def clicks(page: Page, corners: list[tuple[int, int]]) -> None:
    for corner in corners:
        page.mouse.move(*on_screen(page, *corner))
        page.mouse.click(*on_screen(page, *corner))


def polygon(page: Page, **more: Any) -> None:
    geometry = {"points": [{"x": x, "y": y} for x, y in CORNERS], "closed": True}
    shape = {"id": "a", "figure": "polygon", "geometry": geometry, "selected": True, **more}
    image(page, figure="polygon", shapes=[shape])


def handle(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def test_a_click_on_the_first_point_closes_it(page: Page) -> None:
    image(page, figure="polygon")
    clicks(page, [*CORNERS, (61, 41)])
    told = last(page, "draw")
    assert told["figure"] == "polygon"
    assert told["geometry"]["closed"] is True
    assert points(told["geometry"]) == CORNERS


def test_a_double_click_closes_it_with_no_point_twice(page: Page) -> None:
    image(page, figure="polygon")
    clicks(page, CORNERS[:3])
    page.mouse.dblclick(*on_screen(page, *CORNERS[3]))
    assert points(last(page, "draw")["geometry"]) == CORNERS


def test_enter_closes_it_and_two_points_are_no_polygon(page: Page) -> None:
    image(page, figure="polygon")
    clicks(page, CORNERS[:2])
    page.keyboard.press("Enter")
    assert not log(page, "draw")
    clicks(page, CORNERS[2:])
    page.keyboard.press("Enter")
    assert points(last(page, "draw")["geometry"]) == CORNERS


def test_the_last_point_is_taken_back(page: Page) -> None:
    image(page, figure="polygon")
    clicks(page, [CORNERS[0], (300, 20), (310, 30)])
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    clicks(page, CORNERS[1:])
    page.keyboard.press("Enter")
    assert points(last(page, "draw")["geometry"]) == CORNERS
    clicks(page, CORNERS[:1])
    page.keyboard.press("Backspace")  # without any point there is no polygon
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert len(log(page, "draw")) == 1


def test_escape_drops_it(page: Page) -> None:
    image(page, figure="polygon")
    clicks(page, CORNERS[:3])
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert not log(page, "draw")


def test_it_is_drawn_inside_another_shape_and_picked_where_it_lies(page: Page) -> None:
    box = {"x": 20, "y": 20, "width": 300, "height": 150, "rotation": 0}
    image(page, figure="polygon", shapes=[{"id": "box", "figure": "rectangle", "geometry": box}])
    clicks(page, [*CORNERS, CORNERS[0]])
    assert points(last(page, "draw")["geometry"]) == CORNERS
    clicks(page, [(130, 100)])
    assert last(page, "pick")["ids"] != ["box"]
    assert len(log(page, "draw")) == 1


def test_the_click_after_a_finished_one_begins_the_next(page: Page) -> None:
    polygon(page)
    more = [(300, 20), (380, 20), (380, 60)]
    clicks(page, [*more, more[0]])
    assert [entry["ids"] for entry in log(page, "pick")] == [[]]
    assert points(last(page, "draw")["geometry"]) == more


def test_points_are_moved_added_and_removed(page: Page) -> None:
    polygon(page)
    drag(page, on_screen(page, *CORNERS[1]), on_screen(page, 230, 20))
    now = [CORNERS[0], (230, 20), *CORNERS[2:]]
    assert points(last(page, "reshape")["changes"][0]["geometry"]) == now
    drag(page, on_screen(page, 70, 90), on_screen(page, 30, 90))  # the middle of the last side
    now = [*now, (30, 90)]
    assert points(last(page, "reshape")["changes"][0]["geometry"]) == now
    page.keyboard.down("Alt")
    page.mouse.click(*on_screen(page, *now[1]))
    page.keyboard.up("Alt")
    del now[1]
    assert points(last(page, "reshape")["changes"][0]["geometry"]) == now
    settle(page)
    page.mouse.dblclick(*on_screen(page, *now[2]))  # as Label Studio has it
    del now[2]
    assert points(last(page, "reshape")["changes"][0]["geometry"]) == now


def test_by_keyboard_it_is_drawn_with_a_cursor(page: Page) -> None:
    image(page, figure="polygon")
    page.evaluate("i.stage.focus()")
    page.keyboard.press("Enter")
    for steps in ["", "ArrowRight", "ArrowDown"]:
        if steps:
            for _ in range(5):
                page.keyboard.press(steps)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # again where the last point is: that closes it
    drawn = last(page, "draw")["geometry"]
    assert points(drawn) == [(200, 100), (220, 100), (220, 110)]
    assert drawn["closed"] is True


def test_by_keyboard_points_are_moved_added_and_removed(page: Page) -> None:
    polygon(page)
    settle(page)
    handle(page, "Point 1").focus()
    page.keyboard.press("Alt+ArrowLeft")
    handle(page, "Add a point after point 2; with Shift, move this side").focus()
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    page.keyboard.up("ArrowRight")
    now = points(last(page, "reshape")["changes"][0]["geometry"])
    assert now == [(50, 40), (200, 50), (192, 100), (180, 150), (80, 140)]
    settle(page)
    handle(page, "Point 3").focus()
    page.keyboard.press("Delete")
    assert points(last(page, "reshape")["changes"][0]["geometry"]) == [now[0], now[1], *now[3:]]


def test_of_thousands_of_points_those_apart_and_in_sight_have_handles(page: Page) -> None:
    ring = [2 * math.pi * i / 4000 for i in range(4000)]
    points = [{"x": 200 + 90 * math.cos(at), "y": 100 + 90 * math.sin(at)} for at in ring]
    shape = {"id": "a", "figure": "polygon", "geometry": {"points": points, "closed": True}}
    image(page, figure="polygon", shapes=[{**shape, "selected": True}])
    handles = page.locator("[data-handle]")
    assert 50 < handles.count() < 250
    page.mouse.move(*on_screen(page, 290, 100))  # where the first of them is
    page.keyboard.down("Control")
    for _ in range(40):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_timeout(200)
    settle(page)
    assert 0 < handles.count() < 100
    drag(page, on_screen(page, 290, 100), on_screen(page, 289, 100))
    changed = reshaped(page)["points"]
    assert len(changed) == 4000
    assert changed[0]["x"] == pytest.approx(289, abs=0.05)


def test_a_triangle_keeps_its_points(page: Page) -> None:
    polygon(page, geometry={"points": [{"x": x, "y": y} for x, y in CORNERS[:3]], "closed": True})
    settle(page)
    handle(page, "Point 1").focus()
    page.keyboard.press("Delete")
    assert not log(page, "reshape")


def unfinished(page: Page, **more: Any) -> None:
    geometry = {"points": [{"x": x, "y": y} for x, y in CORNERS[:3]], "closed": False}
    shape = {"id": "a", "figure": "polygon", "geometry": geometry, "selected": True}
    image(page, figure="polygon", shapes=[shape], **more)


def reshaped(page: Page) -> dict[str, Any]:
    geometry: dict[str, Any] = last(page, "reshape")["changes"][0]["geometry"]
    return geometry


def test_an_unfinished_one_is_gone_on_with_while_it_is_selected(page: Page) -> None:
    unfinished(page)
    clicks(page, [CORNERS[3]])
    handle(page, "Point 1").click(force=True)
    assert points(reshaped(page)) == CORNERS
    assert reshaped(page)["closed"] is True
    assert not log(page, "draw")


@pytest.mark.parametrize("tool", ["draw", "move"])
def test_an_unfinished_one_is_closed_at_its_first_point(page: Page, tool: str) -> None:
    unfinished(page, tool=tool)
    clicks(page, CORNERS[1:2])  # another point is no end
    assert not log(page, "reshape")
    clicks(page, CORNERS[:1])
    assert points(reshaped(page)) == CORNERS[:3]
    assert reshaped(page)["closed"] is True


def test_by_keyboard_an_unfinished_one_is_closed_at_its_first_point(page: Page) -> None:
    unfinished(page)
    handle(page, "Point 2").focus()
    page.keyboard.press("Enter")
    handle(page, "Point 1").focus()
    page.keyboard.press("Enter")
    (reshape,) = log(page, "reshape")
    assert reshape["changes"][0]["geometry"]["closed"] is True


def test_what_is_begun_is_kept_unfinished_where_somebody_goes_away(page: Page) -> None:
    image(page, figure="polygon")
    clicks(page, CORNERS[:2])
    page.evaluate("i.stage.leave()")
    told = last(page, "draw")["geometry"]
    assert points(told) == CORNERS[:2]
    assert told["closed"] is False


def test_a_side_is_moved_with_shift(page: Page) -> None:
    polygon(page)
    page.keyboard.down("Shift")
    drag(page, on_screen(page, 130, 45), on_screen(page, 140, 75))
    page.keyboard.up("Shift")
    assert points(reshaped(page)) == [(70, 70), (210, 80), *CORNERS[2:]]
