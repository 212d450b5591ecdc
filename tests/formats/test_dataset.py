"""Names of files, and what was set aside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nblabel.formats import FORMATS, named
from nblabel.formats.dataset import Aside, Names, safe_name


class TestNames:
    def test_folders_are_kept_and_no_two_are_alike_without_their_suffix(self):
        names = Names()
        given_names = ["a/1.jpg", "b/1.jpg", "a/1.png", "A/1.JPG", "a__1.gif", "a/1.jpg"]
        made = [names.give(one) for one in given_names]
        assert made == ["a/1.jpg", "b/1.jpg", "a/1-2.png", "A/1-3.JPG", "a__1-4.gif", "a/1-5.jpg"]

    @pytest.mark.parametrize(
        ("address", "name"),
        [
            ("../../etc/passwd", "etc/passwd"),
            ("/srv/data/a.jpg", "srv/data/a.jpg"),
            ("C:\\photos\\..\\a.jpg", "C_/photos/a.jpg"),
            ("https://host/x/y.jpg?size=2#top", "y.jpg"),
            ("https://host/x/%2e%2e%2fz.jpg", "z.jpg"),
            ("s3://bucket/key/a b.png", "a b.png"),
            ("a/./b//c.jpg", "a/b/c.jpg"),
            ("a\x00\n.jpg", "a__.jpg"),
            ("...", ""),
            ("data:image/png;base64,AAAA", ""),
            ("", ""),
        ],
    )
    def test_none_leads_anywhere_else(self, address, name):
        assert safe_name(address) == name

    def test_what_names_nothing_has_a_name_of_its_own(self):
        names = Names()
        assert [names.give("..", "7.png"), names.give("", "7.png")] == ["7.png", "7-2.png"]

    def test_long_names_are_cut_and_keep_their_suffix(self):
        name = safe_name("ü" * 300 + ".jpeg")
        assert len(name.encode()) <= 120
        assert name.endswith("ü.jpeg")

    @given(st.lists(st.text(max_size=20), max_size=8))
    def test_whatever_is_given(self, addresses):
        names = Names()
        made = [names.give(one) for one in addresses]
        assert len({name.casefold().replace("/", "__") for name in made}) == len(made)
        for name in made:
            parts = name.split("/")
            assert all(part and part.strip(".") for part in parts)
            assert not set(name) & set('\\:*?"<>|\0')


def test_what_was_set_aside_is_one_sentence_a_kind():
    aside = Aside()
    for number in range(5):
        aside.add("a line is broken", f"line {number}")
    aside.add("a colour is none")
    aside.add("a part is lost", times=3)
    assert aside.sentences() == [
        "a line is broken: line 0, line 1, line 2 and 2 more",
        "a colour is none",
        "a part is lost (3 times)",
    ]


class TestFormats:
    @pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
    def test_each_says_what_it_is(self, form):
        assert form.words
        assert named(form.name.upper()) is form
        assert all(named(other) is form for other in form.also)
        assert form.is_folder or form.suffixes[0].startswith(".")

    def test_no_two_have_a_name_in_common(self):
        names = [name for form in FORMATS.values() for name in (form.name, *form.also)]
        assert len(names) == len(set(names))


def test_many_of_one_name_are_named_in_no_time():
    names = Names()
    made = [names.give(f"https://host/{n}/image.jpg") for n in range(30_000)]
    assert made[-1] == "image-30000.jpg"
    assert len(set(made)) == 30_000
