"""Recordings on their way in and out, as formats of sound share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats._making import Making
from nblabel.formats._stretches import SOUNDS, Recording, Stretch
from nblabel.formats.dataset import Aside, Dataset, Lost, Out, needs, safe_name
from nblabel.media.kinds import kind_of

_MEDIA = frozenset({"audio", "video"})


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    return needs(config, *SOUNDS, what="what is said of stretches of recordings")


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of a recording as files have it.

    Parameters
    ----------
    start, end
        In seconds.
    label
        Its label, or who speaks; "" where there is none.
    text
        What is said in it.
    channel
        From 0; None where all are meant.
    """

    start: float
    end: float
    label: str = ""
    text: str = ""
    channel: int | None = None


def named(out: Out, recording: Recording) -> str:
    """Place a recording, and return its name; its stem is its own in the dataset."""
    return out.place(recording.example.key, recording.medium)


def positive(recording: Recording, lost: Lost) -> Iterator[Stretch]:
    """Yield the regions that take some time."""
    for one in recording.stretches:
        if one.end > one.start:
            yield one
        else:
            lost(recording.example.key, one.control, "a region that takes no time has no place")


def dataset(
    cues: Sequence[tuple[str, Sequence[Cue]]],
    folders: Iterable[Path],
    problems: Aside,
) -> Dataset:
    """Return what was read of recordings, a name and what is said of it each."""
    making = Making("Audio", "audio")
    for _, some in cues:
        for cue in some:
            if cue.label:
                making.label("Labels", cue.label)
            if cue.text:
                making.control("TextArea", perRegion="true", editable="true")
    if any(cue.text and not cue.label for _, some in cues for cue in some):
        making.label("Labels", _SPEECH)
    said = [
        [result for at, cue in enumerate(some) for result in _results(cue, f"{row}-{at}", making)]
        for row, (_, some) in enumerate(cues)
    ]
    rows = [{"audio": name} for name, _ in cues]
    found = tuple(dict.fromkeys(folder.absolute() for folder in folders))
    return Dataset(
        making.xml(), rows, lambda: ([{"result": [*one]}] for one in said), found, False, problems
    )


_SPEECH = "Speech"


def _results(cue: Cue, ident: str, making: Making) -> Iterator[Result]:
    channel = {} if cue.channel is None else {"channel": cue.channel}
    place = {"start": cue.start, "end": cue.end, **channel}
    controls = {control.tag: control.name for control in making.controls}
    common: Result = {"id": ident, "to_name": "audio"}
    labels = [cue.label or _SPEECH]
    if cue.label or cue.text:
        yield {
            **common,
            "from_name": controls["Labels"],
            "type": "labels",
            "value": {**place, "labels": labels},
        }
    if cue.text:
        yield {
            **common,
            "from_name": controls["TextArea"],
            "type": "textarea",
            "value": {**place, "text": [cue.text]},
        }


def beside(file: Path, stem: str = "") -> str | None:
    """Return the recording of a name that lies beside a file; None where there is none.

    Parameters
    ----------
    file
        The file.
    stem
        The recording's path below its folder, without suffix; by default the file's own name.
    """
    wanted = PurePosixPath(safe_name(stem) if stem else file.stem)
    try:
        inside = (file.parent / wanted.parent).iterdir()
        there = sorted(one.name for one in inside if one.stem == wanted.name)
    except OSError:
        return None
    found = next((name for name in there if kind_of(name) in _MEDIA), None)
    return None if found is None else str(wanted.with_name(found))


def files_of(path: Path, *suffixes: str) -> list[Path]:
    """Return a file, or those of a folder with some suffixes, in order."""
    if path.is_file():
        return [path]
    return sorted(one for one in path.rglob("*") if one.suffix.lower() in suffixes)


def of_files(path: Path, files: Sequence[Path], problems: Aside) -> list[str]:
    """Return the recording that each file is about, relative to the folder; told where none is."""
    folder = path.parent if path.is_file() else path
    found = []
    for file in files:
        name = beside(file)
        if name is None:
            problems.add("no recording of the same name lies beside a file", file.name)
        inside = PurePosixPath(file.relative_to(folder).as_posix())
        found.append(str(inside.with_name(name or f"{file.stem}.wav")))
    return found
