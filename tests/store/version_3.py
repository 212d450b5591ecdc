"""A store of schema version 3, made of that of version 2 by the nblabel that had version 3."""

from pathlib import Path

from tests.store import version_1

DUMP = Path(__file__).with_name("version_3.sql")
BACK = (
    "DROP TABLE nblabel_remote_annotation",
    "DROP TABLE nblabel_remote_task",
    "DROP TABLE nblabel_remote",
)


def write(path):
    """Make the file anew from the dump."""
    return version_1.write(path, DUMP)


def write_to_server(place):
    """Make the same tables with the same rows on a server."""
    return version_1.write_to_server(place, DUMP, BACK)
