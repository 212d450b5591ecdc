"""The commands of the editor, and the keys that they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nblabel.base.errors import NblabelError, near
from nblabel.config import Config
from nblabel.core.commands import GENERAL
from nblabel.tags import TAGS

_EVERY = {c.name for c in GENERAL} | {c.name for tag in TAGS.values() for c in tag.commands}


def commands(config: Config, keys: Mapping[str, str]) -> dict[str, Any]:
    """Return the commands of a labeler as the browser is told of them, by name.

    Parameters
    ----------
    config
        Its tags say what can be done besides the `GENERAL`.
    keys
        Keys in place of the commands' own; these stand last, so that they win.

    Returns
    -------
    dict
        ``keys`` and ``words`` of each command.
    """
    tags = dict.fromkeys(e.tag for e in config.root.walk() if e.tag in config.tags)
    own = (command for tag in tags for command in config.tags[tag].commands)
    known = {command.name: command for command in (*GENERAL, *own)}
    left = {name: list(c.keys) for name, c in known.items() if name not in keys}
    mine = {name: [key] if key else [] for name, key in keys.items() if name in known}
    return {name: {"keys": at, "words": known[name].words} for name, at in (left | mine).items()}


def remapped(keys: Mapping[str, str] | None) -> dict[str, str]:
    """Return the keys that take the place of the default ones, by command.

    They may name a command that a config has no use for: a person's keys serve all configs.

    Raises
    ------
    NblabelError
        When there is no such command, or a key is no text.
    """
    for command, key in (keys or {}).items():
        if command not in _EVERY:
            raise NblabelError(
                f'keys= names "{command}", which is no command{near(command, _EVERY)}'
            )
        if not isinstance(key, str):
            raise NblabelError(
                f'keys= gives "{command}" a {type(key).__name__}; a text like "ctrl+s" is accepted'
            )
    return dict(keys or {})
