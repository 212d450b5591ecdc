"""Audacity's label tracks: start, end and label, parted by tabs.

The format: https://manual.audacityteam.org/man/importing_and_exporting_labels.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from nblabel.formats import _sounds as sounds
from nblabel.formats import _stretches as stretches
from nblabel.formats._sounds import Cue
from nblabel.formats._words import text_of
from nblabel.formats._xml import number_of
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Out

_LINE = re.compile(r"-?[\d.]+(?:[eE][+-]?\d+)?\t-?[\d.]+(?:[eE][+-]?\d+)?(?:\t.*)?")


def write(examples: Iterable[Example], out: Out) -> None:
    """Write a ``.txt`` for each recording, a line for each label of each region."""
    for example in examples:
        for recording in stretches.recordings(example, out.lost):
            recording.lose(out.lost)
            lines: list[str] = []
            for one in recording.stretches:
                stretches.lose_of(one, example.key, out.lost, "labels")
                labels = stretches.labelled(one, example.key, out.lost)
                times = f"{one.start:.6f}\t{one.end:.6f}"
                lines += (f"{times}\t{' '.join(label.split())}\n" for label in labels)
            file = (out.path / sounds.named(out, recording)).with_suffix(".txt")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(lines), encoding="utf-8", newline="\n")


def read(path: Path) -> Dataset:
    """Read a label track, or those of a folder: the recordings are those of the same names."""
    problems = Aside()
    files = [one for one in sounds.files_of(path, ".txt") if path.is_file() or _is_track(one)]
    names = sounds.of_files(path, files, problems)
    cues = [(name, _cues(file, problems)) for name, file in zip(names, files, strict=True)]
    return sounds.dataset(cues, (path if path.is_dir() else path.parent,), problems)


def _is_track(file: Path) -> bool:
    with file.open("rb") as opened:
        return looks(file, opened.read(10_000))


def _cues(file: Path, problems: Aside) -> list[Cue]:
    made: list[Cue] = []
    for at, line in enumerate(text_of(file).split("\n"), 1):
        if not line.strip() or line.startswith("\\"):  # the frequencies of the line before
            continue
        start, end, label = (*line.split("\t", 2), "", "", "")[:3]
        times = [number_of(start), number_of(end)]
        if times[0] is None or times[1] is None or times[1] < times[0]:
            problems.add("a line has no start and end", f"{file.name}, line {at}")
        else:
            made.append(Cue(times[0], times[1], label.strip() or "Label"))
    return made


def looks(path: Path, head: bytes) -> bool:
    """Whether a file has lines with a start, an end and a label; or a folder has such files."""
    if path.is_dir():
        tracks = sorted(path.rglob("*.txt"))
        return bool(tracks) and all(sounds.beside(one) for one in tracks) and _is_track(tracks[0])
    if path.suffix.lower() != ".txt":
        return False
    lines = head.decode("utf-8", "replace").splitlines()[:20]
    filled = [line for line in lines if line.strip() and not line.startswith("\\")]
    return bool(filled) and all(_LINE.fullmatch(line) for line in filled)


FORMAT = Format(
    name="audacity",
    words="Audacity's label tracks: labelled stretches of recordings, a .txt each",
    also=("audacity-labels",),
    fits=sounds.fits,
    write=write,
    read=read,
    looks=looks,
)
