"""One gesture of an annotator, as it travels from the browser to the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nblabel.core.annotation import Annotation, Result, State

Action = Literal["edit", "submit", "skip", "reopen"]
Kind = Literal["gesture", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What one change does to one result; exchanging before and after is its inverse.

    Parameters
    ----------
    uid, ordinal
        The item's identity and place.
    before, after
        The result; None before it was made or after it was deleted. Both are None where nothing
        happens to a result, and a suggestion is settled that the browser knows by ``uid``.
    """

    uid: str
    ordinal: float
    before: Result | None
    after: Result | None


@dataclass(frozen=True, slots=True)
class Change:
    """One gesture on one annotation.

    Parameters
    ----------
    key
        Key of the task that was on screen when the gesture was made.
    annotation
        The annotation's uid; the first change makes the annotation.
    base
        Revision the gesture was made on; 0 for a new annotation.
    client, seq
        Who sends it and the how-manieth it is; the store takes each pair once.
    at
        When the gesture was made, ISO 8601, UTC.
    action
        "edit" changes the draft; "submit" makes the draft what counts; "skip" marks the task
        as skipped, results kept as they stand; "reopen" takes either back to a draft.
    edits
        What it does to the results.
    lead_time
        Seconds of work since the change before.
    digest
        Digest of the task's data that was on screen.
    parent_prediction
        Id of the prediction that the work began from.
    kind
        Whether it is a gesture of its own, or takes one back, or does that one again.
    index
        The row that was on screen, where the task is looked for first; it is not kept.
    """

    key: str
    annotation: str
    base: int
    client: str
    seq: int
    at: str
    action: Action
    edits: tuple[Edit, ...] = ()
    lead_time: float = 0.0
    digest: str = ""
    parent_prediction: int | str | None = None
    kind: Kind = "gesture"
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A change with what was on screen of its task, which the store keeps with it.

    Parameters
    ----------
    change
        The gesture.
    data
        The bound data that was on screen; None where nobody has it any more.
    source
        The other fields of the Label Studio task it came from.
    """

    change: Change
    data: Mapping[str, Any] | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """The store has the change on disk (now, or since an earlier sending of it)."""

    revision: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """The change was made on a state that is no longer there; nothing was written.

    Parameters
    ----------
    current
        The annotation as the store has it.
    """

    current: Annotation


Outcome = Applied | Conflict | Exception
"""What became of a change: an exception where nothing of it is written for another reason."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One state that an annotation was in.

    Parameters
    ----------
    revision
        The how-manieth it is of its annotation, from 1.
    annotation
        The annotation's uid.
    annotator
        Whose it is; None where nobody was named.
    action
        What led to it: "edit", "submit", "skip", "reopen", or "import".
    kind
        Whether that was an undo or a redo.
    at
        When, ISO 8601, UTC.
    state
        draft, submitted or skipped.
    results
        The Label Studio results as they stood, in order.
    """

    revision: int
    annotation: str
    annotator: str | None
    action: str
    kind: Kind
    at: str
    state: State
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Gesture:
    """One entry of an annotator's log, with what undoing it needs.

    Parameters
    ----------
    key
        The task's key.
    annotation, revision
        The annotation's uid, and the revision that the gesture led to.
    action, kind, at, edits
        As in `Change`.
    state_before
        The annotation's state before it.
    """

    key: str
    annotation: str
    revision: int
    action: Action
    kind: Kind
    at: str
    state_before: State
    state: State
    edits: tuple[Edit, ...]
