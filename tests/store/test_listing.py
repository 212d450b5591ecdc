"""Which projects a store has, and how much was done in each."""

import json

import pytest

from nblabel.base.errors import StoreError
from nblabel.store import Held, Store
from tests.store.gestures import add, change, remove


def test_projects_are_told_in_the_order_they_were_made(store, project):
    store.project("empty", "<View/>")
    store.apply(project, change("submit", uid="u1", key="1"), "bob", {})
    store.apply(project, change("submit", uid="u2", key="1"), "ana", {})
    store.apply(project, change("skip", uid="u3", key="2"), None, {})
    last = store.annotation(project, "u3").updated_at
    reviews, empty = store.listed()
    assert reviews == Held(project, "reviews", "<View/>", 2, 1, ("ana", "bob"), last)
    assert (empty.tasks, empty.labeled, empty.annotators, empty.changed_at) == (0, 0, (), None)


def test_those_with_work_come_newest_first(store, project):
    store.project("empty", "<View/>")
    newest = store.project("newest", "<A/>")
    for number in (project, newest):
        store.apply(number, change("submit", uid=f"u{number}", key="1"), "ana", {})
    assert list(store.worked().items()) == [
        (newest, ("newest", "<A/>")),
        (project, ("reviews", "<View/>")),
    ]


def test_labeled_tasks_are_counted_up_to_a_number(store, project):
    for number in range(5):
        store.apply(project, change("submit", uid=f"u{number}", key=f"{number}"), "ana", {})
    store.apply(project, change("submit", uid="again", key="0"), "bob", {})
    store.apply(project, change("skip", uid="skipped", key="9"), "ana", {})
    assert [store.labeled(project, most) for most in (3, 5, 9)] == [3, 5, 5]


def test_whose_work_tasks_have(store, project):
    store.apply(project, change("submit", uid="u1", key="1"), "ana", {})
    store.apply(project, change("skip", uid="u2", key="1"), None, {})
    store.apply(project, change("edit", add("a", "x"), uid="u3", key="2"), "bob", {})
    store.apply(project, change("edit", remove("a", "x"), uid="u3", key="2", base=1), "bob", {})
    assert store.workers(project, ["1", "2", "3"]) == {"1": {"ana", ""}}
    assert store.has_work(project, "ana")
    assert store.has_work(project, None)
    assert not store.has_work(project, "carl")


def test_the_data_of_the_first_tasks_that_were_worked_on(store, project):
    for number in range(3):
        made = change("submit", uid=f"u{number}", key=f"{number}", digest=f"d{number}")
        store.apply(project, made, "ana", {"text": number})
    found = [json.loads(text) for text in store.first_data(project, 2)]
    assert found == [{"text": 0}, {"text": 1}]


def test_a_store_is_not_made_where_none_is_asked_for(tmp_path):
    with pytest.raises(StoreError, match=r'there is no store "none\.db"'):
        Store.open(tmp_path / "none.db", make=False)
    assert list(tmp_path.iterdir()) == []
