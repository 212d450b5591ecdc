"""Keys for labels, choices and forms, given beside a config."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nblabel.base.errors import NblabelError, near
from nblabel.config.model import Config
from nblabel.core.element import Element

_MODIFIERS = ("ctrl", "alt", "shift")
_SPELLINGS = {
    **dict.fromkeys(("command", "cmd", "meta", "control"), "ctrl"),
    "option": "alt",
    "spacebar": "space",
    "esc": "escape",
    "return": "enter",
}
_BROWSERS = frozenset(
    {
        *(f"ctrl+{key}" for key in ("n", "q", "t", "w", "tab", "f4", "pageup", "pagedown")),
        *(f"ctrl+shift+{key}" for key in ("n", "t", "w", "tab")),
        *("alt+f4", "tab", "shift+tab"),
    }
)
_REGIONS = re.compile(r"alt\+shift\+[1-9]")


def normal(key: str) -> str:
    """Return a key in the one form that keys are compared in; "" where it is not one key.

    state/keymap.ts holds its twin.

    >>> normal("Shift + Cmd + Z"), normal("ctrl"), normal("a+b")
    ('ctrl+shift+z', '', '')
    """
    parts = [_SPELLINGS.get(part.strip(), part.strip()) for part in key.lower().split("+")]
    keys = [part for part in parts if part and part not in _MODIFIERS]
    if len(keys) != 1 or "" in parts:
        return ""
    return "+".join((*(part for part in _MODIFIERS if part in parts), *keys))


def checked(given: Mapping[str, str] | None, what: str) -> dict[str, str]:
    """Return keys as they were given, by what they are for.

    Raises
    ------
    NblabelError
        When one is no key, is given twice, or never gets here.
    """
    taken: dict[str, str] = {}
    for name, key in (given or {}).items():
        if not isinstance(key, str):
            raise NblabelError(
                f'{what} gives "{name}" a {type(key).__name__}; a text like "ctrl+s" is accepted'
            )
        if not key:
            continue
        one = normal(key)
        if not one:
            raise NblabelError(
                f'{what} gives "{name}" "{key}", which is not one key; one like "p", "ctrl+s" or '
                '"ctrl+plus" is accepted'
            )
        if one in taken:
            raise NblabelError(f'{what} gives the key "{key}" to "{taken[one]}" and to "{name}"')
        if one in _BROWSERS or _REGIONS.fullmatch(one):
            keeper = "the browser" if one in _BROWSERS else "the editor, for the regions,"
            raise NblabelError(
                f'{what} gives "{name}" the key "{key}", which {keeper} keeps: take another'
            )
        taken[one] = name
    return dict(given or {})


def with_hotkeys(
    config: Config, given: Mapping[str, str], what: str, others: frozenset[str] = frozenset()
) -> Config:
    """Return a config whose labels, choices or forms have keys, as if it had them as ``hotkey``.

    Parameters
    ----------
    config
        The config.
    given
        Keys by the label's or choice's value or alias, where several have it with the control's
        name before it (``entities/Person``); by the control's name where it has a key itself.
    what, others
        The argument that they came by, and what else it may name, for the error.

    Raises
    ------
    NblabelError
        When nothing that can have a key is named so, or several are.
    """
    if not given:
        return config
    known = _named(config)
    keys: dict[int, str] = {}
    for name, key in given.items():
        meant = known.get(name, {})
        if not meant:
            nouns = "command, label or choice" if others else "label or choice"
            hint = near(name, (*known, *others))
            raise NblabelError(f'{what} names "{name}", which is no {nouns} of this config{hint}')
        if len(meant) > 1:
            listed = " or ".join(f'"{path}"' for path in meant.values())
            raise NblabelError(f'{what} names "{name}", which several are: say {listed}')
        if not key:
            raise NblabelError(
                f'{what} takes the key of "{name}" away, but a label always has one: give another'
            )
        keys[next(iter(meant))] = key
    return replace(config, root=_keyed(config.root, keys, {normal(key) for key in keys.values()}))


def _named(config: Config) -> dict[str, dict[int, str]]:
    """Return what may have a key by each of its names: the elements' ids, each with its path."""
    known: dict[str, dict[int, str]] = {}
    for control in config.controls.values():
        for element, names in _options(config, control):
            path = names[-1]
            for name in names:
                known.setdefault(name, {})[element.id] = path
    return known


def _options(config: Config, control: Element) -> Iterator[tuple[Element, list[str]]]:
    """Yield what may have a key in a control, with its names; the last is it alone."""
    option = config.tags[control.tag].children
    for element in control.walk():
        tag = config.tags.get(element.tag)
        if tag is None or tag.attribute("hotkey") is None:
            continue
        if element is control and not option:
            yield element, [str(control.name)]
        elif element.tag == option:
            given = (element.attributes.get(name) for name in ("alias", "value"))
            names = [name for name in given if name]
            yield element, [*names, *(f"{control.name}/{name}" for name in names)]


def _keyed(element: Element, keys: Mapping[int, str], taken: set[str]) -> Element:
    """Give elements their keys; others that the config gave one of these get another."""
    attributes = dict(element.attributes)
    if normal(attributes.get("hotkey", "")) in taken:
        del attributes["hotkey"]
    if element.id in keys:
        attributes["hotkey"] = keys[element.id]
    children = tuple(_keyed(child, keys, taken) for child in element.children)
    return replace(element, attributes=attributes, children=children)
