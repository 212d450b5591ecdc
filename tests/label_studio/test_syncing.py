"""Pushes, pulls and syncs with a real server, and all that goes wrong on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nblabel as nl
from nblabel.base.errors import DataError
from nblabel.base.http import Secret, ServerError
from nblabel.base.ids import unique_id
from nblabel.core.annotation import Prediction
from tests.label_studio.between import between

pytestmark = pytest.mark.label_studio

CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
  <Labels name="what" toName="t"><Label value="Animal"/></Labels>
</View>"""
ROWS = [{"nr": number, "text": f"the 🦊 no. {number}"} for number in range(12)]


def mood(word, id_="m"):
    value = {"choices": [word]}
    return {"id": id_, "from_name": "mood", "to_name": "t", "type": "choices", "value": value}


SPAN = {
    "id": "s",
    "from_name": "what",
    "to_name": "t",
    "type": "labels",
    "value": {"start": 4, "end": 5, "text": "🦊", "labels": ["Animal"]},
}


SKIPPED = {"result": [], "was_cancelled": True}


@pytest.fixture
def title():
    return f"sync {unique_id()[:8]}"


@pytest.fixture
def studio(server):
    return nl.LabelStudio(server.url, server.token, pauses=(0.2, 0.5, 1.0))


@pytest.fixture
def opened(server, tmp_path):
    made = []

    def again(rows=ROWS, config=CONFIG, **settings):
        settings = {"store": tmp_path / "labels.db", "key": "nr", "name": "moods"} | settings
        made.append(nl.Project(rows, config, annotator=server.user, **settings))
        return made[-1]

    yield again
    for project in made:
        project.close()


@pytest.fixture
def project(opened):
    project = opened()
    for number in range(4):
        project.annotate(number, [mood("good"), SPAN])
    return project


def there(server, told):
    """What the server has, by our keys."""
    tasks = json.loads(server.export(told.project))
    return {task["meta"].get("nblabel", {}).get("key"): task for task in tasks}


def words(task):
    return sorted(
        result["value"]["choices"][0]
        for annotation in task["annotations"]
        for result in annotation["result"]
        if result["type"] == "choices"
    )


def call(server, method, path, body=None):
    answer = server.call(method, path, body)
    return json.loads(answer) if answer else None


def edit_there(server, task, word):
    [annotation] = task["annotations"]
    path = f"/api/annotations/{annotation['id']}/"
    return call(server, "PATCH", path, {"result": [mood(word)]})


def test_a_push_is_what_was_said(server, studio, project, title):
    digest, kept = project._data.kept(5)
    suggested = Prediction("", (mood("bad"),), 0.25, "m1")
    project.store.predict(project._work.id, [("5", digest, kept, suggested)])
    told = project.push(studio, title=title)
    assert (told.tasks, told.annotations, told.predictions) == (12, 4, 1)
    assert told.is_whole
    found = there(server, told)
    assert sorted(found, key=int) == [str(row["nr"]) for row in ROWS]
    for row in ROWS:
        assert found[str(row["nr"])]["data"] == row
    [annotation] = found["0"]["annotations"]
    assert annotation["result"] == [mood("good"), SPAN]
    assert (annotation["ground_truth"], annotation["was_cancelled"]) == (False, False)
    [prediction] = server.predictions(told.project)
    assert (prediction["score"], prediction["model_version"]) == (0.25, "m1")
    numbers = project.server_ids()
    assert dict(zip(numbers["key"], numbers["task"], strict=True)) == {
        key: task["id"] for key, task in found.items()
    }


def test_again_nothing_changes_and_after_more_labeling_the_difference_goes(
    server, studio, project, title, opened
):
    first = project.push(studio, title=title)
    before = server.export(first.project)
    assert project.push(studio).counts == {}
    assert opened().push(studio).counts == {}
    assert server.export(first.project) == before
    project.annotate(0, [mood("bad")])
    project.annotate(7, [mood("bad")])
    project.clear(1)
    told = project.push(studio)
    assert told.counts == {
        "annotations": 1,
        "changed annotations": 1,
        "removed annotations": 1,
    }
    found = there(server, told)
    assert [words(found[key]) for key in ("0", "1", "2", "7")] == [["bad"], [], ["good"], ["bad"]]
    assert project.push(studio).counts == {}


def test_suggestions_take_the_places_of_those_before(server, studio, project, title):
    def suggest(word):
        digest, kept = project._data.kept(5)
        said = Prediction("", (mood(word),), 0.5, "m1")
        project.store.predict(project._work.id, [("5", digest, kept, said)])

    suggest("bad")
    told = project.push(studio, title=title)
    suggest("good")
    again = project.push(studio)
    assert (again.predictions, again.removed_predictions) == (1, 1)
    [prediction] = server.predictions(told.project)
    assert prediction["result"] == [mood("good")]
    assert project.push(studio).counts == {}
    assert project.pull(studio).counts == {}


def test_what_was_done_there_comes_in(server, studio, project, title):
    told = project.push(studio, title=title)
    found = there(server, told)
    path = f"/api/tasks/{found['7']['id']}/annotations/"
    call(server, "POST", path, {"result": [mood("bad")], "lead_time": 3.5})
    edit_there(server, found["0"], "bad")
    call(server, "DELETE", f"/api/annotations/{found['1']['annotations'][0]['id']}/")
    came = project.pull(studio)
    assert came.counts == {
        "annotations": 1,
        "changed annotations": 1,
        "reopened annotations": 1,
    }
    frame = project.to_frame(status=True)
    assert frame["mood"].tolist()[:4] == ["bad", None, "good", "good"]
    assert frame["mood"][7] == "bad"
    [annotation] = project.store.annotations(project._work.id, "7")
    assert (annotation.annotator, annotation.lead_time) == (server.user, 3.5)
    assert project.pull(studio).counts == {}
    assert project.push(studio).counts == {}


def test_edits_on_both_sides_are_told_and_both_kept(server, studio, project, title):
    told = project.push(studio, title=title)
    found = there(server, told)
    edit_there(server, found["0"], "bad")
    edit_there(server, found["1"], "bad")
    project.annotate(0, [mood("neutral")], check=False)
    pushed = project.push(studio)
    assert len(pushed.conflicts) == 1
    assert words(there(server, told)["0"]) == ["bad", "neutral"]
    project.annotate(1, [mood("neutral")], check=False)
    synced = project.sync(studio)
    assert len(synced.pulled.conflicts) == 1
    assert words(there(server, told)["1"]) == ["bad", "neutral"]
    frame = project.to_frame("all")
    for number in (0, 1):
        assert set(frame["mood"][frame["nr"] == number]) == {"bad", "neutral"}
    again = project.sync(studio)
    assert (again.is_whole, again.pulled.counts, again.pushed.counts) == (True, {}, {})


def test_one_bad_task_is_named_and_the_others_go(server, studio, opened, title):
    config = CONFIG.replace("</View>", '<Image name="i" value="$image"/></View>')
    rows = [{**row, "image": "https://example.com/a.jpg"} for row in ROWS]
    rows[3]["image"] = {"an": "object"}
    project = opened(rows, config, name="with images")
    told = project.push(studio, title=title, media="keep")
    assert told.tasks == 11
    [problem] = told.problems
    assert problem.startswith('task "3" did not go: ')
    assert sorted(there(server, told), key=int) == [str(n) for n in range(12) if n != 3]


def test_a_token_that_runs_out_is_renewed_and_one_that_is_revoked_is_told(
    server, project, title, caplog, tmp_path
):
    made = call(server, "POST", "/api/token/")["token"]
    studio = nl.LabelStudio(server.url, made, pauses=(0.1,))
    assert project.push(studio, title=title).tasks == 12
    studio._access = Secret("as.after.five minutes")
    project.annotate(5, [mood("bad")])
    assert project.push(studio).annotations == 1
    call(server, "POST", "/api/token/blacklist/", {"refresh": made})
    studio._access = None
    project.annotate(6, [mood("bad")])
    with pytest.raises(ServerError, match="does not take the token") as error:
        project.push(studio)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    for text in (repr(studio), str(error.value), caplog.text, kept.decode("latin-1")):
        assert made not in text
        assert server.token not in text


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_connection_that_breaks_doubles_nothing(server, project, title, how):
    with between(server.url) as way:
        studio = nl.LabelStudio(way.url, server.token, pauses=(0.2, 0.5, 1.0))
        way.fail("POST", "/import$", how)
        told = project.push(studio, title=title)
        assert (told.tasks, told.is_whole) == (12, True)
        project.annotate(5, [mood("bad")])
        way.fail("POST", "/annotations/$", how)
        way.fail("GET", "/api/tasks$", how)
        assert project.push(studio).annotations == 1
        found = there(server, told)
        assert len(found) == 12
        assert words(found["5"]) == ["bad"]
        assert len(json.loads(server.export(told.project))) == 12
        assert project.push(studio).counts == {}


def test_a_server_that_answers_too_late_is_asked_before_anything_is_sent_again(
    server, project, title
):
    with between(server.url) as way:
        studio = nl.LabelStudio(way.url, server.token, timeout=1.5, pauses=(0.5, 1.0, 2.0))
        way.fail("POST", "/import$", "late", 3.0)
        told = project.push(studio, title=title)
        assert told.tasks == 12
        assert len(json.loads(server.export(told.project))) == 12
        assert way.asked.count(("POST", f"/api/projects/{told.project}/import")) == 1


PUSH = """
import sys
import nblabel as nl
url, token, store, title, count = sys.argv[1:]
rows = [{"nr": number, "text": f"row {number}"} for number in range(int(count))]
project = nl.Project(rows, %r, store=store, key="nr", name="many")
print(project.push(nl.LabelStudio(url, token), title=title))
"""


def test_killed_in_the_middle_it_goes_on_and_doubles_nothing(server, studio, title, tmp_path):
    rows = [{"nr": number, "text": f"row {number}"} for number in range(3_000)]
    store = tmp_path / "many.db"
    tasks = [
        {"data": row, "annotations": [{"result": [mood("good")], "unique_id": unique_id()}]}
        for row in rows
    ]
    nl.Project(tasks, CONFIG, store=store, key="nr", name="many").close()
    arguments = [server.url, server.token, str(store), title, "3000"]
    killed = 0
    for wanted in (1, 1_500):
        pushing = subprocess.Popen(
            [sys.executable, "-c", PUSH % CONFIG, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        last = time.monotonic() + 120
        while pushing.poll() is None and sent(server, title) < wanted:
            assert time.monotonic() < last
            time.sleep(0.05)
        pushing.send_signal(signal.SIGKILL)
        pushing.communicate()
        killed += pushing.returncode == -signal.SIGKILL
    assert killed == 2
    project = nl.Project(rows, CONFIG, store=store, key="nr", name="many")
    told = project.push(studio, title=title)
    assert told.is_whole
    exported = json.loads(server.export(told.project))
    assert len(exported) == len({task["meta"]["nblabel"]["key"] for task in exported}) == 3_000
    assert all(len(task["annotations"]) == 1 for task in exported)
    assert project.push(studio).counts == {}
    assert project.pull(studio).counts == {}
    project.close()


def sent(server, title):
    found = call(server, "GET", f"/api/projects/?title={title.replace(' ', '%20')}")["results"]
    return found[0]["task_number"] if found else 0


def test_a_number_that_the_server_gave_out_again_is_another_task(server, studio, project, title):
    told = project.push(studio, title=title)
    last = there(server, told)["11"]["id"]
    call(server, "DELETE", f"/api/tasks/{last}/")
    server.take(told.project, [{"data": {"text": "somebody else's", "nr": 11}}])
    theirs = there(server, told)[None]
    assert theirs["id"] == last
    path = f"/api/tasks/{last}/annotations/"
    call(server, "POST", path, {"result": [mood("bad")]})
    project.annotate(11, [mood("good")])
    again = project.push(studio)
    assert (again.tasks, again.annotations) == (1, 1)
    found = there(server, told)
    assert words(found["11"]) == ["good"]
    assert words(found[None]) == ["bad"]
    assert project.push(studio).counts == {}


def test_a_task_that_was_deleted_there_goes_again(server, studio, project, title):
    told = project.push(studio, title=title)
    call(server, "DELETE", f"/api/tasks/{there(server, told)['2']['id']}/")
    came = project.pull(studio)
    assert came.notes == ['deleted there: "2"; a push sends them again']
    again = project.push(studio)
    assert (again.tasks, again.annotations) == (1, 1)
    assert words(there(server, told)["2"]) == ["good"]


def test_config_changes_that_it_would_refuse_are_told_before_anything_goes(
    server, studio, project, opened, title
):
    told = project.push(studio, title=title)
    fewer = CONFIG.replace('<Labels name="what" toName="t"><Label value="Animal"/></Labels>', "")
    with pytest.raises(
        DataError, match=r'made with "what" \(<Labels> about "t"\).*nothing was sent'
    ):
        opened(config=fewer).push(studio)
    more = CONFIG.replace("</View>", '<Rating name="stars" toName="t"/></View>')
    label = more.replace('<Choice value="good"/>', '<Choice value="good"/><Choice value="fine"/>')
    opened(config=label).push(studio)
    kept = call(server, "GET", f"/api/projects/{told.project}/")["label_config"]
    assert kept == label
    annotated = there(server, told)["5"]["id"]
    call(server, "POST", f"/api/tasks/{annotated}/annotations/", {"result": [mood("fine")]})
    with pytest.raises(DataError, match=r"does not take the config: .*fine"):
        opened(config=more).push(studio)


def test_images_are_uploaded_once_embedded_or_kept(server, studio, opened, title, tmp_path):
    pixels = np.zeros((20, 30, 3), dtype="uint8")
    file = tmp_path / "a cat.png"
    Image.fromarray(pixels + 99).save(file)
    rows = [
        {"nr": 0, "image": pixels},
        {"nr": 1, "image": str(file)},
        {"nr": 2, "image": "https://example.com/dog.jpg"},
        {"nr": 3, "image": str(file)},
    ]
    config = '<View><Image name="i" value="$image"/><Rating name="r" toName="i"/></View>'
    project = opened(rows, config, name="images", root=tmp_path)
    told = project.push(studio, title=title)
    assert told.is_whole
    found = {key: task["data"]["image"] for key, task in there(server, told).items()}
    uploaded = f"/data/upload/{told.project}/"
    assert found["0"].startswith(uploaded)
    assert found["1"].startswith(uploaded)
    assert found["1"] == found["3"] != found["0"]
    assert found["2"] == "https://example.com/dog.jpg"
    assert server.call("GET", found["1"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert project.push(studio).counts == {}
    embedded = project.push(studio, title=f"{title} 2", media="embed")
    found = there(server, embedded)
    assert found["1"]["data"]["image"].startswith("data:image/png;base64,")
    kept = project.push(studio, title=f"{title} 3", media="keep")
    assert there(server, kept)["1"]["data"]["image"] == str(file)


def test_a_project_of_the_server_is_one_here(server, studio, tmp_path):
    number = server.project(CONFIG, [{"data": {"text": f"text {n}"}} for n in range(3)])
    tasks = json.loads(server.export(number))
    path = f"/api/tasks/{tasks[1]['id']}/annotations/"
    call(server, "POST", path, {"result": [mood("good")], "was_cancelled": False})
    call(
        server,
        "POST",
        f"/api/tasks/{tasks[2]['id']}/annotations/",
        {"result": [], "was_cancelled": True},
    )
    for turn in range(2):
        made = nl.pull(studio, number, store=tmp_path / "theirs.db", annotator=server.user)
        assert (made.problems, len(made)) == ([], 3)
        status = made.to_frame(status=True)["status"].tolist()
        assert status == ["submitted" if turn else "unlabeled", "submitted", "skipped"]
        assert made.push(studio).counts == {}
        if turn == 0:
            made.annotate(made.key(0), [mood("bad")])
            assert made.sync(studio).pushed.counts == {"annotations": 1}
        made.close()
    assert len(json.loads(server.export(number))) == 3


def test_an_export_that_was_opened_is_not_sent_again(server, studio, opened, title):
    number = server.project(CONFIG, [{"data": {"text": f"text {n}"}} for n in range(3)])
    project = opened(json.loads(server.export(number)), key=None, name="theirs")
    project.annotate(project.key(0), [mood("bad")])
    assert project.push(studio, project_id=number).counts == {"annotations": 1}
    assert len(json.loads(server.export(number))) == 3


MAIN = "import sys; from nblabel.cli import main; sys.exit(main())"


def test_on_the_command_line(server, tmp_path, title):
    data = tmp_path / "rows.json"
    data.write_text(json.dumps(ROWS))
    (tmp_path / "config.xml").write_text(CONFIG)
    store = str(tmp_path / "labels.db")
    environment = {
        **os.environ,
        "LABEL_STUDIO_URL": server.url,
        "LABEL_STUDIO_API_KEY": server.token,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }

    def run(*arguments):
        command = [sys.executable, "-c", MAIN, *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert server.token not in done.stdout + done.stderr
        return done.returncode, done.stdout + done.stderr

    with_data = [store, str(data), "--config", str(tmp_path / "config.xml"), "--key", "nr"]
    code, said = run("push", *with_data, "--title", title)
    assert (code, "12 tasks" in said) == (0, True)
    assert run("status", *with_data)[0] == 0
    project = nl.Project(str(data), None, store=store, key="nr", annotator=server.user)
    project.annotate(0, [mood("good")])
    project.close()
    assert run("status", *with_data)[0] == 2
    code, said = run("sync", *with_data)
    assert (code, "1 annotation" in said) == (0, True)
    number = call(server, "GET", f"/api/projects/?title={title.replace(' ', '%20')}")
    other = str(tmp_path / "other.db")
    code, said = run("pull", other, "--project-id", str(number["results"][0]["id"]))
    assert (code, Path(other).exists()) == (0, True)
    environment["LABEL_STUDIO_API_KEY"] = "wr0ng"
    assert run("push", *with_data) == (
        1,
        f"error: {server.url} does not take the token: Invalid token.\n",
    )
