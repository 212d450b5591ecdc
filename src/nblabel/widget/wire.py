"""What travels between kernel and browser: names converted here and nowhere else."""

from __future__ import annotations

import functools
import gzip
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

from nblabel.base.jsontext import encoded
from nblabel.core.change import Change, Edit
from nblabel.core.task import Media, TaskView

PROTOCOL = 2
"""Version of the messages; js/src/wire/wire.ts holds its twin."""


_CONTENTS = frozenset({"result", "results", "before", "after", "extra", "data", "media"})
"""Fields whose contents are JSON already, or bytes."""


_PLAIN = frozenset({str, int, float, bool, type(None)})

_LARGE = 64_000
"""Bytes of JSON that are worth packing: a kernel is often far away."""


def camel(name: str) -> str:
    """Convert a field's name.

    >>> camel("parent_prediction")
    'parentPrediction'
    """
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def encode(value: Any) -> Any:
    """Make a dataclass, and those inside it, JSON; what is inside a dict's values is not renamed.

    Results, task data and the like are contents: their names are Label Studio's.
    """
    if type(value) in _PLAIN:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: getattr(value, own) if own in _CONTENTS else encode(getattr(value, own))
            for own, name in _names(type(value))
        }
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return value


def encode_tasks(views: list[TaskView]) -> tuple[None, list[bytes]]:
    """Make tasks JSON in a buffer of its own, which hosts pass on unread, and then their media.

    Much JSON is gzipped; its first byte tells it from JSON.
    """
    buffers: list[bytes] = [b""]
    tasks = []
    for view in views:
        task = encode(view)
        task["media"] = {
            str(element): [_encode_media(media, buffers) for media in shown]
            for element, shown in view.media.items()
        }
        tasks.append(task)
    text = encoded(tasks)
    buffers[0] = text if len(text) < _LARGE else gzip.compress(text, 1, mtime=0)
    return None, buffers


@functools.cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    """Return the fields of a dataclass, as they are named here and there."""
    return tuple((field.name, camel(field.name)) for field in fields(kind))


def _encode_media(media: Media, buffers: list[bytes]) -> dict[str, Any]:
    buffer = None
    if media.data is not None:
        buffer = len(buffers)
        buffers.append(media.data)
    return {
        "mime": media.mime,
        "url": media.url,
        "width": media.width,
        "height": media.height,
        "levels": media.levels,
        "problem": media.problem,
        "buffer": buffer,
    }


def decode_change(sent: dict[str, Any]) -> Change:
    """Read a change as the browser sends it.

    Raises
    ------
    ValueError
        When something is missing or of another type; the sentence says what.
    """
    try:
        edits = tuple(
            Edit(
                uid=str(edit["uid"]),
                ordinal=float(edit["ordinal"]),
                before=edit["before"],
                after=edit["after"],
            )
            for edit in sent["edits"]
        )
        action = sent["action"]
        if action not in {"edit", "submit", "skip", "reopen"}:
            raise ValueError(f'there is no action "{action}"')
        kind = sent.get("kind", "gesture")
        if kind not in {"gesture", "undo", "redo"}:
            raise ValueError(f'there is no kind of change "{kind}"')
        return Change(
            key=str(sent["key"]),
            annotation=str(sent["annotation"]),
            base=int(sent["base"]),
            client=str(sent["client"]),
            seq=int(sent["seq"]),
            at=str(sent["at"]),
            action=cast("Any", action),
            edits=edits,
            lead_time=float(sent["leadTime"]),
            digest=str(sent["digest"]),
            parent_prediction=sent["parentPrediction"],
            index=sent.get("index"),
            kind=kind,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a change from the browser is not whole: {error!r}") from error
