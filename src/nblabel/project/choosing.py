"""The config that a list of labels stands for: a single choice about each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from nblabel import tasks
from nblabel.base.errors import ConfigError, Problem
from nblabel.config import variables
from nblabel.media.kinds import kind_of

_LOOKED_AT = 20  # rows that say what is in a column
_INLINE = 8  # labels that stand in one line

Shown = Literal["text", "image"]


def config_of(labels: Sequence[Any], rows: tasks.Rows | None, key: Any = None) -> str:
    """Write the config of a single choice about the one column of texts or images.

    Parameters
    ----------
    labels
        What can be chosen.
    rows
        The data; None where there is none.
    key
        The column that tells tasks apart, which is not asked about.

    Raises
    ------
    ConfigError
        When there are no labels, or it is not clear which column is meant.
    """
    words = list(dict.fromkeys(str(label) for label in labels))
    if not words or not all(isinstance(label, str | int) and str(label) for label in labels):
        raise _refusal(f"a list of labels must hold texts, not {_short(labels)}")
    if rows is None:
        raise _refusal("a list of labels asks about a column of the data, and there is no data")
    kinds = {name: kind for name, kind in _kinds(rows).items() if kind and name != str(key)}
    if len(kinds) == 1:
        [(name, kind)] = kinds.items()
        if variables.path_of(f"${_named(kind, name)}") == _named(kind, name):
            return _written(words, name, kind)
        raise _refusal(f'the column "{name}" has a name that no config can have; rename it')
    names = ", ".join(f'"{name}"' for name in rows.columns[:12]) or "none"
    name, kind = next(iter(kinds.items()), ("column", "text"))
    raise _refusal(
        "a list of labels asks about the only column of texts or images, and the data has "
        f"{len(kinds) or 'none'}, of the columns {names}; write the config with the one that is "
        f"meant: '{_written(words, name, kind)}'"
    )


def _named(kind: Shown, column: str) -> str:
    """Give a column without a name one that says what is in it."""
    return kind if column == tasks.UNDEFINED else column


def _kinds(rows: tasks.Rows) -> dict[str, Shown | None]:
    """Say of each column whether it holds texts or images."""
    columns = rows.columns
    some = rows.stretch(0, _LOOKED_AT if rows.reaches(_LOOKED_AT) else len(rows), columns)
    return {name: _kind((row or {}).get(name) for row in some) for name in columns}


def _kind(values: Iterable[Any]) -> Shown | None:
    present = [value for value in values if value is not None and not _is_blank(value)]
    if present and all(map(_is_image, present)):
        return "image"
    if all(map(kind_of, present)):  # sounds, videos
        return None
    return "text" if all(isinstance(value, str) for value in present) else None


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value


def _is_image(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith("data:image/") or kind_of(value) == "image"
    return tasks.is_media(value) or (isinstance(value, dict) and {"bytes", "path"} <= value.keys())


def _written(words: Sequence[str], column: str, kind: Shown) -> str:
    choices = "".join(f"<Choice value={quoteattr(word)}/>" for word in words)
    layout = "inline" if len(words) <= _INLINE else "vertical"
    tag = "Image" if kind == "image" else "Text"
    return (
        f'<View><{tag} name="{kind}" value="${_named(kind, column)}"/>'
        f'<Choices name="label" toName="{kind}" choice="single-radio" layout="{layout}">'
        f"{choices}</Choices></View>"
    )


def _short(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 80 else text[:79] + "…"


def _refusal(message: str) -> ConfigError:
    return ConfigError([Problem(message)])
