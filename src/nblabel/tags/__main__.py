"""Prints what is declared of every tag as JSON: ``python -m nblabel.tags``."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import asdict
from typing import Any

from nblabel import config
from nblabel.base.errors import NblabelError
from nblabel.core.commands import GENERAL, PROMPTING
from nblabel.core.tag import Command, Tag
from nblabel.tags import TAGS, drawn


def declarations() -> dict[str, Any]:
    """Return the general commands and, by name, every tag.

    A tag has its ``doc``, ``attributes``, ``commands``, ``example`` and ``sample`` as it is
    declared, ``spec``: its example as the browser is told of it, and whether it is ``drawn``.

    Raises
    ------
    NblabelError
        When the editor was not built, which says what it draws.
    """
    known = drawn()
    return {
        "commands": _commands((*GENERAL, *PROMPTING)),
        "tags": {name: _declared(tag, is_drawn=name in known) for name, tag in TAGS.items()},
    }


def _declared(tag: Tag, *, is_drawn: bool) -> dict[str, Any]:
    example = textwrap.dedent(tag.example).strip()
    return {
        "role": tag.role,
        "doc": tag.doc,
        "drawn": is_drawn,
        "types": tag.result_types,
        "region": tag.region,
        "children": tag.children,
        "parts": tag.parts,
        "valueKey": tag.value_key,
        "objects": tag.objects,
        "attributes": [asdict(attribute) for attribute in tag.attributes],
        "commands": _commands(tag.commands),
        "example": example,
        "sample": tag.sample,
        "spec": config.spec(config.parse(example, TAGS)) if example else None,
    }


def _commands(commands: tuple[Command, ...]) -> dict[str, Any]:
    return {c.name: {"keys": c.keys, "words": c.words} for c in commands}


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(declarations(), indent=1) + "\n")
    except NblabelError as error:
        sys.exit(str(error))
