"""A model that learns while somebody labels."""

import subprocess
import sys
import threading
import time
from collections import Counter

import pandas as pd
import pytest

from nblabel import DataError, Project
from nblabel.learning import Learner
from nblabel.loop.holdout import is_held

CONFIG = """<View><Text name="t" value="$text"/>
<Choices name="mood" toName="t"><Choice value="even"/><Choice value="odd"/></Choices></View>"""
ROWS = 200


class Parity:
    """Learns which numbers are even from those it was told of: by their last digit."""

    def __init__(self, control="mood"):
        self.control = control
        self.version = "nothing"
        self.known = {}
        self.fits = []

    def fit(self, tasks):
        told = {}
        for task in tasks:
            [result] = task["annotations"][0]["result"]
            told[task["data"]["id"] % 10] = result["value"]["choices"][0]
        self.known = told
        self.fits.append(sorted(str(task["data"]["id"]) for task in tasks))
        self.version = f"{len(tasks)} labels"

    def predict(self, tasks, context=None):
        return [self._said(task["data"]["id"] % 10) for task in tasks]

    def _said(self, digit):
        known = self.known.get(digit)
        return {"result": known or "even", "score": 0.9 if known else 0.1}


def project(store=":memory:", rows=ROWS, **settings):
    frame = pd.DataFrame({"id": range(rows), "text": [str(n) for n in range(rows)]})
    return Project(frame, CONFIG, key="id", store=store, **settings)


def truth(key):
    return "odd" if int(key) % 2 else "even"


def label(made, count):
    for key in made.next(count):
        made.annotate(key, truth(key))


def learner(made, model=None, **settings):
    given = {"every": 10, "start": 10, "train": "now", "seed": 0, **settings}
    return Learner(made, model or Parity(), **given)


class TestWhenItLearns:
    def test_first_after_start_and_then_after_every(self):
        made = project()
        learning = learner(made, start=4, every=10)
        label(made, 3)
        assert learning.step() is None
        assert learning.due == 1
        label(made, 1)
        assert learning.step()["labels"] == 4
        label(made, 9)
        assert learning.step() is None
        label(made, 1)
        assert learning.step()["labels"] == 14
        assert [row["labels"] for row in learning.rounds] == [4, 14]

    def test_what_another_process_labels_counts(self, tmp_path):
        made = project(tmp_path / "a.db")
        learning = learner(made, start=5)
        code = f"""
import sys
import pandas as pd
from nblabel import Project

rows = range({ROWS})
frame = pd.DataFrame({{"id": rows, "text": [str(n) for n in rows]}})
name, store = sys.argv[1:]
made = Project(frame, {CONFIG!r}, key="id", store=store, annotator="ben", name=name)
for key in range(5):
    made.annotate(key, "even")
"""
        told = [sys.executable, "-c", code, made.name, str(tmp_path / "a.db")]
        subprocess.run(told, check=True)
        assert learning.step()["labels"] == 5

    def test_an_answer_that_is_changed_is_new_and_one_taken_back_is_gone(self):
        made = project()
        learning = learner(made, start=2, every=1, evaluate=None)
        for key in (0, 1):
            made.annotate(key, "even")
        learning.step()
        made.annotate(1, "odd")
        assert learning.step()["labels"] == 2
        made.clear(1)
        assert learning.step()["labels"] == 1

    def test_answers_about_other_data_are_not_learned_from(self, tmp_path):
        made = project(tmp_path / "a.db")
        for key in range(10):
            made.annotate(key, truth(key))
        made.close()
        frame = pd.DataFrame(
            {"id": range(ROWS), "text": ["new"] * 5 + [str(n) for n in range(5, ROWS)]}
        )
        other = Project(frame, CONFIG, key="id", store=tmp_path / "a.db")
        assert learner(other, start=1, evaluate=None).step()["trained_on"] == 5


class TestHoldout:
    def test_it_is_never_learned_from_and_asked_in_its_part(self):
        made, model = project(), Parity()
        learning = learner(made, model)
        for _ in range(6):
            label(made, 10)
            learning.step()
        kept = [key for fit in learning.project.model.fits for key in fit]
        assert not any(is_held(key, 0.2) for key in kept)
        held = [row["held_out"] / row["labels"] for row in learning.rounds]
        assert all(0.1 <= part <= 0.3 for part in held[1:])

    def test_after_a_restart_it_is_the_same(self, tmp_path):
        held = []
        for _ in range(2):
            made = project(tmp_path / "a.db")
            learning = learner(made, start=1, every=1)
            label(made, 20)
            learning.step()
            held.append({key for key in learning._taught.tasks if is_held(key, 0.2)})
            learning.stop()
            made.close()
        assert held[0] <= held[1]

    def test_without_evaluation_all_is_learned_from(self):
        made = project()
        learning = learner(made, evaluate=None)
        label(made, 10)
        row = learning.step()
        assert (row["trained_on"], row["held_out"], row["score"]) == (10, 0, None)


class TestPromotion:
    def test_the_first_suggests_at_once(self):
        made = project()
        learning = learner(made)
        label(made, 10)
        row = learning.step()
        assert (row["promoted"], row["reason"]) == (True, "the first")
        assert made.model.version == row["version"]

    def test_another_has_to_be_better_for_certain(self):
        made = project()
        learning = learner(made, start=10, every=10, order="random")
        for _ in range(8):
            label(made, 10)
            learning.step()
        for row in learning.rounds[1:]:
            assert row["promoted"] == ("worse, p = 0.0" in row["reason"]), row["reason"]

    def test_always_never_and_a_function(self):
        for promote, wanted in (("always", [True, True]), ("never", [False, False])):
            made = project()
            learning = learner(made, promote=promote)
            for _ in range(2):
                label(made, 10)
                learning.step()
            assert [row["promoted"] for row in learning.rounds] == wanted
        seen = []
        made = project()
        learning = learner(made, promote=lambda new, old: seen.append((new, old)) or len(seen) == 1)
        for _ in range(2):
            label(made, 10)
            learning.step()
        assert [row["promoted"] for row in learning.rounds] == [True, False]
        assert seen[0][1] is None
        assert seen[1][1].accuracy is not None

    def test_a_function_judges(self):
        made = project()
        figures = iter([0.5, 0.4, 0.6, 0.4])
        learning = learner(made, evaluate=lambda model, tasks: next(figures))
        for _ in range(2):
            label(made, 10)
            learning.step()
        assert [row["score"] for row in learning.rounds] == [0.5, 0.4]
        assert [row["promoted"] for row in learning.rounds] == [True, False]
        assert learning.rounds[1]["reason"] == "0.4, before 0.6"

    def test_cross_validation_judges_every_task_by_models_that_did_not_see_it(self):
        made = project()
        learning = learner(made, evaluate="cross-validation", start=40)
        label(made, 40)
        row = learning.step()
        assert (row["held_out"], row["trained_on"]) == (0, 40)
        assert row["metrics"].tasks == 40
        assert row["score"] > 0.9


class TestOrder:
    def test_what_is_unsure_is_asked_first_and_suggested_for(self):
        made = project()
        learning = learner(made, order="uncertainty", evaluate=None, every=5)
        for key in (0, 1, 2, 3, 4, 10, 11, 12, 13, 14):
            made.annotate(key, truth(key))
        learning.step()
        coming = [int(key) % 10 for key in made.next(50)]
        assert Counter(digit < 5 for digit in coming) == {False: 50}
        assert made.store.predictions(made._work.id, made.next()[0])[0].model_version == "10 labels"

    def test_what_is_on_screen_stays(self):
        made = project()
        heard = []
        made.on_change(lambda *told: heard.append(told))
        learner(made)
        assert ("order", "") in heard
        assert made.start() == made.index(made.next()[0])

    def test_a_seed_repeats_it(self):
        orders = []
        for _ in range(2):
            made = project()
            learning = learner(made, order="random", seed=4)
            label(made, 10)
            learning.step()
            orders.append(made.order)
        assert orders[0] == orders[1]

    def test_a_function_chooses(self):
        made = project()
        learner(made, order=lambda pool, count, random: range(count), evaluate=None, seed=1)
        assert len(made.next(10)) == 10

    def test_of_a_large_frame_a_sample_is_ranked_at_first_and_then_the_rest(self, monkeypatch):
        monkeypatch.setattr("nblabel.learning.ranking.SAMPLE", 20)
        made = project()
        learning = learner(made, order="uncertainty", evaluate=None)
        label(made, 10)
        learning.step()
        assert len(made.order) <= 20
        learning._rank_rest()
        unsure = {n for n in range(ROWS) if n % 10 not in learning._latest.known}
        assert len(unsure) > 20
        assert {int(key) for key in made.order} <= unsure


class TestFaults:
    class Broken(Parity):
        def fit(self, tasks):
            raise RuntimeError("out of memory")

    def test_a_model_that_raises_is_told_and_labeling_goes_on(self):
        made = project()
        learning = learner(made, self.Broken())
        label(made, 10)
        row = learning.step()
        assert row["reason"] == "the learner: RuntimeError: out of memory"
        assert row["reason"] in made.problems
        label(made, 10)
        assert learning.step()["promoted"] is False

    def test_what_cannot_learn_is_refused(self):
        with pytest.raises(DataError, match=r"a Learner needs a model with fit\(tasks\)"):
            Learner(project(), lambda tasks: tasks)

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"evaluate": "hold-out"}, 'evaluate="hold-out" is not known'),
            ({"promote": "best"}, 'promote="best" is not known'),
            ({"train": "threads"}, 'train="threads" is not known'),
            ({"order": "uncertain"}, 'order="uncertain" is not known'),
            ({"measure": "margins"}, 'measure="margins" is not known'),
        ],
    )
    def test_an_argument_that_is_not_known_is_told(self, given, told):
        with pytest.raises(DataError, match=told):
            learner(project(), **given)


class TestThreads:
    def test_it_learns_off_the_thread_of_whoever_labels(self):
        made = project()
        threads = []

        class Heard(Parity):
            def fit(self, tasks):
                threads.append(threading.current_thread())
                super().fit(tasks)

        learning = learner(made, Heard(), train="thread")
        until = time.monotonic() + 30
        while made.order is None and time.monotonic() < until:
            time.sleep(0.01)
        label(made, 10)
        while not learning.rounds and time.monotonic() < until:
            time.sleep(0.01)
        learning.stop()
        assert threads[0] is not threading.current_thread()
        assert made.model.version == learning.rounds[0]["version"]

    def test_it_learns_in_a_process_of_its_own(self):
        made = project()
        learning = learner(made, train="process", evaluate=None)
        try:
            label(made, 10)
            assert learning.wait(60)
            until = time.monotonic() + 30
            while not learning.rounds and time.monotonic() < until:
                time.sleep(0.01)
            assert learning.rounds[0]["promoted"], learning.rounds
        finally:
            learning.stop()

    def test_stopped_it_learns_no_more(self):
        made = project()
        learning = learner(made)
        learning.stop()
        label(made, 10)
        assert learning.step() is None
        assert "stopped" in repr(learning)


class TestAfterARestart:
    def test_what_was_promoted_suggests_and_goes_on(self, tmp_path):
        made = project(tmp_path / "a.db")
        learning = learner(made)
        label(made, 10)
        version = learning.step()["version"]
        learning.stop()
        made.close()
        again = project(tmp_path / "a.db")
        learning = learner(again)
        assert again.model.version == version
        assert learning.step() is not None  # what was labeled since is not known, so it learns
        assert learning.rounds[0]["labels"] == 10

    def test_every_version_is_kept_and_the_promoted_one_is_taken(self, tmp_path):
        made = project(tmp_path / "a.db")
        learning = learner(made, promote=lambda new, old: old is None)
        for _ in range(2):
            label(made, 10)
            learning.step()
        first, second = (row["version"] for row in learning.rounds)
        learning.stop()
        made.close()
        again = project(tmp_path / "a.db")
        learning = learner(again)
        assert again.model.version == first
        assert learning._versions.load(second).version == second
        assert learning._versions.newest()["promoted"] is False


def test_history_is_a_frame():
    made = project()
    learning = learner(made)
    label(made, 10)
    learning.step()
    frame = learning.history()
    assert list(frame["labels"]) == [10]
    assert {"version", "score", "low", "high", "promoted", "reason"} <= set(frame.columns)
