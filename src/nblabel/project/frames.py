"""What comes out as frames: the data with its labels, the results, what does not fit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from nblabel import tags, tasks
from nblabel.base.arguments import warn
from nblabel.base.cycles import seldom_searched
from nblabel.base.ids import digest
from nblabel.base.jsontext import loads
from nblabel.base.progress import shown, shown_in_lists
from nblabel.config import Config
from nblabel.core.annotation import Result
from nblabel.core.element import Element
from nblabel.core.record import Said, TaskRecord
from nblabel.formats import table
from nblabel.project.work import Work

Which = Literal["latest", "all"]

_BREAK = re.compile(r"\r|\n")


def to_frame(work: Work, which: Which, *, drafts: bool, status: bool) -> Any:
    """Return the data with one more column for each control; see `Project.to_frame`."""
    rows = work.needed_data.rows
    controls = work.config.controls
    lines = _Lines(work)
    of_all = which == "all"
    names = _free_names([*["annotator"] * of_all, *["status"] * status, *controls], rows.columns)
    columns: list[list[Any]] = [[] for _ in names]
    indices: list[int] = []
    with seldom_searched():
        for some in shown_in_lists(
            _chosen(work, which, drafts=drafts), "reading labels", len(rows)
        ):
            indices += [index for index, _ in some]
            made: list[list[Any]] = []
            if of_all:
                made.append([said and said.annotator for _, said in some])
            if status:
                made.append(_statuses(work, some))
            made += _cells(controls, some, lines)
            for column, cells in zip(columns, made, strict=True):
                column.extend(cells)
    named = dict(zip(names, columns, strict=True))
    return rows.repeat(indices, named) if of_all else rows.attach(named)


def _chosen(work: Work, which: Which, *, drafts: bool) -> Iterator[list[tuple[int, Said | None]]]:
    """Yield rows, some at a time, each with its annotation or with each of its annotations."""
    for keys in work.slices():
        found = work.store.said(work.id, list(keys.values()), drafts=drafts)
        every: list[tuple[int, Sequence[Said | None]]]
        every = [(index, found.get(key, (None,))) for index, key in keys.items()]
        if which == "all":
            yield [(index, one) for index, said in every for one in said]
        else:
            yield [(index, said[-1]) for index, said in every]


def _statuses(work: Work, some: Sequence[tuple[int, Said | None]]) -> list[str]:
    """Return what has become of each task: also where nothing was said, or nothing counts."""
    data = work.needed_data
    silent = {index: data.key(index) or "" for index, said in some if said is None}
    states = work.store.states(work.id, list(silent.values()))

    def of(index: int, said: Said | None) -> str:
        if said is None:
            known = states.get(silent[index], ())
            return next((state for state in ("skipped", "draft") if state in known), "unlabeled")
        if data.key_column and said.digest and said.digest != data.digest(index):
            return "changed"
        return said.state

    return [of(index, said) for index, said in some]


class _Lines:
    """Gives a span back the line breaks that Label Studio's JSON spells as backslash and n."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._shows = _plain_texts(work.config)

    def restore(self, result: Result, index: int) -> None:
        """Put into a result's value what is marked, where that is what is spelled there."""
        value = result.get("value")
        shows = self._shows.get(str(result.get("to_name")))
        if shows is None or not isinstance(value, dict):
            return
        spelled, start, end = (value.get(name) for name in ("text", "start", "end"))
        if not (isinstance(spelled, str) and isinstance(start, int) and isinstance(end, int)):
            return
        text = tasks.shown_value(self._work.config, shows, self._work.needed_data.row(index))
        marked = text[start:end] if isinstance(text, str) else ""
        if _BREAK.sub(r"\\n", marked) == spelled:
            value["text"] = marked


def _cells(
    controls: Mapping[str, Element], some: Sequence[tuple[int, Said | None]], lines: _Lines
) -> list[list[Any]]:
    """Return a column for each control: what each annotation says there."""
    columns: dict[str, list[Any]] = {name: [] for name in controls}
    made = [
        (name, columns[name], control, tags.TAGS[control.tag].cell)
        for name, control in controls.items()
    ]
    for index, said in some:
        given: dict[str, list[Result]] = {}
        for result in () if said is None else said.results:
            given.setdefault(str(result.get("from_name")), []).append(result)
        if said is not None and any("\\\\n" in text for text in said.texts):
            for result in itertools.chain(*given.values()):
                lines.restore(result, index)
        for name, cells, control, cell in made:
            results = given.get(name)
            cells.append(cell(control, results) if results else None)
    return list(columns.values())


def _free_names(wanted: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Return names for new columns that overwrite none of the user's."""
    names: list[str] = []
    used = set(taken)
    for name in wanted:
        column = name
        while column in used:
            column += "_annotation"
        if column != name:
            warn(f'"{name}" is a column of the data already; what was annotated is in "{column}"')
        used.add(column)
        names.append(column)
    return names


def _plain_texts(config: Config) -> dict[str, Element]:
    """Return the Texts that show their value as it stands, by name."""
    return {
        name: element
        for name, element in config.objects.items()
        if element.tag == "Text" and _is_plain_text(config, element)
    }


def results(work: Work, units: table.Units, *, drafts: bool) -> Any:
    """Return one row for each result; see `Project.results`."""
    shows = _plain_texts(work.config)
    rows: list[dict[str, Any]] = []
    with seldom_searched():
        for _, _, record in shown(work.records(), "reading results"):
            texts = _texts(work.config, shows, record)
            rows += table.rows(record, texts, units=units, drafts=drafts)
    return _frame(work, rows, table.COLUMNS)


def _texts(config: Config, shows: Mapping[str, Element], record: TaskRecord) -> dict[str, str]:
    """Return what each Text shows, by name, where that is in the data as it stands."""
    texts = {n: tasks.shown_value(config, element, record.data) for n, element in shows.items()}
    return {name: text for name, text in texts.items() if isinstance(text, str)}


def _is_plain_text(config: Config, element: Element) -> bool:
    """Whether a Text's value is the text itself: no address, and nothing to be decoded."""
    return (
        config.attribute(element, "valueType") == "text"
        and config.attribute(element, "encoding") == "none"
        and "resolver" not in element.attributes
    )


def check_rows(work: Work, problems: Iterable[str]) -> list[dict[str, Any]]:
    """Return what `Project.check` reports, as dicts.

    Parameters
    ----------
    work
        What is checked.
    problems
        What was told when the project was opened.
    """
    rows = [_finding(problem) for problem in problems]
    with seldom_searched():
        for index, row, record in shown(work.records(), "checking"):
            bound = None if index is None else tasks.bound_data(work.config, row)
            rows += _findings(work.config, record, bound)
    return rows


def _findings(
    config: Config, record: TaskRecord, bound: dict[str, Any] | None
) -> Iterator[dict[str, Any]]:
    """Yield what does not fit in one task; ``bound`` is its row now, where there is one."""
    present = None if bound is None else digest(bound)
    for annotation in record.annotations:
        texts = annotation.submitted or annotation.draft or ()
        results = [loads(text) for text in texts]
        data = record.data if bound is None else bound
        for place, sentence in tags.check(config, results, data):
            result = None if place is None else results[place]
            yield _finding(sentence, record.key, annotation.uid, result)
        if present is not None and annotation.digest not in {"", present}:
            sentence = "it was made on other data under the same key"
            yield _finding(sentence, record.key, annotation.uid)


def check(work: Work, problems: Iterable[str]) -> Any:
    """Report results that do not fit the config; see `Project.check`."""
    columns: dict[str, type] = dict.fromkeys(_finding(""), str)
    return _frame(work, check_rows(work, problems), columns)


def _finding(
    problem: str,
    key: str | None = None,
    annotation: str | None = None,
    result: Result | None = None,
) -> dict[str, Any]:
    of_result = result.get("id") if isinstance(result, dict) else None
    return {"key": key, "annotation": annotation, "id": of_result, "problem": problem}


def _frame(work: Work, rows: list[dict[str, Any]], columns: dict[str, type]) -> Any:
    library = tasks.read([]) if work.data is None else work.data.rows
    return library.frame(rows, columns)
