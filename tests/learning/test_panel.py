"""What a learner shows of itself."""

import re

from nblabel.learning.panel import panel
from tests.learning.test_learner import Parity, label, learner, project


def rounds(count, **settings):
    made = project()
    learning = learner(made, **settings)
    shown = panel(learning)
    for _ in range(count):
        label(made, 10)
        learning.step()
    return learning, shown


def words(shown):
    page = re.sub(r"<style>.*?</style>", "", shown.children[0].value, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", page)


def test_it_goes_on_showing_what_happens():
    learning, shown = rounds(0)
    assert "learns again after 10 more labels" in words(shown)
    label(learning.project, 10)
    learning.step()
    assert re.search(r"10\s+labels,\s+1\s+rounds", words(shown))
    assert "the first" in words(shown)
    assert learning.rounds[0]["version"] in words(shown)


def test_scores_are_a_curve_that_is_told_in_words():
    learning, shown = rounds(3)
    svg = re.search(r"<svg.*?</svg>", shown.children[0].value, re.DOTALL)[0]
    judged = [row for row in learning.rounds if row["score"] is not None]
    assert svg.count("<circle") == len(judged) >= 2
    assert f'at {judged[-1]["labels"]}"' in svg


def test_a_strange_version_is_text_and_no_page():
    class Odd(Parity):
        def fit(self, tasks):
            super().fit(tasks)
            self.version = "<img src=x onerror=alert(1)>"

    made = project()
    learning = learner(made, Odd())
    shown = panel(learning)
    label(made, 10)
    learning.step()
    assert "<img" not in shown.children[0].value
    assert "&lt;img" in shown.children[0].value


def test_its_button_stops_it():
    learning, shown = rounds(1)
    shown.children[1].click()
    assert learning.doing == "stopped"
    assert shown.children[1].disabled


def test_a_chart_has_a_point_a_round():
    learning, _ = rounds(3)
    made = learning.plot().to_dict()
    values = made["data"]["values"]
    assert [one["labels"] for one in values] == [
        row["labels"] for row in learning.rounds if row["score"] is not None
    ]
    assert len(made["layer"]) == 3
