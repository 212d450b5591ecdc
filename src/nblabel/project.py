"""A labeling project without a screen: data, config and store wired together."""

from __future__ import annotations

import base64
import inspect
import os
import tempfile
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Literal, get_args

from nblabel import config as configs
from nblabel import media as medias
from nblabel import tags, tasks
from nblabel.base.errors import DataError, FormatError, NblabelError, StoreError, near
from nblabel.base.ids import canonical_key, digest, region_id, unique_id
from nblabel.base.jsontext import dumps, loads
from nblabel.core.annotation import Annotation, Prediction, Result
from nblabel.core.change import Applied, Change, Conflict, Edit
from nblabel.core.element import Element
from nblabel.core.record import AnnotationRecord, ReceivedTask, TaskRecord
from nblabel.core.task import Bound, Media, TaskView
from nblabel.formats import label_studio, label_studio_min, table
from nblabel.loop import Predictor
from nblabel.store import Mark, Store, now

Filter = Literal["all", "unlabeled", "labeled", "skipped"]
Format = Literal["label-studio", "label-studio-min", "csv"]
Kind = Literal["annotation", "suggestion", "problem"]
Listener = Callable[[Kind, str], None]

DEFAULT_STORE = "nblabel.db"
_SLICE = 200
_ATTEMPTS = 20
_SURE = 10_000  # rows that are all looked at for a count


class Project:
    """Rows, a labeling config and a store: everything but the editor.

    Parameters
    ----------
    data
        A frame of any library, a list of dicts, Label Studio tasks, or a path. None opens what
        the store has.
    config
        Label Studio labeling config: XML, a path, or the name of a template. None takes the
        config of the project in the store.
    name
        Name of the project in the store; by default made from the config's controls, so that a
        new label or colour keeps the work.
    store
        A path, an SQLAlchemy URL, ":memory:", or an open `Store`; by default ``nblabel.db`` in
        the working directory.
    key
        The column that tells tasks apart; by default rows with equal bound values are one task.
    annotator
        Who labels.
    predict
        A function that suggests results: called with a list of Label Studio task dicts, it
        returns as many prediction dicts, lists of results, or None.
    root
        The folder that local media must lie in.
    protocols
        Protocols besides http(s) and local paths that media may be read with.
    advance
        Whether an answer goes on to the next task; by default when the only control is one
        single Choices about the whole task.

    Raises
    ------
    ConfigError, DataError, StoreError
        When one of these cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> config = '''<View><Text name="t" value="$text"/>
    ...   <Choices name="mood" toName="t"><Choice value="good"/><Choice value="bad"/></Choices>
    ... </View>'''
    >>> frame = pd.DataFrame({"id": [7, 8], "text": ["fine", "poor"]})
    >>> project = Project(frame, config, key="id", store=":memory:")
    >>> result = {"from_name": "mood", "to_name": "t", "type": "choices"}
    >>> annotation = project.annotate(7, [{**result, "value": {"choices": ["good"]}}])
    >>> project.to_frame()["mood"].dropna().tolist()
    ['good']
    >>> project.progress()["done"]
    1
    """

    def __init__(
        self,
        data: Any = None,
        config: str | Path | None = None,
        *,
        name: str | None = None,
        store: str | Path | Store | None = None,
        key: str | None = None,
        annotator: str | None = None,
        predict: Callable[[list[dict[str, Any]]], Iterable[Any]] | None = None,
        root: str | Path | Sequence[str | Path] | None = None,
        protocols: Sequence[str] = (),
        advance: bool | None = None,
        **unknown: Any,
    ) -> None:
        _known_only(unknown)
        if config is None and store is None and not Path(DEFAULT_STORE).exists():
            raise DataError("give data and a config, or the store that has the project")
        parsed = None if config is None else configs.parse(config, tags.TAGS)
        self.store = store if isinstance(store, Store) else Store.open(store or DEFAULT_STORE)
        self._own_store = not isinstance(store, Store)
        if parsed is None:
            name, text = _stored(self.store, name)
            parsed = configs.parse(text, tags.TAGS)
        self.config = parsed
        self.name = name or parsed.hash
        self.annotator = annotator
        self.problems: list[str] = [str(problem) for problem in parsed.problems]
        if self.store.note:
            self.problems.append(self.store.note)
        self._id = self.store.project(self.name, parsed.source)
        self._root, self._protocols = _root(root, data), tuple(protocols)
        self._rows = None if data is None else tasks.read(data)
        self._keys = None if self._rows is None else tasks.Keys(self._rows, parsed, key)
        self._key_column = key
        self._advance = advance
        self._listeners: list[Listener] = []
        self._present: dict[str, str] = {}  # digests of the rows whose work was looked at
        self._tally: dict[str, str] = {}  # the state of each task that counts somewhere
        self._logged = 0  # what the tally knows of the log
        self._lock = threading.Lock()
        if isinstance(data, list | tuple | str | os.PathLike):  # a frame has none to bring
            self._take_in()
        self._predictor = None if predict is None else Predictor(predict, self._suggest, self._fail)

    def __repr__(self) -> str:
        where = f"store={self.store.url!r}"
        return (
            f"Project(name={self.name!r}, {len(self)} tasks, annotator={self.annotator!r}, {where})"
        )

    def __len__(self) -> int:
        if self._rows is not None:
            return len(self._rows)
        return self.store.size(self._id)

    def close(self) -> None:
        """Stop the predictor and let go of the store."""
        if self._predictor:
            self._predictor.close()
        if self._own_store:
            self.store.close()

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Tell a listener of what happens here; returns what stops it.

        Parameters
        ----------
        listener
            Called from any thread with ("annotation", key), ("suggestion", key) or
            ("problem", sentence).
        """
        self._listeners.append(listener)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return stop

    def _tell(self, kind: Kind, what: str, but: Listener | None = None) -> None:
        for listener in tuple(self._listeners):
            if listener != but:
                listener(kind, what)

    # -- rows

    def key(self, index: int) -> str:
        """Return the key of a task.

        Raises
        ------
        DataError
            When it is null, or another row's.
        """
        return self._needed_keys().key(index)

    def index(self, key: Any) -> int | None:
        """Return the row of a task; None where no row has the key."""
        self._needed_rows()
        return self._place(canonical_key(key) or "")

    def _place(self, key: str) -> int | None:
        """Return a row of a task, one that was met where there is one."""
        if self._keys is None:
            return None
        met = self._keys.met(key)
        return self._keys.index(key) if met is None else met

    def _needed_rows(self) -> tasks.Rows:
        if self._rows is None:
            raise DataError(
                f'the project "{self.name}" was opened without data, from its store only; '
                "give the data to see its tasks"
            )
        return self._rows

    def _needed_keys(self) -> tasks.Keys:
        self._needed_rows()
        assert self._keys is not None  # noqa: S101 - there where the rows are
        return self._keys

    def _row(self, index: int) -> dict[str, Any]:
        return dict(self._needed_rows().row(index))

    def _bound(self, index: int) -> Bound:
        return tasks.bind(self.config, self._row(index), index)

    def _source(self, index: int) -> dict[str, Any]:
        """Return the other fields of the Label Studio task that a row came from."""
        source = self._needed_rows().source(index)
        return {} if source is None else dict(label_studio.read_task(source).source)

    def _data(self, index: int, bound: Bound) -> dict[str, Any]:
        """Return what the store keeps of a row: a task's whole data, else what is bound."""
        rows = self._needed_rows()
        if rows.source(index) is not None:
            return {**self._row(index), **bound.data}
        if self._key_column is None or self._key_column in bound.data:
            return bound.data
        return {self._key_column: self._row(index).get(self._key_column), **bound.data}

    def _take_in(self) -> None:
        """Write what Label Studio tasks bring along to the store, where it is not there yet."""
        received = list(self._received())
        if received:
            self.store.receive(self._id, received)

    def _received(self) -> Iterator[tuple[str, str, Mapping[str, Any], ReceivedTask]]:
        if self._rows is None:
            return
        for index, source in self._rows.sources():
            received = label_studio.read_task(source)
            self.problems += [f"row {index}: {problem}" for problem in received.problems]
            key = self._key_or_none(index)
            if key is None or not (received.annotations or received.predictions):
                continue
            bound = self._bound(index)
            yield key, digest(bound.data), self._data(index, bound), received

    def _key_or_none(self, index: int) -> str | None:
        """Return a task's key; None where it has none, which is told when it is looked at."""
        try:
            return self.key(index)
        except DataError:
            return None

    # -- for the editor

    def spec(self) -> dict[str, Any]:
        """Return what the editor needs to know before it shows a task."""
        return {
            "store": self.store.id,
            "storeName": self.store.url,
            "project": self.name,
            "annotator": self.annotator,
            "rows": len(self),
            "problems": list(self.problems),
            "advance": self.advance,
            **configs.spec(self.config),
        }

    @property
    def advance(self) -> bool:
        """Whether an answer goes on to the next task."""
        if self._advance is not None:
            return self._advance
        controls = list(self.config.controls.values())
        if len(controls) != 1 or controls[0].tag != "Choices":
            return False
        about = (self.config.attribute(controls[0], name) for name in ("perRegion", "perItem"))
        single = self.config.attribute(controls[0], "choice") in {"single", "single-radio"}
        return single and not any(about)

    def view(self, index: int) -> TaskView:
        """Return everything needed to show and edit one task.

        Raises
        ------
        DataError
            When there is no such row, or its key is no good.
        """
        if not 0 <= index < len(self):
            raise DataError(f"there is no row {index}: the data has {len(self)} rows, from 0")
        key = self.key(index)
        bound = self._bound(index)
        present = digest(bound.data)
        own = self._own(key)
        others = tuple(
            other
            for other in self.store.annotations(self._id, key, version="submitted")
            if other.annotator != self.annotator and other.state != "draft"
        )
        if self._predictor and own is None:
            self._predictor.ask([(key, self._task(index, bound))])
        return TaskView(
            index=index,
            key=key,
            digest=present,
            values=bound.values,
            children=bound.children,
            media=self._media(index),
            annotation=own,
            others=others,
            predictions=tuple(self.store.predictions(self._id, key)),
            problems=bound.problems,
            changed=own is not None and own.digest not in {"", present},
        )

    def _own(self, key: str) -> Annotation | None:
        mine = [a for a in self.store.annotations(self._id, key) if a.annotator == self.annotator]
        return max(mine, key=lambda a: a.updated_at, default=None)

    def _task(self, index: int, bound: Bound) -> dict[str, Any]:
        source = self._needed_rows().source(index) or {}
        row = self._row(index)
        return {"id": source.get("id", index + 1), "data": {**bound.data, **row}}

    def _media(self, index: int) -> dict[int, tuple[Media, ...]]:
        shown = tasks.media_values(self.config, self._row(index))
        return {element: tuple(map(self._load, values)) for element, values in shown.items()}

    def _load(self, value: Any) -> Media:
        return medias.load(value, root=self._root, protocols=self._protocols)

    def apply(self, change: Change, *, teller: Listener | None = None) -> Applied | Conflict:
        """Write one gesture of this project's annotator to the store, once.

        Parameters
        ----------
        change
            The gesture.
        teller
            The listener that it came from, and that need not hear of it.

        Raises
        ------
        StoreError
            When the store cannot be written, or the annotation is not this task's.
        """
        answer = self._apply(change, self.annotator)
        if isinstance(answer, Applied):
            self._tell("annotation", change.key, but=teller)
        return answer

    def _apply(self, change: Change, annotator: str | None) -> Applied | Conflict:
        index = self._place(change.key)
        if index is None:
            return self.store.apply(self._id, change, annotator, None)
        bound = self._bound(index)
        # The gesture may be older than the rows: then nobody has the data it was made on.
        seen = self._data(index, bound) if digest(bound.data) == change.digest else None
        return self.store.apply(self._id, change, annotator, seen, self._source(index))

    def find(self, start: int, step: int = 1, filter: Filter = "all", count: int = 1) -> list[int]:  # noqa: A002 - as on the wire
        """Return the next rows, from one on, whose task is of a kind.

        Parameters
        ----------
        start
            The first row to look at.
        step
            1 forward, -1 backward.
        filter
            "all", "unlabeled" (neither submitted nor skipped by this annotator), "labeled" or
            "skipped".
        count
            How many at most.
        """
        _one_of("filter", filter, get_args(Filter))
        found: list[int] = []
        last = len(self) if step > 0 else -1
        for begin in range(start, last, step * _SLICE):
            some = range(begin, _bounded(begin + step * _SLICE, last, step), step)
            found += self._of_kind(some, filter)
            if len(found) >= count:
                break
        return found[:count]

    def _of_kind(self, indices: Iterable[int], kind: Filter) -> list[int]:
        rows = [index for index in indices if 0 <= index < len(self)]
        if kind == "all":
            return rows
        keys = {index: self._key_or_none(index) for index in rows}
        marks = self.store.marks(self._id, self.annotator, [k for k in keys.values() if k])
        wanted = {"labeled": "submitted", "skipped": "skipped", "unlabeled": "draft"}[kind]
        return [
            index for index in rows if self._state(index, marks.get(keys[index] or "")) == wanted
        ]

    def _state(self, index: int, mark: Mark | None) -> str:
        """Return a task's state; work on data that has changed since is work to be done."""
        if mark is None or mark.state == "draft" or not self._is_same(index, mark):
            return "draft"
        return mark.state

    def _is_same(self, index: int, mark: Mark) -> bool:
        """Whether a decision was made on the data that the row has now."""
        if not mark.digest or self._key_column is None:
            return True  # the key is the data
        if mark.key not in self._present:
            self._present[mark.key] = digest(self._bound(index).data)
        return self._present[mark.key] == mark.digest

    def start(self) -> int:
        """Return the row to begin with: the one looked at last, else the first unlabeled."""
        if len(self) == 0:
            return 0
        remembered = self.store.remembered(self._id, self.annotator)
        if remembered is not None:
            key, index = remembered
            if index < len(self) and self._key_or_none(index) == key:
                return index
            moved = self._place(key)
            if moved is not None:
                return moved
        return next(iter(self.find(0, 1, "unlabeled")), 0)

    def remember(self, index: int) -> None:
        """Keep the row that this annotator looks at."""
        self.store.remember(self._id, self.annotator, self.key(index), index)

    def decisions(self, count: int) -> list[dict[str, Any]]:
        """Return this annotator's last decisions, newest first.

        Returns
        -------
        list of dict
            ``index`` (None where the data has no such row), ``key``, ``state`` and ``text``,
            the labels in one text.
        """
        decisions = self.store.decisions(self._id, self.annotator, count)
        self._meet_neighbours(count)
        return [
            {
                "index": None if self._keys is None else self._keys.met(decision.key),
                "key": decision.key,
                "state": decision.state,
                "text": _summary(item.result for item in decision.items),
            }
            for decision in decisions
        ]

    def _meet_neighbours(self, count: int) -> None:
        """Meet the rows where the last decisions most likely were made."""
        remembered = self.store.remembered(self._id, self.annotator)
        place = remembered[1] if remembered else 0
        for index in range(max(place - 2 * count, 0), min(place + count, len(self))):
            if self._rows is not None:
                self._key_or_none(index)

    # -- the model

    def _suggest(self, key: str, suggestion: Prediction) -> None:
        index = self._place(key)
        if index is None:
            return
        bound = self._bound(index)
        self.store.predict(self._id, key, digest(bound.data), self._data(index, bound), suggestion)
        self._tell("suggestion", key)

    def _fail(self, sentence: str) -> None:
        self._tell("problem", sentence)

    # -- work without a screen

    def annotate(
        self, key: Any, results: Sequence[Mapping[str, Any]], annotator: str | None = None
    ) -> str:
        """Submit results for a task; open editors show them.

        Parameters
        ----------
        key
            The task's key.
        results
            Label Studio results. One without an ``id`` gets one; nothing else is changed, and
            `check` tells what does not fit the config.
        annotator
            Whose annotation it is, by default the project's annotator's; what this annotator
            said about the task before is replaced.

        Returns
        -------
        str
            The annotation's id, as in the column ``annotation`` of `results`.

        Raises
        ------
        DataError
            When no task has the key, or the results are no list of dicts.
        """
        text = self._known_key(key)
        given = _results(results)
        whose = self.annotator if annotator is None else annotator
        index = self._place(text)
        seen = "" if index is None else digest(self._bound(index).data)
        for _ in range(_ATTEMPTS):
            mine = [a for a in self.store.annotations(self._id, text) if a.annotator == whose]
            present = max(mine, key=lambda a: a.updated_at, default=None)
            change = _replacing(text, present, given, seen)
            if isinstance(self._apply(change, whose), Applied):
                self._tell("annotation", text)
                return change.annotation
        raise StoreError(f'task "{text}" is changed elsewhere all the time; nothing was written')

    def _known_key(self, key: Any) -> str:
        text = canonical_key(key)
        if text is None:
            raise DataError("annotate() was given a null key")
        if self._rows is None:
            if not self.store.digests(self._id, [text]):
                raise DataError(f'the store has no task with the key "{text}"')
        elif self._place(text) is None:
            raise DataError(f'no task has the key "{text}"')
        return text

    def progress(self) -> dict[str, int]:
        """Count this annotator's tasks.

        Returns
        -------
        dict
            ``total`` tasks; ``done`` (submitted), ``skipped`` and ``drafts`` among them; and
            ``changed``, whose data is no longer what the work was done on: these are not done.
        """
        with self._lock:
            self._logged, keys = self.store.marked_since(self._id, self._logged)
            marks = self.store.marks(self._id, self.annotator, keys)
            self._tally.update({key: self._counted(mark) for key, mark in marks.items()})
            counts = Counter(self._tally.values())
        return {
            "total": len(self),
            "done": counts["submitted"],
            "skipped": counts["skipped"],
            "drafts": counts["draft"],
            "changed": counts["changed"],
        }

    def _counted(self, mark: Mark) -> str:
        if self._keys is None:
            return mark.state
        small = len(self) <= _SURE  # in a large frame a row counts as there until it was looked for
        index = self._keys.index(mark.key) if small else self._keys.met(mark.key)
        if index is None:
            return "gone" if self._keys.all_met else mark.state
        same = mark.state == "draft" or self._is_same(index, mark)
        return mark.state if same else "changed"

    def check(self) -> Any:
        """Report results that do not fit the config; nothing is changed.

        Returns
        -------
        frame
            One row a problem, in the data's library: ``key``, ``annotation``, ``id`` of the
            result, and the ``problem`` as a sentence. What was set aside when the data was read
            has no annotation.
        """
        columns: dict[str, type] = dict.fromkeys(("key", "annotation", "id", "problem"), str)
        return self._frame(self.check_rows(), columns)

    def check_rows(self) -> list[dict[str, Any]]:
        """Return what `check` reports, as dicts."""
        rows: list[dict[str, Any]] = [
            {"key": None, "annotation": None, "id": None, "problem": problem}
            for problem in self.problems
        ]
        for index, record in self._records():
            data = record.data if index is None else self._bound(index).data
            present = None if index is None else digest(data)
            for annotation in record.annotations:
                results = [loads(text) for text in annotation.submitted or annotation.draft or ()]
                found = list(tags.check(self.config, results, data))
                if present is not None and annotation.digest not in {"", present}:
                    found.append((None, "it was made on other data under the same key"))
                rows += [
                    {
                        "key": record.key,
                        "annotation": annotation.uid,
                        "id": None if place is None else results[place].get("id"),
                        "problem": problem,
                    }
                    for place, problem in found
                ]
        return rows

    # -- out

    def _records(self) -> Iterator[tuple[int | None, TaskRecord]]:
        """Yield what the store has of the data's tasks, in the order of the rows."""
        if self._rows is None:
            for record in self.store.records(self._id):
                yield None, record
            return
        seen: set[str] = set()
        for begin in range(0, len(self), _SLICE):
            keys: dict[str, int] = {}
            for index in range(begin, min(begin + _SLICE, len(self))):
                keys.setdefault(self.key(index), index)
            for record in self.store.records(self._id, [k for k in keys if k not in seen]):
                seen.add(record.key)
                yield keys[record.key], record

    def to_frame(
        self, annotations: Literal["latest", "all"] = "latest", *, drafts: bool = False
    ) -> Any:
        """Return the data with one more column for each control of the config.

        Parameters
        ----------
        annotations
            "latest" gives a task its newest annotation that is not skipped; "all" gives a row
            for each, with the column ``annotator``.
        drafts
            Whether unsubmitted work counts.

        Returns
        -------
        frame
            In the data's own library, its columns and index kept. A cell holds text for one
            choice, a list for several, a list of dicts for regions.

        Warns
        -----
        UserWarning
            When a control is named like a column: its own becomes ``<name>_annotation``.
        """
        _one_of("annotations", annotations, ("latest", "all"))
        rows = self._needed_rows()
        every = annotations == "all"
        added = ("annotator", *self.config.controls) if every else tuple(self.config.controls)
        names = _free_names(added, rows.columns)
        indices: list[int] = []
        columns: dict[str, list[Any]] = {names[name]: [] for name in added}
        for index, chosen in self._chosen(drafts=drafts, every=every):
            indices.append(index)
            if every:
                columns[names["annotator"]].append(None if chosen is None else chosen.annotator)
            for control, cell in self._cells(chosen, drafts=drafts).items():
                columns[names[control]].append(cell)
        return rows.repeat(indices, columns) if every else rows.attach(columns)

    def _chosen(
        self, *, drafts: bool, every: bool
    ) -> Iterator[tuple[int, AnnotationRecord | None]]:
        """Yield each row with its annotation, or with each of its annotations."""
        for begin in range(0, len(self), _SLICE):
            some = range(begin, min(begin + _SLICE, len(self)))
            keys = {index: self.key(index) for index in some}
            records = {r.key: r for r in self.store.records(self._id, list(keys.values()))}
            for index, key in keys.items():
                record = records.get(key)
                counting = [
                    a
                    for a in (record.annotations if record else ())
                    if a.state != "skipped" and (drafts or a.submitted is not None)
                ]
                if every and counting:
                    yield from ((index, annotation) for annotation in counting)
                else:
                    yield index, max(counting, key=lambda a: a.updated_at, default=None)

    def _cells(self, annotation: AnnotationRecord | None, *, drafts: bool) -> dict[str, Any]:
        by_control: dict[str, list[Result]] = {name: [] for name in self.config.controls}
        if annotation is not None:
            working = annotation.draft if drafts and annotation.draft is not None else None
            for text in (annotation.submitted or ()) if working is None else working:
                result = loads(text)
                by_control.setdefault(str(result.get("from_name")), []).append(result)
        return {
            name: self._cell(element, by_control[name])
            for name, element in self.config.controls.items()
        }

    def _cell(self, element: Element, results: list[Result]) -> Any:
        return tags.TAGS[element.tag].cell(element, results) if results else None

    def results(self, units: Literal["percent", "px"] = "percent", *, drafts: bool = False) -> Any:
        """Return one row for each result.

        Parameters
        ----------
        units
            "percent" of the image, as Label Studio has it, or "px" of the upright image.
        drafts
            Whether unsubmitted work counts.

        Returns
        -------
        frame
            In the data's library. ``start`` and ``end`` count code points, so that
            ``text[start:end]`` of the task's text is the column ``text``; ``rotation`` is in
            degrees, clockwise about the box's own top-left corner.
        """
        _one_of("units", units, get_args(table.Units))
        rows = (
            row
            for _, record in self._records()
            for row in table.rows(record, self._texts(record), units=units, drafts=drafts)
        )
        return self._frame(list(rows), table.COLUMNS)

    def _texts(self, record: TaskRecord) -> dict[str, str]:
        bound = tasks.bind(self.config, dict(record.data), 0)
        shown = {
            name: bound.values.get(element.id, {}).get("value", element.attributes.get("value"))
            for name, element in self.config.objects.items()
            if element.tag == "Text"
        }
        return {name: text for name, text in shown.items() if isinstance(text, str)}

    def _frame(self, rows: list[dict[str, Any]], columns: dict[str, type]) -> Any:
        return (self._rows or tasks.read([])).frame(rows, columns)

    def to_label_studio(
        self, *, drafts: bool = False, media: str | Path = "embed"
    ) -> list[dict[str, Any]]:
        """Return the tasks that something was said about, as Label Studio task dicts.

        Parameters
        ----------
        drafts
            Whether unsubmitted work is given too, as Label Studio's ``drafts``.
        media
            As in `export`.
        """
        return label_studio.tasks_of(self._outgoing(media), drafts=drafts)

    def export(
        self,
        path: str | Path,
        format: Format = "label-studio",  # noqa: A002 - the word users know
        *,
        media: str | Path = "embed",
        drafts: bool = False,
    ) -> Path:
        """Write the tasks that something was said about to a file.

        Parameters
        ----------
        path
            The file; it is replaced only when all is written.
        format
            "label-studio" (JSON that a Label Studio server imports as it is),
            "label-studio-min" or "csv", as Label Studio writes them.
        media
            What becomes of images that are not addresses: "embed" puts them into the file as
            data URIs; a folder's path writes them there; "keep" leaves paths as they are.
        drafts
            Whether unsubmitted work is written too.

        Returns
        -------
        pathlib.Path
            The file.
        """
        _one_of("format", format, get_args(Format), FormatError)
        target = Path(path).expanduser()
        if not target.parent.is_dir():
            raise FormatError(f'"{path}" cannot be written: there is no folder "{target.parent}"')
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        try:
            self._write(Path(temporary), format, media, drafts=drafts)
            Path(temporary).replace(target)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return target

    def _write(self, path: Path, form: Format, media: str | Path, *, drafts: bool) -> None:
        controls = {name: element.tag for name, element in self.config.controls.items()}

        def rows() -> Iterator[label_studio_min.Row]:
            return label_studio_min.rows(self._outgoing(media), controls, drafts=drafts)

        if form == "csv":
            with path.open("w", encoding="utf-8", newline="") as text:
                label_studio_min.write_csv(rows, text)
            return
        with path.open("wb") as file:
            if form == "label-studio-min":
                label_studio_min.write(rows(), file)
            else:
                label_studio.write(self._outgoing(media), file, drafts=drafts)

    def _outgoing(self, media: str | Path) -> Iterator[TaskRecord]:
        """Yield the tasks for an export, their data as Label Studio's importer takes it."""
        for index, record in self._records():
            if not record.annotations and not record.predictions:
                continue
            data = dict(record.data)
            if index is not None:
                others = self._row(index).items()
                data = {**{k: v for k, v in others if _is_plain(v)}, **data}
                if record.digest == digest(self._bound(index).data):
                    data |= self._carried(index, record.number, media)
            data |= {c: "" for c in self.config.columns if data.get(c) is None}
            yield replace(record, data=data)

    def _carried(self, index: int, number: int, media: str | Path) -> dict[str, Any]:
        """Return the columns that hold media as they leave."""
        places = count(1)

        def made(value: Any) -> Any:
            name = f"{number}-{next(places)}"
            loaded = None
            if not (media == "keep" and isinstance(value, str | os.PathLike)):
                loaded = self._load(value)
            if loaded is None or loaded.data is None:
                return tasks.as_json(value)
            return _placed(loaded, media, name)

        return tasks.replace_media(self.config, self._row(index), made)


def _placed(media: Media, where: str | Path, name: str) -> str:
    """Return a data URI, or the path of the file that was written."""
    data, mime = media.data or b"", media.mime or "application/octet-stream"
    if where in {"embed", "keep"}:
        return f"data:{mime};base64,{base64.b64encode(data).decode()}"
    folder = Path(where).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.{mime.partition('/')[2].partition('+')[0]}"
    file.write_bytes(data)
    return str(file)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | list | dict) and value == value  # noqa: PLR0124 - a NaN is none


def _free_names(wanted: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return names for new columns that overwrite none of the user's."""
    names: dict[str, str] = {}
    used = set(taken)
    for name in wanted:
        column = name
        while column in used:
            column += "_annotation"
        if column != name:
            warnings.warn(
                f'"{name}" is a column of the data already; what was annotated is in "{column}"',
                stacklevel=3,
            )
        used.add(column)
        names[name] = column
    return names


def _root(root: str | Path | Sequence[str | Path] | None, data: Any) -> Any:
    """Return the folders for local media: by default here, and where the data's file lies."""
    if root is None and isinstance(data, str | os.PathLike):
        return (Path.cwd(), Path(data).expanduser().resolve().parent)
    return root


def _known_only(unknown: Mapping[str, Any]) -> None:
    for name in unknown:
        accepted = [n for n in inspect.signature(Project).parameters if n != "unknown"]
        raise TypeError(f'there is no argument "{name}"{near(name, accepted)}')


def _one_of(
    what: str, given: str, accepted: Sequence[str], error: type[NblabelError] = DataError
) -> None:
    if given not in accepted:
        words = ", ".join(f'"{word}"' for word in accepted)
        raise error(f'{what}="{given}" is not known; one of {words} is{near(str(given), accepted)}')


def _stored(store: Store, name: str | None) -> tuple[str, str]:
    """Return name and config of the project that is meant."""
    known = store.projects()
    names = ", ".join(f'"{known_name}"' for known_name in known) or "none"
    if name is None:
        if len(known) != 1:
            raise StoreError(
                f'the store "{store.url}" has {len(known)} projects ({names}): '
                "give the config, or name= one of them"
            )
        name = next(iter(known))
    if name not in known:
        hint = near(name, known)
        raise StoreError(f'the store "{store.url}" has no project "{name}", only {names}{hint}')
    return name, known[name]


def _bounded(place: int, last: int, step: int) -> int:
    return min(place, last) if step > 0 else max(place, last)


def _summary(results: Iterable[Result]) -> str:
    labels = dict.fromkeys(text for result in results if (text := table.label(result)))
    return ", ".join(labels)


def _results(given: Any) -> list[Result]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise DataError(
            f"annotate() was given {type(given).__name__}; it takes a list of Label Studio results"
        )
    results = [dict(result) if isinstance(result, Mapping) else result for result in given]
    for place, result in enumerate(results):
        if not isinstance(result, dict):
            raise DataError(
                f"result {place} is {type(result).__name__}; a Label Studio result is a dict"
            )
        if result.get("type") != "relation":
            result.setdefault("id", region_id())
    return [loads(dumps(result)) for result in results]


def _replacing(
    key: str, present: Annotation | None, results: Sequence[Result], seen: str
) -> Change:
    """Return the change that makes an annotation's results these."""
    old = present.items if present else ()
    first = max((item.ordinal for item in old), default=0.0) + 1.0
    removed = [Edit(item.uid, item.ordinal, item.result, None) for item in old]
    added = [Edit(unique_id(), first + place, None, result) for place, result in enumerate(results)]
    return Change(
        key=key,
        annotation=present.uid if present else unique_id(),
        base=present.revision if present else 0,
        client=f"annotate:{unique_id()}",
        seq=1,
        at=now(),
        action="submit",
        edits=(*removed, *added),
        digest=seen,
    )
