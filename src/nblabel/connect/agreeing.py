"""Which annotation of a server is which of ours, and whether both still say the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nblabel.base.ids import digest
from nblabel.core.annotation import Prediction, Result
from nblabel.core.record import AnnotationRecord
from nblabel.store import Remote, RemoteAnnotation, RemoteTask

META = "nblabel"
"""Where a task of a server says which of ours it is, in its ``meta``."""

Theirs = Mapping[str, Any]
"""A task, an annotation or a prediction as a server has it."""


def meta_of(source: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """Return the ``meta`` of a task that is sent: what it had, and which task it is."""
    had = source.get("meta")
    return {**(had if isinstance(had, dict) else {}), META: dict(own)}


def own_meta(task: Theirs) -> Mapping[str, Any]:
    """Return what a server's task says of which task it is; nothing where nblabel sent it not."""
    meta = task.get("meta")
    own = meta.get(META) if isinstance(meta, dict) else None
    return own if isinstance(own, dict) else {}


def is_still(known: RemoteTask, there: Theirs | None, name: str) -> bool:
    """Whether a server's task is the one that was kept, and not another under its number."""
    if there is None:
        return False
    if known.created_at:
        return bool(there.get("created_at") == known.created_at)
    own = own_meta(there)
    return own.get("key") == known.key and own.get("project") == name


def taken(key: str, name: str, there: Theirs, digest: str) -> RemoteTask:
    """Return what is kept of a task that was there already.

    Parameters
    ----------
    key, name
        Which of ours it is, and the name of our project.
    there
        The server's task.
    digest
        Of our data, which it is taken to have where it does not say what was sent.
    """
    own = own_meta(there)
    if (own.get("key"), own.get("project")) == (key, name):
        return RemoteTask(key, there["id"], "", str(own.get("digest", "")))
    return RemoteTask(key, there["id"], there.get("created_at", ""), digest)


def said(results: Sequence[Result], *, skipped: bool) -> str:
    """Return a digest of what an annotation says, whoever says it."""
    return digest([list(results), skipped])


def ours_said(annotation: AnnotationRecord) -> str:
    """Return the digest of what counts of an annotation of ours."""
    return said(annotation.results(drafts=False), skipped=annotation.state == "skipped")


def theirs_said(annotation: Theirs) -> str:
    """Return the digest of what an annotation of a server says."""
    return said(annotation.get("result") or [], skipped=bool(annotation.get("was_cancelled")))


def predicted(prediction: Prediction) -> str:
    """Return a digest of what a model says, whoever has it; scores are told apart."""
    return digest([prediction.model_version or "", prediction.score, list(prediction.results)])


def theirs_predicted(prediction: Theirs) -> str:
    """Return the digest of what a server's prediction says."""
    version = prediction.get("model_version") or ""
    version = "" if version == "undefined" else version  # of one that was imported without
    return digest([version, prediction.get("score"), prediction.get("result") or []])


def unique_id(store: str, remote: Remote, uid: str, instead_of: int | None = None) -> str:
    """Return what an annotation is sent as: always the same, so that it is never there twice.

    Parameters
    ----------
    store, remote
        Whose it is, and where it goes: a server has an id once in all its projects.
    uid
        The annotation.
    instead_of
        The server's annotation that it was until others changed that one.
    """
    name = f"{remote.server}/{remote.number}/{remote.created_at}/{uid}"
    again = "" if instead_of is None else f"/{instead_of}"
    return str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, store), name + again))


def theirs_of(
    annotation: AnnotationRecord | None,
    link: RemoteAnnotation | None,
    theirs: Iterable[Theirs],
    *,
    ours: bool,
) -> Theirs | None:
    """Find the server's annotation that is one of ours.

    Parameters
    ----------
    annotation
        Ours; None where it is known by its link only.
    link
        What is known of it there.
    theirs
        Those of its task that are nobody's yet.
    ours
        Whether the task was sent from this store, so that numbers of imports mean its own.
    """
    by_import = ours and (link is None or (link.number is None and not link.unique_id))
    for one in theirs:
        if link is not None and link.number is not None:
            is_it = one.get("unique_id") in {link.unique_id, None} or not link.unique_id
            if one.get("id") == link.number and is_it:  # numbers are given out again
                return one
            continue
        names = {link.unique_id if link else "", annotation.uid if annotation else ""} - {""}
        if one.get("unique_id") in names:
            return one
        number = annotation.number if annotation else None
        if by_import and number is not None and one.get("import_id") == number:
            return one
    return None


def agreed(annotation: AnnotationRecord, theirs: Theirs) -> str:
    """Return what both sides said last, where nobody kept it; "" where it cannot be told."""
    here, there = ours_said(annotation), theirs_said(theirs)
    if here == there or theirs.get("updated_by") is None:
        return there  # nobody has changed it there
    return "" if annotation.touched else here


def seen(link: RemoteAnnotation, theirs: Theirs, said: str) -> RemoteAnnotation:
    """Return what is kept of an annotation that was seen there, and on which both agree."""
    name = str(theirs.get("unique_id") or link.unique_id)
    return replace(link, number=theirs["id"], unique_id=name, agreed=said)


def is_waiting(link: RemoteAnnotation) -> bool:
    """Whether an annotation is to be sent under a name that is known already."""
    return link.number is None and bool(link.unique_id) and not link.agreed


def waiting(store: str, remote: Remote, link: RemoteAnnotation) -> RemoteAnnotation:
    """Return what is kept of an annotation that others changed: it is sent as another one."""
    name = unique_id(store, remote, link.uid, link.number or 0)
    return replace(link, number=None, unique_id=name, agreed="")
