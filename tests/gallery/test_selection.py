"""Tiles and what is selected of them: sets and geometry."""

from hypothesis import given
from hypothesis import strategies as st

from nblabel.gallery.selection import Grid, Selection

grids = st.builds(
    Grid,
    count=st.integers(0, 60),
    columns=st.integers(1, 12),
    width=st.integers(8, 300),
    height=st.integers(8, 300),
    gap=st.integers(0, 9),
)
points = st.floats(-50, 4000)


@given(grids)
def test_every_tile_is_found_in_its_middle_and_lies_on_the_page(grid):
    width, height = grid.size
    for place in range(grid.count):
        x, y, w, h = grid.box(place)
        assert grid.at(x + w / 2, y + h / 2) == place
        assert min(x, y) >= 0
        assert x + w <= width
        assert y + h <= height


@given(grids, points, points, points, points)
def test_a_frame_touches_what_it_meets_whichever_way_it_is_drawn(grid, x0, y0, x1, y1):
    touched = grid.touching(x0, y0, x1, y1)
    assert touched == grid.touching(x1, y1, x0, y0)
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    for place in range(grid.count):
        x, y, w, h = grid.box(place)
        meets = left < x + w and right >= x and top < y + h and bottom >= y
        assert (place in touched) == meets


@given(grids, points, points)
def test_between_tiles_there_is_none(grid, x, y):
    place = grid.at(x, y)
    if place is not None:
        left, top, w, h = grid.box(place)
        assert left <= x <= left + w
        assert top <= y <= top + h


places = st.integers(0, 29)
acts = st.one_of(
    st.tuples(st.just("click"), places, st.booleans(), st.booleans()),
    st.tuples(st.just("frame"), st.frozensets(places), st.booleans(), st.booleans()),
    st.tuples(st.just("move"), st.integers(-5, 40), st.booleans(), st.booleans()),
)


@given(st.lists(acts, max_size=20))
def test_whatever_is_done_only_tiles_of_the_page_are_selected(done):
    selection = Selection()
    for kind, what, shift, ctrl in done:
        if kind == "click":
            selection = selection.clicked(what, shift=shift, ctrl=ctrl)
        elif kind == "frame":
            selection = selection.framed(what, shift=shift, ctrl=ctrl)
        else:
            selection = selection.moved(what, 30, shift=shift)
        assert all(0 <= place < 30 for place in selection.chosen)
        assert 0 <= selection.cursor < 30
    assert selection.every(30).cleared().chosen == frozenset()


@given(st.frozensets(places), places)
def test_ctrl_twice_changes_nothing(chosen, place):
    selection = Selection(chosen)
    assert selection.clicked(place, ctrl=True).clicked(place, ctrl=True).chosen == chosen
    assert selection.framed({place}, ctrl=True).framed({place}, ctrl=True).chosen == chosen


@given(places, places)
def test_shift_selects_the_stretch_from_the_tile_clicked_before(first, last):
    chosen = Selection().clicked(first).clicked(last, shift=True).chosen
    assert chosen == set(range(min(first, last), max(first, last) + 1))
