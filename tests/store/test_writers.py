"""Several writers at once, and writers that are killed: nothing is lost and nothing twice."""

import random
import signal
import time

import pytest

from nblabel.core.change import Applied
from nblabel.store import Store
from tests.soak import size
from tests.store.gestures import add, change
from tests.store.processes import python

# Each writes an annotation of its own, one that is everybody's, and new tasks.
WRITER = """
store = Store.open(place)
project = store.project("p", "<View/>")
for n in range(int(more[0])):
    own = change(name, n, name, n, (add(f"i{n}", n),))
    assert store.apply(project, own, None, {}) == Applied(n + 1)
    assert store.apply(project, own, None, {}) == Applied(n + 1)
    new = change(f"{name}-{n}", 0, f"{name}-new", n, action="submit", key=f"{name}-{n}")
    assert store.apply(project, new, name, {"n": n}) == Applied(1)
    for attempt in range(10_000):
        here = store.annotation(project, "shared")
        base = here.revision if here else 0
        shared = change("shared", base, f"{name}-shared", n, (add(f"{name}-{n}", base),))
        if isinstance(store.apply(project, shared, None, {}), Applied):
            break
    else:
        raise AssertionError("never applied")
store.close()
"""


def revisions(store, project, uid):
    return [event.revision for event in store.history(project, uid)]


@pytest.mark.soak
def test_two_processes_on_one_store_lose_nothing_and_write_nothing_twice(place):
    count = size(30, 1_000)
    names = ["ana", "bob"]
    store = Store.open(place)
    project = store.project("p", "<View/>")
    writers = [python(WRITER, place, name, count) for name in names]
    heard, last = set(), 0
    while any(writer.poll() is None for writer in writers):
        last, keys = store.marked_since(project, last)
        heard.update(keys)
        time.sleep(0.01)  # the writers need the processor more
    heard.update(store.marked_since(project, last)[1])
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]

    new = {f"{name}-{n}" for name in names for n in range(count)}
    assert heard == {"7", *new}  # whoever follows the log meets every entry
    records = list(store.records(project))
    annotations = [annotation for record in records for annotation in record.annotations]
    assert {record.key for record in records} == {"7", *new}
    assert sorted(record.number for record in records) == list(range(1, 2 * count + 2))
    assert sorted(a.number for a in annotations) == list(range(1, 2 * count + 4))
    found = {a.uid: a for a in store.annotations(project, "7")}
    assert set(found) == {"shared", *names}
    for name in names:
        assert [item.uid for item in found[name].items] == [f"i{n}" for n in range(count)]
        assert revisions(store, project, name) == list(range(1, count + 1))
    assert {item.uid for item in found["shared"].items} == new
    assert revisions(store, project, "shared") == list(range(1, 2 * count + 1))
    store.close()


OPENING = """
sys.stdin.readline()
store = Store.open(place)
print(store.id, store.project("p", "<View/>"))
"""


@pytest.mark.soak
def test_processes_that_open_an_empty_place_at_once_make_one_store(place):
    openers = [python(OPENING, place, n) for n in range(size(3, 12))]
    for opener in openers:
        opener.stdin.write("\n")
        opener.stdin.flush()
    told = {opener.communicate()[0] for opener in openers}
    assert [opener.returncode for opener in openers] == [0] * len(openers)
    assert len(told) == 1


# Edits, undoes, submits, skips and takes back, and says of each that it is acknowledged.
ANNOTATOR = """
store = Store.open(place)
project = store.project("p", "<View/>")
sys.stdin.readline()
n = 0
while True:
    key = uid = f"{name}-{n // 5}"
    edit = add(f"i{n}", n)
    steps = [("edit", (edit,)), ("edit", (Edit(edit.uid, edit.ordinal, edit.after, None),)),
             ("submit", (edit,)), ("reopen", ()), ("skip", ())]
    action, edits = steps[n % 5]
    if n % 5 == 1:
        edits = (Edit(f"i{n-1}", float(n - 1), {"n": f"i{n-1}"}, None),)
    base = n % 5
    gesture = change(uid, base, name, n, edits, action, key)
    answer = store.apply(project, gesture, name, {})
    assert answer == Applied(base + 1), answer
    print(n, flush=True)
    n += 1
"""


@pytest.mark.soak
def test_what_was_acknowledged_is_there_once_after_kill_9_at_any_instant(place):
    chance = random.Random(7)
    for kill in range(size(3, 200)):
        names = [f"{who}-{kill}" for who in ("ana", "bob")]
        writers = {name: python(ANNOTATOR, place, name) for name in names}
        for writer in writers.values():
            writer.stdin.write("\n")
            writer.stdin.flush()
        for writer in writers.values():  # both are at it
            assert writer.stdout.readline() == "0\n"
        time.sleep(chance.uniform(0.0, 0.2))
        for name in chance.sample(names, 2):
            writers[name].send_signal(signal.SIGKILL)
        acknowledged = {}
        for name, writer in writers.items():
            with writer:
                acknowledged[name] = 1 + len(writer.stdout.read().split())
        store = Store.open(place)
        project = store.project("p", "<View/>")
        for name, count in acknowledged.items():
            written = 0
            for n in range(count // 5 + 2):
                for annotation in store.annotations(project, f"{name}-{n}"):
                    log = store.history(project, annotation.uid)
                    done = len(log)
                    assert [event.revision for event in log] == list(range(1, done + 1))
                    assert annotation.revision == done
                    written += done
                    states = ["draft", "draft", "submitted", "draft", "skipped"]
                    assert annotation.state == states[done - 1]
                    kept = [item.uid for item in annotation.items]
                    assert kept == {1: [f"i{5 * n}"], 2: []}.get(done, [f"i{5 * n + 2}"])
            assert written in {count, count + 1}  # one may have been written and not told
        new = change("edit", add("x", "x"), uid=f"new-{kill}")
        assert store.apply(project, new, None, {}) == Applied(1)
        store.close()
