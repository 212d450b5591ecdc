"""SRT: subtitles of recordings, as SubRip writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from nblabel.formats import _sounds as sounds
from nblabel.formats import _subtitles as subtitles
from nblabel.formats._sounds import Cue
from nblabel.formats.dataset import Dataset, Example, Format, Out

_MARKUP = re.compile(r"</?(?:[bius]|font)(?:\s[^>]*)?>|\{\\[^}]*\}", re.IGNORECASE)


def write(examples: Iterable[Example], out: Out) -> None:
    """Write a ``.srt`` for each recording; who speaks has no place, nor a region without words."""
    subtitles.write(examples, out, ".srt", _text, voices=False)


def _text(cues: Sequence[Cue]) -> str:
    lines: list[str] = []
    for number, cue in enumerate(cues, 1):
        times = f"{subtitles.time(cue.start, ',')} --> {subtitles.time(cue.end, ',')}"
        lines += [str(number), times, cue.text, ""]
    return "\n".join(lines)


def read(path: Path) -> Dataset:
    """Read a file, or those of a folder."""
    return subtitles.read(path, ".srt", _cue)


def _cue(start: float, end: float, text: str) -> Cue:
    return Cue(start, end, "", _MARKUP.sub("", text))


def looks(path: Path, head: bytes) -> bool:  # noqa: ARG001 - its suffix says it
    """Whether a file is SRT, or a folder has such files."""
    if path.is_dir():
        return any(path.rglob("*.srt"))
    return path.suffix.lower() == ".srt"


FORMAT = Format(
    name="srt",
    words="SRT: subtitles of recordings, a .srt each",
    also=("subrip",),
    fits=sounds.fits,
    write=write,
    read=read,
    looks=looks,
)
