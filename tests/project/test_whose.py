"""A Label Studio export that is fixed and exported again; whose answer makes a task done."""

import json

import pytest

from nblabel.base.errors import DataError
from nblabel.project import Project
from tests.project.animals import CONFIG, mood

ANN = {"id": 4, "email": "ann@x.org", "first_name": "Ann"}
BOB = {"id": 5, "email": "bob@x.org"}
WHEN = {"created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-02T00:00:00Z"}


def exported(*by, count=2):
    """A Label Studio export of some tasks, each with an annotation of each annotator."""
    return [
        {
            "id": number,
            "data": {"text": f"text {number}"},
            "annotations": [
                {
                    "id": 10 * number + place,
                    "completed_by": one,
                    "result": [mood("good")],
                    "updated_by": None,
                    **WHEN,
                }
                for place, one in enumerate(by)
            ],
        }
        for number in range(1, count + 1)
    ]


@pytest.fixture
def opened(tmp_path):
    """Opens what is given as a file of tasks; closes it in the end."""
    made = []

    def open_project(tasks, **given):
        file = tmp_path / "export.json"
        file.write_text(json.dumps(tasks))
        given = {"store": tmp_path / "labels.db", **given}
        made.append(Project(file, CONFIG, **given))
        return made[-1]

    yield open_project
    for project in made:
        project.close()


def fix(project):
    """What an editor sends for a change of the choice of the first task."""
    project.annotate(1, [mood("bad")])
    return [
        (one["id"], one.get("completed_by"), one["result"][0]["value"]["choices"])
        for one in project.to_label_studio()[0]["annotations"]
    ]


@pytest.mark.parametrize(("by", "who"), [(ANN, "ann@x.org"), (4, "4"), (None, None)])
class TestOfOneAnnotator:
    def test_tasks_are_done_and_open_with_their_annotation(self, opened, by, who):
        project = opened(exported(by))
        assert project.progress()["done"] == 2
        assert project.find(0, filter="unlabeled") == []
        view = project.view(0)
        assert [item.result for item in view.annotation.items] == [mood("good")]
        assert (view.annotation.annotator, view.others) == (who, ())

    def test_a_fix_is_its_next_revision_and_one_comes_out(self, opened, by, who):
        project = opened(exported(by))
        assert fix(project) == [(10, by, ["bad"])]
        assert [r.revision for r in project.history(1)] == [1, 2]

    def test_again_when_the_cell_runs_again_and_from_what_was_exported(
        self, opened, by, who, tmp_path
    ):
        project = opened(exported(by))
        fix(project)
        again = opened(exported(by))
        assert fix(again) == [(10, by, ["bad"])]
        out = json.loads(again.export(tmp_path / "fixed.json").read_text())
        fresh = opened(out, store=":memory:")
        assert fresh.progress()["done"] == 2
        assert [len(task["annotations"]) for task in fresh.to_label_studio()] == [1, 1]


def test_a_fix_says_who_made_it(opened):
    project = opened(exported(ANN))
    fix(project)
    (fixed,), (left,) = (task["annotations"] for task in project.to_label_studio())
    assert (fixed["updated_by"], fixed["last_action"]) == (4, "updated")
    assert fixed["created_at"] < WHEN["updated_at"] < fixed["updated_at"]
    assert (left["updated_by"], left["updated_at"]) == (None, WHEN["updated_at"])


class TestSaid:
    @pytest.mark.parametrize(
        ("by", "annotator", "sentence"),
        [
            (
                (ANN, BOB),
                None,
                'the tasks came with annotations of "ann@x.org" (2) and "bob@x.org" (2): '
                'annotator="ann@x.org" opens theirs to be changed',
            ),
            (
                (4,),
                "ann@x.org",
                'the tasks came with annotations of "4" (2): annotator="4" opens theirs to be '
                "changed",
            ),
            (
                (None,),
                "ann@x.org",
                "the tasks came with annotations of nobody by name (2): without annotator= these "
                "are opened to be changed",
            ),
        ],
    )
    def test_whose_they_are(self, opened, by, annotator, sentence):
        assert opened(exported(*by), annotator=annotator).problems == [sentence]

    def test_in_its_representation_and_not_as_a_fault(self, opened):
        project = opened(exported(ANN, BOB))
        assert repr(project).splitlines()[1:] == project.problems
        assert project.check_rows() == []

    def test_many_are_counted(self, opened):
        [sentence] = opened(exported(*range(1, 9))).problems
        assert sentence.count('" (2)') == 5
        assert ") and 3 others: annotator=" in sentence

    @pytest.mark.parametrize("by", [(), (None,), (ANN,), (None, ANN), (ANN, BOB)])
    def test_nothing_where_it_is_plain(self, opened, by):
        annotator = "ann@x.org" if by == (ANN, BOB) else None
        assert opened(exported(*by), annotator=annotator).problems == []

    def test_nothing_where_this_annotator_has_begun(self, opened):
        opened(exported(ANN), annotator="carl").annotate(1, [])
        assert opened(exported(ANN), annotator="carl").problems == []


def test_work_of_nobody_by_name_stays_theirs(opened):
    """As it was made before the only annotator's work was opened."""
    opened(exported(ANN), annotator="").annotate(1, [mood("bad")])
    again = opened(exported(ANN))
    assert again.annotator is None
    assert again.view(0).annotation.items[0].result == mood("bad")


class TestDoneBy:
    @pytest.mark.parametrize(
        ("given", "done"),
        [
            ({}, 2),
            ({"annotator": "carl"}, 0),
            ({"annotator": "carl", "done_by": "anyone"}, 2),
            ({"done_by": "me"}, 0),
            ({"annotator": "ann@x.org"}, 2),
        ],
    )
    def test_counts_and_filters(self, opened, given, done):
        project = opened(exported(ANN, BOB), **given)
        assert project.progress()["done"] == project.spec()["done"] == done
        assert len(project.find(0, filter="unlabeled", count=9)) == 2 - done
        assert len(project.find(0, filter="labeled", count=9)) == done

    def test_a_draft_of_mine_does_not_make_it_waiting_and_one_of_others_is_none(self, opened):
        project = opened(exported(ANN, BOB), annotator="carl", done_by="anyone")
        project.clear(1, annotator="ann@x.org")
        assert project.progress()["done"] == 2
        project.clear(1, annotator="bob@x.org")
        assert project.progress()["done"] == 1
        assert project.find(0, filter="unlabeled") == [0]
        project.annotate(1, [], annotator="dan")
        assert project.progress()["done"] == 2

    def test_a_word_that_is_not_known(self, opened):
        with pytest.raises(DataError, match='done_by="everyone" is not known'):
            opened(exported(ANN), done_by="everyone")
