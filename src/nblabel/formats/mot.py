"""MOT: boxes through videos, a line for each frame, a folder for each video.

The format is described at https://motchallenge.net/instructions. A line is ``frame, id, left, top,
width, height, conf, class, visibility``; frames, ids and classes count from 1. Pixels count from 1
in MOT's own files, and from 0 where ``origin=0`` says so. Between keyframes each frame is written
as Label Studio interpolates it; what is read has a keyframe where a box leaves its straight line.

What it carries: upright boxes, one label each, its class; turned ones as the boxes around them,
told. What it does not: what is said of a track or of a video, stretches of a video, relations.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from nblabel.base.arguments import one_of
from nblabel.base.errors import FormatError
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.formats import _geometry as geometry
from nblabel.formats import _tracks as tracks
from nblabel.formats._geometry import Size
from nblabel.formats._making import Making
from nblabel.formats._tracks import Clip
from nblabel.formats._xml import number_of, plain
from nblabel.formats.dataset import Aside, Dataset, Example, Format, Out, needs, unreadable

Origin = Literal[0, 1]


# -- out


def fits(config: Config) -> str | None:
    """Say why nothing of a config fits."""
    if any(control.tag == "VideoRectangle" for control in config.controls.values()):
        return needs(config, "Video", what="boxes through videos")
    return "it holds boxes through videos, and the config has no <VideoRectangle>"


def write(
    examples: Iterable[Example],
    out: Out,
    *,
    size: Sequence[int] | None = None,
    rate: float | None = None,
    origin: Origin = 1,
) -> None:
    """Write a folder.

    Parameters
    ----------
    examples, out
        As in `nblabel.formats.dataset`. Videos are copied into ``videos``.
    size
        Width and height of the videos in pixels, where their files cannot be looked at.
    rate
        Frames a second, where results do not say them.
    origin
        What pixels are counted from, 1 or 0.
    """
    _check(origin)
    writing = _Writing(out, size, rate, origin)
    for example in examples:
        for clip in tracks.clips(example, out.lost):
            writing.clip(clip)


def _check(origin: Any) -> None:
    if origin not in (0, 1) or isinstance(origin, bool):
        one_of("origin", str(origin), ("0", "1"), FormatError)


class _Writing:
    def __init__(
        self, out: Out, size: Sequence[int] | None, rate: float | None, origin: Origin
    ) -> None:
        self._out, self._size, self._rate, self._origin = out, size, rate, origin
        self._classes: dict[str, int] = {}
        for control in out.config.controls.values():
            for label in out.config.labels(control) if control.tag == "Labels" else ():
                self._classes.setdefault(label, len(self._classes) + 1)

    def clip(self, clip: Clip) -> None:
        """Write the folder of a video."""
        key, lost = clip.example.key, self._out.lost
        name = self._out.place(key, clip.medium, "videos")
        if self._out.media == "copy":
            name = f"videos/{name}"
        size = tracks.video_size(clip, self._size)
        if size is None:
            lost(key, "", "the size of a video is not known: size=(width, height) would say it")
            return
        folder = self._out.path / clip.medium.flat
        (folder / "gt").mkdir(parents=True)
        about = {
            "name": clip.medium.flat,
            "imDir": "img1",
            "frameRate": plain(clip.rate or self._rate or 0),
            "seqLength": clip.frames,
            "imWidth": size[0],
            "imHeight": size[1],
            "imExt": ".jpg",
            "video": name,
        }
        lines = ["[Sequence]", *(f"{name}={value}" for name, value in about.items())]
        _write_lines(folder / "seqinfo.ini", lines)
        with (folder / "gt" / "gt.txt").open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in self._lines(clip, size))
        _write_lines(folder / "gt" / "labels.txt", self._classes)

    def _lines(self, clip: Clip, size: Size) -> Iterator[str]:
        key, lost, number = clip.example.key, self._out.lost, 0
        for track in clip.tracks:
            for control in track.attributes:
                lost(key, control, "what is said of a single region has no place")
            if not track.labels:
                lost(key, track.control, "a region without a label is named by its control")
            if len(track.labels) > 1:
                lost(key, track.control, "a region with several labels is one object for each")
            if any(one.place[4] % 360 for one in track.keys):
                lost(key, track.control, "a turned box is the upright box around it")
            for label in track.labels or [track.control]:
                number += 1
                kind = self._classes.setdefault(label, len(self._classes) + 1)
                for frame, place in tracks.seen(track.keys, clip.frames):
                    yield f"{frame},{number},{self._box(place, size)},1,{kind},1"

    def _box(self, place: tracks.Place, size: Size) -> str:
        value = dict(zip(tracks.PLACES, place, strict=True))
        is_turned = place[4] % 360 != 0
        box = geometry.bounds(geometry.corners(value, size)) if is_turned else None
        x, y, w, h = box or geometry.upright(value, size)
        return ",".join(map(plain, (x + self._origin, y + self._origin, w, h)))


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")


# -- in


def looks(path: Path, head: bytes) -> bool:
    """Whether a folder has ``gt/gt.txt`` or ``det/det.txt``, itself or in the folders in it."""
    del head
    return path.is_dir() and bool(_found(path))


def _found(path: Path) -> list[Path]:
    """Return the folders of videos."""
    names = ("gt/gt.txt", "det/det.txt")
    return sorted({f.parents[1] for n in names for f in (*path.glob(n), *path.glob(f"*/{n}"))})


def read(
    path: Path,
    *,
    origin: Origin = 1,
    size: Sequence[int] | None = None,
    labels: Sequence[str] | None = None,
) -> Dataset:
    """Read the folder of a video, or one of such folders.

    Parameters
    ----------
    path
        The folder.
    origin
        What pixels are counted from, 1 or 0.
    size
        Width and height of the videos in pixels, where no ``seqinfo.ini`` says them.
    labels
        What the classes are called, from 1 on; by default as ``gt/labels.txt`` says, else
        pedestrian and so on as in MOT, else by their numbers.
    """
    _check(origin)
    folders = _found(path)
    if not folders:
        raise unreadable(path, "there is neither gt/gt.txt nor det/det.txt in it")
    return _Reading(path, folders, origin, size, labels).dataset()


class _Reading:
    def __init__(
        self,
        path: Path,
        folders: list[Path],
        origin: Origin,
        size: Sequence[int] | None,
        labels: Sequence[str] | None,
    ) -> None:
        self._path, self._folders, self._origin, self._size = path, folders, origin, size
        self._aside = Aside()
        self._labels = {one: _names(one, labels) for one in folders}
        self._making = Making("Video", "video")
        self._making.control("VideoRectangle")
        self._is_found = all(not (one / "gt" / "gt.txt").is_file() for one in folders)
        for folder in folders:
            for kind in sorted({kind for *_, kind in self._lines(folder, quiet=True)}):
                self._making.label("Labels", self._label(folder, kind))
        self._making.control("Labels")
        self._inis = {one: _ini(one) for one in folders}
        self._rows = [{"video": self._video(one)} for one in folders]

    def _label(self, folder: Path, kind: int) -> str:
        return self._labels[folder].get(kind, str(kind))

    def _video(self, folder: Path) -> str:
        """Return the video's file: the one that seqinfo names, or one called like the folder."""
        given = self._inis[folder].get("video", "")
        for name in (given, *(f"{folder.name}.{end}" for end in ("mp4", "webm", "mov", "avi"))):
            if name and (self._path / name).is_file():
                return name
        return given or f"{folder.name}.mp4"

    def dataset(self) -> Dataset:
        return Dataset(
            self._making.xml(),
            self._rows,
            self._said,
            (self._path.resolve(),),
            self._is_found,
            self._aside,
        )

    def _lines(
        self, folder: Path, *, quiet: bool = False
    ) -> Iterator[tuple[int, int, tuple[float, float, float, float], float, int]]:
        """Yield frame, id, box in pixels from 0, conf and class of each line."""
        truth = folder / "gt" / "gt.txt"
        file = truth if truth.is_file() else folder / "det" / "det.txt"
        with file.open(encoding="utf-8-sig", errors="replace") as opened:
            for number, line in enumerate(opened, 1):
                given = [number_of(word) for word in line.split(",")]
                frame, ident, x, y, w, h, conf, kind = [*given, *[None] * 8][:8]
                whole = frame is not None and frame.is_integer() and frame >= 1
                if not whole or frame is None or ident is None or x is None or y is None:
                    if line.strip() and not quiet:
                        where = f"{folder.name}, line {number}"
                        self._aside.add("a line has not the numbers that MOT has", where)
                    continue
                box = (x - self._origin, y - self._origin, w or 0.0, h or 0.0)
                name = 1 if kind is None or kind < 1 else int(kind)
                yield int(frame), int(ident), box, 1.0 if conf is None else conf, name

    def _said(self) -> Iterator[list[dict[str, Any]]]:
        for folder in self._folders:
            ini = self._inis[folder]
            width, height = number_of(ini.get("imwidth")), number_of(ini.get("imheight"))
            size = (int(width), int(height)) if width and height else self._size
            if size is None:
                told = "the size of a video is not known: size=(width, height) would say it"
                self._aside.add(told, folder.name)
                yield []
                continue
            results = list(self._results(folder, (size[0], size[1]), ini))
            told_by = {"model_version": folder.name} if self._is_found else {}
            yield [{"result": results, **told_by}]

    def _results(self, folder: Path, size: Size, ini: dict[str, str]) -> Iterator[Result]:
        boxes: dict[tuple[int, int, int], list[tuple[int, tracks.Place]]] = {}
        last = 0
        for number, (frame, ident, box, conf, kind) in enumerate(self._lines(folder)):
            if conf == 0 and not self._is_found:
                self._aside.add("a line that is to be ignored (conf 0) is left out")
                continue
            value = geometry.rectangle(box, size, 0.0)
            x, y, w, h, turned = (value[name] for name in tracks.PLACES)
            alone = number if ident < 0 else -1  # what a detector found is of no track
            boxes.setdefault((ident, kind, alone), []).append((frame, (x, y, w, h, turned)))
            last = max(last, frame)
        frames = int(number_of(ini.get("seqlength")) or last)
        rate = number_of(ini.get("framerate")) or None
        tool = self._making.control("VideoRectangle")
        for number, ((_, kind, _), places) in enumerate(boxes.items(), 1):
            keys = tracks.keys_of(dict(places).items(), frames)
            yield {
                "id": f"track-{number}",
                "from_name": tool.name,
                "to_name": "video",
                "type": tool.type,
                "value": {
                    "framesCount": frames,
                    "duration": frames / rate if rate else 0,
                    "sequence": tracks.sequence(keys, rate),
                    "labels": [self._label(folder, kind)],
                },
            }


_MOT = ("pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle")
_MOT_FURTHER = (
    "static person",
    "distractor",
    "occluder",
    "occluder on the ground",
    "occluder full",
)


def _names(folder: Path, given: Sequence[str] | None) -> dict[int, str]:
    file = folder / "gt" / "labels.txt"
    if given is not None:
        names = [*given]
    elif file.is_file():
        names = [line.strip() for line in file.read_text("utf-8", "replace").splitlines()]
    else:
        names = [*_MOT]
    return {number: name for number, name in enumerate(names, 1) if name}


def _ini(folder: Path) -> dict[str, str]:
    """Return what a sequence's file says, by names in lower case."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(folder / "seqinfo.ini", "utf-8-sig")
        return dict(parser["Sequence"]) if "Sequence" in parser else {}
    except (configparser.Error, UnicodeDecodeError):
        return {}


FORMAT = Format(
    name="mot",
    words="MOT: boxes through videos, a line a frame, a folder",
    also=("mot-challenge", "motchallenge"),
    fits=fits,
    write=write,
    read=read,
    looks=looks,
)
