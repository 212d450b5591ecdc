"""Rows to tasks: reading what the user has, binding it to a config, knowing it again."""

from nblabel.tasks.binding import (
    bind,
    bound_data,
    filled,
    media_values,
    missing_columns,
    replace_media,
    shown_value,
)
from nblabel.tasks.folders import folder_of, is_elsewhere, is_folder
from nblabel.tasks.keys import Keys
from nblabel.tasks.reading import read
from nblabel.tasks.rows import UNDEFINED, Rows
from nblabel.tasks.values import as_json, is_media, key_of, plain

__all__ = [
    "UNDEFINED",
    "Keys",
    "Rows",
    "as_json",
    "bind",
    "bound_data",
    "filled",
    "folder_of",
    "is_elsewhere",
    "is_folder",
    "is_media",
    "key_of",
    "media_values",
    "missing_columns",
    "plain",
    "read",
    "replace_media",
    "shown_value",
]
