"""Every control used once, as an annotator does it: with the mouse, or with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from playwright.sync_api import Locator, expect

from browser.labeler import Picture, Widget
from nblabel.config import Config
from nblabel.core.element import Element
from tests import samples

FOCUSED = "(element) => element.matches(':focus') && element.ownerDocument.hasFocus()"
TYPING = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.matches('input:not([type=range]), textarea') ?? false;
}"""
MOST_STOPS = 200
SPELT = {"ctrl": "Control", "alt": "Alt", "shift": "Shift", "⏎": "Enter"}
TOOLS = {
    "rectangle": "Draw boxes",
    "ellipse": "Draw ellipses",
    "polygon": "Draw polygons",
    "keypoint": "Set key points",
    "brush": "Brush",
    "vector": "Draw lines",
}


class Hand:
    """What a labeler is used with; a subclass says how, in a method for each kind of control.

    Parameters
    ----------
    widget
        The labeler.
    config
        The config of the task that it shows.
    """

    uses: ClassVar[dict[str, str]] = {
        **dict.fromkeys(["Labels", "HyperTextLabels", "ParagraphLabels"], "mark"),
        **dict.fromkeys(["Rectangle", "RectangleLabels", "Ellipse", "EllipseLabels"], "draw"),
        **dict.fromkeys(["Polygon", "PolygonLabels", "KeyPoint", "KeyPointLabels"], "draw"),
        **dict.fromkeys(["Brush", "BrushLabels", "Bitmask", "BitmaskLabels"], "draw"),
        **dict.fromkeys(["Vector", "VectorLabels"], "draw"),
        "Choices": "choose",
        "Taxonomy": "choose_in_a_tree",
        "Rating": "rate",
        "TextArea": "write",
        "Number": "enter_a_number",
        "DateTime": "enter_a_date",
        "Pairwise": "prefer",
        "Ranker": "rank",
    }

    def __init__(self, widget: Widget, config: Config) -> None:
        self.widget = widget
        self.config = config
        self.above = {at.id: e for e in config.root.walk() for at in e.children}
        self.made = 0
        self.row = 0

    def use_all(self) -> None:
        """Use each control once: first what makes regions, then what may ask about them."""
        controls = list(self.config.controls.values())
        for control in sorted(controls, key=lambda at: not self.config.tags[at.tag].region):
            self.appear(control)
            for row in range(self.forms(control).count() or 1):
                self.row = row
                getattr(self, self.uses[control.tag])(control)
            self.row = 0
        if any(element.tag == "Relations" for element in self.config.root.walk()):
            for control in [at for at in controls if self.config.tags[at.tag].region][:1]:
                self.mark(control)
                self.relate()

    # What a gesture needs.

    def press(self, *keys: str) -> None:
        for key in keys:
            self.widget.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.widget.page.keyboard.type(text)

    def forms(self, element: Element) -> Locator:
        """What is drawn of a control or an object; a form may stand in each region's row."""
        groups = self.widget.root.locator("[role=group], [role=radiogroup]")
        name = element.attributes["name"]
        return groups.and_(self.widget.root.get_by_label(name, exact=True))

    def group(self, element: Element) -> Locator:
        """What is used of it now."""
        forms = self.forms(element)
        return forms.nth(self.row) if element.tag == "TextArea" else forms.first

    def option(self, control: Element) -> Locator:
        """A choice that is not chosen yet."""
        role = "checkbox" if control.attributes.get("choice") == "multiple" else "radio"
        return self.group(control).get_by_role(role, checked=False, disabled=False).first

    def label(self, control: Element, words: object = None) -> Locator | None:
        """A label of a control that has some: the first, or that of these words."""
        if self.config.tags[control.tag].children != "Label":
            return None
        labels = self.group(control).get_by_role("button", disabled=False)
        if words:
            labels = labels.filter(has_text=str(words).split(",")[0])
        return labels.first

    def object(self, control: Element) -> Element:
        named = str(control.attributes.get("toName") or "").split(",")[0].strip()
        return self.config.objects.get(named) or next(iter(self.config.objects.values()))

    def tool(self, control: Element) -> Element | None:
        """The control that draws for one that only labels; itself where it draws."""
        if control.tag != "Labels" or self.object(control).tag != "Image":
            return control
        drawing = [at for at in self.config.controls.values() if self.uses[at.tag] == "draw"]
        return next(at for at in drawing if self.object(at) is self.object(control))

    def picture(self, control: Element) -> Picture:
        name = self.object(control).attributes["name"]
        return self.widget.picture(name, samples.WIDTH, samples.HEIGHT)

    def place(self) -> tuple[float, float]:
        """The corner of a piece of an image where nothing is yet, a tenth wide and high."""
        at = self.made
        self.made += 1
        return 0.06 + 0.15 * (at % 6), 0.1 + 0.2 * (at // 6)

    def appear(self, control: Element) -> None:
        """Do what a control waits for: select a region, choose what it hangs on."""
        is_tool = self.uses[control.tag] == "draw" and not self.config.tags[control.tag].children
        if is_tool or self.group(control).is_visible():
            return
        for element in self._around(control):
            given = element.attributes
            asked = self.config.controls.get(str(given.get("whenTagName") or "").split(",")[0])
            if asked and given.get("visibleWhen") == "choice-selected":
                self.choose(asked, given.get("whenChoiceValue"))
            elif asked and given.get("visibleWhen") == "region-selected":
                getattr(self, self.uses[asked.tag])(asked, given.get("whenLabelValue"))
        if self.group(control).is_visible():
            return
        for at in range(self.widget.regions.count()):
            self.select(at)
            if self.group(control).is_visible():
                return

    def _around(self, element: Element | None) -> Iterator[Element]:
        while element:
            yield element
            element = self.above.get(element.id)

    # What hands do.

    def mark(self, control: Element, words: object = None) -> None: ...
    def draw(self, control: Element, words: object = None) -> None: ...
    def choose(self, control: Element, words: object = None) -> None: ...
    def select(self, at: int) -> None: ...
    def relate(self) -> None: ...


class Mouse(Hand):
    """Only what is typed needs keys."""

    def mark(self, control: Element, words: object = None) -> None:
        if self.tool(control) is not control:
            self.draw(control, words)
            return
        before = self.widget.regions.count()
        label = self.label(control, words)
        assert label
        if label.get_attribute("aria-pressed") != "true":
            label.click()
        words = (samples.WORDS if self.object(control).tag != "Paragraphs" else samples.SAID)[
            self.made
        ]
        self.made += 1
        self.widget.select(words, within=self.object(control).attributes["name"])
        expect(self.widget.regions).to_have_count(before + 1)

    def draw(self, control: Element, words: object = None) -> None:
        before = self.widget.regions.count()
        picture = self.picture(control)
        label = self.label(control, words)
        if label:
            label.click()
        tool = self.tool(control).tag.lower().removesuffix("labels")
        button = self.widget.root.get_by_role("button", name=TOOLS[tool], exact=True)
        if button.count() and button.first.get_attribute("aria-pressed") != "true":
            button.first.click()
            expect(button.first).to_have_attribute("aria-pressed", "true")
        x, y = self.place()
        getattr(self, f"_{tool}")(picture, x, y)
        expect(self.widget.regions).to_have_count(before + 1)

    def _rectangle(self, picture: Picture, x: float, y: float) -> None:
        picture.drag(x, y, x + 0.1, y + 0.1)

    _ellipse = _brush = _bitmask = _rectangle

    def _polygon(self, picture: Picture, x: float, y: float) -> None:
        for corner in [(x, y), (x + 0.1, y), (x + 0.1, y + 0.1), (x, y)]:
            picture.click(*corner)

    def _vector(self, picture: Picture, x: float, y: float) -> None:
        for corner in [(x, y), (x + 0.1, y), (x + 0.1, y + 0.1), (x + 0.1, y + 0.1)]:
            picture.click(*corner)

    def _keypoint(self, picture: Picture, x: float, y: float) -> None:
        picture.click(x, y)

    def choose(self, control: Element, words: object = None) -> None:
        if control.attributes.get("layout") == "select":
            self.group(control).get_by_role("combobox").click()
            self.group(control).get_by_role("option").first.click()
            self.widget.page.keyboard.press("Escape")
            return
        option = self.option(control)
        if words:
            option = self.group(control).get_by_label(str(words).split(",")[0], exact=True)
        option.click()

    def choose_in_a_tree(self, control: Element) -> None:
        self.group(control).get_by_role("button", expanded=False).first.click()
        self.widget.root.get_by_role("treeitem").first.click()
        self.press("Escape")

    def rate(self, control: Element) -> None:
        self.group(control).get_by_role("radio").nth(2).click()

    def write(self, control: Element) -> None:
        group = self.group(control)
        group.get_by_role("textbox").first.click()
        self.type("It is written.")
        add = group.get_by_role("button", name="Add", exact=True)
        if add.count():
            add.click()
        else:
            self.press("Enter")
        expect(group.get_by_text("It is written.")).to_be_visible()

    def enter_a_number(self, control: Element) -> None:
        self.group(control).get_by_role("spinbutton").click()
        self.type("3")
        self.press("Enter")

    def enter_a_date(self, control: Element) -> None:
        self.group(control).locator("input").first.fill("2024-05-01")

    def prefer(self, control: Element) -> None:
        left = self.object(control)
        self.group(left).click(position={"x": 8, "y": 8})

    def rank(self, control: Element) -> None:
        handles = self.group(control).get_by_role("button", name="Move ")
        first, last = handles.first.bounding_box(), handles.last.bounding_box()
        assert first
        assert last
        mouse = self.widget.page.mouse
        mouse.move(first["x"] + 5, first["y"] + 5)
        mouse.down()
        mouse.move(last["x"] + 5, last["y"] + last["height"] + 12, steps=4)
        mouse.up()

    def select(self, at: int) -> None:
        row = self.widget.regions.nth(at).get_by_role("button").first
        if row.get_attribute("aria-pressed") != "true":
            row.click()

    def relate(self) -> None:
        self.select(0)
        self.widget.root.get_by_role("button", name="Relate").first.click()
        self.widget.regions.nth(1).get_by_role("button").first.click()


class Keys(Hand):
    """Tab leads to everything, and what has a key is used with it."""

    def reach(self, target: Locator) -> None:
        for _ in range(MOST_STOPS):
            if target.evaluate(FOCUSED):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def touch(self, target: Locator) -> None:
        """Press a button, a radio or a box: by its key, else by Tab and Space."""
        kbd = target.locator("kbd")
        if kbd.count() == 0:
            self.reach(target)
            self.press("Space")
            return
        if self.widget.page.evaluate(TYPING):
            self.press("Escape")
        keys = kbd.first.inner_text().strip().split("+")
        self.press("+".join(SPELT.get(key, key) for key in keys))

    def mark(self, control: Element, words: object = None) -> None:
        if self.tool(control) is not control:
            self.draw(control, words)
            return
        before = self.widget.regions.count()
        label = self.label(control, words)
        assert label
        if label.get_attribute("aria-pressed") != "true":
            self.touch(label)
        shown = self.group(self.object(control))
        frame = shown.locator("iframe")
        within = frame.content_frame if frame.count() else shown
        self.reach(within.get_by_role("textbox"))
        self.press("Control+Home", *["ArrowRight"] * self.made, "Shift+ArrowRight", "Enter")
        self.made += 1
        expect(self.widget.regions).to_have_count(before + 1)

    def draw(self, control: Element, words: object = None) -> None:
        before = self.widget.regions.count()
        picture = self.picture(control)
        label = self.label(control, words)
        if label and label.get_attribute("aria-pressed") != "true":
            self.touch(label)
        tool = self.tool(control).tag.lower().removesuffix("labels")
        button = self.widget.root.get_by_role("button", name=TOOLS[tool], exact=True)
        if button.count() and button.first.get_attribute("aria-pressed") != "true":
            self.touch(button.first)
        self.reach(picture.surface)
        x, y = ("abcdefghijklmnopqrstuvwxyz"[round(25 * part)] for part in self.place())
        corner = ["ArrowRight"] * 8, ["ArrowDown"] * 8
        self.press("Enter", x, y, "Enter")
        if tool in ("rectangle", "ellipse"):
            self.press(*corner[0], *corner[1], "Enter")
        elif tool in ("brush", "bitmask"):
            self.press(*corner[0], "Enter")
        elif tool in ("polygon", "vector"):
            self.press(*corner[0], "Enter", *corner[1], "Enter", "Enter")
        expect(self.widget.regions).to_have_count(before + 1)

    def choose(self, control: Element, words: object = None) -> None:
        if control.attributes.get("layout") == "select":
            self.reach(self.group(control).get_by_role("combobox"))
            self.press("Enter", "ArrowDown", "Enter", "Escape")
            return
        option = self.option(control)
        if words:
            option = self.group(control).get_by_label(str(words).split(",")[0], exact=True)
        self.touch(option)

    def choose_in_a_tree(self, control: Element) -> None:
        self.touch(self.group(control).get_by_role("button", expanded=False).first)
        self.press("Enter", "Escape")

    def rate(self, control: Element) -> None:
        self.touch(self.group(control))

    def write(self, control: Element) -> None:
        group = self.group(control)
        field = group.get_by_role("textbox").first
        self.reach(field)
        self.type("It is written.")
        self.press("Enter" if field.evaluate("(at) => at.localName") == "input" else "Shift+Enter")
        expect(group.get_by_text("It is written.")).to_be_visible()

    def enter_a_number(self, control: Element) -> None:
        self.reach(self.group(control).get_by_role("spinbutton"))
        self.type("3")
        self.press("Enter")

    def enter_a_date(self, control: Element) -> None:
        self.reach(self.group(control).locator("input").first)
        self.type("05012024")

    def prefer(self, control: Element) -> None:
        self.touch(self.group(control).get_by_role("button").first)

    def rank(self, control: Element) -> None:
        self.reach(self.group(control).get_by_role("button", name="Move ").first)
        self.press("Space", "ArrowDown", "Space")

    def select(self, at: int) -> None:
        self.press("Alt+.")

    def relate(self) -> None:
        self.press("Escape", "Alt+.", "Alt+r", "Alt+.", "Alt+r")
