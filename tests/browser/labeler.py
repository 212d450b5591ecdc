"""A labeler on the page, used as a person uses it; only the accessible tree is relied on."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

PATIENCE = 20_000  # ms: a kernel starts anew on a machine that others use too


class Widget:
    """One labeler, by role and name."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.page: Page = root.page

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def group(self, name: str) -> Locator:
        return self.root.get_by_role("group", name=name, exact=True)

    @property
    def task(self) -> Locator:
        return self.root.get_by_label("Task", exact=True)

    @property
    def status(self) -> Locator:
        return self.root.get_by_role("status").last  # others stand in the data, before it

    @property
    def messages(self) -> Locator:
        return self.root.get_by_role("log")

    @property
    def regions(self) -> Locator:
        return self._rows("Regions")

    @property
    def suggestions(self) -> Locator:
        return self._rows("Suggested")

    def _rows(self, name: str) -> Locator:
        """A list's own items: a row may hold a list of its own."""
        rows = self.root.get_by_role("list", name=name, exact=True)
        return rows.locator(":scope > li:not([role=none])")

    def at(self, task: int, of: int) -> None:
        expect(self.task).to_have_text(f"{task} / {of}", timeout=PATIENCE)

    def saved(self) -> None:
        expect(self.status).to_have_text("Saved", timeout=PATIENCE)

    def said(self, text: str) -> None:
        expect(self.messages).to_contain_text(text)

    def choose(self, name: str) -> None:
        self.root.get_by_role("radio", name=name, exact=True).click()

    def text(self, name: str) -> Locator:
        return self.group(name).locator("[data-stage=text]")

    def select(self, text: str, within: str) -> None:
        """Drag over a piece of text, from before its first to behind its last character."""
        self.drag(*self._ends(text, within))

    def select_from(self, first: str, last: str, within: str) -> None:
        """Drag from before one piece of text to behind another."""
        start, end = self._ends(first, within), self._ends(last, within)
        self.drag(*start[:2], *end[2:])

    def drag(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Drag as a hand does; Playwright's own mouse waits for a script in every frame."""
        session = self.page.context.new_cdp_session(self.page)

        def send(kind: str, x: float, y: float, buttons: int = 1) -> None:
            about = {"button": "left", "buttons": buttons, "clickCount": 1}
            session.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **about})

        send("mouseMoved", x1 + 0.5, y1, 0)
        send("mousePressed", x1 + 0.5, y1)
        for part in (0.5, 0.8, 1):
            send("mouseMoved", x1 + 0.5 + (x2 - x1 - 1) * part, y1 + (y2 - y1) * part)
        send("mouseReleased", x2 - 0.5, y2)
        session.detach()

    def point_after(self, text: str, within: str) -> tuple[float, float]:
        """Where on the page a piece of text ends."""
        box = self._ends(text, within)
        return box[2] - 0.5, box[3]

    def _ends(self, text: str, within: str) -> list[float]:
        self.group(within).scroll_into_view_if_needed()
        box = self.root.page.evaluate(
            """([host, wanted]) => {
              // In shadow roots and frames, too.
              const find = (root, dx, dy) => {
                const walker = root.ownerDocument.createTreeWalker(root, 5);
                for (let node = root; node; node = walker.nextNode()) {
                  if (node.nodeType === 1) {
                    const { left, top } = node.getBoundingClientRect();
                    const inner = node.contentDocument;
                    const found = (inner?.body && find(inner.body, dx + left, dy + top))
                      || [...(node.shadowRoot?.children ?? [])].map((at) => find(at, dx, dy)).find(Boolean);
                    if (found) return found;
                    continue;
                  }
                  const at = node.data.indexOf(wanted);
                  if (at < 0 || node.parentElement.localName === 'style') continue;
                  const range = root.ownerDocument.createRange();
                  range.setStart(node, at);
                  range.setEnd(node, at + wanted.length);
                  const rects = [...range.getClientRects()];
                  if (rects.length === 0) continue;
                  const [first, last] = [rects[0], rects[rects.length - 1]];
                  return [first.left + dx, first.top + first.height / 2 + dy,
                          last.right + dx, last.top + last.height / 2 + dy];
                }
                return null;
              };
              return find(host, 0, 0);
            }""",
            [self.group(within).element_handle(), text],
        )
        assert box, f'"{text}" is not on the page'
        return list(box)

    def image(self, name: str) -> Locator:
        return self.group(name).get_by_role("img")

    def picture(self, name: str, width: int, height: int) -> Picture:
        image = self.image(name)
        expect(image).to_be_visible()
        return Picture(self, name, width, height)


class Picture:
    """An image's surface, in fractions of the image."""

    def __init__(self, widget: Widget, name: str, width: int, height: int) -> None:
        self.widget = widget
        self.surface = widget.image(name)
        self.media = widget.group(name).locator("img")
        self.ratio = width / height
        self.read_out = widget.group(name).get_by_text(re.compile(r"\d+ %.*×"))
        expect(self.read_out).to_contain_text(f"{width} × {height}")

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the image is on the page, while the whole image is shown."""
        box = self.media.first.bounding_box()
        assert box
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def drag(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.surface.scroll_into_view_if_needed()
        mouse = self.widget.page.mouse
        mouse.move(*self.point(x1, y1))
        mouse.down()
        mouse.move(*self.point((x1 + x2) / 2, (y1 + y2) / 2))
        mouse.move(*self.point(x2, y2), steps=3)
        mouse.up()

    def click(self, x: float, y: float) -> None:
        self.surface.scroll_into_view_if_needed()
        self.widget.page.mouse.click(*self.point(x, y))
