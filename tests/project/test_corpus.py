"""Every real case opens, and every result of it goes in and out unchanged."""

import pytest

from nblabel.project import Project
from tests import corpus

pytestmark = pytest.mark.corpus


def is_whole(entry):
    return isinstance(entry, dict) and isinstance(entry.get("result"), list)


@pytest.mark.filterwarnings("ignore:.* is a column of the data:UserWarning")  # one case has such
@pytest.mark.parametrize("case", corpus.cases())
def test_every_result_goes_in_and_out_unchanged(case):
    assert case is not None, corpus.ABSENT
    given = {"annotations": list(case.annotations), "predictions": list(case.predictions)}
    project = Project([{"data": case.data, **given}], case.config, store=":memory:")
    written = project.to_label_studio()
    if not any(is_whole(entry) for entries in given.values() for entry in entries):
        assert written == []
    for name, entries in given.items():
        kept = [entry["result"] for entry in entries if is_whole(entry)]
        assert [entry["result"] for task in written for entry in task[name]] == kept
        aside = len(entries) - len(kept)
        assert sum(f"{name[:-1]} " in p and "set aside" in p for p in project.problems) == aside
    for task in written:
        assert all(isinstance(annotation["id"], int) for annotation in task["annotations"])
    project.to_frame()
    project.results()
    project.view(0)
    project.close()
