"""Short ways to write changes in tests."""

import itertools

from nblabel.core.change import Change, Edit
from nblabel.store import now

_seq = itertools.count(1)


def choice(value):
    return {
        "from_name": "mood",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [value]},
    }


def change(action, *edits, base=0, uid="u1", key="7", client="browser", seq=None, **more):
    return Change(key, uid, base, client, seq or next(_seq), now(), action, tuple(edits), **more)


def add(uid, value, ordinal=1.0):
    return Edit(uid, ordinal, None, choice(value))


def replace(uid, before, after, ordinal=1.0):
    return Edit(uid, ordinal, choice(before), choice(after))


def remove(uid, before, ordinal=1.0):
    return Edit(uid, ordinal, choice(before), None)


def values(results):
    return [result["value"]["choices"][0] for result in results]
