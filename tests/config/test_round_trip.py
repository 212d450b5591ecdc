"""A config written as XML reads as the same config."""

import contextlib
from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from nblabel.base.errors import ConfigError
from nblabel.config import parse, spec
from nblabel.config.writing import to_xml
from nblabel.core.element import Element
from nblabel.tags import TAGS

XML_TEXT = st.text(
    st.characters(
        blacklist_categories=("Cs", "Cc"),
        blacklist_characters="\ufffe\uffff",
        whitelist_characters="\t\n\r",
    ),
    max_size=20,
)
BODY = XML_TEXT.map(lambda text: text.replace("\r", "")) | st.sampled_from(
    ["<b>a &amp; b</b>", "<p>open", "a ]]> b", "<!-- c -->", "&nbsp;", "<![CDATA[x]]>", "a & b"]
)


def element(tag, attributes=None, children=(), body=""):
    return Element(0, tag, attributes or {}, tuple(children), body=body if body.strip() else "")


def labels(tag):
    return st.lists(XML_TEXT.map(lambda text: element(tag, {"value": text})), max_size=3)


LEAVES = (
    XML_TEXT.map(lambda text: element("Header", {"value": text}))
    | XML_TEXT.map(lambda text: element("New", {"what": text}))
    | st.builds(lambda body: element("Style", body=body), BODY)
    | st.builds(lambda body: element("Markdown", body=body), BODY)
    | st.builds(lambda made: element("Choices", {"toName": "text"}, made), labels("Choice"))
    | st.builds(lambda made: element("Labels", {"toName": "text"}, made), labels("Label"))
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda style, made: element("View", {"style": style}, made),
        XML_TEXT,
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)


def numbered(tree):
    """Give elements their ids, and controls names of their own."""
    ids = count()

    def one(element):
        number = next(ids)
        named = {"name": f"n{number}"} if "toName" in element.attributes else {}
        children = tuple(one(child) for child in element.children)
        return replace(
            element, id=number, attributes={**element.attributes, **named}, children=children
        )

    return one(tree)


@given(st.lists(TREES, max_size=4))
def test_spec_to_xml_and_back(made):
    text = element("Text", {"name": "text", "value": "$text"})
    root = numbered(element("View", {}, [text, *made]))
    config = parse(to_xml(root), TAGS)
    given_again = parse(config.to_xml(), TAGS)
    assert spec(given_again) == spec(config)
    assert [(e.id, e.tag, e.attributes, e.body) for e in config.root.walk()] == [
        (e.id, e.tag, e.attributes, e.body) for e in root.walk()
    ]


PIECES = st.sampled_from(
    ["<View>", "</View>", "<Text ", "name='a'", "/>", ">", "<!--", "-->", "<![CDATA[", "]]>", "&a;"]
) | st.sampled_from(
    ["<Style>", "</Style>", "<!DOCTYPE a [", "<?xml version='1.0'?>", "\0", "\ud800", "x", "<"]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_whatever_is_written_is_read_or_refused(text):
    for xml in ("<View>" + text, "<View>" + text + "</View>"):
        with contextlib.suppress(ConfigError):
            assert parse(xml, TAGS).root.tag == "View"


@given(BODY)
def test_html_bodies_are_kept(body):
    xml = to_xml(
        element("View", {}, [element("HyperText", {"name": "h", "value": "x"}, body=body)])
    )
    once = parse(xml, TAGS)
    again = parse(once.to_xml(), TAGS)
    assert (
        again.root.children[0].body == once.root.children[0].body == (body if body.strip() else "")
    )
