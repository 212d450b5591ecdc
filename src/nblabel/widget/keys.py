"""The keys of a labeler: those of its commands, its labels and its choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nblabel import config as configs
from nblabel.base.errors import NblabelError, near
from nblabel.config import Config
from nblabel.core.commands import GENERAL, PROMPTING, commands_of
from nblabel.core.tag import Command
from nblabel.tags import TAGS

_EVERY = frozenset(
    {c.name for c in (*GENERAL, *PROMPTING)}
    | {c.name for tag in TAGS.values() for c in tag.commands}
)
_KINDS = {name.partition(":")[0] for name in _EVERY if ":" in name}


def keyed(config: Config, keys: Mapping[str, str]) -> Config:
    """Return the config whose labels and choices have the keys that were given.

    Parameters
    ----------
    config
        The config.
    keys
        Keys in place of the own ones of commands, labels and choices. They may name a command
        that the config has no use for: a person's keys serve all configs.

    Raises
    ------
    NblabelError
        When a name is no command, and no label or choice of the config, or that of several.
    """
    of_labels = {name: key for name, key in keys.items() if name not in _EVERY}
    return configs.with_hotkeys(config, of_labels, "keys=", _EVERY)


def told(config: Config, keys: Mapping[str, str], *, prompts: bool = False) -> dict[str, Any]:
    """Return what the browser is told of keys: the commands, and the config with its hotkeys.

    Parameters
    ----------
    config
        As `keyed` returns it; its tags say what can be done besides the `GENERAL`.
    keys
        As there.
    prompts
        Whether a model can be asked with what is drawn.

    Returns
    -------
    dict
        ``root`` as in `nblabel.config.spec`, and ``commands``: keys and words of each by name;
        those that were given stand last, so that they win, and are marked so that no label takes
        their keys by itself.
    """
    tags = dict.fromkeys(e.tag for e in config.root.walk() if e.tag in config.tags)
    # Pages are turned before what is on them.
    tags = dict.fromkeys(sorted(tags, key=lambda tag: config.tags[tag].inside == "template"))
    own = (command for tag in tags for command in config.tags[tag].commands)
    general = commands_of(marks=config.makes_regions, prompts=prompts)
    return {
        "root": configs.element_spec(config, config.root),
        "commands": _told((*general, *own), keys),
    }


def _told(commands: Iterable[Command], keys: Mapping[str, str]) -> dict[str, Any]:
    known = {command.name: command for command in commands}
    left = {name: list(c.keys) for name, c in known.items() if name not in keys}
    mine = {name: [key] if key else [] for name, key in keys.items() if name in known}
    return {
        name: {"keys": at, "words": known[name].words} | ({"given": True} if name in mine else {})
        for name, at in (left | mine).items()
    }


def prompting(keys: Mapping[str, str]) -> dict[str, Any]:
    """Return what the browser is told of the commands that come with a model, as in `told`."""
    return _told(PROMPTING, keys)


def remapped(keys: Mapping[str, str] | None) -> dict[str, str]:
    """Return the keys that were given, as far as they can be checked without a config.

    Raises
    ------
    NblabelError
        When what looks like a command is none, or a key is none, is given twice, or never gets
        to the editor.
    """
    for name in keys or {}:
        if name not in _EVERY and ":" in name and name.partition(":")[0] in _KINDS:
            raise NblabelError(f'keys= names "{name}", which is no command{near(name, _EVERY)}')
    return configs.checked_keys(keys, "keys=")
