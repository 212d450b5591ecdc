"""Predictions in Parquet files, read where somebody looks."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import nblabel as nl
from nblabel import DataError, scale
from nblabel.loop.attached import Attached

CONFIG = """<View><Text name="t" value="$text"/>
<Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices></View>"""
FRAME = pd.DataFrame({"id": range(1_000), "text": [f"text {n}" for n in range(1_000)]})


class Moods:
    """Says "good" of two rows in three."""

    version = "moods"

    def predict(self, tasks, context=None):
        return [None if t["data"]["id"] % 3 == 0 else {"result": "good"} for t in tasks]


@pytest.fixture
def files(tmp_path):
    said = scale.predict(Moods(), FRAME, CONFIG, key="id")
    for part in range(4):
        rows = pa.Table.from_pandas(said.iloc[part * 250 : part * 250 + 250])
        folder = tmp_path / "said" / f"day={part}"
        folder.mkdir(parents=True)
        pq.write_table(rows, folder / "part.parquet", row_group_size=50)
    return tmp_path / "said"


def project(**given):
    return nl.Project(FRAME, CONFIG, key="id", store=":memory:", **given)


def suggested(made, index):
    made.view(index)
    made.wait()
    return [one.results[0]["value"]["choices"] for one in made.view(index).predictions]


def test_what_is_looked_at_is_suggested(files):
    made = project()
    made.attach_predictions(files)
    made.view(500)
    assert made._predictor.wait(10)
    [said] = made.view(500).predictions
    assert said.results[0]["value"]["choices"] == ["good"]
    assert said.model_version == "moods"
    made.view(501)
    assert made._predictor.wait(10)
    assert made.view(501).predictions == ()


def test_only_the_part_of_a_file_that_is_looked_at_is_read(files, monkeypatch):
    read = []
    real = pq.ParquetFile.read_row_group

    def counting(self, group, columns=None):
        read.append((group, tuple(columns)))
        return real(self, group, columns=columns)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", counting)
    model = Attached(files)
    assert read == []
    for key in ("500", "501", "503", "500"):
        model.predict([{"key": key, "data": {}}])
    whole = [group for group, columns in read if "prediction" in columns]
    assert whole == [0]
    assert len(read) == 20 + 1


def test_what_it_was_said_of_must_be_what_the_row_has_now(files):
    changed = FRAME.assign(text="another text")
    made = nl.Project(changed, CONFIG, key="id", store=":memory:")
    made.attach_predictions(files)
    made.view(500)
    assert made._predictor.wait(10)
    assert made.view(500).predictions == ()
    assert any("made on other data" in problem for problem in made.problems)


def test_the_model_is_asked_where_files_say_nothing(files):
    class Live:
        version = "live"

        def predict(self, tasks, context=None):
            return ["bad"] * len(tasks)

    made = project(predict=Live())
    made.attach_predictions(files)
    for index, expected in ((500, ("good", "moods")), (501, ("bad", "live"))):
        made.view(index)
        assert made._predictor.wait(10)
        [said] = made.view(index).predictions
        assert (said.results[0]["value"]["choices"][0], said.model_version) == expected
    assert next(iter(made.model.predict([{}], {"result": []})))["result"] == "bad"


def test_all_of_them_can_be_kept(files):
    made = project()
    made.attach_predictions(files)
    assert made.predict() == 666


def test_later_rows_of_a_key_count(tmp_path):
    said = [json.dumps({"result": [], "score": n / 10}) for n in range(3)]
    pd.DataFrame({"key": ["7"] * 3, "prediction": said}).to_parquet(tmp_path / "a.parquet")
    [answer] = Attached(tmp_path / "*.parquet").predict([{"key": "7", "data": {}}])
    assert answer["score"] == 0.2


class TestWhatIsWrong:
    def test_with_the_path_is_told(self, tmp_path):
        with pytest.raises(DataError, match='said" has no Parquet files'):
            project().attach_predictions(tmp_path / "said")

    def test_with_the_columns_names_those_there_are(self, tmp_path):
        pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
        with pytest.raises(DataError, match='has no column "key", only a'):
            Attached(tmp_path)

    def test_with_a_file_names_it(self, tmp_path):
        (tmp_path / "a.parquet").write_text("no")
        with pytest.raises(DataError, match=r'a.parquet" cannot be read as Parquet'):
            Attached(tmp_path)

    def test_with_one_prediction_is_its_own(self, tmp_path):
        frame = pd.DataFrame({"key": ["7", "8"], "prediction": ["{", '{"result": []}']})
        frame.to_parquet(tmp_path / "a.parquet")
        broken, good = Attached(tmp_path).predict([{"key": "7"}, {"key": "8"}])
        assert isinstance(broken, DataError)
        assert good == {"result": []}
