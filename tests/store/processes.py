"""Processes of their own for the tests that need more than one, or one to kill."""

import os
import subprocess
import sys

BEGIN = """
import sys
from nblabel.core.change import Applied, Change, Edit
from nblabel.store import Store, now

def change(uid, base, client, seq, edits=(), action="edit", key="7"):
    return Change(key, uid, base, client, seq, now(), action, edits)

def add(uid, n):
    return Edit(uid, float(n), None, {"n": uid})

place, name, *more = sys.argv[1:]
"""


def python(script, *arguments):
    """Start a Python that prints what it did and reads lines."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
