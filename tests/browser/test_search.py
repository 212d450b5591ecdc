"""The browser's own search finds what is not laid out, in long texts of each kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from browser.configs import labeler
from browser.labeler import Widget
from browser.plain.notebook import Plain

Show = Callable[..., tuple[Plain, Widget]]

LINES = "[f'Line {n} of needle{n}x, ' + 'and more ' * 12 for n in range(1500)]"
LABELS = '<Labels name="l" toName="t"><Label value="A"/></Labels>'
DOCUMENT = f'<View>{LABELS}<HyperText name="t" value="$text"{{}}/></View>'
PARAGRAPHS = f"[''.join(f'<p><b>{{line}}</b></p>' for line in {LINES})]"
KINDS = {
    "text": (f'<View>{LABELS}<Text name="t" value="$text"/></View>', f"['\\n'.join({LINES})]"),
    "document": (DOCUMENT.format(""), PARAGRAPHS),
    "document in the page": (DOCUMENT.format(' inline="true"'), PARAGRAPHS),
    "dialogue": (
        f"<View>{LABELS.replace('Labels', 'ParagraphLabels')}"
        '<Paragraphs name="t" value="$text" layout="dialogue"/></View>',
        f"[[dict(author='A', text=line) for line in {LINES}]]",
    ),
}

# In the window of the text; what is found is what is selected there, and is laid out from then on.
SEARCH = """(word) => {
  const find = (root) => [...root.querySelectorAll('*')].flatMap((el) => [
    ...(el.matches('nb-page, .nb-text-page') ? [el] : []),
    ...(el.localName === 'iframe' && el.contentDocument ? find(el.contentDocument) : []),
    ...(el.shadowRoot ? find(el.shadowRoot) : []),
  ]);
  const [page] = find(document);
  if (!page) return null;
  const walker = page.ownerDocument.createTreeWalker(page, 4);
  let node = walker.nextNode();
  while (node && !node.data.includes(word)) node = walker.nextNode();
  const laidOut = !!node?.parentElement.checkVisibility({ contentVisibilityAuto: true });
  const view = page.ownerDocument.defaultView;
  view.getSelection().removeAllRanges();
  const found = view.find(word, false, false, true);
  return { laidOut, found: found && page.getRootNode().getSelection().anchorNode === node };
}"""


@pytest.mark.parametrize("kind", KINDS)
def test_words_far_out_of_sight_are_found(show: Show, kind: str) -> None:
    config, values = KINDS[kind]
    book, _ = show(labeler(config, f"[{{'text': value}} for value in {values}]", advance=False))
    page = book.page
    page.wait_for_function(f"() => ({SEARCH})('Line 0 of')?.found")
    page.wait_for_timeout(300)
    assert page.evaluate(SEARCH, "Line 0 of") == {"laidOut": True, "found": True}
    assert page.evaluate(SEARCH, "needle1400x") == {"laidOut": False, "found": True}
    assert not page.evaluate(SEARCH, "needle1500x")["found"]
