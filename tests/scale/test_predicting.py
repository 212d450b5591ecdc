"""What a model says of all rows: the same bytes on every engine."""

import json
import pickle

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import nblabel as nl
from nblabel import DataError, scale
from nblabel.scale import partitions
from tests.scale import engines

CONFIG = """<View><Text name="t" value="$text"/>
<Labels name="ner" toName="t"><Label value="PER"/></Labels>
<Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices></View>"""
FRAME = pd.DataFrame(
    {"id": range(50), "text": [f"Ada {n} was {'fine' if n % 3 else 'ill'}" for n in range(50)]}
)


class Words:
    """Marks the first word of every other text, and judges each."""

    version = "2"

    def predict(self, tasks, context=None):
        for task in tasks:
            text, number = task["data"]["text"], task["data"]["id"]
            ner = [{"start": 0, "end": 3, "labels": ["PER"]}] if number % 2 else []
            mood = "good" if "fine" in text else "bad"
            yield {"result": {"ner": ner, "mood": mood}, "score": number / 50}


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(partitions, "SLICE", 7)


def rows(frame):
    return engines.rows(frame, ("key", "digest", "prediction", "problem"))


@pytest.fixture(scope="module")
def expected():
    return rows(scale.predict(Words(), FRAME, CONFIG, key="id"))


def test_a_row_has_the_prediction_that_a_project_would_keep(expected):
    project = nl.Project(FRAME, CONFIG, key="id", store=":memory:")
    project.predict(Words())
    for key, digest, said, problem in expected:
        [kept] = project.store.predictions(1, key)
        prediction = json.loads(said)
        assert digest == project.store.digests(1, [key])[key]
        assert problem is None
        assert (prediction["score"], prediction["model_version"]) == (kept.score, "2")
        bare = [{**one, "id": 0} for one in prediction["result"]]
        assert bare == [{**one, "id": 0} for one in kept.results]


def test_ids_follow_from_key_version_and_place(expected):
    found = [one["id"] for _, _, said, _ in expected for one in json.loads(said)["result"]]
    assert len(set(found)) == len(found) == 75
    assert {len(one) for one in found} == {10}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("engine", engines.ENGINES)
def test_the_bytes_are_the_same_on_every_engine(engine, expected):
    with engines.frame(engine, FRAME) as frame:
        made = scale.predict(Words(), frame, CONFIG, key="id")
        assert type(made) is type(frame)
        assert sorted(rows(made)) == sorted(expected)


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb", "dask"])
def test_what_is_lazy_is_worked_on_when_it_is_asked_for(engine):
    def never(tasks):
        raise AssertionError

    with engines.frame(engine, FRAME) as frame:
        scale.predict(never, frame, CONFIG, key="id")


@pytest.mark.usefixtures("small")
def test_a_stream_is_read_some_rows_at_a_time():
    read = []

    def batches():
        for start in range(0, 2_000_000, 2_000):
            read.append(start)
            yield pa.record_batch({"id": range(start, start + 2_000), "text": ["a"] * 2_000})

    names = pa.schema([("id", pa.int64()), ("text", pa.string())])
    stream = pa.RecordBatchReader.from_batches(names, batches())
    made = scale.predict(Words(), duckdb.from_arrow(stream), CONFIG, key="id")
    assert len(made.limit(10).fetchall()) == 10
    assert len(read) < 500


def test_keys_are_those_of_a_project_without_a_key_too():
    project = nl.Project(FRAME, CONFIG, store=":memory:")
    found = rows(scale.predict(lambda tasks: [None] * len(tasks), FRAME, CONFIG))
    assert [key for key, *_ in found] == [project.key(index) for index in range(50)]
    assert {said for _, _, said, _ in found} == {None}


def test_a_model_that_learned_travels():
    texts = make_pipeline(CountVectorizer(), LogisticRegression()).fit(
        FRAME["text"], np.where(FRAME["id"] % 3, "good", "bad")
    )
    model = pickle.loads(pickle.dumps(nl.models.Sklearn(texts, "mood", "text")))
    found = rows(scale.predict(model, FRAME, CONFIG, key="id"))
    said = [json.loads(said)["result"][0]["value"]["choices"] for _, _, said, _ in found]
    assert said[:4] == [["bad"], ["good"], ["good"], ["bad"]]


class TestWhatIsWrong:
    def test_with_one_answer_is_told_in_its_row(self):
        def odd(tasks):
            return ["good", "goot", ValueError("it is too long")]

        found = rows(scale.predict(odd, FRAME.head(3), CONFIG, key="id"))
        assert found[0][3] is None
        assert '"goot"' in found[1][3]
        assert found[2][3] == "it is too long"

    def test_with_a_call_is_told_in_its_rows_and_the_others_go_on(self):
        def breaks(tasks):
            if tasks[0]["data"]["id"] == 10:
                raise RuntimeError("out of memory")
            return ["good"] * len(tasks)

        found = rows(scale.predict(breaks, FRAME, CONFIG, key="id", batch=10))
        assert sum(said is not None for _, _, said, _ in found) == 40
        assert {p for *_, p in found[10:20]} == {"predict= failed with RuntimeError: out of memory"}

    def test_with_a_row_is_told_there(self):
        frame = FRAME.head(3).assign(id=["a", None, "c"])
        found = rows(scale.predict(lambda tasks: ["good"] * len(tasks), frame, CONFIG, key="id"))
        assert [key for key, *_ in found] == ["a", None, "c"]
        assert found[1][3] == 'column "id" has no key in row 1: it is null'

    def test_with_the_frame_names_what_is_accepted(self):
        with pytest.raises(DataError, match="list has no partitions; a frame of pandas, polars"):
            scale.predict(Words(), [{"text": "a"}], CONFIG)

    def test_with_the_model_is_said_at_once(self):
        with pytest.raises(DataError, match="predict= takes a model"):
            scale.predict("model", FRAME, CONFIG)


def test_no_rows_are_no_rows():
    assert rows(scale.predict(Words(), FRAME.head(0), CONFIG, key="id")) == []
    assert rows(scale.predict(Words(), pl.from_pandas(FRAME.head(0)), CONFIG, key="id")) == []
