"""A list of labels as the config."""

import numpy as np
import pandas as pd
import pytest

from nblabel import ConfigError, Project


def opened(data, labels=("Yes", "No"), **settings):
    return Project(data, list(labels), store=":memory:", **settings)


@pytest.mark.parametrize(
    ("data", "tag", "column"),
    [
        (["It works.", "It broke."], "Text", "text"),
        (pd.DataFrame({"n": [1], "body": ["a"]}), "Text", "body"),
        ([{"data": {"question": "Is it?"}}], "Text", "question"),
        (["a.jpg", "b/c.PNG"], "Image", "image"),
        (pd.DataFrame({"photo": ["a.jpg", None]}), "Image", "photo"),
        (pd.DataFrame({"photo": ["https://host/a.jpg?size=2"]}), "Image", "photo"),
        ([np.zeros((2, 2, 3), np.uint8)], "Image", "image"),
        (pd.Series(["a", "b"], name="line"), "Text", "line"),
    ],
)
def test_it_asks_about_the_only_column_of_texts_or_images(data, tag, column):
    project = opened(data)
    [shown] = project.config.objects.values()
    assert (shown.tag, shown.attributes["value"]) == (tag, f"${column}")
    assert column in project.to_frame().columns
    assert project.problems == []
    assert project.advance  # an answer goes on to the next task
    project.annotate(project.key(0), "Yes")
    assert project.to_frame()["label"].tolist()[0] == "Yes"


def test_the_key_is_not_asked_about():
    data = pd.DataFrame({"id": ["a"], "body": ["b"]})
    assert opened(data, key="id").config.columns == ("body",)


@pytest.mark.parametrize(
    "data",
    [pd.DataFrame({"title": ["a"], "body": ["b"]}), pd.DataFrame({"n": [1]}), []],
    ids=["two", "none", "no rows"],
)
def test_where_it_is_not_clear_it_says_what_to_write(data):
    with pytest.raises(ConfigError) as refused:
        opened(data)
    told = str(refused.value)
    assert "\n" not in told
    assert all(f'"{name}"' in told for name in getattr(data, "columns", []))
    written = told[told.index("'") + 1 : told.rindex("'")]
    if len(data):  # it is a config that can be used
        assert Project(data.rename(columns={"n": "column"}), written, store=":memory:")


def test_a_column_that_a_config_cannot_name():
    with pytest.raises(ConfigError, match='the column "a b" has a name that no config can have'):
        opened(pd.DataFrame({"a b": ["x"]}))


@pytest.mark.parametrize("labels", [[], [""], [None], [["a"]], [{"a": 1}]])
def test_labels_that_are_none(labels):
    with pytest.raises(ConfigError, match="a list of labels must hold texts, not"):
        opened(["a"], labels)


def test_without_data_there_is_nothing_to_ask_about(tmp_path):
    with pytest.raises(ConfigError, match="there is no data"):
        Project(None, ["Yes", "No"], store=tmp_path / "a.db")


def test_labels_are_whatever_text_they_are():
    labels = ["<b>&\"'", "\u00fc", "1"]
    project = opened(["a"], labels)
    assert list(project.config.labels(project.config.controls["label"])) == labels
    for label in labels:
        project.annotate(project.key(0), label)


def test_the_project_opens_again_from_its_store(tmp_path):
    store = tmp_path / "a.db"
    first = Project(["a"], ["Yes", "No"], store=store)
    first.annotate(first.key(0), "Yes")
    first.close()
    again = Project(["a"], ["Yes", "No", "Perhaps"], store=store)  # one more label keeps the work
    assert again.to_frame()["label"].tolist() == ["Yes"]
    again.close()
