"""A project's rows as tasks of its config."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nblabel import media as medias
from nblabel import tasks
from nblabel.base.errors import DataError, MediaError, MissingPackageError
from nblabel.base.ids import digest, is_digest
from nblabel.base.jsontext import dumps
from nblabel.config import Config
from nblabel.config.outline import Option, outline, received
from nblabel.core.element import Element
from nblabel.core.task import Bound, Media
from nblabel.formats import label_studio
from nblabel.media.images import Content
from nblabel.media.kinds import kind_of
from nblabel.media.paths import Prefixes, Root, common_folder, roots_of
from nblabel.media.pieces import Done, Piece
from nblabel.media.preprocessing import Aligned, Preparation
from nblabel.media.videos import video_size

_TOLD = 20
_FEW = 5  # rows that say where images lie
_READERS = 8  # files elsewhere that are read at the same time
_DECODED = frozenset({"valueType", "encoding", "resolver"})  # of a Text that is no plain text
_DIGITS = 18  # of a number that may be a row's


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row as a task.

    Parameters
    ----------
    index, key
        Its place, and what it is known by.
    task
        The Label Studio task that a model is asked about.
    digest, kept
        As `Data.kept` gives them.
    """

    index: int
    key: str
    task: dict[str, Any]
    digest: str
    kept: dict[str, Any]


class Data:
    """Rows with keys, bound to a config when somebody looks at them.

    Parameters
    ----------
    config
        The config.
    rows
        The rows.
    key
        The column that tells tasks apart; by default rows with equal bound values are one task.
    root, protocols, prefixes, max_pixels, presign
        Where local media must lie, what else they may be read with, what the beginnings of
        addresses stand for, how large media may be, and for how many seconds an address is
        signed.
    preparation
        What is done before something is shown.
    """

    def __init__(
        self,
        config: Config,
        rows: tasks.Rows,
        *,
        key: Hashable | None = None,
        root: Root = None,
        protocols: tuple[str, ...] = (),
        prefixes: Prefixes | None = None,
        max_pixels: int = medias.MAX_PIXELS,
        presign: float | None = None,
        preparation: Preparation | None = None,
    ) -> None:
        self.rows = rows
        self.keys = tasks.Keys(rows, config, key)
        self.key_column = None if key is None else str(key)
        self._config = config
        self._root = root
        self.protocols = protocols
        self._prefixes = prefixes
        self._max_pixels = max_pixels
        self._pieces = medias.Pieces(max_pixels)
        self._signer = None if presign is None else medias.Signer(presign)
        self.preparation = preparation
        self._ready: dict[str, Media] = {}  # read together, and not asked for yet

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def counted(self) -> bool:
        """Whether the number of rows is known; else it takes a while."""
        return self.rows.counted

    def reaches(self, count: int) -> bool:
        """Whether there are at least so many rows."""
        return self.rows.reaches(count)

    def up_to(self, count: int) -> int:
        """Return how many of the first so many rows there are."""
        return count if self.rows.reaches(count) else len(self.rows)

    def refresh(self) -> int:
        """Look for rows that came since, and put them after all others; return how many."""
        before = len(self)
        self.rows.refresh()
        self.keys.grown()
        return len(self) - before

    def key(self, index: int) -> str | None:
        """Return a task's key; None where it has none, which is told when it is looked at."""
        try:
            return self.keys.key(index)
        except DataError:
            return None

    def usable(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the keys of some rows, of those that are not set aside."""
        first, last = min(rows, default=0), max(rows, default=-1)
        if last - first < 2 * len(rows):
            near = self.keys.usable(first, last + 1)
            return {row: near[row] for row in rows if row in near}
        return {row: key for row in rows if (key := self.key(row)) is not None}

    def set_aside(self) -> list[str]:
        """Meet every row; say which are set aside and why, a sentence each for the first."""
        aside = sorted(self.keys.aside())
        told = [self.keys.why(index) for index in aside[:_TOLD]]
        more = len(aside) - _TOLD
        return [*told, f"and {more} more rows are set aside likewise"] if more > 0 else told

    def index_of(self, key: str) -> int | None:
        """Return a row of a task, one that was met where there is one."""
        met = self.keys.met(key)
        return self.keys.index(key) if met is None else met

    @property
    def is_indexed(self) -> bool:
        """Whether tasks are known by the frame's index too: where they have no keys of their own.

        Label Studio's ids are such; a number that is none of them must not be another task's row.
        """
        return self.key_column is None and not self.keys.named

    def find(self, given: Any) -> int | None:
        """Return the row that somebody's code means: by its key, or by the frame's index."""
        key = tasks.key_of(given)
        if key is None:
            return None
        if not self.is_indexed:
            return self.index_of(key)
        found = self.index_of(key) if is_digest(key) else None
        if found is None:
            found = self.rows.place(given)
        if found is None and key.isdecimal() and len(key) <= _DIGITS:  # however it is written
            found = self.rows.place(int(key))
        return found

    def row(self, index: int) -> dict[str, Any]:
        """Return a row as plain values.

        Raises
        ------
        DataError
            When there is no such row.
        """
        if not (index >= 0 and self.reaches(index + 1)):
            raise DataError(f"there is no row {index}: the data has {len(self)} rows, from 0")
        return dict(self.rows.row(index))

    def bound(self, index: int, config: Config | None = None) -> Bound:
        """Return what the variables of the config, or of another like it, stand for in a row."""
        return tasks.bind(config or self._config, self.row(index), index, self.rows.has)

    def digest(self, index: int) -> str:
        """Return the digest of what is bound in a row."""
        return digest(tasks.bound_data(self._config, self.row(index)))

    def source(self, index: int) -> Mapping[str, Any]:
        """Return the other fields of the Label Studio task that a row came from.

        Its ``meta`` tells what was done before it was shown.
        """
        given = self.rows.source(index)
        source = {} if given is None else label_studio.read_task(given).source
        if self.preparation is None:
            return source
        meta = source.get("meta")
        steps = {"preprocess": self.preparation.provenance}
        return {**source, "meta": {**(meta if isinstance(meta, dict) else {}), **steps}}

    def kept(self, index: int) -> tuple[str, dict[str, Any]]:
        """Return a row's digest, and what the store keeps: a task's whole data, else what is bound.

        The key is kept too, so that the store can be read without the rows.
        """
        row = self.row(index)
        return self._kept(index, row, tasks.bound_data(self._config, row))

    def _kept(
        self, index: int, row: Mapping[str, Any], bound: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        if self.rows.source(index) is not None:
            return digest(bound), {**row, **bound}
        key = self.key_column
        if key is None or key in bound:
            return digest(bound), bound
        return digest(bound), {key: row.get(key), **bound}

    def task(self, index: int) -> dict[str, Any]:
        """Return a row as the Label Studio task that a model is asked about.

        Its ``key`` is what nblabel knows it by; Label Studio's tasks have none.
        """
        row = self.row(index)
        return self._task(index, self.key(index), row, tasks.bound_data(self._config, row))

    def _task(
        self, index: int, key: str | None, row: Mapping[str, Any], bound: Mapping[str, Any]
    ) -> dict[str, Any]:
        source = self.rows.source(index) or {}
        return {"id": source.get("id", index + 1), "key": key, "data": {**bound, **row}}

    def stretch(self, start: int, stop: int) -> Iterator[TaskRow]:
        """Yield some rows, read at once: those that have a key and can be used."""
        keys = self.keys.read(start, stop)
        rows = self.rows.stretch(start, stop, self.rows.columns)
        for index, key, row in zip(range(start, stop), keys, rows, strict=True):
            if key is not None and row is not None:
                bound = tasks.bound_data(self._config, row)
                task = self._task(index, key, row, bound)
                yield TaskRow(index, key, task, *self._kept(index, row, bound))

    def media(self, index: int, *, signed: bool = False) -> dict[int, tuple[Media, ...]]:
        """Load what the object tags show of a row, by element id; large images without pixels.

        What the browser can fetch by itself with a ``signed`` address is not read.
        """
        row = self.row(index)
        shown = tasks.media_values(self._config, row)
        made = self._made if signed else partial(self.load, whole=False)
        media = {element: tuple(map(made, values)) for element, values in shown.items()}
        return media | {at.id: (self.load_text(at, row),) for at in self._config.read}

    def read_together(self, rows: Iterable[int]) -> None:
        """Read at the same time what lies elsewhere of rows whose `media` are asked for next."""
        wanted: dict[str, None] = {}
        for index in rows:
            with suppress(DataError):  # it is told when the row is looked at
                shown = itertools.chain(*tasks.media_values(self._config, self.row(index)).values())
                wanted |= dict.fromkeys(
                    one for one in shown if isinstance(one, str) and "://" in one
                )
        if len(wanted) < 2:
            return
        readers = ThreadPoolExecutor(min(_READERS, len(wanted)))
        with suppress(RuntimeError), readers:  # without threads each is read in its turn
            self._ready = dict(zip(wanted, readers.map(self._shown, wanted), strict=True))

    def _made(self, value: Any) -> Media:
        ready = self._ready.pop(value, None) if isinstance(value, str) else None
        return ready or self._shown(value)

    def _shown(self, value: Any) -> Media:
        """Return what is shown of a cell: prepared, or with a signed address where there is one."""
        if self.preparation is not None and self.preparation.of("image"):
            return self._prepared(value, self.preparation)
        return self._signed(value) or self.load(value, whole=False)

    def _signed(self, value: Any) -> Media | None:
        if self._signer is None:
            return None
        return medias.signed(value, self._signer, protocols=self.protocols, prefixes=self._prefixes)

    def _prepared(self, value: Any, preparation: Preparation) -> Media:
        address = self.address(value)
        if address is not None:
            scheme = address.partition(":")[0].lower()
            told = f'preprocess= needs the image itself; protocols=["{scheme}"] would have it read'
            return Media(url=address, note=told)
        try:
            return preparation.media(self.read(value), self._max_pixels)
        except (MediaError, MissingPackageError) as error:
            return Media(problem=str(error))
        except MemoryError:
            return Media(problem="the image needs more memory than there is")

    def plain_texts(self, index: int) -> dict[str, str]:
        """Return the texts of a row that are shown as they stand, by the names of what shows them.

        Nothing where no step is about texts.
        """
        if self.preparation is None or not self.preparation.of("text"):
            return {}
        row = self.row(index)
        config = self._config.as_in(row)
        shown = {
            name: tasks.shown_value(config, element, row)
            for name, element in config.objects.items()
            if element.tag == "Text" and not element.attributes.keys() & _DECODED
        }
        return {name: text for name, text in shown.items() if isinstance(text, str)}

    def prepared(self, text: str) -> Aligned:
        """Return what is shown for a text.

        Raises
        ------
        MediaError
            When a step fails.
        """
        return (self.preparation or Preparation()).text(text)

    def load_text(self, element: Element, row: Mapping[str, Any]) -> Media:
        """Load what an object shows whose value is an address, or encoded."""
        value = tasks.shown_value(self._config, element, row)
        encoding = element.attributes.get("encoding", "none")
        if not self._config.is_address(element):
            return medias.decoded_text(str(value or ""), encoding)
        return medias.load_text(
            value,
            root=self._root,
            protocols=self.protocols,
            prefixes=self._prefixes,
            resolver=element.attributes.get("resolver", ""),
            encoding=encoding,
        )

    def load(self, value: Any, *, whole: bool = True) -> Media:
        """Load what a cell shows."""
        return medias.load(
            value,
            root=self._root,
            protocols=self.protocols,
            prefixes=self._prefixes,
            max_pixels=self._max_pixels,
            whole=whole,
        )

    def load_file(self, value: Any) -> Media:
        """Load what a cell means that is no image, as it is."""
        try:
            content = self.read(value)
        except (MediaError, MissingPackageError) as error:
            return Media(problem=str(error))
        if not isinstance(content, bytes):
            return Media(problem=f"a value of type {type(value).__name__} is no file")
        return Media(mime="application/octet-stream", data=content)

    def measure(self, value: Any) -> tuple[int, int] | None:
        """Return width and height of an image, upright, or of a video; None where not known."""
        try:
            if isinstance(value, str) and kind_of(Path(value)) == "video":
                return video_size(medias.inside(value, self._root))
        except MediaError:
            return None
        media = self.load(value, whole=False)
        return None if media.width is None or media.height is None else (media.width, media.height)

    def below_root(self, path: str) -> str:
        """Return an absolute path as it is below the folder that media lie in; else its name."""
        for root in roots_of(self._root):
            with suppress(ValueError):
                return Path(path).relative_to(root).as_posix()
        return Path(path).name

    def read(self, value: Any) -> Content:
        """Read the image that a cell means, as it is; see `nblabel.media.read`."""
        return medias.read(
            value, root=self._root, protocols=self.protocols, prefixes=self._prefixes
        )

    def address(self, value: Any) -> str | None:
        """Return the web's address that a cell means, where only the browser reads it."""
        return medias.address(value, protocols=self.protocols, prefixes=self._prefixes)

    def options(self, element: int, index: int | None, path: Sequence[str]) -> list[Option]:
        """Return options of a control that the browser asks for; see `Project.options`."""
        row = {} if index is None else self.row(index)
        config = self._config.as_in(row)
        control = next((at for at in config.root.walk() if at.id == element), None)
        if control is None:
            raise DataError(f"there is no control {element} in the config")
        own = [] if path else outline(control.children)
        address = control.attributes.get("apiUrl", "")
        if not address:
            return own
        answer = medias.services.ask(
            tasks.filled(config, control, address, row),
            path,
            read=medias.read,
            root=self._root,
            protocols=self.protocols,
            prefixes=self._prefixes,
        )
        return [*own, *received(answer)]

    def outside(self) -> str | None:
        """Say what ``root=`` would have to be, as far as a few rows tell; None where it is so."""
        few = [*range(self.up_to(_FEW))]
        if few and self.counted:
            few = sorted({*few, len(self) // 2, len(self) - 1})
        roots: list[str] = []
        missing: set[str] = set()
        shows_media = self._config.media or self._config.repeated
        for index in few if shows_media else ():
            with suppress(DataError):  # a row that is set aside is told of there
                shown = tasks.media_values(self._config, self.row(index)).values()
                for value in itertools.chain(*shown):
                    needed = medias.roots_needed(value, root=self._root, prefixes=self._prefixes)
                    if needed:
                        *roots, folder = needed
                        missing.add(folder)
        if not missing:
            return None
        common = common_folder(missing)
        folders = sorted(missing) if common is None else [str(common)]
        told = ", ".join(f'"{root}"' for root in roots)
        return (
            f"images lie outside {told} and are not shown: "
            f"root={dumps([*roots, *folders])} would allow them"
        )

    def ask_piece(
        self, image: tuple[int, int, int], piece: Piece, done: Done, **told: Callable[[Any], None]
    ) -> None:
        """Have a piece of a large image made; parameters as in `Project.ask_piece`."""
        index, element, item = image

        def read() -> Content:
            shown = tasks.media_values(self._config, self.row(index))
            return self.read(shown.get(element, ())[item])

        self._pieces.ask(image, read, piece, done, **told)

    def close(self) -> None:
        """Let go of decoded images."""
        self._pieces.close()
