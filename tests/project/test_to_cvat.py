"""Rows as tasks of a CVAT server, and what is drawn there, brought back."""

import asyncio
import io
import logging
import struct
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nblabel as nl
from nblabel import DataError, FormatError
from nblabel.formats import _geometry as geometry
from nblabel.media.masks import encoded
from tests.connect.cvat_server import TOKEN, Server

SIZE = (200, 100)
CONFIG = """<View><Image name="image" value="$image"/>
<RectangleLabels name="box" toName="image"><Label value="car" background="#ff0000"/>
<Label value="person"/></RectangleLabels>
<EllipseLabels name="ellipse" toName="image"><Label value="car"/></EllipseLabels>
<PolygonLabels name="polygon" toName="image"><Label value="car"/></PolygonLabels>
<BrushLabels name="mask" toName="image"><Label value="car"/></BrushLabels>
<KeyPointLabels name="point" toName="image"><Label value="nose"/><Label value="eye"/>
</KeyPointLabels><Choices name="color" toName="image" perRegion="true"><Choice value="red"/>
<Choice value="blue"/>
</Choices><Choices name="sky" toName="image"><Choice value="clear"/><Choice value="grey"/></Choices>
</View>"""


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def cvat(server):
    return nl.CVAT(server.url, TOKEN)


@pytest.fixture
def photos(tmp_path):
    names = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for number in range(3):
            file = tmp_path / folder / f"photo {number}.png"
            Image.new("RGB", SIZE, (number * 60, 0, 0)).save(file)
            names.append(str(file))
    return names


@pytest.fixture
def project(photos, tmp_path):
    rows = [{"id": f"p{at}", "image": name} for at, name in enumerate(photos)]
    made = nl.Project(
        rows, CONFIG, key="id", store=":memory:", name="cars", root=tmp_path, annotator="ana"
    )
    yield made
    made.close()


def result(name, tag, value, *labels, ident="r"):
    kind = tag.lower()
    size = dict(zip(("original_width", "original_height"), SIZE, strict=True))
    common = {"id": ident, "from_name": name, "to_name": "image", "type": kind, "image_rotation": 0}
    return {**common, **size, "value": {**value, **({kind: list(labels)} if labels else {})}}


def box(x, y, width, height, label="car", rotation=0, ident="r"):
    value = {"x": x, "y": y, "width": width, "height": height, "rotation": rotation}
    return result("box", "RectangleLabels", value, label, ident=ident)


def painted(mask, ident):
    value = {"format": "rle", "rle": encoded(mask)}
    return result("mask", "BrushLabels", value, "car", ident=ident)


def sent(project, cvat, **settings):
    return project.to_cvat(cvat, poll=0.01, **settings).wait(60)


class TestSending:
    def test_rows_become_frames_of_jobs(self, project, cvat, server):
        jobs = sent(project, cvat, task_size=4, segment_size=2)
        assert jobs.problems == []
        frame = jobs.frame
        assert list(frame.columns) == [
            "key", "server", "project", "task", "job", "frame", "state", "url",
        ]  # fmt: skip
        assert frame["key"].tolist() == [f"p{n}" for n in range(6)]
        assert frame["frame"].tolist() == [0, 1, 2, 3, 0, 1]
        assert frame["job"].nunique() == 3
        task, job = frame["task"][0], frame["job"][0]
        assert frame["url"][0] == f"{server.url}/tasks/{task}/jobs/{job}"
        assert sorted(one["size"] for one in server.tasks.values()) == [2, 4]
        names = [one["name"] for one in server.tasks[task]["frames"]]
        assert names[0].startswith("photo_0-")
        assert len(set(names)) == 4

    def test_labels_and_attributes_come_from_the_config(self, project, cvat, server):
        sent(project, cvat)
        labels = {one["name"]: one for one in server.labels[1]}
        assert {name: one["type"] for name, one in labels.items()} == {
            **dict.fromkeys(("car", "person", "nose", "eye"), "any"),
            **dict.fromkeys(("clear", "grey"), "tag"),
        }
        [color] = labels["car"]["attributes"]
        assert (color["name"], color["input_type"], color["values"]) == (
            "color", "select", ["red", "blue"],
        )  # fmt: skip

    def test_nobody_waits_for_it(self, project, cvat, server):
        server.slow = 30
        began = time.monotonic()
        jobs = project.to_cvat(cvat, poll=0.01)
        assert not jobs.is_done
        assert len(jobs.frame) == 0
        assert "under way" in repr(jobs)
        with pytest.raises(TimeoutError):
            jobs.wait(0.01)
        assert jobs.wait(60) is jobs
        assert len(jobs.frame) == 6
        assert time.monotonic() > began

    def test_it_can_be_awaited(self, project, cvat):
        async def work():
            return await project.to_cvat(cvat, poll=0.01)

        with ThreadPoolExecutor() as elsewhere:  # a browser's loop may run on this thread
            assert len(elsewhere.submit(asyncio.run, work()).result().frame) == 6

    def test_again_sends_nothing_and_new_rows_alone(self, project, cvat, server, photos, tmp_path):
        sent(project, cvat, task_size=4)
        again = sent(project, cvat, task_size=4)
        assert (again.tasks, len(again.frame), len(server.tasks)) == (0, 6, 2)
        Image.new("RGB", SIZE).save(tmp_path / "new.png")
        rows = [*photos, str(tmp_path / "new.png")]
        more = nl.Project(
            [{"id": f"p{at}", "image": name} for at, name in enumerate(rows)],
            CONFIG, key="id", store=project.store, name="cars", root=tmp_path,
        )  # fmt: skip
        jobs = sent(more, cvat)
        assert jobs.tasks == 1
        assert jobs.frame["key"].tolist()[-1] == "p6"
        assert server.tasks[3]["size"] == 1

    def test_stopped_it_goes_on_with_the_next_call(self, project, cvat, server):
        server.slow = 20
        jobs = project.to_cvat(cvat, poll=0.01, task_size=1, at_once=1)
        while not server.tasks:
            time.sleep(0.01)
        jobs.stop()
        assert 1 <= jobs.tasks < 6
        server.slow = 0
        rest = sent(project, cvat, task_size=1)
        assert jobs.tasks + rest.tasks == 6
        assert sorted(rest.frame["key"]) == [f"p{n}" for n in range(6)]

    def test_a_server_of_before_requests_is_asked_otherwise(self, project):
        old = Server(has_requests=False)
        jobs = sent(project, nl.CVAT(old.url, TOKEN))
        old.close()
        assert (jobs.problems, len(jobs.frame)) == ([], 6)

    def test_with_a_password(self, project, server):
        jobs = sent(project, nl.CVAT(server.url, ("ana", "right")))
        assert (jobs.problems, len(jobs.frame)) == ([], 6)


def test_an_image_that_is_sent_otherwise_is_named_so(cvat, server, tmp_path):
    Image.new("RGB", SIZE).save(tmp_path / "scan.tif")
    rows = [{"id": "s", "image": str(tmp_path / "scan.tif")}]
    made = nl.Project(rows, CONFIG, key="id", store=":memory:", name="scans", root=tmp_path)
    assert len(sent(made, cvat).frame) == 1
    [frame] = server.tasks[1]["frames"]
    assert frame["name"].endswith(".png")
    assert sent(made, cvat).tasks == 0


class TestWhatIsSaid:
    def given(self, project, cvat, server, *results):
        project.annotate("p0", list(results), check=False)
        jobs = sent(project, cvat)
        return jobs, server.tasks[1]["drawn"]

    def test_a_turned_box_turns_about_its_centre(self, project, cvat, server):
        jobs, drawn = self.given(project, cvat, server, box(50, 20, 20, 20, rotation=90))
        [shape] = drawn["shapes"]
        assert jobs.problems == []
        assert (shape["type"], shape["points"], shape["rotation"]) == (
            "rectangle", [70, 30, 110, 50], 90,
        )  # fmt: skip

    def test_ellipses_masks_and_tags(self, project, cvat, server):
        mask = np.zeros((100, 200), np.uint8)
        mask[10:20, 30:50] = 255
        value = {"x": 50, "y": 50, "radiusX": 10, "radiusY": 5, "rotation": 0}
        sky = {"from_name": "sky", "to_name": "image", "type": "choices", "id": "s"}
        _, drawn = self.given(
            project, cvat, server,
            result("ellipse", "EllipseLabels", value, "car", ident="e"),
            painted(mask, "m"),
            {**sky, "value": {"choices": ["grey"]}},
        )  # fmt: skip
        ellipse, brushed = drawn["shapes"]
        assert ellipse["points"] == [100, 50, 120, 45]
        assert brushed["points"] == [0, 200, 30, 10, 49, 19]
        [tag] = drawn["tags"]
        names = {one["id"]: one["name"] for one in server.labels[1]}
        assert names[tag["label_id"]] == "grey"

    def test_what_is_said_of_single_regions(self, project, cvat, server):
        said = {**box(10, 10, 10, 10), "from_name": "color", "type": "choices"}
        place = {n: v for n, v in said["value"].items() if n != "rectanglelabels"}
        _, drawn = self.given(
            project, cvat, server, box(10, 10, 10, 10),
            {**said, "value": {**place, "choices": ["blue"]}},
        )  # fmt: skip
        [shape] = drawn["shapes"]
        assert [one["value"] for one in shape["attributes"]] == ["blue"]

    def test_skeletons(self, project, cvat, server):
        place = {"x": 20, "y": 30, "width": 0.5}
        point = result("point", "KeyPointLabels", place, "nose", ident="n") | {"parentID": "r"}
        _, drawn = self.given(project, cvat, server, box(10, 10, 40, 40, "person"), point)
        [shape] = drawn["shapes"]
        assert shape["type"] == "skeleton"
        [element] = shape["elements"]
        assert (element["points"], element["outside"]) == ([40, 30], False)
        [person] = [one for one in server.labels[1] if one["name"] == "person"]
        assert [one["name"] for one in person["sublabels"]] == ["nose"]
        assert 'data-label-name="nose"' in person["svg"]

    def test_annotations_are_left_out_where_they_are_not_wanted(self, project, cvat, server):
        project.annotate("p0", [box(1, 1, 5, 5)])
        sent(project, cvat, annotations=False)
        assert server.tasks[1]["drawn"]["shapes"] == []


class TestComingBack:
    def labels(self, server):
        return {one["name"]: one["id"] for one in server.labels[1]}

    def test_what_was_drawn_there_is_an_annotation_here(self, project, cvat, server):
        project.annotate("p1", [box(1, 1, 5, 5)])
        sent(project, cvat, task_size=6)
        car = self.labels(server)["car"]
        common = {"id": 1, "label_id": car, "occluded": False, "z_order": 0, "attributes": []}
        turned = {**common, "frame": 2, "type": "rectangle", "points": [70, 30, 110, 50]}
        server.tasks[1]["drawn"]["shapes"].append({**turned, "rotation": 90})
        back = project.from_cvat(cvat)
        assert (back.changed, back.same, back.open, back.problems) == (2, 0, 4, [])
        frame = project.to_frame("all")
        [value] = frame[(frame["id"] == "p2")]["box"].iloc[0]
        assert {n: round(value[n], 9) for n in ("x", "y", "width", "height", "rotation")} == {
            "x": 50, "y": 20, "width": 20, "height": 20, "rotation": 90,
        }  # fmt: skip
        assert frame[frame["id"] == "p2"]["annotator"].tolist() == ["cvat"]
        assert sorted(frame[frame["id"] == "p1"]["annotator"]) == ["ana", "cvat"]

    def test_again_nothing_changes_and_what_changed_is_a_new_state(self, project, cvat, server):
        project.annotate("p0", [box(10, 10, 10, 10)])
        sent(project, cvat)
        assert project.from_cvat(cvat).changed == 1
        assert (project.from_cvat(cvat).changed, project.from_cvat(cvat).same) == (0, 1)
        server.tasks[1]["drawn"]["shapes"][0]["points"] = [0, 0, 50, 50]
        assert project.from_cvat(cvat).changed == 1
        history = project.history("p0", annotator="cvat")
        assert len(history) == 2

    def test_an_empty_frame_counts_once_its_job_is_completed(self, project, cvat, server):
        sent(project, cvat, segment_size=3)
        server.tasks[1]["jobs"][0]["state"] = "completed"
        back = project.from_cvat(cvat)
        assert (back.changed, back.open) == (3, 3)
        assert project.progress()["total"] == 6

    def test_everything_that_went_there_comes_back(self, project, cvat):
        mask = np.zeros((100, 200), np.uint8)
        mask[10:20, 30:50] = 255
        ellipse = {"x": 40, "y": 60, "radiusX": 10, "radiusY": 5, "rotation": 33}
        corners = [[10.5, 20.25], [30, 20], [20, 60.125]]
        place = {"x": 20, "y": 30, "width": 0.5}
        given = [
            box(12.3, 20.7, 20.1, 20.9, rotation=17, ident="1"),
            result("ellipse", "EllipseLabels", ellipse, "car", ident="2"),
            result(
                "polygon", "PolygonLabels", {"points": corners, "closed": True}, "car", ident="3"
            ),
            painted(mask, "4"),
            result("point", "KeyPointLabels", place, "eye", ident="5"),
        ]
        project.annotate("p3", given, check=False)
        sent(project, cvat)
        assert project.from_cvat(cvat).problems == []
        found = project.store.latest(1, "p3", "cvat")
        back = {item.result["type"]: item.result["value"] for item in found.items}
        for one in given:
            kind = one["type"]
            assert back[kind][kind] == one["value"][kind]
        moved = geometry.corners(back["rectanglelabels"], SIZE)
        assert np.allclose(moved, geometry.corners(given[0]["value"], SIZE), atol=1e-9)
        assert np.allclose(back["polygonlabels"]["points"], corners, atol=1e-9)
        assert back["brushlabels"]["rle"] == given[3]["value"]["rle"]
        for name, number in ellipse.items():
            assert back["ellipselabels"][name] == pytest.approx(number)

    def test_deleted_frames_and_what_has_no_place(self, project, cvat, server):
        project.annotate("p0", [box(10, 10, 10, 10)])
        sent(project, cvat)
        car = self.labels(server)["car"]
        cuboid = {"id": 9, "label_id": car, "frame": 1, "type": "cuboid", "points": [0] * 16}
        task = server.tasks[1]
        task["drawn"]["shapes"].append({**cuboid, "attributes": []})
        task["deleted_frames"] = [0]
        back = project.from_cvat(cvat)
        assert (back.changed, back.problems) == (0, ["a cuboid has no place"])

    def test_a_project_that_is_not_there_is_told(self, project, cvat, server):
        with pytest.raises(DataError, match='has no project "cars"'):
            project.from_cvat(cvat)


class TestSeveralImages:
    def test_each_is_a_frame_and_finds_its_place_again(self, photos, cvat, tmp_path):
        config = """<View><Image name="image" valueList="$images"/>
        <RectangleLabels name="box" toName="image"><Label value="car"/></RectangleLabels></View>"""
        rows = [{"id": "x", "images": photos[:2]}]
        made = nl.Project(rows, config, key="id", store=":memory:", name="pages", root=tmp_path)
        made.annotate("x", [{**box(10, 10, 10, 10), "item_index": 1}])
        assert len(sent(made, cvat).frame) == 2
        assert made.from_cvat(cvat).changed == 1
        [item] = made.store.latest(1, "x", "cvat").items
        assert item.result["item_index"] == 1


def movie(width, height):
    """Give the head of an MP4: a track with a size, and no pictures."""

    def boxed(name, inside):
        return struct.pack(">I4s", 8 + len(inside), name) + inside

    track = b"\0" * 76 + struct.pack(">II", width << 16, height << 16)
    return boxed(b"ftyp", b"isom") + boxed(b"moov", boxed(b"trak", boxed(b"tkhd", track)))


class TestVideo:
    def test_tracks_go_and_come(self, cvat, server, tmp_path):
        (tmp_path / "clip.mp4").write_bytes(movie(200, 100))
        config = """<View><Video name="video" value="$video"/><Labels name="label" toName="video">
        <Label value="car"/></Labels><VideoRectangle name="box" toName="video"/></View>"""
        rows = [{"id": "v", "video": str(tmp_path / "clip.mp4")}]
        made = nl.Project(rows, config, key="id", store=":memory:", name="clips", root=tmp_path)
        place = {"x": 10, "y": 10, "width": 20, "height": 20, "rotation": 0}
        sequence = [
            {"frame": 1, "enabled": True, **place, "time": 0.04},
            {"frame": 5, "enabled": False, **place, "x": 50, "time": 0.2},
        ]
        value = {"framesCount": 100, "duration": 4, "sequence": sequence, "labels": ["car"]}
        names = {"from_name": "box", "to_name": "video", "type": "videorectangle"}
        made.annotate("v", [{"id": "t", **names, "value": value}], check=False)
        jobs = made.to_cvat(cvat, poll=0.01).wait(60)
        assert jobs.problems == []
        [track] = server.tasks[1]["drawn"]["tracks"]
        assert [(one["frame"], one["outside"]) for one in track["shapes"]] == [
            (0, False), (4, False), (5, True),
        ]  # fmt: skip
        assert track["shapes"][1]["points"] == [100, 10, 140, 30]
        assert made.from_cvat(cvat).changed == 1
        [item] = made.store.latest(1, "v", "cvat").items
        back = [
            (one["frame"], one["enabled"], one["x"]) for one in item.result["value"]["sequence"]
        ]
        assert back == [(1, True, 10), (5, False, 50)]


class TestWhatIsWrong:
    def test_with_one_row_is_told_and_the_others_go(self, project, cvat, photos, server):
        Path(photos[2]).write_bytes(b"no image")
        jobs = sent(project, cvat)
        assert len(jobs.frame) == 5
        [told] = jobs.problems
        assert told.startswith('task "p2" was not sent: ')

    def test_with_a_task_is_told_and_leaves_nothing_half(self, project, cvat, server):
        server.fails = ["the archive is broken"]
        jobs = sent(project, cvat, task_size=3, at_once=1)
        assert "could not take the files of a task: the archive is broken" in jobs.problems[0]
        assert server.tasks == {} or all(task["size"] for task in server.tasks.values())
        assert sorted(sent(project, cvat, task_size=3).frame["key"]) == [f"p{n}" for n in range(6)]

    def test_with_one_task_lets_the_others_go_on(self, project, cvat, server):
        server.fails = ["the archive is broken"]
        jobs = sent(project, cvat, task_size=2, at_once=1)
        assert (jobs.tasks, len(jobs.problems)) == (2, 1)

    def test_a_task_that_was_left_half_is_made_anew(self, project, cvat, server):
        project.annotate("p0", [box(1, 1, 5, 5)])
        server.breaks = 1
        jobs = sent(project, cvat)
        assert "answered 500 to PUT" in jobs.problems[0]
        assert [one["name"] for one in server.tasks.values()] == ["cars 1 (sending)"]
        assert sent(project, cvat).problems == []
        [task] = server.tasks.values()
        assert task["name"] == "cars 1"
        assert len(task["drawn"]["shapes"]) == 1

    def test_a_busy_server_is_asked_again(self, project, cvat, server):
        server.statuses = [503, 429]
        assert sent(project, cvat).problems == []

    def test_a_config_without_images_is_refused(self, cvat):
        made = nl.Project([{"text": "a"}], "text-classification", store=":memory:")
        with pytest.raises(FormatError, match="sends images and videos, and the config shows none"):
            made.to_cvat(cvat)

    def test_a_number_that_is_none_is_refused(self, project, cvat):
        with pytest.raises(DataError, match="from 1 on for segment_size="):
            project.to_cvat(cvat, segment_size=0)
        with pytest.raises(DataError, match=r"to_cvat\(\) takes nblabel.CVAT"):
            project.to_cvat("https://cvat.example.com")

    def test_a_server_that_is_gone_is_told(self, project):
        jobs = project.to_cvat(nl.CVAT("http://127.0.0.1:9", TOKEN, pauses=())).wait(60)
        assert "cannot be reached" in jobs.problems[0]


class TestSecrets:
    def test_the_token_is_in_nothing_shown(self, project, server, caplog):
        caplog.set_level(logging.DEBUG)
        wrong = nl.CVAT(server.url, "another-secret")
        server.slow = 0
        jobs = sent(project, wrong)
        assert "401" in jobs.problems[0]
        shown = io.StringIO()
        try:
            project.from_cvat(wrong)
        except DataError as error:
            summary = traceback.TracebackException.from_exception(error, capture_locals=True)
            shown.write("".join(summary.format()))
        told = "\n".join(
            (repr(wrong), repr(jobs), caplog.text, shown.getvalue(), str(project.problems))
        )
        assert "another-secret" not in told
        assert repr(nl.CVAT(server.url, ("ana", "pass-secret"))) == f"CVAT({server.url!r})"

    def test_address_and_token_come_from_the_environment(self, monkeypatch, server):
        monkeypatch.setenv("CVAT_URL", server.url)
        with pytest.raises(DataError, match="token=, or CVAT_ACCESS_TOKEN"):
            nl.CVAT()
        monkeypatch.setenv("CVAT_ACCESS_TOKEN", TOKEN)
        assert nl.CVAT().url == server.url
        monkeypatch.delenv("CVAT_URL")
        with pytest.raises(DataError, match="url=, or CVAT_URL"):
            nl.CVAT()
