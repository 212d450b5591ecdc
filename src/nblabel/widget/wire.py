"""What travels between kernel and browser: names converted here and nowhere else."""

from __future__ import annotations

import functools
import gzip
import re
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, cast, get_args

from nblabel.base.errors import NblabelError
from nblabel.base.jsontext import HALF, encoded
from nblabel.base.packing import ByteList, bytes_in, with_rle
from nblabel.core.annotation import Result
from nblabel.core.change import Action, Change, Edit, Kind
from nblabel.core.task import Media, TaskView

PROTOCOL = 2
"""Version of the messages; js/src/wire/wire.ts holds its twin."""


_CONTENTS = frozenset({"result", "results", "before", "after", "extra", "data", "media"})
"""Fields whose contents are JSON already, or bytes."""

_RESULTS = frozenset({"result", "results", "before", "after"})
"""Those that hold results, or nothing."""


_DEEPEST = 100
"""Levels of a result: beyond some more, writers of JSON give up."""

_LARGEST, _HUGE = 2**63, 1e300

_PLAIN = frozenset({str, int, float, bool, type(None)})

_GOOD = 900
"""Ms of each second that an address is good for, after which it is asked for anew."""

_LARGE = 64_000
"""Bytes of JSON that are worth packing: a kernel is often far away."""


def camel(name: str) -> str:
    """Convert a field's name.

    >>> camel("parent_prediction")
    'parentPrediction'
    """
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


class Packed:
    """The buffers of a message, and the masks among them: each is sent once.

    In its result a mask is ``{"bytes": i}``, the how-manieth buffer it is; whatever else is an
    object there is ``{"as": it}``. ``js/src/tags/_packing.ts`` is its twin.
    """

    def __init__(self, buffers: list[bytes]) -> None:
        self.buffers = buffers
        self._at: dict[bytes, int] = {}

    def result(self, result: Any) -> Any:
        """Return a result as it is sent."""
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict) or "rle" not in value:
            return result
        if isinstance(value["rle"], dict):
            return with_rle(result, {"as": value["rle"]})
        rle = bytes_in(result)
        if rle is None:
            return result
        at = self._at.setdefault(rle, len(self.buffers))
        if at == len(self.buffers):
            self.buffers.append(rle)
        return with_rle(result, {"bytes": at})


def unpacked(result: Any, buffers: Sequence[Any]) -> Any:
    """Return a result that was sent, with its mask as Label Studio has it."""
    value = result.get("value") if isinstance(result, dict) else None
    rle = value.get("rle") if isinstance(value, dict) else None
    if not isinstance(rle, dict) or len(rle) != 1:
        return result
    if "as" in rle:
        return with_rle(result, rle["as"])
    at = rle.get("bytes")
    if not isinstance(at, int) or not 0 <= at < len(buffers):
        raise NblabelError("a mask from the browser did not come with its change")
    return with_rle(result, ByteList(bytes(buffers[at])))


def encode(value: Any, packed: Packed | None = None) -> Any:
    """Make a dataclass, and those inside it, JSON; what is inside a dict's values is not renamed.

    Results, task data and the like are contents: their names are Label Studio's. Masks go into
    the buffers of ``packed``, where the page knows of them.
    """
    if type(value) in _PLAIN:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: _content(own, getattr(value, own), packed)
            if own in _CONTENTS
            else encode(getattr(value, own), packed)
            for own, name in _names(type(value))
        }
    if isinstance(value, Mapping):
        return {str(key): encode(item, packed) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item, packed) for item in value]
    return value


def _content(name: str, value: Any, packed: Packed | None) -> Any:
    if packed is None or name not in _RESULTS:
        return value
    return [*map(packed.result, value)] if name == "results" else packed.result(value)


def encode_tasks(views: Sequence[TaskView], *, packs: bool = False) -> tuple[None, list[bytes]]:
    """Make tasks JSON in a buffer of its own, which hosts pass on unread, and then their media.

    Much JSON is gzipped; its first byte tells it from JSON. ``packs``: the page knows of masks
    in buffers.
    """
    buffers: list[bytes] = [b""]
    packed = Packed(buffers) if packs else None
    tasks = []
    for view in views:
        task = encode(view, packed)
        task["media"] = {
            str(element): [_encode_media(media, buffers) for media in shown]
            for element, shown in view.media.items()
        }
        times = [one.expires for shown in view.media.values() for one in shown if one.expires]
        if times:
            task["expires"] = int(_GOOD * min(times))
        tasks.append(task)
    buffers[0] = packed_json(tasks)
    return None, buffers


def packed_json(value: Any) -> bytes:
    """Make a value JSON, gzipped where it is long."""
    text = encoded(value)
    return text if len(text) < _LARGE else gzip.compress(text, 1, mtime=0)


@functools.cache
def _names(of: type) -> tuple[tuple[str, str], ...]:
    """Return the fields of a dataclass, as they are named here and there."""
    return tuple((field.name, camel(field.name)) for field in fields(of))


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


def decode_change(sent: Any, buffers: Sequence[Any] = ()) -> Change:
    """Read a change as the browser sends it, with the buffers that came along.

    Raises
    ------
    NblabelError
        When something is missing or of another type; the sentence says what.
    """
    read = Sent(sent, "a change from the browser")
    edits = tuple(
        Edit(
            uid=edit.text("uid"),
            ordinal=edit.number("ordinal"),
            before=unpacked(edit.result("before"), buffers),
            after=unpacked(edit.result("after"), buffers),
        )
        for edit in read.each("edits")
    )
    return Change(
        key=read.text("key"),
        annotation=read.text("annotation"),
        base=read.integer("base"),
        client=read.text("client"),
        seq=read.integer("seq"),
        at=read.text("at"),
        action=cast("Action", read.one_of("action", get_args(Action))),
        edits=edits,
        lead_time=read.number("leadTime"),
        digest=read.text("digest"),
        parent_prediction=read.name("parentPrediction"),
        index=read.integer("index") if read.has("index") else None,
        kind=cast("Kind", read.one_of("kind", get_args(Kind)) if read.has("kind") else "gesture"),
    )


class Sent:
    """A JSON object from the browser, read field by field.

    Each field is of the kind it is asked for, or the error says what it is instead. Texts are
    whole, so that every database keeps them.

    >>> Sent({"seq": "1"}, "a change").integer("seq")
    Traceback (most recent call last):
    nblabel.base.errors.NblabelError: a change has "1" as its seq: it should be a whole number
    """

    def __init__(self, sent: Any, what: str) -> None:
        if not isinstance(sent, dict):
            raise NblabelError(f"{what} is {_shown(sent)}: it should be an object")
        self._sent = sent
        self._what = what

    def has(self, name: str) -> bool:
        """Whether a field is there and not null."""
        return self._sent.get(name) is not None

    def text(self, name: str) -> str:
        """Return a text."""
        value = self._sent.get(name)
        whole = isinstance(value, str) and not HALF.search(value)
        self._need(
            whole, name, "text" if not isinstance(value, str) else "text of whole characters"
        )
        return str(value)

    def integer(self, name: str) -> int:
        """Return a whole number that a database takes."""
        value = self._sent.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
        self._need(fits, name, "a whole number")
        return cast("int", value)

    def number(self, name: str) -> float:
        """Return a finite number."""
        value = self._sent.get(name)
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        self._need(fits and abs(cast("float", value)) < _HUGE, name, "a number")
        return float(cast("float", value))

    def name(self, name: str) -> int | str | None:
        """Return a text or a whole number, or None."""
        value = self._sent.get(name)
        if value is None or isinstance(value, str):
            return self.text(name) if value is not None else None
        return self.integer(name)

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        """Return one of some words."""
        value = self._sent.get(name)
        self._need(isinstance(value, str) and value in words, name, f"one of {', '.join(words)}")
        return str(value)

    def result(self, name: str) -> Result | None:
        """Return a result, or None where there is none."""
        value = self._sent.get(name, ...)
        fits = value is None or (isinstance(value, dict) and _is_shallow(value))
        self._need(fits, name, f"an object of no more than {_DEEPEST} levels, or null")
        return cast("Result | None", value)

    def list(self, name: str) -> Sequence[Any]:
        """Return a list."""
        value = self._sent.get(name)
        self._need(isinstance(value, list), name, "a list")
        return cast("Sequence[Any]", value)

    def each(self, name: str) -> Iterator[Sent]:
        """Yield the objects of a list."""
        for number, one in enumerate(self.list(name), 1):
            yield Sent(one, f"{self._what}, {name} {number},")

    def _need(self, fits: bool, name: str, expected: str) -> None:
        if not fits:
            given = _shown(self._sent[name]) if name in self._sent else "nothing"
            raise NblabelError(f"{self._what} has {given} as its {name}: it should be {expected}")


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return reprlib.repr(value) if not isinstance(value, str) else f'"{value[:30]}"'


def _is_shallow(value: Any) -> bool:
    """Whether every reader of JSON goes so deep."""
    level = [value]
    for _ in range(_DEEPEST):
        inner = [one for one in level if isinstance(one, dict | list)]
        level = [
            one for some in inner for one in (some.values() if isinstance(some, dict) else some)
        ]
        if not level:
            return True
    return not any(isinstance(one, dict | list) for one in level)
