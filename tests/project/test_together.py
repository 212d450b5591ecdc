"""Many tasks in one gesture: of each as if it were alone, and taken back exactly."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nblabel import DataError, Project
from nblabel.base.ids import unique_id
from nblabel.core.change import Change, Edit
from nblabel.project.together import Accept, Answer, Skip
from nblabel.store import now

CONFIG = """<View><Text name="t" value="$text"/>
<Labels name="ner" toName="t"><Label value="PER"/></Labels>
<Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
<Choices name="topics" toName="t" choice="multiple"><Choice value="a"/><Choice value="b"/></Choices>
</View>"""
ROWS = 6


def model(tasks):
    return [
        {"result": {"mood": "bad", "ner": [(0, 4, "PER")]}, "score": 0.8, "model_version": "m"}
        if task["id"] % 2
        else None
        for task in tasks
    ]


@pytest.fixture
def opened():
    made = []

    def open_project(config=CONFIG, **options):
        rows = [{"text": f"text number {n}"} for n in range(ROWS)]
        options = {"annotator": "ana", **options}
        made.append(Project(rows, config, store=":memory:", **options))
        return made[-1]

    yield open_project
    for project in made:
        project.close()


@pytest.fixture
def project(opened):
    project = opened(predict=model)
    project.predict()
    return project


def said(project, key):
    """All that the annotations of a task say, submitted and drafted; nothing is not told."""
    store, number = project.store, project._work.id
    told = []
    versions = [store.annotations(number, key, version=v) for v in ("working", "submitted")]
    for working, submitted in zip(*versions, strict=True):
        if working.state == "draft" and not (working.items or working.settled):
            continue
        told.append(
            (
                working.annotator,
                working.state,
                working.pending,
                working.items,
                () if working.state == "draft" else submitted.items,
                sorted(working.settled),
            )
        )
    return told


def everything(project):
    return [said(project, project.key(row)) for row in range(len(project))]


def edit(project, row, action, after, control="mood"):
    """What an editor does in one gesture: it says something, drafts it, submits it, skips."""
    key = project.key(row)
    own = project.store.latest(project._work.id, key, "ana")
    items = own.items if own else ()
    old = next((item for item in items if item.result["from_name"] == control), None)
    result = None
    if after is not None:
        result = {"from_name": control, "to_name": "t", "type": "choices", "id": "x"}
        result["value"] = {"choices": [after]}
    edits = []
    if old is not None:
        edits = [Edit(old.uid, old.ordinal, old.result, result)]
    elif result is not None:
        edits = [Edit(unique_id(), float(len(items)), None, result)]
    change = Change(
        key=key,
        annotation=own.uid if own else unique_id(),
        base=own.revision if own else 0,
        client=unique_id(),
        seq=1,
        at=now(),
        action=action,
        edits=tuple(edits),
        digest=project._data.digest(row),
    )
    project.apply(change)


class TestEachAsIfAlone:
    def test_what_is_written_is_what_annotate_writes(self, project, opened):
        project.say([0, 2], Answer("mood", "good"))
        alone = opened()
        for row in (0, 2):
            alone.annotate(alone.key(row), mood="good")
        [together, separately] = (
            [
                [
                    {k: v for k, v in result.items() if k not in {"id", "origin"}}
                    for annotation in task["annotations"]
                    for result in annotation["result"]
                ]
                for task in one.to_label_studio()
                if task["annotations"]
            ]
            for one in (project, alone)
        )
        assert together == separately
        assert project.progress()["done"] == 2
        results = project.results()
        assert set(results["origin"]) == {"manual"}
        assert set(results["annotator"]) == {"ana"}

    def test_it_changes_an_answer_and_leaves_what_else_was_said(self, project):
        project.annotate(project.key(0), mood="bad", ner=[(0, 4, "PER")], topics=["a"])
        before = {item.uid for item in project.store.latest(1, project.key(0), "ana").items}
        project.say([0, 1], Answer("mood", "good"))
        after = project.store.latest(1, project.key(0), "ana").items
        assert {item.uid for item in after} == before
        frame = project.to_frame()
        assert frame["mood"].tolist()[:2] == ["good", "good"]
        assert frame["topics"][0] == ["a"]
        assert len(frame["ner"][0]) == 1

    def test_of_several_choices_it_is_one_more_or_less(self, project):
        project.annotate(project.key(0), topics=["a"])
        project.say([0, 1], Answer("topics", "b", more=True))
        assert project.to_frame()["topics"].tolist()[:2] == [["a", "b"], ["b"]]
        project.say([0, 1], Answer("topics", "b", more=False))
        assert project.to_frame()["topics"].tolist()[:2] == [["a"], None]

    def test_what_was_said_already_is_not_said_again(self, project):
        assert len(project.say([0, 1], Answer("mood", "good")).steps) == 2
        done = project.say([0, 1, 2], Answer("mood", "good"))
        assert [step.row for step in done.steps] == [2]

    def test_a_suggestion_is_accepted_with_its_origin_and_settled(self, project):
        done = project.say(range(ROWS), Accept())
        assert [step.row for step in done.steps] == [0, 2, 4]
        assert set(done.refused) == {1, 3, 5}
        own = project.store.latest(1, project.key(0), "ana")
        assert {item.result["origin"] for item in own.items} == {"prediction"}
        assert len(own.settled) == len(own.items) == 2
        [task] = [t for t in project.to_label_studio() if t["data"]["text"].endswith(" 0")]
        assert task["annotations"][0]["parent_prediction"]

    def test_accepting_leaves_what_a_person_has_answered(self, project):
        edit(project, 0, "edit", "good")
        project.say([0], Accept())
        assert project.to_frame()["mood"][0] == "good"
        assert len(project.to_frame()["ner"][0]) == 1

    def test_what_is_asked_besides_keeps_it_a_draft(self, opened):
        project = opened(CONFIG.replace('name="topics"', 'name="topics" required="true"'))
        project.annotate(project.key(1), topics=["a"])
        done = project.say([0, 1], Answer("mood", "good"))
        assert "topics" in done.notes[0]
        assert list(done.notes) == [0]
        assert project.progress() == {**project.progress(), "done": 1, "drafts": 1}


class TestOneTransaction:
    def test_all_are_written_together(self, project, monkeypatch):
        writes = []
        own = type(project.store)._written
        monkeypatch.setattr(
            type(project.store),
            "_written",
            lambda self, *a, **k: (writes.append(1), own(self, *a, **k))[1],
        )
        project.say(range(ROWS), Answer("mood", "good"))
        assert len(writes) == 1

    def test_a_fault_in_one_row_is_told_and_the_others_are_done(self, project, monkeypatch):
        own = type(project._data).row

        def row(self, index):
            if index == 2:
                raise DataError("broken row")
            return own(self, index)

        monkeypatch.setattr(type(project._data), "row", row)
        done = project.say(range(ROWS), Answer("mood", "good"))
        assert [step.row for step in done.steps] == [0, 1, 3, 4, 5]
        assert done.refused == {2: "broken row"}

    def test_listeners_hear_of_each_row(self, project):
        heard = []
        stop = project.on_change(lambda topic, key: heard.append((topic, key)))
        project.say([0, 1], Skip())
        assert heard == [("annotation", project.key(0)), ("annotation", project.key(1))]
        stop()

    def test_rows_that_are_one_task_are_labeled_once(self):
        rows = [{"text": "same"}, {"text": "same"}, {"text": "other"}]
        project = Project(rows, CONFIG, store=":memory:")
        assert len(project.say([0, 1, 2], Answer("mood", "good")).steps) == 2
        project.close()


class TestTakingBack:
    def test_what_was_changed_since_is_left_and_told(self, project):
        done = project.say([0, 1], Answer("mood", "good"))
        project.annotate(project.key(0), mood="bad")
        back = project.take_back(done)
        assert [step.row for step in back.steps] == [1]
        assert "changed elsewhere" in back.refused[0]
        assert project.to_frame()["mood"].tolist()[:2] == ["bad", None]

    def test_an_editors_own_undo_leaves_it_alone(self, project):
        project.say([0, 1], Answer("mood", "good"))
        assert project.gestures(10) == []

    def test_others_annotations_are_not_touched(self, project):
        project.annotate(project.key(0), annotator="bob", mood="bad")
        before = everything(project)
        done = project.say([0, 1], Answer("mood", "good"))
        assert [who for who, *_ in said(project, project.key(0))] == ["bob", "ana"]
        project.take_back(done)
        assert everything(project) == before


begun = st.lists(
    st.tuples(
        st.integers(0, ROWS - 1),
        st.sampled_from(["edit", "submit", "skip"]),
        st.sampled_from(["good", "bad", None]),
        st.sampled_from(["mood", "topics"]),
    ),
    max_size=8,
)
gestures = st.lists(
    st.tuples(
        st.sets(st.integers(0, ROWS - 1), min_size=1),
        st.sampled_from(
            [
                Answer("mood", "good"),
                Answer("mood", "bad"),
                Answer("mood", None),
                Answer("topics", "a", more=True),
                Answer("topics", "a", more=False),
                Accept(),
                Skip(),
            ]
        ),
    ),
    min_size=1,
    max_size=4,
)


@given(begun, gestures)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_undo_and_redo_are_exact_whatever_was_there(begun, gestures):
    rows = [{"text": f"text number {n}"} for n in range(ROWS)]
    project = Project(rows, CONFIG, store=":memory:", annotator="ana", predict=model)
    try:
        project.predict()
        for row, action, word, control in begun:
            named = {"good": "a", "bad": "b"} if control == "topics" else {}
            edit(project, row, action, named.get(word, word), control)
        states, done = [everything(project)], []
        for some, what in gestures:
            done.append(project.say(sorted(some), what))
            states.append(everything(project))
        for _ in range(2):
            for at, back in reversed([*enumerate(done)]):
                done[at] = project.take_back(back)
                assert len(done[at].steps) == len(back.steps)
                assert everything(project) == states[at]
            for at, forth in enumerate(done):
                done[at] = project.say_again(forth)
                assert everything(project) == states[at + 1]
    finally:
        project.close()
