"""Annotations and predictions: what somebody, or a model, says about a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nblabel.base.ids import region_ids

Result = dict[str, Any]
"""One Label Studio result item, exactly as its JSON has it."""


def value_of(result: Result) -> dict[str, Any]:
    """Return the ``value`` of a result; strangers' results have texts and lists there, too."""
    value = result.get("value")
    return value if isinstance(value, dict) else {}


def named(results: Iterable[Result]) -> list[Result]:
    """Return results of which each that is to have an id has one.

    >>> [len(one["id"]) for one in named([{"id": "a"}, {"from_name": "mood"}])]
    [1, 10]
    """
    given = list(results)
    nameless = [one.get("type") != "relation" and "id" not in one for one in given]
    ids = iter(region_ids(sum(nameless)))
    return [
        {**one, "id": next(ids)} if needs else one
        for one, needs in zip(given, nameless, strict=True)
    ]


State = Literal["draft", "submitted", "skipped"]


@dataclass(frozen=True, slots=True)
class Item:
    """A result with an identity and an order of its own.

    Real data repeats result ids and lacks them, so ``result["id"]`` is content, never a key.

    Parameters
    ----------
    uid
        Identity within the annotation.
    ordinal
        Place in the order; a new item comes after the last.
    result
        The Label Studio result.
    """

    uid: str
    ordinal: float
    result: Result


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotator's work on one task, as it stands now.

    Parameters
    ----------
    uid
        Its identity (Label Studio's ``unique_id``).
    key
        The task's key.
    annotator
        Whose it is; None where nobody was named.
    state
        draft, submitted or skipped. A submitted annotation that is being edited stays
        "submitted" with ``pending`` set until it is submitted again.
    pending
        Whether ``items`` differ from what was submitted.
    revision
        Counts the changes, from 1.
    items
        The working results: the draft where there is one, else what was submitted.
    settled
        The suggestions that were accepted, changed or rejected, as the editor knows them.
    created_at, updated_at
        ISO 8601, UTC.
    lead_time
        Seconds of work.
    digest
        Digest of the task's data when the work was done.
    parent_prediction
        Id of the prediction that the work began from.
    extra
        Label Studio's other fields, kept as they came (id, completed_by, ground_truth, ...).
    """

    uid: str
    key: str
    annotator: str | None
    state: State = "draft"
    pending: bool = False
    revision: int = 0
    items: tuple[Item, ...] = ()
    settled: tuple[str, ...] = ()
    created_at: str = ""
    updated_at: str = ""
    lead_time: float | None = None
    digest: str = ""
    parent_prediction: int | str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says about a task: never an annotation until somebody submits it.

    Parameters
    ----------
    id
        Label Studio's id, or one the store gives.
    results
        Label Studio results.
    score, model_version
        As in Label Studio; None where not given.
    extra
        Label Studio's other fields, kept as they came.
    """

    id: int | str
    results: tuple[Result, ...]
    score: float | None = None
    model_version: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
