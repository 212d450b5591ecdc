"""Whole tasks as they leave the store and as they come from files.

Results that leave are JSON text: an export joins them without reading them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from nblabel.base.errors import StoreError
from nblabel.base.jsontext import strict
from nblabel.core.annotation import Prediction, Result, State

_OBJECT = frozenset({dict})


def broken(what: str, store: str = "") -> StoreError:
    """Return the error of a store that holds what no nblabel wrote."""
    named = f' "{store}"' if store else ""
    return StoreError(f"the store{named} is not as nblabel writes it: {what}; run nblabel doctor")


def parsed(texts: Sequence[str], annotation: str) -> list[Result]:
    """Read the results of an annotation; what is read so can be spliced into JSON too.

    >>> parsed(['{"id": "a"}', '{"id": "b"}'], "u1")
    [{'id': 'a'}, {'id': 'b'}]

    Raises
    ------
    StoreError
        When one of them is no JSON object: the store was changed by something else.
    """
    try:
        results: list[Result] = strict(f"[{','.join(texts)}]")
    except (TypeError, ValueError):
        results = []
    if len(results) != len(texts) or not {*map(type, results)} <= _OBJECT:
        raise broken(f"a result of annotation {annotation} is no JSON object")
    return results


class Said(NamedTuple):
    """What one annotation says: as much of it as a cell of a frame needs.

    Parameters
    ----------
    uid, annotator, state, digest, created_at, updated_at
        As in `Annotation`.
    texts
        JSON text of the results that count, in order.
    """

    uid: str
    annotator: str | None
    state: State
    digest: str
    created_at: str
    updated_at: str
    texts: Sequence[str]

    @property
    def results(self) -> list[Result]:
        """The results that count, in order."""
        return parsed(self.texts, self.uid)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationRecord:
    """One annotation on its way out of the store.

    Parameters
    ----------
    number
        The integer that Label Studio knows it by, or the next free one.
    submitted
        JSON text of the results that count, in order; None while nothing was submitted.
    draft
        JSON text of the working results; None when they are what was submitted.
    touched
        Whether anybody worked on it since it was imported.
    uid, annotator, state, created_at, updated_at, lead_time, digest, parent_prediction, extra
        As in `Annotation`.
    """

    uid: str
    number: int
    annotator: str | None
    state: State
    submitted: tuple[str, ...] | None
    draft: tuple[str, ...] | None
    created_at: str
    updated_at: str
    lead_time: float | None
    digest: str
    parent_prediction: int | str | None
    touched: bool
    extra: Mapping[str, Any]

    def says(self, *, drafts: bool) -> bool:
        """Whether something counts: it was submitted, or with drafts something is drafted."""
        return self.submitted is not None or (drafts and bool(self.draft))

    def counting(self, *, drafts: bool) -> tuple[str, ...]:
        """Return the results that count: what was submitted, or with drafts the working ones."""
        working = self.draft if drafts else None
        return (self.submitted if working is None else working) or ()

    def results(self, *, drafts: bool) -> list[Result]:
        """Return the results that count, read."""
        return parsed(self.counting(drafts=drafts), self.uid)


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task with all that was said about it, on its way out of the store.

    Parameters
    ----------
    number
        The integer that Label Studio knows it by, or the next free one.
    key, digest
        Its identity, and the digest of ``data``.
    data
        The bound data.
    source
        The other fields of the Label Studio task it came from.
    annotations, predictions
        What was said, oldest first.
    """

    number: int
    key: str
    digest: str
    data: Mapping[str, Any]
    source: Mapping[str, Any] = field(default_factory=dict)
    annotations: tuple[AnnotationRecord, ...] = ()
    predictions: tuple[Prediction, ...] = ()

    def counting(self, *, drafts: bool) -> list[AnnotationRecord]:
        """Return the annotations that count, as they were logged; skipped ones do not."""
        says = (one for one in self.annotations if one.says(drafts=drafts))
        return [one for one in says if one.state != "skipped"]


@dataclass(frozen=True, slots=True)
class ReceivedAnnotation:
    """One annotation or draft as a file has it.

    Parameters
    ----------
    identity
        What it is known by within its task: unique_id, else id, else a digest.
    unique_id, number
        Label Studio's ``unique_id`` and ``id``, where the file has them.
    results
        Its Label Studio results.
    annotator, state, created_at, updated_at, lead_time, parent_prediction, extra
        As in `Annotation`.
    """

    identity: str
    results: tuple[Result, ...]
    state: State = "submitted"
    unique_id: str | None = None
    number: int | None = None
    annotator: str | None = None
    created_at: str = ""
    updated_at: str = ""
    lead_time: float | None = None
    parent_prediction: int | str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceivedTask:
    """One task as a file has it.

    Parameters
    ----------
    source
        Its fields other than data, annotations, predictions and drafts; lists of bare ids
        among these are kept here as they came.
    annotations, predictions
        What the file says about it. A prediction without an id has the id "".
    problems
        What was set aside, a sentence each.
    """

    source: Mapping[str, Any] = field(default_factory=dict)
    annotations: tuple[ReceivedAnnotation, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    problems: tuple[str, ...] = ()
