"""What the attributes of the drawn tags do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.configs import PICTURES, SETUP, labeler, texts
from browser.labeler import Picture, Widget
from browser.plain.notebook import Plain

Show = Callable[..., tuple[Plain, Widget]]

PAIRS = "[{'images': [picture(400, 300), picture(300, 400)]}]"

LIST = """<View>
  <Image name="photo" valueList="$images" rotateControl="true" brightnessControl="true"
         contrastControl="true" grid="true" crosshair="true" showLabels="false"/>
  <RectangleLabels name="box" toName="photo" snap="pixel" strokeColor="#0000ff" strokeWidth="5"
                   fillColor="#00ff00" fillOpacity="1">
    <Label value="roof"/><Label value="tree" background="#ff0000"/>
  </RectangleLabels>
  <Choices name="seen" toName="photo" perItem="true" required="true" layout="inline">
    <Choice value="yes"/><Choice value="no"/>
  </Choices>
</View>"""

FITTED = """<View>
  <Image name="photo" value="$image" width="400px" maxWidth="300px" height="240px" smoothing="false"
         zoom="false" zoomBy="2" negativeZoom="true" defaultZoom="original" crossOrigin="anonymous"
         horizontalAlignment="right" verticalAlignment="bottom" selectionControl="false"
         grid="true" gridSize="25" gridColor="#ff0000"/>
  <RectangleLabels name="box" toName="photo"><Label value="roof"/></RectangleLabels>
</View>"""

BARE = """<View>
  <Image name="photo" value="$image" zoomControl="false" showLabels="true" maxHeight="260px"/>
  <RectangleLabels name="box" toName="photo"><Label value="roof"/></RectangleLabels>
</View>"""

LINES = """<View>
  <Image name="photo" value="$image"/>
  <VectorLabels name="line" toName="photo" pointSizeEnabled="9" pointSizeDisabled="7">
    <Label value="road" background="#ff0000" hotkey="1"/>
  </VectorLabels>
  <Vector name="plain" toName="photo" pointSize="large" pointStyle="rectangle"/>
</View>"""

LOOKS = """<View className="outer" idAttr="top" style="padding-left: 7px">
  <Style>
    body, main { background: rgb(1, 2, 3) !important }
    :host { position: fixed !important; inset: 0; z-index: 99999 }
    @media screen { :host(*) { opacity: 0.2 } }
    .outer h2 { color: rgb(4, 5, 6) }
  </Style>
  <Header value="Look" size="2" underline="true" style="letter-spacing: 3px"/>
  <View display="inline"><Header value="one"/></View>
  <View style="position: fixed; left: -500px; top: 0; width: 3000px; height: 9px; z-index: 9999" idAttr="far"/>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text" showInline="false">
    <Label value="PER" alias="person" showAlias="true" aliasStyle="opacity: 0.25" hint="A human"
           size="large" selectedColor="#ffff00" background="#800000" hotkey="p"/>
    <Label value="LOC" html="&lt;b&gt;place&lt;/b&gt;&lt;img src=x onerror='document.title=1'&gt;" size="small"
           background="red;} body { display: none" selected="true"/>
  </Labels>
</View>"""

READING = """<View>
  <Text name="plain" value="$text" clickableLinks="true" highlightColor="#00aa00" granularity="word"
        saveTextResult="no"/>
  <Text name="coded" value="$coded" encoding="base64unicode" selectionEnabled="false"/>
  <Labels name="ner" toName="plain"><Label value="PER"/><Label value="SYM" granularity="symbol"/></Labels>
  <Labels name="other" toName="coded"><Label value="LOC" selected="true"/></Labels>
</View>"""

CHOOSING = """<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text" choice="single-radio" showInline="true">
    <Choice value="good" alias="g" hint="Fine" style="letter-spacing: 2px"/>
    <Choice value="bad" html="&lt;i&gt;awful&lt;/i&gt;" hotkey="b"/>
  </Choices>
  <Choices name="why" toName="text" choice="multiple" allowNested="true"
           visibleWhen="choice-selected" whenTagName="mood" whenChoiceValue="bad">
    <Choice value="food"><Choice value="cold"/><Choice value="late"/></Choice>
  </Choices>
  <Choices name="where" toName="text" layout="select"><Choice value="here" selected="true"/><Choice value="there"/></Choices>
</View>"""


@pytest.fixture
def show(plain: Callable[..., Plain]) -> Show:
    def show(*cells: str) -> tuple[Plain, Widget]:
        book = plain(SETUP, *cells)
        book.run_all()
        return book, Widget(book.widget())

    return show


def results(book: Plain) -> list[dict]:
    printed = book.python(
        "import json\n"
        "work = labeler.project.view(0).annotation\n"
        "print(json.dumps([item.result for item in work.items]))"
    )
    return json.loads(printed)


def draw(photo: Picture, *at: float) -> None:
    photo.surface.evaluate("surface => surface.scrollIntoView({ block: 'center' })")
    photo.drag(*at)


class TestLists:
    def test_images_one_at_a_time_turned_and_lit(self, show: Show) -> None:
        book, widget = show(PICTURES, labeler(LIST, PAIRS))
        photo = widget.picture("photo", 400, 300)
        group = widget.group("photo")
        widget.button("roof").click()
        draw(photo, 0.25, 0.25, 0.5, 0.5)
        widget.group("seen").get_by_role("radio", name="yes").click()
        widget.button("Submit").click()
        widget.said('Checkbox "seen" is required.')
        expect(group.get_by_text("Image 2 / 2")).to_be_visible()  # which is where it is missing
        expect(widget.group("seen").get_by_role("radio", name="yes")).not_to_be_checked()

        photo = widget.picture("photo", 300, 400)
        book.page.keyboard.press("Alt+ArrowRight")
        widget.button("tree").click()
        box = photo.media.first.bounding_box()
        assert box
        assert abs(box["width"] / box["height"] - 4 / 3) < 0.01
        draw(photo, 0.25, 0.5, 0.5, 0.75)  # of the turned image
        widget.group("seen").get_by_role("radio", name="no").click()
        group.get_by_label("Brightness").fill("150")
        group.get_by_label("Contrast").fill("80")
        ground = photo.media.first.locator("..")
        expect(ground).to_have_css("filter", "brightness(1.5) contrast(0.8)")
        widget.button("Previous image").click()
        expect(group.get_by_role("img")).to_have_count(1)
        widget.button("Submit").click()
        widget.saved()

        roof, yes, tree, no = results(book)
        assert [r.get("item_index") for r in (roof, yes, tree, no)] == [0, 0, 1, 1]
        assert (yes["value"], no["value"]) == ({"choices": ["yes"]}, {"choices": ["no"]})
        assert (roof["original_width"], roof["image_rotation"]) == (400, 0)
        assert (tree["original_width"], tree["image_rotation"]) == (300, 90)
        value = tree["value"]
        for key, wanted in {"x": 50, "y": 50, "width": 25, "height": 25, "rotation": 0}.items():
            assert abs(value[key] - wanted) < 1.5, (key, value)
        for key, pixels in {"x": 300, "width": 300, "y": 400, "height": 400}.items():
            assert abs(value[key] * pixels / 100 - round(value[key] * pixels / 100)) < 1e-6

    def test_turning_is_one_gesture_for_every_region_of_the_image(self, show: Show) -> None:
        book, widget = show(PICTURES, labeler(LIST, PAIRS))
        photo = widget.picture("photo", 400, 300)
        for at in (0.1, 0.5):
            widget.button("roof").click()
            draw(photo, at, at, at + 0.2, at + 0.2)
        expect(widget.regions).to_have_count(2)
        before = [r["value"] for r in widget_results(book, widget)]
        widget.button("Rotate left").click()
        after = widget_results(book, widget)
        assert [r["image_rotation"] for r in after] == [270, 270]
        assert [r["value"] for r in after] == before
        widget.button("Undo").click()
        assert [r["image_rotation"] for r in widget_results(book, widget)] == [0, 0]
        ground = photo.media.first.locator("..")
        upright = re.compile(r"rotate\(0deg\)")
        expect(ground).to_have_attribute("style", upright)
        widget.button("Undo").click()
        widget.button("Undo").click()
        expect(widget.regions).to_have_count(0)
        book.page.wait_for_timeout(100)
        expect(ground).to_have_attribute("style", upright)  # also where no region says it

    def test_a_region_is_drawn_as_its_control_says(self, show: Show) -> None:
        _book, widget = show(PICTURES, labeler(LIST, PAIRS))
        photo = widget.picture("photo", 400, 300)
        for name, at in {"roof": 0.1, "tree": 0.6}.items():
            widget.button(name).click()
            draw(photo, at, at, at + 0.3, at + 0.3)
        expect(widget.regions).to_have_count(2)
        colors = photo.surface.evaluate(
            """surface => {
              const canvas = surface.parentElement.querySelector("canvas");
              const box = surface.getBoundingClientRect();
              const own = canvas.getBoundingClientRect();
              const scale = canvas.width / own.width;
              const at = share => [...canvas.getContext("2d").getImageData(
                (box.left - own.left + share * box.width) * scale,
                (box.top - own.top + share * box.height) * scale, 1, 1).data];
              return [at(0.25), at(0.75)];
            }"""
        )
        assert colors[0][:3] == [0, 255, 0]
        assert colors[1][:3] == [255, 0, 0]  # a label's own colour wins

    def test_what_is_taken_back_or_made_again_is_shown(self, show: Show) -> None:
        book, widget = show(PICTURES, labeler(LIST, PAIRS))
        keys = book.page.keyboard
        photo = widget.picture("photo", 400, 300)
        widget.button("roof").click()
        draw(photo, 0.25, 0.25, 0.5, 0.5)
        for key in ("Control+z", "Control+Shift+z"):
            keys.press("Control+ArrowRight")
            widget.picture("photo", 300, 400)
            keys.press(key)
            widget.picture("photo", 400, 300)
        expect(widget.regions).to_have_count(1)

    @pytest.mark.parametrize("key", ["Control+ArrowRight", "Alt+ArrowRight", "v", "2"])
    def test_a_polygon_on_its_way_is_kept_where_somebody_turns_to_something_else(
        self, show: Show, key: str
    ) -> None:
        config = LIST.replace("RectangleLabels", "PolygonLabels").replace(
            "<Choices",
            '<EllipseLabels name="round" toName="photo"><Label value="sun" hotkey="2"/>'
            "</EllipseLabels><Choices",
        )
        book, widget = show(PICTURES, labeler(config, PAIRS))
        photo = widget.picture("photo", 400, 300)
        widget.button("roof").click()
        for corner in [(0.25, 0.25), (0.5, 0.25), (0.5, 0.5)]:
            photo.click(*corner)
        book.page.keyboard.press(key)
        expect(widget.regions).to_have_count(1)
        [kept] = widget_results(book, widget)
        assert kept["value"]["polygonlabels"] == ["roof"]
        assert kept["value"]["points"] == [[25, 25], [50, 25], [50, 50]]
        assert kept["value"]["closed"] is False
        assert kept["item_index"] == 0
        assert kept["image_rotation"] == (90 if key == "Alt+ArrowRight" else 0)

    def test_beside_a_picture_that_is_missing_the_others_are_at_hand(self, show: Show) -> None:
        lost = "[{'images': [picture(400, 300), 'lost.png']}]"
        book, widget = show(PICTURES, labeler(LIST, lost))
        widget.picture("photo", 400, 300)
        pages = widget.group("Images of photo")
        widget.root.focus()
        book.page.keyboard.press("Control+ArrowRight")
        expect(widget.group("photo").get_by_role("note")).to_contain_text("lost.png")
        after = pages.bounding_box()
        data = widget.root.locator(".nb-data").bounding_box()
        assert after
        assert data
        assert after["y"] + after["height"] <= data["y"] + data["height"] + 1

    def test_small_pictures_lead_to_each_image(self, show: Show) -> None:
        many = "[{'images': [picture(40 + 10 * n, 300) for n in range(30)]}]"
        book, widget = show(PICTURES, labeler(LIST, many))
        photo = widget.picture("photo", 40, 300)
        strip = widget.group("Images of photo")
        # Of a long list those around the one that is shown.
        expect(strip.get_by_role("button")).to_have_count(17)
        widget.button("roof").click()
        draw(photo, 0.25, 0.25, 0.75, 0.5)
        expect(strip.get_by_role("button", name="Image 1, 1 region")).to_be_visible()
        strip.get_by_role("button", name="Image 12", exact=True).click()
        widget.picture("photo", 150, 300)
        expect(strip.get_by_role("button", name="Image 12", exact=True)).to_have_attribute(
            "aria-current", "true"
        )
        expect(strip.get_by_role("button", name="Image 20", exact=True)).to_be_attached()
        book.page.keyboard.press("Control+ArrowRight")
        widget.picture("photo", 160, 300)
        book.page.keyboard.press("Control+ArrowLeft")
        widget.picture("photo", 150, 300)
        box = strip.bounding_box()
        assert box
        assert box["x"] >= 0
        widget.regions.first.get_by_role("button").first.click()  # on the first image
        widget.picture("photo", 40, 300)


class TestOneImage:
    def test_it_lies_in_its_place_as_its_attributes_say(self, show: Show) -> None:
        book, widget = show(PICTURES, labeler(FITTED, "[{'image': picture(100, 80)}]"))
        photo = widget.picture("photo", 100, 80)
        stage = photo.surface.locator("..")
        expect(stage).to_have_css("width", "300px")
        expect(stage).to_have_css("height", "240px")
        expect(photo.media).to_have_css("image-rendering", "pixelated")
        expect(photo.media).to_have_js_property("crossOrigin", "anonymous")
        expect(photo.read_out).to_contain_text("100 %")
        own, room = photo.media.first.bounding_box(), stage.bounding_box()
        assert own
        assert room
        assert abs(own["x"] + own["width"] - room["x"] - room["width"]) < 2
        assert abs(own["y"] + own["height"] - room["y"] - room["height"]) < 2
        grid = photo.surface.evaluate(
            """surface => {
              const canvas = surface.parentElement.querySelector("canvas");
              const box = surface.getBoundingClientRect();
              const own = canvas.getBoundingClientRect();
              const scale = canvas.width / own.width;
              const row = canvas.getContext("2d").getImageData(
                (box.left - own.left) * scale, (box.top - own.top + 10) * scale, 100 * scale, 1).data;
              const red = [];
              for (let x = 0; x < row.length / 4; x++) if (row[4 * x] > 200 && row[4 * x + 3] > 60) red.push(x / scale);
              return red;
            }"""
        )
        assert {round(x / 25) for x in grid} >= {1, 2, 3}
        assert all(abs(x - 25 * round(x / 25)) <= 1.5 for x in grid)
        tools = widget.root.get_by_role("toolbar", name="Tools of photo")
        expect(tools.get_by_role("button", name="Draw boxes")).to_be_visible()
        expect(tools.get_by_role("button", name="Select and move")).to_have_count(0)
        widget.root.focus()
        book.page.keyboard.press("v")  # nor does its key take it
        expect(tools.get_by_role("button", name="Draw boxes")).to_have_attribute(
            "aria-pressed", "true"
        )
        widget.button("Zoom in").click()
        expect(photo.read_out).to_contain_text("200 %")
        for _ in range(3):
            widget.button("Zoom out").click()
        expect(photo.read_out).to_contain_text("25 %")  # negativeZoom: below the fit
        photo.surface.hover()
        book.page.keyboard.down("Control")
        book.page.mouse.wheel(0, -100)
        book.page.keyboard.up("Control")
        expect(photo.read_out).to_contain_text("25 %")  # zoom="false"

    def test_without_zoom_buttons_and_with_labels(self, show: Show) -> None:
        _, widget = show(PICTURES, labeler(BARE, "[{'image': picture(400, 300)}]"))
        photo = widget.picture("photo", 400, 300)
        tools = widget.root.get_by_role("toolbar", name="Tools of photo")
        expect(tools.get_by_role("button")).to_have_count(3)  # boxes, turned boxes, select
        expect(photo.read_out).to_contain_text("fit")
        box = photo.surface.locator("..").bounding_box()
        assert box
        assert box["height"] <= 260
        widget.button("roof").click()
        draw(photo, 0.3, 0.4, 0.6, 0.7)
        expect(widget.regions).to_have_count(1)
        tag = photo.surface.evaluate(
            """surface => {
              const canvas = surface.parentElement.querySelector("canvas");
              const box = surface.getBoundingClientRect();
              const own = canvas.getBoundingClientRect();
              const scale = canvas.width / own.width;
              return [...canvas.getContext("2d").getImageData(
                (box.left - own.left + 0.3 * box.width + 4) * scale,
                (box.top - own.top + 0.4 * box.height - 8) * scale, 1, 1).data][3];
            }"""
        )
        assert tag > 200  # a label stands over the box

    def test_the_points_of_lines_are_as_large_as_their_control_says(self, show: Show) -> None:
        def line(name: str, y: float) -> dict:
            vertices = [{"id": f"{x}", "x": x, "y": y} for x in (20, 80)]
            value = {"vertices": vertices, "closed": False}
            own = {"vectorlabels": ["road"]} if name == "line" else {}
            kind = "vectorlabels" if own else "vector"
            return {"id": name, "from_name": name, "to_name": "photo", "type": kind} | {
                "value": value | own
            }

        said = [line("line", 25), line("plain", 75)]
        book, widget = show(
            PICTURES,
            labeler(LINES, "[{'image': picture(400, 300)}]"),
            f"labeler.annotate(labeler.key(0), {said})",
        )
        photo = widget.picture("photo", 400, 300)
        expect(widget.regions).to_have_count(2)
        # How far white goes along a column through the end of a line, which no tag covers.
        white = """(surface, [x, y]) => {
          const canvas = surface.parentElement.querySelector("canvas");
          const box = surface.getBoundingClientRect();
          const own = canvas.getBoundingClientRect();
          const scale = canvas.width / own.width;
          const data = canvas.getContext("2d").getImageData(
            Math.round((box.left - own.left + x * box.width) * scale),
            Math.round((box.top - own.top + y * box.height - 20) * scale), 1, 40 * scale).data;
          let count = 0;
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] === 255 && data[i + 1] > 200 && data[i + 2] > 200) count++;
          return count / scale;
        }"""
        book.page.wait_for_timeout(100)
        assert photo.surface.evaluate(white, [0.8, 0.25]) == pytest.approx(14, abs=4)
        assert photo.surface.evaluate(white, [0.8, 0.75]) == pytest.approx(6, abs=3)
        points = photo.surface.locator("..").get_by_role("button", name="Point 1", exact=True)
        for at, size in enumerate((18, 14)):
            widget.regions.nth(at).get_by_role("button").first.click()
            grip = points.locator(".grip").bounding_box()
            assert grip
            assert grip["width"] == pytest.approx(size, abs=2.5)  # with its rim


def widget_results(book: Plain, widget: Widget) -> list[dict]:
    widget.saved()
    return results(book)


class TestLooks:
    def test_a_config_styles_itself_and_nothing_else(self, show: Show) -> None:
        book, widget = show(labeler(LOOKS, texts("Ana left Rome.")))
        widget.at(1, 1)
        page = book.page
        assert "rgb(1, 2, 3)" not in page.evaluate(
            "[document.body, document.querySelector('main')]"
            ".map(e => getComputedStyle(e).backgroundColor).join()"
        )
        look = widget.root.evaluate(
            """root => {
              const inside = root.getRootNode();
              const host = getComputedStyle(inside.host);
              const far = inside.getElementById("far").getBoundingClientRect();
              const own = inside.host.getBoundingClientRect();
              const hit = document.elementFromPoint(5, 5);
              return { position: host.position, opacity: host.opacity,
                       covered: hit === inside.host, top: far.top - own.top };
            }"""
        )
        assert look["position"] != "fixed"
        assert look["opacity"] == "1"
        assert not look["covered"]
        assert look["top"] >= 0
        header = widget.root.get_by_role("heading", name="Look", level=2)
        expect(header).to_have_css("color", "rgb(4, 5, 6)")
        expect(header).to_have_css("letter-spacing", "3px")
        expect(header).to_have_css("border-bottom-style", "solid")
        expect(widget.root.locator("#top")).to_have_css("padding-left", "7px")
        expect(widget.root.get_by_role("heading", name="one")).to_be_visible()

    def test_labels_look_as_they_say(self, show: Show) -> None:
        book, widget = show(labeler(LOOKS, texts("Ana left Rome.")))
        person, place = widget.button("PER"), widget.button("LOC")
        expect(place).to_have_attribute("aria-pressed", "true")  # selected from the start
        expect(person.locator("small")).to_have_text("person")
        expect(person.locator("small")).to_have_css("opacity", "0.25")
        assert "A human" in (person.get_attribute("title") or "")
        expect(place.locator("b")).to_have_text("place")
        expect(place.locator("img[onerror]")).to_have_count(0)
        tall, low = person.bounding_box(), place.bounding_box()
        assert tall
        assert low
        assert tall["height"] > low["height"]
        assert tall["y"] < low["y"]
        widget.root.focus()
        book.page.keyboard.press("p")
        expect(person).to_have_css("color", "rgb(255, 255, 0)")
        expect(person).to_have_css("background-color", "rgb(128, 0, 0)")
        widget.select("Ana", within="text")
        expect(widget.regions).to_have_text(["person Ana"])
        assert book.page.title() != "1"
        expect(book.page.locator("body")).not_to_have_css("display", "none")

    def test_headings_and_views_stand_among_labels(self, show: Show) -> None:
        config = """<View><Labels name="ner" toName="text">
          <View className="people"><Header value="People"/><Label value="PER"/></View>
          <Label value="LOC"/></Labels><Text name="text" value="$text"/></View>"""
        _, widget = show(labeler(config, texts("Ana left Rome.")))
        labels = widget.group("ner")
        expect(labels.get_by_role("heading", name="People")).to_be_visible()
        expect(labels.locator(".people").get_by_role("button")).to_have_text(["PER1"])
        labels.get_by_role("button", name="PER").click()
        widget.select("Ana", within="text")
        expect(widget.regions).to_have_text(["PER Ana"])


class TestReading:
    DATA = "[{'text': 'Ana saw https://example.org/a?b=1, then left.', 'coded': 'w4lyZSDwn46J'}]"

    def test_text_attributes(self, show: Show) -> None:
        book, widget = show(labeler(READING, self.DATA))
        expect(widget.group("coded")).to_contain_text("Ére 🎉")
        widget.select("re", within="coded")  # selectionEnabled="false"
        widget.button("PER").click()
        widget.select("An", within="plain")  # grows to the word
        expect(widget.regions).to_have_count(1)
        widget.button("SYM").click()
        widget.select("aw", within="plain")  # the label's own granularity
        expect(widget.regions).to_have_count(2)
        found = widget_results(book, widget)
        assert [r["value"] for r in found] == [
            {"start": 0, "end": 3, "labels": ["PER"]},
            {"start": 5, "end": 7, "labels": ["SYM"]},
        ]
        styles = widget.group("plain").locator("style").inner_text()
        assert "#00aa00" in styles

    def test_the_words_of_a_span_are_kept_unless_the_config_says_no(self, show: Show) -> None:
        saves = READING.replace('saveTextResult="no"', 'saveTextResult="none"')
        book, widget = show(labeler(saves, self.DATA))
        widget.button("PER").click()
        widget.select("An", within="plain")
        expect(widget.regions).to_have_count(1)
        (found,) = widget_results(book, widget)
        assert found["value"] == {"start": 0, "end": 3, "text": "Ana", "labels": ["PER"]}

    def test_a_link_opens_with_ctrl_and_knows_nothing_of_the_page(self, show: Show) -> None:
        book, widget = show(labeler(READING, self.DATA))
        page = book.page
        expect(widget.group("plain")).to_contain_text("https://example.org")
        assert widget.group("plain").locator("a").count() == 0  # the text stays as it is
        page.context.route("https://example.org/**", lambda route: route.fulfill(body="there"))
        box = (
            widget.group("plain")
            .get_by_text("https://example.org")
            .evaluate(
                """line => {
              const node = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
              const range = document.createRange();
              range.setStart(node, 12); range.setEnd(node, 16);
              const { left, top, width, height } = range.getBoundingClientRect();
              return [left + width / 2, top + height / 2];
            }"""
            )
        )
        page.mouse.click(*box)
        assert len(page.context.pages) == 1
        with page.context.expect_page() as opened:
            page.keyboard.down("Control")
            page.mouse.click(*box)
            page.keyboard.up("Control")
        assert opened.value.url == "https://example.org/a?b=1"
        assert opened.value.evaluate("window.opener") is None
        opened.value.close()


AMONG = """<View>
  <Text name="text" value="$text"/>
  <Choices name="props" toName="text" choice="multiple" {more}>
    <View style="width: 100%"><Header value="Of the post"/></View>
    <Choice value="short"><Choice value="very"/></Choice>
    <View className="rest"><Choice value="sad"/><Choice value="odd" selected="true"/></View>
  </Choices>
</View>"""


class TestChoosing:
    @pytest.mark.parametrize("layout", ["vertical", "inline"])
    def test_headings_and_views_stand_among_choices(self, show: Show, layout: str) -> None:
        book, widget = show(labeler(AMONG.format(more=f'layout="{layout}"'), texts("a")))
        props = widget.group("props")
        expect(props.get_by_role("heading", name="Of the post")).to_be_visible()
        expect(props.locator(".rest").get_by_role("checkbox")).to_have_count(2)
        # Without allowNested nobody sees what is inside a choice.
        assert [box.get_attribute("aria-label") for box in props.get_by_role("checkbox").all()] == [
            "short",
            "sad",
            "odd",
        ]
        widget.root.focus()
        book.page.keyboard.press("2")
        (result,) = widget_results(book, widget)
        assert result["value"] == {"choices": ["sad", "odd"]}

    def test_nested_ones_among_them(self, show: Show) -> None:
        book, widget = show(labeler(AMONG.format(more='allowNested="true"'), texts("a")))
        widget.group("props").get_by_role("checkbox", name="very").click()
        (result,) = widget_results(book, widget)
        assert result["value"] == {"choices": [["short"], ["short", "very"], ["odd"]]}

    def test_choices_attributes(self, show: Show) -> None:
        book, widget = show(labeler(CHOOSING, texts("a")))
        mood = widget.group("mood")
        good = mood.get_by_role("radio", name="good")
        bad = mood.get_by_role("radio", name="bad")
        expect(good).to_have_css("letter-spacing", "2px")
        assert "Fine" in (good.get_attribute("title") or "")
        expect(bad.locator("i").last).to_have_text("awful")
        one, two = good.bounding_box(), bad.bounding_box()
        assert one
        assert two
        assert one["y"] == two["y"]
        expect(widget.group("why")).to_have_count(0)
        good.click()
        expect(widget.group("why")).to_have_count(0)
        widget.root.focus()
        book.page.keyboard.press("b")
        why = widget.group("why")
        why.get_by_role("checkbox", name="cold").click()
        expect(why.get_by_role("checkbox", name="food")).to_be_checked(indeterminate=True)
        why.get_by_role("checkbox", name="late").click()
        expect(why.get_by_role("checkbox", name="food")).to_be_checked()
        where = widget.group("where").get_by_role("combobox")
        expect(where).to_contain_text("here")
        where.focus()
        book.page.keyboard.press("Enter")
        book.page.keyboard.press("ArrowDown")
        book.page.keyboard.press("Enter")
        expect(where).to_contain_text("there")
        found = {r["from_name"]: r["value"]["choices"] for r in widget_results(book, widget)}
        assert found == {
            "mood": ["bad"],
            "why": [["food"], ["food", "cold"], ["food", "late"]],
            "where": ["there"],
        }
        good.click()
        found = {r["from_name"]: r["value"]["choices"] for r in widget_results(book, widget)}
        assert found["mood"] == ["g"]
