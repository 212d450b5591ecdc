"""A store of schema version 2, made of that of version 1 by the nblabel that had version 2."""

from pathlib import Path

from tests.store import version_1, version_3

DUMP = Path(__file__).with_name("version_2.sql")
BACK = ("DROP TABLE nblabel_hook", *version_3.BACK)


def write(path):
    """Make the file anew from the dump."""
    return version_1.write(path, DUMP)


def write_to_server(place):
    """Make the same tables with the same rows on a server."""
    return version_1.write_to_server(place, DUMP, BACK)
