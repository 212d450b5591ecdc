"""What a project has goes to a Label Studio server: the difference only, and nothing twice."""

import itertools
import os
import signal
import threading
from contextlib import contextmanager

import pytest

from nblabel.base.errors import DataError
from nblabel.base.http import ServerError
from nblabel.connect.label_studio import LabelStudio
from nblabel.core.annotation import Prediction
from nblabel.project import Project
from nblabel.store import Store
from tests import postgresql
from tests.connect.http import until
from tests.connect.label_studio import label_studio

CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""
ROWS = [{"nr": number, "text": f"text {number}", "more": number / 2} for number in range(6)]


def mood(word):
    value = {"choices": [word]}
    return {"id": word, "from_name": "mood", "to_name": "t", "type": "choices", "value": value}


@pytest.fixture
def stand():
    with label_studio() as made:
        yield made


@pytest.fixture
def server(stand):
    return LabelStudio(stand.url, stand.pat, pauses=(0.01, 0.02), timeout=10)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("nblabel.connect.label_studio.POLLED", (0.01,))
    monkeypatch.setattr("nblabel.connect.importing.POLLED", (0.01,))
    monkeypatch.setattr("nblabel.connect.importing._PATIENCE", 0.3)


@pytest.fixture
def opened(tmp_path):
    """Open the project again and again, as other kernels do."""
    made = []

    def again(rows=ROWS, config=CONFIG, **settings):
        settings = {"store": tmp_path / "labels.db", "key": "nr", "name": "moods"} | settings
        made.append(Project(rows, config, **settings))
        return made[-1]

    yield again
    for project in made:
        project.close()


@pytest.fixture
def project(opened):
    project = opened(annotator="ana@example.com")
    project.annotate(0, [mood("good")])
    project.annotate(1, [mood("bad")])
    return project


def there(stand, key, project=1):
    """What is said of a task there: results and by whom."""
    found = stand.said(stand.of(project)[key])
    return [(a["result"][0]["value"]["choices"][0], a["completed_by"]) for a in found]


# -- what goes


def test_a_push_makes_a_project_with_config_tasks_and_annotations(stand, server, project):
    told = project.push(server)
    assert (told.tasks, told.annotations, told.is_whole) == (6, 2, True)
    assert repr(told).startswith(f"pushed to {stand.url}/projects/1/data: 6 tasks, 2 annotations")
    assert stand.projects[1]["title"] == "moods"
    assert stand.projects[1]["label_config"] == CONFIG
    tasks = stand.of(1)
    assert list(tasks) == ["0", "1", "2", "3", "4", "5"]
    assert tasks["3"]["data"] == ROWS[3]
    assert there(stand, "0") == [("good", 2)]
    assert there(stand, "1") == [("bad", 2)]
    assert {a["ground_truth"] for a in stand.annotations.values()} == {False}


def test_again_it_asks_three_things_and_changes_nothing(stand, server, project):
    project.push(server)
    stand.asked.clear()
    told = project.push(server)
    assert told.counts == {}
    assert repr(told).endswith("nothing to do")
    assert stand.writes() == []
    assert len(stand.asked) == 3  # the project, its members, its last task


def test_another_kernel_knows_what_was_sent(stand, server, project, opened):
    project.push(server)
    before = len(stand.writes())
    assert opened().push(server).counts == {}
    assert len(stand.writes()) == before


def test_after_more_labeling_the_difference_goes(stand, server, project):
    project.push(server)
    stand.asked.clear()
    project.annotate(0, [mood("bad")])
    project.annotate(4, [mood("good")])
    project.clear(1)
    told = project.push(server)
    assert told.counts == {
        "annotations": 1,
        "changed annotations": 1,
        "removed annotations": 1,
    }
    assert (there(stand, "0"), there(stand, "1")) == ([("bad", 2)], [])
    assert there(stand, "4") == [("good", 2)]
    assert sorted(method for method, _ in stand.writes()) == ["DELETE", "PATCH", "POST"]
    assert project.push(server).counts == {}


def test_what_counts_no_more_there_counts_again_once_it_is_submitted_again(stand, server, project):
    project.push(server)
    project.clear(0)
    project.push(server)
    project.annotate(0, [mood("good")])
    assert project.push(server).annotations == 1
    assert there(stand, "0") == [("good", 2)]
    assert project.push(server).counts == {}


def test_skipped_tasks_and_drafts(stand, server, opened):
    project = opened([{"nr": 0, "text": "a"}, {"nr": 1, "text": "b"}], annotator="ana@example.com")
    for index, action in enumerate(("skip", "edit")):
        act(project, index, action)
    told = project.push(server)
    assert (told.tasks, told.annotations) == (2, 1)
    [annotation] = stand.annotations.values()
    assert annotation["was_cancelled"] is True
    assert there(stand, "1") == []


def act(project, index, action):
    from nblabel.base.ids import unique_id
    from nblabel.core.change import Applied, Change, Edit
    from nblabel.store import now

    view = project.view(index)
    edits = (Edit("i", 1.0, None, mood("good")),)
    change = Change(view.key, unique_id(), 0, unique_id(), 1, now(), action, edits)
    assert isinstance(project.apply(change), Applied)


def test_changed_data_goes_and_new_rows_are_new_tasks(stand, server, project, opened):
    project.push(server)
    rows = [dict(row) for row in ROWS]
    rows[5]["text"] = "another text"
    rows.append({"nr": 6, "text": "one more", "more": None})
    told = opened(rows).push(server)
    assert (told.tasks, told.changed_tasks) == (1, 1)
    tasks = stand.of(1)
    assert tasks["5"]["data"]["text"] == "another text"
    assert tasks["5"]["meta"]["nblabel"]["key"] == "5"
    assert tasks["6"]["data"]["text"] == "one more"
    assert opened(rows).push(server).counts == {}


def test_strangers_are_told_and_stand_there_as_the_tokens_user(stand, server, opened):
    project = opened(annotator="zoe")
    project.annotate(0, [mood("good")])
    told = project.push(server)
    assert there(stand, "0") == [("good", 1)]
    assert told.notes == [
        f'"zoe" is no member of {stand.url}: 1 annotation of theirs stands there as the '
        "token's user's"
    ]
    assert told.is_whole


def test_a_task_of_label_studio_keeps_its_meta(stand, server, opened):
    task = {"id": 7, "data": {"text": "a"}, "meta": {"of": "ours"}}
    opened([task], key=None).push(server)
    [there] = stand.tasks.values()
    assert there["meta"]["of"] == "ours"
    assert there["meta"]["nblabel"]["key"] == "7"


# -- what models say


def suggest(project, key, word, version="m1", score=0.5):
    index = project.index(key)
    digest, kept = project._data.kept(index)
    said = Prediction("", (mood(word),), score, version)
    project.store.predict(project._work.id, [(project.key(index), digest, kept, said)])


def predicted(stand):
    return sorted(
        (p["model_version"], p["result"][0]["value"]["choices"][0], p["score"])
        for p in stand.predictions.values()
    )


def test_suggestions_go_with_their_tasks_and_later_ones_take_their_places(stand, server, project):
    suggest(project, 2, "good")
    assert project.push(server).predictions == 1
    assert predicted(stand) == [("m1", "good", 0.5)]
    suggest(project, 2, "bad")
    suggest(project, 3, "good", "m2", 0.75)
    told = project.push(server)
    assert (told.predictions, told.removed_predictions) == (2, 1)
    assert predicted(stand) == [("m1", "bad", 0.5), ("m2", "good", 0.75)]
    stand.asked.clear()
    assert project.push(server).counts == {}
    assert stand.writes() == []


def test_suggestions_that_the_server_drops_in_silence_are_told(stand, server, project):
    project.push(server)
    for key, word in ((2, "good"), (3, "bad")):
        suggest(project, key, word)
    odd = Prediction("", ({**mood("good"), "misfit": 1},), 0.5, "m3")
    digest, kept = project._data.kept(4)
    project.store.predict(project._work.id, [("4", digest, kept, odd)])
    told = project.push(server)
    assert told.predictions == 2
    assert told.problems == ["1 of 3 suggestions did not go: they do not fit the server's config"]
    again = project.push(server)
    assert again.predictions == 0
    assert again.problems == ["1 of 1 suggestion did not go: they do not fit the server's config"]
    assert len(stand.predictions) == 2


# -- what does not go


@pytest.mark.parametrize("asynchronous", [False, True])
def test_one_bad_task_is_named_and_the_others_go(stand, server, opened, asynchronous):
    stand.asynchronous = asynchronous
    rows = [dict(row) for row in ROWS]
    rows[3]["refuse"] = True
    told = opened(rows).push(server)
    assert told.tasks == 5
    assert told.problems == ['task "3" did not go: "refuse" is in it']
    assert not told.is_whole
    assert "3" not in stand.of(1)
    again = opened(rows).push(server)
    assert (again.tasks, again.problems) == (0, told.problems)


def test_a_task_that_breaks_the_server_is_found(stand, server, opened):
    rows = [dict(row) for row in ROWS]
    rows[4]["poison"] = True
    told = opened(rows).push(server)
    assert told.tasks == 5
    [problem] = told.problems
    assert problem.startswith('task "4" did not go: ')
    assert problem.endswith("answered 500: it broke")
    assert list(stand.of(1)) == ["0", "1", "2", "3", "5"]


def test_a_config_that_the_server_does_not_take_stops_before_anything_is_made(
    stand, server, opened
):
    config = CONFIG.replace('toName="t"', 'toName="t" hint="toName=&quot;nowhere&quot;"')
    stand.fail("POST", "/api/projects/validate/", status=400, body=b'{"label_config": ["odd"]}')
    with pytest.raises(DataError, match="does not take the config: odd"):
        opened(config=config).push(server)
    assert stand.projects == {}


# -- what happens on the way


@pytest.mark.parametrize("asynchronous", [False, True])
def test_both_answers_to_an_import_are_understood(stand, server, project, asynchronous):
    stand.asynchronous, stand.only_after = asynchronous, 3
    project.push(server)
    looks = stand.count("GET", r"/imports/\d+/$")
    assert looks == (3 if asynchronous else 0)
    numbers = project.server_ids()
    tasks = {key: task["id"] for key, task in stand.of(1).items()}
    assert dict(zip(numbers["key"], numbers["task"], strict=True)) == tasks


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("status", [0, 500, 502, 503, 504])
def test_an_import_without_an_answer_is_asked_about_before_it_is_sent_again(
    stand, server, project, status, done
):
    stand.fail("POST", "/import$", status=status, done=done)
    told = project.push(server)
    assert told.tasks == 6
    assert told.is_whole
    assert len(stand.tasks) == 6
    assert len(stand.annotations) == 2
    assert project.push(server).counts == {}


@pytest.mark.parametrize(
    ("status", "done"), [(429, False), *itertools.product((0, 500, 502, 504), (False, True))]
)
def test_an_annotation_without_an_answer_is_there_once(stand, server, project, status, done):
    project.push(server)
    project.annotate(2, [mood("good")])
    stand.fail("POST", "/annotations/$", status=status, done=done)
    assert project.push(server).annotations == 1
    assert there(stand, "2") == [("good", 2)]
    assert project.push(server).counts == {}


def test_a_server_that_stays_away_is_an_error_and_the_next_push_goes_on(stand, server, project):
    stand.fail("POST", "/import$", status=502, times=50)
    with pytest.raises(ServerError, match="answered 502"):
        project.push(server)
    assert stand.tasks == {}
    stand.faults.clear()
    assert project.push(server).tasks == 6
    assert len(stand.projects) == 1


def test_a_token_that_runs_out_in_the_middle_is_renewed(stand, server, project, monkeypatch):
    monkeypatch.setattr("nblabel.connect.importing.TASKS", 2)
    taken = stand.take

    def forgetful(*given, **more):
        stand.access.clear()
        return taken(*given, **more)

    monkeypatch.setattr("tests.connect.label_studio.ROUTES", routes(stand, "/import", forgetful))
    assert project.push(server).tasks == 6
    assert stand.refreshed >= 4
    assert len(stand.tasks) == 6


def routes(stand, ending, handler):
    from tests.connect import label_studio

    return [
        (m, p, (lambda _, *given, **more: handler(*given, **more)) if p.endswith(ending) else h)
        for m, p, h in label_studio.ROUTES
    ]


class KilledError(BaseException):
    """As if the kernel were gone."""


@contextmanager
def killed(number=1, owner=Store, name="keep_remote"):
    """Kill what is done inside when it calls something for the n-th time."""
    whole = getattr(owner, name)
    count = itertools.count(1)

    def dying(*given, **more):
        if next(count) == number:
            raise KilledError
        return whole(*given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, dying)
        with pytest.raises(KilledError):
            yield


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_killed_after_an_import_it_goes_on(
    stand, server, project, opened, monkeypatch, number, asynchronous
):
    stand.asynchronous = asynchronous
    monkeypatch.setattr("nblabel.connect.importing.TASKS", 2)
    with killed(number):
        project.push(server)
    assert len(stand.tasks) == 2 * number
    later = opened()
    later.annotate(0, [mood("bad")], annotator="ana@example.com")  # changed meanwhile
    later.push(server)
    assert sorted(stand.of(1)) == ["0", "1", "2", "3", "4", "5"]
    assert len(stand.tasks) == 6
    assert (there(stand, "0"), there(stand, "1")) == ([("bad", 2)], [("bad", 2)])
    assert later.push(server).counts == {}


def test_killed_while_the_server_works_on_an_import_it_waits_for_that(
    stand, server, project, opened
):
    stand.asynchronous, stand.only_after = True, 3
    with killed(1, LabelStudio, "until"):
        project.push(server)
    stand.only_after = 1
    opened().push(server)
    assert len(stand.tasks) == 6
    assert stand.count("POST", r"/import\?") == 1


def test_killed_while_an_import_is_on_its_way_it_waits_until_it_is_there(
    stand, server, project, opened, monkeypatch
):
    monkeypatch.setattr("nblabel.connect.importing._PATIENCE", 10.0)
    sent = []

    def lost(_, method, path, body=None, **more):
        if path.endswith("/import"):
            sent.append((path, body))
            raise KilledError
        return asked(server, method, path, body, **more)

    asked = LabelStudio.ask
    with monkeypatch.context() as alone:
        alone.setattr(LabelStudio, "ask", lost)
        with pytest.raises(KilledError):
            project.push(server)
    late = threading.Timer(0.3, lambda: server.ask("POST", *sent[0]))
    late.start()  # the server still works on what it was sent
    opened().push(server)
    late.join()
    assert len(stand.tasks) == 6
    assert len(stand.annotations) == 2


@pytest.fixture
def interruptible():
    """Have Python's own way with an interrupt, whatever a browser in this process made of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_stopped_by_hand_it_goes_on(stand, server, project):
    stand.fail("POST", "/import$", status=200, slow=0.6)
    stop = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    stop.start()
    with pytest.raises(KeyboardInterrupt):
        project.push(server)
    stop.join()
    project.push(server)
    assert len(stand.tasks) == 6
    assert len(stand.annotations) == 2
    assert project.push(server).counts == {}


def test_killed_after_an_annotation_it_is_there_once(stand, server, project, opened):
    project.push(server)
    project.annotate(2, [mood("good")])
    project.annotate(3, [mood("bad")])
    with killed(1):
        project.push(server)
    assert len(stand.annotations) == 4
    opened().push(server)
    assert len(stand.annotations) == 4
    assert opened().push(server).counts == {}


# -- what others do there


def test_a_task_that_was_deleted_there_is_told_and_sent_again(stand, server, project):
    project.push(server)
    stand.drop_task(stand.of(1)["1"]["id"])
    told = project.push(server)
    assert (told.tasks, told.annotations) == (1, 1)
    assert told.notes == ['deleted there, and sent again: "1"']
    assert there(stand, "1") == [("bad", 2)]
    assert project.push(server).counts == {}


def test_a_number_that_was_given_out_again_is_another_task(stand, server, project):
    project.push(server)
    last = stand.of(1)["5"]["id"]
    stand.drop_task(last)
    other = stand.new_task(1, {"data": {"text": "somebody else's"}})
    assert other == last
    project.annotate(5, [mood("good")])
    told = project.push(server)
    assert (told.tasks, told.annotations) == (1, 1)
    assert stand.said(stand.tasks[other]) == []
    assert there(stand, "5") == [("good", 2)]
    assert stand.tasks[other]["data"] == {"text": "somebody else's"}


def test_tasks_of_others_are_listed_once(stand, server, project):
    project.push(server)
    stand.new_task(1, {"data": {"text": "somebody else's"}})
    project.push(server)
    stand.asked.clear()
    assert project.push(server).counts == {}
    assert len(stand.asked) == 3


def test_a_project_whose_number_was_given_out_again_is_another(stand, server, project):
    project.push(server)
    stand.projects.clear()
    stand.tasks.clear()
    stand.annotations.clear()
    stand.new_project(body={"title": "somebody else's", "label_config": CONFIG})
    told = project.push(server)
    assert (told.project, told.tasks) == (2, 6)
    assert told.notes == ["what was pushed to before is not there any more: this one is new"]
    assert stand.of(1) == {}


def test_a_task_that_is_there_twice_is_told(stand, server, project):
    project.push(server)
    first = stand.of(1)["2"]
    twice = stand.new_task(1, {"data": first["data"], "meta": first["meta"]})
    told = project.push(server)
    assert told.problems == [
        f'task "2" is there twice, as {first["id"]} and as {twice}; {twice} is left alone'
    ]


def edit_there(stand, key, word):
    [annotation] = stand.said(stand.of(1)[key])
    stand.change_annotation(annotation["id"], body={"result": [mood(word)]})
    return annotation["id"]


def test_what_was_changed_on_both_sides_is_told_and_both_stay(stand, server, project):
    project.push(server)
    edit_there(stand, "0", "other")
    project.annotate(0, [mood("bad")])
    told = project.push(server)
    assert told.conflicts == [
        'task "0": the annotation of "ana@example.com" was changed here and changed on the '
        "server; both are there now"
    ]
    assert [word for word, _ in there(stand, "0")] == ["other", "bad"]
    stand.asked.clear()
    again = project.push(server)
    assert (again.counts, again.conflicts, stand.writes()) == ({}, [], [])


def test_killed_after_a_conflict_was_seen_both_are_there_once(stand, server, project, opened):
    project.push(server)
    edit_there(stand, "0", "other")
    project.annotate(0, [mood("bad")])
    with killed(2):
        project.push(server)
    opened().push(server)
    assert [word for word, _ in there(stand, "0")] == ["other", "bad"]


def test_what_was_changed_there_only_is_left_alone(stand, server, project):
    project.push(server)
    edit_there(stand, "0", "other")
    assert project.push(server).counts == {}
    assert there(stand, "0") == [("other", 2)]


def test_what_was_changed_in_the_same_way_is_agreed_on(stand, server, project):
    project.push(server)
    edit_there(stand, "0", "bad")
    project.annotate(0, [mood("bad") | {"id": "bad"}])
    told = project.push(server)
    assert (told.counts, told.conflicts) == ({}, [])


def test_what_was_changed_there_is_not_deleted_there(stand, server, project):
    project.push(server)
    edit_there(stand, "0", "other")
    project.clear(0)
    told = project.push(server)
    assert told.counts == {}
    assert told.conflicts[0].endswith("changed here and changed on the server; theirs stays")
    assert there(stand, "0") == [("other", 2)]


def test_what_was_deleted_there_and_changed_here_goes_again(stand, server, project):
    project.push(server)
    stand.drop_annotation(next(a["id"] for a in stand.said(stand.of(1)["0"])))
    project.annotate(0, [mood("bad")])
    told = project.push(server)
    assert told.annotations == 1
    assert "deleted on the server; it is sent as a new one" in told.conflicts[0]
    assert there(stand, "0") == [("bad", 2)]


def test_what_another_store_sent_is_not_sent_again(stand, server, project, opened, tmp_path):
    project.push(server)
    other = opened(store=tmp_path / "other.db", annotator="ana@example.com")
    other.annotate(3, [mood("good")])
    told = other.push(server, project_id=1)
    assert (told.tasks, told.annotations) == (0, 1)
    assert len(stand.tasks) == 6


def test_an_export_of_the_server_that_was_opened_is_not_doubled(stand, server, opened):
    number = stand.new_project(body={"title": "theirs", "label_config": CONFIG})[1]["id"]
    for n in range(3):
        task = stand.new_task(number, {"data": {"text": f"text {n}"}})
        stand.new_annotation(task, {"result": [mood("good")]})
    tasks = stand.export(number, query={})[1]
    project = opened(tasks, key=None, name="theirs")
    assert project.push(server, project_id=number).counts == {}
    project.annotate("2", [mood("bad")], annotator="1")
    assert project.push(server).counts == {"changed annotations": 1}
    assert (len(stand.tasks), len(stand.annotations)) == (3, 3)


def test_several_requests_at_once_send_the_same(stand, project, opened):
    server = LabelStudio(stand.url, stand.legacy, at_once=4, pauses=(0.01,))
    rows = [{"nr": n, "text": f"text {n}"} for n in range(60)]
    project = opened(rows, name="many", annotator="ana@example.com")
    project.push(server)
    for n in range(60):
        project.annotate(n, [mood("good")])
    assert project.push(server).annotations == 60
    assert len(stand.annotations) == 60
    assert project.push(server).counts == {}


def test_the_token_is_in_no_store(stand, server, project, tmp_path):
    project.push(server)
    project.pull(server)
    project.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert stand.url.encode() in kept
    for secret in (stand.pat, stand.legacy, *stand.access):
        assert secret.encode() not in kept


def test_two_kernels_that_push_at_once_send_everything_once(stand, server, project, opened):
    stand.fail("POST", "/import$", status=200, slow=1.0)
    told = []
    first = threading.Thread(target=lambda: told.append(project.push(server)))
    first.start()
    until(lambda: stand.count("POST", r"/import\?"))
    with pytest.raises(DataError, match="another kernel pushes to project 1"):
        opened().push(server, title="moods")
    first.join()
    assert told[0].tasks == len(stand.tasks) == 6
    assert opened().push(server).counts == {}


@pytest.mark.parametrize(
    "kind", ["memory", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def test_stores_of_every_kind_remember_what_was_sent(stand, server, opened, kind):
    place = ":memory:" if kind == "memory" else postgresql.server().place()
    project = opened(store=place, annotator="ana@example.com")
    project.annotate(0, [mood("good")])
    assert project.push(server).counts == {"tasks": 6, "annotations": 1}
    edit_there(stand, "0", "bad")
    project.annotate(1, [mood("good")])
    told = project.sync(server)
    assert told.pulled.counts == {"changed annotations": 1}
    assert told.pushed.counts == {"annotations": 1}
    assert project.sync(server).pushed.counts == {}
    assert project.server_ids()["task"].tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("number", [1, 3])
def test_several_pieces_under_way_are_each_there_once_after_a_kill(
    stand, project, opened, monkeypatch, number
):
    server = LabelStudio(stand.url, stand.legacy, at_once=3, pauses=(0.01,))
    monkeypatch.setattr("nblabel.connect.importing.TASKS", 1)
    stand.asynchronous, stand.only_after = True, 2
    with killed(number):
        project.push(server)
    opened().push(server)
    assert sorted(stand.of(1)) == ["0", "1", "2", "3", "4", "5"]
    assert len(stand.tasks) == 6
    assert len(stand.annotations) == 2
    assert opened().push(server).counts == {}
