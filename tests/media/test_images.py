"""load(): images as a browser can show them."""

import base64
import io
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_frames_the_first_is_shown_with_a_note(kind):
    frames = [picture(), picture().rotate(180), picture()]
    lossless = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **lossless)
    media = load(data)
    image = decoded(media)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("L").getpixel((0, 0)) == 255
    assert media.note == "the file holds several images; the first one is shown"
    assert load(encoded(frames[0], kind)).note is None


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
        (["a.png"], "a list of them is shown with valueList"),
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


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_file_that_was_cut_off_says_so_and_shows_what_there_is(kind):
    data = encoded(NOISE, kind)
    for part in (3, 2, 1.1):
        media = load(data[: int(len(data) / part)])
        if media.data is None:
            assert media.problem
            assert kind in {"WEBP", "TIFF"}
        else:
            assert decoded(media).size == (64, 64)
            assert "cut off" in media.note


def test_a_jpeg_without_its_last_bytes_is_all_there():
    data = encoded(NOISE, "JPEG", quality=90)
    media = load(data[:-2])
    assert "cut off" in media.note
    shown, whole = (np.asarray(Image.open(io.BytesIO(one)), int) for one in (media.data, data))
    assert np.abs(shown - whole).max() < 24  # it is encoded once more
    assert load(data).note is None
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("kind", ["EPS", "PDF", "PCX", "TGA", "BLP", "DDS", "ICNS", "XBM"])
def test_only_the_formats_that_are_named_are_opened(kind, monkeypatch):
    source = picture(64, 64, "1" if kind == "XBM" else "P" if kind == "BLP" else "RGB")
    data = encoded(source, kind)

    def refuse(*_, **__):
        raise AssertionError("Ghostscript was started")

    monkeypatch.setattr("subprocess.check_call", refuse)
    media = load(data)
    assert media.data is None
    assert "JPEG, PNG, GIF, WebP" in media.problem


@pytest.mark.parametrize("kind", ["BMP", "JPEG2000", "PPM", "ICO", "AVIF"])
def test_further_formats_that_are_named(kind):
    if kind not in Image.SAVE and not Image.init() and kind not in Image.SAVE:
        pytest.skip(f"this Pillow writes no {kind}")
    assert decoded(load(encoded(picture(32, 32), kind))).size == (32, 32)


def test_whatever_a_decoder_raises_is_a_sentence(monkeypatch):
    for error in (KeyError("x"), ZeroDivisionError(), RuntimeError("two\nlines"), AttributeError()):

        def fail(*_, error=error):
            raise error

        monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
        media = load(encoded(picture(), "TIFF"))
        assert media.problem.startswith("the image is broken: ")
        assert "\n" not in media.problem


KINDS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "JPEG2000", "PPM", "ICO", "AVIF")
STARTS = [encoded(NOISE.resize((16, 16)), kind) for kind in KINDS if kind != "AVIF"]
STARTS += [b"BLP1" + bytes(40), b"DDS " + bytes(200), b"\0\0\0\x1cftypavif" + bytes(60)]
STARTS += [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"<svg width='9' height='9'/>"]


@given(
    start=st.sampled_from(STARTS),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
    part=st.floats(0.1, 1),
)
@settings(max_examples=300, deadline=None)
def test_a_mutated_image_is_shown_or_told(start, changes, part):
    data = bytearray(start)
    for place, new in changes:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    for whole in (True, False):
        media = load(bytes(data[: int(len(data) * part)]), max_pixels=1_000_000, whole=whole)
        assert (media.data is None and media.levels == 0) == (media.problem is not None)


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
        (f'width="{"9" * 400}" height="{"1" * 30}"', (None, None)),
        (f'width="1{" " * 100_000}x" height="0"', (None, None)),
        (f'viewBox="0 0 1e400 {"9" * 400}"', (None, None)),
        ("", (None, None)),
    ],
)
def test_an_svg_passes_as_an_image(attributes, size):
    data = SVG.format(attributes).encode()
    media = load(data)
    assert (media.mime, media.data) == ("image/svg+xml", data)
    assert (media.width, media.height) == size


def test_an_image_cell_of_hugging_faces_datasets(tmp_path):
    data = encoded(picture(), "PNG")
    (tmp_path / "a.png").write_bytes(data)
    assert load({"bytes": data, "path": None}).data == data
    assert load({"bytes": None, "path": "a.png"}, root=tmp_path).data == data
    assert "lies outside" in load({"bytes": None, "path": "/etc/passwd"}, root=tmp_path).problem


def test_data_uris():
    data = encoded(picture(), "PNG")
    assert load("data:image/png;base64," + base64.b64encode(data).decode()).data == data
    assert load("data:image/svg+xml,%3Csvg%20width='3'%20height='4'/%3E").width == 3


def test_media_travel_between_processes():
    media = load(encoded(picture(), "PNG"))
    assert pickle.loads(pickle.dumps(media)) == media
