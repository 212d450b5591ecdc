"""What was done on a Label Studio server, taken in, and what was changed on both sides kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from nblabel.base.ids import unique_id
from nblabel.base.times import as_time, now
from nblabel.connect import agreeing
from nblabel.connect.agreeing import Theirs
from nblabel.connect.server_project import ServerProject
from nblabel.connect.told import Told, differing
from nblabel.core.annotation import Annotation, Prediction
from nblabel.core.change import Action, Applied, Change, Edit
from nblabel.core.record import AnnotationRecord, ReceivedTask
from nblabel.formats import label_studio
from nblabel.store import Remote, RemoteAnnotation, RemoteTask, Store

_FEW = 2_000  # changed tasks from which on the server makes a snapshot of all
_TOGETHER = 2_000
_OVERLAP = timedelta(seconds=10)  # that a transaction of the server may take


@dataclass(frozen=True, slots=True)
class Here:
    """A task as the project has it.

    Parameters
    ----------
    digest
        Of its data as it leaves.
    shown, kept
        The digest of what annotators see, and the data that is kept with what they say.
    source
        The other fields of the Label Studio task it came from.
    """

    digest: str
    shown: str
    kept: Mapping[str, Any]
    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a server's tasks are in a project.

    Parameters
    ----------
    key_of
        Tells which of ours a task is that does not say so itself; None where it is none.
    here
        Gives those tasks that are ours, of some keys.
    """

    key_of: Callable[[Theirs], str | None]
    here: Callable[[Sequence[str]], Mapping[str, Here]]


@dataclass(repr=False)
class Pulled(Told):
    """What a pull did.

    Parameters
    ----------
    annotations, predictions
        How many came in.
    changed_annotations, reopened_annotations
        How many are now as they are there: changed there, or deleted there, and drafts here now.
    """

    annotations: int = 0
    predictions: int = 0
    changed_annotations: int = 0
    reopened_annotations: int = 0

    verb = "pulled from"


@dataclass(frozen=True, slots=True)
class _Met:
    """A task as both sides have it."""

    key: str
    here: Here
    task: Theirs
    annotations: Mapping[str, AnnotationRecord]
    predictions: Sequence[Prediction]
    links: Mapping[str, RemoteAnnotation]


@dataclass
class _Coming:
    """What some tasks bring."""

    tasks: list[RemoteTask] = field(default_factory=list)
    links: list[RemoteAnnotation] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    received: list[tuple[str, str, Mapping[str, Any], ReceivedTask]] = field(default_factory=list)
    named: list[tuple[str, str, RemoteAnnotation]] = field(default_factory=list)


class Pull:
    """One pull.

    Parameters
    ----------
    store, number
        The store, and the number of our project in it.
    name
        The name of ours.
    remote, project
        The server's project, as it is known and as it is.
    places
        Where its tasks are.
    changed
        Told the keys of tasks that something came in for.
    """

    def __init__(
        self,
        store: Store,
        number: int,
        name: str,
        *,
        remote: Remote,
        project: ServerProject,
        places: Places,
        changed: Callable[[str], None],
    ) -> None:
        self._store = store
        self._number = number
        self._name = name
        self._remote = remote
        self._project = project
        self._places = places
        self._changed = changed
        self._people: dict[int, str] = {}
        self._foreign = 0
        self._missed = False
        self._replaced: list[str] = []  # tasks whose numbers are others' by now
        self._present: set[tuple[int, str]] | None = None  # tasks that are there, where looked at
        self.done = Pulled(project.number, project.address)

    def run(
        self,
        snapshot: list[dict[str, Any]] | None = None,
        shown: Callable[[Iterable[Sequence[Theirs]], int], Iterable[Sequence[Theirs]]] = (
            lambda lists, _: lists
        ),
    ) -> Pulled:
        """Take in what was done there since the last time.

        Parameters
        ----------
        snapshot
            All tasks, where they were fetched already.
        shown
            Shows how many of so many tasks are done.
        """
        self._people = self._project.members()
        glance, _ = self._project.glance()
        tasks, self._present = self._fetched(snapshot, glance)
        for some in shown(_in_lists(tasks), len(tasks)):
            self._take(some)
        is_whole = self._present is None or self._tell_gone()
        latest = max((as_time(task.get("updated_at")) for task in tasks), default="")
        values = {"tasks": glance} if is_whole and not self._remote.sending else {}
        if latest and not self._missed:
            values["pulled_at"] = max(_before(latest), self._remote.pulled_at)
        if values:
            self._store.note_remote(self._remote.id, **values)
        if self._foreign:
            is_one = self._foreign == 1
            self.done.notes.append(
                f"{self._foreign:,} task{' is' if is_one else 's are'} there that "
                f"{'is' if is_one else 'are'} not among the rows here"
            )
        return self.done

    def _fetched(
        self, snapshot: list[dict[str, Any]] | None, glance: str
    ) -> tuple[list[dict[str, Any]], set[tuple[int, str]] | None]:
        """Return the tasks that changed, and which there are where somebody changed that."""
        since = self._remote.pulled_at
        if snapshot is None and since:
            changed = [task["id"] for task in self._project.listed(since)]
            if glance == self._remote.tasks and len(changed) <= _FEW:
                return self._whole(changed), None
            if glance != self._remote.tasks:
                there = list(self._project.listed())
                known = {one.number for one in self._store.all_remote_tasks(self._remote.id)}
                new = {task["id"] for task in there} - known
                changed = sorted(new.union(changed))  # what was long on its way has an older time
                if len(changed) <= _FEW:
                    return self._whole(changed), _which(there, self._name)
        tasks = self._project.snapshot() if snapshot is None else snapshot
        return tasks, _which(tasks, self._name)

    def _whole(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """Return tasks with all that was said of them, by models too."""
        tasks = list(self._project.whole(numbers))
        guessed = [task["id"] for task in tasks if task.get("predictions")]
        predictions = dict(self._project.suggested(guessed))
        return [{**task, "predictions": predictions.get(task["id"], [])} for task in tasks]

    def _tell_gone(self) -> bool:
        """Tell which tasks are there no more; return whether all are."""
        again = self._store.remote_tasks(self._remote.id, self._replaced)
        gone = [key for key in self._replaced if key not in again]
        gone += (
            known.key
            for known in self._store.all_remote_tasks(self._remote.id)
            if not self._is_there(known)
        )
        if gone:
            keys = ", ".join(f'"{key}"' for key in gone[:3])
            more = f" and {len(gone) - 3} more" if len(gone) > 3 else ""
            self.done.notes.append(f"deleted there: {keys}{more}; a push sends them again")
        return not gone

    # -- some tasks

    def _take(self, tasks: Sequence[Theirs]) -> None:
        numbers = [task["id"] for task in tasks]
        linked = self._store.remote_numbers(self._remote.id, numbers)
        known = {
            task["id"]: linked[task["id"]].key
            for task in tasks
            if task["id"] in linked and agreeing.is_still(linked[task["id"]], task, self._name)
        }
        stale = [one for number, one in linked.items() if number not in known]
        self._store.forget_remote(self._remote.id, stale)
        self._replaced += (one.key for one in stale)
        coming = _Coming()
        keyed = self._keyed(tasks, known)
        here = self._places.here(list(keyed))
        coming.tasks = [
            agreeing.taken(key, self._name, keyed[key], one.digest)
            for key, one in here.items()
            if keyed[key]["id"] not in known
        ]
        self._foreign += len(tasks) - len(here)
        records = {r.key: r for r in self._store.records(self._number, list(here))}
        links = self._store.remote_annotations(self._remote.id, list(known))
        for key, one in here.items():
            task, record = keyed[key], records.get(key)
            met = _Met(
                key,
                one,
                task,
                {a.uid: a for a in record.annotations} if record else {},
                record.predictions if record else (),
                {link.uid: link for link in links.get(task["id"], ())},
            )
            self._compare(coming, met)
        self._receive(coming)

    def _keyed(self, tasks: Sequence[Theirs], known: Mapping[int, str]) -> dict[str, Theirs]:
        """Return tasks by our keys, each key's once: that which is known, else the first."""
        keyed = {known[task["id"]]: task for task in tasks if task["id"] in known}
        unknown = [(self._key(task), task) for task in tasks if task["id"] not in known]
        keys = [key for key, _ in unknown if key is not None]
        elsewhere = self._store.remote_tasks(self._remote.id, keys)
        for key, task in unknown:
            if key is not None and not self._is_there(elsewhere.get(key)):
                keyed.setdefault(key, task)
        return keyed

    def _is_there(self, known: RemoteTask | None) -> bool:
        """Whether a task is still there that is known, as far as was looked."""
        if known is None:
            return False
        place = (known.number, known.created_at or known.key)
        return self._present is None or place in self._present

    def _key(self, task: Theirs) -> str | None:
        """Tell which of ours a task is that was not known as such."""
        own = agreeing.own_meta(task)
        if own.get("project") == self._name and isinstance(own.get("key"), str):
            return str(own["key"])
        return self._places.key_of(task)

    def _compare(self, coming: _Coming, met: _Met) -> None:
        """Bring what both sides say of a task together."""
        is_ours = agreeing.own_meta(met.task).get("store") == self._store.id
        theirs = list(met.task.get("annotations") or [])
        new: list[Theirs] = []
        linked = [uid for uid in met.annotations if uid in met.links]
        for uid in (*linked, *(uid for uid in met.annotations if uid not in met.links)):
            annotation, link = met.annotations[uid], met.links.get(uid)
            one = agreeing.theirs_of(annotation, link, theirs, ours=is_ours)
            if one is not None:
                theirs.remove(one)
            if link is None and one is not None:
                base = agreeing.agreed(annotation, one)
                link = RemoteAnnotation(uid, met.task["id"], one["id"], "", base)
            if link is None or agreeing.is_waiting(link):
                continue
            if not self._settle(coming, met.key, annotation, link, one) and one is not None:
                new.append(one)
        self._read(coming, met, [*new, *theirs])

    def _settle(
        self,
        coming: _Coming,
        key: str,
        annotation: AnnotationRecord,
        link: RemoteAnnotation,
        theirs: Theirs | None,
    ) -> bool:
        """Bring one annotation to what both sides say; False where that are two things."""
        there = agreeing.theirs_said(theirs) if theirs is not None else ""
        here = agreeing.ours_said(annotation) if annotation.submitted is not None else ""
        is_same = here == link.agreed and annotation.draft is None
        if theirs is None:
            if here and not is_same:
                self._differ(coming, key, annotation, link, "deleted")
                return False
            if here and not self._apply(annotation.uid, None):
                return True  # somebody works on it: the next time
            coming.dropped.append(annotation.uid)
            if here:
                self.done.reopened_annotations += 1
                self._changed(key)
            return True
        kept = agreeing.seen(link, theirs, there)
        if there in {link.agreed, here}:
            coming.links.append(kept)
        elif not is_same:
            self._differ(coming, key, annotation, kept, "changed")
            return False
        elif self._apply(annotation.uid, theirs):
            self.done.changed_annotations += 1
            self._changed(key)
            coming.links.append(kept)
        return True

    def _differ(
        self,
        coming: _Coming,
        key: str,
        annotation: AnnotationRecord,
        link: RemoteAnnotation,
        there: str,
    ) -> None:
        """Keep both: theirs comes in beside ours, and ours is sent beside theirs."""
        then = "both are here now" if there == "changed" else "it stays, and a push sends it"
        self.done.conflicts.append(differing(key, annotation.annotator, there, then))
        coming.links.append(agreeing.waiting(self._store.id, self._remote, link))

    def _apply(self, uid: str, theirs: Theirs | None) -> bool:
        """Make one annotation what it is there; whether that was done."""
        present = self._store.annotation(self._number, uid)
        if present is None:
            return False
        change = _change(present, theirs)
        answer = self._store.apply(self._number, change, present.annotator, None)
        if not isinstance(answer, Applied):  # somebody works on it just now: the next time
            self._missed = True
            self.done.problems.append(
                f'task "{present.key}" was changed here meanwhile: pull again'
            )
            return False
        return True

    # -- what is new

    def _read(self, coming: _Coming, met: _Met, annotations: Sequence[Theirs]) -> None:
        """Read what is new of a task."""
        known = {agreeing.predicted(one) for one in met.predictions}
        predictions = [
            {**one, "id": f"{self._remote.server}/{one['id']}"}
            for one in met.task.get("predictions") or ()
            if isinstance(one, dict) and agreeing.theirs_predicted(one) not in known
        ]
        if not (annotations or predictions):
            return
        told = [self._named(one) for one in annotations]
        read = label_studio.read_task({"annotations": told, "predictions": predictions})
        self.done.problems += (f'task "{met.key}": {problem}' for problem in read.problems)
        received = replace(read, source=met.here.source)
        coming.received.append((met.key, met.here.shown, met.here.kept, received))
        numbers = {annotation.number: annotation.identity for annotation in read.annotations}
        for one in annotations:
            if one["id"] in numbers:
                said = agreeing.theirs_said(one)
                link = agreeing.seen(RemoteAnnotation("", met.task["id"], None, "", ""), one, said)
                coming.named.append((met.key, numbers[one["id"]], link))

    def _named(self, annotation: Theirs) -> dict[str, Any]:
        by = annotation.get("completed_by")
        if isinstance(by, int) and by in self._people:
            by = {"id": by, "email": self._people[by]}
        result = annotation.get("result")
        return {**annotation, "completed_by": by, "result": [] if result is None else result}

    def _receive(self, coming: _Coming) -> None:
        if coming.received:
            added = self._store.receive(self._number, coming.received)
            keys = [key for key, *_ in coming.received]
            predictions = sum(len(one.predictions) for *_, one in coming.received)
            uids = self._store.uids(self._number, keys)
            for key, identity, link in coming.named:
                uid = uids.get((key, identity))
                if uid is not None:
                    coming.links.append(replace(link, uid=uid))
            self.done.annotations += max(added - predictions, 0)
            self.done.predictions += min(predictions, added)
            for key in dict.fromkeys(keys):
                self._changed(key)
        self._store.keep_remote(self._remote.id, coming.tasks, coming.links, dropped=coming.dropped)


def _change(present: Annotation, theirs: Theirs | None) -> Change:
    made = unique_id()
    first = max((item.ordinal for item in present.items), default=0.0) + 1.0
    edits: list[Edit] = []
    action: Action = "reopen"
    if theirs is not None:
        action = "skip" if theirs.get("was_cancelled") else "submit"
        edits = [Edit(item.uid, item.ordinal, item.result, None) for item in present.items]
        edits += (
            Edit(f"{made}-{number}", first + number, None, result)
            for number, result in enumerate(theirs.get("result") or [])
        )
    return Change(
        key=present.key,
        annotation=present.uid,
        base=present.revision,
        client=f"pull:{made}",
        seq=1,
        at=now(),
        action=action,
        edits=tuple(edits),
        digest=present.digest,
    )


def _which(tasks: Iterable[Theirs], name: str) -> set[tuple[int, str]]:
    """Return the numbers of tasks with what tells each from another of that number."""
    found: set[tuple[int, str]] = set()
    for task in tasks:
        own = agreeing.own_meta(task)
        found.add((task["id"], task.get("created_at", "")))
        if own.get("project") == name:
            found.add((task["id"], str(own.get("key"))))
    return found


def _in_lists(tasks: Sequence[Theirs]) -> Iterator[Sequence[Theirs]]:
    return (tasks[start : start + _TOGETHER] for start in range(0, len(tasks), _TOGETHER))


def _before(time: str) -> str:
    """Return a moment before a time, by which all that the server began earlier has ended."""
    then = datetime.fromisoformat(time.replace("Z", "+00:00")) - _OVERLAP
    return as_time(then.isoformat())
