"""`Sheet`: many rows at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import ipycanvas
import ipywidgets

from nblabel.base.arguments import one_of
from nblabel.base.errors import DataError, NblabelError
from nblabel.gallery import pages as paging
from nblabel.gallery.controls import Controls, Deeds, Where
from nblabel.gallery.drawing import DARK, LABEL, LIGHT, Painter, Tile, held
from nblabel.gallery.hands import Hands
from nblabel.gallery.labels import Labels, Option
from nblabel.gallery.likeness import Features
from nblabel.gallery.selection import GAP, Grid, Selection
from nblabel.gallery.thumbnails import MOST_BYTES, Thumbnails
from nblabel.gallery.tiles import Shown
from nblabel.gallery.tiles import said as said_of
from nblabel.project import Project, Topic, check_filter
from nblabel.project.together import ELSEWHERE, Accept, Answer, Say, Skip, Together

_WIDTH = 960  # of a page whose width nobody has told yet
_PICTURES, _TEXTS = 48, 24  # tiles of a page
_CARD = 2.4  # how much wider a card of text is than high
_SHARPEST = 2.0  # pixels of a screen for one of the page, at the most
_KEPT = 100  # gestures that can be taken back
_PAUSE = 0.15  # seconds after which what others did is drawn
_UNSEEN = 0.4  # seconds in which nobody has seen a page that came by itself
_TOLD = 3  # rows of which it is told why nothing was written

_ARROWS = {"arrowleft": (-1, 0), "arrowright": (1, 0), "arrowup": (0, -1), "arrowdown": (0, 1)}


class Sheet(ipywidgets.VBox):  # type: ignore[misc]
    """A contact sheet: many rows at once, labeled by one gesture.

    Rows are thumbnails with their regions, or cards with their texts. What is selected, by mouse
    or by keys, is labeled by one key, of each row as if it had been labeled alone; one undo takes
    it back.

    Parameters
    ----------
    of
        A Labeler, in which a double click opens a row; or a Project.
    group
        How rows are parted, so that a page is a group: the name of a column, or how many groups
        of rows that are alike. By default, with ``features``, as many as have room.
    features
        What tells which rows are alike: a column of numbers, a function of a list of Label Studio
        tasks that gives an array of a row each, or a model that has ``features_of``, as those of
        `nblabel.models`.
    size
        Height of a tile in pixels; a thumbnail is as wide, a card of text wider.
    per_page
        How many rows are on a page at the most.
    suspicion
        What `Project.suspicious` gave, or keys: the rows of the filter "suspicious", in this
        order. Without it the project's model is asked when the filter is chosen.
    seed
        Of what k-means leaves to chance: the same seed gives the same groups.
    memory
        Bytes of thumbnails that are kept.

    Raises
    ------
    DataError
        When the project has no data, or an argument does not fit it.

    Examples
    --------
    >>> import nblabel as nl
    >>> rows = [{"text": text} for text in ("fine", "good", "poor", "bad", "awful")]
    >>> project = nl.Project(rows, "text-classification", store=":memory:")
    >>> sheet = nl.Sheet(project)
    >>> sheet.select([0, 1])
    >>> sheet.label("Positive")
    2
    >>> project.progress()["done"]
    2
    >>> sheet.undo()
    >>> project.progress()["done"]
    0
    """

    def __init__(
        self,
        of: Any,
        group: str | int | None = None,
        features: Features | None = None,
        size: int = 96,
        *,
        per_page: int | None = None,
        suspicion: Any = None,
        seed: int = 0,
        memory: int = MOST_BYTES,
    ) -> None:
        project = getattr(of, "project", of)
        if not isinstance(project, Project):
            raise DataError(f"Sheet takes a Labeler or a Project, not {type(of).__name__}")
        if not 24 <= size <= 1024:
            raise DataError(f"size={size}: a tile has from 24 to 1024 pixels")
        if isinstance(group, int) and (features is None or group < 1):
            raise DataError(
                f"group={group}: so many groups need features=, by which rows are alike"
            )
        model: Any = features
        if hasattr(model, "features_of"):
            project.caller(model)  # tells the model of the config, and how images are read
        self.project: Project[Any] = project
        self._go_to: Callable[[int], None] | None = getattr(of, "go_to", None)
        self._labels = Labels(project.config)
        self._group, self._features, self._seed = group, features, seed
        self._suspicion = None if suspicion is None else paging.suspicion_of(project, suspicion)
        self._is_given = suspicion is not None
        self._shown = Shown(project)
        self._side = size
        self._per_page = per_page or (_PICTURES if self._shown.is_image else _TEXTS)
        self._width, self._ratio, self._is_ready = float(_WIDTH), 1.0, False
        self._thumbnails = Thumbnails(self._shown.image, size, memory)
        self._lock = threading.RLock()
        self._filter = "all"
        self._sort = "likeness" if group is not None or features is not None else "row"
        self._selection = Selection()
        self._page = 0
        self._tiles: list[Tile] = []
        self._keys: dict[str, int] = {}
        self._done: list[tuple[str, int, Together]] = []
        self._undone: list[tuple[str, int, Together]] = []
        self._stale = False
        self._timer: threading.Timer | None = None
        self._pages = self._cut()
        self._said = ("", False)
        self.canvas = ipycanvas.MultiCanvas(3)
        self._painter = Painter(self.canvas, self._labels)
        self.hands = Hands()
        self._made_of_widgets()
        self._look()
        self._grid = self._gridded()
        self._selection = self._first()
        self._show_controls()
        if not self._labels:
            self._tell("No question of this config is about whole rows.")
        self._listen()
        self._forget = project.on_change(self._hear_of)

    # -- what is on it

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def page(self) -> int:
        """The page that is shown, from 0; can be set."""
        return self._page

    @page.setter
    def page(self, page: int) -> None:
        with self._lock:
            self._turn(page)

    @property
    def rows(self) -> list[int]:
        """The rows on the page."""
        return [tile.index for tile in self._tiles]

    @property
    def selected(self) -> list[int]:
        """The rows that are selected."""
        rows = self.rows
        return [rows[place] for place in sorted(self._selection.chosen) if place < len(rows)]

    @property
    def filter(self) -> str:
        """Which rows are shown; can be set, as `Project.find` has it, or to "suspicious"."""
        return self._filter

    @filter.setter  # noqa: A003 - the word users know
    def filter(self, wanted: str) -> None:
        if wanted != "suspicious":
            check_filter(wanted)
        with self._lock:
            self._cut_again(wanted, self._sort)

    @property
    def sort(self) -> str:
        """In which order: "row", "score" (the least sure first) or "likeness"; can be set."""
        return self._sort

    @sort.setter
    def sort(self, order: str) -> None:
        one_of("sort", order, [value for _, value in self._orders()])
        with self._lock:
            self._cut_again(self._filter, order)

    def reload(self) -> None:
        """Cut the pages anew: of what was said since, some rows may have left the filter."""
        with self._lock:
            if not self._is_given:
                self._suspicion = None
            self._cut_again(self._filter, self._sort, self._page)

    def close(self) -> None:
        """Take the sheet out of the notebook; the project stays usable."""
        if self._forget is not None:  # else it was never made whole
            self._forget()
            self._forget = None
            with self._lock:  # nobody reads any more once this is done
                self._is_open = False
                if self._timer is not None:
                    self._timer.cancel()
                self._timer = None
            self._thumbnails.close()
            for part in (self.hands, *self.canvas._canvases, self.canvas):
                part.close()
        super().close()

    # -- what is done with it

    def select(self, rows: Iterable[int]) -> None:
        """Select rows of the page."""
        wanted = set(rows)
        with self._lock:
            places = [place for place, row in enumerate(self.rows) if row in wanted]
            self._select(self._selection.framed(places))

    def label(self, name: Any, control: str | None = None) -> int:
        """Label the selected rows, in one gesture.

        Parameters
        ----------
        name
            A choice, by its value or alias, or a number of stars; of several choices that may be
            made at once it is one more, or taken away where all rows have it.
        control
            Which control is meant, where several have such a choice.

        Returns
        -------
        int
            Of how many rows something was written.

        Raises
        ------
        DataError
            When no control of whole rows has it.
        """
        option = self._labels.named(name if control is None else f"{control}/{name}")
        if option is None:
            known = ", ".join(f'"{one.said}"' for one in self._labels.options[:12])
            raise DataError(f'no control of whole rows has "{name}", only {known or "nothing"}')
        with self._lock:
            return self._label(option)

    def accept(self) -> int:
        """Accept what is suggested for the selected rows; return for how many there was any."""
        with self._lock:
            return self._say(Accept(), "accepted what was suggested for")

    def skip(self) -> int:
        """Skip the selected rows; return how many were not skipped before."""
        with self._lock:
            return self._say(Skip(), "skipped")

    def undo(self) -> None:
        """Take the last gesture back, of all its rows."""
        with self._lock:
            self._back(self._done, self._undone, self.project.take_back, "took back")

    def redo(self) -> None:
        """Do again what was taken back last."""
        with self._lock:
            self._back(self._undone, self._done, self.project.say_again, "did again")

    def open_row(self, row: int) -> None:
        """Open a row in the Labeler that the sheet was made of."""
        if self._go_to is None:
            self._tell("A double click opens a row where the sheet was made of a Labeler.")
        else:
            self._go_to(row)

    # -- pages

    def _orders(self) -> list[tuple[str, str]]:
        alike = self._features is not None or isinstance(self._group, str)
        word = f"By {self._group}" if isinstance(self._group, str) else "Alike together"
        return [
            ("In their order", "row"),
            ("Least sure first", "score"),
            *([(word, "likeness")] if alike else []),
        ]

    def _cut(self) -> paging.Pages:
        project, size = self.project, self._per_page
        if self._filter == "suspicious" and self._suspicion is None:
            self._suspicion = paging.suspicion_of(project, project.suspicious())
        rows = paging.found(project, self._filter, self._suspicion or [])
        if self._sort == "score":
            rows = paging.by_score(project, rows)
        if self._sort != "likeness":
            return paging.Pages(rows, size)
        if isinstance(self._group, str):
            return paging.by_column(project, rows, self._group, size)
        return paging.alike(project, rows, self._features, size, count=self._group, seed=self._seed)

    def _cut_again(self, wanted: str, order: str, page: int = 0) -> None:
        before = self._filter, self._sort
        self._filter, self._sort = wanted, order
        try:
            self._pages = self._cut()
        except Exception:  # of a stranger's function, too
            self._filter, self._sort = before
            self._show_controls()
            raise
        self._tell("")
        self._turn(page)

    def _turn(self, page: int, told: str = "") -> None:
        """Show a page; what was selected was seen on another one, and is selected no more."""
        self._page = min(max(page, 0), len(self._pages) - 1)
        self._view += 1
        self._look()
        self._selection = self._first()
        self._tell(told)
        self._draw()

    def _first(self) -> Selection:
        """Return what is selected at first: of rows that are alike those that wait for a label."""
        if not self._pages.are_groups:
            return Selection()
        waiting = [p for p, tile in enumerate(self._tiles) if tile.state in {"unlabeled", "draft"}]
        return Selection(frozenset(waiting))

    def _look(self) -> None:
        """Look at the rows of the page."""
        seen = self.project.glances(self._pages[self._page])
        self._keys = {glance.key: place for place, glance in enumerate(seen)}
        if self._shown.is_image:
            read = [one.index for one in seen if not self._shown.web(one)]
            pictures = dict(zip(read, self._thumbnails.of(read), strict=True))
        else:
            pictures = {}
        self._tiles = [self._shown.tile(one, pictures.get(one.index)) for one in seen]
        self._stale = False

    # -- gestures on many rows

    def _label(self, option: Option) -> int:
        more = None
        if option.several:
            chosen = set(self.selected)
            said = [tile.said for tile in self._tiles if tile.index in chosen]
            more = not all(self._labels.says(results, option) for results in said)
        verb = "took" if more is False else "labeled"
        tail = f"“{option.words}” from" if more is False else f"“{option.words}”:"
        return self._say(Answer(option.control, option.said, more), f"{verb} {tail}")

    def _say(self, what: Say, words: str) -> int:
        rows = self.selected
        if not rows:
            self._tell("Nothing is selected.")
            return 0
        page = self._page
        done = self.project.say(rows, what, teller=self._hear_of)
        if done.steps:
            self._done = [*self._done, (words, page, done)][-_KEPT:]
            self._undone.clear()
        told = _sentence(words, done, len(rows))
        self._look_again()
        open_ = any(tile.state in {"unlabeled", "draft"} for tile in self._tiles)
        if self._pages.are_groups and done.steps and not open_ and page + 1 < len(self._pages):
            self._turn(page + 1, told)
            self._turned = time.monotonic()
        else:
            self._tell(told)
        return len(done.steps)

    def _back(
        self,
        taken: list[tuple[str, int, Together]],
        put: list[tuple[str, int, Together]],
        way: Callable[..., Together],
        words: str,
    ) -> None:
        if not taken:
            self._tell("There is nothing to undo." if taken is self._done else "Nothing to redo.")
            return
        what, page, gesture = taken[-1]
        done = way(gesture, teller=self._hear_of)
        if done.steps or set((done.refused or {}).values()) == {ELSEWHERE}:
            taken.pop()  # else the store failed: it can be tried again
        if done.steps:
            put.append((what, page, done))
        told = _sentence(f"{words} “{what.rstrip(':')}” of", done, len(gesture.steps))
        rows = {step.row for step in gesture.steps}
        if page != self._page and rows & set(self._pages[page]):
            self._turn(page)
        else:
            self._look_again()
        self._selection = self._selection.framed(
            place for place, tile in enumerate(self._tiles) if tile.index in rows
        )
        self._draw_selection()
        self._tell(told)

    def _look_again(self) -> None:
        """Look at what is said of the rows of the page; they stay where they are."""
        glances = self.project.glances(self.rows, with_data=False)
        said = {one.index: said_of(one) for one in glances}
        self._tiles = [replace(tile, **said.get(tile.index, {})) for tile in self._tiles]
        self._stale = False
        self._draw(pictures=not self._shown.is_image)

    def _select(self, selection: Selection) -> None:
        if selection == self._selection:
            return
        self._selection = selection
        self._draw_selection()
        self._show_line()

    # -- what others do

    def _hear_of(self, topic: Topic, what: str) -> None:
        """Hear from the project, on any thread; draw it a moment later, with what else comes."""
        if topic == "problem":
            self._tell(what)
            return
        here = what in self._keys
        self._stale = self._stale or (here and topic != "order")
        if self._timer is None and (self._stale or topic == "annotation"):
            timer = threading.Timer(_PAUSE, self._catch_up)
            timer.daemon = True
            self._timer = timer
            try:
                timer.start()
            except RuntimeError:  # as in a browser: then at once
                self._catch_up()

    def _catch_up(self) -> None:
        with self._lock:
            self._timer = None
            if not self._is_open:
                return
            try:
                if self._stale:
                    self._look_again()
                self._show_counts()
            except Exception as error:  # as above: this is a thread of its own
                self._tell(_told(error), wrong=True)

    # -- what comes from the page

    def _listen(self) -> None:
        self.canvas.on_client_ready(self._ready)
        self.hands.on_msg(self._hear)
        # Where the page has no hands, ipycanvas itself tells of presses and keys.
        self._pressed: tuple[float, float] | None = None
        self.canvas.on_mouse_down(self._press)
        self.canvas.on_mouse_up(self._release)
        self.canvas.on_key_down(
            lambda key, shift, ctrl, meta: self._hear(
                None, {"event": "key", "key": key, "shift": shift, "ctrl": ctrl or meta}
            )
        )

    def _press(self, x: float, y: float) -> None:
        self._pressed = x / self._ratio, y / self._ratio

    def _release(self, x: float, y: float) -> None:
        x, y = x / self._ratio, y / self._ratio
        begun, self._pressed = self._pressed or (x, y), None
        is_click = max(abs(begun[0] - x), abs(begun[1] - y)) <= 4
        event = {"event": "click", "x": x, "y": y}
        frame = {"event": "frame", "x0": begun[0], "y0": begun[1], "x1": x, "y1": y}
        self._hear(None, event if is_click else frame)

    def _ready(self) -> None:
        """Draw all of it: a page has an empty canvas."""
        with self._lock:
            self._is_ready = True
            self._draw()

    def _hear(self, _widget: Any, content: Any, _buffers: Any = None) -> None:
        """Do what somebody did with the mouse or the keys; what goes wrong is told."""
        event = content.get("event") if isinstance(content, dict) else None
        hear = _EVENTS.get(event) if isinstance(event, str) else None
        if hear is None:
            return
        try:
            with self._lock:
                if content.get("view", self._view) != self._view:
                    self._tell("That was done before this page was seen: it does nothing.")
                else:
                    hear(self, content)
        except Exception as error:  # whatever it is, the person must hear of it
            self._tell(_told(error), wrong=True)

    def _clicked(self, sent: dict[str, Any]) -> None:
        place = self._grid.at(float(sent["x"]), float(sent["y"]))
        shift, ctrl = bool(sent.get("shift")), bool(sent.get("ctrl"))
        if place is not None:
            self._select(self._selection.clicked(place, shift=shift, ctrl=ctrl))
        elif not (shift or ctrl):
            self._select(self._selection.cleared())

    def _framed(self, sent: dict[str, Any]) -> None:
        x0, y0, x1, y1 = (float(sent[name]) for name in ("x0", "y0", "x1", "y1"))
        touched = self._grid.touching(x0, y0, x1, y1)
        shift, ctrl = bool(sent.get("shift")), bool(sent.get("ctrl"))
        self._select(self._selection.framed(touched, shift=shift, ctrl=ctrl))

    def _opened(self, sent: dict[str, Any]) -> None:
        place = self._grid.at(float(sent["x"]), float(sent["y"]))
        if place is not None:
            self.open_row(self._tiles[place].index)

    def _sized(self, sent: dict[str, Any]) -> None:
        width = max(float(sent["width"]), 1.0)
        ratio = min(max(float(sent.get("ratio") or 1), 1.0), _SHARPEST)
        look = DARK if sent.get("dark") else LIGHT
        before = self._painter.look, self._ratio, self._grid
        if ratio != self._ratio:
            self._ratio = self._painter.ratio = ratio
            self._thumbnails = self._thumbnails.resized(round(self._side * ratio))
            self._look()
        self._painter.look, self._width = look, width
        if (look, ratio, self._gridded()) != before:
            self._draw()

    def _pressed_key(self, sent: dict[str, Any]) -> None:
        shift, ctrl, alt = (bool(sent.get(name)) for name in ("shift", "ctrl", "alt"))
        name = "space" if sent["key"] == " " else str(sent["key"]).lower()
        count, at = len(self._tiles), self._selection.cursor
        act = _COMMANDS.get((ctrl, shift, name))
        if act is not None and not alt:
            act(self)
        elif name in _ARROWS and not alt:
            across, down = _ARROWS[name]
            place = at + across + down * self._grid.columns
            if 0 <= place < count:
                self._select(self._selection.moved(place, count, shift=shift))
            self._describe()
        elif name in {"home", "end"}:
            place = 0 if name == "home" else count - 1
            self._select(self._selection.moved(place, count, shift=shift))
            self._describe()
        elif name == "space" and count:
            self._select(
                self._selection.clicked(at, shift=shift, ctrl=True)
                if not shift
                else self._selection.clicked(at, shift=True)
            )
            self._describe()
        else:
            held_ = [word for word, is_held in (("ctrl", ctrl), ("alt", alt)) if is_held]
            shifted = ["shift"] if shift and len(name) > 1 else []
            option = self._labels.of_key("+".join((*held_, *shifted, name)))
            if option is not None:
                self._label(option)

    def _open_here(self) -> None:
        if self._tiles:
            self.open_row(self._tiles[min(self._selection.cursor, len(self._tiles) - 1)].index)

    # -- what is drawn and told

    def _gridded(self) -> Grid:
        if self._shown.is_image:
            columns = Grid.columns_in(self._width, self._side)
            return Grid(len(self._tiles), columns, self._side, self._side + LABEL)
        card = round(self._side * _CARD)
        columns = Grid.columns_in(self._width, card)
        room = int(self._width - GAP) // columns - GAP
        return Grid(len(self._tiles), columns, min(max(card, room), 2 * card), self._side + LABEL)

    def _draw(self, *, pictures: bool = True) -> None:
        """Draw the page, or only what is said of it; and make ready the next one."""
        self._grid = self._gridded()
        grid = self._grid
        told = {n: getattr(grid, n) for n in ("count", "columns", "width", "height", "gap")}
        told |= {"strip": LABEL, "view": self._view}
        if self._is_ready:
            with held():
                if pictures:
                    self._painter.sized(grid)
                    self._painter.pictures(grid, self._tiles)
                self._painter.marks(grid, self._tiles)
                self._painter.selection(grid, self._selection)
            if self._shown.is_image and self._page + 1 < len(self._pages):
                self._thumbnails.ahead(self._pages[self._page + 1])
        web = [[place, tile.web] for place, tile in enumerate(self._tiles) if tile.web]
        with self.hands.hold_sync():
            self.hands.grid, self.hands.web = told, web
        self._show_controls()

    def _draw_selection(self) -> None:
        if self._is_ready:
            with held():
                self._painter.selection(self._grid, self._selection)

    _view = 0  # counts the pages that were shown
    _turned = float("-inf")  # when a page came by itself
    _is_open = True
    _forget: Callable[[], None] | None = None

    def _made_of_widgets(self) -> None:
        deeds = Deeds(
            choose=lambda wanted: self._cut_again(wanted, self._sort),
            order=lambda order: self._cut_again(self._filter, order),
            turn=lambda step: self._turn(self._page + step),
            page=self._turn,
            reload=self.reload,
            label=self._if_seen(self._label),
            accept=self._if_seen(self.accept),
            skip=self._if_seen(self.skip),
            every=lambda: self._select(self._selection.every(len(self._tiles))),
            undo=self.undo,
            redo=self.redo,
        )
        self._controls = Controls(self._labels, self._orders(), deeds, self._run)
        drawn = ipywidgets.Box(
            [self.canvas, self.hands], layout=ipywidgets.Layout(overflow="visible")
        )
        super().__init__([*self._controls.top, drawn, self._controls.bottom])
        self.add_class("nb-sheet")

    def _if_seen(self, deed: Callable[..., Any]) -> Callable[..., Any]:
        """Return what does a deed unless it was meant for the page before, as a double click is."""

        def do(*given: Any) -> None:
            if time.monotonic() - self._turned >= _UNSEEN:
                deed(*given)

        return do

    def _run(self, deed: Callable[[], Any]) -> None:
        """Do what a button or a list is for; what goes wrong is told."""
        try:
            with self._lock:
                deed()
        except Exception as error:  # whatever it is, the person must hear of it
            self._tell(_told(error), wrong=True)

    def _show_controls(self) -> None:
        """Bring filter, order and page in their widgets up to date."""
        words = self._pages.name(self._page)
        most = len(self._pages.rows)
        if most < len(self.project) and most in {paging.MOST, 2 * paging.MOST}:
            words = f"{words} the first {most:,} rows".strip()
        where = Where(
            filter=self._filter,
            sort=self._sort,
            page=self._page,
            pages=len(self._pages),
            words=words,
            can_undo=bool(self._done),
            can_redo=bool(self._undone),
        )
        counts, _ = self.project.sifted()
        self._controls.show(where, counts)
        self._show_counts()

    def _show_counts(self) -> None:
        counts = self.project.progress()
        self._controls.show_progress(counts["done"] + counts["skipped"], counts["total"])
        self._show_line()

    def _show_line(self) -> None:
        chosen, (sentence, wrong) = len(self._selection.chosen), self._said
        self._controls.show_line(chosen, len(self._tiles), sentence, wrong=wrong)
        self.hands.told = f"{len(self._tiles)} rows, {chosen} selected"

    def _describe(self) -> None:
        """Say in words where the keys are."""
        if self._tiles:
            at = min(self._selection.cursor, len(self._tiles) - 1)
            tile = self._tiles[at]
            words = ", ".join(word for word, _ in self._labels.chips(tile.said)) or tile.state
            chosen = ", selected" if at in self._selection.chosen else ""
            self._tell(f"Row {tile.index}: {words}{chosen}")

    def _tell(self, sentence: str, *, wrong: bool = False) -> None:
        self._said = sentence, wrong
        self._show_line()


_EVENTS: dict[str, Callable[[Sheet, dict[str, Any]], None]] = {
    "click": Sheet._clicked,
    "frame": Sheet._framed,
    "open": Sheet._opened,
    "key": Sheet._pressed_key,
    "size": Sheet._sized,
}
"""What a page tells, by its word for it."""

_COMMANDS: dict[tuple[bool, bool, str], Callable[[Sheet], Any]] = {
    (True, False, "a"): lambda sheet: sheet._select(sheet._selection.every(len(sheet._tiles))),
    (False, False, "escape"): lambda sheet: sheet._select(sheet._selection.cleared()),
    (True, False, "z"): Sheet.undo,
    (True, True, "z"): Sheet.redo,
    (True, False, "y"): Sheet.redo,
    (False, True, "a"): Sheet.accept,
    (True, False, "space"): Sheet.skip,
    (False, False, "enter"): Sheet._open_here,
    (False, False, "pageup"): lambda sheet: sheet._turn(sheet._page - 1),
    (False, False, "pagedown"): lambda sheet: sheet._turn(sheet._page + 1),
}
"""What keys do, by whether Ctrl and Shift are held."""


def _told(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if isinstance(error, NblabelError) else f"{type(error).__name__}: {text}"


def _sentence(words: str, done: Together, count: int) -> str:
    """Say what a gesture did, and why it did not do all."""
    number = len(done.steps)
    many = f"{number} row" if number == 1 else f"{number} rows"
    told = f"{words[0].upper()}{words[1:]} {many}."
    refused, notes = dict(done.refused or {}), dict(done.notes or {})
    if not number and not refused and not notes:
        return f"All {count} said that already." if count > 1 else "It said that already."
    for rows, what in ((refused, "not written"), (notes, "but")):
        if rows:
            some = "; ".join(f"row {row}: {why}" for row, why in list(rows.items())[:_TOLD])
            more = f" and {len(rows) - _TOLD} more" if len(rows) > _TOLD else ""
            told += f" {len(rows)} {what}: {some}{more}."
    return told
