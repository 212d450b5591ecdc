"""What a language model is asked, and what people said in the form that it is to answer in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from nblabel.config import Config
from nblabel.core.annotation import Result, value_of
from nblabel.core.element import Element
from nblabel.models._aims import Aim
from nblabel.models._quotes import places


def guidance(config: Config) -> Iterator[str]:
    """Give what the config says to annotators above the data."""
    for element in config.root.walk():
        text = element.attributes.get("value", "")
        if element.tag == "Header" and text and "$" not in text:
            yield f"The annotators read: {text}"


def described(one: Aim) -> str:
    """Say what a control asks."""
    attribute = one.config.attribute
    control = one.control
    about = f'- "{one.name}", about "{one.object.name}": '
    if one.tag == "Rating":
        return about + f"a whole number of stars, 1 to {attribute(control, 'maxRating') or 5}."
    if one.tag == "Number":
        limits = [(name, attribute(control, name)) for name in ("min", "max", "step")]
        bounds = [f"{name} {limit}" for name, limit in limits if limit is not None]
        return about + "a number" + (f" ({', '.join(bounds)})" if bounds else "") + "."
    if one.tag == "TextArea":
        hint = attribute(control, "placeholder")
        return about + "a text" + (f" ({hint})" if hint else "") + "."
    words = "\n".join(_label_lines(one))
    if one.tag == "Labels":
        return about + (
            'a list of {"quote": ..., "label": ...}, one for each place, in the order of the text.'
            " A quote is copied from it letter by letter; where its words stand more than once, "
            f'"occurrence" counts which of them is meant, from 1. Labels:\n{words}'
        )
    if one.tag == "Taxonomy":
        return about + f"a list of paths, each a list of these from the outside in:\n{words}"
    how = "a list of any of these" if one.takes_several else "one of these"
    return about + f"{how}:\n{words}"


def _label_lines(one: Aim) -> Iterator[str]:
    option = one.config.tags[one.control.tag].children
    for depth, element in _options(one.control, option, 1):
        given = element.attributes
        value, alias = given.get("value", ""), given.get("alias")
        line = "  " * depth + f"- {json.dumps(alias or value, ensure_ascii=False)}"
        line += f": {value}" if alias and alias != value else ""
        yield line + (f" ({given['hint']})" if given.get("hint") else "")


def _options(around: Element, option: str, depth: int) -> Iterator[tuple[int, Element]]:
    for element in around.children:
        if element.tag == option:
            yield depth, element
        yield from _options(element, option, depth + (element.tag == option))


def tasks_text(texts: list[dict[str, str]]) -> str:
    """Write what is shown of tasks, with their numbers."""
    tasks = [{"task": number, **one} for number, one in enumerate(texts, start=1)]
    return json.dumps({"tasks": tasks}, ensure_ascii=False)


def answers_text(answers: list[dict[str, Any]]) -> str:
    """Write what is said of tasks, as an answer has it."""
    said = [{"task": number, **one} for number, one in enumerate(answers, start=1)]
    return json.dumps({"answers": said}, ensure_ascii=False)


def joined(texts: dict[str, str]) -> str:
    """Give what is shown of a task as one text."""
    return "\n".join(texts.values())


def said_as(one: Aim, results: list[Result], texts: dict[str, str]) -> Any:
    """Give what people said in the form in which an answer is wanted; None where it has none."""
    if one.tag == "Labels":
        text = texts[one.object.name or ""]
        return [quoted for result in results if (quoted := _quoted(value_of(result), text))]
    given = value_of(results[-1]).get(one.value_key)
    if one.tag in {"Choices", "TextArea"} and isinstance(given, list):
        single = len(given) == 1 and not one.takes_several
        return given[0] if single else given
    return given


def _quoted(value: Mapping[str, Any], text: str) -> dict[str, Any] | None:
    start, end, labels = value.get("start"), value.get("end"), value.get("labels")
    if not (
        isinstance(start, int) and isinstance(end, int) and isinstance(labels, list) and labels
    ):
        return None
    quote = text[start:end]
    found = places(text, quote)
    if (start, end) not in found:
        return None
    quoted = {"quote": quote, "label": labels[0]}
    return quoted if len(found) == 1 else {**quoted, "occurrence": found.index((start, end)) + 1}
