"""Tasks that get another key: their work goes along."""

from nblabel.core.record import ReceivedAnnotation, ReceivedTask
from nblabel.store import Store


def received(key, digest):
    said = ReceivedAnnotation(identity="id:1", results=({"from_name": "a"},), number=1)
    return key, digest, {"text": key}, ReceivedTask(annotations=(said,))


def test_a_task_that_was_known_by_its_data_is_found_by_its_new_key(tmp_path):
    store = Store.open(tmp_path / "a.db")
    project = store.project("p", "<View/>")
    store.receive(project, [received("d1", "d1"), received("other", "d2")])
    store.remember(project, "ana", "d1", 0)
    assert store.named_by_data(project) == {"d1": 1}
    store.rename(project, {"d1": "5", "nowhere": "6"})
    assert store.named_by_data(project) == {}
    assert [record.key for record in store.records(project, ["5", "d1"])] == ["5"]
    assert store.remembered(project, "ana") == ("5", 0)
    store.close()


def test_the_key_of_another_task_is_not_taken(tmp_path):
    store = Store.open(tmp_path / "a.db")
    project = store.project("p", "<View/>")
    store.receive(project, [received("d1", "d1"), received("5", "d2")])
    store.rename(project, {"d1": "5"})
    assert [record.key for record in store.records(project)] == ["d1", "5"]
    store.close()
