"""load(): images as a browser can show them."""

import base64
import io
import pickle

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from nblabel.media import load
from nblabel.media.images import MAX_PIXELS


def picture(width=6, height=4, mode="RGB"):
    """A picture whose top left corner is white and whose rest is dark."""
    image = Image.new("L", (width, height), 10)
    image.putpixel((0, 0), 255)
    return image.convert(mode)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(media):
    assert media.problem is None
    image = Image.open(io.BytesIO(media.data))
    image.load()
    assert image.size == (media.width, media.height)
    return image


@pytest.mark.parametrize(
    ("kind", "mime"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
    ],
)
def test_what_browsers_decode_passes_untouched(kind, mime):
    data = encoded(picture(), kind)
    media = load(data)
    assert (media.mime, media.data, media.width, media.height) == (mime, data, 6, 4)
    assert media.problem is None
    assert media.url is None


def test_an_animation_passes_untouched():
    frames = [picture(), picture().rotate(180)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert load(data).data == data


def test_only_the_header_is_read_where_nothing_is_converted(monkeypatch):
    data = encoded(picture(3000, 2000), "JPEG")

    def refuse(_):
        raise AssertionError("the image was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", refuse)
    assert (load(data).width, load(data).height) == (3000, 2000)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (3, (-1, -1)), (6, (-1, 0)), (8, (0, -1))],
)
def test_orientation_is_applied_before_sizes_are_taken(orientation, corner):
    exif = Image.Exif()
    exif[0x0112] = orientation
    media = load(encoded(picture(16, 8), "PNG", exif=exif))
    image = decoded(media)
    assert image.size == ((16, 8) if orientation in {1, 3} else (8, 16))
    at = (corner[0] % image.width, corner[1] % image.height)
    assert image.convert("L").getpixel(at) == 255
    assert Image.open(io.BytesIO(media.data)).getexif().get(0x0112, 1) == 1


def test_a_turned_photograph_stays_jpeg():
    exif = Image.Exif()
    exif[0x0112] = 6
    media = load(encoded(picture(16, 8), "JPEG", exif=exif))
    assert (media.mime, media.width, media.height) == ("image/jpeg", 8, 16)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P", "CMYK"])
def test_tiff_becomes_png_without_loss(mode):
    source = picture(mode=mode)
    image = decoded(load(encoded(source, "TIFF")))
    assert image.format == "PNG"
    assert list(image.convert("RGB").tobytes()) == list(source.convert("RGB").tobytes())


def test_sixteen_bits_are_brought_to_eight():
    deep = np.array([[100, 100], [100, 4100]], dtype=np.uint16)
    for value in (
        encoded(Image.fromarray(deep), "PNG"),
        encoded(Image.fromarray(deep), "TIFF"),
        deep,
    ):
        image = decoded(load(value))
        assert image.mode == "L"
        assert list(image.tobytes()) == [0, 0, 0, 255]


def test_cmyk_is_converted_and_its_profile_left_out():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = decoded(load(encoded(picture(mode="CMYK"), "JPEG", icc_profile=profile)))
    assert image.mode == "RGB"
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1", "I", "F", "CMYK", "YCbCr"])
def test_pillow_images(mode):
    assert decoded(load(picture(mode=mode))).size == (6, 4)


@pytest.mark.parametrize(
    ("array", "mode", "last"),
    [
        (np.array([[0, 7]], np.uint8), "L", 7),
        (np.array([[[0], [7]]], np.uint8), "L", 7),
        (np.array([[[0, 0, 0], [1, 2, 3]]], np.uint8), "RGB", (1, 2, 3)),
        (np.array([[[0, 0, 0, 0], [1, 2, 3, 4]]], np.uint8), "RGBA", (1, 2, 3, 4)),
        (np.array([[0.0, 1.0]]), "L", 255),
        (np.array([[0.0, np.nan]]), "L", 0),
        (np.array([[False, True]]), "L", 255),
        (np.array([[0, 200]], np.int64), "L", 200),
    ],
)
def test_arrays(array, mode, last):
    image = decoded(load(array))
    assert (image.mode, image.size) == (mode, (2, 1))
    assert image.getpixel((1, 0)) == last


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "no image in this row"),
        (float("nan"), "no image in this row"),
        ("", "no image in this row"),
        (b"", "0 bytes"),
        (b"hello", "no image that can be read"),
        (b"\x89PNG\r\n\x1a\nbroken", "broken|no image"),
        (3, "type int is no image"),
        ({"a": 1}, "type dict is no image"),
        (np.zeros((2, 2, 7)), r"shape \(2, 2, 7\)"),
        (np.zeros((0, 2)), "shape"),
        (np.array([[0.0, 40.0]]), "floats from 0 to 1"),
        (np.array([[0, 999]]), "0 to 255"),
        (np.array([["a"]]), "numbers are accepted"),
        ("data:image/png;base64,@@@", "no image|broken|empty"),
        ("data:image/png;base64", 'no ","'),
        (b"<html><svg/></html>", "a <html>"),
        (b"<svg", "not well-formed"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "declares entities"),
    ],
)
def test_what_cannot_be_shown_says_why(value, told):
    media = load(value)
    assert media.data is None
    assert media.problem is not None
    assert __import__("re").search(told, media.problem)
    assert "\n" not in media.problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_file_that_was_cut_off_says_so(kind):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    data = encoded(noise, kind)
    for part in (3, 2, 1.1):
        media = load(data[: int(len(data) / part)])
        assert media.data is None
        assert media.problem is not None


def test_a_bomb_is_refused():
    header = bytearray(encoded(picture(1, 1), "PNG"))
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    crc = __import__("zlib").crc32(header[12:29])
    header[29:33] = crc.to_bytes(4, "big")
    assert "too large" in load(bytes(header)).problem
    huge = np.lib.stride_tricks.as_strided(
        np.zeros(1, np.uint8), (20_000, MAX_PIXELS // 10_000), (0, 0)
    )
    assert "pixels are decoded" in load(huge).problem


SVG = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" {}><script>1</script></svg>'


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="30" height="20px"', (30, 20)),
        ('viewBox="0 0 300 150.4"', (300, 150)),
        ('width="100%" height="2em"', (None, None)),
        ("", (None, None)),
    ],
)
def test_an_svg_passes_as_an_image(attributes, size):
    data = SVG.format(attributes).encode()
    media = load(data)
    assert (media.mime, media.data) == ("image/svg+xml", data)
    assert (media.width, media.height) == size


def test_data_uris():
    data = encoded(picture(), "PNG")
    assert load("data:image/png;base64," + base64.b64encode(data).decode()).data == data
    assert load("data:image/svg+xml,%3Csvg%20width='3'%20height='4'/%3E").width == 3


def test_media_travel_between_processes():
    media = load(encoded(picture(), "PNG"))
    assert pickle.loads(pickle.dumps(media)) == media
