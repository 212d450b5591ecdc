"""The command line."""

import json
import sqlite3
import subprocess
import sys

import pytest

from nblabel import cli
from nblabel.project import Project
from nblabel.store import Store
from tests.connect.label_studio import label_studio
from tests.formats.datasets import box, config, labels
from tests.project.animals import CONFIG, mood
from tests.project.test_export import DARK, IMAGES, read

BOXES = config(labels("RectangleLabels", "box", "cat"))


def test_export(tmp_path, capsys):
    data = [{"id": 7, "text": "fine"}]
    project = Project(data, CONFIG, key="id", store=tmp_path / "labels.db")
    project.annotate(7, [mood("good")])
    project.close()
    out = tmp_path / "out.json"
    assert cli.main(["export", project.store.url, str(out)]) == 0
    assert read(out)[0]["annotations"][0]["result"] == [mood("good")]
    assert cli.main(["export", str(tmp_path / "none.db"), str(out)]) == 1
    assert "there is no store" in capsys.readouterr().err


def test_check(tmp_path, capsys):
    config = tmp_path / "config.xml"
    config.write_text(IMAGES)
    assert cli.main(["check", str(config)]) == 0
    config.write_text('<View><Choices name="a" toName="nobody"/><Text name="a"/></View>')
    assert cli.main(["check", str(config)]) == 1
    said = capsys.readouterr().err
    assert "nobody" in said
    assert said.count("error:") == 2


def test_check_names_the_tags_that_are_not_drawn(tmp_path, capsys):
    config = tmp_path / "config.xml"
    config.write_text(IMAGES)
    assert cli.main(["check", str(config)]) == 0
    assert capsys.readouterr().out == ""
    config.write_text(
        '<View><List name="l" value="$l"/><Ranker name="r" toName="l"><Bucket name="b"/></Ranker>'
        '<TextArea name="a" toName="l"><Shortcut value="so"/></TextArea></View>'
    )
    assert cli.main(["check", str(config)]) == 0
    assert capsys.readouterr().out == ""
    config.write_text(
        '<View><Video name="v" value="$v"/><Text name="t" value="$t"/>'
        '<Choices name="c" toName="t"><Choice value="x"/></Choices>'
        '<TimelineLabels name="l" toName="v"><Label value="y"/></TimelineLabels></View>'
    )
    assert cli.main(["check", str(config)]) == 0
    assert capsys.readouterr().out == (
        "note: not drawn yet, and their results kept as they are: <TimelineLabels>, <Video>\n"
    )


def test_check_of_data(tmp_path, capsys):
    (tmp_path / "config.xml").write_text(IMAGES)
    bad = {**DARK, "value": {"choices": ["light"]}}
    task = {"data": {"image": "https://example.org/a.png"}, "annotations": [{"result": [bad]}]}
    (tmp_path / "data.json").write_text(json.dumps([task]))
    arguments = ["check", str(tmp_path / "config.xml"), str(tmp_path / "data.json")]
    assert cli.main(arguments) == 1
    assert "light" in capsys.readouterr().out


def test_whose_annotations_came_is_no_fault(tmp_path, capsys):
    (tmp_path / "config.xml").write_text(IMAGES)
    annotation = {"completed_by": {"email": "ann@x.org"}, "result": [DARK]}
    task = {"data": {"image": "https://example.org/a.png"}, "annotations": [annotation]}
    (tmp_path / "data.json").write_text(json.dumps([task]))
    arguments = ["check", str(tmp_path / "config.xml"), str(tmp_path / "data.json")]
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out == ""


def test_warnings_are_told_once_and_are_no_failure(tmp_path, capsys):
    (tmp_path / "config.xml").write_text(IMAGES.replace("<Image ", '<Image wdith="5" ', 1))
    task = {"data": {"image": "https://example.org/a.png"}}
    (tmp_path / "data.json").write_text(json.dumps([task]))
    arguments = ["check", str(tmp_path / "config.xml"), str(tmp_path / "data.json")]
    assert cli.main(arguments) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("warning: line 1, <Image wdith>")
    assert 'did you mean "width"' in line


def test_a_config_for_other_data(tmp_path, capsys):
    (tmp_path / "data.csv").write_text("imgae\na.png\n")
    (tmp_path / "config.xml").write_text(IMAGES)
    assert cli.main(["check", str(tmp_path / "config.xml"), str(tmp_path / "data.csv")]) == 1
    assert 'did you mean "imgae"' in capsys.readouterr().err


def test_templates(tmp_path, capsys):
    assert cli.main(["templates"]) == 0
    names = capsys.readouterr().out.split()
    assert "text-classification" in names
    for name in names:
        assert cli.main(["templates", name]) == 0
        (tmp_path / "config.xml").write_text(capsys.readouterr().out)
        assert cli.main(["check", str(tmp_path / "config.xml")]) == 0
    assert cli.main(["templates", "text-clasification"]) == 1
    assert 'did you mean "text-classification"' in capsys.readouterr().err


def test_export_writes_every_format_and_tells_what_does_not_fit(tmp_path, capsys):
    store = tmp_path / "labels.db"
    stored = Project([{"image": "a.jpg"}], BOXES, store=store)
    stored.annotate(0, [box(10, 20, 30, 40, rotation=45)])
    stored.close()
    for name, form, more in (
        ("a.json", "coco", ()),
        ("a", "voc", ("--set", "origin=0")),
        ("b", "yolo", ("--set", "task=obb", "--set", "val=0")),
        ("a.tsv", "TSV", ()),
    ):
        out = str(tmp_path / name)
        assert cli.main(["export", str(store), out, "--format", form, *more]) == 0
        assert capsys.readouterr().out.strip() == out
    turned = (tmp_path / "b" / "labels" / "train" / "a.txt").read_text()
    assert len(turned.split()) == 9
    assert cli.main(["export", str(store), str(tmp_path / "c.json"), "--format", "coco"]) == 0
    told = capsys.readouterr().err
    assert told.startswith("warning: not all fits coco: a turned box is the polygon of its corners")
    wrong = ["export", str(store), str(tmp_path / "d"), "--format", "voc", "--set", "orign=0"]
    assert cli.main(wrong) == 1
    assert 'did you mean "origin"' in capsys.readouterr().err


def test_doctor(tmp_path, capsys):
    project = Project([{"id": 7, "text": "fine"}], CONFIG, key="id", store=tmp_path / "labels.db")
    project.annotate(7, [mood("good")])
    project.close()
    assert cli.main(["doctor", project.store.url]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{project.store.url}: version 4, ")
    assert last == "no fault found"
    with sqlite3.connect(project.store.url) as connection:
        connection.execute("UPDATE nblabel_annotation SET revision = 2")
    connection.close()
    assert cli.main(["doctor", project.store.url]) == 1
    _, fault = capsys.readouterr().out.splitlines()
    assert fault.startswith("fault: annotation ")
    assert fault.endswith("it is at revision 2, and its log has the revisions 1")
    assert cli.main(["doctor", str(tmp_path / "none.db")]) == 1
    assert "error: there is no store" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "export", "doctor", "templates"])
def test_help(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert f"usage: nblabel {command}" in capsys.readouterr().out


def test_version():
    done = subprocess.run(
        [sys.executable, "-c", "from nblabel.cli import main; main(['--version'])"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.startswith("nblabel ")


# -- servers


@pytest.fixture
def studio(monkeypatch):
    with label_studio() as made:
        monkeypatch.setenv("LABEL_STUDIO_URL", made.url)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", made.pat)
        yield made


@pytest.fixture
def reviews(tmp_path, monkeypatch):
    """A file with rows, in the folder that the command runs in."""
    monkeypatch.chdir(tmp_path)
    rows = [{"id": n, "text": f"text {n}"} for n in range(3)]
    (tmp_path / "reviews.json").write_text(json.dumps(rows))
    return ["labels.db", "reviews.json", "--config", "text-classification", "--key", "id"]


def test_a_push_a_sync_and_a_status_say_what_was_done(studio, reviews, capsys):
    assert cli.main(["push", *reviews, "--title", "Reviews"]) == 0
    where = f"{studio.url}/projects/1/data"
    assert capsys.readouterr().out == f"pushed to {where}: 3 tasks\n"
    assert cli.main(["status", *reviews]) == 0
    assert capsys.readouterr().out == f"waiting at {where}: nothing to do\n"
    project = Project("reviews.json", None, store="labels.db", key="id")
    project.annotate(1, "Positive")
    project.close()
    assert cli.main(["status", *reviews]) == 2
    assert capsys.readouterr().out == f"waiting at {where}: 1 annotation here\n"
    assert cli.main(["sync", "labels.db"]) == 0  # of what the store knows
    out = capsys.readouterr().out
    assert out.splitlines()[0].startswith(f"pulled from {where}: ")
    assert f"pushed to {where}: 1 annotation" in out


def test_what_did_not_go_has_an_exit_status_of_its_own(studio, reviews, tmp_path, capsys):
    rows = [{"id": 1, "text": "a"}, {"id": 2, "text": "b", "refuse": True}]
    (tmp_path / "reviews.json").write_text(json.dumps(rows))
    assert cli.main(["push", *reviews]) == 2
    assert '  task "2" did not go: "refuse" is in it' in capsys.readouterr().out
    assert len(studio.tasks) == 1


def test_a_project_of_a_server_is_pulled_into_a_new_store_and_again(studio, tmp_path, capsys):
    config = '<View><Text name="t" value="$text"/><Choices name="c" toName="t"/></View>'
    number = studio.new_project(body={"title": "theirs", "label_config": config})[1]["id"]
    task = studio.new_task(number, {"data": {"text": "a"}})
    store = str(tmp_path / "theirs.db")
    for _ in range(2):
        assert cli.main(["pull", store, "--project-id", "1"]) == 0
        studio.annotate(task, body={"result": []})
    projects = Store.open(store)
    assert list(projects.projects()) == [f"theirs ({studio.url.removeprefix('http://')} 1)"]
    projects.close()
    assert cli.main(["export", store, str(tmp_path / "out.json")]) == 0
    [exported] = json.loads((tmp_path / "out.json").read_text())
    assert len(exported["annotations"]) == 1


def test_what_cannot_be_done_is_one_line(studio, reviews, tmp_path, capsys, monkeypatch):
    assert cli.main(["push", "nowhere.db"]) == 1
    assert capsys.readouterr().err == 'error: there is no store "nowhere.db"\n'
    assert cli.main(["pull", *reviews, "--project-id", "7"]) == 1
    assert capsys.readouterr().err == f"error: {studio.url} has no project 7\n"
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "wr0ng")
    assert cli.main(["push", *reviews]) == 1
    err = capsys.readouterr().err
    assert err == f"error: {studio.url} does not take the token: Invalid token.\n"
    monkeypatch.delenv("LABEL_STUDIO_API_KEY")
    assert cli.main(["push", *reviews]) == 1
    assert "set the environment variable LABEL_STUDIO_API_KEY" in capsys.readouterr().err
