"""What was done when, by whom, on which task; and the way back from each row."""

from datetime import date, datetime, timedelta, timezone

import pandas as pd
import polars as pl
import pytest

from nblabel.base.errors import DataError
from nblabel.base.ids import unique_id
from nblabel.core.change import Change, Edit
from nblabel.project import Project
from tests.project.animals import CONFIG, mood, span

COLUMNS = ["at", "annotator", "key", "index", "action", "kind", "summary", "revision", "annotation"]


def gesture(project, at, action, *edits, kind="gesture", uid="u"):
    here = project.store.annotation(project._work.id, uid)
    change = Change("7", uid, here.revision if here else 0, unique_id(), 1, at, action, edits)
    project.apply(change)


def test_it_says_who_did_what(project):
    wrong, right = span(4, 5, "Plant"), span(4, 5, "Animal")
    gesture(project, "2020-01-01T08:00:00.000Z", "edit", Edit("a", 1.0, None, wrong))
    gesture(project, "2020-01-01T08:00:01.000Z", "edit", Edit("a", 1.0, wrong, right))
    gesture(project, "2020-01-01T08:00:02.000Z", "submit")
    project.annotate(8, [mood("good"), mood("good"), span(0, 1, "Plant")], annotator="bob")
    project.revert(7, 1)
    project.clear(8, annotator="bob")
    told = project.timeline()
    assert list(told.columns) == COLUMNS
    columns = ["annotator", "key", "index", "action", "kind", "summary", "revision"]
    assert told[columns].values.tolist() == [
        ["ana", "7", 10, "edit", "gesture", "added Plant", 1],
        ["ana", "7", 10, "edit", "gesture", "changed Plant to Animal", 2],
        ["ana", "7", 10, "submit", "gesture", "", 3],
        ["bob", "8", 20, "submit", "annotate", "added good (2), Plant", 1],
        ["ana", "7", 10, "reopen", "revert", "changed Animal to Plant", 4],
        ["bob", "8", 20, "reopen", "clear", "removed good (2), Plant", 2],
    ]
    assert told["at"].tolist()[0] == "2020-01-01T08:00:00.000Z"


def test_any_row_of_it_can_be_taken_back(project):
    project.annotate(7, [mood("good")])
    project.annotate(7, [mood("bad")])
    project.annotate(8, [mood("bad")], annotator="bob")
    first, second, third = project.timeline().itertuples()
    for row in (third, second):
        project.revert(row.key, row.revision - 1, annotation=row.annotation)
    assert project.to_frame(status=True)["status"].tolist() == [
        "submitted",
        "unlabeled",
        "unlabeled",
    ]
    assert project.to_frame()["mood"].tolist()[0] == "good"
    project.revert(first.key, first.revision - 1, annotation=first.annotation)
    assert project.progress()["done"] == 0


LOCAL = datetime(2020, 1, 2, 12, 0)


@pytest.mark.parametrize(
    ("since", "count"),
    [
        (None, 3),
        (LOCAL, 1),
        (LOCAL.isoformat(" "), 1),
        (LOCAL.astimezone(timezone.utc), 1),
        (pd.Timestamp(LOCAL), 1),
        (date(2020, 1, 2), 2),
        ("2020-01-02", 2),
        (timedelta(days=1), 0),
        (pd.Timedelta(days=1), 0),
        (timedelta(days=36_500), 3),
    ],
)
def test_it_begins_where_it_is_asked_to(project, since, count):
    for hours in (-24, -1, 1):
        at = (LOCAL + timedelta(hours=hours)).astimezone(timezone.utc).isoformat()
        gesture(project, at.replace("+00:00", "Z"), "submit")
    assert len(project.timeline(since)) == count


@pytest.mark.parametrize("since", ["yesterday", 7, "2020-13-01", timedelta(days=10**8)])
def test_what_is_no_time_is_told(project, since):
    with pytest.raises(DataError, match=r"since=.* is no time: a datetime, a date, ISO text"):
        project.timeline(since)


def test_it_is_in_the_datas_library_also_when_nothing_was_done(frame):
    data = pl.from_pandas(frame)
    project = Project(data, CONFIG, key="id", store=":memory:")
    assert project.timeline().columns == COLUMNS
    project.annotate(9, [mood("good")])
    assert project.timeline()["index"].to_list() == [2]


def test_it_is_read_by_the_page(project, monkeypatch):
    monkeypatch.setattr("nblabel.store.log._PAGE", 2)
    for _ in range(5):
        project.annotate(7, [mood("good")])
    assert project.timeline()["revision"].tolist() == [1, 2, 3, 4, 5]


def test_without_data(opened, project):
    project.annotate(7, [mood("good")])
    assert opened(None, None, key=None).timeline()["index"].isna().all()
