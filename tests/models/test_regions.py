"""Areas of one piece by their colours, and their outlines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw

from nblabel.models import _regions as regions

AREAS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))


def by_hand(area, row, column):
    """What hangs together with a pixel, found one by one."""
    reached, waiting = np.zeros_like(area), [(row, column)]
    while waiting:
        y, x = waiting.pop()
        inside = 0 <= y < area.shape[0] and 0 <= x < area.shape[1]
        if inside and area[y, x] and not reached[y, x]:
            reached[y, x] = True
            waiting += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
    return reached


@given(AREAS, st.integers(0, 11), st.integers(0, 11))
def test_what_hangs_together_is_what_is_reached_one_by_one(area, row, column):
    row, column = row % area.shape[0], column % area.shape[1]
    seed = np.zeros_like(area)
    seed[row, column] = True
    assert (regions.connected(area, seed) == by_hand(area, row, column)).all()


@given(AREAS.filter(np.any))
def test_an_outline_goes_around_one_piece(area):
    corners = regions.outline(area)
    piece = regions._largest(area)
    assert len(corners) >= 4
    # Gauss: the outline's area is that of the piece with its holes filled.
    (x, y), (following_x, following_y) = np.array(corners).T, np.roll(corners, -1, axis=0).T
    enclosed = abs(int((x * following_y - following_x * y).sum())) // 2
    assert enclosed >= piece.sum()
    assert set(x) <= set(range(area.shape[1] + 1))
    assert set(y) <= set(range(area.shape[0] + 1))
    steps = np.abs(np.array([following_x - x, following_y - y]))
    assert (steps.min(axis=0) == 0).all()


@given(AREAS.filter(np.any), st.floats(0, 3))
def test_a_simpler_outline_has_some_of_its_corners(area, tolerance):
    corners = regions.outline(area)
    kept = regions.simplified(corners, tolerance)
    assert [one for one in corners if one in kept] == kept or len(set(corners)) < len(corners)
    assert len(kept) <= len(corners)


def picture(shadow=False):
    """A red disc, a red square that does not touch it, and noise."""
    image = Image.new("RGB", (160, 120), (40, 90, 60))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 80, 80), fill=(200, 40, 40))
    draw.rectangle((110, 30, 150, 70), fill=(200, 40, 40))
    noise = np.random.default_rng(0).normal(0, 4, (120, 160, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def overlap(area, wanted):
    return (area & wanted).sum() / (area | wanted).sum()


def disc():
    y, x = np.mgrid[:120, :160]
    return (x - 50) ** 2 + (y - 50) ** 2 <= 30**2


def square():
    area = np.zeros((120, 160), bool)
    area[30:71, 110:151] = True
    return area


@pytest.fixture(scope="module")
def colours():
    return regions.colours_of(picture())


def test_a_click_finds_the_disc_and_not_the_square(colours):
    assert overlap(regions.filled(regions.grown(colours, [(50, 50)])), disc()) > 0.95


def test_two_clicks_find_both(colours):
    area = regions.filled(regions.grown(colours, [(50, 50), (130, 50)]))
    assert overlap(area, disc() | square()) > 0.95


def test_what_is_not_meant_is_left_out(colours):
    everything = regions.grown(colours, [(50, 50)], tolerance=255)
    assert everything.all()
    without = regions.grown(colours, [(50, 50)], [(5, 5)], tolerance=255)
    assert overlap(regions.filled(without), disc()) > 0.95


def test_a_box_finds_what_stands_out_in_it(colours):
    assert overlap(regions.filled(regions.cut(colours, (10, 10, 95, 95))), disc()) > 0.9


def test_a_box_of_one_colour_is_all_of_it_or_a_part(colours):
    flat = np.zeros((50, 60, 3), np.float32)
    area = regions.cut(flat, (10, 10, 30, 30))
    assert area.any()
    assert not area[:, 30:].any()


def test_a_box_that_is_the_whole_image_is_no_fault(colours):
    assert regions.cut(colours, (0, 0, 160, 120)).any()
    assert regions.cut(np.zeros((1, 1, 3), np.float32), (0, 0, 1, 1)).all()
