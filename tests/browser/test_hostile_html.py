"""Documents of strangers: no script runs, nothing outside of them changes, no request leaves."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Request, expect

from browser.configs import SETUP
from browser.labeler import Widget
from browser.plain.notebook import Plain
from browser.test_hostile import COVER, ELSEWHERE, HTML

DOCUMENTS = {
    **{name: html for name, html in HTML.items() if name != "endless nesting"},
    "a style for all": f"<style>:host, html, body, * {{ {COVER} }}</style><p>x</p>",
    "a style for what holds it": f"<style>:host {{ display: none !important; {COVER} }} ::slotted(*) {{ {COVER} }}</style>x",
    "styles that fetch": f"<style>@import '{ELSEWHERE}/a.css'; @font-face {{ font-family: f; src: url({ELSEWHERE}/f) }}"
    f" p {{ font-family: f; background: url({ELSEWHERE}/a.png); --a: url({ELSEWHERE}/b.png); mask: var(--a) }}</style><p>x</p>",
    "a style that reads": f"<style>p[title^=a] {{ background: image-set('{ELSEWHERE}/a.png' 1x) }} p {{ width: expression(hacked=1); behavior: url({ELSEWHERE}/x.htc) }}</style><p title=abc>x</p>",
    "a style that closes itself": "<style>p { color: red }</styl</style><img src=x onerror='hacked=1'></style>",
    "a style in a drawing": f"<svg><style>* {{ {COVER}; background: url({ELSEWHERE}/a.png) }}</style><text>x</text></svg>",
    "a drawing that fetches": f"<svg><image href='{ELSEWHERE}/a.png'/><image xlink:href='{ELSEWHERE}/b.png'/><rect fill='url({ELSEWHERE}/c.svg#a)' filter='url({ELSEWHERE}/d.svg#a)'/><feImage href='{ELSEWHERE}/e.png'/></svg>",
    "a drawing that animates a link": "<svg><a><animate attributeName=href values='javascript:hacked=1'/><text>x</text></a><set attributeName=onload to='hacked=1'/></svg>",
    "foreign words in a drawing": "<svg><foreignObject><body onload='hacked=1'><img src=x onerror='hacked=1'></body></foreignObject></svg>",
    "a formula with a drawing": "<math><annotation-xml encoding='text/html'><svg><script>hacked=1</script></svg></annotation-xml><maction actiontype='statusline#x' xlink:href='javascript:hacked=1'>y</maction></math>",
    "a head of its own": f"<html onclick='hacked=1'><head><base href='{ELSEWHERE}/'><meta http-equiv=refresh content='0;url={ELSEWHERE}/'><link rel=prefetch href='{ELSEWHERE}/a'><link rel=stylesheet href='{ELSEWHERE}/b.css'><title>run</title></head><body onload='hacked=1' onpageshow='hacked=1' background='{ELSEWHERE}/c.png'>x</body></html>",
    "an html with a style": f"<html style='{COVER}; background: url({ELSEWHERE}/a.png)'><body style='{COVER}'>x</body></html>",
    "links to the top": f"<a href='{ELSEWHERE}/' target=_top><b>words to press</b></a><a href='#x' target=_parent>y</a>",
    "names of the document's own": "<form id=body name=body><input name=parentNode><input name=childNodes></form><img name=cookie><a id=defaultView></a>",
    "names of ours": "<div id=nb class='nb-text nb-text-overlay nb-submit'>x</div><span data-mark=a data-edge=start>y</span>",
    "a frame set": f"<frameset><frame src='{ELSEWHERE}/'></frameset>",
    "a shadow of its own": "<div><template shadowrootmode=open><script>hacked=1</script></template></div>",
    "an image with a handler in capitals": "<IMG SRC=x ONERROR=hacked=1><iMg/src=x/onerror=hacked=1>",
    "a comment that ends early": "<!--><img src=x onerror=hacked=1>--><!-- --!><img src=x onerror=hacked=1>",
    "broken tags": "<<script>hacked=1//<</script><p title='<img src=x onerror=hacked=1>'>x",
    "a marquee": "<marquee onstart='hacked=1'>x</marquee><details open ontoggle='hacked=1'>y</details>",
    "an address of the page's": "<a href='jav&#x09;ascript:hacked=1'>x</a><area href='javascript:hacked=1'>",
    "a condition of a style that is a comment": f"""<style media="/*">[title="*/all{{}} b{{background:url({ELSEWHERE}/a.png)}} /*"]{{color:red}}</style><b>x</b>""",
    "a condition of a style that ends it": f"""<style media="screen {{}} b{{background:url({ELSEWHERE}/a.png)}} @media all">b{{color:red}}</style><style media='"'>b[title='"{{}} b{{background:url({ELSEWHERE}/b.png)}}']{{color:red}}</style><b>x</b>""",
    "a drawing with a mask": f"""<svg><rect width=9 height=9 mask="image-set('{ELSEWHERE}/a.png' 1x)"/><g style="mask: image-set('{ELSEWHERE}/b.png' 1x)"><rect width=9 height=9 mask="-webkit-image-set('{ELSEWHERE}/c.png' 1x)"/><rect width=9 height=9 filter="src('{ELSEWHERE}/d')" clip-path="url(#x), url({ELSEWHERE}/e)"/></g></svg>""",
    "what tells that it was seen": f"<a href='{ELSEWHERE}/' ping='{ELSEWHERE}/p' attributionsrc='{ELSEWHERE}/q'>x</a><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' attributionsrc='{ELSEWHERE}/r'>",
    "what is fetched ahead": f'<link rel=dns-prefetch href={ELSEWHERE}><link rel=preconnect href={ELSEWHERE}><link rel=modulepreload href={ELSEWHERE}/m.js><script type=speculationrules>{{"prefetch":[{{"urls":["{ELSEWHERE}/s"]}}]}}</script>x',
    "old ways to show something": f"<input type=image src={ELSEWHERE}/a.png><bgsound src={ELSEWHERE}/b><portal src={ELSEWHERE}/c></portal><fencedframe src={ELSEWHERE}/d></fencedframe><isindex prompt=x>",
    "a drawing made of others": f"<svg><pattern id=p><image href='{ELSEWHERE}/a'/></pattern><use href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' id='a'><image href='{ELSEWHERE}/b'/></svg>#a\"/><text><textPath href='{ELSEWHERE}/c#a'>x</textPath><tref xlink:href='{ELSEWHERE}/d#a'/></text><linearGradient href='{ELSEWHERE}/e#g'/><cursor xlink:href='{ELSEWHERE}/f'/><rect width=9 height=9 fill='url(#p)' marker-start='url({ELSEWHERE}/g#m)' cursor='url({ELSEWHERE}/h)'/></svg>",
    "styles in conditions": f"<style>@layer a {{ @font-face {{ font-family: f; src: url({ELSEWHERE}/a) }} * {{ font-family: f }} }} @media all {{ @import url({ELSEWHERE}/b.css); b {{ background: url({ELSEWHERE}/c) }} }} @container style(--x: url({ELSEWHERE}/d)) {{ b {{ color: red }} }} @view-transition {{ navigation: auto }} b {{ -webkit-mask-box-image: url({ELSEWHERE}/e) 1; -webkit-box-reflect: below 0 url({ELSEWHERE}/f); shape-outside: url({ELSEWHERE}/g); background: attr(title type(<url>)) }} b:has(i[title^=a]) {{ list-style-image: cross-fade(url({ELSEWHERE}/h) 50%, red) }}</style><b title='{ELSEWHERE}/t'>x<i title=abc>y</i></b>",
    "styles with escapes": f"<style>@\\69mport url({ELSEWHERE}/a); b {{ background: \\75 rl({ELSEWHERE}/b) }} :h\\6fst {{ {COVER} }}</style><b>x</b>",
    "as high as what it is in": "<div style='height: 100vh'>x</div><p>end</p>",
    "larger than everything": "<div style='width: 1e9px; height: 1e9px; font-size: 9999px'>x</div>",
    "no words at all": "<p> </p><br>",
    "deep nesting": "<b>" * 300 + "x",
}

CONFIG = """<View>
  <HyperText name="page" value="$html"{more}/>
  <Choices name="kind" toName="page"><Choice value="good"/></Choices>
</View>"""

CALM = """() => {
  const host = document.querySelector("[data-lm-suppress-shortcuts]");
  const root = host.shadowRoot;
  const submit = [...root.querySelectorAll("button")].find((b) => /^(Submit|Update)$/.test(b.ariaLabel));
  const { x, y, width, height } = submit.getBoundingClientRect();
  const frame = root.querySelector("iframe");
  const about = (el) => { const { x, y, width } = el.getBoundingClientRect(); return [x, y, width, getComputedStyle(el).color]; };
  return {
    hacked: [globalThis.hacked, frame?.contentWindow.hacked].map((at) => at === undefined),
    page: [document.title, location.href, frames.length, document.body.isConnected],
    outside: [document.body, document.querySelector("#outside")].map(about),
    submit: [getComputedStyle(submit).backgroundColor,
      root.elementFromPoint(x + width / 2, y + height / 2)?.closest("button")?.ariaLabel],
    over: document.elementFromPoint(5, 5)?.id,
  };
}"""


@pytest.mark.parametrize("more", ["", ' inline="true"'])
def test_a_document_does_nothing(plain: Callable[..., Plain], more: str) -> None:
    rows = [{"html": "<p>calm</p>"}, *({"html": html} for html in DOCUMENTS.values())]
    cell = f"labeler = nl.Labeler({rows!r}, '''{CONFIG.format(more=more)}''')\nlabeler"
    before = """document.title = "calm"; document.body.insertAdjacentHTML("afterbegin",
      "<p id=outside style='position: absolute; left: 0; top: 0; margin: 0; padding: 8px'>x</p>");"""
    book = plain(SETUP, cell, before=before)
    asked: list[str] = []

    def hear(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "blob:", "data:", "about:")):
            asked.append(request.url)

    book.page.on("request", hear)
    book.run_all()
    widget = Widget(book.widget())
    expect(widget.group("page")).to_be_visible()
    calm = book.page.evaluate(CALM)
    assert calm["hacked"][0]
    wrong = {}
    for number, name in enumerate(DOCUMENTS):
        widget.button("Next task").click()
        widget.at(number + 2, of=len(rows))
        book.page.wait_for_timeout(60)
        now = book.page.evaluate(CALM)
        if now != calm:
            wrong[name] = [now, calm]
    assert wrong == {}, json.dumps(wrong, indent=1)
    assert asked == []
    assert book.errors == []


def test_a_link_leads_nowhere_but_where_the_config_says_so(
    plain: Callable[..., Plain],
) -> None:
    html = f"<p><a href='{ELSEWHERE}/' target=_top>words to press</a></p>"
    config = CONFIG.format(more=' inline="true"')
    cell = f"labeler = nl.Labeler([{{'html': {html!r}}}], '''{config}''')\nlabeler"
    book = plain(SETUP, cell)
    book.run_all()
    widget = Widget(book.widget())
    address = book.page.url
    x, y = widget.point_after("words", within="page")
    book.page.mouse.click(x - 5, y)
    book.page.mouse.click(x - 5, y, button="middle")
    book.page.wait_for_timeout(200)
    assert book.page.url == address
    assert len(book.context.pages) == 1
