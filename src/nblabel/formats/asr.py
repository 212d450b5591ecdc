"""ASR manifests: a recording, or a stretch of one, and what is said in it, a JSON object a line.

As NVIDIA's NeMo has them: ``audio_filepath``, ``duration``, ``text``, and ``offset`` of a stretch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nblabel.base.jsontext import dumps
from nblabel.formats import _sounds as sounds
from nblabel.formats import _stretches as stretches
from nblabel.formats._sounds import Cue
from nblabel.formats._stretches import Recording
from nblabel.formats._words import lines_of, object_of
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Lost, Out
from nblabel.formats.table import number


def write(examples: Iterable[Example], out: Out) -> None:
    """Write a line for each region with words; without any, one for the whole recording."""
    with out.path.open("w", encoding="utf-8", newline="\n") as file:
        for example in examples:
            for recording in stretches.recordings(example, out.lost):
                recording.lose(out.lost, "textarea")
                where = _where(out, recording)
                for line in _lines(recording, out.lost):
                    file.write(dumps({"audio_filepath": where, **line}) + "\n")


def _where(out: Out, recording: Recording) -> str:
    """Return the path of a recording, which is placed where media are to lie."""
    if out.media != "keep":
        return str(Path(out.media) / sounds.named(out, recording))
    return recording.medium.address or sounds.named(out, recording)


def _lines(recording: Recording, lost: Lost) -> Iterator[dict[str, Any]]:
    key = recording.example.key
    written = [*recording.written().values()]
    if written:
        length = {} if recording.length is None else {"duration": recording.length}
        if not length:
            lost(key, "", "the length of a recording is not known")
        yield {**length, "text": " ".join(" ".join(written).split())}
    for one in sounds.positive(recording, lost):
        stretches.lose_of(one, key, lost, "attributes")
        for name, (kind, _) in one.attributes.items():
            if kind != "textarea":
                lost(key, name, "what is said of a single region but for its words has no place")
        if not one.words:
            lost(key, one.control, "a region without words has no place")
            continue
        speaker = {"speaker": one.labels[0]} if one.labels else {}
        text = " ".join(one.words.split())
        place = {"offset": one.start, "duration": one.end - one.start}
        yield {**place, "text": text, **speaker}


def read(path: Path) -> Dataset:
    """Read a manifest: lines of one recording are one task."""
    problems = Aside()
    cues: dict[str, list[Cue]] = {}
    for at, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        given = object_of(line)
        where = given.get("audio_filepath")
        text, length = given.get("text"), number(given.get("duration"))
        start = number(given.get("offset")) or 0.0
        if not isinstance(where, str) or not isinstance(text, str) or length is None:
            problems.add("a line lacks audio_filepath, duration or text", f"line {at}")
            continue
        speaker = given.get("speaker")
        named = str(speaker) if isinstance(speaker, str | int) else ""
        cues.setdefault(where, []).append(Cue(start, start + length, named, text))
    return sounds.dataset(list(cues.items()), (path.parent,), problems)


def looks(path: Path, head: bytes) -> bool:
    """Whether the first line is one of a manifest."""
    first = head.split(b"\n", 1)[0]
    return path.suffix.lower() in FORMAT.suffixes and {"audio_filepath", "duration"} <= {
        *object_of(first)
    }


FORMAT = Format(
    name="asr-manifest",
    words="ASR manifest: what is said in recordings, a JSON object a line",
    suffixes=(".json", ".jsonl", ".manifest"),
    also=("asr", "nemo"),
    fits=sounds.fits,
    write=write,
    read=read,
    looks=looks,
)
