"""Ellipses, by mouse and by keyboard."""

from __future__ import annotations

from playwright.sync_api import Page

from driving import drag, image, last, near, on_screen, settle


def test_it_is_drawn_from_corner_to_corner(page: Page) -> None:
    image(page, figure="ellipse")
    drag(page, on_screen(page, 40, 30), on_screen(page, 140, 90))
    told = last(page, "draw")
    assert told["figure"] == "ellipse"
    near(told["geometry"], x=90, y=60, radiusX=50, radiusY=30, rotation=0)


def test_with_shift_it_is_a_circle(page: Page) -> None:
    image(page, figure="ellipse")
    page.keyboard.down("Shift")
    drag(page, on_screen(page, 40, 30), on_screen(page, 100, 60))
    page.keyboard.up("Shift")
    near(last(page, "draw")["geometry"], x=70, y=60, radiusX=30, radiusY=30)


def test_it_is_resized_and_turned_about_its_centre(page: Page) -> None:
    geometry = {"x": 200, "y": 100, "radiusX": 60, "radiusY": 30, "rotation": 0}
    shape = {"id": "a", "figure": "ellipse", "geometry": geometry, "selected": True}
    image(page, figure=None, shapes=[shape])
    drag(page, on_screen(page, 260, 100), on_screen(page, 280, 100))
    now = last(page, "reshape")["changes"][0]["geometry"]
    near(now, x=210, y=100, radiusX=70, radiusY=30)
    settle(page)
    page.get_by_role("button", name="Rotate").focus()
    page.keyboard.press("Alt+ArrowRight")
    turned = last(page, "reshape")["changes"][0]["geometry"]
    near(turned, x=210, y=100, radiusX=70, radiusY=30)
    assert 5 < turned["rotation"] < 30


def test_by_keyboard(page: Page) -> None:
    image(page, figure="ellipse")
    page.evaluate("i.stage.focus()")
    for key in ["Enter", "a", "a", "Enter", "z", "z", "Enter"]:
        page.keyboard.press(key)
    near(last(page, "draw")["geometry"], x=200, y=100, radiusX=200, radiusY=100)
