"""Lines: drawn point by point, bent, branched, closed, and changed by their points and bends."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from driving import drag, image, last, log, on_screen, settle

LINE = [(60, 40), (200, 50), (180, 150)]


def vertices(geometry: dict[str, Any]) -> list[tuple[int, int]]:
    return [(round(vertex["x"]), round(vertex["y"])) for vertex in geometry["vertices"]]


def joined(geometry: dict[str, Any]) -> list[int | None]:
    """The index of the vertex that each one follows."""
    ids = [vertex["id"] for vertex in geometry["vertices"]]
    return [ids.index(v["from"]) if v["from"] else None for v in geometry["vertices"]]


def clicks(page: Page, points: list[tuple[int, int]]) -> None:
    for point in points:
        page.mouse.move(*on_screen(page, *point))
        page.mouse.click(*on_screen(page, *point))


def drawing(page: Page, **options: Any) -> None:
    image(page, figure="vector", ground={"options": options})


def vector(
    page: Page, points: list[dict[str, Any]], *, closed: bool = False, **options: Any
) -> None:
    made = [{"id": f"v{i}", "from": f"v{i - 1}" if i else None, **p} for i, p in enumerate(points)]
    geometry = {"vertices": made, "closed": closed}
    shape = {"id": "a", "figure": "vector", "geometry": geometry, "selected": True}
    image(page, figure="vector", shapes=[shape], ground={"options": options})


def handle(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def reshaped(page: Page) -> dict[str, Any]:
    geometry: dict[str, Any] = last(page, "reshape")["changes"][0]["geometry"]
    return geometry


STRAIGHT = [{"x": 60, "y": 40}, {"x": 200, "y": 50}, {"x": 180, "y": 150}]
BENT = [
    {"x": 60, "y": 100, "out": {"x": 80, "y": 40}, "into": {"x": 40, "y": 160}},
    {"x": 220, "y": 100},
]


class TestBending:
    def test_by_keyboard_a_point_is_bent_and_straight_again(self, page: Page) -> None:
        vector(page, STRAIGHT, curves=True)
        handle(page, "Point 2").focus()
        page.keyboard.press("Space")
        bent = reshaped(page)["vertices"][1]
        # Along the way from the first point to the third.
        assert (bent["out"]["x"], bent["out"]["y"]) == pytest.approx((236, 83))
        assert (bent["into"]["x"], bent["into"]["y"]) == pytest.approx((164, 17))
        handle(page, "Bend after point 2").focus()
        page.keyboard.press("ArrowDown")
        assert reshaped(page)["vertices"][1]["out"]["y"] == pytest.approx(84)
        handle(page, "Point 2").focus()
        page.keyboard.press("Space")
        straight = reshaped(page)["vertices"][1]
        assert (straight.get("into"), straight.get("out")) == (None, None)

    def test_with_alt_a_point_is_bent_by_the_pointer(self, page: Page) -> None:
        vector(page, STRAIGHT, curves=True)
        page.keyboard.down("Alt")
        drag(page, on_screen(page, *LINE[1]), on_screen(page, 230, 80))
        page.keyboard.up("Alt")
        bent = reshaped(page)["vertices"][1]
        assert (round(bent["x"]), round(bent["y"])) == LINE[1]
        assert (round(bent["out"]["x"]), round(bent["out"]["y"])) == (230, 80)

    def test_where_no_curves_are_asked_for_nothing_bends(self, page: Page) -> None:
        vector(page, STRAIGHT)
        handle(page, "Point 2").focus()
        page.keyboard.press("Space")
        assert not log(page, "reshape")


class TestDrawing:
    def test_enter_ends_a_line_that_runs_from_point_to_point(self, page: Page) -> None:
        drawing(page)
        clicks(page, LINE)
        page.keyboard.press("Enter")
        told = last(page, "draw")["geometry"]
        assert vertices(told) == LINE
        assert joined(told) == [None, 0, 1]
        assert told["closed"] is False

    def test_a_double_click_ends_it_with_no_point_twice(self, page: Page) -> None:
        drawing(page)
        clicks(page, LINE[:2])
        page.mouse.dblclick(*on_screen(page, *LINE[2]))
        assert vertices(last(page, "draw")["geometry"]) == LINE

    def test_a_click_on_the_first_point_closes_it_where_that_may_be(self, page: Page) -> None:
        drawing(page, closable=True)
        clicks(page, [*LINE, (61, 41)])
        told = last(page, "draw")["geometry"]
        assert vertices(told) == LINE
        assert told["closed"] is True
        assert joined(told) == [2, 0, 1]  # as Label Studio says it

    def test_elsewhere_it_is_a_point_like_others(self, page: Page) -> None:
        drawing(page)
        clicks(page, [*LINE, (61, 41)])
        page.keyboard.press("Enter")
        assert len(vertices(last(page, "draw")["geometry"])) == 4

    def test_a_point_that_is_dragged_bends_the_line(self, page: Page) -> None:
        drawing(page, curves=True)
        clicks(page, LINE[:1])
        drag(page, on_screen(page, 200, 50), on_screen(page, 230, 80))
        page.keyboard.press("Enter")
        bent = last(page, "draw")["geometry"]["vertices"][1]
        assert (round(bent["x"]), round(bent["y"])) == (200, 50)
        assert [(round(bent[n]["x"]), round(bent[n]["y"])) for n in ("out", "into")] == [
            (230, 80),
            (170, 20),
        ]

    def test_without_curves_a_drag_makes_a_point_where_it_began(self, page: Page) -> None:
        drawing(page)
        clicks(page, LINE[:1])
        drag(page, on_screen(page, 200, 50), on_screen(page, 230, 80))
        page.keyboard.press("Enter")
        assert vertices(last(page, "draw")["geometry"]) == [*LINE[:1], (200, 50)]

    def test_a_skeleton_goes_on_from_the_point_that_is_clicked(self, page: Page) -> None:
        drawing(page, skeleton=True)
        clicks(page, [*LINE, LINE[1], (300, 60)])
        page.keyboard.press("Enter")
        told = last(page, "draw")["geometry"]
        assert vertices(told) == [*LINE, (300, 60)]
        assert joined(told) == [None, 0, 1, 1]

    def test_a_skeleton_that_is_selected_goes_on_from_any_of_its_points(self, page: Page) -> None:
        vector(page, STRAIGHT, skeleton=True)
        clicks(page, [LINE[1], (300, 60)])
        page.keyboard.press("Enter")
        told = reshaped(page)
        assert vertices(told) == [*LINE, (300, 60)]
        assert joined(told) == [None, 0, 1, 1]

    def test_points_taken_back_come_again_where_they_branched(self, page: Page) -> None:
        drawing(page, skeleton=True)
        clicks(page, [*LINE, LINE[1], (300, 60)])
        page.evaluate("[i.stage.back(), i.stage.back(), i.stage.again(), i.stage.again()]")
        clicks(page, [(320, 90)])
        page.keyboard.press("Enter")
        told = last(page, "draw")["geometry"]
        assert vertices(told) == [*LINE, (300, 60), (320, 90)]
        assert joined(told) == [None, 0, 1, 1, 3]

    def test_it_ends_by_itself_with_its_last_point_and_not_before_its_least(
        self, page: Page
    ) -> None:
        drawing(page, least=3, most=3)
        clicks(page, LINE[:2])
        page.keyboard.press("Enter")
        assert not log(page, "draw")
        clicks(page, LINE[2:])
        assert vertices(last(page, "draw")["geometry"]) == LINE

    def test_the_last_point_is_taken_back(self, page: Page) -> None:
        drawing(page)
        clicks(page, [*LINE, (300, 60)])
        page.keyboard.press("Backspace")
        page.keyboard.press("Enter")
        assert vertices(last(page, "draw")["geometry"]) == LINE

    def test_by_keyboard_alone(self, page: Page) -> None:
        drawing(page)
        page.get_by_role("img").focus()
        page.keyboard.press("Enter")
        for keys in (["Enter"], ["ArrowRight"] * 20 + ["Enter"], ["ArrowDown"] * 20 + ["Enter"]):
            for key in keys:
                page.keyboard.press(key)
        page.keyboard.press("Enter")  # a second time at the same place ends it
        assert len(vertices(last(page, "draw")["geometry"])) == 3


class TestChanging:
    def test_a_selected_line_is_gone_on_with(self, page: Page) -> None:
        vector(page, STRAIGHT)
        clicks(page, [(300, 60)])
        page.keyboard.press("Enter")
        told = reshaped(page)
        assert vertices(told) == [*LINE, (300, 60)]
        assert joined(told)[-1] == 2

    def test_a_click_on_its_first_point_closes_it(self, page: Page) -> None:
        vector(page, STRAIGHT, closable=True)
        handle(page, "Point 1").click(force=True)
        assert reshaped(page)["closed"] is True

    def test_the_click_after_a_closed_one_begins_the_next(self, page: Page) -> None:
        vector(page, STRAIGHT, closed=True)
        clicks(page, [(300, 60), (350, 90)])
        page.keyboard.press("Enter")
        assert vertices(last(page, "draw")["geometry"]) == [(300, 60), (350, 90)]
        assert not log(page, "reshape")

    def test_a_point_is_added_on_a_side_moved_and_removed(self, page: Page) -> None:
        vector(page, STRAIGHT)
        drag(page, on_screen(page, 130, 45), on_screen(page, 130, 100))
        assert vertices(reshaped(page)) == [LINE[0], (130, 100), *LINE[1:]]
        assert joined(reshaped(page)) == [None, 0, 1, 2]
        handle(page, "Point 2").click(modifiers=["Alt"], force=True)
        assert vertices(reshaped(page)) == LINE
        assert joined(reshaped(page)) == [None, 0, 1]

    def test_a_side_is_moved_with_shift(self, page: Page) -> None:
        vector(page, STRAIGHT)
        page.keyboard.down("Shift")
        drag(page, on_screen(page, 130, 45), on_screen(page, 130, 85))
        page.keyboard.up("Shift")
        assert vertices(reshaped(page)) == [(60, 80), (200, 90), LINE[2]]

    def test_the_other_bend_turns_with_the_one_that_is_moved(self, page: Page) -> None:
        vector(page, BENT)
        drag(page, on_screen(page, 80, 40), on_screen(page, 100, 60))
        first = reshaped(page)["vertices"][0]
        assert [(round(first[n]["x"]), round(first[n]["y"])) for n in ("out", "into")] == [
            (100, 60),
            (20, 140),
        ]

    def test_with_alt_it_stays(self, page: Page) -> None:
        vector(page, BENT)
        page.keyboard.down("Alt")
        drag(page, on_screen(page, 80, 40), on_screen(page, 100, 60))
        page.keyboard.up("Alt")
        first = reshaped(page)["vertices"][0]
        assert (round(first["into"]["x"]), round(first["into"]["y"])) == (40, 160)

    def test_a_bent_line_is_hit_where_it_is_drawn(self, page: Page) -> None:
        vector(page, BENT)
        settle(page)
        page.evaluate("i.tool.value = 'move'")
        page.mouse.click(*on_screen(page, 300, 180))
        assert last(page, "pick")["ids"] == []
        middle = 0.125 * 60 + 0.375 * 80 + 0.375 * (220 - 0.3 * 160) + 0.125 * 220
        page.mouse.click(
            *on_screen(page, round(middle), round(0.25 * 100 + 0.375 * 40 + 0.375 * 100))
        )
        assert last(page, "pick")["ids"] == ["a"]
