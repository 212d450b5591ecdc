"""Cues of subtitles: what WebVTT and SRT share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from nblabel.formats import _sounds as sounds
from nblabel.formats import _stretches as stretches
from nblabel.formats._sounds import Cue
from nblabel.formats._words import text_of
from nblabel.formats.dataset import Aside, Dataset, Example, Lost, Out

_TIMES = re.compile(
    r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
)


def write(
    examples: Iterable[Example],
    out: Out,
    suffix: str,
    made: Callable[[Sequence[Cue]], str],
    *,
    voices: bool,
) -> None:
    """Write a file for each recording, beside its copy where media are copied.

    With ``voices`` the label of a region is who speaks; without, it has no place, and nor has a
    region without words.
    """
    for example in examples:
        for recording in stretches.recordings(example, out.lost):
            recording.lose(out.lost)
            key = example.key
            cues = []
            for one in sounds.positive(recording, out.lost):
                words = _spoken(one, key, out.lost)
                stretches.lose_of(one, key, out.lost, "attributes")
                label = one.labels[0] if voices and one.labels else ""
                if one.labels and not voices:
                    out.lost(key, one.control, "the label of a region has no place")
                if words or voices:
                    cues.append(Cue(one.start, one.end, label, words))
                else:
                    out.lost(key, one.control, "a region without words has no place")
            name = sounds.named(out, recording)
            file = (out.path / name).with_suffix(suffix)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(made(cues), encoding="utf-8", newline="\n")


def _spoken(one: stretches.Stretch, key: str, lost: Lost) -> str:
    for name, (kind, _) in one.attributes.items():
        if kind != "textarea":
            lost(key, name, "what is said of a single region but for its words has no place")
    words = one.words.strip()
    plain = re.sub(r"\n\s*\n+", "\n", words).replace("-->", "->")
    if plain != words:
        lost(key, one.control, "blank lines and arrows in words are written otherwise")
    return plain


def time(seconds: float, mark: str) -> str:
    """Return a time, in milliseconds.

    >>> time(3661.5, ","), time(0.0004, ".")
    ('01:01:01,500', '00:00:00.000')
    """
    millis = round(seconds * 1000)
    minutes, rest = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{mark}{rest % 1000:03d}"


def read(path: Path, suffix: str, cue_of: Callable[[float, float, str], Cue]) -> Dataset:
    """Read a file, or those of a folder: the recordings are those of the same names."""
    problems = Aside()
    files = sounds.files_of(path, suffix)
    names = sounds.of_files(path, files, problems)
    cues = [(name, _cues(file, cue_of, problems)) for name, file in zip(names, files, strict=True)]
    return sounds.dataset(cues, (path if path.is_dir() else path.parent,), problems)


def _cues(file: Path, cue_of: Callable[[float, float, str], Cue], problems: Aside) -> list[Cue]:
    made: list[Cue] = []
    for block in re.split(r"\n[ \t]*\n", text_of(file)):
        lines = block.strip("\n").split("\n")
        at = next((n for n, line in enumerate(lines[:3]) if "-->" in line), None)
        if at is None:
            continue  # the head, a note, a style
        found = _TIMES.search(lines[at])
        times = (
            None
            if found is None
            else (_seconds(*found.group(1, 2, 3, 4)), _seconds(*found.group(5, 6, 7, 8)))
        )
        if times is None or times[1] <= times[0]:
            problems.add("a cue has no times that can be read", f"{file.name}: {lines[at][:40]}")
            continue
        made.append(cue_of(*times, "\n".join(lines[at + 1 :]).strip()))
    return made


def _seconds(hours: str | None, minutes: str, seconds: str, millis: str) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int(millis.ljust(3, "0")) / 1000
