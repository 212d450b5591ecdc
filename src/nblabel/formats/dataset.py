"""What the formats of datasets share: what they declare, what goes out, what comes in.

A dataset has one truth for each task, and no room for much of what Label Studio's results say.
A format tells everything that it leaves out (`Lost`), so that nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from nblabel.base.errors import FormatError
from nblabel.base.files import whole
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.core.task import Media

Lost = Callable[[str, str, str], None]
"""Told what did not fit: the task's key, the control's name, and one sentence of a kind."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\ud800-\udfff]')
_LONGEST = 120  # bytes of a name: less than any file system takes
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")


# -- out


@dataclass(frozen=True, slots=True)
class Medium:
    """What an object of a task shows, as a file of the dataset.

    Parameters
    ----------
    name
        Its path in the dataset, with ``/``: "a/1.jpg". No two have the same name, nor differ
        only in suffix, in case or in ``/`` against ``__``; none leads out of a folder.
    address
        The path or URL in the task's data; "" where the data holds the medium itself.
    load
        Gives its bytes, upright, and its size; with ``problem`` set where it cannot be read.
    measure
        Gives width and height in pixels, of a video too; None where they are not known.
    """

    name: str
    address: str
    load: Callable[[], Media]
    measure: Callable[[], tuple[int, int] | None]

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return str(PurePosixPath(self.name).with_suffix(""))

    @property
    def flat(self) -> str:
        """The stem as one name, for formats that have no folders."""
        return self.stem.replace("/", "__")


@dataclass(frozen=True, slots=True)
class Example:
    """One task with the one annotation that stands for it.

    Parameters
    ----------
    key, number
        The task's key, and the integer that Label Studio knows it by.
    data
        The task's data.
    results
        The annotation's Label Studio results.
    config
        The config as it is for this task (`Config.as_in`).
    name
        A name that no other task of the dataset has, for a file without a medium: "7".
    media
        Gives what an object shows, by its name: one medium, those of a list, or none.
    text
        Gives the text that an object shows, by its name; None where it is no text at hand.
    annotator
        Who made the annotation; None where nobody was named.
    """

    key: str
    number: int
    data: Mapping[str, Any]
    results: Sequence[Result]
    config: Config
    name: str
    media: Callable[[str], Sequence[Medium]]
    text: Callable[[str], str | None]
    annotator: str | None = None


class Names:
    """Gives each file of a dataset a name of its own that leads nowhere else.

    >>> names = Names()
    >>> names.give("a/1.jpg"), names.give("b/1.jpg"), names.give("a/1.png")
    ('a/1.jpg', 'b/1.jpg', 'a/1-2.png')
    >>> names.give("../../etc/passwd"), names.give("https://host/x/1.jpg?size=2")
    ('etc/passwd', '1.jpg')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}  # of a stem that many have

    def give(self, address: str, default: str = "medium") -> str:
        """Return a name like an address; ``default`` where that names nothing."""
        path = safe_name(address) or default
        suffix = found[0] if (found := _SUFFIX.search(path)) and found.start() else ""
        stem = path.removesuffix(suffix)
        free, first = stem, stem.replace("/", "__").casefold()
        mark = first
        while mark in self._taken:
            number = self._next[first] = self._next.get(first, 1) + 1
            free, mark = f"{stem}-{number}", f"{first}-{number}"
        self._taken.add(mark)
        return free + suffix


def safe_name(address: str) -> str:
    r"""Return a path or URL as a relative path below any folder; "" where nothing is left of it.

    Of an address of the web only the last part is kept. What Windows or a shell would stumble
    over becomes ``_``.

    >>> safe_name("C:\\photos\\..\\a.jpg"), safe_name("/srv/a?.jpg"), safe_name("..")
    ('C_/photos/a.jpg', 'srv/a_.jpg', '')
    """
    text = address
    if "://" in address:
        text = unquote(urlsplit(address).path).rpartition("/")[2]
    elif address[:5].lower() == "data:":
        return ""
    parts = (_safe_part(part) for part in text.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part)


def _safe_part(part: str) -> str:
    plain = _UNSAFE.sub("_", part).strip(" ")
    if not plain.strip("."):
        return ""
    plain = plain.rstrip(".")
    if len(plain.encode()) <= _LONGEST:
        return plain
    suffix = found[0] if (found := _SUFFIX.search(plain)) else ""
    return plain.encode()[: _LONGEST - len(suffix)].decode(errors="ignore") + suffix


@dataclass(frozen=True, slots=True)
class Out:
    """Where a format writes to, and how.

    Parameters
    ----------
    path
        The file to write, or the new folder, which is there and empty. What was there before
        is replaced by it when all is written.
    config
        The project's config.
    lost
        Told what does not fit.
    media
        "keep": media stay where they are and are named by their paths; "copy": they are written
        into the dataset's folder; a folder: they are written there.
    is_dry
        Whether what is written is thrown away: only losses are asked for.
    """

    path: Path
    config: Config
    lost: Lost
    media: str | Path = "keep"
    is_dry: bool = False

    def place(self, key: str, medium: Medium, under: str = "", flat: str = "") -> str:
        """Write a medium where ``media`` says it goes, and return its name there.

        Parameters
        ----------
        key
            The task's key, to tell of what cannot be read.
        medium
            The medium.
        under
            The folder of the dataset that media lie in: "images/train".
        flat
            A name without suffix to give it; by default its own.
        """
        suffix = medium.name[len(medium.stem) :]
        name = flat + suffix if flat else medium.name
        if self.media == "keep":
            return name
        media = medium.load()
        if media.data is None:
            why = media.problem or "only a browser loads it"
            self.lost(key, "", f"a medium was not copied: {_kind_of(why)}")
            return name
        if media.mime and media.mime.startswith("image/"):
            given = _SUFFIXES.get(media.mime, f".{media.mime[6:].partition('+')[0]}")
            if _ALIKE.get(suffix.lower(), suffix.lower()) != given:
                name = name.removesuffix(suffix) + given
        folder = self.path / under if self.media == "copy" else Path(self.media).expanduser()
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole(file) as part:
            part.write_bytes(media.data)
        return name


_SUFFIXES = {"image/jpeg": ".jpg"}
_ALIKE = {".jpeg": ".jpg", ".jpe": ".jpg"}


def _kind_of(problem: str) -> str:
    """Return a sentence without the names in it, so that those alike are one kind."""
    return re.sub(r'"[^"]*"', "it", problem, count=1)


# -- in


class Aside:
    """What a format set aside while it read: sentences of a kind are one, with the first places.

    >>> aside = Aside()
    >>> for number in range(5):
    ...     aside.add("an object has no box", f"object {number}")
    >>> aside.sentences()
    ['an object has no box: object 0, object 1, object 2 and 2 more']
    """

    _SHOWN = 3

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[int, list[str]]] = {}

    def add(self, sentence: str, where: str = "", times: int = 1) -> None:
        """Note something, where it was, and how often."""
        count, places = self._kinds.get(sentence, (0, []))
        if where and len(places) < self._SHOWN:
            places = [*places, where[:100]]
        self._kinds[sentence] = count + times, places

    def sentences(self) -> list[str]:
        """Return what was noted."""
        return [
            counted(sentence, count, places) for sentence, (count, places) in self._kinds.items()
        ]


def counted(sentence: str, count: int, places: Sequence[str]) -> str:
    """Return a sentence with how often it holds, and where first."""
    more = count - len(places)
    if not places:
        return sentence if count == 1 else f"{sentence} ({count} times)"
    return f"{sentence}: {', '.join(places)}" + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a format has read, on its way to a project.

    Parameters
    ----------
    config
        A labeling config made from what the file names (`nblabel.formats._making`).
    rows
        The data of each task. They stay in memory; what is said of them need not.
    said
        Gives for each row, in order, its Label Studio annotations (``result`` and whatever else
        Label Studio's JSON has, ``was_cancelled`` say); none for a row that nobody worked on.
    root
        Folders in which the media lie that rows name.
    predictions
        Whether the file holds what a model says.
    problems
        What was set aside; it grows while ``said`` is gone through.
    """

    config: str
    rows: Sequence[Mapping[str, Any]]
    said: Callable[[], Iterable[Sequence[Mapping[str, Any]]]]
    root: tuple[Path, ...] = ()
    predictions: bool = False
    problems: Aside = field(default_factory=Aside)

    def tasks(self) -> Iterator[dict[str, Any]]:
        """Yield Label Studio tasks."""
        name = "predictions" if self.predictions else "annotations"
        for row, said in zip(self.rows, self.said(), strict=True):
            yield {"data": dict(row), name: [dict(one) for one in said]}


# -- what a format declares


@dataclass(frozen=True, slots=True)
class Format:
    """One format of datasets, as its file declares it.

    Parameters
    ----------
    name
        What users call it: "coco". Case, spaces, dashes and underscores do not matter.
    words
        What it holds, in some words, for the docs and the command line.
    fits
        Says in one sentence why nothing of a config fits; None where something does. What fits
        only in part is told while it is written.
    write
        Writes examples; further parameters, by name only, are settings of the format.
    read
        Reads a file or folder, likewise; None where the format is only written.
    looks
        Whether a file, or a folder, looks like this format: its path and its first bytes, none
        of a folder.
    suffixes
        With which names of files may end, the usual one first; empty where it is a folder.
    also
        Other names that it is known by.
    """

    name: str
    words: str
    fits: Callable[[Config], str | None]
    write: Callable[..., None]
    read: Callable[..., Dataset] | None = None
    looks: Callable[[Path, bytes], bool] = lambda path, head: False  # noqa: ARG005 - never
    suffixes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return not self.suffixes


HEAD = 65_536
"""Bytes of a file's beginning that `Format.looks` is given."""


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file, as `Format.looks` is given them; none of no file."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


def needs(config: Config, *objects: str, what: str) -> str | None:
    """Say that a config has none of some objects with a control for a format; None where it has.

    Parameters
    ----------
    config
        The config.
    objects
        Tags of objects: "Image".
    what
        What the format holds: "regions on images".
    """
    for control in config.controls.values():
        for name in re.split(r"[\s,]+", control.to_name or ""):
            shown = config.objects.get(name)
            if shown is not None and shown.tag in objects:
                return None
    return f"it holds {what}, and the config has no control on {' or '.join(map(_tag, objects))}"


def _tag(name: str) -> str:
    return f"<{name}>"


def unreadable(path: Path, why: object) -> FormatError:
    """Return the error of a file that is not what it is read as."""
    return FormatError(f'"{path}" cannot be read: {why}')
