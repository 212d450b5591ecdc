"""RTTM: who speaks when. ``SPEAKER file channel onset duration <NA> <NA> name <NA> <NA>``.

The format: NIST's Rich Transcription evaluations, https://www.nist.gov/itl/iad/mig/rich-transcription-evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from nblabel.formats import _sounds as sounds
from nblabel.formats import _stretches as stretches
from nblabel.formats._sounds import Cue
from nblabel.formats._words import lines_of
from nblabel.formats._xml import number_of
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Lost, Out

_BLANK = re.compile(r"\s+")
_NONE = "<NA>"


def write(examples: Iterable[Example], out: Out) -> None:
    """Write a line for each label of each region; channels count from 1."""
    with out.path.open("w", encoding="utf-8", newline="\n") as file:
        for example in examples:
            for recording in stretches.recordings(example, out.lost):
                recording.lose(out.lost)
                name = _word(Path(sounds.named(out, recording)).with_suffix("").as_posix())
                for one in sounds.positive(recording, out.lost):
                    stretches.lose_of(one, example.key, out.lost, "labels", "channel")
                    channel = 1 if one.channel is None else one.channel + 1
                    times = f"{one.start:.3f} {one.end - one.start:.3f}"
                    for label in stretches.labelled(one, example.key, out.lost):
                        who = _speaker(label, one.control, example.key, out.lost)
                        line = f"SPEAKER {name} {channel} {times} {_NONE} {_NONE} {who} {_NONE}"
                        file.write(f"{line} {_NONE}\n")


def _word(text: str) -> str:
    return _BLANK.sub("_", text)


def _speaker(label: str, control: str, key: str, lost: Lost) -> str:
    if _word(label) != label:
        lost(key, control, "blanks in a label are written as _")
    return _word(label)


def read(path: Path) -> Dataset:
    """Read a file: lines of one recording are one task."""
    problems = Aside()
    cues: dict[str, list[Cue]] = {}
    for at, line in enumerate(lines_of(path), 1):
        words = line.split()
        if not words or words[0] != "SPEAKER" or line.startswith(";;"):
            if words and not line.startswith(";;"):
                problems.add("a line is about something else than a speaker", f"line {at}")
            continue
        start, length = (number_of(word) for word in (*words[3:5], "", "")[:2])
        if len(words) < 8 or start is None or length is None or length <= 0:
            problems.add("a line has no onset, duration or name that can be read", f"line {at}")
            continue
        channel = int(words[2]) - 1 if words[2].isdigit() and int(words[2]) > 1 else None
        cues.setdefault(words[1], []).append(Cue(start, start + length, words[7], channel=channel))
    named = [(sounds.beside(path, stem) or f"{stem}.wav", some) for stem, some in cues.items()]
    for (name, _), stem in zip(named, cues, strict=True):
        if sounds.beside(path, stem) is None:
            problems.add("no recording of the same name lies beside the file", name)
    return sounds.dataset(named, (path.parent,), problems)


def looks(path: Path, head: bytes) -> bool:
    """Whether a file is RTTM."""
    return path.suffix.lower() == ".rttm" or head.startswith(b"SPEAKER ")


FORMAT = Format(
    name="rttm",
    words="RTTM: who speaks when in recordings",
    suffixes=(".rttm",),
    fits=sounds.fits,
    write=write,
    read=read,
    looks=looks,
)
