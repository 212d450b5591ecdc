"""Writes the pages of this folder from what is declared: ``make docs``.

The tags and their commands come from `nblabel.tags`, the general commands from
`nblabel.core.commands`, the Python pages from the docstrings of `Project`, `Labeler` and the
models.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nblabel
from nblabel.core.commands import GENERAL, PROMPTING
from nblabel.core.tag import Attribute, Tag
from nblabel.tags import TAGS, drawn

HERE = Path(__file__).parent
GENERATED = "<!-- Written by docs/reference/write.py (make docs); do not edit it here. -->"
ROLES = {
    "object": "Objects: what is shown and labeled",
    "control": "Controls: what can be said",
    "label": "Labels and choices, inside controls",
    "visual": "Layout and help",
}


def pages() -> dict[str, str]:
    """Return the text of every page by its file's name."""
    return {
        "tags.md": _page("Tags", _tags()),
        "keys.md": _page("Keys", _keys()),
        "python.md": _page("Python", _python()),
        "models.md": _page("Models", _models()),
    }


def _page(title: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", GENERATED, *parts]) + "\n"


# -- tags


def _tags() -> Iterator[str]:
    known = drawn()
    yield (
        f"nblabel reads {len(TAGS)} tags of Label Studio's labeling language and all their "
        f"attributes. The editor draws {len(known)} of them: "
        + ", ".join(f"`{name}`" for name in sorted(known))
        + ". The others show a plain notice in their place; their results are checked, kept and "
        "exported, but cannot be made in the editor yet."
    )
    yield (
        "An attribute is *followed*, or *kept*: read, checked and written back, and it changes "
        "nothing yet; or *not meant*: Label Studio's own editor makes nothing of it either."
    )
    for role, title in ROLES.items():
        yield f"## {title}"
        for tag in sorted((t for t in TAGS.values() if t.role == role), key=lambda t: t.name):
            yield from _tag(tag, is_drawn=tag.name in known)


def _tag(tag: Tag, *, is_drawn: bool) -> Iterator[str]:
    yield f"### {tag.name}"
    yield _cell(tag.doc) + ("" if is_drawn else " *Not drawn yet.*")
    if tag.objects:
        yield "It can be about: " + ", ".join(f"`{name}`" for name in tag.objects) + "."
    if tag.attributes:
        head = "| attribute | takes | default | | |\n|---|---|---|---|---|"
        rows = [_attribute(one, one.effect if is_drawn else "kept") for one in tag.attributes]
        yield "\n".join([head, *rows])
    if tag.example:
        yield f"```xml\n{textwrap.dedent(tag.example).strip()}\n```"
    if tag.sample is not None:
        yield f"The `value` of a result: `{_short(tag.sample)}`"


def _attribute(attribute: Attribute, effect: str) -> str:
    takes = " ".join(f"`{v}`" for v in attribute.values) or _TAKES[attribute.type]
    default = "required" if attribute.required else _default(attribute.default)
    return f"| `{attribute.name}` | {takes} | {default} | {_cell(attribute.doc)} | {effect} |"


_TAKES = {
    "text": "text",
    "boolean": "`true` `false`",
    "number": "a number",
    "enum": "a word",
    "colour": "a CSS colour",
    "name": "a tag's name",
    "names": "a tag's name",
    "variable": "text or `$column`",
}


def _default(value: Any) -> str:
    if value is None:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _short(value: Any) -> str:
    text = str(dict(value))
    return text if len(text) <= 400 else text[:399] + "…"


# -- keys


def _keys() -> Iterator[str]:
    yield (
        "The keys of the editor's commands; Command counts as Ctrl on a Mac. `keys=` of `Labeler` "
        'gives a command another key, and a label or a choice: `keys={"annotation:skip": '
        '"ctrl+k", "Positive": "p"}`; an empty key takes that of a command away. What a key does '
        "on a text or an image is in [labeling](../labeling.md)."
    )
    own = {c.name: c for tag in TAGS.values() for c in tag.commands}
    rows = [
        f"| {' or '.join(f'`{key}`' for key in c.keys)} | {c.words} | `{c.name}` |"
        for c in (*GENERAL, *PROMPTING, *own.values())
    ]
    yield "\n".join(["| key | | command |", "|---|---|---|", *rows])


# -- Python


def _python() -> Iterator[str]:
    yield "```python\nfrom nblabel import CVAT, Labeler, LabelStudio, Project, Sheet, scale\n```"
    for owner in (nblabel.Project, nblabel.Labeler, nblabel.Sheet):
        yield from _class(owner)
    yield from _head(nblabel.LabelStudio)
    yield from _head(nblabel.CVAT)
    functions = (nblabel.projects, nblabel.pull, nblabel.template, nblabel.serve, nblabel.listen)
    named = {function.__name__: function for function in functions}
    named |= {f"scale.{name}": getattr(nblabel.scale, name) for name in nblabel.scale.__all__}
    for name, function in named.items():
        yield f"## {name}"
        yield f"```text\nnblabel.{name}{_signature(function)}\n```"
        yield from _docstring(function)


def _models() -> Iterator[str]:
    yield "How they are used is in [models](../models.md)."
    names = nblabel.models.__all__
    yield f"```python\nfrom nblabel.models import {', '.join(names)}\n```"
    for name in names:
        yield from _class(getattr(nblabel.models, name))


def _head(owner: type) -> Iterator[str]:
    yield f"## {owner.__name__}"
    yield f"```text\n{owner.__name__}{_signature(owner)}\n```"
    yield from _docstring(owner)


def _class(owner: type) -> Iterator[str]:
    yield from _head(owner)
    for name, member in public(owner):
        is_property = isinstance(member, property)
        yield f"### {owner.__name__}.{name}"
        if not is_property:
            yield f"```text\n{name}{_signature(member)}\n```"
        if getattr(member, "__wrapped__", None) is getattr(nblabel.Project, name, member):
            yield f"As `Project.{name}`."
        else:
            yield from _docstring(member)


def public(owner: type) -> list[tuple[str, Any]]:
    """Return what a class and its bases of nblabel offer, in the order of their sources."""
    own = [base for base in reversed(owner.__mro__) if base.__module__.startswith("nblabel")]
    members = {name: member for base in own for name, member in vars(base).items()}
    return [
        (name, member)
        for name, member in members.items()
        if not name.startswith("_") and (callable(member) or isinstance(member, property))
    ]


def _signature(member: Any) -> str:
    given = inspect.signature(member).parameters.values()
    kept = [parameter for parameter in given if parameter.name not in {"self", "labeler"}]
    kept = [parameter for parameter in kept if parameter.kind is not parameter.VAR_KEYWORD]
    words = [_parameter(parameter) for parameter in kept]
    first = next((i for i, p in enumerate(kept) if p.kind is p.KEYWORD_ONLY), None)
    if first is not None:
        words.insert(first, "*")
    line = f"({', '.join(words)})"
    return line if len(line) <= 80 else "(\n" + "".join(f"    {word},\n" for word in words) + ")"


def _parameter(parameter: inspect.Parameter) -> str:
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    return f"{parameter.name}: {parameter.annotation}{default}"


def _docstring(member: Any) -> Iterator[str]:
    parts = re.split(r"\n(\w+)\n-{3,}\n", inspect.getdoc(member) or "")
    yield parts[0].strip().replace("``", "`")
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        if title == "Examples":
            yield f"```python\n{body.strip()}\n```"
        else:
            yield f"**{title}**"
            yield "\n".join(_items(body.strip()))


def _items(body: str) -> Iterator[str]:
    """Yield a list item for each name with what is said of it."""
    for block in re.split(r"\n(?=\S)", body.replace("``", "`")):
        name, _, said = block.partition("\n")
        yield f"- `{name}`: {' '.join(said.split())}" if said else f"- {name}"


if __name__ == "__main__":
    for file, content in pages().items():
        (HERE / file).write_text(content, "utf-8")
