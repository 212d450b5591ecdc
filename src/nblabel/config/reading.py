"""XML to elements: the standard library's expat, bounded, with the language's leniency."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.parsers import expat

from nblabel.base.errors import ConfigError, Problem
from nblabel.core.element import Element
from nblabel.core.tag import Tag, Tags

MAX_BYTES = 8_000_000
MAX_DEPTH = 60
MAX_ELEMENTS = 50_000

_JUNK = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
_START_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


@dataclass(slots=True)
class _Open:
    """An element whose end tag has not come yet."""

    id: int
    tag: str
    known: Tag | None
    attributes: dict[str, str]
    line: int
    inner: int
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    has_elements: bool = False
    has_cdata: bool = False


class _Reader:
    """Collects elements from expat's events."""

    def __init__(self, xml: bytes, tags: Tags, lines_before: int, ids: Iterator[int]) -> None:
        self.root: Element | None = None
        self.end = len(xml)
        self.problems: list[Problem] = []
        self._xml = xml
        self._tags = tags
        self._open: list[_Open] = []
        self._lines_before = lines_before
        self._count = 0
        self._ids = ids
        self._inside_body = 0
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartCdataSectionHandler = self._cdata
        parser.StartDoctypeDeclHandler = self._doctype

    def read(self) -> None:
        try:
            self._parser.Parse(self._xml, True)
        except expat.ExpatError as error:
            if self.root is not None and error.code == _JUNK:
                self.end = self._parser.ErrorByteIndex
                return
            message = f"the XML is not well-formed: {expat.errors.messages[error.code]}"
            raise _refusal(message, error.lineno + self._lines_before) from None

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._lines_before

    def _doctype(self, *_: Any) -> None:
        raise _refusal(
            "a document type (<!DOCTYPE>) is not accepted, nor entities declared in it",
            self._line,
        )

    def _start(self, name: str, pairs: list[str]) -> None:
        line = self._line
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise _refusal(f"more than {MAX_ELEMENTS} elements", line)
        if self._inside_body or (self._open and _keeps_body(self._open[-1].known)):
            self._inside_body += 1
            self._open[-1].has_elements = True
            if self._inside_body > MAX_DEPTH * 4:
                raise _refusal(f"elements nested deeper than {MAX_DEPTH * 4}", line)
            return
        if len(self._open) >= MAX_DEPTH:
            raise _refusal(f"elements nested deeper than {MAX_DEPTH}", line)
        known = self._tags.get(name)
        self._open.append(
            _Open(
                id=next(self._ids),
                tag=known.name if known else name,
                known=known,
                attributes=self._attributes(known, name, pairs, line),
                line=line,
                inner=self._inner_start(),
            )
        )

    def _attributes(
        self, known: Tag | None, tag: str, pairs: list[str], line: int
    ) -> dict[str, str]:
        attributes: dict[str, str] = {}
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            declared = known.attribute(name) if known else None
            canonical = declared.name if declared else _COMMON.get(name.lower(), name)
            if canonical in attributes:
                message = f'"{canonical}" is given twice; "{value}" is taken'
                self.problems.append(Problem(message, line, tag, canonical, "warning"))
            attributes[canonical] = value
        return attributes

    def _inner_start(self) -> int:
        found = _START_TAG.match(self._xml, self._parser.CurrentByteIndex)
        return found.end() if found else self._parser.CurrentByteIndex

    def _cdata(self) -> None:
        if self._open and not self._inside_body:
            self._open[-1].has_cdata = True

    def _characters(self, text: str) -> None:
        if self._open and not self._inside_body:
            self._open[-1].text.append(text)

    def _end(self, _: str) -> None:
        if self._inside_body:
            self._inside_body -= 1
            return
        closed = self._open.pop()
        element = Element(
            id=closed.id,
            tag=closed.tag,
            attributes=closed.attributes,
            children=tuple(closed.children),
            line=closed.line,
            body=self._take_text(closed),
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element

    def _take_text(self, closed: _Open) -> str:
        """Put an element's text where its tag wants it; return the body."""
        text = "".join(closed.text)
        meaning = closed.known.text if closed.known else "value"
        if meaning in {"body", "markup"}:
            as_written = closed.has_elements or (meaning == "markup" and not closed.has_cdata)
            if as_written:
                end = max(closed.inner, self._parser.CurrentByteIndex)
                text = self._xml[closed.inner : end].decode()
            return text if text.strip() else ""
        if meaning == "value" and text.strip() and not closed.children:
            closed.attributes.setdefault("value", text.strip())
        elif text.strip():
            message = f'the text "{_short(text.strip())}" is not shown; put it into a <Header>'
            self.problems.append(Problem(message, closed.line, closed.tag, severity="warning"))
        return ""


_ONE_ROOT = "a config has one root, usually a <View> around everything"
_COMMON = {"name": "name", "toname": "toName", "value": "value"}


def read(xml: str, tags: Tags) -> tuple[Element, list[Problem]]:
    """Read XML text into a tree of elements.

    Parameters
    ----------
    xml
        The text of a labeling config.
    tags
        The known tags; element and attribute names get their spelling.

    Returns
    -------
    tuple
        The root element, and warnings.

    Raises
    ------
    ConfigError
        When the XML is not well-formed, declares a document type, or is larger or deeper than
        any labeling config.
    """
    data = xml.lstrip("\ufeff \t\r\n").encode("utf-8", "surrogatepass")
    blank_lines = xml[: len(xml) - len(xml.lstrip("\ufeff \t\r\n"))].count("\n")
    if len(data) > MAX_BYTES:
        raise _refusal(f"{len(data)} bytes; at most {MAX_BYTES} are read", None)
    ids = itertools.count()
    roots: list[Element] = []
    problems: list[Problem] = []
    start = 0
    while start < len(data):
        lines = blank_lines + data.count(b"\n", 0, start)
        if roots and not data.startswith(b"<", start):
            raise _refusal(f"text stands after </{roots[-1].tag}>; {_ONE_ROOT}", lines + 1)
        reader = _Reader(data[start:], tags, lines, ids)
        reader.read()
        if reader.root is None:
            break
        roots.append(reader.root)
        problems += reader.problems
        start += reader.end
    if not roots:
        raise _refusal("the XML holds no element", None)
    root, beside = _joined(roots)
    return root, problems + beside


def _joined(roots: list[Element]) -> tuple[Element, list[Problem]]:
    """Take styles that stand beside the root into it, as if they stood inside."""
    if len(roots) == 1:
        return roots[0], []
    others = [element for element in roots if element.tag != "Style"]
    if len(others) != 1:
        first, second = (others or roots)[:2]
        message = f"<{second.tag}> stands beside <{first.tag}> on line {first.line}; {_ONE_ROOT}"
        raise ConfigError([Problem(message, second.line, second.tag)])
    (root,) = others
    index = roots.index(root)
    children = (*roots[:index], *root.children, *roots[index + 1 :])
    message = f"it stands beside <{root.tag}> and is taken as if it stood inside"
    return replace(root, children=children), [
        Problem(message, style.line, style.tag, severity="warning")
        for style in roots
        if style is not root
    ]


def _keeps_body(tag: Tag | None) -> bool:
    return tag is not None and tag.text in {"body", "markup"}


def _refusal(message: str, line: int | None) -> ConfigError:
    return ConfigError([Problem(message, line)])


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
