"""Steps before something is shown, and where in the original what is shown lies."""

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nblabel.base.errors import ArgumentError, MediaError
from nblabel.media.preprocessing import preparation

MOST = 10**8


def photo(size=(400, 300), kind="PNG", **more):
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def picture(media):
    return Image.open(io.BytesIO(media.data))


class TestImages:
    def test_one_that_is_made_smaller_is_as_large_as_the_original(self):
        media = preparation(("resize", {"longest": 100})).media(photo(), MOST)
        assert (media.width, media.height) == (400, 300)
        assert picture(media).size == (100, 75)

    def test_one_that_is_small_stays(self):
        assert picture(preparation("resize").media(photo(), MOST)).size == (400, 300)

    def test_they_are_upright_first(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        media = preparation(("resize", {"longest": 100})).media(photo(kind="JPEG", exif=exif), MOST)
        assert (media.width, media.height) == (300, 400)
        assert picture(media).size == (75, 100)
        assert media.mime == "image/jpeg"

    def test_contrast_is_spread(self):
        dark = np.linspace(10, 60, 256, dtype=np.uint8).reshape(16, 16)
        media = preparation("autocontrast").media(dark, MOST)
        assert picture(media).getextrema() == (0, 255)

    @pytest.mark.parametrize("name", ["grayscale", "equalize", "autocontrast", "resize"])
    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
    def test_every_step_takes_every_mode(self, name, mode):
        media = preparation(name).media(Image.new(mode, (9, 5)), MOST)
        assert picture(media).size == (9, 5)

    def test_a_part_lies_where_it_is_in_the_original(self):
        def right_half(image):
            half = image.crop((image.width // 2, 0, image.width, image.height))
            return half, (50, 0, 50, 100)

        media = preparation([right_half, right_half]).media(photo(), MOST)
        assert (media.mime, media.width, media.height) == ("image/svg+xml", 400, 300)
        drawn = media.data.decode()
        place = {
            name: float(re.search(f' {name}="([^"]+)"', drawn.partition("<image")[2])[1])
            for name in ("x", "y", "width", "height")
        }
        assert place == {"x": 300, "y": 0, "width": 100, "height": 300}

    def test_a_function_may_give_an_array(self):
        media = preparation(lambda image: np.asarray(image)[::2, ::2]).media(photo(), MOST)
        assert (picture(media).size, media.width) == ((200, 150), 400)

    def test_what_a_function_raises_is_told(self):
        def broken(image):
            raise ValueError("no such tone")

        with pytest.raises(MediaError, match=r'preprocess= failed in ".*broken": no such tone'):
            preparation(broken).media(photo(), MOST)

    @pytest.mark.parametrize(
        ("made", "told"),
        [
            (None, "got NoneType"),
            ("a", "got str"),
            ((Image.new("L", (2, 2)), "left"), "left, top, width and height in percent"),
            ((Image.new("L", (2, 2)), (0, 0, 0, 5)), "left, top, width and height in percent"),
        ],
    )
    def test_what_a_function_gives_that_is_no_image_is_told(self, made, told):
        with pytest.raises(MediaError, match=told):
            preparation(lambda image: made).media(photo(), MOST)

    def test_an_svg_is_shown_as_it_is(self):
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>'
        media = preparation("resize").media(svg, MOST)
        assert media.data == svg
        assert "without preprocess=" in media.note

    def test_too_many_pixels_are_not_decoded(self):
        with pytest.raises(MediaError, match="max_pixels=120_000 would allow it"):
            preparation("resize").media(photo(), 1_000)


def stripped(text):
    return preparation("strip_html").text(text)


class TestTexts:
    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("plain", "plain"),
            ("<p>Ada &amp; <b>Ben</b></p>", "Ada & Ben"),
            ("<p>one</p><p>two<br/>three</p>", "one\ntwo\nthree"),
            ("a<!-- <b>not</b> -->b", "ab"),
            ("<script>alert(1)</script>x<style>p {}</style>y", "xy"),
            ("1 < 2 &lt; 3 & 4", "1 < 2 < 3 & 4"),
            ("&#233;&#xe9;&nope;", "éé&nope;"),
            ("", ""),
        ],
    )
    def test_html_without_its_markup(self, given, shown):
        assert stripped(given).shown == shown

    def test_what_is_marked_lies_in_the_original(self):
        text = "<p>Ada &amp; <b>Ben</b></p>"
        made = stripped(text)
        start = made.shown.index("& Ben")
        begin, end = made.to_original(start, start + 5)
        assert text[begin:end] == "&amp; <b>Ben"
        assert made.to_shown(begin, end) == (start, start + 5)

    @given(
        st.lists(st.sampled_from(["<b>", "</b>", "<p>", "a", " ", "&amp;", "é", "<", "\n"])),
        st.data(),
    )
    def test_the_way_there_and_back_ends_where_it_began(self, parts, data):
        text = "".join(parts)
        made = stripped(text)
        start = data.draw(st.integers(0, len(made.shown)))
        end = data.draw(st.integers(start, len(made.shown)))
        if start < end:
            assert made.to_shown(*made.to_original(start, end)) == (start, end)
        for (start, end), character in zip(made.spans, made.shown, strict=True):
            assert text[start:end] == character or text[start] in "<&"

    def test_a_function_of_the_same_length_needs_to_say_no_places(self):
        made = preparation(str.upper).text("ada")
        assert (made.shown, made.to_original(1, 3)) == ("ADA", (1, 3))

    def test_another_says_where_its_characters_stood(self):
        made = preparation(lambda text: (text[2:], range(2, len(text)))).text("abcd")
        assert (made.shown, made.to_original(0, 1)) == ("cd", (2, 3))

    @pytest.mark.parametrize("made", ["a", ("ab", [0]), ("ab", [1, 0]), ("ab", [0, 9])])
    def test_one_that_does_not_is_told(self, made):
        with pytest.raises(MediaError, match="preprocess= got"):
            preparation(lambda text: made).text("abc")

    def test_steps_follow_each_other(self):
        made = preparation(["strip_html", lambda text: (text[1:], range(1, len(text)))]).text(
            "<b>xAda</b>"
        )
        assert (made.shown, made.to_original(0, 3)) == ("Ada", (4, 7))


class TestWhatIsGiven:
    def test_all_options_are_kept_as_provenance(self):
        made = preparation(["autocontrast", ("resize", {"longest": 512}), str.upper])
        assert made.provenance == [
            {"step": "autocontrast", "cutoff": 0.0},
            {"step": "resize", "longest": 512},
            {"step": "str.upper"},
        ]

    @pytest.mark.parametrize("given", [None, []])
    def test_nothing_is_done_where_nothing_is_asked(self, given):
        assert preparation(given) is None

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ("resise", 'no step "resise"; .* did you mean "resize"'),
            ("to_mono_16k", 'no step "to_mono_16k"; there are "resize"'),
            (("resize", {"size": 3}), '"resize" has no option "size"; it has longest'),
            (("resize", {"longest": "3"}), "longest='3'; a number from 0 on"),
            (("grayscale", {"a": 1}), '"grayscale" has no option "a"; it has no options'),
            ([3], "preprocess= has 3;"),
            (3, "takes a function or steps, not int"),
        ],
    )
    def test_what_is_none_is_told_with_what_there_is(self, given, told):
        with pytest.raises(ArgumentError, match=told):
            preparation(given)
