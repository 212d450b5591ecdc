"""What came since where the data lies: new tasks at the end, and nothing else changes."""

from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from PIL import Image

from nblabel import DataError, Labeler, Project

CONFIG = """<View><Image name="i" value="$photo"/>
<Choices name="c" toName="i"><Choice value="yes"/><Choice value="no"/></Choices></View>"""
TEXTS = """<View><Text name="t" value="$text"/>
<Choices name="c" toName="t"><Choice value="yes"/><Choice value="no"/></Choices></View>"""


def add(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 3)).save(folder / name)


@pytest.fixture
def photos(tmp_path):
    add(tmp_path / "photos", "b.jpg", "d.jpg", "sub/c.jpg")
    return tmp_path / "photos"


def names(project):
    return [Path(path).name for path in project.to_frame()["photo"]]


@pytest.mark.parametrize("pattern", ["", "**/*.jpg"])
def test_new_files_come_last_and_what_there_was_keeps_its_work(photos, pattern):
    project = Project(photos / pattern, CONFIG, store=":memory:")
    before = names(project)
    project.annotate(project.key(1), c="yes")
    add(photos, "a.jpg", "c.jpg")
    (photos / "notes.txt").write_text("none")
    assert project.refresh() == 2
    assert names(project) == [*before, "a.jpg", "c.jpg"]
    assert project.to_frame()["c"].tolist() == [None, "yes", *[None] * len(before)]
    assert project.progress()["total"] == len(before) + 2
    assert project.find(0, 1, "unlabeled", 9) == [n for n in range(len(project)) if n != 1]
    assert project.refresh() == 0


def test_a_file_that_is_gone_keeps_its_place_and_its_work(photos):
    project = Project(photos, CONFIG, store=":memory:")
    project.annotate(project.key(0), c="yes")
    (photos / "b.jpg").unlink()
    add(photos, "e.jpg")
    assert project.refresh() == 1
    [[media]] = project.view(0).media.values()
    assert "was not found" in media.problem
    assert project.results()["label"].tolist() == ["yes"]


def test_all_is_the_same_for_whoever_opens_it_anew(photos, tmp_path):
    first = Project(photos, CONFIG, store=tmp_path / "labels.db")
    add(photos, "a.jpg")
    first.refresh()
    first.annotate(first.key(2), c="no")
    first.close()
    again = Project(photos, CONFIG, store=tmp_path / "labels.db")
    assert dict(zip(names(again), again.to_frame()["c"], strict=True))["a.jpg"] == "no"
    again.close()


def test_an_open_editor_hears_of_it(photos):
    labeler = Labeler(photos, CONFIG, store=":memory:")
    said = []
    labeler.send = lambda content, buffers=None: said.append(content)
    add(photos, "a.jpg")
    assert labeler.refresh() == 1
    [event] = [one for one in said if one.get("event") == "changed"]
    assert event["keys"] == []
    assert event["progress"]["total"] == 3
    [view] = labeler._views([2])
    assert view.index == 2


def test_work_of_a_task_that_was_not_there_counts_when_it_comes(photos, tmp_path):
    add(photos, "z.jpg")
    first = Project(photos, CONFIG, store=tmp_path / "labels.db")
    first.annotate(first.key(2), c="yes")
    first.close()
    (photos / "z.jpg").rename(tmp_path / "z.jpg")
    project = Project(photos, CONFIG, store=tmp_path / "labels.db")
    assert project.progress()["done"] == 0
    (tmp_path / "z.jpg").rename(photos / "z.jpg")
    assert project.refresh() == 1
    assert project.progress()["done"] == 1
    project.close()


def test_an_order_goes_on_with_what_came(photos):
    project = Project(photos, CONFIG, store=":memory:")
    project.order = [project.key(1)]
    add(photos, "e.jpg")
    project.refresh()
    assert project.next(9) == [project.key(index) for index in (1, 0, 2)]


def test_rows_that_cannot_be_used_are_told_when_they_come(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/a.db")
    with engine.begin() as connection:
        connection.execute(sa.text("create table reviews (id integer, text text)"))
        connection.execute(sa.text("insert into reviews values (1, 'fine')"))
    more = {"connection": engine, "key": "id", "store": ":memory:"}
    project = Project("select * from reviews", TEXTS, **more)
    told = []
    project.on_change(lambda topic, what: told.append((topic, what)))
    with engine.begin() as connection:
        connection.execute(sa.text("insert into reviews values (2, 'poor'), (2, 'poorer')"))
    assert project.refresh() == 2
    sentence = 'column "id" has the key "2" in rows 1 and 2; every row needs a key of its own'
    assert told == [("problem", sentence), ("rows", "")]
    assert sentence in project.problems
    engine.dispose()


def test_from_few_rows_to_many(tmp_path):
    """Where few rows were, their keys are all known; of many, hashes."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/a.db")
    insert = sa.text("insert into reviews values (:id, :text)")
    with engine.begin() as connection:
        connection.execute(sa.text("create table reviews (id integer primary key, text text)"))
        connection.execute(insert, [{"id": n, "text": f"text {n}"} for n in range(9_999)])
    more = {"connection": engine, "key": "id", "store": ":memory:"}
    project = Project("select * from reviews", TEXTS, **more)
    project.annotate(9_998, c="yes")
    with engine.begin() as connection:
        rows = [{"id": n, "text": f"text {n}"} for n in range(9_999, 12_000)]
        connection.execute(insert, rows)
    assert project.refresh() == 2_001
    project.annotate(11_999, c="no")
    assert project.progress()["done"] == 2
    assert project.index(11_999) == 11_999
    assert project.to_frame()["c"].value_counts().to_dict() == {"yes": 1, "no": 1}
    engine.dispose()


def test_what_is_in_memory_stays():
    project = Project(pd.DataFrame({"text": ["a"]}), TEXTS, store=":memory:")
    assert project.refresh() == 0


def test_without_data_there_is_nothing_to_look_for(tmp_path):
    Project([{"text": "a"}], TEXTS, store=tmp_path / "a.db").close()
    with pytest.raises(DataError, match="was opened without data"):
        Project(store=tmp_path / "a.db").refresh()
