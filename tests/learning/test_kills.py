"""A kernel that dies while it learns, or while it keeps what it learned."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from nblabel import Project
from nblabel.learning import Learner
from nblabel.loop.holdout import is_held
from tests.learning.test_learner import CONFIG, Parity

DYING = """
import os, signal, sys, time
import pandas as pd
from nblabel import Project
from nblabel.learning import Learner
from tests.learning.test_learner import CONFIG, Parity, truth

when, store = sys.argv[1:]


class Dies(Parity):
    def fresh(self):
        return Dies()

    def fit(self, tasks):
        super().fit(tasks)
        if when == "learning" and len(tasks) > 12:
            os.kill(os.getpid(), signal.SIGKILL)

    def __reduce__(self):
        if when == "keeping" and len(self.fits[-1]) > 12:
            os.kill(os.getpid(), signal.SIGKILL)
        return Parity.__reduce_ex__(self, 2)


frame = pd.DataFrame({"id": range(60), "text": [str(n) for n in range(60)]})
project = Project(frame, CONFIG, key="id", store=store)
learner = Learner(
    project, Dies(), every=10, start=10, promote="always", train="now", seed=0
)
for _ in range(3):
    for key in project.next(10):
        project.annotate(key, truth(key))
        print(key, flush=True)
    learner.step()
"""


@pytest.mark.parametrize("when", ["learning", "keeping"])
def test_nothing_is_lost_and_the_holdout_is_unchanged(tmp_path, when):
    store = tmp_path / "a.db"
    command = [sys.executable, "-c", DYING, when, str(store)]
    died = subprocess.run(command, capture_output=True, text=True, check=False)
    assert died.returncode == -9, died.stderr
    labeled = died.stdout.split()
    assert len(labeled) == 20
    frame = pd.DataFrame({"id": range(60), "text": [str(n) for n in range(60)]})
    project = Project(frame, CONFIG, key="id", store=store)
    assert project.progress()["done"] == 20
    folder = next((tmp_path / "a.db.files" / "models").iterdir())
    for note in folder.glob("*.json"):  # what is noted is whole
        assert (folder / json.loads(note.read_text())["file"]).exists()
    learner = Learner(project, Parity(), every=10, start=10, train="now", seed=0)
    row = learner.step()
    assert (row["labels"], row["promoted"]) == (20, True)
    assert row["held_out"] == sum(is_held(key, 0.2) for key in labeled)
    learned = {key for fit in project.model.fits for key in fit}
    assert learned == {key for key in labeled if not is_held(key, 0.2)}
