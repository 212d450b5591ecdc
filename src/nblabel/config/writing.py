"""Elements back to XML."""

from __future__ import annotations

from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from nblabel.core.element import Element

_LINE_ENDS = {"\r": "&#13;"}


def to_xml(element: Element, indent: str = "") -> str:
    """Write an element and everything inside it as XML.

    >>> print(to_xml(Element(0, "View", {"style": "a < b"}, (Element(1, "Header"),))))
    <View style="a &lt; b">
      <Header/>
    </View>
    """
    given = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes.items())
    start = f"{indent}<{element.tag}{given}"
    if element.body:
        return f"{start}>{_body(element.body)}</{element.tag}>"
    if not element.children:
        return f"{start}/>"
    inside = "\n".join(to_xml(child, indent + "  ") for child in element.children)
    return f"{start}>\n{inside}\n{indent}</{element.tag}>"


def _body(body: str) -> str:
    """Write a body such that reading gives it back: as it is where it is XML."""
    if _is_markup(body):
        return body
    if "\r" in body:
        return escape(body, _LINE_ENDS)
    return "<![CDATA[" + body.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _is_markup(text: str) -> bool:
    """Whether text is well-formed inside an element and means itself when read again."""
    found: list[str] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, _: found.append(name)
    parser.StartCdataSectionHandler = lambda: found.append("")
    try:
        parser.Parse(f"<b>{text}</b>".encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError:
        return False
    has_elements = len(found) > 1
    return "" not in found if has_elements else not set(text) & set("&<\r")
