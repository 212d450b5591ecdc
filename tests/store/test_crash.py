"""A writer that is killed at any instant has lost nothing that it acknowledged."""

import os
import signal
import subprocess
import sys

from nblabel.core.change import Applied
from nblabel.store import Store
from tests.store.gestures import add, change

WRITER = """
import sys
from nblabel.core.change import Change, Edit
from nblabel.store import Store, now

store = Store.open(sys.argv[1])
project = store.project("p", "<View/>")
for n in range(100_000):
    edit = Edit(f"i{n}", float(n), None, {"n": n})
    store.apply(project, Change("7", "u", n, "writer", n, now(), "edit", (edit,)), None, {})
    print(n, flush=True)
"""


def test_what_was_acknowledged_is_there_after_kill_9(tmp_path):
    path = tmp_path / "labels.db"
    source = os.pathsep.join(sys.path)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    with writer:
        for line in writer.stdout:
            if int(line) == 60:
                break
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = 60 + len(writer.stdout.read().split())
    store = Store.open(path)
    project = store.project("p", "<View/>")
    (annotation,) = store.annotations(project, "7")
    kept = [item.result["n"] for item in annotation.items]
    assert kept == list(range(len(kept)))
    assert len(kept) in {acknowledged + 1, acknowledged + 2}
    assert annotation.revision == len(kept) == len(store.history(project, "u"))
    next_one = change("edit", add("new", "x", 1e9), base=len(kept), uid="u")
    assert store.apply(project, next_one, None, {}) == Applied(len(kept) + 1)
    store.close()
