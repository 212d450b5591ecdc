"""What a project is opened with: its store, its config, where its media lie, what does not fit."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nblabel import config as configs
from nblabel import tags, tasks
from nblabel.base.encodings import storable
from nblabel.base.errors import ConfigError, DataError, StoreError, near
from nblabel.config import Config, variables
from nblabel.media.kinds import Kind
from nblabel.media.paths import Root, common_folder
from nblabel.project.data import Data
from nblabel.store import Store

DEFAULT_STORE = "nblabel.db"

_NAMED = 3  # controls that a project's name tells


def store(given: str | Path | Store | None) -> Store:
    """Open a store, by default the one in the working directory."""
    return given if isinstance(given, Store) else Store.open(given or DEFAULT_STORE)


def projects(store: str | Path | Store | None = None) -> Any:
    """List the projects of a store, in the order they were made.

    Parameters
    ----------
    store
        A path, an SQLAlchemy URL, or an open `Store`; by default ``nblabel.db`` in the working
        directory.

    Returns
    -------
    pandas.DataFrame
        One row a project: its ``name``, the names of its ``controls``, how many ``tasks`` have
        work, how many of these are ``labeled``, the ``annotators`` by name, and when it
        ``changed`` last.

    Raises
    ------
    StoreError
        When there is no such store, or it cannot be read.

    Examples
    --------
    >>> import nblabel as nl
    >>> project = nl.Project([{"text": "fine"}], "text-classification", store=":memory:")
    >>> nl.projects(project.store)["name"].tolist()
    ['sentiment']
    """
    opened = store if isinstance(store, Store) else Store.open(store or DEFAULT_STORE, make=False)
    held = opened.listed()
    if opened is not store:
        opened.close()
    values: dict[str, list[Any]] = {
        "name": [one.name for one in held],
        "controls": [controls(read_again(one.config)) for one in held],
        "tasks": [one.tasks for one in held],
        "labeled": [one.labeled for one in held],
        "annotators": [list(one.annotators) for one in held],
        "changed": [one.changed_at for one in held],
    }
    types = {"tasks": int, "labeled": int, "controls": object, "annotators": object}
    return tasks.read([]).frame(values, {name: types.get(name, str) for name in values})


def controls(config: Config | None) -> list[str]:
    """Return the names of a config's controls, in the order that a name has them."""
    return [] if config is None else sorted(config.controls)


def read_again(source: str) -> Config | None:
    """Read a config that a store has; None where it is of use no more."""
    try:
        return configs.parse(source, tags.TAGS)
    except ConfigError:
        return None


def name(store: Store, config: Config, data: Any) -> str:
    """Return the name that a project has by default.

    It is in words, and the same ones where a label or a colour is another. Where they are taken
    by other controls a number follows. What an earlier nblabel named by a digest keeps its name.
    """
    known = store.projects()
    words = _in_words(config, data)
    for number in itertools.count(1):
        given = words if number == 1 else f"{words} ({number})"
        if given not in known:
            return config.hash if config.hash in known else given
        if is_same(known[given], config):
            return given
    raise AssertionError  # numbers have no end


def is_same(source: str, config: Config) -> bool:
    """Whether a config that a store has makes results of the same controls."""
    if source == config.source:
        return True
    there = read_again(source)
    return there is not None and there.hash == config.hash


def _in_words(config: Config, data: Any) -> str:
    """Say which controls are about what, as in ``entities, mood of reviews.csv``."""
    names = controls(config)
    words = ", ".join(names) or "project"
    if len(names) > _NAMED + 1:
        words = f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    of = ""
    data = getattr(data, "path", data)  # rows that were read from a file
    if isinstance(data, str | os.PathLike):
        text = os.fsdecode(data)
        of = Path(urlsplit(text).path if "://" in text else text).name
    return storable(f"{words} of {of}" if of else words)


def stored(store: Store, name: str | None) -> tuple[str, str]:
    """Return name and config of the project that is meant.

    Raises
    ------
    StoreError
        When the store has no such project, or several and no name says which.
    """
    known = store.projects()
    names = ", ".join(f'"{known_name}"' for known_name in known) or "none"
    if name is None:
        if len(known) != 1:
            raise StoreError(
                f'the store "{store.name}" has {len(known)} projects ({names}): '
                "give the config, or name= one of them"
            )
        name = next(iter(known))
    if name not in known:
        hint = near(name, known)
        raise StoreError(f'the store "{store.name}" has no project "{name}", only {names}{hint}')
    return name, known[name]


def media_root(root: Root, data: Any) -> Root:
    """Return the folders for local media: by default here, and where the data itself lies.

    A file lies in its folder, a folder in itself, and a list of paths where all of them do.
    """
    if root is not None:
        return root
    if isinstance(data, str) and tasks.is_elsewhere(data):
        return None
    if isinstance(data, str | os.PathLike):
        return (Path.cwd(), tasks.folder_of(data))
    if isinstance(data, list | tuple) and data and all(isinstance(one, Path) for one in data):
        common = common_folder({one.parent for one in data})
        return (Path.cwd(),) if common is None else (Path.cwd(), common)
    return None


def own_kind(config: Config) -> Kind | None:
    """Return what the files of a folder must be: what the first object shows."""
    first = next((element.tag for element in config.objects.values()), "")
    return _KINDS.get(first)


def paths_shown(config: Config, data: Any) -> list[str]:
    """Tell where a folder is given and the config shows no media: it shows paths then."""
    if own_kind(config) or not isinstance(data, str | os.PathLike) or not tasks.is_folder(data):
        return []
    return [
        f'"{data}" is a folder, and the config shows the paths of its files as they are; '
        f'<Image value="${own_column(config)}"/> would show images'
    ]


_KINDS: dict[str, Kind] = {
    "Image": "image",
    "Audio": "audio",
    "AudioPlus": "audio",
    "Video": "video",
    "Pdf": "document",
}


def own_column(config: Config) -> str | None:
    """Return the column of data that has none: that of the first object, else the first."""
    shown = [element.attributes.get("value", "") for element in config.objects.values()]
    of_objects = (variables.top(path) for text in shown for path in variables.paths_in(text))
    return next(of_objects, next(iter(config.columns), None))


def keep_names(store: Store, project_id: int, data: Data) -> None:
    """Give Label Studio tasks that were known by their data the keys that their ids make."""
    if not data.keys.named:
        return
    known = store.named_by_data(project_id)
    renamed: dict[str, str] = {}
    for index, key in data.keys.named.items() if known else ():
        try:
            digest = data.digest(index)
        except DataError:
            continue
        # Several that showed the same were one task; it had the number of the first.
        if digest in known and (digest not in renamed or str(known[digest]) == key):
            renamed[digest] = key
    store.rename(project_id, renamed)


def missing_columns(config: Config, rows: tasks.Rows) -> list[str]:
    """Say which columns the config names and no row has.

    Raises
    ------
    DataError
        When that is all of them, though there are columns: this is a config for other data.
    """
    missing = [str(problem) for problem in tasks.missing_columns(config, rows)]
    if rows.columns and missing and len(missing) == len(config.columns):
        raise DataError(f"the data has no column that the config shows: {'; '.join(missing)}")
    return missing
