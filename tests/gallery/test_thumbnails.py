"""Thumbnails: small, upright, within a bound, ahead of need."""

import io

import numpy as np
import pytest
from PIL import Image

from nblabel.base.errors import MediaError
from nblabel.gallery.thumbnails import Thumbnails, made
from tests.gallery.conftest import picture


def file(image, kind="JPEG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("size", [(60, 40), (40, 60), (3000, 100), (5, 5), (1, 900)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_longest_side_is_as_asked(size, kind):
    thumbnail = made(file(picture(1, size), kind), 96)
    assert max(thumbnail.pixels.shape[:2]) == 96
    assert thumbnail.size == size


def test_it_is_upright():
    image = Image.new("RGB", (1200, 800), "white")
    image.paste("red", (0, 0, 1200, 80))  # the first rows: with orientation 6, the right side
    exif = Image.Exif()
    exif[0x0112] = 6
    thumbnail = made(file(image, exif=exif), 60)
    assert thumbnail.size == (800, 1200)
    assert thumbnail.pixels.shape[:2] == (60, 40)
    assert thumbnail.pixels[30, 39, 1] < 100 < thumbnail.pixels[30, 5, 1]


def test_small_ones_are_magnified_without_blur():
    pixels = np.array([[0, 255], [255, 0]], np.uint8)
    assert set(np.unique(made(pixels, 96).pixels)) == {0, 255}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_becomes_colours(mode):
    image = Image.new(mode, (30, 20))
    assert made(image, 48).pixels.shape[2] in {3, 4}


def test_of_a_file_that_is_cut_off_there_is_what_there_is():
    whole = file(picture(1, (400, 300)))
    assert made(whole[: len(whole) // 2], 96).pixels is not None
    with pytest.raises(MediaError):
        made(b"no image at all", 96)


def test_memory_is_bounded_and_what_was_looked_at_last_stays():
    asked = []

    def read(row):
        asked.append(row)
        return picture(row)

    one = made(picture(0), 96).bytes
    kept = Thumbnails(read, 96, most=20 * one)
    for start in range(0, 400, 10):
        kept.of(range(start, start + 10))
        assert kept.bytes <= 20 * one
    assert len(asked) == 400
    kept.of(range(390, 400))
    assert len(asked) == 400
    kept.close()


def test_what_was_made_ahead_is_not_made_again():
    asked = []

    def read(row):
        asked.append(row)
        return picture(row)

    kept = Thumbnails(read, 48)
    kept.ahead(range(8))
    kept.of(range(8))
    assert sorted(asked) == list(range(8))
    kept.close()


def test_what_is_wrong_with_one_is_told_of_that_one():
    def read(row):
        if row == 1:
            raise MediaError("gone")
        if row == 2:
            raise KeyError("what a stranger's row raises")
        return picture(row)

    kept = Thumbnails(read, 48)
    first, second, third = kept.of([0, 1, 2])
    assert first.pixels is not None
    assert first.problem is None
    assert second.problem == "gone"
    assert "KeyError" in third.problem
    kept.close()
