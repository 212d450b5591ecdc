"""Many rows at once: what a hand does on a sheet, and what becomes of it in the store."""

import time

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from nblabel import DataError, Labeler, Project, Sheet, StoreError
from nblabel.media.masks import encoded
from nblabel.models import Sklearn
from tests.gallery.conftest import CONFIG, TEXTS, picture
from tests.gallery.hand import Hand
from tests.project.test_together import everything


def moods(hand):
    return hand.sheet.project.to_frame()["mood"]


class TestSelecting:
    def test_a_click_selects_shift_a_stretch_ctrl_one_more_or_less(self, texts):
        texts.click(3)
        texts.click(6, shift=True)
        texts.click(5, ctrl=True)
        texts.click(9, ctrl=True)
        assert texts.sheet.selected == [3, 4, 6, 9]
        texts.click(1)
        assert texts.sheet.selected == [1]

    def test_a_frame_selects_what_it_touches(self, texts):
        columns = texts.sheet._grid.columns
        texts.drag(0, columns + 1)
        assert texts.sheet.selected == [0, 1, columns, columns + 1]
        texts.drag(1, 1, ctrl=True)
        assert texts.sheet.selected == [0, columns, columns + 1]

    def test_a_click_beside_all_tiles_and_escape_select_nothing(self, texts):
        texts.key("a", ctrl=True)
        assert len(texts.sheet.selected) == 24
        texts.key("Escape")
        assert texts.sheet.selected == []
        texts.click(2)
        texts.send(event="click", x=1, y=1)
        assert texts.sheet.selected == []

    def test_arrows_move_and_space_selects(self, texts):
        columns = texts.sheet._grid.columns
        for key in ("ArrowRight", "ArrowDown", " "):
            texts.key(key)
        assert texts.sheet.selected == [columns + 1]
        assert f"Row {columns + 1}" in texts.said
        texts.key("ArrowRight", shift=True)
        assert texts.sheet.selected == [columns + 1, columns + 2]
        for _ in range(99):
            texts.key("ArrowLeft")
        texts.key("End")
        texts.key(" ")
        assert 23 in texts.sheet.selected

    def test_what_was_selected_is_not_on_the_next_page(self, texts):
        texts.key("a", ctrl=True)
        texts.key("PageDown")
        assert texts.sheet.page == 1
        assert texts.sheet.rows == [*range(24, 48)]
        assert texts.sheet.selected == []

    def test_ipycanvas_alone_will_do(self, texts):
        x, y, width, _ = texts.sheet._grid.box(4)
        for kind in ("mouse_down", "mouse_up"):
            texts.canvas(event=kind, x=x + 5, y=y + 5)
        assert texts.sheet.selected == [4]
        texts.canvas(event="key_down", key="1", shift_key=False, ctrl_key=False, meta_key=False)
        assert moods(texts)[4] == "good"
        texts.canvas(event="mouse_down", x=x + 5, y=y + 5)
        texts.canvas(event="mouse_up", x=x + width + 30, y=y + 5)
        assert texts.sheet.selected[0] == 4


class TestLabeling:
    def test_one_key_labels_all_that_are_selected_and_one_undo_takes_it_back(self, texts):
        before = everything(texts.sheet.project)
        texts.click(0)
        texts.click(9, shift=True)
        texts.key("2")
        assert moods(texts).tolist()[:11] == ["bad"] * 10 + [None]
        assert "10 rows" in texts.said
        after = everything(texts.sheet.project)
        texts.key("z", ctrl=True)
        assert everything(texts.sheet.project) == before
        assert texts.sheet.selected == [*range(10)]
        texts.key("z", ctrl=True, shift=True)
        assert everything(texts.sheet.project) == after
        texts.key("z", ctrl=True)
        texts.key("y", ctrl=True)
        assert everything(texts.sheet.project) == after

    def test_it_says_so_where_nothing_is_selected(self, texts):
        texts.key("1")
        assert "Nothing is selected" in texts.said
        texts.key("z", ctrl=True)
        assert "nothing to undo" in texts.said

    def test_shift_a_accepts_what_is_suggested(self, texts):
        texts.key("a", ctrl=True)
        texts.key("A", shift=True)
        assert moods(texts).dropna().index.tolist() == [*range(0, 24, 3)]
        assert "8 rows. 16 not written: row 1: there is no suggestion" in texts.said

    def test_ctrl_space_skips(self, texts):
        texts.click(1)
        texts.key(" ", ctrl=True)
        assert texts.sheet.project.progress()["skipped"] == 1

    def test_methods_do_what_keys_do(self, texts):
        sheet = texts.sheet
        sheet.select([1, 2, 3])
        assert sheet.label("good") == 3
        assert sheet.label("good", control="mood") == 0
        sheet.undo()
        sheet.redo()
        assert moods(texts).tolist()[:5] == [None, "good", "good", "good", None]
        sheet.select([0, 1])
        assert sheet.accept() == 1
        assert sheet.skip() == 2
        with pytest.raises(DataError, match='no control of whole rows has "great"'):
            sheet.label("great")

    def test_buttons_do_what_keys_do(self, texts):
        buttons = {getattr(one, "description", ""): one for one in walked(texts.sheet)}
        texts.click(2)
        buttons["good  1"].click()
        assert moods(texts)[2] == "good"
        buttons["Undo"].click()
        assert moods(texts)[2] is None
        buttons["Select all"].click()
        assert len(texts.sheet.selected) == 24

    def test_a_fault_in_one_row_is_told_and_the_others_are_done(self, texts, monkeypatch):
        data = texts.sheet.project._data
        own = type(data).row

        def row(self, index):
            if index == 1:
                raise DataError("a broken row")
            return own(self, index)

        monkeypatch.setattr(type(data), "row", row)
        texts.click(0)
        texts.click(2, shift=True)
        texts.key("1")
        assert "2 rows. 1 not written: row 1: a broken row" in texts.said

    def test_where_the_store_fails_undo_can_be_tried_again(self, texts, monkeypatch):
        texts.click(0)
        texts.key("1")
        store = type(texts.sheet.project.store)
        with monkeypatch.context() as failing:

            def fail(self, *_):
                raise StoreError("the disk is full")

            failing.setattr(store, "_written", fail)
            texts.key("z", ctrl=True)
            assert "the disk is full" in texts.said
            texts.key("2")
            assert "the disk is full" in texts.said
        texts.key("z", ctrl=True)
        assert moods(texts).dropna().empty

    def test_several_choices_are_added_and_taken_away(self, opened):
        hand = opened(
            [{"text": str(n)} for n in range(4)],
            TEXTS.replace('toName="text">', 'toName="text" choice="multiple">'),
        )
        hand.key("a", ctrl=True)
        hand.key("1")
        hand.click(0)
        hand.key("2")
        hand.click(1, shift=True)
        hand.key("2")
        assert moods(hand).tolist() == [["good", "bad"], ["good", "bad"], ["good"], ["good"]]
        hand.key("2")
        assert moods(hand).tolist() == [["good"]] * 4

    def test_very_many_labels_are_a_list(self, opened):
        many = "".join(f'<Choice value="c{n}"/>' for n in range(60))
        config = TEXTS.replace('<Choice value="good"/><Choice value="bad"/>', many)
        hand = opened([{"text": "a"}], config)
        [combo] = [one for one in walked(hand.sheet) if type(one).__name__ == "Combobox"]
        [give] = [one for one in walked(hand.sheet) if getattr(one, "description", "") == "Label"]
        hand.click(0)
        combo.value = "c57"
        give.click()
        assert moods(hand)[0] == "c57"


def walked(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walked(child)


class TestFindingAndOrder:
    def test_filters_are_those_of_the_project(self, texts):
        texts.sheet.project.annotate(texts.sheet.project.key(7), mood="good")
        texts.choose("labeled")
        assert texts.sheet.rows == [7]
        texts.choose("label:good")
        assert texts.sheet.rows == [7]
        texts.choose("unsure")
        assert texts.sheet.rows == [*range(0, 60, 3)]
        with pytest.raises(DataError):
            texts.sheet.filter = "labelled"

    def test_what_leaves_the_filter_stays_on_the_page_until_it_is_asked_for_again(self, texts):
        texts.choose("unlabeled")
        texts.click(0)
        texts.key("1")
        assert texts.sheet.rows[0] == 0
        texts.sheet.reload()
        assert texts.sheet.rows[0] == 1

    def test_least_sure_first(self, texts):
        texts.sheet.sort = "score"
        assert texts.sheet.rows[:3] == [0, 3, 6]
        assert texts.sheet.pages == 3

    def test_suspicion_is_given_or_asked_for(self, opened):
        rows = [{"text": str(n)} for n in range(9)]
        hand = opened(rows, sheet={"suspicion": []})
        hand.choose("suspicious")
        assert hand.sheet.rows == []
        other = opened(rows)
        other.choose("suspicious")
        assert "needs a model that learns" in other.said
        assert other.sheet.filter == "all"
        assert other.sheet._controls.choosing.value == "all"
        project = other.sheet.project
        third = Hand(Sheet(project, suspicion=[project.key(4), project.key(2)]))
        third.choose("suspicious")
        assert third.sheet.rows == [4, 2]
        third.sheet.close()

    def test_a_page_is_what_has_the_same_in_a_column(self, opened):
        rows = [{"text": str(n), "kind": "ab"[n % 2]} for n in range(60)]
        hand = opened(rows, sheet={"group": "kind"})
        assert [len(hand.sheet._pages[page]) for page in range(hand.sheet.pages)] == [15] * 4
        assert hand.sheet.rows == [*range(0, 30, 2)]
        assert "kind: a (1 of 2)" in hand.sheet._controls.of.value
        with pytest.raises(DataError, match="no such column"):
            Sheet(hand.sheet.project, group="nothing")

    def test_pages_of_what_is_alike_begin_selected_and_turn_by_themselves(self, opened):
        rows = [{"text": str(n), "f": [n % 3 * 10.0, 0.1 * n]} for n in range(30)]
        hand = opened(rows, sheet={"features": "f", "group": 3})
        sheet = hand.sheet
        assert sheet.pages == 3
        assert len({row % 3 for row in sheet.rows}) == 1
        assert sorted(sheet.selected) == sorted(sheet.rows)
        first = sheet.rows
        hand.key("1")
        assert sheet.page == 1
        second = sheet.rows
        out = second[3]
        hand.click(out, ctrl=True)
        hand.key("2")
        assert sheet.page == 1  # one is left
        assert moods(hand)[out] is None
        hand.key("z", ctrl=True)
        hand.key("z", ctrl=True)
        assert sheet.page == 0
        assert moods(hand).dropna().empty
        assert sorted(sheet.selected) == sorted(first)

    def test_a_model_says_what_is_alike(self, opened):
        words = ["red apple", "blue sky", "old stone"]
        rows = [{"text": f"{words[n % 3]} {n}"} for n in range(30)]
        model = Sklearn(LogisticRegression(), "mood")
        sheet = opened(rows, sheet={"features": model, "group": 3}).sheet
        assert sheet.pages == 3
        assert {row % 3 for row in sheet.rows} == {sheet.rows[0] % 3}

    def test_a_function_that_fails_is_told_and_the_sheet_stays_as_it_was(self, opened):
        def features(tasks):
            if len(tasks) < 5:
                raise KeyError("embedding")
            return [[int(task["data"]["text"])] for task in tasks]

        hand = opened([{"text": str(n)} for n in range(5)], sheet={"features": features})
        rows = hand.sheet.rows
        hand.sheet.project.annotate(hand.sheet.project.key(0), mood="good")
        hand.choose("unlabeled")
        assert "KeyError: 'embedding'" in hand.said.replace("&#x27;", "'")
        assert hand.sheet.filter == "all"
        assert hand.sheet.rows == rows

    def test_rows_come_in_the_order_in_which_they_are_asked(self, texts):
        project = texts.sheet.project
        project.order = [project.key(40), project.key(7)]
        texts.sheet.reload()
        assert texts.sheet.rows[:3] == [40, 7, 0]
        texts.choose("unlabeled")
        assert texts.sheet.rows[:3] == [40, 7, 0]

    def test_what_was_meant_for_another_page_does_nothing(self, opened):
        rows = [{"text": str(n), "f": [n % 3 * 10.0]} for n in range(30)]
        hand = opened(rows, sheet={"features": "f", "group": 3})
        seen = hand.sheet.hands.grid["view"]
        for _ in range(2):  # a double press, while the kernel was busy
            hand.send(event="key", key="1", view=seen)
        assert hand.sheet.page == 1
        assert len(moods(hand).dropna()) == 10
        assert "before this page was seen" in hand.said
        [good] = [b for b in walked(hand.sheet) if getattr(b, "description", "") == "good  1"]
        good.click()  # a double click on a button was no better
        assert len(moods(hand).dropna()) == 10
        hand.choose("labeled")  # is meant whenever it is chosen
        assert hand.sheet.filter == "labeled"
        hand.choose("all")
        hand.sheet.page = 1
        hand.sheet._turned = 0.0
        good.click()
        assert len(moods(hand).dropna()) == 20

    def test_the_same_seed_gives_the_same_pages(self, opened):
        random = np.random.default_rng(0)
        rows = [{"text": str(n), "f": random.normal(size=4).tolist()} for n in range(90)]
        [one, two] = (opened(rows, sheet={"features": "f", "seed": 5}).sheet for _ in range(2))
        assert [one._pages[n] for n in range(one.pages)] == [
            two._pages[n] for n in range(two.pages)
        ]

    def test_a_million_rows_are_not_read(self, opened):
        hand = opened(pd.DataFrame({"text": [f"t{n}" for n in range(1_000_000)]}))
        assert hand.sheet.pages == -(-1_000_000 // 24)
        assert hand.sheet.project._data.keys.walked < 20_000
        hand.sheet.page = 30_000
        assert hand.sheet.rows[0] == 720_000


class TestWhatIsSent:
    def test_a_page_is_one_message_of_one_image(self, images, wire):
        wire.clear()
        images.key("PageDown")
        [buffers] = wire.drawn
        jpegs = [one for one in buffers if one[:3] == b"\xff\xd8\xff"]
        assert len(jpegs) == 1
        assert wire.bytes < 250_000  # 48 tiles of noise, which packs worst of all
        assert len(wire.sent) <= 10

    def test_a_selection_is_one_short_message(self, images, wire):
        wire.clear()
        images.click(5)
        images.click(40, shift=True)
        assert len(wire.drawn) == 2
        assert wire.bytes < 6_000

    def test_the_same_click_again_sends_nothing(self, images, wire):
        images.click(5)
        wire.clear()
        images.click(5)
        assert wire.sent == []

    def test_a_label_draws_no_picture_again(self, images, wire):
        images.key("a", ctrl=True)
        wire.clear()
        images.key("3")
        assert len(wire.drawn) == 1
        assert not [one for buffers in wire.drawn for one in buffers if one[:2] == b"\xff\xd8"]
        assert wire.bytes < 40_000

    def test_nothing_is_drawn_before_a_page_is_there(self, wire):
        project = Project([{"text": "a"}], TEXTS, store=":memory:")
        hand = Hand(Sheet(project), ready=False)
        hand.click(0)
        assert wire.drawn == []
        hand.canvas(event="client_ready")
        assert len(wire.drawn) == 1
        hand.sheet.close()
        project.close()

    def test_a_new_page_in_the_browser_gets_all_of_it(self, images, wire):
        wire.clear()
        images.canvas(event="client_ready")
        assert len(wire.drawn) == 1

    def test_the_width_of_the_page_says_how_many_stand_side_by_side(self, images, wire):
        wire.clear()
        images.send(event="size", width=500, ratio=1, dark=False)
        assert images.sheet._grid.columns == 4
        assert len(wire.drawn) == 1
        images.send(event="size", width=505, ratio=1, dark=False)
        assert len(wire.drawn) == 1
        images.send(event="size", width=505, ratio=2, dark=True)
        assert images.sheet.canvas.width == 2 * images.sheet._grid.size[0]
        assert images.sheet.canvas.layout.width == f"{images.sheet._grid.size[0]}px"
        images.send(event="size", width=1, ratio=0.5, dark=True)
        assert images.sheet._grid.columns == 1


class TestPictures:
    def test_memory_is_bounded_and_the_next_page_is_made_ahead(self, opened):
        rows = [{"image": picture(n)} for n in range(300)]
        hand = opened(rows, CONFIG, sheet={"memory": 1_500_000, "per_page": 20})
        kept = hand.sheet._thumbnails
        for page in range(hand.sheet.pages - 1):
            kept.settle()
            made = kept.count
            hand.key("PageDown")
            assert hand.sheet.page == page + 1
            kept.settle()
            assert kept.bytes <= 1_500_000
            assert made >= 20 * (page + 2)  # those of this page were there before it was turned
        assert kept.count == 300

    def test_a_broken_one_is_a_card_that_says_so(self, opened, tmp_path):
        (tmp_path / "bad.png").write_bytes(b"no image")
        rows = [{"image": picture(0)}, {"image": "gone.png"}, {"image": "bad.png"}]
        rows += [{"image": "/etc/passwd"}, {"image": None}]
        hand = opened(rows, CONFIG, root=tmp_path)
        problems = [tile.picture.problem for tile in hand.sheet._tiles]
        assert problems[0] is None
        assert all(problems[1:])
        hand.click(1)
        hand.click(4, shift=True)
        hand.key("3")
        assert hand.sheet.project.progress()["done"] == 4

    def test_those_of_the_web_are_the_browsers(self, opened, wire):
        rows = [{"image": "https://example.org/a.png"}, {"image": picture(0)}]
        hand = opened(rows, CONFIG, media={"/data/": "http://example.org/up/"})
        assert hand.sheet.hands.web == [[0, "https://example.org/a.png"]]
        assert hand.sheet._tiles[0].picture is None
        assert hand.sheet._thumbnails.count == 1
        box = {"x": 1, "y": 1, "width": 9, "height": 9, "rectanglelabels": ["Car"]}
        result = {"from_name": "box", "to_name": "img", "type": "rectanglelabels", "value": box}
        hand.sheet.project.annotate(
            hand.sheet.project.key(0), [{**result, "original_width": 400, "original_height": 100}]
        )
        settle(hand)
        _, _, w, h = hand.sheet._painter._inner(hand.sheet._grid.box(0), hand.sheet._tiles[0])
        assert (w, h) == (96, 24)

    def test_regions_of_every_kind_are_drawn(self, opened, wire):
        config = CONFIG.replace(
            "<Choices",
            '<PolygonLabels name="poly" toName="img"><Label value="P"/></PolygonLabels>'
            '<EllipseLabels name="ell" toName="img"><Label value="E"/></EllipseLabels>'
            '<KeyPointLabels name="key" toName="img"><Label value="K"/></KeyPointLabels>'
            '<BrushLabels name="brush" toName="img"><Label value="B"/></BrushLabels><Choices',
        )
        hand = opened([{"image": picture(n)} for n in range(3)], config)
        project = hand.sheet.project
        head = {"to_name": "img", "original_width": 60, "original_height": 40}
        mask = np.zeros((40, 60), bool)
        mask[10:30, 10:50] = True
        values = {
            "poly": {"points": [[1, 1], [50, 1], [50, 50]], "polygonlabels": ["P"]},
            "ell": {"x": 50, "y": 50, "radiusX": 9, "radiusY": 9, "ellipselabels": ["E"]},
            "key": {"x": 50, "y": 50, "width": 1, "keypointlabels": ["K"]},
            "brush": {"format": "rle", "rle": encoded(mask), "brushlabels": ["B"]},
            "box": {
                **dict.fromkeys(("x", "y", "width", "height", "rotation"), 9),
                "rectanglelabels": ["Car"],
            },
        }
        results = [
            {**head, "from_name": name, "type": next(reversed(value)), "value": value}
            for name, value in values.items()
        ]
        wire.clear()
        project.annotate(project.key(0), results)
        settle(hand)
        [buffers] = wire.drawn
        [painted] = [one for one in buffers if one[:4] == b"\x89PNG"]
        assert len(painted) < 3_000
        odd = [
            {**head, "from_name": "poly", "type": "polygonlabels", "value": {"points": "x"}},
            {**head, "from_name": "box", "type": "rectanglelabels", "value": {"x": float(7)}},
            {**head, "from_name": "brush", "type": "brushlabels", "value": {"rle": [1, 2]}},
            {**head, "from_name": "none", "type": "labels", "value": []},
        ]
        project.annotate(project.key(1), odd, check=False)
        settle(hand)
        assert len(wire.drawn) == 2


def settle(hand):
    """Wait until what others did was drawn."""
    until = time.monotonic() + 5
    while hand.sheet._timer is not None and time.monotonic() < until:
        time.sleep(0.01)
    with hand.sheet._lock:
        assert hand.sheet._timer is None


class TestOthers:
    def test_what_others_label_appears(self, texts, wire):
        project = texts.sheet.project
        wire.clear()
        for row in range(6):
            project.annotate(project.key(row), annotator="ana", mood="good")
        settle(texts)
        assert [tile.state for tile in texts.sheet._tiles[:7]] == ["submitted"] * 6 + ["unlabeled"]
        assert len(wire.drawn) <= 3  # together
        assert "6 / 60" in texts.sheet._controls.progress.value

    def test_a_suggestion_appears(self, texts):
        project = texts.sheet.project
        project.predict(lambda tasks: [{"mood": "good"} for _ in tasks])
        settle(texts)
        assert texts.sheet._tiles[1].suggested

    def test_a_double_click_opens_the_row_in_the_labeler(self, opened):
        hand = opened([{"text": str(n)} for n in range(5)], of=Labeler)
        sent = []
        labeler = hand.sheet._go_to.__self__
        labeler.send = lambda content, buffers=None: sent.append(content)
        hand.double(3)
        assert [content["event"] for content in sent] == ["goto"]
        assert sent[-1]["index"] == 3
        hand.key("Enter")
        assert len(sent) == 2

    def test_without_a_labeler_it_says_what_is_missing(self, texts):
        texts.double(1)
        assert "made of a Labeler" in texts.said

    def test_the_labeler_hears_of_what_the_sheet_writes(self, opened):
        hand = opened([{"text": str(n)} for n in range(5)], of=Labeler)
        sent = []
        labeler = hand.sheet._go_to.__self__
        labeler.send = lambda content, buffers=None: sent.append(content)
        hand.key("a", ctrl=True)
        hand.key("1")
        assert [content["event"] for content in sent] == ["changed"] * 5

    def test_closed_it_hears_nothing(self, texts):
        texts.sheet.close()
        project = texts.sheet.project
        project.annotate(project.key(0), mood="good")
        assert texts.sheet._timer is None


class TestWhatIsOdd:
    @pytest.mark.parametrize(
        "content",
        [
            *({"event": event} for event in ("click", "frame", "open", "key", "size", "what", 7)),
            {"event": "click", "x": "a", "y": None},
            {"event": "key", "key": None},
            {},
            None,
            "text",
        ],
    )
    def test_a_message_that_makes_no_sense_does_no_harm(self, texts, content):
        texts.sheet.hands._handle_custom_msg(content, [])
        texts.click(1)
        assert texts.sheet.selected == [1]

    @pytest.mark.parametrize("rows", [[], [{"text": None}], [{"text": "x" * 100_000}]])
    def test_few_rows_none_and_long_ones(self, opened, rows):
        hand = opened(rows)
        hand.key("a", ctrl=True)
        hand.key("1")
        hand.key("ArrowRight")
        hand.key("PageDown")
        assert hand.sheet.pages == 1

    def test_what_it_is_made_of_is_checked(self, texts):
        project = texts.sheet.project
        for wrong in (
            lambda: Sheet([1, 2]),
            lambda: Sheet(project, size=5),
            lambda: Sheet(project, group=4),
            lambda: Sheet(project, features=7),
            lambda: Sheet(project, suspicion=3),
        ):
            with pytest.raises(DataError):
                wrong()

    def test_a_lease_is_not_taken_by_looking(self, opened):
        rows = [{"text": str(n)} for n in range(5)]
        hand = opened(rows, annotator="ana", lease=60)
        hand.choose("unlabeled")
        store = hand.sheet.project.store
        keys = [hand.sheet.project.key(n) for n in range(5)]
        assert store.lease(hand.sheet.project._work.id, "bob", keys, 60) == keys
