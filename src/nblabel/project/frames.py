"""What comes out as frames: the data with its labels, the results, what does not fit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from nblabel import tags, tasks
from nblabel.base.arguments import warn
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import DataError
from nblabel.base.ids import digest
from nblabel.base.jsontext import loads
from nblabel.base.progress import shown_in_lists
from nblabel.config import Config
from nblabel.core.annotation import Result, value_of
from nblabel.core.element import Element
from nblabel.core.record import Said
from nblabel.core.task import Media
from nblabel.formats import table
from nblabel.formats.words import data_words, words
from nblabel.media.masks import Mask, array_of
from nblabel.project.work import SLICE, Work

Which = Literal["latest", "all"]

_BREAK = re.compile(r"\r|\n")


def to_frame(work: Work, which: Which, *, drafts: bool, status: bool, flat: bool) -> Any:
    """Return the data with one more column for each control; see `Project.to_frame`."""
    rows = work.needed_data.rows
    if flat:
        rows = rows.worded(data_words)
    controls = repeated_controls(work)
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
            made += _cells(controls, some, lines, flat=flat)
            for column, cells in zip(columns, made, strict=True):
                column.extend(cells)
    named = dict(zip(names, columns, strict=True))
    return rows.repeat(indices, named) if of_all else rows.attach(named)


def repeated_controls(work: Work) -> dict[str, Element]:
    """Return the controls by name; of those that are repeated, the copies that some row has.

    The copies of one stand together, in the order of their numbers.
    """
    config = work.config
    if not config.repeated or work.data is None:
        return dict(config.controls)
    rows = work.data.rows
    of_template: dict[int, dict[str, Element]] = {e.id: {} for e in config.controls.values()}
    configs: dict[Config, None] = {}
    for start in range(0, len(rows), SLICE):
        for row in rows.stretch(start, min(start + SLICE, len(rows)), config.repeated_columns):
            configs[config.as_in(row or {})] = None
    for own in configs:
        for name, element in own.controls.items():
            template = config.find(name)
            if template is not None and own.of_task:
                of_template[template.id].setdefault(name, element)
    return {
        name: element
        for copies in of_template.values()
        for name, element in sorted(copies.items(), key=lambda copy: _numbered(copy[0]))
    }


def _numbered(name: str) -> list[Any]:
    """Return what sorts names by the numbers in them.

    >>> sorted(["a_10", "a_9"], key=_numbered)
    ['a_9', 'a_10']
    """
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _chosen(work: Work, which: Which, *, drafts: bool) -> Iterator[list[tuple[int, Said | None]]]:
    """Yield rows, some at a time, each with its annotation or with each of its annotations."""
    for keys in work.slices():
        known = [key for key in keys.values() if key is not None]
        found = work.store.said(work.id, known, drafts=drafts)
        every: list[tuple[int, Sequence[Said | None]]]
        every = [
            (index, (None,) if key is None else found.get(key, (None,)))
            for index, key in keys.items()
        ]
        if which == "all":
            yield [(index, one) for index, said in every for one in said]
        else:
            yield [(index, said[-1]) for index, said in every]


def _statuses(work: Work, some: Sequence[tuple[int, Said | None]]) -> list[str]:
    """Return what has become of each task: also where nothing was said, or nothing counts."""
    data = work.needed_data
    silent = [index for index, said in some if said is None]
    keys = data.keys.usable(min(silent), max(silent) + 1) if silent else {}
    states = work.store.states(work.id, [keys[index] for index in silent if index in keys])

    def of(index: int, said: Said | None) -> str:
        if said is None:
            known = states.get(keys.get(index, ""), ())
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
        self._of_task = cache(_plain_texts)

    def restore(self, result: Result, index: int) -> None:
        """Put into a result's value what is marked, where that is what is spelled there."""
        value = value_of(result)
        marked = self._marked(result, index) if isinstance(value.get("text"), str) else None
        if marked is not None and _BREAK.sub(r"\\n", marked) == value["text"]:
            value["text"] = marked

    def mark(self, result: Result, index: int) -> None:
        """Put into a result's value what is marked, where it does not say."""
        value = value_of(result)
        marked = None if "text" in value else self._marked(result, index)
        if marked:
            value["text"] = marked

    def _marked(self, result: Result, index: int) -> str | None:
        """Return what a result marks of a plain text."""
        config, name = self._work.config, str(result.get("to_name"))
        if config.repeated:
            config = config.as_in(self._work.needed_data.row(index))
        shows = (self._of_task(config) if config.of_task else self._shows).get(name)
        start, end = (value_of(result).get(name) for name in ("start", "end"))
        if shows is None or not (isinstance(start, int) and isinstance(end, int)):
            return None
        text = tasks.shown_value(config, shows, self._work.needed_data.row(index))
        return text[start:end] if isinstance(text, str) else ""


def _cells(
    controls: Mapping[str, Element],
    some: Sequence[tuple[int, Said | None]],
    lines: _Lines,
    *,
    flat: bool,
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
        if said is not None and "\\\\n" in "".join(said.texts):
            for result in itertools.chain(*given.values()):
                lines.restore(result, index)
        for result in itertools.chain(*given.values()) if flat else ():
            lines.mark(result, index)
        for name, cells, control, cell in made:
            results = given.get(name)
            told = cell(control, results) if results else None
            cells.append(words(told) if flat else told)
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


def results(work: Work, units: table.Units, *, drafts: bool, masks: bool) -> Any:
    """Return one row for each result; see `Project.results`."""
    shows = _plain_texts(work.config)
    rows: list[table.Row] = []
    labels: list[Any] = []
    arrays: list[Mask | None] = []
    with seldom_searched():
        for keys in shown_in_lists(work.pages(), "reading results", len(work)):
            said = work.store.said(work.id, list(keys), drafts=drafts)
            data = work.store.data(work.id, list(said)) if shows else {}
            for key in keys:
                if key in said:
                    text_of = _Shown(work.config, shows, data.get(key)).text
                    size_of = _sizes(work, keys[key])
                    for one in said[key]:
                        rows += table.rows(key, one, text_of, units, size_of)
                        if masks:
                            arrays += [_mask(result, size_of) for result in one.results]
                    labels += [label_of(work, keys[key])] * (len(rows) - len(labels))
    values = {**table.columns(rows), "index": labels}
    frame = new_frame(work, values, beside_key(table.COLUMNS, labels))
    return (frame, arrays) if masks else frame


def _mask(result: Result, size_of: table.SizeOf) -> Mask | None:
    """Return the mask of a result; its run lengths are about an image of the size that it says."""
    value = value_of(result)
    if not {"rle", "imageDataURL"} & value.keys():
        return None
    sides = table.whole(result.get("original_width")), table.whole(result.get("original_height"))
    width, height = sides if None not in sides else size_of(result) or (None, None)
    size = (width, height) if width and height and width > 0 and height > 0 else None
    return array_of(value, size)


def label_of(work: Work, index: int | None) -> Any:
    """Return what the frame's index calls a row."""
    return None if index is None else work.needed_data.rows.label(index)


def beside_key(columns: Mapping[str, type], labels: Iterable[Any]) -> dict[str, type]:
    """Return columns with ``index`` after ``key``, of the type that labels of rows are of.

    >>> beside_key({"key": str, "id": str}, [4, None, 7])
    {'key': <class 'str'>, 'index': <class 'int'>, 'id': <class 'str'>}
    """
    kinds = {*map(type, labels)} - {type(None)} or {int}
    plain = next((kind for kind in (int, str) if kinds == {kind}), object)
    made: dict[str, type] = {}
    for name, kind in columns.items():
        made[name] = kind
        if name == "key":
            made["index"] = plain
    return made


def _sizes(work: Work, index: int | None) -> table.SizeOf:
    """Make what knows the sizes of a row's images; they are read when they are asked for."""

    @cache
    def shown() -> Mapping[int, Sequence[Media]]:
        try:
            return {} if index is None else work.needed_data.media(index)
        except DataError:
            return {}

    @cache
    def own() -> Config:
        data = {} if index is None else work.needed_data.row(index)
        return work.config.as_in(data)

    def size_of(result: Result) -> tuple[int, int] | None:
        named = own().find(str(result.get("to_name")))
        item = table.whole(result.get("item_index")) or 0
        images = shown().get(named.id, ()) if named else ()
        image = images[item] if 0 <= item < len(images) else Media()
        return None if image.width is None or image.height is None else (image.width, image.height)

    return size_of


class _Shown:
    """What the Texts of one task show, where that is in the data as it stands."""

    __slots__ = ("_config", "_json", "_shows", "_texts")

    def __init__(self, config: Config, shows: Mapping[str, Element], json: str | None) -> None:
        self._config = config
        self._shows = shows
        self._json = json
        self._texts: dict[str, str | None] = {}

    def text(self, name: str) -> str | None:
        """Return what the Text of a name shows."""
        if name not in self._texts:
            config, shows = self._config, self._shows
            if config.repeated and self._json is not None:
                config = config.as_in(loads(self._json))
                shows = _plain_texts(config)
            element = shows.get(name)
            text = None
            if element is not None and self._json is not None:
                data = loads(self._json)
                value = element.attributes.get("value", "")
                text = data.get(value[1:]) if value.startswith("$") else None  # mostly a column
                if not isinstance(text, str):
                    text = tasks.shown_value(config, element, data)
            self._texts[name] = text if isinstance(text, str) else None
        return self._texts[name]


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
    aside = () if work.data is None else work.data.set_aside()
    rows = [_finding(problem) for problem in dict.fromkeys((*problems, *aside))]
    checker = tags.Checker(work.config)
    with seldom_searched():
        for keys in shown_in_lists(work.pages(), "checking", len(work)):
            said = work.store.said(work.id, list(keys), every=True)
            for key, bound in _bound(work, keys, said):
                present = None if work.data is None else digest(bound)
                for one in said[key]:
                    rows += _findings(checker, key, one, bound, present)
    return rows


def _bound(
    work: Work, keys: Mapping[str, int | None], said: Mapping[str, object]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield those tasks that something was said about, with their data as it is now."""
    if work.data is None:
        stored = work.store.data(work.id, list(said))
        yield from ((key, loads(stored[key])) for key in keys if key in said)
        return
    indices = {key: index for key, index in keys.items() if key in said and index is not None}
    if not indices:
        return
    start, stop = min(indices.values()), max(indices.values()) + 1
    rows = work.data.rows.stretch(start, stop, work.data.rows.columns)
    for key, index in indices.items():
        yield key, tasks.bound_data(work.config, rows[index - start] or {})


def _findings(
    checker: tags.Checker, key: str, said: Said, data: dict[str, Any], present: str | None
) -> Iterator[dict[str, Any]]:
    """Yield what does not fit in one annotation; ``present`` is the digest of its row now."""
    results = said.results
    for number, sentence in checker.check(results, data):
        yield _finding(sentence, key, said.uid, None if number is None else results[number])
    if present is not None and said.digest not in {"", present}:
        yield _finding("it was made on other data under the same key", key, said.uid)


def check(work: Work, problems: Iterable[str]) -> Any:
    """Report results that do not fit the config; see `Project.check`."""
    columns: dict[str, type] = dict.fromkeys(_finding(""), str)
    rows = check_rows(work, problems)
    values = {name: [row[name] for row in rows] for name in columns}
    met = None if work.data is None else work.data.keys.met  # a check has met every row
    labels = [label_of(work, met(key) if met and key else None) for key in values["key"]]
    return new_frame(work, {**values, "index": labels}, beside_key(columns, labels))


def _finding(
    problem: str,
    key: str | None = None,
    annotation: str | None = None,
    result: Result | None = None,
) -> dict[str, Any]:
    of_result = result.get("id") if isinstance(result, dict) else None
    return {"key": key, "annotation": annotation, "id": of_result, "problem": problem}


def new_frame(work: Work, values: Mapping[str, Sequence[Any]], columns: dict[str, type]) -> Any:
    """Return a frame in the data's library."""
    library = tasks.read([]) if work.data is None else work.data.rows
    return library.frame(values, columns)
