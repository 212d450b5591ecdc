"""Labeling by mouse and by keyboard alone, and what Python then has."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.configs import BOXES, CHOICES, MIXED, PICTURES, SPANS, labeler, texts
from browser.plain.notebook import Plain

Open = Callable[..., Plain]


class TestAnswering:
    """One whole-task single Choices: an answer goes on to the next task."""

    def test_hotkey_click_space_and_enter_answer_and_go_on(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b", "c", "d", "e")))
        widget.at(1, 5)
        widget.root.focus()
        book.page.keyboard.press("1")
        widget.at(2, 5)
        widget.choose("negative")
        widget.at(3, 5)
        widget.root.get_by_role("radio", name="positive").focus()
        book.page.keyboard.press("ArrowDown")
        widget.at(3, 5)  # moving the focus answers nothing
        book.page.keyboard.press("ArrowDown")
        book.page.keyboard.press("Space")
        widget.at(4, 5)
        widget.root.get_by_role("radio", name="negative").focus()
        book.page.keyboard.press("Enter")
        widget.at(5, 5)
        widget.saved()
        assert book.python("print(labeler.to_frame()['mood'].dropna().tolist())") == (
            "['positive', 'negative', 'neutral', 'negative']"
        )

    def test_one_key_takes_an_answer_back(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b")))
        widget.root.focus()
        book.page.keyboard.press("1")
        widget.at(2, 2)
        book.page.keyboard.press("Backspace")
        widget.at(1, 2)
        expect(widget.root.get_by_role("radio", name="positive")).to_be_checked(checked=False)
        widget.saved()
        assert book.python("print(labeler.progress()['done'])") == "0"

    def test_a_double_click_answers_one_task(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b", "c")))
        widget.root.get_by_role("radio", name="negative").dblclick()
        widget.at(2, 3)
        widget.saved()
        assert book.python("print(labeler.progress()['done'])") == "1"

    def test_the_last_answers_stay_in_view_and_lead_back(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b", "c")))
        widget.root.focus()
        book.page.keyboard.press("1")
        widget.at(2, 3)
        book.page.keyboard.press("2")
        widget.at(3, 3)
        widget.button("Back to task 1: positive").click()
        widget.at(1, 3)
        widget.choose("neutral")
        widget.saved()
        assert book.python("print(list(labeler.to_frame()['mood'])[0])") == "neutral"

    def test_skip_filter_and_go_to(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b", "c")))
        widget.button("Skip").click()
        widget.at(2, 3)
        widget.root.get_by_role("combobox", name="Show tasks").select_option("Skipped")
        widget.at(1, 3)
        widget.root.get_by_role("combobox", name="Show tasks").select_option("All")
        widget.root.focus()
        book.page.keyboard.press("Control+g")
        book.page.keyboard.type("3")
        book.page.keyboard.press("Enter")
        widget.at(3, 3)
        widget.button("Previous task").click()
        widget.at(1, 3)
        widget.saved()
        assert book.python("print(labeler.progress()['skipped'])") == "1"

    def test_all_done_says_so(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a")))
        widget.choose("positive")
        expect(widget.root).to_contain_text("All 1 tasks are done")
        widget.saved()
        book.page.keyboard.press("Control+z")
        expect(widget.root.get_by_role("radio", name="positive")).to_be_visible()

    def test_advance_can_be_changed_while_labeling(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b")))
        book.python("labeler.advance = False")
        widget.choose("positive")
        expect(widget.root.get_by_role("radio", name="positive")).to_be_checked()
        widget.at(1, 2)

    def test_keys_can_be_remapped_from_python(self, show) -> None:
        book, widget = show(labeler(CHOICES, texts("a", "b"), keys={"annotation:skip": "ctrl+k"}))
        widget.root.focus()
        book.page.keyboard.press("Control+k")
        widget.at(2, 2)
        book.page.keyboard.press("?")
        expect(widget.root.get_by_role("region", name="All keys")).to_contain_text("ctrl k")


class TestChoices:
    def test_multiple_select_and_nested(self, show) -> None:
        config = """<View><Text name="text" value="$text"/>
          <Choices name="many" toName="text" choice="multiple">
            <Choice value="a"/><Choice value="b" alias="bee"/><Choice value="c"/></Choices>
          <Choices name="one" toName="text" layout="select">
            <Choice value="x"/><Choice value="y"/></Choices>
          <Choices name="tree" toName="text" choice="multiple" allowNested="true">
            <Choice value="Animal"><Choice value="Cat"/><Choice value="Dog"/></Choice>
            <Choice value="Plant"/></Choices></View>"""
        book, widget = show(labeler(config, texts("a", "b")))
        many = widget.group("many")
        many.get_by_role("checkbox", name="c").click()
        many.get_by_role("checkbox", name="b").click()
        widget.root.get_by_role("combobox", name="one").click()
        widget.root.get_by_role("option", name="y").click()
        expect(widget.root.get_by_role("combobox", name="one")).to_contain_text("y")
        tree = widget.group("tree")
        tree.get_by_role("checkbox", name="Cat").click()
        expect(tree.get_by_role("checkbox", name="Animal")).to_have_attribute(
            "aria-checked", "mixed"
        )
        tree.get_by_role("checkbox", name="Dog").click()
        expect(tree.get_by_role("checkbox", name="Animal")).to_be_checked()
        widget.button("Submit").click()
        widget.at(2, 2)
        widget.saved()
        row = book.python("import json; print(json.dumps(labeler.to_frame().iloc[0].to_dict()))")
        assert json.loads(row) == {
            "text": "a",
            "many": ["bee", "c"],
            "one": "y",
            "tree": [["Animal"], ["Animal", "Cat"], ["Animal", "Dog"]],
        }


class TestSpans:
    TEXT = "Zoë met 👩‍🔬 Ana\r\nin Köln.\nמאיה lives in Haifa\t(naïve)."

    def marked(self, book: Plain) -> list[list[object]]:
        rows = book.python(
            "import json; r = labeler.results(drafts=True); "
            "print(json.dumps([[a, int(s), int(e), t] for a, s, e, t in "
            "zip(r['label'], r['start'], r['end'], r['text'])]))"
        )
        return json.loads(rows)

    @pytest.mark.parametrize("wanted", ["Zoë", "👩‍🔬", "Ana", "Köln", "מאיה", "naïve", "in Köln"])
    def test_a_drag_marks_exactly_the_text(self, show, wanted: str) -> None:
        book, widget = show(labeler(SPANS, texts(self.TEXT)))
        widget.button("PER").click()
        widget.select(wanted, within="text")
        expect(widget.regions).to_have_count(1)
        widget.saved()
        start = self.TEXT.index(wanted)
        assert self.marked(book) == [["PER", start, start + len(wanted), wanted]]

    def test_a_double_click_marks_the_word(self, show) -> None:
        book, widget = show(labeler(SPANS, texts("one two three")))
        widget.root.focus()
        book.page.keyboard.press("2")
        box = widget.group("text").get_by_text("one two three").bounding_box()
        assert box
        book.page.mouse.dblclick(box["x"] + 45, box["y"] + box["height"] / 2)
        expect(widget.regions).to_have_count(1)
        widget.saved()
        assert self.marked(book) == [["ORG", 4, 7, "two"]]

    def test_a_caret_marks_by_keyboard_alone(self, show) -> None:
        book, widget = show(labeler(SPANS, texts("ab 👩‍🔬 cd")))
        keyboard = book.page.keyboard
        widget.root.focus()
        keyboard.press("1")
        for _ in range(30):
            keyboard.press("Tab")
            if book.page.evaluate(
                "() => { let a = document.activeElement; while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement;"
                " return a?.getAttribute('aria-label') === 'Text text' }"
            ):
                break
        keyboard.press("Home")
        keyboard.press("ArrowRight")
        keyboard.press("Shift+ArrowRight")
        keyboard.press("Enter")
        expect(widget.regions).to_have_count(1)
        widget.saved()
        assert self.marked(book) == [["PER", 3, 6, "👩‍🔬"]]

    def test_spans_overlap_are_relabeled_resized_and_deleted(self, show) -> None:
        book, widget = show(labeler(SPANS, texts("Alice Johnson of Acme")))
        widget.button("PER").click()
        widget.select("Alice Johnson", within="text")
        widget.button("ORG").click()
        widget.select("Johnson of Acme", within="text")
        expect(widget.regions).to_have_count(2)
        widget.regions.first.get_by_role("button").first.click()
        expect(widget.button("PER")).to_have_attribute("aria-pressed", "true")
        widget.button("LOC").click()
        expect(widget.regions.first).to_contain_text("LOC")
        book.page.keyboard.press("Alt+.")
        book.page.keyboard.press("Delete")
        expect(widget.regions).to_have_count(1)
        book.page.keyboard.press("Control+z")
        expect(widget.regions).to_have_count(2)
        book.page.keyboard.press("Control+z")
        expect(widget.regions.first).to_contain_text("PER")
        book.page.keyboard.press("Control+Shift+z")
        expect(widget.regions.first).to_contain_text("LOC")
        widget.saved()
        assert sorted(self.marked(book)) == [
            ["LOC", 0, 13, "Alice Johnson"],
            ["ORG", 6, 21, "Johnson of Acme"],
        ]

    def test_a_selected_span_is_resized_by_its_handles(self, show) -> None:
        book, widget = show(labeler(SPANS, texts("Alice Johnson of Acme")))
        widget.button("PER").click()
        widget.select("Alice", within="text")
        widget.regions.first.get_by_role("button").first.click()
        handle = widget.root.get_by_role("slider", name="End of PER").bounding_box()
        assert handle
        mouse = book.page.mouse
        mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
        mouse.down()
        target = widget.point_after("Johnson", within="text")
        mouse.move(target[0] - 20, target[1], steps=3)
        mouse.move(*target, steps=3)
        mouse.up()
        expect(widget.regions.first).to_contain_text("Alice Johnson")
        widget.saved()
        assert self.marked(book) == [["PER", 0, 13, "Alice Johnson"]]
        book.page.keyboard.press("Control+z")
        widget.saved()
        assert self.marked(book) == [["PER", 0, 5, "Alice"]]

    def test_granularity_extends_to_words(self, show) -> None:
        config = SPANS.replace('value="$text"', 'value="$text" granularity="word"')
        book, widget = show(labeler(config, texts("one two three")))
        widget.button("PER").click()
        widget.select("wo thre", within="text")
        expect(widget.regions).to_have_count(1)
        widget.saved()
        assert self.marked(book) == [["PER", 4, 13, "two three"]]

    def test_numbers_dates_and_nothing_are_shown_as_text(self, show) -> None:
        book, widget = show(
            labeler(
                SPANS,
                "pd.DataFrame({'text': [None, float('nan'), 42, pd.Timestamp('2026-01-02')], 'id': range(4)})",
                key="id",
            )
        )
        widget.at(1, 4)
        for _ in range(2):
            widget.button("Submit").click()
        widget.at(3, 4)
        widget.button("LOC").click()
        widget.select("42", within="text")
        expect(widget.regions).to_have_count(1)
        widget.button("Submit").click()
        expect(widget.group("text")).to_contain_text("2026-01-02")
        assert not book.errors


class TestBoxes:
    DATA = "[{'image': picture(400, 300)}, {'image': picture(300, 200, orientation=6)}]"

    def geometry(self, book: Plain, units: str = "px") -> list[list[object]]:
        rows = book.python(
            f"import json; r = labeler.results(units={units!r}, drafts=True); print(json.dumps(["
            "[l, *(round(float(v), 1) for v in g)] for l, *g in zip(r['label'], r['x'], r['y'], "
            "r['width'], r['height'], r['rotation'])]))"
        )
        return json.loads(rows)

    def show_boxes(self, show, config: str = BOXES):
        book, widget = show(PICTURES, labeler(config, self.DATA))
        return book, widget, widget.picture("photo", 400, 300)

    def near(self, found: list[object], wanted: list[object]) -> None:
        assert found[0] == wanted[0]
        for a, b in zip(found[1:], wanted[1:], strict=True):
            assert abs(float(a) - float(b)) <= 1.5, (found, wanted)

    def test_a_box_is_drawn_moved_resized_and_taken_back(self, show) -> None:
        book, widget, photo = self.show_boxes(show)
        widget.button("roof").click()
        photo.drag(0.25, 0.25, 0.5, 0.5)
        expect(widget.regions).to_have_count(1)
        self.near(self.geometry(book)[0], ["roof", 100, 75, 100, 75, 0])
        photo.click(0.3, 0.3)
        photo.drag(0.375, 0.375, 0.475, 0.475)
        widget.saved()
        self.near(self.geometry(book)[0], ["roof", 140, 105, 100, 75, 0])
        photo.drag(0.6, 0.6, 0.75, 0.8)
        widget.saved()
        self.near(self.geometry(book)[0], ["roof", 140, 105, 160, 135, 0])
        for _ in range(2):
            book.page.keyboard.press("Control+z")
        widget.saved()
        self.near(self.geometry(book)[0], ["roof", 100, 75, 100, 75, 0])

    def test_boxes_by_keyboard_alone(self, show) -> None:
        book, widget, photo = self.show_boxes(show)
        keyboard = book.page.keyboard
        widget.root.focus()
        keyboard.press("2")
        photo.surface.focus()
        for key in ["Enter", "f", "f", "Enter", "k", "k", *["ArrowRight"] * 3, "Enter"]:
            keyboard.press(key)
        expect(widget.regions).to_have_count(1)
        expect(widget.regions).to_contain_text("tree")
        widget.saved()
        before = self.geometry(book)[0]
        photo.surface.focus()
        keyboard.press("Alt+.")
        photo.surface.focus()
        keyboard.press("Shift+ArrowRight")
        keyboard.press("ArrowDown")
        book.page.wait_for_timeout(700)
        widget.saved()
        after = self.geometry(book)[0]
        assert [round(a - b) for a, b in zip(after[1:], before[1:], strict=True)] == [0, 1, 1, 0, 0]
        keyboard.press("2")
        photo.surface.focus()
        keyboard.press("u")
        keyboard.press("Enter")
        keyboard.press("Escape")
        expect(widget.regions).to_have_count(1)

    def test_the_picture_is_in_the_middle_and_nothing_lies_on_it(self, show) -> None:
        _, _widget, photo = self.show_boxes(show)
        picture = photo.surface.bounding_box()
        media = photo.media.bounding_box()
        assert picture == media  # what has the role img is the picture's own box
        left, top, right, bottom = photo.surface.evaluate(
            """(image) => {
              const own = image.getBoundingClientRect();
              const room = image.parentElement.getBoundingClientRect();
              return [own.left - room.left, own.top - room.top,
                room.right - own.right, room.bottom - own.bottom];
            }"""
        )
        assert abs(left - right) < 2
        assert abs(top - bottom) < 2
        assert min(left, top) < 2  # it fills the room in one direction
        over = photo.surface.evaluate(
            """(image) => {
              const { left, top, width, height } = image.getBoundingClientRect();
              const at = ([x, y]) => image.getRootNode()
                .elementFromPoint(left + x * width, top + y * height);
              return [[.01, .01], [.99, .01], [.01, .99], [.99, .99], [.5, .99], [.5, .5]]
                .filter((spot) => at(spot) !== image).length;
            }"""
        )
        assert over == 0

    def test_a_shape_too_small_to_be_kept_says_so(self, show) -> None:
        book, widget, photo = self.show_boxes(show)
        widget.button("roof").click()
        x, y = photo.point(0.5, 0.5)
        book.page.mouse.move(x, y)
        book.page.mouse.down()
        book.page.mouse.move(x + 30, y + 1, steps=3)
        book.page.mouse.up()
        widget.said("too small")
        expect(widget.regions).to_have_count(0)

    def test_sizes_are_of_the_upright_image(self, show) -> None:
        book, widget, _ = self.show_boxes(show)
        widget.button("Submit").click()
        widget.at(2, 2)
        photo = widget.picture("photo", 200, 300)
        widget.button("tree").click()
        photo.drag(0.5, 0.5, 1, 1)
        widget.saved()
        self.near(self.geometry(book)[0], ["tree", 100, 150, 100, 150, 0])
        result = book.python(
            "import json; print(json.dumps(labeler.to_label_studio(drafts=True)[1]['drafts'][0]['result'][0]))"
        )
        assert json.loads(result)["original_width"] == 200
        assert json.loads(result)["original_height"] == 300
        assert json.loads(result)["image_rotation"] == 0

    def test_zoom_keeps_what_is_drawn_where_it_is(self, show) -> None:
        book, widget, photo = self.show_boxes(show)
        book.page.mouse.move(*photo.point(0.5, 0.5))
        widget.root.focus()
        for _ in range(3):
            book.page.keyboard.press("Control++")
        widget.button("roof").click()
        photo.drag(0.45, 0.45, 0.55, 0.55)
        expect(widget.regions).to_have_count(1)
        self.near(self.geometry(book)[0], ["roof", 180, 135, 40, 30, 0])
        book.page.keyboard.press("Shift+1")
        expect(photo.read_out).to_contain_text("fit")

    def test_a_plain_rectangle_with_separate_labels_makes_two_results(self, show) -> None:
        config = """<View><Image name="photo" value="$image"/><Rectangle name="rect" toName="photo"/>
          <Labels name="kind" toName="photo"><Label value="roof"/></Labels></View>"""
        book, widget, photo = self.show_boxes(show, config)
        widget.button("roof").click()
        photo.drag(0.25, 0.25, 0.5, 0.5)
        expect(widget.regions).to_have_count(1)
        widget.saved()
        found = book.python(
            "print([*labeler.results(drafts=True)['type']], labeler.results(drafts=True)['id'].nunique())"
        )
        assert found == "['rectangle', 'labels'] 1"

    def test_hide_lock_duplicate_and_several_at_once(self, show) -> None:
        book, widget, photo = self.show_boxes(show)
        widget.button("roof").click()
        photo.drag(0.1, 0.1, 0.3, 0.3)
        widget.button("tree").click()
        photo.drag(0.5, 0.5, 0.7, 0.7)
        expect(widget.regions).to_have_count(2)
        photo.click(0.2, 0.2)
        book.page.keyboard.down("Control")
        photo.click(0.6, 0.6)
        book.page.keyboard.up("Control")
        book.page.keyboard.press("Control+d")
        expect(widget.regions).to_have_count(4)
        book.page.keyboard.press("Control+z")
        expect(widget.regions).to_have_count(2)
        widget.regions.first.get_by_role("button").first.click()
        book.page.keyboard.press("Alt+l")
        book.page.keyboard.press("Delete")
        expect(widget.regions).to_have_count(2)
        book.page.keyboard.press("Alt+l")
        book.page.keyboard.press("Alt+h")
        book.page.keyboard.press("Delete")
        expect(widget.regions).to_have_count(1)

    def test_a_broken_image_tells_why_and_can_be_skipped(self, show) -> None:
        book, widget = show(labeler(BOXES, "[{'image': b'no image'}, {'image': 'nowhere.png'}]"))
        expect(widget.group("photo")).to_contain_text("image")
        widget.button("Skip").click()
        widget.at(2, 2)
        expect(widget.group("photo")).to_contain_text("nowhere.png")
        widget.button("Skip").click()
        widget.saved()
        assert book.python("print(labeler.progress()['skipped'])") == "2"


class TestSuggestions:
    PREDICT = """
def model(tasks):
    return [{"score": .91, "model_version": "m1", "result": [
        {"id": "p1", "from_name": "ner", "to_name": "text", "type": "labels",
         "value": {"start": 0, "end": 5, "text": "Alice", "labels": ["PER"]}},
        {"id": "p2", "from_name": "ner", "to_name": "text", "type": "labels",
         "value": {"start": 9, "end": 13, "text": "Acme", "labels": ["ORG"]}}]} for _ in tasks]
"""

    def test_are_accepted_changed_or_rejected_and_not_submitted_unreviewed(self, show) -> None:
        cell = labeler(SPANS, texts("Alice at Acme", "Alice of Acme", "Alice to Acme"))
        book, widget = show(
            self.PREDICT,
            cell.replace("'''\n", "''', predict=model)\n").replace("''')", "''', predict=model)"),
        )
        expect(widget.suggestions).to_have_count(2)
        expect(widget.suggestions.first).to_contain_text(".91")
        widget.button("Submit").click()
        widget.said("2 suggestions were not looked at")
        widget.at(1, 3)
        widget.button("Submit").click()  # unreviewed: nothing of it is submitted
        widget.at(2, 3)
        expect(widget.suggestions).to_have_count(2)
        widget.suggestions.first.hover()
        widget.suggestions.first.get_by_role("button", name="Accept PER").click()
        widget.suggestions.first.hover()
        widget.suggestions.first.get_by_role("button", name="Reject ORG").click()
        expect(widget.regions).to_have_count(1)
        widget.button("Submit").click()
        widget.at(3, 3)
        expect(widget.suggestions).to_have_count(2)
        book.page.keyboard.press("Shift+A")
        expect(widget.regions).to_have_count(2)
        widget.regions.first.get_by_role("button").first.click()
        widget.button("LOC").click()
        widget.button("Submit").click()
        widget.saved()
        found = book.python(
            "import json\nprint(json.dumps([[[r['id'], r['value']['labels'], r['origin']] "
            "for a in t['annotations'] for r in a['result']] for t in labeler.to_label_studio()]))"
        )
        assert json.loads(found) == [
            [],
            [["p1", ["PER"], "prediction"]],
            [["p1", ["LOC"], "prediction-changed"], ["p2", ["ORG"], "prediction"]],
        ]
        parents = book.python(
            "print([a.get('parent_prediction') is not None for t in labeler.to_label_studio() for a in t['annotations']])"
        )
        assert parents == "[False, True, True]"

    def test_a_model_that_raises_is_told_under_the_widget(self, show) -> None:
        cell = labeler(CHOICES, texts("a")).replace("''')", "''', predict=broken)")
        _book, widget = show("def broken(tasks):\n    raise RuntimeError('no weights')", cell)
        widget.said("no weights")
        widget.choose("positive")
        widget.saved()

    def test_a_suggested_choice_is_marked_and_not_chosen(self, show) -> None:
        predict = (
            "model = lambda tasks: [[{'from_name': 'mood', 'to_name': 'text', 'type': 'choices', "
            "'value': {'choices': ['negative']}, 'score': 0.72}] for _ in tasks]"
        )
        book, widget = show(
            predict, labeler(CHOICES, texts("a", "b")).replace("''')", "''', predict=model)")
        )
        negative = widget.root.get_by_role("radio", name="negative")
        expect(negative).to_contain_text("suggested .72")
        expect(negative).to_be_checked(checked=False)
        widget.root.focus()
        book.page.keyboard.press("Shift+A")
        widget.at(2, 2)
        widget.saved()
        assert book.python("print(list(labeler.to_frame()['mood'])[0])") == "negative"


class TestTenMixedTasks:
    def test_by_keys_and_mouse_only(self, show) -> None:
        data = "[{'text': f'Task {n}: Ana left Rome.', 'image': picture(400, 300), 'n': n} for n in range(10)]"
        book, widget = show(PICTURES, labeler(MIXED, data, key="n", annotator="ana@example.org"))
        keyboard = book.page.keyboard
        for n in range(10):
            widget.at(n + 1, 10)
            if n == 4:
                keyboard.press("Control+Space")
                continue
            widget.button("PER").click()
            widget.select("Ana", within="text")
            widget.root.focus()
            keyboard.press("2")
            widget.select("Rome", within="text")
            expect(widget.regions).to_have_count(2)
            widget.root.focus()
            keyboard.press("3" if n % 2 else "4")
            photo = widget.picture("photo", 400, 300)
            photo.surface.scroll_into_view_if_needed()
            widget.button("roof").click()
            photo.drag(0.2, 0.2, 0.8, 0.5)
            expect(widget.regions).to_have_count(3)
            keyboard.press("Control+Enter")
        expect(widget.root).to_contain_text("All 10 tasks are done: 9 labeled, 1 skipped")
        widget.saved()
        frame = json.loads(
            book.python("print(labeler.to_frame().drop(columns='image').to_json(orient='records'))")
        )
        assert [row["mood"] for row in frame] == [
            None if n == 4 else "positive" if n % 2 else "negative" for n in range(10)
        ]
        assert all(len(row["ner"]) == 2 and len(row["box"]) == 1 for row in frame if row["n"] != 4)
        book.python("labeler.export('out.json')")
        tasks = json.loads((book.folder / "out.json").read_text())
        assert len(tasks) == 10
        assert [t["annotations"][0]["was_cancelled"] for t in tasks].count(True) == 1
        assert tasks[0]["annotations"][0]["completed_by"] == {"email": "ana@example.org"}
        assert tasks[0]["data"]["image"].startswith("data:image/jpeg;base64,")
        for n, task in enumerate(tasks):
            annotation = task["annotations"][0]
            assert annotation["lead_time"] > 0
            text = task["data"]["text"]
            spans = [r["value"] for r in annotation["result"] if r["type"] == "labels"]
            assert [text[s["start"] : s["end"]] for s in spans] == (
                [] if n == 4 else ["Ana", "Rome"]
            )


def test_the_next_picture_is_loaded_before_it_is_wanted(show) -> None:
    config = '<View><Image name="photo" value="$image"/></View>'
    rows = "[{'image': picture(400 + n, 300)} for n in range(3)]"
    book, widget = show(PICTURES, labeler(config, rows))
    widget.picture("photo", 400, 300)
    book.page.wait_for_timeout(1000)  # somebody looks at it
    shown = book.page.evaluate(
        """async () => {
          const host = [...document.querySelectorAll("[data-lm-suppress-shortcuts]")].at(-1);
          const key = { key: "Enter", ctrlKey: true, bubbles: true, composed: true };
          host.shadowRoot.querySelector(".nb").dispatchEvent(new KeyboardEvent("keydown", key));
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const image = host.shadowRoot.querySelector(".nb-image-media");
          return [image?.complete, image?.naturalWidth];
        }"""
    )
    assert shown == [True, 401]


class TestSearching:
    """`/` finds labels and choices alike; what is typed meanwhile answers nothing."""

    CONFIG = """<View>
      <Labels name="ner" toName="text">
        <Label value="Person"/><Label value="Personal pronoun"/><Label value="Place of birth"/>
      </Labels>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text">
        <Choice value="quite good"/><Choice value="not good at all"/><Choice value="3"/>
      </Choices>
      <Rating name="stars" toName="text"/>
    </View>"""

    def test_every_word_counts_in_any_order_and_enter_takes_the_first(self, show) -> None:
        book, widget = show(labeler(self.CONFIG, texts("Ana met Bob", "b")))
        keys, found = book.page.keyboard, widget.root.get_by_role("search")
        widget.root.focus()
        keys.press("/")
        keys.type("birth pla")
        expect(found.get_by_role("button")).to_have_count(1)
        keys.press("Enter")
        expect(widget.button("Place of birth")).to_have_attribute("aria-pressed", "true")
        keys.press("/")
        keys.type("person")
        expect(found.get_by_role("button").first).to_contain_text("Person")
        expect(found.get_by_role("button")).to_have_count(2)
        found.get_by_role("button").nth(1).click()
        expect(widget.button("Personal pronoun")).to_have_attribute("aria-pressed", "true")
        expect(found).to_have_count(0)
        keys.press("/")
        keys.type("all good")
        keys.press("Enter")
        expect(widget.root.get_by_role("radio", name="not good at all")).to_be_checked()

    def test_letters_and_escape_answer_nothing_and_the_focus_returns(self, show) -> None:
        book, widget = show(labeler(self.CONFIG, texts("Ana met Bob", "b")))
        keys = book.page.keyboard
        text = widget.root.get_by_role("textbox", name="Text text")
        text.focus()
        keys.press("/")
        keys.type("345xyz1a")
        expect(widget.root.get_by_text("Nothing fits.")).to_be_visible()
        for key in ["Enter", "/", "Escape"]:
            keys.press(key)
        expect(text).to_be_focused()
        expect(widget.root.get_by_role("radio", checked=True)).to_have_count(0)
        expect(widget.root.get_by_role("search")).to_have_count(0)
        widget.at(1, 2)

    def test_what_was_selected_gets_the_label_that_is_found(self, show) -> None:
        book, widget = show(labeler(self.CONFIG, texts("Ana met Bob", "b")))
        widget.select("Bob", within="text")
        for key in ["/", "b", "i", "r", "t", "Enter"]:
            book.page.keyboard.press(key)
        expect(widget.regions).to_have_count(1)
        expect(widget.regions).to_contain_text("Place of birth")
        expect(widget.regions).to_contain_text("Bob")

    def test_where_nothing_can_be_found_the_letters_are_harmless(self, show) -> None:
        config = '<View><Text name="text" value="$text"/><Rating name="stars" toName="text" hotkey="s"/></View>'
        book, widget = show(labeler(config, texts("a", "b")))
        widget.root.focus()
        for key in ["/", "s", "Enter", "/", "s", "Escape"]:
            book.page.keyboard.press(key)
        expect(widget.root.get_by_role("radio", checked=True)).to_have_count(0)
        widget.at(1, 2)
        book.page.keyboard.press("s")  # and then it is a key again
        expect(widget.root.get_by_role("radio", checked=True)).to_have_count(1)


def test_how_selections_end_is_a_setting_that_is_kept(show) -> None:
    book, widget = show(labeler(SPANS, texts("Ana met Bob today", "b")))
    widget.button("PER").click()
    widget.select(" met ", within="text")
    expect(widget.regions).to_have_text("PER met")
    widget.button("Settings").click()
    whole = widget.root.get_by_role("checkbox", name="Selections take whole words")
    whole.check()
    widget.button("Settings").click()
    widget.select("od", within="text")
    expect(widget.regions.last).to_have_text("PER today")
    book.page.reload()
    book.run_all()
    widget.button("Settings").click()
    expect(whole).to_be_checked()
