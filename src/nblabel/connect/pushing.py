"""What a project has, sent to a Label Studio server: the difference only, and never twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, TypeVar

from nblabel.base.errors import NblabelError
from nblabel.base.http import ServerError
from nblabel.base.ids import digest
from nblabel.connect import agreeing
from nblabel.connect.agreeing import Theirs
from nblabel.connect.importing import Import
from nblabel.connect.label_studio import may_be_done
from nblabel.connect.leaving import Leaving
from nblabel.connect.server_project import ServerProject
from nblabel.connect.told import Told, counted, differing
from nblabel.core.record import AnnotationRecord, TaskRecord
from nblabel.formats import label_studio
from nblabel.store import Remote, RemoteAnnotation, RemoteTask, Store

T = TypeVar("T")
R = TypeVar("R")

_TOGETHER = 1_000  # tasks whose suggestions go together
_READ = 50  # tasks that are looked at before what is said of them is changed
_KEPT = 25  # annotations that are sent before it is kept that they were


@dataclass(repr=False)
class Pushed(Told):
    """What a push did.

    Parameters
    ----------
    tasks, annotations, predictions
        How many the server has that it had not.
    changed_tasks, changed_annotations
        How many it has as they are now.
    removed_annotations, removed_predictions
        How many it has no more: annotations that were opened again or cleared, and what the
        same version of a model said before.
    """

    tasks: int = 0
    annotations: int = 0
    predictions: int = 0
    changed_tasks: int = 0
    changed_annotations: int = 0
    removed_annotations: int = 0
    removed_predictions: int = 0

    verb = "pushed to"


_New = tuple[Leaving, AnnotationRecord, str]
"""An annotation that is sent to a task that is there, and the name that it is sent as."""


@dataclass
class _Slice:
    """Tasks that are looked at together, and what the server has of them."""

    tasks: dict[str, Leaving]
    there: dict[str, RemoteTask]
    links: dict[str, RemoteAnnotation] = field(default_factory=dict)


class Push:
    """One push.

    Parameters
    ----------
    store, remote
        Where it is kept what the server has.
    project
        The server's project.
    name
        The name of ours.
    """

    def __init__(self, store: Store, remote: Remote, project: ServerProject, name: str) -> None:
        self._store = store
        self._remote = remote
        self._project = project
        self._server = project.server
        self._name = name
        self._by: dict[str, Any] = {}
        self._numbers: dict[str, int] = {}
        self._found: dict[str, Theirs] = {}  # tasks there that nobody kept, by our keys
        self._same: dict[tuple[int, str], Theirs] = {}  # those that others made, by id and time
        self._strangers: dict[str, int] = {}
        self._counting = Lock()
        self._import = Import(
            store, remote, project, name, arrived=self._keep, refused=self._problem
        )
        self.done = Pushed(project.number, project.address)

    def run(self, slices: Iterable[Sequence[Leaving]]) -> Pushed:
        """Send what the server has not."""
        members = self._project.members()
        self._numbers = {email: number for number, email in members.items()}
        self._by = {email: {"email": email} for email in self._numbers}
        changed = self._look()
        try:
            for tasks in slices:
                changed = self._slice(tasks) or changed
            self._import.finish()
        finally:
            self._import.stop()
        if changed:
            glance, _ = self._project.glance()
            self._store.note_remote(self._remote.id, tasks=glance, sending="")
        for who, count in self._strangers.items():
            self.done.notes.append(
                f'"{who}" is no member of {self._server.url}: {counted(count, "annotations")} of '
                f"theirs stand{'s' if count == 1 else ''} there as the token's user's"
            )
        return self.done

    # -- what is there

    def _look(self) -> bool:
        """Look at which tasks are there, where somebody may have changed that; whether so."""
        if self._remote.sending:
            self._import.wait()
        glance, count = self._project.glance()
        if glance == self._remote.tasks and not self._remote.sending:
            return False
        by_number: dict[int, Theirs] = {}
        for task in self._project.listed() if count else ():
            by_number[task["id"]] = task
            own = agreeing.own_meta(task)
            if own.get("project") != self._name or not isinstance(own.get("key"), str):
                self._same[task["id"], task.get("created_at", "")] = task
            elif own["key"] not in self._found:
                self._found[own["key"]] = task
            else:
                first = self._found[own["key"]]["id"]
                self.done.problems.append(
                    f'task "{own["key"]}" is there twice, as {first} and as {task["id"]}; '
                    f"{task['id']} is left alone"
                )
        gone = [
            known
            for known in self._store.all_remote_tasks(self._remote.id)
            if not agreeing.is_still(known, by_number.get(known.number), self._name)
        ]
        self._store.forget_remote(self._remote.id, gone)
        if gone:
            keys = ", ".join(f'"{one.key}"' for one in gone[:3])
            more = f" and {len(gone) - 3} more" if len(gone) > 3 else ""
            self.done.notes.append(f"deleted there, and sent again: {keys}{more}")
        return True

    # -- some tasks

    def _slice(self, tasks: Sequence[Leaving]) -> bool:
        """Send what is new or changed of some tasks; return whether any task is new there."""
        by_key = {task.key: task for task in tasks}
        some = _Slice(by_key, self._store.remote_tasks(self._remote.id, list(by_key)))
        self._adopt(some)
        numbers = [one.number for one in some.there.values()]
        for links in self._store.remote_annotations(self._remote.id, numbers).values():
            some.links |= {link.uid: link for link in links}
        new = [task for key, task in by_key.items() if key not in some.there]
        self._send(new)
        self._change_data(some)
        self._change_annotations(some)
        self._change_predictions(some)
        return bool(new)

    def _adopt(self, some: _Slice) -> None:
        """Take for ours the tasks that are there already, and were not kept as such."""
        found: dict[int, tuple[Leaving, Theirs]] = {}
        for key, task in some.tasks.items():
            source = (task.source.get("id"), task.source.get("created_at", ""))
            there = self._found.get(key) or self._same.get(source)  # type: ignore[arg-type]
            if there is not None and key not in some.there:
                found[there["id"]] = (task, there)
        if not found:
            return
        links: list[RemoteAnnotation] = []
        for whole in self._project.whole(list(found)):
            task, there = found[whole["id"]]
            own = agreeing.own_meta(there)
            some.there[task.key] = agreeing.taken(task.key, self._name, there, task.digest)
            is_ours = own.get("store") == self._store.id
            theirs = list(whole.get("annotations") or [])
            for annotation in task.annotations:
                one = agreeing.theirs_of(annotation, None, theirs, ours=is_ours)
                if one is not None:
                    theirs.remove(one)
                    link = self._link(annotation, there["id"], None, "")
                    links.append(agreeing.seen(link, one, agreeing.agreed(annotation, one)))
        adopted = [some.there[task.key] for task, _ in found.values() if task.key in some.there]
        self._store.keep_remote(self._remote.id, adopted, links)

    def _link(
        self, annotation: AnnotationRecord, task: int, number: int | None, base: str, sent: str = ""
    ) -> RemoteAnnotation:
        return RemoteAnnotation(annotation.uid, task, number, sent, base)

    # -- new tasks

    def _send(self, tasks: Sequence[Leaving]) -> None:
        for task in tasks:
            text = self._written(task)
            if text is not None:
                self._import.add(task, text)

    def _written(self, task: Leaving) -> bytes | None:
        own = {"store": self._store.id, "project": self._name}
        own |= {"key": task.key, "digest": task.digest}
        try:
            record = TaskRecord(
                0, task.key, "", task.data(), {}, task.annotations, task.predictions
            )
        except NblabelError as error:
            self._refusal(task.key, error)
            return None
        return label_studio.imported_json(record, agreeing.meta_of(task.source, own), self._by)

    def _keep(self, numbers: Mapping[str, int], sent: Sequence[Leaving], sending: str) -> None:
        """Keep that tasks are there, with what was said of them."""
        tasks: list[RemoteTask] = []
        links: list[RemoteAnnotation] = []
        for task in sent:
            number = numbers[task.key]
            tasks.append(RemoteTask(task.key, number, "", task.digest, _suggested(task)))
            counting = [a for a in task.annotations if a.submitted is not None]
            links += [self._link(a, number, None, agreeing.ours_said(a)) for a in counting]
            for annotation in counting:
                self._count_stranger(annotation)
        self._store.keep_remote(self._remote.id, tasks, links, sending=sending)
        self._count("tasks", len(tasks))
        self._count("annotations", len(links))
        self._count("predictions", sum(len(task.predictions) for task in sent))

    # -- tasks that are there

    def _change_data(self, some: _Slice) -> None:
        """Send the data of tasks that is other than what was sent."""
        changed = [
            (task, some.there[key])
            for key, task in some.tasks.items()
            if key in some.there and some.there[key].digest != task.digest
        ]

        def change(pair: tuple[Leaving, RemoteTask]) -> RemoteTask | None:
            task, there = pair
            own = {"store": self._store.id, "project": self._name}
            own |= {"key": task.key, "digest": task.digest}
            try:
                body: dict[str, Any] = {"data": task.data()}
                if not there.created_at:
                    body["meta"] = agreeing.meta_of(task.source, own)
                self._server.ask("PATCH", f"/api/tasks/{there.number}/", body)
            except NblabelError as error:
                self._refusal(task.key, error)
                return None
            self._count("changed_tasks")
            return replace(there, digest=task.digest)

        for kept in self._each(change, changed):
            self._store.keep_remote(self._remote.id, [one for one in kept if one is not None])
            some.there |= {one.key: one for one in kept if one is not None}

    def _change_annotations(self, some: _Slice) -> None:
        """Send annotations that are new or changed, and take back what counts no more."""
        new: list[_New] = []
        changed: dict[str, list[tuple[AnnotationRecord, RemoteAnnotation]]] = {}
        for key, task in some.tasks.items():
            if key not in some.there:
                continue
            for annotation in task.annotations:
                link = some.links.get(annotation.uid)
                if link is None or agreeing.is_waiting(link):
                    if annotation.submitted is not None:
                        name = link.unique_id if link else self._name_of(annotation)
                        new.append((task, annotation, name))
                elif annotation.submitted is None or agreeing.ours_said(annotation) != link.agreed:
                    changed.setdefault(key, []).append((annotation, link))
        keys = list(changed)
        for start in range(0, len(keys), _READ):
            numbers = {some.there[key].number: key for key in keys[start : start + _READ]}
            jobs: list[Callable[[], _New | None]] = []
            for whole in self._project.whole(list(numbers)):
                key = numbers[whole["id"]]
                if not agreeing.is_still(some.there[key], whole, self._name):
                    continue  # deleted a moment ago: the next push sees it
                jobs += self._compared(some.tasks[key], changed[key], whole)
            for made in self._each(lambda job: job(), jobs):
                new += [one for one in made if one is not None]
        self._post(some, new)

    def _compared(
        self,
        task: Leaving,
        changed: Sequence[tuple[AnnotationRecord, RemoteAnnotation]],
        whole: Theirs,
    ) -> Iterator[Callable[[], _New | None]]:
        """Yield what is to be done so that a task's annotations are there as they are here.

        Each returns what is sent as a new annotation, because it was changed there, too.
        """
        is_ours = agreeing.own_meta(whole).get("store") == self._store.id
        for annotation, link in changed:
            theirs = whole.get("annotations") or []
            one = agreeing.theirs_of(annotation, link, theirs, ours=is_ours)

            def act(
                annotation: AnnotationRecord = annotation,
                link: RemoteAnnotation = link,
                one: Theirs | None = one,
            ) -> _New | None:
                return self._act(task, annotation, link, one)

            yield act

    def _act(
        self,
        task: Leaving,
        annotation: AnnotationRecord,
        link: RemoteAnnotation,
        theirs: Theirs | None,
    ) -> _New | None:
        counts = annotation.submitted is not None
        if theirs is None:  # deleted there
            if not counts:
                self._store.keep_remote(self._remote.id, dropped=[annotation.uid])
                return None
            return self._fork(task, annotation, link, "deleted")
        there = agreeing.theirs_said(theirs)
        here = agreeing.ours_said(annotation) if counts else ""
        kept = agreeing.seen(link, theirs, here)
        if there == here:
            self._store.keep_remote(self._remote.id, annotations=[kept])
            return None
        if there != link.agreed:
            return self._fork(task, annotation, kept, "changed")
        where = f"/api/annotations/{theirs['id']}/"
        try:
            if counts:
                fields = label_studio.said_fields(annotation)
                del fields["ground_truth"]  # whoever set it there meant it
                self._server.ask("PATCH", where, fields)
            else:
                self._server.ask("DELETE", where)
        except ServerError as error:
            if counts or error.status != 404:  # what is gone need not be deleted
                self._refusal(task.key, error)
                return None
        if counts:
            self._store.keep_remote(self._remote.id, annotations=[kept])
            self._count("changed_annotations")
        else:
            self._store.keep_remote(self._remote.id, dropped=[annotation.uid])
            self._count("removed_annotations")
        return None

    def _fork(
        self, task: Leaving, annotation: AnnotationRecord, link: RemoteAnnotation, there: str
    ) -> _New | None:
        """Keep both where both sides changed one: ours is another one from now on."""
        counts = annotation.submitted is not None
        then = "both are there now" if counts else "theirs stays"
        then = "it is sent as a new one" if there == "deleted" else then
        self.done.conflicts.append(differing(task.key, annotation.annotator, there, then))
        fork = agreeing.waiting(self._store.id, self._remote, link)
        self._store.keep_remote(self._remote.id, annotations=[fork])
        return (task, annotation, fork.unique_id) if counts else None

    def _name_of(self, annotation: AnnotationRecord) -> str:
        return agreeing.unique_id(self._store.id, self._remote, annotation.uid)

    def _post(self, some: _Slice, new: Sequence[_New]) -> None:
        """Send annotations of tasks that are there, each under a name that it has once."""
        said_by = {annotation.uid: annotation for _, annotation, _ in new}

        def post(
            one: _New,
        ) -> RemoteAnnotation | None:
            task, annotation, name = one
            number = some.there[task.key].number
            body = {**label_studio.said_fields(annotation), "unique_id": name}
            by = self._numbers.get(annotation.annotator or "")
            if by is not None:
                body["completed_by"] = by
            try:
                made = self._posted(number, body)
            except ServerError as error:
                self._refusal(task.key, error)
                return None
            self._count("annotations")
            said = agreeing.ours_said(annotation)
            return self._link(annotation, number, made, said, name)

        for links in self._each(post, new):
            kept = [one for one in links if one is not None]
            self._store.keep_remote(self._remote.id, annotations=kept)
            for link in kept:
                self._count_stranger(said_by[link.uid])

    def _posted(self, task: int, body: Mapping[str, Any]) -> int:
        """Send one annotation; return its number there, also where it had arrived before."""
        tried = 0
        while True:
            try:
                return int(self._server.ask("POST", f"/api/tasks/{task}/annotations/", body)["id"])
            except ServerError as error:
                if error.status == 409:
                    return self._named(task, body["unique_id"], error)
                if not may_be_done(error) or tried == len(self._server.pauses):
                    raise
            time.sleep(self._server.pauses[tried])
            tried += 1

    def _named(self, task: int, name: str, error: ServerError) -> int:
        for whole in self._project.whole([task]):
            for one in whole.get("annotations") or ():
                if one.get("unique_id") == name:
                    return int(one["id"])
        raise error

    def _change_predictions(self, some: _Slice) -> None:
        """Send what models say that was not sent; it takes the place of what the version said."""
        changed = {
            some.there[key].number: task
            for key, task in some.tasks.items()
            if key in some.there
            and task.predictions
            and some.there[key].predicted != _suggested(task)
        }
        numbers = list(changed)
        for start in range(0, len(numbers), _TOGETHER):
            coming: list[dict[str, Any]] = []
            for number, theirs in self._project.suggested(numbers[start : start + _TOGETHER]):
                coming += self._new_predictions(number, changed[number], theirs)
            taken = len(coming)
            if coming:
                path = f"{self._project.path}/import/predictions"
                try:
                    taken = self._server.ask("POST", path, coming)["created"]
                except ServerError as error:
                    if may_be_done(error):
                        raise  # the next push looks at what has arrived
                    taken = 0
                    self.done.problems.append(f"suggestions did not go: {error}")
            self._count("predictions", taken)
            if taken < len(coming):
                self.done.problems.append(
                    f"{len(coming) - taken} of {counted(len(coming), 'suggestions')} did not go: "
                    "they do not fit the server's config"
                )
                continue
            kept = [
                replace(some.there[task.key], predicted=_suggested(task))
                for task in map(changed.__getitem__, numbers[start : start + _TOGETHER])
            ]
            self._store.keep_remote(self._remote.id, kept)

    def _new_predictions(
        self, number: int, task: Leaving, theirs: Sequence[Theirs]
    ) -> list[dict[str, Any]]:
        there = {agreeing.theirs_predicted(one) for one in theirs}
        ours = {agreeing.predicted(one): one for one in task.predictions}
        versions = {one.model_version for one in task.predictions if one.model_version}
        for one in theirs:
            is_old = agreeing.theirs_predicted(one) not in ours
            if is_old and one.get("model_version") in versions:
                self._project.drop_prediction(one["id"])
                self._count("removed_predictions")
        return [
            {"task": number, **label_studio.predicted_fields(one)}
            for said, one in ours.items()
            if said not in there
        ]

    # -- how it is done, and told

    def _each(self, work: Callable[[T], R], things: Sequence[T]) -> Iterator[list[R]]:
        """Do something with each of some things, as many at once as the server likes."""
        if self._server.at_once == 1 or len(things) < 2:
            for start in range(0, len(things), _KEPT):
                made: list[R] = []
                try:
                    made.extend(work(one) for one in things[start : start + _KEPT])
                finally:
                    yield made
            return
        with ThreadPoolExecutor(self._server.at_once, "nblabel push") as pool:
            for start in range(0, len(things), _KEPT):
                yield list(pool.map(work, things[start : start + _KEPT]))

    def _count(self, what: str, count: int = 1) -> None:
        with self._counting:
            setattr(self.done, what, getattr(self.done, what) + count)

    def _problem(self, key: str, why: object) -> None:
        self.done.problems.append(f'task "{key}" did not go: {why}')

    def _refusal(self, key: str, error: NblabelError) -> None:
        """Tell what the server does not take; raise what has nothing to do with this task."""
        passing = isinstance(error, ServerError) and error.status not in {400, 404, 409, 413, 500}
        if passing:
            raise error
        self._problem(key, error)

    def _count_stranger(self, annotation: AnnotationRecord) -> None:
        who = annotation.annotator
        if who and who not in self._numbers:
            with self._counting:
                self._strangers[who] = self._strangers.get(who, 0) + 1


def _suggested(task: Leaving) -> str:
    return digest([agreeing.predicted(one) for one in task.predictions]) if task.predictions else ""
