"""A store of an earlier nblabel opens, and everything in it is as it was."""

import json
from dataclasses import asdict

import pytest

from nblabel.store import Store
from tests.store import version_1


@pytest.fixture
def old(tmp_path):
    return version_1.write(tmp_path / "labels.db")


def said_of(store):
    """Return everything a store says of its project "reviews", as plain JSON."""
    project = store.project("reviews", store.projects()["reviews"])
    keys = list(version_1.SAID["annotations"])
    annotations = {key: store.annotations(project, key) for key in keys}
    told = {
        "id": store.id,
        "projects": store.projects(),
        "annotations": {k: [asdict(a) for a in annotations[k]] for k in keys},
        "submitted": {
            k: [asdict(a) for a in store.annotations(project, k, version="submitted")] for k in keys
        },
        "predictions": {k: [asdict(p) for p in store.predictions(project, k)] for k in keys},
        "records": [asdict(record) for record in store.records(project)],
        "history": {
            a.uid: [asdict(e) for e in store.history(project, a.uid)]
            for k in keys
            for a in annotations[k]
        },
        "marks": {
            who: {k: asdict(m) for k, m in store.marks(project, who, keys).items()}
            for who in version_1.SAID["marks"]
        },
        "marked": store.marked_since(project, 0),
        "digests": store.digests(project, keys),
        "remembered": store.remembered(project, "ana"),
    }
    return json.loads(json.dumps(told))


def as_told_then(now, then):
    """Leave out what the older nblabel had no word for."""
    if isinstance(then, dict):
        return {name: as_told_then(now[name], then[name]) for name in then}
    if isinstance(then, list):
        assert len(now) == len(then)
        return [as_told_then(*pair) for pair in zip(now, then, strict=True)]
    return now


def test_everything_in_it_is_equal(old):
    for _ in range(2):
        store = Store.open(old)
        said = said_of(store)
        store.close()
        assert as_told_then(said, version_1.SAID) == version_1.SAID
        assert set(said["annotations"]) == set(version_1.SAID["annotations"])
        assert set(said["history"]) == set(version_1.SAID["history"])
