"""Configs and data of strangers: nothing runs, nothing outside changes, no request leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from browser.faults.rig import Rig

CONFIG = """<View>
  <Style>.nothing { color: red }</Style>
  <View className="own"><Header value="Which?"/></View>
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text"><Label value="PER"/></Labels>
  <Choices name="mood" toName="text"><Choice value="good" html="x"/><Choice value="bad"/></Choices>
</View>"""

FIXED = "position: fixed !important; inset: 0 !important; z-index: 2147483647 !important"
COVER = f"{FIXED}; width: 300vw; height: 300vh; background: red"
ELSEWHERE = "http://elsewhere.test"

STYLES = {
    "the host itself": f":host {{ {COVER}; contain: none !important }}",
    "the host by a condition": f":host(:not(.x)), :host-context(body) {{ {COVER} }}",
    "a scope of the host": f"@scope (:host) {{ :scope {{ {COVER}; contain: none !important }} }}",
    "a scope of all": f"@scope {{ :scope {{ {COVER} }} :host {{ {COVER} }} }}",
    "a scope that ends nowhere": f"@scope (:root) to (.x) {{ * {{ {COVER} }} }}",
    "the nesting selector": f"& {{ {COVER} }} .a {{ :host & {{ {COVER} }} }}",
    "everything": f"* {{ {COVER}; contain: none !important; overflow: visible !important }}",
    "the widget's bars": f".nb-bottom, .nb-primary, .nb-top {{ {COVER}; display: none !important }}",
    "words beside the widget's": f".nb-bottom::after {{ content: 'Submit'; {COVER} }}",
    "what holds the data": ".nb-data, .nb-config, .nb { contain: none !important; overflow: visible"
    f" !important; position: static !important }} .own {{ {COVER} }}",
    "the page": f"html, body, #outside {{ display: none !important; {COVER} }}",
    "a closed scope": f"}} :host {{ {COVER} }} .nb-bottom {{ {COVER} }} @scope (:host) {{ :scope {{ {COVER} }}",
    "a comment left open": f".own {{ color: red }} :host {{ {COVER} }} /*",
    "a layer": f"@layer a {{ :host {{ {COVER} }} @scope (:host) {{ :scope {{ {COVER} }} }} }}",
    "a condition": f"@media all {{ @supports (color: red) {{ @container (width > 0) {{ :host {{ {COVER} }} .nb-bottom {{ {COVER} }} }} }} }}",
    "an animation": f"@keyframes a {{ from, to {{ {FIXED} }} }} :host, .nb-bottom {{ animation: a 1s infinite both }}",
    "a beginning": f"@starting-style {{ :host {{ {COVER} }} }} .own {{ transition: all 1s }}",
    "a property of the whole page": "@property --jp-layout-color0 { syntax: '<color>'; inherits: false; initial-value: red }",
    "a moved view": ".own { margin: -3000px; transform: translate(300px, 300px) scale(40); background: red }",
    "an anchor": f".own {{ {COVER}; position-anchor: --a; inset-area: all; top: anchor(--a top) }}",
    "the backdrop": f"::backdrop {{ {COVER} }} ::view-transition {{ {COVER} }}",
    "an import": f'@import "{ELSEWHERE}/a.css"; @import url({ELSEWHERE}/b.css);',
    "a namespace": f"@namespace url({ELSEWHERE}/n); .own {{ color: red }}",
    "a font": f"@font-face {{ font-family: f; src: url({ELSEWHERE}/f.woff) }} * {{ font-family: f }}",
    "a ground": f".own {{ background: url({ELSEWHERE}/a.png); border-image: url({ELSEWHERE}/b.png) 1; list-style: url({ELSEWHERE}/c.png) }}",
    "a cursor, a mask, a filter": f".own {{ cursor: url({ELSEWHERE}/a.cur), auto; mask: url({ELSEWHERE}/b.svg#m); filter: url({ELSEWHERE}/c.svg#f); clip-path: url({ELSEWHERE}/d.svg#c) }}",
    "a set of images": f".own {{ background: image-set('{ELSEWHERE}/a.png' 1x); content: -webkit-image-set(url({ELSEWHERE}/b.png) 1x) }}",
    "a mix of images": f".own {{ background: -webkit-cross-fade(url({ELSEWHERE}/a.png), url({ELSEWHERE}/b.png), 50%) }}",
    "words before and after": f".own::before {{ content: url({ELSEWHERE}/a.png) }} .own::marker {{ content: url({ELSEWHERE}/b.png) }}",
    "a variable": f".own {{ --a: url({ELSEWHERE}/a.png); background: var(--a); mask: var(--a) }}",
    "a variable beside it": f".own {{ background: url({ELSEWHERE}/a.png) var(--none,); border-image: url({ELSEWHERE}/b.png) 1 var(--none,) }}",
    "an escaped address": f".own {{ --a: \\75 rl({ELSEWHERE}/a.png); background: var(--a); mask: u\\72l({ELSEWHERE}/b.png) }}",
    "an address in an animation": f"@keyframes a {{ from, to {{ background: url({ELSEWHERE}/a.png) }} }} .own {{ animation: a 1s infinite }}",
    "what is typed": f".own:hover {{ background: url({ELSEWHERE}/a.png) }} input[value^=a] {{ background: url({ELSEWHERE}/b.png) }}",
    "an address in a nested rule": f".own {{ & h4, .nb-header & {{ background: url({ELSEWHERE}/a.png) }} h4 {{ background: url({ELSEWHERE}/b.png) }} }}",
}

ATTRIBUTES = {
    "a fixed view": COVER,
    "a huge view": "position: absolute; width: 9999px; height: 9999px; left: -4000px; top: -4000px; background: red",
    "a moved view": "transform: translateY(400px) scale(9); margin: -999px; background: red; z-index: 999",
    "an address": f"background: url({ELSEWHERE}/a.png); mask-image: url('{ELSEWHERE}/b.png')",
    "an address in a variable": f"--a: url({ELSEWHERE}/a.png); background: var(--a)",
    "an escaped address": f"--a: \\75rl({ELSEWHERE}/a.png); background: var(--a)",
    "an end of the attribute": f'color: red"><img src={ELSEWHERE}/a.png onerror="hacked=1">',
    "an end of the declarations": f"color: red }} .nb-bottom {{ {COVER} }}",
}

HTML = {
    "an overlay": f"<div style='{COVER}'>Submit</div>",
    "an overlay in a table": f"<table style='{COVER}'><tr><td style='{COVER}'>Submit</td></tr></table>",
    "an overlay by margins": "<b style='margin: -500px; padding: 900px; display: block; background: red'>Submit</b>",
    "an overlay by a transform": "<b style='display: block; transform: translate(40px, 400px) scale(30)'>Submit</b>",
    "an overlay by the widget's looks": "<span class='nb-menu nb-bottom nb-button nb-primary'>Submit</span>",
    "a popover": f"<div popover='auto' style='{COVER}; display: block'>x</div>",
    "a dialog": f"<dialog open style='{COVER}'>x</dialog>",
    "a form": "<form action='/'><input autofocus><button formaction='javascript:hacked=1'>Submit</button></form>",
    "a style": f"<style>:host, .nb-bottom, body {{ {COVER} }}</style>",
    "a link to a style": f"<link rel=stylesheet href={ELSEWHERE}/a.css>",
    "a base": f"<base href='{ELSEWHERE}/'>",
    "a refresh": f"<meta http-equiv=refresh content='0; url={ELSEWHERE}/'>",
    "a script": "<script>hacked = 1</script><script src=http://elsewhere.test/a.js></script>",
    "a handler": "<img src=x onerror='hacked=1'><b onmouseover='hacked=1' onfocus='hacked=1' tabindex=0 autofocus>x</b>",
    "a handler in a drawing": "<svg onload='hacked=1'><animate onbegin='hacked=1' attributeName=x dur=1s></svg>",
    "a script in a drawing": f"<svg><script>hacked=1</script><image href='{ELSEWHERE}/a.png'/><use href='{ELSEWHERE}/b.svg#a'/></svg>",
    "foreign words in a formula": "<math><mtext><table><mglyph><style><img src=x onerror='hacked=1'></style></mglyph></table></mtext></math>",
    "words that mend themselves": "<noscript><p title='</noscript><img src=x onerror=hacked=1>'>",
    "a template": "<template><img src=x onerror='hacked=1'></template><div><template shadowrootmode=open><img src=x onerror='hacked=1'></template></div>",
    "a frame": f"<iframe srcdoc='<script>parent.hacked=1</script>'></iframe><iframe src='{ELSEWHERE}/'></iframe>",
    "an object": f"<object data='{ELSEWHERE}/a'></object><embed src='{ELSEWHERE}/b'><applet code='{ELSEWHERE}/c'></applet>",
    "a script as an address": "<a href='javascript:hacked=1'>x</a><a href='data:text/html,<script>opener.hacked=1</script>'>y</a>",
    "an image": f"<img src='{ELSEWHERE}/a.png'><img srcset='{ELSEWHERE}/b.png 1x'><img lowsrc='{ELSEWHERE}/c.png'>",
    "an image of the notebook's own server": "<img src='/api/shutdown'><img src='//elsewhere.test/a.png'>",
    "a lazy image": f"<img loading=lazy src='{ELSEWHERE}/a.png'><picture><source srcset='{ELSEWHERE}/b.png'><img></picture>",
    "a film": f"<video src='{ELSEWHERE}/a.mp4' poster='{ELSEWHERE}/b.png' autoplay></video><audio src='{ELSEWHERE}/c.mp3' autoplay></audio>",
    "a film with parts": f"<video autoplay><source src='{ELSEWHERE}/a.mp4'><track default src='{ELSEWHERE}/b.vtt'></video>",
    "a ground": f"<table background='{ELSEWHERE}/a.png'><tr><td background='{ELSEWHERE}/b.png'>x</td></tr></table>",
    "a ground by style": f"<b style='background: url({ELSEWHERE}/a.png); list-style-image: url({ELSEWHERE}/b.png)'>x</b>",
    "a ground by an escape": f"<b style='--a: \\75 rl({ELSEWHERE}/a.png); background: var(--a)'>x</b>",
    "a map": f"<img usemap='#m' src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><map name=m><area href='{ELSEWHERE}/a' shape=default></map>",
    "names of the page's own": "<b id=outside name=body>x</b><b id=hacked></b><img name=getElementById>",
    "a slot": "<b slot=x>x</b><slot>y</slot>",
    "a custom element": "<x-hacked is=x-y></x-hacked>",
    "what takes the focus": "<b contenteditable autofocus tabindex=1 accesskey=s>x</b>",
    "endless nesting": "<b>" * 3000 + "x",
}


SCRIPT = "\"'><img src=x onerror='hacked=1'><script>hacked=1</script>"

CONFIGS: dict[str, tuple[str, dict[str, str]]] = {
    "script in a heading": ("Header", {"value": SCRIPT}),
    "script in a label": ("Label", {"value": SCRIPT, "hint": SCRIPT, "alias": SCRIPT}),
    "script in a choice": ("Choice", {"value": SCRIPT, "hint": SCRIPT, "alias": SCRIPT}),
    "script in names": ("Choices", {"name": SCRIPT, "toName": "text"}),
    "a name of every object's": ("Choices", {"name": "__proto__"}),
    "a label of every object's": ("Label", {"value": "constructor", "alias": "__proto__"}),
    "an id of the page's": ("View", {"className": "own", "idAttr": "outside"}),
    "classes of the widget's": (
        "View",
        {"className": "own nb-bottom nb-primary nb-menu nb-config"},
    ),
    "a level that is none": ("Header", {"size": "script", "value": "x"}),
    "a colour that fetches": ("Label", {"background": f"url({ELSEWHERE}/a.png)"}),
    "a colour that ends its rule": ("Label", {"background": f"red; }} * {{ {COVER} }}"}),
    "a colour of a chosen label": (
        "Label",
        {"selectedColor": f"red; background: url({ELSEWHERE}/a.png)"},
    ),
    "a colour of all spans": (
        "Text",
        {"highlightColor": f"red; background: url({ELSEWHERE}/a.png)"},
    ),
    "a style of an alias": (
        "Label",
        {
            "alias": "x",
            "showAlias": "true",
            "aliasStyle": f"{COVER}; background: url({ELSEWHERE}/a.png)",
        },
    ),
}


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("hostile")
    rows = folder / "rows.json"
    rows.write_text(json.dumps([{"text": "a text"}]))
    before = """
        document.body.insertAdjacentHTML("afterbegin", "<p id=outside>outside</p>");
        document.body.insertAdjacentHTML("beforeend", "<p id=below>below</p>");
        // What a config says, as its author could have written it.
        globalThis.change = (tag, fields) => {
          const walk = (element) => {
            const { attributes, children } = element;
            const meant = element.tag === tag && (tag !== "View" || attributes.className);
            if (tag === "Choice" && attributes.value !== "good") return element;
            const { body, ...given } = meant ? fields : {};
            return { ...element, ...(body === undefined ? {} : { body }),
                     attributes: { ...attributes, ...given }, children: children.map(walk) };
          };
          host.spec = (spec) => ({ ...spec, root: walk(spec.root), advance: false });
        };
    """
    rig = Rig(browser, folder / "labels.db", config=CONFIG, data=rows, before=before)
    rig.page.route("http://elsewhere.test/**", lambda route: route.abort())
    yield rig
    rig.close()


# How the page is without an attack.
PAGE = """() => {
  const about = (el) => {
    const { color, position, display, backgroundColor } = getComputedStyle(el);
    const { x, y } = el.getBoundingClientRect();
    return [x, y, color, position, display, backgroundColor];
  };
  const onTop = (id) => {
    const { x, y } = document.getElementById(id).getBoundingClientRect();
    return document.elementFromPoint(x + 4, y + 4)?.id;
  };
  const submit = [...root().querySelectorAll("button")].find((b) => b.ariaLabel === "Submit");
  const at = submit.getBoundingClientRect();
  const middle = [at.x + at.width / 2, at.y + at.height / 2];
  const pixels = [[0.1, 0.5], [0.5, 0.2], [0.5, 0.8], [0.9, 0.5]].map(([x, y]) =>
    root().elementFromPoint(at.x + x * at.width, at.y + y * at.height)?.closest("button")?.ariaLabel);
  return {
    hacked: globalThis.hacked === undefined || globalThis.hacked instanceof Element,
    title: document.title, address: location.href, focus: document.activeElement?.localName,
    frames: frames.length, names: customElements.get("x-hacked") === undefined,
    outside: [document.documentElement, document.body, ...document.querySelectorAll("p")].map(about),
    onTop: ["outside", "below"].map(onTop),
    ground: getComputedStyle(document.body).getPropertyValue("--jp-layout-color0"),
    submit: [middle, getComputedStyle(submit).backgroundColor, submit.innerText, ...pixels],
    bar: getComputedStyle(submit.parentElement, "::after").content,
  };
}"""


def still(page: Page) -> dict[str, object]:
    """What can be said of the page once it has stopped moving, if it does."""
    now = page.evaluate(PAGE)
    for _ in range(20):
        page.wait_for_timeout(30)
        before, now = now, page.evaluate(PAGE)
        if now == before:
            break
    return now


def attacked(rig: Rig, tag: str, **fields: str) -> None:
    """Show the config with this attack in it, and compare the page with the one without it."""
    page = rig.page
    asked: list[str] = []

    def hear(request: Request) -> None:
        own = request.url.startswith(("http://127.0.0.1", "blob:", "data:"))
        if not own or "/api/" in request.url:
            asked.append(request.url)

    page.evaluate("change('Style', {})")
    rig.run()
    calm = still(page)
    page.on("request", hear)
    try:
        page.evaluate("([tag, fields]) => change(tag, fields)", [tag, fields])
        rig.run()
        if "html" in fields:
            expect(page.locator(".nb-html").first).to_be_attached()
        for y in (120, 60, 1):  # over the data, and away
            page.mouse.move(200, y)
        assert still(page) == calm
    finally:
        page.remove_listener("request", hear)
    assert asked == []
    assert rig.errors == []


@pytest.mark.parametrize("attack", STYLES)
def test_a_style(stage: Rig, attack: str) -> None:
    attacked(stage, "Style", body=STYLES[attack])


@pytest.mark.parametrize("attack", ATTRIBUTES)
def test_a_style_attribute(stage: Rig, attack: str) -> None:
    attacked(stage, "View", style=ATTRIBUTES[attack])
    attacked(stage, "Choice", style=ATTRIBUTES[attack])


@pytest.mark.parametrize("attack", CONFIGS)
def test_a_config(stage: Rig, attack: str) -> None:
    tag, attributes = CONFIGS[attack]
    attacked(stage, tag, **attributes)


@pytest.mark.parametrize("attack", HTML)
def test_html(stage: Rig, attack: str) -> None:
    attacked(stage, "Choice", html=HTML[attack])


def test_styles_of_a_config_still_style_it(stage: Rig) -> None:
    css = """
      @layer quiet { .own { color: rgb(9, 9, 9) } }
      @media all { .own { border-top: 3px solid rgb(1, 2, 3); & h4 { letter-spacing: 4px } } }
      .own { background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=) }
      @keyframes here { to { opacity: 0.5 } }
      .own h4 { animation: here 1ms forwards }
    """
    stage.page.evaluate("(body) => change('Style', { body })", css)
    stage.run()
    own = stage.page.locator(".own")
    expect(own).to_have_css("color", "rgb(9, 9, 9)")
    expect(own).to_have_css("border-top-color", "rgb(1, 2, 3)")
    expect(own).to_have_css("background-image", 'url("data:image/gif;base64,R0lGODlhAQABAAAAACw=")')
    expect(own.locator("h4")).to_have_css("letter-spacing", "4px")
    expect(own.locator("h4")).to_have_css("opacity", "0.5")


def test_what_protocols_allow_is_fetched(browser: Browser, tmp_path) -> None:
    config = CONFIG.replace('html="x"', f"html=\"&lt;img src='{ELSEWHERE}/a.png'&gt;\"").replace(
        ".nothing {", f".own {{ background: url({ELSEWHERE}/b.png) }} .nothing {{"
    )
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([{"text": "a text"}]))
    for protocols, fetched in [([], set()), (["http"], {"a.png", "b.png"})]:
        rig = Rig(browser, tmp_path / "labels.db", config=config, data=rows, protocols=protocols)
        asked: set[str] = set()
        try:
            rig.page.on("request", lambda request, asked=asked: asked.add(request.url))
            rig.page.route("http://elsewhere.test/**", lambda route: route.abort())
            rig.run()
            expect(rig.page.locator(".nb-html img")).to_be_attached()
            rig.page.wait_for_timeout(200)
        finally:
            rig.close()
        assert {url.rsplit("/", 1)[1] for url in asked if url.startswith(ELSEWHERE)} == fetched
