"""What one gesture says of many tasks, of each as if it were alone; and taking it back as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nblabel import tags, tasks
from nblabel.base.errors import NblabelError
from nblabel.base.ids import digest, region_ids, unique_id
from nblabel.base.times import now
from nblabel.core.annotation import Annotation, Item, Prediction, Result, value_of
from nblabel.core.change import Action, Applied, Change, Conflict, Edit, Kind
from nblabel.core.element import Element
from nblabel.project import annotating
from nblabel.project.progress import Progress, Standing
from nblabel.project.work import Work

_DECIDING: dict[str, Action] = {"submitted": "submit", "skipped": "skip"}
_ALONE = ("perRegion", "perItem", "visibleWhen", "whenTagName", "whenChoiceValue", "whenRole")
"""Attributes of controls that may be asked for something else than the task, or not at all."""

ELSEWHERE = "it was changed elsewhere meanwhile, and is left as it is"
"""Why a gesture is not taken back from a row."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What is seen of a task among others.

    Parameters
    ----------
    index, key
        Its row, and what it is known by.
    state
        As `Project.progress` counts it.
    data
        The row's values, where they are asked for.
    results
        What is said of it: by this annotator, else by whoever spoke last.
    annotator
        Who said that.
    suggested
        The best prediction, where nothing was decided yet.
    """

    index: int
    key: str
    state: Standing
    data: Mapping[str, Any]
    results: tuple[Result, ...] = ()
    annotator: str | None = None
    suggested: Prediction | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A control says this of the whole task; None unsays it.

    Parameters
    ----------
    control
        The control's name.
    said
        Its short form, as `Project.annotate` takes it.
    more
        Whether it is one more of several choices; False takes that one away.
    """

    control: str
    said: Any
    more: bool | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """What the best prediction suggests is right."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The task is skipped."""


Say = Answer | Accept | Skip


_Left = tuple[str, bool, tuple[Item, ...], frozenset[str]] | None


@dataclass(frozen=True, slots=True)
class Step:
    """What a gesture did to one task, and what takes that back.

    Parameters
    ----------
    row, key, annotation
        The task, and the annotation's uid.
    left
        How the annotation stands since.
    there, back
        What was done, and what undoes it: for each change its action and edits.
    digests
        Of the task's data, when it was done and before.
    prediction
        Id of the prediction that the work began from.
    """

    row: int
    key: str
    annotation: str
    left: _Left
    there: tuple[tuple[Action, tuple[Edit, ...]], ...]
    back: tuple[tuple[Action, tuple[Edit, ...]], ...]
    digests: tuple[str, str]
    prediction: int | str | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """One gesture on many tasks.

    Parameters
    ----------
    steps
        What was done, task by task.
    refused
        Of the other rows, why nothing was written.
    notes
        What is to be told of rows all the same.
    """

    steps: tuple[Step, ...] = ()
    refused: Mapping[int, str] | None = None
    notes: Mapping[int, str] | None = None


def glances(
    work: Work, progress: Progress, rows: Sequence[int], *, with_data: bool = True
) -> list[Glance]:
    """Look at some tasks; those that are set aside are left out."""
    data = work.needed_data
    keys = data.usable(rows)
    wanted = [*dict.fromkeys(keys.values())]
    said = work.store.said(work.id, wanted, every=True)
    predicted = work.store.predicted(work.id, wanted)
    states = progress.states(keys)
    seen: list[Glance] = []
    for row in rows:
        if row not in keys:
            continue
        key, state = keys[row], states[row]
        own = [one for one in said.get(key, ()) if one.annotator == work.annotator]
        last = next(reversed(own or [*said.get(key, ())]), None)
        waits = state in {"unlabeled", "draft"}
        seen.append(
            Glance(
                index=row,
                key=key,
                state=state,
                data=data.row(row) if with_data else {},
                results=tuple(last.results) if last and last.state != "skipped" else (),
                annotator=last.annotator if last else None,
                suggested=best(predicted.get(key, ())) if waits else None,
            )
        )
    return seen


def best(predictions: Sequence[Prediction]) -> Prediction | None:
    """Return the prediction that is suggested: by score, then the newer."""
    low = float("-inf")
    return max(
        reversed(predictions), key=lambda one: low if one.score is None else one.score, default=None
    )


def scores(work: Work, rows: Sequence[int]) -> dict[int, float]:
    """Return how sure the model is of some rows, of those of which it said that."""
    keys = work.needed_data.usable(rows)
    predicted = work.store.predicted(work.id, [*dict.fromkeys(keys.values())])
    found = ((row, best(predicted.get(key, ()))) for row, key in keys.items())
    return {row: one.score for row, one in found if one is not None and one.score is not None}


def open_results(prediction: Prediction, annotation: Annotation | None) -> list[tuple[str, Result]]:
    """Return what a prediction still suggests, each with the uid that settles it.

    js/src/state/predictions.ts holds its twin.
    """
    items = annotation.items if annotation else ()
    taken = {(i.result.get("from_name"), i.result.get("id")) for i in items}
    settled = set(annotation.settled) if annotation else set()
    found = []
    for number, result in enumerate(prediction.results):
        uid = f"{prediction.id}#{number}#{result.get('id', '')}"
        there = "id" in result and (result.get("from_name"), result["id"]) in taken
        if not there and uid not in settled:
            found.append((uid, result))
    return found


def say(work: Work, rows: Sequence[int], what: Say) -> Together:
    """Say something of many tasks: one transaction, and what cannot be said leaves the others."""
    data = work.needed_data
    keys = {row: key for row in dict.fromkeys(rows) if (key := data.key(row)) is not None}
    refused = {row: "the row is set aside" for row in rows if row not in keys}
    own = work.store.own(work.id, [*keys.values()], work.annotator)
    predicted: Mapping[str, Sequence[Prediction]] = {}
    if isinstance(what, Accept):
        predicted = work.store.predicted(work.id, [*keys.values()])
    checker = tags.Checker(work.config)
    notes: dict[int, str] = {}
    steps: list[Step] = []
    done: set[str] = set()
    for row, key in keys.items():
        if key in done:  # another row with the same data is the same task
            continue
        done.add(key)
        try:
            present = own.get(key)
            bound = tasks.bound_data(work.config, data.row(row))
            if isinstance(what, Skip):
                made = _Said("skip")
            elif isinstance(what, Accept):
                made = _accepted(work, best(predicted.get(key, ())), present)
            else:
                made = _answered(work, checker, what, present, bound)
            step, note = _step(work, (row, key, digest(bound)), present, made)
        except NblabelError as error:
            refused[row] = str(error)
            continue
        if note:
            notes[row] = note
        if step is not None:
            steps.append(step)
    return _written(work, steps, "gesture", refused, notes)


def take_back(work: Work, done: Together) -> Together:
    """Make everything as it was before a gesture, where nobody has changed it since."""
    return _written(work, done.steps, "undo", {}, {})


def again(work: Work, done: Together) -> Together:
    """Do a gesture again that was taken back."""
    return _written(work, done.steps, "redo", {}, {})


@dataclass(frozen=True, slots=True)
class _Said:
    action: Action
    edits: tuple[Edit, ...] = ()
    prediction: int | str | None = None


def _accepted(work: Work, prediction: Prediction | None, present: Annotation | None) -> _Said:
    if prediction is None or (present is not None and present.state != "draft"):
        raise NblabelError("there is no suggestion")
    answered = {i.result.get("from_name") for i in present.items} if present else set()
    open_ = [
        (uid, result)
        for uid, result in open_results(prediction, present)
        if not (_is_form(work, result) and result.get("from_name") in answered)
    ]
    if not open_:
        raise NblabelError("there is no suggestion")
    made = unique_id()
    first = _next_ordinal(present)
    edits: list[Edit] = []
    for number, (uid, result) in enumerate(open_):
        after = dict(result)
        if result.get("type") != "relation":
            after = {**after, "id": result.get("id") or region_ids(1)[0], "origin": "prediction"}
        edits += [
            Edit(f"{made}-{number}", first + number, None, after),
            Edit(uid, 0.0, None, None),
        ]
    return _Said("submit", tuple(edits), prediction.id)


def _is_form(work: Work, result: Result) -> bool:
    control = work.config.find(str(result.get("from_name")))
    return control is not None and is_form(work, control)


def is_form(work: Work, control: Element) -> bool:
    """Whether a control answers a question about the whole task, however it looks."""
    tag = work.config.tags[control.tag]
    return (
        not tag.region
        and control.id not in work.config.repeated
        and not any(work.config.attribute(control, name) is True for name in _ALONE[:2])
    )


def _answered(
    work: Work,
    checker: tags.Checker,
    what: Answer,
    present: Annotation | None,
    data: Mapping[str, Any],
) -> _Said:
    items = [] if present is None else list(present.items)
    old = [item for item in items if item.result.get("from_name") == what.control]
    said = what.said
    if what.more is not None:
        key = work.config.tags[work.config.controls[what.control].tag].value_key
        held = [one for item in old for one in _listed(value_of(item.result).get(key))]
        others = [one for one in held if _word(one) != what.said]
        said = others if not what.more else held if len(others) < len(held) else [*held, what.said]
    wanted = [] if said in (None, []) else annotating.meant(checker, {what.control: said}, data)
    if len(old) == len(wanted) == 1:
        [item], [result] = old, wanted
        after = _revised(item.result, result)
        edits = [Edit(item.uid, item.ordinal, item.result, after)] if after != item.result else []
    else:
        made, first = unique_id(), _next_ordinal(present)
        edits = [Edit(item.uid, item.ordinal, item.result, None) for item in old]
        names = region_ids(len(wanted))
        edits += [
            Edit(
                f"{made}-{number}",
                first + number,
                None,
                {"id": name, "origin": "manual", **result},
            )
            for number, (name, result) in enumerate(zip(names, wanted, strict=True))
        ]
    return _Said("submit", tuple(edits))


def _word(choice: Any) -> Any:
    """Return what is chosen, where others stand around it in the config."""
    return choice[-1] if isinstance(choice, list) and choice else choice


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _revised(before: Result, said: Result) -> Result:
    """Return a result changed by a person; js/src/state/results.ts holds its twin."""
    value = {**value_of(before), **value_of(said)}
    if value == value_of(before):
        return before
    origin = {"origin": "prediction-changed"} if before.get("origin") == "prediction" else {}
    return {**before, **origin, "value": value}


def _next_ordinal(present: Annotation | None) -> float:
    items = present.items if present else ()
    return max((item.ordinal for item in items), default=-1.0) + 1.0


def _step(
    work: Work, task: tuple[int, str, str], present: Annotation | None, said: _Said
) -> tuple[Step | None, str | None]:
    """Return what writes what is said, and what takes it back; nothing where it is said already.

    The task is its row, its key and the digest of its data.
    """
    row, key, seen = task
    action, note = said.action, None
    after = _after(present.items if present else (), said.edits)
    missing = _missing(work, after) if action == "submit" else []
    if missing:
        action = "edit"
        note = f"kept as a draft: {' and '.join(missing)} must be answered, too"
    state = "draft" if present is None else present.state
    pending = present is not None and present.pending
    if not said.edits and not pending and _DECIDING.get(state) == action:
        return None, note
    if action == "edit" and not said.edits:
        return None, note
    undone = tuple(Edit(e.uid, e.ordinal, e.after, e.before) for e in reversed(said.edits))
    if state == "draft":
        back: tuple[tuple[Action, tuple[Edit, ...]], ...]
        back = (("edit" if action == "edit" else "reopen", undone),)
    elif action == "edit":
        back = (("edit", undone),)
    elif not pending or present is None:
        back = ((_DECIDING[state], undone),)
    else:  # it was being edited: first what counted, then what was not submitted yet
        [counted] = (
            one.items
            for one in work.store.annotations(
                work.id, key, version="submitted", whose="own", annotator=work.annotator
            )
            if one.uid == present.uid
        )
        settles = tuple(edit for edit in undone if edit.before is None and edit.after is None)
        to_counted = (*_between(after, counted), *settles)
        back = ((_DECIDING[state], to_counted), ("edit", _between(counted, present.items)))
    step = Step(
        row=row,
        key=key,
        annotation=present.uid if present else unique_id(),
        left=_left(present),
        there=((action, said.edits),),
        back=back,
        digests=(seen, present.digest if present else seen),
        prediction=said.prediction,
    )
    return step, note


def _after(items: Sequence[Item], edits: Sequence[Edit]) -> list[Item]:
    left = {item.uid: item for item in items}
    for edit in edits:
        if edit.after is None:
            left.pop(edit.uid, None)
        else:
            left[edit.uid] = Item(edit.uid, edit.ordinal, edit.after)
    return list(left.values())


def _between(present: Sequence[Item], wanted: Sequence[Item]) -> tuple[Edit, ...]:
    """Return the edits that make some items of others."""
    here, there = ({item.uid: item for item in items} for items in (present, wanted))
    gone = [Edit(i.uid, i.ordinal, i.result, None) for uid, i in here.items() if uid not in there]
    put = [
        Edit(uid, item.ordinal, here[uid].result if uid in here else None, item.result)
        for uid, item in there.items()
        if here.get(uid) != item
    ]
    return (*gone, *put)


def _missing(work: Work, items: Sequence[Item]) -> list[str]:
    """Name the controls that must be answered before the task is submitted, and are not."""
    said = {item.result.get("from_name") for item in items}
    return [f'"{name}"' for name in _required(work) if name not in said]


def _required(work: Work) -> Iterator[str]:
    for name, control in work.config.controls.items():
        conditional = any(control.attributes.get(attribute) for attribute in _ALONE)
        around = any(
            element.attributes.get("visibleWhen") and control in element.walk()
            for element in work.config.root.walk()
        )
        repeated = control.id in work.config.repeated
        is_required = work.config.attribute(control, "required") is True
        if is_required and not (conditional or around or repeated):
            yield name


def _left(annotation: Annotation | None) -> _Left:
    """Return how an annotation stands, as far as somebody can see it."""
    if annotation is None:
        return None
    settled = frozenset(annotation.settled)
    return annotation.state, annotation.pending, annotation.items, settled


def _written(
    work: Work,
    steps: Sequence[Step],
    kind: Kind,
    refused: Mapping[int, str],
    notes: Mapping[int, str],
) -> Together:
    """Write all steps in one transaction; return those that were written, and how they left it."""
    refused = dict(refused)
    is_back = kind == "undo"
    keys = [step.key for step in steps]
    own = work.store.own(work.id, keys, work.annotator) if steps else {}
    changes: list[Change] = []
    begun: list[tuple[Step, int]] = []
    for step in steps:
        present = own.get(step.key)
        if _left(present) != step.left or (present and present.uid != step.annotation):
            refused[step.row] = ELSEWHERE
            continue
        ways = step.back if is_back else step.there
        begun.append((step, len(ways)))
        client = f"sheet:{unique_id()}"  # an editor's undo leaves alone what others did
        for number, (action, edits) in enumerate(ways):
            changes.append(
                Change(
                    key=step.key,
                    annotation=step.annotation,
                    base=(present.revision if present else 0) + number,
                    client=client,
                    seq=number + 1,
                    at=now(),
                    action=action,
                    edits=edits,
                    digest=step.digests[is_back],
                    parent_prediction=None if is_back else step.prediction,
                    kind=kind,
                    index=step.row,
                )
            )
    outcomes = iter(annotating.apply(work, changes, work.annotator))
    written: list[Step] = []
    for step, count in begun:
        last = [next(outcomes) for _ in range(count)][-1]
        if isinstance(last, Applied):
            written.append(step)
        elif isinstance(last, Conflict):
            refused[step.row] = ELSEWHERE
        else:
            refused[step.row] = str(last) or type(last).__name__
    own = work.store.own(work.id, [step.key for step in written], work.annotator)
    made = [replace(step, left=_left(own.get(step.key))) for step in written]
    return Together(tuple(made), refused, dict(notes))
