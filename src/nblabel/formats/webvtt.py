"""WebVTT: what is said in recordings, with who speaks. https://www.w3.org/TR/webvtt1/."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from nblabel.formats import _sounds as sounds
from nblabel.formats import _subtitles as subtitles
from nblabel.formats._sounds import Cue
from nblabel.formats.dataset import Dataset, Example, Format, Out

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_MARKUP = re.compile(r"<[^>]*>")


def write(examples: Iterable[Example], out: Out) -> None:
    """Write a ``.vtt`` for each recording; a region's label is who speaks."""
    subtitles.write(examples, out, ".vtt", _text, voices=True)


def _text(cues: Sequence[Cue]) -> str:
    lines = ["WEBVTT", ""]
    for cue in cues:
        voice = f"<v {_escaped(' '.join(cue.label.split()))}>" if cue.label else ""
        times = f"{subtitles.time(cue.start, '.')} --> {subtitles.time(cue.end, '.')}"
        lines += [times, f"{voice}{_escaped(cue.text)}", ""]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def read(path: Path) -> Dataset:
    """Read a file, or those of a folder."""
    return subtitles.read(path, ".vtt", _cue)


def _cue(start: float, end: float, text: str) -> Cue:
    voice = _VOICE.search(text)
    label = "" if voice is None else html.unescape(voice[1]).strip()
    return Cue(start, end, label, html.unescape(_MARKUP.sub("", text)))


def looks(path: Path, head: bytes) -> bool:
    """Whether a file is WebVTT, or a folder has such files."""
    if path.is_dir():
        return any(path.rglob("*.vtt"))
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")


FORMAT = Format(
    name="webvtt",
    words="WebVTT: what is said in recordings, and by whom, a .vtt each",
    also=("vtt",),
    fits=sounds.fits,
    write=write,
    read=read,
    looks=looks,
)
