"""What comes out as frames: the data with its labels, the results, what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from nblabel import tags, tasks
from nblabel.base.arguments import warn
from nblabel.base.cycles import seldom_searched
from nblabel.base.ids import digest
from nblabel.base.jsontext import loads
from nblabel.base.progress import shown
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
    columns: dict[str, list[Any]] = {names[name]: [] for name in added}
    with seldom_searched():
        rows_with_work = _chosen(work, which, drafts=drafts)
        for index, chosen in shown(rows_with_work, "reading labels", len(rows)):
            indices.append(index)
            if which == "all":
                columns[names["annotator"]].append(None if chosen is None else chosen.annotator)
            for control, cell in _cells(controls, chosen, drafts=drafts).items():
                columns[names[control]].append(cell)
    return rows.repeat(indices, columns) if which == "all" else rows.attach(columns)


def _chosen(work: Work, which: Which, *, drafts: bool) -> Iterator[tuple[int, Said | None]]:
    """Yield each row with its annotation, or with each of its annotations."""
    for keys in work.slices():
        said = work.store.said(work.id, list(keys.values()))
        for index, key in keys.items():
            counting = [
                a
                for a in said.get(key, ())
                if a.state != "skipped" and (drafts or a.submitted is not None)
            ]
            if which == "all" and counting:
                yield from ((index, annotation) for annotation in counting)
            else:
                yield index, max(counting, key=lambda a: a.updated_at, default=None)


def _cells(controls: Mapping[str, Element], said: Said | None, *, drafts: bool) -> dict[str, Any]:
    cells: dict[str, Any] = dict.fromkeys(controls)
    by_control: dict[str, list[Result]] = {}
    for result in () if said is None else map(loads, said.counting(drafts=drafts)):
        by_control.setdefault(str(result.get("from_name")), []).append(result)
    for name, results in by_control.items():
        if name in controls:
            cells[name] = tags.TAGS[controls[name].tag].cell(controls[name], results)
    return cells


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
    rows = [
        row
        for _, _, record in shown(work.records(), "reading results")
        for row in table.rows(record, _texts(work.config, record), units=units, drafts=drafts)
    ]
    return _frame(work, rows, table.COLUMNS)


def _texts(config: Config, record: TaskRecord) -> dict[str, str]:
    """Return what each Text shows, by name, where that is in the data as it stands."""
    bound = tasks.bind(config, record.data)
    texts = {
        name: bound.values.get(element.id, {}).get("value", element.attributes.get("value"))
        for name, element in config.objects.items()
        if element.tag == "Text" and _is_plain_text(config, element)
    }
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
    for index, row, record in shown(work.records(), "checking"):
        bound = None if index is None else tasks.bound_data(work.config, row)
        present = None if bound is None else digest(bound)
        for annotation in record.annotations:
            texts = annotation.submitted or annotation.draft or ()
            results = [loads(text) for text in texts]
            for place, sentence in tags.check(
                work.config, results, record.data if bound is None else bound
            ):
                result = None if place is None else results[place]
                rows.append(_finding(sentence, record.key, annotation.uid, result))
            if present is not None and annotation.digest not in {"", present}:
                sentence = "it was made on other data under the same key"
                rows.append(_finding(sentence, record.key, annotation.uid))
    return rows


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
