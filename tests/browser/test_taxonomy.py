"""Nodes of a tree: found, chosen and taken back, by keys and by the pointer."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from browser.access import violations
from browser.configs import labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

CONFIG = """<View><Text name="text" value="$text"/>
<Taxonomy name="kind" toName="text" {more}>
  <Choice value="Archaea" hint="old ones"/>
  <Choice value="Eukarya" alias="E">
    <Choice value="Human"/>
    <Choice value="Fungi"><Choice value="Yeast"/></Choice>
    <Choice value="Ghost" readonly="true"/>
  </Choice>
</Taxonomy></View>"""
DATA = "[{'text': 'A text of some words.'}, {'text': 'second'}]"
SAID = "import json; print(json.dumps(labeler.to_frame()['kind'].tolist()))"


def opened(show, more: str = "", data: str = DATA, **options) -> tuple[Plain, Widget]:
    book, widget = show(labeler(CONFIG.format(more=more), data, **options))
    widget.root.get_by_role("button", name="Click to add").click()
    return book, widget


def item(widget: Widget, name: str):
    return widget.root.get_by_role("treeitem", name=name, exact=True)


def submitted(book: Plain, widget: Widget) -> object:
    widget.button("Submit").click()
    widget.at(2, 2)
    widget.saved()
    return json.loads(book.python(SAID))[0]


def test_by_keys_alone(show) -> None:
    book, widget = opened(show)
    expect(item(widget, "Eukarya")).to_be_visible()  # the options come from the kernel
    press = book.page.keyboard.press
    press("ArrowDown")
    press("ArrowRight")
    expect(item(widget, "Eukarya")).to_have_attribute("aria-expanded", "true")
    press("ArrowRight")
    press("Enter")
    expect(item(widget, "Human")).to_have_attribute("aria-checked", "true")
    book.page.keyboard.type("yeast")
    expect(widget.root.get_by_role("treeitem")).to_have_count(3)
    press("Enter")
    press("Escape")
    expect(widget.root.get_by_role("tree")).to_have_count(0)
    assert violations(book.page) == []
    assert submitted(book, widget) == [["E", "Human"], ["E", "Fungi", "Yeast"]]
    assert book.python("print(len(labeler.check()))") == "0"


def test_by_the_pointer_and_undone(show) -> None:
    book, widget = opened(show, 'showFullPath="true" pathSeparator=" > "')
    item(widget, "Eukarya").locator(".nb-tax-fold").click()
    item(widget, "Human").click()
    item(widget, "Ghost").click(force=True)
    chosen = widget.root.get_by_role("list", name="Chosen in kind").get_by_role("listitem")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("Eukarya > Human")
    book.page.keyboard.press("Escape")
    widget.button("Remove Eukarya > Human").click()
    expect(chosen).to_have_count(0)
    widget.button("Undo").click()
    expect(chosen).to_have_count(1)


def test_leafs_only_and_no_more_than_max_usages(show) -> None:
    book, widget = opened(show, 'leafsOnly="true" maxUsages="2"')
    item(widget, "Eukarya").click()
    item(widget, "Human").click()
    item(widget, "Archaea").click()
    item(widget, "Fungi").click()
    item(widget, "Yeast").click()
    widget.said('Taxonomy "kind" takes 2 choices at most.')
    assert submitted(book, widget) == [["E", "Human"], ["Archaea"]]


def test_nodes_that_label_spans(show) -> None:
    book, widget = opened(show, 'labeling="true"')
    book.page.keyboard.type("yeast")
    book.page.keyboard.press("Enter")
    book.page.keyboard.press("Escape")
    widget.select("some words", "text")
    expect(widget.regions).to_have_count(1)
    path = ["E", "Fungi", "Yeast"]
    assert submitted(book, widget) == [
        {"start": 10, "end": 20, "text": "some words", "labels": [path]}
    ]
    assert book.python("print(len(labeler.check()))") == "0"


SWATCHES = """(root) => [...root.querySelectorAll('.nb-side .nb-swatch')]
  .map((at) => getComputedStyle(at).backgroundColor)"""


def test_spans_that_a_tree_labels_are_told_apart_by_their_colours(show) -> None:
    book, widget = opened(show, 'labeling="true" maxUsages="1"')
    for query, words in {"yeast": "A text", "archaea": "some", "fungi": "words"}.items():
        if query != "yeast":
            widget.root.get_by_role("button", name="Click to add").click()
        book.page.keyboard.type(query)
        book.page.keyboard.press("Enter")
        book.page.keyboard.press("Escape")
        widget.select(words, "text")
    expect(widget.regions).to_have_count(3)
    colors = widget.root.evaluate(SWATCHES)
    assert len(set(colors)) == 3
    assert "rgb(95, 107, 122)" not in colors  # what the config does not know


OBJECTS = {
    "HyperText": (
        "<p>A text of <b>some</b> words.</p>",
        {
            "start": "/p[1]/b[1]/text()[1]",
            "end": "/p[1]/b[1]/text()[1]",
            "startOffset": 0,
            "endOffset": 4,
            "globalOffsets": {"start": 10, "end": 14},
        },
    ),
    "Paragraphs": (
        [{"author": "Ada", "text": "A text of some words."}],
        {"start": "0", "end": "0", "startOffset": 10, "endOffset": 14},
    ),
}


@pytest.mark.parametrize("tag", OBJECTS)
def test_nodes_that_label_documents_and_dialogues(show, tag: str) -> None:
    shown, place = OBJECTS[tag]
    config = CONFIG.format(more='labeling="true"').replace("<Text", f"<{tag}")
    book, widget = show(labeler(config, f"[{{'text': {shown!r}}}]", advance=False))
    widget.root.get_by_role("button", name="Click to add").click()
    book.page.keyboard.type("yeast")
    book.page.keyboard.press("Enter")
    book.page.keyboard.press("Escape")
    widget.select("some", "text")
    expect(widget.regions).to_have_count(1)
    widget.saved()
    code = "print(json.dumps([json.loads(v) for v in labeler.results(drafts=True).value]))"
    (value,) = json.loads(book.python("import json\n" + code))
    words = {"text": "some", "taxonomy": [["E", "Fungi", "Yeast"]]}
    assert value == {**place, **words}
    assert book.python("print(len(labeler.check()))") == "0"


def test_nodes_of_the_task_come_after_those_of_the_config(show) -> None:
    data = "[{'text': 'x', 'more': [{'value': 'New', 'children': ['Inner']}]}, {'text': 'y'}]"
    book, widget = opened(show, 'value="$more"', data)
    expect(widget.root.get_by_role("treeitem")).to_have_count(3)
    names = widget.root.get_by_role("treeitem").all_inner_texts()
    assert [name.split("\n")[-1] for name in names] == ["Archaea", "Eukarya", "New"]
    assert submitted(book, widget) is None  # nothing was chosen, and nothing is said


def test_nodes_of_the_task_may_be_chosen_from_the_start(show) -> None:
    node = "{'value': 'New', 'children': [{'value': 'Inner', 'alias': 'in', 'selected': True}]}"
    data = f"[{{'text': 'x', 'more': [{node}]}}, {{'text': 'y'}}]"
    book, widget = opened(show, 'value="$more"', data)
    book.page.keyboard.press("Escape")
    assert submitted(book, widget) == [["New", "in"]]


def test_a_service_is_asked_by_the_kernel_and_its_nodes_when_they_are_opened(show) -> None:
    service = """
import http.server, json, threading, urllib.parse
asked = []
class Tree(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("path", [])
        asked.append(path)
        items = [{"value": "Inside", "alias": "in"}] if path else [{"value": "Far", "isLeaf": False}]
        body = json.dumps({"items": items}).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tree)
threading.Thread(target=server.serve_forever, daemon=True).start()
CONFIG = '''<View><Text name="text" value="$text"/><Taxonomy name="kind" toName="text"
  apiUrl="http://127.0.0.1:%d/"/></View>''' % server.server_port
"""
    make = f"labeler = nl.Labeler({DATA}, CONFIG, store=':memory:', protocols=['http'])\nlabeler"
    book, widget = show(service, make)
    widget.root.get_by_role("button", name="Click to add").click()
    item(widget, "Far").locator(".nb-tax-fold").click()
    item(widget, "Inside").click()
    assert book.python("print(asked)") == "[[], ['Far']]"
    assert submitted(book, widget) == [["Far", "in"]]


def test_a_service_that_may_not_be_asked_is_told_in_a_sentence(show) -> None:
    config = CONFIG.format(more='apiUrl="https://example.org/tree"')
    _, widget = show(labeler(config, DATA))
    widget.said('protocols=["https"] would allow it')
