"""Texts on their way in, as formats of texts share it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nblabel.base.jsontext import strict
from nblabel.core.annotation import Result
from nblabel.formats._making import Making
from nblabel.formats.dataset import Aside, Dataset, unreadable


def text_of(path: Path) -> str:
    """Return a file's text, in UTF-8 with or without its mark; line ends become one character.

    Raises
    ------
    FormatError
        When it is not UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise unreadable(path, f"byte {error.start} is not UTF-8") from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def lines_of(path: Path) -> Iterator[str]:
    """Yield a file's lines, one after another.

    Raises
    ------
    FormatError
        When it is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except UnicodeDecodeError as error:
        raise unreadable(path, f"it is not UTF-8: {error.reason}") from None


def object_of(line: str | bytes) -> Mapping[str, Any]:
    """Return the JSON object that a line is; an empty one where it is none.

    >>> object_of('{"text": "a"}'), object_of("[1]"), object_of("no")
    ({'text': 'a'}, {}, {})
    """
    try:
        found = strict(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def text_rows(
    making: Making,
    texts: Sequence[str],
    said: Sequence[Sequence[Result]],
    problems: Aside,
    more: Sequence[Mapping[str, Any]] | None = None,
) -> Dataset:
    """Return a dataset of texts that were read, each with its results.

    Parameters
    ----------
    making
        The config, which grew with them.
    texts, said
        The texts, and the results of each.
    problems
        What was set aside.
    more
        Further columns of each row.
    """
    rows = [{**(more[at] if more else {}), "text": text} for at, text in enumerate(texts)]
    return Dataset(
        making.xml(), rows, lambda: ([{"result": [*one]}] for one in said), (), False, problems
    )
