"""A project and one of a Label Studio server: found, told apart, and what goes to and fro."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

from nblabel import config as configs
from nblabel import tags, tasks
from nblabel.base.arguments import one_of
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import ConfigError, DataError
from nblabel.base.http import ServerError
from nblabel.base.ids import digest
from nblabel.base.progress import shown_in_lists
from nblabel.config import Config
from nblabel.connect.agreeing import own_meta
from nblabel.connect.holding import holding
from nblabel.connect.label_studio import LabelStudio, may_be_done
from nblabel.connect.leaving import Leaving
from nblabel.connect.pulling import Here, Places, Pull, Pulled
from nblabel.connect.pushing import Push, Pushed
from nblabel.connect.server_project import TITLE, ServerProject
from nblabel.connect.waiting import Waiting, waiting
from nblabel.core.record import TaskRecord
from nblabel.core.task import Media
from nblabel.project import exporting, frames
from nblabel.project.data import TaskRow
from nblabel.project.work import Work
from nblabel.store import Remote

SentMedia = Literal["upload", "embed", "keep"]

_SUFFIXES = {"jpeg": "jpg", "svg+xml": "svg", "x-wav": "wav", "mpeg": "mp3"}


def push(
    work: Work,
    server: LabelStudio,
    title: str | None = None,
    project_id: int | None = None,
    media: SentMedia = "upload",
) -> Pushed:
    """Send what a project has; see `Project.push`."""
    one_of("media", media, get_args(SentMedia))
    is_server(server, "push()")
    there = found(work, server, title, project_id)
    is_lost = there is None and title is None and bool(work.store.remotes(work.id, server.url))
    project = there or made(work, server, title)
    bring_config(work, project)
    with holding(work.store, known(work, project), str(project)), seldom_searched():
        slices = shown_in_lists(leaving(work, project, media), "pushing", len(work))
        told = Push(work.store, known(work, project), project, work.name).run(slices)
    if is_lost:
        told.notes.insert(0, "what was pushed to before is not there any more: this one is new")
    return told


def pull(
    work: Work,
    server: LabelStudio,
    title: str | None = None,
    project_id: int | None = None,
    *,
    changed: Callable[[str], None],
) -> Pulled:
    """Take in what was done on a server; see `Project.pull`."""
    is_server(server, "pull()")
    return pulled(work, _there(work, server, title, project_id), None, changed)


def pulled(
    work: Work,
    project: ServerProject,
    snapshot: list[dict[str, Any]] | None,
    changed: Callable[[str], None],
) -> Pulled:
    """Take in what was done in a server's project."""
    places = Places(partial(_key_of, work), partial(_here, work))
    pull = Pull(
        work.store,
        work.id,
        work.name,
        remote=known(work, project),
        project=project,
        places=places,
        changed=changed,
    )
    with seldom_searched():
        return pull.run(snapshot, lambda lists, count: shown_in_lists(lists, "pulling", count))


@dataclass
class Synced:
    """What a sync did: what a pull and then a push did.

    Parameters
    ----------
    pulled, pushed
        What each of them did; nothing was pulled where the server's project was new.
    """

    pulled: Pulled | None
    pushed: Pushed

    @property
    def is_whole(self) -> bool:
        """Whether all came and went, and nothing was changed on both sides."""
        return self.pushed.is_whole and (self.pulled is None or self.pulled.is_whole)

    def __repr__(self) -> str:
        return "\n".join(repr(one) for one in (self.pulled, self.pushed) if one is not None)


def sync(
    work: Work,
    server: LabelStudio,
    title: str | None = None,
    project_id: int | None = None,
    *,
    media: SentMedia = "upload",
    changed: Callable[[str], None],
) -> Synced:
    """Take in what was done on a server, then send what was done here; see `Project.sync`."""
    one_of("media", media, get_args(SentMedia))
    is_server(server, "sync()")
    project = found(work, server, title, project_id)
    came = None if project is None else pulled(work, project, None, changed)
    return Synced(came, push(work, server, title, project_id, media))


def status(
    work: Work, server: LabelStudio, title: str | None = None, project_id: int | None = None
) -> Waiting:
    """Count what waits on both sides; see `Project.server_status`."""
    is_server(server, "server_status()")
    project = _there(work, server, title, project_id)
    slices = leaving(work, project, "keep")
    return waiting(work.store, known(work, project), project, slices)


def server_ids(work: Work) -> Any:
    """Return the numbers of tasks on servers as a frame; see `Project.server_ids`."""
    found = [
        (one.key, remote.server, remote.number, one.number)
        for remote in work.store.remotes(work.id)
        for one in work.store.all_remote_tasks(remote.id)
    ]
    names = ("key", "server", "project", "task")
    types = {"key": str, "server": str, "project": int, "task": int}
    values = {name: [row[place] for row in found] for place, name in enumerate(names)}
    return frames.new_frame(work, values, types)


# -- which task it is


def _key_of(work: Work, task: Mapping[str, Any]) -> str | None:
    """Tell which of ours a server's task is, by its data: it was not sent from here."""
    data = work.data
    told = task.get("data")
    if data is None or not isinstance(told, dict):
        return None
    source = task.get("id"), task.get("created_at")
    if data.keys.named:
        index = data.index_of(str(task.get("id")))
        here = {} if index is None else data.source(index)
        return str(source[0]) if (here.get("id"), here.get("created_at")) == source else None
    if data.key_column is not None:
        return tasks.key_of(told.get(data.key_column))
    return digest(tasks.bound_data(work.config, told))


def _here(work: Work, keys: Sequence[str]) -> dict[str, Here]:
    """Return those tasks that we have."""
    if work.data is None:
        return {
            one.key: Here(digest(_of_record(work, one)), one.digest, one.data, one.source)
            for one in work.store.records(work.id, keys)
        }
    data = work.data
    records = {record.key: record for record in work.store.records(work.id, keys)}
    found: dict[str, Here] = {}
    places = {index: key for key in keys if (index := data.index_of(key)) is not None}
    for start, stop in _stretches(sorted(places)):
        for row in data.stretch(start, stop):
            if places.get(row.index) == row.key:
                values = _values(row, records.get(row.key))
                source = data.source(row.index)
                found[row.key] = Here(digest(values), row.digest, row.kept, source)
    return found


def _stretches(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Join rows that lie together, so that they are read at once.

    >>> list(_stretches([1, 2, 3, 7]))
    [(1, 4), (7, 8)]
    """
    start = 0
    for place, row in enumerate(rows):
        if place + 1 == len(rows) or rows[place + 1] != row + 1:
            yield rows[start], row + 1
            start = place + 1


# -- which project it is


def found(
    work: Work, server: LabelStudio, title: str | None, project_id: int | None
) -> ServerProject | None:
    """Return the server's project that is meant; None where there is none yet.

    Raises
    ------
    DataError
        When it cannot be told which one is meant.
    """
    if project_id is not None:
        if title is not None:
            raise DataError("give title= or project_id=, not both")
        return ServerProject.found(server, project_id)
    remotes = work.store.remotes(work.id, server.url)
    if title is None and remotes:
        there = [one for one in (_again(server, r) for r in remotes) if one is not None]
        if len(there) == 1:
            return there[0]
        if there:
            names = ", ".join(f'{one.number} "{one.title}"' for one in there)
            raise DataError(
                f"{server.url} has several projects of this one ({names}): project_id= says which"
            )
    given = title_of(work.name) if title is None else title
    _is_title(given)
    titled = ServerProject.titled(server, given)
    if title is None:  # nobody has said that another's project is meant
        titled = [one for one in titled if _is_ours(work, one)]
    numbers = {(one.number, one.created_at) for one in remotes}
    own = [one for one in titled if (one.number, one.created_at) in numbers]
    titled = own or titled
    if len(titled) > 1:
        told = ", ".join(str(one.number) for one in titled)
        raise DataError(
            f'{server.url} has {len(titled)} projects with the title "{given}" ({told}): '
            "project_id= says which"
        )
    return titled[0] if titled else None


def _is_ours(work: Work, project: ServerProject) -> bool:
    """Whether a server's project has nothing in it, or was filled from here."""
    last = project.newest(1)
    ours = (work.store.id, work.name)
    return all((own.get("store"), own.get("project")) == ours for own in map(own_meta, last))


def _again(server: LabelStudio, remote: Remote) -> ServerProject | None:
    """Return a server's project that is known; None where its number is another's by now."""
    try:
        there = ServerProject.found(server, remote.number)
    except DataError as error:
        if getattr(error, "status", None) is not None:
            raise
        return None
    return there if there.created_at == remote.created_at else None


def _there(
    work: Work, server: LabelStudio, title: str | None, project_id: int | None
) -> ServerProject:
    project = found(work, server, title, project_id)
    if project is None:
        raise DataError(
            f"{server.url} has no project of this one: push() makes one, project_id= names one"
        )
    return project


def made(work: Work, server: LabelStudio, title: str | None) -> ServerProject:
    """Make a server's project."""
    given = title_of(work.name) if title is None else title
    return ServerProject.made(server, given, work.config.source)


def known(work: Work, project: ServerProject) -> Remote:
    """Return what the store knows of a server's project."""
    return work.store.remote(work.id, project.server.url, project.number, project.created_at)


def title_of(name: str) -> str:
    """Return the title that a server takes for a name.

    >>> title_of("m"), len(title_of("m" * 60))
    ('m (nblabel)', 50)
    """
    shortest, longest = TITLE
    plain = name if len(name) >= shortest else f"{name} (nblabel)"
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _is_title(given: str) -> None:
    shortest, longest = TITLE
    if not (isinstance(given, str) and shortest <= len(given) <= longest):
        raise DataError(f"a title on Label Studio has {shortest} to {longest} characters")


def is_server(server: Any, caller: str) -> None:
    """Raise an error unless something is a server."""
    if not isinstance(server, LabelStudio):
        raise DataError(f"{caller} takes nl.LabelStudio(url, token), not {type(server).__name__}")


# -- the config


def bring_config(work: Work, project: ServerProject) -> None:
    """Give the server's project our config, where it has another.

    Raises
    ------
    DataError
        When annotations there would not fit any more; nothing is changed then.
    """
    ours = work.config
    if project.config.strip() == ours.source.strip():
        return
    theirs = _read(project.config)
    lost = _controls(theirs) - _controls(ours) if theirs is not None else set()
    if lost:
        used = {(name, of) for name, of, _ in project.used()}
        used |= _used_here(work, {name for name, *_ in lost})
        gone = sorted(one for one in lost if one[:2] in used)
        if gone:
            named = ", ".join(f'"{name}" (<{tag}> about "{of}")' for name, of, tag in gone)
            raise DataError(
                f"annotations were made with {named}, which {project} has and the config here "
                "has not: the server would refuse the config, or keep what nobody can open; "
                "nothing was sent. Keep these controls, or push to a new project with title="
            )
    project.take_config(ours.source)


def _read(source: str) -> Config | None:
    try:
        return configs.parse(source, tags.TAGS)
    except ConfigError:
        return None


def _controls(config: Config) -> set[tuple[str, str, str]]:
    """Return the names of controls, what they are about, and what they are."""
    return {
        (name, of, element.tag)
        for name, element in config.controls.items()
        for of in element.attributes.get("toName", "").split(",")
    }


def _used_here(work: Work, names: set[str]) -> set[tuple[str, str]]:
    """Return which of some controls annotations here were made with."""
    used: set[tuple[str, str]] = set()
    for record in work.store.records(work.id):
        for annotation in record.annotations:
            for result in annotation.results(drafts=False):
                if result.get("from_name") in names:
                    used.add((str(result["from_name"]), str(result.get("to_name"))))
    return used


# -- what goes


def leaving(work: Work, project: ServerProject, media: SentMedia) -> Iterator[list[Leaving]]:
    """Yield all tasks on their way out, some at a time."""
    places = {"upload": _Uploads(project), "embed": _embedded, "keep": "keep"}
    place = places[media]
    if work.data is None:
        for keys in work.pages():
            yield [_stored(work, one) for one in work.store.records(work.id, list(keys))]
        return
    data = work.data
    repeated = data.keys.repeats()
    for some in work.slices():
        start = next(iter(some))
        records = {
            record.key: record
            for record in work.store.records(
                work.id, [key for key in some.values() if key is not None]
            )
        }
        yield [
            _of_row(work, row, records.get(row.key), place)
            for row in data.stretch(start, start + len(some))
            if row.index not in repeated and some[row.index] is not None
        ]


def _stored(work: Work, record: TaskRecord) -> Leaving:
    made = _of_record(work, record)
    return Leaving(
        record.key,
        digest(made),
        record.source,
        record.annotations,
        record.predictions,
        lambda: made,
    )


def _of_record(work: Work, record: TaskRecord) -> dict[str, Any]:
    whole = {**dict.fromkeys(work.config.columns, ""), **record.data}
    return {name: "" if value is None else value for name, value in whole.items()}


def _values(row: TaskRow, record: TaskRecord | None) -> dict[str, Any]:
    """Return the data of a row as it leaves, but for its media; work is on what was shown then."""
    return {**exporting.plain(row.task["data"]), **(row.kept if record is None else record.data)}


def _of_row(work: Work, row: TaskRow, record: TaskRecord | None, place: Any) -> Leaving:
    values = _values(row, record)
    is_same = record is None or record.digest == row.digest
    columns = work.config.columns

    def data() -> dict[str, Any]:
        made = dict(values)
        if is_same and (work.config.media or work.config.repeated):
            made |= exporting.carried(work, row.task["data"], row.index + 1, place)
        return made | {name: "" for name in columns if made.get(name) is None}

    return Leaving(
        row.key,
        digest(values),
        work.needed_data.source(row.index) if record is None else record.source,
        () if record is None else record.annotations,
        () if record is None else record.predictions,
        data,
    )


class _Uploads:
    """Uploads media to a server's project; what was uploaded once is not again."""

    def __init__(self, project: ServerProject) -> None:
        self._project = project
        self._known: dict[str, str] | None = None

    def __call__(self, media: Media, _: str) -> str:
        content, mime = media.data or b"", media.mime or "application/octet-stream"
        kind = mime.partition("/")[2]
        name = f"{digest([mime, content.hex()])}.{_SUFFIXES.get(kind, kind.partition('+')[0])}"
        if self._known is None:
            self._known = self._project.files()
        if name not in self._known:
            self._known[name] = self._sent(name, mime, content)
        return self._known[name]

    def _sent(self, name: str, mime: str, content: bytes) -> str:
        """Upload a file; where no answer comes, it is looked for before it is sent again."""
        for pause in self._project.server.pauses:
            try:
                return self._project.upload(name, mime, content)
            except ServerError as error:
                if not may_be_done(error):
                    raise
            time.sleep(pause)
            found = self._project.files()
            if name in found:
                return found[name]
        return self._project.upload(name, mime, content)


def _embedded(media: Media, name: str) -> str:
    return exporting.placed(media, "embed", name)
