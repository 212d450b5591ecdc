"""Files of datasets, read as projects: which format one is in, and what it says, under a config."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nblabel import config as configs
from nblabel import formats, tags, tasks
from nblabel.base.errors import DataError, FormatError, near
from nblabel.formats import FORMATS
from nblabel.formats._fitting import Fitting
from nblabel.formats.dataset import HEAD, Dataset, Format
from nblabel.project.datasets import check_settings

_OF_TASKS = ("label-studio", "json", "jsonl", "csv", "tsv", "txt", "parquet")
"""Formats of rows and of Label Studio tasks, which `Project` reads itself."""

_ROWS = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".parquet"})


class Brought(list[Any]):
    """Rows of a file, with what it says of them, which is read only when it is taken in.

    Parameters
    ----------
    rows
        The data of each task.
    path
        The file.
    said
        Gives for each row, in order, a Label Studio task without data.
    """

    def __init__(
        self,
        rows: Iterable[Any],
        path: Path,
        said: Callable[[], Iterator[dict[str, Any]]] | None = None,
    ) -> None:
        super().__init__(rows)
        self.path = path
        self.said = said


def brought(
    path: str | Path,
    form: str | None,
    config: Any,
    settings: Mapping[str, Any],
    *,
    as_predictions: bool,
) -> tuple[Brought | Path, Any, tuple[Path, ...], Callable[[], list[str]]]:
    """Read a file or folder.

    Parameters
    ----------
    path, form, config, as_predictions
        As in `Project.read`.
    settings
        Those of the format.

    Returns
    -------
    tuple
        The rows, or the path of rows that `Project` reads itself; the config; folders in which
        media lie; and what was set aside, to be asked for when all is read.
    """
    if isinstance(config, list | tuple):
        raise DataError("config= is a list of labels, which asks for choices: give XML, or none")
    given = Path(path).expanduser()
    if not given.exists():
        raise FormatError(f'"{path}" cannot be read: there is no such file or folder')
    chosen = chosen_format(given, form)
    if chosen is None:
        return _of_tasks(given, config, settings, as_predictions=as_predictions)
    if chosen.read is None:
        raise FormatError(f"{chosen.name} is only written, not read")
    check_settings(chosen, chosen.read, settings)
    try:
        dataset: Dataset = chosen.read(given, **settings)
    except OSError as error:
        raise FormatError(f'"{path}" cannot be read: {error.strerror or error}') from error
    suggests = as_predictions or dataset.predictions
    if config is None:
        rows = Brought(dataset.rows, given, lambda: _said(dataset, None, suggests=suggests))
        return rows, dataset.config, dataset.root, dataset.problems.sentences
    made = configs.parse(dataset.config, tags.TAGS)
    fitting = Fitting(made, configs.parse(config, tags.TAGS), dataset.problems)
    columns = fitting.column(made)
    data = [{columns.get(name, name): value for name, value in row.items()} for row in dataset.rows]
    rows = Brought(data, given, lambda: _said(dataset, fitting, suggests=suggests))
    return rows, config, dataset.root, dataset.problems.sentences


def _said(dataset: Dataset, fitting: Fitting | None, *, suggests: bool) -> Iterator[dict[str, Any]]:
    """Yield what is said of each row as a Label Studio task without data."""
    name = "predictions" if suggests else "annotations"
    for said in dataset.said():
        if fitting is None:
            yield {name: said}
        else:
            fitted = ({**one, "result": [*fitting.results(one["result"])]} for one in said)
            yield {name: list(fitted)}


def _of_tasks(
    path: Path, config: Any, settings: Mapping[str, Any], *, as_predictions: bool
) -> tuple[Brought | Path, Any, tuple[Path, ...], Callable[[], list[str]]]:
    """Read rows or Label Studio tasks."""
    if settings:
        raise DataError(
            f'"{path}" is a file of tasks, which has no setting "{next(iter(settings))}"'
        )
    if config is None:
        raise DataError(f'"{path}" is a file of tasks, which names no labels: give config= too')
    if not as_predictions:
        return path, config, (path.parent.absolute(),), list
    given = tasks.read(path)
    sources = ((index, given.source(index)) for index in range(len(given)))
    rows = [given.row(n) if task is None else _suggesting(task) for n, task in sources]
    return Brought(rows, path), config, (path.parent.absolute(),), lambda: list(given.problems)


def _suggesting(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Label Studio task whose annotations are predictions."""
    annotations = task.get("annotations")
    predictions = task.get("predictions")
    made = [
        {"result": one["result"], "model_version": str(one.get("completed_by") or "annotations")}
        for one in (annotations if isinstance(annotations, list) else [])
        if isinstance(one, dict) and isinstance(one.get("result"), list)
    ]
    known = predictions if isinstance(predictions, list) else []
    return {**task, "annotations": [], "predictions": [*known, *made]}


def chosen_format(path: Path, named: str | None) -> Format | None:
    """Return the format of a file or folder: the one that is named, else what it looks like.

    Returns
    -------
    Format or None
        None for rows and for Label Studio tasks.

    Raises
    ------
    FormatError
        When there is no such format; or none is named, and the file looks like none, or several.
    """
    if named is not None:
        found = formats.named(named)
        plain = formats.plainly(named)
        if found is None and plain not in {formats.plainly(one) for one in _OF_TASKS}:
            names = ", ".join((*_OF_TASKS, *FORMATS))
            raise FormatError(f'format="{named}" is not known; {names} are{near(named, FORMATS)}')
        return found
    head = b"" if path.is_dir() else _head(path)
    alike = [one for one in FORMATS.values() if one.read is not None and one.looks(path, head)]
    if len(alike) > 1:
        names = " and ".join(f'"{one.name}"' for one in alike)
        raise FormatError(f'"{path}" looks like {names}: name one with format=')
    if alike:
        return alike[0]
    if path.suffix.lower() in _ROWS and not path.is_dir():
        return None
    what = "a folder" if path.is_dir() else f'a file that ends in "{path.suffix}"'
    begins = "" if path.is_dir() else f" and begins with {_shown(head)}"
    near_ones = [
        one.name
        for one in FORMATS.values()
        if one.is_folder == path.is_dir() and (path.is_dir() or path.suffix.lower() in one.suffixes)
    ]
    tail = f"; {', '.join(near_ones)} would be so" if near_ones else ""
    raise FormatError(
        f'"{path}" is {what}{begins}, which no format is known by{tail}: name format='
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise FormatError(f'"{path}" cannot be read: {error.strerror or error}') from None


def _shown(head: bytes) -> str:
    return repr(head[:20].decode("utf-8", "replace"))
