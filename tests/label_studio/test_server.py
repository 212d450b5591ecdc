"""What we export a Label Studio server imports as it is; what it exports we open."""

import base64
import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from nblabel.media.masks import encoded
from nblabel.project import Project

pytestmark = pytest.mark.label_studio

CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
  <Choices name="topics" toName="t" choice="multiple">
    <Choice value="a"/><Choice value="b"/>
  </Choices>
  <Labels name="what" toName="t"><Label value="Animal"/><Label value="Plant"/></Labels>
  <Relations><Relation value="eats"/></Relations>
  <TextArea name="note" toName="t"/>
  <Rating name="stars" toName="t"/>
  <Image name="img" value="$image"/>
  <RectangleLabels name="box" toName="img"><Label value="Cat"/></RectangleLabels>
  <EllipseLabels name="round" toName="img"><Label value="Cat"/></EllipseLabels>
  <PolygonLabels name="outline" toName="img"><Label value="Cat"/></PolygonLabels>
  <KeyPointLabels name="spot" toName="img"><Label value="Cat"/></KeyPointLabels>
  <BrushLabels name="paint" toName="img"><Label value="Cat"/></BrushLabels>
  <BitmaskLabels name="bits" toName="img"><Label value="Cat"/></BitmaskLabels>
  <VectorLabels name="line" toName="img" curves="true"><Label value="Cat"/></VectorLabels>
</View>"""
TEXT = "the 🦊 eats\r\nthe 👩‍🌾's 🌳"


def about_text(id_, name, type_, **value):
    return {"id": id_, "from_name": name, "to_name": "t", "type": type_, "value": value}


def span(id_, start, end, label):
    return about_text(
        id_, "what", "labels", start=start, end=end, text=TEXT[start:end], labels=[label]
    )


BOX = {
    "id": "b1",
    "from_name": "box",
    "to_name": "img",
    "type": "rectanglelabels",
    "origin": "manual",
    "original_width": 40,
    "original_height": 20,
    "image_rotation": 0,
    "value": {
        "x": 12.5,
        "y": 10.0,
        "width": 33.333333333333336,
        "height": 50.1,
        "rotation": 30.5,
        "rectanglelabels": ["Cat"],
    },
}


def drawn(id_, name, **value):
    """Give a shape as the editor writes it."""
    type_ = {
        "round": "ellipselabels",
        "outline": "polygonlabels",
        "spot": "keypointlabels",
        "paint": "brushlabels",
        "bits": "bitmasklabels",
        "line": "vectorlabels",
    }[name]
    own = {"id": id_, "from_name": name, "type": type_, "value": {**value, type_: ["Cat"]}}
    return BOX | own


def bitmask():
    """Give a PNG as the editor makes it of a mask: what is inside is opaque."""
    image = np.zeros((20, 40, 4), dtype="uint8")
    image[5:12, 8:30] = 255
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


MASK = np.zeros((20, 40), dtype="uint8")
MASK[3:9, 10:25] = 255
MASK[9, 10:25] = 128  # an edge

VERTICES = [
    {"id": "v1", "x": 10, "y": 20.5, "prevPointId": None, "isBezier": False},
    {
        "id": "v2",
        "x": 50,
        "y": 40,
        "prevPointId": "v1",
        "isBezier": True,
        "controlPoint1": {"x": 45, "y": 35},
        "controlPoint2": {"x": 55.5, "y": 45},
    },
    {"id": "v3", "x": 80, "y": 10, "prevPointId": "v2", "isBezier": False},
]

SHAPES = [
    drawn("e1", "round", x=70.1, y=20.25, radiusX=10, radiusY=7.5, rotation=15),
    drawn("p1", "outline", points=[[50, 50], [80.5, 50], [80, 79.9]], closed=True),
    drawn("k1", "spot", x=20.2, y=20, width=0.281),
    drawn("a1", "paint", format="rle", rle=list(encoded(MASK))),
    drawn("a2", "bits", imageDataURL=bitmask()),
    drawn("a3", "line", vertices=VERTICES, closed=False),
]
EVERYTHING = [
    about_text("m1", "mood", "choices", choices=["good"]),
    about_text("m2", "topics", "choices", choices=["a", "b"]),
    about_text("n1", "note", "textarea", text=["one"]),
    about_text("r1", "stars", "rating", rating=4),
    span("s1", 4, 5, "Animal"),
    span("s2", 16, 19, "Plant"),
    BOX,
    *SHAPES,
    {"type": "relation", "from_id": "s1", "to_id": "s2", "direction": "right", "labels": ["eats"]},
    {"id": "x", "from_name": "unknown", "to_name": "t", "type": "of_the_future", "value": {"a": 1}},
]
NOTES = [about_text("n1", "note", "textarea", text=["one", "two"])]


def predict(tasks):
    mood = about_text("p1", "mood", "choices", choices=["bad"])
    return [{"result": [mood], "score": 0.25, "model_version": "m1"} for _ in tasks]


@pytest.fixture(scope="module")
def ours(server):
    """Every kind of thing that leaves: submitted, skipped, a draft, a prediction, an image."""
    image = np.zeros((20, 40, 3), dtype="uint8")
    texts = [TEXT, "skipped", "draft", "predicted", None, "many notes"]
    frame = pd.DataFrame({"nr": range(6), "text": texts, "image": [image] * 6})
    project = Project(
        frame, CONFIG, store=":memory:", key="nr", annotator=server.user, predict=predict
    )
    project.annotate(0, EVERYTHING, check=False)
    project.annotate(4, [about_text("m1", "mood", "choices", choices=["bad"])])
    project.annotate(5, NOTES)
    act(project, 1, "skip", NOTES[0])
    act(project, 2, "edit", NOTES[0])
    project.view(3)
    assert project._predictor.wait(10)
    yield project
    project.close()


def act(project, index, action, result):
    from nblabel.base.ids import unique_id
    from nblabel.core.change import Applied, Change, Edit
    from nblabel.store import now

    view = project.view(index)
    change = Change(
        view.key,
        unique_id(),
        0,
        unique_id(),
        1,
        now(),
        action,
        (Edit("i", 1.0, None, result),),
        lead_time=1.25,
        digest=view.digest,
    )
    assert project.apply(change) == Applied(1)


@pytest.fixture(scope="module")
def imported(server, ours, tmp_path_factory):
    """The number of a server's project that holds our export, and our export."""
    path = ours.export(tmp_path_factory.mktemp("out") / "ours.json", drafts=True)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    return server.project(CONFIG, tasks), tasks


@pytest.fixture(scope="module")
def theirs(server, imported):
    """What the server exports of it, in our order."""
    tasks = json.loads(server.export(imported[0]))
    return sorted(tasks, key=lambda task: task["data"]["nr"])


def test_all_that_its_importer_keeps_comes_back(imported, theirs):
    _, ours = imported
    ours = sorted(ours, key=lambda task: task["data"]["nr"])
    assert [task["data"] for task in theirs] == [task["data"] for task in ours]
    assert theirs[0]["data"]["image"].startswith("data:image/png;base64,")
    kept = ("result", "was_cancelled", "ground_truth", "lead_time")
    for their, our in zip(theirs, ours, strict=True):
        assert [{name: a[name] for name in kept} for a in their["annotations"]] == [
            {name: a[name] for name in kept} for a in our["annotations"]
        ]
        assert [a["import_id"] for a in their["annotations"]] == [
            a["id"] for a in our["annotations"]
        ]
        assert {a["completed_by"] for a in their["annotations"]} <= {1}


def test_its_masks_are_ours(theirs):
    results = {r.get("id"): r for r in theirs[0]["annotations"][0]["result"]}
    _, arrays = again(theirs).results(masks=True)
    painted, drawn = (mask for mask in arrays if mask is not None)
    assert np.array_equal(painted, MASK)
    assert (drawn[5:12, 8:30] == 255).all()
    assert int((drawn > 0).sum()) == 7 * 22
    assert results["a3"]["value"]["vertices"] == VERTICES


def test_skipped_drafts_and_predictions_arrive(server, imported, theirs):
    by_number = {task["data"]["nr"]: task for task in theirs}
    assert by_number[1]["cancelled_annotations"] == 1
    (prediction, *others) = server.predictions(imported[0])
    assert (prediction["score"], prediction["model_version"]) == (0.25, "m1")
    assert prediction["result"] == predict([0])[0]["result"]
    numbers = {
        json.loads(server.call("GET", f"/api/tasks/{p['task']}/"))["data"]["nr"]
        for p in (prediction, *others)
    }
    assert 3 in numbers
    drafts = [draft for task in theirs for draft in task["drafts"]]
    if drafts:  # imported only where that feature is switched on
        assert [draft["result"] for draft in drafts] == [NOTES]


def test_json_min_is_the_servers(server, imported, theirs, tmp_path):
    mine = again(theirs).export(tmp_path / "min.json", "label-studio-min")
    wanted = json.loads(server.export(imported[0], "JSON_MIN"))
    given = json.loads(mine.read_text(encoding="utf-8"))
    assert by_id(given) == by_id(row for row in wanted if row["annotation_id"])


def test_csv_is_the_servers(server, imported, theirs, tmp_path):
    mine = again(theirs).export(tmp_path / "rows.csv", "csv")
    wanted = list(
        csv.DictReader(io.StringIO(server.export(imported[0], "CSV").decode(), newline=""))
    )
    given = list(csv.DictReader(io.StringIO(mine.read_bytes().decode(), newline="")))
    assert list(given[0]) == list(wanted[0])
    wanted = by_id(row for row in wanted if row["annotation_id"])
    for mine_row, row in zip(by_id(given), wanted, strict=True):
        assert {k: _read(v) for k, v in mine_row.items()} == {k: _read(v) for k, v in row.items()}


def _read(cell):
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def by_id(rows):
    return sorted(rows, key=lambda row: int(row["id"]))


def again(tasks, store=":memory:"):
    return Project(tasks, CONFIG, store=store, key="nr")


def test_what_it_exports_opens_unchanged_and_only_once(theirs, tmp_path):
    store = tmp_path / "labels.db"
    for _ in range(2):
        project = again(theirs, store)
        written = {task["id"]: task for task in project.to_label_studio()}
        for task in theirs:
            if task["annotations"]:
                assert written[task["id"]]["annotations"] == task["annotations"]
                assert written[task["id"]]["data"] == task["data"]
        assert len(project.to_label_studio()) == sum(
            bool(t["annotations"] or t["drafts"]) for t in theirs
        )
        assert project.problems == []
        project.close()


def test_what_it_exported_and_we_edited_it_imports_again(server, theirs):
    project = again(theirs)
    uid = project.annotate("5", EVERYTHING[:1], annotator="1")
    tasks = project.to_label_studio()
    number = server.project(CONFIG, tasks)
    exported = json.loads(server.export(number))
    (task,) = [task for task in exported if task["data"]["nr"] == 5]
    assert [a["result"] for a in task["annotations"]] == [EVERYTHING[:1]]
    assert uid == next(
        a["unique_id"] for t in theirs for a in t["annotations"] if t["data"]["nr"] == 5
    )
