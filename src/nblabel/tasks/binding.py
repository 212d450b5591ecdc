"""One row bound to a config: what its ``$variables`` stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from nblabel.base.errors import DataError, Problem, near
from nblabel.config import Config
from nblabel.config.outline import outline, selected
from nblabel.config.repeating import is_repeater
from nblabel.config.variables import (
    MISSING,
    dynamic_children,
    lookup,
    path_of,
    paths_in,
    put,
    replace_in,
    top,
)
from nblabel.core.element import Element
from nblabel.core.task import Bound
from nblabel.tasks.rows import UNDEFINED, Rows
from nblabel.tasks.values import as_json, as_text

IsColumn = Callable[[str], bool]


def bind(
    config: Config,
    data: Mapping[str, Any],
    index: int | None = None,
    is_column: IsColumn | None = None,
) -> Bound:
    """Resolve a config's variables in one row.

    Where a whole attribute is ``$path`` it stands for the value found there; a path inside other
    text is replaced by the value's text. A variable that leads nowhere shows as nothing, or as
    "undefined" inside other text, as in Label Studio; what begins at no column is text inside
    other text and on a label ("$5"). Either is told in ``problems``.

    Parameters
    ----------
    config
        The config.
    data
        The row, plain values by column.
    index
        Its place, which problems then name.
    is_column
        Whether some row has a column; else only this row is asked.
    """
    row = _named(config, data)
    where = "" if index is None else f"row {index}: "
    values: dict[int, dict[str, Any]] = {}
    children: dict[int, tuple[Element, ...]] = {}
    problems: dict[str, None] = {}
    template = config
    try:
        config = config.of(row)
    except DataError as error:
        problems[f"{where}{error}"] = None
    next_id = config.size
    for element in config.repeaters:
        children[element.id] = element.children if config.of_task else ()
    for element, texts in config.variable:
        takes_children = _takes_children(config, element)
        for attribute, text in texts:
            if element.id in config.repeated:
                continue  # there would be too many
            if is_repeater(element):
                pass  # its list is what is inside it
            elif attribute != "value" or not takes_children:
                value = _resolve(config, element, text, row, is_column)
                values.setdefault(element.id, {})[attribute] = value
            problems.update({where + told: None for told in _missing(element, text, row)})
        if takes_children:
            tag = config.tags[element.tag]
            made: tuple[Element, ...] = ()
            try:
                made = dynamic_children(element, tag.children, row, next_id)
            except DataError as error:
                problems[f'{where}"{element.name or element.tag}": {error}'] = None
            if tag.inside == "options":
                known = {"options": outline(made), "selected": selected(element, made)}
                values.setdefault(element.id, {}).update(known)
            else:
                children[element.id] = made
            next_id += sum(1 for child in made for _ in child.walk())
    return Bound(
        data=bound_data(template, data),
        values=values,
        children=children,
        problems=_few(problems),
    )


def _of(config: Config, row: Mapping[str, Any]) -> Config:
    """Give the config as it is for a row; without copies where there would be too many."""
    try:
        return config.of(row)
    except DataError:
        return config  # told where the row is bound


_TOLD = 20


def _few(problems: Iterable[str]) -> tuple[str, ...]:
    """Keep the first problems: what is repeated many times lacks the same each time."""
    every = tuple(problems)
    more = len(every) - _TOLD
    return (*every[:_TOLD], f"and {more} more like these") if more > 0 else every


def shown_value(config: Config, element: Element, data: Mapping[str, Any]) -> Any:
    """Give what the ``value`` of one element is in a row, as `bind` does for all."""
    text = element.attributes.get("value")
    if text is None or element.id in config.repeated or not paths_in(text):
        return text
    return _resolve(config, element, text, _named(config, data))


def filled(config: Config, element: Element, text: str, data: Mapping[str, Any]) -> str:
    """Give an attribute's text with the row's values in place of its variables."""
    row = _named(config, data)
    return str(_resolve(config, element, text, row)) if paths_in(text) else text


def bound_data(config: Config, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the columns of a row that the config uses, as JSON."""
    row = _named(config, data)
    names = dict.fromkeys((*config.columns, *config.used))  # a column's name may have dots
    return {name: as_json(row[name]) for name in names if name in row}


def media_values(config: Config, data: Mapping[str, Any]) -> dict[int, list[Any]]:
    """Give what the media tags of a config show in one row, as it is in the row.

    Returns
    -------
    dict
        By element id: one value, or those of a ``valueList``; None where the row has nothing.
    """
    row = _named(config, data)
    shown = _of(config, row).media
    return {element.id: _shown(element, attribute, row) for element, attribute in shown}


def replace_media(
    config: Config, data: Mapping[str, Any], made: Callable[[Any], Any]
) -> dict[str, Any]:
    """Give a row's media columns as JSON, each value in them replaced.

    Parameters
    ----------
    config
        The config.
    data
        The row.
    made
        What a value becomes. It is asked only for values that are a variable's whole: nothing
        can take the place of a part of an address.
    """
    row = _named(config, data)
    columns: dict[str, Any] = {}
    for element, attribute in _of(config, row).media:
        path = path_of(element.attributes[attribute])
        if path is None or lookup(row, path) is MISSING:
            continue
        found = lookup(row, path)
        name = path if path in row else top(path)
        is_list = attribute == _LIST and isinstance(found, list)
        value = [made(one) for one in found] if is_list else made(found)
        columns = put({name: as_json(row[name]), **columns}, path, value)
    return columns


_LIST = "valueList"


def _shown(element: Element, attribute: str, row: Mapping[str, Any]) -> list[Any]:
    text = element.attributes[attribute]
    path = path_of(text)
    value = lookup(row, path) if path else replace_in(text, row, as_text)
    if attribute == _LIST and isinstance(value, list):
        return value or [None]
    return [None if value is MISSING else value]


def missing_columns(config: Config, rows: Rows) -> tuple[Problem, ...]:
    """Report each column that the config names and no row has, with the nearest one."""
    if not rows.reaches(1) or rows.has(UNDEFINED):
        return ()
    return tuple(_missing_columns(config, rows))


def _missing_columns(config: Config, rows: Rows) -> Iterator[Problem]:
    told: set[str] = set()
    for element, texts in config.variable:
        for attribute, text in texts:
            for path in paths_in(text):
                column = top(path)
                if column in told or rows.has(column) or rows.has(path):
                    continue
                told.add(column)
                message = f"${column} is no column; {_columns(rows.columns, column)}"
                name = attribute if attribute != "body" else None
                yield Problem(message, element.line or None, element.tag, name)


def _columns(columns: Iterable[str], wanted: str) -> str:
    names = list(columns)
    listed = ", ".join(f'"{name}"' for name in names[:12]) + (", ..." if len(names) > 12 else "")
    return f"there are {listed or 'none'}{near(wanted, names)}"


def _named(config: Config, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Serve a nameless column under the config's first one, as Label Studio does."""
    if UNDEFINED in data and config.columns and config.columns[0] not in data:
        return {**data, config.columns[0]: data[UNDEFINED]}
    return data


def _takes_children(config: Config, element: Element) -> bool:
    """Whether a control's ``value`` is a list of labels or choices in the task's data."""
    tag = config.tags.get(element.tag)
    path = path_of(element.attributes.get("value", ""))
    return tag is not None and tag.children != "" and path is not None


def _resolve(
    config: Config,
    element: Element,
    text: str,
    row: Mapping[str, Any],
    is_column: IsColumn | None = None,
) -> Any:
    path = path_of(text)
    if path is None:
        return replace_in(text, row, as_text, is_column)
    value = lookup(row, path)
    tag = config.tags.get(element.tag)
    if value is MISSING and tag is not None and tag.role == "label":
        name = top(path)
        if name not in row and not (is_column and is_column(name)):
            return text
    if value is MISSING or value is None:
        return ""
    if tag is not None and tag.media:
        value = [_referred(one) for one in value] if isinstance(value, list) else _referred(value)
    shows_structure = tag is not None and tag.role == "object" and tag.name not in _TEXTS
    if isinstance(value, list | dict) and shows_structure:
        return as_json(value)
    return as_text(value)


def _referred(value: Any) -> Any:
    """Shorten an embedded image to a reference: it travels beside the values, once."""
    is_embedded = isinstance(value, str) and value.startswith("data:")
    return value.encode() if is_embedded else value


_TEXTS = frozenset({"Text", "HyperText", "RichText"})


def _missing(element: Element, text: str, row: Mapping[str, Any]) -> Iterator[str]:
    for path in paths_in(text):
        if lookup(row, path) is MISSING:
            who = element.name or element.tag
            hint = near(top(path), row) if top(path) not in row else ""
            yield f'"{who}": this row has no value for ${path}{hint}'
