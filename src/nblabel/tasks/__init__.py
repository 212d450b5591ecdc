"""Rows to tasks: reading what the user has, binding it to a config, knowing it again."""

from nblabel.tasks.binding import bind, bound_data, media_values, missing_columns
from nblabel.tasks.keys import Keys
from nblabel.tasks.reading import read
from nblabel.tasks.rows import Rows

__all__ = ["Keys", "Rows", "bind", "bound_data", "media_values", "missing_columns", "read"]
