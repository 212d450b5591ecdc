"""A project made of one that a Label Studio server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nblabel.base.encodings import storable
from nblabel.connect.label_studio import LabelStudio
from nblabel.connect.server_project import ServerProject
from nblabel.project import syncing
from nblabel.project.project import Project, Settings
from nblabel.store import Store

if TYPE_CHECKING:
    from typing_extensions import Unpack

_SAID = ("annotations", "predictions", "drafts")


def pull(server: LabelStudio, project_id: int, **settings: Unpack[Settings]) -> Project[Any]:
    """Make a project of a Label Studio server's: its config, its tasks, and all that was said.

    Parameters
    ----------
    server
        The server.
    project_id
        The number of the project there.
    settings
        What `Project` takes by name. By default the project is named like the server's, with the
        server and the number, so that the same call finds the same work again.

    Returns
    -------
    Project
        Its tasks are known by their numbers there; `Project.push` sends what is done here back,
        and `Project.pull` takes in what is done there.

    Raises
    ------
    DataError
        When the server cannot be reached or does not take the token, or has no such project.
    """
    syncing.is_server(server, "pull()")
    theirs = ServerProject.found(server, project_id)
    tasks = theirs.snapshot()
    rows = [{name: value for name, value in task.items() if name not in _SAID} for task in tasks]
    if settings.get("name") is None:
        settings["name"] = _name(theirs)
    project: Project[Any] = Project(rows, theirs.config, **settings)
    told = syncing.pulled(project._work, theirs, tasks, project._came)
    project.problems += [*told.conflicts, *told.problems]
    return project


def _name(theirs: ServerProject) -> str:
    where = urlsplit(theirs.server.url).netloc
    return storable(f"{theirs.title} ({where} {theirs.number})")


def opened(server: LabelStudio, project_id: int, store: str, name: str | None) -> Project[Any]:
    """Open what a store has of a server's project, or make a project of that, as `pull` does."""
    theirs = ServerProject.found(server, project_id)
    own = _name(theirs) if name is None else name
    known = Store.open(store)
    try:
        linked = [one for one in known.projects() if _is_of(known, one, theirs)]
    finally:
        known.close()
    if name is None and linked and own not in linked:
        return Project(store=store, name=linked[0])
    return pull(server, project_id, store=store, name=own)


def _is_of(store: Store, name: str, theirs: ServerProject) -> bool:
    number = store.project(name, store.projects()[name])
    remotes = store.remotes(number, theirs.server.url)
    return any((r.number, r.created_at) == (theirs.number, theirs.created_at) for r in remotes)
