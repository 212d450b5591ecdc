"""Tasks on their way out: to Label Studio's formats, media and all."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Literal

from nblabel import tasks
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import FormatError
from nblabel.base.ids import digest
from nblabel.base.progress import shown
from nblabel.core.record import TaskRecord
from nblabel.core.task import Media
from nblabel.formats import label_studio, label_studio_min
from nblabel.project.work import Work

Format = Literal["label-studio", "label-studio-min", "csv"]

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
    columns, with_media = work.config.columns, bool(work.config.media)
    for index, row, record in shown(work.records(), "exporting"):
        if not record.annotations and not record.predictions:
            continue
        of_row = {name: value for name, value in row.items() if _is_plain(value)}
        data = {**of_row, **record.data}
        if with_media and index is not None and _is_same_data(work, row, record):
            data |= _carried(work, row, record.number, media)
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


def write(work: Work, path: str | Path, form: Format, media: str | Path, *, drafts: bool) -> Path:
    """Write the tasks to a file, which is replaced only when all is written."""
    target = Path(path).expanduser()
    if not target.parent.is_dir():
        raise FormatError(f'"{path}" cannot be written: there is no folder "{target.parent}"')
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    try:
        with seldom_searched():
            _write(work, Path(temporary), form, media, drafts=drafts)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return target


def _write(work: Work, path: Path, form: Format, media: str | Path, *, drafts: bool) -> None:
    controls = {name: element.tag for name, element in work.config.controls.items()}

    def rows() -> Iterator[label_studio_min.Row]:
        return label_studio_min.rows(outgoing(work, media), controls, drafts=drafts)

    if form == "csv":
        # Half a character is no text that a file can hold.
        with path.open("w", encoding="utf-8", errors="replace", newline="") as text:
            label_studio_min.write_csv(rows, text)
        return
    with path.open("wb") as file:
        if form == "label-studio-min":
            label_studio_min.write(rows(), file)
        else:
            label_studio.write(outgoing(work, media), file, drafts=drafts)


def _is_same_data(work: Work, row: dict[str, Any], record: TaskRecord) -> bool:
    return record.digest == digest(tasks.bound_data(work.config, row))


def _carried(work: Work, row: dict[str, Any], number: int, media: str | Path) -> dict[str, Any]:
    """Return the columns that hold media as they leave."""
    data = work.needed_data
    places = count(1)

    def made(value: Any) -> Any:
        name = f"{number}-{next(places)}"
        if media == "keep" and isinstance(value, str | os.PathLike):
            return tasks.as_json(value)
        loaded = data.load(value)
        return tasks.as_json(value) if loaded.data is None else _placed(loaded, media, name)

    return tasks.replace_media(work.config, row, made)


def _placed(media: Media, where: str | Path, name: str) -> str:
    """Return a data URI, or the path of the file that was written."""
    data, mime = media.data or b"", media.mime or "application/octet-stream"
    if where in {"embed", "keep"}:
        return f"data:{mime};base64,{base64.b64encode(data).decode()}"
    folder = Path(where).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.{mime.partition('/')[2].partition('+')[0]}"
    file.write_bytes(data)
    return str(file)


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) and value == value  # noqa: PLR0124 - a NaN is none
