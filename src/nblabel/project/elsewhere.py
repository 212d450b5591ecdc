"""Work on these rows that is not seen: under another name, another key, or on changed values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from nblabel import tasks
from nblabel.base.ids import canonical_key
from nblabel.base.jsontext import dumps, loads
from nblabel.project import opening
from nblabel.project.data import Data
from nblabel.project.work import Work

_ROWS = 100  # whose keys are looked for
_PROJECTS = 20  # in which they are
_COUNTED = 10_000  # tasks, at the most, that are counted
_COLUMNS = 50  # that may have been key=
_LONGEST = 200  # characters of a key
_COMPARED = 20  # rows whose values are compared with those of as many tasks
_READ = 10_000  # characters of a value
_LIKE = 0.75  # of the words that one of two has are in both

_SIMPLE = (str, int)
_WORDS = re.compile(r"\w+")

Worked = Mapping[int, tuple[str, str]]
"""Names and configs of the projects with work, by number."""

Keyed = dict[str | None, list[str]]
"""The keys of the first rows by the column that makes them; None for what a row shows."""


@dataclass(frozen=True, slots=True)
class Call:
    """What the person's own call is made of, so that a line that finds work repeats it.

    Parameters
    ----------
    data, store
        How they are spelled; no store where it is the default one.
    name
        The name that was given.
    connection
        Whether the data is a query.
    """

    data: str
    store: str | None
    name: str | None
    connection: bool = False

    @classmethod
    def of(cls, data: Any, store: Any, name: str | None, connection: Any = None) -> Call:
        """Spell arguments without telling a path or a password."""
        if connection is not None:
            where = None if store is None else _spelled(store) or "store"
            return cls("query", where, name, connection=True)
        is_path = isinstance(data, str | os.PathLike)
        plain = "data" if is_path or isinstance(data, list | tuple | Mapping) else "df"
        return cls(
            _spelled(data) or plain, None if store is None else _spelled(store) or "store", name
        )

    def line(self, name: str | None, key: str | None, annotator: str | None) -> str:
        """Return the line that opens work."""
        given = {"name": name, "key": key, "annotator": annotator}
        words = [f"{what}={dumps(value)}" for what, value in given.items() if value is not None]
        stored = ["connection=connection"] if self.connection else []
        stored += [f"store={self.store}"] if self.store else []
        return f"nl.Labeler({', '.join((self.data, 'config', *words, *stored))})"


def _spelled(given: Any) -> str | None:
    """Return a file's name as code, where it is here and no address."""
    if isinstance(given, str | os.PathLike):
        text = os.fsdecode(given)
        if text == ":memory:" or Path(text).name == text:
            return dumps(text)
    return None


def told(work: Work, call: Call) -> str | None:
    """Say where the work on the first rows is, with the line that opens it.

    Nothing is said where it is here, or where no project has something in common with the rows.
    """
    worked = work.store.worked()
    if work.data is None or not work.data.reaches(1) or not worked:
        return None
    keys = _read(work.data.keys)
    if work.store.workers(work.id, keys):
        return None
    return _by_keys(work, work.data, call, worked) or _by_values(work, work.data, call, worked)


def _by_keys(work: Work, data: Data, call: Call, worked: Worked) -> str | None:
    """Look for the keys of the first rows, made as they are here or by another ``key=``."""
    column, ours = data.key_column, _by_column(work, data)
    found = [
        (project, *_most(work, data, project, ours | _as_shown(work, data, source)))
        for project, (_, source) in islice(worked.items(), _PROJECTS)
    ]
    project, made_by, whose = max(found, key=lambda one: len(one[2]))
    if not whose:
        return None
    name, source = worked[project]
    by = "" if made_by == column else " by what a row shows"
    if made_by is not None and by:
        by = f' by the column "{made_by}"'
    names = set().union(*whose.values())
    annotator = names.pop() if len(names) == 1 and work.annotator not in names else work.annotator
    line = call.line(call.name if project == work.id else name, made_by, annotator or None)
    return (
        f"{_has(work, project, name)} whose keys match {len(whose)} of {_first(data, _ROWS)}{by}"
        f"{_other_controls(work, source)}: {line} opens it"
    )


def _by_values(work: Work, data: Data, call: Call, worked: Worked) -> str | None:
    """Look for tasks that show nearly the same: texts that were changed since."""
    rows = [*_shown(work, data)]
    alike = {p: _alike(work, p, rows) for p in islice(worked, _PROJECTS)}
    project = max(alike, key=lambda one: (alike[one], one == work.id))
    if 2 * alike[project] < max(len(rows), 1):
        return None
    name, _ = worked[project]
    like = f"{alike[project]} of {_first(data, _COMPARED)}"
    store = call.store or dumps(opening.DEFAULT_STORE)
    return (
        f"{_has(work, project, name)} that show nearly what {like} show; what is changed "
        "is another task, unless key= names a column that stays: "
        f"nl.Project(store={store}, name={dumps(name)}) opens what was done"
    )


def _has(work: Work, project: int, name: str) -> str:
    count = work.store.labeled(project, _COUNTED + 1)
    told = f"{count} labeled task{'' if count == 1 else 's'}"
    if count > _COUNTED:
        told = f"more than {_COUNTED:,} labeled tasks"
    elif count == 0:
        told = "tasks that were begun or skipped"
    return f'the store "{work.store.name}" has "{name}" with {told}'


def _first(data: Data, most: int) -> str:
    if data.reaches(most + 1):
        return f"the first {most} rows"
    return f"the {len(data)} rows" if len(data) > 1 else "the only row"


def _other_controls(work: Work, source: str) -> str:
    """Say that a project has other controls, and which."""
    if opening.is_same(source, work.config):
        return ""
    names = opening.controls(opening.read_again(source))
    return f", for other controls ({', '.join(names)})" if names else ", for other controls"


def _most(
    work: Work, data: Data, project: int, keyed: Keyed
) -> tuple[str | None, dict[str, set[str]]]:
    """Return how rows are keyed so that most of them have work in a project, and whose it is."""
    known = work.store.workers(project, list({key: None for of in keyed.values() for key in of}))
    found = {made_by: {k: known[k] for k in of if k in known} for made_by, of in keyed.items()}
    present = data.key_column
    certain = {None, present}
    sure = {
        made_by: of
        for made_by, of in found.items()
        if of and (made_by in certain or _is_meant(work, data, project, made_by, next(iter(of))))
    }
    most = max(sure, key=lambda made_by: (len(sure[made_by]), made_by == present), default=None)
    return most, sure.get(most, {})


def _is_meant(work: Work, data: Data, project: int, column: str | None, key: str) -> bool:
    """Whether a key is that of a task, and not the same by chance: it has it, or shows the same."""
    kept = _kept(work.store.data(project, [key]).get(key, "{}"))
    if column in kept:
        return canonical_key(kept[column]) == key
    keys = map(canonical_key, data.rows.key_values(str(column), 0, data.up_to(_ROWS)))
    row = next(index for index, one in enumerate(keys) if one == key)
    [shown] = _unkeyed(work, data).read(row, row + 1)
    return work.store.digests(project, [key]).get(key) == shown


def _by_column(work: Work, data: Data) -> Keyed:
    """Return the keys of the first rows, by each column that may make them."""
    rows = data.rows
    keyed: Keyed = {None: _read(data.keys if data.key_column is None else _unkeyed(work, data))}
    for column in rows.columns[:_COLUMNS]:
        values = rows.key_values(column, 0, data.up_to(_ROWS))
        if all(isinstance(value, _SIMPLE) for value in values):
            keys = [canonical_key(value) or "" for value in values]
            if len({*keys}) == len(keys) and max(map(len, keys)) <= _LONGEST:
                keyed[column] = keys
    return keyed


def _as_shown(work: Work, data: Data, source: str) -> Keyed:
    """Return the keys that the first rows have by what another config shows of them."""
    other = None if source == work.config.source else opening.read_again(source)
    is_task = data.rows.source(0) is not None  # known by its id, whatever is shown
    if other is None or is_task or {*other.used} == {*work.config.used}:
        return {}
    return {None: _read(tasks.Keys(data.rows, other))}


def _unkeyed(work: Work, data: Data) -> tasks.Keys:
    return tasks.Keys(data.rows, work.config)


def _read(keys: tasks.Keys) -> list[str]:
    return list({key: None for key in keys.first(_ROWS) if key is not None})


def _alike(work: Work, project: int, rows: Sequence[frozenset[str]]) -> int:
    """Count the rows that show nearly the same as a task that was worked on."""
    kept = map(_kept, work.store.first_data(project, _COMPARED))
    known = [_words(data.get(column) for column in work.config.columns) for data in kept]
    return sum(any(_are_like(row, one) for one in known) for row in rows)


def _kept(text: str) -> dict[str, Any]:
    """Return the data that a store has of a task; a broken one stops nobody's other project."""
    try:
        data = loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _shown(work: Work, data: Data) -> Iterator[frozenset[str]]:
    columns = work.config.columns
    for row in data.rows.stretch(0, data.up_to(_COMPARED), columns):
        yield _words((row or {}).get(column) for column in columns)


def _words(values: Iterable[Any]) -> frozenset[str]:
    texts = (value[:_READ].casefold() for value in values if isinstance(value, str))
    return frozenset(word for text in texts for word in _WORDS.findall(text))


def _are_like(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _LIKE * len(one | other)
