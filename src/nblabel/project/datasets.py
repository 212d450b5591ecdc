"""Tasks on their way out to formats of datasets, each with the one annotation for it."""

from __future__ import annotations

import inspect
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from nblabel import tasks
from nblabel.base.arguments import warn
from nblabel.base.cycles import seldom_searched
from nblabel.base.errors import ArgumentError, DataError, FormatError, near
from nblabel.base.files import whole, whole_folder
from nblabel.base.ids import digest
from nblabel.base.optional import optional
from nblabel.base.progress import shown
from nblabel.base.times import by_time
from nblabel.config import Config
from nblabel.core.element import Element
from nblabel.core.record import AnnotationRecord, TaskRecord
from nblabel.core.task import Media
from nblabel.formats import FORMATS, huggingface
from nblabel.formats.dataset import Example, Format, Lost, Medium, Names, Out
from nblabel.project.work import Work

T = TypeVar("T")

_TOLD = 5  # kinds of losses that a warning names
_FEW = 3  # keys that it names of each
_LEFT_OUT = "another annotation of the task is left out: one stands for it"


def write(
    work: Work,
    target: Path,
    form: Format,
    media: str | Path | None,
    settings: Mapping[str, Any],
    *,
    drafts: bool,
) -> None:
    """Write tasks in a format of datasets; warn once of what did not fit."""
    losses = Counted()
    _write(work, target, form, settings, losses.add, media=media, drafts=drafts)
    losses.tell(form.name, f'losses("{form.name}")')


def to_dataset(work: Work, *, drafts: bool) -> Any:
    """Return a dataset of Hugging Face's library; see `Project.to_dataset`."""
    library = optional("datasets", feature="to_dataset()", extra="datasets")
    if sentence := huggingface.fits(work.config):
        raise FormatError(f"to_dataset(): {sentence}")
    kinds = set[str]()

    def shown(kind: str, example: Example, medium: Medium) -> dict[str, Any]:
        kinds.add(kind)
        media = medium.load()
        if media.data is None and not medium.address:
            told.add(example.key, "", f"a medium cannot be read: {media.problem}")
        return {kind: {"path": medium.address or medium.name, "bytes": media.data}}

    told = Counted()
    given = examples(work, told.add, drafts=drafts)
    with seldom_searched():
        rows = [row for one in given for row in huggingface.rows(one, told.add, shown)]
    made = library.Dataset.from_list(rows, features=_features(library, work.config, kinds))
    for kind in kinds:  # by its bytes: a library that decodes need not be there
        made = made.cast_column(kind, library.Image() if kind == "image" else library.Audio())
    told.tell("to_dataset()", 'losses("huggingface")')
    return made


def _features(library: Any, config: Config, kinds: set[str]) -> Any:
    """Return the types of a dataset's columns; one of several choices keeps their names."""
    columns = huggingface.columns_of(config, next(iter(kinds), "file_name"))
    made = {name: _feature(library, one) for name, one in columns.items()}
    file = {"bytes": library.Value("binary"), "path": library.Value("string")}
    made |= dict.fromkeys(kinds, file)
    for name, element in config.controls.items():
        labels = config.labels(element)
        if element.tag == "Choices" and labels and columns.get(name, ()) is None:
            made[name] = library.ClassLabel(names=list(labels))
    return library.Features(made)


def _feature(library: Any, example: Any) -> Any:
    if isinstance(example, dict):
        return {name: _feature(library, one) for name, one in example.items()}
    if isinstance(example, list):
        return [_feature(library, example[0] if example else "")]
    return library.Value({int: "int64", float: "float64"}.get(type(example), "string"))


def losses(
    work: Work, form: Format, settings: Mapping[str, Any], *, drafts: bool
) -> list[dict[str, str]]:
    """Return all that does not fit a format, found by writing it where nobody reads it."""
    rows: list[dict[str, str]] = []

    def lost(key: str, control: str, what: str) -> None:
        rows.append({"key": key, "control": control, "what": what})

    folder = Path(tempfile.mkdtemp())
    try:
        target = folder / f"dry{(form.suffixes or ('',))[0]}"
        _write(work, target, form, settings, lost, media="keep", drafts=drafts, is_dry=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows


def _write(
    work: Work,
    target: Path,
    form: Format,
    settings: Mapping[str, Any],
    lost: Lost,
    *,
    media: str | Path | None,
    drafts: bool,
    is_dry: bool = False,
) -> None:
    check_settings(form, form.write, settings)
    if sentence := form.fits(work.config):
        raise FormatError(f"{form.name}: {sentence}{_fitting(work)}")
    copied = form.is_folder and work.data is not None
    how: str | Path = ("copy" if copied else "keep") if media is None else media
    if how == "embed" or (how == "copy" and not form.is_folder):
        others = '"keep", "copy" or a folder' if form.is_folder else '"keep" or a folder'
        raise FormatError(f'media="{how}" is not for {form.name}: {others} is')
    place = whole_folder if form.is_folder else whole
    given = examples(work, lost, drafts=drafts)
    with place(target) as part, seldom_searched():
        form.write(given, Out(part, work.config, lost, how, is_dry), **settings)


def check_settings(form: Format, function: Any, settings: Mapping[str, Any]) -> None:
    """Refuse a setting that a format does not have."""
    known = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    for name in settings:
        if name not in known:
            has = f"its settings are {', '.join(known)}" if known else "it has no settings"
            raise ArgumentError(f'{form.name} has no setting "{name}": {has}{near(name, known)}')


def _fitting(work: Work) -> str:
    names = [one.name for one in FORMATS.values() if one.fits(work.config) is None]
    names += ["label-studio", "csv"]
    return f"; formats that fit it are {', '.join(names)}"


class Counted:
    """Losses by what was lost: how often, and the first keys."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._keys: dict[str, list[str]] = {}

    def add(self, key: str, control: str, what: str) -> None:  # noqa: ARG002 - as `Lost` has it
        """Note what was lost of a task; a `Lost`."""
        self._counts[what] += 1
        keys = self._keys.setdefault(what, [])
        if len(keys) < _FEW and key not in keys:
            keys.append(key)

    def sentences(self) -> list[str]:
        """Return what was lost, most often first: how often, and the first keys."""
        return [
            f"{what} ({count} times; first in {_listed(self._keys[what])})"
            for what, count in self._counts.most_common()
        ]

    def tell(self, where: str, listing: str) -> None:
        """Warn of what was lost, if anything was.

        Parameters
        ----------
        where
            What it does not fit.
        listing
            What lists it all.
        """
        told = self.sentences()
        if not told:
            return
        more = len(told) - _TOLD
        tail = f"; and {more} more kinds" if more > 0 else ""
        some = "; ".join(told[:_TOLD])
        warn(f"not all fits {where}: {some}{tail}. project.{listing} lists it all")


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(f'"{key[:40]}"' for key in keys)


def examples(work: Work, lost: Lost, *, drafts: bool) -> Iterator[Example]:
    """Yield the tasks that something counts of, each with the annotation that stands for it.

    That is the newest that is marked as ground truth, else the newest submitted one. What is left
    out beside it is told; tasks that were only skipped are left out.
    """
    names = Names()
    for _, row, record in shown(work.records(), "exporting"):
        counted = record.counting(drafts=drafts)
        if not counted:
            continue
        chosen = _standing(counted)
        for _ in counted[1:]:
            lost(record.key, "", _LEFT_OUT)
        yield _example(work, row, record, chosen, names, drafts=drafts)


def _standing(annotations: Sequence[AnnotationRecord]) -> AnnotationRecord:
    true = [one for one in annotations if one.extra.get("ground_truth")]
    return by_time(true or annotations, lambda a: a.updated_at, lambda a: a.touched)[-1]


def _example(
    work: Work,
    row: dict[str, Any],
    record: TaskRecord,
    chosen: AnnotationRecord,
    names: Names,
    *,
    drafts: bool,
) -> Example:
    same = bool(row) and record.digest == digest(tasks.bound_data(work.config, row))
    data = {**row, **record.data}
    config = work.config.as_in(record.data)
    shows = _Shows(work, row if same else record.data, record, names)
    return Example(
        key=record.key,
        number=record.number,
        data=data,
        results=chosen.results(drafts=drafts),
        config=config,
        name=str(record.number),
        media=shows.media,
        text=shows.text,
        annotator=chosen.annotator,
    )


class Once(Generic[T]):
    """Calls a function when it is first called, and gives the same again."""

    __slots__ = ("_call", "_given")

    def __init__(self, call: Callable[[], T]) -> None:
        self._call: Callable[[], T] | None = call

    def __call__(self) -> T:  # noqa: D102 - as the class says
        if self._call is not None:
            self._given, self._call = self._call(), None
        return self._given


class _Shows:
    """What the objects of one task show; each is asked for once."""

    def __init__(
        self, work: Work, row: Mapping[str, Any], record: TaskRecord, names: Names
    ) -> None:
        self._work, self._row, self._record, self._names = work, row, record, names
        self._config = work.config.as_in(row)
        self._media: dict[str, tuple[Medium, ...]] = {}

    def media(self, name: str) -> tuple[Medium, ...]:
        """Return the media that an object shows; see `Example`."""
        if name not in self._media:
            self._media[name] = self._made(name)
        return self._media[name]

    def _made(self, name: str) -> tuple[Medium, ...]:
        element = self._config.objects.get(name)
        if element is None:
            return ()
        tag = self._config.tags[element.tag]
        values = (
            tasks.media_values(self._work.config, self._row).get(element.id, ())
            if tag.media
            else self._plain(element)
        )
        return tuple(self._medium(value, is_image=tag.media) for value in values)

    def _plain(self, element: Element) -> list[Any]:
        value = tasks.shown_value(self._config, element, self._row)
        return [] if value is None else [value]

    def _medium(self, value: Any, *, is_image: bool) -> Medium:
        text = _address(value)
        local = text if "://" in text else self._below_root(text)
        default = f"{self._record.number}.png" if is_image else str(self._record.number)
        name = self._names.give(local, default)
        load = Once(partial(self._load, value, is_image=is_image))
        return Medium(name, text, load, Once(partial(self._measure, value)))

    def _below_root(self, path: str) -> str:
        """Return a path as it is below the folder that media lie in."""
        if not path or not Path(path).is_absolute() or self._work.data is None:
            return path
        return self._work.data.below_root(path)

    def _load(self, value: Any, *, is_image: bool) -> Media:
        data = self._work.data
        if data is None:
            return Media(problem="the project was opened without its data")
        if is_image:
            return data.load(value)
        return data.load_file(value)

    def _measure(self, value: Any) -> tuple[int, int] | None:
        data = self._work.data
        return None if data is None else data.measure(value)

    def text(self, name: str) -> str | None:
        """Return the text that an object shows; see `Example`."""
        element = self._config.objects.get(name)
        if element is None:
            return None
        if element in self._config.read:
            data = self._work.data
            media = None if data is None else data.load_text(element, self._row)
            return None if media is None or media.data is None else media.data.decode()
        try:
            value = tasks.shown_value(self._config, element, self._record.data)
        except DataError:
            return None
        return value if isinstance(value, str) else None


def _address(value: Any) -> str:
    """Return the path or URL that a cell holds; "" where it holds the medium itself."""
    if isinstance(value, Mapping):
        value = value.get("path") if value.get("bytes") is None else None
    if isinstance(value, str | os.PathLike):
        text = os.fspath(value).strip()
        return "" if not isinstance(text, str) or text[:5].lower() == "data:" else text
    return ""
