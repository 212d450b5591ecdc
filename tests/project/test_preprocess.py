"""What is shown is prepared; what is said is about the data as it is."""

import io
import json
import time
from dataclasses import replace

import pytest
from PIL import Image

from nblabel import Labeler, Project
from nblabel.core.annotation import Prediction
from nblabel.core.change import Applied, Change, Conflict, Edit

IMAGES = """<View><Image name="i" value="$photo"/>
<RectangleLabels name="b" toName="i"><Label value="Cat"/></RectangleLabels></View>"""
TEXTS = """<View><Text name="t" value="$text"/>
<Labels name="ner" toName="t"><Label value="PER"/></Labels></View>"""
HTML = "<p>Ada &amp; <b>Ben</b></p>"  # "Ada & Ben"


@pytest.fixture
def photos(tmp_path):
    Image.new("RGB", (400, 300), "teal").save(tmp_path / "a.png")
    return tmp_path


def opened(photos, **more):
    return Project(
        photos, IMAGES, store=":memory:", preprocess=("resize", {"longest": 100}), **more
    )


def span(start, end, text, **more):
    value = {"start": start, "end": end, "text": text, "labels": ["PER"]}
    result = {"id": "r", "from_name": "ner", "to_name": "t", "type": "labels", **more}
    return {**result, "value": value}


def change(project, before, after, seq=1, base=0, **more):
    view = project.view(0)
    given = Change(
        key=view.key,
        annotation="a",
        base=base,
        client="c",
        seq=seq,
        at="2026-01-01T00:00:00.000Z",
        action="submit",
        edits=(Edit("x", 1.0, before, after),),
        digest=view.digest,
        index=0,
    )
    return replace(given, **more)


class TestImages:
    def test_what_is_shown_is_small_and_says_the_size_of_the_original(self, photos):
        [[media]] = opened(photos).view(0).media.values()
        assert Image.open(io.BytesIO(media.data)).size == (100, 75)
        assert (media.width, media.height) == (400, 300)

    def test_boxes_are_in_percent_and_pixels_of_the_original(self, photos):
        project = opened(photos)
        project.annotate(0, b=[(10, 20, 30, 40, "Cat")])
        assert project.results("px")[["x", "y", "width", "height"]].values.tolist() == [
            [40.0, 60.0, 120.0, 120.0]
        ]

    def test_the_steps_are_kept_with_the_task_and_leave_with_it(self, photos, tmp_path):
        store = tmp_path / "labels.db"
        project = Project(
            photos, IMAGES, store=store, preprocess=["autocontrast", ("resize", {"longest": 100})]
        )
        project.annotate(0, b=[(10, 20, 30, 40, "Cat")])
        project.close()
        again = Project(store=store)  # without the data, and without preprocess=
        [task] = again.to_label_studio()
        assert task["meta"]["preprocess"] == [
            {"step": "autocontrast", "cutoff": 0.0},
            {"step": "resize", "longest": 100},
        ]
        again.close()

    def test_a_tasks_own_meta_stays(self, photos):
        tasks = [{"id": 7, "data": {"photo": "a.png"}, "meta": {"by": "ana"}}]
        project = Project(tasks, IMAGES, store=":memory:", root=photos, preprocess="resize")
        project.annotate(7, b=[(10, 20, 30, 40, "Cat")])
        [task] = project.to_label_studio()
        assert task["meta"] == {"by": "ana", "preprocess": [{"step": "resize", "longest": 2048}]}

    def test_what_leaves_is_the_original(self, photos):
        project = opened(photos)
        project.annotate(0, b=[(10, 20, 30, 40, "Cat")])
        [task] = project.to_label_studio()
        assert len(task["data"]["photo"]) > len((photos / "a.png").read_bytes())

    def test_what_fails_is_told_in_the_images_place(self, photos):
        def broken(image):
            raise ValueError("no such tone")

        project = Project(photos, IMAGES, store=":memory:", preprocess=broken)
        [[media]] = project.view(0).media.values()
        assert "no such tone" in media.problem

    def test_an_image_of_the_web_is_shown_as_it_is_and_that_is_told(self):
        rows = [{"photo": "https://host/a.png"}]
        view = Project(rows, IMAGES, store=":memory:", preprocess="resize").view(0)
        [[media]] = view.media.values()
        assert media.url == "https://host/a.png"
        assert any('protocols=["https"] would have it read' in one for one in view.problems)


def texts(**more):
    return Project(
        [{"text": HTML}], TEXTS, store=":memory:", preprocess="strip_html", annotator="ana", **more
    )


class TestTexts:
    """The editor marks what is shown; the store, and all that comes out, has the original."""

    def test_it_is_shown_without_markup(self):
        view = texts().view(0)
        assert view.values[1]["value"] == "Ada & Ben"

    def test_a_span_of_the_editor_is_one_of_the_data(self):
        project = texts()
        project.apply(change(project, None, span(6, 9, "Ben")))
        [row] = project.results().to_dict("records")
        assert (row["start"], row["end"], row["text"]) == (16, 19, "Ben")
        assert HTML[int(row["start"]) : int(row["end"])] == "Ben"
        [item] = project.view(0).annotation.items
        assert item.result == span(6, 9, "Ben")

    def test_it_is_changed_and_taken_back_by_what_the_editor_saw(self):
        project = texts()
        project.apply(change(project, None, span(6, 9, "Ben")))
        moved = change(project, span(6, 9, "Ben"), span(0, 5, "Ada &"), seq=2, base=1)
        assert isinstance(project.apply(moved), Applied)
        back = change(project, span(0, 5, "Ada &"), span(6, 9, "Ben"), seq=3, base=2)
        assert isinstance(project.apply(back), Applied)
        gone = change(project, span(6, 9, "Ben"), None, seq=4, base=3)
        assert isinstance(project.apply(gone), Applied)
        assert project.view(0).annotation.items == ()

    def test_several_gestures_of_one_batch(self):
        project = texts()
        batch = [
            change(project, None, span(6, 9, "Ben")),
            change(project, span(6, 9, "Ben"), span(0, 3, "Ada"), seq=2, base=1),
            change(project, span(0, 3, "Ada"), span(0, 5, "Ada &"), seq=3, base=2),
        ]
        assert all(isinstance(one, Applied) for one in project.apply_all(batch))
        assert project.results()["text"].tolist() == ["Ada &amp;"]

    def test_what_came_from_code_is_shown_where_it_is(self):
        project = texts()
        odd = span(3, 19, "Ada &amp; <b>Ben", meta={"by": "code"})
        project.annotate(0, [odd])
        [item] = project.view(0).annotation.items
        assert item.result["value"]["text"] == "Ada & Ben"
        uid = project.view(0).annotation.uid
        deleted = change(
            project, None, None, base=1, annotation=uid,
            edits=(Edit(item.uid, item.ordinal, item.result, None),),
        )  # fmt: skip
        assert isinstance(project.apply(deleted), Applied)

    def test_what_is_not_touched_stays_as_it_came(self):
        project = texts()
        odd = span(1, 21, HTML[1:21])  # begins and ends inside of markup
        project.annotate(0, [odd])
        view = project.view(0)
        again = change(
            project, None, None, base=1, annotation=view.annotation.uid,
            edits=(Edit("y", 2.0, None, span(0, 3, "Ada", id="s")),),
        )  # fmt: skip
        assert isinstance(project.apply(again), Applied)
        starts = project.results()[["start", "end"]].values.tolist()
        assert starts == [[1, 21], [3, 6]]

    def test_a_conflict_shows_what_stands(self):
        project = texts()
        project.apply(change(project, None, span(6, 9, "Ben")))
        late = change(project, span(0, 3, "Ada"), None, seq=1, base=0, client="other")
        outcome = project.apply(late)
        assert isinstance(outcome, Conflict)
        assert outcome.current.items[0].result == span(6, 9, "Ben")

    def test_suggestions_and_others_are_shown_in_the_same_way(self):
        project = texts()
        key = project.key(0)
        project.annotate(0, [span(3, 6, "Ada")], annotator="ben")
        row = next(iter(project.rows([0])))
        project.suggest([(row, Prediction(id=1, results=(span(16, 19, "Ben"),)))])
        view = project.view(0)
        assert [one.items[0].result["value"]["start"] for one in view.others] == [0]
        assert [one.results[0]["value"]["start"] for one in view.predictions] == [6]
        assert key == view.key

    def test_undo_after_a_reload_is_about_what_is_shown(self):
        project = texts()
        project.apply(change(project, None, span(6, 9, "Ben")))
        [(gesture, row)] = project.gestures(9)
        assert (gesture.edits[0].after, row) == (span(6, 9, "Ben"), 0)

    def test_a_model_that_is_asked_about_what_is_drawn(self):
        asked, heard = [], []

        class Model:
            version = "1"
            interactive = True

            def predict(self, tasks, context=None):
                asked.append(context)
                return [{"result": [span(16, 19, "Ben")]} for _ in tasks]

        config = TEXTS.replace('<Labels name="ner"', '<Labels name="ner" smart="true"')
        project = Project(
            [{"text": HTML}], config, store=":memory:", preprocess="strip_html", predict=Model()
        )
        project.ask(0, [span(0, 3, "Ada")], heard.append, failed=heard.append)
        until = time.monotonic() + 10
        while not heard and time.monotonic() < until:
            time.sleep(0.01)
        assert asked[0]["result"][0]["value"]["start"] == 3
        assert heard[0].results[0]["value"] == span(6, 9, "Ben")["value"]
        project.close()

    def test_over_the_wire(self):
        labeler = Labeler(texts())
        _, [tasks] = labeler._open({})
        [task] = json.loads(tasks)
        assert task["values"]["1"]["value"] == "Ada & Ben"

    def test_a_text_whose_step_fails_is_shown_as_it_is_and_told(self):
        project = Project(
            [{"text": HTML}], TEXTS, store=":memory:", preprocess=lambda text: text[:2]
        )
        view = project.view(0)
        assert view.values[1]["value"] == HTML
        assert any("text of another length" in one for one in view.problems)
