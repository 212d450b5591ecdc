"""The commands of the editor that keys can be given to."""

from __future__ import annotations

from collections.abc import Mapping

from nblabel.base.errors import NblabelError, near

COMMANDS = (
    "annotation:submit",
    "annotation:skip",
    "annotation:undo",
    "annotation:redo",
    "region:cycle",
    "region:duplicate",
    "region:delete",
    "region:delete-all",
    "region:unselect",
    "region:exit",
    "region:visibility",
    "region:visibility-all",
    "region:lock",
    "tool:rect",
    "tool:move",
    "tool:pan-image",
    "tool:zoom-in",
    "tool:zoom-out",
    "tool:zoom-to-fit",
    "tool:zoom-to-actual",
    "tool:rotate-left",
    "tool:rotate-right",
    "image:prev",
    "image:next",
    "region:previous",
    "suggestion:accept-all",
    "suggestion:accept",
    "suggestion:reject",
    "task:previous",
    "task:next",
    "task:goto",
    "label:search",
    "help",
)
"""Their names; js/src/state/keymap.ts holds its twin, with the default keys."""


def remapped(keys: Mapping[str, str] | None) -> dict[str, str]:
    """Return the keys that take the place of the default ones, by command.

    Raises
    ------
    NblabelError
        When there is no such command, or a key is no text.
    """
    for command, key in (keys or {}).items():
        if command not in COMMANDS:
            raise NblabelError(
                f'keys= names "{command}", which is no command{near(command, COMMANDS)}'
            )
        if not isinstance(key, str):
            raise NblabelError(
                f'keys= gives "{command}" a {type(key).__name__}; a text like "ctrl+s" is accepted'
            )
    return dict(keys or {})
