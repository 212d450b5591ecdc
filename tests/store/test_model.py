"""Whatever is done to an annotation, the store equals a simple model of it."""

import json

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from nblabel.core.change import Applied, Change, Conflict, Edit
from nblabel.store import Store, now
from tests import postgresql
from tests.store.gestures import choice

UIDS = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(["good", "bad", "neutral"])


class AnAnnotation(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.store = Store.open(self.place())
        self.project = self.store.project("p", "<View/>")
        self.working = {}
        self.submitted = None
        self.state = None
        self.revision = 0
        self.seq = 0
        self.sent = []
        self.undoable = []

    @staticmethod
    def place():
        return ":memory:"

    def teardown(self):
        self.store.close()

    def send(self, action, edits=()):
        self.seq += 1
        change = Change("7", "u", self.revision, "c", self.seq, now(), action, tuple(edits))
        self.revision += 1
        assert self.store.apply(self.project, change, "ana", {}) == Applied(self.revision)
        self.sent.append((change, self.revision))
        if self.state is None:
            self.state = "draft"
        for edit in edits:
            if edit.after is None:
                self.working.pop(edit.uid)
            else:
                self.working[edit.uid] = edit.after
        if action in {"submit", "skip"}:
            self.submitted = dict(self.working)
            self.state = {"submit": "submitted", "skip": "skipped"}[action]
        elif action == "reopen":
            self.submitted = None
            self.state = "draft"

    @rule(uid=UIDS, value=VALUES, action=st.sampled_from(["edit", "submit", "skip"]))
    def put(self, uid, value, action):
        edit = Edit(uid, float(ord(uid)), self.working.get(uid), choice(value))
        self.undoable.append(Edit(uid, edit.ordinal, edit.after, edit.before))
        self.send(action, [edit])

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def remove(self, data):
        uid = data.draw(st.sampled_from(sorted(self.working)))
        edit = Edit(uid, float(ord(uid)), self.working[uid], None)
        self.undoable.append(Edit(uid, edit.ordinal, None, edit.before))
        self.send("edit", [edit])

    @precondition(lambda self: self.undoable)
    @rule()
    def undo(self):
        edit = self.undoable.pop()
        if self.working.get(edit.uid) == edit.before:
            self.send("edit", [edit])

    @rule(action=st.sampled_from(["submit", "skip", "reopen"]))
    def decide(self, action):
        self.send(action)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        change, revision = data.draw(st.sampled_from(self.sent))
        assert self.store.apply(self.project, change, "ana", {}) == Applied(revision)

    @precondition(lambda self: self.revision > 0)
    @rule(value=VALUES)
    def send_too_late(self, value):
        edit = Edit("z", 1.0, None, choice(value))
        change = Change("7", "u", self.revision - 1, "late", self.seq, now(), "submit", (edit,))
        assert isinstance(self.store.apply(self.project, change, "ana", {}), Conflict)

    @invariant()
    def it_is_what_the_model_says(self):
        if self.state is None:
            assert self.store.annotations(self.project, "7") == []
            return
        (annotation,) = self.store.annotations(self.project, "7")
        assert (annotation.state, annotation.revision) == (self.state, self.revision)
        assert {item.uid: item.result for item in annotation.items} == self.working
        (record,) = self.store.records(self.project)
        stored = record.annotations[0].submitted
        if self.submitted is None:
            assert stored is None
        else:
            ordered = [self.submitted[uid] for uid in sorted(self.submitted)]
            assert [json.loads(text) for text in stored] == ordered
            assert annotation.pending == (self.working != self.submitted)

    @invariant()
    def the_log_replays_to_it(self):
        replayed = {}
        for event in self.store.history(self.project, "u"):
            for edit in event.edits:
                assert replayed.get(edit.uid) == edit.before
                replayed[edit.uid] = edit.after
        assert {uid: r for uid, r in replayed.items() if r is not None} == self.working


AnAnnotation.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAnAnnotation = AnAnnotation.TestCase


class AnAnnotationOnPostgreSQL(AnAnnotation):
    @staticmethod
    def place():
        return postgresql.server().place()


AnAnnotationOnPostgreSQL.TestCase.settings = settings(
    AnAnnotation.TestCase.settings, max_examples=5
)
TestOnPostgreSQL = pytest.mark.postgresql(AnAnnotationOnPostgreSQL.TestCase)
pytestmark = pytest.mark.filterwarnings("error")
