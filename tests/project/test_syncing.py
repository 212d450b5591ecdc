"""Which project of a server is meant, what its config may become, and what becomes of media."""

import base64

import numpy as np
import pytest

from nblabel.base.errors import DataError
from nblabel.connect.label_studio import LabelStudio
from nblabel.connect.server_project import ServerProject
from nblabel.project import Project
from nblabel.store import Store
from tests.connect.label_studio import label_studio
from tests.connect.test_pushing import killed

CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""
STARS = CONFIG.replace("</View>", '<Rating name="stars" toName="t"/></View>')
ROWS = [{"nr": 0, "text": "a"}, {"nr": 1, "text": "b"}]


@pytest.fixture
def stand():
    with label_studio() as made:
        yield made


@pytest.fixture
def server(stand):
    return LabelStudio(stand.url, stand.legacy, pauses=(0.01,), timeout=10)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("nblabel.connect.importing._PATIENCE", 0.1)


@pytest.fixture
def opened(tmp_path):
    made = []

    def again(rows=ROWS, config=CONFIG, **settings):
        settings = {"store": tmp_path / "labels.db", "key": "nr", "name": "moods"} | settings
        made.append(Project(rows, config, **settings))
        return made[-1]

    yield again
    for project in made:
        project.close()


def of_somebody(stand, title, config=CONFIG):
    return stand.new_project(body={"title": title, "label_config": config})[1]["id"]


# -- which project


def test_by_default_it_is_named_like_ours(stand, server, opened):
    opened(name="m").push(server)
    opened(name="of reviews " * 9).push(server)
    titles = [one["title"] for one in stand.projects.values()]
    assert titles == ["m (nblabel)", ("of reviews " * 9)[:49] + "…"]


@pytest.mark.parametrize("title", ["ab", "x" * 51, ""])
def test_a_title_that_the_server_does_not_take_is_told(stand, server, opened, title):
    with pytest.raises(DataError, match="a title on Label Studio has 3 to 50 characters"):
        opened().push(server, title=title)
    assert stand.projects == {}


def test_a_title_finds_the_project_that_has_it_and_no_other(stand, server, opened):
    of_somebody(stand, "all moods of all")
    number = of_somebody(stand, "all moods")
    assert opened().push(server, title="all moods").project == number


def test_a_title_of_several_projects_is_told(stand, server, opened):
    of_somebody(stand, "all moods")
    of_somebody(stand, "all moods")
    project = opened()
    with pytest.raises(
        DataError, match=r'2 projects with the title "all moods" \(2, 1\): project_id'
    ):
        project.push(server, title="all moods")
    assert project.push(server, project_id=2).project == 2
    assert project.push(server, title="all moods").project == 2  # ours is meant


def test_the_project_of_another_with_the_same_title_is_left_alone(stand, server, opened):
    number = of_somebody(stand, "moods", STARS)
    stand.new_task(number, {"data": {"text": "theirs"}})
    assert opened().push(server).project == 2
    assert stand.projects[number]["label_config"] == STARS
    assert opened().push(server).project == 2


def test_one_that_a_killed_push_made_is_found_again(stand, server, opened):
    with killed(1, Store, "remote"):
        opened().push(server)
    assert opened().push(server).tasks == 2
    assert len(stand.projects) == 1


def test_without_words_it_is_the_one_that_was_pushed_to(stand, server, opened):
    project = opened()
    project.push(server, title="first")
    assert project.push(server).counts == {}
    project.push(server, title="second")
    with pytest.raises(DataError, match=r'several projects of this one \(1 "first", 2 "second"\)'):
        project.push(server)
    assert project.push(server, title="first").project == 1
    assert len(stand.projects) == 2


def test_title_and_number_are_not_both_given(server, opened):
    with pytest.raises(DataError, match="title= or project_id=, not both"):
        opened().push(server, title="moods", project_id=1)


def test_one_server_knows_nothing_of_another(stand, server, opened):
    project = opened()
    project.push(server)
    with label_studio() as second:
        other = LabelStudio(second.url, second.pat)
        assert project.push(other).tasks == 2
    numbers = project.server_ids()
    assert numbers["server"].tolist() == [stand.url] * 2 + [second.url] * 2
    assert numbers["key"].tolist() == ["0", "1"] * 2


def test_two_projects_may_be_one_there(stand, server, opened):
    opened().push(server, title="together")
    other = opened([{"nr": 0, "text": "another"}], name="others")
    assert other.push(server, title="together").tasks == 1
    assert other.push(server).counts == {}
    assert opened().push(server).counts == {}
    assert len(stand.tasks) == 3


def test_server_ids_of_what_was_never_pushed_are_none(opened):
    frame = opened().server_ids()
    assert list(frame.columns) == ["key", "server", "project", "task"]
    assert len(frame) == 0


@pytest.mark.parametrize("name", ["push", "pull", "sync", "server_status"])
def test_what_is_no_server_is_told(opened, name):
    with pytest.raises(DataError, match=rf"{name}\(\) takes nl.LabelStudio\(url, token\), not str"):
        getattr(opened(), name)("http://localhost:8080")


# -- the config


def test_a_config_that_has_more_takes_the_place_of_the_one_before(stand, server, opened):
    opened().push(server)
    opened(config=STARS).push(server)
    assert stand.projects[1]["label_config"] == STARS


def rated(stand):
    [task] = [task for task in stand.tasks.values() if task["data"]["nr"] == 0]
    result = {"from_name": "stars", "to_name": "t", "type": "rating", "value": {"rating": 3}}
    stand.annotate(task["id"], body={"result": [result]})


def test_a_control_that_was_used_there_is_not_lost(stand, server, opened):
    opened(config=STARS).push(server)
    rated(stand)
    stand.asked.clear()
    with pytest.raises(DataError) as error:
        opened().push(server)
    assert str(error.value) == (
        'annotations were made with "stars" (<Rating> about "t"), which project 1 "moods" of '
        f"{stand.url} has and the config here has not: the server would refuse the config, or "
        "keep what nobody can open; nothing was sent. Keep these controls, or push to a new "
        "project with title="
    )
    assert stand.writes() == []
    assert opened().push(server, title="without stars").tasks == 2


def test_a_control_that_only_imported_annotations_use_is_not_lost_either(stand, server, opened):
    project = opened(config=STARS)
    project.annotate(0, stars=3)
    project.push(server)
    assert stand.summary(1)[1] == {"created_annotations": {}}  # the server would take it
    with pytest.raises(DataError, match='made with "stars"'):
        opened().push(server)


def test_a_control_that_was_used_is_not_made_another(stand, server, opened):
    opened(config=STARS).push(server)
    rated(stand)
    with pytest.raises(DataError, match=r'"stars" \(<Rating> about "t"\)'):
        opened(config=STARS.replace("<Rating", "<Number")).push(server)


def test_a_control_that_nobody_used_may_go(stand, server, opened):
    opened(config=STARS).push(server)
    opened().push(server)
    assert stand.projects[1]["label_config"] == CONFIG


def test_what_the_server_says_of_a_config_is_told_before_anything_is_changed(stand, server, opened):
    opened().push(server)
    said = b'{"label_config": ["These labels still exist in annotations or drafts:\\nA"]}'
    stand.fail("POST", r"/projects/1/validate/$", status=400, body=said)
    with pytest.raises(DataError, match="still exist in annotations or drafts: A"):
        opened(config=STARS).push(server)
    assert stand.projects[1]["label_config"] == CONFIG


def test_a_config_that_nblabel_cannot_read_is_replaced_where_there_is_nothing(
    stand, server, opened
):
    number = of_somebody(stand, "made by hand", "<View></View>")
    assert opened().push(server, project_id=number).tasks == 2
    assert stand.projects[number]["label_config"] == CONFIG


# -- media

SHOWN = '<View><Image name="i" value="$image"/><Rating name="r" toName="i"/></View>'


def images():
    return [
        {"nr": n, "image": np.full((4, 6, 3), 50 * min(n, 1), dtype="uint8")} for n in range(3)
    ] + [{"nr": 3, "image": "https://example.com/a.png"}]


def test_each_image_is_uploaded_once_whatever_happens(stand, server, opened):
    stand.fail("POST", "/import$", status=502, done=True)  # the first upload
    told = opened(images(), SHOWN, name="images").push(server)
    assert (told.tasks, told.is_whole) == (4, True)
    addresses = [task["data"]["image"] for task in stand.tasks.values()]
    assert addresses[3] == "https://example.com/a.png"
    assert addresses[1] == addresses[2] != addresses[0]
    assert all(address.startswith("/data/upload/1/") for address in addresses[:3])
    assert len(stand.files) == 2
    assert all(file["content"].startswith(b"\x89PNG") for file in stand.files.values())


def test_what_a_killed_push_had_uploaded_is_found_again(stand, server, opened):
    with killed(1, ServerProject, "take"):
        opened(images(), SHOWN, name="images").push(server)
    assert (len(stand.files), stand.tasks) == (2, {})
    assert opened(images(), SHOWN, name="images").push(server).tasks == 4
    assert len(stand.files) == 2


def test_addresses_that_only_the_server_reads_go_as_they_are(stand, server, opened):
    addresses = ["s3://bucket/a.png", "/data/local-files/?d=a.png", "gs://bucket/b.png"]
    rows = [{"nr": n, "image": address} for n, address in enumerate(addresses)]
    told = opened(rows, SHOWN, name="images").push(server)
    assert told.is_whole
    assert [task["data"]["image"] for task in stand.tasks.values()] == addresses


def test_embedded_images_travel_with_their_tasks(stand, server, opened):
    opened(images(), SHOWN, name="images").push(server, media="embed")
    first = stand.of(1)["0"]["data"]["image"]
    assert base64.b64decode(first.removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert stand.files == {}


def test_paths_may_be_kept(stand, server, opened, tmp_path):
    rows = [{"nr": 0, "image": str(tmp_path / "nowhere.png")}]
    told = opened(rows, SHOWN, name="images", root=tmp_path).push(server, media="keep")
    assert told.is_whole
    assert stand.of(1)["0"]["data"]["image"] == rows[0]["image"]


def test_an_image_that_cannot_be_read_is_named_and_the_others_go(stand, server, opened, tmp_path):
    rows = [*images(), {"nr": 9, "image": "nowhere.png"}]
    told = opened(rows, SHOWN, name="images", root=tmp_path).push(server)
    assert told.tasks == 4
    [problem] = told.problems
    assert problem.startswith('task "9" did not go: ')
    assert "nowhere.png" in problem


def test_another_word_for_media_is_told(server, opened):
    with pytest.raises(DataError, match=r'media="uploads" is not known; .*did you mean "upload"'):
        opened().push(server, media="uploads")
