"""Work never seems gone: where it lies under another name or key, one sentence says so."""

import sqlite3

import pandas as pd
import polars as pl
import pytest

from nblabel import Labeler, StoreError, projects, tasks
from nblabel.core.change import Change, Edit
from nblabel.project import Project
from nblabel.store import Store, now
from tests.project.animals import CONFIG, mood

TEXTS = [
    "the food was cold and the waiter was gone",
    "we had a room with a view of the sea",
    "never again, said my mother, and she meant it",
    "a long walk on the beach, two ice creams, no complaints",
]
FRAME = pd.DataFrame({"id": [7, 8, 9, 10], "text": TEXTS})
RICHER = CONFIG.replace('<Choice value="bad"/>', '<Choice value="bad"/><Choice value="so"/>')
OTHER = CONFIG.replace('"mood"', '"tone"')
TURNED = CONFIG.replace('name="mood"', 'name="a"').replace('name="what"', 'name="b"')


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    FRAME.to_csv("reviews.csv", index=False)
    return tmp_path


@pytest.fixture
def opened():
    """Opens projects in the working directory; closes them in the end."""
    made = []

    def open_project(data=FRAME, config=CONFIG, **given):
        made.append(Project(data, config, **given))
        return made[-1]

    yield open_project
    for project in made:
        project.close()


def label(project, count=3):
    for row in range(count):
        project.annotate(project.key(row), [mood("good")], check=False)


def said(project):
    return [problem for problem in project.problems if problem.startswith("the store ")]


def run(line, df):
    """Run the line that a sentence gives, as a person would."""
    import nblabel as nl

    made = eval(line, {"nl": nl, "df": df, "data": df, "config": CONFIG})
    return made.project if isinstance(made, Labeler) else made


class TestNames:
    def test_are_in_words_from_the_controls_and_the_datas_file(self, opened):
        assert opened().name == "mood, what"
        assert opened("reviews.csv").name == "mood, what of reviews.csv"

    def test_stay_where_a_label_or_a_colour_or_the_order_is_another(self, opened):
        lines = CONFIG.splitlines()
        reordered = "\n".join([lines[0], lines[1], lines[3], lines[2], lines[4]])
        names = {opened(config=config).name for config in (CONFIG, RICHER, reordered)}
        assert names == {"mood, what"}

    def test_that_other_controls_have_are_not_taken(self, opened):
        label(opened())
        several = CONFIG.replace("<Choices", "<Taxonomy").replace("</Choices", "</Taxonomy")
        for config, name in ((several, "mood, what (2)"), (CONFIG, "mood, what")):
            for _ in range(2):
                assert opened(config=config).name == name
        assert opened().progress()["done"] == 3

    def test_many_controls_are_counted(self, opened):
        controls = "".join(f'<Rating name="r{n}" toName="t"/>' for n in range(9))
        config = f'<View><Text name="t" value="$text"/>{controls}</View>'
        assert opened(config=config).name == "r0, r1, r2 and 6 more"

    def test_of_a_store_made_under_digests_keep_opening(self, opened):
        digest = "8ae047cc408de3add8a8b19c61635e31"  # as version 0.1 named it
        label(opened(name=digest, key="id"))
        for data in (FRAME, "reviews.csv"):
            again = opened(data, RICHER, key="id")
            assert (again.name, again.progress()["done"], said(again)) == (digest, 3, [])


class TestSaid:
    def test_of_another_name_with_the_line_that_opens_it(self, opened):
        label(opened("reviews.csv"))
        project = opened()
        [sentence] = said(project)
        assert sentence == (
            'the store "nblabel.db" has "mood, what of reviews.csv" with 3 labeled tasks whose '
            "keys match 3 of the 4 rows: "
            'nl.Labeler(df, config, name="mood, what of reviews.csv") opens it'
        )
        assert repr(project).splitlines()[1] == sentence
        assert sentence in project.spec()["problems"]

    @pytest.mark.parametrize(
        ("before", "now"),
        [
            ({"name": "mine"}, {}),
            ({"key": "id"}, {}),
            ({}, {"key": "id"}),
            ({"name": "mine", "key": "id"}, {"name": "other"}),
            ({"annotator": "ana", "name": "mine"}, {}),
            ({"config": OTHER}, {}),
            ({"config": OTHER, "key": "id"}, {}),
            ({"store": "mine.db", "name": "mine"}, {"store": "mine.db"}),
        ],
    )
    def test_with_a_line_that_finds_the_work(self, opened, before, now):
        label(opened(**before))
        [sentence] = said(opened(**now))
        assert "match 3 of the 4 rows" in sentence
        line = "nl." + sentence.partition("nl.")[2].removesuffix(" opens it")
        found = run(line, FRAME)
        assert found.progress()["done"] == 3
        found.close()

    def test_of_other_controls(self, opened):
        label(opened(config=OTHER))
        [sentence] = said(opened())
        assert ", for other controls (tone, what): nl.Labeler(df, config, " in sentence

    def test_of_changed_texts(self, opened):
        label(opened())
        cleaned = FRAME.assign(text=[f"  {text.upper()}!" for text in TEXTS])
        [sentence] = said(opened(cleaned))
        assert "with 3 labeled tasks that show nearly what 3 of the 4 rows show" in sentence
        line = "nl." + sentence.partition("nl.")[2].removesuffix(" opens what was done")
        found = run(line, cleaned)
        assert len(found.results()) == 3
        found.close()

    def test_of_label_studios_ids_that_are_a_column_now(self, opened):
        tasks = [{"id": 7 + n, "data": {"text": text}} for n, text in enumerate(TEXTS)]
        label(opened(tasks))
        [sentence] = said(opened())
        assert (
            'match 3 of the 4 rows by the column "id": nl.Labeler(df, config, key="id")' in sentence
        )

    def test_of_very_many_with_a_number_that_is_quickly_reached(self, opened, monkeypatch):
        monkeypatch.setattr("nblabel.project.elsewhere._COUNTED", 2)
        label(opened(name="mine"))
        assert 'has "mine" with more than 2 labeled tasks whose keys match 3' in said(opened())[0]

    def test_of_drafts(self, opened):
        mine = opened(name="mine")
        draft = (Edit("a", 1.0, None, mood("good")),)
        mine.apply(Change(mine.key(0), "u", 0, "c", 1, now(), "edit", draft))
        assert 'has "mine" with tasks that were begun or skipped whose keys' in said(opened())[0]
        mine.clear(mine.key(0))
        assert said(opened()) == []

    def test_of_what_is_whole_where_something_else_changed_the_store(self, opened):
        label(opened(name="mine"))
        with sqlite3.connect("nblabel.db") as store:
            store.execute("UPDATE nblabel_task SET data = 'no JSON'")
            store.execute("UPDATE nblabel_project SET config = '<'")
        assert 'name="mine"' in said(opened())[0]
        assert 'name="mine"' in said(opened(key="id"))[0]
        assert said(opened(FRAME.assign(text="another"), name="new")) == []
        assert projects()["controls"].tolist()[0] == []

    def test_of_other_libraries_and_lists(self, opened):
        label(opened(name="mine"))
        assert "nl.Labeler(df, config" in said(opened(pl.from_pandas(FRAME)))[0]
        assert "nl.Labeler(data, config" in said(opened(FRAME.to_dict("records")))[0]
        assert 'nl.Labeler("reviews.csv", config' in said(opened("reviews.csv"))[0]

    def test_of_tasks_that_bring_their_annotations(self, opened):
        came = [{"id": 4, "data": {"text": "a"}, "annotations": [{"id": 1, "result": []}]}]
        opened(came, name="mine").annotate(4, [mood("bad")])
        assert 'name="mine"' in said(opened(came))[0]


class TestNothingIsSaid:
    def test_where_the_work_is_here(self, opened):
        label(opened(name="mine"))
        label(opened(), count=1)
        assert said(opened()) == []

    def test_where_nothing_is_in_common(self, opened):
        label(opened())
        away = pd.DataFrame({"id": [1, 2], "text": ["it rains", "no news"]})
        assert said(opened(away, name="other")) == []
        assert said(opened(away, key="id")) == []

    def test_where_numbers_are_the_same_by_chance(self, opened):
        label(opened(key="id"))
        away = pd.DataFrame({"stars": [7, 8, 9, 10], "text": ["a", "b", "c", "d"]})
        assert said(opened(away)) == []

    def test_where_there_is_no_work(self, opened):
        opened(name="mine")
        assert said(opened()) == []
        assert said(opened(FRAME.head(0), key="id")) == []


def test_only_so_many_rows_are_looked_at(opened, monkeypatch):
    frame = pd.DataFrame({"id": range(20_000), "text": [f"text {n}" for n in range(20_000)]})
    label(opened(frame, name="mine"))
    furthest = []
    stretch, values = tasks.Keys.read, type(tasks.read(frame)).key_values
    monkeypatch.setattr(
        tasks.Keys, "read", lambda keys, a, b: furthest.append(b) or stretch(keys, a, b)
    )
    monkeypatch.setattr(
        type(tasks.read(frame)),
        "key_values",
        lambda rows, column, a=0, b=None: furthest.append(b) or values(rows, column, a, b),
    )
    [sentence] = said(opened(frame, key="id"))
    assert "match 3 of the first 100 rows by what a row shows" in sentence
    assert max(furthest) <= 100


class TestProjects:
    def test_are_listed(self, opened):
        label(opened(annotator="ana"))
        second = opened("reviews.csv", OTHER, annotator="bob")
        second.annotate(second.key(0), [])
        opened(name="empty")
        listed = projects()
        assert listed.drop(columns="changed").to_dict("records") == [
            {
                "name": "mood, what",
                "controls": ["mood", "what"],
                "tasks": 3,
                "labeled": 3,
                "annotators": ["ana"],
            },
            {
                "name": "tone, what of reviews.csv",
                "controls": ["tone", "what"],
                "tasks": 1,
                "labeled": 1,
                "annotators": ["bob"],
            },
            {
                "name": "empty",
                "controls": ["mood", "what"],
                "tasks": 0,
                "labeled": 0,
                "annotators": [],
            },
        ]
        first, last, never = listed["changed"]
        assert first < last
        assert never is None

    def test_of_an_open_store(self):
        store = Store.open(":memory:")
        store.project("a", "<View/>")
        assert projects(store)["name"].tolist() == ["a"]
        assert store.projects() == {"a": "<View/>"}

    def test_of_no_store(self, here):
        with pytest.raises(StoreError, match=r'there is no store "typo\.db"'):
            projects("typo.db")
        assert not (here / "typo.db").exists()
