"""Quotes are found at exact offsets, whatever the script and the blanks."""

from hypothesis import given
from hypothesis import strategies as st

from nblabel.models._quotes import located, places

WORDS = st.sampled_from(["Ada", "art", "start", "東京", "é", "👩‍🔬", "a.b", "(x)", "I"])
BLANKS = st.sampled_from([" ", "  ", "\n", "\t ", "\r\n", " "])


@st.composite
def texts(draw):
    """A text, and words that stand in it side by side."""
    words = draw(st.lists(WORDS, min_size=1, max_size=12))
    blanks = [draw(BLANKS) for _ in words]
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, len(words) - 1))
    text = "".join(word + blank for word, blank in zip(words, blanks, strict=True))
    return text, words[first : last + 1]


@given(texts(), BLANKS)
def test_what_stands_in_a_text_is_found_whatever_its_blanks(made, blank):
    text, words = made
    place = located(text, blank.join(words))
    assert place is not None
    start, end = place
    assert text[start:end].split() == words


@given(texts())
def test_every_place_is_found_once_and_counted(made):
    text, words = made
    quote = " ".join(words)
    found = places(text, quote)
    assert len(set(found)) == len(found)
    assert [located(text, quote, n) for n in range(1, len(found) + 1)] == found
    assert located(text, quote, len(found) + 1) is None
    assert located(text, quote, 0) is None


@given(st.text(), st.text())
def test_a_place_says_what_the_quote_says(text, quote):
    for start, end in places(text, quote):
        assert 0 <= start < end <= len(text)
        assert text[start:end].split() == quote.split()


@given(st.text(), st.text(min_size=1), st.text())
def test_an_exact_quote_is_always_found(before, quote, after):
    text = before + quote + after
    assert bool(places(text, quote)) == bool(quote.split())


def test_a_word_goes_before_a_part_of_one():
    assert located("start with art", "art") == (11, 14)
    assert located("start with art", "art", 2) == (2, 5)


def test_scripts_without_blanks_are_counted_as_they_stand():
    assert [located("東京都と東京", "東京", n) for n in (1, 2)] == [(0, 2), (4, 6)]
