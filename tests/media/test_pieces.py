import io
import threading

import numpy as np
import pytest
from PIL import Image

from nblabel import media
from nblabel.media import images
from nblabel.media.pieces import SIDE, Piece, Pieces


def photograph(width=3000, height=2000, kind="JPEG", mode="RGB", **options):
    """A picture whose corners tell its orientation: red, green, blue, white from the top left."""
    image = Image.new("RGB", (width, height))
    half = width // 2, height // 2
    for colour, at in (
        ("red", (0, 0)),
        ("green", (half[0], 0)),
        ("blue", (0, half[1])),
        ("white", half),
    ):
        image.paste(Image.new("RGB", half, colour), at)
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch):
    monkeypatch.setattr(images, "WHOLE_PIXELS", 1_000_000)
    monkeypatch.setattr(images, "SMALL_SIDE", 500)


@pytest.fixture
def ask():
    """Asks for a piece and waits for it: the picture, or the sentence, and what was told before."""
    pieces = Pieces()

    def ask(content, *place, image="a", max_pixels=None):
        told, ready, parts = [], threading.Event(), []

        def end(*what):
            told.extend(what)
            ready.set()

        asked = pieces if max_pixels is None else Pieces(max_pixels)
        asked.ask(image, lambda: content, Piece(*place), end, failed=end, progress=parts.append)
        assert ready.wait(30)
        if len(told) == 1:
            return told[0], parts
        data, mime = told
        return Image.open(io.BytesIO(data)), mime, parts

    yield ask
    pieces.close()


def near(image, at, colour):
    return np.abs(np.subtract(image.convert("RGB").getpixel(at), colour)).max() < 40


class TestWhatIsShownFirst:
    def test_a_large_image_has_only_its_size_and_its_levels(self):
        shown = media.load(photograph(), whole=False)
        assert (shown.width, shown.height, shown.levels) == (3000, 2000, 3)
        assert shown.data is shown.url is shown.problem is None

    def test_it_is_given_whole_where_it_leaves(self):
        content = photograph()
        assert media.load(content).data == content

    def test_its_size_is_the_upright_one(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        shown = media.load(photograph(exif=exif), whole=False)
        assert (shown.width, shown.height) == (2000, 3000)

    def test_a_small_one_is_sent_whole(self):
        assert media.load(photograph(900, 600), whole=False).levels == 0

    def test_one_of_few_pixels_and_many_bytes_is_not(self, monkeypatch):
        monkeypatch.setattr(images, "WHOLE_BYTES", 1000)
        assert media.load(photograph(900, 600), whole=False).levels == 1
        assert media.load(photograph(400, 300), whole=False).levels == 0

    def test_an_animation_is_sent_whole(self):
        frames = [Image.new("L", (1200, 1000), shade) for shade in (0, 200)]
        out = io.BytesIO()
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
        assert media.load(out.getvalue(), whole=False).levels == 0


class TestPieces:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
    def test_a_whole_level_shows_all_of_it(self, ask, kind):
        image, mime, _ = ask(photograph(kind=kind), 3)
        assert (image.size, mime) == ((375, 250), "image/jpeg")
        assert near(image, (10, 10), (255, 0, 0))
        assert near(image, (360, 240), (255, 255, 255))

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_a_square_is_cut_from_its_level(self, ask, kind):
        content = photograph(kind=kind)
        image, _, _ = ask(content, 0, 2, 1)
        assert image.size == (3000 - 2 * SIDE, 2000 - SIDE)
        assert near(image, (5, image.height - 5), (255, 255, 255))
        image, _, _ = ask(content, 1, 0, 0)
        assert image.size == (SIDE, 1000)
        assert near(image, (1000, 5), (0, 128, 0))

    def test_they_are_upright(self, ask):
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned clockwise: what was at the bottom left comes first
        image, _, _ = ask(photograph(exif=exif), 2)
        assert image.size == (500, 750)
        assert near(image, (10, 10), (0, 0, 255))

    def test_what_is_seen_through_stays_so(self, ask):
        out = io.BytesIO()
        Image.new("RGBA", (1500, 1500), (255, 0, 0, 100)).save(out, "PNG")
        image, mime, _ = ask(out.getvalue(), 2)
        assert (image.mode, mime) == ("RGBA", "image/png")

    @pytest.mark.parametrize("mode", ["1", "L", "P", "I;16"])
    def test_any_mode_is_brought_to_what_browsers_show(self, ask, mode):
        if mode == "I;16":
            out = io.BytesIO()
            ramp = np.linspace(0, 60_000, 1200, dtype=np.uint16)
            Image.fromarray(np.tile(ramp, (1000, 1))).save(out, "PNG")
            content = out.getvalue()
        else:
            content = photograph(1200, 1000, "PNG", mode)
        image, _, _ = ask(content, 2)
        assert image.size == (300, 250)
        assert image.mode in {"L", "RGB"}

    def test_the_way_is_told_while_it_is_decoded(self, ask):
        rng = np.random.default_rng(1)
        noise = Image.fromarray(rng.integers(0, 255, (1000, 1200, 3), dtype=np.uint8))
        out = io.BytesIO()
        noise.save(out, "PNG")
        _, _, parts = ask(out.getvalue(), 2)
        assert len(parts) > 10
        assert parts == sorted(parts)
        assert parts[-1] > 0.9
        assert ask(out.getvalue(), 1, 0, 0)[2] != []
        assert ask(out.getvalue(), 1, 0, 0)[2] == []  # it stays decoded

    def test_other_levels_are_made_from_a_finer_one(self, ask):
        content = photograph(kind="PNG")
        assert ask(content, 0, 0, 0)[2] != []
        assert ask(content, 2)[2] == []

    def test_what_is_wrong_is_one_sentence(self, ask):
        assert ask(b"nothing", 2)[0].startswith("this is no image that can be read")
        assert ask(photograph(), 0, 9, 9)[0] == "the image has no piece 9, 9 there"

    def test_the_limit_is_an_argument(self, ask):
        content = photograph()
        told, _ = ask(content, 1, max_pixels=1000)
        assert told == (
            "the image has 3000 x 2000 pixels; at most 1,000 pixels are decoded, "
            "max_pixels=6_000_000 would allow it"
        )
        assert media.load(content, max_pixels=1000).problem == told

    def test_pillows_own_limit_does_not_stand_in_the_way(self, ask, monkeypatch):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100_000)
        monkeypatch.setattr(images, "MAX_PIXELS", 200_000)
        image, *_ = ask(photograph(), 3, max_pixels=6_000_000)
        assert image.size == (375, 250)
        assert Image.MAX_IMAGE_PIXELS == 100_000
