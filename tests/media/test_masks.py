"""Masks to run lengths and images, and back; Label Studio's own code says what is right."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nblabel.media import masks


@pytest.fixture(scope="module")
def brush():
    """The SDK's module for masks, without the rest of the SDK and what that needs."""
    found = importlib.util.find_spec("label_studio_sdk")
    if found is None or found.origin is None:
        pytest.fail("label_studio_sdk is not installed: make setup brings it", pytrace=False)
    path = Path(found.origin).parent / "converter" / "brush.py"
    spec = importlib.util.spec_from_file_location("label_studio_brush", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ARRAYS = arrays(
    np.uint8,
    array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.sampled_from([0, 1, 127, 254, 255]),
)


def literal(values, sizes=(3, 4, 8, 16)):
    """Run lengths in which no value is repeated, as other writers have them."""
    bits = f"{len(values):032b}00111" + "".join(f"{size - 1:04b}" for size in sizes)
    for at in range(0, len(values), 8):
        some = values[at : at + 8]
        bits += f"000{len(some) - 1:03b}" + "".join(f"{value:08b}" for value in some)
    bits += "0" * (-len(bits) % 8)
    return [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]


class TestRunLengths:
    @settings(max_examples=150, deadline=None)
    @given(mask=ARRAYS)
    def test_are_byte_for_byte_those_of_the_sdk_and_back(self, brush, mask):
        rle = masks.encoded(mask)
        assert rle == brush.mask2rle(mask)
        assert masks.decoded(rle).tolist() == brush.decode_rle(rle).tolist()
        size = (mask.shape[1], mask.shape[0])
        assert (masks.array_of({"rle": rle}, size) == mask).all()

    @pytest.mark.parametrize("side", [1, 128, 129, 300])
    def test_of_long_runs(self, brush, side):
        mask = np.zeros((side, side), np.uint8)
        assert masks.encoded(mask) == brush.mask2rle(mask)
        mask[side // 3 :, : side // 2 + 1] = 255
        assert masks.encoded(mask) == brush.mask2rle(mask)

    def test_of_single_values_are_read(self, brush):
        values = np.random.default_rng(1).integers(0, 256, 4 * 35).tolist()
        rle = literal(values)
        assert masks.decoded(rle).tolist() == brush.decode_rle(rle).tolist() == values
        mask = masks.array_of({"rle": rle}, (7, 5))
        assert mask.ravel().tolist() == values[3::4]  # the last of four bytes is the mask

    def test_that_are_broken_are_none(self):
        whole = masks.encoded(np.eye(9, dtype=bool))
        for length in range(len(whole) - 1):
            assert masks.decoded(whole[:length]) is None, length
        for rle in ([], [1, 2, 3], [255] * 20, [0, 0, 0, 8, 57, 300], ["a"], [0.5] * 9):
            assert masks.decoded(rle) is None

    def test_of_another_size_are_none(self):
        rle = masks.encoded(np.ones((3, 4), bool))
        assert masks.array_of({"rle": rle}, (4, 4)) is None
        assert masks.array_of({"rle": rle}, None) is None
        assert masks.array_of({"rle": "abc"}, (4, 3)) is None

    def test_take_booleans_and_whole_numbers(self):
        mask = np.array([[True, False], [False, True]])
        assert masks.encoded(mask) == masks.encoded(mask.astype(int) * 255)
        for wrong in (np.zeros((2, 2)), np.zeros(4, bool), np.full((2, 2), 256), np.zeros((0, 3))):
            with pytest.raises(ValueError, match="a mask"):
                masks.encoded(wrong)


class TestImages:
    @settings(max_examples=30, deadline=None)
    @given(mask=ARRAYS)
    def test_come_back_with_hard_edges(self, mask):
        url = masks.png(mask)
        assert url.startswith("data:image/png;base64,")
        found = masks.array_of({"imageDataURL": url}, None)
        assert (found == np.where(mask >= 128, 255, 0)).all()

    @pytest.mark.parametrize(
        "url", [None, 5, "", "data:image/png;base64,", "data:text/plain;base64,YQ==", "http://x/y"]
    )
    def test_that_are_none_are_none(self, url):
        assert masks.array_of({"imageDataURL": url}, None) is None
