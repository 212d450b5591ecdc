"""Tasks on their way out: to Label Studio's formats, media and all, and to any other."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Literal, get_args

from nblabel import formats, tasks
from nblabel.base.arguments import known_only, one_of, warn
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import FormatError, MediaError
from nblabel.base.files import whole
from nblabel.base.ids import digest
from nblabel.base.progress import shown
from nblabel.core.record import TaskRecord
from nblabel.core.task import Media
from nblabel.formats import FORMATS, label_studio, label_studio_min, plainly
from nblabel.formats.dataset import Format
from nblabel.project import datasets, frames
from nblabel.project.work import Work

Own = Literal["label-studio", "label-studio-min", "csv", "tsv"]

_BY_SUFFIX: dict[str, Own] = {".json": "label-studio", ".csv": "csv", ".tsv": "tsv"}
_BY_NAME: dict[str, Own] = {
    "labelstudio": "label-studio",
    "json": "label-studio",
    "labelstudiomin": "label-studio-min",
    "jsonmin": "label-studio-min",
    "csv": "csv",
    "tsv": "tsv",
}

_SEPARATORS = {"csv": ",", "tsv": "\t"}
_PLAIN = (str, int, float, list, dict)


def outgoing(work: Work, media: str | Path) -> Iterator[TaskRecord]:
    """Yield the tasks that something was said about, their data as Label Studio takes it.

    Parameters
    ----------
    work
        The project.
    media
        As in `Project.export`.
    """
    columns = work.config.columns
    with_media = bool(work.config.media or work.config.repeated)
    for index, row, record in shown(work.records(), "exporting"):
        if not record.annotations and not record.predictions:
            continue
        data = {**plain(row), **record.data}
        if with_media and index is not None and _is_same_data(work, row, record):
            data |= carried(work, row, record.number, media)
        data |= {name: "" for name in columns if data.get(name) is None}
        yield TaskRecord(
            record.number,
            record.key,
            record.digest,
            data,
            record.source,
            record.annotations,
            record.predictions,
        )


def names() -> list[str]:
    """Return the names of all formats that are written."""
    return [*get_args(Own), *FORMATS]


def write(
    work: Work,
    path: str | Path,
    form: str | None,
    media: str | Path | None,
    settings: Mapping[str, Any],
    *,
    drafts: bool,
) -> Path:
    """Write the tasks to a file or folder, replaced only when all is written."""
    target = Path(path).expanduser()
    a_folder = f'"{path}" is a folder: name a file in it, "{target / "labels.json"}"'
    if target.is_dir() and form is None:
        raise FormatError(f"{a_folder}, or the format of a folder")
    chosen = form_of(target, form)
    is_folder = isinstance(chosen, Format) and chosen.is_folder
    if target.is_dir() and not is_folder:
        raise FormatError(a_folder)
    if target.is_file() and is_folder:
        raise FormatError(f'"{path}" is a file, and {form} is a folder of files: name another')
    if not target.parent.is_dir():
        raise FormatError(f'"{path}" cannot be written: there is no folder "{target.parent}"')
    if media not in {"embed", "keep", "copy", None} and Path(media).expanduser().is_file():
        raise FormatError(f'media="{media}" is a file: name a folder, "embed" or "keep"')
    try:
        if isinstance(chosen, Format):
            datasets.write(work, target, chosen, media, settings, drafts=drafts)
            return target
        if media == "copy":
            raise FormatError(f'media="copy" is not for {chosen}: "keep", "embed" or a folder is')
        known_only(settings, write)
        with whole(target) as part, seldom_searched():
            _write(work, part, chosen, "embed" if media is None else media, drafts=drafts)
    except OSError as error:
        raise FormatError(f'"{path}" was not written: {error.strerror or error}') from error
    return target


def dataset_of(named: str) -> Format:
    """Return the format of datasets of a name.

    Raises
    ------
    FormatError
        When there is none of it.
    """
    found = formats.named(named)
    if found is None:
        one_of("format", named, names(), FormatError)
        raise FormatError(
            f'"{named}" is Label Studio\'s own; losses() is about {", ".join(FORMATS)}'
        )
    return found


def form_of(path: Path, named: str | None) -> Own | Format:
    """Return the format that is meant: by its name, else by the file's suffix.

    >>> form_of(Path("out.json"), None), form_of(Path("out.CSV"), None)
    ('label-studio', 'csv')
    >>> form_of(Path("out.json"), "JSON_MIN"), form_of(Path("out.json"), "Label Studio")
    ('label-studio-min', 'label-studio')
    >>> form_of(Path("out.csv"), "label-studio")
    Traceback (most recent call last):
    nblabel.base.errors.FormatError: "out.csv" ends in .csv, and format="label-studio" is JSON: \
take .json, or format="csv"
    """
    suffix = path.suffix.lower()
    if named is None:
        if suffix in _BY_SUFFIX:
            return _BY_SUFFIX[suffix]
        fitting = [one for one in FORMATS.values() if suffix and suffix in one.suffixes]
        if len(fitting) == 1:
            return fitting[0]
        ends = f'ends in "{path.suffix}"' if path.suffix else "has no suffix"
        raise FormatError(
            f'"{path.name}" {ends}: name the format, one of '
            f"{', '.join(one.name for one in fitting) or ', '.join(names())}, or end "
            f"the name in {' or '.join(_BY_SUFFIX)}"
        )
    plain = plainly(str(named))
    dataset = formats.named(plain)
    if dataset is not None:
        if suffix not in dataset.suffixes and not dataset.is_folder:
            raise FormatError(
                f'"{path.name}" does not end in {" or ".join(dataset.suffixes)}, as '
                f'format="{dataset.name}" does'
            )
        return dataset
    if plain not in _BY_NAME:
        one_of("format", named, names(), FormatError)
    form = _BY_NAME[plain]
    of_suffix = _BY_SUFFIX.get(suffix)
    written = form.upper() if form in _SEPARATORS else "JSON"
    if of_suffix is not None and _SEPARATORS.get(form) != _SEPARATORS.get(of_suffix):
        raise FormatError(
            f'"{path.name}" ends in {suffix}, and format="{form}" is {written}: '
            f'take .{written.lower()}, or format="{of_suffix}"'
        )
    return form


def _write(work: Work, path: Path, form: Own, media: str | Path, *, drafts: bool) -> None:
    controls = {name: element.tag for name, element in frames.repeated_controls(work).items()}

    told = set[str]()

    def rows() -> Iterator[label_studio_min.Row]:
        return label_studio_min.rows(outgoing(work, media), controls, drafts=drafts, moved=told)

    if form in _SEPARATORS:
        # Half a character is no text that a file can hold.
        with path.open("w", encoding="utf-8", errors="replace", newline="") as text:
            label_studio_min.write_csv(rows, text, separator=_SEPARATORS[form])
        _tell(told)
        return
    with path.open("wb") as file:
        if form == "label-studio-min":
            label_studio_min.write(rows(), file)
            _tell(told)
        else:
            label_studio.write(outgoing(work, media), file, drafts=drafts)


def _tell(moved: set[str]) -> None:
    if moved:
        names = (f'"{name}" as "{label_studio_min.of_data(name)}"' for name in sorted(moved))
        warn(f"the format has columns of its own for some of the data's: {', '.join(names)}")


def _is_same_data(work: Work, row: dict[str, Any], record: TaskRecord) -> bool:
    return record.digest == digest(tasks.bound_data(work.config, row))


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|/data/")  # that a server may know

Place = Callable[[Media, str], str]
"""Puts a medium somewhere, under a name; returns the address that stands in its place."""


def carried(
    work: Work, row: dict[str, Any], number: int, media: str | Path | Place
) -> dict[str, Any]:
    """Return the columns that hold media as they leave.

    Raises
    ------
    MediaError
        When a medium is to be put somewhere that is neither here nor an address.
    """
    data = work.needed_data
    numbers = count(1)

    def made(value: Any) -> Any:
        name = f"{number}-{next(numbers)}"
        if media == "keep" and isinstance(value, str | os.PathLike):
            return tasks.as_json(value)
        loaded = data.load(value)
        if loaded.problem and callable(media) and not _ADDRESS.match(str(value)):
            raise MediaError(loaded.problem)
        return tasks.as_json(value) if loaded.data is None else placed(loaded, media, name)

    return tasks.replace_media(work.config, row, made)


def placed(media: Media, where: str | Path | Place, name: str) -> str:
    """Return a data URI, or the path of the file that was written."""
    if callable(where):
        return where(media, name)
    data, mime = media.data or b"", media.mime or "application/octet-stream"
    if where in {"embed", "keep"}:
        return f"data:{mime};base64,{base64.b64encode(data).decode()}"
    folder = Path(where).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.{mime.partition('/')[2].partition('+')[0]}"
    with whole(file) as part:
        part.write_bytes(data)
    return str(file)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return those cells of a row that JSON has words for."""
    return {name: value for name, value in row.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) and value == value  # noqa: PLR0124 - a NaN is none
