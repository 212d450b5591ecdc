"""What the editor shows where ``preprocess=`` makes it from the data, and the way back.

What is kept is about the data as it is. Only the editor sees, and says, where something lies in
what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nblabel.base.errors import MediaError
from nblabel.core.annotation import Annotation, Prediction, Result, value_of
from nblabel.core.change import Change, Conflict, Edit, Gesture, Outcome
from nblabel.core.task import TaskView
from nblabel.media.preprocessing import Aligned
from nblabel.project import looking
from nblabel.project.work import Work

_BREAK = re.compile(r"\r|\n")
Texts = Mapping[str, Aligned]
"""Texts that are shown otherwise than the data has them, by the names of what shows them."""


def texts_of(work: Work, index: int) -> tuple[dict[str, Aligned], list[str]]:
    """Return the texts of a row that are shown otherwise, and what went wrong."""
    data = work.needed_data
    made: dict[str, Aligned] = {}
    problems: list[str] = []
    for name, text in data.plain_texts(index).items():
        try:
            aligned = data.prepared(text)
        except MediaError as error:
            problems.append(f'row {index}: "{name}": {error}')
            continue
        if aligned.shown != text:
            made[name] = aligned
    return made, problems


def view_of(work: Work, view: TaskView) -> TaskView:
    """Return a task as it is shown."""
    texts, problems = texts_of(work, view.index)
    config = work.config.as_in(work.needed_data.row(view.index))
    values = {**view.values}
    for name, text in texts.items():
        element = config.objects[name]
        values[element.id] = {**values.get(element.id, {}), "value": text.shown}
    return replace(
        view,
        values=values,
        annotation=view.annotation and _annotation(view.annotation, texts),
        others=tuple(_annotation(other, texts) for other in view.others),
        predictions=tuple(
            replace(one, results=tuple(shown(result, texts) for result in one.results))
            for one in view.predictions
        ),
        problems=(*view.problems, *problems),
    )


def changes_of(work: Work, changes: Sequence[Change]) -> list[Change]:
    """Return gestures that were made on what is shown as gestures on the data."""
    made: dict[str, dict[str, Result | None]] = {}
    return [_change(work, change, made) for change in changes]


def _change(work: Work, change: Change, made: dict[str, dict[str, Result | None]]) -> Change:
    index = looking.index_of(work, change.key, change.index)
    texts = {} if index is None else texts_of(work, index)[0]
    if not texts:
        return change
    if change.annotation not in made:
        known = work.store.annotations(work.id, change.key)
        own = next((one for one in known if one.uid == change.annotation), None)
        made[change.annotation] = {item.uid: item.result for item in own.items} if own else {}
    present = made[change.annotation]
    edits = []
    for edit in change.edits:
        was = present.get(edit.uid)
        # What the editor was shown it gives back; there is but one way from that to what stands.
        same = was is not None and shown(was, texts) == edit.before
        before = was if same else _maybe(edit.before, texts, original)
        after = _maybe(edit.after, texts, original)
        present[edit.uid] = after
        edits.append(replace(edit, before=before, after=after))
    return replace(change, edits=tuple(edits))


def outcome_of(work: Work, change: Change, outcome: Outcome) -> Outcome:
    """Return what became of a gesture as it is shown."""
    if not isinstance(outcome, Conflict):
        return outcome
    index = looking.index_of(work, change.key, change.index)
    texts = {} if index is None else texts_of(work, index)[0]
    return Conflict(_annotation(outcome.current, texts))


def gesture_of(work: Work, gesture: Gesture, index: int | None) -> Gesture:
    """Return a gesture of the log as the editor would have made it."""
    texts = {} if index is None else texts_of(work, index)[0]
    return replace(gesture, edits=tuple(_edit(edit, texts) for edit in gesture.edits))


def answered(
    heard: Callable[[Prediction | None], None], texts: Texts
) -> Callable[[Prediction | None], None]:
    """Have what a model says of the data told as it is shown."""

    def told(said: Prediction | None) -> None:
        results = () if said is None else (shown(result, texts) for result in said.results)
        heard(said and replace(said, results=tuple(results)))

    return told


def _edit(edit: Edit, texts: Texts) -> Edit:
    return replace(
        edit, before=_maybe(edit.before, texts, shown), after=_maybe(edit.after, texts, shown)
    )


def _annotation(annotation: Annotation, texts: Texts) -> Annotation:
    items = tuple(replace(item, result=shown(item.result, texts)) for item in annotation.items)
    return replace(annotation, items=items)


def _maybe(
    result: Result | None, texts: Texts, turned: Callable[[Result, Texts], Result]
) -> Result | None:
    return None if result is None else turned(result, texts)


def shown(result: Result, texts: Texts) -> Result:
    """Return a result about the data as one about what is shown."""
    return _turned(result, texts, back=False)


def original(result: Result, texts: Texts) -> Result:
    """Return a result about what is shown as one about the data."""
    return _turned(result, texts, back=True)


def _turned(result: Result, texts: Texts, *, back: bool) -> Result:
    text = texts.get(str(result.get("to_name")))
    value: dict[str, Any] = value_of(result)
    start, end = value.get("start"), value.get("end")
    if text is None or type(start) is not int or type(end) is not int:
        return result
    start, end = text.to_original(start, end) if back else text.to_shown(start, end)
    moved = {**value, "start": start, "end": end}
    if "text" in value:
        marked = (text.original if back else text.shown)[start:end]
        moved["text"] = _BREAK.sub(r"\\n", marked)
    return {**result, "value": moved}
