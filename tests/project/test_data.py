"""What strangers' data become: every row is a task, or set aside with its reason."""

from contextlib import closing, suppress

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings

from nblabel.base.errors import DataError
from nblabel.project import Project
from tests.odd import JSON
from tests.project.animals import CONFIG, mood, span


class TestLabelStudioTasks:
    def tasks(self):
        said = [{"id": n, "result": [{**mood("good"), "id": f"r{n}"}]} for n in (1, 2)]
        return [
            {"id": 10 + n, "data": {"text": "the same"}, "annotations": [one]}
            for n, one in enumerate(said)
        ]

    def test_those_with_different_ids_and_equal_data_stay_themselves(self, opened):
        project = opened(self.tasks(), key=None)
        out = project.to_label_studio()
        assert [task["id"] for task in out] == [10, 11]
        assert [[a["id"] for a in task["annotations"]] for task in out] == [[1], [2]]
        assert [project.key(0), project.key(1)] == ["10", "11"]
        assert project.progress()["total"] == 2

    def test_changed_data_under_an_id_is_told(self, opened):
        opened(self.tasks(), key=None, annotator="ana").annotate(10, [mood("bad")])
        changed = [{"id": 10, "data": {"text": "another"}}]
        again = opened(changed, key=None, annotator="ana")
        assert again.view(0).changed
        assert again.progress()["changed"] == 1

    def test_without_an_id_equal_data_is_one_task(self, opened):
        tasks = [{"data": {"text": "same"}, "annotations": [{"id": 1, "result": []}]}] * 2
        project = opened(tasks, key=None)
        assert project.key(0) == project.key(1)
        assert len(project.to_label_studio()) == 1

    def test_of_two_exports_joined_each_keeps_its_work(self, opened):
        one = self.tasks()
        other = [{**task, "data": {"text": f"other {n}"}} for n, task in enumerate(one)]
        project = opened([*one, *other, one[0]], key=None)
        keys = [project.key(row) for row in range(5)]
        assert keys[:2] == ["10", "11"]
        assert len(set(keys)) == 4
        assert keys[4] == "10"
        assert len(project.to_label_studio()) == 4

    def test_work_of_a_store_that_knew_them_by_their_data_is_found(self, opened):
        alone = [{"data": {"text": "the same"}}, {"data": {"text": "other"}}]
        before = opened(alone, key=None, annotator="ana")
        for row in (0, 1):
            before.annotate(before.key(row), [mood("bad")])
        number = before.to_label_studio()[0]["id"]
        data = ({"text": "the same"}, {"text": "other"})
        tasks = [{"id": number + n, "data": one} for n, one in enumerate(data)]
        again = opened(tasks, key=None, annotator="ana")
        assert [again.key(0), again.key(1)] == [str(number), str(number + 1)]
        assert again.progress()["done"] == 2
        assert again.to_frame()["mood"].tolist() == ["bad", "bad"]

    def test_the_newest_completion_of_label_studio_0_is_the_latest(self, opened):
        completions = [
            {"id": 1, "created_at": 1600000000, "result": [mood("good")]},
            {"id": 2, "created_at": 1500000000, "result": [mood("bad")]},
        ]
        project = opened([{"id": 1, "data": {"text": "a"}, "completions": completions}], key=None)
        assert project.to_frame()["mood"].tolist() == ["good"]
        (task,) = project.to_label_studio()
        assert [a["created_at"] for a in task["annotations"]] == [1600000000, 1500000000]
        assert task["created_at"] == "2017-07-14T02:40:00.000000Z"


class TestWhatIsSetAside:
    def test_one_bad_task_stops_no_other(self, opened, tmp_path):
        deep = "x"
        for _ in range(120):
            deep = [deep]
        good = {"id": 1, "data": {"text": "a"}, "annotations": [{"result": [mood("good")]}]}
        bad = {
            "annotations": [{"lead_time": 10**400, "result": [mood("bad")]}],
        }
        odd = {**mood("good"), "value": "text"}
        tasks = [
            good,
            {"id": 2, "data": {"text": deep}, "annotations": [{"result": [mood("bad")]}]},
            {"id": 10**5000, "data": {"text": "c"}, "annotations": [{"result": [mood("bad")]}]},
            {**good, "id": 4, "data": {"text": "half \ud83d"}},
            {"id": 5, "data": {"text": "e"}, **bad},
            {"id": 6, "data": {"text": "f"}, "annotations": [{"result": [odd]}]},
            7,
        ]
        project = opened(tasks, key=None)
        told = "\n".join(project.problems)
        for row, reason in (
            (1, 'row 1 was set aside: column "text": a cell is nested deeper than 100 levels'),
            (2, 'row 2: "id" was set aside: it holds a number of more digits'),
            (4, 'row 4: annotation 1 was set aside: its "lead_time" is no number'),
            (6, "row 6 is of type int"),
        ):
            assert reason in told, row
        assert project.to_frame()["mood"].tolist()[0] == "good"
        assert len(project.to_frame()) == 7
        assert {task["id"] for task in project.to_label_studio()} >= {1, 4, 6}
        for form in ("label-studio", "label-studio-min", "csv"):
            project.export(tmp_path / f"out.{form}", format=form)
        assert "value must be an object" in " ".join(project.check()["problem"].dropna())
        assert len(project.results()) == 4

    def test_results_whose_values_are_odd_leave_all_else_as_it_is(self, opened):
        odd = [
            {**span(0, 1, "Animal"), "value": ["a"]},
            {**mood("bad"), "value": ["bad"]},
            {**span(0, 1, "Animal"), "id": 5, "item_index": "x", "score": "high"},
        ]
        offsets = [("0", 3.0), (4, 5), (["a"], None), (10**30, "x")]
        spans = [
            {**span(0, 0, "Animal"), "value": {"start": a, "end": b, "labels": ["Animal"]}}
            for a, b in offsets
        ]
        for library in (pd.DataFrame, pl.DataFrame, pa.table):
            frame = library({"id": [1, 2], "text": ["the cat", "b"]})
            project = opened(frame, store=":memory:")
            project.annotate(1, [mood("good"), *odd, *spans], check=False)
            project.annotate(2, [span(0, 1, "Plant")])
            table = project.results()
            made = table.to_pandas() if library is not pd.DataFrame else table
            assert made["start"].dropna().tolist()[:3] == [0, 0, 4]
            assert "the" in made["text"].tolist()
            assert str(made["start"].dtype) == "float64"
            project.to_frame()
            project.to_label_studio()
            assert "value must be an object" in " ".join(
                row["problem"] for row in project.check_rows()
            )
        typed = opened(pl.DataFrame({"id": [1, 2], "text": ["the cat", "b"]}), store=":memory:")
        typed.annotate(1, [span(0, 3, "Animal"), span(4, 5, "Animal"), spans[2]], check=False)
        starts = typed.to_frame()["what"].to_list()[0]
        assert [one["start"] for one in starts] == [0, 4, None]

    @given(JSON)
    @settings(max_examples=20, deadline=None)
    def test_whatever_a_stranger_writes_into_a_task(self, odd):
        good = {"id": 1, "data": {"text": "a"}, "annotations": [{"result": [mood("good")]}]}
        chosen = {**mood(odd), "id": odd, "item_index": odd, "score": odd}
        place = {"start": odd, "end": odd, "text": odd, "labels": odd}
        placed = {**span(0, 1, "Plant"), "value": place}
        tasks = [
            good,
            {"id": 2, "data": {"text": odd}},
            {"id": 3, "data": odd, "annotations": odd},
            {"id": odd, "data": {"text": "b"}, "annotations": [{"result": [odd]}]},
            {"id": 5, "data": {"text": "c"}, "annotations": [{"result": [{"value": odd}]}]},
            {"id": 6, "data": {"text": "d"}, "annotations": [{"result": [chosen]}]},
            {"id": 7, "data": {"text": "e"}, "annotations": [{"result": [placed]}]},
            {"id": 8, "data": {"text": "f"}, "predictions": [{"score": odd, "result": [chosen]}]},
            odd,
        ]
        with closing(Project(tasks, CONFIG, store=":memory:")) as project:
            assert project.to_frame()["mood"].tolist()[0] == "good"
            assert "1" in project.results()["key"].tolist()
            project.check()
            project.to_label_studio()
            for row in range(len(project)):
                with suppress(DataError):
                    project.view(row)


class TestDataAsPeopleHaveIt:
    def test_values_land_in_the_configs_own_column(self, opened, tmp_path):
        config = """<View><Header value="About: $title"/><Text name="t" value="$text"/>
        <Choices name="mood" toName="t"><Choice value="good"/></Choices></View>"""
        (tmp_path / "lines.txt").write_text("a\nb\n")
        for data in (
            ["a", "b"],
            np.array(["a", "b"]),
            pd.Series(["a", "b"]),
            tmp_path / "lines.txt",
        ):
            project = opened(data, config, key=None, store=":memory:")
            project.annotate(project.key(0), [mood("good")])
            out = project.to_frame()
            assert list(out.columns) == ["text", "mood"]
            assert out["text"].tolist() == ["a", "b"]

    def test_images_in_a_list(self, opened, tmp_path):
        from PIL import Image

        picture = Image.new("RGB", (4, 3))
        picture.save(tmp_path / "a.png")
        config = '<View><Image name="i" value="$picture"/></View>'
        for one in (
            tmp_path / "a.png",
            picture,
            np.zeros((3, 4), np.uint8),
            (tmp_path / "a.png").read_bytes(),
        ):
            project = opened([one], config, key=None, store=":memory:", root=tmp_path)
            ((media,),) = project.view(0).media.values()
            assert (media.width, media.height) == (4, 3)

    def test_boxes_without_a_size_get_that_of_their_image(self, opened, tmp_path):
        from PIL import Image

        Image.new("RGB", (200, 100)).save(tmp_path / "a.png")
        Image.new("RGB", (400, 100)).save(tmp_path / "b.png")
        config = """<View><Image name="i" valueList="$pictures"/>
        <RectangleLabels name="box" toName="i"><Label value="x"/></RectangleLabels></View>"""
        place = {"x": 10, "y": 20, "width": 30, "height": 40, "rectanglelabels": ["x"]}
        box = {"from_name": "box", "to_name": "i", "type": "rectanglelabels", "value": place}
        project = opened(
            [{"id": 1, "pictures": ["a.png", "b.png", "none.png"]}], config, root=tmp_path
        )
        said = {"original_width": 1000, "original_height": 1000}
        items = [{**box, "item_index": item} for item in (0, 1, 2)]
        project.annotate(1, [*items, box, {**box, **said}])
        pixels = project.results(units="px")[["x", "y", "width", "height"]]
        assert pixels.iloc[0].tolist() == [20, 20, 60, 40]
        assert pixels.iloc[1].tolist() == [40, 20, 120, 40]
        assert pixels.iloc[2].isna().all()
        assert pixels.iloc[3].tolist() == [20, 20, 60, 40]
        assert pixels.iloc[4].tolist() == [100, 200, 300, 400]
        assert project.results()["x"].tolist() == [10.0] * 5

    def test_what_is_shown_otherwise_than_its_file_has_it_is_told(self, opened, tmp_path):
        from PIL import Image

        frames = [Image.new("L", (4, 3), shade) for shade in (1, 2)]
        frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
        config = '<View><Image name="i" value="$picture"/></View>'
        project = opened([tmp_path / "a.gif"], config, key=None, root=tmp_path)
        assert project.view(0).problems == (
            'row 0: "i": the file holds several images; the first one is shown',
        )

    def test_uploads_of_a_label_studio_server(self, opened, tmp_path):
        from PIL import Image

        (tmp_path / "upload" / "1").mkdir(parents=True)
        Image.new("RGB", (4, 3)).save(tmp_path / "upload" / "1" / "x.png")
        config = '<View><Image name="i" value="$image"/></View>'
        tasks = [{"id": 1, "data": {"image": "/data/upload/1/x.png"}}]
        for way in ({"root": tmp_path}, {"media": {"/data/upload/": tmp_path / "upload"}}):
            project = opened(tasks, config, key=None, store=":memory:", **way)
            ((media,),) = project.view(0).media.values()
            assert media.width == 4

    def test_a_csv_says_what_was_odd(self, opened, tmp_path):
        file = tmp_path / "rows.csv"
        file.write_bytes("id,text\n007,é,\n7,b\n8,c,d\n".encode("cp1252"))
        with pytest.raises(DataError, match=r'byte 0xe9 in line 2; pass encoding=.*"cp1252"'):
            opened(file)
        project = opened(file, encoding="cp1252")
        assert [project.key(0), project.key(1)] == ["007", "7"]
        [told] = project.problems
        assert told.startswith("line 4 was left out: it has 3 cells where the first line has 2")

    def test_a_config_in_bytes(self, opened, frame):
        assert opened(frame, CONFIG.encode("utf-16")).config.controls.keys() == {"mood", "what"}


class TestTextsThatAreElsewhere:
    CONFIG = """<View>
      <Text name="a" value="$a" valueType="url"/>
      <Text name="b" value="$b" encoding="base64unicode"/>
      <HyperText name="c" value="$c" valueType="url"/>
    </View>"""

    def test_they_are_read_when_the_task_is_looked_at(self, tmp_path):
        (tmp_path / "a.txt").write_text("a 🐱")
        row = {"a": "a.txt", "b": "8J+QsSBi", "c": "none.html"}
        with closing(Project([row], self.CONFIG, root=tmp_path, store=":memory:")) as project:
            view = project.view(0)
            media = [one.data and one.data.decode() for (one,) in view.media.values()]
            assert media == ["a 🐱", "🐱 b", None]
            assert view.problems == (f'row 0: "c": "none.html" was not found in "{tmp_path}"',)
            assert view.values[1]["value"] == "a.txt"
