"""What stands around the canvas of a sheet: which rows, which page, the labels, what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import ipywidgets

from nblabel.gallery.labels import Labels, Option

_BUTTONS = 24  # options that have a button each; more are chosen from a list

_FILTERS = (
    ("All rows", "all"),
    ("Unlabeled", "unlabeled"),
    ("Drafts", "drafts"),
    ("Labeled", "labeled"),
    ("Skipped", "skipped"),
    ("Suggested, least sure first", "unsure"),
    ("Model disagrees", "disagrees"),
    ("Annotators differ", "differ"),
    ("Labels look wrong", "suspicious"),
)
_STYLE = """<style>
.nb-sheet { overflow: visible; color: var(--jp-content-font-color1, inherit); }
.nb-sheet .nb-sheet-bar { flex-wrap: wrap; align-items: center; gap: 4px; overflow: visible; }
.nb-sheet .nb-sheet-bar > * { margin: 0; }
.nb-sheet button { border-radius: 5px; }
.nb-sheet-told { font: 13px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.nb-sheet-told progress { width: 90px; height: 6px; accent-color: #2f7d3b; vertical-align: 1px; }
.nb-sheet-told .nb-wrong { color: var(--jp-error-color1, #b3261e); }
.nb-sheet-told kbd { border: 1px solid currentColor; border-radius: 3px; padding: 0 3px;
  opacity: .8; font: 11px ui-monospace, monospace; }
.nb-sheet canvas:focus-visible { outline: 2px solid #2f6fde; outline-offset: 1px; }
</style>"""
_KEYS = (
    ("Click, Shift+click, Ctrl+click", "select one, a stretch, one more or less"),
    ("Drag", "select what the frame touches; with Shift as well, with Ctrl the other way round"),
    ("Arrows, Space", "move, select; with Shift a stretch"),
    ("Ctrl+A, Escape", "select the page, nothing"),
    ("Shift+A", "accept what is suggested for the selected rows"),
    ("Ctrl+Space", "skip the selected rows"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo the last gesture, redo it"),
    ("Page Up, Page Down", "turn the page"),
    ("Double click, Enter", "open the row in the Labeler"),
)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the buttons and lists of a sheet do.

    Parameters
    ----------
    choose, order, turn, page
        A filter or an order is chosen; the page is turned by so many, or one is chosen.
    reload, label, accept, skip, every, undo, redo
        As the sheet's methods.
    """

    choose: Callable[[str], Any]
    order: Callable[[str], Any]
    turn: Callable[[int], Any]
    page: Callable[[int], Any]
    reload: Callable[[], Any]
    label: Callable[[Option], Any]
    accept: Callable[[], Any]
    skip: Callable[[], Any]
    every: Callable[[], Any]
    undo: Callable[[], Any]
    redo: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows and which page are shown, as the widgets say it."""

    filter: str
    sort: str
    page: int
    pages: int
    words: str
    can_undo: bool
    can_redo: bool


class Controls:
    """The widgets around the canvas.

    Parameters
    ----------
    labels
        What can be said.
    orders
        The orders, in words and as they are called.
    deeds
        What is done.
    run
        Does a deed, and tells what is wrong with it.
    """

    def __init__(
        self,
        labels: Labels,
        orders: Sequence[tuple[str, str]],
        deeds: Deeds,
        run: Callable[[Callable[[], Any]], None],
    ) -> None:
        self._run = run
        self._showing = False
        self.choosing = _listed(_FILTERS, "190px", "Which rows", deeds.choose, self)
        self.ordering = _listed(orders, "150px", "In which order", deeds.order, self)
        self._at = ipywidgets.BoundedIntText(
            min=1, max=1, value=1, layout=ipywidgets.Layout(width="64px"), tooltip="Page"
        )
        self._at.observe(self.heard(lambda number: deeds.page(number - 1)), "value")
        self.of, self.progress, self.line = (ipywidgets.HTML() for _ in range(3))
        self._before = self._button("chevron-left", "Page before (Page Up)", deeds.turn, -1)
        self._after = self._button("chevron-right", "Next page (Page Down)", deeds.turn, 1)
        self._undo = self._button("undo", "Undo (Ctrl+Z)", deeds.undo, words="Undo")
        self._redo = self._button("repeat", "Redo (Ctrl+Shift+Z)", deeds.redo)
        keys = "".join(f"<tr><td>{escape(k)}</td><td>{escape(w)}</td></tr>" for k, w in _KEYS)
        self.top = [
            ipywidgets.HTML(_STYLE, layout=ipywidgets.Layout(display="none")),
            _bar(
                self.choosing,
                self.ordering,
                self._button("refresh", "Look for the rows again", deeds.reload),
                *(self._before, self._at, self.of, self._after, self.progress),
            ),
            _bar(
                *self._palette(labels, deeds.label),
                self._button(
                    "check", "Accept what is suggested (Shift+A)", deeds.accept, words="Accept"
                ),
                self._button("share", "Skip (Ctrl+Space)", deeds.skip, words="Skip"),
                self._button("", "Select the page (Ctrl+A)", deeds.every, words="Select all"),
                *(self._undo, self._redo),
            ),
            self.line,
        ]
        self.bottom = ipywidgets.HTML(
            f'<details class="nb-sheet-told"><summary>Keys</summary><table>{keys}</table></details>'
        )

    def heard(self, deed: Callable[[Any], Any]) -> Callable[[Any], None]:
        """Return what does a deed when somebody chose something, and not when it is shown."""

        def hear(change: Any) -> None:
            if not self._showing:
                self._run(partial(deed, change["new"]))

        return hear

    def _button(
        self, icon: str, tooltip: str, deed: Callable[..., Any], *given: Any, words: str = ""
    ) -> Any:
        made = ipywidgets.Button(
            icon=icon,
            tooltip=tooltip,
            description=words,
            layout=ipywidgets.Layout(width="auto"),
        )
        made.on_click(lambda _: self._run(partial(deed, *given)))
        return made

    def _palette(self, labels: Labels, label: Callable[[Option], Any]) -> list[Any]:
        """Make a button for each label; of very many labels a list."""
        options = labels.options
        if len(options) > _BUTTONS:
            several = len({option.control for option in options}) > 1
            names = {(f"{o.control}: " if several else "") + o.words: o for o in options}
            chosen = ipywidgets.Combobox(
                placeholder="Label …", options=tuple(names), ensure_option=True
            )

            def give() -> None:
                if chosen.value in names:
                    label(names[chosen.value])

            return [chosen, self._button("", "Label the selected rows", give, words="Label")]
        made = []
        for option in options:
            key = f" ({option.key})" if option.key else ""
            button = self._button(
                "",
                f"Label the selected rows “{option.words}”{key}",
                label,
                option,
                words=f"{option.words}  {option.key or ''}".rstrip(),
            )
            button.style.button_color, button.style.text_color = option.colour, "#ffffff"
            made.append(button)
        return made

    def show(self, where: Where, counts: Sequence[tuple[str, int]]) -> None:
        """Bring filter, order and page up to date.

        Parameters
        ----------
        where
            What is shown.
        counts
            The filters by label and annotator, each with how many rows it has.
        """
        self._showing = True
        try:
            options = _filters(where.filter, counts)
            if tuple(self.choosing.options) != options:
                self.choosing.options = options
            self.choosing.value, self.ordering.value = where.filter, where.sort
            self._at.max = max(where.pages, where.page + 1)
            self._at.value = where.page + 1
            words = f" · {escape(where.words)}" if where.words else ""
            self.of.value = f'<span class="nb-sheet-told">of {where.pages}{words}</span>'
            self._before.disabled = where.page == 0
            self._after.disabled = where.page + 1 >= where.pages
            self._undo.disabled, self._redo.disabled = not where.can_undo, not where.can_redo
        finally:
            self._showing = False

    def show_progress(self, done: int, total: int) -> None:
        """Say how many rows are done."""
        self.progress.value = (
            f'<span class="nb-sheet-told"><progress max="{max(total, 1)}" value="{done}" '
            f'aria-label="rows that are done"></progress> {done} / {total} done</span>'
        )

    def show_line(self, chosen: int, count: int, sentence: str, *, wrong: bool = False) -> None:
        """Say how many tiles are selected, and what was done last."""
        kind = ' class="nb-wrong"' if wrong else ""
        told = f" · <span{kind}>{escape(sentence)}</span>" if sentence else ""
        self.line.value = (
            f'<div class="nb-sheet-told" role="status"><b>{chosen}</b> of {count} selected'
            f"{told}</div>"
        )


def _bar(*parts: Any) -> Any:
    made = ipywidgets.HBox(parts)
    made.add_class("nb-sheet-bar")
    return made


def _listed(
    options: Sequence[tuple[str, str]],
    width: str,
    tooltip: str,
    deed: Callable[[str], Any],
    controls: Controls,
) -> Any:
    made = ipywidgets.Dropdown(
        options=options, layout=ipywidgets.Layout(width=width), tooltip=tooltip
    )
    made.observe(controls.heard(deed), "value")
    return made


def _filters(chosen: str, counts: Sequence[tuple[str, int]]) -> tuple[tuple[str, str], ...]:
    more = [
        (f"{by.capitalize()}: {name} ({count})", wanted)
        for wanted, count in counts
        for by, _, name in [wanted.partition(":")]
        if by in {"label", "annotator"} and name
    ]
    if chosen not in {wanted for _, wanted in (*_FILTERS, *more)}:  # nobody has it any more
        more.append((chosen.replace(":", ": ", 1).capitalize(), chosen))
    return (*_FILTERS, *more)
