"""Wherever a stranger's words are shown: nothing runs, nothing outside changes, no request leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import pytest
from playwright.sync_api import Browser, Request, expect

from browser.configs import SETUP
from browser.labeler import Widget
from browser.plain.notebook import Plain
from browser.test_hostile import ATTRIBUTES, COVER, ELSEWHERE, HTML, SCRIPT, STYLES
from browser.test_hostile_html import CALM

MARKUP = [html for name, html in HTML.items() if name != "endless nesting"]
MARKDOWN = [
    *MARKUP,
    SCRIPT,
    f"![a picture]({ELSEWHERE}/a.png) ![b][b]\n\n[b]: {ELSEWHERE}/b.png",
    "[a](javascript:hacked=1) [b](data:text/html,<script>opener.hacked=1</script>) <javascript:hacked=1>",
    '[a](vbscript:x \'title" onmouseover="hacked=1\') ![a](x"onerror="hacked=1)',
    "```<img src=x onerror=hacked=1>\n<script>hacked=1</script>\n```",
    "<img src=x onerror=hacked=1>\n\n* <script>hacked=1</script>\n\n> <svg onload=hacked=1>",
    "[a]: javascript:hacked=1\n[a] [x](java\nscript:hacked=1) [y](&#106;avascript:hacked=1)",
]
WORDS = [
    SCRIPT,
    "</style><script>hacked=1</script>",
    "{{hacked=1}}${hacked=1}",
    "__proto__",
    "javascript:hacked=1",
]
COLOURS = [
    f"url({ELSEWHERE}/a.png)",
    f"red; }} * {{ {COVER} }}",
    f"red; background: url({ELSEWHERE}/b.png)",
    SCRIPT,
]
DECLARATIONS = [*ATTRIBUTES.values(), f"color: red; }} :host {{ {COVER} }}"]
CLASSES = ["nb-bottom nb-primary nb-menu", "nb nb-data", SCRIPT, "outside"]
IDS = ["outside", "nb", SCRIPT, "hacked"]
ADDRESSES = [
    "javascript:hacked=1",
    "data:text/html,<script>parent.hacked=1</script>",
    "file:///etc/passwd",
    "/etc/passwd",
    "../../../etc/passwd",
    "blob:null/x",
    "ftp://elsewhere.test/a",
    "vbscript:hacked=1",
    "chrome://settings",
    f"view-source:{ELSEWHERE}/",
]


class Place(NamedTuple):
    """Where words can stand: a config with all of the attacks on it, a row and results of its own."""

    attacks: list[str]
    one: str
    around: str
    row: dict[str, Any]
    results: list[dict[str, Any]]


def each(
    shape: str,
    attacks: list[str],
    around: str = "{}",
    results: list[dict[str, Any]] | None = None,
    **row: Any,
) -> Place:
    """A place in the config: `{}` is an attribute with its quotes, `[]` a body, `#` a number."""
    return Place(attacks, shape, around, row, results or [])


def span(name: str, label: str = "a", **more: Any) -> dict[str, Any]:
    value = {"start": 0, "end": 1, "text": "a", "labels": [label]}
    about = {"id": name, "from_name": "ner", "to_name": "text", "type": "labels"}
    return {**about, "value": value, **more}


def related(labels: list[str]) -> list[dict[str, Any]]:
    """From one span to others, with one of these labels each."""
    spans = [span(f"r{n}") for n in range(len(labels) + 1)]
    ties = [
        {
            "type": "relation",
            "from_id": "r0",
            "to_id": f"r{n}",
            "direction": "bi",
            "labels": [label],
        }
        for n, label in enumerate(labels, 1)
    ]
    return [*spans, *ties]


TEXT = '<Text name="text" value="$text"/>'
LABELS = f'<Labels name="ner" toName="text">{{}}</Labels>{TEXT}'
LABELLED = LABELS.format('<Label value="a"/>')
CHOICES = f'{TEXT}<Choices name="mood" toName="text">{{}}</Choices>'
TAXONOMY = f'{TEXT}<Taxonomy name="kind" toName="text">{{}}</Taxonomy>'

CONFIG_PLACES = {
    "the words of a header": each("<Header value={}/>", [*MARKUP, *WORDS]),
    "the style of a header": each('<Header value="x" style={}/>', DECLARATIONS),
    "the class of a header": each('<Header value="x" className={} idAttr="own"/>', CLASSES),
    "the id of a header": each('<Header value="x" idAttr={}/>', IDS),
    "the style of a view": each('<View style={}><Header value="x"/></View>', DECLARATIONS),
    "the class of a view": each('<View className={}><Header value="x"/></View>', CLASSES),
    "the id of a view": each('<View idAttr={}><Header value="x"/></View>', IDS),
    "a style sheet": each("<Style>[]</Style>", list(STYLES.values())),
    "the body of Markdown": each("<Markdown>[]</Markdown>", MARKDOWN),
    "the value of Markdown": each("<Markdown value={}/>", MARKDOWN),
    "the style of Markdown": each("<Markdown style={}>x</Markdown>", DECLARATIONS),
    "the class of Markdown": each("<Markdown className={}>x</Markdown>", CLASSES),
    "the id of Markdown": each("<Markdown idAttr={}>x</Markdown>", IDS),
    "a panel": each(
        "<Collapse><Panel value={}><Header value={}/></Panel></Collapse>", [*MARKUP, *WORDS]
    ),
    "a label": each("<Label value={} hint={} alias={}/>", [*MARKUP, *WORDS], LABELS),
    "the html of a label": each('<Label value="a#" html={}/>', MARKUP, LABELS),
    "the colour of a label": each(
        '<Label value="a#" background={} selectedColor={}/>', COLOURS, LABELS
    ),
    "the style of an alias": each(
        '<Label value="a#" alias="b" showAlias="true" aliasStyle={}/>', DECLARATIONS, LABELS
    ),
    "a choice": each("<Choice value={} hint={} alias={}/>", [*MARKUP, *WORDS], CHOICES),
    "the html of a choice": each('<Choice value="a#" html={}/>', MARKUP, CHOICES),
    "the style of a choice": each('<Choice value="a#" style={}/>', DECLARATIONS, CHOICES),
    "an option of a taxonomy": each(
        "<Choice value={} hint={} alias={}/>", [*MARKUP, *WORDS], TAXONOMY
    ),
    "the html of an option of a taxonomy": each('<Choice value="a#" html={}/>', MARKUP, TAXONOMY),
    "the colour of an option of a taxonomy": each(
        '<Choice value="a#" color={}/>', COLOURS, TAXONOMY
    ),
    "an option in an option": each(
        '<Choice value="a#"><Choice value={} hint={} html={}/></Choice>',
        [*MARKUP, *WORDS],
        TAXONOMY,
    ),
    "a relation": each(
        "<Relation value={}/>",
        [*MARKUP, *WORDS],
        f"<Relations>{{}}</Relations>{LABELLED}",
        related([*MARKUP, *WORDS]),
    ),
    "the colour of a relation": each(
        '<Relation value="a#" background={}/>',
        COLOURS,
        f"<Relations>{{}}</Relations>{LABELLED}",
        related([f"a{n}" for n in range(len(COLOURS))]),
    ),
    "the words of a filter": each(
        '<Filter name="f#" toName="ner" placeholder={}/>',
        WORDS,
        f"{{}}{LABELLED}",
    ),
    "the style of a choice of two": each(
        '<Pairwise name="p#" toName="text,other" selectionStyle={} leftClass={}/>',
        DECLARATIONS,
        f'{TEXT}<Text name="other" value="$text"/>{{}}',
    ),
    "the placeholder of a field": each(
        '<TextArea name="t#" toName="text" placeholder={} value={}/>', WORDS, f"{TEXT}{{}}"
    ),
    "a message": each(
        '<Choices name="c#" toName="text" required="true" requiredMessage={}><Choice value="a"/></Choices>',
        WORDS,
        f"{TEXT}{{}}",
    ),
    "the colour of all spans": each('<Text name="t#" value="$text" highlightColor={}/>', COLOURS),
    "the number of a copy": each(
        '<Repeater on="$items" indexFlag={}><Header value="a {{idx}} $items[{{idx}}]"/></Repeater>',
        ['{{"idx}}', "'\"><img src=x onerror=hacked=1>", "(", "{{idx}}", ".*", "$"],
        items=["x", SCRIPT],
    ),
    "code that is not drawn": each(
        '<ReactCode name="r#" toName="r#" data="$text" src={}>[]</ReactCode>',
        [
            *WORDS,
            f"{ELSEWHERE}/a.js",
            "globalThis.hacked = 1",
            "(() => { globalThis.hacked = 1 })()",
        ],
    ),
    "a tag that nobody knows": each(
        "<Strange onload={} style={} src={}>[]</Strange>", [SCRIPT, f"{ELSEWHERE}/a.js", COVER]
    ),
    "a scan that is not drawn": each('<Object3D name="o#" value={}/>', ADDRESSES),
    **{
        f"the address of a {tag}": each(f'<{tag} name="a#" value={{}} valueType="url"/>', ADDRESSES)
        for tag in ("Text", "HyperText", "Paragraphs", "Table")
    },
    "the address of an image": each('<Image name="i#" value={}/>', ADDRESSES),
    "the address of options": each(
        '<Taxonomy name="k#" toName="text" apiUrl={}/>', ADDRESSES, f"{TEXT}{{}}"
    ),
}

VALUES = [*MARKUP, *WORDS]
DATA_PLACES: dict[str, tuple[str, Any]] = {
    "a text": (TEXT, {"text": "\n".join(VALUES)}),
    "names and texts of a dialogue": (
        '<Paragraphs name="d" value="$d" layout="dialogue"/>',
        {"d": [{"author": words, "text": words} for words in VALUES]},
    ),
    "names, texts, hints and dates of an old dialogue": (
        '<Dialog name="d" value="$d"/>',
        {"d": [{"name": w, "text": w, "hint": w, "date": w} for w in VALUES]},
    ),
    "keys and cells of a table": (
        '<Table name="d" value="$d"/><Table name="e" value="$e"/>',
        {"d": {words: words for words in VALUES}, "e": [{words: words} for words in VALUES]},
    ),
    "the value of Markdown": ('<Markdown value="$d"/>', {"d": "\n\n".join(MARKDOWN)}),
    "what a header shows": ('<Header value="$d"/>', {"d": " ".join(VALUES)}),
    "choices of the data": (
        f'{TEXT}<Choices name="c" toName="text" value="$d"/>',
        {
            "d": [
                {"value": f"{w} {n}", "html": w, "hint": w, "style": w}
                for n, w in enumerate(VALUES)
            ]
        },
    ),
    "labels of the data": (
        f'{TEXT}<Labels name="c" toName="text" value="$d"/>',
        {
            "d": [
                {"value": f"{w} {n}", "html": w, "background": w}
                for n, w in enumerate([*VALUES, *COLOURS])
            ]
        },
    ),
    "options of the data": (
        f'{TEXT}<Taxonomy name="c" toName="text" value="$d"/>',
        {
            "d": [
                {"value": f"{w} {n}", "html": w, "hint": w, "color": w, "children": [{"value": w}]}
                for n, w in enumerate([*VALUES, *COLOURS])
            ]
        },
    ),
    "items of a list": (
        '<List name="l" value="$d" title="x"/><Ranker name="r" toName="l"/>',
        {"d": [{"id": f"{w}{n}", "title": w, "body": w, "html": w} for n, w in enumerate(VALUES)]},
    ),
    "addresses of images": (
        '<Image name="i" valueList="$d"/>',
        {"d": ADDRESSES},
    ),
    "a picture that is a program": (
        '<Image name="i" value="$d"/>',
        {
            "d": "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='parent.hacked=1' width='9' height='9'>"
            f"<script>parent.hacked=1</script><image href='{ELSEWHERE}/a.png'/></svg>"
        },
    ),
}

RESULT_PLACES = {
    "a label that the config does not have": [span(f"r{n}", w) for n, w in enumerate(VALUES)],
    "the id of a region": [span(w) for w in VALUES],
    "a note": [span(f"r{n}", meta={"text": [w]}) for n, w in enumerate(VALUES)],
    "a label of a relation that the config does not have": related(VALUES),
    "a path that the config does not have": [
        {
            "id": "k",
            "from_name": "kind",
            "to_name": "text",
            "type": "taxonomy",
            "value": {"taxonomy": [[w, w] for w in VALUES]},
        }
    ],
}

END = '<Text name="end" value="$text"/><Choices name="end_kind" toName="end"><Choice value="good"/></Choices>'


def written(place: Place) -> str:
    one = "\n".join(
        place.one.replace("#", str(n))
        .replace("{}", quoteattr(attack))
        .replace("[]", escape(attack))
        for n, attack in enumerate(place.attacks)
    )
    return f"<View>{place.around.replace('{}', one)}{END}</View>"


@pytest.fixture(scope="module")
def book(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    before = """document.title = "calm"; document.body.insertAdjacentHTML("afterbegin",
      "<p id=outside style='position: absolute; left: 0; top: 0; margin: 0; padding: 8px'>x</p>");"""
    book = Plain(browser, tmp_path_factory.mktemp("places"), before=before)
    book.page.route("**/elsewhere.test/**", lambda route: route.abort())
    book.kernel.run(SETUP)
    book.page.set_default_timeout(8000)
    yield book
    book.close()


GOOD = {
    "from_name": "end_kind",
    "to_name": "end",
    "type": "choices",
    "value": {"choices": ["good"]},
}

Results = list[dict[str, Any]]


def shown(book: Plain, config: str, row: dict[str, Any], results: Results) -> Widget | str:
    """The labeler; or the sentence, where it is no config that somebody can use."""
    cell = f"""
try:
    project = nl.Project([{ {"text": "a text", **row}!r}], {config!r}, store=":memory:", advance=False)
    if {results!r}:
        project.annotate(project.key(0), {results!r}, check=False)
    labeler = nl.Labeler(project)
except nl.NblabelError as error:
    print(error)
else:
    print("made")
"""
    told = book.python(cell)
    if told != "made":
        return told
    address = book.kernel.run("labeler")["shown"]
    book.page.evaluate("(address) => show(0, address)", address)
    widget = Widget(book.widget())
    expect(widget.group("end")).to_be_visible()
    return widget


def opened(book: Plain, widget: Widget, results: Results) -> None:
    """Open, hover and use whatever shows a stranger's words only then."""
    for opener in widget.root.get_by_role("combobox", expanded=False).all():
        opener.click()
        book.page.wait_for_timeout(100)
        book.page.keyboard.press("Escape")
    for opener in widget.root.locator("[aria-haspopup=tree]").all():
        opener.click()
        nodes = widget.root.get_by_role("treeitem")
        book.page.wait_for_timeout(150)
        for key in ["Enter", "ArrowRight", "ArrowDown"] * 8:
            book.page.keyboard.press(key)
        book.page.keyboard.type("a")  # what is inside, too, with what was found
        if nodes.count():
            nodes.last.hover()
        book.page.keyboard.press("Escape")
    ties = [result for result in results if result["type"] == "relation"]
    rows = widget.root.get_by_role("list", name="Relations", exact=True).get_by_role("listitem")
    expect(rows).to_have_count(len(ties))
    for row in [*rows.all(), *widget.regions.all()]:
        row.hover()
    if ties:
        rows.first.get_by_role("button").first.click()
        assert widget.root.locator(".nb-arrows").is_visible()
    if results:
        book.page.keyboard.press("Escape")


def attacked(book: Plain, config: str, row: dict[str, Any], results: Results) -> None:
    calm_widget = shown(book, f"<View>{END}</View>", {}, [GOOD] if results else [])
    assert isinstance(calm_widget, Widget)
    calm = book.page.evaluate(CALM)
    asked: list[str] = []

    def hear(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "blob:", "data:", "about:")):
            asked.append(request.url)

    book.page.on("request", hear)
    try:
        widget = shown(book, config, row, results)
        assert isinstance(widget, Widget), widget
        opened(book, widget, results)
        for y in (120, 300, 1):
            book.page.mouse.move(300, y)
        book.page.wait_for_timeout(150)
        widget.button("Update" if results else "Submit").scroll_into_view_if_needed()
        now = book.page.evaluate(CALM)
        # Frames are what a document is shown in; where it scrolls is the test's.
        for about in (now, calm):
            about["page"].pop(2)
            about.pop("over")
            about["outside"] = [[x, *more] for x, _, *more in about["outside"]]
        assert now == calm, json.dumps([now, calm], indent=1)
    finally:
        book.page.remove_listener("request", hear)
        book.page.evaluate("scrollTo(0, 0)")
    assert asked == []
    assert book.errors == []


@pytest.mark.parametrize("place", CONFIG_PLACES)
def test_a_place_in_the_config(book: Plain, place: str) -> None:
    given = CONFIG_PLACES[place]
    attacked(book, written(given), given.row, given.results)


@pytest.mark.parametrize("place", DATA_PLACES)
def test_a_place_in_the_data(book: Plain, place: str) -> None:
    config, row = DATA_PLACES[place]
    attacked(book, f"<View>{config}{END}</View>", row, [])


@pytest.mark.parametrize("place", RESULT_PLACES)
def test_a_place_in_the_results(book: Plain, place: str) -> None:
    config = f"{TAXONOMY.format('')}{LABELLED.removesuffix(TEXT)}<Relations/>{END}"
    attacked(book, f"<View>{config}</View>", {}, RESULT_PLACES[place])


def test_of_addresses_no_file_is_read(book: Plain) -> None:
    config = "".join(
        f'<Text name="a{n}" value={quoteattr(address)} valueType="url"/>'
        for n, address in enumerate(ADDRESSES)
    )
    widget = shown(book, f"<View>{config}{END}</View>", {}, [])
    assert isinstance(widget, Widget), widget
    assert "root:" not in widget.root.inner_text()
