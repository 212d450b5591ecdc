"""The kernel's half of the wire, driven with the messages that the browser sends."""

import base64
import gc
import gzip
import inspect
import io
import json
import re
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from nblabel import Labeler, Project
from nblabel.base.built import modules
from nblabel.base.errors import DataError, NblabelError
from nblabel.config import parse
from nblabel.core.commands import GENERAL
from nblabel.media import images
from nblabel.project.connected import Connected
from nblabel.project.leaving import Leaving
from nblabel.store import Store
from nblabel.tags import TAGS
from nblabel.widget import keys
from nblabel.widget.code import code, code_hash, families
from nblabel.widget.wire import PROTOCOL
from tests.project.animals import CONFIG, mood, span
from tests.widget.page import Page, change, tasks_in

IMAGE = '<View><Image name="image" value="$image"/></View>'
LABELING = """<View>
  <Text name="text" value="$text"/>
  <Taxonomy name="kind" toName="text" labeling="true"><Choice value="a"/></Taxonomy>
</View>"""
BOXES = """<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image"><Label value="roof"/></RectangleLabels>
</View>"""
JS = Path(keys.__file__).parents[1] / "js" / "src"


def hotkeys_in(element):
    """The hotkeys of an element and of those inside it, as the browser is told of them."""
    given = element["attributes"]
    own = {given.get("value", given.get("name")): given["hotkey"]} if "hotkey" in given else {}
    for child in element["children"]:
        own |= hotkeys_in(child)
    return own


class TestAsks:
    def test_the_editors_code(self, page):
        for name, files in modules().entries.items():
            answer, buffers = page.ask("code", names=[name], have=[])
            assert answer == {"v": PROTOCOL, "re": answer["re"], "ok": {"files": files}}
            assert [gzip.decompress(file) for file in buffers] == [code(file) for file in files]

    def test_the_editors_code_comes_in_the_order_in_which_it_is_evaluated(self, page):
        for name, files in modules().entries.items():
            assert files[-1] == f"{name}.js"
            for place, file in enumerate(files):
                imported = re.findall(r'(?:from|import)"\./([^"]+)"', code(file).decode())
                assert set(imported) <= set(files[:place])

    def test_of_the_editors_code_only_what_the_page_does_not_have_is_sent(self, page):
        text, choices = (modules().entries[name] for name in ("text", "choices"))
        answer, buffers = page.ask("code", names=["text", "choices"], have=text)
        files = answer["ok"]["files"]
        assert files == list(dict.fromkeys([*text, *choices]))
        new = [file for file in files if file not in text]
        assert [gzip.decompress(file) for file in buffers] == [code(file) for file in new]
        assert 0 < len(new) < len(choices)
        _, nothing = page.ask("code", names=["choices"], have=files)
        assert nothing == []

    def test_open(self, page):
        first = page.ok("open")
        assert (first["index"], first["filter"]) == (0, "unlabeled")
        assert first["progress"]["total"] == 3
        assert first["model"] == page.labeler.model_id

    def test_open_brings_the_first_task(self, page, opened, frame):
        _, (tasks,) = page.ask("open")
        assert tasks_in(tasks) == page.ok("tasks", indices=[0])
        page.ok("seen", index=2, filter="all")
        _, (tasks,) = page.ask("open")
        assert [task["index"] for task in tasks_in(tasks)] == [2]

    def test_what_came_from_label_studio_is_fixed_in_place(self, opened):
        came = {"id": 31, "completed_by": {"email": "ann@x.org"}, "result": [mood("good")]}
        page = opened([{"id": 1, "data": {"text": "a"}, "annotations": [came]}], key=None)
        answer, (tasks,) = page.ask("open")
        assert answer["ok"]["progress"]["done"] == 1
        own = tasks_in(tasks)[0]["annotation"]
        fixed = [{**own["items"][0], "before": mood("good"), "after": mood("bad")}]
        sent = change({"key": "1", "digest": ""}, annotation=own["uid"], base=own["revision"])
        edits = [
            {name: one[name] for name in ("uid", "ordinal", "before", "after")} for one in fixed
        ]
        assert page.ok("changes", changes=[{**sent, "edits": edits}]) == [{"applied": 2}]
        [task] = page.labeler.to_label_studio()
        [annotation] = task["annotations"]
        assert (annotation["id"], annotation["result"]) == (31, [mood("bad")])

    def test_open_where_the_first_task_cannot_be_shown(self, opened, frame):
        answer, buffers = opened(frame.assign(id=None)).ask("open")
        assert (answer["ok"]["index"], buffers) == (0, [])

    def test_open_without_rows(self, opened, frame):
        assert opened(frame.head(0)).ok("open")["index"] is None

    def test_what_was_done_last_for_undo(self, page):
        first, second = page.ok("tasks", indices=[0, 2])
        sent = change(first, mood("good"))
        page.ok("changes", changes=[sent, change(second, kind="undo", action="skip")])
        page.labeler.annotate(8, [mood("bad")])  # not in the editor, and not its to undo
        done, undone = page.ok("open")["gestures"]
        assert (done["key"], done["index"], done["action"], done["kind"]) == (
            first["key"],
            0,
            "submit",
            "gesture",
        )
        assert (done["stateBefore"], done["state"]) == ("draft", "submitted")
        assert done["edits"] == sent["edits"]
        assert (undone["kind"], undone["state"]) == ("undo", "skipped")

    def test_where_a_task_is(self, page):
        assert page.ok("locate", key="9") == 2
        assert page.ok("locate", key="99") is None

    def test_a_ping_is_answered(self, page):
        assert page.ok("ping") is None

    def test_counts_of_a_large_frame_grow_while_nobody_waits(self, opened, tmp_path, monkeypatch):
        from nblabel.project import progress

        monkeypatch.setattr(progress, "SMALL", 10)
        monkeypatch.setattr("nblabel.project.project.SMALL", 10)
        data = pd.DataFrame({"id": range(5000), "text": [f"text {n}" for n in range(5000)]})
        project = Project(data, CONFIG, key="id", annotator="ana", store=tmp_path / "large.db")
        for key in (3, 4000):
            project.annotate(key, [mood("good")])
        assert project.progress()["exact"]
        project.close()
        page = opened(data, store=tmp_path / "large.db", annotator="ana")
        counts = page.ok("open")["progress"]
        assert (counts["done"], counts["exact"]) == (1, False)  # row 3 is near where it opens
        asked = 0
        while not counts["exact"]:
            counts = page.ok("index")
            asked += 1
        assert (counts["done"], counts["total"]) == (2, 5000)
        assert asked < 20

    def test_find(self, page):
        assert page.ok("find", **{"from": 0, "step": 1, "filter": "unlabeled", "count": 2}) == [
            0,
            1,
        ]

    def test_seen_is_where_it_opens_again(self, page, opened):
        page.ok("seen", index=2, filter="all")
        assert page.ok("open")["filter"] == "all"
        assert opened(annotator="ana").ok("open")["index"] == 2

    def test_tasks_in_the_browsers_names(self, page):
        (task,) = page.ok("tasks", indices=[0])
        assert task["key"] == "7"
        assert task["annotation"] is None
        page.ok("changes", changes=[change(task, mood("good"))])
        (task,) = page.ok("tasks", indices=[0])
        assert task["annotation"]["leadTime"] == 1.5
        assert task["annotation"]["items"][0]["result"] == mood("good")

    def test_much_text_travels_gzipped_and_little_does_not(self, opened):
        rows = [{"id": 1, "text": "short"}, {"id": 2, "text": "Zoë runs. " * 20_000}]
        page = opened(rows)
        _, (little,) = page.ask("tasks", indices=[0])
        _, (much,) = page.ask("tasks", indices=[1])
        assert json.loads(little)[0]["values"]["1"]["value"] == "short"
        assert len(much) < 5_000
        (task,) = json.loads(gzip.decompress(much))
        assert task["values"]["1"]["value"] == rows[1]["text"]

    def test_a_task_that_cannot_be_shown_takes_no_other_with_it(self, opened, frame):
        page = opened(frame.assign(id=[7, None, 9]))
        assert [task["index"] for task in page.ok("tasks", indices=[0, 1, 2])] == [0, 2]
        assert 'column "id" has no key in row 1' in page.error("tasks", indices=[1])


class TestMedia:
    CONFIG = """<View><Image name="one" value="$image"/><Image name="many" valueList="$images"/>
    </View>"""

    def test_bytes_travel_as_buffers_and_once(self, opened):
        array, url = np.zeros((2, 4, 3), "uint8"), "https://example.org/a.png"
        row = {"id": 1, "image": array, "images": [url, array, "none.png"]}
        page = opened([row, {**row, "id": 2}], self.CONFIG)
        _, (tasks, *buffers) = page.ask("tasks", indices=[0, 1])
        first, second = json.loads(tasks)
        (one,) = first["media"]["1"]
        listed = first["media"]["2"]
        assert (one["mime"], one["width"], one["height"], one["buffer"]) == ("image/png", 4, 2, 1)
        assert [media["buffer"] for media in listed] == [None, 2, None]
        assert [media["url"] for media in listed] == [url, None, None]
        assert "none.png" in listed[2]["problem"]
        assert second["media"]["1"][0]["buffer"] == 3
        assert len(buffers) == 4
        assert all(buffer.startswith(b"\x89PNG") for buffer in buffers)

    def test_an_embedded_image_is_not_sent_twice(self, opened):
        page = opened([{"id": 1, "image": np.zeros((64, 64, 3), "uint8")}], self.CONFIG)
        _, (_, png) = page.ask("tasks", indices=[0])
        uri = "data:image/png;base64," + base64.b64encode(png).decode()
        page = opened([{"id": 1, "image": uri, "images": [uri]}], self.CONFIG)
        _, (tasks, *buffers) = page.ask("tasks", indices=[0])
        assert buffers == [png, png]
        assert b"base64" not in tasks


class TestErrors:
    def test_a_page_of_another_protocol_is_asked_to_reload(self, page):
        assert "reload the page" in page.error("open", v=0)

    def test_an_unknown_op(self, page):
        assert page.error("dance") == (
            'the browser asks for "dance", which this kernel does not know'
        )

    @pytest.mark.parametrize(
        ("op", "content", "sentence"),
        [
            ("tasks", {"indices": [99]}, "there is no row 99: the data has 3 rows, from 0"),
            (
                "code",
                {"names": ["editor", "../loader"], "have": []},
                'there is no module "../loader" of the editor',
            ),
            (
                "seen",
                {},
                "what the browser asks has nothing as its filter: it should be text",
            ),
            (
                "seen",
                {"filter": "labelled"},
                'filter="labelled" is not known; one of "all", "unlabeled", "drafts", "labeled", '
                '"skipped", "unsure", "disagrees", "differ", "label:…", "annotator:…" is; '
                'did you mean "labeled"?',
            ),
        ],
    )
    def test_whatever_goes_wrong_is_answered_in_a_sentence(self, page, op, content, sentence):
        assert page.error(op, **content) == sentence

    @pytest.mark.parametrize("content", [{}, {"event": "else"}])
    def test_what_is_no_ask_is_not_answered(self, page, content):
        page.send(**content)
        assert page.sent == []

    def test_what_the_project_says_is_passed_on(self, opened):
        ready = threading.Event()

        def predict(_):
            raise KeyError("txt")

        page = opened(predict=predict)
        page.labeler.project.on_change(lambda *_: ready.set())
        page.ok("tasks", indices=[0])
        assert ready.wait(10)
        (problem,) = page.events("problem")
        assert problem["text"] == "predict= failed with KeyError: 'txt'"


class TestChanges:
    @pytest.fixture
    def tasks(self, page):
        return page.ok("tasks", indices=[0, 1, 2])

    def test_are_answered_after_they_are_on_disk(self, page, tasks, tmp_path):
        seen = []

        def look(data, buffers=None, **_):
            with_own_eyes = Store.open(tmp_path / "labels.db")
            number = with_own_eyes.project(page.labeler.project.name, CONFIG)
            seen.append(with_own_eyes.annotations(number, "7"))
            with_own_eyes.close()

        page.labeler.comm.send = look
        sent = change(tasks[0], mood("good"))
        page.send(v=PROTOCOL, id=1, op="changes", changes=[sent])
        assert {found.uid for (found,) in seen} == {sent["annotation"]}

    def test_sent_twice_are_applied_once(self, page, tasks):
        batch = [change(task, mood("good")) for task in tasks]
        assert page.ok("changes", changes=batch) == [{"applied": 1}] * 3
        assert page.ok("changes", changes=batch) == [{"applied": 1}] * 3
        assert len(page.labeler.results()) == 3

    def test_an_undo_is_logged_as_one(self, page, tasks):
        made = change(tasks[0], mood("good"), action="edit", annotation="u")
        (edit,) = made["edits"]
        back = {**edit, "before": edit["after"], "after": None}
        undo = {**made, "base": 1, "seq": 2, "edits": [back], "kind": "undo"}
        odd = {**undo, "base": 2, "seq": 3, "kind": "undone"}
        *applied, refused = page.ok("changes", changes=[made, undo, odd])
        assert applied == [{"applied": 1}, {"applied": 2}]
        assert 'has "undone" as its kind: it should be one of gesture' in refused["refused"]
        project = page.labeler.project
        log = project.store.history(project.store.project(project.name, CONFIG), "u")
        assert [event.kind for event in log] == ["gesture", "undo"]

    def test_one_that_is_refused_stops_no_other(self, page, tasks):
        good = [change(tasks[0], mood("good")), change(tasks[2], mood("bad"))]
        foreign = change(tasks[1], mood("bad"), annotation=good[0]["annotation"], base=1)
        torn = {k: v for k, v in change(tasks[1]).items() if k != "edits"}
        odd = change(tasks[1], action="sumbit")
        first, *refused, last = page.ok("changes", changes=[good[0], foreign, torn, odd, good[1]])
        assert (first, last) == ({"applied": 1}, {"applied": 1})
        sentences = [outcome["refused"] for outcome in refused]
        assert 'belongs to task "7", not to task "8"' in sentences[0]
        assert sentences[1:] == [
            "a change from the browser has nothing as its edits: it should be a list",
            'a change from the browser has "sumbit" as its action: it should be one of edit, '
            "submit, skip, reopen",
        ]
        assert page.labeler.progress()["done"] == 2

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("key", 7, "has 7 as its key: it should be text"),
            ("annotation", ["u"], "has a list as its annotation: it should be text"),
            ("base", "0", 'has "0" as its base: it should be a whole number'),
            ("base", True, "has True as its base: it should be a whole number"),
            ("seq", 2**63, "as its seq: it should be a whole number"),
            ("client", "\ud83e", "as its client: it should be text of whole characters"),
            ("edits", {}, "has an object as its edits: it should be a list"),
            ("edits", [7], "a change from the browser, edits 1, is 7: it should be an object"),
            ("leadTime", float("nan"), "has nan as its leadTime: it should be a number"),
            ("leadTime", 10**400, "as its leadTime: it should be a number"),
            ("parentPrediction", [1], "has a list as its parentPrediction"),
        ],
    )
    def test_one_that_is_malformed_is_refused(self, page, tasks, field, value, told):
        sent = change(tasks[0], mood("good"), **{field: value})
        (outcome,) = page.ok("changes", changes=[sent])
        assert told in outcome["refused"]
        assert len(page.labeler.results()) == 0

    @pytest.mark.parametrize("after", ["good", ["good"], 7, True])
    def test_a_result_that_is_no_object_is_refused(self, page, tasks, after):
        (outcome,) = page.ok("changes", changes=[change(tasks[0], after)])
        assert outcome["refused"].startswith("a change from the browser, edits 1, has ")
        assert outcome["refused"].endswith(
            "as its after: it should be an object of no more than 100 levels, or null"
        )
        assert page.labeler.to_frame()["mood"].isna().all()

    def test_a_result_without_a_bottom_is_refused(self, page, tasks):
        deep = {}
        for _ in range(200):
            deep = {"value": deep}
        (outcome,) = page.ok("changes", changes=[change(tasks[0], deep)])
        assert "no more than 100 levels" in outcome["refused"]

    @pytest.mark.parametrize(
        ("other", "what"),
        [
            ({"key": "8"}, "task"),
            ({"annotation": "other"}, "annotation"),
            ({"base": 3}, "revision"),
            ({"action": "skip"}, "action"),
            ({"kind": "undo"}, "kind"),
            ({"edits": []}, "edits"),
        ],
    )
    def test_another_one_under_the_same_number_is_refused(self, page, tasks, other, what):
        sent = change(tasks[0], mood("good"), client="c", seq=4)
        assert page.ok("changes", changes=[sent]) == [{"applied": 1}]
        (outcome,) = page.ok("changes", changes=[{**sent, **other}])
        assert outcome["refused"] == (
            f'change 4 of "c" was written before with another {what}; nothing was written'
        )
        assert page.ok("changes", changes=[sent]) == [{"applied": 1}]
        assert page.labeler.to_frame()["mood"].dropna().tolist() == ["good"]

    def test_a_stale_one_gets_what_is_there(self, page, tasks):
        first = change(tasks[0], mood("good"))
        page.ok("changes", changes=[first])
        stale = change(tasks[0], mood("bad"), annotation=first["annotation"])
        (outcome,) = page.ok("changes", changes=[stale])
        assert outcome["conflict"]["revision"] == 1
        assert outcome["conflict"]["items"][0]["result"] == mood("good")

    def test_what_was_made_on_a_stale_one_is_stale_too(self, page, tasks):
        first = change(tasks[0], mood("good"))
        page.ok("changes", changes=[first])
        stale = change(tasks[0], mood("bad"), annotation=first["annotation"], action="edit")
        # Its base is the revision that is there, by chance: it was made on another state.
        after = change(tasks[0], annotation=first["annotation"], base=1, action="skip")
        outcomes = page.ok("changes", changes=[stale, after, change(tasks[1], mood("bad"))])
        assert ["conflict" in outcome for outcome in outcomes] == [True, True, False]
        assert page.labeler.progress()["skipped"] == 0
        assert page.labeler.progress()["done"] == 2

    def test_from_several_threads_at_once(self, page, tasks):
        def work(number):
            for seq in range(5):
                mine = change(tasks[0], span(0, 3, "Plant"), seq=seq, client=f"c{number}")
                page.send(v=PROTOCOL, id=1000 + 100 * number + seq, op="changes", changes=[mine])
                page.send(v=PROTOCOL, id=1000 + 100 * number + seq + 50, op="tasks", indices=[0, 1])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number in range(4):
            for seq in range(5):
                answer, _ = page.answer(1000 + 100 * number + seq)
                assert answer["ok"] == [{"applied": 1}]
                _, (tasks, *_) = page.answer(1000 + 100 * number + seq + 50)
                assert len(json.loads(tasks)) == 2
        assert len(page.labeler.results()) == 20


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
OPS = ["open", "tasks", "find", "locate", "seen", "index", "piece", "changes", "ping", "code"]
FIELDS = ["indices", "from", "step", "count", "filter", "key", "index", "element", "item", "name"]


@pytest.fixture(scope="module")
def lone_page():
    page = Page(Labeler(pd.DataFrame({"id": [7], "text": ["a"]}), CONFIG, store=":memory:"))
    yield page
    page.labeler.close()
    page.labeler.project.close()


class TestWhateverIsSent:
    """Nothing that a page can say stops the labeler: each ask has one answer."""

    def answers(self, page, content):
        page.sent.clear()
        page.send(**content)
        return [m["content"] for m, _ in page.sent if m.get("content", {}).get("re") == -1]

    @settings(deadline=None)
    @given(op=st.sampled_from(OPS) | JSON, fields=st.dictionaries(st.sampled_from(FIELDS), JSON))
    def test_an_ask(self, lone_page, op, fields):
        (answer,) = self.answers(lone_page, {**fields, "v": PROTOCOL, "id": -1, "op": op})
        assert ("ok" in answer) != ("error" in answer)
        assert "Traceback" not in answer.get("error", "")

    @settings(deadline=None, max_examples=50)
    @given(data=st.data())
    def test_a_change(self, lone_page, data):
        task = lone_page.ok("tasks", indices=[0])[0]
        sent = change(task, mood("good"))
        names = data.draw(st.lists(st.sampled_from([*sent, "kind", "index"]), max_size=2))
        sent |= {name: data.draw(JSON, name) for name in names}
        if data.draw(st.booleans(), "an edit too"):
            name = data.draw(st.sampled_from(["uid", "ordinal", "before", "after"]))
            sent["edits"] = [{"uid": "u", "ordinal": 1, "before": None, "after": None}]
            sent["edits"][0][name] = data.draw(JSON, name)
        asked = {"v": PROTOCOL, "id": -1, "op": "changes", "changes": [sent]}
        (answer,) = self.answers(lone_page, asked)
        (outcome,) = answer["ok"]
        assert len(outcome) == 1
        assert set(outcome) < {"applied", "conflict", "refused"}
        if "refused" in outcome:  # in words for a person, not those of a library
            assert not re.match(r"\w+Error: ", outcome["refused"]), outcome
        lone_page.labeler.to_frame()
        lone_page.labeler.results()
        lone_page.labeler.to_label_studio()
        lone_page.labeler.check()


class TestPieces:
    @pytest.fixture
    def large(self, tmp_path, opened, monkeypatch):
        monkeypatch.setattr(images, "WHOLE_PIXELS", 1000)
        monkeypatch.setattr(images, "SMALL_SIDE", 100)
        Image.new("RGB", (400, 300), "red").save(tmp_path / "a.png")
        config = '<View><Image name="i" value="$image"/></View>'
        data = pd.DataFrame({"id": ["1"], "image": [str(tmp_path / "a.png")]})
        return opened(data, config, root=tmp_path)

    def test_come_as_events_when_they_are_ready(self, large):
        (task,) = large.ok("tasks", indices=[0])
        ((element, (shown,)),) = task["media"].items()
        assert (shown["levels"], shown["buffer"], shown["width"]) == (2, None, 400)
        place = {"index": 0, "element": int(element), "item": 0}
        assert large.ok("piece", **place, level=2, column=None, row=None) is None
        (told, (data,)) = large.event_with_buffers("piece")
        assert told == {**told, **place, "level": 2, "column": None, "mime": "image/jpeg"}
        assert Image.open(io.BytesIO(data)).size == (100, 75)
        decoding = large.events("decoding")[-1]
        assert {name: decoding[name] for name in place} == place
        assert 0.9 < decoding["part"] <= 1

    def test_of_what_is_not_there_come_as_a_sentence(self, large):
        (task,) = large.ok("tasks", indices=[0])
        (element,) = task["media"]
        place = {"index": 0, "element": int(element), "item": 0}
        large.ok("piece", **place, level=0, column=7, row=7)
        told, _ = large.event_with_buffers("piece")
        assert told["problem"] == "the image has no piece 7, 7 there"


class TestOrder:
    def test_the_page_is_told_of_another(self, page):
        assert page.ok("open")["ordered"] is False
        page.labeler.order = [8]
        assert page.events("ordered")[-1] == {
            "v": PROTOCOL,
            "event": "ordered",
            "ordered": True,
            "filter": "unlabeled",
        }
        assert page.ok("open")["ordered"] is True
        assert page.ok("find", **{"from": 0}, step=1, filter="unlabeled", count=2)[0] == 1

    def test_one_of_what_was_labeled_goes_through_that(self, page):
        page.labeler.annotate(8, [mood("bad")])
        page.labeler.order = [8]
        assert page.events("ordered")[-1]["filter"] == "labeled"
        page.labeler.order = None
        assert page.events("ordered")[-1]["ordered"] is False


class TestSeveral:
    def test_labelers_of_a_project_hear_each_other_and_name_what_was_said_in_their_own(self, page):
        other = Page(Labeler(page.labeler.project))
        (task,) = page.ok("tasks", indices=[0])
        sent = change(task, mood("good"))
        page.ok("changes", changes=[sent])
        (own,) = page.events("changed")
        assert (own["keys"], own["client"]) == (["7"], sent["client"])
        (heard,) = other.events("changed")
        assert (heard["keys"], heard["progress"]["done"]) == (["7"], 1)
        page.labeler.annotate(8, [mood("bad")])
        assert [len(each.events("changed")) for each in (page, other)] == [2, 2]
        other.labeler.close()

    def test_a_closed_one_hears_nothing(self, page):
        other = Page(Labeler(page.labeler.project))
        other.labeler.close()
        page.labeler.annotate(7, [mood("good")])
        assert other.events("changed") == []
        assert page.labeler.project._listeners == [page.labeler._tell]

    def test_the_cell_run_again_finds_the_work(self, page, opened):
        (task,) = page.ok("tasks", indices=[1])
        page.ok("changes", changes=[change(task, mood("bad"), action="edit")])
        page.ok("seen", index=1, filter="unlabeled")
        again = opened(annotator="ana")
        assert again.ok("open")["index"] == 1
        (task,) = again.ok("tasks", indices=[1])
        assert task["annotation"]["state"] == "draft"
        assert task["annotation"]["items"][0]["result"] == mood("bad")


class TestWhatTheBrowserIsTold:
    def test_traits_do_not_grow_with_the_data(self, opened):
        def size(rows):
            frame = pd.DataFrame({"id": range(rows), "text": "x" * 100})
            state = opened(frame, name=f"of {rows}").labeler.get_state()
            del state["layout"]
            return len(json.dumps({**state, "spec": {**state["spec"], "rows": 0, "project": ""}}))

        assert size(10) == size(20_000)

    def test_spec(self, opened):
        spec = opened(keys={"annotation:submit": "ctrl+s"}, theme="dark", annotator="ana").labeler
        assert spec.theme == "dark"
        assert spec.spec["commands"]["annotation:submit"]["keys"] == ["ctrl+s"]
        assert spec.spec["commands"]["annotation:skip"] == {
            "keys": ["ctrl+space"],
            "words": "Skip",
        }
        assert spec.spec["annotator"] == "ana"
        assert spec.spec["hash"] == code_hash()

    @pytest.mark.parametrize(
        ("config", "families"),
        [
            (CONFIG, ["choices", "labels", "text", "view", "regions"]),
            (IMAGE, ["image", "view"]),
            (BOXES, ["image", "rectangle", "view", "regions"]),
            ('<View><Video name="video" value="$video"/></View>', ["view"]),
        ],
    )
    def test_spec_says_which_families_the_config_needs(self, config, families):
        data = [{"text": "a", "image": "a.png", "video": "a.mp4"}]
        assert Labeler(data, config, store=":memory:").spec["families"] == families

    @pytest.mark.parametrize("tag", [tag for tag in TAGS.values() if tag.example])
    def test_an_example_needs_the_families_of_its_tags_and_no_other(self, tag):
        config = parse(tag.example, TAGS)
        tags = {element.tag for element in config.root.walk()}
        needed = families(config)
        for family, drawn in modules().families.items():
            assert (family in needed) == bool(tags & set(drawn))

    def test_commands_are_those_of_the_tags_in_the_config(self, opened):
        text = opened(name="text").labeler
        image = opened([{"id": 1, "image": "a.png"}], IMAGE, name="image").labeler
        assert "tool:zoom-in" not in text.spec["commands"]
        assert "tool:zoom-in" in image.spec["commands"]
        assert list(text.spec["commands"]) == [command.name for command in GENERAL]
        forms = opened([{"id": 1, "image": "a.png"}], IMAGE, name="forms").labeler
        regions = [name for name in forms.spec["commands"] if name.startswith("region:")]
        spans = opened([{"id": 1, "text": "a"}], LABELING, name="spans").labeler
        assert "region:relation" in spans.spec["commands"]
        assert "regions" in spans.spec["families"]
        assert regions == ["region:delete", "region:exit"]  # undo, and the way out of everything

    def test_keys_may_name_commands_that_this_config_has_no_use_for(self, opened):
        spec = opened(keys={"tool:zoom-in": "z", "help": ""}).labeler.spec
        assert "tool:zoom-in" not in spec["commands"]
        assert spec["commands"]["help"]["keys"] == []

    def test_keys_of_labels_and_choices_are_told_as_hotkeys(self, opened):
        given = {"good": "p", "what/Animal": "1", "help": "f1"}
        config = CONFIG.replace('value="bad"', 'value="bad" hotkey="p"')
        spec = opened(config=config, keys=given).labeler.spec
        assert hotkeys_in(spec["root"]) == {"good": "p", "Animal": "1"}  # and no other has it
        assert spec["commands"]["help"]["keys"] == ["f1"]

    def test_what_is_repeated_has_them_on_every_copy(self, opened):
        config = """<View><Repeater on="$pages"><Text name="t_{{idx}}" value="$pages[{{idx}}]"/>
        <Choices name="c_{{idx}}" toName="t_{{idx}}"><Choice value="good"/></Choices>
        </Repeater></View>"""
        page = opened(data=[{"id": 1, "pages": ["a", "b"]}], config=config, keys={"good": "p"})
        (task,) = page.ok("tasks", indices=[0])
        ((one, two),) = task["children"].values()
        assert hotkeys_in(one) == hotkeys_in(two) == {"good": "p"}

    def test_a_label_is_known_by_alias_and_a_form_by_its_name(self, opened):
        config = """<View><Text name="t" value="$text"/><Rating name="stars" toName="t"/>
        <Choices name="mood" toName="t"><Choice value="good"><Choice value="very" alias="v"/>
        </Choice></Choices></View>"""
        spec = opened(config=config, keys={"stars": "r", "v": "y"}).labeler.spec
        assert hotkeys_in(spec["root"]) == {"stars": "r", "very": "y"}

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"Animl": "x"}, '"Animl", which is no command, label or choice .*mean "Animal"'),
            ({"Animal": "x"}, 'which several are: say "what/Animal" or "that/Animal"'),
            ({"good": ""}, 'takes the key of "good" away, but a label always has one'),
        ],
    )
    def test_a_label_that_is_not_there_or_there_twice_is_told(self, opened, given, message):
        labels = '<Labels name="that" toName="t"><Label value="Animal"/></Labels></View>'
        with pytest.raises(NblabelError, match=message):
            opened(config=CONFIG.replace("</View>", labels), keys=given)

    def test_a_project_that_was_given_stays_open(self, page):
        with pytest.raises(NblabelError):
            Labeler(page.labeler.project, keys={"Animl": "x"})
        page.labeler.annotate(7, [mood("good")])

    def test_spec_says_what_was_done_before(self, opened):
        assert opened(annotator="ana").labeler.spec["done"] == 0
        page = opened(annotator="ana")
        for key in (7, 8):
            page.labeler.annotate(key, [mood("good")])
        page.labeler.annotate(7, [mood("bad")])
        opened(annotator="bob").labeler.annotate(9, [mood("bad")])
        assert opened(annotator="ana").labeler.spec["done"] == 2

    def test_spec_says_what_may_be_fetched(self, opened):
        assert opened().labeler.spec["protocols"] == []
        assert opened(protocols=["https"]).labeler.spec["protocols"] == ["https"]

    def test_advance_can_be_set(self, opened):
        labeler = opened(advance=True).labeler
        assert labeler.spec["advance"] is True
        labeler.advance = False
        assert labeler.spec["advance"] is labeler.advance is False
        labeler.advance = None
        assert labeler.advance is False

    def test_the_protocol_is_the_browsers(self, page):
        written = (JS / "wire" / "wire.ts").read_text(encoding="utf-8")
        assert f"PROTOCOL = {page.labeler.spec['protocol']};" in written

    def test_repr_does_not_show_the_traits(self, page):
        assert repr(page.labeler) == f"Labeler({page.labeler.project!r})"


class TestArguments:
    @pytest.mark.parametrize(
        ("given", "error", "message"),
        [
            ({"stroe": "x"}, TypeError, 'no argument "stroe"; did you mean "store"'),
            ({"them": "dark"}, TypeError, 'no argument "them"; did you mean "theme"'),
            ({"theme": "drak"}, NblabelError, 'theme="drak" is not known.*mean "dark"'),
            (
                {"keys": {"annotation:sumbit": "x"}},
                NblabelError,
                'names "annotation:sumbit", which is no command; .*"annotation:submit"',
            ),
            ({"keys": {"help": 1}}, NblabelError, 'gives "help" a int; a text like'),
            (
                {"keys": {"help": "ctrl"}},
                NblabelError,
                '"ctrl", which is not one key; one like "p"',
            ),
            (
                {"keys": {"good": "Ctrl+K", "help": "ctrl+k"}},
                NblabelError,
                'keys= gives the key "ctrl.k" to "good" and to "help"',
            ),
            (
                {"keys": {"good": "cmd+t"}},
                NblabelError,
                'keys= gives "good" the key "cmd.t", which the browser keeps: take another',
            ),
            (
                {"keys": {"good": "alt+shift+1"}},
                NblabelError,
                "which the editor, for the regions, keeps",
            ),
        ],
    )
    def test_a_wrong_one_is_told_and_leaves_nothing_behind(
        self, frame, tmp_path, given, error, message
    ):
        with pytest.raises(error, match=message):
            Labeler(frame, CONFIG, **{"store": tmp_path / "labels.db", **given})
        gc.collect()  # what was never made whole goes without a warning
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("given", [{"config": CONFIG}, {"annotator": "bob"}])
    def test_a_projects_own_are_refused_beside_it(self, page, given):
        (name,) = given
        with pytest.raises(TypeError, match=f"{name}= is the Project's"):
            Labeler(page.labeler.project, **given)

    def test_an_editor_can_complete_them_all(self):
        shown = inspect.signature(Labeler).parameters
        taken = inspect.signature(Project).parameters
        assert set(shown) == {*taken, "keys", "theme"} - {"unknown"}
        assert all(shown[n].default == taken[n].default for n in taken if n in shown)

    @pytest.mark.parametrize("of", [Labeler, Project])
    def test_all_are_described(self, of):
        for name in inspect.signature(of).parameters:
            if name != "unknown":
                described = rf"^(\w+, )*{name}(, \w+)*$"
                assert re.search(described, inspect.getdoc(of), re.MULTILINE), name

    def test_the_settings_are_what_a_project_takes_by_name(self):
        from nblabel.project import Settings

        by_name = [
            p for p in inspect.signature(Project).parameters.values() if p.kind == p.KEYWORD_ONLY
        ]
        assert list(Settings.__annotations__) == [p.name for p in by_name]

    def test_a_warning_names_the_line_of_the_person(self, opened, frame):
        labeler = opened(frame.assign(mood="mine")).labeler
        with pytest.warns(UserWarning, match="mood_annotation") as told:
            labeler.to_frame()
        assert [warning.filename for warning in told] == [__file__]

    def test_what_a_project_gives_a_labeler_gives(self, page, tmp_path):
        labeler, project = page.labeler, page.labeler.project
        assert labeler.annotate(7, [mood("good")]) == project.annotate(7, [mood("good")])
        assert labeler.annotate(7, mood="good") == project.annotate(7, "good")
        with pytest.raises(DataError, match=r'"goood" in value.choices is not one of'):
            labeler.annotate(8, mood="goood")
        labeler.annotate(8, mood="goood", check=False)
        labeler.annotate(8, "good")
        assert labeler.to_frame("all")["annotator"].dropna().tolist() == ["ana", "ana"]
        assert labeler.to_frame(flat=True).equals(project.to_frame(flat=True))
        assert labeler.results(units="px").equals(project.results(units="px"))
        assert labeler.to_label_studio() == project.to_label_studio()
        assert labeler.export(tmp_path / "out.json").is_file()
        assert len(labeler.check()) == 0
        assert labeler.progress() == project.progress()
        assert Labeler.export.__doc__ == Project.export.__doc__


OWN = (
    "advance",
    "annotate",
    "attach_predictions",
    "check",
    "clear",
    "close",
    "export",
    "find",
    "from_cvat",
    "go_to",
    "history",
    "index",
    "key",
    "lease",
    "losses",
    "model",
    "next",
    "on",
    "order",
    "predict",
    "problems",
    "progress",
    "project",
    "pull",
    "push",
    "refresh",
    "release",
    "results",
    "revert",
    "server_ids",
    "server_status",
    "suspicious",
    "sync",
    "theme",
    "timeline",
    "to_cvat",
    "to_dataset",
    "to_frame",
    "to_label_studio",
    "webhook",
)


class TestNames:
    def test_its_own_are_told_and_no_others(self, page):
        assert dir(page.labeler) == [*OWN]

    @pytest.mark.parametrize("use_jedi", [False, True])
    def test_a_notebook_completes_them(self, page, use_jedi):
        completer = InteractiveShell(user_ns={"labeler": page.labeler}).Completer
        completer.use_jedi = use_jedi
        with provisionalcompleter():
            found = completer.completions("labeler.", len("labeler."))
            assert [one.text.lstrip(".") for one in found] == [*OWN]

    def test_what_makes_it_a_widget_works_on(self, page):
        assert page.labeler.layout.width is None
        assert "theme" in page.labeler.trait_names()
        assert page.labeler.get_state()["theme"] == "auto"

    def test_each_has_its_words(self):
        for name in OWN:
            if name != "theme":
                assert inspect.getdoc(getattr(Labeler, name)), name

    def test_what_a_person_says_to_a_project_can_be_said_here(self, page):
        parts = (Project, Leaving, Connected)
        every = {name: one for part in parts for name, one in vars(part).items()}
        here = {n for n, one in every.items() if callable(one) and not n.startswith("_")}
        said = {n for n, one in vars(Labeler).items() if hasattr(one, "__wrapped__")}
        for_code = {"answered", "caller", "rows", "suggest", "suggested_by", "taught"}
        assert here - said == {"index_some", "check_rows", "close", *for_code}


class TestOptions:
    TREE = """<View><Text name="t" value="$text"/><Taxonomy name="k" toName="t" {more}>
    <Choice value="A" alias="a"><Choice value="B"/></Choice></Taxonomy></View>"""

    def test_they_are_sent_when_they_are_asked_for(self, opened):
        page = opened(config=self.TREE.format(more=""))
        answer, buffers = page.ask("options", element=2, index=0, path=[])
        assert answer["ok"] is None
        assert tasks_in(buffers[0]) == [{"value": "A", "alias": "a", "children": [{"value": "B"}]}]

    def test_ten_thousand_are_packed(self, opened):
        many = "".join(f'<Choice value="number {n}"/>' for n in range(10_000))
        config = self.TREE.format(more="").replace("</Taxonomy>", f"{many}</Taxonomy>")
        page = opened(config=config)
        _, (packed,) = page.ask("options", element=2, index=None, path=[])
        assert len(tasks_in(packed)) == 10_001
        assert len(packed) < 60_000
        assert len(json.dumps(page.labeler.spec["root"])) < 2_000

    @pytest.mark.parametrize(
        ("more", "asked", "message"),
        [
            ("", {"element": 77}, "there is no control 77 in the config"),
            ("", {"element": "x"}, "it should be a whole number"),
            (
                'apiUrl="https://example.org/t"',
                {"element": 2},
                'protocols=["https"] would allow it',
            ),
            ('apiUrl="missing.json"', {"element": 2}, '"missing.json" was not found'),
        ],
    )
    def test_what_cannot_be_asked_is_one_sentence(self, opened, more, asked, message):
        page = opened(config=self.TREE.format(more=more))
        assert message in page.error("options", **{"index": 0, "path": [], **asked})
