"""The nearest texts are those that share the rarest words."""

from hypothesis import given
from hypothesis import strategies as st

from nblabel.models._nearest import Nearest


def test_rare_words_count_for_more():
    texts = ["the day", "the year", "the hour", "a zebra"]
    assert Nearest(texts).to("the zebra", 2) == [3, 0]


def test_of_equals_the_earlier_comes_first():
    assert Nearest(["b", "a", "a"]).to("a", 3) == [1, 2, 0]


def test_what_shares_nothing_comes_last():
    assert Nearest(["x", "y", "a"]).to("a", 2) == [2, 0]


def test_scripts_without_blanks_are_compared_too():
    assert Nearest(["東京に行く", "猫が好き"]).to("猫", 1) == [1]


@given(st.lists(st.text(), min_size=1), st.integers(1, 5))
def test_a_text_is_nearest_to_itself_and_as_many_are_given_as_there_are(texts, count):
    nearest = Nearest(texts)
    for text in texts:
        found = nearest.to(text, count)
        assert len(found) == len(set(found)) == min(count, len(texts))
        assert found == nearest.to(text, count)
