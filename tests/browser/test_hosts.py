"""What hosts do otherwise than JupyterLab, each in a page that does just that."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.faults.rig import CHOICES, Rig

Open = Callable[..., Rig]

TEXTS = """<View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="PER"/></Labels>
  <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
  <Choices name="tone" toName="text" layout="select"><Choice value="warm"/><Choice value="cold"/></Choices>
</View>"""

PICTURE = """<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image"><Label value="roof"/></RectangleLabels>
</View>"""


def rows(folder: Path, *values: dict[str, str]) -> Path:
    file = folder / "rows.json"
    file.write_text(json.dumps(values))
    return file


# What a person reads on what, by WCAG's measure; colours as the browser paints them.
CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  const light = (color, ground = "#000") => {
    canvas.fillStyle = ground;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (el) => {
    for (let at = el; at; at = at.parentElement ?? at.getRootNode().host) {
      const { backgroundColor } = getComputedStyle(at);
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      if (canvas.getImageData(0, 0, 1, 1).data[3] > 250) return backgroundColor;
    }
    return "#fff";
  };
  return [...root().querySelectorAll(".nb-text-page, .nb-choice, .nb-number, .nb-side h2, .nb-primary, .nb-safety")].map((el) => {
    const ground = light(groundOf(el));
    const ink = light(getComputedStyle(el).color);
    return (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05);
  });
}"""


def ground(rig: Rig) -> tuple[int, ...]:
    """What is painted behind the text, in a corner of it."""
    box = rig.page.locator(".nb-text").bounding_box()
    assert box
    shot = rig.page.screenshot(
        clip={**box, "x": box["x"] + 4, "y": box["y"] + 2, "width": 2, "height": 2}
    )
    return Image.open(io.BytesIO(shot)).convert("RGB").getpixel((0, 0))


def style(**properties: str) -> str:
    """JavaScript that gives the page these; ``__`` stands for ``--``."""
    css = "; ".join(
        f"{name.replace('__', '--', 1).replace('_', '-')}: {value}"
        for name, value in properties.items()
    )
    return f"document.documentElement.style.cssText += {json.dumps(';' + css)};"


VSCODE = {"__jp_layout_color0": "#fff", "__jp_ui_font_color0": "#111"}
HOSTS = {
    "marimo, light": (
        "light",
        style(__background="color(srgb 1 1 1)", background="color(srgb 1 1 1)"),
    ),
    "marimo, dark": ("dark", style(__background="color(srgb 0.1 0.1 0.12)", background="#18191b")),
    "a page in oklch": ("dark", style(background="oklch(0.2 0.02 250)")),
    "a page in lab": ("light", style(background="lab(96% 0 0)")),
    "a ground that is no colour": ("light", style(__background="0 0% 100%", background="white")),
    "a ground by scheme": (
        "dark",
        style(__background="light-dark(#fff, #101114)", color_scheme="dark"),
    ),
    "JupyterLab, dark": ("dark", style(__jp_layout_color0="#111", __jp_ui_font_color0="#eee")),
    "VS Code, dark": (
        "dark",
        "document.body.dataset.vscodeThemeKind = 'vscode-dark';"
        + style(**VSCODE, __vscode_editor_background="#1f1f1f", __vscode_editor_foreground="#ccc"),
    ),
    "VS Code, light": (
        "light",
        "document.body.dataset.vscodeThemeKind = 'vscode-light';"
        + style(**VSCODE, __vscode_editor_background="#fff", __vscode_editor_foreground="#333"),
    ),
    "VS Code, high contrast": (
        "dark",
        "document.body.dataset.vscodeThemeKind = 'vscode-high-contrast';"
        + style(**VSCODE, __vscode_editor_background="#000", __vscode_editor_foreground="#fff"),
    ),
    "VS Code, high contrast and light": (
        "light",
        "document.body.dataset.vscodeThemeKind = 'vscode-high-contrast-light';"
        + style(**VSCODE, __vscode_editor_background="#fff", __vscode_editor_foreground="#292929"),
    ),
    "Colab, dark": ("dark", "document.documentElement.setAttribute('theme', 'dark');"),
    "Colab, light": ("light", "document.documentElement.setAttribute('theme', 'light');"),
    "mounted before its element is in the page": (
        "light",
        style(background="#fff") + "host.late = 300;",
    ),
    "mounted so in the dark": ("dark", style(background="#222") + "host.late = 300;"),
}


def looks(rig: Rig, theme: str) -> None:
    widget = rig.page.locator(".nb")
    dark = rig.page.locator(".nb.nb-dark")
    expect(widget).to_be_visible()
    expect(dark).to_have_count(1 if theme == "dark" else 0)
    rig.wait(0.3)  # colours fade
    assert min(rig.page.evaluate(CONTRASTS)) >= 4.5
    assert (sum(ground(rig)) < 384) == (theme == "dark")


@pytest.mark.parametrize("preferred", ["light", "dark"])
def test_the_theme_is_the_hosts(rig: Open, tmp_path: Path, preferred: str) -> None:
    r = rig(config=TEXTS, data=rows(tmp_path, {"text": "Ana met Bob"}))
    r.page.emulate_media(color_scheme=preferred)
    for theme, before in HOSTS.values():
        r.before = before
        r.open()
        looks(r, theme)


def test_the_theme_is_followed_when_host_or_place_change(rig: Open, tmp_path: Path) -> None:
    r = rig(
        config=TEXTS, data=rows(tmp_path, {"text": "Ana met Bob"}), before=style(background="#fff")
    )
    looks(r, "light")
    r.page.evaluate("document.body.style.background = 'rgb(20 20 20)'")
    looks(r, "dark")
    r.page.evaluate(
        """() => {
          const sheet = document.createElement("style");
          sheet.textContent = ".pale { background: color(srgb 0.9 0.9 0.9) }";
          document.head.append(sheet);
          document.querySelector("#cell").className = "pale";
        }"""
    )
    looks(r, "light")
    r.page.evaluate(
        """() => {  // into an element of the same size
          const el = document.querySelector("#cell").firstElementChild;
          document.body.insertAdjacentHTML("beforeend", "<div id=other></div>");
          document.querySelector("#other").append(el);
        }"""
    )
    looks(r, "dark")
    r.page.evaluate("document.documentElement.style.setProperty('--jp-layout-color0', 'white')")
    looks(r, "light")
    r.page.evaluate("document.body.dataset.vscodeThemeKind = 'vscode-dark'")
    r.page.evaluate(
        "document.documentElement.style.setProperty('--vscode-editor-background', '#1e1e1e')"
    )
    looks(r, "dark")


def test_vs_codes_white_rim_is_cleared(rig: Open, tmp_path: Path) -> None:
    before = (
        HOSTS["VS Code, dark"][1]
        + """
      document.body.style.background = "#1f1f1f";
      document.head.insertAdjacentHTML("beforeend",
        "<style>.cell-output-ipywidget-background { background: white !important; padding: 6px }</style>");
      document.querySelector("#cell").className = "cell-output-ipywidget-background";
    """
    )
    r = rig(config=TEXTS, data=rows(tmp_path, {"text": "Ana met Bob"}), before=before)
    rim = r.page.locator("#cell")
    expect(rim).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    r.page.evaluate("shut()")
    expect(rim).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.parametrize(
    "kind",
    [
        "(buffer) => buffer",
        "(buffer) => new Uint8Array(buffer)",
        "(buffer) => new Uint8ClampedArray(buffer)",
        """(buffer) => {
          const larger = new Uint8Array(buffer.byteLength + 9);
          larger.set(new Uint8Array(buffer), 5);
          return larger.subarray(5, 5 + buffer.byteLength);
        }""",
        """(buffer) => {  // of another frame of the page
          const frame = document.querySelector("iframe")
            ?? document.body.appendChild(document.createElement("iframe"));
          const view = new frame.contentWindow.Uint8Array(buffer.byteLength);
          view.set(new Uint8Array(buffer));
          return view;
        }""",
    ],
)
def test_bytes_come_as_any_view(rig: Open, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "red.png"
    Image.new("RGB", (40, 30), "red").save(file)
    data = rows(tmp_path, {"image": str(file)})
    r = rig(config=PICTURE, data=data, root=tmp_path, before=f"host.bytes = {kind}")
    r.page.wait_for_function("() => root().querySelector('.nb-image-media')?.naturalWidth === 40")
    assert not r.errors


@pytest.mark.parametrize(("height", "config"), [(610, PICTURE), (450, PICTURE), (300, TEXTS)])
def test_submit_is_in_sight_in_an_output_that_scrolls(
    rig: Open, tmp_path: Path, height: int, config: str
) -> None:
    file = tmp_path / "red.png"
    Image.new("RGB", (400, 300), "red").save(file)
    data = rows(tmp_path, {"image": str(file), "text": "Ana met Bob"})
    before = f"""document.querySelector("#cell").style.cssText =
      "max-height: {height}px; overflow: auto; padding: 8px; border: 1px solid; box-sizing: border-box";"""
    r = rig(config=config, data=data, root=tmp_path, before=before)
    out = r.page.locator("#cell").bounding_box()
    submit = r.page.get_by_role("button", name="Submit")
    expect(submit).to_be_visible()
    r.wait(0.2)
    box = submit.bounding_box()
    assert out
    assert box
    assert box["y"] + box["height"] <= out["y"] + out["height"]
    submit.click(trial=True)
    scrolls = r.page.locator("#cell").evaluate("(cell) => cell.scrollHeight > cell.clientHeight")
    assert scrolls == (height < 450)


def test_a_notebook_without_a_kernel_tells_what_was_labeled(rig: Open) -> None:
    r = rig(config=CHOICES, rows=7)
    r.press("1", "Control+Enter")
    r.shows(1)
    r.saved()
    state = r.page.evaluate("() => JSON.stringify(state())")
    assert len(state) < 12_000
    r.before = f"""
      const kept = JSON.parse({json.dumps(state)});
      host.spec = () => kept.spec;
      host.send = () => undefined;
      globalThis.shown = () => document.querySelector("#cell").innerText.includes("labeled");
    """
    r.open()
    expect(r.page.get_by_role("status")).to_contain_text("1 of 7 labeled")
    expect(r.page.get_by_role("status")).to_contain_text("run the cell to label")


def test_a_labeler_that_no_browser_has_seen_tells_it_too(rig: Open) -> None:
    r = rig(config=CHOICES, rows=7)
    r.press("1", "Control+Enter")
    r.shows(1)
    r.saved()
    r.kill()
    r.start()
    r.before = """
      host.send = () => undefined;
      globalThis.shown = () => document.querySelector("#cell").innerText.includes("labeled");
    """
    r.open()
    expect(r.page.get_by_role("status")).to_contain_text("1 of 7 labeled")


GONE = {
    "sending throws": "host.send = () => { throw new Error('the comm is closed') }",
    "sending is refused later (marimo)": "host.send = async () => { throw new Error('Failed to fetch') }",
    "the connection is being made anew (voila)": """
      state.model().widget_manager.kernel = { connectionStatus: "connecting" };
      host.send = () => undefined""",
    "the connection has ended": """
      state.model().widget_manager.kernel = { connectionStatus: "disconnected" };
      host.send = () => undefined""",
}


@pytest.mark.parametrize("how", GONE)
def test_a_server_that_is_gone_is_told(rig: Open, how: str) -> None:
    r = rig(config=CHOICES, rows=7)
    r.saved()
    r.page.evaluate(f"() => {{ {GONE[how]} }}")
    r.press("1")
    expect(r.status).to_have_text("1 unsaved · kernel gone")
    expect(r.messages).to_contain_text("run the cell")
    r.page.evaluate("() => { host.send = null; delete state.model().widget_manager.kernel }")
    r.saved()
    assert not r.errors


def test_a_host_that_knows_no_model_by_its_id(rig: Open) -> None:
    r = rig(config=CHOICES, before="host.find = async () => { throw new Error('no such model') }")
    r.press("1")
    r.saved()
    assert not r.errors


def test_a_database_of_the_browser_that_never_answers(rig: Open) -> None:
    r = rig(config=CHOICES, before="IDBFactory.prototype.open = () => ({})")
    expect(r.messages).to_contain_text("the browser's database does not answer")
    r.press("1")
    r.saved()
    assert not r.errors


def pressed(r: Rig, **key: object) -> bool:
    """Whether a key that is pressed in the widget is taken by it."""
    return r.page.evaluate(
        """(key) => !root().querySelector(".nb").dispatchEvent(
             new KeyboardEvent("keydown", { ...key, bubbles: true, composed: true, cancelable: true }))""",
        key,
    )


IMAGES_KEYS = [
    {"key": "-", "ctrlKey": True},
    {"key": "+", "ctrlKey": True},
    {"key": "ArrowLeft", "altKey": True},
    {"key": "ArrowRight", "altKey": True},
    {"key": "ArrowRight", "ctrlKey": True},
]


def test_keys_that_nothing_here_is_for_are_the_hosts(rig: Open, tmp_path: Path) -> None:
    file = tmp_path / "red.png"
    Image.new("RGB", (40, 30), "red").save(file)
    data = rows(tmp_path, {"image": str(file), "text": "Ana met Bob"})
    r = rig(config=TEXTS, data=data)
    assert [key for key in IMAGES_KEYS if pressed(r, **key)] == []
    assert pressed(r, key="ArrowDown", altKey=True)  # the next task
    r = rig(config=PICTURE, data=data, root=tmp_path)
    assert [key for key in IMAGES_KEYS if not pressed(r, **key)] == []


def test_arrows_that_move_something_do_not_scroll(rig: Open, tmp_path: Path) -> None:
    file = tmp_path / "red.png"
    Image.new("RGB", (400, 300), "red").save(file)
    data = rows(tmp_path, {"image": str(file), "text": "Ana met Bob.\n" * 12})
    tall = "document.body.style.padding = '60px 12px 4000px';"
    r = rig(config=TEXTS, data=data, before=tall)
    page = r.page
    # The keys of a whole test run go to a widget that is on screen as a whole.
    page.set_viewport_size({"width": 900, "height": 1100})

    def scrolled() -> list[int]:
        page.wait_for_timeout(60)
        return page.evaluate("() => [scrollX, scrollY]")

    arrows = ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "Shift+ArrowDown"]
    r.press("1")
    page.locator(".nb-text-page").focus()
    page.keyboard.press("Shift+Control+ArrowRight")
    page.keyboard.press("Enter")  # a span, which Enter selects
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    for focus in [
        page.get_by_role("slider", name="End of PER"),
        page.locator(".nb-text-page"),
        page.get_by_role("radio", name="good"),
        page.get_by_role("combobox", name="tone"),
    ]:
        focus.focus()
        for key in [*arrows, "ArrowUp", "ArrowUp", "ArrowUp", "Control+ArrowRight", "Home", "End"]:
            page.keyboard.press(key)
            assert scrolled() == [0, 0], (focus, key)
    r = rig(config=PICTURE, data=data, root=tmp_path, before=tall)
    page = r.page
    page.set_viewport_size({"width": 900, "height": 1100})
    r.press("1")
    image = page.get_by_role("group", name="image").get_by_role("img")
    image.focus()
    page.keyboard.press("Enter")  # the cursor
    for key in [*arrows, "Enter", "z", "z", "Enter", "Alt+.", *arrows]:  # made, selected, moved
        page.keyboard.press(key)
        assert scrolled() == [0, 0], key


def test_the_frame_of_a_focused_text_is_whole(rig: Open, tmp_path: Path) -> None:
    r = rig(config=TEXTS, data=rows(tmp_path, {"text": "Ana met Bob"}))
    r.page.locator(".nb-text-page").focus()
    inside = r.page.evaluate(
        """() => {
          const text = root().querySelector(".nb-text").getBoundingClientRect();
          const data = root().querySelector(".nb-data");
          const box = data.getBoundingClientRect();
          return text.left >= box.left && text.right <= box.left + data.clientWidth;
        }"""
    )
    assert inside
