"""A store of schema version 1 as nblabel 0.1.0 wrote it, and what that nblabel said of it."""

import json
import sqlite3
from pathlib import Path

DUMP = Path(__file__).with_name("version_1.sql")
SAID = json.loads(Path(__file__).with_name("version_1.json").read_text("utf-8"))


def write(path):
    """Make the file anew from the dump."""
    connection = sqlite3.connect(path)
    connection.executescript(DUMP.read_text("utf-8"))
    connection.close()
    return path
