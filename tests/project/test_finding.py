"""Tasks are found by words of their texts, by their numbers and by their keys."""

import pandas as pd
import pytest

from nblabel.project import Project
from tests.project.animals import mood

TEXTS = ["Ana met Bob in the harbour", "k812 is no key", "The HARBOUR was empty, said Bob", "17"]


def everything(project: Project, words: str, count: int = 30) -> list[int]:
    """Ask as an editor does: again, until all rows were looked at."""
    found: list[int] = []
    start: int | None = 0
    while start is not None and len(found) < count:
        hits, start = project.search(words, start, count)
        found += [hit.index for hit in hits]
    return found


@pytest.fixture
def found(opened):
    frame = pd.DataFrame({"id": ["k1", "k2", "k812", "k4"], "text": TEXTS})
    project = opened(frame, annotator="ana")
    return lambda words: everything(project, words)


def test_all_the_words_in_any_order_whatever_their_case(found):
    assert found("bob HARBOUR") == [0, 2]
    assert found("harbour empty bob") == [2]
    assert found("harbour lighthouse") == []


def test_a_text_is_never_taken_for_a_number(found):
    assert found("k812") == [2, 1]  # the task with the key, then the text that has the word


def test_a_number_is_that_of_a_task_and_comes_first(found):
    assert found("3") == [2]
    assert found("17") == [3]  # there is no task 17; a text has it


def test_a_key_has_as_many_digits_as_it_likes(opened):
    frame = pd.DataFrame({"id": [2, 10**30, 1], "text": ["a", "b", "c"]})
    assert everything(opened(frame), str(10**30)) == [1]
    assert everything(opened(frame), "2") == [1, 0]  # task 2, then the key 2


def test_what_a_list_shows_of_a_task(opened):
    long = "x " * 300 + "the harbour at night" + " y" * 300
    frame = pd.DataFrame({"id": ["k1", "k2", "k3"], "text": [long, "poor", "harbour"]})
    project = opened(frame, annotator="ana")
    project.annotate("k3", [mood("good")], annotator="bob")
    project.annotate("k1", [mood("bad")])
    first, second = project.search("harbour")[0]
    assert (first.key, first.state, first.answer) == ("k1", "submitted", "bad")
    assert "the harbour at night" in first.text
    assert first.text.startswith("…")
    assert len(first.text) < 200
    assert (second.state, second.answer, second.text) == ("unlabeled", "good", "harbour")


def test_a_task_known_by_its_data_has_no_key_to_show(opened):
    project = opened(pd.DataFrame({"text": ["harbour"]}), key=None)
    [hit] = project.search("harbour")[0]
    assert hit.key is None


def test_rows_that_are_set_aside_are_passed_over(opened):
    frame = pd.DataFrame({"id": ["a", None, "c"], "text": ["harbour"] * 3})
    project = opened(frame)
    assert [hit.index for hit in project.search("harbour")[0]] == [0, 2]


@pytest.mark.parametrize("value", [None, 3.5, ["the", "harbour"], {"at": "harbour"}, b"harbour"])
def test_any_cell_can_be_searched(opened, value):
    project = opened(pd.DataFrame({"id": [1, 2], "text": [value, "harbour"]}))
    assert 1 in everything(project, "harbour")


def test_a_million_rows_are_searched_a_moment_at_a_time(opened):
    rows = 1_000_000
    texts = pd.Series(["some words"]).repeat(rows).tolist()
    texts[900_000] = "Ana met Bob in the harbour"
    project = opened(pd.DataFrame({"id": range(rows), "text": texts}))
    hits, after = project.search("harbour bob")
    assert hits == []
    assert 0 < after < rows  # it says how far it has looked
    assert everything(project, "harbour bob", 1) == [900_000]
    assert len(project.search("some words")[0]) == 30
