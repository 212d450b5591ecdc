"""Boxes that move through a video: keyframes as Label Studio has them, and every frame.

A keyframe's ``frame`` counts from 1. Between keyframes x, y, width, height and rotation are
interpolated as plain numbers. One with ``enabled`` false is the last frame on which the box is
seen until the next keyframe; the last keyframe holds to the end of the video.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nblabel.core.annotation import value_of
from nblabel.formats._geometry import Size
from nblabel.formats._regions import own_key
from nblabel.formats.dataset import Example, Lost, Medium
from nblabel.formats.table import number, whole

PLACES = ("x", "y", "width", "height", "rotation")
Place = tuple[float, float, float, float, float]
"""x, y, width and height in percent, rotation in degrees."""


@dataclass(frozen=True, slots=True)
class Key:
    """A keyframe.

    Parameters
    ----------
    frame
        Its number, from 1.
    place
        Where the box is.
    enabled
        Whether the box is seen after it.
    """

    frame: int
    place: Place
    enabled: bool


@dataclass(slots=True)
class Track:
    """One box through a video.

    Parameters
    ----------
    id, control
        Its id, and the control that drew it.
    keys
        Its keyframes, in order.
    labels
        What it is labelled with.
    attributes
        What per-region controls say of it.
    """

    id: str
    control: str
    keys: list[Key]
    labels: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Clip:
    """One video of a task, with the boxes in it.

    Parameters
    ----------
    example, medium
        The task and the video.
    frames
        How many frames it has: as its results say, else the last keyframe.
    rate
        Frames a second; None where no result says it.
    tracks
        Its boxes.
    """

    example: Example
    medium: Medium
    frames: int
    rate: float | None
    tracks: list[Track]


def clips(example: Example, lost: Lost, besides: str = "") -> Iterator[Clip]:
    """Yield the videos of a task, each with its boxes; what else is said is told as lost.

    What is on ``besides``, the tag of other objects, somebody else tells of, and of relations
    where there are such.
    """
    others = {name for name, e in example.config.objects.items() if e.tag == besides}
    videos = [name for name, e in example.config.objects.items() if e.tag == "Video"]
    groups: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in videos}
    for index, result in enumerate(example.results):
        control = str(result.get("from_name", ""))
        value = value_of(result)
        target = str(result.get("to_name"))
        if target in others or (others and result.get("type") == "relation"):
            continue
        if result.get("type") == "relation":
            lost(example.key, "", "a relation has no place")
        elif target not in groups:
            lost(example.key, control, "a result is not about a video")
        elif "sequence" in value or "id" in result:
            ident = str(result.get("id", f"#{index}"))
            groups[target].setdefault(ident, []).append(result)
        else:
            lost(example.key, control, "an answer about the whole video has no place")
    for name in videos:
        media = example.media(name)
        if not media:
            continue
        frames, rate, tracks = 0, None, []
        for ident, results in groups[name].items():
            drawn = next((r for r in results if "sequence" in value_of(r)), None)
            if drawn is None:
                for one in results:
                    told = "a stretch of a video, or an answer about it, has no place"
                    lost(example.key, str(one.get("from_name", "")), told)
                continue
            made = _track(ident, drawn, results)
            if made is None:
                told = "a box of a video has no keyframes that can be read"
                lost(example.key, str(drawn.get("from_name", "")), told)
                continue
            value = value_of(drawn)
            count = whole(value.get("framesCount")) or 0
            seconds = number(value.get("duration"))
            rate = count / seconds if count and seconds else rate
            frames = max(frames, count, made.keys[-1].frame)
            tracks.append(made)
        yield Clip(example, media[0], frames, rate, tracks)


def _track(
    ident: str, drawn: Mapping[str, Any], results: Iterable[Mapping[str, Any]]
) -> Track | None:
    keys: dict[int, Key] = {}
    sequence = value_of(dict(drawn)).get("sequence")
    for given in sequence if isinstance(sequence, list) else []:
        if not isinstance(given, dict):
            continue
        frame = whole(given.get("frame"))
        place = [number(given.get(name)) for name in PLACES[:4]]
        if frame is None or frame < 1 or None in place:
            continue
        x, y, w, h = (float(at or 0) for at in place)
        turned = number(given.get("rotation")) or 0
        keys[frame] = Key(frame, (x, y, w, h, turned), given.get("enabled") is not False)
    if not keys:
        return None
    track = Track(ident, str(drawn.get("from_name", "")), [keys[f] for f in sorted(keys)])
    for result in results:
        value, named = value_of(dict(result)), str(result.get("type"))
        own = value.get(own_key(named))
        if own is not None and named not in {"labels", "videorectangle"}:
            track.attributes[str(result.get("from_name", ""))] = own
        elif isinstance(value.get("labels"), list):
            fresh = (one for one in value["labels"] if one not in track.labels)
            track.labels += [one for one in fresh if isinstance(one, str)]
    return track


def seen(keys: Sequence[Key], frames: int) -> Iterator[tuple[int, Place]]:
    """Yield the frames on which a box is seen, and where it is.

    >>> keys = [Key(1, (0, 0, 5, 5, 0), True), Key(4, (3, 0, 5, 5, 0), False)]
    >>> keys.append(Key(7, (9, 0, 5, 5, 0), True))
    >>> [(frame, place[0]) for frame, place in seen(keys, 8)]
    [(1, 0), (2, 1.0), (3, 2.0), (4, 3), (7, 9), (8, 9)]
    """
    for index, key in enumerate(keys):
        yield key.frame, key.place
        following = keys[index + 1] if index + 1 < len(keys) else None
        if not key.enabled:
            continue
        if following is None:
            yield from ((frame, key.place) for frame in range(key.frame + 1, frames + 1))
            continue
        for frame in range(key.frame + 1, following.frame):
            yield frame, between(key, following, frame)


def between(first: Key, last: Key, frame: int) -> Place:
    """Return where a box is between two keyframes."""
    share = (frame - first.frame) / (last.frame - first.frame)
    x, y, w, h, turned = (a + (b - a) * share for a, b in zip(first.place, last.place, strict=True))
    return x, y, w, h, turned


def keys_of(places: Iterable[tuple[int, Place]], frames: int = 0, near: float = 1e-6) -> list[Key]:
    """Return few keyframes that give places on every frame.

    A place on the straight line between keyframes is left out; before a gap, and before the end
    of a video of so many frames, a keyframe is one after which the box is not seen.

    >>> places = [(f, (float(f), 0.0, 5.0, 5.0, 0.0)) for f in (1, 2, 3, 6)]
    >>> [(key.frame, key.enabled) for key in keys_of(places)]
    [(1, True), (3, False), (6, False)]
    """
    keys: list[Key] = []
    run: list[tuple[int, Place]] = []
    for frame, place in sorted(places):
        if run and frame != run[-1][0] + 1:
            keys += _straightened(run, near)
            run = []
        run.append((frame, place))
    keys += _straightened(run, near) if run else []
    if keys and keys[-1].frame >= frames > 0:
        keys[-1] = replace(keys[-1], enabled=True)
    return keys


def _straightened(run: Sequence[tuple[int, Place]], near: float) -> list[Key]:
    """Return the keyframes of frames that follow each other; the last is one of not seen after."""
    keys = [Key(*run[0], enabled=True)]
    begin = 0
    while begin < len(run) - 1:
        end = begin + 1
        step = 1
        while end < len(run) - 1:  # as far as a line from here goes through all
            farther = min(end + step, len(run) - 1)
            if _is_straight(run, begin, farther, near):
                end, step = farther, step * 2
            elif step == 1:
                break
            else:
                step = 1
        keys.append(Key(*run[end], enabled=True))
        begin = end
    last = keys.pop()
    return [*keys, Key(last.frame, last.place, enabled=False)]


def _is_straight(run: Sequence[tuple[int, Place]], begin: int, end: int, near: float) -> bool:
    first, last = (Key(*run[at], enabled=True) for at in (begin, end))
    return all(
        abs(a - b) <= near
        for frame, place in run[begin + 1 : end]
        for a, b in zip(between(first, last, frame), place, strict=True)
    )


def sequence(keys: Iterable[Key], rate: float | None) -> list[dict[str, Any]]:
    """Return keyframes as results have them."""
    return [
        {
            "frame": key.frame,
            "enabled": key.enabled,
            **dict(zip(PLACES, key.place, strict=True)),
            "time": key.frame / rate if rate else 0,
        }
        for key in keys
    ]


def video_size(clip: Clip, given: Sequence[int] | None) -> Size | None:
    """Return the size of a video: the one that somebody gives, else its own."""
    if given is not None:
        width, height = given
        return int(width), int(height)
    return clip.medium.measure()
