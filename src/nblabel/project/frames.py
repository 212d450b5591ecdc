"""What comes out as frames: the data with its labels, the results, what does not fit."""

from __future__ import annotations

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


def to_frame(work: Work, which: Which, *, drafts: bool) -> Any:
    """Return the data with one more column for each control; see `Project.to_frame`."""
    rows = work.needed_data.rows
    controls = work.config.controls
    added = ("annotator", *controls) if which == "all" else tuple(controls)
    names = _free_names(added, rows.columns)
    indices: list[int] = []
    annotators: list[str | None] = []
    columns: dict[str, list[Any]] = {name: [] for name in controls}
    with seldom_searched():
        for some in shown_in_lists(
            _chosen(work, which, drafts=drafts), "reading labels", len(rows)
        ):
            indices += [index for index, _ in some]
            if which == "all":
                annotators += [None if said is None else said.annotator for _, said in some]
            for name, cells in _cells(controls, [said for _, said in some]):
                columns[name] += cells
    made = {"annotator": annotators, **columns} if which == "all" else columns
    named = {names[name]: cells for name, cells in made.items()}
    return rows.repeat(indices, named) if which == "all" else rows.attach(named)


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


def _cells(
    controls: Mapping[str, Element], said: Sequence[Said | None]
) -> Iterable[tuple[str, list[Any]]]:
    """Return a column for each control: what each annotation says there."""
    made: dict[str, list[Any]] = {name: [] for name in controls}
    columns = [
        (name, made[name], control, tags.TAGS[control.tag].cell)
        for name, control in controls.items()
    ]
    for one in said:
        given: dict[str, list[Result]] = {}
        for result in () if one is None else one.results:
            given.setdefault(str(result.get("from_name")), []).append(result)
        for name, cells, control, cell in columns:
            results = given.get(name)
            cells.append(cell(control, results) if results else None)
    return made.items()


def _free_names(wanted: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return names for new columns that overwrite none of the user's."""
    names: dict[str, str] = {}
    used = set(taken)
    for name in wanted:
        column = name
        while column in used:
            column += "_annotation"
        if column != name:
            warn(f'"{name}" is a column of the data already; what was annotated is in "{column}"')
        used.add(column)
        names[name] = column
    return names


def results(work: Work, units: table.Units, *, drafts: bool) -> Any:
    """Return one row for each result; see `Project.results`."""
    shows = {
        name: element
        for name, element in work.config.objects.items()
        if element.tag == "Text" and _is_plain_text(work.config, element)
    }
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
