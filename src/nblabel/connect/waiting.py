"""What a push would send and a pull would take in, counted; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nblabel.connect import agreeing
from nblabel.connect.leaving import Leaving
from nblabel.connect.server_project import ServerProject
from nblabel.connect.told import Told
from nblabel.store import Remote, RemoteAnnotation, RemoteTask, Store

_READ = 1_000  # changed tasks of which it is looked at what changed


@dataclass(repr=False)
class Waiting(Told):
    """What waits between a project and one of a server.

    Parameters
    ----------
    tasks_here, annotations_here
        How many a push would send: new ones, changed ones, and annotations it would take back.
    tasks_there, annotations_there
        How many changed there since the last pull: tasks, and annotations in them, where these
        were not too many to be looked at.
    """

    tasks_here: int = 0
    annotations_here: int = 0
    tasks_there: int = 0
    annotations_there: int = 0

    verb = "waiting at"

    @property
    def is_whole(self) -> bool:
        """Whether nothing waits."""
        return not self.counts


def waiting(
    store: Store, remote: Remote, project: ServerProject, slices: Iterable[Sequence[Leaving]]
) -> Waiting:
    """Count what waits.

    Parameters
    ----------
    store, remote, project
        The server's project, as it is known and as it is.
    slices
        The tasks as they would leave.
    """
    told = Waiting(project.number, project.address)
    for tasks in slices:
        there = store.remote_tasks(remote.id, [task.key for task in tasks])
        links = _links(store, remote, list(there.values()))
        for task in tasks:
            known = there.get(task.key)
            told.tasks_here += known is None or known.digest != task.digest
            for annotation in task.annotations:
                link = links.get(annotation.uid)
                said = "" if annotation.submitted is None else agreeing.ours_said(annotation)
                told.annotations_here += said != ("" if link is None else link.agreed)
    changed = [task["id"] for task in project.listed(remote.pulled_at)]
    if len(changed) > _READ:
        told.tasks_there = len(changed)
        return told
    for whole in project.whole(changed):
        of_task = store.remote_annotations(remote.id, [whole["id"]]).get(whole["id"], [])
        waits = _differing(of_task, whole.get("annotations") or ())
        told.tasks_there += waits > 0
        told.annotations_there += waits
    return told


def _links(
    store: Store, remote: Remote, there: Sequence[RemoteTask]
) -> dict[str, RemoteAnnotation]:
    found = store.remote_annotations(remote.id, [one.number for one in there])
    return {link.uid: link for links in found.values() for link in links}


def _differing(links: Sequence[RemoteAnnotation], theirs: Iterable[agreeing.Theirs]) -> int:
    """Count annotations that are there and not agreed on, and those that are there no more."""
    numbered = {link.number: link.agreed for link in links if link.number is not None}
    others = [link.agreed for link in links if link.number is None and link.agreed]
    count = 0
    for one in theirs:
        said = agreeing.theirs_said(one)
        if one["id"] in numbered:
            count += numbered.pop(one["id"]) != said
        elif said in others:
            others.remove(said)
        else:
            count += 1
    return count + len(numbered) + len(others)
