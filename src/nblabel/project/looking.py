"""What the editor looks at: one task, where to begin, what was decided last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nblabel.base.errors import DataError
from nblabel.base.ids import digest
from nblabel.config import Config, element_spec
from nblabel.core.annotation import Result, value_of
from nblabel.core.change import Gesture
from nblabel.core.task import Media, TaskView
from nblabel.formats import table
from nblabel.project import leasing
from nblabel.project.progress import Progress
from nblabel.project.work import SMALL, Work

_LONGEST = 24  # characters of a text that a summary has
_NEAR = 2048  # rows around the place of a task in which it is looked for


def view(work: Work, index: int, config: Config | None = None) -> TaskView:
    """Return everything needed to show and edit one task; see `Project.view`."""
    data = work.needed_data
    if not (index >= 0 and data.reaches(index + 1)):
        raise DataError(f"there is no row {index}: the data has {len(data)} rows, from 0")
    key = data.keys.key(index)
    bound = data.bound(index, config)
    present = digest(bound.data)
    own = work.annotation(key, work.annotator)
    others = tuple(
        other
        for other in work.store.annotations(
            work.id, key, version="submitted", whose="others'", annotator=work.annotator
        )
        if other.state != "draft"
    )
    media = data.media(index, signed=True)
    children = {
        element: tuple(element_spec(work.config, child) for child in made)
        for element, made in bound.children.items()
    }
    return TaskView(
        index=index,
        key=key,
        digest=present,
        values=bound.values,
        children=children,
        media=media,
        annotation=own,
        others=others,
        predictions=tuple(work.store.predictions(work.id, key)),
        problems=(*bound.problems, *_notes(work, index, media)),
        changed=own is not None and own.digest not in {"", present},
    )


def _notes(work: Work, index: int, media: Mapping[int, Sequence[Media]]) -> Iterator[str]:
    """Yield what is to be told of media that are shown otherwise than their files have them."""
    config = work.config.as_in(work.needed_data.row(index)) if media else work.config
    names = {element.id: element.name or element.tag for element, _ in config.media}
    texts = {element.id: element.name or element.tag for element in config.read}
    for element, shown in media.items():
        if element in texts:
            told = (one.problem for one in shown if one.problem)
            yield from (f'row {index}: "{texts[element]}": {problem}' for problem in told)
            continue
        for note in dict.fromkeys(one.note for one in shown if one.note):
            yield f'row {index}: "{names.get(element, "image")}": {note}'


def start(work: Work, progress: Progress) -> int:
    """Return the row to begin with: the one looked at last, else the first unlabeled."""
    remembered = work.store.remembered(work.id, work.annotator)
    if remembered is not None:
        key, index = remembered
        found = None if leasing.is_taken(work, key) else _near(work, key, index)
        if found is not None:
            return found
    return next(iter(progress.find(0, 1, "unlabeled", 1)), 0)


def index_of(work: Work, key: str, index: int | None) -> int | None:
    """Return the row of a task: where it was seen, else near that, else anywhere."""
    data = work.needed_data
    found = data.keys.met(key)
    if found is None and index is not None:
        found = _near(work, key, index)
    return data.index_of(key) if found is None else found


def _near(work: Work, key: str, index: int) -> int | None:
    """Find a task where it was, else around there: a large frame is not searched."""
    data = work.needed_data
    if data.reaches(index + 1) and data.key(index) == key:
        return index
    if not data.reaches(SMALL + 1):
        return data.index_of(key)
    data.keys.meet(max(index - _NEAR, 0), data.up_to(index + _NEAR))
    return data.keys.met(key)


def decisions(work: Work, count: int) -> list[dict[str, Any]]:
    """Return this annotator's last decisions, newest first; see `Project.decisions`."""
    decided = work.store.decisions(work.id, work.annotator, count)
    data = work.data
    if data is not None:  # meet the rows where they most likely were made
        remembered = work.store.remembered(work.id, work.annotator)
        near = remembered[1] if remembered else 0
        data.keys.meet(max(near - 2 * count, 0), data.up_to(near + count))
    return [
        {
            "index": None if data is None else data.keys.met(decision.key),
            "key": decision.key,
            "state": decision.state,
            "text": "skip"
            if decision.state == "skipped"
            else summary(item.result for item in decision.items),
        }
        for decision in decided
    ]


def summary(results: Iterable[Result]) -> str:
    """Return what results say, in few words: answers, then the first region and how many more.

    >>> summary([{"id": "a", "value": {"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}}])
    'Ada'
    >>> summary([{"id": "a", "type": "ranker", "value": {"ranker": {"best": ["x"], "rest": []}}}])
    'x'
    >>> summary([{"id": "a", "type": "pairwise", "value": {"selected": "left"}}])
    'left'
    >>> summary([])
    'none'
    """
    said: list[str] = []
    regions: dict[Any, str] = {}
    for number, result in enumerate(results):
        value = value_of(result)
        text = value.get("text")
        if len(value) > 1 or _GEOMETRY & value.keys():
            name = text if isinstance(text, str) and text else table.label(result)
            address = (str(result.get("to_name")), str(result.get("id", number)))
            regions[address] = regions.get(address) or _short(name or "")
        elif value:
            said += map(_short, table.labels(result) or _leaves(value))
    first = next(iter(regions.values()), None)
    more = f" +{len(regions) - 1}" if len(regions) > 1 else ""
    return ", ".join([*said, *([] if first is None else [(first or "1") + more])]) or "none"


_GEOMETRY = frozenset({"points", "shape", "sequence", "ranges", "imageDataURL"})
"""Keys that a region's value may have alone; js/src/core/regions.ts holds their twin."""


def _leaves(value: Any) -> Iterator[str]:
    """Yield all that is said in lists, and in what an order holds."""
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for one in inside:
            yield from _leaves(one)
    elif value is not None:
        yield str(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def gestures(work: Work, count: int) -> list[tuple[Gesture, int | None]]:
    """Return what this annotator did last in an editor, oldest first, each with its row."""
    done = work.store.gestures(work.id, work.annotator, count)
    data = work.data
    return [(gesture, None if data is None else data.keys.met(gesture.key)) for gesture in done]
