"""Strangers' XML, an element at a time, and XML that is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as Tree
from xml.parsers import expat

from nblabel.formats._making import attribute
from nblabel.formats.dataset import unreadable

_PIECE = 1 << 18
_DEEPEST = 40


class _RefusedError(Exception):
    """The XML holds what is not read."""


def elements(path: Path, *wanted: str) -> Iterator[Tree.Element]:
    """Yield elements of a file as soon as they end: those with one of the names.

    What is around them, and what is inside of no wanted one, is not kept, so that a file may be
    of any size. Nothing outside the file is ever read: a document type is refused, and with it
    all entities.

    Parameters
    ----------
    path
        The file.
    wanted
        Names of elements; one inside of another wanted one belongs to that.

    Raises
    ------
    FormatError
        When it is no XML, or has a document type.
    """
    done: list[Tree.Element] = []
    open_: list[Tree.Element] = []
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _RefusedError(f"elements are nested deeper than {_DEEPEST}")
        if open_ or name in wanted:
            element = Tree.Element(name, attributes)
            if open_:
                open_[-1].append(element)
            open_.append(element)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if open_:
            element = open_.pop()
            if not open_:
                done.append(element)

    def characters(text: str) -> None:
        if open_ and not len(open_[-1]):
            open_[-1].text = (open_[-1].text or "") + text

    def doctype(*_: object) -> None:
        raise _RefusedError("a document type (<!DOCTYPE>) is not accepted")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                parser.Parse(piece, False)
                yield from done
                done.clear()
            parser.Parse(b"", True)
            yield from done
    except expat.ExpatError as error:
        why = f"the XML is not well-formed: {expat.errors.messages[error.code]}"
        raise unreadable(path, f"line {error.lineno}: {why}") from None
    except _RefusedError as error:
        raise unreadable(path, f"line {parser.CurrentLineNumber}: {error}") from None
    except (OSError, LookupError, ValueError) as error:
        raise unreadable(path, error) from None


def text_of(element: Tree.Element, path: str) -> str:
    """Return the text of an element inside another; "" where there is none."""
    return (element.findtext(path) or "").strip()


def number_of(text: str | None) -> float | None:
    """Return the finite number that a text is; None where it is none.

    >>> number_of(" 1.5 "), number_of("nan"), number_of(None)
    (1.5, None, None)
    """
    try:
        read = float(text or "")
    except ValueError:
        return None
    return read if abs(read) < 1e300 else None


def attributes(given: Iterable[tuple[str, object]]) -> str:
    """Return attributes as XML, each with a blank before it."""
    return "".join(f" {name}={attribute(str(value))}" for name, value in given)


def written(text: str) -> str:
    """Return a text as it stands between tags."""
    quoted = attribute(text)
    inside = quoted[1:-1].replace("&#10;", "\n").replace("&#9;", "\t")
    return re.sub("&quot;", '"', inside)


def plain(value: float) -> str:
    """Return a number as short as it can be read again exactly.

    >>> plain(12.0), plain(0.1), plain(1e-7)
    ('12', '0.1', '0.0000001')
    """
    text = repr(float(value))
    if "e" in text:
        text = f"{value:.15f}".rstrip("0")
    return text.removesuffix(".0").removesuffix(".")
