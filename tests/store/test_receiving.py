import pytest
import sqlalchemy as sa

from nblabel.core.annotation import Prediction
from nblabel.core.record import ReceivedAnnotation, ReceivedTask
from nblabel.store import receiving
from tests.store.gestures import change, choice, replace, values


def received(identity="id:1", value="good", **given):
    return ReceivedAnnotation(identity, (choice(value),), **given)


def task(*annotations, key="7", predictions=(), **source):
    return (key, "d", {"text": "a"}, ReceivedTask(source, annotations, tuple(predictions)))


def test_what_is_known_stays_as_it_is(store, project):
    given = [task(received(unique_id="u"), predictions=[Prediction("", (choice("bad"),))])]
    assert store.receive(project, given) == 2
    store.apply(project, change("submit", replace("i0", "good", "bad"), base=1, uid="u"), None, {})
    assert store.receive(project, given) == 0
    (annotation,) = store.annotations(project, "7")
    assert values(item.result for item in annotation.items) == ["bad"]
    assert len(store.predictions(project, "7")) == 1


def test_equal_ones_in_one_file_are_several(store, project):
    same = [received("digest:x")] * 2
    guess = [Prediction("", (choice("bad"),))] * 2
    for new in (4, 0):
        assert store.receive(project, [task(*same, predictions=guess)]) == new
    assert len(store.annotations(project, "7")) == 2
    assert len(store.predictions(project, "7")) == 2


def test_two_rows_that_are_one_task_bring_each_annotation_once(store, project):
    assert store.receive(project, [task(received()), task(received(), received("id:2"))]) == 2


def test_one_unique_id_in_two_tasks_is_two_annotations(store, project):
    given = [task(received("uid:u", unique_id="u"), key=key) for key in "12"]
    assert store.receive(project, given) == 2
    first, second = (store.annotations(project, key)[0].uid for key in "12")
    assert first == "u" != second
    assert store.receive(project, given) == 0


def test_numbers_are_kept_and_new_ones_come_after(store, project):
    store.receive(project, [task(received(number=40), id=900)])
    store.apply(project, change("submit", uid="mine", key="8"), "ana", {})
    old, new = store.records(project)
    assert (old.number, old.annotations[0].number) == (900, 40)
    assert (new.number, new.annotations[0].number) == (901, 41)


def test_a_draft_counts_nowhere(store, project):
    store.receive(project, [task(received(state="draft"))])
    (record,) = store.records(project)
    assert record.annotations[0].submitted is None
    assert len(record.annotations[0].draft) == 1


def test_a_models_next_answer_takes_the_place_of_its_last(store, project):
    for value in ("good", "bad"):
        guess = Prediction("", (choice(value),), model_version="m")
        store.predict(project, [("7", "d", {}, guess)])
        ids = {kept.id for kept in store.predictions(project, "7")}
    (kept,) = store.predictions(project, "7")
    assert values(kept.results) == ["bad"]
    assert ids == {kept.id}


def test_what_many_tasks_are_told_of_is_kept_at_once(store, project, statements):
    for value in ("good", "bad"):
        guesses = [
            Prediction("", (choice(value),), 0.5, "m"),
            Prediction("", (choice("b"),), 0.5, "n"),
        ]
        some = [(str(n), "d", {"n": n}, guess) for n in range(2_000) for guess in guesses]
        statements.clear()
        store.predict(project, some)
        assert len(statements) < 20
    assert store.size(project) == 2_000
    assert [values(one.results) for one in store.predictions(project, "1999")] == [["bad"], ["b"]]
    assert store.predicted_by(project, "n", ["3", "4", "none"]) == {"3", "4"}
    assert store.predicted_by(project, "o", ["3", "4"]) == set()


@pytest.fixture
def statements(store):
    """The statements that the store was asked, as they come."""
    asked = []

    def listener(*given):
        asked.append(given[2])

    sa.event.listen(store._engine, "before_cursor_execute", listener)
    yield asked
    sa.event.remove(store._engine, "before_cursor_execute", listener)


def many(count, first=0):
    return [
        task(received(f"id:{n}", number=n + 1, unique_id=f"u{n}"), key=str(n), id=n + 1)
        for n in range(first, first + count)
    ]


def test_thousands_of_tasks_take_few_statements(store, project, statements):
    assert store.receive(project, many(1500)) == 1500
    inserts = [statement for statement in statements if statement.startswith("INSERT")]
    assert len(inserts) == 4  # tasks, annotations, results, log
    assert len(statements) < 40
    assert store.size(project) == 1500


def test_what_is_stopped_in_the_middle_stays_and_again_adds_the_rest(store, project, monkeypatch):
    monkeypatch.setattr(receiving, "TOGETHER", 10)

    def stopped():
        yield from many(25)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.receive(project, stopped())
    assert store.size(project) == 20
    assert store.receive(project, many(25)) == 5
    assert store.size(project) == 25
    numbers = [record.annotations[0].number for record in store.records(project)]
    assert numbers == list(range(1, 26))
    assert not [e for n in range(25) for e in store.history(project, f"u{n}") if e.revision != 1]
