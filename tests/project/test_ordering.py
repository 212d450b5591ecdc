"""In which order tasks are asked."""

import pandas as pd
import pytest

from nblabel import DataError, Project

CONFIG = """<View><Text name="t" value="$text"/>
<Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices></View>"""


@pytest.fixture
def project():
    frame = pd.DataFrame({"id": list("abcdef"), "text": list("uvwxyz")})
    return Project(frame, CONFIG, key="id", store=":memory:")


class TestWhatItIsGiven:
    def test_keys_come_first_and_all_others_follow(self, project):
        project.order = ["d", "b"]
        assert project.order == ["d", "b"]
        assert project.next(10) == list("dbacef")

    def test_scores_by_key_the_highest_first(self, project):
        project.order = {"a": 0.1, "c": 0.9, "f": 0.5, "e": float("nan"), "d": None}
        assert project.next(4) == list("cfab")

    def test_a_score_for_each_row(self, project):
        project.order = pd.Series([0.1, 0.5, 0.2, float("nan"), 0.5, 0.0])
        assert project.next(10) == list("becafd")

    def test_a_frame_with_keys(self, project):
        project.order = pd.DataFrame({"key": ["f", "a"], "reason": ["?", "?"]})
        assert project.next(3) == list("fab")

    def test_none_is_the_order_of_the_rows(self, project):
        project.order = ["d"]
        project.order = None
        assert project.order is None
        assert project.next(2) == ["a", "b"]

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (["a", "x"], 'order= has the key "x", which no task has'),
            ([0.5, 0.5], "order= was given 2 scores for 6 rows"),
            ("abc", "order= takes keys or scores, not str"),
            (7, "order= takes keys or scores, not int"),
            (pd.DataFrame({"id": ["a"]}), 'order= takes a frame with a column "key"'),
        ],
    )
    def test_what_is_none_of_these_is_refused(self, project, given, told):
        with pytest.raises(DataError, match=told):
            project.order = given
        assert project.order is None


class TestTheWay:
    def test_it_goes_on_after_what_is_on_screen_and_back(self, project):
        project.order = ["d", "b", "f"]
        rows = [project.find(row + 1)[0] for row in (3, 1, 5, 0)]
        assert rows == [1, 5, 0, 2]
        assert project.find(1 - 1, -1) == [3]
        assert project.find(0 - 1, -1) == [5]
        assert project.find(3 - 1, -1) == []

    def test_what_is_labeled_is_passed_over(self, project):
        project.order = ["d", "b", "f"]
        project.annotate("b", "good")
        assert project.next(3) == list("dfa")
        assert project.find(4, filter="unlabeled") == [5]
        assert project.find(0, filter="labeled", count=9) == [1]

    def test_whoever_listens_is_told(self, project):
        heard = []
        project.on_change(lambda *told: heard.append(told))
        project.order = ["d"]
        assert heard == [("order", "")]

    def test_asking_what_comes_next_holds_nothing(self):
        frame = pd.DataFrame({"id": list("abc"), "text": list("uvw")})
        project = Project(frame, CONFIG, key="id", store=":memory:", annotator="ana", lease=60)
        assert project.next(2) == ["a", "b"]
        assert project.store.taken(project._work.id, "ben", ["a", "b"]) == set()
        project.order = ["c"]
        assert project.lease(1) == [2]


def test_what_was_labeled_before_is_a_review(project):
    for key in "ab":
        project.annotate(key, "good")
    project.order = ["b", "a"]
    assert project.is_review
    project.order = ["b", "c"]
    assert not project.is_review
    project.order = None
    assert not project.is_review
